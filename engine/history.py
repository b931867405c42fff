"""What really happened → the case that tells it, what that moved, and what is overdue on a day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from engine.case import Case, add_choice, read_date, with_event
from engine.records import Act, Plan
from engine.refusal import Refusal
from engine.trace import Day, Moved, Overdue, Trace, amount_words
from procedure_dsl.wording import say, say_day


@dataclass(frozen=True, slots=True)
class Happening:
    """One row of a history: an event, or a stage that ended by one of its ways."""

    what: str
    day: str
    way: str
    row: int


def with_history(plan: Plan, case: Case, rows: Iterable[Happening]) -> Case:
    """The case in which all of this happened; what the case said of the same events and stages before is replaced."""
    planned = case
    dated = sorted(((read_date(row.day, f"row {row.row}"), row) for row in rows), key=lambda one: (one[0], one[1].row))
    days: dict[str, list[date]] = {}
    ways: dict[str, list[str]] = {}
    for day, row in dated:
        if " of " in row.what:
            if row.way:
                seen = f"row {row.row}: “{row.what}” is an event and goes no way"
                raise Refusal("bad-history", seen, "Leave `way` empty, or name the stage that ended so.")
            days.setdefault(row.what, []).append(day)
            continue
        if not row.way:
            seen = f"row {row.row}: how did `{row.what}` end?"
            raise Refusal("bad-history", seen, "Name the way that was taken, or an event such as “receipt of …”.")
        is_right = row.way in plan.rights and row.what in plan.rights[row.way].stages
        days.setdefault(f"use of {row.way}" if is_right else f"end of {row.what}", []).append(day)
        ways.setdefault(row.what, []).append(row.way)
    for stage, labels in ways.items():
        planned_after = case.choices.get(stage, ())[len(labels) :]  # what has happened takes the place of so many plans
        case = add_choice(plan, case, stage, ",".join((*labels, *planned_after)))
    for event, told in days.items():
        case = with_event(plan, case, event, ",".join(map(str, told)))
    return replace(case, planned=planned)


def moved(before: Trace, after: Trace) -> tuple[Moved, ...]:
    """Terms, fees and the end that differ between two traces of one case, each with what moved it."""
    rows = {what: ["—", shown, because] for what, shown, because in _figures(after)}
    for what, shown, _ in _figures(before):
        rows.setdefault(what, ["—", "—", say("the road does not come to it any more")])[0] = shown
    return tuple(
        Moved(what=what, was=was, now=now, because=because) for what, (was, now, because) in rows.items() if was != now
    )


def _figures(trace: Trace) -> Iterator[tuple[str, str, str]]:
    """What can move: (what, figure, what it hangs on); the second term of one name is told apart."""
    seen: dict[str, int] = {}

    def apart(what: str) -> str:
        seen[what] = seen.get(what, 0) + 1
        return what if seen[what] == 1 else f"{what} ({seen[what]})"

    for term in trace.deadlines:
        start = f", {_day(term.start)}" if term.start else ""
        yield apart(term.title), _day(term.due) if term.due else term.rule, f"{term.rule}{start}"
    for fee in trace.fees:
        day = _day(fee.due)
        if fee.kind == "return":
            came = say("returned {day}", day=day)
        else:
            came = say("{band}, paid {day}", band=fee.band or say("no band"), day=day)
        yield apart(fee.title), amount_words(fee.amount), came
    last = [step.text for step in trace.steps if step.happened]
    end = f"{trace.outcome.title}, {_day(trace.outcome.day)}"
    yield say("End"), end, say("last known: {step}", step=last[-1]) if last else ""


def _day(day: Day | None) -> str:
    if day is None:
        return "—"
    return say_day(day.exact) if day.exact else say("not before {day}", day=day.not_before)


def overdue(plan: Plan, trace: Trace, today: date) -> tuple[Overdue, ...]:
    """Terms that ended before `today` whose act nobody has told as done, and where missing them leads."""
    happened = {step.id for step in trace.steps if step.happened}
    return tuple(
        Overdue(deadline=term.id, title=term.title, ours=term.ours, due=term.due.exact, consequence=_consequence(plan, term.id))
        for term in trace.deadlines
        if term.due and term.due.exact and term.due.exact < today
        and term.kind in ("deadline", "limit") and term.status != "open" and term.step not in happened
    )  # fmt: skip


def _consequence(plan: Plan, deadline: str) -> str:
    for stage in plan.stages.values():
        for move in stage.moves:
            if isinstance(move, Act) and move.missed and move.clock and move.clock.deadline == deadline:
                return plan.label(move.missed.target).text()
    return ""
