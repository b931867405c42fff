"""Calendars: what a file says of a day, what it refuses to say, and what was known when."""

from __future__ import annotations

import csv
import hashlib
import pickle
import subprocess
import sys
from dataclasses import FrozenInstanceError
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.calendar import Calendar, CalendarError, find_calendar, parse_calendar, with_weekday
from proc_tools.calendars import build_calendar, verify_calendar

ROOT = Path(__file__).parent.parent
BY, KZ = find_calendar("BY", None), find_calendar("KZ", None)
BOTH = pytest.mark.parametrize("calendar", [BY, KZ], ids=lambda calendar: calendar.name)
ONE_DAY = timedelta(days=1)

HEADER = "# first: 2020-01-01\n# published_to: 2020-12-31\n"
COLUMNS = "day,status,act,published_on,note\n"


def small(rows: str, header: str = HEADER) -> Calendar:
    """A calendar of one published year with the given rows."""
    return parse_calendar(header + COLUMNS + rows, "XX")


def day(text: str) -> date:
    return date.fromisoformat(text)


def rows_of_file(name: str) -> list[dict[str, str]]:
    """The rows of a shipped file, read without the module under test."""
    text = (ROOT / "jurisdictions" / "calendars" / f"{name}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))


# ── What the shipped calendars say ──────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("off", "worked"),
    [
        ("2017-01-02", "2017-01-21"), ("2017-04-24", "2017-04-29"), ("2017-05-08", "2017-05-06"),
        ("2017-11-06", "2017-11-04"), ("2018-04-16", "2018-04-14"), ("2018-04-30", "2018-04-28"),
        ("2018-12-24", "2018-12-22"), ("2018-12-31", "2018-12-29"), ("2019-05-06", "2019-05-04"),
        ("2019-05-08", "2019-05-11"), ("2020-01-06", "2020-01-04"), ("2020-04-27", "2020-04-04"),
        ("2023-04-24", "2023-04-29"), ("2023-05-08", "2023-05-13"), ("2025-01-06", "2025-01-11"),
        ("2025-04-28", "2025-04-26"), ("2025-07-04", "2025-07-12"), ("2025-12-26", "2025-12-20"),
        ("2026-04-20", "2026-04-25"),
    ],
)  # fmt: skip
def test_a_moved_working_day_of_belarus_is_off_and_its_saturday_is_worked(off: str, worked: str) -> None:
    """A working day that a decree moved is off, the day it moved to is worked, and each names the other."""
    assert not BY.is_working(day(off))
    assert BY.is_working(day(worked))
    assert BY.name_of(day(off)) == f"day off moved from {worked}"
    assert BY.name_of(day(worked)) == f"working day moved from {off}"


@pytest.mark.parametrize(
    "text",
    [
        "2016-05-10", "2017-04-25", "2018-04-17", "2019-05-07", "2020-04-28", "2021-05-11", "2022-05-03",
        "2023-04-25", "2024-05-14", "2025-04-29", "2026-04-21",
    ],
)  # fmt: skip
def test_radunitsa_is_off_and_named(text: str) -> None:
    """Radunitsa, a movable Tuesday, is off in every year and called by its name."""
    assert not BY.is_working(day(text))
    assert BY.name_of(day(text)) == "Radunitsa"


def test_the_second_of_january_is_a_holiday_of_belarus_from_2020_only() -> None:
    """2 January is an ordinary working Wednesday in 2019 and New Year's Day from 2020."""
    assert BY.is_working(day("2019-01-02"))
    assert BY.name_of(day("2020-01-02")) == "New Year's Day"
    assert BY.name_of(day("2024-01-02")) == "New Year's Day"


def test_kazakhstan_worked_a_sunday_and_a_monday_in_lieu() -> None:
    """A moved working day of Kazakhstan may fall on a Sunday, or back on a weekday."""
    assert BY.is_working(day("2025-01-05")) is False
    assert KZ.is_working(day("2025-01-05"))
    assert KZ.name_of(day("2020-05-11")) == "working day moved from 2020-05-08"
    assert KZ.is_working(day("2020-05-11"))
    assert not KZ.is_working(day("2020-05-08"))


