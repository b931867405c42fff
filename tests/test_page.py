"""The pages for a table: no text over another or off the paper, the figures of the answer and no others, nothing that runs."""

from __future__ import annotations

import os
import re
import struct
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from html import unescape
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import gallery
import pytest
from procs import HEAD, ROOT, case_of, plan_of
from procs import calendar as days
from pypdf import PdfReader
from typed import proc

from engine.calendar import Calendar, find_calendar
from engine.case import Case, case_of_data
from engine.checklist import checklist_of
from engine.exact import Paths, paths_of
from engine.history import Happening, with_history
from engine.plan import make_plan
from engine.records import Plan
from engine.refusal import Refusal
from engine.scenarios import case_of_scenario
from engine.simulate import simulate_case
from engine.trace import Trace
from proc_tools.cases import read_case_file
from proc_tools.files import find_below
from proc_tools.report import report
from procedure_dsl import load, read_source
from procedure_dsl.wording import speaking
from viz.case_report import html_of
from viz.diagram import make_diagram
from viz.mermaid import to_mermaid
from viz.page.atlas import atlas_of
from viz.page.cards import pill_look
from viz.page.case_page import case_pages, finished
from viz.page.diff_pages import against_pages, merged
from viz.page.frame import Colophon
from viz.page.heat_pages import _figures, heat_pages, histogram, marking_of
from viz.page.icons import sign
from viz.page.marking import PLAIN
from viz.page.marks import Page, Rect, Text, flat
from viz.page.marks import Path as Drawn
from viz.page.paper import MARGIN, PAPERS
from viz.page.pdf import pdf_of
from viz.page.plan_pages import detail_pages, overview_pages, overview_sheet
from viz.page.png import png_of
from viz.page.story import tell
from viz.page.svg import svg_of
from viz.page.theme import LEAST, Theme, ThemeError, theme_of
from viz.page.timeline import timeline_pages

SVG = "{http://www.w3.org/2000/svg}"
FILES = {
    "belarus": ROOT / "jurisdictions" / "belarus.proc", "kazakhstan": ROOT / "jurisdictions" / "kazakhstan.proc",
    **{path.stem: path for path in sorted((ROOT / "examples").glob("*.proc")) if not path.stem.endswith("_odds")},
}  # fmt: skip
LANGUAGES = {"belarus": ("en", "ru", "be"), "kazakhstan": ("en", "ru", "kk")}
SERVICES = ROOT / "examples" / "cases" / "services_debt.yaml"
A4 = PAPERS["a4"]


@cache
def plan(name: str) -> Plan:
    path = FILES[name]
    source, _ = read_source(path.read_bytes(), path.name, path.parent)
    return make_plan(load(source, find=find_below))


def calendar(used: Plan, name: str) -> Calendar:
    return find_calendar(used.frame.calendar, FILES[name].parent)


MOST = 3  # scenarios of a file that are drawn in one language


