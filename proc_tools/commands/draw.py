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

PAPERS = ("a4", "a3", "letter")
VIEWS = ("overview", "detail", "timeline", "heat", "case")
OF_A_CASE = ("timeline", "heat", "case")


@click.command("draw")
@click.argument("file")
@case_options
@click.option("--today", metavar="DATE", help="Name the terms that are over on this day with nothing told as done.")
@click.option("--page", type=click.Choice(PAPERS), help="Compose pages of this paper instead: .pdf, .svg or .png.")
@click.option(
    "--view",
    type=click.Choice(VIEWS),
    help="What the pages show: the whole, every stage; of a case its road, its days, its odds.",
)
@click.option("--stage", metavar="NAME", help="With --view detail: one stage, what leads to it, where it leads.")
@click.option(
    "--against", metavar="OTHER", help="An earlier version: what has changed. Another jurisdiction: both aligned."
)
@click.option("--theme", metavar="FIRM.toml", help="A firm's name, its line for the foot of a page, its colour.")
@click.option("-o", "--output", required=True, metavar="OUT.svg", help=".svg, .png, .pdf, .dot, .mmd; of a case .html")
@language_option
@click.option("--force", is_flag=True, help="Replace a file that exists.")
def command(
    file: str, output: str, lang: str, force: bool, known_on: str | None, today: str | None, page: str | None,
    view: str | None, stage: str | None, against: str | None, theme: str | None, **told: Any,
) -> None:  # fmt: skip
    """Draw the flowchart; with a case, the road taken with its dates and sums.

    With --page, pages for print: a lane for each actor, terms and fees, sources by number; of a case, what is next.
    """
    path = Path(output)
    may_write(path, force)
    kind = path.suffix.lower().removeprefix(".")
    composed = any(one is not None for one in (page, view, stage, against, theme)) or kind == "html"
    with_case = tells_a_case(told)
    if composed:
        view = view or ("detail" if stage else "case" if with_case or kind == "html" else "overview")
        _check(path, kind, view, stage, with_case)
        if against is not None and (view != "overview" or against == file == "-"):
            raise CannotRun("--against is of two files, and of no case or stage", "Leave the others out.")
    plan, checked = plan_of(file, told["practice"])
    speak(lang, plan)
    if stage is not None:
        _check_stage(plan, stage)
    if not with_case and (told["practice"] or told["pace"] == "practice" or known_on is not None or today is not None):
        raise CannotRun(
            "--practice, --pace, --known-on and --today tell something of a case, and there is none",
            "Add --scenario, --case or --set; or leave them out.",
        )
    trace, law = None, None
    if with_case:
        from engine.case import read_date
        from engine.simulate import simulate_case

        known = read_date(known_on, "--known-on") if known_on is not None else None
        day = read_date(today, "--today") if today is not None else None
        case = replace(told_case(plan, checked, **told), today=day)
        calendar = calendar_of(plan, file, known)
        if view != "heat":
            trace = simulate_case(plan, case, calendar, compare=composed)
    if not composed:
        for drawn, words in draw_to(plan, trace, path, lang, force):
            note(words or f"Drawn: {drawn}")
        return
    from proc_tools.pages import Asked, pages_of, theme_from, write_pages, write_report

    assert view is not None
    if view == "heat":
        from engine.exact import paths_of

        law = paths_of(plan, case if told["case_file"] or told["choices"] else replace(case, choices={}), calendar)
    other = plan_of(against)[0] if against is not None else None
    asked = Asked(view, page or "a4", theme_from(theme), stage or "", day if with_case else None, other, law)
    if kind == "html":
        assert trace is not None
        write_report(plan, trace, case, calendar, asked, path, force)
        note(f"Drawn: {path}")
        return
    for made in write_pages(pages_of(plan, trace, asked), path, force):
        note(f"Drawn: {made}")


def _check(path: Path, kind: str, view: str, stage: str | None, with_case: bool) -> None:
    """What cannot go together, before anything is read."""
    from proc_tools.pages import FORMATS

    if kind not in FORMATS:
        raise CannotRun(f"`{path.name}` is no format for pages", f"End the name with .{', .'.join(FORMATS)}.")
    if view in OF_A_CASE and not with_case:
        raise CannotRun("there is no case to show", "Add --scenario, --case or --set.")
    if kind == "html" and view not in ("timeline", "case"):
        raise CannotRun("a report in HTML is of a case", "Leave --view out, or end the name with .svg or .pdf.")
    if stage is not None and view != "detail":
        raise CannotRun("--stage belongs to --view detail", "Leave one of them out.")


def _check_stage(plan: Plan, stage: str) -> None:
    from procedure_dsl.diagnostics import did_you_mean

    if stage not in plan.stages:
        raise CannotRun(f"no stage has the name `{stage}`", did_you_mean(stage, list(plan.stages), ""))
