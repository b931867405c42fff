"""Plan and case → the graph of every way through: its states, and what leads from one to the next.

A state is what a walk knows where somebody decides, its days apart (`Identity`). Each way out of it is walked once, by
the same road as `simulate`, on a tape; for other days the tape is run again, and only where a comparison of days would
come out otherwise is the law walked anew.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Literal

from engine.calendar import Calendar, CalendarError
from engine.case import Case
from engine.days import Ceiling, Sooner
from engine.exact.identity import Identity, rest, retape
from engine.exact.live import Live
from engine.exact.reckoning import Clock, Program, Reckoned, program_of
from engine.exact.walker import Choice, Fork, Option, Payment, Walker
from engine.questions import Divide
from engine.ranges import ends
from engine.records import Plan
from engine.refusal import Refusal
from engine.values import Money, NotStated, Range, Unknown, Value
from procedure_dsl.wording import say

Length = Literal["least", "usual", "most"]
MOST_STATES = 20_000
NOTHING = Fraction(0)


@dataclass(frozen=True, slots=True)
class Sum:
    """Money from the least to the most, and the fees of which no amount is known."""

    low: Fraction = NOTHING
    high: Fraction = NOTHING
    missing: frozenset[str] = frozenset()

    def __add__(self, other: Sum) -> Sum:
        return Sum(self.low + other.low, self.high + other.high, self.missing | other.missing)


@dataclass(frozen=True, slots=True)
class Paid:
    """A fee that falls due on a passage; `ours` where our side pays it, negative where it comes back to us."""

    fee: str
    stage: str
    ours: bool
    sum: Sum
    at: int  # which of the days of the passage is its own


@dataclass(frozen=True, slots=True)
class End:
    """Where a way through comes to rest."""

    status: Literal["ended", "blocked", "refused"]
    name: str  # an end, or the stage at which nothing leads on
    because: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Passage:
    """From one state to the next, or to an end. Its program gives first the days of what it leads to, then its own."""

    label: str
    target: State | End
    program: Program
    paid: tuple[Paid, ...]
    edges: tuple[tuple[str, int], ...]  # the ways of the plan that it takes, and which of its days is that of each
    silent: frozenset[str]  # lengths that nobody states, met on it
    recovered: Sum | None


@dataclass(eq=False, slots=True)
class State:
    """A moment of the road at which somebody decides. `first` are the days on which it was met first."""

    number: int
    choice: Choice
    road: Walker
    days: tuple[Reckoned, ...]
    first: tuple[int, ...]
    passages: dict[str, list[Passage]] = field(default_factory=dict)

    @property
    def stage(self) -> str:
        return self.choice.stage


@dataclass(frozen=True, slots=True)
class Step:
    """One way out of a state on certain days: what it leads to, on which days, and the days of what is paid."""

    passage: Passage
    days: tuple[int, ...]  # of the target; of an end its day alone
    own: tuple[int, ...]

    @property
    def target(self) -> State | End:
        return self.passage.target


class Graph:
    """Every state that a case can come to. `root` is one choice without alternatives: the way to the first fork."""

    def __init__(self, plan: Plan, case: Case, calendar: Calendar, take: Length = "usual") -> None:
        if not plan.main:
            raise Refusal("no-road", "this file has no procedure to walk")
        self.plan, self.case, self.calendar, self.take = plan, case, calendar, take
        self.ceilings: list[Ceiling] = []
        self.clock = Clock(calendar)
        self.walked = 0  # passages walked by the law; all others are run from their tape
        while True:
            try:
                self._begin()
                return
            except Sooner as known:
                if len(self.ceilings) >= MOST_CEILINGS:
                    raise Refusal("impossible-history", "the days told of this case contradict each other") from None
                self.ceilings.append(known.ceiling)

    def _begin(self) -> None:
        self.states: dict[Hashable, State] = {}
        self.steps: dict[tuple[int, tuple[int, ...], str], Step] = {}
        road = Walker(self.plan, self.case, self.calendar, self.take)
        road.ceilings = list(self.ceilings)
        road.begin()
        self.live = Live(self.plan, self.case, road.ask)
        start = road.start.day
        assert isinstance(start, Reckoned)
        root = Choice("way", "", "the law", "", (Option("", (Fraction(1), Fraction(1))),))
        self.root = State(0, root, road, (start,), (date.toordinal(start),))
        road.log.stage = ""
        ahead = [self.root]
        while ahead:
            state = ahead.pop()
            for option in state.choice.options:
                target = self.step(state, state.first, option.label).target
                if isinstance(target, State) and not target.passages and target not in ahead:
                    ahead.append(target)

    # ── one step ────────────────────────────────────────────────────────────────────────────────

    def step(self, state: State, days: tuple[int, ...], label: str) -> Step:
        """One way out of a state that is met on these days."""
        key = (state.number, days, label)
        known = self.steps.get(key)
        if known is None:
            self.steps[key] = known = self._step(state, days, label)
        return known

    def _step(self, state: State, days: tuple[int, ...], label: str) -> Step:
        passages = state.passages.setdefault(label, [])
        for passage in passages:
            found = passage.program.run(days, self.clock)
            if found is not None:
                return self._cut(passage, found)
        passage = self._walk(state, days, label)
        passages.append(passage)
        found = passage.program.run(days, self.clock)
        assert found is not None, "a tape says of its own days what was walked"
        return self._cut(passage, found)

    @staticmethod
    def _cut(passage: Passage, found: tuple[int, ...]) -> Step:
        number = len(passage.target.first) if isinstance(passage.target, State) else 1
        return Step(passage, found[:number], found[number:])

    def _walk(self, state: State, days: tuple[int, ...], label: str) -> Passage:
        """Walk the law from a state until somebody else decides, or the case comes to rest."""
        self.walked += 1
        road = state.road.copy()
        tape = retape(road, state.days, days)
        option = next(one for one in state.choice.options if one.label == label)
        before = frozenset(road.today.stretches)
        choice: Choice | None = None
        because, refused = "", False
        try:
            if state is self.root:
                road.begin_or_end(f"start of {road.plan.main}")
                road.enter(road.plan.procedures[road.plan.main].entry)
            else:
                road.give(state.choice, option)
            while road.log.status == "open":
                road.tracks.turn()
                if len(road.log.steps) > MOST_STEPS:
                    raise Refusal("endless", say("this road goes in circles"))
        except Fork as fork:
            choice = fork.choice
        except Divide as asked:
            options = tuple(Option(one.words, answer=one) for one in asked.answers)
            choice = Choice("fact", road.log.stage, "not told", asked.answers[0].fact, options)
        except (Refusal, CalendarError) as refusal:
            if state is self.root:
                raise
            because, refused = str(refusal), True
        payments = tuple(road.log.payments)
        log, today = road.log, road.today
        silent = frozenset(today.stretches) - before
        wanted = [tape.put(one.day.day).place for one in payments]
        edges = tuple((edge, len(payments) + at) for at, (edge, _) in enumerate(log.passed))
        wanted += [tape.put(day.day).place for _, day in log.passed]
        paid = tuple(self._paid(one, at) for at, one in enumerate(payments))
        if choice is None:
            end = End("refused" if refused else log.status, log.at or log.stage, because or log.because)  # type: ignore[arg-type]
            wanted.insert(0, tape.put(today.day).place)
            recovered = sum_of(log.recovered, *unknown_in(log.recovered)) if log.recovered is not None else None
            return Passage(label, end, program_of(tape, wanted), paid, edges, silent, recovered)
        target, places = self._state(road, choice)
        return Passage(label, target, program_of(tape, [*places, *wanted]), paid, edges, silent, None)

    def _state(self, road: Walker, choice: Choice) -> tuple[State, list[int]]:
        """The state in which a walk stands, met before or not; and the places of its days."""
        rest(road, self.live)
        asked = (choice.kind, choice.about, tuple((one.label, one.odds, one.answer) for one in choice.options))
        identity = Identity.of(road, asked)
        known = self.states.get(identity.key)
        if known is None:
            if len(self.states) >= MOST_STATES:
                seen = say("there are more than {number} states on this road", number=MOST_STATES)
                raise Refusal("too-many-states", seen, say("Tell more facts of the case, or choose some of the ways."))
            first = tuple(date.toordinal(day) for day in identity.days)
            known = State(len(self.states) + 1, choice, road, identity.days, first)
            self.states[identity.key] = known
        return known, [day.place for day in identity.days]

    def _paid(self, one: Payment, at: int) -> Paid:
        ours = self.plan.parties[one.move.party].owner == "we"
        found = sum_of(one.charge.amount, one.charge.fee)
        if one.move.returns:
            ours = self.plan.parties[one.move.addressee].owner == "we" if one.move.addressee else False
            found = Sum(-found.high, -found.low, found.missing)
        return Paid(one.charge.fee, one.stage, ours, found, at)


MOST_CEILINGS = 60
MOST_STEPS = 400


def sum_of(value: Value, *names: str) -> Sum:
    """Money as bounds; what is not known under the names of what it hangs on."""
    if isinstance(value, Money | Range):
        return Sum(*ends(value))
    return Sum(missing=frozenset(names))


def unknown_in(value: Value) -> tuple[str, ...]:
    return value.names if isinstance(value, Unknown) else value.sources if isinstance(value, NotStated) else ()