@cache
def traces(name: str, language: str) -> tuple[Trace, ...]:
    """Some scenarios that walk a road, spread over the file, others in each language; and the cases of the examples."""
    used, found = plan(name), []
    cases: list[Case] = [case_of_scenario(used, scenario) for scenario in used.scenarios]
    step = max(1, len(cases) // MOST)
    some = [cases[0], *cases[len(language + name) % step :: step]]
    if name == "belarus":
        some.append(case_of_data(used, read_case_file(str(SERVICES))))
    with speaking(language, used.frame.first_language):
        for number, case in enumerate(some):
            with suppress(Refusal):  # it only asks for a fee or a term
                found.append(simulate_case(used, case, calendar(used, name), compare=number == 0 and language == "ru"))
    return tuple(found)


def pages(name: str, language: str) -> Iterator[tuple[Trace, tuple[Page, ...]]]:
    used = plan(name)
    for trace in traces(name, language):
        with speaking(language, used.frame.first_language):
            yield trace, case_pages(used, trace, A4, Theme(firm="Иванов и партнёры", contact="+375 17 000 00 00"), "1")


ALL = [(name, language) for name in FILES for language in LANGUAGES.get(name, ("en", "ru", "kk"))]


def overlaps(page: Page) -> list[tuple[str, str]]:
    """Pairs of lines of text whose ink would touch."""
    texts = sorted((mark for mark in page.each() if isinstance(mark, Text)), key=lambda text: text.frame()[1])
    frames = [text.frame() for text in texts]
    found = []
    for at, (left, _, right, bottom) in enumerate(frames):
        for other in range(at + 1, len(frames)):
            l2, t2, r2, _ = frames[other]
            if t2 >= bottom - 0.3:
                break
            if l2 < right - 0.2 and r2 > left + 0.2:
                found.append((texts[at].words, texts[other].words))
    return found


def crossed(page: Page, least: float = 2) -> list[str]:
    """Text that a line of at least this width runs through; the signs of the page are drawn with narrower ones."""
    roads = [m for m in page.each() if isinstance(m, Drawn) and m.look.width >= least and not m.look.fill]
    legs = [leg for road in roads for leg in pairwise(road.points())]
    found = []
    for text in (mark for mark in page.each() if isinstance(mark, Text)):
        left, top, right, bottom = text.frame()
        for (x1, y1), (x2, y2) in legs:
            if (
                min(x1, x2) - 1.1 < right
                and max(x1, x2) + 1.1 > left
                and min(y1, y2) - 1.1 < bottom
                and max(y1, y2) + 1.1 > top
            ):
                found.append(text.words)
    return found


def outside(page: Page) -> list[Any]:
    found: list[Any] = []
    for mark in page.each():
        if isinstance(mark, Text):
            left, top, right, bottom = mark.frame()
        elif isinstance(mark, Rect):
            left, top, right, bottom = mark.x, mark.y, mark.x + mark.wide, mark.y + mark.high
        else:
            xs, ys = zip(*mark.points(), strict=True)
            left, top, right, bottom = min(xs), min(ys), max(xs), max(ys)
        edge = MARGIN - 1.5
        if left < edge or top < edge or right > page.wide - edge or bottom > page.high - edge:
            found.append(mark)
    return found


@pytest.mark.parametrize(("name", "language"), ALL)
def test_no_text_touches_another_or_leaves_the_paper_or_lies_under_the_road(name: str, language: str) -> None:
    seen = 0
    for trace, sheets in pages(name, language):
        for number, page in enumerate(sheets, 1):
            seen += 1
            where = f"{trace.case.title}, page {number}"
            assert overlaps(page) == [], where
            assert outside(page) == [], where
            assert crossed(page) == [], where
            assert min(mark.size for mark in page.each() if isinstance(mark, Text)) >= LEAST, where
    assert seen


def words(marks: Any) -> str:
    """All text of some marks, its lines joined; a blank more or less is none."""
    return squeezed(" ".join(mark.words for mark in flat(marks) if isinstance(mark, Text)))


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


@pytest.mark.parametrize(("name", "language"), ALL)
def test_neither_does_it_on_the_pages_of_the_whole_of_a_stage_and_of_the_calendar(name: str, language: str) -> None:
    used = plan(name)
    with speaking(language, used.frame.first_language):
        sheets = [*overview_pages(used, A4, Theme(), "1")]
        if language == "ru":
            sheets += detail_pages(used, A4, Theme(), "1")
        for stage in [*used.stages][::4] if language == "en" else ():
            sheets += detail_pages(used, A4, Theme(), "1", stage)[:1]
        for trace in traces(name, language)[:2]:
            sheets += timeline_pages(used, trace, A4, Theme(), "1", trace.as_of + timedelta(days=20))
    for number, page in enumerate(sheets, 1):
        where = f"{page.title}: sheet {number}"
        assert overlaps(page) == [], where
        assert outside(page) == [], where
        assert crossed(page, 0.8) == [], where
        assert min(mark.size for mark in page.each() if isinstance(mark, Text)) >= LEAST, where


@pytest.mark.parametrize("name", FILES)
def test_the_overview_fits_one_page_and_shows_every_stage_in_about_eighteen_boxes(name: str) -> None:
    used = plan(name)
    atlas = atlas_of(used)
    sheet = overview_pages(used, A4, Theme(), "1")[0]
    text = squeezed(words(sheet.marks))
    for unit in atlas.units.values():
        if unit.kind == "stage":
            assert squeezed(f"{unit.number} {unit.title}") in text
    boxes = [
        mark
        for mark in sheet.each()
        if isinstance(mark, Rect) and mark.look.fill == Theme().paper and mark.look.width >= 0.9 and mark.wide > 40
    ]
    assert 2 < len(boxes) <= (18 if name in ("belarus", "kazakhstan", "flight") else 24)


@pytest.mark.parametrize("name", FILES)
def test_every_way_out_of_every_stage_stands_on_the_page_of_its_group(name: str) -> None:
    used = plan(name)
    text = squeezed(" ".join(words(page.marks) for page in overview_pages(used, A4, Theme(), "1")))
    for edge in used.edges():
        target = used.label(edge.target).text() if edge.target != "back" else "back to where it was"
        assert squeezed(target) in text, edge.id
    ways = {way.name for unit in atlas_of(used).units.values() for way in unit.exits}
    restored = {
        edge.id for edge in used.edges() if edge.label.name == "restored" and edge.target == "back"
    }  # a tag says it
    assert ways == {edge.id for edge in used.edges()} - restored


def test_lines_of_a_page_never_run_through_a_box() -> None:
    for name in ("belarus", "kazakhstan", "flight"):
        for page in overview_pages(plan(name), A4, Theme(), "1"):
            boxes = [m for m in page.each() if isinstance(m, Rect) and m.look.line and m.wide > 40]
            legs = [
                leg for path in page.each() if isinstance(path, Drawn) and not path.look.fill and path.look.width >= 0.9
                for leg in pairwise(path.points())
            ]  # fmt: skip
            for (x1, y1), (x2, y2) in legs:
                for box in boxes:
                    inside_x = min(x1, x2) < box.x + box.wide - 0.5 and max(x1, x2) > box.x + 0.5
                    inside_y = min(y1, y2) < box.y + box.high - 0.5 and max(y1, y2) > box.y + 0.5
                    within = (
                        box.x - 0.5 <= min(x1, x2)
                        and max(x1, x2) <= box.x + box.wide + 0.5
                        and box.y <= min(y1, y2)
                        and max(y1, y2) <= box.y + box.high
                    )
                    assert not (inside_x and inside_y) or within, (name, page.title)


@pytest.mark.parametrize(("name", "language"), ALL)
def test_the_figures_of_the_heading_are_those_of_the_answer_to_the_digit(name: str, language: str) -> None:
    used = plan(name)
    for trace, sheets in pages(name, language):
        heading = next(words(group.marks) for group in sheets[0].groups() if group.name == "heading")
        with speaking(language, used.frame.first_language):
            answer = squeezed(report(trace, "1", 10_000))
        for total in trace.totals:
            assert squeezed(total.text) in heading, (trace.case.title, total.what)
            assert squeezed(total.text) in answer, (trace.case.title, total.what)


@pytest.mark.parametrize("name", FILES)
def test_the_cost_so_far_ends_at_what_our_side_paid(name: str) -> None:
    checked = 0
    used = plan(name)
    for trace in traces(name, "en"):
        ours = [one for one, party in used.parties.items() if party.owner == "we"]
        costs = [stop.cost for stop in tell(used, trace).stops if stop.cost]
        paid = {
            total.text
            for total in trace.totals
            if any(total.what == f"Fees paid by {used.label(one).text()}" for one in ours)
        }
        returned = any(fee.kind == "return" for fee in trace.fees)
        if costs and len(paid) == 1 and not returned:
            assert costs[-1] in paid, trace.case.title
            checked += 1
    assert checked or name not in ("belarus", "flight")


# ── What is next, what is over, what is closed ──────────────────────────────────────────────────

LOAN = """
fact sum, money above 0 XTS "Sum" ask "How much?"
fact signed, yes or no "Signed" ask "Is it signed?"
document letter "Letter" by act "s. 1"
  from owner
fee court_fee on sum "Court fee" by act "s. 9" saying "one for each hundred"
  | any | 1 % |
deadline answer "Answer"
  counts from sending of letter by act "s. 3"
  14 days by act "s. 3" reconstructed "no first day is named"
procedure loan "A loan"
stage asking "Ask for it" by act "s. 1"
  the owner sends letter to tenant
  the tenant replies within answer
    pays      -> paid
    if missed -> suing
stage suing "Sue" by act "s. 2"
  the owner pays court_fee
  the owner chooses
    court   -> paid
    notary when signed -> paid
end paid "Paid" by act "s. 4"
"""


def loan(text: str = LOAN, **told: Any) -> tuple[Plan, Trace]:
    used = plan_of(text)
    case = case_of(used, {"sum": "500 XTS", "signed": "no"})
    case = replace(case, start=date(2024, 3, 4), title="Owner and tenant", **told)
    return used, simulate_case(used, case, days())


def drawn(used: Plan, trace: Trace) -> tuple[Page, ...]:
    return case_pages(used, trace, A4, Theme(), "1")


def named(sheets: tuple[Page, ...], name: str) -> str:
    return next(words(group.marks) for page in sheets for group in page.groups() if group.name == name)


def test_the_next_step_stands_large_at_the_head_with_its_day() -> None:
    used, trace = loan()
    [next_step] = [group for group in drawn(used, trace)[0].groups() if group.name == "next"]
    assert squeezed("NEXT STEP Owner sends Letter to Tenant 2024-03-04") == words(next_step.marks)
    assert max(mark.size for mark in flat(next_step.marks) if isinstance(mark, Text)) >= 12
    assert next_step.link == "#stop-1"


def test_what_happened_is_ticked_and_what_we_wait_for_is_next() -> None:
    used = plan_of(LOAN)
    case = replace(case_of(used, {"sum": "500 XTS", "signed": "no"}), start=date(2024, 3, 4))
    told = with_history(used, case, [Happening("sending of letter", "2024-03-05", "", 2)])
    trace = simulate_case(used, told, days())
    story = tell(used, trace)
    assert [deed.happened for deed in story.stops[0].deeds] == [True, False]
    assert story.next is not None
    assert not story.next.ours
    assert squeezed("WE WAIT FOR Tenant") in named(drawn(used, trace), "next")
    assert "Owner pays Court fee" in story.next.then


def test_a_fee_shows_its_arithmetic_and_a_term_its_length_and_day() -> None:
    used, trace = loan()
    tags = {tag.kind: tag.words for stop in tell(used, trace).stops for deed in stop.deeds for tag in deed.tags}
    assert tags["fee"].startswith("5.00 XTS = 1 %")
    assert tags["theirs"] == "14 days: by 2024-03-18"


def test_a_closed_road_has_a_padlock_and_says_why() -> None:
    used, trace = loan()
    [closed] = [deed for stop in tell(used, trace).stops for deed in stop.deeds if deed.kind == "closed"]
    assert closed.words == "Notary – closed: Signed: no"
    text = squeezed(" ".join(words(page.marks) for page in drawn(used, trace)))
    assert squeezed(closed.words) in text


def test_each_box_has_a_title_and_leads_to_its_source_in_the_list() -> None:
    used, trace = loan()
    sheets = drawn(used, trace)
    boxes = [group for page in sheets for group in page.groups() if group.name.startswith("step-")]
    listed = {group.name for page in sheets for group in page.groups() if group.name.startswith("source-")}
    assert len(boxes) == len(trace.steps)
    assert all(group.title for group in boxes)
    assert {group.link[1:] for group in boxes if group.link} <= listed
    assert sum(bool(group.link) for group in boxes) >= len(boxes) - 1
    assert squeezed("3† reconstructed: The act, s. 3 – reconstructed: no first day is named") in squeezed(
        " ".join(words(page.marks) for page in sheets)
    )


def test_what_nobody_told_is_a_row_for_each_answer() -> None:
    used = plan_of(LOAN.replace("court   -> paid", "court unless signed -> paid"))
    case = replace(case_of(used, {"sum": "500 XTS"}), start=date(2024, 3, 4))
    trace = simulate_case(used, case, days())
    assert len(trace.outcome.ways) == 2
    sheets = drawn(used, trace)
    assert squeezed("Signed: yes Paid") in named(sheets, "answer-1") + named(sheets, "answer-2")
    assert overlaps(sheets[0]) == []


# ── Files ───────────────────────────────────────────────────────────────────────────────────────

HOSTILE = (
    LOAN.replace('"Ask for it"', "\"<script>alert(1)</script> & 'x'\"")
    .replace('"Letter"', '"javascript:alert(2)"')
    .replace('"Paid"', '"]]> --> </svg><img src=x onerror=alert(3)>"')
)


def test_text_of_a_file_is_shown_and_never_run() -> None:
    used, trace = loan(HOSTILE)
    sheets, shown = drawn(used, trace), ""
    for page in sheets:
        root = ET.fromstring(svg_of(page))
        tags = {element.tag.removeprefix(SVG) for element in root.iter()}
        assert tags <= {"svg", "g", "a", "title", "desc", "rect", "path", "text"}
        for element in root.iter():
            assert not [key for key in element.attrib if key.lower().startswith("on")]
            link = element.get("href")
            assert link is None or link.startswith("#")
        shown += "".join(element.text or "" for element in root.iter(f"{SVG}text"))
    assert "javascript:alert(2)" in shown
    assert "<script>alert(1)</script>" in shown
    assert pdf_of(sheets).count(b"/JavaScript") == 0
    assert b"/JS" not in pdf_of(sheets)


def test_a_box_whose_source_is_on_another_page_leads_into_its_file(tmp_path: Path) -> None:
    out = tmp_path / "a case.svg"
    answer = proc("draw", FILES["belarus"], "--case", SERVICES, "--page", "a4", "--lang", "ru", "-o", out)
    assert answer.code == 0, answer.err
    made = sorted(path.name for path in tmp_path.iterdir())
    assert made == ["a case-2.svg", "a case-3.svg", "a case.svg"]
    root = ET.fromstring(out.read_text(encoding="utf-8"))
    links = {element.get("href") for element in root.iter(f"{SVG}a")}
    assert "a%20case-3.svg#source-1" in links
    assert 'id="source-1"' in (tmp_path / "a case-3.svg").read_text(encoding="utf-8")


def test_the_same_command_gives_the_same_bytes(tmp_path: Path) -> None:
    made = set()
    for seed in ("1", "2"):
        out = tmp_path / f"{seed}.svg"
        typed = ["draw", FILES["flight"], "--scenario", "Four hours", "--page", "a4", "--lang", "fr", "-o", out]
        environment = os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
        subprocess.run(
            [sys.executable, "-m", "proc_tools", *map(str, typed)],
            check=True,
            capture_output=True,
            cwd=ROOT,
            env=environment,
        )
        made.add(re.sub(rb"\d(-\d)?\.svg", b"", out.read_bytes()))
    assert len(made) == 1
    used, trace = loan()
    assert pdf_of(drawn(used, trace)) == pdf_of(drawn(used, trace))


def test_pdf_embeds_the_faces_and_keeps_the_letters_of_every_language() -> None:
    letters = "әғқңөұүһі ӘҒҚҢӨҰҮҺІ ўЎёЁ ₸ → «»"
    used, trace = loan(LOAN.replace('"Ask for it"', f'"{letters}"'))
    reader = PdfReader(BytesIO(pdf_of(drawn(used, trace))))
    text = "".join(page.extract_text() for page in reader.pages)
    for letter in letters.replace(" ", ""):
        assert letter in text
    fonts = [font.get_object() for page in reader.pages for font in page["/Resources"]["/Font"].values()]
    assert fonts
    assert all("/FontFile2" in font["/FontDescriptor"] for font in fonts)
    assert reader.pages[0].mediabox.width == pytest.approx(841.89, abs=0.01)


def test_svg_and_pdf_hold_the_same_lines_of_text() -> None:
    for _, sheets in pages("belarus", "ru"):
        pdf = PdfReader(BytesIO(pdf_of(sheets)))
        for page, other in zip(sheets, pdf.pages, strict=True):
            svg = "".join(element.text or "" for element in ET.fromstring(svg_of(page)).iter(f"{SVG}text"))
            assert sorted(squeezed(svg)) == sorted(squeezed(other.extract_text()))
        break


def test_png_is_a4_at_300_dots_to_the_inch_and_says_so() -> None:
    used, trace = loan()
    data = png_of(drawn(used, trace)[0])
    wide, high = struct.unpack(">II", data[16:24])
    assert abs(wide - 3508) <= 1  # 297 mm
    assert abs(high - 2480) <= 1
    at = data.index(b"pHYs")
    assert struct.unpack(">IIB", data[at + 4 : at + 13]) == (11811, 11811, 1)


def test_a_firm_adds_its_name_and_its_colour_and_nothing_that_cannot_be_read() -> None:
    used, trace = loan()
    theme = theme_of({"firm": "Smith & Co", "contact": "smith.example", "accent": "#5A1E3C"})
    svg = svg_of(case_pages(used, trace, A4, theme, "1")[0])
    assert "Smith &amp; Co" in svg
    assert "#5A1E3C" in svg
    for wrong in ({"accent": "#FFDD00"}, {"accent": "red"}, {"colour": "#000000"}, {"firm": 3}):
        with pytest.raises(ThemeError):
            theme_of(wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (("--view", "case", "-o", "x.pdf"), "there is no case to show"),
        (("-o", "x.html"), "there is no case to show"),
        (("--view", "overview", "--scenario", "Silent", "-o", "x.html"), "a report in HTML is of a case"),
        (("--view", "detail", "--stage", "hearng", "-o", "x.pdf"), "Did you mean `hearing`?"),
        (("--against", "kazakhstan", "--scenario", "Silent", "-o", "x.pdf"), "--against is of two files"),
        (("--view", "overview", "--stage", "hearing", "-o", "x.pdf"), "--stage belongs to --view detail"),
        (("--page", "a4", "--set", "principal=1", "-o", "x.dot"), "no format for pages"),
        (("--page", "a4", "--theme", "none.toml", "--scenario", "Silent", "-o", "x.pdf"), "there is no file none.toml"),
    ],
)
def test_what_cannot_be_drawn_is_refused_in_one_sentence(typed: tuple[str, ...], said: str) -> None:
    answer = proc("draw", "belarus", *typed)
    assert answer.code == 2
    assert said in answer.err


