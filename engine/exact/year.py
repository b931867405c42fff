"""One case begun on every day of a year: the same tapes, run for all those first days at once, and what each comes to.

A state is followed with columns of days, one entry a first day. What a first day comes to is told by a number: two first
days have the same one where every way through has the same odds, fees and end, whatever its days. So the days on which
anything changes are found without solving anything, and each number is solved once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from operator import eq, ge, gt, le, lt, ne
from typing import TYPE_CHECKING, Any

from engine.calendar import CalendarError
from engine.exact.explore import End, Passage, State, Sum
from engine.exact.reckoning import LESS, MORE, SAME, Clock, Program
from engine.exact.solve import Side, mean, spread_odds
from engine.exact.walker import NOT_USED, Option, Weight

if TYPE_CHECKING:
    from engine.exact.explore import Graph

NONE, WHOLE = Fraction(0), Fraction(1)
FINE = Fraction(10**12)
HOLDS: dict[int, Callable[[int, int], bool]] = {
    LESS: lt, SAME: eq, MORE: gt, LESS | SAME: le, SAME | MORE: ge, LESS | MORE: ne,
}  # fmt: skip
Columns = tuple[tuple[int, ...], ...]


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
    order: dict[tuple[int, str], list[Passage]] = field(default_factory=dict)  # which passage to try first
    open: set[int] = field(default_factory=set)  # states that are being followed

    def of(self, starts: Sequence[int]) -> tuple[int, ...]:
        """What each first day comes to; TooMuch where that cannot be said."""
        return self.follow(self.graph.root, (tuple(starts),))

    def follow(self, state: State, columns: Columns) -> tuple[int, ...]:
        """The numbers of a state on all those days; what was met before on the same ones is known."""
        known = self.known.setdefault(state.number, {})
        days = list(zip(*columns, strict=True))
        new = [one for one in dict.fromkeys(days) if one not in known]
        if new:
            if state.number in self.open:
                raise TooMuch
            self.open.add(state.number)
            known |= zip(new, self._follow(state, tuple(zip(*new, strict=True))), strict=True)
            self.open.discard(state.number)
        return tuple(map(known.__getitem__, days))

    def _follow(self, state: State, columns: Columns) -> Iterator[int]:
        found: list[list[int]] = [[] for _ in columns[0]]
        for option in state.choice.options:
            if option.odds[1] == 0:
                continue
            for passage, at, wanted in self.passages(state, columns, option.label):
                target = passage.target
                if isinstance(target, End):
                    if target.status == "refused" and state.choice.kind == "right" and option.label != NOT_USED:
                        continue  # too late for it: there is no such way
                    last = self.branch(option, passage, -1)
                    for one in at:
                        found[one].append(last)
                    continue
                behind = self.follow(target, wanted[: len(target.first)])
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

    def passages(self, state: State, columns: Columns, label: str) -> list[tuple[Passage, list[int], Columns]]:
        """The ways that are taken from a state, each with the entries for which it is, and its days for those."""
        found = []
        left = list(range(len(columns[0])))
        order = self.order.setdefault((state.number, label), [])
        order += [one for one in state.passages.get(label, ()) if one not in order]
        untried = list(order)
        while left:
            if not untried:
                if self.most <= 0:
                    raise TooMuch
                self.most -= 1
                self.graph.step(state, tuple(column[left[0]] for column in columns), label)
                untried = [one for one in state.passages[label] if one not in order]
                order += untried
            passage = untried.pop(0)
            whole = len(left) == len(columns[0])
            here = columns if whole else tuple(tuple(column[at] for at in left) for column in columns)
            good, wanted = run_all(passage.program.program, here, self.graph.clock)
            if good:
                if order[0] is not passage:  # days that lie near each other take the same one
                    order.remove(passage)
                    order.insert(0, passage)
                found.append((passage, [left[at] for at in good], wanted))
                if len(good) == len(left):
                    break
                taken = set(good)
                left = [one for at, one in enumerate(left) if at not in taken]
        return found


def run_all(program: Program, given: Columns, clock: Clock) -> tuple[Sequence[int], Columns]:
    """A tape for many given days at once: the entries for which it holds, and the wanted days of those."""
    number = len(given[0])
    bad: set[int] = set()
    values: list[Sequence[int]] = list(given)
    for how in program.counts:
        source = values[how[0]]
        if how[1] == "plus":
            more = int(how[2])
            values.append([one + more for one in source])
        elif how[1] == "fixed":
            values.append([int(how[2])] * number)
        else:
            values.append(_counted(how, source, clock, bad))
    for place, low, high in program.limits:
        column = values[place]
        if min(column) < low or max(column) > high:
            bad |= {at for at, one in enumerate(column) if not low <= one <= high}
            if len(bad) == number:
                return (), ()
    for one, other, allowed in program.between:
        holds = HOLDS.get(allowed)
        if holds is not None and not all(map(holds, values[one], values[other])):
            bad |= {at for at, pair in enumerate(zip(values[one], values[other], strict=True)) if not holds(*pair)}
    for one, value, allowed in program.against:
        holds = HOLDS.get(allowed)
        if holds is not None:
            bad |= {at for at, mine in enumerate(values[one]) if not holds(mine, value)}
    for one, other, days in program.apart:
        bad |= {
            at
            for at, (mine, theirs) in enumerate(zip(values[one], values[other], strict=True))
            if mine - theirs != days
        }
    for place, is_worked in program.worked:
        bad |= {
            at
            for at, one in enumerate(values[place])
            if clock.calendar.is_working(date.fromordinal(one)) is not is_worked
        }
    wanted = tuple(tuple(values[place]) for place in program.wanted)
    if not bad:
        return range(number), wanted
    good = [at for at in range(number) if at not in bad]
    return good, tuple(tuple(column[at] for at in good) for column in wanted)


def _counted(how: tuple[Any, ...], source: Sequence[int], clock: Clock, bad: set[int]) -> list[int]:
    table = clock.tables.setdefault(how[1:], {})
    found = list(map(table.get, source))
    if None in found:
        for at, one in enumerate(found):
            if one is None:
                try:
                    found[at] = clock.count(how, source[at])
                except (CalendarError, OverflowError, ValueError):
                    bad.add(at)
                    found[at] = source[at]
    return found  # type: ignore[return-value]


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
