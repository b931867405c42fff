"""The `holidays` library → a calendar file, and a calendar file → where the two differ.

A file is built once, then reviewed and corrected by a person: acts, dates of publication and earlier versions
of a day stand in the file alone, and no law stands here.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from datetime import date, timedelta
from importlib import metadata
from typing import TYPE_CHECKING

from engine.calendar import COLUMNS, Calendar, CalendarError, with_weekday
from procedure_dsl.wording import WEEKDAYS

if TYPE_CHECKING:
    from holidays import HolidayBase

LANGUAGE = "en_US"
SUBSTITUTED = re.compile(r"substituted from (\d\d)/(\d\d)/(\d{4})")
SECOND_NAME = re.compile(r" \((?!estimated|observed)[^)]*\)")  # a name told once more in another language


@dataclass(frozen=True, slots=True)
class Difference:
    """A day on which a file and the library disagree; printed, it is a sentence."""

    day: date
    file_says: str
    library_says: str
    library: str

    def __str__(self) -> str:
        ours, theirs = f"the file says {self.file_says}", f"{self.library} says {self.library_says}"
        return f"{with_weekday(self.day)}: {ours}, {theirs}"


def build_calendar(code: str, first_year: int, last_year: int, published_to: date | None, name: str = "") -> str:
    """The text of a calendar file, with every act and date of publication still blank; `name` if not that of the country."""
    if not 1 < first_year <= last_year < 9000:
        raise CalendarError(f"a calendar cannot go from {first_year} to {last_year}")
    first, last = date(first_year, 1, 1), date(last_year, 12, 31)
    if published_to and not first <= published_to <= last:
        raise CalendarError(f"{published_to} lies outside {first} to {last}")
    if published_to and published_to.year < last_year - 1:
        raise CalendarError(f"a calendar published to {published_to} ends with {published_to.year + 1}")
    holidays, version = _library(code, first_year, last_year)
    week, (off_for, worked_for) = _week(holidays), _moved(holidays)
    text = io.StringIO()
    country = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", type(holidays).__mro__[1].__name__)
    text.write(f"# calendar: {name or code}\n# title: Working days of {country}\n# first: {first}\n")
    text.write(f"# published_to: {published_to or last}\n# week: {_spelled(week)}\n")
    text.write(f"# built with: {version}\n")
    table = csv.writer(text, lineterminator="\n")
    table.writerow(COLUMNS)
    for day in _days(first, last):
        # Not the library's own weekend: it changes within the years where a country changed its week.
        ordinary, worked = day.weekday() in week, holidays.is_working_day(day)
        if worked and (day in worked_for or not ordinary):
            note = f"working day moved from {worked_for[day]}" if day in worked_for else "working day"
            table.writerow((day, "work", "", "", note))
        elif not worked and (day in holidays or ordinary):
            note = f"day off moved from {off_for[day]}" if day in off_for else _name(holidays, day)
            table.writerow((day, "off", "", "", note))
    return text.getvalue()


def verify_calendar(calendar: Calendar, code: str | None = None) -> list[Difference]:
    """Each published day on which the file and the installed library disagree, or a day off has no name."""
    holidays, version = _library(code or calendar.name, calendar.first.year, calendar.published_to.year)
    found = []
    for day in _days(calendar.first, calendar.published_to):
        worked = holidays.is_working_day(day)
        if worked != calendar.is_working(day):
            words = "working" if worked else f"off ({_name(holidays, day)})"
            found.append(Difference(day, _words(calendar, day), words, version))
        elif calendar.name_of(day) == "day off":
            found.append(Difference(day, "off without a name", f"off ({_name(holidays, day)})", version))
    return found


def _library(code: str, first_year: int, last_year: int) -> tuple[HolidayBase, str]:
    """The holidays of a country, each year of them, and the name of the library with its version."""
    try:
        import holidays
    except ImportError:
        needs = "building and verifying a calendar needs the holidays library"
        raise CalendarError(f"{needs}: pip install procedure-dsl[calendar]") from None
    if code not in holidays.list_supported_countries():
        raise CalendarError(f"the holidays library knows no country {code}; a code is two capital letters")
    # A day of the last year may be worked for one of the next; an unknown language would silently be another.
    language = LANGUAGE if LANGUAGE in holidays.country_holidays(code).supported_languages else None
    country = holidays.country_holidays(code, years=range(first_year - 1, last_year + 2), language=language)
    return country, f"holidays {metadata.version('holidays')}"


def _moved(holidays: HolidayBase) -> tuple[dict[date, date], dict[date, date]]:
    """Each moved day off with the day worked for it, and each day worked with the day off it stands for."""
    off_for = {}
    for day in sorted(holidays):
        if found := SUBSTITUTED.search(holidays[day]):
            month, number, year = map(int, found.groups())
            off_for[day] = date(year, month, number)
    return off_for, {worked: off for off, worked in off_for.items()}


def _name(holidays: HolidayBase, day: date) -> str:
    """The English name of a holiday without a second name in brackets, or that of a weekend day."""
    return SECOND_NAME.sub("", holidays.get(day) or WEEKDAYS[day.weekday()])


def _words(calendar: Calendar, day: date) -> str:
    """What the file says of a day."""
    name = calendar.name_of(day)
    return ("working" if calendar.is_working(day) else "off") + (f" ({name})" if name else "")


def _week(holidays: HolidayBase) -> list[int]:
    """The weekdays worked by default, Monday is 0."""
    return [number for number in range(7) if number not in holidays.weekend]


def _spelled(week: list[int]) -> str:
    """The week as a calendar file spells it: `mon-fri`, or each day where it has a gap."""
    short = [WEEKDAYS[number][:3].lower() for number in week]
    whole = week == list(range(week[0], week[-1] + 1))
    return f"{short[0]}-{short[-1]}" if whole else ", ".join(short)


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=step) for step in range((last - first).days + 1)]
