"""When things happen on a walk: as the case tells, else as law, advice and practice let them. Nothing here moves the walk."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from engine.calendar import Calendar, with_weekday
from engine.case import Case
from engine.counting import due_day
from engine.evaluate import Evaluator
from engine.records import Act, Cite, Clock, Pace, Plan
from engine.refusal import Refusal
from engine.terms import Term
from engine.values import NotStated, When
from procedure_dsl.wording import say
from procedure_dsl.words import ACTS

ONE_DAY = timedelta(days=1)


class Sooner(Exception):
    """A told day shows that what was put on the last days of terms, up to a step, took place by then: walk again."""

    def __init__(self, ceiling: Ceiling) -> None:
        super().__init__(f"all {ceiling.steps} steps by {ceiling.day}")
        self.ceiling = ceiling


@dataclass(frozen=True, slots=True)
class Ceiling:
    """The first so many steps of one track, and of those that opened it or that it opened, took place by a day."""

    track: tuple[int, ...]
    steps: int
    day: date

    def holds(self, track: tuple[int, ...], steps: int) -> bool:
        """Whether it binds a step of a track; what runs beside it is not bound."""
        one, other = sorted((self.track, track), key=len)
        return other[: len(one)] == one and steps < self.steps


@dataclass(frozen=True, slots=True)
class Dated:
    """The day of an act, and why."""

    day: When
    why: list[str]
    earliest: When | None = None  # from when on it could have been, before a recommended wait
    happened: bool = False  # the case tells it
    least: date | None = None  # it cannot have been earlier, whatever else is assumed


class Days:
    """The days of one walk. `floor` is the day before which the walk cannot be where it is, whatever is assumed."""

    def __init__(self, plan: Plan, case: Case, calendar: Calendar, ask: Evaluator, ceilings: Iterable[Ceiling]) -> None:
        self.plan, self.case, self.calendar, self.ask = plan, case, calendar, ask
        self.ceilings = tuple(ceilings)
        self.track: tuple[int, ...] = ()  # of several walks at the same time the one at hand
        self.each = ""  # of several parties of one kind the one whose walk this is
        self.steps = 0  # written so far
        self.floor = ask.state.today.day
        self.happened: dict[str, int] = {}  # how often each event has happened
        self.recommended: tuple[When, Cite | None] | None = None

    @property
    def today(self) -> When:
        return self.ask.state.today

    # ── what the case tells ─────────────────────────────────────────────────────────────────────

    def told_day(self, event: str) -> date | None:
        """The day told for the next time that something happens."""
        if not self.case.events:
            return None
        return next(iter(self.told_days(event)), None)

    def told_days(self, event: str) -> tuple[date, ...]:
        """The days told for all the times that something is still to happen."""
        own = f"{event} for {self.each}"
        days = self.case.events.get(own, self.case.events.get(event, ()))
        return days[self.happened.get(event, 0) :]

    def accept(self, event: str, day: date, before: str) -> None:
        """Something happens on a day that the case tells; what was only assumed of earlier days gives way to it."""
        if day < self.floor:
            seen = f"{event} cannot be on {day}: the road is there on {self.floor} at the earliest"
            stands = f"Before it stands “{before}”: tell its day, too; or " if before else ""
            raise Refusal("impossible-history", seen, f"{stands}give the case an earlier start, or correct the day.")
        ceiling = Ceiling(self.track, self.steps, day)
        if day < self.today.day and ceiling not in self.ceilings:
            raise Sooner(ceiling)
        self.floor, self.ask.state.today = day, When(day)

    def happen(self, event: str, day: When, told: bool = False) -> None:
        """Write an event down; where its day rests on an assumption, with how early it can have been."""
        supposed = not told and (self.floor < day.day or not day.exact)
        self.ask.state.events[event] = When(
            day.day, day.stretches, day.assumed, day.latest, self.floor if supposed else None
        )
        self.happened[event] = self.happened.get(event, 0) + 1
        times = self.ask.state.times
        if event in times:
            times[event] = (*times[event], self.ask.state.events[event])

    # ── what is certain ─────────────────────────────────────────────────────────────────────────

    def is_certain(self, day: When) -> bool:
        """Whether a day, or a later one, is no matter of assumption: it does not rest on anybody's last day."""
        return day.day <= self.floor

    def rise(self, least: date | None) -> None:
        if least is not None:
            self.floor = max(self.floor, least)

    def capped(self, when: When) -> When:
        """A day that rests on somebody's last day, but by what is known to follow."""
        caps = [one.day for one in self.ceilings if one.day < when.day and one.holds(self.track, self.steps)]
        return replace(when, day=max(min(caps), self.floor)) if caps else when

    # ── days of acts ────────────────────────────────────────────────────────────────────────────

    def working(self, when: When) -> When:
        """The first working day from then on: neither we nor an authority act on a day off."""
        return when.moved(self.calendar.next_working(when.day))

    def of_act(self, move: Act, deadline: Term | None, stage: str, stretch: Callable[[], str], last: bool) -> Dated:
        """On which day an act happens, and why. `last`: with it the stage ends, so that the end's day is its own.

        `stretch` says how a length is called that nobody states.
        """
        thing = move.document or move.fee
        told = self.told_day(f"{ACTS[move.verb]} of {thing}") if thing else None
        if told is None and last:
            told = self.told_day(f"end of {stage}")
        if told is not None:
            return Dated(When(told), [say("{day}: told by the case", day=told)], happened=True, least=told)
        if move.owner == "we" and not move.instalments:  # a part is paid on its own day, not as soon as we can
            dated = self.ours(deadline)
        else:
            dated = self.theirs(move, deadline, stage if last else "", stretch)
        event = f"receipt of {move.document}" if move.document and move.addressee else ""
        receipt = self.told_day(event) if event else None
        if receipt is not None and receipt < dated.day.day:
            return Dated(When(receipt), [say("on the day of its receipt, told by the case")], happened=True)
        return dated

    def ours(self, deadline: Term | None) -> Dated:
        """The first working day that is open to us: not before its term begins, nor (by choice) a recommended wait ends."""
        today, why = self.today, []
        starts = deadline.start if deadline and not deadline.back else None
        if deadline is not None and deadline.opens is not None:
            starts = When(deadline.opens)
        if deadline and starts and starts.exact and starts.day > today.day:
            today = starts.past()
            why.append(say("{rule}: not before {day}", rule=deadline.rule, day=with_weekday(today.day)))
        first = self.working(today)
        if first.day != today.day:
            why.append(say("{day} is a day off: the next working day", day=with_weekday(today.day)))
        least = first.day if self.is_certain(today) and first.exact else None
        if self.recommended and self.recommended[0].day > first.day:
            wanted, cite = self.recommended
            chosen = self.working(replace(wanted, stretches=first.stretches or wanted.stretches))
            after = say("after the recommended wait to {day}", day=wanted.day)
            return Dated(chosen, [*why, f"{after} [{cite}]"], first, least=least)
        return Dated(first.past(), why, least=least)

    def theirs(self, move: Act, deadline: Term | None, paced: str, stretch: Callable[[], str]) -> Dated:
        """The last day of their term; a bound where its length is not stated."""
        today, clock = self.today, move.clock or Clock(at_once=True)
        usual = self.paced(paced) if paced else None
        if usual is not None and not (move.clock and clock.at_once):
            return Dated(self.capped(self.working(later(today, usual))), [usual.assumed])
        if clock.at_once:
            day = self.working(today) if move.owner == "court or chance" else today
            least = day.day if self.is_certain(today) else None
            return Dated(self.capped(day.past()) if day.day != today.day else day, [], least=least)
        if deadline is None or deadline.due is None:
            return Dated(today.plus(stretch()), [unknown_length(clock, deadline)])
        if deadline.bounded:
            return Dated(later(today.past(), deadline.due), counted(deadline))
        if deadline.due.day < today.day:
            return Dated(today.past(), [say("its last day, {day}, has passed already", day=deadline.due.day)])
        day = self.capped(deadline.due)
        if day.day == deadline.due.day:
            return Dated(day, counted(deadline))
        sooner = say("by {day}: the case tells what follows", day=with_weekday(day.day))
        return Dated(day, [*counted(deadline), sooner])

    def of_miss(self, deadline: Term | None, stage: str, stretch: Callable[[], str]) -> Dated:
        """The day after the last day."""
        told = self.told_day(f"end of {stage}")
        if told is not None:
            return Dated(
                When(told), [*counted(deadline), say("{day}: told by the case", day=told)], happened=True, least=told
            )
        due, today = deadline.due if deadline else None, self.today
        if due is None:
            return Dated(today.plus(stretch()), counted(deadline))
        after = replace(due, day=due.day + ONE_DAY, latest=False)
        sure = deadline is not None and is_sure(deadline.start) and deadline.safe is None
        if not after.exact:
            return Dated(later(today, after), counted(deadline))
        if not sure:
            after = self.capped(after)
        after = replace(after, day=max(after.day, today.day))
        return Dated(after, counted(deadline), least=after.day if sure and self.is_certain(today) else None)

    # ── practice ────────────────────────────────────────────────────────────────────────────────

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
        start = self.start_of(event, pace, start) if pace is not None else None
        if pace is None or start is None:
            return None
        day = self.end_of(event, pace, start.day)
        return replace(start, day=day, assumed=say("practice: {pace}", pace=str(pace)), latest=False)

    def start_of(self, event: str, pace: Pace, start: When | None = None) -> When | None:
        """From when a figure of practice counts."""
        if pace.start is None:
            return start or self.ask.state.events[f"start of {event}"]
        told = self.ask.value(pace.start)
        return told if isinstance(told, When) else None

    def end_of(self, event: str, pace: Pace, start: date) -> date:  # noqa: ARG002
        """The day on which it ends, of the lengths that practice knows by the usual one, else the most, else the commonest."""
        span = pace.usual or pace.most or max(pace.counted, key=lambda one: one[1])[0]
        return due_day(span, start, self.plan.frame.counting, self.calendar)

    def practice_of(self, event: str) -> tuple[str, ...]:
        pace = self.pace_of(event)
        if pace is None:
            return ()
        words = say("practice: {pace}", pace=str(pace))
        return (f"{words} [{pace.cite}]" if pace.cite else words,)


