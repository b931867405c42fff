"""A term whose clock stops, begins anew, is made longer, or is held by another day → its last day, and why.

One rule: of the term only those days count on which its clock runs. A term in months or years is first turned into days
by its unsuspended end; so many days must then have run. All of it is pure, and can only move an end on, but for a cap.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Literal

from engine.calendar import Calendar, with_weekday
from engine.counting import (
    ENDS,
    ONE_DAY,
    CountingRules,
    CountLine,
    Span,
    end_of,
    event_line,
    off_days,
    roll_line,
    rolled,
    unrolled,
)
from procedure_dsl.wording import phrase, say, say_many, spoken

TurnKind = Literal["stands still", "begins anew", "plus", "no earlier than", "no later than"]


@dataclass(frozen=True, slots=True)
class Still:
    """Days on which the clock stands still; both are among them."""

    first: date
    last: date
    why: str = ""


@dataclass(frozen=True, slots=True)
class Anew:
    """A day from which the whole term counts again, if it has not ended before."""

    day: date
    why: str = ""


@dataclass(frozen=True, slots=True)
class Longer:
    """A length that is added; with a day, only if the term has not ended before it."""

    span: Span
    day: date | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """A day before which the term does not end, or behind which it does not."""

    day: date
    earliest: bool
    why: str = ""


@dataclass(frozen=True, slots=True)
class Clock:
    """Everything that may happen to the clock of one term, in any order."""

    stills: tuple[Still, ...] = ()
    anews: tuple[Anew, ...] = ()
    longers: tuple[Longer, ...] = ()
    held: tuple[Held, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.stills or self.anews or self.longers or self.held)

    def joined(self, other: Clock) -> Clock:
        """What happens by either."""
        return Clock(
            self.stills + other.stills, self.anews + other.anews, self.longers + other.longers, self.held + other.held
        )


@dataclass(frozen=True, slots=True)
class Turn:
    """One thing that moved an end: of the days from `first` to `last` so much did not count; so much was added."""

    kind: TurnKind
    why: str
    first: date | None = None
    last: date | None = None
    span: Span | None = None

    @property
    def words(self) -> str:
        """One line of the count."""
        match self.kind:
            case "stands still":
                words = phrase("{first} to {last}: stands still, {days} not counted ({why})")
                days = self.span
            case "begins anew":
                words, days = phrase("{first}: begins anew ({why})"), None
            case "plus":
                words, days = phrase("and {days} more ({why})"), self.span
            case "no earlier than":
                words, days = phrase("{first}: it ends no earlier ({why})"), None
            case "no later than":
                words, days = phrase("{first}: it ends no later ({why})"), None
        first = with_weekday(self.first) if self.first else ""
        last = with_weekday(self.last) if self.last else ""
        if not self.why:
            words = phrase("and {days} more")
        return say(words, first=first, last=last, days=days, why=self.why)


@dataclass(frozen=True, slots=True)
class Run:
    """Where a term ends, and what moved its end. `begun` is the day it counts from in the end."""

    due: date
    begun: date
    turns: tuple[Turn, ...]
    lines: tuple[CountLine, ...]
    provisional: bool


def run(
    span: Span, start: date, rules: CountingRules, calendar: Calendar, clock: Clock, *, aloud: bool = True
) -> Run:  # fmt: skip
    """The last day of a term that counts from `start`, with its story where somebody reads it. CalendarError beyond the calendar."""
    stills = merged(clock.stills)
    begun, spans = start, [span, *(one.span for one in clock.longers if one.day is None)]
    turns = [Turn("plus", one.why, span=one.span) for one in clock.longers if one.day is None]
    due = _due(begun, spans, rules, calendar, stills, clock.held)
    for day, happened in _in_time(clock):
        if day > due:
            break  # the term has ended before it; and nothing later can move its end
        if isinstance(happened, Longer):
            spans.append(happened.span)
            turns.append(Turn("plus", happened.why, day, span=happened.span))
        elif day > begun:
            begun = day
            turns.append(Turn("begins anew", happened.why, day))
        due = _due(begun, spans, rules, calendar, stills, clock.held)
    end, skipped = _end(begun, spans, rules, calendar, stills)
    bounded, holding = _held(end, clock.held)
    asks = rules.rolls != "never" or any(one.unit == "working days" for one in spans)
    stood = [_stood(still, number, spans[0]) for still, number in skipped]
    turns = [
        *(one for one in turns if one.kind == "begins anew"),
        *stood,
        *(one for one in turns if one.kind == "plus"),
    ]
    told = _told(begun, spans, rules, calendar, (end, bounded, due), stills, turns, holding) if aloud else ()
    return Run(due, begun, (*turns, *holding), tuple(told), asks and calendar.is_provisional(max(end, due)))


def merged(stills: Iterable[Still]) -> tuple[Still, ...]:
    """The same days, in order and each once."""
    found: list[Still] = []
    for one in sorted(stills, key=lambda still: (still.first, still.last)):
        if one.last < one.first:
            continue
        if found and one.first <= found[-1].last + ONE_DAY:
            why = "; ".join(dict.fromkeys((found[-1].why, one.why)))
            found[-1] = Still(found[-1].first, max(found[-1].last, one.last), why)
        else:
            found.append(one)
    return tuple(found)


def _in_time(clock: Clock) -> list[tuple[date, Anew | Longer]]:
    """What happens on a day of its own, in the order of the days."""
    dated: list[tuple[date, Anew | Longer]] = [(one.day, one) for one in clock.anews]
    dated += [(one.day, one) for one in clock.longers if one.day is not None]
    return sorted(dated, key=lambda one: (one[0], isinstance(one[1], Longer)))


def _due(
    begun: date, spans: list[Span], rules: CountingRules, calendar: Calendar, stills: tuple[Still, ...],
    held: tuple[Held, ...],
) -> date:  # fmt: skip
    end, _ = _end(begun, spans, rules, calendar, stills)
    return rolled(_held(end, held)[0], rules, calendar)


def _end(
    begun: date, spans: list[Span], rules: CountingRules, calendar: Calendar, stills: tuple[Still, ...]
) -> tuple[date, list[tuple[Still, int]]]:
    """The day on which all lengths have run, before any roll; and how many days of each standstill were left out."""
    skipped: dict[Still, int] = {}
    start = begun
    for at, span in enumerate(_together(spans)):
        if at and rules.first_day == "same":
            start += ONE_DAY  # the first length has counted that day already
        end = end_of(span, start, rules, calendar)
        worked = span.unit == "working days"
        before = start - ONE_DAY if rules.first_day == "same" else start
        for still in stills if span.number else ():
            first = max(still.first, before + ONE_DAY)
            if first > min(end, still.last):
                continue
            number = calendar.working_between(first - ONE_DAY, still.last) if worked else (still.last - first).days + 1
            if number:
                skipped[still] = skipped.get(still, 0) + number
                end = calendar.nth_working(end, number) if worked else end + number * ONE_DAY
        start = end
    return end, list(skipped.items())


def _together(spans: list[Span]) -> Iterator[Span]:
    """Lengths of one unit are one length, so that months do not drift; weeks are days, and years are months."""
    first = {"weeks": "days", "years": "months"}
    alone = len(spans) == 1
    kinds = dict.fromkeys(first.get(one.unit, one.unit) for one in spans)
    for kind in kinds:
        same = [one for one in spans if first.get(one.unit, one.unit) == kind]
        each = {"weeks": 7, "years": 12}
        number = sum(one.number * each.get(one.unit, 1) for one in same)
        yield spans[0] if alone else Span(number, kind)  # type: ignore[arg-type]


def _held(end: date, held: Iterable[Held]) -> tuple[date, tuple[Turn, ...]]:
    """The end as other days hold it: not before any of these, nor behind any of those."""
    turns = []
    for one in sorted(held, key=lambda one: not one.earliest):
        if one.earliest and one.day > end:
            end = one.day
            turns.append(Turn("no earlier than", one.why, one.day))
        elif not one.earliest and one.day < end:
            end = one.day
            turns.append(Turn("no later than", one.why, one.day))
    return end, tuple(turns)


# ── In words ────────────────────────────────────────────────────────────────────────────────────


def _stood(still: Still, number: int, span: Span) -> Turn:
    unit: Literal["working days", "days"] = "working days" if span.unit == "working days" else "days"
    return Turn("stands still", still.why, still.first, still.last, Span(number, unit))


def _told(
    begun: date, spans: list[Span], rules: CountingRules, calendar: Calendar, days: tuple[date, date, date],
    stills: tuple[Still, ...], turns: list[Turn], holding: tuple[Turn, ...],
) -> Iterator[CountLine]:  # fmt: skip
    """The count, line by line: what it begins with, what is left out, what is added, where it ends."""
    end, bounded, due = days
    for kind, several in groupby(turns, key=lambda one: one.kind):
        if kind == "begins anew":
            yield from (CountLine(one.first, one.words) for one in several)
    yield event_line(spans[0], begun, rules, calendar)
    if spans[0].unit == "working days":
        worked = [one for one in spans if one.unit == "working days"]  # the rest counts days off
        last, _ = _end(begun, worked, rules, calendar, stills)
        runs = [day for day in _days(begun + ONE_DAY, last) if not any(s.first <= day <= s.last for s in stills)]
        yield from off_days(runs, calendar)
    yield from (CountLine(one.first, one.words) for one in turns if one.kind != "begins anew")
    if len(spans) == 1:
        words = say_many(spans[0].number, *ENDS, day=with_weekday(end), span=spans[0])
    else:
        words = say("{day}: {lengths} have run", day=with_weekday(end), lengths=" + ".join(map(spoken, spans)))
    yield CountLine(end, words)
    yield from (CountLine(one.first, one.words) for one in holding)
    if due != bounded:
        yield roll_line(bounded, due, calendar)


def _days(first: date, last: date) -> Iterator[date]:
    while first < last:
        yield first
        first += ONE_DAY


def within(span: Span, start: date, rules: CountingRules, calendar: Calendar) -> date:
    """The last day of a length that holds the end of another term: it does not roll by itself."""
    return end_of(span, start, unrolled(rules), calendar)
