"""The graph on the days on which each state is really met: what the solvers and the paths go through.

Where the road goes in circles, what leads round again leads to the state as it was met first; so a loop stays a loop. The
law of the end date goes round it day by day (`spread`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TypeVar

from engine.exact.explore import End, Graph, Passage, State, Step, Sum, is_void
from engine.exact.walker import Option
from engine.refusal import Refusal
from procedure_dsl.wording import say

MOST_CELLS = 20_000  # beyond, lengths that practice has counted are told apart on sheets alone
T = TypeVar("T")


@dataclass(eq=False, slots=True)
class Way:
    """One way out of a cell: to another cell, or to an end on a day."""

    option: Option
    step: Step
    cell: Cell | None
    day: int  # on which it arrives
    lasts: int  # days that it takes
    paid: tuple[tuple[int, int], ...]  # (which of the passage's payments, its day): of our side alone

    @property
    def passage(self) -> Passage:
        return self.step.passage

    @property
    def end(self) -> End | None:
        return self.passage.target if isinstance(self.passage.target, End) else None

    @property
    def cost(self) -> Sum:
        """What our side pays on it."""
        return self.step.passage.cost


@dataclass(eq=False, slots=True)
class Cell:
    """A state on the days on which it is met."""

    state: State
    days: tuple[int, ...]
    ways: list[Way] = field(default_factory=list)
    fixed: tuple[Fraction, ...] | None = None  # the odds of its ways, where all are stated and exact
    rough: tuple[float, ...] = ()  # the same in floats

    @property
    def day(self) -> int:
        """Today."""
        return self.days[0]

    @property
    def ours(self) -> bool:
        return self.state.choice.owner == "we"

    @property
    def theirs(self) -> bool:
        return self.state.choice.owner == "the other side"


class Cells:
    """All cells of a graph. `groups` are its strongly connected components, those that lead nowhere else first."""

    def __init__(self, graph: Graph, start: int | None = None) -> None:
        self.graph = graph
        self.start = graph.root.first if start is None else (start,)
        known = -1
        while known != graph.walked:  # other days may lead to states that were not known before
            known = graph.walked
            self.circles = circles_of(graph)
            self.root = self._expand()
        self.groups = list(components([self.root], lambda cell: [way.cell for way in cell.ways if way.cell]))
        self.all = [cell for group in self.groups for cell in group]

    def _expand(self) -> Cell:
        graph = self.graph
        found: dict[tuple[int, tuple[int, ...]], Cell] = {}

        def cell_of(state: State, days: tuple[int, ...]) -> Cell:
            key = (state.number, days)
            if key not in found:
                if len(found) >= MOST_CELLS:
                    seen = say("there are more than {number} states on this road", number=MOST_CELLS)
                    raise Refusal(
                        "too-many-states", seen, say("Tell more facts of the case, or choose some of the ways.")
                    )
                found[key] = Cell(state, days)
                ahead.append(found[key])
            return found[key]

        ahead: list[Cell] = []
        root = cell_of(graph.root, self.start)
        while ahead:
            cell = ahead.pop()
            for option in cell.state.choice.options:
                if option.odds[1] == 0:
                    continue
                step = graph.step(cell.state, cell.days, option.label)
                passage, target = step.passage, step.target
                paid = tuple((at, step.own[at]) for at, one in enumerate(passage.paid) if one.ours)
                if isinstance(target, End):
                    if is_void(cell.state.choice, passage):
                        continue
                    day = step.days[0]
                    cell.ways.append(Way(option, step, None, day, day - cell.day, paid))
                    continue
                days = step.days
                if self.circles.get(cell.state.number, -1) == self.circles.get(target.number, -2):
                    days = target.first
                day = step.days[0]
                cell.ways.append(Way(option, step, cell_of(target, days), day, day - cell.day, paid))
            odds = [way.option.odds for way in cell.ways]
            if not cell.ours and all(low == high for low, high in odds) and sum(low for low, _ in odds) == 1:
                cell.fixed = tuple(low for low, _ in odds)
                cell.rough = tuple(map(float, cell.fixed))
        return root


def led_to(state: State) -> list[State]:
    """The states that a state leads to, on whatever days."""
    found = (one.target for passages in state.passages.values() for one in passages)
    return [one for one in found if isinstance(one, State)]


def circles_of(graph: Graph) -> dict[int, int]:
    """Of each state that the road can come back to, the circle that it lies on."""
    every = [graph.root, *graph.states.values()]
    found: dict[int, int] = {}
    for at, group in enumerate(components(every, led_to)):
        if len(group) > 1 or group[0] in led_to(group[0]):
            found |= {state.number: at for state in group}
    return found


def components(roots: list[T], behind: Callable[[T], Iterable[T]]) -> Iterator[list[T]]:
    """Strongly connected components, each behind all those that it leads to."""
    index: dict[T, int] = {}
    low: dict[T, int] = {}
    stack: list[T] = []
    held: set[T] = set()
    for root in roots:
        if root in index:
            continue
        work = [(root, iter(behind(root)))]
        index[root] = low[root] = len(index)
        stack.append(root)
        held.add(root)
        while work:
            node, rest = work[-1]
            for one in rest:
                if one not in index:
                    index[one] = low[one] = len(index)
                    stack.append(one)
                    held.add(one)
                    work.append((one, iter(behind(one))))
                    break
                if one in held:
                    low[node] = min(low[node], index[one])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    group = []
                    while True:
                        one = stack.pop()
                        held.discard(one)
                        group.append(one)
                        if one is node:
                            break
                    yield group
