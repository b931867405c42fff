"""What stands below every answer: what it is not, and from which texts it was made, so that it can be made again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from proc_tools.cli import program_version

if TYPE_CHECKING:
    from datetime import date

    from engine.calendar import Calendar
    from engine.records import Plan


def colophon(plan: Plan, calendar: Calendar, as_of: date | None = None, above: Iterable[str] = ()) -> list[str]:
    """The lines below a short answer; the same command gives the same ones. `above` are those of the answer."""
    from proc_tools import text
    from proc_tools.report import untranslated
    from procedure_dsl.wording import say

    values = {
        "program": f"proc {program_version()}", "file": f"{plan.file} {plan.sha256[:12]}",
        "calendar": f"{calendar.name} {calendar.sha256[:12]}", "day": calendar.published_to,
    }  # fmt: skip
    words = say("Not legal advice. {program}; {file}; calendar {calendar}, published to {day}.", **values)
    if as_of:
        words = words.removesuffix(".") + say("; as of {day}.", day=as_of)
    return [line for one in (*untranslated(above), words) for line in text.hang(one, "", "", text.width())]
