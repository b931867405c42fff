"""The flowchart: nothing of the plan is missing in it, nothing sticks out of its box, and it stays as it was looked at.

The DOT text of both shipped jurisdictions, with and without a case, is kept in tests/snapshots. After a change that
is meant to be seen, look at the drawings and write the texts anew: `UPDATE_SNAPSHOTS=1 python -m pytest tests/test_diagram.py`.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import date
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import networkx as nx
import pytest

from engine.records import Label, Plan
from engine.refusal import Refusal
from engine.scenarios import case_of_scenario
from engine.simulate import simulate_case
from engine.trace import Trace
from procedure_dsl.wording import speaking
from tests.procs import ROOT, SHIPPED, calendar, case_of, plan_of, shipped
from viz.diagram import Diagram, make_diagram
from viz.dot import to_dot
from viz.layout import lay_out
from viz.render import render
from viz.widths import text_width
from viz.words import WORDS, translated, words_of

SNAPSHOTS = Path(__file__).with_name("snapshots")
RENDERERS = ["wheel", *(["dot"] if shutil.which("dot") else [])]
SVG = "{http://www.w3.org/2000/svg}"
PICTURES = [(name, with_case) for name in SHIPPED for with_case in (False, True)]

DEPOSIT = """
fact sum, money above 0 XTS "Deposit" ask "How much was paid?"
fact damaged, yes or no "The flat is damaged" ask "Is the flat damaged?"

procedure deposit "Getting the deposit back"
part "Asking"

document demand "Demand" by act "s. 1"
  from owner
fee court_fee on sum "Court fee" by act "s. 9"
  | up to 100 XTS    | 10 XTS |
  | above 100 XTS    | 5 %    |

stage asking "Ask for it" by act "s. 1"
  the owner sends demand to tenant
  the tenant replies within 14 days from sending of demand
    pays               -> paid
    objects            -> sue
    wants_talks "asks for talks" -> sue
    if missed          -> sue

part "Suing"

stage sue "Sue" by act "s. 2"
  requires damaged is no otherwise -> lost
  the owner pays court_fee
  the court decides within 30 days from start by act "s. 3"
    awards             -> paid
    dismisses          -> lost

end paid "Paid", recovers sum by act "s. 4"
end lost "Lost" by act "s. 5"
"""


def trace_of(plan: Plan, number: int = 0) -> Trace:
    """The trace of one of the file's own scenarios."""
    return simulate_case(
        plan, case_of_scenario(plan, plan.scenarios[number]), calendar(plan.frame.calendar), compare=False
    )


@cache
def drawn(name: str, with_case: bool) -> Diagram:
    plan = replace(shipped(name), file=f"{name}.proc", sha256="")
    return make_diagram(plan, trace_of(plan) if with_case else None)


@cache
def svg_of(name: str, with_case: bool, renderer: str) -> ET.Element:
    os.environ["PROC_RENDERER"] = renderer
    try:
        return ET.fromstring(render(to_dot(drawn(name, with_case)), "svg").data)
    finally:
        del os.environ["PROC_RENDERER"]


@cache
def walks(name: str) -> tuple[Trace, ...]:
    """The traces of all scenarios that walk the road."""
    plan, found = shipped(name), []
    for scenario in plan.scenarios:
        case = case_of_scenario(plan, scenario)
        if case.start:
            try:
                found.append(simulate_case(plan, case, calendar(plan.frame.calendar), compare=False))
            except Refusal:
                continue
    return tuple(found)


# ── The plan, whole and nothing else ────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("name", "with_case"), PICTURES)
def test_the_drawing_stays_as_it_was_looked_at(name: str, with_case: bool) -> None:
    kept = SNAPSHOTS / f"{name}{'_case' if with_case else ''}.dot"
    dot = to_dot(drawn(name, with_case))
    if os.environ.get("UPDATE_SNAPSHOTS"):
        SNAPSHOTS.mkdir(exist_ok=True)
        kept.write_text(dot, encoding="utf-8", newline="\n")
    assert dot == kept.read_text(encoding="utf-8"), "look at the drawing; UPDATE_SNAPSHOTS=1 keeps the new one"


def test_the_same_text_whatever_python_shuffles(tmp_path: Path) -> None:
    texts = set()
    for seed in ("1", "2"):
        out = tmp_path / f"{seed}.dot"
        draw = [sys.executable, "-m", "proc_tools", "draw", "kazakhstan", "-o", str(out)]
        subprocess.run(draw, check=True, capture_output=True, cwd=ROOT, env=os.environ | {"PYTHONHASHSEED": seed})
        texts.add(out.read_bytes())
    assert len(texts) == 1


