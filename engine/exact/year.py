"""One case begun on every day of a year: the same tapes, run for all those first days at once, and what each comes to.

A state is followed with all its days, a row for each first day. What a first day comes to is told by a number: two first
days have the same one where every way through has the same odds, fees and end, whatever its days. So the days on which
anything changes are found without solving anything, and each number is solved once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from engine.exact.explore import End, Passage, State, is_void
from engine.exact.many import Days, Tables, passages
from engine.exact.pricing import Branch, Place, TooMuch
from engine.exact.walker import Option

if TYPE_CHECKING:
    from engine.exact.explore import Graph


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
                    if is_void(state.choice, passage):
                        continue
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
