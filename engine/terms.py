"""A deadline for a case: from which day it counts, which version holds, on which day it ends and why."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from itertools import pairwise

from engine.arithmetic import agree
from engine.calendar import Calendar, CalendarError
from engine.counting import CountingRules, Span, count, due_day
from engine.evaluate import Day, Evaluator, tried
from engine.records import Cite, Clause, Deadline, Expr
from engine.refusal import Refusal
from engine.values import NotStated, Truth, Unknown, Value, When, lacking, merged, show, undecided


@dataclass(frozen=True, slots=True)
class Term:
    """What a deadline comes to. `due` is None while it can only be told as a rule."""

    deadline: str
    start: When | None
    length: Value
    back: bool  # it ends before its event
    due: When | None
    safe: date | None  # the last day counted from the earliest day the event can have been on
    told: tuple[str, ...]  # the count, line by line, or why there is none
    rule: str  # "1 month from receipt of claim_letter"
    provisional: bool
    cites: tuple[Cite, ...]
    unknown: tuple[str, ...] = ()  # facts that nobody told, and on which the last day hangs
    kept_until: date | None = (
        None  # beyond the calendar: the end before any roll, by which the term is kept for certain
    )


def term(deadline: Deadline, evaluator: Evaluator, calendar: Calendar, rules: CountingRules) -> Term:
    """The term as the case stands: exact from an exact day, a rule from a bound, and never nought for what is not stated."""
    found, event, start_cite = _start(deadline, evaluator)
    start = found if isinstance(found, When) else None
    governed = deadline.governed
    governing = evaluator.value(governed.event) if governed is not None else found
    on = governing if isinstance(governing, When | Unknown | NotStated) else None
    length, clause, words = _length(deadline, evaluator, on)
    quoted = (start_cite, clause.cite if clause else None, governed.cite if governed else None, deadline.roll_cite)
    cites = tuple(dict.fromkeys(one for one in quoted if one))
    towards = "before" if deadline.back else "from"
    rule = f"{words or show(length)} {towards} {event}"
    if isinstance(length, NotStated) and not words:
        rule = f"a time {length}, {towards} {event}"
    elif words and lacking(length):
        rule += ", by the law of a day that is not certain"
    name = deadline.label.name
    if start is None or not isinstance(length, Span):
        unknown = merged(value.names for value in (found, length) if isinstance(value, Unknown))
        return Term(name, start, length, deadline.back, None, None, (), rule, False, cites, unknown)
    try:
        rules = rules if deadline.rolls else replace(rules, rolls="never")
        counted = count(length, start.day, rules, calendar, back=deadline.back)
        safe = due_day(length, start.least, rules, calendar, back=deadline.back) if start.least else None
    except CalendarError as error:  # nobody knows yet which days will be worked then
        told = (f"{error}: no last day yet",)
        until = (
            None
            if length.unit == "working days" or deadline.back
            else due_day(length, start.day, replace(rules, rolls="never"), calendar)
        )
        return Term(name, start, length, deadline.back, None, None, told, rule, False, cites, (), until)
    lines = tuple(line.what for line in counted.lines) if start.exact else ()
    if clause is not None and (clause.guard.since or clause.guard.until):
        lines = (f"this length is in force {clause.guard.period()}", *lines)
    due = replace(start.past(), day=counted.due, latest=True)
    return Term(name, start, length, deadline.back, due, safe, lines, rule, counted.provisional, cites)


def _start(deadline: Deadline, evaluator: Evaluator) -> tuple[Value, str, Cite | None]:
    """The day that the term counts from, in words, too: of the first event whose condition holds.

    Where a condition is undecided, it is one of several; they may all be on one day.
    """
    candidates, doubts = [], []
    for event, guard, cite in deadline.starts:
        truth = evaluator.guard(guard)
        if truth.value is False:
            continue
        candidates.append((event, evaluator.value(event), cite))
        if truth.value:
            break
        doubts.append(truth)
    if not candidates:
        raise Refusal("no-start", f"no first day of `{deadline.label.name}` fits this case")
    days = [day for _, day, _ in candidates]
    words = " or ".join(dict.fromkeys(_event_words(event, evaluator) for event, _, _ in candidates))
    if len(candidates) == 1 or agree(days):
        return days[0], words, candidates[0][2]
    return undecided(doubts, days), words, None


def _length(deadline: Deadline, evaluator: Evaluator, on: Day) -> tuple[Value, Clause | None, str]:
    """The length under the law of the governing day, the line that gives it, and how it is told.

    Where two versions may govern and differ, it is open; told are then the lengths it may have.
    """
    turns = evaluator.turns_of([clause.gives for clause in deadline.versions], [c.guard for c in deadline.versions])
    (length, clause), gap = evaluator.versions(on, turns, partial(_version, deadline, evaluator), _alike)
    if gap is None:
        return length, clause, ""
    answers = [tried(partial(_version, deadline, evaluator, day)) for day in evaluator.days_of(on, turns)[0]]
    lengths = [one[0] for one in answers if not isinstance(one, Refusal)]
    spans = all(isinstance(one, Span) for one in lengths) and len(lengths) > 1
    return gap, None, " or ".join(dict.fromkeys(map(show, lengths))) if spans else ""


def _alike(one: tuple[Value, Clause | None], other: tuple[Value, Clause | None]) -> bool:
    return agree([one[0], other[0]])


def _version(deadline: Deadline, evaluator: Evaluator, day: date) -> tuple[Value, Clause | None]:
    """The length on one day; exceptions outweigh. What may hold as well must give the same."""
    doubts: list[Truth] = []
    open_: list[tuple[Value, Clause]] = []
    certain: list[tuple[Value, Clause]] = []
    for kind in ("except", "line"):
        for clause in (c for c in deadline.versions if c.kind == kind):
            truth = evaluator.guard(clause.guard, day)
            if truth.value and clause.label:
                evaluator.state.held.setdefault((deadline.label.name, clause.label))
            if truth.value is not False:
                (certain if truth.value else open_).append((evaluator.value(clause.gives, day), clause))
            if truth.value is None:
                doubts.append(truth)
        if certain:
            break
    for (one, first), (other, second) in pairwise((length, c) for length, c in certain if not lacking(length)):
        if not agree([one, other]):
            names = " and ".join(f"`{c.label}`" if c.label else f"line {c.line}" for c in (first, second))
            raise Refusal("exceptions-clash", f"`{deadline.label.name}` has two lengths at once: {names}")
    if not (certain or open_):
        seen = f"`{deadline.label.name}` has no length in force on {day}"
        raise Refusal("no-version", seen, "Add a line that is in force then, or another start.")
    lengths = [length for length, _ in (*certain, *open_)]
    if agree(lengths) and (certain or len(open_) > 1):
        return (certain or open_)[0]
    gap = lacking(*(length for length, _ in certain))
    return gap if isinstance(gap, NotStated) else undecided(doubts, lengths), None


def _event_words(event: Expr, evaluator: Evaluator) -> str:
    """The event as the text says it; a reading is followed to what it means."""
    if event.op == "reading":
        option = evaluator.option(event.name)
        return option.meaning.words if option.meaning is not None else event.words
    return event.words
