"""Scenarios: worked examples that stand in the file, run as tests; and what none of them touches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import cast

from engine.arithmetic import add
from engine.bearers import bearings
from engine.calendar import Calendar, CalendarError, find_calendar
from engine.case import Case
from engine.evaluate import Evaluator, State
from engine.fees import Charge, charge
from engine.ranges import ends
from engine.records import Act, Call, Edge, Expectation, Expr, Onward, Parallel, Plan, Require, Scenario
from engine.refusal import Refusal
from engine.road import Road
from engine.values import NotStated, Range, Truth, Unknown, Value, When, all_of, answer, opposite, show


@dataclass(frozen=True, slots=True)
class Failure:
    """One expectation that the case does not meet."""

    words: str
    found: str
    line: int


@dataclass(frozen=True, slots=True)
class Result:
    scenario: Scenario
    failures: tuple[Failure, ...]
    road: Road | None  # as far as it was walked; None where the case could not even be begun

    @property
    def passed(self) -> bool:
        return not self.failures


def case_of_scenario(plan: Plan, scenario: Scenario, calendar: Calendar | None = None) -> Case:
    """The case that a scenario tells. Days it counts in working days are those of the calendar, else of the shipped one."""
    events: dict[str, tuple[date, ...]] = {}
    for name, day in scenario.events:
        events[name] = (*events.get(name, ()), day)
    start = events.pop("start", (None,))[0]
    case = Case(
        start=start,
        title=scenario.label.known_as,
        events=events,
        choices=dict(scenario.choices),
        several=dict(scenario.several),
    )
    if calendar is None and any(_is_counted(expr) for _, expr in scenario.facts):
        calendar = find_calendar(plan.frame.calendar, None)
    evaluator = Evaluator(plan, _beginning(case), cast(Calendar, calendar))
    for name, expr in scenario.facts:
        found = evaluator.value(expr)
        if name in plan.readings:
            case.readings[name] = str(found)
        elif isinstance(found, Unknown):
            options = plan.facts[name].kind.options if name in plan.facts else ()
            case.facts[name] = Unknown((name,), frozenset(options))
        else:
            case.facts[name] = found
    return case


def _beginning(case: Case) -> State:
    """What is known where a case begins; what it tells of one fact may count from another."""
    days = {name: When(days[0]) for name, days in case.events.items()}
    first = case.start or min((day for told in case.events.values() for day in told), default=None)
    if first is None:
        return State(told=case.facts, events=days)
    return State(told=case.facts, events={**days, "start": When(first)}, today=When(first))


def _is_counted(expr: Expr) -> bool:
    return expr.op == "offset" or any(_is_counted(arg) for arg in expr.args)


def run_scenario(plan: Plan, scenario: Scenario, calendar: Calendar) -> Result:
    """Walk the scenario's case and hold every expectation against it.

    What needs no walk (a fee, a term, a derived fact) is computed even where the case is too thin to be walked.
    """
    try:
        case = case_of_scenario(plan, scenario, calendar)
        road = Road(plan, case, calendar)
    except (Refusal, CalendarError) as error:
        return Result(scenario, (Failure("the case can be computed", _words(error), scenario.line),), None)
    stuck = ""
    if plan.main:
        try:
            road.walk()
        except (Refusal, CalendarError) as error:
            road, stuck = Road(plan, case, calendar), _words(error)
    walked = [one for one in scenario.expectations if one.on_the_road or one.kind in ("ends", "event")]
    failures = [Failure("the case can be computed", stuck, scenario.line)] if stuck and walked else []
    asked = (one for one in scenario.expectations if not (stuck and one in walked))
    failures += [failure for one in asked if (failure := _check(road, one)) is not None]
    return Result(scenario, tuple(failures), road)


def _words(error: Exception) -> str:
    help_ = error.help if isinstance(error, Refusal) else ""
    if isinstance(error, Refusal) and error.code == "no-start":
        help_ = "Write `given start on 2017-03-01`."
    return f"{error}. {help_}".rstrip()


def _check(road: Road, one: Expectation) -> Failure | None:
    try:
        found = _FOUND[one.kind](road, one)
    except (Refusal, CalendarError) as error:
        found = str(error)
    return None if found is None else Failure(one.words, found, one.line)


def _is(road: Road, one: Expectation) -> str | None:
    """The value of a fact, rule or document at the end of the walk, or what a fee comes to."""
    assert one.formula is not None
    wanted = road.ask.value(one.formula)
    found = fee_of(road, one.name) if one.name in road.plan.fees else value_of(road, one.name)
    if one.on_the_road and not any(entry.id == one.name for entry in road.log.fees):
        return f"it is {show(found)}, and the road does not come to pay it"
    if isinstance(wanted, Unknown):
        return None if isinstance(found, Unknown) else f"it is {show(found)}"
    if isinstance(wanted, NotStated):
        return None if isinstance(found, NotStated) else f"it is {show(found)}"
    return None if alike(found, wanted) else f"it is {answer(found)}"


def alike(found: Value, wanted: Value) -> bool:
    """Whether an answer is the one expected; of a range, whether its ends are."""
    if isinstance(found, Range) and isinstance(wanted, Range):
        party = wanted.by[0].party
        return ends(found) == ends(wanted) and (not party or party in {one.party for one in found.by})
    return found == wanted


def value_of(road: Road, name: str) -> Value:
    plan = road.plan
    if " of " in name:
        return road.ask.moved(name)
    if name in plan.rules:
        return road.ask.rule(name)
    return road.ask.dated(name) if name in plan.values else road.ask.fact(name)


def fee_of(road: Road, name: str) -> Value:
    """As the road charged it last, else as it would be charged today."""
    return _charge(road, name).amount


def _charge(road: Road, name: str) -> Charge:
    found = road.log.charged.get(name)
    if found is None:
        found = charge(road.plan.fees[name], road.ask, road.state.events["start"])
        road.log.bands |= {(name, line) for line in found.lines}
    return found


def _borne(road: Road, one: Expectation) -> str | None:
    """What a party bears of a fee in the end, all its parts together."""
    assert one.formula is not None
    parts = [
        part
        for part in bearings(road.plan.fees[one.name], _charge(road, one.name), road.ask)
        if part.party == one.party
    ]
    road.log.borne |= {(one.name, part.line) for part in parts}
    if not parts:
        return "it bears nothing"
    found = parts[0].amount
    for part in parts[1:]:
        found = add(found, part.amount)
    wanted = road.ask.value(one.formula)
    same = isinstance(found, NotStated) and isinstance(wanted, NotStated)
    return None if same or alike(found, wanted) else f"it is {answer(found)}"


def _due(road: Road, one: Expectation) -> str | None:
    """The last day of a term."""
    on_road = [entry for entry in road.log.deadlines if entry.id == one.name]
    if one.on_the_road and not on_road:
        return "the road does not come to this term"
    if one.kind == "due" and on_road and on_road[-1].due is not None:
        day = on_road[-1].due.exact
        return None if day == one.day else f"it is due {day}"
    found = road.term(one.name)
    if one.kind == "not before":
        if found.due is not None and found.due.exact:
            return f"it is due {found.due.day}, and no later"
        if found.due is None:
            return f"it can only be told as a rule: {found.rule}"
        return None if found.due.day == one.day else f"it is due no earlier than {found.due.day}"
    if one.kind == "opens":
        opens = found.opens
        return None if opens == one.day else f"it opens {opens}" if opens else "it is open from its beginning"
    if found.due is None or not found.due.exact:
        return f"it can only be told as a rule: {found.rule}"
    return None if found.due.day == one.day else f"it is due {found.due.day}"


def _state(road: Road, one: Expectation) -> str | None:
    found = openness(road, one.name)
    word = "open" if found.value else "closed" if found.value is False else f"undecided ({', '.join(found.unknown)})"
    return None if word == one.kind else f"it is {word}"


def openness(road: Road, name: str) -> Truth:
    """Whether a stage is open as the case stands: what it requires, and whether the walk or some open way leads to it."""
    conditions = [move for move in road.plan.stages[name].moves if isinstance(move, Require) and not move.component]
    own = [_met(road, move) for move in conditions]
    entries = {procedure.entry for procedure in road.plan.procedures.values()}
    if road.visits.get(name) or name in entries:
        return all_of(own)
    return all_of([*own, any_of(_passable(road, name))])


def _met(road: Road, move: Require) -> Truth:
    """Whether a precondition lets through: it is met, reopened by its `unless`, or not in force."""
    not_in_force = opposite(road.ask.guard(move.guard.timed))
    reopened = [all_of(road.ask.test(test) for test in move.guard.unless)] if move.guard.unless else []
    return any_of([not_in_force, all_of(road.ask.test(test) for test in move.when), *reopened])


def _passable(road: Road, target: str) -> Iterator[Truth]:
    """For every way that leads to a stage whether it is open, be it a branch, the law's, a right, or that of a missed term."""
    holds = road.ask.guard
    for stage in road.plan.stages.values():
        for move in stage.moves:
            match move:
                case Require(edge=Edge(target=way)) if way == target:
                    yield opposite(_met(road, move))
                case Act():
                    of_law = move.owner == "the law"
                    for edge in (*move.ways, *move.of_time()):
                        if edge.target == target:
                            others = [holds(one.guard) for one in move.ways if one is not edge]
                            rest = of_law and edge.label.name == "otherwise"
                            own = [opposite(one) for one in others] if rest else [holds(edge.guard)]
                            yield all_of([holds(move.guard), *own])
                case Call() | Parallel():
                    for call in move.calls if isinstance(move, Parallel) else (move,):
                        ways = (
                            all_of([holds(call.guard), holds(way.guard)]) for way in call.ways if way.target == target
                        )
                        yield from ways
                case Onward() if move.edge.target == target:
                    yield holds(move.edge.guard)
    yield from (holds(right.edge.guard) for right in road.plan.rights.values() if right.edge.target == target)