@BOTH
def test_every_weekday_off_has_a_name(calendar: Calendar) -> None:
    """No published day off stands nameless in a trace."""
    at = calendar.first
    while at <= calendar.published_to:
        if not calendar.is_working(at):
            assert calendar.name_of(at) not in ("", "day off"), at
        at += ONE_DAY


@BOTH
def test_shipped_calendars_cover_2015_to_2026(calendar: Calendar) -> None:
    """Both shipped calendars are published for 2015 to 2026 and go on provisionally through 2027."""
    covered = (calendar.first, calendar.published_to, calendar.last)
    assert covered == (day("2015-01-01"), day("2026-12-31"), day("2027-12-31"))


@BOTH
def test_the_hash_is_that_of_the_file(calendar: Calendar) -> None:
    """The hash printed in a report is the SHA-256 of the bytes of the file."""
    data = (ROOT / "jurisdictions" / "calendars" / f"{calendar.name}.csv").read_bytes()
    assert calendar.sha256 == hashlib.sha256(data).hexdigest()


@BOTH
def test_every_line_of_the_file_is_a_row(calendar: Calendar) -> None:
    """The rows of a calendar are the lines of its file, blank acts and dates included."""
    read = [(str(row.day), row.status, row.act, str(row.published_on or ""), row.note) for row in calendar.rows]
    assert read == [tuple(row.values()) for row in rows_of_file(calendar.name)]


# ── Names ───────────────────────────────────────────────────────────────────────────────────────


def test_an_ordinary_day_is_named_by_its_weekday_or_not_at_all() -> None:
    """A plain Saturday is called Saturday and a plain working day has no name."""
    assert BY.name_of(day("2017-04-22")) == "Saturday"
    assert BY.name_of(day("2017-04-26")) == ""


def test_a_holiday_on_a_weekend_keeps_both_names() -> None:
    """A holiday that falls on a Sunday is told as the Sunday and the holiday."""
    assert BY.name_of(day("2026-03-08")) == "Sunday, Women's Day"


def test_rows_without_a_note_still_say_what_they_do() -> None:
    """A row without a note is a day off, a working day, or a plain weekday again."""
    calendar = small("2020-03-03,off,,,\n2020-03-07,work,,,\n2020-03-08,off,,,\n2020-03-10,work,,,\n")
    names = [calendar.name_of(day(f"2020-03-{number}")) for number in ("03", "07", "08", "10")]
    assert names == ["day off", "working day", "Sunday", ""]


def test_a_day_is_printed_with_its_weekday() -> None:
    """Traces print a day as three letters of its weekday and the ISO date."""
    assert with_weekday(day("2017-04-25")) == "Tue 2017-04-25"


# ── Rank and select ─────────────────────────────────────────────────────────────────────────────

days_of_calendar = st.dates(day("2015-06-01"), day("2026-06-01"))


@BOTH
@given(start=days_of_calendar, n=st.integers(1, 90))
def test_the_nth_working_day_is_found_by_walking(calendar: Calendar, start: date, n: int) -> None:
    """The n-th working day after or before a day is the one that a walk day by day meets n-th."""
    for sign in (1, -1):
        at, met = start, 0
        while met < n:
            at += sign * ONE_DAY
            met += calendar.is_working(at)
        assert calendar.nth_working(start, sign * n) == at


@BOTH
@given(start=days_of_calendar)
def test_the_nearest_working_days_are_found_by_walking(calendar: Calendar, start: date) -> None:
    """The next working day is the day itself or the first one after it; the previous one likewise."""
    after = before = start
    while not calendar.is_working(after):
        after += ONE_DAY
    while not calendar.is_working(before):
        before -= ONE_DAY
    assert calendar.next_working(start) == after
    assert calendar.previous_working(start) == before


@BOTH
@given(a=days_of_calendar, length=st.integers(0, 400))
def test_working_days_between_are_counted_by_walking(calendar: Calendar, a: date, length: int) -> None:
    """The working days between two days leave out the first, take in the last, and are negative backwards."""
    b = min(a + length * ONE_DAY, calendar.last)
    walked = sum(calendar.is_working(a + step * ONE_DAY) for step in range(1, (b - a).days + 1))
    assert calendar.working_between(a, b) == walked
    assert calendar.working_between(b, a) == -walked


def test_the_zeroth_working_day_is_nobodys_question() -> None:
    """There is no working day number 0 after a day."""
    with pytest.raises(ValueError, match="from 1"):
        BY.nth_working(day("2017-04-25"), 0)


