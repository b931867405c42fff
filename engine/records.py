"""What a plan is made of: names resolved, provenance inherited, the graph explicit, expressions flat.

Lines of the text are kept for people and left out of equality, so that two plans are equal when they mean the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Literal, Protocol

from engine.counting import CountingRules, Span
from engine.values import Rate, Value, show
from procedure_dsl.wording import phrase, say, say_many, title_of
from procedure_dsl.words import RETURNS

Text = tuple[tuple[str, str], ...]  # (language, words); the first language of the jurisdiction is ""
CiteKind = Literal["stated", "reconstructed", "outside", "assumption", "not stated"]
CLASSES: dict[CiteKind, str] = {
    "stated": phrase("stated"), "reconstructed": phrase("reconstructed"), "outside": phrase("outside"),
    "assumption": phrase("assumption"), "not stated": phrase("not stated"),
}  # fmt: skip
Owner = Literal["we", "the other side", "court or chance", "the law"]
ClockKind = Literal["stands still", "begins anew", "plus", "ends no earlier than", "ends no later than"]
TimeKind = Literal["deadline", "limit", "wait", "practice", "advice"]


@dataclass(frozen=True, slots=True)
class Cite:
    """Where a norm or a number comes from."""

    kind: CiteKind
    source: str
    locator: str = ""
    saying: str = ""
    why: str = ""
    unverified: str = ""
    line: int = field(default=0, compare=False)
    file: str = field(default="", compare=False)  # in which the line stands, if not in that of the plan

    def __str__(self) -> str:
        if self.kind == "not stated":
            text = say("not stated in {sources}", sources=self.source)
        elif self.kind == "outside":
            text = say("outside: {place}", place=self.locator)
        elif self.kind == "assumption":
            text = say("assumption: {place}", place=self.locator)
        else:
            text = f"{self.source}, {self.locator}" + (say(", reconstructed") if self.kind == "reconstructed" else "")
        return text + say(", unverified") if self.unverified else text


def spot(line: int, file: str) -> str:
    """`line 12`, or where that is in another file than the plan's `line 12 of parts/fees.proc`."""
    return f"line {line} of {file}" if file else f"line {line}"


@dataclass(frozen=True, slots=True)
class Label:
    """A name and how it is called in the languages of the file."""

    name: str
    titles: Text = ()

    @property
    def known_as(self) -> str:
        """The title in the first language of the file, whatever the language of the answer."""
        return dict(self.titles).get("") or self.name.replace("_", " ")

    def text(self) -> str:
        """The title in the language of the answer, else in the first one, else the name itself with blanks."""
        return title_of(self.titles, self.name.replace("_", " "))


class Labelled(Protocol):
    """Whatever is declared under a name."""

    @property
    def label(self) -> Label: ...


@dataclass(frozen=True, slots=True)
class Remark:
    """A sentence for people: printed where its guard holds."""

    titles: Text
    guard: Guard
    cite: Cite | None

    def text(self) -> str:
        return title_of(self.titles)


# ── Expressions ─────────────────────────────────────────────────────────────────────────────────

