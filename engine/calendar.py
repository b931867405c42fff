"""Calendar file → working days: a calendar is data that an act decided and a person can read.

The file lists the exceptional days only; the week pattern says the rest. Where a day has several lines, the
lower line is the later act and governs. At run time a calendar is two plain lists: a question is a look-up.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path

from procedure_dsl.wording import WEEKDAYS, say, say_day_off, say_name_of_weekday, say_weekday

COLUMNS = ("day", "status", "act", "published_on", "note")
HEAD = r'^"?# *([\w ]+?) *: *(.*?)[ ",;]*$'  # a spreadsheet pads each line with empty cells
YEARS_OF_HABIT = 5  # what was off on one date in each of so many published years goes on as a holiday
LONGEST_CALENDAR = 200  # years; two lists of 73 000 numbers are still built at once


class CalendarError(ValueError):
    """A calendar that cannot be found or read, or a question that it does not cover."""


def with_weekday(day: date) -> str:
    """A day as traces print it: `Tue 2017-04-25`."""
    return say_weekday(day)


@dataclass(frozen=True, slots=True)
class CalendarRow:
    """One line of the file; a blank act or date of publication is not established."""

    day: date
    status: str  # "off" or "work"
    act: str
    published_on: date | None
    note: str


@dataclass(frozen=True)  # without slots: the look-up lists are built on first use and kept
class Calendar:
    """The working days from `first` to `last`; after `published_to` every day is provisional."""

    name: str
    title: str = field(compare=False)
    first: date = field(compare=False)
    published_to: date = field(compare=False)
    last: date = field(compare=False)
    week: frozenset[int] = field(compare=False)  # the weekdays worked by default, Monday is 0
    rows: tuple[CalendarRow, ...] = field(compare=False, repr=False)
    carried: tuple[CalendarRow, ...] = field(compare=False, repr=False)  # fixed holidays after publication
    built_with: str = field(compare=False)
    data: bytes = field(repr=False)
    as_known_on: date | None = None

    @cached_property
    def sha256(self) -> str:
        """The hash of the bytes of the file."""
        import hashlib  # costs more than the rest of a look-up, and only a report asks

        return hashlib.sha256(self.data).hexdigest()

    def is_working(self, day: date) -> bool:
        """Whether the day is worked."""
        at, rank = self._at(day), self._lists[0]
        return rank[at + 1] > rank[at]

    def name_of(self, day: date) -> str:
        """Why a day is off, or why it is worked against the rule; "" for an ordinary working day."""
        return self._name(day, WEEKDAYS[day.weekday()], str)

    def said_of(self, day: date) -> str:
        """The same in the language of the answer."""
        return self._name(day, say_name_of_weekday(day), say_day_off)

    def _name(self, day: date, weekday: str, said: Callable[[str], str]) -> str:
        self._at(day)
        row, ordinary = self._exceptions.get(day), day.weekday() in self.week
        if row is None:
            return "" if ordinary else weekday
        if row.status == "work":
            return said(row.note or ("" if ordinary else "working day"))
        if ordinary:
            return said(row.note or "day off")
        return f"{weekday}, {said(row.note)}" if row.note else weekday

    def is_provisional(self, day: date) -> bool:
        """Whether the day lies after the last published one."""
        self._at(day)
        return day > self.published_to

    def nth_working(self, day: date, n: int) -> date:
        """The n-th working day strictly after a day; a negative n counts back from it."""
        if n == 0:
            raise ValueError("the working days after a day are counted from 1, those before it from -1")
        at, rank = self._at(day), self._lists[0]
        k = rank[at + 1] + n - 1 if n > 0 else rank[at] + n
        return self._selected(k, "working day", abs(n), "after" if n > 0 else "before", day)

    def next_working(self, day: date) -> date:
        """The first working day on or after a day."""
        return self._selected(self._lists[0][self._at(day)], "the first working day from", day)

    def previous_working(self, day: date) -> date:
        """The last working day on or before a day."""
        return self._selected(self._lists[0][self._at(day) + 1] - 1, "the last working day to", day)

    def working_between(self, a: date, b: date) -> int:
        """How many working days lie after `a` up to and with `b`; negative where `b` is the earlier day."""
        rank = self._lists[0]
        return rank[self._at(b) + 1] - rank[self._at(a) + 1]

    def known_on(self, day: date) -> tuple[Calendar, tuple[date, ...]]:
        """The calendar as it was known on a day, and the days whose date of publication is not established.

        A later year counts as published when a working day moved within it was published by then.
        """
        rows = tuple(row for row in self.rows if row.published_on is None or row.published_on <= day)
        decided = (row.day.year for row in rows if row.status == "work" and row.published_on)
        known_to = date(max([day.year, *decided]), 12, 31)
        known = replace(self, rows=rows, published_to=min(self.published_to, known_to), as_known_on=day)
        return known, tuple(sorted({row.day for row in rows if row.published_on is None}))

    def _at(self, day: date) -> int:
        """The place of a day in the lists."""
        if not self.first <= day <= self.last:
            raise self._outside(str(day))
        return day.toordinal() - self.first.toordinal()

    def _selected(self, k: int, *what: object) -> date:
        """The k-th working day of the calendar; `what` was looked for is only said where there is none."""
        select = self._lists[1]
        if not 0 <= k < len(select):
            raise self._outside(" ".join(map(str, what)))
        return date.fromordinal(select[k])

    def _outside(self, what: str) -> CalendarError:
        name = f"{self.name} (as known on {self.as_known_on})" if self.as_known_on else self.name
        return CalendarError(
            say(
                "the calendar {name} covers {first} to {last} (published to {published}); {what} is outside it",
                name=name, first=self.first, last=self.last, published=self.published_to, what=what,
            )
        )  # fmt: skip

    @cached_property
    def _exceptions(self) -> dict[date, CalendarRow]:
        """The line that governs each exceptional day: its lowest one, else a carried holiday."""
        return {row.day: row for row in (*self.carried, *self.rows)}

    @cached_property
    def _lists(self) -> tuple[list[int], list[int]]:
        """Rank: how many working days lie before each day. Select: the ordinal of each working day."""
        exceptions = {day.toordinal(): row.status == "work" for day, row in self._exceptions.items()}
        week = [weekday in self.week for weekday in range(7)]
        rank, select = [0], []
        for ordinal in range(self.first.toordinal(), self.last.toordinal() + 1):
            if exceptions.get(ordinal, week[(ordinal - 1) % 7]):  # day 1 is a Monday
                select.append(ordinal)
            rank.append(len(select))
        return rank, select


def parse_calendar(text: str | bytes, name: str) -> Calendar:
    """A calendar from the text or the bytes of its file."""
    data = text.encode() if isinstance(text, str) else text
    try:
        lines = data.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        at = data.count(b"\n", 0, error.start) + 1
        raise CalendarError(f"the calendar {name} is not UTF-8 text (line {at}); save it as UTF-8") from None
    heads = dict(re.findall(HEAD, "\n".join(lines), re.MULTILINE))
    if heads.get("calendar", name) != name:
        raise CalendarError(f"the calendar {name} calls itself {heads['calendar']}; give both the same name")
    first, published_to = (_header_day(heads, key, name) for key in ("first", "published_to"))
    if first > published_to or published_to.year > min(first.year + LONGEST_CALENDAR, 9000):
        raise CalendarError(f"the calendar {name} cannot go from {first} to {published_to}")
    last = date(published_to.year + 1, 12, 31)
    week = _week(heads.get("week", "mon-fri"), name)
    rows = tuple(_rows(lines, name, first, last))
    carried = tuple(_carried(rows, first, published_to, last))
    title, built_with = heads.get("title", name), heads.get("built with", "")
    return Calendar(name, title, first, published_to, last, week, rows, carried, built_with, data)


def find_calendar(name: str, beside: Path | None) -> Calendar:
    """The calendar of that name: beside the .proc in `calendars/`, beside it, else among the shipped ones."""
    if not re.fullmatch(r"[^\W_][\w-]*", name):
        raise CalendarError(f"a calendar is named by one word, and `{name}` is none")
    from importlib import resources  # 10 ms, of no use to who brings the text of a calendar

    shipped = resources.files("jurisdictions") / "calendars"
    near = [beside / "calendars" / f"{name}.csv", beside / f"{name}.csv"] if beside else []
    for path in [*near, shipped / f"{name}.csv"]:
        if path.is_file():
            try:
                return parse_calendar(path.read_bytes(), name)
            except OSError as error:
                raise CalendarError(f"the calendar {path} cannot be read: {error.strerror}") from None
    known = ", ".join(sorted(entry.name[:-4] for entry in shipped.iterdir() if entry.name.endswith(".csv")))
    looked = "it is neither beside the file nor" if beside else "it is not"
    raise CalendarError(f"there is no calendar {name}: {looked} among the shipped ones ({known})")


def _header_day(heads: dict[str, str], key: str, name: str) -> date:
    if key not in heads:
        raise CalendarError(f"the calendar {name} has no line `# {key}: 2015-01-01`")
    return _day(heads[key], f"the line `# {key}:` of the calendar {name}")


def _day(text: str, where: str) -> date:
    """A day written like 2017-04-25, or as a spreadsheet may have rewritten it, 25.04.2017."""
    iso = re.sub(r"^(\d\d)\.(\d\d)\.(\d{4})$", r"\3-\2-\1", text)
    try:
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", iso):
            return date.fromisoformat(iso)
    except ValueError:
        pass
    raise CalendarError(f"{where}: `{text}` is no day; write it like 2017-04-25")


def _week(text: str, name: str) -> frozenset[int]:
    """The weekdays of `mon-fri`, `sun-thu` or `mon-thu, sat`."""
    short = [weekday[:3].lower() for weekday in WEEKDAYS]
    days: set[int] = set()
    for part in text.lower().split(","):
        ends = [end.strip() for end in part.split("-")]
        if len(ends) > 2 or not set(ends) <= set(short):
            raise CalendarError(f"the calendar {name} has the week `{text}`; write it like mon-fri")
        at, to = short.index(ends[0]), short.index(ends[-1])
        days.update((at + step) % 7 for step in range((to - at) % 7 + 1))
    return frozenset(days)


def _rows(lines: list[str], name: str, first: date, last: date) -> list[CalendarRow]:
    """The rows by day; those of one day in the order of the file, which is that of the acts."""
    written = ((at, line) for at, line in enumerate(lines, 1) if line.strip(" ,;"))
    table = [(at, line) for at, line in written if not line.startswith(("#", '"#'))]
    separator = ";" if table and table[0][1].startswith("day;") else ","
    if not table or table[0][1].strip() != separator.join(COLUMNS):
        raise CalendarError(f"the calendar {name} has no line `{','.join(COLUMNS)}` above its days")
    rows: dict[date, list[CalendarRow]] = {}
    for at, line in table[1:]:
        where = f"line {at} of the calendar {name}"
        row = _row(line, separator, where)
        if not first <= row.day <= last:
            raise CalendarError(f"{where}: {row.day} lies outside {first} to {last}")
        earlier = rows.setdefault(row.day, [])
        _follows(row, earlier, where)
        earlier.append(row)
    return [row for day in sorted(rows) for row in rows[day]]


def _row(line: str, separator: str, where: str) -> CalendarRow:
    try:
        cells = [cell.strip() for cell in next(csv.reader([line], delimiter=separator, strict=True))]
    except csv.Error as error:
        raise CalendarError(f"{where}: {error}") from None
    if len(cells) != len(COLUMNS):
        raise CalendarError(f"{where} has {len(cells)} cells instead of {len(COLUMNS)}: {', '.join(COLUMNS)}")
    day, status, act, published, note = cells
    if status not in ("off", "work"):
        raise CalendarError(f"{where}: the status is `{status}`, and it is either off or work")
    return CalendarRow(_day(day, where), status, act, _day(published, where) if published else None, note)


def _follows(row: CalendarRow, earlier: list[CalendarRow], where: str) -> None:
    """A second line for a day is a later act, never a slip of the hand."""
    if not earlier:
        return
    dates = [line.published_on for line in earlier if line.published_on]
    if row.published_on is None and len(dates) < len(earlier):
        raise CalendarError(f"{where}: {row.day} stands twice and no date of publication tells the two apart")
    if row.published_on and dates and row.published_on <= dates[-1]:
        raise CalendarError(f"{where}: {row.day} stands twice, and the lower line is not the later one")


def _carried(rows: tuple[CalendarRow, ...], first: date, published_to: date, last: date) -> Iterator[CalendarRow]:
    """The holidays after publication: what was off on one date in each of the last five published years.

    Movable feasts, days in lieu and moved working days wait for the next act; a line of the file goes before.
    """
    end = published_to.year if (published_to.month, published_to.day) == (12, 31) else published_to.year - 1
    years = range(end - YEARS_OF_HABIT + 1, end + 1)
    if date(years[0], 1, 1) < first:
        return
    governing = {row.day: row for row in rows}
    off: dict[int, dict[tuple[int, int], str]] = {year: {} for year in years}
    for day, row in governing.items():
        if row.status == "off" and day.year in off:
            off[day.year][day.month, day.day] = row.note
    for month, number in sorted(set.intersection(*(set(notes) for notes in off.values()))):
        note = min((notes[month, number] for notes in off.values()), key=len)  # without a feast of one year
        ahead = (date(year, month, number) for year in range(end + 1, last.year + 1))
        yield from (CalendarRow(on, "off", "", None, note) for on in ahead if on > published_to)
