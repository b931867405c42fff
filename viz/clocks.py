"""What may happen to the clock of a term, or has happened, in the few words that a pill holds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date

from engine.records import ClockLine
from engine.trace import DeadlineEntry


def may_happen(
    lines: Iterable[ClockLine], words: Mapping[str, str], said: Callable[[str], str], condition: Callable[[ClockLine], str]
) -> Iterator[str]:  # fmt: skip
    """`may stand still`, `+ 14 days (if …)`, `≤ 24 months`: each once. `said` reads a length or an event aloud."""
    notes: dict[str, None] = {}
    for line in lines:
        length = said(line.length.words) if line.length is not None else ""
        day = said(line.event.words) if line.event is not None else ""
        match line.kind:
            case "stands still":
                notes[words["may stand still"]] = None
            case "begins anew":
                notes[words["may begin anew"]] = None
            case "plus":
                notes[f"+ {length}{_behind(words['when'], condition(line))}{_behind('', day)}"] = None
            case "ends no earlier than":
                notes[f"≥ {length or day}"] = None
            case "ends no later than":
                notes[f"≤ {length or day}"] = None
    yield from notes


def _behind(word: str, words: str) -> str:
    """A condition, or an event, behind what hangs on it."""
    return f" ({' '.join(filter(None, (word, words)))})" if words else ""


def has_happened(told: DeadlineEntry, words: Mapping[str, str], day: Callable[[date], str]) -> Iterator[str]:
    """`stood still: 10 days`, `anew from 27 Feb`, `+ 14 days`; the bound of a term whose clock is not certain."""
    for turn in told.clock:
        since = day(turn.since) if turn.since is not None else ""
        match turn.kind:
            case "stands still":
                yield f"{words['stood still']}: {turn.length}"
            case "begins anew":
                yield f"{words['anew from']} {since}"
            case "plus":
                yield f"+ {turn.length}"
            case "no earlier than":
                yield f"≥ {since}"
            case "no later than":
                yield f"≤ {since}"
    if told.not_before is not None:
        yield f"≥ {day(told.not_before)}"
    if told.not_after is not None:
        yield f"≤ {day(told.not_after)}"
