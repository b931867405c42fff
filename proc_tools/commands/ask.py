"""`proc ask`: an interview that asks only what matters."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from proc_tools.files import CannotRun, calendar_of, may_write, note, write_file
from proc_tools.told import case_options, language_option, plan_of, speak, told_case

if TYPE_CHECKING:
    from engine.calendar import Calendar
    from engine.case import Case
    from engine.records import Plan


@click.command("ask")
@click.argument("file")
@case_options
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("-o", "--output", metavar="CASE.yaml", help="Keep the answers as a case.")
@language_option
@click.option("--force", is_flag=True, help="Replace a file that exists.")
def command(
    file: str, format_: str, output: str | None, lang: str, force: bool, known_on: str | None, **told: Any
) -> None:
    """Ask for what can still change the answer, the most decisive question first.

    Return alone leaves a question open; `stop` keeps what was told. With --format json the next questions are printed as
    data, and nobody is asked.
    """
    from engine.case import read_date

    if output is not None:
        may_write(Path(output), force)
    if output is not None and format_ == "json":
        raise CannotRun("with --format json nobody is asked, so that there is no case to keep", "Leave -o out.")
    if format_ == "text" and "-" in (file, told["case_file"], told["events"]):
        raise CannotRun("standard input is where the answers come from", "Save the file first, or type --format json.")
    known = read_date(known_on, "--known-on") if known_on is not None else None
    plan, checked = plan_of(file, told["practice"], as_json=format_ == "json")
    speak(lang, plan)
    case = told_case(plan, checked, **told, or_scenario=False)
    calendar = calendar_of(plan, file, known)
    if format_ == "json":
        from engine.interview import interview

        click.echo(interview(plan, case, calendar).model_dump_json(indent=2))
        return
    _converse(plan, case, calendar, lang, file, Path(output) if output is not None else None, force)


def _converse(
    plan: Plan, case: Case, calendar: Calendar, lang: str, file: str, output: Path | None, force: bool
) -> None:
    """Talk, keep what was told whatever ends the talk, and say what the case comes to."""
    from proc_tools import text
    from proc_tools.talk import Talk
    from procedure_dsl.wording import say

    talk = Talk(plan, calendar, case, _read, click.echo, text.width())
    try:
        finished = talk.go()
    except KeyboardInterrupt:
        click.echo()
        _keep(talk.told.case, output, force)
        raise
    _keep(talk.told.case, output, force)
    click.echo()
    click.echo(say("Nothing else can change the answer." if finished else "Stopped; what is not told stays open."))
    for line in _answer(plan, talk.told.case, calendar):
        click.echo(line)
    click.echo(
        say(
            "All of it: {command}",
            command=f"proc simulate {file} --case {output or 'CASE.yaml'}{lang and f' --lang {lang}'}",
        )
    )


def _read(prompt: str) -> str | None:
    """A line that somebody types, or that comes from a file or a pipe."""
    if sys.stdin is None:
        return None
    if sys.stdin.isatty() and sys.stdout.isatty():
        try:
            return input(prompt)
        except EOFError:
            click.echo()
            return None
    click.echo(prompt, nl=False)
    sys.stdout.flush()
    line = sys.stdin.readline()
    click.echo(line.rstrip("\n"))
    return line or None


def _keep(case: Case, output: Path | None, force: bool) -> None:
    from proc_tools.cases import case_text
    from procedure_dsl.wording import say

    if output is not None:
        write_file(output, case_text(case).encode("utf-8"), force)
        note(say("Kept: {file}", file=output))
        return
    click.echo()
    click.echo(say("The case, for a file (or type -o CASE.yaml next time):"))
    click.echo()
    click.echo(case_text(case), nl=False)


def _answer(plan: Plan, case: Case, calendar: Calendar) -> list[str]:
    """The end, its day, the sums, and what is to be done first."""
    from engine.simulate import simulate_case
    from proc_tools import text
    from proc_tools.report import Page, day_words
    from procedure_dsl.wording import say

    if case.start is None and not case.events:
        return [say("Nothing can be counted before the case says when it starts.")]
    trace = simulate_case(plan, case, calendar, compare=False)
    page = Page(text.width())
    page.result(trace)
    for way in trace.outcome.ways:
        ends = f"{way.trace.outcome.title}, {day_words(way.trace.outcome.day)}"
        page.put(f"{'; '.join(one.text for one in way.when)}: {ends}", "  · ", "    ")
    parties = {name for name, party in plan.parties.items() if party.owner == "we"}
    first = next((one for one in trace.steps if one.actor in parties and not one.happened), None)
    if first is not None:
        page.put(f"{first.text} ({day_words(first.date)})", f"{say('Next')}: ", "      ")
    return page.lines