@pytest.mark.parametrize("name", SHIPPED)
def test_each_way_of_the_plan_is_drawn_and_no_other(name: str) -> None:
    diagram = drawn(name, False)
    boxes = {box.id for box in diagram.boxes}
    here = {edge.id for edge in shipped(name).edges() if edge.label.name == "restored" and edge.target == "back"}
    assert {arrow.id for arrow in diagram.arrows if arrow.kind != "inner"} == {
        edge.id for edge in shipped(name).edges()
    } - here  # a term that is restored where the road goes on is told in the box
    assert {end for arrow in diagram.arrows for end in (arrow.source, arrow.target)} <= boxes
    assert {box.name for box in diagram.boxes} - {""} == {*shipped(name).stages, *shipped(name).ends}


@pytest.mark.parametrize("name", SHIPPED)
def test_each_simulated_step_is_an_arrow_taken(name: str) -> None:
    assert walks(name)
    for trace in walks(name):
        diagram = make_diagram(shipped(name), trace)
        taken = {arrow.id for arrow in diagram.arrows if arrow.taken and arrow.kind != "inner"}
        parts = [trace, *(way.trace for way in trace.outcome.ways)]
        walked = {step for part in parts for step in part.path if not step.endswith(".restored")}
        assert taken == walked, trace.case.title


@pytest.mark.parametrize("name", SHIPPED)
def test_the_road_taken_is_unbroken(name: str) -> None:
    """From the start of its procedure every box that stands out is reached along arrows that stand out."""
    for trace in walks(name):
        diagram = make_diagram(shipped(name), trace)
        graph = nx.DiGraph((arrow.source, arrow.target) for arrow in diagram.arrows if arrow.taken)
        starts = [box.id for box in diagram.boxes if box.kind == "start" and box.taken]
        reached = set().union(*(nx.descendants(graph, start) | {start} for start in starts))
        returns = {box.id for box in diagram.boxes if box.kind == "back"}
        assert {box.id for box in diagram.boxes if box.taken} - returns <= reached, trace.case.title


@pytest.mark.parametrize("name", SHIPPED)
def test_visits_are_numbered_in_the_order_of_the_road(name: str) -> None:
    for trace in walks(name):
        stops = {visit.number: box.name for box in make_diagram(shipped(name), trace).boxes for visit in box.visits}
        assert sorted(stops) == list(range(1, len(stops) + 1))
        walked = [step.stage for step in trace.steps]
        in_order = iter(stops[number] for number in sorted(stops))
        assert all(
            any(stop == stage for stop in in_order) for at, stage in enumerate(walked) if walked[at - 1 : at] != [stage]
        )


@pytest.mark.parametrize(
    ("old", "new"), [("14 days", "15 days"), ("5 %", "6 %"), ("10 XTS", "11 XTS"), ("above 100", "above 120")]
)
def test_changing_a_fee_or_a_term_changes_the_picture(old: str, new: str) -> None:
    assert DEPOSIT.count(old) == 1
    changed = (
        DEPOSIT.replace(old, new).replace("up to 100", "up to 120") if old == "above 100" else DEPOSIT.replace(old, new)
    )
    assert to_dot(make_diagram(plan_of(changed))) != to_dot(make_diagram(plan_of(DEPOSIT)))


# ── What is where ───────────────────────────────────────────────────────────────────────────────


def test_parallel_ways_share_an_arrow_and_keep_their_ids() -> None:
    wires = lay_out(make_diagram(plan_of(DEPOSIT))).wires
    shared = next(wire for wire in wires if len(wire.arrows) > 1)
    assert [arrow.id for arrow in shared.arrows] == ["asking.objects", "asking.wants_talks", "asking.missed"]
    assert len({(wire.first.source, wire.first.target) for wire in wires}) == len(wires)


def test_the_way_taken_stays_apart_from_those_beside_it() -> None:
    plan = plan_of(DEPOSIT)
    case = replace(case_of(plan, {"sum": "100 XTS", "damaged": "no"}, {"asking": "objects"}), start=date(2024, 3, 1))
    wires = lay_out(make_diagram(plan, simulate_case(plan, case, calendar()))).wires
    to_suing = [
        [arrow.id for arrow in wire.arrows]
        for wire in wires
        if wire.first.id in ("asking.objects", "asking.wants_talks")
    ]
    assert to_suing == [["asking.objects"], ["asking.wants_talks", "asking.missed"]]


@pytest.mark.parametrize("name", SHIPPED)
def test_the_ends_of_the_main_road_stand_below_its_parts(name: str) -> None:
    diagram = drawn(name, False)
    clusters = "".join(re.findall(r"subgraph cluster_\d+ \{.*?\n  \}", to_dot(diagram), re.DOTALL))
    ends = [box for box in diagram.boxes if box.kind == "end"]
    assert ends
    for box in ends:
        assert (f"    {box.id} [" in clusters) is (box.procedure != diagram.main)


