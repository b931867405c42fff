"""A deadline for a case: from which day it counts, which version holds, on which day it ends and why."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from itertools import pairwise

from engine.aloud import aloud, start_aloud
from engine.arithmetic import agree
from engine.calendar import Calendar, CalendarError, with_weekday
from engine.clock_lines import Heard, hear
from engine.clocks import Clock, Turn, run, within
from engine.counting import CountingRules, Span, count, due_day, end_of, rolled, unrolled
from engine.evaluate import Day, Evaluator, Version, tried
from engine.records import Cite, Clause, Deadline, Expr, Plan
from engine.refusal import Refusal
from engine.values import NotStated, Truth, Unknown, Value, When, lacking, merged, show, undecided
from procedure_dsl.wording import say


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
    version: Version | None = None  # of the length, where there are several
    kept_until: date | None = None  # beyond the calendar: the end before any roll, by which it is kept for certain
    received: bool = False  # it counts from somebody's receipt of a paper
    turns: tuple[Turn, ...] = ()  # what moved the end: standstills, new beginnings, what was added, what holds it
    opens: date | None = None  # of a window: its first day
    lengths: str = ""  # its two lengths; of a length that somebody decides, the two between which it lies
    bounded: bool = False  # its clock is not certain: it ends on the day of `due` or later, and
    until: date | None = None  # if that is known, no later than this


STILL = Clock()  # one that nothing moves


def _is_capped(deadline: Deadline) -> bool:
    return any(line.kind == "ends no later than" for line in deadline.clock)


def term(deadline: Deadline, evaluator: Evaluator, calendar: Calendar, rules: CountingRules) -> Term:
    """The term as the case stands: exact from an exact day, a rule from a bound, and never nought for what is not stated."""
    found, events, start_cite = _start(deadline, evaluator)
    start = found if isinstance(found, When) else None
    governed = deadline.governed
    governing = evaluator.value(governed.event) if governed is not None else found
    on = governing if isinstance(governing, When | Unknown | NotStated) else None
    length, clause, versions = _length(deadline, evaluator, on)
    aloud_ = not evaluator.quiet
    quoted = (start_cite, clause.cite if clause else None, governed.cite if governed else None, deadline.roll_cite)
    cites = tuple(dict.fromkeys(one for one in quoted if one)) if aloud_ else ()
    opening, longest = length, length
    lengths = ""
    if clause is not None and clause.shorter is not None:
        shorter = evaluator.value(clause.shorter)
        lengths = say("between {shorter} and {longer}", shorter=show(shorter), longer=show(length))
        length, opening = (shorter, length) if deadline.back else (length, shorter)
        longest = length
    elif clause is not None and clause.gives.op == "length between" and not isinstance(length, Span):
        length, longest = (evaluator.value(one) for one in clause.gives.args[:2])
        lengths = aloud(evaluator.plan, clause.gives)
    rule = ""
    if aloud_ or deadline.clock or lengths:
        rule = _rule(lengths or length, [one for _, one in versions], events, deadline.back, evaluator.plan)
    received = aloud_ and any(one.op == "moment" and one.name.startswith("receipt of ") for one in events)
    name = deadline.label.name
    rules = rules if deadline.rolls else unrolled(rules)
    if start is not None and versions and governed is None and not (deadline.back or _is_capped(deadline)):
        with suppress(CalendarError):  # no version ends earlier than this
            least = min(due_day(one, max(start.day, day), rules, calendar) for day, one in versions)
            return Term(name, start, length, False, start.until(least), None, (), rule, False, cites)
    if clause is not None and isinstance(start, When):
        refuse_undecided(deadline, clause, length, start, evaluator, calendar)
    if (
        (deadline.clock or (longest is not length and longest != length))
        and start is not None
        and isinstance(length, Span)
    ):
        before = Term(
            name, start, length, False, None, None, (), rule, False, cites, received=received, lengths=lengths
        )
        before = replace(before, version=_version_of(deadline, clause, evaluator, on))
        doubt = clause.gives if clause is not None and longest != length else None
        return _clocked(before, deadline, evaluator, calendar, rules, on, (longest, doubt), opening)
    if start is None or not isinstance(length, Span):
        unknown = merged(value.names for value in (found, length) if isinstance(value, Unknown))
        return Term(name, start, length, deadline.back, None, None, (), rule, False, cites, unknown)
    try:
        counted = count(length, start.day, rules, calendar, back=deadline.back) if aloud_ else None
        last = counted.due if counted else due_day(length, start.day, rules, calendar, back=deadline.back)
        safe = due_day(length, start.least, rules, calendar, back=deadline.back) if start.least else None
    except CalendarError as error:  # nobody knows yet which days will be worked then
        told = (say("{error}: no last day yet", error=str(error)),)
        rule = rule or _rule(lengths or length, [], events, deadline.back, evaluator.plan)  # for a refusal
        until = (
            None
            if length.unit == "working days" or deadline.back
            else due_day(length, start.day, unrolled(rules), calendar)
        )
        return Term(name, start, length, deadline.back, None, None, told, rule, False, cites, kept_until=until)
    lines = tuple(line.what for line in counted.lines) if counted and start.exact else ()
    version = _version_of(deadline, clause, evaluator, on)
    if version is not None:
        lines = (say("this length is in force {period}", period=version), *lines)
    due = start.until(last)
    told_term = Term(
        name, start, length, deadline.back, due, safe, lines, rule, counted is not None and counted.provisional, cites,
        version=version, received=received, lengths=lengths,
    )  # fmt: skip
    return _window(told_term, opening, start, rules, calendar, STILL)


def _version_of(deadline: Deadline, clause: Clause | None, evaluator: Evaluator, on: Day) -> Version | None:
    """Which version of the law gives the length, where it has several."""
    if clause is None or evaluator.quiet:
        return None
    found = evaluator.version(clause.guard, on)
    if found is None or deadline.governed is None:
        return found
    return replace(found, governed_by=deadline.governed.event.words)


def _clocked(
    term: Term, deadline: Deadline, evaluator: Evaluator, calendar: Calendar, rules: CountingRules, on: Day,
    longest: tuple[Value, Expr | None], opening: Value,
) -> Term:  # fmt: skip
    """The same term as its clock has run: exact where nothing that is unknown can move the end, else a bound."""
    start, length = term.start, term.length
    assert isinstance(start, When)
    assert isinstance(length, Span)
    longer = longest[0] if isinstance(longest[0], Span) else length
    try:
        heard = hear(deadline, evaluator, calendar, rules, on)
        if longest[1] is not None:
            heard.doubts.insert(0, aloud(evaluator.plan, longest[1]))
            heard.unknown.insert(0, term.deadline)
        cites = tuple(dict.fromkeys((*term.cites, *filter(None, heard.cites))))
        term = replace(term, cites=cites, rule="; ".join((term.rule, *heard.rules)), unknown=tuple(heard.unknown))
        if heard.sooner:
            return replace(term, told=tuple(_doubts(heard)))
        clock = heard.certain.joined(heard.lowest)
        least = run(length, start.day, rules, calendar, clock, aloud=start.exact and not evaluator.quiet)
        most = _latest(longer, start, rules, calendar, heard)
        safe = _safe(length, start, rules, calendar, heard)
    except CalendarError as error:
        none_yet = say("{error}: no last day yet", error=str(error))
        until = (
            None
            if _is_capped(deadline) or length.unit == "working days"
            else within(length, start.day, rules, calendar)
        )
        return replace(term, told=(none_yet,), kept_until=until)
    told = tuple(line.what for line in least.lines)
    if term.version is not None:
        told = (say("this length is in force {period}", period=term.version), *told)
    base = next((day for day in reversed(heard.days) if day.day == least.begun), start)
    due = base.until(least.due)
    term = replace(term, provisional=least.provisional, turns=least.turns, safe=safe)
    moving = Clock(heard.certain.stills, heard.certain.anews)
    term = _window(term, opening, start, rules, calendar, moving)
    told = (*term.told, *told)
    if most == least.due:
        return replace(term, due=due, told=told, unknown=())
    told = (*told, say("it ends no earlier than {day}", day=with_weekday(least.due)), *_doubts(heard))
    if most is not None:
        told = (*told, say("and no later than {day}", day=with_weekday(most)))
    due = replace(due, stretches=tuple(dict.fromkeys((*due.stretches, *heard.doubts))), latest=False)
    return replace(term, due=due, told=told, bounded=True, until=most, kept_until=min(safe or least.due, least.due))


def _window(term: Term, opening: Value, start: When, rules: CountingRules, calendar: Calendar, clock: Clock) -> Term:
    """With the first day on which the act may be done, where there is one: it does not roll."""
    if opening is term.length or opening == term.length or not isinstance(opening, Span):
        return term
    rules = unrolled(rules)
    opens = (
        due_day(opening, start.day, rules, calendar, back=True)
        if term.back
        else run(opening, start.day, rules, calendar, clock, aloud=False).due
    )
    return replace(term, opens=opens, told=(say("it opens on {day}", day=with_weekday(opens)), *term.told))


def refuse_undecided(
    deadline: Deadline, clause: Clause, told: Value, start: When, evaluator: Evaluator, calendar: Calendar
) -> None:
    """A length that somebody decides lies between the two that the law gives."""
    if clause.gives.op != "length between" or not isinstance(told, Span):
        return
    low, high = (evaluator.value(one) for one in clause.gives.args[:2])
    assert isinstance(low, Span)
    assert isinstance(high, Span)
    never = CountingRules(rolls="never")
    least, day, most = (end_of(one, start.day, never, calendar) for one in (low, told, high))
    if not least <= day <= most:
        name = deadline.label.name
        seen = f"`{name}` is {show(told)}, and it may be {show(low)} to {show(high)}"
        raise Refusal("outside-discretion", seen, f"Tell one from {show(low)} to {show(high)}.")


def _doubts(heard: Heard) -> Iterator[str]:
    """What keeps the last day from being certain."""
    for words in heard.doubts:
        yield say("not known: {words}", words=words)


def _latest(length: Span, start: When, rules: CountingRules, calendar: Calendar, heard: Heard) -> date | None:
    """The last day that the term can have, whatever is unknown; None where there is none."""
    clock = heard.certain.joined(heard.possible)
    most = run(length, start.day, rules, calendar, clock, aloud=False)
    if not heard.endless and not any(day <= most.due for day in heard.open_from):
        return most.due
    caps = [one.day for one in heard.certain.held if not one.earliest]
    return rolled(min(caps), rules, calendar) if caps else None


def _safe(length: Span, start: When, rules: CountingRules, calendar: Calendar, heard: Heard) -> date | None:
    """The last day, were everything whose day is assumed as early as it can have been."""
    least = {day.day: day.least for day in (start, *heard.days) if day.least is not None}
    if not least:
        return None
    clock = heard.certain.joined(heard.lowest)
    stills = tuple(replace(one, last=least.get(one.last, one.last)) for one in clock.stills)
    anews = tuple(replace(one, day=least.get(one.day, one.day)) for one in clock.anews)
    clock = replace(clock, stills=stills, anews=anews)
    return run(length, start.least or start.day, rules, calendar, clock, aloud=False).due


def _rule(length: Value | str, lengths: list[Span], events: list[Expr], back: bool, plan: Plan) -> str:
    """`1 month from receipt of claim_letter`; where two versions may govern, with the length of each."""
    if lengths:
        rule = _rule(say(" or ").join(map(show, lengths)), [], events, back, plan)
        return say("{rule}, by the law of a day that is not certain", rule=rule)
    event = say(" or ").join(dict.fromkeys(start_aloud(plan, one) for one in events))
    if isinstance(length, NotStated):
        if back:
            return say("a time {length}, before {event}", length=length, event=event)
        return say("a time {length}, from {event}", length=length, event=event)
    if back:
        return say("{length} before {event}", length=show(length), event=event)
    return say("{length} from {event}", length=show(length), event=event)


def _start(deadline: Deadline, evaluator: Evaluator) -> tuple[Value, list[Expr], Cite | None]:
    """The day that the term counts from, and which event it is of: the first whose condition holds.

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
        raise Refusal("no-start", say("no first day of `{term}` fits this case", term=deadline.label.name))
    days = [day for _, day, _ in candidates]
    events = [evaluator.meant(event) for event, _, _ in candidates]
    if len(candidates) == 1 or agree(days):
        return days[0], events, candidates[0][2]
    return undecided(doubts, days), events, None


