"""The ways through, the likeliest first: who decided what, the odds of it all, the last days, the cost.

The search goes on with whichever beginning can still come to the highest odds, so that the first ways found are the
likeliest, however many there are. Ways that differ in lengths alone are one way.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from heapq import heappop, heappush
from itertools import count
from typing import TYPE_CHECKING

from engine.exact.bounds import either, known
from engine.exact.cells import Cell, Way
from engine.exact.explore import End, Sum
from engine.exact.result import Odds, PathEntry, Taken, odds_record
from engine.exact.walker import Weight
from engine.exact.wording import option_text, party_of, place_of

if TYPE_CHECKING:
    from engine.exact.analyse import Analysis

NONE, WHOLE = Fraction(0), Fraction(1)
NOTHING = Sum()
MOST_TRIED = 20_000  # beginnings
ROUNDS = 2  # how often a way that is listed passes one state of a loop


@dataclass(frozen=True, slots=True)
class Here:
    """One cell to which a beginning leads, and what it took to come there."""

    cell: Cell
    odds: Weight
    cost: Sum = NOTHING
    silent: frozenset[str] = frozenset()
    rounds: tuple[int, ...] = ()  # states of loops passed


@dataclass(frozen=True, slots=True)
class Through:
    """A way through that is known to its end."""

    odds: Weight
    days: tuple[int, int]
    cost: Sum
    recovered: Sum | None
    silent: frozenset[str]
    end: End
    rounds: bool

    def joined(self, other: Through | None) -> Through:
        """Two that differ in lengths alone."""
        if other is None:
            return self
        return Through(
            (self.odds[0] + other.odds[0], min(self.odds[1] + other.odds[1], WHOLE)),
            (min(self.days[0], other.days[0]), max(self.days[1], other.days[1])), either(self.cost, other.cost),
            known(self.recovered, other.recovered), self.silent | other.silent, self.end, self.rounds or other.rounds,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Beginning:
    """What was decided so far, and where that can lead; with `whole`, to an end."""

    decisions: tuple[Taken, ...]
    places: tuple[Here, ...] = ()
    whole: Through | None = None


def listed(of: Analysis, most: int) -> tuple[tuple[PathEntry, ...], bool, Odds | None]:
    """The likeliest ways, so many of them; whether these are all; and the odds of the others together."""
    likely = hopes(of)
    order = count()
    heap: list[tuple[Fraction, int, int, Beginning]] = []

    def push(one: Beginning) -> None:
        if one.whole is not None:
            worth = one.whole.odds[1]
        else:
            worth = sum((here.odds[1] * likely[here.cell] for here in one.places), NONE)
        heappush(heap, (-worth, len(one.decisions), next(order), one))

    push(Beginning((), (Here(of.cells.root, (WHOLE, WHOLE)),)))
    found: list[PathEntry] = []
    listed_odds = [NONE, NONE]
    tried = 0
    while heap and len(found) < most and tried < MOST_TRIED:
        *_, one = heappop(heap)
        tried += 1
        if one.whole is None:
            for longer in _longer(of, one):
                push(longer)
            continue
        found.append(_entry(of, one.decisions, one.whole))
        listed_odds = [total + odds for total, odds in zip(listed_odds, one.whole.odds, strict=True)]
    if not heap:
        return tuple(found), True, None
    low, high = max(WHOLE - listed_odds[1], NONE), max(WHOLE - listed_odds[0], NONE)
    return tuple(found), False, odds_record(low, high)


def hopes(of: Analysis) -> dict[Cell, Fraction]:
    """The highest odds that one way through from a cell can have; lengths are one way, and in a loop anything may be."""
    found: dict[Cell, Fraction] = {}
    for group in of.cells.groups:
        for cell in group:
            if len(group) > 1 or any(way.cell is cell for way in cell.ways):
                found[cell] = WHOLE
                continue
            worths = [
                _odds(of, cell, way)[1] * (found[way.cell] if way.cell is not None else WHOLE)
                for way in of.allowed[cell]
            ]
            found[cell] = (
                min(sum(worths, NONE), WHOLE) if cell.state.choice.kind == "length" else max(worths, default=NONE)
            )
    return found


def _odds(of: Analysis, cell: Cell, way: Way) -> Weight:
    """Of what we choose, or a hostile debtor, nought is left to odds."""
    return (WHOLE, WHOLE) if cell.ours or len(of.allowed[cell]) == 1 else way.option.odds


@dataclass(slots=True)
class Decision:
    """One way at the next decision of a beginning, from all the cells in which it can stand there."""

    cell: Cell
    way: Way
    weights: list[Weight] = field(default_factory=list)
    places: list[Here] = field(default_factory=list)
    ends: dict[End, Through] = field(default_factory=dict)


def _longer(of: Analysis, one: Beginning) -> Iterator[Beginning]:
    """The beginning with one more decision, in each way; and the ends that it comes to without any."""
    ends: dict[End, Through] = {}
    decided: dict[tuple[str, str, str, str], Decision] = {}
    ahead = list(one.places)
    while ahead:
        here = ahead.pop()
        choice = here.cell.state.choice
        for way in of.allowed[here.cell]:
            odds = _odds(of, here.cell, way)
            there = Here(
                way.cell or here.cell, (here.odds[0] * odds[0], here.odds[1] * odds[1]), here.cost + way.cost,
                here.silent | way.passage.silent, here.rounds,
            )  # fmt: skip
            if len(here.cell.ways) < 2 or choice.kind == "length":
                _arrive(of, way, there, ahead, ends)
                continue
            key = (choice.stage, choice.kind, choice.about, way.option.label)
            decision = decided.setdefault(key, Decision(here.cell, way))
            decision.weights.append(odds)
            _arrive(of, way, there, decision.places, decision.ends)
    yield from (Beginning(one.decisions, whole=through) for through in ends.values())
    for decision in decided.values():
        odds = min(low for low, _ in decision.weights), max(high for _, high in decision.weights)
        decisions = (*one.decisions, _taken(of, decision.cell, decision.way, odds))
        if decision.places:
            yield Beginning(decisions, tuple(decision.places))
        yield from (Beginning(decisions, whole=through) for through in decision.ends.values())


def _arrive(of: Analysis, way: Way, here: Here, places: list[Here], ends: dict[End, Through]) -> None:
    """At the next cell, or at an end; a loop is not gone round for ever."""
    end = way.end
    if end is not None:
        days = (way.day, way.day)
        rounds = len(set(here.rounds)) < len(here.rounds)
        through = Through(here.odds, days, here.cost, way.passage.recovered, here.silent, end, rounds)
        ends[end] = through.joined(ends.get(end))
        return
    number = here.cell.state.number
    if number in of.cells.circles:
        if here.rounds.count(number) >= ROUNDS:
            return
        here = Here(here.cell, here.odds, here.cost, here.silent, (*here.rounds, number))
    places.append(here)


def _taken(of: Analysis, cell: Cell, way: Way, odds: Weight) -> Taken:
    choice = cell.state.choice
    return Taken(
        stage=choice.stage, title=place_of(of, cell), option=way.option.label,
        text=option_text(of, cell, way), owner=choice.owner, kind=choice.kind, odds=odds_record(*odds),
        party=party_of(of, cell),
    )  # fmt: skip


def _entry(of: Analysis, decisions: tuple[Taken, ...], way: Through) -> PathEntry:
    first, last = way.days
    return PathEntry(
        decisions=decisions, end=way.end.name, title=of.title(way.end.status, way.end.name),
        odds=odds_record(*way.odds), first_day=of.day(first), last_day=of.day(last),
        days=(first - of.start, last - of.start), not_stated=tuple(sorted(way.silent)), cost=of.money(way.cost),
        recovered=of.money(way.recovered) if way.recovered is not None else None, rounds=way.rounds,
    )  # fmt: skip
