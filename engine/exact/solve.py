"""Values of cells, exactly: what can be had of a goal where we choose, others choose, and odds are known or bounded.

Components are solved behind what they lead to. A single cell is one comparison; a loop is policy iteration with a linear
system in fractions, begun with a strategy that leaves the loop, and improved only where that is strictly better: so a
circle that costs nothing is never gone round for ever.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

from engine.exact.cells import Cell, Cells, Way
from engine.exact.walker import NONE, WHOLE, Weight

YEAR = 365  # days, of what a discount is a share
Goal = Callable[[Cell, Way], Fraction]  # what a way brings by itself, an end's worth included
Side = Literal["best", "worst"]


@dataclass(frozen=True, slots=True)
class Rules:
    """Who decides how. `ours`: we take the best (or the worst) for the goal, or keep to `plan`."""

    ours: Side = "best"
    chance: Side = "worst"  # how odds that are only bounded, or not known at all, fall
    hostile: bool = False  # the other side takes the worst way for us, whatever the odds
    plan: dict[Cell, Way] | None = None  # what is decided already, by whomever
    instead: tuple[str, str, Fraction] | None = None  # (stage, way, odds) to put in the place of what practice says
    until: frozenset[str] = frozenset()  # ways of the plan behind which nothing counts any more


@dataclass(slots=True)
class Solution:
    """For each cell its value, how its ways are weighed, and which one we take."""

    until: frozenset[str] = frozenset()
    value: dict[Cell, Fraction] = field(default_factory=dict)
    weights: dict[Cell, tuple[Fraction, ...]] = field(default_factory=dict)
    unbounded: dict[Cell, None] = field(
        default_factory=dict
    )  # loops of which nothing says how often they are gone round

    def behind(self, way: Way) -> Cell | None:
        """Where a way leads on to, as far as that counts."""
        if way.cell is None or not self.until:
            return way.cell
        return None if any(edge in self.until for edge, _ in way.passage.edges) else way.cell

    def taken(self, cell: Cell) -> Way:
        """The way that somebody who chooses takes."""
        return max(zip(cell.ways, self.weights[cell], strict=True), key=lambda one: one[1])[0]


def solve(cells: Cells, goal: Goal, rules: Rules = Rules()) -> Solution:
    """The value of a goal at every cell."""
    found = Solution(rules.until)
    for group in cells.groups:
        cell = group[0]
        if len(group) == 1 and all(way.cell is not cell for way in cell.ways):
            worths = [worth(found, goal, cell, way) for way in cell.ways]
            weights = weighed(cell, worths, rules)
            found.weights[cell] = weights
            found.value[cell] = mean(weights, worths)
        else:
            _loop(group, found, goal, rules)
    return found


def worth(found: Solution, goal: Goal, cell: Cell, way: Way) -> Fraction:
    """What a way brings by itself, and what comes behind it."""
    here, behind = goal(cell, way), found.behind(way)
    if behind is None:
        return here
    return here + found.value[behind] if here else found.value[behind]


def mean(weights: Sequence[Fraction], worths: Sequence[Fraction]) -> Fraction:
    """The weighed mean; nothing is multiplied by one or by nought, which most weights are."""
    total: Fraction | None = None
    for weight, one in zip(weights, worths, strict=True):
        if weight is WHOLE:
            return one
        if weight:
            total = weight * one if total is None else total + weight * one
    return NONE if total is None else total


def decides(cell: Cell, rules: Rules) -> Side | None:
    """Whether somebody takes one way at a cell, and to whose good; None where odds do."""
    if cell.ours:
        return rules.ours
    return "worst" if rules.hostile and cell.theirs else None


def weighed(cell: Cell, worths: Sequence[Fraction], rules: Rules) -> tuple[Fraction, ...]:
    """How the ways of a cell are weighed, given what each is worth."""
    if rules.plan is not None and cell in rules.plan:
        return tuple(WHOLE if way is rules.plan[cell] else NONE for way in cell.ways)
    if cell.fixed is not None and not (rules.hostile and cell.theirs):
        if isinstance(worths[0], float):  # what is asked in floats is weighed in floats
            return replaced(cell, cell.rough, rules)
        return replaced(cell, cell.fixed, rules)
    side = decides(cell, rules)
    if side is not None:
        pick = (max if side == "best" else min)(range(len(worths)), key=lambda at: worths[at])
        return tuple(WHOLE if at == pick else NONE for at in range(len(worths)))
    return replaced(cell, spread_odds([way.option.odds for way in cell.ways], worths, rules.chance), rules)


def replaced(cell: Cell, weights: tuple[Fraction, ...], rules: Rules) -> tuple[Fraction, ...]:
    """With the odds of one way of a stage set, those of the others in proportion."""
    if rules.instead is None or cell.state.stage != rules.instead[0]:
        return weights
    _, label, odds = rules.instead
    at = next((at for at, way in enumerate(cell.ways) if way.option.label == label), None)
    if at is None or len(weights) < 2:
        return weights
    rest = WHOLE - weights[at]
    others = [(WHOLE - odds) * (one / rest if rest else Fraction(1, len(weights) - 1)) for one in weights]
    return tuple(odds if other == at else one for other, one in enumerate(others))


def spread_odds(odds: Sequence[Weight], worths: Sequence[Fraction], side: Side) -> tuple[Fraction, ...]:
    """Odds within their bounds, which add up to one: as much as they may on the best ways, or on the worst."""
    if all(low is NONE and high is WHOLE for low, high in odds):
        pick = (max if side == "best" else min)(range(len(odds)), key=lambda at: worths[at])
        return tuple(WHOLE if at == pick else NONE for at in range(len(odds)))
    found = [low for low, _ in odds]
    left = WHOLE - sum(found, NONE)
    for at in sorted(range(len(odds)), key=lambda at: worths[at], reverse=side == "best"):
        more = min(left, odds[at][1] - odds[at][0])
        found[at] += more
        left -= more
    if left:  # bounds that leave nothing that adds up to one: in proportion
        whole = sum(found, NONE)
        found = [one / whole for one in found]
    return tuple(found)


# ── Loops ───────────────────────────────────────────────────────────────────────────────────────


def _loop(group: list[Cell], found: Solution, goal: Goal, rules: Rules) -> None:
    inside = set(group)
    decided = rules.plan or {}
    if any(decides(cell, rules) is None and cell not in decided and is_open(cell) for cell in group):
        _once(group, inside, found, goal, rules)
        return
    weights = _leaving(group, inside, rules)
    for _ in range(1_000):
        _evaluate(group, inside, weights, found, goal)
        better = _improved(group, found, goal, rules, ours=False)
        if not better:
            better = _improved(group, found, goal, rules, ours=True)
        if not better:
            break
        weights |= better
    found.weights |= weights


def is_open(cell: Cell) -> bool:
    """Whether nothing at all says how its odds fall."""
    return len(cell.ways) > 1 and any(way.option.odds == (NONE, WHOLE) for way in cell.ways)


def _improved(
    group: list[Cell], found: Solution, goal: Goal, rules: Rules, ours: bool
) -> dict[Cell, tuple[Fraction, ...]]:
    better = {}
    for cell in group:
        if cell.ours is not ours or (rules.plan is not None and cell in rules.plan):
            continue
        worths = [worth(found, goal, cell, way) for way in cell.ways]
        other = weighed(cell, worths, rules)
        value = mean(other, worths)
        up = (decides(cell, rules) or rules.chance) == "best"
        if value > found.value[cell] if up else value < found.value[cell]:
            better[cell] = other
    return better


def _leaving(group: list[Cell], inside: set[Cell], rules: Rules) -> dict[Cell, tuple[Fraction, ...]]:
    """A strategy that leads out of the loop from everywhere: nearest the way out first."""
    far: dict[Cell, int] = {}
    rank: dict[Cell, int] = {}
    while len(far) < len(group):
        before = len(far)
        for cell in group:
            if cell in far:
                continue
            for at, way in enumerate(cell.ways):
                if way.cell is None or way.cell not in inside or way.cell in far:
                    far[cell], rank[cell] = before, at
                    break
        if len(far) == before:
            break  # a circle without a way out, which nobody can leave
    found = {}
    for cell in group:
        if rules.plan is not None and cell in rules.plan:
            found[cell] = tuple(WHOLE if way is rules.plan[cell] else NONE for way in cell.ways)
        elif decides(cell, rules) is None:
            odds = spread_odds([way.option.odds for way in cell.ways], [NONE] * len(cell.ways), rules.chance)
            found[cell] = replaced(cell, odds, rules)
        else:
            found[cell] = tuple(WHOLE if at == rank.get(cell, 0) else NONE for at in range(len(cell.ways)))
    return found


def _evaluate(
    group: list[Cell], inside: set[Cell], weights: dict[Cell, tuple[Fraction, ...]], found: Solution, goal: Goal
) -> None:
    """The values of a loop under fixed weights: a linear system, solved by elimination."""
    rows: dict[Cell, dict[Cell, Fraction]] = {}
    right: dict[Cell, Fraction] = {}
    for cell in group:
        row: dict[Cell, Fraction] = {cell: WHOLE}
        known = NONE
        for weight, way in zip(weights[cell], cell.ways, strict=True):
            if not weight:
                continue
            known += weight * goal(cell, way)
            behind = found.behind(way)
            if behind is not None and behind in inside:
                row[behind] = row.get(behind, NONE) - weight
            elif behind is not None:
                known += weight * found.value[behind]
        rows[cell], right[cell] = row, known
    order = list(group)
    for at, pivot in enumerate(order):
        row, factor = rows[pivot], rows[pivot].get(pivot, NONE)
        if not factor:
            found.unbounded[pivot] = None
            rows[pivot] = {pivot: WHOLE}
            right[pivot] = NONE
            continue
        for other in order[at + 1 :]:
            times = rows[other].pop(pivot, NONE)
            if times:
                times /= factor
                for cell, one in row.items():
                    if cell is not pivot:
                        rows[other][cell] = rows[other].get(cell, NONE) - times * one
                right[other] -= times * right[pivot]
    for pivot in reversed(order):
        row = rows[pivot]
        rest = sum((one * found.value[cell] for cell, one in row.items() if cell is not pivot), NONE)
        found.value[pivot] = (right[pivot] - rest) / row[pivot]


def _once(group: list[Cell], inside: set[Cell], found: Solution, goal: Goal, rules: Rules) -> None:
    """A loop of which nothing says how often it is gone round: as if nothing came any more where it would begin anew."""
    order: list[Cell] = []
    state: dict[Cell, int] = {}
    cut: set[tuple[Cell, int]] = set()

    def visit(cell: Cell) -> None:
        work = [(cell, iter(enumerate(cell.ways)))]
        state[cell] = 1
        while work:
            node, rest = work[-1]
            for at, way in rest:
                if way.cell is None or way.cell not in inside:
                    continue
                if state.get(way.cell) == 1:
                    cut.add((node, at))
                elif way.cell not in state:
                    state[way.cell] = 1
                    work.append((way.cell, iter(enumerate(way.cell.ways))))
                    break
            else:
                state[node] = 2
                order.append(node)
                work.pop()

    for cell in sorted(group, key=lambda one: one.state.number):
        if cell not in state:
            visit(cell)
    for cell in order:
        found.unbounded[cell] = None
        worths = [
            goal(cell, way) if (cell, at) in cut else worth(found, goal, cell, way) for at, way in enumerate(cell.ways)
        ]
        kept = [at for at in range(len(cell.ways)) if (cell, at) not in cut]
        if decides(cell, rules) is None or not kept:
            found.weights[cell] = weighed(cell, worths, rules)
        else:  # nobody who decides goes round for nothing
            part = Cell(cell.state, cell.days, [cell.ways[at] for at in kept])
            chosen = (rules.plan or {}).get(cell)
            plan = {part: chosen} if chosen is not None and chosen in part.ways else None
            some = Rules(rules.ours, rules.chance, rules.hostile, plan, rules.instead, rules.until)
            weights = dict(zip(kept, weighed(part, [worths[at] for at in kept], some), strict=True))
            found.weights[cell] = tuple(weights.get(at, NONE) for at in range(len(cell.ways)))
        found.value[cell] = mean(found.weights[cell], worths)


# ── Goals ───────────────────────────────────────────────────────────────────────────────────────


def reaches(name: str, status: str = "ended") -> Goal:
    """One at an end, nought at every other."""
    return lambda _, way: WHOLE if way.end is not None and (way.end.name, way.end.status) == (name, status) else NONE


def passes(edges: frozenset[str]) -> Goal:
    """One where a way takes one of these ways of the plan; with `until` the same, it tells how likely that is at all."""
    return lambda _, way: WHOLE if any(one in edges for one, _ in way.passage.edges) else NONE


def costs(high: bool) -> Goal:
    """What our side pays."""
    return lambda _, way: way.cost.high if high else way.cost.low


def lasts(_: Cell, way: Way) -> Fraction:
    return Fraction(way.lasts)


def ends_by(day: int, name: str = "") -> Goal:
    """One where the case has ended by a day, at one end or any."""

    def goal(_: Cell, way: Way) -> Fraction:
        done = way.end is not None and way.day <= day and (not name or way.end.name == name)
        return WHOLE if done else NONE

    return goal