# ── Of one day or one term ──────────────────────────────────────────────────────────────────────


def later(one: When, other: When) -> When:
    """The later of two days; a bound stays a bound unless the exact one is a last day, which holds for everybody."""
    if other.exact and other.latest and other.day >= one.day:
        return other
    latest = one if one.day >= other.day else other
    if one.stretches == other.stretches:
        return latest
    return replace(latest, stretches=tuple(dict.fromkeys((*one.stretches, *other.stretches))))


def is_sure(start: When | None) -> bool:
    """Whether nothing that a term counts from can have been earlier."""
    return start is not None and start.exact and start.least is None


def is_late(deadline: Term | None, day: When) -> bool:
    """Whether a day lies behind the last one; of a bound that is certain if its earliest day does."""
    if deadline is not None and deadline.bounded:
        return deadline.until is not None and day.day > deadline.until
    return deadline is not None and deadline.due is not None and deadline.due.exact and day.day > deadline.due.day


def is_early(deadline: Term | None, dated: Dated) -> bool:
    """Whether the case tells a day before a window opens; nobody is taken to act too early."""
    opens = deadline.opens if deadline is not None else None
    return opens is not None and dated.happened and dated.day.exact and dated.day.day < opens


def counted(found: Term | None) -> list[str]:
    return [] if found is None else list(found.told) or [found.rule]


def unknown_length(clock: Clock, deadline: Term | None) -> str:
    """Why nobody can say how long an act takes."""
    silent = clock.not_stated
    if deadline is not None and isinstance(deadline.length, NotStated):
        silent = ", ".join(deadline.length.sources)
    if silent:
        return say("how long it takes is not stated in {sources}", sources=silent)
    return say("{rule}: not known", rule=deadline.rule if deadline else "")
