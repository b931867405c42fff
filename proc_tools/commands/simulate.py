"""`proc simulate`: the main job."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from proc_tools.cli import program_version
from proc_tools.files import Findings, calendar_of, may_write, note, write_file
from proc_tools.told import case_options, language_option, plan_of, speak, tells_a_case, told_case


@click.command("simulate")
@click.argument("file")
@case_options
@click.option("--stop-at-open", is_flag=True, help="Stop where nothing decides, instead of going the quiet way.")
@click.option("--today", metavar="DATE", help="Name the terms that are over on this day with nothing told as done.")
@click.option(
    "--runs", type=click.IntRange(1, 10_000_000), metavar="N", help="Draw so many cases by the odds of --practice."
)
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed draws the same cases.")
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("-o", "--output", metavar="OUT", help="Write the answer to a file.")
@click.option("--draw", "drawing", metavar="OUT.svg", help="Also draw the road taken: .svg, .png, .pdf or .dot.")
@language_option
@click.option("--force", is_flag=True, help="Replace files that exist.")
def command(
    file: str, stop_at_open: bool, format_: str, output: str | None, drawing: str | None, lang: str, force: bool,
    known_on: str | None, today: str | None, runs: int | None, seed: int, **told: Any,
) -> None:  # fmt: skip
    """Walk one case along the road: dates, fees, papers, reasons, and what would change them.

    With neither --case nor --set, the first scenario of FILE is run. With --runs, our ways are those that `proc paths` advises.
    """
    from engine.case import read_date
    from engine.simulate import simulate_case

    for path in (output, drawing):
        if path is not None:
            may_write(Path(path), force)
    known = read_date(known_on, "--known-on") if known_on is not None else None
    plan, checked = plan_of(file, told["practice"], as_json=format_ == "json")
    speak(lang, plan)
    case = told_case(plan, checked, **told)
    case = replace(case, stop_at_open=stop_at_open, today=read_date(today, "--today") if today is not None else None)
    calendar = calendar_of(plan, file, known)
    if runs is not None:
        answer = _drawn(
            plan, case, calendar, runs, seed, format_, keep=told["case_file"] is not None or bool(told["choices"])
        )
        if output is not None:
            write_file(Path(output), answer.encode("utf-8"), force)
        else:
            click.echo(answer, nl=False)
        return
    trace = simulate_case(plan, case, calendar)
    trace = trace.model_copy(update={"diagnostics": tuple(one.as_data() for one in checked.diagnostics)})
    if drawing is not None:
        from proc_tools.drawing import draw_to

        for drawn, words in draw_to(plan, trace, Path(drawing), lang, force):
            note(words or f"Drawn: {drawn}")
    if format_ == "json":
        answer = trace.model_dump_json(indent=2) + "\n"
    else:
        from proc_tools import text
        from proc_tools.report import report

        answer = report(trace, program_version(), text.width())
    if output is not None:
        write_file(Path(output), answer.encode("utf-8"), force)
    else:
        click.echo(answer, nl=False)
    if not (tells_a_case(told) or stop_at_open) and trace.outcome.status != "ended":
        note(f"The first scenario, “{case.title}”, does not run to an end; put one first that does.")
        raise Findings


def _drawn(plan: Any, case: Any, calendar: Any, runs: int, seed: int, format_: str, keep: bool) -> str:
    """A sample of the case, as text or as data; what a scenario chooses is drawn, too."""
    from engine.exact.sampling import sampled
    from proc_tools import text
    from proc_tools.dice import dice
    from proc_tools.sample_report import bar, report

    if not keep:
        case = replace(case, choices={})
    samples = sampled(plan, case, calendar, runs, seed, dice, tell=bar(runs))
    if format_ == "json":
        import json

        return json.dumps([one.model_dump(mode="json") for one in samples], ensure_ascii=False, indent=2) + "\n"
    return report(samples, case.title, text.width())
