"""The jurisdiction as it is written: frozen records, every one with its place in the text.

Equality ignores places. Nothing here is resolved or computed: a name is a string until `make_plan` follows it.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict

from procedure_dsl.diagnostics import NOWHERE, Place

T = TypeVar("T", bound="Node")


class Node(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True, defer_build=True)

    place: Place = NOWHERE


class Title(Node):
    language: str  # "" is the first language of the jurisdiction
    text: str


Titles = tuple[Title, ...]


class Provenance(Node):
    """Where a norm or a number comes from; one of five classes, told by `kind` and `reconstructed`."""

    kind: Literal["source", "outside", "assumption", "not stated"]
    source: str = ""  # the name of a declared source, for `source` and `not stated`
    locator: str = ""
    saying: str = ""
    reconstructed: str = ""
    unverified: str = ""


class Tail(Node):
    """What any sentence may end with."""

    when: Condition | None = None
    unless: Condition | None = None
    since: date | None = None
    until: date | None = None
    provenance: Provenance | None = None


# ── Expressions ─────────────────────────────────────────────────────────────────────────────────


class Number(Node):
    value: Decimal


class Quantity(Node):
    """An amount of a currency, of a value that changes with time, or of what a reading says."""

    number: Decimal
    unit: str


class Percentage(Node):
    number: Decimal
    of: Expression | None  # None: of what the fee is on


Unit = Literal["days", "working days", "weeks", "months", "years"]


class Length(Node):
    number: int
    unit: Unit


class Event(Node):
    """A day on which something happened: `receipt of claim_letter`, or a name that is a date."""

    moment: str  # "" when the name itself is a date
    name: str


class Moved(Node):
    """What has been paid of a fee and not come back, or what the ends of a procedure have recovered: so far."""

    what: str  # one of SUMS, unless it is misspelt
    name: str


class Discretion(Node):
    """From this to that, as somebody decides; with nobody named it is the answer that a scenario expects."""

    low: Expression
    high: Expression
    party: str = ""


class Offset(Node):
    length: Length
    event: Event


class DaysBetween(Node):
    """`days from due_date to rate_day`: how many days the second lies after the first; none where it does not."""

    start: Event
    end: Event


class DaysInYear(Node):
    """`days in year of rate_day`: 365 or 366."""

    event: Event


class DateLiteral(Node):
    value: date


class YesNo(Node):
    value: bool


class Unknown(Node):
    pass


class NotStated(Node):
    source: str


class Name(Node):
    name: str


class Excess(Node):
    """What lies above the lower edge of the band."""


class Arithmetic(Node):
    operator: Literal["+", "-", "×", "/"]
    left: Expression
    right: Expression


Expression = (
    Number | Quantity | Percentage | Length | Offset | DaysBetween | DaysInYear | DateLiteral | YesNo | Unknown | NotStated | Name | Event | Moved | Discretion
    | Excess | Arithmetic
)  # fmt: skip


class Limit(Node):
    side: Literal["at least", "at most"]
    expression: Expression


class Formula(Node):
    expression: Expression
    limits: tuple[Limit, ...] = ()


class Test(Node):
    subject: Expression
    relation: Literal["holds", "is", "known", "at least", "at most", "above", "below", "before", "after"]
    objects: tuple[Expression, ...] = ()


class Condition(Node):
    tests: tuple[Test, ...]


# ── Time ────────────────────────────────────────────────────────────────────────────────────────


class ReadLength(Node):
    """`10 plain_days`: a reading says which days are meant."""

    number: int
    reading: str


class ToldLength(Node):
    """The term the case tells: a fact of type duration."""

    fact: str


class DecidedLength(Node):
    """As long as somebody decides, between two lengths."""

    low: Length
    high: Length
    party: str


Duration = Length | ReadLength | ToldLength | DecidedLength | NotStated


class Term(Node):
    """So long after an event, or (back) so long before it; of a window, with the shorter of its lengths."""

    duration: Duration
    event: Event
    back: bool = False
    shorter: Duration | None = None


class Within(Node):
    """The clock of an act: a term, a named deadline, or a time the source does not state."""

    term: Term | None = None
    deadline: str = ""
    not_stated: NotStated | None = None


# ── Declarations ────────────────────────────────────────────────────────────────────────────────


class Declaration(Node):
    name: str
    titles: Titles = ()
    tail: Tail = Tail()
    replaces: bool = False  # stands in the place of what a used or followed file declares under its name


class Note(Node):
    titles: Titles
    tail: Tail


class Rounding(Node):
    mode: Literal["half up", "up", "down"]
    to: Decimal


class Money(Node):
    currency: str
    rounding: Rounding
    tail: Tail


class CalendarUse(Node):
    calendar: str
    tail: Tail


class Languages(Node):
    languages: tuple[str, ...]


class Counting(Node):
    """One counting rule: on which day it starts, where a short month ends, whether the end rolls."""

    aspect: Literal["starts", "short month", "rolls"]
    choice: Literal["next", "same", "last day", "next working day", "never"]
    tail: Tail


class Use(Node):
    """The declarations of another file, by its path below the folder of this one."""

    path: str


class Follows(Use):
    """All of another jurisdiction, but for what this one says or replaces."""


class Transition(Node):
    """`cases begun before DAY keep the old law`: for them the law stands as on the day before."""

    day: date
    tail: Tail


class JurisdictionHead(Declaration):
    lines: tuple[Follows | Money | CalendarUse | Languages | Counting | Transition | Note, ...]

    @property
    def follows(self) -> Follows | None:
        return next((line for line in self.lines if isinstance(line, Follows)), None)


class SourceText(Declaration):
    file: str = ""


class Party(Declaration):
    """A party of a side; or one that another was formerly, or that acts for another, and is of that one's side."""

    side: Literal["", "our side", "other side", "neutral"]
    several: bool = False
    standing: Literal["", "formerly", "for"] = ""
    of: str = ""


