"""One case begun on every day of a year: the same tapes, run for all those first days at once, and what each comes to.

A state is followed with all its days, a row for each first day. What a first day comes to is told by a number: two first
days have the same one where every way through has the same odds, fees and end, whatever its days. So the days on which
anything changes are found without solving anything, and each number is solved once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from engine.exact.explore import End, Passage, State, Sum
from engine.exact.many import Days, Tables, passages
from engine.exact.solve import Side, mean, spread_odds
from engine.exact.walker import NOT_USED, Option, Weight

if TYPE_CHECKING:
    from engine.exact.explore import Graph

NONE, WHOLE = Fraction(0), Fraction(1)
FINE = Fraction(10**12)


class TooMuch(Exception):
    """More of the law would have to be walked than was allowed, or the road goes in circles."""


@dataclass(frozen=True, slots=True)
class Branch:
    """One way out of a place: what it costs and brings, and what comes behind it."""

    label: str
    odds: Weight
    cost: Sum
    recovered: Sum | None
    end: End | None
    behind: int  # the number of what follows; -1 at an end


@dataclass(frozen=True, slots=True)
class Place:
    """A decision and all that follows, its days apart."""

    stage: str
    about: str
    owner: str
    branches: tuple[Branch, ...]


@dataclass(slots=True)
class Year:
    """The numbers of first days, and the places that they stand for. `most`: passages that may still be walked."""

    graph: Graph
    most: int
    places: list[Place] = field(default_factory=list)
    numbers: dict[tuple[object, ...], int] = field(default_factory=dict)
    branches: list[Branch] = field(default_factory=list)
    branch_numbers: dict[Branch, int] = field(default_factory=dict)
    taken: dict[tuple[Passage, int], int] = field(default_factory=dict)  # branches by passage, so that few are compared
    known: dict[int, dict[tuple[int, ...], int]] = field(default_factory=dict)  # of each state, by its days
    open: set[int] = field(default_factory=set)  # states that are being followed
    tables: Tables = field(init=False)

    def __post_init__(self) -> None:
        self.tables = Tables(self.graph.clock)

    def of(self, starts: Sequence[int]) -> tuple[int, ...]:
        """What each first day comes to; TooMuch where that cannot be said."""
        return self.follow(self.graph.root, [np.array(starts, np.int64)])

    def follow(self, state: State, days: Sequence[Days]) -> tuple[int, ...]:
        """The numbers of a state on all those days; what was met before on the same ones is known."""
        known = self.known.setdefault(state.number, {})
        rows = list(zip(*(column.tolist() for column in days), strict=True))
        new = [one for one in dict.fromkeys(rows) if one not in known]
        if new:
            if state.number in self.open:
                raise TooMuch
            self.open.add(state.number)
            columns = [np.array(column, np.int64) for column in zip(*new, strict=True)]
            known |= zip(new, self._follow(state, columns), strict=True)
            self.open.discard(state.number)
        return tuple(map(known.__getitem__, rows))

    def walking(self) -> None:
        """One passage more is walked."""
        if self.most <= 0:
            raise TooMuch
        self.most -= 1

    def _follow(self, state: State, days: list[Days]) -> Iterator[int]:
        found: list[list[int]] = [[] for _ in days[0]]
        for option in state.choice.options:
            if option.odds[1] == 0:
                continue
            for passage, rows, wanted in passages(self.graph, self.tables, state, option.label, days, self.walking):
                at = range(len(found)) if rows is None else rows.tolist()
                target = passage.target
                if isinstance(target, End):
                    if target.status == "refused" and state.choice.kind == "right" and option.label != NOT_USED:
                        continue  # too late for it: there is no such way
                    last = self.branch(option, passage, -1)
                    for one in at:
                        found[one].append(last)
                    continue
                behind = self.follow(target, wanted[: passage.lead])
                branches = {number: self.branch(option, passage, number) for number in set(behind)}
                for one, number in zip(at, behind, strict=True):
                    found[one].append(branches[number])
        every: dict[tuple[int, ...], int] = {}
        choice = state.choice
        for ways in map(tuple, found):
            if ways not in every:
                key = (choice.stage, choice.about, choice.owner, ways)
                if key not in self.numbers:
                    self.numbers[key] = len(self.places)
                    there = tuple(self.branches[one] for one in ways)
                    self.places.append(Place(choice.stage, choice.about, choice.owner, there))
                every[ways] = self.numbers[key]
            yield every[ways]

    def branch(self, option: Option, passage: Passage, behind: int) -> int:
        found = self.taken.get((passage, behind))
        if found is None:
            end = None
            if isinstance(passage.target, End):  # without its reason, in which days may stand
                end = End(passage.target.status, passage.target.name)
            one = Branch(option.label, option.odds, passage.cost, passage.recovered, end, behind)
            found = self.branch_numbers.setdefault(one, len(self.branches))
            if found == len(self.branches):
                self.branches.append(one)
            self.taken[passage, behind] = found
        return found


# ── What a number comes to ──────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a first day comes to: what is worth having at the least and at the most, the ends, and what we do."""

    net: tuple[Fraction, Fraction]
    ends: frozenset[tuple[str, str]]
    advice: dict[tuple[str, str], frozenset[str]] = field(
        compare=False
    )  # at each decision of ours the ways that are best


