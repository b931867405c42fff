"""Which moments of the road an expression reads: through readings, derived facts and the terms on which it hangs."""

from __future__ import annotations

from collections.abc import Iterator

from engine.evaluate import State
from engine.records import Expr, Plan


def moments(plan: Plan, expr: Expr | None) -> Iterator[str]:
    """Every moment that an expression may read: through readings and derived facts, under any reading."""
    ahead, seen = [expr] if expr else [], set[str]()
    while ahead:
        one = ahead.pop()
        ahead += one.args
        if one.op == "moment":
            yield one.name
        elif one.op == "last day" and one.name not in seen:
            ahead += [start for start, _, _ in plan.deadlines[one.name].starts]
        elif one.op == "reading" and one.name not in seen:
            ahead += [option.meaning for option in plan.readings[one.name].options if option.meaning]
        elif one.op == "rule" and one.name not in seen:
            ahead += [clause.gives for clause in plan.rules[one.name].clauses]
        seen.add(one.name)


def moment(plan: Plan, state: State, expr: Expr | None) -> str:
    """The one moment that an expression is, under the reading taken; "" if it is none."""
    if expr is not None and expr.op == "reading":
        reading = plan.readings[expr.name]
        return moment(plan, state, reading.option(state.readings.get(expr.name, reading.preferred)).meaning)
    return expr.name if expr is not None and expr.op == "moment" else ""


def counts_from(plan: Plan, event: str) -> bool:
    """Whether any term, or the law of any fee, depends on this moment."""
    starts = (start for deadline in plan.deadlines.values() for start, _, _ in deadline.starts)
    governing = (fee.governed.event for fee in plan.fees.values() if fee.governed)
    return any(event in moments(plan, expr) for expr in (*starts, *governing))
