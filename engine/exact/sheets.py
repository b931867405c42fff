"""Every day of a state at once: the days on which each state is met are the rows of one sheet.

What `cells` has one by one, a sheet has in arrays, and each passage is run for all of its rows together. So the cost grows
with states times days, at a fraction of a microsecond for each, and no state is ever written out day by day.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from engine.exact.cells import Cells, circles_of, components, led_to
from engine.exact.explore import End, Graph, Passage, State
from engine.exact.many import Days, Floats, Places, Tables, alike, key_of, passages, stacked
from engine.exact.solve import Solution


@dataclass(eq=False, slots=True)
class Leg:
    """A passage from some rows of a sheet to an end, or to rows of another sheet."""

    option: int
    passage: Passage
    rows: Places | None  # None: all
    found: list[Days]  # the days that the passage wants, for each of the rows
    into: Places | None = None  # rows of the target

    @property
    def target(self) -> State | End:
        return self.passage.target

    @property
    def own(self) -> list[Days]:
        """The days of what is paid and passed on it."""
        return self.found[self.passage.lead :]


@dataclass(eq=False, slots=True)
class Sheet:
    """A state on all the days on which it is met: a column for each of its days, a row for each time."""

    state: State
    days: list[Days]
    first: int  # the row on which a loop comes back to it
    legs: list[Leg] = field(default_factory=list)
    weights: list[Floats] = field(default_factory=list)  # of each option the odds of each row

    def __len__(self) -> int:
        return len(self.days[0])

    @property
    def uniform(self) -> bool:
        """Whether what is done does not hang on the day."""
        return all(len(one) == 1 or (one == one[0]).all() for one in self.weights)

    def weights_on(self, days: Sequence[Days]) -> list[Floats]:
        """The weights of each option for rows of other days: those of a loop's own row where a row is not met."""
        if self.uniform:
            return [one[:1] for one in self.weights]
        number = len(self)
        key = key_of([np.concatenate(pair) for pair in zip(self.days, days, strict=True)])
        order = np.argsort(key[:number])
        mine, asked = key[:number][order], key[number:]
        at = np.minimum(np.searchsorted(mine, asked), number - 1)
        rows = np.where(mine[at] == asked, order[at], self.first)
        return [one[rows] for one in self.weights]


class Plan(Protocol):
    """What is done at each sheet: it writes the weights."""

    def weigh(self, sheets: Sheets) -> None: ...


class Sheets:
    """All states of a graph on all their days from a start, and what is done at each."""

    def __init__(self, graph: Graph, plan: Plan, start: int | None = None) -> None:
        self.graph, self.plan = graph, plan
        self.start = graph.root.first[0] if start is None else start
        self.tables = Tables(graph.clock)
        self.more: dict[int, list[list[Days]]] = {}  # days of states that only later rounds of a loop come to
        self.draw_up()

    def draw_up(self) -> None:
        """Also again, where a walk has come to states, or ways between them, that were not known before."""
        again = True
        while again:
            self.order = [group[::-1] for group in components([self.graph.root], led_to)][::-1]
            self.place = {state.number: at for at, group in enumerate(self.order) for state in group}
            self.circles = circles_of(self.graph)
            self.all = {sheet.state.number: sheet for sheet in self._reached()}
            again = not all(
                self.leads_on(self.place[number], leg.target)
                for number, sheet in self.all.items()
                for leg in sheet.legs
            )
        self.plan.weigh(self)

    def come_upon(self, state: State, days: list[Days]) -> None:
        """A state that no leg leads to: draw it up the next time."""
        self.more.setdefault(state.number, []).append(days)

    def leads_on(self, at: int, target: State | End) -> bool:
        """Whether what is led to from a place in the order lies behind it, or in the same loop."""
        if isinstance(target, End):
            return True
        place = self.place.get(target.number, -1)
        return place > at or (place == at and target.number in self.circles)

    @property
    def number(self) -> int:
        """Of states times days."""
        return sum(map(len, self.all.values()))

    def _reached(self) -> Iterator[Sheet]:
        """The states before those that they lead to; within a loop each is come back to on the days on which it was met first."""
        arriving: dict[int, list[tuple[Leg | None, list[Days]]]] = {
            self.graph.root.number: [(None, [np.array([self.start])])],
            **{number: [(None, days) for days in blocks] for number, blocks in self.more.items()},
        }
        for group in self.order:
            if not any(state.number in arriving for state in group):
                continue  # not from this start
            circle = group[0].number in self.circles
            met = {state.number: _met(state, arriving.pop(state.number, []), circle) for state in group}
            for sheet in met.values():
                sheet.legs = list(self._legs(sheet))
                for leg in sheet.legs:
                    if isinstance(leg.target, End):
                        continue
                    if leg.target.number in met:
                        leg.into = np.array([met[leg.target.number].first])
                    else:
                        arriving.setdefault(leg.target.number, []).append((leg, leg.found[: leg.passage.lead]))
                yield sheet

    def _legs(self, sheet: Sheet) -> Iterator[Leg]:
        for at, option in enumerate(sheet.state.choice.options):
            if option.odds[1]:
                for passage, rows, found in passages(self.graph, self.tables, sheet.state, option.label, sheet.days):
                    yield Leg(at, passage, rows, found)


class Followed:
    """A solution that was found on cells; where no cell is, odds as they are stated, and of our ways the first."""

    def __init__(self, cells: Cells, solution: Solution) -> None:
        self.known: dict[tuple[int, tuple[int, ...]], dict[str, float]] = {}
        self.first: dict[int, dict[str, float]] = {}
        for cell in cells.all:
            weights = {
                way.option.label: float(weight)
                for way, weight in zip(cell.ways, solution.weights[cell], strict=True)
            }  # fmt: skip
            self.known[cell.state.number, cell.days] = weights
            if cell.days == cell.state.first or cell.state.number not in self.first:
                self.first[cell.state.number] = weights

    def weigh(self, sheets: Sheets) -> None:
        for number, sheet in sheets.all.items():
            rows = zip(*(column.tolist() for column in sheet.days), strict=True)
            other = self.first.get(number) or unplanned(sheet.state)
            met = [self.known.get((number, row)) or other for row in rows]
            sheet.weights = [
                np.array([weights.get(option.label, 0.0) for weights in met]) for option in sheet.state.choice.options
            ]


def unplanned(state: State) -> dict[str, float]:
    """The odds of a state's ways as stated; of ways that somebody chooses, or of which nobody says the odds, the first."""
    options = [one for one in state.choice.options if one.odds[1]]
    stated = state.choice.owner != "we" and all(low == high for low, high in (one.odds for one in options))
    odds = [float(one.odds[0]) if stated else float(one is options[0]) for one in options]
    return {one.label: share / sum(odds) for one, share in zip(options, odds, strict=True)}


def _met(state: State, arriving: list[tuple[Leg | None, list[Days]]], circle: bool) -> Sheet:
    """A state on the days on which these legs arrive, each told which rows it leads to."""
    blocks = [days for _, days in arriving]
    if circle:
        blocks.append([np.array([day]) for day in state.first])
    columns = stacked(blocks)
    into = np.arange(len(columns[0]))
    together = alike(columns)
    if together is not None:
        order, fresh = together
        begun = np.zeros(len(order), np.intp)
        begun[fresh] = 1
        into[order] = np.cumsum(begun) - 1
        kept = order[fresh]
        columns = [column[kept] for column in columns]
    begin = 0
    for leg, days in arriving:
        if leg is not None:
            leg.into = into[begin : begin + len(days[0])]
        begin += len(days[0])
    return Sheet(state, columns, int(into[-1]) if circle else 0)
