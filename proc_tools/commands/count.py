"""`proc count`: a term counted from a day, with every skipped day named."""

from __future__ import annotations

import json

import click

from proc_tools.files import CannotRun, calendar_of
from proc_tools.told import language_option, plan_of, speak


@click.command("count")
@click.argument("file")
@click.argument("length", metavar='"20 working days"')
@click.option("--from", "start", required=True, metavar="DATE", help="The day of the event.")
@click.option("--never-rolls", is_flag=True, help="Let the term end on a day off.")
@click.option("--known-on", metavar="DATE", help="Ignore calendar days published later.")
@language_option
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(
    file: str, length: str, start: str, never_rolls: bool, known_on: str | None, lang: str, format_: str
) -> None:
    """Count a term by the rules and the calendar of FILE."""
    from dataclasses import replace

    from engine.calendar import CalendarError, with_weekday
    from engine.case import read_date, read_span
    from engine.counting import count
    from engine.refusal import Refusal
    from proc_tools import text
    from proc_tools.colophon import colophon
    from procedure_dsl.wording import say

    try:
        span = read_span(length, "length")
    except Refusal as refusal:
        if refusal.code == "too-long":
            raise
        examples = 'Type "20 working days", or days, weeks, months, years.'
        raise CannotRun(f"`{length}` is not a length of time", examples) from None
    day = read_date(start, "--from")
    known = read_date(known_on, "--known-on") if known_on is not None else None
    plan, _ = plan_of(file, as_json=format_ == "json")
    speak(lang, plan)
    calendar = calendar_of(plan, file, known)
    rules = replace(plan.frame.counting, rolls="never") if never_rolls else plan.frame.counting
    try:
        found = count(span, day, rules, calendar)
    except CalendarError as error:
        raise CannotRun(str(error), "Choose another day, or bring a calendar of your own beside the file.") from None
    if format_ == "json":
        data = {
            "format_version": 1, "length": str(span), "from": day.isoformat(), "due": found.due.isoformat(),
            "provisional": found.provisional, "count": [line.what for line in found.lines],
            "calendar": {"name": calendar.name, "sha256": calendar.sha256, "published_to": calendar.published_to.isoformat()},
        }  # fmt: skip
        click.echo(json.dumps(data, ensure_ascii=False, indent=2))
        return
    provisional = say(", provisional") if found.provisional else ""
    words = say("{span} from {day}: {due}", span=span, day=with_weekday(day), due=with_weekday(found.due))
    lines = [words + provisional]
    for line in found.lines:
        lines += text.hang(line.what, "  · ", "    ", text.width())
    click.echo("\n".join([*lines, *colophon(plan, calendar, None, lines)]))
