"""A tape run for many days at once: each place of it is an array, one number for each row of given days."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.calendar import CalendarError
from engine.exact.explore import Graph, Passage, State
from engine.exact.reckoning import LESS, MORE, SAME, Clock, Runner

Days = NDArray[np.int64]  # ordinals
Floats = NDArray[np.float64]
Truths = NDArray[np.bool_]
Places = NDArray[np.intp]

UNKNOWN, BEYOND = -2, -1  # in a table of counted days: not asked for yet; not to be had of the calendar
SPARE = 1_000  # days on either side of a table that has to grow
FEW = 12  # rows
WIDEST = 2**62  # as many different rows as one whole number tells apart
least, most = np.minimum.reduce, np.maximum.reduce
COMPARED: dict[int, Callable[[Any, Any], Any]] = {
    LESS: operator.lt, SAME: operator.eq, MORE: operator.gt, LESS | SAME: operator.le, SAME | MORE: operator.ge, LESS | MORE: operator.ne,
}  # fmt: skip


@dataclass(slots=True)
class Table:
    """What is counted in one way from each day, from `first` on."""

    first: int
    days: Days


class Tables:
    """What is counted from each day: an array for each way of counting, filled as it is asked."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.known: dict[tuple[Any, ...], Table] = {}
        self.of_step: dict[int, tuple[object, Table]] = {}  # the same by the identity of a step of a program

    def count(self, how: tuple[Any, ...], ordinals: Days) -> Days:
        """The days counted from these; BEYOND where the calendar does not say."""
        _, table = self.of_step.get(id(how)) or self._met(how, int(ordinals[0]))
        low, high = int(least(ordinals)), int(most(ordinals))
        if low < table.first or high >= table.first + len(table.days):
            _widen(table, low, high)
        found: Days = table.days[ordinals - table.first]
        if least(found) == UNKNOWN:
            for ordinal in np.unique(ordinals[found == UNKNOWN]).tolist():
                table.days[ordinal - table.first] = self._counted(how, ordinal)
            found = table.days[ordinals - table.first]
        return found

    def _met(self, how: tuple[Any, ...], first: int) -> tuple[object, Table]:
        found = how, self.known.setdefault(how[1:], Table(first, np.empty(0, np.int64)))
        self.of_step[id(how)] = found  # which keeps the step, so that no other one can have its identity
        return found

    def _counted(self, how: tuple[Any, ...], ordinal: int) -> int:
        try:
            return self.clock.count(how, ordinal)
        except (CalendarError, OverflowError, ValueError):
            return BEYOND


def _widen(table: Table, low: int, high: int) -> None:
    """So that it reaches from the one day to the other, with room to spare."""
    start, end = min(low - SPARE, table.first), max(high + SPARE, table.first + len(table.days))
    wider = np.full(end - start, UNKNOWN, np.int64)
    wider[table.first - start : table.first - start + len(table.days)] = table.days
    table.first, table.days = start, wider


def run_many(runner: Runner, given: Sequence[Days], tables: Tables) -> tuple[list[Days], Truths | None]:
    """The wanted days of a program for each row of given ones, and of which rows it tells; None: of all of them."""
    program = runner.program
    values = list(given)
    good: list[Truths] = []
    for how in program.counts:
        source = values[how[0]]
        if how[1] == "plus":
            found = source + int(how[2])
        elif how[1] == "fixed":
            found = np.full(len(source), int(how[2]), np.int64)
        else:
            found = tables.count(how, source)
            if least(found) < 0:
                good.append(found > 0)
                found = np.where(found > 0, found, source)  # a day, so that what is counted from it can go on
        values.append(found)
    for place, low, high in program.limits:
        column = values[place]
        if least(column) < low or most(column) > high:
            good.append((column >= low) & (column <= high))
    good += [COMPARED[allowed](values[one], values[other]) for one, other, allowed in program.between]
    good += [COMPARED[allowed](values[one], value) for one, value, allowed in program.against]
    good += [values[one] - values[other] == apart for one, other, apart in program.apart]
    for place, is_worked in program.worked:
        days, at = np.unique(values[place], return_inverse=True)
        works = np.array([tables.clock.calendar.is_working(date.fromordinal(one)) for one in days.tolist()])
        good.append(works[at] == is_worked)
    holds: Truths | None = None
    for one in good:
        holds = one if holds is None else holds & one
    return [values[place] for place in program.wanted], None if holds is None or holds.all() else holds


def run_few(runner: Runner, given: Sequence[Days], tables: Tables) -> tuple[list[Days], Truths | None]:  # noqa: ARG001
    """The same one row after the other, which costs less where there are few."""
    found = [runner.run(row) for row in zip(*(column.tolist() for column in given), strict=True)]
    told = [row for row in found if row is not None]
    if len(told) == len(found):
        return [np.array(column, np.int64) for column in zip(*told, strict=True)], None
    nothing = (0,) * len(runner.program.wanted)
    columns = zip(*(nothing if row is None else row for row in found), strict=True)
    return [np.array(column, np.int64) for column in columns], np.array([row is not None for row in found])


def passages(
    graph: Graph, tables: Tables, state: State, label: str, days: Sequence[Days],
    walking: Callable[[], None] = lambda: None,
) -> Iterator[tuple[Passage, Places | None, list[Days]]]:  # fmt: skip
    """One way out of a state, from all these rows of days: each passage, from which rows (None: all), and its wanted days.

    Rows of which no tape tells are walked by the law, until all have their passage; `walking` is told before each walk.
    """
    left: Places | None = None
    tried = 0
    while True:
        known = state.passages.setdefault(label, [])
        for passage in known[tried:]:
            here = days if left is None else [column[left] for column in days]
            found, holds = (run_few if len(here[0]) <= FEW else run_many)(passage.program, here, tables)
            if holds is None:
                yield passage, left, found
                return
            at = np.flatnonzero(holds)
            if len(at):
                yield passage, at if left is None else left[at], [column[at] for column in found]
                rest = np.flatnonzero(~holds)
                left = rest if left is None else left[rest]
        tried = len(known)
        row = 0 if left is None else left[0]
        walking()
        graph.step(state, tuple(int(column[row]) for column in days), label)
        assert len(known) > tried, "what no tape tells of is walked anew"


def stacked(blocks: Sequence[Sequence[Days]]) -> list[Days]:
    """The rows of several tables of days below one another."""
    return [np.concatenate(columns) for columns in zip(*blocks, strict=True)]


def key_of(columns: Sequence[Days]) -> Days:
    """A whole number for each row, the same for the same rows."""
    key, width = np.zeros(len(columns[0]), np.int64), 1
    for column in columns:
        low, high = int(least(column)), int(most(column))
        if low == high:
            continue
        if width * (high - low + 1) >= WIDEST:
            key = np.unique(key, return_inverse=True)[1].astype(np.int64)
            width = int(key.max()) + 1
        key = key * (high - low + 1) + (column - low)
        width *= high - low + 1
    return key


def alike(columns: Sequence[Days]) -> tuple[Places, Places] | None:
    """Rows that are the same, together: an order of the rows, and where in it each new one begins; None: no two are."""
    if len(columns[0]) < 2:
        return None
    key = key_of(columns)
    order = np.argsort(key, kind="stable")
    ordered = key[order]
    fresh = np.concatenate(([True], ordered[1:] != ordered[:-1]))
    return None if fresh.all() else (order, np.flatnonzero(fresh))
