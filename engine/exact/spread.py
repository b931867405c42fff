"""The law of the end: how likely each end is on each day, and how likely the case passes each way on which day.

Mass goes forward through the cells, the earliest day first, so that every cell is left once. A loop is gone round on its
real days until what is still in it can no longer be told from nothing; that rest is kept, and told.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from heapq import heappop, heappush

from engine.exact.cells import Cell, Cells
from engine.exact.explore import End, State
from engine.exact.solve import Solution

SMALLEST = Fraction(1, 10**15)
MOST_COSTS = 12  # told apart in one cell of a loop; more are one, at their mean
Money = tuple[Fraction, Fraction]
EndKey = tuple[str, str]  # status, name


@dataclass(slots=True)
class Spread:
    """Odds by end, last day and what we have paid; by way taken and its day. They add up to one with `rest`."""

    ends: dict[EndKey, dict[tuple[int, Money], Fraction]] = field(default_factory=dict)
    edges: dict[str, dict[int, Fraction]] = field(default_factory=dict)  # the odds of taking it on a day
    lasts: dict[str, dict[int, Fraction]] = field(default_factory=dict)  # how many days its stage took before
    paid: dict[tuple[str, int], Fraction] = field(default_factory=dict)  # (fee, day) → expected amount
    rest: Fraction = Fraction(0)

    def days(self, key: EndKey | None = None) -> dict[int, Fraction]:
        """The odds of each last day, of one end or of any."""
        found: dict[int, Fraction] = {}
        for end, law in self.ends.items():
            if key is None or end == key:
                for (day, _), odds in law.items():
                    found[day] = found.get(day, Fraction(0)) + odds
        return found


def spread(cells: Cells, solution: Solution, exact: bool | None = None) -> Spread:
    """Follow the odds of a solution from the start: in fractions, and round a loop in floats, unless it is said otherwise."""
    convert: Callable[[Fraction], Fraction] = Fraction
    if not (exact if exact is not None else not cells.circles):
        convert = float  # type: ignore[assignment]
    found = Spread()
    graph = cells.graph
    index = {(cell.state.number, cell.days): cell for cell in cells.all}
    first: dict[int, Cell] = {}
    for cell in cells.all:
        first.setdefault(cell.state.number, cell)
        if cell.days == cell.state.first:
            first[cell.state.number] = cell
    depth = {cell.state.number: -at for at, group in enumerate(cells.groups) for cell in group}
    root = (graph.root.number, cells.start)
    mass: dict[tuple[int, tuple[int, ...]], dict[Money, Fraction]] = {
        root: {(Fraction(0), Fraction(0)): convert(Fraction(1))}
    }
    states: dict[int, State] = {state.number: state for state in (graph.root, *graph.states.values())}
    heap = [(cells.start[0], depth.get(0, 0), root)]
    while heap:
        day, _, key = heappop(heap)
        here = mass.pop(key, None)
        if here is None:
            continue
        state = states[key[0]]
        met = index.get(key)
        model = met or first[key[0]]
        whole = sum(here.values())
        if cells.circles and len(here) > MOST_COSTS and whole:
            low, high = (sum(odds * cost[side] for cost, odds in here.items()) / whole for side in (0, 1))
            here = {(low, high): whole}
        if whole < SMALLEST:
            found.rest += whole
            continue
        for way, weight in zip(model.ways, solution.weights[model], strict=True):
            if not weight:
                continue
            step = (
                way.step
                if met is not None and key[0] not in cells.circles
                else graph.step(state, key[1], way.option.label)
            )
            share = convert(weight)
            own = step.own
            cost = [Fraction(0), Fraction(0)]
            for one in step.passage.paid:
                if one.ours:
                    cost[0] += one.sum.low
                    cost[1] += one.sum.high
                    paid = (one.fee, own[one.at])
                    found.paid[paid] = found.paid.get(paid, Fraction(0)) + whole * share * convert(one.sum.low)
            since = day
            for edge, at in step.passage.edges:
                law = found.edges.setdefault(edge, {})
                law[own[at]] = law.get(own[at], Fraction(0)) + whole * share
                length = found.lasts.setdefault(edge, {})
                length[own[at] - since] = length.get(own[at] - since, Fraction(0)) + whole * share
                since = own[at]
            if isinstance(step.target, End):
                ends = found.ends.setdefault((step.target.status, step.target.name), {})
                for (low, high), odds in here.items():
                    at_end = (step.days[0], (low + cost[0], high + cost[1]))
                    ends[at_end] = ends.get(at_end, Fraction(0)) + odds * share
                continue
            states.setdefault(step.target.number, step.target)
            target = (step.target.number, step.days)
            into = mass.get(target)
            if into is None:
                into = mass[target] = {}
                heappush(heap, (step.days[0], depth.get(step.target.number, 0), target))
            for (low, high), odds in here.items():
                after = (low + cost[0], high + cost[1])
                into[after] = into.get(after, Fraction(0)) + odds * share
    return found


def end_law(cells: Cells, solution: Solution) -> dict[EndKey, dict[int, float]]:
    """The law of the last day alone, by end, in floats: no costs, no ways. Only without loops.

    One array of days per state, the states in the order in which they lead to one another.
    """
    assert not cells.circles, "a loop has no last state"
    graph = cells.graph
    weights: dict[int, list[tuple[str, float]]] = {}
    order: dict[int, State] = {}
    plans: dict[int, set[tuple[Fraction, ...]]] = {}
    for cell in reversed(cells.all):
        order.setdefault(cell.state.number, cell.state)
        plans.setdefault(cell.state.number, set()).add(solution.weights[cell])
        weights[cell.state.number] = [
            (way.option.label, float(share))
            for way, share in zip(cell.ways, solution.weights[cell], strict=True)
            if share
        ]
    assert all(len(one) == 1 for one in plans.values()), "a plan that hangs on the day needs `spread`"
    mass: dict[int, dict[tuple[int, ...], float]] = {graph.root.number: {cells.start: 1.0}}
    found: dict[EndKey, dict[int, float]] = {}
    for number in _in_order(graph.root, order):
        here = mass.pop(number, {})
        state = order[number]
        for label, share in weights[number]:
            for days, odds in here.items():
                passage, out = graph.passage(state, days, label)
                target = passage.target
                if isinstance(target, End):
                    law = found.setdefault((target.status, target.name), {})
                    law[out[0]] = law.get(out[0], 0.0) + odds * share
                else:
                    into = mass.setdefault(target.number, {})
                    at = out[: len(target.first)]
                    into[at] = into.get(at, 0.0) + odds * share
    return found


def _in_order(root: State, known: dict[int, State]) -> list[int]:
    """States before those that they lead to."""
    seen: set[int] = set()
    found: list[int] = []
    stack: list[tuple[State, bool]] = [(root, False)]
    while stack:
        state, done = stack.pop()
        if done:
            found.append(state.number)
            continue
        if state.number in seen:
            continue
        seen.add(state.number)
        stack.append((state, True))
        targets = (one.target for passages in state.passages.values() for one in passages)
        stack += [
            (one, False) for one in targets if isinstance(one, State) and one.number in known and one.number not in seen
        ]
    return found[::-1]


def quantile(law: dict[int, Fraction], share: Fraction) -> int:
    """The first day by which so much of a law has come."""
    whole, so_far = sum(law.values()), Fraction(0)
    for day in sorted(law):
        so_far += law[day]
        if so_far >= share * whole:
            return day
    return max(law)


def mean(law: dict[int, Fraction]) -> Fraction:
    """Its expectation."""
    return sum((odds * day for day, odds in law.items()), Fraction(0)) / sum(law.values())
