"""Plan → every norm and number with its source: what it is, what it means, where it stands, and what rests on it.

Records of the plan that carry a source become rows by themselves, so that what the language learns is audited too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from decimal import Decimal
from typing import Any, Literal

from engine.counting import Span
from engine.records import (
    Act,
    Advice,
    Bearer,
    Call,
    Cite,
    Clause,
    Clock,
    ClockLine,
    Deadline,
    Edge,
    End,
    Expr,
    Fee,
    FeeRow,
    Frame,
    Governing,
    Guard,
    Instalments,
    Item,
    Kind,
    Label,
    Odds,
    Onward,
    Pace,
    Parallel,
    Plan,
    ReadingOption,
    Remark,
    Require,
    Right,
    Stage,
    Transition,
    Wait,
)
from engine.trace import FileUsed, Record, SourceRef, file_record, source_records
from engine.values import Money, Rate, When, figure, written

FORMAT_VERSION = 1
CLASSES = ("stated", "reconstructed", "outside", "assumption", "not stated", "ours", "none")
OPEN = ("unsourced", "reading", "reconstructed", "unverified")  # in the order in which they are told

KINDS = {
    "readings": "reading", "values": "value", "facts": "fact", "rules": "rule", "fees": "fee", "deadlines": "term",
    "documents": "paper", "stages": "stage", "rights": "right", "ends": "end", "practice": "practice",
}  # fmt: skip
NUMBERS = (Money, Rate, Decimal, Span, When)
LISTED = ("starts", "copies", "attached")  # (what, condition, source): lines without a record of their own
WORDS = {"starts": "counts from {}", "copies": "{} copies", "attached": "with {}"}
FIGURE = re.compile(r"\d+(?:[.,-]\d+)*")
MOMENT = "moment of "  # who counts from a paper's receipt rests on the paper, not on what the paper must contain


class Row(Record):
    """One norm: what it says, of what, on whose word, and what rests on it. `ours` needs no source: it is not law."""

    kind: str
    name: str
    title: str
    figure: str
    numbers: tuple[str, ...]
    line: int
    file: str = ""  # in which the line stands, where that is not the file asked
    provenance: Literal["stated", "reconstructed", "outside", "assumption", "not stated", "ours", "none"]
    source: SourceRef | None
    used_by: tuple[str, ...]
    open: Literal["", "unsourced", "reading", "reconstructed", "unverified"]
    preferred: bool = False  # of the options of a reading: the one taken


class Count(Record):
    """How many norms of a class there are, how many of them state a number, and how many wait for a check."""

    norms: int
    with_a_number: int
    unverified: int


class Audit(Record):
    """Every norm of a plan; what is open stands before the rest."""

    format_version: int = FORMAT_VERSION
    tool: str = "proc"
    file: FileUsed
    counts: dict[str, Count]
    rows: tuple[Row, ...]

    @property
    def unsourced(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.open == "unsourced")


def audit_plan(plan: Plan) -> Audit:
    """Every norm and every number of the plan; counted, and what is open first."""
    users = users_of(plan)
    rows = [row for kind, name, node in declarations(plan) for row in _rows(plan, kind, name, node, users)]
    first = sorted((row for row in rows if row.open), key=lambda row: OPEN.index(row.open))
    ordered = (*first, *(row for row in rows if not row.open))
    counts = {one: _count([row for row in rows if row.provenance == one]) for one in CLASSES}
    used = file_record(plan)
    return Audit(file=used, counts=counts, rows=ordered)


def _count(rows: list[Row]) -> Count:
    unverified = sum(bool(row.source and row.source.unverified) for row in rows)
    return Count(norms=len(rows), with_a_number=sum(bool(row.numbers) for row in rows), unverified=unverified)


def declarations(plan: Plan) -> Iterator[tuple[str, str, Any]]:
    """(kind, name, record) of whatever states law. A term written inside a sentence belongs to that sentence."""
    yield "jurisdiction", plan.frame.label.name, plan.frame
    for table, kind in KINDS.items():
        records: Mapping[str, Any] = getattr(plan, table)
        for name, record in records.items():
            if not (isinstance(record, Deadline) and not record.named):
                yield kind, name, record


# ── The norms inside a declaration ──────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Norm:
    """One sentence: its record, where it hangs, its source, and the numbers it states itself."""

    node: Any
    parent: Any
    field: str
    cite: Cite | None
    numbers: tuple[str, ...]
    words: str = ""  # where there is no record to say it from


def norms(plan: Plan, node: Any) -> Iterator[Norm]:
    """Every sentence of a declaration; a heading is one where it states a number, or where its source is its own."""
    yield from _norms(plan, node, None, None, "")


def _norms(plan: Plan, node: Any, outer: Cite | None, parent: Any, field: str) -> Iterator[Norm]:
    if not _is_norm(node, outer, field):
        for name, child in _children(plan, node, field):
            yield from _norms(plan, child, outer, node if is_dataclass(node) else parent, name)
        return
    cite = _cite(node)
    inside = [
        norm for name, child in _children(plan, node, field) for norm in _norms(plan, child, cite or outer, node, name)
    ]
    numbers = tuple(_own_numbers(plan, node, cite or outer, field))
    heading = isinstance(node, Stage) or (
        hasattr(node, "label") and not isinstance(node, Edge | End | Right | Clause | Item)
    )
    if not heading or numbers or (cite and all(norm.cite != cite for norm in inside)):
        yield Norm(node, parent, field, cite, numbers)
    clock = getattr(node, "clock", None)
    if isinstance(clock, Clock) and clock.not_stated and not (cite and cite.kind == "not stated"):
        silent = Cite("not stated", clock.not_stated, line=cite.line if cite else 0, file=cite.file if cite else "")
        yield Norm(node, parent, field, silent, (), _how_long(node))
    yield from inside


def _is_norm(node: Any, outer: Cite | None, field: str) -> bool:
    """Whether a source belongs to this very record: a way out counts apart only where its source is not the act's."""
    if isinstance(node, Edge):
        return node.cite is None or node.cite != outer
    if isinstance(node, Onward):
        return True
    if isinstance(node, tuple):
        return field in LISTED and len(node) == 3 and isinstance(node[1], Guard)
    return (is_dataclass(node) and not isinstance(node, type) and hasattr(node, "cite")) or isinstance(node, Kind)


