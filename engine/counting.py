"""A term, a start and a calendar → the last day, and how it was counted.

Every length is counted from the start in one go, for months added one by one drift (31 January to 28 March).
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from engine.calendar import WEEKDAYS, Calendar, CalendarError, with_weekday

Unit = Literal["days", "working days", "weeks", "months", "years"]

ONE_DAY = timedelta(days=1)
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time in one unit; `days` are calendar days."""

    number: int
    unit: Unit

    def __post_init__(self) -> None:
        if self.number < 0:
            raise ValueError(f"a length of time is not negative: {self.number} {self.unit}")

    def __str__(self) -> str:
        return f"{self.number} {self.unit[:-1] if self.number == 1 else self.unit}"


@dataclass(frozen=True, slots=True)
class CountingRules:
    """How a jurisdiction counts: its first day, the end of a short month, an end on a day off."""

    first_day: Literal["next", "same"] = "next"
    short_month: Literal["last day", "next month"] = "last day"
    rolls: Literal["next", "previous", "never"] = "next"


@dataclass(frozen=True, slots=True)
class CountLine:
    """One line of a count, whole in `what`; `day` is the (first) day it tells of."""

    day: date | None
    what: str

    def __str__(self) -> str:
        return self.what


@dataclass(frozen=True, slots=True)
class Count:
    """The last day of a term with its reason."""

    start: date
    span: Span
    due: date
    lines: tuple[CountLine, ...]
    provisional: bool


def due_day(span: Span, start: date, rules: CountingRules, calendar: Calendar, *, back: bool = False) -> date:
    """The last day of a term, without its story."""
    if back:
        rules = _backwards(rules)
    end = _end_before(span, start, rules, calendar) if back else _end(span, start, rules, calendar)
    return _rolled(end, rules, calendar)


def count(span: Span, start: date, rules: CountingRules, calendar: Calendar, *, back: bool = False) -> Count:
    """The last day of a term and each step of its count in words.

    With `back`, the term lies before the event: the whole length stands between its last day and the event's, and a last
    day off moves back, for moving on would cut the length.
    """
    if back:
        rules = _backwards(rules)
    end = _end_before(span, start, rules, calendar) if back else _end(span, start, rules, calendar)
    due = _rolled(end, rules, calendar)
    # A term that never asks the calendar neither needs it to cover its days nor shares its doubts.
    asks = rules.rolls != "never" or (span.unit == "working days" and span.number > 0)
    provisional = asks and calendar.is_provisional(max(end, due))
    if back:
        lines = [*_tell_backwards(span, start, end, rules, calendar)]
    else:
        tell = _tell_working_days if span.unit == "working days" and span.number else _tell_calendar_days
        lines = [*tell(span, start, end, rules, calendar)]
    if due != end:
        lines.append(_roll(end, due, calendar))
    if provisional:
        published = f"the calendar {calendar.name} is published to {calendar.published_to}"
        lines.append(CountLine(due, f"{with_weekday(due)}: provisional, {published}"))
    return Count(start, span, due, tuple(lines), provisional)


def _end(span: Span, start: date, rules: CountingRules, calendar: Calendar) -> date:
    """The day on which the term ends before any roll; a term of no length ends where it starts."""
    number, counts_start = span.number, rules.first_day == "same"
    if number == 0:
        return start
    if span.unit == "working days":
        if not (counts_start and calendar.is_working(start)):
            return calendar.nth_working(start, number)
        return calendar.nth_working(start, number - 1) if number > 1 else start
    try:
        if span.unit in ("days", "weeks"):
            end = start + timedelta(days=number * (7 if span.unit == "weeks" else 1))
        else:
            end = _months_later(start, number * (12 if span.unit == "years" else 1), rules)
    except (ValueError, OverflowError):
        raise CalendarError(f"{span} after {start} is later than the year 9999") from None
    return end - ONE_DAY if counts_start else end


def _backwards(rules: CountingRules) -> CountingRules:
    return replace(rules, rolls="never" if rules.rolls == "never" else "previous")


def _end_before(span: Span, event: date, rules: CountingRules, calendar: Calendar) -> date:
    """The day before which so long a time must lie ahead of the event; the event's own day counts if first days do."""
    number, counts_event = span.number, rules.first_day == "same"
    if number == 0:
        return event
    if span.unit == "working days":
        if not (counts_event and calendar.is_working(event)):
            return calendar.nth_working(event, -number)
        return calendar.nth_working(event, 1 - number) if number > 1 else event
    try:
        if span.unit in ("days", "weeks"):
            end = event - timedelta(days=number * (7 if span.unit == "weeks" else 1))
        else:
            end = _months_later(
                event, -number * (12 if span.unit == "years" else 1), replace(rules, short_month="last day")
            )
    except (ValueError, OverflowError):
        raise CalendarError(f"{span} before {event} is earlier than the year 1") from None
    return end + ONE_DAY if counts_event else end


def _months_later(start: date, months: int, rules: CountingRules) -> date:
    """The same day number in a later month, or what stands for it in a month too short to have it."""
    year, month = _month_later(start, months)
    length = monthrange(year, month)[1]
    if start.day <= length:
        return date(year, month, start.day)
    last = date(year, month, length)
    return last if rules.short_month == "last day" else last + ONE_DAY


