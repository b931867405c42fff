"""Counting: the last day of a term against a slow walk, a second library, and cases told in words."""

from __future__ import annotations

import csv
import os
import random
from datetime import date, timedelta
from pathlib import Path
from typing import get_args

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.calendar import Calendar, CalendarError, find_calendar, parse_calendar
from engine.counting import Count, CountingRules, Span, Unit, count, due_day

BY, KZ = find_calendar("BY", None), find_calendar("KZ", None)
BOTH = pytest.mark.parametrize("calendar", [BY, KZ], ids=lambda calendar: calendar.name)
ROLLING = CountingRules()
ONE_DAY = timedelta(days=1)


def day(text: str) -> date:
    return date.fromisoformat(text)


def counted(number: int, unit: Unit, start: str, rules: CountingRules = ROLLING, calendar: Calendar = BY) -> Count:
    return count(Span(number, unit), day(start), rules, calendar)


def told(number: int, unit: Unit, start: str, rules: CountingRules = ROLLING, calendar: Calendar = BY) -> list[str]:
    """The lines of a count."""
    return [line.what for line in counted(number, unit, start, rules, calendar).lines]


# ── Facts ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("number", "unit", "start", "due"),
    [
        (1, "months", "2017-03-01", "2017-04-03"),
        (20, "working days", "2017-04-20", "2017-05-23"),
        (5, "working days", "2017-04-04", "2017-04-11"),
        (20, "working days", "2017-04-04", "2017-05-04"),
        (15, "days", "2017-06-05", "2017-06-20"),
        (17, "days", "2017-04-20", "2017-05-10"),
        (2, "weeks", "2017-04-11", "2017-04-26"),
        (1, "years", "2016-02-29", "2017-02-28"),
        (3, "months", "2016-11-30", "2017-02-28"),
    ],
)
def test_terms_of_belarus_end_where_a_lawyer_says(number: int, unit: Unit, start: str, due: str) -> None:
    """The first day is excluded, a short month ends on its last day, an end on a day off moves forward."""
    assert counted(number, unit, start).due == day(due)


def test_twenty_working_days_over_the_moved_days_of_2017_end_alike_without_them() -> None:
    """The days off moved in spring 2017 were worked within the same twenty days: the end does not change."""
    text = (Path(__file__).parent.parent / "jurisdictions" / "calendars" / "BY.csv").read_text()
    plain = parse_calendar("\n".join(line for line in text.splitlines() if "moved from" not in line), "BY")
    assert plain.is_working(day("2017-04-24"))
    assert counted(20, "working days", "2017-04-20", calendar=plain).due == day("2017-05-23")


def test_months_are_counted_from_the_start_and_do_not_drift() -> None:
    """Two months from 31 January end on 31 March, where one month twice would end on 28 March."""
    never = CountingRules(rolls="never")
    assert counted(2, "months", "2017-01-31", never).due == day("2017-03-31")
    once = counted(1, "months", "2017-01-31", never).due
    assert counted(1, "months", str(once), never).due == day("2017-03-28")


@pytest.mark.parametrize(
    ("rules", "due"),
    [
        (CountingRules(short_month="next month", rolls="never"), "2017-03-01"),
        (CountingRules(short_month="last day", rolls="never"), "2017-02-28"),
        (CountingRules(first_day="same", rolls="never"), "2017-02-27"),
        (CountingRules(first_day="same", short_month="next month", rolls="never"), "2017-02-28"),
    ],
)
def test_a_month_too_short_ends_as_the_jurisdiction_says(rules: CountingRules, due: str) -> None:
    """One month from 31 January ends in February or on 1 March, a day earlier where the first day counts."""
    assert counted(1, "months", "2017-01-31", rules).due == day(due)


@pytest.mark.parametrize(
    ("rolls", "due"), [("next", "2017-05-10"), ("previous", "2017-05-06"), ("never", "2017-05-07")]
)
def test_an_end_on_a_day_off_moves_as_the_jurisdiction_says(rolls: str, due: str) -> None:
    """Sunday 7 May 2017 moves past two holidays, back to a worked Saturday, or nowhere."""
    assert counted(17, "days", "2017-04-20", CountingRules(rolls=rolls)).due == day(due)  # type: ignore[arg-type]


def test_the_day_of_the_event_counts_where_the_rule_says_so() -> None:
    """With the first day counted a term ends a day earlier, and a working-day term needs a working start."""
    same = CountingRules(first_day="same")
    assert counted(15, "days", "2017-06-05", same).due == day("2017-06-19")
    assert counted(5, "working days", "2017-04-04", same).due == day("2017-04-10")
    assert counted(5, "working days", "2017-04-08", same).due == day("2017-04-14")
    assert counted(1, "working days", "2015-01-05", same).due == day("2015-01-05")


