"""What a first day comes to, of which `year` says but a number: its worth, its ends and what we do, days apart."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from engine.exact.explore import End, Sum
from engine.exact.solve import Side, mean, spread_odds
from engine.exact.walker import Weight

if TYPE_CHECKING:
    from engine.exact.year import Year

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
