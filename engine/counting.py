"""A term, a start and a calendar → the last day, and how it was counted.

Every length is counted from the start in one go, for months added one by one drift (31 January to 28 March).
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from typing import Literal

from engine.calendar import Calendar, CalendarError, with_weekday
from procedure_dsl.wording import WEEKDAYS, phrase, say, say_many, say_many_of, say_month

Unit = Literal["days", "working days", "weeks", "months", "years"]

ONE_DAY = timedelta(days=1)
LENGTHS = {  # one, and several
    "days": ("{number} day", phrase("{number} days")),
    "working days": ("{number} working day", phrase("{number} working days")),
    "weeks": ("{number} week", phrase("{number} weeks")),
    "months": ("{number} month", phrase("{number} months")),
    "years": ("{number} year", phrase("{number} years")),
}
ENDS = "{day}: {span} ends", phrase("{day}: {span} end")


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

    def spoken(self) -> str:
        return say_many(self.number, *LENGTHS[self.unit])

    def spoken_of(self) -> str:
        return say_many_of(self.number, *LENGTHS[self.unit])


@dataclass(frozen=True, slots=True)
class CountingRules:
    """How a jurisdiction counts: its first day, the end of a short month, an end on a day off."""

    first_day: Literal["next", "same"] = "next"
    short_month: Literal["last day", "next month"] = "last day"
    rolls: Literal["next", "previous", "never"] = "next"


@cache
def unrolled(rules: CountingRules) -> CountingRules:
    """The same for an end that does not move."""
    return replace(rules, rolls="never")


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
    """The last day of a term, without its story. A day that keeps how it was reckoned counts from itself."""
    own = getattr(start, "due_day", None)
    if own is not None:
        reckoned: date = own(span, rules, back)
        return reckoned
    if back:
        rules = _backwards(rules)
    end = _end_before(span, start, rules, calendar) if back else end_of(span, start, rules, calendar)
    return rolled(end, rules, calendar)


def count(span: Span, start: date, rules: CountingRules, calendar: Calendar, *, back: bool = False) -> Count:
    """The last day of a term and each step of its count in words.

    With `back`, the term lies before the event: the whole length stands between its last day and the event's, and a last
    day off moves back, for moving on would cut the length.
    """
    if hasattr(start, "due_day"):  # it is reckoned, and nobody reads its story
        return Count(start, span, due_day(span, start, rules, calendar, back=back), (), False)
    if back:
        rules = _backwards(rules)
    end = _end_before(span, start, rules, calendar) if back else end_of(span, start, rules, calendar)
    due = rolled(end, rules, calendar)
    # A term that never asks the calendar neither needs it to cover its days nor shares its doubts.
    asks = rules.rolls != "never" or (span.unit == "working days" and span.number > 0)
    provisional = asks and calendar.is_provisional(max(end, due))
    if back:
        lines = [*_tell_backwards(span, start, end, rules, calendar)]
    else:
        tell = _tell_working_days if span.unit == "working days" and span.number else _tell_calendar_days
        lines = [*tell(span, start, end, rules, calendar)]
    if due != end:
        lines.append(roll_line(end, due, calendar))
    if provisional:
        words = say(
            "{day}: provisional, the calendar {calendar} is published to {published}",
            day=with_weekday(due), calendar=calendar.name, published=calendar.published_to,
        )  # fmt: skip
        lines.append(CountLine(due, words))
    return Count(start, span, due, tuple(lines), provisional)


def end_of(span: Span, start: date, rules: CountingRules, calendar: Calendar) -> date:
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
        raise CalendarError(say("{span} after {start} is later than the year 9999", span=span, start=start)) from None
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
        raise CalendarError(say("{span} before {event} is earlier than the year 1", span=span, event=event)) from None
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


def rolled(end: date, rules: CountingRules, calendar: Calendar) -> date:
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
        yield CountLine(start, say("{day}: the event; a term of {span} ends on it", day=with_weekday(start), span=span))
        return
    yield event_line(span, start, rules, calendar)
    if span.unit in ("months", "years"):
        year, month = _month_later(start, span.number * (12 if span.unit == "years" else 1))
        if start.day > monthrange(year, month)[1]:
            stands = end + ONE_DAY if counts_start else end
            last = rules.short_month == "last day"
            which = say("its last day") if last else say("the first day of the next month")
            words = say(
                "{month} {year} has no day {number}: {which}, {day}, stands for it",
                month=say_month(month), year=year, number=start.day, which=which, day=with_weekday(stands),
            )  # fmt: skip
            yield CountLine(stands, words)
    words = say_many(span.number, *ENDS, day=with_weekday(end), span=span)
    if counts_start:
        words += say(", the first day being counted")
    if rules.rolls == "never":
        words += say("; the end never moves")
    elif calendar.is_working(end) and (name := calendar.said_of(end)):
        words += f"; {name}"
    yield CountLine(end, words)


def _tell_working_days(
    span: Span, start: date, end: date, rules: CountingRules, calendar: Calendar
) -> Iterator[CountLine]:
    """The start, each day skipped or worked against the rule, and the end of a working-day term."""
    yield event_line(span, start, rules, calendar)
    yield from off_days((start + n * ONE_DAY for n in range(1, (end - start).days)), calendar)
    name = calendar.said_of(end)
    words = say("{day}: the {number} working day", day=with_weekday(end), number=_Ordinal(span.number))
    yield CountLine(end, f"{words}; {name}" if name else words)


def event_line(span: Span, start: date, rules: CountingRules, calendar: Calendar) -> CountLine:
    """The day of the event, and whether it counts."""
    story = say("not counted")
    if rules.first_day == "same":
        counts = span.unit != "working days" or calendar.is_working(start)
        story = say("counted as the first day") if counts else say("{name}, not counted", name=calendar.said_of(start))
    return CountLine(start, say("{day}: the event; {story}", day=with_weekday(start), story=story))


def off_days(days: Iterable[date], calendar: Calendar) -> Iterator[CountLine]:
    """Of these days those that are off, or worked against the rule; weekends in a row share a line."""
    weekend: list[date] = []
    for day in days:
        name = calendar.name_of(day)
        if name in WEEKDAYS:
            weekend.append(day)
        else:
            yield from _weekend(weekend)
            weekend = []
            if name:
                yield _named_day(day, calendar)
    yield from _weekend(weekend)


def _named_day(day: date, calendar: Calendar) -> CountLine:
    """A day with a name of its own: counted if it is worked."""
    what, name = with_weekday(day), calendar.said_of(day)
    if calendar.is_working(day):
        return CountLine(day, say("{day}: {name}, counted", day=what, name=name))
    return CountLine(day, say("{day}: {name}, not counted", day=what, name=name))


def _tell_backwards(
    span: Span, event: date, end: date, rules: CountingRules, calendar: Calendar
) -> Iterator[CountLine]:
    """The event, each day off on the way back of a working-day term, and the last day before which it must be."""
    if span.number == 0:
        yield CountLine(event, say("{day}: the event; a term of {span} ends on it", day=with_weekday(event), span=span))
        return
    story = say("counted, too") if rules.first_day == "same" else say("not counted")
    yield CountLine(event, say("{day}: the event; {story}; counted back from it", day=with_weekday(event), story=story))
    if span.unit == "working days":
        day = event - ONE_DAY
        while day > end:
            name = calendar.name_of(day)
            if name and name not in WEEKDAYS:
                yield _named_day(day, calendar)
            day -= ONE_DAY
        number = _Ordinal(span.number)
        yield CountLine(end, say("{day}: the {number} working day before", day=with_weekday(end), number=number))
        return
    yield CountLine(end, say("{day}: {span} before", day=with_weekday(end), span=span))


def _weekend(days: list[date]) -> Iterator[CountLine]:
    """Weekend days in a row share a line."""
    if days:
        *others, last = map(with_weekday, days)
        words = f"{', '.join(others)}{say(' and ')}{last}" if others else last
        yield CountLine(days[0], say("{days}: weekend, not counted", days=words))


def roll_line(end: date, due: date, calendar: Calendar) -> CountLine:
    """Why and where the end moves; of the days between, those with a name of their own are told."""
    step = ONE_DAY if due > end else -ONE_DAY
    between = [end + n * step for n in range(1, abs((due - end).days))]
    named = [day for day in between if calendar.name_of(day) not in WEEKDAYS]
    past = say(" and ").join(f"{with_weekday(day)} ({calendar.said_of(day)})" for day in named)
    ordinary = calendar.name_of(end).startswith((*WEEKDAYS, "day off"))
    first = phrase("{day} is a {name}") if ordinary else phrase("{day} is {name}")
    then = (
        (phrase(": moves past {past} to {due}") if past else phrase(": moves to {due}"))
        if due > end
        else (phrase(": moves back past {past} to {due}") if past else phrase(": moves back to {due}"))
    )
    words = say(first, day=with_weekday(end), name=calendar.said_of(end))
    return CountLine(end, words + say(then, past=past, due=with_weekday(due)))


@dataclass(frozen=True, slots=True)
class _Ordinal:
    """1st, 2nd, 3rd, 4th, 11th; in another language `{number:plain}` alone, and the sentence says the rest."""

    number: int

    def __str__(self) -> str:
        ending = {1: "st", 2: "nd", 3: "rd"}.get(self.number % 10, "th")
        return f"{self.number}{'th' if self.number % 100 in (11, 12, 13) else ending}"

    def spoken_plain(self) -> str:
        return str(self.number)