def test_nothing_of_what_a_page_says_in_grey_hangs_on_colour() -> None:
    """Each kind of time has a sign or a border that no other has."""
    kinds = ("mine", "theirs", "limit", "wait", "practice", "not stated", "fee", "overdue")
    looks = {(str(sign(kind, 0, 0, "#000000")), pill_look(kind, Theme())[0].dash) for kind in kinds}
    assert len(looks) == len(kinds)


# ── Two files ───────────────────────────────────────────────────────────────────────────────────


def changed_pages() -> tuple[Plan, Plan, tuple[Page, ...]]:
    new = plan_of(
        LOAN.replace("14 days", "10 days").replace("| any | 1 % |", "| any | 2 % |").replace('end paid "Paid" by act "s. 4"', """
stage waits "Wait" by act "s. 5"
  the owner chooses
    pays -> paid
end paid "Paid" by act "s. 4\"""").replace("notary when signed -> paid", "notary when signed -> waits")
    )  # fmt: skip
    old = plan_of(LOAN)
    return old, new, against_pages(old, new, A4, Theme(), "1")


def test_two_versions_show_what_is_new_and_what_it_was() -> None:
    old, new, sheets = changed_pages()
    both, marking = merged(atlas_of(old), atlas_of(new))
    assert {name: remark.change for name, remark in marking.units.items()} == {
        "asking": "changed",
        "suing": "changed",
        "waits": "new",
    }
    text = squeezed(" ".join(words(page.marks) for page in sheets))
    assert squeezed("+ 10 days") in text
    assert squeezed("– was: 14 days") in text
    assert squeezed("NEW") in text
    assert squeezed("Court fee") in text
    assert len(both.units) == 4
    for page in sheets:
        assert overlaps(page) == []
        assert outside(page) == []