@pytest.mark.parametrize(
    ("week", "worked"),
    [("mon-fri", "0123456"[:5]), ("mon-sat", "012345"), ("sun-thu", "01236"), ("mon-wed, fri", "0124"), ("Sat", "5")],
)
def test_the_week_pattern_says_which_days_are_worked(week: str, worked: str) -> None:
    """A five-day week, a six-day week, one across the weekend and one with a gap can all be written."""
    calendar = small("", HEADER + f"# week: {week}\n")
    days = [day("2020-02-03") + step * ONE_DAY for step in range(7)]  # from a Monday
    assert "".join(str(at.weekday()) for at in days if calendar.is_working(at)) == worked


# ── The edges ───────────────────────────────────────────────────────────────────────────────────


def test_a_day_outside_is_refused_in_one_sentence() -> None:
    """A day that the calendar does not cover is refused with what it covers."""
    with pytest.raises(CalendarError) as refused:
        BY.is_working(day("2029-05-01"))
    with pytest.raises(CalendarError, match="working day 2 before 2015-01-06 is outside it"):
        BY.nth_working(day("2015-01-06"), -2)
    with pytest.raises(CalendarError, match="working day 2 after 2027-12-30 is outside it"):
        BY.nth_working(day("2027-12-30"), 2)
    assert str(refused.value) == (
        "the calendar BY covers 2015-01-01 to 2027-12-31 (published to 2026-12-31); 2029-05-01 is outside it"
    )


@pytest.mark.parametrize(
    "ask",
    [
        lambda: BY.name_of(day("2014-12-31")),
        lambda: BY.is_provisional(day("2028-01-01")),
        lambda: BY.next_working(day("2028-01-01")),
        lambda: BY.working_between(day("2014-12-31"), day("2017-01-01")),
        lambda: BY.nth_working(day("2027-12-31"), 1),
        lambda: BY.nth_working(day("2015-01-05"), -2),
        lambda: BY.previous_working(day("2015-01-01")),
    ],
)  # fmt: skip
def test_no_question_is_answered_past_the_edges(ask: object) -> None:
    """Every question about a day outside, or whose answer lies outside, is refused."""
    with pytest.raises(CalendarError, match="the calendar BY covers 2015-01-01 to 2027-12-31"):
        ask()  # type: ignore[operator]


def test_the_first_and_last_days_are_inside() -> None:
    """The edges belong to the calendar."""
    assert BY.name_of(day("2015-01-01")) == "New Year's Day"
    assert BY.is_working(day("2027-12-31"))
    assert BY.nth_working(day("2027-12-30"), 1) == day("2027-12-31")
    assert BY.nth_working(day("2015-01-06"), -1) == day("2015-01-05")


def test_days_after_publication_are_provisional() -> None:
    """The last published day is settled and the next one provisional."""
    assert not BY.is_provisional(day("2026-12-31"))
    assert BY.is_provisional(day("2027-01-01"))


def years_with_holiday(first: int, last: int) -> str:
    """Rows that make 6 July a holiday in each of some years."""
    return "".join(f"{year}-07-06,off,,,{'Founding Day'}\n" for year in range(first, last + 1))


def published(first: int, last: int) -> str:
    return f"# first: {first}-01-01\n# published_to: {last}-12-31\n"


def test_a_holiday_of_five_years_goes_on_provisionally() -> None:
    """A day that was off on one date in each of the last five published years is off in the next one too."""
    calendar = small(years_with_holiday(2016, 2020), published(2016, 2020))
    assert calendar.name_of(day("2021-07-06")) == "Founding Day"
    assert not calendar.is_working(day("2021-07-06"))
    assert calendar.is_provisional(day("2021-07-06"))


def test_a_holiday_missing_in_one_year_does_not_go_on() -> None:
    """Four years out of five are no habit, and neither are four whole years in all."""
    broken = years_with_holiday(2016, 2018) + "2019-07-05,off,,,once\n" + years_with_holiday(2020, 2020)
    assert small(broken, published(2016, 2020)).is_working(day("2021-07-06"))
    assert small(years_with_holiday(2017, 2020), published(2017, 2020)).is_working(day("2021-07-06"))
    late = published(2016, 2020).replace("2016-01-01", "2016-01-02")
    assert small(years_with_holiday(2016, 2020), late).is_working(day("2021-07-06"))


