"""`proc new`: a skeleton that checks clean, simulates and draws, to be changed line by line."""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path

import click

from proc_tools.files import CannotRun, write_file


@click.command("new")
@click.argument("name")
@click.option("-o", "--output", metavar="NAME.proc", help="Where to write it; NAME.proc here otherwise.")
@click.option("--calendar", default=None, metavar="NAME", help="A shipped calendar, or NAME.csv beside the file.")
@click.option("--currency", default="XXX", show_default=True, metavar="CODE", help="The currency its money is in.")
@click.option("--force", is_flag=True, help="Replace a file that exists.")
def command(name: str, output: str | None, calendar: str | None, currency: str, force: bool) -> None:
    """Begin a new .proc file."""
    from procedure_dsl.words import keywords

    if not re.fullmatch(r"[^\W\d]\w*", name) or name in keywords():
        raise CannotRun(
            f"`{name}` cannot name a jurisdiction",
            "A name is one word of letters, digits and _, and not a word of the language.",
        )
    if not re.fullmatch(r"[A-Z]{3}", currency):
        raise CannotRun(f"`{currency}` is not a currency", "A currency is three capital letters.")
    calendars = sorted(
        one.name.removesuffix(".csv")
        for one in (resources.files("jurisdictions") / "calendars").iterdir()
        if one.name.endswith(".csv")
    )
    skeleton = (resources.files("proc_tools") / "skeleton.proc").read_text(encoding="utf-8")
    text = skeleton.replace("NAME", name).replace("CURRENCY", currency).replace("CALENDAR", calendar or calendars[0])
    path = Path(output or f"{name}.proc")
    write_file(path, text.encode("utf-8"), force)
    click.echo(f"{path} written. Try: proc check {path} · proc simulate {path} · proc draw {path} -o {path.stem}.svg")