def test_what_is_gone_stays_in_its_place_and_says_so() -> None:
    old, new, _ = changed_pages()
    both, marking = merged(atlas_of(new), atlas_of(old))
    assert marking.of("waits").change == "gone"
    assert both.units["waits"].part == atlas_of(new).units["waits"].part
    text = squeezed(" ".join(words(page.marks) for page in against_pages(new, old, A4, Theme(), "1")))
    assert "GONE" in text


def test_a_version_held_against_itself_has_not_changed() -> None:
    for name in ("belarus", "flight"):
        _, marking = merged(atlas_of(plan(name)), atlas_of(plan(name)))
        assert marking.units == {}


@pytest.mark.parametrize("language", ["en", "ru"])
def test_two_jurisdictions_stand_beside_one_another_by_the_roles_of_their_stages(language: str) -> None:
    one, other = plan("belarus"), plan("kazakhstan")
    with speaking(language, "en"):
        sheets = against_pages(one, other, A4, Theme(), "1")
        text = squeezed(" ".join(words(page.marks) for page in sheets))
        for used in (one, other):
            for stage in used.stages.values():
                assert squeezed(stage.label.text()) in text
    for page in sheets:
        assert overlaps(page) == []
        assert outside(page) == []


# ── The calendar, the report, Mermaid ───────────────────────────────────────────────────────────


