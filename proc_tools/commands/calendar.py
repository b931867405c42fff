"""`proc calendar`: build, show and verify working-day calendars."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from proc_tools.files import CannotRun, Findings, may_write, read_bytes, write_file

if TYPE_CHECKING:
    from engine.calendar import Calendar


@click.group("calendar", no_args_is_help=False)
def command() -> None:
    """Working-day calendars are data files: built by `holidays`, reviewed by a person, verified again."""


@command.command("build", short_help="write a calendar from the holidays library")
@click.argument("country")
@click.argument("years", metavar="2015-2026")
@click.option("-o", "--output", required=True, metavar="NAME.csv")
@click.option(
    "--published-to", metavar="DATE", help="To which day the acts are published; the end of the last year otherwise."
)
@click.option("--force", is_flag=True, help="Replace a file that exists.")
def build(country: str, years: str, output: str, published_to: str | None, force: bool) -> None:
    """Write a calendar from the `holidays` library, to be reviewed by a person.

    COUNTRY is its code of two letters. The calendar is called what its file is called.
    """
    from engine.calendar import CalendarError
    from engine.case import read_date
    from proc_tools.calendars import build_calendar

    path = Path(output)
    if path.suffix != ".csv" or not re.fullmatch(r"[^\W_][\w-]*", path.stem):
        raise CannotRun(f"`{path.name}` cannot name a calendar", f"One word and .csv, such as {country}.csv.")
    may_write(path, force)
    known = read_date(published_to, "--published-to") if published_to is not None else None
    first, _, last = years.partition("-")
    if not (first.isdigit() and (last or first).isdigit()):
        raise CannotRun(f"`{years}` is not a range of years", "Type 2015-2026.")
    try:
        text = build_calendar(country, int(first), int(last or first), known, path.stem)
    except CalendarError as error:
        raise CannotRun(str(error)) from None
    write_file(path, text.encode("utf-8"), force)
    click.echo(f"{output} written; review it, and give each moved day its act and the day of its publication.")


@command.command("show", short_help="list the days on which a calendar departs from its week")
@click.argument("name")
@click.option("--year", type=int, help="Only this year.")
@click.option("--known-on", metavar="DATE", help="As it was published on that day.")
def show(name: str, year: int | None, known_on: str | None) -> None:
    """List the days on which a calendar departs from its week, with the act behind each."""
    from engine.calendar import with_weekday
    from engine.case import read_date
    from proc_tools import text

    calendar = _named(name)
    if known_on is not None:
        calendar, _ = calendar.known_on(read_date(known_on, "--known-on"))
    if year is not None and not calendar.first.year <= year <= calendar.last.year:
        covers = f"the calendar {calendar.name} covers {calendar.first.year} to {calendar.last.year}"
        raise CannotRun(f"{covers}, not {year}", f"Type --year {calendar.published_to.year}.")
    head = f"{calendar.title}; {calendar.first} to {calendar.last}, published to {calendar.published_to}"
    click.echo("\n".join(text.hang(head, f"{calendar.name}: ", "    ", text.width())))
    for row in calendar.rows:
        if year is None or row.day.year == year:
            act = (
                f"{row.act}, {row.published_on}"
                if row.act and row.published_on
                else row.act or (str(row.published_on) if row.published_on else "act not established")
            )
            status = "worked" if row.status == "work" else "off   "
            day = f"  {with_weekday(row.day)}  {status}  "
            click.echo("\n".join(text.hang(f"{row.note} ({act})", day, " " * len(day), text.width())))
    if year is not None:
        before = date(year, 1, 1) - timedelta(days=1)
        start = max(before, calendar.first)
        click.echo(f"  {calendar.working_between(start, date(year, 12, 31))} working days in {year}")


@command.command("verify", short_help="compare calendars with the holidays library")
@click.argument("names", nargs=-1, required=True, metavar="NAME…")
@click.option("--country", metavar="CODE", help="Whose holidays they are, where the name does not say it.")
def verify(names: tuple[str, ...], country: str | None) -> None:
    """Compare calendars with the installed `holidays` library and list every difference."""
    from engine.calendar import CalendarError
    from proc_tools.calendars import verify_calendar

    found = False
    for name in names:
        calendar = _named(name)
        try:
            differences = verify_calendar(calendar, country)
        except CalendarError as error:
            raise CannotRun(str(error)) from None
        for one in differences:
            click.echo(f"{calendar.name}: {one}")
        if not differences:
            click.echo(f"{calendar.name}: agrees with the library on every day.")
        found |= bool(differences)
    if found:
        raise Findings


def _named(name: str) -> Calendar:
    """A calendar by its file or by its shipped name."""
    from engine.calendar import CalendarError, find_calendar, parse_calendar

    try:
        path = Path(name)
        return parse_calendar(read_bytes(path), path.stem) if path.suffix == ".csv" else find_calendar(name, None)
    except CalendarError as error:
        raise CannotRun(str(error)) from None
