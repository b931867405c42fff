"""A deadline for a case: from which day it counts, which version holds, on which day it ends and why."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from engine.calendar import Calendar, CalendarError
from engine.counting import CountingRules, Span, count, due_day
from engine.evaluate import Evaluator
from engine.records import Cite, Clause, Deadline, Expr
from engine.refusal import Refusal
from engine.values import YES, NotStated, Truth, Unknown, Value, When, merged, show


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
    kept_until: date | None = None  # beyond the calendar: the end before any roll, by which the term is kept for certain


def term(deadline: Deadline, evaluator: Evaluator, calendar: Calendar, rules: CountingRules) -> Term:
    """The term as the case stands: exact from an exact day, a rule from a bound, and never nought for what is not stated."""
    start_expr, start_cite = _start(deadline, evaluator)
    found = evaluator.value(start_expr)
    start = found if isinstance(found, When) else None
    governing = evaluator.value(deadline.governed) if deadline.governed is not None else found
    day = governing.day if isinstance(governing, When) else evaluator.state.today.day
    clause, doubt = _version(deadline, evaluator, day)
    length = evaluator.value(clause.gives, day) if clause is not None else Unknown(doubt.unknown)
    cites = tuple(dict.fromkeys(c for c in (start_cite, clause.cite if clause else None, deadline.roll_cite) if c))
    event = _event_words(start_expr, evaluator)
    towards = "before" if deadline.back else "from"
    rule = (
        f"a time {length}, {towards} {event}" if isinstance(length, NotStated) else f"{show(length)} {towards} {event}"
    )
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
        plain = replace(rules, rolls="never")
        until = None if length.unit == "working days" or deadline.back else due_day(length, start.day, plain, calendar)
        return Term(name, start, length, deadline.back, None, None, told, rule, False, cites, (), until)
    lines = tuple(line.what for line in counted.lines) if start.exact else ()
    if clause is not None and (clause.guard.since or clause.guard.until):
        lines = (f"this length is in force {clause.guard.period()}", *lines)
    due = replace(start.past(), day=counted.due, latest=True)
    return Term(name, start, length, deadline.back, due, safe, lines, rule, counted.provisional, cites)


def _start(deadline: Deadline, evaluator: Evaluator) -> tuple[Expr, Cite | None]:
    """The event the term counts from: the first whose condition holds."""
    for event, guard, cite in deadline.starts:
        if evaluator.guard(guard).value is not False:
            return event, cite
    raise Refusal("no-start", f"no first day of `{deadline.label.name}` fits this case")


def _version(deadline: Deadline, evaluator: Evaluator, day: date) -> tuple[Clause | None, Truth]:
    """The length that holds on the governing day; exceptions outweigh. None where an unknown fact decides."""
    doubts: list[Truth] = []
    for kind in ("except", "line"):
        holding: list[Clause] = []
        for clause in (c for c in deadline.versions if c.kind == kind):
            truth = evaluator.guard(clause.guard, day)
            if truth.value:
                holding.append(clause)
                if clause.label:
                    evaluator.state.held.setdefault((deadline.label.name, clause.label))
            elif truth.value is None:
                doubts.append(truth)
        lengths = [evaluator.value(clause.gives, day) for clause in holding]
        if any(length != lengths[0] for length in lengths):
            names = " and ".join(f"`{c.label}`" if c.label else f"line {c.line}" for c in holding)
            raise Refusal("exceptions-clash", f"`{deadline.label.name}` has two lengths at once: {names}")
        if doubts:
            return None, Truth(None, merged(t.unknown for t in doubts))
        if holding:
            return holding[0], YES
    name = deadline.label.name
    raise Refusal(
        "no-version", f"`{name}` has no length in force on {day}", "Add a line that is in force then, or another start."
    )


def _event_words(event: Expr, evaluator: Evaluator) -> str:
    """The event as the text says it; a reading is followed to what it means."""
    if event.op == "reading":
        reading = evaluator.plan.readings[event.name]
        option = reading.option(evaluator.state.readings.get(event.name, reading.preferred))
        return option.meaning.words if option.meaning is not None else event.words
    return event.words