def _cite(node: Any) -> Cite | None:
    found = (
        node[2] if isinstance(node, tuple) else getattr(node.edge if isinstance(node, Onward) else node, "cite", None)
    )
    return found if isinstance(found, Cite) else None


def _children(plan: Plan, node: Any, field: str) -> Iterator[tuple[str, Any]]:
    """What stands inside a record: its fields, and the term that is written on the spot."""
    if isinstance(node, tuple):
        yield from ((field, part) for part in node)
    elif is_dataclass(node) and not isinstance(node, (Cite, Label, *NUMBERS)):
        if isinstance(node, Instalments):
            yield from _stated_parts(plan, node)
            return
        term = plan.deadlines.get(node.deadline) if isinstance(node, Clock | Wait) else None
        if term is not None and not term.named:
            yield "versions", tuple(clause.gives for clause in term.versions)
            yield "event", tuple(start for start, _, _ in term.starts)
        for one in fields(node):
            if one.compare:  # places are no part of what is said
                yield one.name, getattr(node, one.name)


def _stated_parts(plan: Plan, node: Instalments) -> Iterator[tuple[str, Any]]:
    """Of a sum in parts the text states how many there are or what shares, and how far they lie apart."""
    first = plan.deadlines[node.parts[0].deadline]
    yield "stated", node.stated
    yield "versions", tuple(clause.gives for clause in first.versions)
    yield "event", tuple(start for start, _, _ in first.starts)


def _own_numbers(plan: Plan, node: Any, outer: Cite | None, field: str) -> Iterator[str]:
    """Numbers that a record states itself; those of sentences inside it are theirs."""
    for name, child in _children(plan, node, field):
        if isinstance(child, int) and not isinstance(child, bool) and name == "copies":
            yield str(child)
        elif isinstance(child, NUMBERS):
            if name != "step" and not _is_nought(child):  # roundings have rows of their own
                yield number_words(child)
        elif not _is_norm(child, outer, name):
            yield from _own_numbers(plan, child, outer, name)


