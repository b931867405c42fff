"""`proc new`: a skeleton that checks clean, simulates and draws, to be changed line by line."""

from __future__ import annotations

import re
from pathlib import Path

import click

from proc_tools.files import CannotRun, may_write, write_file


@click.command("new")
@click.argument("name")
@click.option("-o", "--output", metavar="NAME.proc", help="Where to write it; NAME.proc here otherwise.")
@click.option("--calendar", default=None, metavar="NAME", help="A shipped calendar, or NAME.csv beside the file.")
@click.option("--currency", default="XXX", show_default=True, metavar="CODE", help="The currency its money is in.")
@click.option("--force", is_flag=True, help="Replace a file that exists.")
def command(name: str, output: str | None, calendar: str | None, currency: str, force: bool) -> None:
    """Begin a new .proc file: a small procedure that runs, to be changed line by line."""
    from importlib import resources

    from engine.calendar import CalendarError, find_calendar
    from procedure_dsl import load, source_of_text
    from procedure_dsl.format import format_source

    if not re.fullmatch(r"[^\W\d]\w*", name):
        raise CannotRun(f"`{name}` cannot name a jurisdiction", "A name is one word of letters, digits and _.")
    if not re.fullmatch(r"[A-Z]{3}", currency):
        raise CannotRun(f"`{currency}` is not a currency", "A currency is three capital letters.")
    path = Path(output or f"{name}.proc")
    may_write(path, force)
    try:
        chosen = find_calendar(calendar or _first_shipped(), path.parent).name
    except CalendarError as error:
        raise CannotRun(str(error), "Build one with `proc calendar build`, or name a shipped one.") from None
    skeleton = (resources.files("proc_tools") / "skeleton.proc").read_text(encoding="utf-8")
    text = skeleton.replace("NAME", name).replace("CURRENCY", currency).replace("CALENDAR", chosen)
    source = source_of_text(text, path.name)
    mistakes = [one for one in load(source).diagnostics if one.is_error]
    if mistakes:  # a word of the language, or a name that the skeleton itself uses
        raise CannotRun(f"`{name}` cannot name a jurisdiction: {mistakes[0].seen}", mistakes[0].help)
    write_file(path, format_source(source).encode("utf-8"), force)
    click.echo(f"{path} written. Try: proc check {path} · proc simulate {path} · proc draw {path} -o {path.stem}.svg")


def _first_shipped() -> str:
    from importlib import resources

    calendars = (resources.files("jurisdictions") / "calendars").iterdir()
    return min(one.name.removesuffix(".csv") for one in calendars if one.name.endswith(".csv"))
