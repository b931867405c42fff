"""Plan (and trace) → diagram: which boxes, which arrows, which words. Nothing here knows DOT or SVG."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

from engine.records import Act, Advice, Call, Cite, Clock, Deadline, Edge, Fee, Onward, Plan, Require, Stage, Wait
from engine.trace import Day, Trace

BoxKind = Literal["stage", "decision", "call", "end", "back", "start"]
PillKind = Literal["mine", "theirs", "limit", "wait", "advice", "practice", "at once", "not stated", "fee"]
ArrowKind = Literal["way", "missed", "else", "right", "call"]

# Words of the picture itself, by language; the words of the law come from the .proc file.
WORDS: dict[str, dict[str, str]] = {
    "": {
        "performs": "performs", "back": "back to where it was", "if not": "if not", "missed": "term missed",
        "any time": "at any time", "at once": "at once", "not stated": "time not stated", "fee": "fee", "wait": "wait",
        "advised": "advised: wait", "advice": "advice", "legend": "Legend", "sources": "Sources", "mine": "our term", "theirs": "their term",
        "limit": "authority's limit", "practice": "practice", "taken": "road taken", "else": "closed until",
        "otherwise": "otherwise", "starts": "Start", "law": "the law", "bands": "{} bands", "from": "from", "by": "by",
    },
    "ru": {
        "performs": "выполняется", "back": "назад, где прервано", "if not": "если нет", "missed": "срок пропущен",
        "any time": "в любое время", "at once": "сразу", "not stated": "срок не указан", "fee": "сбор", "wait": "ожидание",
        "advised": "совет: подождать", "advice": "совет", "legend": "Обозначения", "sources": "Источники", "mine": "наш срок",
        "theirs": "их срок", "limit": "срок органа", "practice": "практика", "taken": "пройденный путь",
        "else": "закрыто, пока нет", "otherwise": "иначе", "starts": "Начало", "law": "закон", "bands": "{} ступени",
        "from": "от", "by": "до",
    },
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pill:
    """A small tag: a term, a fee, a silence."""

    kind: PillKind
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """One act of a stage, with its tags."""

    text: str
    pills: tuple[Pill, ...] = ()


@dataclass(frozen=True, slots=True)
class Box:
    id: str
    name: str  # of the stage or end; empty for the start
    kind: BoxKind
    title: str
    actor: str
    actor_title: str
    owner: str
    rows: tuple[Row, ...]
    pills: tuple[Pill, ...]
    numbers: tuple[int, ...]  # of the sources
    part: int
    procedure: str
    tooltip: str
    dates: str = ""
    taken: bool = False


@dataclass(frozen=True, slots=True)
class Arrow:
    id: str
    source: str
    target: str
    kind: ArrowKind
    label: str
    pills: tuple[Pill, ...] = ()
    tooltip: str = ""
    odds: str = ""
    taken: bool = False


@dataclass(frozen=True, slots=True)
class Diagram:
    title: str
    subtitle: str
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    parts: tuple[str, ...]
    actors: tuple[tuple[str, str, str], ...]  # (name, title, owner), in the order of the file
    sources: tuple[str, ...]  # numbered from 1
    footer: str
    words: dict[str, str] = field(default_factory=dict)
    has_case: bool = False


def make_diagram(plan: Plan, trace: Trace | None = None, language: str = "", version: str = "") -> Diagram:
    """The flowchart of a plan; with a trace, the road taken stands out with its dates and sums."""
    return _Drawer(plan, trace, language).diagram(version)


class _Drawer:
    def __init__(self, plan: Plan, trace: Trace | None, language: str) -> None:
        self.plan, self.trace = plan, trace
        first = plan.frame.languages[0] if plan.frame.languages else ""
        self.language = "" if language == first else language
        self.words = WORDS[""] | WORDS.get(language, {})
        self.cited: dict[str, int] = {}
        self.ids = {name: f"s{number}" for number, name in enumerate((*plan.stages, *plan.ends), 1)}
        self.boxes: list[Box] = []
        self.arrows: list[Arrow] = []
        self.path = set(trace.path) if trace else set()
        self.days: dict[str, list[Day]] = {}
        for step in trace.steps if trace else ():
            self.days.setdefault(step.stage, []).append(step.date)
        self.sums = {entry.id: entry.amount for entry in trace.fees} if trace else {}

    def diagram(self, version: str) -> Diagram:
        plan = self.plan
        for procedure in plan.procedures.values():
            if not procedure.entry:
                continue
            start = f"start_{procedure.label.name}"
            title = procedure.label.text(self.language)
            stage = plan.stages[procedure.entry]
            taken = procedure.entry in self.days
            self.boxes.append(
                Box(
                    start,
                    "",
                    "start",
                    title,
                    "",
                    "",
                    "",
                    (),
                    (),
                    (),
                    stage.part,
                    procedure.label.name,
                    title,
                    taken=taken,
                )
            )
            self.arrows.append(Arrow(f"{start}.enter", start, self.entry(procedure.entry), "way", "", taken=taken))
        for stage in plan.stages.values():
            self.stage(stage)
        for name, end in plan.ends.items():
            self.boxes.append(
                Box(
                    self.ids[name], name, "end", end.label.text(self.language), "", "", "", (), (), self.numbers(end.cite),
                    end.part, end.procedure, str(end.cite or ""), self.dates(name), self.reached(name),
                )
            )  # fmt: skip
        self.rights()
        return self.finish(version)

    def finish(self, version: str) -> Diagram:
        plan, trace = self.plan, self.trace
        acting = {box.actor for box in self.boxes}
        actors = tuple((n, p.label.text(self.language), p.owner) for n, p in plan.parties.items() if n in acting)
        subtitle = ""
        footer = f"{plan.file} {plan.sha256[:12]} · proc {version}".strip()
        if trace is not None:
            subtitle = trace.case.title
            footer = f"{footer} · as of {trace.as_of} · calendar {trace.calendar.name} to {trace.calendar.published_to} · not legal advice"
        main = plan.procedures[plan.main].label.text(self.language) if plan.main else ""
        return Diagram(
            f"{plan.frame.label.text(self.language)}: {main}", subtitle, tuple(self.boxes), tuple(self.arrows),
            tuple(self.part_title(number) for number in range(len(plan.parts))), actors, tuple(self.cited), footer,
            self.words, trace is not None,
        )  # fmt: skip

    def part_title(self, number: int) -> str:
        titles = dict(self.plan.parts[number])
        return titles.get(self.language) or titles.get("") or ""

    # ── words ───────────────────────────────────────────────────────────────────────────────────

    def title(self, name: str) -> str:
        return self.plan.label(name).text(self.language)

    def numbers(self, *cites: Cite | None) -> tuple[int, ...]:
        """The numbers of sources in the list, each source once."""
        found = []
        for cite in cites:
            if cite is not None:
                text = self.source_text(cite)
                found.append(self.cited.setdefault(text, len(self.cited) + 1))
        return tuple(dict.fromkeys(found))

    def source_text(self, cite: Cite) -> str:
        if cite.kind in ("stated", "reconstructed", "not stated"):
            title = (
                self.plan.sources[cite.source].label.text(self.language)
                if cite.source in self.plan.sources
                else cite.source
            )
            words = {"stated": f"{title}, {cite.locator}", "reconstructed": f"{title}, {cite.locator} (reconstructed)"}
            return words.get(cite.kind, f"not stated in: {title}")
        return f"{cite.kind}: {cite.locator}"

    def dates(self, name: str) -> str:
        """The day or days at which the case is there."""
        days = self.days.get(name, [])
        if not days:
            return ""
        first, last = _day(days[0]), _day(days[-1])
        return first if first == last else f"{first} – {last}"

    def reached(self, name: str) -> bool:
        return name in self.days or any(edge.target == name and edge.id in self.path for edge in self.plan.edges())

    def event_words(self, deadline: Deadline) -> str:
        start = deadline.starts[0][0] if deadline.starts else None
        if start is None:
            return ""
        if start.op == "reading":
            reading = self.plan.readings[start.name]
            meaning = reading.option(reading.preferred).meaning
            start = meaning if meaning is not None else start
        moment, _, of = start.words.partition(" of ")
        return f"{moment}: {self.title(of)}" if of else self.title(start.words)

    def length_words(self, deadline: Deadline) -> str:
        found = []
        for version in deadline.versions:
            words = version.gives.words
            for name in (name for op, name in version.gives.names() if op == "reading"):
                reading = self.plan.readings[name]
                words = words.replace(name, reading.option(reading.preferred).unit or name)
            for name in (name for op, name in version.gives.names() if op == "fact"):
                words = self.title(name)
            if version.kind == "line":
                found.append(words)
        return " / ".join(dict.fromkeys(found))

    def clock(self, act_owner: str, clock: Clock | None) -> tuple[Pill, ...]:
        if clock is None:
            return ()
        if clock.at_once:
            return (Pill("at once", self.words["at once"]),)
        if clock.not_stated:
            return (Pill("not stated", self.words["not stated"]),)
        deadline = self.plan.deadlines[clock.deadline]
        kind: PillKind = {"we": "mine", "the other side": "theirs"}.get(act_owner, "limit")  # type: ignore[assignment]
        return (Pill(kind, self.length_words(deadline) + self.due(clock.deadline)),)

    def due(self, deadline: str) -> str:
        """With a case: the last day, where it is known."""
        entries = [e for e in (self.trace.deadlines if self.trace else ()) if e.id == deadline]
        return f": {entries[-1].due.exact}" if entries and entries[-1].due and entries[-1].due.exact else ""

    def fee(self, fee: Fee) -> Pill:
        title = fee.label.text(self.language)
        known = self.sums.get(fee.label.name)
        if known is not None:
            amount = (
                f"{known.amount} {known.currency}"
                if known.amount
                else self.words["not stated"]
                if known.not_stated
                else "?"
            )
            return Pill("fee", f"{title}: {amount}")
        bands = len(fee.rows)
        return Pill("fee", title if bands == 1 else f"{title}: {self.words['bands'].format(bands)}")

    # ── boxes and arrows ────────────────────────────────────────────────────────────────────────

    def entry(self, name: str) -> str:
        """The box an arrow to a stage or an end points at."""
        return self.ids.get(name, name)

    def stage(self, stage: Stage) -> None:
        name = stage.label.name
        plain = [m for m in stage.moves if isinstance(m, Wait) or (isinstance(m, Act) and not m.ways)]
        branch = next((m for m in stage.moves if isinstance(m, Act) and m.ways), None)
        call = next((m for m in stage.moves if isinstance(m, Call)), None)
        acts = [m for m in stage.moves if isinstance(m, Act)]
        lead = acts[0] if acts else None
        actor = lead.party if lead and lead.owner != "the law" else ""
        actor_title = self.title(actor) if actor else self.words["law"] if lead else ""
        rows = [self.row(move) for move in plain]
        kind: BoxKind = "decision" if branch and not plain else "call" if call else "stage"
        if call:
            rows.append(
                Row(f"{self.words['performs']}: {self.plan.procedures[call.procedure].label.text(self.language)}")
            )
        cites = [stage.cite, *(m.cite for m in stage.moves if isinstance(m, Act | Wait | Call))]
        advice = " ".join(m.remark.text(self.language) for m in stage.moves if isinstance(m, Advice))
        tooltip = "; ".join(part for part in (str(stage.cite or ""), advice) if part)
        box = Box(
            self.ids[name], name, kind, stage.label.text(self.language), actor, actor_title, lead.owner if lead else "",
            tuple(rows), self.clock(branch.owner, branch.clock) if branch and kind == "decision" else (),
            self.numbers(*cites), stage.part, stage.procedure, tooltip, self.dates(name), name in self.days,
        )  # fmt: skip
        self.boxes.append(box)
        source = box.id
        if branch and kind != "decision":
            source = self.decision(box, branch)
        self.ways(stage, box.id, source)

    def decision(self, box: Box, branch: Act) -> str:
        """The diamond below a stage that first acts and then branches."""
        diamond = f"{box.id}d"
        actor = self.title(branch.party) if branch.party else self.words["law"]
        question = f"{actor}?"
        self.boxes.append(
            replace(
                box, id=diamond, kind="decision", title=question, actor=branch.party, actor_title="", owner=branch.owner, rows=(),
                pills=self.clock(branch.owner, branch.clock), numbers=(), dates="",
            )
        )  # fmt: skip
        self.arrows.append(Arrow(f"{box.name}.decide", box.id, diamond, "way", "", taken=box.taken))
        return diamond

    def row(self, move: Act | Wait) -> Row:
        if isinstance(move, Wait):
            deadline = self.plan.deadlines[move.deadline]
            kind: PillKind = "advice" if move.advised else "wait"
            words = self.words["advised" if move.advised else "wait"]
            return Row("", (Pill(kind, f"{words} {self.length_words(deadline)}{self.due(move.deadline)}"),))
        if move.fee:
            return Row("", (self.fee(self.plan.fees[move.fee]),))
        actor = f"{self.title(move.party)} → {self.title(move.addressee)}: " if move.addressee else ""
        return Row(
            f"{actor}{self.title(move.document)}",
            tuple(p for p in self.clock(move.owner, move.clock) if p.kind != "at once"),
        )

    def ways(self, stage: Stage, box: str, source: str) -> None:
        for move in stage.moves:
            if isinstance(move, Require) and move.edge:
                label = "; ".join(
                    self.title(test.subject.name) if test.subject.name else test.words for test in move.when
                )
                self.arrow(move.edge, box, "else", f"{self.words['if not']}: {label}")
            elif isinstance(move, Act):
                origin = source if move.ways else box
                for way in move.ways:
                    self.arrow(way, origin, "way", self.way_label(way))
                if move.missed:
                    self.arrow(move.missed, origin, "missed", self.words["missed"])
            elif isinstance(move, Call):
                for way in move.ways:
                    self.arrow(way, box, "way", self.title(way.label.name))
            elif isinstance(move, Onward):
                self.arrow(move.edge, source, "way", "")

    def way_label(self, way: Edge) -> str:
        if way.label.name == "otherwise":
            return self.words["otherwise"]
        return way.label.text(self.language)

    def arrow(self, edge: Edge, source: str, kind: ArrowKind, label: str) -> None:
        target = self.entry(edge.target)
        if edge.target == "back":
            target = f"{source}_back"
            if not any(box.id == target for box in self.boxes):
                home = self.plan.stages[edge.stage]
                self.boxes.append(
                    Box(
                        target,
                        "",
                        "back",
                        self.words["back"],
                        "",
                        "",
                        "",
                        (),
                        (),
                        (),
                        home.part,
                        home.procedure,
                        "",
                        taken=edge.id in self.path,
                    )
                )
        tooltip = "; ".join(part for part in (edge.guard.words().replace("_", " "), str(edge.cite or "")) if part)
        self.arrows.append(
            Arrow(
                edge.id, source, target, kind, label, tooltip=tooltip, odds=self.odds(edge), taken=edge.id in self.path
            )
        )

    def odds(self, edge: Edge) -> str:
        """What the practice asked for says of this way."""
        for name in self.trace.case.practice if self.trace else ():
            for odds in self.plan.practice[name].odds:
                for share in odds.shares:
                    if odds.stage == edge.stage and share.label == edge.label.name and share.least is not None:
                        return f"{share.least} %" if share.least == share.most else f"{share.least}–{share.most} %"
        return ""

    def rights(self) -> None:
        for right in self.plan.rights.values():
            window = self.plan.deadlines[right.clock.deadline] if right.clock and right.clock.deadline else None
            kind: PillKind = "mine" if right.owner == "we" else "theirs"
            pills = (Pill(kind, self.length_words(window) + self.due(window.label.name)),) if window else ()
            label = f"{self.words['any time']}: {right.label.text(self.language)}"
            for stage in right.stages:
                taken = right.edge.id in self.path and stage in self.days
                arrow_id = f"{right.edge.id}@{stage}"
                tooltip = str(right.cite or "")
                self.arrows.append(
                    Arrow(
                        arrow_id,
                        self.ids[stage],
                        self.entry(right.edge.target),
                        "right",
                        label,
                        pills,
                        tooltip,
                        taken=taken,
                    )
                )


def _day(day: Day) -> str:
    if day.not_before:
        return f"≥ {day.not_before}"
    return f"{'≤ ' if day.latest else ''}{day.exact}"


def legend_pills(diagram: Diagram) -> Iterator[PillKind]:
    """The kinds of tags that occur, in a fixed order."""
    kinds: tuple[PillKind, ...] = ("mine", "theirs", "limit", "wait", "advice", "not stated", "fee")
    present = {pill.kind for pill in _pills(diagram)}
    return (kind for kind in kinds if kind in present)


def _pills(diagram: Diagram) -> Iterable[Pill]:
    for box in diagram.boxes:
        yield from box.pills
        for row in box.rows:
            yield from row.pills
    for arrow in diagram.arrows:
        yield from arrow.pills