Operation = Literal[
    "constant", "fact", "value", "rule", "reading", "moment", "last day", "sum", "discretion", "length between", "offset", "days between", "days in year", "ends",
    "base", "excess", "+", "-", "×", "/",
    "share of base", "at least", "at most",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Expr:
    """One operation on the results of others. `name` says which fact, value, rule, reading, moment or sum is read.

    A `last day` is that of the deadline `name`. A `discretion`, and a `length between`, has its two ends and the party that decides, and the name under which a case can tell the decision.
    """

    op: Operation
    args: tuple[Expr, ...] = ()
    name: str = ""
    constant: Value | None = None
    words: str = ""  # how the text says it

    def names(self) -> Iterator[tuple[str, str]]:
        """Every (operation, name) read by this expression."""
        if self.name:
            yield self.op, self.name
        for arg in self.args:
            yield from arg.names()


@dataclass(frozen=True, slots=True)
class Test:
    subject: Expr
    relation: str
    objects: tuple[Expr, ...] = ()
    words: str = ""


@dataclass(frozen=True, slots=True)
class Guard:
    """Holds when every test of `when` does and not every test of `unless`, and the day is in force."""

    when: tuple[Test, ...] = ()
    unless: tuple[Test, ...] = ()
    since: date | None = None
    until: date | None = None
    governed: Expr | None = None  # the event whose day is held against the period; None: the day of whoever asks
    keeps: tuple[date, ...] = ()  # cases begun before such a day keep the law of the day before it

    @property
    def free(self) -> bool:
        return not (self.when or self.unless or self.since or self.until)

    def words(self) -> str:
        parts = ["when " + " and ".join(test.words for test in self.when)] if self.when else []
        parts += ["unless " + " and ".join(test.words for test in self.unless)] if self.unless else []
        return " ".join([*parts, *([self.period()] if self.since or self.until else [])])

    @property
    def timed(self) -> Guard:
        """The period alone, without the conditions."""
        return replace(self, when=(), unless=())

    def period(self) -> str:
        """`since 2017-05-16 until 2020-12-31`."""
        parts = [say("since {day}", day=self.since)] if self.since else []
        return " ".join([*parts, *([say("until {day}", day=self.until)] if self.until else [])])


ALWAYS = Guard()


@dataclass(frozen=True, slots=True)
class Transition:
    """Cases begun before a day keep the law as it stood on the day before it."""

    day: date
    cite: Cite | None
    line: int = field(default=0, compare=False)
    file: str = field(default="", compare=False)


# ── The place, values, facts ────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Frame:
    """Money, calendar, languages and counting of the jurisdiction, each with its source."""

    label: Label
    currency: str
    rounding: str
    step: Decimal
    calendar: str
    languages: tuple[str, ...]
    counting: CountingRules
    cites: tuple[tuple[str, Cite | None], ...]
    remarks: tuple[Remark, ...]
    transitions: tuple[Transition, ...] = ()

    @property
    def first_language(self) -> str:
        """That of titles which name none; "" where the file does not say."""
        return self.languages[0] if self.languages else ""


@dataclass(frozen=True, slots=True)
class SourceText:
    label: Label
    file: str


@dataclass(frozen=True, slots=True)
class Party:
    """A party. What another one was formerly, and who acts for another, is `of` that one and of its side."""

    label: Label
    owner: Owner
    several: bool = False
    standing: Literal["", "formerly", "for"] = ""
    of: str = ""


@dataclass(frozen=True, slots=True)
class ReadingOption:
    name: str
    titles: Text
    meaning: Expr | None
    unit: str
    cite: Cite | None

    def text(self) -> str:
        """Its words in the language of the answer, else in the first one."""
        return title_of(self.titles, self.name.replace("_", " "))


@dataclass(frozen=True, slots=True)
class Reading:
    label: Label
    options: tuple[ReadingOption, ...]
    preferred: str

    def option(self, name: str) -> ReadingOption:
        return next(option for option in self.options if option.name == name)


@dataclass(frozen=True, slots=True)
class Kind:
    """The type of a fact: its name, bounds, and the options of a choice."""

    name: str
    bounds: tuple[tuple[str, Expr], ...] = ()
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Clause:
    """One line that gives something: an amount, an answer, a length."""

    kind: Literal["line", "except", "otherwise"]
    label: str
    guard: Guard
    gives: Expr
    cite: Cite | None
    line: int = field(default=0, compare=False)
    file: str = field(default="", compare=False)
    shorter: Expr | None = None  # of a window: its other length; it opens with the one and closes with the other

    @property
    def words(self) -> str:
        """What it gives, as the text says it; of a window both lengths."""
        return f"between {self.shorter.words} and {self.gives.words}" if self.shorter is not None else self.gives.words

    def __str__(self) -> str:
        return f"`{self.label}`" if self.label else spot(self.line, self.file)


@dataclass(frozen=True, slots=True)
class Governing:
    """The day whose law holds, and who says so."""

    event: Expr
    cite: Cite | None


@dataclass(frozen=True, slots=True)
class DatedValue:
    label: Label
    kind: Kind
    clauses: tuple[Clause, ...]
    remarks: tuple[Remark, ...]
    transitions: tuple[Transition, ...] = ()


@dataclass(frozen=True, slots=True)
class Fact:
    """What the case tells. `origin` is `fact`, or `document` and `item` for a paper and what it must contain."""

    label: Label
    kind: Kind
    ask: Text
    at_first: Expr | None
    origin: Literal["fact", "document", "item"]


@dataclass(frozen=True, slots=True)
class Rule:
    label: Label
    kind: Kind
    clauses: tuple[Clause, ...]
    governed: Governing | None
    remarks: tuple[Remark, ...]
    transitions: tuple[Transition, ...] = ()


@dataclass(frozen=True, slots=True)
class Item:
    label: Label
    guard: Guard
    cite: Cite | None


@dataclass(frozen=True, slots=True)
class Document:
    label: Label
    supplier: str
    forms: tuple[Remark, ...]
    copies: tuple[tuple[int, Guard, Cite | None], ...]
    contents: tuple[Item, ...]
    attached: tuple[tuple[str, Guard, Cite | None], ...]
    remarks: tuple[Remark, ...]
    cite: Cite | None
    guard: Guard
    transitions: tuple[Transition, ...] = ()
    governed: Governing | None = None  # the event whose day is held against the periods of its sentences


# ── Fees and deadlines ──────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class FeeRow:
    """A band of the base (no edges: any amount) and what it costs."""

    edges: tuple[tuple[str, Expr], ...]
    gives: Expr
    guard: Guard
    cite: Cite | None
    words: str
    line: int = field(default=0, compare=False)
    file: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who bears a fee in the end. With a `part`: what of the fee falls on that part of its base, in proportion."""

    party: str
    part: Expr | None
    guard: Guard
    cite: Cite | None
    line: int = field(default=0, compare=False)
    file: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Fee:
    label: Label
    base: Expr | None
    in_slices: bool
    rows: tuple[FeeRow, ...]
    rounding: str
    step: Decimal
    governed: Governing | None
    bearers: tuple[Bearer, ...]
    remarks: tuple[Remark, ...]
    cite: Cite | None
    rounding_cite: Cite | None = None  # of a rounding of its own
    transitions: tuple[Transition, ...] = ()


@dataclass(frozen=True, slots=True)
class ClockLine:
    """What may move the end of a term: a standstill, a new beginning, a longer length, another day that holds it.

    `event` and, of a standstill, `to` are its days; `length` is how long it stands still, how much is added, or how long
    after the event the other end lies.
    """

    kind: ClockKind
    event: Expr | None
    to: Expr | None
    length: Expr | None
    both: bool  # of a standstill: the days of both events are among its days
    guard: Guard
    cite: Cite | None
    words: str
    line: int = field(default=0, compare=False)
    file: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Deadline:
    """A term: from which event it counts (or counts back), how long it is, whether its end rolls."""

    label: Label
    back: bool
    starts: tuple[tuple[Expr, Guard, Cite | None], ...]
    versions: tuple[Clause, ...]
    rolls: bool
    roll_cite: Cite | None
    governed: Governing | None
    remarks: tuple[Remark, ...]
    named: bool
    transitions: tuple[Transition, ...] = ()
    clock: tuple[ClockLine, ...] = ()


# ── The road ────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Edge:
    """One way from a stage to the next; `missed`, `otherwise` and `onward` are labels too."""

    id: str
    label: Label
    stage: str
    target: str  # a stage, an end, or "back"
    guard: Guard
    effects: tuple[tuple[str, Expr], ...]
    cite: Cite | None
    line: int = field(default=0, compare=False)
    most: int | None = (
        None  # how often it may be taken in one case; None with `endless`, or where the text says nothing
    )
    endless: bool = False
    file: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Clock:
    """How long an act may take: `deadline`, `at once`, or a silence of the source."""

    deadline: str = ""
    at_once: bool = False
    not_stated: str = ""


@dataclass(frozen=True, slots=True)
class Restored:
    """A missed act may still be done, within a time of its own; then the road goes on by this edge."""

    clock: Clock | None
    edge: Edge


@dataclass(frozen=True, slots=True)
class Require:
    when: tuple[Test, ...]
    guard: Guard  # its `unless` is what reopens the road
    component: str
    edge: Edge | None
    cite: Cite | None
    words: str


@dataclass(frozen=True, slots=True)
class Wait:
    deadline: str
    advised: bool
    guard: Guard
    cite: Cite | None


@dataclass(frozen=True, slots=True)
class Instalment:
    """One part of a sum: its share (None: what the others leave), and its own term."""

    share: Rate | None
    deadline: str


@dataclass(frozen=True, slots=True)
class Instalments:
    """A sum in parts, in the order in which they fall due; `stated` are the figures of the text."""

    parts: tuple[Instalment, ...]
    stated: tuple[Value, ...]
    words: str


@dataclass(frozen=True, slots=True)
class Act:
    """`the PARTY VERB [PAPER [to PARTY]]`; with ways out it is a branch, whose owner is the party's.

    One that a party only `may` do is not done unless the case says so; one that it `must not` do is never done.
    """

    party: str
    owner: Owner
    verb: str
    document: str
    fee: str
    addressee: str
    clock: Clock | None
    guard: Guard
    ways: tuple[Edge, ...]
    missed: Edge | None
    remarks: tuple[Remark, ...]
    cite: Cite | None
    modality: Literal["", "must", "may", "must not"] = ""
    instalments: Instalments | None = None  # of a fee that is paid in parts: each has a term in place of `clock`
    early: Edge | None = None  # where an act leads that is done before its window opens
    restored: Restored | None = None

    def of_time(self) -> Iterator[Edge]:
        """The ways that no party chooses: what follows when a day is missed, or comes too soon."""
        edges = (self.missed, self.early, self.restored.edge if self.restored else None)
        yield from (edge for edge in edges if edge is not None)

    @property
    def returns(self) -> bool:
        """Whether it gives a fee back."""
        return self.verb == RETURNS


@dataclass(frozen=True, slots=True)
class Call:
    """A sub-procedure; each of its ends is a way out. Side by side with others, an end without a way is awaited."""

    procedure: str
    guard: Guard
    ways: tuple[Edge, ...]
    remarks: tuple[Remark, ...]
    cite: Cite | None
    each: str = ""  # a party of which there are several: once for each of them


@dataclass(frozen=True, slots=True)
class Parallel:
    """Sub-procedures that run at the same time; the stage goes on when so many have ended (None: all)."""

    calls: tuple[Call, ...]
    need: int | None
    guard: Guard
    remarks: tuple[Remark, ...]
    cite: Cite | None

    def words(self) -> str:
        """`until all have ended`."""
        if self.need is None:
            return say("until all have ended")
        return say_many(self.need, "until the first has ended", "until {number} have ended")


@dataclass(frozen=True, slots=True)
class Onward:
    edge: Edge


@dataclass(frozen=True, slots=True)
class Advice:
    outcome: str
    remark: Remark


@dataclass(frozen=True, slots=True)
class Note:
    remark: Remark


Move = Require | Wait | Act | Call | Parallel | Onward | Advice | Note


@dataclass(frozen=True, slots=True)
class Stage:
    label: Label
    procedure: str
    part: int  # index into Plan.parts; -1 before the first
    moves: tuple[Move, ...]
    cite: Cite | None
    guard: Guard
    role: str = ""  # what it is in other jurisdictions too
    line: int = field(default=0, compare=False)
    file: str = field(default="", compare=False)
    transitions: tuple[Transition, ...] = ()
    governed: Governing | None = None  # the event whose day is held against the periods of its sentences

    def edges(self) -> Iterator[Edge]:
        """Every way out of the stage, in the order of the text."""
        for move in self.moves:
            if isinstance(move, Require) and move.edge:
                yield move.edge
            elif isinstance(move, Act):
                yield from move.ways
                yield from move.of_time()
            elif isinstance(move, Onward):
                yield move.edge
        for call in self.calls():
            yield from call.ways

    def calls(self) -> Iterator[Call]:
        """Every procedure performed here, alone or side by side."""
        for move in self.moves:
            if isinstance(move, Call):
                yield move
            elif isinstance(move, Parallel):
                yield from move.calls


@dataclass(frozen=True, slots=True)
class Right:
    """What a party may do at any time during some stages; its way leaves the road, or comes `back`."""

    label: Label
    stages: tuple[str, ...]
    party: str
    owner: Owner
    clock: Clock | None
    edge: Edge
    cite: Cite | None


@dataclass(frozen=True, slots=True)
class End:
    label: Label
    procedure: str
    part: int
    recovers: Expr | None
    cite: Cite | None
    guard: Guard


@dataclass(frozen=True, slots=True)
class Procedure:
    label: Label
    entry: str  # its first stage


# ── Practice and scenarios ──────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Share:
    label: str
    least: Decimal | None
    most: Decimal | None


@dataclass(frozen=True, slots=True)
class Odds:
    stage: str
    shares: tuple[Share, ...]
    guard: Guard
    cite: Cite | None


@dataclass(frozen=True, slots=True)
class Pace:
    """How long something takes in practice; `event` is a stage, or a moment such as `receipt of letter`."""

    event: str
    least: Span | None
    usual: Span | None
    most: Span | None
    counted: tuple[tuple[Span, Decimal], ...]
    guard: Guard
    cite: Cite | None
    start: Expr | None = None  # from when on; else from the start of the stage, or the sending of the paper

    def __str__(self) -> str:
        return f"{self.length} from {self.start.words}" if self.start is not None else self.length

    @property
    def length(self) -> str:
        """`45 days to 2 months, usually 50 days`."""
        if self.counted:
            return ", ".join(f"{show(span)} {share} %" for span, share in self.counted)
        if self.least is None:
            return say("at most {limit}", limit=self.most)
        if self.least == self.most:
            return show(self.least) if self.least else ""
        between = say("{least} to {most}", least=self.least, most=self.most)
        return between + (say(", usually {length}", length=self.usual) if self.usual else "")


@dataclass(frozen=True, slots=True)
class Practice:
    label: Label
    odds: tuple[Odds, ...]
    paces: tuple[Pace, ...]
    remarks: tuple[Remark, ...]


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a scenario demands. `kind` says which of the other fields count."""

    kind: Literal["is", "borne", "due", "not before", "opens", "open", "closed", "event", "ends"]
    name: str
    party: str = ""
    formula: Expr | None = None
    day: date | None = None
    on_the_road: bool = False
    words: str = ""
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Scenario:
    label: Label
    facts: tuple[tuple[str, Expr], ...]
    events: tuple[tuple[str, date], ...]
    choices: tuple[tuple[str, tuple[str, ...]], ...]
    several: tuple[tuple[str, tuple[str, ...]], ...]  # who the parties of one kind are
    expectations: tuple[Expectation, ...]
    remarks: tuple[Remark, ...]
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything the engines and the pictures may know of a jurisdiction."""

    frame: Frame
    sources: dict[str, SourceText]
    parties: dict[str, Party]
    readings: dict[str, Reading]
    values: dict[str, DatedValue]
    facts: dict[str, Fact]
    rules: dict[str, Rule]
    documents: dict[str, Document]
    fees: dict[str, Fee]
    deadlines: dict[str, Deadline]
    procedures: dict[str, Procedure]
    parts: tuple[Text, ...]
    discretions: dict[str, Kind]  # of the fees and ends that somebody decides: what a case can tell of them
    stages: dict[str, Stage]
    ends: dict[str, End]
    rights: dict[str, Right]
    practice: dict[str, Practice]
    scenarios: tuple[Scenario, ...]
    main: str  # the procedure a case begins with; "" where the file has none
    file: str = field(default="", compare=False)
    sha256: str = field(default="", compare=False)  # of all its texts
    texts: tuple[tuple[str, str], ...] = field(default=(), compare=False)  # each by its name, and its SHA-256

    def edges(self) -> Iterator[Edge]:
        """Every way between stages, rights included."""
        for stage in self.stages.values():
            yield from stage.edges()
        for right in self.rights.values():
            yield right.edge

    def decided_lengths(self) -> tuple[str, ...]:
        """The deadlines whose length somebody decides: what a case can tell of it, under their names."""
        return tuple(name for name in self.deadlines if name in self.discretions)

    def person(self, party: str) -> str:
        """Who a party is in the end: whom it acts for, or what it was formerly."""
        while self.parties[party].of:
            party = self.parties[party].of
        return party

    def label(self, name: str) -> Label:
        """The label of anything declared; an undeclared name is its own label."""
        tables: tuple[Mapping[str, Labelled], ...] = (
            self.stages, self.ends, self.fees, self.documents, self.facts, self.rules, self.deadlines, self.values,
            self.parties, self.readings, self.procedures, self.rights, self.sources,
        )  # fmt: skip
        return next((table[name].label for table in tables if name in table), Label(name))