def _month_later(start: date, months: int) -> tuple[int, int]:
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return year, month + 1


def _rolled(end: date, rules: CountingRules, calendar: Calendar) -> date:
    """The working day that stands for the end; the end of a working-day term is one already."""
    if rules.rolls == "never":
        return end
    return calendar.next_working(end) if rules.rolls == "next" else calendar.previous_working(end)


# ── The count in words ──────────────────────────────────────────────────────────────────────────


def _tell_calendar_days(
    span: Span, start: date, end: date, rules: CountingRules, calendar: Calendar
) -> Iterator[CountLine]:
    """The start, the short month and the end of a term in days, weeks, months or years."""
    counts_start = rules.first_day == "same"
    if span.number == 0:
        yield CountLine(start, f"{with_weekday(start)}: the event; a term of {span} ends on it")
        return
    story = "counted as the first day" if counts_start else "not counted"
    yield CountLine(start, f"{with_weekday(start)}: the event; {story}")
    if span.unit in ("months", "years"):
        year, month = _month_later(start, span.number * (12 if span.unit == "years" else 1))
        if start.day > monthrange(year, month)[1]:
            stands = end + ONE_DAY if counts_start else end
            which = "its last day" if rules.short_month == "last day" else "the first day of the next month"
            short = f"{MONTHS[month - 1]} {year} has no day {start.day}"
            yield CountLine(stands, f"{short}: {which}, {with_weekday(stands)}, stands for it")
    words = f"{with_weekday(end)}: {span} {'ends' if span.number == 1 else 'end'}"
    if counts_start:
        words += ", the first day being counted"
    if rules.rolls == "never":
        words += "; the end never moves"
    elif calendar.is_working(end) and (name := calendar.name_of(end)):
        words += f"; {name}"
    yield CountLine(end, words)


def _tell_working_days(
    span: Span, start: date, end: date, rules: CountingRules, calendar: Calendar
) -> Iterator[CountLine]:
    """The start, each day skipped or worked against the rule, and the end of a working-day term."""
    story = "not counted"
    if rules.first_day == "same":
        worked = calendar.is_working(start)
        story = "counted as the first day" if worked else f"{calendar.name_of(start)}, not counted"
    yield CountLine(start, f"{with_weekday(start)}: the event; {story}")
    weekend: list[date] = []
    day = start + ONE_DAY
    while day < end:
        name = calendar.name_of(day)
        if name in WEEKDAYS:
            weekend.append(day)
        else:
            yield from _weekend(weekend)
            weekend = []
            if name:
                counted = "counted" if calendar.is_working(day) else "not counted"
                yield CountLine(day, f"{with_weekday(day)}: {name}, {counted}")
        day += ONE_DAY
    yield from _weekend(weekend)
    name = calendar.name_of(end)
    words = f"{with_weekday(end)}: the {_ordinal(span.number)} working day"
    yield CountLine(end, f"{words}; {name}" if name else words)


def _tell_backwards(
    span: Span, event: date, end: date, rules: CountingRules, calendar: Calendar
) -> Iterator[CountLine]:
    """The event, each day off on the way back of a working-day term, and the last day before which it must be."""
    if span.number == 0:
        yield CountLine(event, f"{with_weekday(event)}: the event; a term of {span} ends on it")
        return
    story = "counted, too" if rules.first_day == "same" else "not counted"
    yield CountLine(event, f"{with_weekday(event)}: the event; {story}; counted back from it")
    if span.unit == "working days":
        day = event - ONE_DAY
        while day > end:
            name = calendar.name_of(day)
            if name and name not in WEEKDAYS:
                counted = "counted" if calendar.is_working(day) else "not counted"
                yield CountLine(day, f"{with_weekday(day)}: {name}, {counted}")
            day -= ONE_DAY
        yield CountLine(end, f"{with_weekday(end)}: the {_ordinal(span.number)} working day before")
        return
    yield CountLine(end, f"{with_weekday(end)}: {span} before")


def _weekend(days: list[date]) -> Iterator[CountLine]:
    """Weekend days in a row share a line."""
    if days:
        *others, last = map(with_weekday, days)
        words = f"{', '.join(others)} and {last}" if others else last
        yield CountLine(days[0], f"{words}: weekend, not counted")


def _roll(end: date, due: date, calendar: Calendar) -> CountLine:
    """Why and where the end moves; of the days between, those with a name of their own are told."""
    name = calendar.name_of(end)
    article = "a " if name.startswith((*WEEKDAYS, "day off")) else ""
    step = ONE_DAY if due > end else -ONE_DAY
    between = [end + n * step for n in range(1, abs((due - end).days))]
    names = [(day, calendar.name_of(day)) for day in between]
    named = " and ".join(f"{with_weekday(day)} ({name})" for day, name in names if name not in WEEKDAYS)
    past = f" past {named}" if named else ""
    moves = "moves" if due > end else "moves back"
    return CountLine(end, f"{with_weekday(end)} is {article}{name}: {moves}{past} to {with_weekday(due)}")


def _ordinal(number: int) -> str:
    """1st, 2nd, 3rd, 4th, 11th."""
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th") if number % 100 not in (11, 12, 13) else "th"
    return f"{number}{ending}"
