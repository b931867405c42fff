"""`proc simulate`: the main job."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from proc_tools.cli import program_version
from proc_tools.files import CannotRun, Findings, calendar_of, note, write_file
from proc_tools.told import case_options, plan_of, told_case


@click.command("simulate")
@click.argument("file")
@case_options
@click.option("--stop-at-open", is_flag=True, help="Stop where nothing decides, instead of going the quiet way.")
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("-o", "--output", metavar="OUT", help="Write the answer to a file.")
@click.option("--draw", "drawing", metavar="OUT.svg", help="Also draw the road taken: .svg, .png, .pdf or .dot.")
@click.option("--lang", default="", metavar="LANG", help="Language of the drawing's titles.")
@click.option("--force", is_flag=True, help="Replace files that exist.")
def command(
    file: str, stop_at_open: bool, format_: str, output: str | None, drawing: str | None, lang: str, force: bool,
    known_on: str | None, **told: Any,
) -> None:  # fmt: skip
    """Walk one case along the road: dates, fees, papers, reasons, and what would change them.

    With neither --case nor --set, the first scenario of FILE is run.
    """
    from engine.case import read_date
    from engine.simulate import simulate_case

    plan, checked = plan_of(file, told["practice"])
    case, scenario = told_case(plan, checked, **told)
    calendar = calendar_of(plan, file, read_date(known_on, "known-on") if known_on else None)
    trace = simulate_case(plan, replace(case, stop_at_open=stop_at_open), calendar)
    if drawing:
        from proc_tools.drawing import draw_to

        for path, words in draw_to(plan, trace, Path(drawing), lang, force):
            note(words or f"Drawn: {path}")
    if format_ == "json":
        answer = trace.model_dump_json(indent=2) + "\n"
    else:
        from proc_tools import text
        from proc_tools.report import report

        answer = report(trace, program_version(), text.width())
    if output:
        write_file(Path(output), answer.encode("utf-8"), force)
    else:
        click.echo(answer, nl=False)
    by_default = scenario is not None and not (told["scenario"] or told["sets"] or told["choices"])
    if by_default and trace.outcome.status != "ended":
        note(f"The first scenario, “{case.title}”, does not run to an end; put one first that does.")
        raise Findings
