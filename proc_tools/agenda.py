"""Trace → calendar entries: all-day events that a second import updates rather than doubles."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from engine.records import CLASSES
from proc_tools.files import CannotRun
from procedure_dsl.wording import phrase, say

if TYPE_CHECKING:
    from engine.trace import DeadlineEntry, Trace

MAKER = "-//procedure-dsl//proc//EN"
KINDS = {
    "deadline": phrase("deadline"), "limit": phrase("limit of an authority"), "wait": phrase("waiting period"),
    "advice": phrase("recommended"),
}  # fmt: skip
SAME = ("SUMMARY", "DTSTART", "DESCRIPTION", "STATUS")  # what makes an entry another version of itself


def to_ics(trace: Trace, place: str, case: str, *, everybody: bool = False, before: bytes | None = None) -> bytes:
    """The terms of a case whose last day is known: ours, or with `everybody` those of all.

    An entry is known by the place and the case, in whatever language it is told.
    `before` is the file made last time: what has changed since gets the next sequence number, what no longer stands is
    cancelled, and what is as it was stays as it was, to the byte.
    """
    from icalendar import Calendar

    old = _events_of(before) if before is not None else {}
    stamp = datetime.combine(trace.as_of, time(), UTC)  # no clock: the same case gives the same bytes
    calendar = Calendar()
    calendar.add("prodid", MAKER)
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", trace.case.title or trace.file.jurisdiction)
    new = {uid: _event(uid, entry, trace, stamp) for uid, entry in _entries(trace, (place, case), everybody)}
    for uid, event in new.items():
        calendar.add_component(_next_version(old.get(uid), event))
    for uid, event in old.items():
        if uid not in new:
            calendar.add_component(_cancelled(event))
    return bytes(calendar.to_ical())


def _entries(trace: Trace, known_as: tuple[str, str], everybody: bool) -> Iterator[tuple[str, DeadlineEntry]]:
    """Each entry with an identity that survives a change of its day: the case, the term, the how-manieth time."""
    seen: dict[str, int] = {}
    done = {step.id for step in trace.steps if step.happened}
    for entry in trace.deadlines:
        key = f"{entry.id} {entry.track}".rstrip()
        seen[key] = seen.get(key, 0) + 1
        if _day_of(entry) is None or (entry.step in done and entry.status != "open"):
            continue
        if everybody or entry.ours or entry.kind == "advice":
            identity = "|".join((*known_as, key, str(seen[key])))
            yield f"{hashlib.sha256(identity.encode()).hexdigest()[:32]}@procedure-dsl", entry


def _day_of(entry: DeadlineEntry) -> date | None:
    """The last day; of a term whose clock is not certain the earliest that it can be, by which we are safe."""
    return entry.due.exact if entry.due is not None and entry.due.exact is not None else entry.not_before


def _event(uid: str, entry: DeadlineEntry, trace: Trace, stamp: datetime) -> Any:
    from icalendar import Event

    due = _day_of(entry)
    assert isinstance(due, date)
    sure = entry.due is not None and not (entry.due.assumed or entry.due.provisional)
    title = f"{entry.track}: {entry.title}" if entry.track else entry.title
    event = Event()
    event.add("uid", uid)
    event.add("dtstamp", stamp)
    event.add("summary", title if sure else f"{title} (?)")
    event.add("dtstart", due)
    event.add("dtend", due + timedelta(days=1))
    event.add("transp", "TRANSPARENT")
    event.add("status", "CONFIRMED" if sure else "TENTATIVE")
    event.add("sequence", 0)
    event.add("categories", [say(KINDS[entry.kind]) if entry.kind in KINDS else entry.kind])
    event.add("description", "\n".join(_story(entry, trace)))
    return event


def _story(entry: DeadlineEntry, trace: Trace) -> Iterator[str]:
    """The count and its sources, so that whoever meets the entry in a year knows where the day comes from."""
    yield entry.rule
    yield from (f"· {line}" for line in entry.count)
    if entry.due is not None and entry.due.assumed:
        yield say("Assumed: {why}", why=entry.due.assumed)
    if entry.due is not None and entry.due.provisional:
        calendar, day = trace.calendar.name, trace.calendar.published_to
        yield say("Provisional: the calendar {calendar} is published to {published}", calendar=calendar, published=day)
    for source in entry.sources:
        saying = f" “{source.saying}”" if source.saying else ""
        yield f"[{' '.join(filter(None, (say(CLASSES[source.kind]), source.source, source.place)))}{saying}]"
    yield say("Not legal advice.")


def _events_of(data: bytes) -> dict[str, Any]:
    """The entries of a file that this program made."""
    from icalendar import Calendar

    try:
        calendar = Calendar.from_ical(data)
    except ValueError:
        raise CannotRun("the file that stands there is no calendar of ours", "Name another file.") from None
    if str(calendar.get("prodid")) != MAKER:
        raise CannotRun("the calendar that stands there was made by another program", "Name another file.")
    return {str(event["uid"]): event for event in calendar.walk("VEVENT")}


def _next_version(old: Any, new: Any) -> Any:
    """The old entry where nothing changed, else the new one with the next number."""
    if old is None:
        return new
    if all(_said(old, key) == _said(new, key) for key in SAME):
        return old
    new["sequence"] = int(old.get("sequence", 0)) + 1
    return new


def _cancelled(event: Any) -> Any:
    if _said(event, "STATUS") != "CANCELLED":
        event["status"] = "CANCELLED"
        event["sequence"] = int(event.get("sequence", 0)) + 1
    return event


def _said(event: Any, key: str) -> str:
    found = event.get(key)
    return str(getattr(found, "dt", found))
