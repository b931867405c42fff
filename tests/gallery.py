"""Writes docs/gallery: the pages that a law firm would put on the table, as PDF, and the first page of each as SVG.

    PYTHONPATH=. python tests/gallery.py

The `belarus` of next year in the picture of changes is an invention of this file.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

from engine.calendar import find_calendar
from engine.case import case_of_data
from engine.exact import paths_of
from engine.history import with_history
from engine.plan import make_plan
from engine.records import Plan
from engine.scenarios import case_of_scenario
from engine.simulate import simulate_case
from proc_tools.cases import read_case_file, read_history_file
from proc_tools.cli import program_version
from procedure_dsl import Source, load, read_source, source_of_text
from procedure_dsl.wording import speaking
from viz.page.case_page import case_pages
from viz.page.diff_pages import against_pages
from viz.page.heat_pages import heat_pages
from viz.page.marks import Page
from viz.page.paper import PAPERS
from viz.page.pdf import pdf_of
from viz.page.plan_pages import overview_pages
from viz.page.svg import svg_of
from viz.page.theme import Theme
from viz.page.timeline import timeline_pages

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "docs" / "gallery"
CASES = ROOT / "examples" / "cases"
FIRM = Theme(firm="Иванов и партнёры", contact="ivanov.example")
AMENDED = (
    (
        "the court decides within 20 working days from receipt of order_application",
        "the court decides within 15 working days from receipt of order_application",
    ),
    ("  -> file_claim, so proceeding is claim_proceeding\n\ndeadline challenge_term", """\
  -> think_again, so proceeding is claim_proceeding

stage think_again as order "Go on?" ru "Продолжать?"    by guide "Step 3"
  the claimant chooses
    goes_on "sues" ru "подаёт иск" -> file_claim
    stops "stops" ru "отказывается от иска" -> uncollected

deadline challenge_term"""),
    ("| from 300 base_value                        | 7 base_value ", "| from 300 base_value                        | 8 base_value "),
)  # fmt: skip


def source_of(path: Path) -> Source:
    return read_source(path.read_bytes(), path.name, path.parent)[0]


def plan_of(name: str, *more: Path) -> Plan:
    return make_plan(load(source_of(ROOT / "jurisdictions" / f"{name}.proc"), *(source_of(path) for path in more)))


def amended() -> Plan:
    """The first jurisdiction with two sentences changed."""
    text = (ROOT / "jurisdictions" / "belarus.proc").read_text(encoding="utf-8")
    for old, new in AMENDED:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return make_plan(load(source_of_text(text, "belarus_amended.proc")))


def gallery() -> Iterator[tuple[str, tuple[Page, ...]]]:
    """Each picture by its name."""
    paper, version = PAPERS["a4"], program_version()
    belarus, kazakhstan = plan_of("belarus"), plan_of("kazakhstan")
    with speaking("ru", "en"):
        yield "overview_belarus", overview_pages(belarus, paper, FIRM, version)
        yield "overview_kazakhstan", overview_pages(kazakhstan, paper, FIRM, version)
        told = case_of_data(belarus, read_case_file(str(CASES / "services_debt.yaml")))
        told = replace(told, title="ООО «Клиент»: долг за услуги с осени 2016 года")
        case = with_history(belarus, told, read_history_file(str(CASES / "services_debt_events.csv")))
        calendar = find_calendar("BY", None)
        trace = simulate_case(belarus, replace(case, today=date(2017, 4, 5)), calendar)
        yield "client_belarus", case_pages(belarus, trace, paper, FIRM, version)
        yield "timeline_belarus", timeline_pages(belarus, trace, paper, FIRM, version, date(2017, 4, 5))
        first = case_of_scenario(kazakhstan, kazakhstan.scenarios[0])
        trace = simulate_case(kazakhstan, first, find_calendar("KZ", None))
        yield "client_kazakhstan", case_pages(kazakhstan, trace, paper, FIRM, version)
        yield "diff_belarus", against_pages(belarus, amended(), paper, FIRM, version)
        yield "aligned", against_pages(belarus, kazakhstan, paper, FIRM, version)
        odds = plan_of("belarus", ROOT / "examples" / "belarus_odds.proc")
        drawn = replace(told, practice=("illustration",), paced=True)
        yield "heat_belarus", heat_pages(odds, paths_of(odds, drawn, calendar), paper, FIRM, version)


def main() -> None:
    OUT.mkdir(exist_ok=True)
    for name, pages in gallery():
        (OUT / f"{name}.pdf").write_bytes(pdf_of(pages))
        (OUT / f"{name}.svg").write_text(svg_of(pages[0]), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
