"""Plan and case → the graph of every way through: its states, and what leads from one to the next.

A state is what a walk knows where somebody decides, its days apart (`Identity`). Each way out of it is walked once, by
the same road as `simulate`, on a tape; for other days the tape is run again, and only where a comparison of days would
come out otherwise is the law walked anew.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import Literal

from engine.calendar import Calendar, CalendarError
from engine.case import Case
from engine.days import Ceiling, Sooner
from engine.evaluate import tried
from engine.exact.identity import Counts, Identity, rest, retape
from engine.exact.live import Live
from engine.exact.reckoning import Clock, Reckoned, Runner, Tape, constant, program_of
from engine.exact.walker import ANY, NOT_USED, Choice, Fork, Option, Payment, Walker
from engine.fees import charge
from engine.questions import Divide
from engine.ranges import ends
from engine.records import Fee, Plan
from engine.refusal import Refusal
from engine.values import Money, NotStated, Range, Unknown, Value
from procedure_dsl.wording import say

Length = Literal["least", "usual", "most"]
MOST_STATES = 2_000  # beyond, first rights that may be used at any time are left aside, then loops are gone round once
MOST_WITH_ONE_ROUND = 2_000  # beyond, there is no answer
MANY_STATES = 500  # of so many a quarter still ahead: there is no end in sight
MOST_TURNS = 40_000  # sentences carried out, of which each counts for as many as there are tracks to try it on
NOTHING = Fraction(0)


@dataclass(frozen=True, slots=True)
class Sum:
    """Money from the least to the most, and the fees of which no amount is known."""

    low: Fraction = NOTHING
    high: Fraction = NOTHING
    missing: frozenset[str] = frozenset()

    def __add__(self, other: Sum) -> Sum:
        return Sum(self.low + other.low, self.high + other.high, self.missing | other.missing)


NO_SUM = Sum()


@dataclass(frozen=True, slots=True)
class Paid:
    """A fee that falls due on a passage; `ours` where our side pays it, negative where it comes back to us."""

    fee: str
    stage: str
    ours: bool
    sum: Sum
    at: int  # which of the days of the passage is its own
    step: Threshold | None = None  # the nearest edge of its scale


@dataclass(frozen=True, slots=True)
class Threshold:
    """An edge of the scale of a fee, near what it is taken on; and what the fee is just beyond it."""

    fee: str
    base: Money
    edge: Money
    words: str  # of the row beyond
    here: Value
    beyond: Value


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
    program: Runner
    paid: tuple[Paid, ...]
    edges: tuple[tuple[str, int], ...]  # the ways of the plan that it takes, and which of its days is that of each
    silent: frozenset[str]  # lengths that nobody states, met on it
    recovered: Sum | None
    cost: Sum  # of our side

    @property
    def lead(self) -> int:
        """How many of its days are those of what it leads to."""
        return len(self.target.first) if isinstance(self.target, State) else 1


@dataclass(eq=False, slots=True)
class State:
    """A moment of the road at which somebody decides. `first` are the days on which it was met first."""

    number: int
    choice: Choice
    road: Walker
    identity: Identity
    first: tuple[int, ...]
    history: tuple[tuple[Choice, str], ...] = ()  # the decisions by which it was met first
    passages: dict[str, list[Passage]] = field(default_factory=dict)

    @property
    def stage(self) -> str:
        return self.choice.stage

    @property
    def days(self) -> tuple[Reckoned, ...]:
        return self.identity.days


def is_void(choice: Choice, passage: Passage) -> bool:
    """Whether it is too late for a right, or the right is closed: then there is no such way."""
    refused = isinstance(passage.target, End) and passage.target.status == "refused"
    return refused and choice.kind == "right" and passage.label != NOT_USED


@dataclass(frozen=True, slots=True)
class Walked:
    """A way out of a state that the law has walked, and what it asked of how often ways had been taken."""

    taken: Counts  # when it began
    counted: frozenset[tuple[str, int, int]]  # (way, how often it had been taken, how often it may be)
    passage: Passage
    turns: int
    steps: int

    def as_from(self, taken: Counts) -> dict[str, int] | None:
        """How much oftener ways have been taken from elsewhere, where that decides nothing otherwise."""
        mine, theirs = dict(self.taken), dict(taken)
        for way, number, most in self.counted:
            if way not in mine or way not in theirs:
                return None
            if (number >= most) != (number + theirs[way] - mine[way] >= most):
                return None
        return {way: theirs[way] - number for way, number in mine.items()}


@dataclass(frozen=True, slots=True)
class Stop:
    """A fork on a walk from the very beginning: what is asked there, the walk as it stands, the sentences until there."""

    choice: Choice
    road: Walker
    turns: int
    steps: int


@dataclass(frozen=True, slots=True)
class Replay:
    """A walk from the very beginning: under which ceilings, which ways it took, and the forks that it met."""

    ceilings: tuple[Ceiling, ...]
    labels: tuple[str, ...]
    stops: list[Stop]

    def shared(self, ceilings: tuple[Ceiling, ...], labels: tuple[str, ...]) -> list[Stop]:
        """The forks that a walk under ceilings of the same days would meet just so.

        A ceiling binds the steps before its own. So where two differ in the step alone, what lies before both is the same.
        """
        pairs = [(one.steps, other.steps) for one, other in zip(self.ceilings, ceilings, strict=True)]
        bound = min((min(pair) for pair in pairs if pair[0] != pair[1]), default=MOST_STEPS + 1)
        found = []
        for at, stop in enumerate(self.stops):
            if stop.steps >= bound or labels[:at] != self.labels[:at]:
                break
            found.append(stop)
        return found


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

    def __init__(
        self, plan: Plan, case: Case, calendar: Calendar, take: Length = "usual", live: Live | None = None, draws: bool = True,
    ) -> None:  # fmt: skip
        if not plan.main:
            raise Refusal("no-road", "this file has no procedure to walk")
        self.plan, self.case, self.calendar, self.take = plan, case, calendar, take
        self.draws = draws  # whether lengths that practice counted are drawn; else each is the commonest
        self.live = live  # what is read where hangs on the plan, and on what is asked of practice, alone
        self.clock = Clock(calendar)
        self.walked = 0  # passages walked by the law; all others are run from their tape
        self.leaves_rights = False  # with them there would be too many states
        self.rounds: int | None = None  # how often each loop is gone round, where there would be too many states
        try:
            self._begin()
        except Refusal as refusal:
            if refusal.code != "too-many-states":
                raise
            self._simpler()

    def _simpler(self) -> None:
        """With less of what makes many states: without rights, then with each loop gone round once at most."""
        self.leaves_rights = bool(self.plan.rights)
        try:
            if not self.leaves_rights:
                raise Refusal("too-many-states", "")
            self._begin()
        except Refusal as refusal:
            if refusal.code != "too-many-states" or not any(edge.endless for edge in self.plan.edges()):
                raise
            self.rounds = 1
            self._begin()

    def _begin(self) -> None:
        self.states: dict[Hashable, State] = {}
        self.turns = 0
        self.read: dict[str, None] = {}  # readings that some walk consulted
        self.steps: dict[tuple[int, tuple[int, ...], str], Step] = {}
        self.thresholds: dict[Hashable, Threshold | None] = {}
        self.arrived: tuple[tuple[str, ...], ...] = ()  # the lengths that nobody states, of the state come to last
        self.ways: dict[Hashable, list[Walked]] = {}  # out of states that differ in how often ways have been taken
        self.replays: dict[Hashable, Replay] = {}  # the last under ceilings of these days
        road = self._fresh(())
        self.live = self.live or Live(self.plan, self.case, road.ask)
        start = road.start.day
        assert isinstance(start, Reckoned)
        root = Choice("way", "", "the law", "", (Option("", (Fraction(1), Fraction(1))),))
        self.root = State(0, root, road, Identity((), (), (start,)), (date.toordinal(start),))
        self.start = self.root.first
        ahead = [self.root]
        while ahead:
            if self.rounds is None and MANY_STATES <= len(self.states) < 4 * len(ahead):
                raise self._too_many()
            state = ahead.pop()
            for option in state.choice.options:
                target = self.step(state, state.first, option.label).target
                if isinstance(target, State) and not target.passages and target not in ahead:
                    ahead.append(target)

    @property
    def drawn(self) -> bool:
        """Whether there are lengths that are drawn."""
        return any(state.choice.kind == "length" for state in self.states.values())

    # ── one step ────────────────────────────────────────────────────────────────────────────────

    def step(self, state: State, days: tuple[int, ...], label: str) -> Step:
        """One way out of a state that is met on these days."""
        key = (state.number, days, label)
        known = self.steps.get(key)
        if known is None:
            self.steps[key] = known = self._step(state, days, label)
        return known

    def passage(self, state: State, days: tuple[int, ...], label: str) -> tuple[Passage, tuple[int, ...]]:
        """The same without a memory of it: which passage it is, and all its days."""
        for passage in state.passages.get(label, ()):
            found = passage.program.run(days)
            if found is not None:
                return passage, found
        step = self.step(state, days, label)
        return step.passage, (*step.days, *step.own)

    def _step(self, state: State, days: tuple[int, ...], label: str) -> Step:
        passages = state.passages.setdefault(label, [])
        for passage in passages:
            found = passage.program.run(days)
            if found is not None:
                return self._cut(passage, found)
        passage = self._walk(state, days, label)
        passages.append(passage)
        found = passage.program.run(days)
        assert found is not None, "a tape says of its own days what was walked"
        return self._cut(passage, found)

    def _runner(self, tape: Tape, wanted: list[int], fixed: tuple[int, ...] | None) -> Runner:
        """The program of a tape; for `fixed` days alone its own figures, for other walks are on it, too."""
        found = tuple([tape.values[place] for place in wanted])
        if fixed is not None:
            return Runner(constant(fixed, found), self.clock)
        own = tuple(tape.values[: tape.given])
        return Runner(partial(program_of, tape, wanted), self.clock, (own, found))

    @staticmethod
    def _cut(passage: Passage, found: tuple[int, ...]) -> Step:
        return Step(passage, found[: passage.lead], found[passage.lead :])

    def _fresh(self, ceilings: tuple[Ceiling, ...]) -> Walker:
        """A walk that has not begun; `ceilings` are what told days say of earlier ones."""
        road = Walker(self.plan, self.case, self.calendar, self.take, self.draws)
        road.ceilings, road.leaves_rights, road.rounds = list(ceilings), self.leaves_rights, self.rounds
        road.begin()
        return road

    def _walk(self, state: State, days: tuple[int, ...], label: str) -> Passage:
        """Walk the law from a state until somebody else decides, or the case comes to rest."""
        self.walked += 1
        like = self.like_another(state, days, label)
        if like is not None:
            return like
        begun = self.turns
        road = state.road.copy()
        road.counted.clear()
        tape = retape(road, state.days, days)
        option = next(one for one in state.choice.options if one.label == label)
        before = frozenset(road.today.stretches)
        try:
            if state is self.root:
                road.begin_or_end(f"start of {road.plan.main}")
                road.enter(road.plan.procedures[road.plan.main].entry)
            else:
                road.give(state.choice, option)
            found = self._go(road)
        except Sooner as known:
            return self._walk_again(state, days, label, known.ceiling)
        except (Refusal, CalendarError) as refusal:
            if state is self.root or getattr(refusal, "code", "") == "too-many-states":
                raise
            found = str(refusal)
        counted, steps = frozenset(road.counted), road.tracks.now.steps - state.road.tracks.now.steps
        passage = self._passage(state, label, road, found, tape, before, road.log.payments)
        target = passage.target
        alike = isinstance(target, End) or target.identity.stretches == self.arrived
        if alike and len(road.tracks.all) == 1 and state is not self.root:
            way = Walked(state.identity.taken[0], counted, passage, self.turns - begun, steps)
            self.ways.setdefault((state.identity.base, state.identity.stretches, label), []).append(way)
        return passage

    def like_another(self, state: State, days: tuple[int, ...], label: str) -> Passage | None:
        """The same way out of a state that differs in nothing but how often ways have been taken, where that decides nothing.

        Walks ask of such counts only whether a way may be taken once more; each question is written down with its answer.
        """
        for one in self.ways.get((state.identity.base, state.identity.stretches, label), ()):
            more = one.as_from(state.identity.taken[0])
            found = one.passage.program.run(days) if more is not None else None
            if more is None or found is None:
                continue
            target = one.passage.target
            if isinstance(target, State):
                if len(target.identity.taken) != 1 or any(way not in more for way, _ in target.identity.taken[0]):
                    continue
                taken = tuple((way, number + more[way]) for way, number in target.identity.taken[0])
                first = found[: len(target.first)]
                steps = state.road.tracks.now.steps + one.steps
                target = self._beside(target, taken, first, steps, (*state.history, (state.choice, label)))
            self._count(one.turns)
            return replace(one.passage, target=target)
        return None

    def _go(self, road: Walker) -> Choice | str:
        """Go on to the next fork, or (with "") until the walk ends."""
        try:
            while road.log.status == "open":
                tracks = len(road.tracks.live) if len(road.tracks.all) > 1 else 0
                self._count(1 + 4 * tracks)
                road.tracks.turn()
                if len(road.log.steps) > MOST_STEPS:
                    raise Refusal("endless", say("this road goes in circles"))
        except Fork as fork:
            return fork.choice
        except Divide as asked:
            options = tuple(Option(one.words, answer=one) for one in asked.answers)
            return Choice("fact", road.log.stage, "not told", asked.answers[0].fact, options)
        return ""

    def _count(self, turns: int) -> None:
        """So many more sentences are carried out."""
        self.turns += turns
        if self.turns > MOST_TURNS * (1 if self.rounds is None else 3):
            raise self._too_many()

    def _walk_again(self, state: State, days: tuple[int, ...], label: str, ceiling: Ceiling) -> Passage:
        """The same way from the very beginning, now that a told day says that what was assumed of earlier days is too late.

        What comes of it holds for the days of this state alone.
        """
        ceilings = [*state.road.ceilings, ceiling]
        labels = (*(one for _, one in state.history), label) if state is not self.root else ()
        skipped, found = 0, ""  # payments that stand before the state; why it cannot be
        while True:
            before = frozenset[str]()
            stops = self._stops(tuple(ceilings), labels)
            begun, at = self.turns, 0
            met: Choice | str
            try:
                if stops:
                    road, met, at = stops[-1].road.copy(), stops[-1].choice, len(stops) - 1
                    road.ceilings, road.days.ceilings = list(ceilings), tuple(ceilings)
                    self._count(stops[-1].turns)
                else:
                    road = self._fresh(tuple(ceilings))
                    road.begin_or_end(f"start of {road.plan.main}")
                    road.enter(road.plan.procedures[road.plan.main].entry)
                    met = self._go(road)
                while isinstance(met, Choice) and at < len(labels):
                    if at == len(stops) and len(road.tracks.all) == 1:
                        stops.append(Stop(met, road.copy(), self.turns - begun, road.tracks.now.steps))
                    skipped, before = len(road.log.payments), frozenset(road.today.stretches)
                    road.log.passed.clear()
                    option = next((one for one in met.options if one.label == labels[at]), None)
                    if option is None:
                        found = say("what is told of days leaves no such way")
                        break
                    at += 1
                    road.give(met, option)
                    met = self._go(road)
                end: Choice | str = found or met
            except Sooner as known:
                ceilings.append(known.ceiling)
                if len(ceilings) > MOST_CEILINGS:
                    raise Refusal("impossible-history", "the days told of this case contradict each other") from None
                continue
            except (Refusal, CalendarError) as refusal:
                if state is self.root or getattr(refusal, "code", "") == "too-many-states":
                    raise
                end = str(refusal)
            return self._passage(state, label, road, end, road.tape, before, road.log.payments[skipped:], days)

    def _stops(self, ceilings: tuple[Ceiling, ...], labels: tuple[str, ...]) -> list[Stop]:
        """The forks known of a walk from the very beginning; those that it meets now are to be added."""
        key = tuple((one.track, one.day) for one in ceilings)
        last = self.replays.get(key)
        stops = last.shared(ceilings, labels) if last is not None else []
        self.replays[key] = Replay(ceilings, labels, stops)
        return stops

    def _passage(
        self, state: State, label: str, road: Walker, found: Choice | str, tape: Tape, before: frozenset[str],
        payments: list[Payment], fixed: tuple[int, ...] | None = None,
    ) -> Passage:  # fmt: skip
        """What a walk has come to; with words, why it cannot go on. With `fixed` it holds for these days alone."""
        payments = list(payments)
        self.read |= dict.fromkeys(road.state.read)
        log, today = road.log, road.today
        silent = frozenset(today.stretches) - before
        wanted = [tape.put(one.day.day).place for one in payments]
        edges = tuple([(edge, at) for at, (edge, _) in enumerate(log.passed, len(payments))])
        wanted += [tape.put(day.day).place for _, day in log.passed]
        paid = tuple([self._paid(road, one, at) for at, one in enumerate(payments)])
        cost = sum([one.sum for one in paid if one.ours], NO_SUM)
        if isinstance(found, str):
            end = End("refused" if found else log.status, log.at or log.stage, found or log.because)  # type: ignore[arg-type]
            wanted.insert(0, tape.put(today.day).place)
            return Passage(
                label, end, self._runner(tape, wanted, fixed), paid, edges, silent, self._recovered(road), cost
            )
        target, places = self._state(
            road, found, (*state.history, (state.choice, label)) if state is not self.root else ()
        )
        return Passage(label, target, self._runner(tape, [*places, *wanted], fixed), paid, edges, silent, None, cost)

    def _state(self, road: Walker, choice: Choice, history: tuple[tuple[Choice, str], ...]) -> tuple[State, list[int]]:
        """The state in which a walk stands, met before or not; and the places of its days."""
        assert self.live is not None
        rest(road, self.live)
        odds = [None if one.odds == ANY else one.odds for one in choice.options]  # fractions are long in telling apart
        asked = (
            choice.kind,
            choice.about,
            tuple([(one.label, odds[at], one.answer) for at, one in enumerate(choice.options)]),
        )
        identity = Identity.of(road, asked)
        self.arrived = identity.stretches
        known = self.states.get(identity.key)
        if known is None:
            first = tuple(map(date.toordinal, identity.days))
            known = self._new(choice, road, identity, first, history)
        return known, [day.place for day in identity.days]

    def _new(
        self, choice: Choice, road: Walker, identity: Identity, first: tuple[int, ...],
        history: tuple[tuple[Choice, str], ...],
    ) -> State:  # fmt: skip
        if len(self.states) >= (MOST_STATES if self.rounds is None else MOST_WITH_ONE_ROUND):
            raise self._too_many()
        found = State(len(self.states) + 1, choice, road, identity, first, history)
        self.states[identity.key] = found
        return found

    def _beside(
        self, state: State, taken: Counts, first: tuple[int, ...], steps: int, history: tuple[tuple[Choice, str], ...]
    ) -> State:  # fmt: skip
        """The state that differs from another in how often ways have been taken, met before or not."""
        identity = replace(state.identity, taken=(taken,))
        known = self.states.get(identity.key)
        if known is None:
            road = state.road.copy()
            road.taken.update(taken)
            road.tracks.change(road.tracks.current, steps=steps)
            known = self._new(state.choice, road, identity, first, history)
        return known

    def _too_many(self) -> Refusal:
        seen = say("there are more than {number} states on this road", number=len(self.states))
        return Refusal("too-many-states", seen, say("Tell more facts of the case, or choose some of the ways."))

    def _recovered(self, road: Walker) -> Sum | None:
        """What an end brings. Of what hangs on an amount that nobody told, at least what its bound leaves."""
        found = road.log.recovered
        if not isinstance(found, Unknown):
            return sum_of(found, *unknown_in(found)) if found is not None else None
        end = self.plan.ends[road.log.at].recovers
        ask, known = road.ask, None
        for name in found.names:
            kind = self.plan.facts[name].kind if name in self.plan.facts else None
            floor = (
                next((limit for side, limit in kind.bounds if side in ("at least", "above")), None) if kind else None
            )
            if floor is None or end is None:
                return sum_of(found, *found.names)
            low = ask.value(floor)
            if not isinstance(low, Money):
                return sum_of(found, *found.names)
            more = ask.supposing(name, Money(low.amount + 1, low.currency)).value(end)
            ask = ask.supposing(name, low)
            known = ask.value(end)
            if isinstance(known, Money) and isinstance(more, Money) and more.amount < known.amount:
                return sum_of(found, *found.names)  # more of it brings less
        if not isinstance(known, Money):
            return sum_of(found, *found.names)
        return Sum(Fraction(known.amount), Fraction(known.amount), frozenset(found.names))

    def _paid(self, road: Walker, one: Payment, at: int) -> Paid:
        ours = self.plan.parties[one.move.party].owner == "we"
        found = sum_of(one.charge.amount, one.charge.fee)
        if one.move.returns:
            ours = self.plan.parties[one.move.addressee].owner == "we" if one.move.addressee else False
            found = Sum(-found.high, -found.low, found.missing)
        return Paid(one.charge.fee, one.stage, ours, found, at, self._threshold(road, one))

    def _threshold(self, road: Walker, one: Payment) -> Threshold | None:
        """The nearest edge of a fee's scale, looked for once for each amount and day."""
        day = date.toordinal(one.charge.governed.day) if one.charge.governed is not None else 0
        key = (one.charge.fee, one.charge.base, one.charge.amount, day)
        if key not in self.thresholds:
            self.thresholds[key] = nearest_step(self.plan.fees[one.charge.fee], road, one)
        return self.thresholds[key]