def test_the_calendar_shows_each_term_today_and_what_the_end_hangs_on() -> None:
    used, trace = loan()
    [page] = timeline_pages(used, trace, A4, Theme(), "1", date(2024, 3, 11))
    text = words(page.marks)
    assert squeezed("today 2024-03-11") in text
    for term in trace.deadlines:
        assert squeezed(f"{term.title} – {term.length}") in text
    critical = [one for one in tell(used, trace).stretches if one.critical]
    assert [one.title for one in critical] == ["Answer"]
    assert critical[0].due == date(2024, 3, 18)


@cache
def services() -> tuple[Plan, Case, Trace]:
    """The case of services, answered in Russian."""
    used = plan("belarus")
    case = case_of_data(used, read_case_file(str(SERVICES)))
    with speaking("ru", used.frame.first_language):
        return used, case, simulate_case(used, case, calendar(used, "belarus"))


@cache
def html() -> str:
    used, case, trace = services()
    with speaking("ru", used.frame.first_language):
        papers = checklist_of(used, case, calendar(used, "belarus"))
        return html_of(used, trace, papers, case_pages(used, trace, A4, Theme(), "1"), Theme(), "1")


def test_the_report_needs_nothing_else_and_runs_nothing() -> None:
    page = html()
    assert "<script" not in page.casefold()
    assert re.findall(r"""(?:src|href)=["']?(?!#)[^"'> ]+""", page) == []
    assert [url for url in re.findall(r"url\(([^)]{12})", page) if not url.startswith("data:font/t")] == []
    assert "default-src &#x27;none&#x27;" in page
    assert not re.search(r"<[^>]+\son[a-z]+=", page)


