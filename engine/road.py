"""One walk of one case along the road, from its first stage until it ends, is blocked, or must divide.

At a branch, in this order: what really happened, what was chosen, conditions that leave one way, and then the quiet
way: we follow applicable advice, else the first way open; the other side stays silent; an authority does the first
thing listed. Every step the quiet way takes is an assumption, and is written down as one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import cast

from engine.calendar import Calendar, with_weekday
from engine.case import Case, ways_of
from engine.counting import due_day
from engine.evaluate import BEFORE, Evaluator, State
from engine.fees import Charge, charge
from engine.log import Log, Open
from engine.questions import Divide, Supposition, question
from engine.reasons import because, reopeners, spoken
from engine.records import (
    Act,
    Advice,
    Call,
    Cite,
    Clock,
    Edge,
    End,
    Guard,
    Note,
    Onward,
    Pace,
    Plan,
    Remark,
    Require,
    Right,
    Stage,
    TimeKind,
    Wait,
)
from engine.refusal import Refusal
from engine.terms import Term, term
from engine.values import Money, NotStated, Truth, Unknown, When, all_of, show
from procedure_dsl.diagnostics import did_you_mean
from procedure_dsl.words import ACTS

MOST_STEPS = 400  # a road this long goes in circles
ONE_DAY = timedelta(days=1)
QUIET = {
    "we": "assumed: the first way open to us",
    "the other side": "assumed: the other side stays silent",
    "court or chance": "assumed: the first outcome listed",
}


class Interrupt(Exception):
    """A right is used before the step at hand."""

    def __init__(self, right: Right, day: When) -> None:
        super().__init__(right.label.name)
        self.right, self.day = right, day


@dataclass(frozen=True, slots=True)
class Resume:
    """Where the road goes on after a sub-procedure, or after a right that comes back."""

    kind: str  # "call" or "right"
    stage: str
    at: int
    below: tuple[Resume, ...] = ()  # of a right: all frames that were open where it interrupted


@dataclass(frozen=True, slots=True)
class Dated:
    """The day of an act, and why."""

    day: When
    why: list[str]
    earliest: When | None = None  # from when on it could have been, before a recommended wait
    happened: bool = False  # the case tells it
    least: date | None = None  # it cannot have been earlier, whatever else is assumed


class Road:
    """The walk. `log` is its result; `state` is what is known at its last step."""

    def __init__(self, plan: Plan, case: Case, calendar: Calendar, supposed: tuple[Supposition, ...] = ()) -> None:
        self.plan, self.case, self.calendar = plan, case, calendar
        start = case.begins() if plan.main else case.start or BEFORE.day
        self.state = State(
            told=dict(case.facts), readings=dict(case.readings), today=When(start),
            events={
                name: When(days[0]) for name, days in case.events.items()
                if days[0] <= start or name.startswith("receipt") or name in known_ahead(plan)
            },
        )  # fmt: skip
        for name, days in case.events.items():
            if case.start is not None and days[0] < case.start and plan.main:
                seen = f"{name} is {days[0]}, and the case starts only on {case.start}"
                help_ = f"Type --start {replace(case, start=None).begins()}, or an earlier day."
                raise Refusal("impossible-history", seen, help_)
        self.state.events["start"] = When(start)
        self.happened: dict[str, int] = {}  # how often each event has happened
        self.floor = start  # the road cannot be here earlier, whatever is assumed
        for one in supposed:
            self.suppose(one)
        self.ask = Evaluator(plan, self.state, calendar)
        self.log = Log(plan, self.ask, calendar)
        self.at = 0  # the sentence at hand
        self.resumes: tuple[Resume, ...] = ()
        self.visits: dict[str, int] = {}
        self.taken: dict[str, int] = {}  # how many choices of a stage have been used
        self.armed: dict[str, None] = {}  # rights that the case uses, in the order in which they were armed
        self.recommended: tuple[When, Cite | None] | None = None
        self.seen: set[tuple[object, ...]] = set()

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

    @property
    def stage(self) -> Stage:
        """Where the walk is."""
        return self.plan.stages[self.log.stage]

    def title(self, name: str) -> str:
        return self.plan.label(name).text()

    # ── the walk ────────────────────────────────────────────────────────────────────────────────

    def walk(self) -> Log:
        """Go until the case ends, is blocked, or divides."""
        if not self.plan.main:
            raise Refusal("no-road", "this file has no procedure to walk")
        try:
            self.enter(self.plan.procedures[self.plan.main].entry)
            while self.log.status == "open" and not self.log.because:
                if len(self.log.steps) > MOST_STEPS:
                    seen = f"after {MOST_STEPS} steps this case still goes in circles at `{self.log.stage}`"
                    raise Refusal("endless", seen)
                try:
                    self.move()
                except Interrupt as used:
                    self.interrupt(used)
        except Divide as undecided:
            self.log.divides = undecided.answers
            self.log.at = self.log.stage
        return self.log

    def enter(self, name: str) -> None:
        """Come to a stage or an end."""
        if name in self.plan.ends:
            self.end(self.plan.ends[name])
            return
        stage = self.plan.stages[name]
        self.log.stage, self.at = name, 0
        self.visits[name] = self.visits.get(name, 0) + 1
        self.begin_or_end(f"start of {name}")
        self.refuse_standstill(name)
        self.log.notes = self.log.remarks(remarks_of(stage))
        self.log.practice = tuple(self.practice_of(name))
        dated = stage.guard.since or stage.guard.until
        if dated and self.ask.guard(stage.guard).value is False:
            raise Refusal("not-in-force", f"the stage `{name}` is not in force on {self.state.today.day}")
        self.arm()

    def arm(self) -> None:
        """Where the next choice at this stage is a right, it is used as soon as its term lets it."""
        right = self.plan.rights.get(self.next_choice(self.log.stage))
        if right is not None and self.log.stage in right.stages:
            self.use_choice()
            self.armed[right.label.name] = None

    def refuse_standstill(self, name: str) -> None:
        """A stage met again on the same day with nothing changed would be met for ever."""
        today = self.state.today
        told = frozenset((fact, str(value)) for fact, value in self.state.told.items())
        here = (name, today.day, today.stretches, told, len(self.resumes), tuple(self.taken.items()))
        if here in self.seen:
            seen = f"the road comes back to `{name}` on {today} with nothing changed, and so for ever"
            raise Refusal("endless", seen)
        self.seen.add(here)

    def move(self) -> None:
        """Carry out the sentence at hand."""
        if self.at >= len(self.stage.moves):
            self.block(f"nothing leads on from {self.stage.label.text()}")
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
            case Onward():
                self.onward(move.edge)
            case _:
                self.at += 1

    def block(self, because: str) -> None:
        self.log.status, self.log.at, self.log.because = "blocked", self.log.stage, because

    def onward(self, edge: Edge) -> None:
        """The stage only leads on; it takes what practice says, where practice is asked for."""
        self.use_rights()
        found = self.paced(self.log.stage)
        if found is not None and found.day > self.state.today.day:
            self.state.today = found
        last = self.log.steps[-1] if self.log.steps else None
        if last is not None and last.stage == self.log.stage and not last.target:
            self.log.steps[-1] = last.model_copy(update={"option": "onward", "target": edge.target})
        elif last is None or last.stage != self.log.stage:
            words = f"→ {self.title(edge.target)}"
            self.log.step("onward", words, self.state.today, option="onward", target=edge.target, cites=[edge.cite])
        self.take(edge, self.state.today)

    def take(self, edge: Edge, day: When) -> None:
        """Go one way: the stage ends, the way's effects become true, the next stage begins."""
        self.log.path.append(edge.id)
        self.state.today = day
        self.begin_or_end(f"end of {self.log.stage}")
        self.follow(edge)

    def follow(self, edge: Edge) -> None:
        for name, expr in edge.effects:
            found = self.ask.value(expr)
            if isinstance(found, Unknown):
                self.state.told.pop(name, None)
            else:
                self.state.told[name] = found
        if edge.target == "back":
            self.back()
        else:
            self.enter(edge.target)

    # ── days ────────────────────────────────────────────────────────────────────────────────────

    def given_day(self, event: str) -> When | None:
        """The day on which the case says that this happened; what was only assumed of earlier days gives way to it."""
        day = self.told_day(event)
        if day is None:
            return None
        self.refuse_before_floor(event, day)
        self.tighten(day)
        self.floor, self.state.today = day, When(day)
        return self.state.today

    def refuse_before_floor(self, event: str, day: date) -> None:
        if day < self.floor:
            seen = f"{event} cannot be on {day}: the road is there on {self.floor} at the earliest"
            before = f"Before it stands “{self.log.steps[-1].text}”: tell its day, too; or " if self.log.steps else ""
            raise Refusal("impossible-history", seen, f"{before}give the case an earlier start, or correct the day.")

    def tighten(self, day: date) -> None:
        """What was put on the last day of a term took place before what is now known to follow it."""
        steps = self.log.steps
        for at in range(len(steps) - 1, -1, -1):
            shown = steps[at].date
            if (shown.exact or shown.not_before or day) <= day:
                break
            sooner = {"exact": day} if shown.exact else {"not_before": day}
            steps[at] = steps[at].model_copy(update={"date": shown.model_copy(update=sooner)})
        for event, when in self.state.events.items():
            if when.day > day and self.happened.get(event):
                self.state.events[event] = when.moved(day)

    def is_certain(self, day: When) -> bool:
        """Whether a day, or a later one, is no matter of assumption: it does not rest on anybody's last day."""
        return day.day <= self.floor

    def rise(self, least: date | None) -> None:
        if least is not None:
            self.floor = max(self.floor, least)

    def told_day(self, event: str) -> date | None:
        """The day told for the next time that something happens."""
        days, before = self.case.events.get(event, ()), self.happened.get(event, 0)
        return days[before] if before < len(days) else None

    def happen(self, event: str, day: When, told: bool = False) -> None:
        """Something happens; where its day rests on an assumption, it is kept how early it can have been."""
        supposed = not told and (self.floor < day.day or not day.exact)
        self.state.events[event] = replace(day, least=self.floor if supposed else None)
        self.happened[event] = self.happened.get(event, 0) + 1

    def begin_or_end(self, event: str) -> None:
        """A stage or a procedure begins or ends: on the day told, else today."""
        self.given_day(event)
        self.happen(event, self.state.today)

    def working(self, when: When) -> When:
        """The first working day from then on: neither we nor an authority act on a day off."""
        return when.moved(self.calendar.next_working(when.day))

    def later(self, one: When, other: When) -> When:
        """The later of two days; a bound stays a bound unless the exact one is a last day, which holds for everybody."""
        if other.exact and other.latest and other.day >= one.day:
            return other
        latest = one if one.day >= other.day else other
        return replace(latest, stretches=tuple(dict.fromkeys((*one.stretches, *other.stretches))))

    def pace_of(self, event: str) -> Pace | None:
        """The first figure of practice that fits the case."""
        for name, practice in self.plan.practice.items():
            if self.case.practice and name not in self.case.practice:
                continue
            for pace in practice.paces:
                if pace.event == event and self.ask.guard(pace.guard).value:
                    return pace
        return None

    def paced(self, event: str, start: When | None = None) -> When | None:
        """The day that practice gives for a moment, or for the end of a stage, where the case asks for its pace."""
        pace = self.pace_of(event) if self.case.paced else None
        if pace is None:
            return None
        start = start or self.state.events[f"start of {event}"]
        span = pace.usual or pace.most or max(pace.counted, key=lambda one: one[1])[0]
        day = due_day(span, start.day, self.plan.frame.counting, self.calendar)
        return replace(start, day=day, assumed=f"practice: {pace}", latest=False)

    def practice_of(self, event: str) -> list[str]:
        pace = self.pace_of(event)
        return [f"practice: {pace} [{pace.cite}]" if pace.cite else f"practice: {pace}"] if pace else []

    def term(self, name: str) -> Term:
        return term(self.plan.deadlines[name], self.ask, self.calendar, self.plan.frame.counting)

    def clock_of(self, move: Act) -> Term | None:
        return self.term(move.clock.deadline) if move.clock and move.clock.deadline else None

    # ── preconditions and waits ─────────────────────────────────────────────────────────────────

    def require(self, move: Require) -> None:
        """A precondition: met, reopened by its `unless`, closed, or undecided."""
        in_force = Guard(since=move.guard.since, until=move.guard.until)
        if self.ask.guard(in_force).value is False:
            self.at += 1
            return
        met = all_of(self.ask.test(test) for test in move.when)
        if move.component:
            self.component(move, met)
            self.at += 1
            return
        reopened = all_of(self.ask.test(test) for test in move.guard.unless) if move.guard.unless else Truth(False)
        if met.value or reopened.value:
            self.at += 1
            return
        if met.value is None or reopened.value is None:
            undecided = Guard(move.when, move.guard.unless)
            raise question(self.ask, undecided, [undecided])
        reason = because(self.ask, move.when, wanted=False)
        unlock = [*reopeners(self.ask, move.when), *(spoken(self.ask, test) for test in move.guard.unless)]
        self.log.close(self.stage.label.text(), reason, unlock, move.cite)
        today, why = self.state.today, opens(unlock)
        if move.edge is None:
            self.log.step("closed", f"closed: {reason}", today, why=why, cites=[move.cite])
            self.block(reason)
            return
        self.use_rights()
        words = f"closed: {reason}; first: {self.title(move.edge.target)}"
        self.log.step("closed", words, today, target=move.edge.target, why=why, cites=[move.cite])
        self.take(move.edge, today)

    def component(self, move: Require, met: Truth) -> None:
        """One part of the claim falls away where its own condition is not met."""
        worth = self.ask.fact(move.component) if move.component in self.plan.facts else self.ask.rule(move.component)
        if met.value is not False or (isinstance(worth, Money) and worth.amount == 0):
            return
        self.state.told[move.component] = Money(Decimal(0), self.plan.frame.currency)
        reason = because(self.ask, move.when, wanted=False)
        self.log.close(self.title(move.component), reason, reopeners(self.ask, move.when), move.cite)

    def wait(self, move: Wait) -> None:
        """A waiting period of the law moves the day; a recommended one is remembered for our next act."""
        truth = self.ask.guard(move.guard)
        self.at += 1
        if not truth.value:
            return
        found = self.term(move.deadline)
        kind: TimeKind = "advice" if move.advised else "wait"
        self.log.term(found, kind, "", "recommended" if move.advised else "last day taken")
        if found.due and is_sure(found.start) and not move.advised:
            self.rise(found.due.day)
        due = replace(found.due or self.state.today.plus(self.stage.label.text()), latest=False)
        if move.advised:
            if self.recommended is None or due.day > self.recommended[0].day:
                self.recommended = (due, move.cite)
            return
        self.state.today = self.later(self.state.today, due)
        self.log.step("wait", f"wait {found.rule}", self.state.today, why=counted(found), cites=[move.cite])

    # ── acts ────────────────────────────────────────────────────────────────────────────────────

    def act(self, move: Act) -> None:
        truth = self.ask.guard(move.guard)
        if truth.value is None:
            raise question(self.ask, move.guard, [move.guard])
        if truth.value is False:
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
        today = self.state.today
        for way in move.ways:
            if way.label.name == "otherwise":
                continue
            truth = self.ask.guard(way.guard)
            if truth.value is None:
                raise question(self.ask, way.guard, [one.guard for one in move.ways])
            if truth.value:
                why = because(self.ask, way.guard.when, wanted=True) if way.guard.when else way.guard.words()
                self.decide(move, way, f"the law: {way.label.text()}", Dated(today, [why]))
                return
            self.close_way(way)
        rest = next(way for way in move.ways if way.label.name == "otherwise")
        self.decide(move, rest, "the law: otherwise", Dated(today, ["none of the conditions above holds"]))

    def decide(
        self, move: Act, way: Edge, words: str, dated: Dated, fees: tuple[str, ...] = (), papers: tuple[str, ...] = ()
    ) -> None:
        """Write down who went which way and why, and go."""
        self.log.step(
            "branch", f"{words} → {self.title(way.target)}", dated.day, move.party, move.owner, way.label.name,
            way.target, dated.why, [way.cite, move.cite], dated.earliest, fees, papers, dated.happened,
        )  # fmt: skip
        self.take(way, dated.day)

    def close_way(self, way: Edge) -> None:
        """`Notary or court?: goes to court` is closed, and why."""
        road = f"{self.title(way.stage)}: {way.label.text()}"
        self.log.close(road, self.why_closed(way.guard), reopeners(self.ask, way.guard.when), way.cite)

    def why_closed(self, guard: Guard) -> str:
        if guard.when and all_of(self.ask.test(test) for test in guard.when).value is False:
            return because(self.ask, guard.when, wanted=False)
        if guard.unless:
            return because(self.ask, guard.unless, wanted=True)
        return f"not in force on {self.state.today.day}"

    def next_choice(self, stage: str) -> str:
        chosen = self.case.choices.get(stage, ())
        at = self.taken.get(stage, 0)
        return chosen[at] if at < len(chosen) else ""

    def use_choice(self) -> None:
        self.taken[self.log.stage] = self.taken.get(self.log.stage, 0) + 1

    def plain(self, move: Act) -> None:
        """An act without a branch: it happens, unless its term is missed."""
        deadline = self.clock_of(move)
        if move.missed and self.next_choice(self.log.stage) == "missed":
            self.use_choice()
            self.miss(move, move.missed, deadline)
            return
        dated = self.day_of(move, deadline)
        day = dated.day
        if move.missed and deadline and is_late(deadline, day):
            self.miss(move, move.missed, deadline)
            return
        self.check_rights(day)
        self.rise(dated.least)
        fees, papers = self.hand_over(move, day)
        self.state.today = self.later(self.state.today, day) if not day.exact else day
        self.tell_clock(move, deadline, day)
        self.log.step(
            "act", self.act_words(move), day, move.party, move.owner, "", "", dated.why, [move.cite], dated.earliest,
            fees, papers, dated.happened,
        )  # fmt: skip
        self.at += 1

    def act_words(self, move: Act) -> str:
        """`Claimant sends Claim letter to Debtor`."""
        thing = self.title(move.document or move.fee) if move.document or move.fee else ""
        to = f" to {self.title(move.addressee)}" if move.addressee else ""
        words = (self.title(move.party), move.verb.replace("_", " "), thing)
        return " ".join(word for word in words if word) + to

    def tell_clock(self, move: Act, deadline: Term | None, day: When) -> None:
        if deadline is None:
            if move.clock and move.clock.not_stated:
                self.log.silence(self.stretch(move), NotStated((move.clock.not_stated,)))
            return
        status = "late" if is_late(deadline, day) else "last day taken" if day.latest and move.owner != "we" else "met"
        named = self.plan.deadlines[deadline.deadline].named
        self.log.term(deadline, kind_of(move), move.party, status, "" if named else self.act_words(move))

    def miss(self, move: Act, edge: Edge, deadline: Term | None) -> None:
        """The day after the last day."""
        due, today = deadline.due if deadline else None, self.state.today
        day = replace(due, day=due.day + ONE_DAY, latest=False) if due else today.plus(self.stretch(move))
        day = replace(day, day=max(day.day, today.day)) if day.exact else self.later(today, day)
        if deadline and due and is_sure(deadline.start):
            self.rise(day.day)
        given = self.given_day(f"end of {self.log.stage}")
        day = given or day
        self.check_rights(day)
        if deadline:
            self.log.term(deadline, kind_of(move), move.party, "missed")
        words = f"{self.title(move.party)} lets the term pass"
        why = counted(deadline) if deadline else []
        self.decide(move, edge, words, Dated(day, why, happened=given is not None))

    def stretch(self, move: Act) -> str:
        """How an unstated length is called: `Economic court: Hearing`."""
        return f"{self.title(move.party)}: {self.stage.label.text()}"

    def day_of(self, move: Act, deadline: Term | None) -> Dated:
        """On which day an act happens, and why."""
        thing = move.document or move.fee
        given = self.given_day(f"{ACTS[move.verb]} of {thing}") if thing else None
        if given is None and (move.ways or not thing):  # it ends its stage
            given = self.given_day(f"end of {self.log.stage}")
        if given is not None:
            self.recommended = None
            return Dated(given, [f"{given.day}: told by the case"], happened=True, least=given.day)
        dated = self.our_day(deadline) if move.owner == "we" else self.their_day(move, deadline)
        event = f"receipt of {move.document}" if move.document and move.addressee else ""
        receipt = self.told_day(event) if event else None
        if receipt is not None and receipt < dated.day.day:
            self.refuse_before_floor(event, receipt)
            return Dated(When(receipt), ["on the day of its receipt, told by the case"], happened=True)
        return dated

    def their_day(self, move: Act, deadline: Term | None) -> Dated:
        """The last day of their term; a bound where its length is not stated."""
        today = self.state.today
        clock = move.clock or Clock(at_once=True)
        paced = self.paced(self.log.stage) if self.ends_stage(move) else None
        if paced is not None and not (move.clock and clock.at_once):
            return Dated(self.working(self.later(today, paced)), [paced.assumed])
        if clock.at_once:
            day = self.working(today) if move.owner == "court or chance" else today
            least = day.day if self.is_certain(today) else None
            return Dated(day.past() if day.day != today.day else day, [], least=least)
        if deadline is None or deadline.due is None:
            return Dated(today.plus(self.stretch(move)), [unknown_length(clock, deadline)])
        if deadline.due.day < today.day:
            return Dated(today.past(), [f"its last day, {deadline.due.day}, has passed already"])
        return Dated(deadline.due, counted(deadline))

    def ends_stage(self, move: Act) -> bool:
        """Whether the stage's own length is that of this act: its branch, or the last thing done in it."""
        later = self.stage.moves[self.at + 1 :]
        return bool(move.ways) or not any(isinstance(one, Act) for one in later)

    def our_day(self, deadline: Term | None) -> Dated:
        """The first working day that is open to us: not before its term begins, nor (by choice) a recommended wait ends."""
        today = self.state.today
        why = []
        starts = deadline.start if deadline and not deadline.back else None
        if deadline and starts and starts.exact and starts.day > today.day:
            today = starts.past()
            why.append(f"{deadline.rule}: not before {with_weekday(today.day)}")
        first = self.working(today)
        if first.day != today.day:
            why.append(f"{with_weekday(today.day)} is a day off: the next working day")
        least = first.day if self.is_certain(today) and first.exact else None
        recommended, self.recommended = self.recommended, None
        if recommended and recommended[0].day > first.day:
            wanted, cite = recommended
            chosen = self.working(replace(wanted, stretches=first.stretches or wanted.stretches))
            return Dated(chosen, [*why, f"after the recommended wait to {wanted.day} [{cite}]"], first, least=least)
        return Dated(first.past(), why, least=least)

    def hand_over(self, move: Act, day: When) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The paper changes hands, the fee is paid: moments, papers, sums."""
        fees: tuple[str, ...] = ()
        papers: tuple[str, ...] = ()
        if move.fee:
            self.state.today = day if day.exact else self.later(self.state.today, day)
            self.happen(f"payment of {move.fee}", day)
            found = self.price(move.fee, day)
            self.log.fee(found, move.party, day)
            fees = (f"{self.title(move.fee)}: {show(found.amount)}",)
        if move.document:
            self.happen(f"{ACTS[move.verb]} of {move.document}", day)
            self.state.told[move.document] = True
            if move.addressee:
                self.receive(move, day)
            papers = (move.document,)
            self.log.paper(move)
        return fees, papers

    def receive(self, move: Act, day: When) -> None:
        """The addressee gets the paper: on the day told, by the pace of practice, else (said so) at once."""
        event = f"receipt of {move.document}"
        given = self.told_day(event)
        paced = self.paced(event, day)
        if given is not None:
            if given < day.day:
                raise Refusal("impossible-history", f"{event} cannot be on {given}: it is sent on {day.day}")
            self.happen(event, When(given), told=True)
        elif paced is not None:
            self.happen(event, paced)
        else:
            title = self.title(move.document)
            assumed = f"receipt of “{title}” taken on the day it is sent"
            self.happen(event, replace(day, assumed=assumed, latest=False))
            if counts_from(self.plan, event):
                hint = f'set the real day with --set "{event}=YYYY-MM-DD"'
                self.log.assumptions.append(f"{title}: received on the day it is sent; {hint}")

    def price(self, name: str, day: When) -> Charge:
        """The fee on the day it is paid; where the law of its filing governs, that is told or takes place the same day."""
        fee, events = self.plan.fees[name], self.state.events
        filing = fee.governed.name if fee.governed is not None and fee.governed.op == "moment" else ""
        if not filing or filing in events:
            return charge(fee, self.ask, day)
        given = self.told_day(filing)
        events[filing] = When(given) if given is not None else day
        found = charge(fee, self.ask, day)
        del events[filing]
        return found

    # ── branches ────────────────────────────────────────────────────────────────────────────────

    def branch(self, move: Act) -> None:
        """Somebody takes one of several ways."""
        self.use_rights()
        deadline = self.clock_of(move)
        chosen = self.next_choice(self.log.stage)
        others: tuple[Edge, ...] = ()
        if chosen == "missed" and move.missed:
            way, why = move.missed, []
        elif chosen:
            way, why = self.chosen_way(move, chosen), ["chosen for this case"]
        else:
            way, why, others = self.quiet_way(move)
        if others and self.case.stop_at_open:
            self.log.at, self.log.because = self.log.stage, f"open: {self.stage.label.text()}"
            return
        if others:
            stage, step = self.log.stage, len(self.log.steps)
            self.log.open_branches.append(Open(stage, self.visits[stage], step, move.owner, way.label.name, others))
        if chosen:
            self.use_choice()
        if way is move.missed:
            self.miss(move, way, deadline)
            return
        dated = self.day_of(move, deadline)
        if move.missed and not chosen and deadline and is_late(deadline, dated.day):
            self.miss(move, move.missed, deadline)
            return
        self.check_rights(dated.day)
        self.rise(dated.least)
        fees, papers = self.hand_over(move, dated.day)
        self.tell_clock(move, deadline, dated.day)
        thing = f" ({self.title(move.document or move.fee)})" if move.document or move.fee else ""
        words = f"{self.title(move.party)} {way.label.text()}{thing}"
        self.decide(move, way, words, replace(dated, why=[*why, *dated.why]), fees, papers)

    def chosen_way(self, move: Act, label: str) -> Edge:
        """The way the case names, refused where the law has closed it."""
        stage = self.log.stage
        way = next((one for one in move.ways if one.label.name == label), None)
        if way is None:
            seen = f"`{stage}` has no way called `{label}`"
            raise Refusal("unknown-outcome", seen, did_you_mean(label, ways_of(self.plan, stage)))
        if self.ask.guard(way.guard).value is False:
            help_ = "; ".join(opens(reopeners(self.ask, way.guard.when))).capitalize() or "Choose another way."
            raise Refusal("closed-way", f"{stage}={label} is closed: {self.why_closed(way.guard)}", help_)
        for other in move.ways:
            if other is not way and self.ask.guard(other.guard).value is False:
                self.close_way(other)
        return way

    def quiet_way(self, move: Act) -> tuple[Edge, list[str], tuple[Edge, ...]]:
        """The way taken when nobody decides, why, and the others that were open (none: it was the only one)."""
        order = list(move.ways)
        advised: list[str] = []
        if move.owner == "we":
            advice = [m for m in self.stage.moves if isinstance(m, Advice) and m.outcome]
            advised = [m.outcome for m in advice if self.ask.guard(m.remark.guard).value]
            order.sort(key=lambda way: way.label.name not in advised)
        elif move.owner == "the other side" and move.missed:
            order.insert(0, move.missed)
        truths = {id(way): self.ask.guard(way.guard) for way in order}
        for way in order:
            truth = truths[id(way)]
            if truth.value is None:
                raise question(self.ask, way.guard, [one.guard for one in order])
            if truth.value:
                break
        else:
            reasons = "; ".join(self.why_closed(way.guard) for way in order)
            reopens = opens(words for way in order for words in reopeners(self.ask, way.guard.when))
            seen = f"every way at `{self.log.stage}` is closed: {reasons}"
            raise Refusal("no-way", seen, "; ".join(reopens))
        for other in order:
            if truths[id(other)].value is False:
                self.close_way(other)
        others = [one for one in order if one is not way and truths[id(one)].value is not False]
        if move.missed and move.missed not in order and move.owner != "we":
            others.append(move.missed)
        if not others:
            return way, ["the only way open"], ()
        why = "advised" if way.label.name in advised else QUIET[move.owner]
        return way, [why], tuple(others)

    # ── calls, rights, ends ─────────────────────────────────────────────────────────────────────

    def call(self, move: Call) -> None:
        if self.ask.guard(move.guard).value is False:
            self.at += 1
            return
        self.use_rights()
        procedure = self.plan.procedures[move.procedure]
        words = procedure.label.text()
        self.log.step("call", words, self.state.today, target=procedure.entry, cites=[move.cite])
        self.resumes = (*self.resumes, Resume("call", self.log.stage, self.at))
        self.begin_or_end(f"start of {move.procedure}")
        self.enter(procedure.entry)

    def use_rights(self) -> None:
        """Before a stage is left: the rights open during it are told, and one without a term is used at once."""
        for right in self.plan.rights.values():
            if self.log.stage not in right.stages or self.ask.guard(right.edge.guard).value is False:
                continue
            self.tell_right(right)
            if right.label.name in self.armed and right.clock is None:
                self.fire(right, self.state.today)
        self.check_rights(self.state.today)

    def tell_right(self, right: Right) -> None:
        """A right is told once; its term too, as soon as that begins."""
        self.log.right(right)
        deadline = right.clock.deadline if right.clock else ""
        if not deadline or any(entry.id == deadline for entry in self.log.deadlines):
            return
        found = self.term(deadline)
        if found.start is not None:
            title = f"{self.title(right.party)} may: {right.label.text()}"
            self.log.term(found, "deadline", right.party, "open", title=title)

    def check_rights(self, day: When) -> None:
        """A right that is used on or before this day comes first."""
        for name in self.armed:
            right = self.plan.rights[name]
            if right.clock is None:
                continue
            if right.clock.not_stated:
                self.fire(right, self.state.today.plus(f"{self.title(right.party)}: {right.label.text()}"))
            found = self.term(right.clock.deadline)
            if found.due is None:
                continue
            when = found.due if right.owner != "we" else self.state.today
            if when.day <= day.day:
                self.fire(right, when)

    def fire(self, right: Right, day: When) -> None:
        if self.ask.guard(right.edge.guard).value is False:
            del self.armed[right.label.name]
            seen = f"the right `{right.label.name}` is closed: {self.why_closed(right.edge.guard)}"
            raise Refusal("closed-way", seen)
        raise Interrupt(right, day)

    def interrupt(self, used: Interrupt) -> None:
        """Leave the road for a right; everything open where it interrupted is kept for `back`."""
        right, day = used.right, used.day
        del self.armed[right.label.name]
        calls = [at for at, one in enumerate(self.resumes) if one.kind == "call" and one.stage in right.stages]
        level = calls[0] if calls else len(self.resumes)
        kept = Resume("right", self.log.stage, self.at, self.resumes)
        self.resumes = (*self.resumes[:level], kept)
        day = day if day.day >= self.state.today.day or not day.exact else self.state.today
        name, target = right.label.name, right.edge.target
        words = f"{self.title(right.party)}: {right.label.text()} → {self.title(target)}"
        why = ["chosen for this case"]
        self.log.step("right", words, day, right.party, right.owner, name, target, why, [right.cite])
        self.log.path.append(right.edge.id)
        self.state.today = day
        self.follow(right.edge)

    def back(self) -> None:
        """Return to where the right interrupted; clocks have run on meanwhile."""
        at = max(at for at, one in enumerate(self.resumes) if one.kind == "right")
        resume = self.resumes[at]
        self.resumes, self.log.stage, self.at = resume.below, resume.stage, resume.at
        self.arm()

    def end(self, end: End) -> None:
        """An end of the main road is the end of the case; that of a sub-procedure leads on in its caller."""
        while self.resumes and self.resumes[-1].kind == "right":
            self.resumes = self.resumes[:-1]
        if self.resumes:
            resume = self.resumes[-1]
            self.resumes = self.resumes[:-1]
            self.begin_or_end(f"end of {end.procedure}")
            self.log.stage, self.at = resume.stage, resume.at
            call = cast(Call, self.stage.moves[self.at])
            self.take(next(way for way in call.ways if way.label.name == end.label.name), self.state.today)
            return
        self.log.stage = self.log.at = end.label.name
        self.log.status = "ended"
        self.log.notes = self.log.practice = ()
        if end.recovers is not None:
            self.log.recovered = self.ask.value(end.recovers)
        self.log.step("end", end.label.text(), self.state.today, cites=[end.cite])


# ── Of one sentence ─────────────────────────────────────────────────────────────────────────────


def remarks_of(stage: Stage) -> Iterable[Remark]:
    """Everything a stage remarks, its advice included."""
    for move in stage.moves:
        if isinstance(move, Note | Advice):
            yield move.remark
        elif isinstance(move, Act | Call):
            yield from move.remarks


def kind_of(move: Act) -> TimeKind:
    """An authority is bound by a limit, a party by a deadline."""
    return "limit" if move.owner == "court or chance" else "deadline"


def is_sure(start: When | None) -> bool:
    """Whether nothing that a term counts from can have been earlier."""
    return start is not None and start.exact and start.least is None


def is_late(deadline: Term, day: When) -> bool:
    return deadline.due is not None and deadline.due.exact and day.day > deadline.due.day


def counted(found: Term) -> list[str]:
    return list(found.told) or [found.rule]


def unknown_length(clock: Clock, deadline: Term | None) -> str:
    """Why nobody can say how long an act takes."""
    silent = clock.not_stated
    if deadline is not None and isinstance(deadline.length, NotStated):
        silent = ", ".join(deadline.length.sources)
    if silent:
        return f"how long it takes is not stated in {silent}"
    return f"{deadline.rule if deadline else ''}: not known"


def opens(reopens: Iterable[str]) -> list[str]:
    """One line that says what would open a closed road, if anything would."""
    words = list(dict.fromkeys(reopens))
    return [f"opens with: {'; or '.join(words)}"] if words else []


def known_ahead(plan: Plan) -> frozenset[str]:
    """The moments before which something must be done, and which therefore are fixed before they come."""
    backward = (deadline for deadline in plan.deadlines.values() if deadline.back)
    return frozenset(start.name for deadline in backward for start, _, _ in deadline.starts)


def counts_from(plan: Plan, event: str) -> bool:
    """Whether any term, or the law of any fee, depends on this moment."""
    terms = (start.name for deadline in plan.deadlines.values() for start, _, _ in deadline.starts)
    governing = (fee.governed.name for fee in plan.fees.values() if fee.governed is not None)
    return event in terms or event in governing
