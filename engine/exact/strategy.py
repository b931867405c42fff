"""The best strategy on sheets: what each row is worth, found backwards, and what is done there; the same as `solve`, in floats."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from engine.exact.explore import State, is_void
from engine.exact.many import Days, Floats, Truths
from engine.exact.result import Goal
from engine.exact.sheets import Leg, Sheet, Sheets
from engine.exact.solve import YEAR, Side

FINE = 1e-12  # of what is compared, as near as two worths may lie and be the same
GOALS = 3  # told apart one behind the other: the goal, the net, the days
MOST_TURNS = 1_000  # of a strategy on a loop


class Strategy:
    """What we do for a goal, and a hostile other side against it, where all odds are stated."""

    def __init__(
        self, goal: Goal = "net", hostile: bool = False, discount: Fraction = Fraction(0), since: int | None = None
    ) -> None:
        """`since` is the day that money is as of; else the first."""
        self.goal, self.hostile, self.discount, self.since = goal, hostile, float(discount), since
        self.start = 0
        self.values: dict[int, Floats] = {}  # of each state: GOALS × rows

    def is_definite(self, state: State) -> bool:
        """Whether somebody decides at a state, or all its odds are stated, and exact."""
        odds = [one.odds for one in state.choice.options if one.odds[1]]
        return self.side(state) is not None or len(odds) == 1 or all(low == high for low, high in odds)

    def side(self, state: State) -> Side | None:
        """Whether somebody takes one way at a state, and to whose good; None where odds do."""
        if state.choice.owner == "we":
            return "best"
        return "worst" if self.hostile and state.choice.owner == "the other side" else None

    def weigh(self, sheets: Sheets) -> None:
        """Backwards, each group of states behind those that it leads to."""
        assert all(self.is_definite(sheet.state) for sheet in sheets.all.values()), "open odds have no one law"
        self.start, self.values = sheets.start if self.since is None else self.since, {}
        if all(self.side(sheet.state) is None for sheet in sheets.all.values()):
            for sheet in sheets.all.values():  # nobody asks what anything is worth
                sheet.weights = self.weighed(sheet.state, (), self.closed(sheet))
            return
        for group in reversed(sheets.order):
            some = [sheets.all[state.number] for state in group if state.number in sheets.all]
            circle = Circle(self, some) if some and group[0].number in sheets.circles else None
            if circle is not None:
                self.values |= circle.values()
            found = {}
            for at, sheet in enumerate(some):
                worths = self.worths(sheet)
                sheet.weights = self.weighed(sheet.state, worths, self.closed(sheet))
                if circle is not None and self.side(sheet.state) is not None:  # of ways alike some never leave it
                    for weight, kept in zip(sheet.weights, circle.weights[at], strict=True):
                        weight[sheet.first] = kept[0]
                worth = sum(weight * worth for weight, worth in zip(sheet.weights, worths, strict=True))
                found[sheet.state.number] = np.asarray(worth)
            self.values |= found

    def closed(self, sheet: Sheet) -> list[Truths]:
        """For each option of a sheet, on which rows there is no such way."""
        found = [np.array([not one.odds[1]]) for one in sheet.state.choice.options]
        for leg in sheet.legs:
            if is_void(sheet.state.choice, leg.passage):
                if len(found[leg.option]) < len(sheet):
                    found[leg.option] = np.zeros(len(sheet), bool)
                found[leg.option][slice(None) if leg.rows is None else leg.rows] = True
        return found

    def worths(self, sheet: Sheet) -> list[Floats]:
        """For each option of a sheet what it is worth on each row, by each of the goals."""
        worths = [np.zeros((GOALS, len(sheet))) for _ in sheet.state.choice.options]
        for leg in sheet.legs:
            worth = self.own(sheet, leg)
            if isinstance(leg.target, State):
                worth += self.values[leg.target.number][:, leg.into]
            worths[leg.option][:, slice(None) if leg.rows is None else leg.rows] = worth
        return worths

    def own(self, sheet: Sheet, leg: Leg) -> Floats:
        """What a leg brings by itself."""
        passage, end = leg.passage, leg.found[0]
        recovered = float(passage.recovered.low) if passage.recovered is not None else 0.0
        paid = float(passage.cost.high)
        net: Floats | float = recovered - paid
        if self.discount:
            net = recovered * self._factor(end)
            for one in passage.paid:
                if one.ours:
                    net = net - float(one.sum.high) * self._factor(leg.own[one.at])
        found = np.empty((GOALS, len(end)))
        found[1] = net
        found[2] = (sheet.days[0] if leg.rows is None else sheet.days[0][leg.rows]) - end
        found[0] = found[1] if self.goal == "net" else -paid if self.goal == "cheapest" else found[2]
        return found

    def _factor(self, days: Days) -> Floats:
        """What one unit of money on these days is worth on the first."""
        return np.asarray(1 / (1 + self.discount * (days - self.start) / YEAR))

    def weighed(self, state: State, worths: Sequence[Floats], closed: Sequence[Truths]) -> list[Floats]:
        """How the options of a state are weighed on each row."""
        side = self.side(state)
        if side is not None:
            return chosen(worths, closed, side)
        options = state.choice.options
        if all(len(shut) == 1 for shut in closed):
            here = [0.0 if shut[0] else float(one.odds[0]) for one, shut in zip(options, closed, strict=True)]
            if not sum(here):  # one way alone is left: nobody says odds of what has no alternative
                here = [float(not shut[0]) for shut in closed]
            return [np.array([one / sum(here)]) for one in here]
        rows = [np.where(shut, 0.0, float(one.odds[0])) for one, shut in zip(options, closed, strict=True)]
        whole = np.sum(np.broadcast_arrays(*rows), axis=0)
        rows[0] = np.where(whole == 0, 1.0, rows[0])  # a right that is too late is not used, however likely that was
        return [one / np.where(whole == 0, 1.0, whole) for one in rows]


class Circle:
    """The states of a loop, each on the row on which the loop comes back to it: their worth by improving a strategy.

    It begins with one that leaves the loop, and changes only where that is better by more than rounding.
    """

    def __init__(self, of: Strategy, sheets: list[Sheet]) -> None:
        self.of, self.sheets = of, sheets
        number = {sheet.state.number: at for at, sheet in enumerate(sheets)}
        of.values |= {sheet.state.number: np.zeros((GOALS, len(sheet))) for sheet in sheets}
        self.behind: list[list[int | None]] = []  # which state of the loop each option leads to
        self.worths: list[list[Floats]] = []  # of each option, but for what comes behind it in the loop
        self.closed: list[list[Truths]] = []
        for sheet in sheets:
            worths = of.worths(sheet)
            self.worths.append([one[:, [sheet.first]] for one in worths])
            self.closed.append([one[[sheet.first]] if len(one) > 1 else one for one in of.closed(sheet)])
            targets: list[int | None] = [None] * len(worths)
            for leg in sheet.legs:
                if isinstance(leg.target, State) and (leg.rows is None or sheet.first in leg.rows):
                    targets[leg.option] = number.get(leg.target.number)
            self.behind.append(targets)
        self.weights = self._leaving()
        self.value = self._valued()
        for _ in range(MOST_TURNS):
            if not self._improved("worst") and not self._improved("best"):
                break

    def values(self) -> dict[int, Floats]:
        """What each state is worth where the loop comes back to it; on other rows nobody asks."""
        return {
            sheet.state.number: np.repeat(value[:, None], len(sheet), axis=1)
            for sheet, value in zip(self.sheets, self.value, strict=True)
        }

    def _leaving(self) -> list[list[Floats]]:
        """Ways that lead out of the loop from everywhere: nearest the way out first."""
        way: dict[int, int] = {}
        grown = True
        while grown:
            grown = False
            for at, targets in enumerate(self.behind):
                open_ = [one for one in range(len(targets)) if not self.closed[at][one][0]]
                out = next((one for one in open_ if targets[one] is None or targets[one] in way), None)
                if at not in way and out is not None:
                    way[at], grown = out, True
        found = []
        for at, sheet in enumerate(self.sheets):
            if self.of.side(sheet.state) is None:
                found.append(self.of.weighed(sheet.state, self.worths[at], self.closed[at]))
            else:
                found.append([np.array([float(one == way.get(at, 0))]) for one in range(len(self.behind[at]))])
        return found

    def _valued(self) -> Floats:
        """What each state is worth, by each of the goals, as its ways are weighed: one linear system."""
        number = len(self.sheets)
        left, right = np.eye(number), np.zeros((number, GOALS))
        for at in range(number):
            for option, weight in enumerate(self.weights[at]):
                right[at] += weight * self.worths[at][option][:, 0]
                target = self.behind[at][option]
                if target is not None:
                    left[at, target] -= float(weight[0])
        return np.asarray(np.linalg.lstsq(left, right, rcond=None)[0], float)

    def _improved(self, side: Side) -> bool:
        """Whether somebody who decides to that side did better with another way; it is taken."""
        changed = False
        for at, sheet in enumerate(self.sheets):
            if self.of.side(sheet.state) != side:
                continue
            worths = [
                worth if target is None else worth + self.value[target][:, None]
                for worth, target in zip(self.worths[at], self.behind[at], strict=True)
            ]
            other = chosen(worths, self.closed[at], side)
            value = np.asarray(sum(weight * worth for weight, worth in zip(other, worths, strict=True)))
            mine = self.value[at][:, None]
            if (ahead(value, mine) if side == "best" else ahead(mine, value))[0]:
                self.weights[at], changed = other, True
        if changed:
            self.value = self._valued()
        return changed


def ahead(one: Floats, other: Floats) -> Truths:
    """On which rows the one is worth more: by the first goal that tells them apart."""
    apart = one - other
    fine = FINE * np.maximum(np.maximum(np.abs(one), np.abs(other)), 1)
    found = apart[-1] > fine[-1]
    for at in range(GOALS - 2, -1, -1):
        found = (apart[at] > fine[at]) | ((np.abs(apart[at]) <= fine[at]) & found)
    return np.asarray(found)


def chosen(worths: Sequence[Floats], closed: Sequence[Truths], side: Side) -> list[Floats]:
    """One for the option that somebody takes on each row, nought for the others; of options alike the first."""
    taken = np.full(worths[0].shape[1], -1)
    best = worths[0]
    for at, (worth, shut) in enumerate(zip(worths, closed, strict=True)):
        better = ~shut & ((taken < 0) | (ahead(worth, best) if side == "best" else ahead(best, worth)))
        taken[better] = at
        best = np.where(better, worth, best)
    return [(taken == at).astype(float) for at in range(len(worths))]