def _is_nought(value: Any) -> bool:
    """Nought is no figure that anybody has to vouch for."""
    return not (value.amount if isinstance(value, Money) else value.share if isinstance(value, Rate) else value)


def number_words(value: Any) -> str:
    return figure(value, least=0) if isinstance(value, Decimal) else written(value)


# ── Rows ────────────────────────────────────────────────────────────────────────────────────────


def _rows(plan: Plan, kind: str, name: str, node: Any, users: Mapping[str, set[str]]) -> Iterator[Row]:
    title = node.label.text()
    used = _used_by(plan, kind, name, node, users)
    if isinstance(node, Frame):
        yield from _frame_rows(node)
    for norm in norms(plan, node):
        told = _told_elsewhere(norm)
        if told or (isinstance(norm.node, Kind) and not norm.node.bounds):
            continue
        words = norm.words or _says(plan, norm.node, norm.parent, norm.field)
        numbers = norm.numbers
        if isinstance(norm.node, Remark) and not norm.cite and FIGURE.search(norm.node.text()):
            numbers = (*numbers, *FIGURE.findall(norm.node.text()))
        preferred = kind == "reading" and isinstance(norm.node, ReadingOption) and node.preferred == norm.node.name
        ours = isinstance(norm.node, Kind) or (isinstance(norm.node, Remark) and not numbers)
        by = _practice_of(plan, norm.node) if kind == "practice" else used
        yield _row(kind, name, title, words, norm, numbers, by, ours, preferred)
    if isinstance(node, Fee) and (node.rounding, node.step) != (plan.frame.rounding, plan.frame.step):
        norm = Norm(node, None, "", node.rounding_cite, ())
        words = f"rounded {node.rounding} to {node.step}"
        yield _row(kind, name, title, words, norm, (number_words(node.step),), used, False, False)
    if isinstance(node, Deadline) and node.roll_cite:
        norm = Norm(node, None, "", node.roll_cite, ())
        yield _row(kind, name, title, "ends on its day, worked or not", norm, (), used, False, False)


def _told_elsewhere(norm: Norm) -> bool:
    """A first day that a rule or a reading gives has the sources of that."""
    return norm.field == "starts" and norm.cite is None and norm.node[0].op in ("rule", "reading", "fact")


def _row(
    kind: str, name: str, title: str, words: str, norm: Norm, numbers: tuple[str, ...], used: tuple[str, ...],
    ours: bool, preferred: bool,
) -> Row:  # fmt: skip
    cite = norm.cite
    provenance = cite.kind if cite else "ours" if ours else "none"
    open_ = (
        "unsourced" if provenance == "none"
        else "reading" if kind == "reading"
        else "reconstructed" if provenance == "reconstructed"
        else "unverified" if cite and cite.unverified
        else ""
    )  # fmt: skip
    here = norm.node if getattr(norm.node, "line", 0) else cite
    line, file = (here.line, here.file) if here is not None else (0, "")
    return Row(
        kind=kind, name=name, title=title, figure=words, numbers=tuple(dict.fromkeys(numbers)), line=line, file=file,
        provenance=provenance, source=next(iter(source_records(cite)), None), used_by=used, open=open_,  # type: ignore[arg-type]
        preferred=preferred,
    )  # fmt: skip


def _frame_rows(frame: Frame) -> Iterator[Row]:
    """Money, calendar and counting; they govern every fee and every term."""
    rolls = frame.counting.rolls
    says = {
        "money": f"money in {frame.currency}, rounded {frame.rounding} to {frame.step}",
        "calendar": f"calendar {frame.calendar}",
        "counting: starts": f"counting starts the {frame.counting.first_day} day",
        "counting: short month": f"counting ends short months on the {frame.counting.short_month}",
        "counting: rolls": "counting never rolls" if rolls == "never" else f"counting rolls to the {rolls} working day",
    }
    for one in frame.transitions:
        norm = Norm(one, None, "transitions", one.cite, ())
        words = f"cases begun before {one.day} keep the old law"
        yield _row(
            "jurisdiction",
            frame.label.name,
            frame.label.text(),
            words,
            norm,
            norm.numbers,
            ("every case",),
            False,
            False,
        )
    for name, cite in frame.cites:
        numbers = (number_words(frame.step),) if name == "money" else ()
        used = ("every fee",) if name == "money" else ("every term",)
        norm = Norm(frame, None, "cites", cite, ())
        yield _row(
            "jurisdiction",
            frame.label.name,
            frame.label.text(),
            says.get(name, name),
            norm,
            numbers,
            used,
            False,
            False,
        )