@pytest.mark.parametrize("unit", get_args(Unit))
@pytest.mark.parametrize(
    ("rolls", "due"), [("next", "2017-04-03"), ("previous", "2017-03-31"), ("never", "2017-04-01")]
)
def test_a_term_of_no_length_ends_where_it_starts(unit: Unit, rolls: str, due: str) -> None:
    """Zero days from a Saturday are that Saturday, rolled like any other end, whatever the first day."""
    for first_day in ("next", "same"):
        rules = CountingRules(first_day=first_day, rolls=rolls)  # type: ignore[arg-type]
        assert counted(0, unit, "2017-04-01", rules).due == day(due)


# ── A slow walk, written apart ──────────────────────────────────────────────────────────────────


def days_off(name: str) -> frozenset[date]:
    """Every day off of a shipped file, read without the modules under test."""
    text = (Path(__file__).parent.parent / "jurisdictions" / "calendars" / f"{name}.csv").read_text()
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    status = {date.fromisoformat(row["day"]): row["status"] for row in rows}
    off, at = set(), date(2015, 1, 1)
    while at <= date(2026, 12, 31):
        if status.get(at, "off" if at.weekday() >= 5 else "work") == "off":
            off.add(at)
        at += ONE_DAY
    return frozenset(off)


OFF = {"BY": days_off("BY"), "KZ": days_off("KZ")}


def same_day_in_the_next_month(at: date, number: int) -> tuple[int, int]:
    """The year and month reached by turning the page of the calendar a number of times."""
    year, month = at.year, at.month
    for _ in range(number):
        month += 1
        if month == 13:
            year, month = year + 1, 1
    return year, month


def walk_months(start: date, number: int, short_month: str) -> date:
    """Walk the target month day by day towards the day number of the start."""
    year, month = same_day_in_the_next_month(start, number)
    at = date(year, month, 1)
    while at.day < start.day:
        following = at + ONE_DAY
        if following.month != month:
            return at if short_month == "last day" else following
        at = following
    return at


def walk(span: Span, start: date, rules: CountingRules, off: frozenset[date]) -> date:
    """The last day of a term, one day at a time."""
    if span.number == 0:
        at = start
    elif span.unit == "working days":
        at, met = start, 1 if rules.first_day == "same" and start not in off else 0
        while met < span.number:
            at += ONE_DAY
            if at not in off:
                met += 1
    elif span.unit in ("months", "years"):
        months = span.number if span.unit == "months" else 12 * span.number
        at = walk_months(start, months, rules.short_month)
        if rules.first_day == "same":
            at -= ONE_DAY
    else:
        at, met = start, 1 if rules.first_day == "same" else 0
        while met < (span.number if span.unit == "days" else 7 * span.number):
            at += ONE_DAY
            met += 1
    while rules.rolls != "never" and at in off:
        at += ONE_DAY if rules.rolls == "next" else -ONE_DAY
    return at


def walk_back(span: Span, event: date, rules: CountingRules, off: frozenset[date]) -> date:
    """The day before which a term must lie ahead of its event, one day at a time."""
    same, at = rules.first_day == "same", event
    if span.number and span.unit == "working days":
        met = 1 if same and event not in off else 0
        while met < span.number:
            at -= ONE_DAY
            met += at not in off
    elif span.number and span.unit in ("months", "years"):
        wanted = event.year * 12 + event.month - 1 - span.number * (1 if span.unit == "months" else 12)
        while at.year * 12 + at.month - 1 > wanted:
            at -= ONE_DAY  # comes to the last day of the month
        while at.day > event.day:
            at -= ONE_DAY
        at += ONE_DAY if same else timedelta()
    elif span.number:
        for _ in range(span.number * (7 if span.unit == "weeks" else 1) - same):
            at -= ONE_DAY
    while rules.rolls != "never" and at in off:
        at -= ONE_DAY
    return at


# Every one of these ends within the published years, wherever it starts.
spans = st.one_of(
    st.builds(Span, st.integers(0, 400), st.just("days")),
    st.builds(Span, st.integers(0, 250), st.just("working days")),
    st.builds(Span, st.integers(0, 60), st.just("weeks")),
    st.builds(Span, st.integers(0, 30), st.just("months")),
    st.builds(Span, st.integers(0, 2), st.just("years")),
)
starts = st.dates(date(2015, 2, 1), date(2023, 12, 31)) | st.dates(date(2016, 1, 28), date(2016, 3, 10))
rules_of_counting = st.builds(
    CountingRules,
    st.sampled_from(["next", "same"]),
    st.sampled_from(["last day", "next month"]),
    st.sampled_from(["next", "previous", "never"]),
)


