"""What the case engine answers: one dated trace, every answer with its reason. Stable, versioned, with a JSON Schema."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from engine.clocks import Turn
from engine.evaluate import Version
from engine.records import Cite, Plan
from engine.sums import Sum, currency_of
from engine.values import Discretion, Money, NotStated, Range, Unknown, Value, When, said_by, show
from procedure_dsl.wording import say, spoken

FORMAT_VERSION = 1
NONE = Fraction(0)


class Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Day(Record):
    """A day, or a bound: `not_before` with the stretches that nobody states."""

    exact: date | None = None
    not_before: date | None = None
    not_stated: tuple[str, ...] = ()
    provisional: bool = False
    assumed: str | None = None  # why it is a supposition
    latest: bool = False  # the last day of somebody's term


class DecidedBy(Record):
    """Who decides, and under which name a case tells what was decided."""

    party: str
    name: str


class Amount(Record):
    """Money, or the reason why there is none: never a bare number, never nought for what is not known.

    What somebody is to decide has `least` and `most` in place of an amount.
    """

    amount: str | None = None
    least: str | None = None
    most: str | None = None
    decided_by: tuple[DecidedBy, ...] | None = None
    currency: str | None = None
    not_stated: str | None = None
    unknown: tuple[str, ...] | None = None


class SourceRef(Record):
    kind: Literal["stated", "reconstructed", "outside", "assumption", "not stated"]
    source: str
    place: str
    saying: str = ""
    reconstructed: str = ""
    unverified: str = ""
    line: int
    file: str = ""  # in which the line stands, where that is not the file asked


class InForce(Record):
    """Which version of the law something stands on, where there are several."""

    of: str = ""  # the rule or the item that has versions; "" is the sentence itself
    since: date | None = None
    until: date | None = None
    governed_by: str = ""  # the event whose day decides, where it is not that of the step
    kept_from: date | None = None  # the change that is not for this case, because it began before
    text: str


class Step(Record):
    """One event of the trace. `kind`: act, branch, wait, closed road, right, call, onward, end."""

    id: str
    stage: str
    title: str
    actor: str
    owner: str
    kind: Literal["act", "branch", "wait", "closed", "right", "call", "onward", "end"]
    text: str
    option: str = ""
    target: str = ""
    date: Day
    happened: bool = False  # the case tells its day; every other day is computed
    earliest: Day | None = None  # before a recommended wait
    why: tuple[str, ...] = ()
    fees: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    practice: tuple[str, ...] = ()
    in_force: tuple[InForce, ...] = ()
    sources: tuple[SourceRef, ...] = ()
    track: str = ""  # of procedures that run side by side the one it belongs to


class ClockTurn(Record):
    """One thing that moved the end of a term: of the days from `since` to `until`, `length` did not
    count; it began anew on `since`; `length` was added; or its end was held by the day `since`."""

    kind: Literal["stands still", "begins anew", "plus", "no earlier than", "no later than"]
    text: str
    why: str
    since: date | None = None
    until: date | None = None
    length: str = ""


class DeadlineEntry(Record):
    id: str
    title: str
    kind: Literal["deadline", "limit", "wait", "practice", "advice"]
    owner: str  # the party bound by it
    ours: bool
    stage: str
    step: str  # the step at which it is told
    start: Day | None
    length: str
    due: Day | None
    not_before: date | None = None  # of a term whose clock is not certain: it ends no earlier than this,
    not_after: date | None = None  # and, where that is known, no later than this
    clock: tuple[ClockTurn, ...] = ()  # what moved its end
    opens: date | None = None  # of a window: its first day
    safe: date | None = None  # of a term of ours whose first day is uncertain: by then we are in time, whatever it was
    rule: str
    count: tuple[str, ...]
    status: Literal["met", "late", "too early", "missed", "not known", "last day taken", "recommended", "open"]
    in_force: tuple[InForce, ...] = ()
    sources: tuple[SourceRef, ...] = ()
    track: str = ""


class Borne(Record):
    """What of a fee a party bears in the end. No party: none is named, or it hangs on what nobody told."""

    party: str
    title: str
    amount: Amount
    part: str = ""  # the part of the fee's base on which it falls; "" for the whole, or for what is left
    arithmetic: tuple[str, ...] = ()
    hangs_on: tuple[str, ...] = ()


class FeeEntry(Record):
    """One payment; a return gives back what was paid before, and `receiver` is who gets it."""

    id: str
    title: str
    kind: Literal["payment", "return"] = "payment"
    amount: Amount
    band: str
    arithmetic: tuple[str, ...]
    values: dict[str, str]  # each dated value it rests on, in the version that governs
    governed_by: Day | None  # the day whose law it is computed by
    payer: str
    receiver: str = ""
    borne: tuple[Borne, ...] = ()  # what each bears in the end; it adds up to the amount. Empty: nothing is said
    due: Day
    stage: str
    in_force: tuple[InForce, ...] = ()
    sources: tuple[SourceRef, ...] = ()
    track: str = ""


class Content(Record):
    id: str
    text: str
    status: Literal["have", "missing", "not told"]


class DocumentEntry(Record):
    id: str
    title: str
    stage: str
    supplier: str
    addressee: str
    copies: int
    form: tuple[str, ...]
    contents: tuple[Content, ...]
    attached: tuple[Content, ...]
    notes: tuple[str, ...]
    in_force: tuple[InForce, ...] = ()
    sources: tuple[SourceRef, ...] = ()


class Closed(Record):
    road: str
    stage: str
    because: str
    reopens: tuple[str, ...]
    sources: tuple[SourceRef, ...] = ()


class RightEntry(Record):
    """What a party may do at any time during some stages: told where it is first open, used only if chosen."""

    id: str
    title: str
    party: str
    ours: bool
    stage: str
    leads_to: str
    choose: str
    sources: tuple[SourceRef, ...] = ()


class Moved(Record):
    """A term, a fee or the end that what happened has moved, against the same case without it."""

    what: str
    was: str
    now: str
    because: str


class Overdue(Record):
    """A term that is over on the day asked for, and nobody told that its act was done."""

    deadline: str
    title: str
    ours: bool
    due: date
    consequence: str  # where a missed term leads; "" where nothing is said


class UnknownFact(Record):
    fact: str
    title: str
    ask: str
    set: str


class Alternative(Record):
    """Another way at an open branch, and what it would change against this trace."""

    option: str
    title: str
    leads_to: str
    ends: str
    days: int | None  # later (or, negative, earlier) end; None where no day is known
    cost: str  # difference of the fees, signed; or what it depends on
    odds: str = ""


class Assumption(Record):
    text: str
    stage: str = ""
    option: str = ""
    choose: str = ""
    owner: str = ""
    odds: str = ""
    alternatives: tuple[Alternative, ...] = ()


class OtherReading(Record):
    option: str
    text: str
    changes: tuple[str, ...]


class ReadingUsed(Record):
    name: str
    title: str
    option: str
    text: str
    others: tuple[OtherReading, ...]


class Swing(Record):
    """What a total comes to where a decision falls at its least, and at its most; `per_unit` where it moves evenly."""

    what: str
    at_least: Amount
    at_most: Amount
    span: str  # by how much it moves in all
    per_unit: str = ""


class DiscretionEntry(Record):
    """What somebody else is to decide on this road, what hangs on it, and how the case tells what was decided."""

    name: str
    title: str
    party: str
    decides: str  # the party's title
    between: str  # `100.00 to 500.00 XTS`
    set: str
    moves: tuple[Swing, ...] = ()


class Total(Record):
    what: str
    amount: Amount
    plus_not_stated: tuple[str, ...] = ()
    plus_unknown: tuple[str, ...] = ()
    text: str


class Answer(Record):
    fact: str
    answer: str
    text: str


class Way(Record):
    when: tuple[Answer, ...]
    trace: Trace


class Outcome(Record):
    status: Literal["ended", "open", "blocked"]
    at: str
    title: str
    day: Day
    because: str = ""
    ask_first: str = ""  # past eight ways: the fact that would prune most
    ways: tuple[Way, ...] = ()


class Text(Record):
    name: str
    sha256: str


class FileUsed(Record):
    name_as_typed: str
    sha256: str  # of the text; where others belong to it, of the sums of all of them, a line each, in this order
    jurisdiction: str
    texts: tuple[Text, ...] = ()  # the file and what it uses or follows, where there is more than the file itself


class CalendarUsed(Record):
    name: str
    sha256: str
    published_to: date


class CaseUsed(Record):
    title: str
    start: date
    facts: dict[str, str]
    overrides: dict[str, str]
    choices: dict[str, tuple[str, ...]]
    readings: dict[str, str]
    events: dict[str, tuple[date, ...]]
    practice: tuple[str, ...]


class Trace(Record):
    """The whole answer to one case."""

    format_version: int = FORMAT_VERSION
    tool: str = "proc"
    file: FileUsed
    calendar: CalendarUsed
    as_of: date
    case: CaseUsed
    outcome: Outcome
    steps: tuple[Step, ...]
    path: tuple[str, ...]  # the ways taken, in order: `stage.label`
    deadlines: tuple[DeadlineEntry, ...]
    fees: tuple[FeeEntry, ...]
    documents: tuple[DocumentEntry, ...]
    closed: tuple[Closed, ...]
    rights: tuple[RightEntry, ...]
    unknown: tuple[UnknownFact, ...]
    not_stated: tuple[str, ...]
    moved: tuple[Moved, ...] = ()
    overdue: tuple[Overdue, ...] = ()
    discretion: tuple[DiscretionEntry, ...] = ()
    readings: tuple[ReadingUsed, ...]
    assumptions: tuple[Assumption, ...]
    unmet: tuple[str, ...] = ()  # days and ways that the case tells and the road did not come to
    totals: tuple[Total, ...]
    values: dict[str, str]
    notes: tuple[str, ...]
    diagnostics: tuple[dict[str, Any], ...] = ()


Way.model_rebuild()


def file_record(plan: Plan) -> FileUsed:
    texts = tuple(Text(name=name, sha256=sum_) for name, sum_ in plan.texts) if len(plan.texts) > 1 else ()
    return FileUsed(name_as_typed=plan.file, sha256=plan.sha256, jurisdiction=plan.frame.label.text(), texts=texts)


def clock_records(turns: Iterable[Turn]) -> tuple[ClockTurn, ...]:
    return tuple(
        ClockTurn(
            kind=one.kind, text=one.words, why=one.why, since=one.first, until=one.last,
            length=show(one.span) if one.span is not None else "",
        )
        for one in turns
    )  # fmt: skip


def day_record(when: When, provisional: bool = False) -> Day:
    if when.exact:
        return Day(exact=when.day, provisional=provisional, assumed=when.assumed or None, latest=when.latest)
    return Day(
        not_before=when.day,
        not_stated=when.stretches,
        provisional=provisional,
        assumed=when.assumed or None,
        latest=when.latest,
    )


def in_force_records(versions: Iterable[tuple[str, Version | None]]) -> tuple[InForce, ...]:
    """Each (of what, its version) that there is, once."""
    return tuple(
        InForce(of=of, since=one.since, until=one.until, governed_by=one.governed_by, kept_from=one.kept_from, text=str(one))
        for of, one in dict.fromkeys(versions) if one is not None
    )  # fmt: skip


def amount_record(value: Value) -> Amount:
    match value:
        case Money():
            return Amount(amount=format(value.amount, "f"), currency=value.currency)
        case Range(low=Money() as low, high=Money() as high):
            by = tuple(DecidedBy(party=one.party, name=one.name) for one in value.by)
            least, most = format(low.amount, "f"), format(high.amount, "f")
            return Amount(least=least, most=most, decided_by=tuple(dict.fromkeys(by)), currency=low.currency)
        case NotStated():
            return Amount(not_stated=", ".join(value.sources))
        case Unknown():
            return Amount(unknown=value.names)
    raise TypeError(f"{value!r} is no amount")


def amount_words(amount: Amount) -> str:
    """An amount as a person reads it; a range with who decides."""
    if amount.amount is not None:
        return spoken(Money(Decimal(amount.amount), amount.currency or ""))
    if amount.least is not None and amount.most is not None:
        low, high = (Money(Decimal(end), amount.currency or "") for end in (amount.least, amount.most))
        by = tuple(Discretion(one.party, one.name, NONE, NONE) for one in amount.decided_by or ())
        return f"{spoken(Range(low, high, ()))} ({said_by(by)})"
    if amount.not_stated:
        return say("not stated in {sources}", sources=amount.not_stated)
    return say("unknown ({names})", names=", ".join(amount.unknown or ()))


def total_records(what: str, total: Sum) -> Iterator[Total]:
    """One record for each currency; what is missing stands beside the first."""
    for at, one in enumerate(total.figures):
        rest = Sum(total.currency, {currency_of(one): one})
        if at == 0:
            rest.not_stated, rest.unknown = total.not_stated, total.unknown
        yield Total(
            what=what, amount=amount_record(one), plus_not_stated=tuple(rest.not_stated),
            plus_unknown=tuple(rest.unknown), text=str(rest),
        )  # fmt: skip


def source_records(*cites: Cite | None) -> tuple[SourceRef, ...]:
    return tuple(
        SourceRef(
            kind=c.kind,
            source=c.source,
            place=c.locator,
            saying=c.saying,
            reconstructed=c.why,
            unverified=c.unverified,
            line=c.line,
            file=c.file,
        )
        for c in dict.fromkeys(cites)
        if c is not None
    )
