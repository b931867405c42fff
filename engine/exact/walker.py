"""The walk of `simulate` that stops wherever somebody decides, and can go on in each of the ways: one truth walks the law.

Nothing is written for people here. What a way costs, and which ways it leads along, is kept; its reasons are told by
the trace of a case that goes the same way.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Literal, NamedTuple

from engine.calendar import Calendar
from engine.case import Case
from engine.counting import Span, due_day
from engine.days import Days
from engine.evaluate import Evaluator
from engine.exact.reckoning import Reckoning, Tape
from engine.fees import Charge
from engine.log import Log
from engine.questions import Supposition, question
from engine.records import Act, Cite, Edge, Odds, Owner, Pace, Plan, Remark
from engine.refusal import Refusal
from engine.road import KEPT, Road
from engine.tracks import alike
from engine.values import When, show
from procedure_dsl.words import DONE, SKIPPED

Kind = Literal["way", "keep", "may", "right", "length", "fact"]
NOT_USED = "not used"
WHOLE = Fraction(1)
NONE = Fraction(0)
Weight = tuple[Fraction, Fraction]  # the least and the most that odds can be
ANY: Weight = (NONE, WHOLE)  # of which nothing is said


@dataclass(frozen=True, slots=True)
class Option:
    """One answer at a fork, with its odds: from nought to one where nobody says them."""

    label: str
    odds: Weight = ANY
    edge: Edge | None = None
    answer: Supposition | None = None  # to what nobody told


@dataclass(frozen=True, slots=True)
class Choice:
    """Where the road forks: who decides what, and the ways that are open."""

    kind: Kind
    stage: str
    owner: Owner | Literal["practice", "not told"]
    about: str  # the event whose length is open, the right, the fact; else ""
    options: tuple[Option, ...]
    cite: Cite | None = None  # of the odds


class Fork(Exception):
    """The walk stands where somebody decides."""

    def __init__(self, choice: Choice) -> None:
        super().__init__(choice.stage)
        self.choice = choice


class Mark(NamedTuple):
    """What the walk itself reads of a step that it has written."""

    stage: str
    target: str
    text: str = ""

    def model_copy(self, update: dict[str, Any]) -> Mark:
        return self._replace(target=update.get("target", self.target))


@dataclass(frozen=True, slots=True)
class Payment:
    """A fee on the day it is paid; negative where it comes back."""

    charge: Charge
    move: Act
    day: When
    stage: str


class Ledger(Log):
    """A log that keeps what is paid and forgets the words."""

    def __init__(self, plan: Plan, ask: Evaluator, calendar: Calendar) -> None:
        super().__init__(plan, ask, calendar)
        self.payments: list[Payment] = []
        self.passed: list[tuple[str, When]] = []  # the ways taken, each with its day

    def copy(self) -> Ledger:
        """One that can go on in another way: what is kept here, and what the road writes itself."""
        other = alike(self)
        other.steps, other.path = list(self.steps), list(self.path)
        other.payments, other.passed = list(self.payments), list(self.passed)
        other.charged, other.assumptions = dict(self.charged), list(self.assumptions)
        other.open_branches = list(self.open_branches)
        return other

    def step(self, kind: str, text: str, day: When, *_: Any, target: str = "", **__: Any) -> None:  # noqa: ARG002
        """Of the positional rest, the target is the fourth."""
        self.ask.state.versions = {}
        self.steps.append(Mark(self.stage, target or (_[3] if len(_) > 3 else "")))  # type: ignore[arg-type]

    def close(self, *_: Any) -> None:
        """Nobody reads why."""

    term = paper = right = use = silence = hang = close  # type: ignore[assignment]

    def remarks(self, remarks: Iterable[Remark]) -> tuple[str, ...]:  # noqa: ARG002
        return ()

    def fee(self, found: Charge, move: Act, day: When, part: str = "") -> None:  # noqa: ARG002
        self.payments.append(Payment(found, move, day, self.stage))


class Lengths(Days):
    """The days of a walk in which what practice counted is drawn, and what it only bounds is taken at one end."""

    length: Literal["least", "usual", "most"] = "usual"
    draws = True
    drawn: dict[
        str, tuple[Pace, Span | date]
    ]  # a length; where it is known from when it counts, the day on which it ends

    def practice_of(self, event: str) -> tuple[str, ...]:  # noqa: ARG002
        return ()

    def end_of(self, event: str, pace: Pace, start: date) -> date:
        if len(pace.counted) > 1 and self.draws:
            found = self.drawn[event][1]
            return found if isinstance(found, date) else self.after(found, start)
        if pace.counted:
            return super().end_of(event, pace, start)
        least, most = pace.least or pace.usual or pace.most, pace.most or pace.usual or pace.least
        span = least if self.length == "least" else most if self.length == "most" else pace.usual or most
        assert span is not None
        return self.after(span, start)

    def after(self, span: Span, start: date) -> date:
        return due_day(span, start, self.plan.frame.counting, self.calendar)

    def drawn_from(self, event: str, pace: Pace) -> date | None:
        """From when a length counts that is drawn now; None for a paper, which has not been sent yet."""
        if event.startswith("receipt of ") and pace.start is None:
            return None
        start = self.start_of(event, pace)
        return start.day if start is not None else None


class Walker(Road):
    """A walk that stops at every fork. `answers` are those given to the sentence at hand, `offered` the rights of a visit."""

    logs = Ledger
    reckons = Lengths
    quiet = True
    log: Ledger
    days: Lengths

    def __init__(
        self, plan: Plan, case: Case, calendar: Calendar, length: Literal["least", "usual", "most"] = "usual",
        draws: bool = True,
    ) -> None:  # fmt: skip
        self.answers: dict[tuple[Any, ...], str] = {}
        self.given: tuple[Any, ...] | None = None  # the answer with which the walk goes on, until anything else moves
        self.offered: frozenset[tuple[int, str]] = frozenset()
        self.counted: set[tuple[str, int, int]] = set()  # (way, how often it had been taken, how often it may be)
        self.length, self.draws = length, draws
        self.odds: dict[str, list[Odds]] = {}  # what the practice that is asked for says, by stage
        for name in case.practice:
            for odds in plan.practice[name].odds:
                self.odds.setdefault(odds.stage, []).append(odds)
        self.weights: dict[tuple[int, tuple[str, ...], str], tuple[Weight, ...] | None] = {}  # of odds of the plan
        self.reads: frozenset[tuple[str, str]] = frozenset()  # what may still be read
        self.leaves_rights = False  # whether rights that nobody chose are left aside
        self.rounds: int | None = (
            None  # how often a loop without a bound is gone round, where there would be too many states
        )
        self.bounded: frozenset[str] = frozenset()  # the ways that may still be taken, and so often at most
        super().__init__(plan, case, Reckoning(calendar))  # type: ignore[arg-type]
        self.tape = Tape([self.start.day.toordinal()], calendar)
        self.start = When(self.tape.days[0])
        self.begin()

    def begin(self) -> None:
        super().begin()
        self.days.length, self.days.draws, self.days.drawn = self.length, self.draws, {}

    def copy(self) -> Walker:
        twin = super().copy()
        assert isinstance(twin, Walker)
        twin.answers, twin.counted = dict(self.answers), set(self.counted)
        twin.days.drawn = dict(self.days.drawn)
        twin.log.ask = twin.ask
        return twin

    # ── forks ───────────────────────────────────────────────────────────────────────────────────

    def answered(self, choice: Choice) -> str:
        """What was decided here; where nobody has, the walk stops."""
        if len(choice.options) == 1:
            return choice.options[0].label
        found = self.answers.get((*self.sentence, choice.kind, choice.about))
        if found is None or all(one.label != found for one in choice.options):
            raise Fork(choice)
        return found

    def asking(
        self, kind: Kind, owner: Owner, about: str, ways: list[tuple[str, Edge | None]], rest: str = ""
    ) -> str:  # fmt: skip
        """Which of several ways is taken: as was decided here; where nobody has, the walk stops, and odds are weighed."""
        if len(ways) == 1:
            return ways[0][0]
        found = self.answers.get((*self.sentence, kind, about))
        if found is not None and any(label == found for label, _ in ways):
            return found
        stage = self.log.stage
        cite = self.cite_of_odds(stage) if kind in ("way", "keep") else None
        raise Fork(Choice(kind, stage, owner, about, self.weighed(stage, ways, rest), cite))

    @property
    def sentence(self) -> tuple[int, str, int]:
        return self.tracks.current, self.log.stage, self.at

    def give(self, choice: Choice, option: Option) -> None:
        """Answer the fork at which the walk stands."""
        if option.answer is not None:
            self.suppose(option.answer)
        else:
            self.given = (*self.sentence, choice.kind, choice.about)
            self.answers[self.given] = option.label

    def move(self) -> None:
        try:
            self._move()
        finally:
            self.given = None

    def _move(self) -> None:
        self.offer_rights()
        at = self.sentence
        super().move()
        if self.answers:
            self.answers = {key: one for key, one in self.answers.items() if key[:3] != at}
        self.days.drawn = {}

    def follow(self, edge: Edge) -> None:
        self.log.passed.append((edge.id, self.today))
        super().follow(edge)

    def is_exhausted(self, edge: Edge) -> bool:
        """As often as it may be; with `rounds`, also one that may be taken as often as one likes. What is asked is written down."""
        most = self.rounds if edge.most is None and edge.endless else edge.most
        if most is None:
            return False
        taken = self.taken.get(edge.id, 0)
        self.counted.add((edge.id, taken, most))
        return taken >= most

    def enter(self, name: str) -> None:
        if self.offered:
            self.offered -= {(self.tracks.current, name)}
        super().enter(name)

    def offer_rights(self) -> None:
        """On coming to a stage: whether a right that is open during it is going to be used."""
        here = (self.tracks.current, self.log.stage)
        if self.leaves_rights or here in self.offered:
            return
        rights = [(name, right) for name, right in self.plan.rights.items() if self.log.stage in right.stages]
        if not rights:
            return
        for name, right in rights:
            if name in self.armed or self.is_open_way(right.edge).value is False:
                continue
            ways: list[tuple[str, Edge | None]] = [(NOT_USED, None), (name, right.edge)]
            if self.asking("right", right.owner, name, ways, rest=NOT_USED) == name:
                self.armed[name] = self.log.stage
        self.offered |= {here}
        self.answers = {key: one for key, one in self.answers.items() if key[3] != "right"}

    def check_rights(self, day: When, leaving: bool = False) -> None:
        """A right that is closed or out of time when its moment comes was not used after all, unless the case tells it."""
        while True:
            try:
                return super().check_rights(day, leaving)
            except Refusal as refusal:
                chosen = {way for ways in self.case.choices.values() for way in ways}
                told = {name.removeprefix("use of ") for name in self.case.events}
                late = [one for one in self.armed if f"`{one}`" in refusal.seen and one not in chosen | told]
                if refusal.code != "closed-way" or not late:
                    raise
                for one in late:
                    del self.armed[one]

    def refuse_unused(self) -> None:
        """A stage that ended before a right in it could be used."""
        around = {one.stage for one in self.resumes}  # one that comes back finds what is open where it interrupted
        for name in [name for name in self.armed if not self.is_open(self.plan.rights[name])]:
            if not around & set(self.plan.rights[name].stages):
                del self.armed[name]

    def quiet_way(self, move: Act) -> tuple[Edge, list[str], tuple[Edge, ...]]:
        order = list(move.ways)
        if move.missed and move.owner != "we":
            order.append(move.missed)
        given = self.just_given(order)
        if given is not None:
            return given, [], ()
        truths = self.ask.together(lambda: [self.is_open_way(way) for way in order])
        for way, truth in zip(order, truths, strict=True):
            if truth.value is None:
                raise question(self.ask, way.guard, [one.guard for one in order])
        open_ = [way for way, truth in zip(order, truths, strict=True) if truth.value]
        if not open_:
            raise Refusal("no-way", f"every way at `{self.log.stage}` is closed")
        found = self.asking("way", move.owner, "", [(way.label.name, way) for way in open_])
        return next(way for way in open_ if way.label.name == found), [], ()

    def just_given(self, order: list[Edge]) -> Edge | None:
        """The way of an answer just given: that it is open, what was asked has said, and that is part of the state."""
        key = (*self.sentence, "way", "")
        if self.given != key:
            return None
        ways = [way for way in order if way.label.name == self.answers[key]]
        return ways[0] if len(ways) == 1 else None

    def stays_silent(self, move: Act, late: bool) -> bool:
        if move.owner == "we" or late or move.missed is None:
            return False
        ways: list[tuple[str, Edge | None]] = [(KEPT, self.kept_way(move)), (move.missed.label.name, move.missed)]
        return self.asking("keep", move.owner, "", ways) != KEPT

    def does(self, move: Act) -> tuple[str, Edge | None]:
        found, other = super().does(move)
        if other is None:
            return found, None
        return self.asking("may", move.owner, "", [(DONE, None), (SKIPPED, None)]), None

    def act(self, move: Act) -> None:
        """A paper whose journey practice has counted: how long it takes is drawn before it is sent."""
        if (
            self.case.paced
            and move.modality != "must not"
            and (not move.guard.when or self.ask.guard(move.guard).value)
        ):
            if move.document and move.addressee:
                self.draw(f"receipt of {move.document}")
            if self.ends_stage(move):
                self.draw(self.log.stage)
        super().act(move)

    def onward(self, edge: Edge) -> None:
        if self.case.paced:
            self.draw(self.log.stage)
        super().onward(edge)

    def draw(self, event: str) -> None:
        """How long something takes, of the lengths that practice has counted."""
        pace = self.days.pace_of(event)
        if pace is None or len(pace.counted) < 2 or not self.draws or self.days.drawn.get(event, (None,))[0] == pace:
            return
        options = tuple(
            Option(show(span), (Fraction(share) / 100, Fraction(share) / 100)) for span, share in pace.counted
        )
        found = self.answered(Choice("length", self.log.stage, "practice", event, options, pace.cite))
        del self.answers[(*self.sentence, "length", event)]  # the day alone tells on: of many lengths, one state
        span = next(span for span, _ in pace.counted if show(span) == found)
        start = self.days.drawn_from(event, pace)
        self.days.drawn[event] = pace, span if start is None else self.tape.put(self.days.after(span, start))

    # ── odds ────────────────────────────────────────────────────────────────────────────────────

    def weighed(self, stage: str, ways: list[tuple[str, Edge | None]], rest: str = "") -> tuple[Option, ...]:
        """The ways that are open, with the odds that practice gives them; what is closed falls away."""
        odds = self.odds_of(stage)
        weights = self.weights_of(odds, tuple(label for label, _ in ways), rest) if odds is not None else None
        if weights is None:
            return tuple(Option(label, edge=edge) for label, edge in ways)
        return tuple(Option(label, weight, edge) for (label, edge), weight in zip(ways, weights, strict=True))

    def weights_of(self, odds: Odds, labels: tuple[str, ...], rest: str) -> tuple[Weight, ...] | None:
        """What odds say of the ways that are open: it hangs on nothing but these, and is worked out once."""
        key = (id(odds), labels, rest)
        if key not in self.weights:
            self.weights[key] = weights_of(odds, labels, rest)
        return self.weights[key]

    def odds_of(self, stage: str) -> Odds | None:
        """What the practice that the case asks for says of a stage."""
        return next((odds for odds in self.odds.get(stage, ()) if self.ask.guard(odds.guard).value), None)

    def cite_of_odds(self, stage: str) -> Cite | None:
        odds = self.odds_of(stage)
        return odds.cite if odds is not None else None

    # ── nobody reads these ──────────────────────────────────────────────────────────────────────

    def tell_rights(self) -> None:
        """A trace tells of them."""

    def tell_right(self, right: Any) -> None:
        """Nor of one."""

    def close_way(self, way: Edge) -> None:
        """Nor of what is closed."""

    def why_closed(self, way: Edge) -> str:  # noqa: ARG002
        return ""

    def remind(self, event: str, move: Act) -> None:
        """Nor what could be told."""

    def act_words(self, move: Act) -> str:
        return move.document or move.fee or move.verb

    def branch_words(self, move: Act, way: Edge) -> str:  # noqa: ARG002
        return ""

    def miss_words(self, move: Act) -> str:  # noqa: ARG002
        return ""

    def way_words(self, words: str, way: Edge) -> str:  # noqa: ARG002
        return ""

    def fee_words(self, move: Act, found: Charge) -> tuple[str, ...]:  # noqa: ARG002
        return ()

    def taken_as_received(self, move: Act) -> str:
        return move.document

    def tell_clock(self, *_: Any) -> None:
        """Nor of a term."""

    def refuse_standstill(self, name: str) -> None:
        """A stage met again with nothing changed is the same state: a loop of the graph."""


# ── Of one entry of practice ────────────────────────────────────────────────────────────────────


def weights_of(odds: Odds, labels: tuple[str, ...], rest: str) -> tuple[Weight, ...] | None:
    """The odds of ways of which no other is open; with a `rest`, which is the first, that of what the second leaves."""
    shares = shares_of(odds)
    if not any(label in shares for label in labels):
        return None
    if rest:
        low, high = shares[labels[1]]
        return (1 - high, 1 - low), (low, high)
    known = {label: shares.get(label, (NONE, NONE)) for label in labels}
    found = []
    for label in labels:
        low, high = known[label]
        others_most = sum((most for other, (_, most) in known.items() if other != label), NONE)
        others_least = sum((least for other, (least, _) in known.items() if other != label), NONE)
        least = low / (low + others_most) if low + others_most else NONE
        most = high / (high + others_least) if high + others_least else NONE
        found.append((least, most))
    if sum((most for _, most in found), NONE) == 0:  # only what never happens is open
        return None
    return tuple(found)


def shares_of(odds: Odds) -> dict[str, Weight]:
    """What is said of each way; of one that nothing is said of, what the others leave."""
    told = {one.label: one for one in odds.shares}
    found = {}
    for label, share in told.items():
        others = [one for one in told.values() if one is not share]
        if share.least is None or share.most is None:
            low = 100 - sum(one.most or 0 for one in others)
            high = 100 - sum(one.least or 0 for one in others)
        else:
            low, high = share.least, share.most
        found[label] = (max(NONE, Fraction(low) / 100), min(WHOLE, Fraction(high) / 100))
    return found