# ── What a norm says ────────────────────────────────────────────────────────────────────────────


def _says(plan: Plan, node: Any, parent: Any, field: str) -> str:
    """One sentence in the words of the language."""
    match node:
        case tuple():
            what = node[0].words if isinstance(node[0], Expr) else str(node[0])
            return _when(WORDS[field].format(what), node[1])
        case Kind():
            return f"{node.name} " + " ".join(f"{side} {bound.words}" for side, bound in node.bounds)
        case Clause():
            label = {"line": "", "except": f"except {node.label}: ", "otherwise": "otherwise "}[node.kind]
            return _when(label + node.words, node.guard)
        case FeeRow():
            return _when(f"{node.words} → {node.gives.words}" if node.words else node.gives.words, node.guard)
        case ClockLine():
            return _when(node.words, node.guard)
        case ReadingOption():
            means = node.meaning.words if node.meaning is not None else node.unit
            return f"{node.name}: {node.text()}" + (f" — {means}" if means else "")
        case Bearer():
            part = f" for {node.part.words}" if node.part is not None else ""
            return _when(f"borne by {node.party}{part}", node.guard)
        case Governing():
            return f"governed by {node.event.words}"
        case Transition():
            return f"cases begun before {node.day} keep the old law"
        case Item():
            return _when(f"contains {node.label.text()}", node.guard)
        case Remark():
            what = (
                f"advice {parent.outcome}".rstrip()
                if isinstance(parent, Advice)
                else "form"
                if field == "forms"
                else "note"
            )
            return _when(f"{what}: “{node.text()}”", node.guard)
        case Require():
            other = f" otherwise → {node.edge.target}" if node.edge else ""
            part = f" for {node.component}" if node.component else ""
            return _when(f"requires {node.words}{part}", node.guard) + other
        case Wait():
            return _when(f"{'advice wait' if node.advised else 'wait'} {_term(plan, node.deadline)}", node.guard)
        case Act():
            return _when(_act(plan, node), node.guard) + _ways((*node.ways, *node.of_time()), node.cite)
        case Call():
            each = f" for each {node.each}" if node.each else ""
            return _when(f"perform {node.procedure}{each}", node.guard) + _ways(node.ways, node.cite)
        case Parallel():
            return _when(f"side by side {node.words()}", node.guard)
        case Edge() | Onward():
            return _way(node if isinstance(node, Edge) else node.edge)
        case Right():
            who = f"at any time during {', '.join(node.stages)}{_clock(plan, node.clock)} the {node.party} may"
            return f"{who} {node.label.name} → {_target(node.edge)}"
        case End():
            gives = f"end, recovers {node.recovers.words}" if node.recovers is not None else "end"
            return _when(gives, node.guard)
        case Odds():
            shares = ", ".join(f"{share.label} {_share(share.least, share.most)}" for share in node.shares)
            return _when(f"{node.stage}: {shares}", node.guard)
        case Pace():
            return _when(f"{node.event} takes {node}", node.guard)
        case Fee():
            return f"on {node.base.words}" if node.base is not None else "as a whole"
    guard = getattr(node, "guard", None)
    return _when("as a whole", guard) if isinstance(guard, Guard) else "as a whole"


def _how_long(node: Act | Right) -> str:
    return f"how long: the {node.party} " + (node.verb if isinstance(node, Act) else f"may {node.label.name}")


def _when(words: str, guard: Guard) -> str:
    return f"{words} {guard.words()}".rstrip()


def _share(least: Decimal | None, most: Decimal | None) -> str:
    if least is None or most is None:
        return "the rest"
    return f"{number_words(least)} %" if least == most else f"{number_words(least)} % to {number_words(most)} %"


