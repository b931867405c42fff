"""`proc draw`: the flowchart of a procedure, or of a case on it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from proc_tools.drawing import draw_to
from proc_tools.files import calendar_of, note
from proc_tools.told import case_options, plan_of, told_case


@click.command("draw")
@click.argument("file")
@case_options
@click.option("-o", "--output", required=True, metavar="OUT.svg", help=".svg, .png, .pdf or .dot")
@click.option("--lang", default="", metavar="LANG", help="Language of the titles.")
@click.option("--force", is_flag=True, help="Replace a file that exists.")
def command(file: str, output: str, lang: str, force: bool, known_on: str | None, **told: Any) -> None:
    """Draw the flowchart; with a case, the road taken with its dates and sums."""
    plan, checked = plan_of(file, told["practice"])
    trace = None
    if told["case_file"] or told["scenario"] or told["sets"] or told["choices"]:
        from engine.case import read_date
        from engine.simulate import simulate_case

        case, _ = told_case(plan, checked, **told)
        calendar = calendar_of(plan, file, read_date(known_on, "known-on") if known_on else None)
        trace = simulate_case(plan, case, calendar, compare=False)
    for path, words in draw_to(plan, trace, Path(output), lang, force):
        note(words or f"Drawn: {path}")
