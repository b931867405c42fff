"""One walk of one case along the road, from its first stage until it ends, is blocked, or must divide.

At a branch, in this order: what really happened, what was chosen, conditions that leave one way, and then the quiet
way: we follow applicable advice, else the first way open; the other side stays silent; an authority does the first
thing listed. Every step the quiet way takes is an assumption, and is written down as one.

Before anything is written, its day is found and the rights that come first are used: a right that interrupts and comes
back finds its sentence as it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import partial, reduce
from types import MappingProxyType
from typing import cast

from engine import out_of_time
from engine.aloud import guard_aloud
from engine.arithmetic import add, multiply, rounded, subtract
from engine.calendar import Calendar
from engine.case import Case, refuse_each_out_of_bounds, refuse_out_of_bounds, sum_names, ways_of
from engine.clock_lines import clock_moments
from engine.days import Ceiling, Dated, Days, Sooner, counted, is_early, is_late, is_sure, later
from engine.evaluate import BEFORE, Evaluator, State, any_of
from engine.fees import Charge, charge
from engine.log import Log, Open
from engine.moments import counts_from, moment, moments
from engine.questions import Divide, Supposition, question, settle
from engine.ranges import closer, stepped
from engine.reasons import because, reopeners, spoken_test
from engine.records import (
    ALWAYS,
    Act,
    Advice,
    Call,
    Clock,
    Deadline,
    Edge,
    End,
    Expr,
    Guard,
    Instalments,
    Label,
    Note,
    Onward,
    Parallel,
    Plan,
    Remark,
    Require,
    Right,
    Stage,
    Test,
    TimeKind,
    Wait,
)
from engine.refusal import Refusal
from engine.sums import nothing
from engine.terms import Term, term
from engine.tracks import Book, Join, Track, Tracks, alike
from engine.values import Money, NotStated, Truth, Unknown, Value, When, all_of, answer, lacking, show
from procedure_dsl.diagnostics import did_you_mean
from procedure_dsl.wording import is_english, phrase, say, say_many, say_verb, spoken, spoken_language
from procedure_dsl.words import ACTS, DONE, MISSED, RESTORED, SKIPPED

WHOLE: Mapping[str, tuple[Fraction | None, Fraction | None]] = MappingProxyType({})
MOST_CUTS = 6  # times that what is left to others is cut where an answer bends
MOST_STEPS = 400  # a road this long goes in circles
MOST_WALKS = 60  # a walk that is begun anew so often, because of what is told of later days, contradicts itself
NOTHING_AHEAD = nullcontext()  # a term that looks at no day to come
KEPT = "kept"  # the other way of a term that can be missed, where the act is no branch
ONLY_WAY = phrase("the only way open")
QUIET = {
    "we": phrase("assumed: the first way open to us"),
    "the other side": phrase("assumed: the other side stays silent"),
    "court or chance": phrase("assumed: the first outcome listed"),
}


class Interrupt(Exception):
    """A right is used before the step at hand."""

    def __init__(self, right: Right, day: When, happened: bool) -> None:
        super().__init__(right.label.name)
        self.right, self.day, self.happened = right, day, happened


@dataclass(frozen=True, slots=True)
class Resume:
    """Where the road goes on after a sub-procedure, or after a right that comes back."""

    kind: str  # "call", "track" or "right"
    stage: str
    at: int
    below: tuple[Resume, ...] = ()  # of a right: all that were open where it interrupted
    join: Join | None = None  # of a right: the tracks that stand still meanwhile


class Road:
    """The walk. `log` is its result; `state` is what is known at its last step."""

    logs: type[Log] = Log  # what it writes into
    reckons: type[Days] = Days  # what finds its days
    quiet = False  # whether nobody reads the words

    def __init__(
        self, plan: Plan, case: Case, calendar: Calendar, supposed: tuple[Supposition, ...] = (),
        pieces: Mapping[str, tuple[Fraction | None, Fraction | None]] = WHOLE, cuts: int = 0, like: Evaluator | None = None,
    ) -> None:  # fmt: skip
        """`like` is that of another walk of the plan: what was found out of the plan alone is taken over."""
        self.plan, self.case, self.calendar, self.supposed = plan, case, calendar, supposed
        self.like = like
        self.pieces, self.cuts = pieces, cuts  # of what is left to others: the part looked at, and how often it was cut
        start = case.begins() if plan.main else case.start or BEFORE.day
        for name, days in case.events.items():
            if case.start is not None and days[0] < case.start and plan.main:
                seen = f"{name} is {days[0]}, and the case starts only on {case.start}"
                help_ = f"Type --start {replace(case, start=None).begins()}, or an earlier day."
                raise Refusal("impossible-history", seen, help_)
        self.start = When(start)
        self.ceilings: list[Ceiling] = []
        self.begin()

    def begin(self) -> None:
        """Stand at the beginning, with nothing written."""
        case = self.case
        state = State(
            told=dict(case.facts), readings=dict(case.readings), today=self.start, pieces=dict(self.pieces),
            events={
                name: When(days[0]) for name, days in case.events.items()
                if days[0] <= self.start.day or name.startswith("receipt") or name in self.ahead
            },
        )  # fmt: skip
        nought = nothing(self.plan.frame.currency)
        state.times = dict.fromkeys(clock_moments(self.plan), ())
        state.moved = {name: case.facts.get(name, nought) for name in sum_names(self.plan)}
        state.events["start"] = self.start
        book = Book(state)
        self.ask = Evaluator(self.plan, state, self.calendar) if self.like is None else self.like.of(state)
        self.ask.quiet = self.quiet
        self.log = self.logs(self.plan, self.ask, self.calendar)
        self.days = self.reckons(self.plan, case, self.calendar, self.ask, self.ceilings)
        self.at = 0  # the sentence at hand
        self.resumes: tuple[Resume, ...] = ()
        self.tracks = Tracks(self, book)
        self.keep(book)
        self.unasked = self.supposed
        for one in self.supposed:
            if one.test is None or self.is_left_open(one.test):
                self.suppose(one)
        refuse_each_out_of_bounds(self.ask)

    def keep(self, book: Book) -> None:
        """Walk on with what is written in one book."""
        self.state = self.ask.state = book.state
        self.days.happened = book.happened
        self.visits, self.decided, self.used, self.taken = book.visits, book.decided, book.used, book.taken
        self.armed, self.dropped, self.unmet_of, self.seen = book.armed, book.dropped, book.unmet_of, book.seen
        self.parts_paid, self.schedules = book.parts_paid, book.schedules

    def copy(self) -> Road:
        """The same walk, which can go on in another way."""
        twin = alike(self)
        twin.ask = self.ask.of(self.state)
        twin.log, twin.days = self.log.copy(), alike(self.days)
        twin.log.ask = twin.days.ask = twin.ask
        twin.tracks = self.tracks.copy(twin)
        twin.keep(twin.tracks.books[twin.tracks.now.book])
        return twin

    def become(self, twin: Road) -> None:
        """Go on as a copy has gone on."""
        self.__dict__ = twin.__dict__
        self.tracks.road = self

    def suppose(self, one: Supposition) -> None:
        """Take one answer for granted, in one part of a trace that divides."""
        if one.options:
            self.state.possible[one.fact] = one.options
            if len(one.options) == 1:
                self.state.told[one.fact] = next(iter(one.options))
        elif one.value is not None:
            self.state.told[one.fact] = one.value
        else:
            self.state.supposed[one.test] = one.holds

    def is_left_open(self, test: Test) -> bool:
        """Whether it is about what somebody decides, which is the same from the beginning; else a day's own question."""
        behind = (one for name in test.subject.names() for one in self.ask.reach(*name))
        return any(kind == "discretion" for kind, _ in behind)

    @property
    def stage(self) -> Stage:
        """Where the walk is."""
        return self.plan.stages[self.log.stage]

    @property
    def today(self) -> When:
        return self.state.today

    @property
    def ahead(self) -> frozenset[str]:
        """The moments before which something must be done, and which therefore are fixed before they come."""
        backward = (deadline for deadline in self.plan.deadlines.values() if deadline.back)
        starts = (start for deadline in backward for start, _, _ in deadline.starts)
        return frozenset(name for start in starts for name in moments(self.plan, start))

    def title(self, name: str) -> str:
        """Of one of several parties with its name; of who acts for another with whom it acts for."""
        words = self.plan.label(name).text()
        party = self.plan.parties.get(name)
        if party is None:
            return words
        kind, own = self.tracks.now.each
        if name == kind and own:
            return f"{words} {own.replace('_', ' ')}"
        return (
            say("{party} (for {other})", party=words, other=self.title(party.of)) if party.standing == "for" else words
        )

    # ── the walk ────────────────────────────────────────────────────────────────────────────────

    def walk(self) -> Log:
        """Go until the case ends, is blocked, or divides; begin anew where a told day tells of earlier ones."""
        if not self.plan.main:
            raise Refusal("no-road", "this file has no procedure to walk")
        while True:
            try:
                self.go()
                self.piece_together()
                return self.log
            except Sooner as known:
                self.ceilings.append(known.ceiling)
                if len(self.ceilings) > MOST_WALKS:
                    raise Refusal("impossible-history", "the days told of this case contradict each other") from None
                self.begin()

    def go(self) -> Log:
        try:
            self.begin_or_end(f"start of {self.plan.main}")
            self.enter(self.plan.procedures[self.plan.main].entry)
            while self.log.status == "open" and not self.log.because:
                if len(self.log.steps) > MOST_STEPS:
                    seen = f"after {MOST_STEPS} steps this case still goes in circles at `{self.log.stage}`"
                    raise Refusal("endless", seen, self.way_out())
                self.turn()
        except Divide as undecided:
            self.log.divides = undecided.answers
            self.log.at = self.log.stage
        return self.log

    def turn(self) -> None:
        """Carry out the next sentence. What it asks is answered as this part of the trace supposes, each time it is asked."""
        while True:
            try:
                return self.tracks.turn()
            except Divide as asked:
                one = next((one for one in self.unasked if one in asked.answers), None)
                if one is None:
                    raise
                at = self.unasked.index(one)
                self.unasked = (*self.unasked[:at], *self.unasked[at + 1 :])
                self.suppose(one)

    def advance(self) -> None:
        """Carry out the next sentence, or use a right that comes first."""
        try:
            self.move()
        except Interrupt as used:
            self.interrupt(used)

    def resume_track(self, opener: Track) -> tuple[Resume, ...]:
        """What stays open behind a track: all behind the stage that opens it, and that stage."""
        return (*opener.resumes, Resume("track", opener.stage, opener.at))

    def piece_together(self) -> None:
        """Where an answer bends, look at either side apart: in each it is even, so that nothing is counted twice."""
        if not self.state.bends or self.cuts >= MOST_CUTS or self.log.divides:
            return
        by, _ = next(iter(self.state.bends))
        points = sorted(point for other, point in self.state.bends if other.name == by.name)
        point = points[len(points) // 2]  # as many bends on either side, so that few cuts reach all of them
        low, high = self.pieces.get(by.name, (None, None))
        roads = []
        for piece in ((low, point), (point, high)):
            pieces = {**self.pieces, by.name: piece}
            road = Road(self.plan, self.case, self.calendar, self.supposed, pieces, self.cuts + 1, self.ask)
            try:
                road.walk()
            except Refusal:
                return  # of a piece alone: the whole has been answered
            roads.append(road)
        moves = [move for _, move in self.log.charges]
        if all([move for _, move in road.log.charges] == moves for road in roads):
            self.take_together(roads)

    def take_together(self, roads: list[Road]) -> None:
        """The sums of the pieces as one: from the least of any to the most of any."""
        log = self.log
        for at, (charged, move) in enumerate(log.charges):
            found = closer(charged.amount, [road.log.charges[at][0].amount for road in roads])
            if found is not charged.amount:
                words = say("all of it decided alike: {amount}", amount=show(found))
                log.recharge(at, replace(charged, amount=found, arithmetic=(*charged.arithmetic, words)))
            if not move.returns:
                log.charged[move.fee] = log.charges[at][0]
        for side, total in log.totals.items():
            for currency, known in total.known.items():
                total.known[currency] = closer(known, [road.log.totals[side].known[currency] for road in roads])
        if log.recovered is not None:
            log.recovered = closer(log.recovered, [cast(Value, road.log.recovered) for road in roads])
        for name, moved in self.state.moved.items():
            self.state.moved[name] = closer(moved, [road.state.moved[name] for road in roads])

    def enter(self, name: str) -> None:
        """Come to a stage or an end."""
        if name in self.plan.ends:
            self.end(self.plan.ends[name])
            return
        stage = self.plan.stages[name]
        self.log.stage, self.at = name, 0
        self.refuse_unused()
        self.visits[name] = self.visits.get(name, 0) + 1
        self.begin_or_end(f"start of {name}")
        self.refuse_standstill(name)
        self.log.notes = self.log.remarks(remarks_of(stage))
        self.log.practice = self.days.practice_of(name)
        dated = stage.guard.since or stage.guard.until
        if dated and self.ask.guard(stage.guard).value is False:
            raise Refusal(
                "not-in-force", say("the stage `{stage}` is not in force on {day}", stage=name, day=self.today.day)
            )
        self.arm()

    def refuse_standstill(self, name: str) -> None:
        """A stage met again on the same day with nothing changed would be met for ever."""
        today = self.today
        told = frozenset((name, str(value)) for name, value in (self.state.told | self.state.moved).items())
        here = (
            name, today.day, today.stretches, told, len(self.resumes), tuple(self.used.items()), self.tracks.current,
        )  # fmt: skip
        if here in self.seen:
            seen = say(
                "the road comes back to `{stage}` on {day} with nothing changed, and so for ever", stage=name, day=today
            )
            raise Refusal("endless", seen, self.way_out())
        self.seen.add(here)

    def way_out(self) -> str:
        """The last branches that nothing decided, and what else could be chosen there."""
        stages = {one.stage: one for one in self.log.open_branches[-3:]}
        ways = [f"--choose {name}={'|'.join(way.label.name for way in one.others)}" for name, one in stages.items()]
        return f"Choose another way: {', or '.join(ways)}." if ways else ""

    def move(self) -> None:
        """Carry out the sentence at hand."""
        if self.at >= len(self.stage.moves):
            self.block(say("nothing leads on from {stage}", stage=self.stage.label.text()))
            return
        move = self.stage.moves[self.at]
        match move:
            case Require():
                self.require(move)
            case Wait():
                self.wait(move)
            case Act():
                self.act(move)
            case Call():
                self.call(move)
            case Parallel():
                self.parallel(move)
            case Onward():
                self.onward(move.edge)
            case _:
                self.at += 1

    def block(self, reason: str) -> None:
        if self.tracks.fail():
            return
        self.log.status, self.log.at, self.log.because = "blocked", self.log.stage, reason

    def holds(self, guard: Guard, *others: Guard) -> bool:
        """Whether a sentence applies; where an unknown fact decides, the trace divides."""
        truth = self.ask.guard(guard)
        if truth.value is None:
            raise question(self.ask, guard, others or [guard])
        return truth.value

    def onward(self, edge: Edge) -> None:
        """The stage only leads on; it takes what practice says, where practice is asked for."""
        self.use_rights()
        found = self.days.paced(self.log.stage)
        if found is not None and found.day > self.today.day:
            self.state.today = found
        last = self.log.steps[-1] if self.log.steps else None
        if last is not None and last.stage == self.log.stage and not last.target:
            self.log.steps[-1] = last.model_copy(update={"option": "onward", "target": edge.target})
        elif last is None or last.stage != self.log.stage:
            words = f"→ {self.title(edge.target)}"
            self.log.step(
                "onward", words, self.today, option="onward", target=edge.target, cites=[edge.cite], law=[edge.guard]
            )
        self.take(edge, self.today)

    def take(self, edge: Edge, day: When) -> None:
        """Go one way: the stage ends, the way's effects become true, the next stage begins."""
        if self.is_exhausted(edge):
            self.block(exhausted(edge))
            return
        self.taken[edge.id] = self.taken.get(edge.id, 0) + 1
        self.log.path.append(edge.id)
        self.state.today = day
        self.begin_or_end(f"end of {self.log.stage}")
        self.follow(edge)

    def is_exhausted(self, edge: Edge) -> bool:
        """Whether a way has been taken as often as it may be."""
        return edge.most is not None and self.taken.get(edge.id, 0) >= edge.most

    def is_open_way(self, edge: Edge) -> Truth:
        return Truth(False) if self.is_exhausted(edge) else self.ask.guard(edge.guard)

    def follow(self, edge: Edge) -> None:
        self.effect(edge)
        if edge.target == "back":
            self.back()
        else:
            self.enter(edge.target)

    def effect(self, edge: Edge) -> None:
        """What a way makes true."""
        for name, expr in edge.effects:
            found = self.ask.value(expr)
            options = self.plan.facts[name].kind.options if name in self.plan.facts else ()
            self.state.told[name] = Unknown((name,), frozenset(options)) if isinstance(found, Unknown) else found
            settle(self.ask, name)
            if name in self.plan.facts:
                refuse_out_of_bounds(self.ask, name, self.plan.facts[name].kind, found)

    # ── days ────────────────────────────────────────────────────────────────────────────────────

    def accept(self, event: str, day: date) -> None:
        self.days.accept(event, day, self.log.steps[-1].text if self.log.steps else "")

    def begin_or_end(self, event: str) -> None:
        """A stage or a procedure begins or ends: on the day told, else today."""
        told = self.days.told_day(event)
        if told is not None:
            self.accept(event, told)
        self.days.happen(event, self.today)

    def commit(self, move: Act, dated: Dated) -> None:
        """The act happens on its day."""
        if dated.happened:
            self.accept(self.act_words(move), dated.day.day)
        self.days.rise(dated.least)
        if move.owner == "we" or dated.happened:
            self.days.recommended = None

    def term(self, name: str) -> Term:
        """A deadline as the case stands; one that runs back reads the next time of its event, where that is told."""
        deadline = self.plan.deadlines[name]
        with self.looking_ahead(deadline) if deadline.back or deadline.clock else NOTHING_AHEAD:
            found = term(deadline, self.ask, self.calendar, self.plan.frame.counting)
        if found.unknown:
            self.log.hang(Unknown(found.unknown), "term", name)
        return found

    @contextmanager
    def looking_ahead(self, deadline: Deadline) -> Iterator[None]:
        """Days that the case tells and the road has not come to: of what a term runs back from, and of its clock."""
        events, times = dict(self.state.events), dict(self.state.times)
        for start, _, _ in deadline.starts if deadline.back else ():
            for event in moments(self.plan, start):
                told = self.days.told_day(event)
                if told is not None:
                    self.state.events[event] = When(told)
        for event in times if deadline.clock else ():
            self.state.times[event] += tuple(map(When, self.days.told_days(event)))
        try:
            yield
        finally:
            for known, before in ((self.state.events, events), (self.state.times, times)):
                known.clear()
                known.update(before)  # type: ignore[arg-type]

    def clock_of(self, move: Act) -> Term | None:
        return self.term(move.clock.deadline) if move.clock and move.clock.deadline else None

    # ── preconditions and waits ─────────────────────────────────────────────────────────────────

    def require(self, move: Require) -> None:
        """A precondition: met, reopened by its `unless`, closed, or undecided."""
        dated = move.guard.since or move.guard.until
        if dated and not self.holds(move.guard.timed):
            self.at += 1
            return
        met = all_of(self.ask.test(test) for test in move.when)
        reopened = all_of(self.ask.test(test) for test in move.guard.unless) if move.guard.unless else Truth(False)
        if move.component:
            self.component(move, any_of([met, reopened]))
            self.at += 1
            return
        if met.value or reopened.value:
            self.at += 1
            return
        if met.value is None or reopened.value is None:
            undecided = Guard(move.when, move.guard.unless)
            raise question(self.ask, undecided, [undecided])
        if move.edge is not None:
            self.use_rights()
        reason = because(self.ask, move.when, wanted=False)
        unlock = [*reopeners(self.ask, move.when), *(spoken_test(self.ask, test) for test in move.guard.unless)]
        self.log.close(self.stage.label.text(), reason, unlock, move.cite)
        today, why = self.today, opens(unlock)
        if move.edge is None:
            why = why or [say("would open if this were otherwise: {reason}", reason=reason)]
            closed = say("closed: {reason}", reason=reason)
            self.log.step("closed", closed, today, why=why, cites=[move.cite], law=[move.guard])
            self.block(reason)
            return
        words = say("closed: {reason}; first: {stage}", reason=reason, stage=self.title(move.edge.target))
        self.log.step("closed", words, today, target=move.edge.target, why=why, cites=[move.cite], law=[move.guard])
        self.take(move.edge, today)

    def component(self, move: Require, met: Truth) -> None:
        """One part of the claim falls away while any of its own conditions is not met."""
        name = move.component
        worth = self.ask.fact(name) if name in self.plan.facts else self.ask.rule(name)
        if met.value is None and isinstance(worth, Money) and worth.amount > 0:
            undecided = Guard(move.when, move.guard.unless)
            raise question(self.ask, undecided, [undecided])
        unmet = self.unmet_of.setdefault(name, set())
        if met.value is False and isinstance(worth, Money) and (worth.amount > 0 or unmet):
            if not unmet:
                self.dropped[name] = self.state.told.get(name)
                self.state.told[name] = Money(Decimal(0), self.plan.frame.currency)
            unmet.add(move.words)
            reason = because(self.ask, move.when, wanted=False)
            self.log.close(self.title(name), reason, reopeners(self.ask, move.when), move.cite)
        elif met.value and move.words in unmet:
            unmet.discard(move.words)
            if not unmet:
                before = self.dropped.pop(name)
                self.state.told |= {name: before} if before is not None else {}
                if before is None:
                    del self.state.told[name]

    def wait(self, move: Wait) -> None:
        """A waiting period of the law moves the day; a recommended one is remembered for our next act."""
        if not self.holds(move.guard):
            self.at += 1
            return
        found = self.term(move.deadline)
        if found.due is None and found.kept_until is not None:
            raise Refusal("outside-calendar", f"{found.rule}: {found.told[0]}", "Choose another start.")
        due = replace(found.due or self.today.plus(self.stage.label.text()), latest=False)
        kind: TimeKind = "advice" if move.advised else "wait"
        if not move.advised:
            self.check_rights(due)
        self.at += 1
        self.log.term(found, kind, "", "recommended" if move.advised else "last day taken")
        if move.advised:
            if self.days.recommended is None or due.day > self.days.recommended[0].day:
                self.days.recommended = (due, move.cite)
            return
        if found.due and is_sure(found.start):
            self.days.rise(found.safe or found.due.day)
        self.state.today = later(self.today, due)
        words = say("wait {rule}", rule=found.rule)
        self.log.step("wait", words, self.today, why=counted(found), cites=[move.cite], law=[move.guard])

    # ── acts ────────────────────────────────────────────────────────────────────────────────────

    def act(self, move: Act) -> None:
        if not self.holds(move.guard):
            self.at += 1
        elif move.modality == "must not":
            self.log.notes = (*self.log.notes, self.act_words(move) + (f" [{move.cite}]" if move.cite else ""))
            self.at += 1
        elif move.owner == "the law":
            self.law(move)
        elif move.ways:
            self.branch(move)
        else:
            self.plain(move)

    def law(self, move: Act) -> None:
        """The facts decide."""
        self.use_rights()
        every = [way.guard for way in move.ways]
        for way in move.ways:
            if way.label.name == "otherwise":
                continue
            if not self.is_exhausted(way) and self.holds(way.guard, *every):
                why = (
                    because(self.ask, way.guard.when, wanted=True)
                    if way.guard.when
                    else guard_aloud(self.plan, way.guard)
                )
                self.decide(move, way, say("the law: {way}", way=way.label.text()), Dated(self.today, [why]))
                return
            self.close_way(way)
        rest = next(way for way in move.ways if way.label.name == "otherwise")
        none = say("none of the conditions above holds")
        self.decide(move, rest, say("the law: {way}", way=say("otherwise")), Dated(self.today, [none]))

    def decide(
        self, move: Act, way: Edge, words: str, dated: Dated, fees: tuple[str, ...] = (), papers: tuple[str, ...] = ()
    ) -> None:
        """Write down who went which way and why, and go."""
        self.log.step(
            "branch", self.way_words(words, way), dated.day, move.party, move.owner, way.label.name,
            way.target, dated.why, [way.cite, move.cite], dated.earliest, fees, papers, dated.happened,
            law=[move.guard, way.guard],
        )  # fmt: skip
        self.take(way, dated.day)

    def way_words(self, words: str, way: Edge) -> str:
        """`Court allows the claim → Enforcement`."""
        return f"{words} → {self.title(way.target)}"

    def close_way(self, way: Edge) -> None:
        """`Notary or court?: goes to court` is closed, and why."""
        road = f"{self.title(way.stage)}: {way.label.text()}"
        self.log.close(road, self.why_closed(way), reopeners(self.ask, way.guard.when), way.cite)

    def why_closed(self, way: Edge) -> str:
        if self.is_exhausted(way):
            return exhausted(way)
        guard = way.guard
        if guard.when and all_of(self.ask.test(test) for test in guard.when).value is False:
            return because(self.ask, guard.when, wanted=False)
        if guard.unless:
            return because(self.ask, guard.unless, wanted=True)
        return say("not in force on {day}", day=self.today.day)

    def next_choice(self, stage: str) -> str:
        key = self.key_of_choice(stage)
        chosen = self.case.choices.get(key, ())
        at = self.used.get(key, 0)
        return chosen[at] if at < len(chosen) else ""

    def key_of_choice(self, stage: str) -> str:
        """Under which name the case chooses: that of one of several parties alone outweighs that of all."""
        own = f"{stage} for {self.tracks.now.each[1]}"
        return own if own in self.case.choices else stage

    def use_choice(self) -> None:
        key = self.key_of_choice(self.log.stage)
        self.used[key] = self.used.get(key, 0) + 1

    def note_decision(self, label: str) -> tuple[str, ...]:
        """Write down what was taken here; what was taken here before comes back."""
        before = self.decided.setdefault(self.log.stage, [])
        earlier = tuple(before)
        before.append(label)
        return earlier

    def plain(self, move: Act) -> None:
        """An act without a branch: it happens, unless its term is missed."""
        optional = move.modality == "may" and not self.parts_paid.get(self.visit)
        does, other = self.does(move) if optional else (DONE, None)
        if does == SKIPPED:
            self.settle_option(move, does, other)
            self.at += 1
            return
        part = 0
        number = 1
        if move.instalments:
            number = len(move.instalments.parts)
            part = self.parts_paid.get(self.visit, 0)
            move = replace(move, clock=Clock(deadline=move.instalments.parts[part].deadline))
        last = part == number - 1
        deadline = self.clock_of(move)
        chosen = self.next_choice(self.log.stage) if move.missed else ""
        chosen = chosen if chosen in (MISSED, KEPT, RESTORED) else ""
        ends_stage = last and self.ends_stage(move)
        dated = self.days.of_act(move, deadline, self.log.stage, partial(self.stretch, move), ends_stage)
        if out_of_time.too_early(self, move, deadline, dated, chosen):
            return
        if move.missed and deadline and not chosen and (deadline.bounded or not dated.happened):
            self.divide_on(deadline, move, dated.day)
        late = is_late(deadline, dated.day) and chosen != KEPT
        if (late or chosen == RESTORED) and out_of_time.restored(self, move, deadline, chosen, dated if late else None):
            return
        silent = move.missed is not None and not (chosen or dated.happened) and self.stays_silent(move, late)
        if move.missed and (chosen == "missed" or silent or late or (not chosen and self.supposed_missed(deadline))):
            kept = self.kept_way(move)
            self.miss(
                move,
                move.missed,
                deadline,
                chosen,
                (kept, *out_of_time.ways_back(self, move)) if silent and not late else (),
                dated if late else None,
            )
            return
        self.check_rights(dated.day)
        if chosen:
            self.use_choice()
            self.note_decision(chosen)
        if optional and not part:
            self.settle_option(move, does, other)
        self.commit(move, dated)
        fees, papers = self.hand_over(move, dated.day)
        self.state.today = dated.day if dated.day.exact else later(self.today, dated.day)
        self.tell_clock(move, deadline, dated.day)
        if deadline is not None and is_early(deadline, dated):
            dated.why.append(out_of_time.why_early(deadline))
        self.log.step(
            "act", self.act_words(move), dated.day, move.party, move.owner, "", "", dated.why, [move.cite],
            dated.earliest, fees, papers, dated.happened, law=[move.guard],
        )  # fmt: skip
        if last:
            self.at += 1
        else:
            self.parts_paid[self.visit] = part + 1
            self.arm()  # the next choice may be a right that is used between two parts

    def stays_silent(self, move: Act, late: bool) -> bool:  # noqa: ARG002
        """Whether a party lets a term pass in which it must only act; late: it has passed already."""
        return move.owner == "the other side"

    def does(self, move: Act) -> tuple[str, Edge | None]:
        """Whether a party does what it may do, and the other way if nobody decided: as told, chosen or advised, else not."""
        chosen = self.next_choice(self.log.stage)
        if chosen in (DONE, SKIPPED):
            return chosen, None
        thing = move.document or move.fee
        if thing and self.days.told_day(f"{ACTS[move.verb]} of {thing}") is not None:
            return DONE, None
        advice = [one for one in self.stage.moves if isinstance(one, Advice) and one.outcome == DONE]
        advised = move.owner == "we" and any(self.holds(one.remark.guard) for one in advice)
        done = self.side_way(move, DONE, say_verb(move.verb))
        skipped = self.side_way(move, SKIPPED, say("does not: {act}", act=self.act_words(move)))
        return (DONE, skipped) if advised else (SKIPPED, done)

    def settle_option(self, move: Act, does: str, other: Edge | None) -> None:
        """Write down whether an act that nobody must do is done; what nobody decided is an assumption."""
        if other is None:
            if self.next_choice(self.log.stage) == does:
                self.use_choice()
            self.note_decision(does)
        else:
            earlier = self.note_decision(does)
            self.log.open_branches.append(Open(self.log.stage, earlier, move.owner, does, (other,)))

    @property
    def visit(self) -> tuple[str, int, int]:
        """The sentence at hand, and which visit of its stage it is: a right that comes back finds it as it was."""
        return self.log.stage, self.at, self.visits[self.log.stage]

    def part_of(self, move: Act) -> str:
        """`, part 2 of 4`: of what is paid in parts."""
        if move.instalments is None:
            return ""
        return say(
            ", part {part} of {parts}", part=self.parts_paid.get(self.visit, 0) + 1, parts=len(move.instalments.parts)
        )

    def share(self, move: Act, instalments: Instalments, day: When) -> Charge:
        """One part of a sum that was worked out when the first was due; one of them takes what rounding leaves."""
        at = self.parts_paid.get(self.visit, 0)
        if at == 0:
            self.schedules[self.visit] = self.price(move.fee, day)
        whole, fee = self.schedules[self.visit], self.plan.fees[move.fee]
        words = say(
            "part {part} of {parts} of {amount}", part=at + 1, parts=len(instalments.parts), amount=show(whole.amount)
        )
        amount: Value = whole.amount
        if lacking(amount) is None:
            shares = [one.share for one in instalments.parts]
            parts = [None if one is None else rounded(multiply(one, amount), fee.rounding, fee.step) for one in shares]
            rest = reduce(subtract, (one for one in parts if one is not None), amount)
            amount = parts[at] or stepped(rest, fee.step)
            words += f": {show(amount)}" + (say(" (what the others leave)") if parts[at] is None else "")
        arithmetic = (*(whole.arithmetic if at == 0 else ()), words)
        return replace(whole, amount=amount, arithmetic=arithmetic)

    def kept_way(self, move: Act) -> Edge:
        """That the act is done in time, as a way that a choice can name."""
        return self.side_way(move, KEPT, say("{verb} in time", verb=say_verb(move.verb)))

    def side_way(self, move: Act, name: str, words: str) -> Edge:
        """A way that leads on in the stage: what a choice can name though no arrow does."""
        onward = next((one.edge for one in self.stage.moves if isinstance(one, Onward)), None)
        target = onward.target if onward else self.log.stage
        label = Label(name, ((spoken_language(), words),))
        return Edge(f"{self.log.stage}.{name}", label, self.log.stage, target, ALWAYS, (), move.cite)

    def divide_on(self, deadline: Term, move: Act, day: When) -> None:
        """Whether we keep a term may hang on what nobody told: one part for each answer."""
        due = deadline.due
        hangs = due is None or (deadline.bounded and day.day > due.day)
        if not (hangs and deadline.unknown and move.owner == "we"):
            return
        kept = self.keeping(deadline)
        if kept not in self.state.supposed:
            title = self.title(deadline.deadline)
            name, missed = deadline.unknown[0], say("{term}: the term is missed", term=title)
            raise Divide([Supposition(name, kept.words, test=kept, holds=True), Supposition(name, missed, test=kept)])

    def keeping(self, deadline: Term) -> Test:
        """`Limitation: the term is kept`, as a test that one part of a divided trace supposes."""
        words = say("{term}: the term is kept", term=self.title(deadline.deadline))
        return Test(Expr("constant", constant=True, words=words), "holds", words=words)

    def supposed_missed(self, deadline: Term | None) -> bool:
        supposed = self.state.supposed
        return deadline is not None and bool(supposed) and supposed.get(self.keeping(deadline)) is False

    def act_words(self, move: Act) -> str:
        """`Claimant sends Claim letter to Debtor`."""
        thing = self.title(move.document or move.fee) if move.document or move.fee else ""
        party, verb, part = self.title(move.party), say_verb(move.verb), self.part_of(move)
        if move.modality == "must not":
            plain = move.verb.removesuffix("s") if move.verb in ACTS else verb
            verb = say("must not {verb}", verb=plain if is_english() else verb)
        if move.addressee:
            to, words = self.title(move.addressee), phrase("{party} {verb} {paper} to {addressee}")
            if move.fee:
                words = phrase("{party} {verb} {fee} to {addressee}")
            return say(words, party=party, verb=verb, paper=thing, fee=thing, addressee=to) + part
        if move.document:
            return say("{party} {verb} {paper}", party=party, verb=verb, paper=thing) + part
        if move.fee:
            return say("{party} {verb} {fee}", party=party, verb=verb, fee=thing) + part
        return say("{party} {verb}", party=party, verb=verb) + part

    def how_kept(self, deadline: Term, day: When, move: Act) -> str:
        return how_kept(deadline, day, ours=move.owner == "we")

    def tell_clock(self, move: Act, deadline: Term | None, day: When) -> None:
        if deadline is None:
            if move.clock and move.clock.not_stated:
                self.log.silence(self.stretch(move), NotStated((move.clock.not_stated,)))
            return
        named = self.plan.deadlines[deadline.deadline].named
        status = self.how_kept(deadline, day, move)
        self.log.term(deadline, kind_of(move), move.party, status, "" if named else self.act_words(move))

    def miss(
        self, move: Act, edge: Edge, deadline: Term | None, chosen: str, others: tuple[Edge, ...] = (),
        late: Dated | None = None,
    ) -> None:  # fmt: skip
        """The day after the last day."""
        dated = self.days.of_miss(deadline, self.log.stage, partial(self.stretch, move))
        self.use_rights()
        self.check_rights(dated.day)
        if others:
            self.assume(move, edge, others)
        else:
            self.note_decision("missed")
        if chosen:
            self.use_choice()
        if late is not None and late.happened:
            done = say("done only on {day}, as the case tells", day=late.day.day)
            dated = replace(dated, why=[*dated.why, done])
        elif late is not None and deadline and deadline.due and self.days.floor <= deadline.due.day:
            title = self.plan.label(deadline.deadline).text()
            rests = say("missed only because what comes before it is put on its last day; tell its real day")
            self.log.assumptions.append(f"{title}: {rests}")
            dated = replace(dated, day=replace(dated.day, assumed=dated.day.assumed or rests), least=None)
        if dated.happened:
            self.accept(f"end of {self.log.stage}", dated.day.day)
        self.days.rise(dated.least)
        self.days.recommended = None
        if deadline:
            title = self.act_words(move) if move.instalments else ""
            self.log.term(deadline, kind_of(move), move.party, "missed", title)
        self.decide(move, edge, self.miss_words(move), dated)

    def miss_words(self, move: Act) -> str:
        return say("{party} lets the term pass", party=self.title(move.party))

    def stretch(self, move: Act) -> str:
        """How an unstated length is called: `Economic court: Hearing`."""
        return f"{self.title(move.party)}: {self.stage.label.text()}"

    def ends_stage(self, move: Act) -> bool:
        """Whether the stage's own length and end are those of this act: its branch, or the last thing done in it."""
        rest = self.stage.moves[self.at + 1 :]
        return bool(move.ways) or not any(isinstance(one, Act | Call | Wait) for one in rest)

    def hand_over(self, move: Act, day: When) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The paper changes hands, the fee is paid: moments, papers, sums."""
        fees: tuple[str, ...] = ()
        papers: tuple[str, ...] = ()
        if move.fee:
            self.state.today = day if day.exact else later(self.today, day)
            found = self.charge_of(move, day)
            self.days.happen(f"{ACTS[move.verb]} of {move.fee}", day)
            if not move.returns:
                self.log.charged[move.fee] = self.schedules[self.visit] if move.instalments else found
            self.log.fee(found, move, day, self.part_of(move))
            self.shift(f"paid of {move.fee}", None if move.returns else found.amount)
            fees = self.fee_words(move, found)
        if move.document:
            self.days.happen(f"{ACTS[move.verb]} of {move.document}", day)
            self.state.told[move.document] = True
            if move.addressee:
                self.receive(move, day)
            papers = (move.document,)
            self.log.paper(move)
        return fees, papers

    def fee_words(self, move: Act, found: Charge) -> tuple[str, ...]:
        """`State duty, part 1 of 2: 161.00 EUR`, as a step of the trace has it."""
        return (f"{self.title(move.fee)}{self.part_of(move)}: {answer(found.amount)}",)

    def charge_of(self, move: Act, day: When) -> Charge:
        """What a payment comes to: the fee, one part of it, or what comes back of it."""
        if move.returns:
            return self.come_back(move)
        return self.share(move, move.instalments, day) if move.instalments else self.price(move.fee, day)

    def come_back(self, move: Act) -> Charge:
        """What has been paid of a fee, and now comes back."""
        paid = self.ask.moved(f"paid of {move.fee}")
        why = (
            ("nothing has been paid of it",) if paid == nothing(self.plan.frame.currency) else ("what was paid of it",)
        )
        before = self.log.charged.get(move.fee)
        base = before.base if before else None
        return Charge(move.fee, paid, "", why, base, None, (move.cite,) if move.cite else ())

    def shift(self, name: str, amount: Value | None) -> None:
        """Money moves, or (None) all of it comes back; what was supposed of such a sum until then holds no longer."""
        nought = nothing(self.plan.frame.currency)
        self.state.moved[name] = nought if amount is None else add(self.ask.moved(name), amount)
        settle(self.ask, name, "sum")

    def receive(self, move: Act, day: When) -> None:
        """The addressee gets the paper: on the day told, by the pace of practice, else (said so) at once."""
        event = f"receipt of {move.document}"
        given = self.days.told_day(event)
        paced = self.days.paced(event, day)
        if given is not None:
            if given < day.day:
                raise Refusal("impossible-history", f"{event} cannot be on {given}: it is sent on {day.day}")
            self.days.happen(event, When(given), told=True)
        elif paced is not None:
            self.days.happen(event, paced)
        else:
            assumed = self.taken_as_received(move)
            self.days.happen(event, When(day.day, day.stretches, assumed, least=day.least))
            self.remind(event, move)

    def taken_as_received(self, move: Act) -> str:
        """Why a paper is there on the day on which it is sent."""
        return say("receipt of “{paper}” taken on the day it is sent", paper=self.title(move.document))

    def remind(self, event: str, move: Act) -> None:
        """Where something counts from a receipt that nobody told, say how to tell it."""
        if counts_from(self.plan, event):
            title = self.title(move.document)
            hint = say(
                '{paper}: received on the day it is sent; set the real day with --set "{event}=YYYY-MM-DD"',
                paper=title, event=event,
            )  # fmt: skip
            self.log.assumptions.append(hint)

    def price(self, name: str, day: When) -> Charge:
        """The fee on the day it is paid; where the law of its filing governs, that is told or takes place the same day.

        Each payment has a filing of its own: with as many payments as filings behind us, the filing is still to come.
        """
        fee, events, happened = self.plan.fees[name], self.state.events, self.days.happened
        filing = moment(self.plan, self.state, fee.governed.event if fee.governed else None)
        filings, payments = happened.get(filing, 0), happened.get(f"payment of {name}", 0)
        if not filing or filings > payments or (filing in events and not filings):
            return charge(fee, self.ask, day)
        before = events.get(filing)
        told = self.days.told_day(filing)
        events[filing] = When(told) if told is not None else day
        try:
            return charge(fee, self.ask, day)
        finally:
            events.pop(filing)
            if before is not None:
                events[filing] = before

    # ── branches ────────────────────────────────────────────────────────────────────────────────

    def branch(self, move: Act) -> None:
        """Somebody takes one of several ways."""
        self.use_rights()
        deadline = self.clock_of(move)
        chosen = self.next_choice(self.log.stage)
        others: tuple[Edge, ...] = ()
        if chosen == RESTORED and out_of_time.restored(self, move, deadline, chosen):
            return
        if chosen == "missed" and move.missed:
            way, why = move.missed, []
        elif chosen:
            way, why = self.chosen_way(move, chosen), [say("chosen for this case")]
        elif move.missed and self.supposed_missed(deadline):
            way, why = move.missed, []
        else:
            way, why, others = self.quiet_way(move)
        if others and self.case.stop_at_open:
            self.log.at, self.log.because = self.log.stage, say("open: {stage}", stage=self.stage.label.text())
            return
        if way is move.missed:
            self.miss(move, way, deadline, chosen, others)
            return
        dated = self.days.of_act(move, deadline, self.log.stage, partial(self.stretch, move), last=True)
        if out_of_time.too_early(self, move, deadline, dated, chosen):
            return
        if move.missed and not chosen and deadline:
            if is_late(deadline, dated.day):
                if out_of_time.restored(self, move, deadline, chosen, dated):
                    return
                self.miss(move, move.missed, deadline, "", (), dated)
                return
            if deadline.bounded or not dated.happened:
                self.divide_on(deadline, move, dated.day)
        self.check_rights(dated.day)
        if others:
            self.assume(move, way, others)
        else:
            self.note_decision(way.label.name)
        if chosen:
            self.use_choice()
        self.commit(move, dated)
        fees, papers = self.hand_over(move, dated.day)
        self.tell_clock(move, deadline, dated.day)
        if deadline is not None and is_early(deadline, dated):
            why = [*why, out_of_time.why_early(deadline)]
        if is_late(deadline, dated.day) and deadline and deadline.due:
            why = [*why, say("late: the last day was {day}", day=deadline.due.day)]
        dated.why[:0] = why
        self.decide(move, way, self.branch_words(move, way), dated, fees, papers)

    def branch_words(self, move: Act, way: Edge) -> str:
        """`Court allows the claim (Judgment)`."""
        thing = f" ({self.title(move.document or move.fee)})" if move.document or move.fee else ""
        return say("{party} {way}", party=self.title(move.party), way=way.label.text()) + thing

    def assume(self, move: Act, way: Edge, others: tuple[Edge, ...]) -> None:
        """Nothing decided this branch: what was taken, and what else could have been."""
        earlier = self.note_decision(way.label.name)
        self.log.open_branches.append(Open(self.log.stage, earlier, move.owner, way.label.name, others))

    def chosen_way(self, move: Act, label: str) -> Edge:
        """The way the case names, refused where the law has closed it."""
        stage = self.log.stage
        way = next((one for one in move.ways if one.label.name == label), None)
        if way is None:
            seen = f"`{stage}` has no way called `{label}`"
            raise Refusal("unknown-outcome", seen, did_you_mean(label, ways_of(self.plan, stage)))
        if self.is_exhausted(way) or not self.holds(way.guard):
            help_ = "; ".join(opens(reopeners(self.ask, way.guard.when))).capitalize() or "Choose another way."
            raise Refusal(
                "closed-way",
                say("{way} is closed: {reason}", way=f"{stage}={label}", reason=self.why_closed(way)),
                help_,
            )
        for other in move.ways:
            if other is not way and self.is_open_way(other).value is False:
                self.close_way(other)
        return way

    def quiet_way(self, move: Act) -> tuple[Edge, list[str], tuple[Edge, ...]]:
        """The way taken when nobody decides, why, and the others that were open (none: it was the only one)."""
        order = list(move.ways)
        advised: list[str] = []
        if move.owner == "we":
            advice = [one for one in self.stage.moves if isinstance(one, Advice) and one.outcome]
            advised = [one.outcome for one in advice if self.holds(one.remark.guard)]
            order.sort(key=lambda way: way.label.name not in advised)
        elif move.owner == "the other side" and move.missed:
            order.insert(0, move.missed)
        truths = {id(way): self.is_open_way(way) for way in order}
        for way in order:
            truth = truths[id(way)]
            if truth.value is None:
                raise question(self.ask, way.guard, [one.guard for one in order])
            if truth.value:
                break
        else:
            reasons = "; ".join(self.why_closed(way) for way in order)
            unlock = opens(words for way in order for words in reopeners(self.ask, way.guard.when))
            seen = say("every way at `{stage}` is closed: {reasons}", stage=self.log.stage, reasons=reasons)
            raise Refusal("no-way", seen, "; ".join(unlock))
        for other in order:
            if truths[id(other)].value is False:
                self.close_way(other)
        others = [one for one in order if one is not way and truths[id(one)].value is not False]
        if move.missed and move.missed not in order and move.owner != "we":
            others.append(move.missed)
        if way is move.missed:
            others += out_of_time.ways_back(self, move)
        if not others:
            return way, [say(ONLY_WAY)], ()
        why = say("advised") if way.label.name in advised else say(QUIET[move.owner])
        return way, [why], tuple(others)

    # ── calls ───────────────────────────────────────────────────────────────────────────────────

    def call(self, move: Call) -> None:
        if not self.holds(move.guard):
            self.at += 1
            return
        self.use_rights()
        procedure = self.plan.procedures[move.procedure]
        words = procedure.label.text()
        self.log.step("call", words, self.today, target=procedure.entry, cites=[move.cite], law=[move.guard])
        self.resumes = (*self.resumes, Resume("call", self.log.stage, self.at))
        self.begin_or_end(f"start of {move.procedure}")
        self.enter(procedure.entry)

    def parallel(self, move: Parallel) -> None:
        """Several procedures begin at the same time."""
        if not self.holds(move.guard):
            self.at += 1
            return
        self.tell_rights()
        self.tracks.open(move)

    # ── rights ──────────────────────────────────────────────────────────────────────────────────

    def arm(self) -> None:
        """Where the next choice at this stage is a right, it is used as soon as its term lets it, or when told."""
        right = self.plan.rights.get(self.next_choice(self.log.stage))
        if right is not None and self.log.stage in right.stages:
            self.use_choice()
            self.note_decision(right.label.name)
            self.armed[right.label.name] = self.log.stage

    def is_open(self, right: Right) -> bool:
        """Whether the walk is in one of its stages, or in a procedure performed from one."""
        around = (one.stage for one in self.resumes if one.kind != "right")
        return self.log.stage in right.stages or any(stage in right.stages for stage in around)

    def use_rights(self) -> None:
        """Before a stage is left: the rights open during it are told, and one without a term is used at once."""
        self.tell_rights()
        self.check_rights(self.today, leaving=True)

    def tell_rights(self) -> None:
        for right in self.plan.rights.values():
            if self.log.stage in right.stages and self.ask.guard(right.edge.guard).value is not False:
                self.tell_right(right)

    def tell_right(self, right: Right) -> None:
        """A right is told once; its term too, each time it begins."""
        self.log.right(right)
        deadline = right.clock.deadline if right.clock else ""
        if not deadline:
            return
        found = self.term(deadline)
        if found.start is not None and not self.log.has_told(found):
            title = say("{party} may: {right}", party=self.title(right.party), right=right.label.text())
            self.log.term(found, "deadline", right.party, "open", title=title)

    def check_rights(self, day: When, leaving: bool = False) -> None:
        """A right that is used on or before this day comes first; one without a term, when its stage is left."""
        for name in list(self.armed):
            right = self.plan.rights[name]
            if not self.is_open(right):
                continue
            told = self.days.told_day(f"use of {name}")
            when = When(told) if told is not None else self.first_use(right, leaving)
            if when is None or (when.exact and when.day > day.day):
                continue
            if self.is_exhausted(right.edge) or not self.holds(right.edge.guard):
                seen = say("the right `{right}` is closed: {reason}", right=name, reason=self.why_closed(right.edge))
                raise Refusal("closed-way", seen)
            self.refuse_out_of_time(right, when, told is not None)
            del self.armed[name]
            raise Interrupt(right, when, told is not None)

    def first_use(self, right: Right, leaving: bool) -> When | None:
        """When a right is used if nobody tells: ours as soon as it is open, theirs on its last day."""
        if right.clock is None:
            return self.today if leaving else None
        if right.clock.not_stated:
            return self.today.plus(f"{self.title(right.party)}: {right.label.text()}")
        found = self.term(right.clock.deadline)
        if found.start is None or found.due is None:
            return None
        if right.owner != "we" or self.days.floor <= found.due.day < self.today.day:
            return found.due
        first = When(found.opens) if found.opens is not None else found.start.past()
        early = found.back and found.opens is None
        return self.today if first.day <= self.today.day or early else first

    def refuse_out_of_time(self, right: Right, when: When, told: bool) -> None:
        """A right cannot be used behind the last day of its term."""
        found = self.term(right.clock.deadline) if right.clock and right.clock.deadline else None
        last = found.due.day if found and found.due and found.due.exact else found.until if found else None
        if found is not None and found.opens is not None and when.exact and when.day < found.opens:
            seen = f"the right `{right.label.name}` is not open yet: its term begins on {found.opens}"
            raise Refusal("closed-way", seen)
        if last is not None and (when.day > last or (last < self.days.floor and not told)):
            seen = f"the right `{right.label.name}` is out of time: its term ended on {last}"
            raise Refusal("closed-way", seen)

    def refuse_unused(self) -> None:
        """A right that the case uses and that was never open in its stage is told, not forgotten."""
        for name, stage in self.armed.items():
            right = self.plan.rights[name]
            if self.is_open(right):
                continue
            closed = self.is_open_way(right.edge).value is False
            reason = self.why_closed(right.edge) if closed else say("the stage ends before it can be used")
            raise Refusal("closed-way", say("{way} is closed: {reason}", way=f"{stage}={name}", reason=reason))

    def interrupt(self, used: Interrupt) -> None:
        """Leave the road for a right; everything open where it interrupted is kept for `back`."""
        right, day = used.right, used.day
        name, target = right.label.name, right.edge.target
        words = f"{self.title(right.party)}: {right.label.text()} → {self.title(target)}"
        if used.happened:
            self.accept(f"use of {name}", day.day)
        elif day.exact and day.day < self.today.day:
            day = self.today  # what comes before it is put on its last day
        around = [at for at, one in enumerate(self.resumes) if one.kind != "right" and one.stage in right.stages]
        level = around[0] if around else len(self.resumes)
        join = self.tracks.climb(level)
        if join is not None:  # used for all the tracks that the stage opened, so that none of them uses it again
            for book in self.tracks.books:
                book.armed.pop(name, None)
        kept = Resume("right", self.log.stage, self.at, self.resumes, join)
        self.resumes = (*self.resumes[:level], kept)
        why = [say("{day}: told by the case", day=day.day) if used.happened else say("chosen for this case")]
        self.log.step(
            "right", words, day, right.party, right.owner, name, target, why, [right.cite], happened=used.happened,
            law=[right.edge.guard],
        )  # fmt: skip
        self.log.use(right)
        self.days.happen(f"use of {name}", day, told=used.happened)
        self.taken[right.edge.id] = self.taken.get(right.edge.id, 0) + 1
        self.log.path.append(right.edge.id)
        self.state.today = day
        self.follow(right.edge)

    def back(self) -> None:
        """Return to where the right interrupted; clocks have run on meanwhile."""
        at = max(at for at, one in enumerate(self.resumes) if one.kind == "right")
        resume = self.resumes[at]
        self.resumes, self.log.stage, self.at = resume.below, resume.stage, resume.at
        self.arm()
        if resume.join is not None:
            self.tracks.thaw(resume.join)

    # ── ends ────────────────────────────────────────────────────────────────────────────────────

    def end(self, end: End) -> None:
        """An end of the main road is the end of the case; that of a sub-procedure leads on in its caller."""
        while self.resumes and self.resumes[-1].kind == "right":
            self.resumes = self.resumes[:-1]
        if self.resumes:
            resume = self.resumes[-1]
            self.state.ended[end.label.name] = self.state.ended.get(end.label.name, 0) + 1
            if resume.kind == "track":
                self.tracks.end(end)
                return
            self.resumes = self.resumes[:-1]
            self.recover(end)
            self.begin_or_end(f"end of {end.procedure}")
            self.log.stage, self.at = resume.stage, resume.at
            call = cast(Call, self.stage.moves[self.at])
            self.take(next(way for way in call.ways if way.label.name == end.label.name), self.today)
            return
        self.log.stage = self.log.at = end.label.name
        self.refuse_unused()
        self.begin_or_end(f"end of {self.plan.main}")
        self.log.status = "ended"
        self.log.notes = self.log.practice = ()
        self.log.recovered = self.recover(end)
        if self.log.recovered is not None:
            self.log.hang(self.log.recovered, "sum", "recovered")
        self.log.step("end", end.label.text(), self.today, cites=[end.cite])

    def recover(self, end: End) -> Value | None:
        """What an end has brought, added to what its procedure has brought before."""
        if end.recovers is None:
            return None
        found = self.ask.value(end.recovers)
        self.shift(f"recovered of {end.procedure}", found)
        return found

    def unmet(self) -> list[str]:
        """What the case tells of days and ways, and the road did not come to."""
        happened, used = self.tracks.used()
        events = [
            f"{event}: {', '.join(map(spoken, days[happened.get(event, 0) :]))}"
            for event, days in self.case.events.items()
            if happened.get(event, 0) < len(days)
        ]
        ways = [
            f"{stage} → {say(', then ').join(labels[used.get(stage, 0) :])}"
            for stage, labels in self.case.choices.items()
            if used.get(stage, 0) < len(labels)
        ]
        return events + ways


# ── Of one sentence ─────────────────────────────────────────────────────────────────────────────


def remarks_of(stage: Stage) -> Iterable[Remark]:
    """Everything a stage remarks, its advice included."""
    for move in stage.moves:
        if isinstance(move, Note | Advice):
            yield move.remark
        elif isinstance(move, Act | Call):
            yield from move.remarks


def exhausted(way: Edge) -> str:
    """Why a way that may be taken so often is closed."""
    return say_many(
        way.most or 0, "“{way}” has been taken once, and may not be taken more often",
        "“{way}” has been taken {number} times, and may not be taken more often", way=way.label.text(),
    )  # fmt: skip


def kind_of(move: Act) -> TimeKind:
    """An authority is bound by a limit, a party by a deadline."""
    return "limit" if move.owner == "court or chance" else "deadline"


def how_kept(deadline: Term, day: When, ours: bool) -> str:
    """What is certain of a term and the day of its act."""
    due = deadline.due
    if is_late(deadline, day):
        return "late"
    if deadline.opens is not None and day.exact and day.day < deadline.opens:
        return "too early"
    if due is not None and due.exact and day.exact:
        return "last day taken" if day.latest and not ours else "met"
    if day.exact and deadline.kept_until is not None and day.day <= deadline.kept_until:
        return "met"
    return "not known"


def opens(reopens: Iterable[str]) -> list[str]:
    """One line that says what would open a closed road, if anything would."""
    words = list(dict.fromkeys(reopens))
    return [say("opens with: {words}", words=say("; or ").join(words))] if words else []