@dataclass(slots=True)
class Pricing:
    """The outcome of each number, as `Analysis` would find it but for days: for the net value, and for the lowest fees."""

    year: Year
    cheapest: bool
    hostile: bool
    planned: bool
    plans: dict[int, tuple[Fraction, tuple[Fraction, ...], frozenset[int]]] = field(default_factory=dict)
    bounds: dict[tuple[int, bool], Fraction] = field(default_factory=dict)

    def of(self, number: int) -> Outcome:
        low, high = self.bound(number, most=False), self.bound(number, most=True)
        ends: set[tuple[str, str]] = set()
        advice: dict[tuple[str, str], frozenset[str]] = {}
        ahead, seen = [number], {number}
        while ahead:
            at = ahead.pop()
            place = self.year.places[at]
            for branch in self.allowed(at):
                if branch.end is not None:
                    ends.add((branch.end.status, branch.end.name))
                elif branch.behind not in seen:
                    seen.add(branch.behind)
                    ahead.append(branch.behind)
            if self.planned and place.owner == "we" and len(place.branches) > 1:
                best = frozenset(place.branches[one].label for one in self.plan(at)[2])
                key = (place.stage, place.about)
                advice[key] = advice.get(key, best) & best or advice.get(key, best)
        return Outcome((low, high), frozenset(ends), advice)

    def allowed(self, number: int) -> list[Branch]:
        place = self.year.places[number]
        if not self.planned or not self.decides(place):
            return list(place.branches)
        weights = self.plan(number)[1]
        return [branch for branch, weight in zip(place.branches, weights, strict=True) if weight]

    def decides(self, place: Place) -> bool:
        """Whether somebody takes one way: we the best, a hostile debtor the worst."""
        return place.owner == "we" or (self.hostile and place.owner == "the other side")

    def net(self, branch: Branch) -> Fraction:
        return (branch.recovered.low if branch.recovered is not None else NONE) - branch.cost.high

    def worth(self, branch: Branch) -> Fraction:
        """The goal of a branch by itself; what it leaves even the net decides."""
        return -branch.cost.high * FINE + self.net(branch) if self.cheapest else self.net(branch)

    def plan(self, number: int) -> tuple[Fraction, tuple[Fraction, ...], frozenset[int]]:
        """The best that we can make sure of, how the branches are weighed for it, and which are as good as each other."""
        if number not in self.plans:
            place = self.year.places[number]
            worths = [
                self.worth(one) + (self.plan(one.behind)[0] if one.behind >= 0 else NONE) for one in place.branches
            ]
            pick = max if place.owner == "we" else min
            ties = frozenset[int]()
            if not worths:
                weights: tuple[Fraction, ...] = ()
            elif self.decides(place):
                best = pick(worths)
                ties = frozenset(at for at, one in enumerate(worths) if one == best)
                weights = tuple(WHOLE if at == min(ties) else NONE for at in range(len(worths)))
            else:
                weights = spread_odds([one.odds for one in place.branches], worths, "worst")
            self.plans[number] = mean(weights, worths), weights, ties
        return self.plans[number]

    def bound(self, number: int, most: bool) -> Fraction:
        """The net with open odds falling for it or against it; under the plan, or without one whatever anybody does."""
        key = (number, most)
        if key not in self.bounds:
            place = self.year.places[number]
            worths = [
                self.net(one) + (self.bound(one.behind, most) if one.behind >= 0 else NONE) for one in place.branches
            ]
            if not worths:
                self.bounds[key] = NONE
            elif self.planned and self.decides(place):
                self.bounds[key] = mean(self.plan(number)[1], worths)
            elif self.decides(place):
                self.bounds[key] = max(worths) if most else min(worths)
            else:
                side: Side = "best" if most else "worst"
                self.bounds[key] = mean(spread_odds([one.odds for one in place.branches], worths, side), worths)
        return self.bounds[key]
