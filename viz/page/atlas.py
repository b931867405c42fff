"""Plan → what its pages show: each stage with its acts, terms, fees and ways, numbered in the order of the text.

Which words a stage has is decided in `diagram.py`, once for the flowchart and for the pages.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Literal

from engine.records import Plan
from engine.trace import Trace
from procedure_dsl.wording import say
from viz.diagram import Arrow, Box, Diagram, Pill, make_diagram
from viz.page.sources import MARKS, UNVERIFIED
from viz.page.story import Lane, Tag, TagKind, capital

KINDS: Final[dict[str, TagKind]] = {
    "mine": "mine", "theirs": "theirs", "limit": "limit", "wait": "wait", "advice": "advice", "practice": "practice",
    "not stated": "not stated", "fee": "fee",
}  # fmt: skip
OWNERS: Final = ("we", "the other side", "court or chance", "the law", "")
Change = Literal["", "new", "gone", "changed"]


@dataclass(frozen=True, slots=True)
class Exit:
    """One way out of a stage."""

    name: str
    label: str
    condition: str
    target: str  # a stage or an end; "" for back to where it was
    kind: str  # way, missed, else, right
    decides: str = ""  # who does, where it is not who acts first


@dataclass(frozen=True, slots=True)
class Unit:
    """A stage or an end. `rows` are its acts, each with its tags; `bars` are what must be so before it is open."""

    name: str
    number: int
    kind: Literal["stage", "end"]
    title: str
    part: int
    procedure: str
    lane: str
    rows: tuple[tuple[str, tuple[Tag, ...]], ...] = ()
    bars: tuple[str, ...] = ()
    exits: tuple[Exit, ...] = ()
    numbers: tuple[str, ...] = ()
    performs: tuple[str, ...] = ()  # the first stage of each procedure performed here

    def tags(self) -> tuple[Tag, ...]:
        return tuple(tag for _, tags in self.rows for tag in tags)


@dataclass(frozen=True, slots=True)
class Atlas:
    """Everything of a plan that its pages show."""

    place: str
    title: str
    units: dict[str, Unit]
    parts: tuple[str, ...]  # titles; where the file has none, one without a title
    lanes: tuple[Lane, ...]
    sources: tuple[tuple[str, str], ...]  # the number with its mark, and the text
    main: str

    def number(self, name: str) -> str:
        unit = self.units.get(name)
        return f"{unit.number}" if unit and unit.kind == "stage" else ""


def atlas_of(plan: Plan, trace: Trace | None = None, language: str = "") -> Atlas:
    return _Surveyor(plan, make_diagram(plan, trace, language)).atlas()


class _Surveyor:
    def __init__(self, plan: Plan, diagram: Diagram) -> None:
        self.plan, self.diagram = plan, diagram
        self.names = {box.id: box.name for box in diagram.boxes if box.name}
        self.marks = [
            f"{at}{MARKS[kind]}{UNVERIFIED if open_ else ''}" for at, (kind, open_) in enumerate(diagram.classes, 1)
        ]
        self.ways: dict[str, list[Arrow]] = {}
        self.decider: dict[str, Box] = {
            box.id.removesuffix("d"): box for box in diagram.boxes if box.kind == "decision" and not box.name
        }
        for arrow in diagram.arrows:
            home = self.names.get(arrow.source) or self.names.get(arrow.source.removesuffix("d"))
            if home and arrow.kind in ("way", "missed", "else"):
                self.ways.setdefault(home, []).append(arrow)

    def atlas(self) -> Atlas:
        plan, diagram = self.plan, self.diagram
        boxes = {box.name: box for box in diagram.boxes if box.name}
        units: dict[str, Unit] = {}
        for number, name in enumerate((name for name in boxes if name in plan.stages), 1):
            units[name] = self.stage(number, name, boxes[name])
        for name, unit in units.items():
            if not unit.lane:  # nobody acts there: it stands where whoever leads to it stands
                leads = (one for one in units.values() if one.lane and any(way.target == name for way in one.exits))
                units[name] = replace(unit, lane=next(leads, unit).lane)
        for name in (name for name in boxes if name in plan.ends):
            units[name] = self.end(name, boxes[name], units)
        acting = {unit.lane for unit in units.values()}
        lanes = [Lane(name, party.label.text(), party.owner) for name, party in plan.parties.items() if name in acting]
        if "" in acting:
            lanes.append(Lane("", say("the law"), "the law"))
        lanes.sort(key=lambda lane: OWNERS.index(lane.owner))
        return Atlas(
            plan.frame.label.text(), plan.procedures[plan.main].label.text() if plan.main else plan.frame.label.text(), units,
            diagram.parts or ("",), tuple(lanes), tuple(zip(self.marks, diagram.sources, strict=True)), plan.main,
        )  # fmt: skip

    def cites(self, numbers: tuple[int, ...]) -> tuple[str, ...]:
        return tuple(self.marks[number - 1] for number in numbers)

    def stage(self, number: int, name: str, box: Box) -> Unit:
        rows: list[tuple[str, tuple[Tag, ...]]] = []
        bars: list[str] = []
        for row in box.rows:
            tags = tuple(self.tag(pill) for pill in row.pills if pill.kind in KINDS)
            bars += [line for pill in row.pills if pill.kind == "closed" for line in pill.lines]
            if row.text or tags:
                rows.append((capital(row.text), tags))
        decider = self.decider.get(box.id)
        pills = (*box.pills, *(decider.pills if decider else ()))
        if tags := tuple(self.tag(pill) for pill in pills if pill.kind in KINDS):
            rows.append((capital(decider.title) if decider else "", tags))
        return Unit(
            name, number, "stage", box.title, max(box.part, 0), box.procedure, box.actor, tuple(rows), tuple(bars),
            (*self.exits(name), *self.rights(name)), self.cites(box.numbers),
            tuple(self.plan.procedures[call.procedure].entry for call in self.plan.stages[name].calls()),
        )  # fmt: skip

    def tag(self, pill: Pill) -> Tag:
        return Tag(KINDS[pill.kind], "\n".join(pill.lines), "", self.cites(pill.numbers))

    def exits(self, name: str) -> list[Exit]:
        return [
            Exit(way.id, way.label, way.condition, self.names.get(way.target, ""), way.kind) for way in self.ways.get(name, ())
        ]  # fmt: skip

    def rights(self, name: str) -> list[Exit]:
        """What may be done at any time while this stage lasts."""
        return [
            Exit(
                right.edge.id, f"{self.plan.label(right.party).text()}: {right.label.text()}", "",
                right.edge.target if right.edge.target != "back" else "", "right",
            )
            for right in self.plan.rights.values() if name in right.stages
        ]  # fmt: skip

    def end(self, name: str, box: Box, units: dict[str, Unit]) -> Unit:
        """An end stands in the lane of the first stage that leads to it."""
        first = next((unit for unit in units.values() if any(one.target == name for one in unit.exits)), None)
        rows = tuple((capital(row.text), ()) for row in box.rows)
        part = max(box.part, 0)
        return Unit(
            name,
            0,
            "end",
            box.title,
            part,
            box.procedure,
            first.lane if first else "",
            rows,
            (),
            (),
            self.cites(box.numbers),
        )
