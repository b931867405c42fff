"""Plan (and trace) → diagram: which boxes, which arrows, which words. Nothing here knows DOT or SVG."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Literal

from engine.records import (
    Act,
    Advice,
    Call,
    Cite,
    Clause,
    Clock,
    Deadline,
    Edge,
    End,
    Expr,
    Fee,
    Guard,
    Onward,
    Parallel,
    Plan,
    Require,
    Right,
    Stage,
    Test,
    Wait,
)
from engine.trace import Amount, SourceRef, Trace
from procedure_dsl.wording import Speech, say_currency, say_day, say_figure, speaking, spoken_language, title_of
from viz.clocks import has_happened, may_happen
from viz.taken import Taken, Visit
from viz.words import WORDS, translated, words_of

__all__ = ["WORDS", "Arrow", "Box", "Diagram", "Pill", "Row", "make_diagram"]

BoxKind = Literal["stage", "decision", "call", "end", "back", "right", "start"]
PillKind = Literal["mine", "theirs", "limit", "wait", "advice", "practice", "at once", "not stated", "fee", "closed"]
ArrowKind = Literal["way", "missed", "else", "right", "inner"]

_THOUSANDS = re.compile(r"(?<=\d) (?=\d{3}\b)")
_NAME = re.compile(r"[^\W\d]\w*")
_OF = re.compile(rf"\b({'|'.join(('paid of', 'recovered of', 'at the discretion of'))}) (\w+)")
_HELD = 0xE100  # a sign that no text holds
_PARTS = re.compile(r"in (?:(\d+) parts|parts of (.*)), (.*) apart from .*")


@dataclass(frozen=True, slots=True)
class Pill:
    """A small tag: a term, a fee, a silence, a closed road. The first line names it, the others list its steps."""

    kind: PillKind
    lines: tuple[str, ...]
    numbers: tuple[int, ...] = ()  # of the sources


@dataclass(frozen=True, slots=True)
class Row:
    """One act of a stage, with its tags."""

    text: str
    pills: tuple[Pill, ...] = ()


@dataclass(frozen=True, slots=True)
class Box:
    """A stage, a decision, an end: `name` is its name in the file, `rows` what happens in it."""

    id: str
    kind: BoxKind
    title: str
    procedure: str
    part: int = -1
    name: str = ""
    actor: str = ""
    actor_title: str = ""
    owner: str = ""
    rows: tuple[Row, ...] = ()
    pills: tuple[Pill, ...] = ()
    numbers: tuple[int, ...] = ()  # of the sources
    tooltip: str = ""
    visits: tuple[Visit, ...] = ()
    taken: bool = False
    good: bool = False  # an end that brings money


@dataclass(frozen=True, slots=True)
class Arrow:
    """One way of the plan under its own id; `inner` arrows join the boxes that one stage is drawn as."""

    id: str
    source: str
    target: str
    kind: ArrowKind
    label: str = ""
    condition: str = ""
    pills: tuple[Pill, ...] = ()
    tooltip: str = ""
    odds: str = ""
    taken: bool = False


@dataclass(frozen=True, slots=True)
class Diagram:
    title: str
    subtitle: tuple[str, ...]  # of the case: what it is called, how it ends, what it costs
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    parts: tuple[str, ...]
    actors: tuple[tuple[str, tuple[str, ...]], ...]  # (owner, titles), in the order of the file
    sources: tuple[str, ...]  # numbered from 1
    footer: str
    main: str = ""  # the procedure a case begins with
    words: dict[str, str] = field(default_factory=dict)
    has_case: bool = False
    classes: tuple[tuple[str, bool], ...] = ()  # of each source: its class, and whether it is still to be verified

    def pills(self) -> Iterator[Pill]:
        """Every tag in the picture."""
        for box in self.boxes:
            yield from box.pills
            for row in box.rows:
                yield from row.pills
        for arrow in self.arrows:
            yield from arrow.pills


def make_diagram(plan: Plan, trace: Trace | None = None, language: str = "", version: str = "") -> Diagram:
    """The flowchart of a plan; with a trace, the road taken stands out with its dates and sums."""
    first = plan.frame.first_language
    with speaking(language or spoken_language() or first, first) as speech:
        return _Drawer(plan, trace, speech).diagram(version)


class _Speaker:
    """The words of a plan for people: titles for names, numbers for sources, lengths and sums in the reader's language."""

    def __init__(self, plan: Plan, trace: Trace | None, speech: Speech) -> None:
        self.plan, self.trace = plan, trace
        self.language = "" if speech.language == speech.first else speech.language
        self.words = words_of()
        self.taken = Taken(trace, self.words)
        self.cited: dict[str, int] = {}
        self.classes: list[tuple[str, bool]] = []

    def title(self, name: str) -> str:
        return self.plan.label(name).text()

    def numbers(self, *cites: Cite | None) -> tuple[int, ...]:
        """The numbers of sources in the list, each source once."""
        found = []
        for cite in cites:
            if cite is not None:
                text = self.source_text(cite)
                if text not in self.cited:
                    self.cited[text] = len(self.cited) + 1
                    self.classes.append((cite.kind, bool(cite.unverified)))
                found.append(self.cited[text])
        return tuple(dict.fromkeys(found))

    def source_text(self, cite: Cite) -> str:
        source = self.plan.sources.get(cite.source)
        title = source.label.text() if source else cite.source
        match cite.kind:
            case "stated":
                text = f"{title}, {cite.locator}"
            case "reconstructed":
                text = f"{title}, {cite.locator} ({self.words['reconstructed']})"
            case "not stated":
                text = f"{self.words['not stated in']}: {title}"
            case _:
                text = f"{self.words[cite.kind]}: {cite.locator}"
        return f"{text} ({self.words['unverified']})" if cite.unverified else text

    def say(self, words: str) -> str:
        """An amount, a length or an answer as the file spells it, with titles for names."""
        held: list[str] = []  # what is said already, and no longer to be translated

        def hold(found: re.Match[str]) -> str:
            name = self.title(found[2])
            held.append(f"{self.words[found[1]]} {name if found[1].startswith('at') else f'“{name}”'}")
            return chr(_HELD + len(held) - 1)

        words = _OF.sub(hold, words)
        words = _THOUSANDS.sub("\u00a0", _NAME.sub(lambda found: self.read(found[0]), words))
        if self.language:  # a title has one form, whatever number stands before it
            words = re.sub(
                r"(?<=\d) (?=([^\W\d]\w*))",
                lambda found: "\u00a0×\u00a0" if found[1] in self.plan.values else " ",
                words,
            )
        words = _NAME.sub(lambda found: self.name(found[0]), translated(words))
        return re.sub(rf"[{chr(_HELD)}-{chr(_HELD + 0xFF)}]", lambda found: held[ord(found[0]) - _HELD], words)

    def read(self, name: str) -> str:
        """What a reading stands for, in the words of the file."""
        if name not in self.plan.readings:
            return name
        option = self.plan.readings[name].option(self.reading(name))
        return option.unit or (option.meaning.words if option.meaning else option.text())

    def name(self, name: str) -> str:
        plan = self.plan
        if name in plan.values:
            shown = name.replace("_", " ") if not self.language else self.title(name)
            return shown if shown.isupper() else shown[:1].lower() + shown[1:]
        if name in plan.facts or name in plan.rules:
            return f"“{self.title(name)}”"
        return self.words[name] if name in ("yes", "no") else name.replace("_", " ")

    def reading(self, name: str) -> str:
        """The reading that the case goes by, else the one that the file prefers."""
        return self.taken.readings.get(name, self.plan.readings[name].preferred)

    def applies(self, guard: Guard) -> bool:
        """False for what belongs to another reading than the one drawn."""
        wrong = [test for test in guard.when if test.subject.op == "reading" and not self.is_read(test)]
        wrong += [test for test in guard.unless if test.subject.op == "reading" and self.is_read(test)]
        return not wrong

    def is_read(self, test: Test) -> bool:
        read = self.reading(test.subject.name) in {one.words for one in test.objects}
        return read if test.relation == "is" else not read

    def condition(self, guard: Guard) -> str:
        """When a way is open or a term applies; nothing where it always is."""
        joiner = f" {self.words['and']} "
        when = [self.test(test) for test in guard.when if test.subject.op != "reading"]
        unless = [f"{self.words['not']} {self.test(test)}" for test in guard.unless if test.subject.op != "reading"]
        days = [
            f"{self.words[word]} {say_day(day)}"
            for word, day in (("since", guard.since), ("until", guard.until))
            if day
        ]
        return joiner.join([*when, *unless, *days])

    def test(self, test: Test) -> str:
        subject = test.subject
        title = self.title(subject.name) if subject.name else self.say(subject.words)
        if test.relation == "holds":
            return title
        rest = test.words.removeprefix(subject.words).strip()
        return (
            f"{title}: {self.say(rest.removeprefix('is '))}" if rest.startswith("is ") else f"{title} {self.say(rest)}"
        )

    # ── terms and fees ──────────────────────────────────────────────────────────────────────────

    def length(self, deadline: Deadline) -> tuple[tuple[str, ...], tuple[int, ...]]:
        """How long a term is, one line for each version that may apply, and by which sources."""
        versions = [one for one in deadline.versions if self.applies(one.guard)]
        clock = [one for one in deadline.clock if self.applies(one.guard)]
        cites = [
            *(one.cite for one in versions),
            *(cite for _, _, cite in deadline.starts),
            *(one.cite for one in clock),
        ]
        told = self.taken.deadlines.get(deadline.label.name)
        if told and told.length:
            day = f": {self.words['by']} {say_day(told.due.exact)}" if told.due and told.due.exact else ""
            happened = has_happened(told, self.words, say_day)
            return (self.say(told.length) + day, *happened), self.numbers(*_named(cites, told.sources))
        may = may_happen(clock, self.words, self.say, lambda line: self.condition(line.guard))
        return (*dict.fromkeys(self.clause(one) for one in versions), *may), self.numbers(*cites)

    def clause(self, clause: Clause) -> str:
        text = self.silence() if _silent(clause.gives) else self.say(clause.words)
        condition = self.condition(clause.guard)
        if not condition or clause.gives.op == "fact":  # a term that the case tells applies when it is told
            return text
        dated = not clause.guard.when and not clause.guard.unless
        return f"{text} {condition}" if dated else f"{text} ({self.words['when']} {condition})"

    def silence(self) -> str:
        return self.words["not stated"]

    def clock(self, owner: str, clock: Clock | None) -> tuple[Pill, ...]:
        if clock is None:
            return ()
        if clock.at_once:
            return (Pill("at once", (self.words["at once"],)),)
        if clock.not_stated:
            return (Pill("not stated", (self.words["time not stated"],)),)
        kind: PillKind = {"we": "mine", "the other side": "theirs"}.get(owner, "limit")  # type: ignore[assignment]
        deadline = self.plan.deadlines[clock.deadline]
        if all(_silent(one.gives) for one in deadline.versions if self.applies(one.guard)):
            return (Pill("not stated", (self.words["time not stated"],)),)
        return (Pill(kind, *self.length(deadline)),)

    def goes_on(self, move: Act) -> Iterator[Pill]:
        """That a missed term may be restored, where the stage then goes on."""
        if move.restored is not None and move.restored.edge.target == "back":
            condition = self.condition(move.restored.edge.guard)
            tail = f" ({self.words['when']} {condition})" if condition else ""
            kinds: dict[str, PillKind] = {"we": "mine", "the other side": "theirs"}
            words = f"{self.words['restored']}{tail}"
            yield Pill(kinds.get(move.owner, "limit"), (words,), self.numbers(move.restored.edge.cite))

    def parts(self, move: Act) -> Iterator[Pill]:
        """How a sum is paid in parts."""
        if move.instalments is not None:
            kind: PillKind = "mine" if move.owner == "we" else "theirs"
            text = move.instalments.words
            if self.language:
                shares, length = _PARTS.sub(r"\1\2\n\3", text).split("\n")
                text = f"{self.words['in parts']} {shares}; {self.words['apart']} {length}"
            yield Pill(kind, (self.say(text),))

    def fee(self, fee: Fee, returned: bool = False) -> Pill:
        """What a step costs: the sum in a case, else how it is worked out; or that it comes back."""
        title = fee.label.text()
        if returned:
            back = [self.sum_of(one.amount) for one in self.taken.fees.get(fee.label.name, ()) if one.kind == "return"]
            return Pill("fee", (f"{self.words['returned']}: {title}" + (f": {' + '.join(back)}" if back else ""),))
        rows = [row for row in fee.rows if self.applies(row.guard)]
        cites = [fee.cite, *(row.cite for row in rows)]
        paid = [entry for entry in self.taken.fees.get(fee.label.name, ()) if entry.kind == "payment"]
        if paid:
            sums = " + ".join(self.sum_of(entry.amount) for entry in paid)
            sources = tuple(source for entry in paid for source in entry.sources)
            return Pill("fee", (f"{title}: {sums}",), self.numbers(*_named(cites, sources)))
        bands = [self.band(row.words, row.gives, row.guard) for row in rows]
        lines = (f"{title}: {bands[0]}",) if len(bands) == 1 else (f"{title}:", *(f"– {band}" for band in bands))
        return Pill("fee", lines, self.numbers(*cites))

    def sum_of(self, amount: Amount) -> str:
        """An amount, a silence, or a question mark."""
        if amount.amount:
            return f"{say_figure(_grouped(amount.amount))} {say_currency(amount.currency or '')}"
        if amount.least and amount.most:
            ends = f"{say_figure(_grouped(amount.least))}–{say_figure(_grouped(amount.most))}"
            return f"{ends} {say_currency(amount.currency or '')}"
        return self.silence() if amount.not_stated else "?"

    def band(self, edges: str, gives: Expr, guard: Guard) -> str:
        condition = self.condition(guard)
        text = self.silence() if _silent(gives) else self.say(gives.words)
        text = f"{text} ({self.words['when']} {condition})" if condition else text
        return f"{self.say(edges)}: {text}" if edges else text