def test_each_number_of_the_report_leads_to_its_sentence() -> None:
    page = html()
    ids = re.findall(r'id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    links = set(re.findall(r'href="#([^"]+)"', page))
    assert links
    assert links <= set(ids)
    assert re.search(r'id="source-\d+"[^>]*>.*?<blockquote>[^<]+</blockquote>', page)


def test_the_report_says_the_totals_of_the_answer_and_every_step() -> None:
    _, _, trace = services()
    page = squeezed(unescape(html()))
    assert all(squeezed(f"<dd>{total.text}</dd>") in page for total in trace.totals)
    assert all(squeezed(step.text) in page for step in trace.steps)


def test_mermaid_quotes_whatever_a_file_says() -> None:
    used, trace = loan(HOSTILE)
    text = to_mermaid(make_diagram(used, trace))
    assert "<script" not in text
    assert text == to_mermaid(make_diagram(used, trace))
    assert "javascript:alert(2)" in text  # as words in quotation marks
    for line in text.splitlines()[2:]:
        assert line.count('"') % 2 == 0
        outside_quotes = "".join(line.split('"')[::2])
        assert re.fullmatch(r"[\w ,:#\-.=>|(){}\[\]]*", outside_quotes), line
    assert text.startswith("%% ")
    assert len(re.findall(r"==>", text)) == sum(arrow.taken for arrow in make_diagram(used, trace).arrows)