def test_a_row_goes_before_a_holiday_that_goes_on() -> None:
    """What the file already says of the coming year is not overridden by habit."""
    rows = years_with_holiday(2016, 2020) + "2021-07-06,work,,,abolished\n2021-07-07,off,,,New Founding Day\n"
    calendar = small(rows, published(2016, 2020))
    assert calendar.is_working(day("2021-07-06"))
    assert calendar.name_of(day("2021-07-07")) == "New Founding Day"


def test_a_year_published_in_part_goes_on_from_there() -> None:
    """Where only half a year is published, habit rules the other half and the year after."""
    header = "# first: 2015-01-01\n# published_to: 2020-06-30\n"
    calendar = small(years_with_holiday(2015, 2019), header)
    assert [calendar.name_of(day(f"{year}-07-06")) for year in (2020, 2021)] == ["Founding Day"] * 2
    assert calendar.last == day("2021-12-31")


def test_the_name_that_goes_on_is_free_of_one_years_feast() -> None:
    """Orthodox Easter fell on 1 May once; the holiday that goes on is 1 May alone."""
    rows = years_with_holiday(2016, 2020).replace("2020-07-06,off,,,", "2020-07-06,off,,,Easter; ")
    assert small(rows, published(2016, 2020)).name_of(day("2021-07-06")) == "Founding Day"


def test_moved_days_of_belarus_do_not_go_on() -> None:
    """Only fixed holidays are carried into 2027: neither Radunitsa nor a moved working day is."""
    carried = {(row.day.month, row.day.day) for row in BY.carried}
    assert carried == {(1, 1), (1, 2), (1, 7), (3, 8), (5, 1), (5, 9), (7, 3), (11, 7), (12, 25)}
    assert {row.day.year for row in BY.carried} == {2027}


def test_an_abolished_holiday_does_not_go_on() -> None:
    """30 August was off in Kazakhstan to 2025 and is an ordinary Monday in 2027, 15 March a holiday."""
    assert KZ.is_working(day("2027-08-30"))
    assert KZ.name_of(day("2027-03-15")) == "Constitution Day"


# ── What was known when ─────────────────────────────────────────────────────────────────────────


def test_a_row_published_later_was_not_known() -> None:
    """A row counts from the day of its publication on."""
    calendar = small("2020-03-03,off,act 1,2020-02-10,extra\n")
    assert calendar.known_on(day("2020-02-09"))[0].is_working(day("2020-03-03"))
    assert not calendar.known_on(day("2020-02-10"))[0].is_working(day("2020-03-03"))
    assert not calendar.is_working(day("2020-03-03"))


def test_days_without_a_date_of_publication_are_kept_and_named() -> None:
    """A row whose publication is not established stays in force and is told apart."""
    calendar = small("2020-03-03,off,,,extra\n2020-03-04,off,act 1,2020-02-10,more\n")
    known, blank = calendar.known_on(day("2020-02-09"))
    assert not known.is_working(day("2020-03-03"))
    assert blank == (day("2020-03-03"),)


def test_of_two_acts_on_a_day_the_later_known_one_governs() -> None:
    """A day moved twice is what the latest act known on that day made it."""
    calendar = small("2020-03-03,off,act 1,2020-01-10,extra\n2020-03-03,work,act 2,2020-02-10,taken back\n")
    assert calendar.is_working(day("2020-03-03"))
    assert not calendar.known_on(day("2020-01-10"))[0].is_working(day("2020-03-03"))
    assert calendar.known_on(day("2020-01-09"))[0].name_of(day("2020-03-03")) == ""


def test_belarus_changed_january_2020_two_weeks_before() -> None:
    """In October 2019 the 11th of January 2020 was to be worked; since December 2019 it is not."""
    before, after = BY.known_on(day("2019-10-09"))[0], BY.known_on(day("2019-12-17"))[0]
    assert (before.is_working(day("2020-01-11")), after.is_working(day("2020-01-11"))) == (True, False)
    assert before.name_of(day("2020-01-02")) == "day off moved from 2020-01-04"
    assert after.name_of(day("2020-01-02")) == "New Year's Day"


