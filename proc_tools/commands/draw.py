"""`proc draw`: the flowchart of a procedure, or of a case on it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from proc_tools.drawing import draw_to
from proc_tools.files import CannotRun, calendar_of, may_write, note
from proc_tools.told import case_options, language_option, plan_of, speak, tells_a_case, told_case


@click.command("draw")
@click.argument("file")
@case_options
@click.option("-o", "--output", required=True, metavar="OUT.svg", help=".svg, .png, .pdf or .dot")
@language_option
@click.option("--force", is_flag=True, help="Replace a file that exists.")
def command(file: str, output: str, lang: str, force: bool, known_on: str | None, **told: Any) -> None:
    """Draw the flowchart; with a case, the road taken with its dates and sums."""
    may_write(Path(output), force)
    plan, checked = plan_of(file, told["practice"])
    speak(lang, plan)
    trace = None
    if tells_a_case(told):
        from engine.case import read_date
        from engine.simulate import simulate_case

        known = read_date(known_on, "--known-on") if known_on is not None else None
        case = told_case(plan, checked, **told)
        trace = simulate_case(plan, case, calendar_of(plan, file, known), compare=False)
    elif told["practice"] or told["pace"] == "practice" or known_on is not None:
        raise CannotRun(
            "--practice, --pace and --known-on tell something of a case, and there is none",
            "Add --scenario, --case or --set; or leave them out.",
        )
    for path, words in draw_to(plan, trace, Path(output), lang, force):
        note(words or f"Drawn: {path}")