def any_of(truths: Iterable[Truth]) -> Truth:
    """Kleene's *or*: one yes decides."""
    return opposite(all_of(opposite(truth) for truth in truths))


def _event(road: Road, one: Expectation) -> str | None:
    found = road.state.events.get(one.name)
    if found is None or not (road.days.happened.get(one.name) or one.name == "start"):
        return "it does not happen"
    return None if found.exact and found.day == one.day else f"it is on {found}"


def _ends(road: Road, one: Expectation) -> str | None:
    if road.log.divides:
        return f"the trace divides: {road.log.divides[0].fact} is not known"
    if road.log.status != "ended" or road.log.at != one.name:
        return f"the case {'ends at' if road.log.status == 'ended' else 'stops at'} {road.log.at}" + (
            f": {road.log.because}" if road.log.because else ""
        )
    today = road.state.today
    if one.day is not None and not (today.exact and today.day == one.day):
        return f"it ends on {today}"
    recovered = road.log.recovered
    if one.formula is None or (recovered is not None and alike(recovered, road.ask.value(one.formula))):
        return None
    return f"it recovers {answer(recovered)}" if recovered is not None else "it recovers nothing"


_FOUND = {
    "is": _is,
    "borne": _borne,
    "due": _due,
    "not before": _due,
    "opens": _due,
    "open": _state,
    "closed": _state,
    "event": _event,
    "ends": _ends,
}