def test_kazakhstan_lost_a_day_off_in_march_2026() -> None:
    """31 August 2026 was a day off until the new Constitution was announced."""
    assert not KZ.known_on(day("2026-02-01"))[0].is_working(day("2026-08-31"))
    assert KZ.known_on(day("2026-04-01"))[0].is_working(day("2026-08-31"))
    assert KZ.is_working(day("2026-08-31"))


def test_a_year_unpublished_on_the_day_is_provisional() -> None:
    """Known in spring 2025, the year 2026 is provisional; known after its decree of July 2025, it is not."""
    spring, august = BY.known_on(day("2025-03-01"))[0], BY.known_on(day("2025-08-01"))[0]
    assert not spring.is_provisional(day("2025-12-31"))
    assert spring.is_provisional(day("2026-01-01"))
    assert not august.is_provisional(day("2026-12-31"))
    assert BY.known_on(day("2030-01-01"))[0].published_to == BY.published_to


def test_what_was_known_is_another_calendar() -> None:
    """The calendar as known on a day says so in a refusal, differs from the full one, and keeps its hash."""
    known, _ = BY.known_on(day("2019-10-09"))
    assert known != BY
    assert known.sha256 == BY.sha256
    with pytest.raises(CalendarError, match=r"the calendar BY \(as known on 2019-10-09\) covers"):
        known.is_working(day("2040-01-01"))


# ── Reading a file ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the calendar XX has no line `# first: 2015-01-01`"),
        ("# first: 2020-01-01\n" + COLUMNS, "the calendar XX has no line `# published_to: 2015-01-01`"),
        ("# first: soon\n", "the line `# first:` of the calendar XX: `soon` is no day; write it like"),
        (HEADER.replace("12-31", "02-30"), "`2020-02-30` is no day"),
        (HEADER.replace("2020-01-01", "2021-01-01"), "cannot go from 2021-01-01 to 2020-12-31"),
        (HEADER.replace("2020-01-01", "0020-01-01"), "cannot go from 0020-01-01 to 2020-12-31"),
        (HEADER, "the calendar XX has no line `day,status,act,published_on,note` above its days"),
        (HEADER + "day,status\n", "the calendar XX has no line `day,status,act,published_on,note` above"),
        (HEADER + "# week: mon-fry\n" + COLUMNS, "the calendar XX has the week `mon-fry`"),
        (HEADER + "# week: mon-tue-wed\n" + COLUMNS, "the calendar XX has the week `mon-tue-wed`"),
        (HEADER + "# calendar: YY\n" + COLUMNS, "the calendar XX calls itself YY"),
        (HEADER + COLUMNS + "2020-03-03,off,,\n", "line 4 of the calendar XX has 4 cells instead of 5"),
        (HEADER + COLUMNS + "\n2020-03-03,free,,,\n", "line 5 of the calendar XX: the status is `free`"),
        (HEADER + COLUMNS + "3.3.2020,off,,,\n", "line 4 of the calendar XX: `3.3.2020` is no day"),
        (HEADER + COLUMNS + "2020-03-03,off,,then,\n", "line 4 of the calendar XX: `then` is no day"),
        (HEADER + COLUMNS + "2022-01-01,off,,,\n", "2022-01-01 lies outside 2020-01-01 to 2021-12-31"),
        (HEADER + COLUMNS + "2019-12-31,off,,,\n", "2019-12-31 lies outside 2020-01-01 to 2021-12-31"),
        (HEADER + COLUMNS + '2020-03-03,off,"act,,\n', "line 4 of the calendar XX: unexpected end of data"),
        (
            HEADER + COLUMNS + "2020-03-03,off,,,\n2020-03-03,work,,,\n",
            "line 5 of the calendar XX: 2020-03-03 stands twice and no date",
        ),
        (
            HEADER + COLUMNS + "2020-03-03,off,,2020-02-02,\n2020-03-03,work,,2020-02-02,\n",
            "2020-03-03 stands twice, and the lower line is not the later one",
        ),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_says_where_and_why(text: str, message: str) -> None:
    """A mistake in a calendar file is told in one sentence with its line."""
    with pytest.raises(CalendarError) as refused:
        parse_calendar(text, "XX")
    assert message in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_file_in_another_encoding_is_refused_with_its_line() -> None:
    """A file saved as cp1251 is refused before its letters turn into others."""
    with pytest.raises(CalendarError, match=r"not UTF-8 text \(line 4\)"):
        parse_calendar((HEADER + COLUMNS + "2020-03-03,off,,,Радуница\n").encode("cp1251"), "XX")