@BOTH
@settings(max_examples=400, deadline=None)
@given(span=spans, start=starts, rules=rules_of_counting)
def test_a_term_ends_where_a_walk_day_by_day_ends(
    calendar: Calendar, span: Span, start: date, rules: CountingRules
) -> None:
    """The look-up and the walk agree on every unit, start and rule."""
    found = count(span, start, rules, calendar)
    assert found.due == walk(span, start, rules, OFF[calendar.name])
    assert found.due == due_day(span, start, rules, calendar)
    assert not found.provisional


@BOTH
@settings(max_examples=400, deadline=None)
@given(span=spans, event=st.dates(date(2018, 1, 1), date(2026, 12, 31)), rules=rules_of_counting)
def test_a_term_counted_back_ends_where_a_walk_back_ends(
    calendar: Calendar, span: Span, event: date, rules: CountingRules
) -> None:
    """Backwards a last day off moves back, whatever the rule for terms that run on."""
    found = count(span, event, rules, calendar, back=True)
    assert found.due == walk_back(span, event, rules, OFF[calendar.name])
    assert found.due == due_day(span, event, rules, calendar, back=True)
    assert found.due <= event


@pytest.mark.parametrize(
    ("number", "unit", "event", "due"),
    [
        (5, "days", "2024-03-25", "2024-03-20"),
        (5, "working days", "2024-03-25", "2024-03-18"),
        (10, "days", "2017-05-17", "2017-05-06"),  # the 7th is a Sunday; Saturday the 6th is worked
        (1, "months", "2017-03-31", "2017-02-28"),
        (1, "years", "2016-02-29", "2015-02-27"),  # 28 February 2015 is a Saturday
    ],
)
def test_terms_counted_back_end_where_a_lawyer_says(number: int, unit: Unit, event: str, due: str) -> None:
    """The event's day is excluded and the whole length stands before it."""
    assert count(Span(number, unit), day(event), ROLLING, BY, back=True).due == day(due)


def test_many_random_deadlines_in_both_countries_and_both_directions() -> None:
    """Ten thousand here; DEADLINES=1000000 in `make check-long`. The year after publication counts, too."""
    dice = random.Random(20261124)
    units = {"days": 400, "working days": 250, "weeks": 57, "months": 13, "years": 1}
    off = {}
    for calendar in (BY, KZ):
        days = ((calendar.first + n * ONE_DAY) for n in range((calendar.last - calendar.first).days + 1))
        off[calendar.name] = frozenset(one for one in days if not calendar.is_working(one))
    for _ in range(int(os.environ.get("DEADLINES", "10000"))):
        calendar, unit, back = dice.choice((BY, KZ)), dice.choice([*units]), dice.random() < 0.3
        span = Span(dice.randint(0, units[unit]), unit)  # type: ignore[arg-type]
        start = date(2016, 6, 1) + dice.randrange(3_500) * ONE_DAY
        rules = CountingRules(
            dice.choice(("next", "same")),
            dice.choice(("last day", "next month")),
            dice.choice(("next", "previous", "never")),
        )
        expected = (walk_back if back else walk)(span, start, rules, off[calendar.name])
        assert due_day(span, start, rules, calendar, back=back) == expected, (calendar.name, span, start, rules, back)


@given(
    start=st.dates(date(1900, 1, 1), date(2100, 12, 31)),
    number=st.integers(0, 600),
    unit=st.sampled_from(["months", "years"]),
)
def test_months_and_years_agree_with_dateutil(start: date, number: int, unit: Unit) -> None:
    """A second library adds the same months and years, its short months ending on their last day."""
    rules = CountingRules(rolls="never")
    later = start + (relativedelta(months=number) if unit == "months" else relativedelta(years=number))
    assert due_day(Span(number, unit), start, rules, BY) == later


@BOTH
@settings(deadline=None)
@given(number=st.integers(1, 250), start=starts)
def test_every_day_of_a_working_day_term_is_counted_or_told(calendar: Calendar, number: int, start: date) -> None:
    """The days of a working-day term are the counted ones and those told as skipped, none left out."""
    found = count(Span(number, "working days"), start, ROLLING, calendar)
    skipped = [line.what for line in found.lines if line.what.endswith(", not counted")]
    told_days = sum(what.count(f" {year}-") for what in skipped for year in range(2015, 2027))
    moved = sum(what.count("moved from ") for what in skipped)  # a second date on the line of a moved day off
    assert (found.due - start).days == number + told_days - moved


