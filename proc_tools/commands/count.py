"""`proc count`: a term counted from a day, with every skipped day named."""

from __future__ import annotations

import json
from datetime import date

import click

from proc_tools.files import CannotRun, calendar_of
from proc_tools.told import language_option, plan_of, speak


@click.command("count")
@click.argument("file")
@click.argument("length", metavar='"20 working days"')
@click.option("--from", "start", required=True, metavar="DATE", help="The day of the event.")
@click.option("--never-rolls", is_flag=True, help="Let the term end on a day off.")
@click.option(
    "--still", multiple=True, metavar="DATE..DATE", help="Days that do not count, the first and the last included."
)
@click.option("--anew", multiple=True, metavar="DATE", help="The term begins anew, if it has not ended before.")
@click.option("--plus", multiple=True, metavar='"14 days"', help="It is made longer by that.")
@click.option("--known-on", metavar="DATE", help="Ignore calendar days published later.")
@language_option
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(
    file: str, length: str, start: str, never_rolls: bool, still: tuple[str, ...], anew: tuple[str, ...],
    plus: tuple[str, ...], known_on: str | None, lang: str, format_: str,
) -> None:  # fmt: skip
    """Count a term by the rules and the calendar of FILE."""
    from dataclasses import replace

    from engine.calendar import CalendarError, with_weekday
    from engine.case import read_date, read_span
    from engine.clocks import Anew, Clock, Longer, Run, Still, run
    from engine.counting import count
    from engine.refusal import Refusal
    from engine.trace import clock_records
    from proc_tools import text
    from proc_tools.colophon import colophon
    from procedure_dsl.wording import say, spoken

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
    clock = Clock(
        tuple(Still(*_days(one), say("as told")) for one in still),
        tuple(Anew(read_date(one, "--anew"), say("as told")) for one in anew),
        tuple(Longer(read_span(one, "--plus")) for one in plus),
    )
    try:
        found = run(span, day, rules, calendar, clock) if clock else count(span, day, rules, calendar)
    except CalendarError as error:
        raise CannotRun(str(error), "Choose another day, or bring a calendar of your own beside the file.") from None
    if format_ == "json":
        data = {
            "format_version": 1, "length": str(span), "from": day.isoformat(), "due": found.due.isoformat(),
            "clock": [one.model_dump(mode="json") for one in clock_records(found.turns)] if isinstance(found, Run) else [],
            "provisional": found.provisional, "count": [line.what for line in found.lines],
            "calendar": {"name": calendar.name, "sha256": calendar.sha256, "published_to": calendar.published_to.isoformat()},
        }  # fmt: skip
        click.echo(json.dumps(data, ensure_ascii=False, indent=2))
        return
    provisional = say(", provisional") if found.provisional else ""
    spans = " + ".join(map(spoken, (span, *(one.span for one in clock.longers))))
    words = say("{span} from {day}: {due}", span=spans, day=with_weekday(day), due=with_weekday(found.due))
    lines = [words + provisional]
    for line in found.lines:
        lines += text.hang(line.what, "  · ", "    ", text.width())
    click.echo("\n".join([*lines, *colophon(plan, calendar, None, lines)]))


def _days(text: str) -> tuple[date, date]:
    """`2024-03-11..2024-03-21`: the first and the last day of a standstill."""
    from engine.case import read_date

    first, dots, last = text.partition("..")
    days = read_date(first, "--still"), read_date(last, "--still") if dots else read_date(first, "--still")
    if days[1] < days[0]:
        raise CannotRun(f"`{text}` ends before it begins", "Type --still 2024-03-11..2024-03-21.")
    return days