def test_what_a_spreadsheet_saves_is_read() -> None:
    """Semicolons, dates with dots, padded lines, a byte order mark and CRLF are read as the plain file is."""
    saved = (
        "\ufeff# first: 01.01.2020;;;;\r\n# published_to: 31.12.2020;;;;\r\n"
        "day;status;act;published_on;note\r\n"
        "03.03.2020;off;act 1;10.02.2020;extra\r\n;;;;\r\n"
    )
    plain = small("2020-03-03,off,act 1,2020-02-10,extra\n")
    assert parse_calendar(saved.encode(), "XX").rows == plain.rows


def test_a_calendar_of_one_day_is_read() -> None:
    """A calendar published for a single day is short and no mistake."""
    calendar = small("", "# first: 2020-12-31\n# published_to: 2020-12-31\n")
    assert (calendar.first, calendar.last) == (day("2020-12-31"), day("2021-12-31"))


def test_an_empty_header_value_does_not_swallow_the_next_line() -> None:
    """A header without a value is empty and leaves the line below it alone."""
    assert parse_calendar("# title:\n" + HEADER + COLUMNS, "XX").title == ""


def test_a_calendar_is_found_beside_the_file_before_the_shipped_ones(tmp_path: Path) -> None:
    """A calendar in `calendars/` beside the .proc goes before one beside it, that before a shipped one."""
    assert find_calendar("BY", tmp_path) == BY
    (tmp_path / "BY.csv").write_text("# title: beside\n" + HEADER + COLUMNS)
    assert find_calendar("BY", tmp_path).title == "beside"
    (tmp_path / "calendars").mkdir()
    (tmp_path / "calendars" / "BY.csv").write_text("# title: in its folder\n" + HEADER + COLUMNS)
    assert find_calendar("BY", tmp_path).title == "in its folder"


@pytest.mark.parametrize("name", ["../BY", "a/b", "..", "", "BY.csv", "C:BY", "BY\n", "\\BY"])
def test_a_calendar_name_is_one_word(name: str, tmp_path: Path) -> None:
    """A name cannot lead out of the folder."""
    with pytest.raises(CalendarError, match="named by one word"):
        find_calendar(name, tmp_path)


def test_an_unknown_calendar_names_the_shipped_ones() -> None:
    """A calendar that is nowhere is refused with those that could be meant."""
    with pytest.raises(CalendarError, match=r"there is no calendar XX: .*\(BY, KZ\)"):
        find_calendar("XX", None)


def test_a_calendar_cannot_be_changed_and_travels_whole() -> None:
    """A calendar is immutable, equal to itself read twice, and survives a trip to another process."""
    with pytest.raises(FrozenInstanceError):
        BY.name = "XX"  # type: ignore[misc]
    again = pickle.loads(pickle.dumps(find_calendar("BY", None)))
    assert again == BY
    assert again.nth_working(day("2017-04-20"), 20) == day("2017-05-23")


def test_no_package_is_asked_at_run_time() -> None:
    """Loading a calendar and counting imports neither `holidays` nor `numpy` nor `dateutil`."""
    program = (
        "import sys; from engine.calendar import find_calendar; import engine.counting; "
        "from datetime import date; find_calendar('BY', None).is_working(date(2017, 4, 25)); "
        "print(*{'holidays', 'numpy', 'dateutil'} & set(sys.modules))"
    )
    ran = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == ""


# ── Building and verifying ──────────────────────────────────────────────────────────────────────


def test_a_built_calendar_agrees_with_the_library_on_every_day() -> None:
    """A built calendar read back is the library's, day by day, Sundays and Mondays worked included."""
    holidays = pytest.importorskip("holidays")
    for code in ("BY", "KZ", "AE"):  # the last one has had another weekend
        calendar = parse_calendar(build_calendar(code, 2020, 2025, None), code)
        library = holidays.country_holidays(code, years=range(2019, 2027))
        at = calendar.first
        while at <= calendar.published_to:
            assert calendar.is_working(at) == library.is_working_day(at), (code, at)
            at += ONE_DAY


