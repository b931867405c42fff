"""What lies between what for each end: the earliest and the latest day, the least and the most money; no odds needed."""

from __future__ import annotations

from dataclasses import dataclass, replace

from engine.exact.cells import Cell, Cells, Way
from engine.exact.explore import Sum
from engine.exact.spread import EndKey


@dataclass(frozen=True, slots=True)
class Bounds:
    """Of the ways from a cell to one end. `more`: a loop on the way has no bound."""

    first: int
    last: int
    cost: Sum
    silent: frozenset[str]
    recovered: Sum | None
    more: bool = False

    def joined(self, other: Bounds) -> Bounds:
        return Bounds(
            min(self.first, other.first), max(self.last, other.last), either(self.cost, other.cost),
            self.silent | other.silent,
            known(self.recovered, other.recovered), self.more or other.more,
        )  # fmt: skip


def either(one: Sum, other: Sum) -> Sum:
    return Sum(min(one.low, other.low), max(one.high, other.high), one.missing | other.missing)


def known(one: Sum | None, other: Sum | None) -> Sum | None:
    """Of two sums that may come in the bounds of what is known; what is not, by name."""
    if one is None or other is None:
        return one or other
    if one.missing and not one.high:
        one, other = other, one
    if other.missing and not other.high:  # nothing is known of it
        return Sum(one.low, one.high, one.missing | other.missing)
    return either(one, other)


def bounds_of(cells: Cells, allowed: dict[Cell, tuple[Way, ...]]) -> dict[EndKey, Bounds]:
    """For each end, over the ways that are allowed at each cell."""
    found: dict[Cell, dict[EndKey, Bounds]] = {}
    for group in cells.groups:
        inside = set(group)
        circle = len(group) > 1 or any(way.cell is group[0] for way in allowed[group[0]])
        for cell in group:
            found[cell] = {}
        for _ in range(len(group) if circle else 1):  # along a loop, once round reaches every end of it
            before = [dict(found[cell]) for cell in group]
            for cell in group:
                for way in allowed[cell]:
                    if way.cell in inside and way.cell is not None and circle:
                        _take_over(found, cell, way)
                    else:
                        _add(found, cell, way)
            if [found[cell] for cell in group] == before:
                break
        if circle and any(way.cell in inside for cell in group for way in allowed[cell] if way.cell):
            for cell in group:
                found[cell] = {end: replace(one, more=True) for end, one in found[cell].items()}
    return found[cells.root]


def _add(found: dict[Cell, dict[EndKey, Bounds]], cell: Cell, way: Way) -> None:
    silent = way.passage.silent
    if way.end is not None:
        behind: dict[EndKey, Bounds] = {
            (way.end.status, way.end.name): Bounds(way.day, way.day, way.cost, silent, way.passage.recovered)
        }
    else:
        assert way.cell is not None
        behind = {
            end: replace(one, cost=way.cost + one.cost, silent=silent | one.silent)
            for end, one in found[way.cell].items()
        }
    for end, one in behind.items():
        mine = found[cell].get(end)
        found[cell][end] = one if mine is None else mine.joined(one)


def _take_over(found: dict[Cell, dict[EndKey, Bounds]], cell: Cell, way: Way) -> None:
    """Round a loop only ends that are not known yet are new; what a round adds is told by `more`."""
    assert way.cell is not None
    for end, one in list(found[way.cell].items()):
        if end not in found[cell]:
            found[cell][end] = replace(one, cost=way.cost + one.cost, silent=way.passage.silent | one.silent)