MOST_CEILINGS = 60
MOST_STEPS = 400


NEAR = Fraction(3, 20)  # of what a fee is taken on
CENT = Decimal("0.01")


def nearest_step(fee: Fee, road: Walker, one: Payment) -> Threshold | None:
    """The edge of a fee's scale that lies nearest to what it is taken on, where one lies near."""
    base, name = one.charge.base, fee.base.name if fee.base is not None else ""
    if not isinstance(base, Money) or not base.amount or not name or one.move.returns or one.move.instalments:
        return None
    found: Threshold | None = None
    for row in fee.rows:
        for _, expr in row.edges:
            edge = tried(partial(road.ask.value, expr, one.charge.governed))
            if not isinstance(edge, Money) or abs(edge.amount - base.amount) > base.amount * Decimal(float(NEAR)):
                continue
            if found is not None and abs(edge.amount - base.amount) >= abs(found.edge.amount - base.amount):
                continue
            for step in (-CENT, Decimal(0), CENT):
                other = Money(edge.amount + step, base.currency)
                if (other.amount < base.amount) != (edge.amount <= base.amount):
                    continue
                beyond = tried(partial(charge, fee, road.ask.supposing(name, other), one.charge.governed))
                if isinstance(beyond, Refusal) or not isinstance(beyond.amount, Money):
                    continue
                if beyond.amount != one.charge.amount:
                    found = Threshold(one.charge.fee, base, edge, beyond.band, one.charge.amount, beyond.amount)
                    break
    return found


def sum_of(value: Value, *names: str) -> Sum:
    """Money as bounds; what is not known under the names of what it hangs on."""
    if isinstance(value, Money | Range):
        return Sum(*ends(value))
    return Sum(missing=frozenset(names))


def unknown_in(value: Value) -> tuple[str, ...]:
    return value.names if isinstance(value, Unknown) else value.sources if isinstance(value, NotStated) else ()