class Option(Node):
    preferred: bool
    name: str
    titles: Titles
    meaning: Expression | None = None
    unit: Unit | None = None
    tail: Tail


class Reading(Declaration):
    options: tuple[Option, ...]


class Bound(Node):
    side: Literal["at least", "at most", "above", "below"]
    expression: Expression


class Type(Node):
    kind: Literal["money", "percent", "number", "date", "duration", "text", "yes or no", "one of"]
    bounds: tuple[Bound, ...] = ()
    options: tuple[str, ...] = ()


class Line(Node):
    """One line that gives an amount or an answer; `label` names an exception, `otherwise` the last resort."""

    kind: Literal["line", "except", "otherwise"]
    formula: Formula
    label: str = ""
    tail: Tail


class Governed(Node):
    """The date that picks the version of the law in force."""

    event: Event
    tail: Tail


class Value(Declaration):
    type: Type
    lines: tuple[Line | Transition | Note, ...]


class Fact(Declaration):
    type: Type
    at_first: Expression | None = None
    ask: Titles = ()


class Rule(Declaration):
    type: Type
    lines: tuple[Line | Governed | Transition | Note, ...]


class Supplied(Node):
    party: str


class Form(Node):
    titles: Titles
    tail: Tail


class Copies(Node):
    number: int
    tail: Tail


class Item(Node):
    """One thing a paper must contain; itself a yes-or-no fact."""

    name: str
    titles: Titles
    tail: Tail


class Attached(Node):
    document: str
    tail: Tail


class Document(Declaration):
    lines: tuple[Supplied | Form | Copies | Item | Attached | Governed | Transition | Note, ...] = ()


class Edge(Node):
    kind: Literal["exactly", "up to", "below", "from", "above"]
    expression: Expression


class Row(Node):
    edges: tuple[Edge, ...]
    formula: Formula
    tail: Tail


class Borne(Node):
    """Who bears a fee in the end: the whole, or what of it falls on a part of its base."""

    party: str
    part: Expression | None = None
    tail: Tail