class _Drawer(_Speaker):
    """Walks the plan once, in the order of the file, and leaves the boxes and arrows of the drawing."""

    def __init__(self, plan: Plan, trace: Trace | None, speech: Speech) -> None:
        super().__init__(plan, trace, speech)
        self.ids = {name: f"s{number}" for number, name in enumerate((*plan.stages, *plan.ends), 1)}
        self.boxes: dict[str, Box] = {}
        self.arrows: list[Arrow] = []

    def diagram(self, version: str) -> Diagram:
        for procedure in self.plan.procedures.values():
            if procedure.entry:
                start, title = f"start_{procedure.label.name}", procedure.label.text()
                taken = self.taken.visited(procedure.entry)
                self.box(
                    Box(
                        start, "start", title, procedure.label.name, self.plan.stages[procedure.entry].part, taken=taken
                    )
                )
                self.arrows.append(Arrow(f"{start}.enter", start, self.ids[procedure.entry], "inner", taken=taken))
        for stage in self.plan.stages.values():
            self.stage(stage)
        for name, end in self.plan.ends.items():
            self.end(name, end)
        for right in self.plan.rights.values():
            self.right(right)
        return self.finish(version)

    def finish(self, version: str) -> Diagram:
        plan = self.plan
        acting = {box.actor for box in self.boxes.values()}
        actors: dict[str, list[str]] = {}
        for name, party in plan.parties.items():
            if name in acting:
                actors.setdefault(party.owner, []).append(party.label.text())
        if any(box.owner == "the law" for box in self.boxes.values()):
            actors["the law"] = []
        main = plan.procedures[plan.main].label.text() if plan.main else ""
        title = ": ".join(part for part in (plan.frame.label.text(), main) if part)
        return Diagram(
            title, self.case_lines(), tuple(self.boxes.values()), tuple(self.arrows),
            tuple(self.part_title(number) for number in range(len(plan.parts))),
            tuple((owner, tuple(titles)) for owner, titles in actors.items()), tuple(self.cited), self.footer(version),
            plan.main, self.words, self.trace is not None, tuple(self.classes),
        )  # fmt: skip

    def footer(self, version: str) -> str:
        parts = [
            " ".join(part for part in (self.plan.file, self.plan.sha256[:12]) if part),
            f"proc {version}" if version else "",
        ]
        if self.trace:
            calendar = self.trace.calendar
            parts.append(f"{self.words['as of']} {say_day(self.trace.as_of)}")
            parts.append(
                f"{self.words['calendar']} {calendar.name} {self.words['to']} {say_day(calendar.published_to)}"
            )
        return " · ".join(part for part in (*parts, self.words["not advice"]) if part)

    def case_lines(self) -> tuple[str, ...]:
        """What the case is called, how it ends, what it costs."""
        if not self.trace:
            return ()
        outcome = self.trace.outcome
        end = f"{self.title(outcome.at) if outcome.at else outcome.title}, {self.taken.day(outcome.day)}"
        currency = self.plan.frame.currency
        totals = " · ".join(f"{total.what}: {total.text}" for total in self.trace.totals)
        totals = totals.replace(f" {currency}", f"\u00a0{currency}")  # a sum is not parted from its money
        return tuple(
            line for line in (self.trace.case.title, " · ".join(part for part in (end, totals) if part)) if line
        )

    def part_title(self, number: int) -> str:
        return title_of(self.plan.parts[number])

    def box(self, box: Box) -> None:
        self.boxes[box.id] = box

    # ── stages ──────────────────────────────────────────────────────────────────────────────────

    def stage(self, stage: Stage) -> None:
        """One card, one diamond, or a card and the diamond below it."""
        name = stage.label.name
        acts = [move for move in stage.moves if isinstance(move, Act)]
        branch = next((act for act in acts if act.ways), None)
        calls = [*stage.calls()]
        plain = [move for move in stage.moves if isinstance(move, Wait) or (isinstance(move, Act) and not move.ways)]
        lead = acts[0] if acts else None
        rows = [Row("", (pill,)) for pill in self.requirements(stage)]
        practice = [Row("", (pill,)) for pill in self.practice(name)]
        kind: BoxKind = (
            "decision"
            if branch and not plain and not rows and not practice and not calls
            else "call"
            if calls
            else "stage"
        )
        actor = lead.party if lead and lead.owner != "the law" else ""
        rows += [self.row(move, actor) for move in plain]
        for call in calls:
            each = f" × {self.title(call.each)}" if call.each else ""
            performed = self.plan.procedures[call.procedure].label.text()
            rows.append(Row(f"⇒ {self.words['performs']}: {performed}{each}"))
        rows += practice
        rows += [
            Row("", (Pill("closed", (f"{self.words['was closed']}: {text}",)),))
            for text in self.taken.closed_roads(name, stage.label.text())
        ]
        advice = " ".join(move.remark.text() for move in stage.moves if isinstance(move, Advice))
        cites = [stage.cite, *(move.cite for move in stage.moves if isinstance(move, Act | Wait | Call | Parallel))]
        in_diamond = branch if kind == "decision" else None
        box = Box(
            self.ids[name], kind, stage.label.text(), stage.procedure, stage.part, name, actor,
            self.actor_title(lead), lead.owner if lead else "", () if in_diamond else tuple(rows),
            (*self.clock(in_diamond.owner, in_diamond.clock), *(pill for row in rows for pill in row.pills)) if in_diamond else (),
            self.numbers(*cites), "; ".join(part for part in (str(stage.cite or ""), advice) if part),
            self.taken.visits.get(name, ()), self.taken.visited(name),
        )  # fmt: skip
        self.box(box)
        self.ways(stage, box, self.diamond(box, branch) if branch and not in_diamond else box.id)

    def actor_title(self, act: Act | None) -> str:
        if act is None:
            return ""
        return self.words["law"] if act.owner == "the law" else self.title(act.party)

    def diamond(self, box: Box, branch: Act) -> str:
        """The question below a stage that first acts and then branches."""
        verb = f" {branch.verb.replace('_', ' ')}" if not self.language else ""
        taken = any(edge.id in self.taken.path for edge in (*branch.ways, *branch.of_time()))
        diamond = Box(
            f"{box.id}d", "decision", f"{self.actor_title(branch)}{verb}?", box.procedure, box.part, "", branch.party, "", branch.owner,
            pills=self.clock(branch.owner, branch.clock), numbers=self.numbers(branch.cite), tooltip=box.tooltip, taken=taken,
        )  # fmt: skip
        self.box(diamond)
        self.arrows.append(Arrow(f"{box.name}.decide", box.id, diamond.id, "inner", taken=taken))
        return diamond.id

    def row(self, move: Act | Wait, actor: str) -> Row:
        condition = self.condition(move.guard)
        tail = f" ({self.words['when']} {condition})" if condition else ""
        if isinstance(move, Wait):
            texts, numbers = self.length(self.plan.deadlines[move.deadline])
            words = f"{self.words['advised' if move.advised else 'wait']} {' / '.join(texts)}{tail}"
            return Row("", (Pill("advice" if move.advised else "wait", (words,), numbers),))
        clock = tuple(pill for pill in self.clock(move.owner, move.clock) if pill.kind != "at once")
        clock += tuple(self.goes_on(move))
        if move.fee:
            return Row("", (self.fee(self.plan.fees[move.fee], returned=move.returns), *clock, *self.parts(move)))
        who = self.title(move.party) if move.party and move.party != actor else ""
        to = f"→ {self.title(move.addressee)}" if move.addressee else ""
        head = " ".join(part for part in (who, to) if part)
        paper = self.title(move.document) if move.document else ("" if self.language else move.verb.replace("_", " "))
        text = ": ".join(part for part in (head, paper) if part)
        return Row(f"{text}{tail}" if text else "", clock)

    def requirements(self, stage: Stage) -> Iterator[Pill]:
        """What closes this road, or a part of the claim on it, and where the road leads instead."""
        found: dict[str, list[str]] = {}
        cites = []
        for move in stage.moves:
            if isinstance(move, Require) and self.applies(move.guard):
                tests = f" {self.words['and']} ".join(self.test(test) for test in move.when)
                elsewhere = f"; {self.words['else']} → {self.title(move.edge.target)}" if move.edge else ""
                head = (
                    f"{self.title(move.component)}: {self.words['only if']}" if move.component else self.words["unless"]
                )
                found.setdefault(head, []).append(tests + elsewhere)
                cites.append(move.cite)
        lines: list[str] = []
        for head, tests_ in found.items():
            lines += [f"{head} {tests_[0]}"] if len(tests_) == 1 else [head, *(f"– {test}" for test in tests_)]
        if lines:
            yield Pill("closed", tuple(lines), self.numbers(*cites))

    def practice(self, stage: str) -> Iterator[Pill]:
        """What experience says of how long this stage takes."""
        for practice in self.plan.practice.values():
            for pace in practice.paces:
                if pace.event == stage and self.applies(pace.guard):
                    condition = self.condition(pace.guard)
                    tail = f" ({self.words['when']} {condition})" if condition else ""
                    text = f"{self.words['practice']}: {self.say(str(pace))}{tail}"
                    yield Pill("practice", (text,), self.numbers(pace.cite))

    # ── ways ────────────────────────────────────────────────────────────────────────────────────

    def ways(self, stage: Stage, box: Box, branching: str) -> None:
        """The arrows of a stage; those of its branch start at the diamond."""
        for move in stage.moves:
            match move:
                case Require(edge=Edge() as edge):
                    self.arrow(edge, box.id, "else")
                case Act():
                    source = branching if move.ways else box.id
                    for way in move.ways:
                        self.arrow(way, source, "way", self.way_label(way))
                    if move.missed:
                        self.arrow(move.missed, source, "missed", self.words["missed"])
                    if move.early:
                        self.arrow(move.early, source, "missed", self.words["too_early"])
                    if move.restored and move.restored.edge.target != "back":
                        self.arrow(move.restored.edge, source, "way", self.words["restored"])
                case Call() | Parallel():
                    for call in move.calls if isinstance(move, Parallel) else (move,):
                        for way in call.ways:
                            self.arrow(way, box.id, "way", self.title(way.label.name))
                case Onward():
                    self.arrow(move.edge, branching, "way")

    def way_label(self, way: Edge) -> str:
        return self.words["otherwise"] if way.label.name == "otherwise" else way.label.text()

    def arrow(self, edge: Edge, source: str, kind: ArrowKind, label: str = "") -> None:
        target = self.ids.get(edge.target, edge.target)
        taken = edge.id in self.taken.path
        if edge.target == "back":
            target = f"{source}_back"
            earlier = self.boxes.get(target)
            home = self.plan.stages[edge.stage]
            box = Box(target, "back", self.words["back"], home.procedure, home.part, taken=taken)
            self.box(replace(box, taken=taken or bool(earlier and earlier.taken)))
        condition = self.condition(edge.guard) if self.applies(edge.guard) else ""
        title = self.plan.label(edge.stage).text()
        closed = tuple(
            Pill("closed", (f"{self.words['was closed']}: {why}",))
            for why in self.taken.closed_ways(edge.stage, f"{title}: {edge.label.text()}")
        )
        self.arrows.append(
            Arrow(edge.id, source, target, kind, label, condition, closed, str(edge.cite or ""), self.odds(edge), taken)
        )

    def odds(self, edge: Edge) -> str:
        """What the practice asked for says of this way."""
        for name in self.trace.case.practice if self.trace else ():
            for odds in self.plan.practice[name].odds:
                for share in odds.shares:
                    if odds.stage == edge.stage and share.label == edge.label.name and share.least is not None:
                        return f"{share.least} %" if share.least == share.most else f"{share.least}–{share.most} %"
        return ""

    def right(self, right: Right) -> None:
        """What may be done at any time: one small box, so that its words stand once however many stages lead to it."""
        clock = self.clock(right.owner, right.clock)
        name = right.edge.id
        stages = [self.plan.stages[stage] for stage in right.stages if stage in self.plan.stages]
        if not stages:
            return
        used = self.taken.used(right.label.name, right.stages)
        part = stages[0].part if len({stage.part for stage in stages}) == 1 else -1
        box = Box(
            f"right_{right.label.name}_{len(self.boxes)}", "right", right.label.text(), stages[0].procedure, part, "",
            right.party, self.title(right.party), right.owner, pills=clock, numbers=self.numbers(right.cite), tooltip=str(right.cite or ""),
            taken=bool(used),
        )  # fmt: skip
        self.box(box)
        for stage in stages:
            self.arrows.append(Arrow(name, self.ids[stage.label.name], box.id, "right", taken=stage.label.name in used))
        target = self.ids.get(right.edge.target)
        if target is None:  # it comes straight back
            self.box(replace(box, rows=(Row(f"↩ {self.words['back']}"),)))
        else:
            self.arrows.append(Arrow(f"{name}.leads", box.id, target, "inner", taken=bool(used)))

    def end(self, name: str, end: End) -> None:
        recovers = (Row(f"{self.words['recovers']}: {self.say(end.recovers.words)}"),) if end.recovers else ()
        self.box(
            Box(
                self.ids[name], "end", end.label.text(), end.procedure, end.part, name, rows=recovers,
                numbers=self.numbers(end.cite), tooltip=str(end.cite or ""), visits=self.taken.visits.get(name, ()),
                taken=self.taken.visited(name) or any(a.target == self.ids[name] and a.taken for a in self.arrows),
                good=end.recovers is not None,
            )
        )  # fmt: skip


def _named(cites: Iterable[Cite | None], sources: Iterable[SourceRef]) -> Iterator[Cite]:
    """Of the sources of all versions, those that an answer rests on."""
    used = {(one.kind, one.source, one.place) for one in sources}
    return (cite for cite in cites if cite and (cite.kind, cite.source, cite.locator) in used)


def _grouped(amount: str) -> str:
    """Thousands apart, on one line."""
    return f"{Decimal(amount):,}".replace(",", "\u00a0")


def _silent(gives: Expr) -> bool:
    """Whether the source leaves this amount or length open."""
    return gives.words.startswith("not stated")