def _length(deadline: Deadline, evaluator: Evaluator, on: Day) -> tuple[Value, Clause | None, list[tuple[date, Span]]]:
    """The length under the law of the governing day, and the line that gives it.

    Where two versions may govern and differ, it is open; then with the lengths it may have, and from which day on.
    """
    exprs, guards = (clause.gives for clause in deadline.versions), (clause.guard for clause in deadline.versions)
    turns = evaluator.turns_within("term", deadline.label.name, exprs, guards)
    (length, clause), gap = evaluator.versions(on, turns, partial(_version, deadline, evaluator), _alike)
    if gap is None:
        return length, clause, []
    versions: dict[Span, date] = {}
    for day in evaluator.days_of(on, turns)[0]:
        answer = tried(partial(_version, deadline, evaluator, day))
        if isinstance(answer, Refusal):
            continue  # there is no law for such a day
        if not isinstance(answer[0], Span):
            return gap, None, []
        versions.setdefault(answer[0], day)
    return gap, None, [(day, span) for span, day in versions.items()] if len(versions) > 1 else []


def _alike(one: tuple[Value, Clause | None], other: tuple[Value, Clause | None]) -> bool:
    return agree([one[0], other[0]])


def _version(deadline: Deadline, evaluator: Evaluator, day: date) -> tuple[Value, Clause | None]:
    """The length on one day; exceptions outweigh. What may hold as well must give the same."""
    doubts: list[Truth] = []
    open_: list[tuple[Value, Clause]] = []
    certain: list[tuple[Value, Clause]] = []
    for kind in ("except", "line"):
        for clause in deadline.versions:
            if clause.kind != kind:
                continue
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
            seen = f"`{deadline.label.name}` has two lengths at once: {first} and {second}"
            raise Refusal("exceptions-clash", seen)
    if not (certain or open_):
        seen = say("`{term}` has no length in force on {day}", term=deadline.label.name, day=day)
        raise Refusal("no-version", seen, say("Add a line that is in force then, or another start."))
    lengths = [length for length, _ in (*certain, *open_)]
    if agree(lengths) and (certain or len(open_) > 1):
        return (certain or open_)[0]
    gap = lacking(*(length for length, _ in certain))
    return gap if isinstance(gap, NotStated) else undecided(doubts, lengths), None