# ── Where cases go ──────────────────────────────────────────────────────────────────────────────


@cache
def law(sure: bool = True) -> tuple[Plan, Paths]:
    """The paths of the case of services, with odds for everything that others decide, or with none."""
    paths = (FILES["belarus"], ROOT / "examples" / "belarus_odds.proc")
    used = make_plan(load(*(read_source(one.read_bytes(), one.name, one.parent)[0] for one in paths)))
    case = case_of_data(used, read_case_file(str(SERVICES)))
    return used, paths_of(used, replace(case, practice=("illustration",) if sure else ()), calendar(used, "belarus"))


def test_the_odds_and_days_of_the_page_are_those_of_the_paths() -> None:
    used, found = law()
    assert found.definite
    sheets = heat_pages(used, found, A4, Theme(), "1")
    heading = next(words(group.marks) for group in sheets[0].groups() if group.name == "heading")
    days = found.whole.days
    assert days is not None
    assert squeezed(f"Days, median {days.median}") in squeezed(
        " ".join(f"{what} {said}" for what, said in _figures(found))
    )
    assert f"{days.median}" in heading
    text = squeezed(" ".join(words(page.marks) for page in sheets))
    for end in found.ends:
        assert squeezed(f"{end.title}: {round(end.odds.most * 100)} %") in text
    for stage in (one for one in found.stages if one.stage in used.stages):
        long = f", {stage.median_days} day" if stage.median_days else ""
        assert squeezed(f"{round(stage.odds.most * 100)} %{long}") in text
    for page in sheets:
        assert overlaps(page) == []
        assert outside(page) == []