class Rounded(Node):
    rounding: Rounding
    tail: Tail


class Fee(Declaration):
    base: Expression | None = None
    in_slices: bool = False
    lines: tuple[Line | Row | Borne | Rounded | Governed | Transition | Note, ...]


class CountsFrom(Node):
    """`counts from EVENT`, or `counts back from EVENT`: the last day then lies before it."""

    event: Event
    back: bool = False
    tail: Tail


class Version(Node):
    """A length; of a window, the longer one and the shorter one."""

    duration: Duration
    shorter: Duration | None = None
    label: str = ""  # of an exception
    tail: Tail


class NeverRolls(Node):
    tail: Tail


class StandsStill(Node):
    """Days that do not count: from one event to another, or for so long from one."""

    event: Event
    to: Event | None = None
    length: Duration | None = None
    both: bool = False  # the days of both events are among them
    tail: Tail


class BeginsAnew(Node):
    """The whole term counts again from each such event that falls before its end."""

    event: Event
    tail: Tail


class Longer(Node):
    """A length that is added; with an event, only where that falls before the end."""

    length: Duration
    event: Event | None = None
    tail: Tail


class HeldEnd(Node):
    """The end of the term is not before a day, or not behind it: that of an event, or so long after one."""

    earliest: bool
    event: Event | None = None
    term: Term | None = None
    tail: Tail


ClockLine = StandsStill | BeginsAnew | Longer | HeldEnd


class Deadline(Declaration):
    lines: tuple[CountsFrom | Version | NeverRolls | ClockLine | Governed | Transition | Note, ...]


class Procedure(Declaration):
    pass


class Part(Node):
    titles: Titles


# ── The road ────────────────────────────────────────────────────────────────────────────────────


class Effect(Node):
    name: str
    value: Expression


class Arrow(Node):
    target: str  # "back" returns to where a right interrupted
    effects: tuple[Effect, ...] = ()
    most: int | None = None  # how often it may be taken in one case
    endless: bool = False  # any number of times, and the text says so


class Requires(Node):
    condition: Condition
    component: str = ""
    otherwise: Arrow | None = None
    tail: Tail


class Wait(Node):
    """A waiting period: a term of its own, or a deadline by its name."""

    term: Term | None
    deadline: str = ""
    advised: bool
    tail: Tail


class Advice(Node):
    outcome: str
    titles: Titles
    tail: Tail


class Outcome(Node):
    """One way out. `otherwise` is the other edge of the conditions; the labels of OF_TIME are other edges of a clock.

    `within` is the time of its own in which a missed term can be restored.
    """

    label: str
    titles: Titles = ()
    within: Within | None = None
    arrow: Arrow
    tail: Tail


class Instalments(Node):
    """So many equal parts, or parts of so many per cent (None: the rest), one length apart from an event."""

    number: int = 0
    shares: tuple[Decimal | None, ...] = ()
    apart: Length
    event: Event


class Step(Node):
    """`the PARTY [must | may | must not] VERB [PAPER [to PARTY]] [clock]`, its outcomes below it."""

    party: str
    modality: Literal["", "must", "may", "must not"] = ""
    verb: str
    object: str = ""
    addressee: str = ""
    within: Within | None = None
    at_once: bool = False
    instalments: Instalments | None = None
    branches: tuple[Outcome | Note, ...] = ()
    tail: Tail


class Perform(Node):
    procedure: str
    each: str = ""  # a party of which there are several: once for each of them
    branches: tuple[Outcome | Note, ...] = ()
    tail: Tail


class SideBySide(Node):
    """Procedures that run at the same time, until so many of them have ended (None: all)."""

    need: int | None
    tracks: tuple[Perform | Note, ...]
    tail: Tail

    def performs(self) -> tuple[Perform, ...]:
        return tuple(track for track in self.tracks if isinstance(track, Perform))


class Onward(Node):
    arrow: Arrow
    tail: Tail