def test_the_legend_names_what_occurs_and_nothing_else() -> None:
    full = to_dot(make_diagram(plan_of(DEPOSIT)))
    key = unescape(full[full.index("  key [") :])
    words = words_of()
    assert [words[word] in key for word in ("mine", "theirs", "limit", "fee", "missed way", "closed")] == [
        False,
        True,
        True,
        True,
        True,
        True,
    ]
    assert [words[word] in key for word in ("waiting", "practice", "call", "right", "taken")] == [False] * 5


def test_a_file_without_a_road_is_drawn_too() -> None:
    dot = to_dot(make_diagram(plan_of('value unit, money "Unit" by act "s. 1"\n  5 XTS since 2020-01-01\n')))
    assert "Somewhere" in words_in(ET.fromstring(render(dot, "svg").data))


@pytest.mark.parametrize("name", SHIPPED)
def test_every_number_of_a_source_is_listed(name: str) -> None:
    dot = to_dot(drawn(name, False))
    cited = {int(number) for number in re.findall(r"\[(\d+)\]", dot)}
    assert cited == set(range(1, len(drawn(name, False).sources) + 1))


# ── Rendered ────────────────────────────────────────────────────────────────────────────────────


def words_in(root: ET.Element) -> str:
    """All text of an SVG without its blanks, which wrapping moves about."""
    return "".join(re.sub(r"\s", "", text.text or "") for text in root.iter(f"{SVG}text"))


@pytest.mark.parametrize("renderer", RENDERERS)
@pytest.mark.parametrize(("name", "with_case"), PICTURES)
def test_the_svg_holds_every_title(name: str, with_case: bool, renderer: str) -> None:
    shown = words_in(svg_of(name, with_case, renderer))
    plan = shipped(name)
    missing = [
        one.label.text()
        for one in (*plan.stages.values(), *plan.ends.values())
        if "".join(one.label.text().split()) not in shown
    ]
    assert missing == []


@pytest.mark.parametrize("renderer", RENDERERS)
@pytest.mark.parametrize(("name", "with_case"), PICTURES)
def test_no_text_is_wider_than_its_box(name: str, with_case: bool, renderer: str) -> None:
    """Measured with the table of widths: inside the rectangle, and inside the slanting sides of a diamond."""
    checked = 0
    for group in svg_of(name, with_case, renderer).iter(f"{SVG}g"):
        kind = (group.get("class") or "").split()
        if kind[:1] == ["node"] and len(kind) > 1 and kind[1] != "start":
            left, top, right, bottom = outline(group)
            middle, centre, half_width, half_height = (
                (left + right) / 2,
                (top + bottom) / 2,
                (right - left) / 2,
                (bottom - top) / 2,
            )
            for x0, y0, x1, y1 in boxes_of_text(group):
                checked += 1
                if kind[1] == "decision":
                    reach = max(abs(x0 - middle), abs(x1 - middle)) / half_width
                    height = max(abs(y0 - centre), abs(y1 - centre)) / half_height
                    assert reach + height <= 1, group.get("id")
                else:
                    assert left - 0.5 <= x0, group.get("id")
                    assert x1 <= right + 0.5, group.get("id")
    assert checked > 50


@pytest.mark.parametrize("renderer", RENDERERS)
@pytest.mark.parametrize(("name", "with_case"), PICTURES)
def test_no_text_lies_on_another(name: str, with_case: bool, renderer: str) -> None:
    found = sorted(boxes_of_text(svg_of(name, with_case, renderer)))
    for at, (_, top, right, bottom) in enumerate(found):
        for x0, y0, _, y1 in found[at + 1 :]:
            if x0 >= right - 1:
                break
            assert y1 <= top + 2.5 or y0 >= bottom - 2.5, (x0, y0)


@pytest.mark.parametrize("name", SHIPPED)
def test_the_png_shows_something(name: str) -> None:
    data = render(to_dot(drawn(name, True)), "png").data
    assert data.startswith(b"\x89PNG")
    assert len(data) > 100_000


def outline(group: ET.Element) -> tuple[float, float, float, float]:
    """The outermost corners of a node's shape."""
    shapes = [one for one in group.iter() if one.tag in (f"{SVG}polygon", f"{SVG}path")]
    points = [
        tuple(map(float, p))
        for one in shapes
        for p in re.findall(r"(-?[\d.]+),(-?[\d.]+)", one.get("points") or one.get("d") or "")
    ]
    across, down = [x for x, _ in points], [y for _, y in points]
    return min(across), min(down), max(across), max(down)


