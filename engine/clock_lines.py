"""What happens to the clock of a deadline in one case: which of its lines hold, on which days, and what nobody knows.

A moment of the road that has not come, and that the case does not tell, has not happened; a day that the case could tell
and does not is unknown. What is not certain can only move the end on, but for a cap: so there is always an earliest end.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from engine.aloud import aloud, guard_aloud, start_aloud
from engine.calendar import Calendar
from engine.clocks import Anew, Clock, Held, Longer, Still, within
from engine.counting import ONE_DAY, CountingRules, Span
from engine.evaluate import Day, Evaluator
from engine.records import Cite, ClockLine, Deadline, Expr, Plan
from engine.values import Unknown, Value, When, merged
from procedure_dsl.wording import is_english, phrase, say, say_day

WORDS = {
    "stands still": phrase("stands still from {event} to {to}"),
    "begins anew": phrase("begins anew with {event}"),
    "ends no earlier than": phrase("ends no earlier than {end}"),
    "ends no later than": phrase("ends no later than {end}"),
}


@dataclass(slots=True)
class Heard:
    """What is certain, what may happen as well, and why no more can be said.

    `possible` comes on top of what is certain. `open_from` are days from which the clock stands still until nobody knows when; `endless`: the end may lie at any
    later day; `sooner`: it may lie at any earlier one.
    """

    certain: Clock = field(default_factory=Clock)
    possible: Clock = field(default_factory=Clock)
    lowest: Clock = field(default_factory=Clock)  # what bounds the earliest end alone
    open_from: list[date] = field(default_factory=list)
    endless: bool = False
    sooner: bool = False
    doubts: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    cites: list[Cite | None] = field(default_factory=list)
    rules: list[str] = field(default_factory=list)  # the lines that hold or may hold, in words
    days: list[When] = field(default_factory=list)  # of the events that are certain


def clock_moments(plan: Plan) -> Iterator[str]:
    """Every moment of the road that some clock asks for: of these each time counts, not the last alone."""
    for deadline in plan.deadlines.values():
        for line in deadline.clock:
            for expr in (line.event, line.to):
                yield from _moments(plan, expr)


def _moments(plan: Plan, expr: Expr | None) -> Iterator[str]:
    if expr is not None and expr.op == "moment":
        yield expr.name
    elif expr is not None and expr.op == "reading":
        for option in plan.readings[expr.name].options:
            yield from _moments(plan, option.meaning)


def hear(deadline: Deadline, evaluator: Evaluator, calendar: Calendar, rules: CountingRules, on: Day) -> Heard:
    """Every line of a clock that holds, or may hold, as the case stands."""
    heard = Heard()
    for line in deadline.clock:
        truth = evaluator.guard(line.guard, on)
        if truth.value is False:
            continue
        words = line_aloud(evaluator.plan, line)
        heard.cites.append(line.cite)
        heard.rules.append(words)
        _Reader(heard, line, words, evaluator, calendar, rules, truth.value is True).read(on)
        if truth.value is None:
            _doubt(heard, words, truth.unknown)
    return heard


def _doubt(heard: Heard, words: str, names: tuple[str, ...] = ()) -> None:
    if words not in heard.doubts:
        heard.doubts.append(words)
    heard.unknown += [name for name in names if name not in heard.unknown]


@dataclass(slots=True)
class _Reader:
    """One line of a clock, read for one case."""

    heard: Heard
    line: ClockLine
    words: str
    evaluator: Evaluator
    calendar: Calendar
    rules: CountingRules
    certain: bool

    def read(self, on: Day) -> None:
        line = self.line
        events = self.days(line.event) if line.event is not None else []
        if events is None:
            self.wide_open()
            return
        length = self.evaluator.value(line.length, on) if line.length is not None else None
        match line.kind:
            case "plus":
                self.longer(events, length)
            case "begins anew":
                for day in events:
                    self.add(Clock(anews=(Anew(day.day, self.why(line.event)),)), day)
            case "stands still":
                self.still(events, length)
            case _:
                self.hold(events, length)

    # ── one kind each ───────────────────────────────────────────────────────────────────────────

    def longer(self, events: list[When], length: Value | None) -> None:
        if self.line.event is not None and not events:
            return
        if not isinstance(length, Span):
            self.wide_open(length)
            return
        if self.line.event is None:
            self.add(Clock(longers=(Longer(length, None, self.because()),)))
        for day in events:
            self.add(Clock(longers=(Longer(length, day.day, self.why(self.line.event, day)),)), day)

    def still(self, events: list[When], length: Value | None) -> None:
        """From each beginning to the first end that follows it; without one it is open."""
        line = self.line
        ends = self.days(line.to) if line.to is not None else []
        for begun in events:
            if isinstance(length, Span):
                last = within(length, begun.day, self.rules, self.calendar)
            else:
                end = next((one for one in ends or () if one.day >= begun.day), None)
                if end is None and ends and line.to is not None and self.evaluator.meant(line.to).op != "moment":
                    continue  # the days of two facts, the second before the first: nothing stood still
                if end is None or not end.exact:
                    self.heard.open_from.append(begun.day)
                    _doubt(self.heard, self.words, self.missing(line.to, ends, length))
                if end is None:
                    continue
                self.heard.days.append(end)
                last = end.day
            counts = self.rules.first_day == "same"  # the day of an event belongs to what comes, not to what was
            first = begun.day if line.both or counts else begun.day + ONE_DAY
            last = last - ONE_DAY if counts and not line.both and not isinstance(length, Span) else last
            self.add(Clock(stills=(Still(first, last, self.because()),)), begun)

    def hold(self, events: list[When], length: Value | None) -> None:
        """The last time its event has happened."""
        if not events:
            return
        day, earliest = events[-1], self.line.kind == "ends no earlier than"
        if self.line.length is not None and not isinstance(length, Span):
            self.wide_open(length)
            return
        end = within(length, day.day, self.rules, self.calendar) if isinstance(length, Span) else day.day
        held = Clock(held=(Held(end, earliest, self.because()),))
        if day.exact and self.certain:
            self.add(held, day)
            return
        _doubt(self.heard, self.words)
        if earliest and not self.certain:
            self.heard.possible = self.heard.possible.joined(held)
        else:  # not before a bound; or a cap that may be none, or may lie later
            self.heard.lowest = self.heard.lowest.joined(held)
        self.heard.endless |= earliest and not day.exact

    # ── what is known ───────────────────────────────────────────────────────────────────────────

    def add(self, clock: Clock, day: When | None = None) -> None:
        """What happens for certain, or may happen."""
        exact = day is None or day.exact
        if self.certain and exact:
            self.heard.certain = self.heard.certain.joined(clock)
            self.heard.days += [day] if day is not None else []
            return
        _doubt(self.heard, self.words)
        self.heard.possible = self.heard.possible.joined(clock)
        self.heard.endless |= not exact

    def wide_open(self, length: Value | None = None) -> None:
        """Nobody knows when it happens, or how long it is."""
        names = merged((self.missing(self.line.event, None, length), self.missing(self.line.to, None, None)))
        _doubt(self.heard, self.words, names)
        if self.line.kind == "ends no later than":
            self.heard.sooner = True
        else:
            self.heard.endless = True

    def missing(self, expr: Expr | None, days: list[When] | None, length: Value | None) -> tuple[str, ...]:
        """The names of what nobody told."""
        found = self.evaluator.value(expr) if expr is not None and not days else None
        return merged(one.names for one in (found, length) if isinstance(one, Unknown))

    def days(self, expr: Expr | None) -> list[When] | None:
        """Every time an event has happened, as far as the road or the case tells; None where that is not known."""
        if expr is None:
            return []
        meant = self.evaluator.meant(expr)
        state = self.evaluator.state
        if meant.op == "moment":
            once = (state.events[meant.name],) if meant.name in state.events else ()
            return sorted(state.times.get(meant.name) or once, key=lambda when: when.day)
        found = self.evaluator.value(meant)
        if isinstance(found, When):
            return [found]
        if isinstance(found, Unknown) and found.names and all(" of " in name for name in found.names):
            return []  # it follows from moments that have not come
        return None

    # ── in words ────────────────────────────────────────────────────────────────────────────────

    def why(self, event: Expr | None, day: When | None = None) -> str:
        if event is None:
            return self.words
        words = start_aloud(self.evaluator.plan, event)
        return f"{words}, {say_day(day.day)}" if day is not None else words

    def because(self) -> str:
        """What the line says behind its verb; the condition under which it holds, where there is nothing else."""
        plan, line = self.evaluator.plan, self.line
        if line.kind == "plus":
            return guard_aloud(plan, line.guard)
        if line.kind == "stands still" and line.event is not None:
            end = start_aloud(plan, line.to) if line.to is not None else ""
            start = start_aloud(plan, line.event)
            return say("{start} to {end}", start=start, end=end) if end else start
        return _end_aloud(plan, line)


def line_aloud(plan: Plan, line: ClockLine) -> str:
    """A line of a clock to whoever does not read the language of the file."""
    if is_english():
        return line.words
    event = start_aloud(plan, line.event) if line.event is not None else ""
    length = aloud(plan, line.length) if line.length is not None else ""
    if line.kind == "plus":
        return (
            say("plus {length} with {event}", length=length, event=event)
            if event
            else say("plus {length}", length=length)
        )
    if line.kind == "stands still" and line.to is None:
        return say("stands still from {event} for {length}", event=event, length=length)
    to = start_aloud(plan, line.to) if line.to is not None else ""
    return say(WORDS[line.kind], event=event, to=to, end=_end_aloud(plan, line))


def _end_aloud(plan: Plan, line: ClockLine) -> str:
    """`24 months from filing of opposition`, or the event alone."""
    event = start_aloud(plan, line.event) if line.event is not None else ""
    if line.length is None:
        return event
    return say("{length} from {event}", length=aloud(plan, line.length), event=event)
