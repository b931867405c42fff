"""`proc deadlines`: the terms of a case, as text or as entries for a calendar."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from proc_tools.files import CannotRun, calendar_of, may_write, note, write_file
from proc_tools.told import case_options, language_option, plan_of, speak, told_case


@click.command("deadlines")
@click.argument("file")
@case_options
@click.option("--all", "everybody", is_flag=True, help="Also the terms of the other side and of authorities.")
@click.option("-o", "--output", metavar="CASE.ics", help="Write all-day entries that a calendar imports.")
@language_option
@click.option("--force", is_flag=True, help="Write a new version of CASE.ics: changed entries replace their old ones.")
def command(
    file: str, everybody: bool, output: str | None, lang: str, force: bool, known_on: str | None, **told: Any
) -> None:  # fmt: skip
    """List the terms of a case whose last day is known: ours, or with --all everybody's."""
    from engine.case import read_date
    from engine.simulate import simulate_case
    from proc_tools import text
    from proc_tools.agenda import to_ics
    from proc_tools.report import STATUS, due_words, untranslated
    from procedure_dsl.wording import say

    if output:
        if Path(output).suffix.lower() != ".ics":
            raise CannotRun(f"`{output}` is no calendar file", "End the name with .ics.")
        may_write(Path(output), force)
    plan, checked = plan_of(file, told["practice"])
    speak(lang, plan)
    case = told_case(plan, checked, **told)
    known = read_date(known_on, "--known-on") if known_on is not None else None
    trace = simulate_case(plan, case, calendar_of(plan, file, known), compare=False)
    undecided = trace.outcome.ask_first or next((way.when[0].fact for way in trace.outcome.ways), "")
    if undecided:
        raise CannotRun(
            "the trace divides: an unknown fact decides which terms there are", f"Tell it: --set {undecided}=…"
        )
    if output:
        if not case.title:
            raise CannotRun(
                "the case has no title, and its calendar entries are known by it", "Put `title:` into the case file."
            )
        path = Path(output)
        before = path.read_bytes() if path.exists() else None
        write_file(
            path, to_ics(trace, plan.frame.label.known_as, case.title, everybody=everybody, before=before), force
        )
        unknown = [entry.title for entry in trace.deadlines if not (entry.due and entry.due.exact)]
        note(f"Written: {path}" + (f"; with no last day yet: {', '.join(unknown)}" if unknown else ""))
        return
    lines: list[str] = []
    for entry in trace.deadlines:
        if not (everybody or entry.ours or entry.kind == "advice"):
            continue
        due = due_words(entry)
        lines += text.hang(f"{entry.title}: {due} — {say(STATUS[entry.status])}", "", "  ", text.width())
    for line in (*lines, *(more for one in untranslated(lines) for more in text.hang(one, "", "  ", text.width()))):
        click.echo(line)