def _act(plan: Plan, act: Act) -> str:
    to = f" to {act.addressee}" if act.addressee else ""
    what = f" {act.document or act.fee}" if act.document or act.fee else ""
    verb = f"{act.modality} {act.verb}".strip()
    parts = f" {act.instalments.words}" if act.instalments else ""
    return f"the {act.party or 'law'} {verb}{what}{to}{_clock(plan, act.clock)}{parts}"


def _clock(plan: Plan, clock: Clock | None) -> str:
    if clock is None:
        return ""
    if clock.not_stated:
        return f" within a time not stated in {clock.not_stated}"
    return " at once" if clock.at_once else f" within {_term(plan, clock.deadline)}" if clock.deadline else ""


def _term(plan: Plan, name: str) -> str:
    term = plan.deadlines[name]
    if term.named:
        return name
    return " ".join(
        [
            *(one.words for one in term.versions),
            *(f"{'before' if term.back else 'from'} {start.words}" for start, _, _ in term.starts),
        ]
    )


def _ways(ways: tuple[Edge, ...], cite: Cite | None) -> str:
    """The ways out that have no source of their own."""
    told = [_way(way) for way in ways if way.cite == cite]
    return f": {'; '.join(told)}" if told else ""


def _way(edge: Edge) -> str:
    label = "" if edge.label.name == "onward" else f"{edge.label.name} "
    return _when(f"{label}→ {_target(edge)}", edge.guard)


def _target(edge: Edge) -> str:
    effects = " and ".join(f"{name} is {value.words}" for name, value in edge.effects)
    often = f" at most {edge.most} times" if edge.most else " any number of times" if edge.endless else ""
    return (f"{edge.target}, so {effects}" if effects else edge.target) + often


# ── What rests on it ────────────────────────────────────────────────────────────────────────────


def users_of(plan: Plan) -> dict[str, set[str]]:
    """For each name, the declarations that read it; apart, under `moment of`, those that count from its moments."""
    found: dict[str, set[str]] = {}
    tables: tuple[Mapping[str, Any], ...] = tuple(getattr(plan, table) for table in KINDS)
    for table in tables:
        for name, record in table.items():
            for read in _reads(record, ""):
                found.setdefault(read, set()).add(name)
    return found


def _reads(node: Any, field: str) -> Iterator[str]:
    """Every name that a record depends on."""
    match node:
        case Expr():
            for op, name in node.names():
                if op != "discretion":  # which is the declaration's own
                    yield (MOMENT if op == "moment" else "") + name.rpartition(" of ")[2]
        case str() if node and field in ("document", "fee", "deadline", "attached"):
            yield node
        case tuple():
            for part in node:
                yield from _reads(part, field)
        case _ if is_dataclass(node) and not isinstance(node, type | Cite | Label | Money | Rate | Span | When):
            for one in fields(node):
                yield from _reads(getattr(node, one.name), one.name)


def names_behind(plan: Plan, node: Any) -> set[str]:
    """Every name that a record depends on, through the rules and readings between."""
    ahead, found = list(_reads(node, "")), set[str]()
    while ahead:
        name = ahead.pop().removeprefix(MOMENT)
        if name not in found:
            found.add(name)
            ahead += _reads(plan.rules.get(name) or plan.readings.get(name) or (), "")
    return found


def _used_by(plan: Plan, kind: str, name: str, node: Any, users: Mapping[str, set[str]]) -> tuple[str, ...]:
    """The first stages, rights, ends, fees and terms met on the way up; a sentence of a stage is used by that stage."""
    if kind in ("stage", "end"):
        return (name,)
    if isinstance(node, Right):
        return node.stages
    order = [*plan.stages, *plan.rights, *plan.ends, *plan.fees, *(d for d, one in plan.deadlines.items() if one.named)]
    ahead, met, found = [name, MOMENT + name], {name}, set[str]()
    while ahead:
        for user in users.get(ahead.pop(), set()) - met:
            met.add(user)
            if user in order:
                found.add(user)
            else:
                ahead.append(user)
    return tuple(one for one in order if one in found)


def _practice_of(plan: Plan, node: Any) -> tuple[str, ...]:
    """The stage whose odds or pace this is."""
    named = getattr(node, "stage", "") or getattr(node, "event", "")
    return (named,) if named in plan.stages else ()