class Stage(Declaration):
    role: str = ""  # what it is in other jurisdictions too
    sentences: tuple[
        Requires | Wait | Step | Perform | SideBySide | Onward | Advice | Governed | Transition | Note, ...
    ]

    def performs(self) -> tuple[Perform, ...]:
        """Every procedure that is performed here, alone or side by side."""
        alone = tuple(one for one in self.sentences if isinstance(one, Perform))
        return alone + tuple(p for one in self.sentences if isinstance(one, SideBySide) for p in one.performs())

    def ways(self) -> tuple[Outcome, ...]:
        """Every way out that has a label."""
        acts = tuple(one for one in self.sentences if isinstance(one, Step)) + self.performs()
        return tuple(way for act in acts for way in act.branches if isinstance(way, Outcome))


class Right(Declaration):
    """What a party may do at any time during the named stages."""

    stages: tuple[str, ...]
    party: str
    within: Within | None = None
    arrow: Arrow


class End(Declaration):
    recovers: Formula | None = None


# ── Practice and scenarios ──────────────────────────────────────────────────────────────────────


class Share(Node):
    label: str
    least: Decimal | None = None  # per cent; None: the rest
    most: Decimal | None = None


class Odds(Node):
    stage: str
    shares: tuple[Share, ...]
    tail: Tail


class Weighed(Node):
    length: Length
    percent: Decimal


class Takes(Node):
    event: Event
    start: Event | None = None  # from when on; else from the start of the stage, or the sending of the paper
    least: Length | None = None
    usual: Length | None = None
    most: Length | None = None
    counted: tuple[Weighed, ...] = ()
    tail: Tail


class Practice(Declaration):
    lines: tuple[Odds | Takes | Note, ...]


class GivenFact(Node):
    """`NAME is …`; with `each`, of one of several parties alone."""

    name: str
    each: str = ""
    value: Expression


class GivenSeveral(Node):
    """Who the parties of one kind are."""

    party: str
    names: tuple[str, ...]


class GivenSum(Node):
    """What had been paid, or recovered, before the case begins."""

    sum: Moved
    value: Expression


class GivenEvent(Node):
    event: Event
    each: str = ""
    day: date


class GivenChoice(Node):
    stage: str
    each: str = ""
    labels: tuple[str, ...]


class ExpectIs(Node):
    name: str
    formula: Formula
    on_the_road: bool = False


class ExpectSum(Node):
    sum: Moved
    formula: Formula


class ExpectBorne(Node):
    """What a party bears of a fee in the end."""

    fee: str
    party: str
    formula: Formula


class ExpectDue(Node):
    """The last day of a term, or the earliest that it can be where it is not known."""

    name: str
    day: date
    no_earlier: bool = False
    on_the_road: bool = False


class ExpectOpens(Node):
    """The first day of a window."""

    name: str
    day: date


class ExpectState(Node):
    stage: str
    is_open: bool


class ExpectEvent(Node):
    event: Event
    each: str = ""
    day: date


class ExpectEnd(Node):
    """Where the case ends, perhaps on which day and with how much recovered."""

    end: str
    day: date | None = None
    recovers: Formula | None = None


Given = GivenFact | GivenSeveral | GivenSum | GivenEvent | GivenChoice
Expect = ExpectIs | ExpectSum | ExpectBorne | ExpectDue | ExpectOpens | ExpectState | ExpectEvent | ExpectEnd


class Scenario(Node):
    titles: Titles
    lines: tuple[Given | Expect | Note, ...]


AnyDeclaration = (
    JurisdictionHead | Use | SourceText | Party | Reading | Value | Fact | Rule | Document | Fee | Deadline | Procedure
    | Part | Stage | Right | End | Practice | Scenario
)  # fmt: skip


class Jurisdiction(Node):
    """A whole file: its declarations in the order in which they stand."""

    declarations: tuple[AnyDeclaration, ...] = ()

    def of(self, kind: type[T]) -> tuple[T, ...]:
        """The declarations of one kind, in file order."""
        return tuple(d for d in self.declarations if isinstance(d, kind))
