"""`proc draw`: the flowchart of a procedure, or of a case on it; or composed pages for a table."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from proc_tools.drawing import draw_to
from proc_tools.files import CannotRun, calendar_of, may_write, note
from proc_tools.told import case_options, language_option, plan_of, speak, tells_a_case, told_case

if TYPE_CHECKING:
    from engine.records import Plan
    from engine.trace import Trace

PAPERS = ("a4", "a3", "letter")
VIEWS = ("case",)


@click.command("draw")
@click.argument("file")
@case_options
@click.option("--today", metavar="DATE", help="Name the terms that are over on this day with nothing told as done.")
@click.option("--page", type=click.Choice(PAPERS), help="Compose pages of this paper instead: .pdf, .svg or .png.")
@click.option("--view", type=click.Choice(VIEWS), help="What the pages show: the case.")
@click.option("--theme", metavar="FIRM.toml", help="A firm's name, its line for the foot of a page, its colour.")
@click.option("-o", "--output", required=True, metavar="OUT.svg", help=".svg, .png, .pdf or .dot")
@language_option
@click.option("--force", is_flag=True, help="Replace a file that exists.")
def command(
    file: str, output: str, lang: str, force: bool, known_on: str | None, today: str | None, page: str | None,
    view: str | None, theme: str | None, **told: Any,
) -> None:  # fmt: skip
    """Draw the flowchart; with a case, the road taken with its dates and sums.

    With --page, pages for print: swimlanes, what is next, terms and fees, what is closed and why, and the sources.
    """
    path = Path(output)
    may_write(path, force)
    composed = page is not None or view is not None or theme is not None
    if composed:
        _check_format(path)
    plan, checked = plan_of(file, told["practice"])
    speak(lang, plan)
    trace = None
    if tells_a_case(told):
        trace = _trace(plan, told_case(plan, checked, **told), file, known_on, today, composed)
    elif told["practice"] or told["pace"] == "practice" or known_on is not None or today is not None:
        raise CannotRun(
            "--practice, --pace, --known-on and --today tell something of a case, and there is none",
            "Add --scenario, --case or --set; or leave them out.",
        )
    if not composed:
        for drawn, words in draw_to(plan, trace, path, lang, force):
            note(words or f"Drawn: {drawn}")
        return
    from proc_tools.pages import case_pages_of, theme_from, write_pages

    if trace is None:
        raise CannotRun("there is no case for the page", "Add --scenario, --case or --set.")
    for made in write_pages(case_pages_of(plan, trace, page or "a4", theme_from(theme)), path, force):
        note(f"Drawn: {made}")


def _check_format(path: Path) -> None:
    from proc_tools.pages import FORMATS

    if path.suffix.lower().removeprefix(".") not in FORMATS:
        raise CannotRun(f"`{path.name}` is no format for pages", f"End the name with .{', .'.join(FORMATS)}.")


def _trace(plan: Plan, case: Any, file: str, known_on: str | None, today: str | None, compare: bool) -> Trace:
    from engine.case import read_date
    from engine.simulate import simulate_case

    known = read_date(known_on, "--known-on") if known_on is not None else None
    case = replace(case, today=read_date(today, "--today") if today is not None else None)
    return simulate_case(plan, case, calendar_of(plan, file, known), compare=compare)
