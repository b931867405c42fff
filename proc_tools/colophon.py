"""What stands below every answer: what it is not, and from which texts it was made, so that it can be made again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from proc_tools.cli import program_version

if TYPE_CHECKING:
    from datetime import date

    from engine.calendar import Calendar
    from engine.records import Plan


def colophon(plan: Plan, calendar: Calendar, as_of: date | None = None) -> list[str]:
    """The lines below a short answer; the same command gives the same ones."""
    from proc_tools import text

    words = (
        f"Not legal advice. proc {program_version()}; {plan.file} {plan.sha256[:12]}; calendar {calendar.name} "
        f"{calendar.sha256[:12]}, published to {calendar.published_to}" + (f"; as of {as_of}." if as_of else ".")
    )
    return text.hang(words, "", "", text.width())