# ── The count in words ──────────────────────────────────────────────────────────────────────────


def test_a_month_that_ends_on_a_saturday_is_told() -> None:
    """The start, the end and the roll each have their line."""
    assert told(1, "months", "2017-03-01") == [
        "Wed 2017-03-01: the event; not counted",
        "Sat 2017-04-01: 1 month ends",
        "Sat 2017-04-01 is a Saturday: moves to Mon 2017-04-03",
    ]


def test_a_working_day_term_names_each_day_it_skips() -> None:
    """Weekends share a line; each holiday, each moved day off and each worked Saturday has its own."""
    assert told(20, "working days", "2017-04-20") == [
        "Thu 2017-04-20: the event; not counted",
        "Sat 2017-04-22 and Sun 2017-04-23: weekend, not counted",
        "Mon 2017-04-24: day off moved from 2017-04-29, not counted",
        "Tue 2017-04-25: Radunitsa, not counted",
        "Sat 2017-04-29: working day moved from 2017-04-24, counted",
        "Sun 2017-04-30: weekend, not counted",
        "Mon 2017-05-01: Labor Day, not counted",
        "Sat 2017-05-06: working day moved from 2017-05-08, counted",
        "Sun 2017-05-07: weekend, not counted",
        "Mon 2017-05-08: day off moved from 2017-05-06, not counted",
        "Tue 2017-05-09: Victory Day, not counted",
        "Sat 2017-05-13 and Sun 2017-05-14: weekend, not counted",
        "Sat 2017-05-20 and Sun 2017-05-21: weekend, not counted",
        "Tue 2017-05-23: the 20th working day",
    ]


def test_a_roll_past_holidays_names_them() -> None:
    """An end that moves past more than a weekend says past what, forward and back."""
    assert told(17, "days", "2017-04-20")[-1] == (
        "Sun 2017-05-07 is a Sunday: moves past Mon 2017-05-08 (day off moved from 2017-05-06) "
        "and Tue 2017-05-09 (Victory Day) to Wed 2017-05-10"
    )
    assert told(19, "days", "2017-04-20", CountingRules(rolls="previous"))[-1] == (
        "Tue 2017-05-09 is Victory Day: moves back past Mon 2017-05-08 "
        "(day off moved from 2017-05-06) to Sat 2017-05-06"
    )
    assert told(4, "days", "2017-04-20", CountingRules(rolls="previous"))[-1] == (
        "Mon 2017-04-24 is a day off moved from 2017-04-29: moves back to Fri 2017-04-21"
    )


@pytest.mark.parametrize(
    ("rules", "line"),
    [
        (ROLLING, "February 2017 has no day 31: its last day, Tue 2017-02-28, stands for it"),
        (CountingRules(first_day="same"), "February 2017 has no day 31: its last day, Tue 2017-02-28, stands for it"),
        (
            CountingRules(short_month="next month"),
            "February 2017 has no day 31: the first day of the next month, Wed 2017-03-01, stands for it",
        ),
    ],
)
def test_a_month_too_short_is_told(rules: CountingRules, line: str) -> None:
    """The count says which day stands for one that the month does not have."""
    assert told(1, "months", "2017-01-31", rules)[1] == line


def test_a_leap_day_that_the_year_does_not_have_is_told() -> None:
    """A year from 29 February says which day stands for it, and a year to a leap year stays silent."""
    assert told(1, "years", "2016-02-29")[1] == (
        "February 2017 has no day 29: its last day, Tue 2017-02-28, stands for it"
    )
    assert told(4, "years", "2016-02-29") == [
        "Mon 2016-02-29: the event; not counted",
        "Sat 2020-02-29: 4 years end",
        "Sat 2020-02-29 is a Saturday: moves to Mon 2020-03-02",
    ]


def test_a_first_day_that_counts_is_told() -> None:
    """Where the day of the event counts, the count says so; an event on a day off says why it does not."""
    same = CountingRules(first_day="same")
    assert told(15, "days", "2017-06-05", same) == [
        "Mon 2017-06-05: the event; counted as the first day",
        "Mon 2017-06-19: 15 days end, the first day being counted",
    ]
    assert told(2, "working days", "2017-06-05", same) == [
        "Mon 2017-06-05: the event; counted as the first day",
        "Tue 2017-06-06: the 2nd working day",
    ]
    assert told(1, "working days", "2017-04-25", same)[0] == "Tue 2017-04-25: the event; Radunitsa, not counted"