def test_a_line_is_wider_the_more_cases_go_that_way() -> None:
    _, found = law()
    marking = marking_of(found, Theme())
    by_odds = sorted((one.odds.most, marking.look((one.edge,))) for one in found.edges if one.odds.most > 0)
    widths = [look.width for _, look in by_odds if look]
    assert widths == sorted(widths)
    assert len(set(widths)) > 5
    assert all(not look.dash for _, look in by_odds if look)
    nobody = marking.look(("choose_way.notary",))
    assert nobody is not None
    assert nobody.line == Theme().rule


def test_odds_that_are_not_stated_are_ranges_and_broken_lines() -> None:
    used, found = law(sure=False)
    assert not found.definite
    marking = marking_of(found, Theme())
    looks = [marking.look((one.edge,)) for one in found.edges if not one.odds.exact]
    assert looks
    assert all(look and look.dash for look in looks)
    text = squeezed(" ".join(words(page.marks) for page in heat_pages(used, found, A4, Theme(), "1")))
    for one in found.ends:
        if not one.odds.exact:
            assert squeezed(f"{round(one.odds.least * 100)}–{round(one.odds.most * 100)} %") in text


def test_the_bars_of_the_histogram_hold_all_odds() -> None:
    _, found = law()
    chart = histogram(found.law, 240, 100, Theme())
    bars = [mark for mark in flat(chart.marks) if isinstance(mark, Rect)]
    sums = [0.0] * 24
    first, last = min(one.day for one in found.law), max(one.day for one in found.law)
    for one in found.law:
        sums[(one.day - first).days * 24 // ((last - first).days + 1)] += one.odds
    assert sum(sums) == pytest.approx(1)
    drawn_ = {round(bar.x / 10): bar.high for bar in bars}
    for at, one in enumerate(sums):
        tall = 100 * one / max(sums)
        assert drawn_.get(at, 0.0) == pytest.approx(tall if tall >= 0.3 else 0.0, abs=0.01)


# ── The gallery ─────────────────────────────────────────────────────────────────────────────────


def test_the_gallery_is_made_whole_and_each_point_of_its_list_says_yes_or_no() -> None:
    page = (ROOT / "docs" / "gallery" / "README.md").read_text(encoding="utf-8")
    for name, sheets in gallery.gallery():
        assert f"{name}.svg" in page
        assert f"{name}.pdf" in page
        assert (ROOT / "docs" / "gallery" / f"{name}.pdf").is_file()
        for sheet in sheets:
            assert overlaps(sheet) == [], name
            assert outside(sheet) == [], name
    rows = re.findall(r"^\| (?!---)(?!point)[^|]+\| ([^|]+) \|", page[page.index("| point |") :], re.MULTILINE)
    assert len(rows) >= 20
    assert set(rows) <= {"yes", "no"}


def test_a_long_procedure_is_grouped_on_its_overview_and_does_not_hang() -> None:
    text = 'procedure long "Long"\n' + "".join(
        f'stage s{at} "Stage {at}" by act "s. {at}"\n  the {("owner", "court")[at % 2]} decides{"" if at % 2 == 0 else " at once"}\n'
        f"    ahead -> {f's{at + 1}' if at < 399 else 'done'}\n    away -> done\n"
        for at in range(400)
    )
    used = plan_of(text + 'end done "Done" by act "s. 1"\n')
    sheet = overview_sheet(atlas_of(used), A4, Theme(), (), PLAIN)
    [page] = finished([sheet], A4, Theme(), "Long", "", Colophon("long.proc"))
    assert overlaps(page) == []
    assert outside(page) == []
    assert "and" in words(page.marks)


def test_what_is_too_long_for_a_flowchart_is_drawn_as_pages(tmp_path: Path) -> None:
    text = "".join(
        f'stage s{at} "Stage {at}" by act "s. {at}"\n  the owner decides\n    ahead -> {f"s{at + 1}" if at < 159 else "done"}\n    away -> done\n'
        for at in range(160)
    )
    path = tmp_path / "long.proc"
    path.write_text(HEAD + 'procedure long "Long"\n' + text + 'end done "Done" by act "s. 1"\n', encoding="utf-8")
    answer = proc("draw", path, "-o", tmp_path / "long.svg")
    assert answer.code == 0, answer.err
    assert "160 stages are too many for one flowchart" in answer.err
    assert 'id="page-' in (tmp_path / "long-2.svg").read_text(encoding="utf-8")
