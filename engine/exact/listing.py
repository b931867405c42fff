"""The ways through, one by one: who decided what, the odds of it all, the last day, the cost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from engine.exact.bounds import either, known
from engine.exact.cells import Cell, Way
from engine.exact.explore import End, Sum
from engine.exact.result import PathEntry, Taken, odds_record
from engine.exact.walker import Weight

if TYPE_CHECKING:
    from engine.exact.analyse import Analysis

NONE, WHOLE = Fraction(0), Fraction(1)
MOST_WALKED = 20_000
ROUNDS = 2  # how often a path that is listed passes one state of a loop


def listed(of: Analysis, most: int) -> tuple[tuple[PathEntry, ...], int, Weight]:
    """The likeliest ways first, so many of them; how many there are besides, and the odds of those together."""
    found: dict[tuple[object, ...], Through] = {}
    for walked, path in enumerate(_paths(of)):
        if walked >= MOST_WALKED:
            break
        one = _way(of, path)
        same = found.get(one.key)
        found[one.key] = one if same is None else same.joined(one)
    ways = sorted(found.values(), key=lambda one: (-one.odds[1], -one.odds[0], one.days))
    rest = ways[most:]
    odds = sum((one.odds[0] for one in rest), NONE), min(sum((one.odds[1] for one in rest), NONE), WHOLE)
    return tuple(_entry(of, one) for one in ways[:most]), len(rest), odds


@dataclass(frozen=True, slots=True)
class Through:
    """One way through, in fractions."""

    key: tuple[object, ...]
    decisions: tuple[Taken, ...]
    odds: Weight
    days: tuple[int, int]
    cost: Sum
    recovered: Sum | None
    silent: frozenset[str]
    end: End
    rounds: bool

    def joined(self, other: Through) -> Through:
        """Two that differ in lengths alone."""
        days = min(self.days[0], other.days[0]), max(self.days[1], other.days[1])
        odds = self.odds[0] + other.odds[0], min(self.odds[1] + other.odds[1], WHOLE)
        return replace(
            self, days=days, odds=odds, cost=either(self.cost, other.cost), silent=self.silent | other.silent,
            recovered=known(self.recovered, other.recovered),
        )  # fmt: skip


def _paths(of: Analysis) -> Iterator[list[tuple[Cell, Way]]]:
    """Depth first; a loop is gone round once more at most."""
    path: list[tuple[Cell, Way]] = []
    seen: dict[int, int] = {of.cells.root.state.number: 1}
    stack = [iter(of.allowed[of.cells.root])]
    cells = [of.cells.root]
    while stack:
        way = next(stack[-1], None)
        if way is None:
            stack.pop()
            seen[cells.pop().state.number] -= 1
            if path:
                path.pop()
            continue
        if way.cell is None:
            yield [*path, (cells[-1], way)]
            continue
        number = way.cell.state.number
        if seen.get(number, 0) >= ROUNDS:
            continue
        seen[number] = seen.get(number, 0) + 1
        path.append((cells[-1], way))
        cells.append(way.cell)
        stack.append(iter(of.allowed[way.cell]))


def _way(of: Analysis, path: list[tuple[Cell, Way]]) -> Through:
    low, high = WHOLE, WHOLE
    cost, silent = Sum(), frozenset[str]()
    decisions = []
    states = [cell.state.number for cell, _ in path]
    for cell, way in path:
        cost += way.cost
        silent |= way.passage.silent
        choice, (least, most) = cell.state.choice, way.option.odds
        if len(cell.ways) < 2:
            continue
        if choice.owner == "we" or len(of.allowed[cell]) == 1:
            least = most = WHOLE
        low, high = low * least, high * most
        if choice.kind != "length":
            decisions.append(
                Taken(
                    stage=choice.stage, title=of.plan.label(choice.stage).text(), option=way.option.label,
                    text=of.option_text(cell, way), owner=choice.owner, kind=choice.kind, odds=odds_record(least, most),
                )
            )  # fmt: skip
    last = path[-1][1]
    assert last.end is not None
    key = (*((one.stage, one.kind, one.option) for one in decisions), last.end)
    return Through(
        key, tuple(decisions), (low, high), (last.day, last.day), cost, last.passage.recovered, silent, last.end,
        len(set(states)) < len(states),
    )  # fmt: skip


def _entry(of: Analysis, way: Through) -> PathEntry:
    first, last = way.days
    return PathEntry(
        decisions=way.decisions, end=way.end.name, title=of.title(way.end.status, way.end.name),
        odds=odds_record(*way.odds), first_day=of.day(first), last_day=of.day(last),
        days=(first - of.start, last - of.start), not_stated=tuple(sorted(way.silent)), cost=of.money(way.cost),
        recovered=of.money(way.recovered) if way.recovered is not None else None, rounds=way.rounds,
    )  # fmt: skip
