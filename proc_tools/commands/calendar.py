"""`proc calendar`: build, show and verify working-day calendars."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from proc_tools.files import CannotRun, Findings, read_bytes, write_file

if TYPE_CHECKING:
    from engine.calendar import Calendar


@click.group("calendar")
def command() -> None:
    """Working-day calendars are data files: built by `holidays`, reviewed by a person, verified again."""


@command.command("build")
@click.argument("country")
@click.argument("years", metavar="2015-2026")
@click.option("-o", "--output", required=True, metavar="NAME.csv")
@click.option(
    "--published-to", metavar="DATE", help="To which day the acts are published; the end of the last year otherwise."
)
@click.option("--force", is_flag=True, help="Replace a file that exists.")
def build(country: str, years: str, output: str, published_to: str | None, force: bool) -> None:
    """Write a calendar from the `holidays` library, to be reviewed by a person."""
    from engine.calendar import CalendarError
    from engine.case import read_date
    from proc_tools.calendars import build_calendar

    first, _, last = years.partition("-")
    if not (first.isdigit() and (last or first).isdigit()):
        raise CannotRun(f"`{years}` is not a range of years", "Type 2015-2026.")
    try:
        text = build_calendar(
            country, int(first), int(last or first), read_date(published_to, "published-to") if published_to else None
        )
    except CalendarError as error:
        raise CannotRun(str(error)) from None
    write_file(Path(output), text.encode("utf-8"), force)
    click.echo(f"{output} written; review it, and give each moved day its act and the day of its publication.")


@command.command("show")
@click.argument("name")
@click.option("--year", type=int, help="Only this year.")
@click.option("--known-on", metavar="DATE", help="As it was published on that day.")
def show(name: str, year: int | None, known_on: str | None) -> None:
    """List the days on which a calendar departs from its week, with the act behind each."""
    from engine.calendar import with_weekday
    from engine.case import read_date

    calendar = _named(name)
    if known_on:
        calendar, _ = calendar.known_on(read_date(known_on, "known-on"))
    click.echo(
        f"{calendar.name}: {calendar.title}; {calendar.first} to {calendar.last}, published to {calendar.published_to}"
    )
    for row in calendar.rows:
        if year is None or row.day.year == year:
            act = (
                f"{row.act}, {row.published_on}"
                if row.act and row.published_on
                else row.act or (str(row.published_on) if row.published_on else "act not established")
            )
            click.echo(
                f"  {with_weekday(row.day)}  {'worked' if row.status == 'work' else 'off   '}  {row.note} ({act})"
            )
    if year is not None:
        before = date(year, 1, 1) - timedelta(days=1)
        start = max(before, calendar.first)
        click.echo(f"  {calendar.working_between(start, date(year, 12, 31))} working days in {year}")


@command.command("verify")
@click.argument("names", nargs=-1, required=True, metavar="NAME…")
def verify(names: tuple[str, ...]) -> None:
    """Compare calendars with the installed `holidays` library and list every difference."""
    from engine.calendar import CalendarError
    from proc_tools.calendars import verify_calendar

    found = False
    for name in names:
        calendar = _named(name)
        try:
            differences = verify_calendar(calendar)
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