@pytest.mark.parametrize(
    ("code", "country", "week"),
    [
        ("BY", "Belarus", "mon-fri"),
        ("AE", "United Arab Emirates", "mon-fri"),
        ("EG", "Egypt", "mon, tue, wed, thu, sun"),
    ],
)
def test_a_built_calendar_names_its_country_and_week(code: str, country: str, week: str) -> None:
    """The header of a built file says whose days these are and which are worked by default."""
    pytest.importorskip("holidays")
    text = build_calendar(code, 2023, 2023, None)
    assert f"# title: Working days of {country}\n" in text
    assert f"# week: {week}\n" in text
    assert "# first: 2023-01-01\n# published_to: 2023-12-31\n" in text
    assert parse_calendar(text, code).is_working(day("2023-02-05")) == (code == "EG")  # a Sunday


def test_a_built_calendar_reaches_over_the_turn_of_a_year() -> None:
    """A Saturday in December worked for a day in January is in the file, and so is the last day of a year."""
    pytest.importorskip("holidays")
    assert "2006-12-30,work,,,working day moved from 2007-01-02\n" in build_calendar("BY", 2006, 2006, None)
    assert "2018-12-31,off,,,day off moved from 2018-12-29\n" in build_calendar("BY", 2018, 2018, None)


def test_a_built_calendar_leaves_acts_to_a_person(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library knows no acts, so a built file has none; its names are English on every machine."""
    pytest.importorskip("holidays")
    monkeypatch.setenv("LANGUAGE", "be")
    calendar = parse_calendar(build_calendar("BY", 2017, 2018, day("2017-12-31")), "BY")
    assert {(row.act, row.published_on) for row in calendar.rows} == {("", None)}
    assert calendar.published_to == day("2017-12-31")
    assert calendar.name_of(day("2017-07-03")) == "Independence Day of the Republic of Belarus"


@BOTH
def test_the_shipped_calendars_agree_with_the_library(calendar: Calendar) -> None:
    """The shipped files say of every published day what the library they were built with says."""
    pytest.importorskip("holidays")
    from importlib.metadata import version

    if calendar.built_with != f"holidays {version('holidays')}":
        pytest.skip("built with another version; `proc calendar verify` shows what changed")
    assert verify_calendar(calendar) == []


def test_a_difference_is_told_in_words() -> None:
    """A file that lost Radunitsa, gained a Saturday and a nameless holiday is told three differences."""
    pytest.importorskip("holidays")
    text = build_calendar("BY", 2017, 2017, None).replace("2017-04-25,off", "2017-04-25,work")
    text = text.replace("2017-01-07,off,,,", "2017-01-07,work,,,").replace(
        "2017-05-09,off,,,Victory Day", "2017-05-09,off,,,"
    )
    said = [str(difference) for difference in verify_calendar(parse_calendar(text, "BY"))]
    assert [sentence.split(", holidays ")[0] for sentence in said] == [
        "Sat 2017-01-07: the file says working (Orthodox Christmas Day)",
        "Tue 2017-04-25: the file says working (Radunitsa)",
        "Tue 2017-05-09: the file says off without a name",
    ]
    assert said[1].endswith("says off (Radunitsa)")


def test_a_missing_library_is_one_clear_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the library, building says what to install."""
    monkeypatch.setitem(sys.modules, "holidays", None)
    with pytest.raises(CalendarError, match=r"pip install procedure-dsl\[calendar\]"):
        build_calendar("BY", 2020, 2021, None)
    with pytest.raises(CalendarError, match=r"pip install procedure-dsl\[calendar\]"):
        verify_calendar(BY)


@pytest.mark.parametrize(
    ("code", "first", "last", "published_to"),
    [
        ("XX", 2020, 2021, None), ("BY", 2021, 2020, None), ("BY", 2015, 2020, "2018-12-31"),
        ("BY", 2015, 2020, "2021-12-31"), ("BY", 2020, 2020, "2019-12-31"),
    ],
)  # fmt: skip
def test_a_calendar_that_cannot_be_built_is_refused(code: str, first: int, last: int, published_to: str | None) -> None:
    """An unknown country, years in reverse, or a publication far from the years is refused."""
    pytest.importorskip("holidays")
    with pytest.raises(CalendarError):
        build_calendar(code, first, last, day(published_to) if published_to else None)
