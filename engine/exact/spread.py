"""The law of the end: how likely each end is on each day, and how likely the case passes each way on which day.

Mass goes forward through the cells, the earliest day first, so that every cell is left once. A loop is gone round on its
real days until what is still in it can no longer be told from nothing; that rest is kept, and told.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from heapq import heappop, heappush
from typing import TypeVar

from engine.exact.cells import Cell, Cells
from engine.exact.explore import End, State
from engine.exact.solve import Solution

SMALLEST = Fraction(1, 10**15)
MOST_COSTS = 12  # told apart in one cell of a loop; more are one, at their mean
Money = tuple[Fraction, Fraction]
EndKey = tuple[str, str]  # status, name
N = TypeVar("N", int, Fraction)


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


def spread(cells: Cells, solution: Solution) -> Spread:
    """Follow the odds of a solution from the start, in fractions. Round a loop they grow long: `flow` is for that."""
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
    mass: dict[tuple[int, tuple[int, ...]], dict[Money, Fraction]] = {root: {(Fraction(0), Fraction(0)): Fraction(1)}}
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
        for way, share in zip(model.ways, solution.weights[model], strict=True):
            if not share:
                continue
            step = (
                way.step
                if met is not None and key[0] not in cells.circles
                else graph.step(state, key[1], way.option.label)
            )
            own = step.own
            cost = [Fraction(0), Fraction(0)]
            for one in step.passage.paid:
                if one.ours:
                    cost[0] += one.sum.low
                    cost[1] += one.sum.high
                    paid = (one.fee, own[one.at])
                    found.paid[paid] = found.paid.get(paid, Fraction(0)) + whole * share * one.sum.low
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


def quantile(law: dict[N, Fraction], share: Fraction) -> N:
    """The first day, or the least sum, by which so much of a law has come."""
    whole, so_far = sum(law.values()), Fraction(0)
    for day in sorted(law):
        so_far += law[day]
        if so_far >= share * whole:
            return day
    return max(law)


def mean(law: dict[N, Fraction]) -> Fraction:
    """Its expectation."""
    return sum((odds * day for day, odds in law.items()), Fraction(0)) / sum(law.values())