def test_an_end_on_a_worked_saturday_is_told() -> None:
    """A term that ends on a Saturday stays there where the Saturday is worked, and says why."""
    assert told(9, "days", "2017-04-20")[-1] == "Sat 2017-04-29: 9 days end; working day moved from 2017-04-24"
    last = "Sat 2017-04-29: the 5th working day; working day moved from 2017-04-24"
    assert told(5, "working days", "2017-04-20")[-1] == last


def test_an_end_that_never_moves_is_told() -> None:
    """Where ends do not roll, the count of a Saturday says that it stays."""
    never = CountingRules(rolls="never")
    assert told(1, "months", "2017-03-01", never)[-1] == "Sat 2017-04-01: 1 month ends; the end never moves"


def test_a_term_of_no_length_is_told() -> None:
    """Zero days are told as such."""
    first = "Sat 2017-04-01: the event; a term of 0 working days ends on it"
    assert told(0, "working days", "2017-04-01") == [first, "Sat 2017-04-01 is a Saturday: moves to Mon 2017-04-03"]


def test_each_line_knows_its_day() -> None:
    """A line is found by the day that it tells of, and prints as its words."""
    lines = counted(1, "months", "2017-03-01").lines
    assert [line.day for line in lines] == [day("2017-03-01"), day("2017-04-01"), day("2017-04-01")]
    assert str(lines[0]) == lines[0].what


# ── Where the calendar ends ─────────────────────────────────────────────────────────────────────


def test_a_date_after_publication_is_provisional_and_says_so() -> None:
    """A term that ends in the unpublished year carries the mark and a line that names the calendar."""
    found = counted(1, "years", "2026-01-07")
    assert (found.due, found.provisional) == (day("2027-01-08"), True)
    assert found.lines[-1].what == "Fri 2027-01-08: provisional, the calendar BY is published to 2026-12-31"
    assert not counted(1, "days", "2026-12-30").provisional
    assert counted(1, "working days", "2026-12-31", CountingRules(rolls="never")).provisional


def test_a_published_date_reached_from_an_unpublished_one_is_provisional() -> None:
    """An end on 1 January 2027 that moves back into 2026 rests on a holiday that is only expected."""
    found = counted(1, "days", "2026-12-31", CountingRules(rolls="previous"))
    assert (found.due, found.provisional) == (day("2026-12-31"), True)


def test_a_term_beyond_the_calendar_is_refused() -> None:
    """A term whose end the calendar does not cover has no due day."""
    with pytest.raises(CalendarError, match="2029-03-01 is outside it"):
        counted(3, "years", "2026-03-01")
    with pytest.raises(CalendarError, match="working day 400 after 2026-12-31 is outside it"):
        counted(400, "working days", "2026-12-31")


def test_a_term_that_asks_no_calendar_needs_none() -> None:
    """Three years without a roll are exact, however far the calendar is published."""
    found = counted(3, "years", "2026-03-01", CountingRules(rolls="never"))
    assert (found.due, found.provisional) == (day("2029-03-01"), False)


@pytest.mark.parametrize("unit", ["days", "weeks", "months", "years"])
def test_a_term_past_the_year_9999_is_refused(unit: Unit) -> None:
    """A slip of the keyboard is a sentence, not a crash."""
    with pytest.raises(CalendarError, match="later than the year 9999"):
        counted(99_999_999, unit, "2017-03-01", CountingRules(rolls="never"))


# ── Lengths ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (Span(1, "months"), "1 month"), (Span(20, "working days"), "20 working days"),
        (Span(1, "working days"), "1 working day"), (Span(0, "days"), "0 days"),
        (Span(21, "weeks"), "21 weeks"),
    ],
)  # fmt: skip
def test_a_length_is_printed_as_a_lawyer_writes_it(span: Span, words: str) -> None:
    """One is singular, every other number plural."""
    assert str(span) == words


def test_a_length_is_never_negative() -> None:
    """Counting back is another question, not a negative length."""
    with pytest.raises(ValueError, match="not negative"):
        Span(-1, "days")


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (1, "1st"),
        (2, "2nd"),
        (3, "3rd"),
        (4, "4th"),
        (11, "11th"),
        (12, "12th"),
        (13, "13th"),
        (21, "21st"),
        (113, "113th"),
    ],
)
def test_the_last_working_day_has_an_ordinal(number: int, words: str) -> None:
    """The end of a working-day term is told with its number."""
    assert told(number, "working days", "2017-02-01")[-1].endswith(f": the {words} working day")