def boxes_of_text(root: ET.Element) -> Iterator[tuple[float, float, float, float]]:
    for text in root.iter(f"{SVG}text"):
        size, words = float(text.get("font-size") or 14), (text.text or "").strip()
        if not words:
            continue
        width = text_width(words, size, text.get("font-weight") == "bold")
        x, y = float(text.get("x") or 0), float(text.get("y") or 0)
        left = {"middle": x - width / 2, "end": x - width}.get(text.get("text-anchor") or "", x)
        yield left, y - size * 0.76, left + width, y + size * 0.24


# ── Titles of any kind ──────────────────────────────────────────────────────────────────────────

HOSTILE = {
    "quotes": "\"Sue\" 'now' \\ \\\\ “so”",
    "markup": "A & B < C > D </TD></TABLE>> <B>&amp; &#60;",
    "record": "{a|b} \\N \\G | -> ; [x=1] // # /* */",
    "emoji": "Court 🏛️ money 💶 👩‍⚖️",
    "right to left": "בית משפט لجنة المحكمة",
    "cyrillic": "Өтінішті қарау, подача искового заявления, ўзнагарода",
    "long": "administrative " * 20,
    "unbroken": "x" * 300,
}


def retitled(thing: Any, title: str) -> Any:
    """A plan in which everything is called the same."""
    if isinstance(thing, Label):
        return Label(thing.name, (("", title),))
    if is_dataclass(thing) and not isinstance(thing, type):
        return replace(
            thing, **{one.name: retitled(getattr(thing, one.name), title) for one in fields(thing) if one.init}
        )
    if isinstance(thing, dict):
        return {name: retitled(value, title) for name, value in thing.items()}
    return tuple(retitled(one, title) for one in thing) if isinstance(thing, tuple) else thing


def html_labels(dot: str) -> Iterator[str]:
    """What stands between `label=<` and the `>` that closes it."""
    for start in (found.end() for found in re.finditer(r"label=<", dot)):
        depth, at = 1, start
        while depth:
            depth += {"<": 1, ">": -1}.get(dot[at], 0)
            at += 1
        yield dot[start : at - 1]


@pytest.mark.parametrize("renderer", RENDERERS)
@pytest.mark.parametrize("title", HOSTILE.values(), ids=HOSTILE.keys())
def test_any_title_survives(title: str, renderer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROC_RENDERER", renderer)
    diagram = make_diagram(retitled(plan_of(DEPOSIT), title))
    dot = to_dot(diagram)
    labels = list(html_labels(dot))
    assert len(labels) > 10
    for label in labels:
        ET.fromstring(f"<label>{label}</label>")
    assert words_in(ET.fromstring(render(dot, "svg").data)).count("".join(title.split())) >= len(diagram.boxes) - 3


# ── Languages ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("language", "said", "shown"),
    [
        ("ru", "1 month", "1 месяц"), ("ru", "2 working days", "2 рабочих дня"), ("ru", "11 days", "11 дней"), ("ru", "21 days", "21 день"),
        ("ru", "112 years", "112 лет"),
        ("ru", "at most 21 days", "не более 21 дня"), ("ru", "5 %, at least 2 months", "5 %, не менее 2 месяцев"), ("kk", "20 working days", "20 жұмыс күні"),
        ("en", "20 working days", "20 working days"), ("ru", "5 % of the excess", "5 % от превышения"), ("ru", "base_of 3 days", "base_of 3 дня"),
    ],
)  # fmt: skip
def test_lengths_and_amounts_are_said_in_the_language(language: str, said: str, shown: str) -> None:
    with speaking(language):
        assert translated(said) == shown


def test_a_language_lacks_words_but_has_no_others() -> None:
    """What a language does not name is said in English."""
    assert words_of() == WORDS
    with speaking("zz"):
        assert words_of() == WORDS
    with speaking("kk"):
        assert words_of()["legend"] == "Шартты белгілер"


def test_every_word_of_the_picture_is_asked_for() -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "viz").glob("*.py") if path.name != "words.py")
    owners = {
        "we",
        "the other side",
        "court or chance",
        "the law",
        "outside",
        "assumption",
    }  # asked for by what they are
    assert [word for word in WORDS if word not in owners and f'"{word}"' not in code and f"'{word}'" not in code] == []


def test_only_a_drawing_loads_the_graph_library() -> None:
    code = (
        "import sys; from proc_tools.main import run; "
        "[run(words) for words in (['check', 'belarus'], ['simulate', 'belarus'])]; sys.exit('networkx' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, cwd=ROOT)
