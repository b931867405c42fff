"""The law of the end on sheets: odds go forward, all the days of a state together. What `spread` tells, in floats.

Rows are days and what has been paid by then, a sum for each different one (`Costs`); a loop is gone round on its real days.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Generic, TypeVar, cast

import numpy as np

from engine.exact.explore import End, Passage, State
from engine.exact.many import Days, Floats, Places, alike, passages, stacked
from engine.exact.sheets import Sheets
from engine.exact.spread import Money, Spread

SMALLEST = 1e-15  # odds left in a loop that are no longer followed; of one row, a thousandth of it
MOST_ROWS = 20_000  # of days and costs at one state of a loop; beyond, costs are told apart in classes
MOST_COSTS = 5_000  # different ones, likewise
CLASSES = 64
MANY = 1_000  # rows that are added up by day as they come
Key = TypeVar("Key", bound=Hashable)


class Costs:
    """Each different sum that has been paid, under a number: exact, but for the means of classes."""

    def __init__(self) -> None:
        self.sums: list[Money] = []
        self.numbers: dict[Money, int] = {}
        self.after: dict[Money, Places] = {}  # for each sum more, the number of every sum with it

    def number(self, paid: Money) -> int:
        found = self.numbers.setdefault(paid, len(self.sums))
        if found == len(self.sums):
            self.sums.append(paid)
        return found

    def plus(self, numbers: Places, more: Money) -> Places:
        """The same sums and so much more."""
        if not more[0] and not more[1]:
            return numbers
        table = self.after.get(more, np.empty(0, np.intp))
        if len(table) < len(self.sums):
            table = np.concatenate((table, np.full(2 * len(self.sums) - len(table), -1)))  # with room for others
            self.after[more] = table
        found = table[numbers]
        if found.min() < 0:
            for at in np.unique(numbers[found < 0]).tolist():
                low, high = self.sums[at]
                table[at] = self.number((low + more[0], high + more[1]))
            found = table[numbers]
        assert isinstance(found, np.ndarray)
        return found

    def classed(self, numbers: Places, odds: Floats) -> Places:
        """As many sums as there are classes, each the mean of those in it; where there are no more, all as they are."""
        met, at = np.unique(numbers, return_inverse=True)
        if len(met) <= CLASSES:
            return numbers
        sums = np.array([[float(one) for one in self.sums[number]] for number in met.tolist()])[at]
        low, high = sums[:, 0].min(), sums[:, 0].max()
        classes = np.minimum(((sums[:, 0] - low) / ((high - low) or 1) * CLASSES).astype(np.intp), CLASSES - 1)
        whole = np.bincount(classes, odds, CLASSES)
        means = [np.bincount(classes, odds * column, CLASSES) for column in sums.T]
        of_class = [
            self.number((one / of, other / of)) if of else 0
            for one, other, of in zip(means[0].tolist(), means[1].tolist(), whole.tolist(), strict=True)
        ]
        found: Places = np.array(of_class)[classes]
        return found


@dataclass(slots=True)
class Tally(Generic[Key]):
    """Odds (or sums) by day, as they come in: added up once, at the end."""

    parts: dict[Key, list[tuple[Days, Floats]]] = field(default_factory=dict)

    def add(self, key: Key, days: Days, odds: Floats) -> None:
        self.parts.setdefault(key, []).append((days, odds) if len(days) < MANY else added_up(days, odds))

    def laws(self) -> dict[Key, dict[int, Fraction]]:
        """They are floats, where those of `spread` are fractions."""
        laws = {}
        for key, parts in self.parts.items():
            days, odds = added_up(*(np.concatenate(one) for one in zip(*parts, strict=True)))
            laws[key] = dict(zip(days.tolist(), odds.tolist(), strict=True))
        return cast(dict[Key, dict[int, Fraction]], laws)


def added_up(days: Days, odds: Floats) -> tuple[Days, Floats]:
    """Each day once."""
    first = int(days.min())
    met = np.flatnonzero(np.bincount(days - first))
    whole = np.bincount(days - first, odds)[met]
    return (met + first).astype(np.int64), whole.astype(np.float64)


@dataclass(slots=True)
class Rows:
    """Odds at a state, by its days and by the number of what has been paid."""

    days: list[Days]
    costs: Places
    odds: Floats

    def __len__(self) -> int:
        return len(self.odds)

    def at(self, rows: Places) -> Rows:
        return Rows([column[rows] for column in self.days], self.costs[rows], self.odds[rows])

    def alike(self) -> Rows:
        """With the same days and costs together."""
        together = alike([*self.days, self.costs.astype(np.int64)])
        if together is None:
            return self
        order, fresh = together
        found = self.at(order[fresh])
        found.odds = np.add.reduceat(self.odds[order], fresh)
        return found


def joined(parts: Sequence[Rows]) -> Rows:
    if len(parts) == 1:
        return parts[0]
    costs, odds = np.concatenate([one.costs for one in parts]), np.concatenate([one.odds for one in parts])
    return Rows(stacked([one.days for one in parts]), costs, odds).alike()


class Flow:
    """The odds of a case on their way. `lean`: the last day by end alone, without ways and costs."""

    def __init__(self, sheets: Sheets, lean: bool = False) -> None:
        self.sheets, self.lean = sheets, lean
        self._begin()
        while self.again:  # round a loop there may be days that nobody had met
            sheets.draw_up()
            self._begin()

    def _begin(self) -> None:
        self.costs = Costs()
        self.ends, self.paid = Tally[tuple[str, str, int]](), Tally[str]()
        self.edges, self.lasts = Tally[str](), Tally[str]()
        self.rest = 0.0
        self.arriving: dict[int, list[Rows]] = {}
        self.again = False  # whether something led to where nothing can go on
        self._go()

    def _go(self) -> None:
        of = self.sheets
        nothing = self.costs.number((Fraction(0), Fraction(0)))
        root = Rows([np.array([of.start])], np.array([nothing]), np.ones(1))
        self.arriving[of.graph.root.number] = [root]
        for at, group in enumerate(of.order):
            self.at = at
            if group[0].number not in of.circles:
                for state in group:
                    self._pass(state, self.arriving.pop(state.number, []))
                continue
            while True:
                parts = {state.number: self.arriving.pop(state.number, []) for state in group}
                left = sum(float(one.odds.sum()) for some in parts.values() for one in some)
                if left < SMALLEST:
                    self.rest += left
                    break
                for state in group:
                    self._pass(state, parts[state.number] + self.arriving.pop(state.number, []), looped=True)

    def _pass(self, state: State, parts: list[Rows], looped: bool = False) -> None:
        """From a state on each of its ways."""
        if not parts:
            return
        rows = joined(parts)
        if looped:
            rows = self._fewer(rows)
        sheet = self.sheets.all.get(state.number)
        if sheet is None:
            self.sheets.come_upon(state, rows.days)
            self.again = True
            return
        weights = sheet.weights_on(rows.days)
        for option, weight in zip(state.choice.options, weights, strict=True):
            some = rows
            if len(weight) > 1 and not weight.all():
                taken = np.flatnonzero(weight)
                some, weight = rows.at(taken), weight[taken]
            if not len(some) or not weight[0]:
                continue
            for passage, at, found in passages(self.sheets.graph, self.sheets.tables, state, option.label, some.days):
                here = some if at is None else some.at(at)
                odds = here.odds * (weight if at is None or len(weight) == 1 else weight[at])
                self._along(passage, here, odds, found)

    def _fewer(self, rows: Rows) -> Rows:
        """On a loop, without the rows of next to no odds, and with costs in classes where there are too many."""
        tiny = rows.odds < SMALLEST / 1000
        if tiny.any():
            self.rest += float(rows.odds[tiny].sum())
            rows = rows.at(np.flatnonzero(~tiny))
        if len(rows) and (len(rows) > MOST_ROWS or len(self.costs.sums) > MOST_COSTS):
            rows.costs = self.costs.classed(rows.costs, rows.odds)
            rows = rows.alike()
        return rows

    def _along(self, passage: Passage, here: Rows, odds: Floats, found: list[Days]) -> None:
        costs = here.costs
        if not self.lean:
            own, since = found[passage.lead :], here.days[0]
            for edge, place in passage.edges:
                self.edges.add(edge, own[place], odds)
                self.lasts.add(edge, own[place] - since, odds)
                since = own[place]
            for one in passage.paid:
                if one.ours:
                    self.paid.add(one.fee, own[one.at], odds * float(one.sum.low))
            costs = self.costs.plus(costs, (passage.cost.low, passage.cost.high))
        target = passage.target
        if isinstance(target, End):
            if costs.min() == costs.max():
                self.ends.add((target.status, target.name, int(costs[0])), found[0], odds)
                return
            for number in np.unique(costs).tolist():
                at = costs == number
                self.ends.add((target.status, target.name, number), found[0][at], odds[at])
            return
        self.again |= not self.sheets.leads_on(self.at, target)
        self.arriving.setdefault(target.number, []).append(Rows(found[: passage.lead], costs, odds))

    def law(self) -> Spread:
        """All of it by name; its odds are floats where those of `spread` are fractions."""
        law = Spread(edges=self.edges.laws(), lasts=self.lasts.laws(), rest=cast(Fraction, self.rest))
        for (status, name, number), days in self.ends.laws().items():
            end = law.ends.setdefault((status, name), {})
            end.update({(day, self.costs.sums[number]): odds for day, odds in days.items()})
        for fee, days in self.paid.laws().items():
            law.paid |= {(fee, day): amount for day, amount in days.items()}
        return law
