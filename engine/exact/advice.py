"""What to do at each of our decisions, what every option is worth from there, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from engine.exact.breakeven import Turns, on_fees, turning
from engine.exact.cells import Cell, Way
from engine.exact.explore import Sum
from engine.exact.result import Advice, OddsTurn, OptionWorth, odds_record
from engine.exact.solve import Goal, Solution, costs, lasts, worth
from engine.exact.wording import after, before, option_text
from engine.records import Act
from engine.trace import source_records
from procedure_dsl.wording import say

if TYPE_CHECKING:
    from engine.exact.analyse import Analysis

NONE, WHOLE = Fraction(0), Fraction(1)
NEAR = Fraction(1, 100)


class Worths:
    """The worth of each way under what we do after it: a pair of solutions, open odds falling badly and well."""

    def __init__(self, of: Analysis, goal: Goal) -> None:
        self.goal = goal
        self.low, self.high = of.solution(goal, most=False), of.solution(goal, most=True)

    def of(self, cell: Cell, way: Way) -> tuple[Fraction, Fraction]:
        return self._of(self.low, cell, way), self._of(self.high, cell, way)

    def _of(self, found: Solution, cell: Cell, way: Way) -> Fraction:
        return worth(found, self.goal, cell, way)


def recovering(_: Cell, way: Way) -> Fraction:
    """One at an end that brings something."""
    found = way.passage.recovered
    return WHOLE if found is not None and (found.high or found.missing) else NONE


def advice_of(of: Analysis) -> tuple[Advice, ...]:
    """One entry for each of our decisions that the plan comes to; those that are all but alike together."""
    goals = Worths(of, of.worth)
    net, least, most = Worths(of, of.net), Worths(of, costs(high=False)), Worths(of, costs(high=True))
    days, recovers = Worths(of, lasts), Worths(of, recovering)
    turns = Turns(of) if of.planned else None
    groups: list[Group] = []
    for cell in of.met:
        if not cell.ours or len(cell.ways) < 2:
            continue
        if not of.planned and cell.state.number in of.cells.circles:
            continue  # on a loop of which nothing is known, what comes round again has no worth of its own
        taken = of.choices[cell] if of.planned else None
        worths = [
            WayWorth(
                net.of(cell, way), (least.of(cell, way)[0], most.of(cell, way)[1]), days.of(cell, way),
                recovers.of(cell, way), of.burdens.of_way(cell, way) if of.burdens.told else None,
            )
            for way in cell.ways
        ]  # fmt: skip
        certain = taken is not None and all(
            pair[0] >= other[0] and pair[1] >= other[1]
            for pair in [goals.of(cell, taken)] for other in (goals.of(cell, way) for way in cell.ways)
        )  # fmt: skip
        every = {goals.of(cell, way) for way in cell.ways}
        even = len(every) == 1
        same = even and (
            all(low == high for low, high in every)
            or len({(way.cell, way.passage.cost, way.day) for way in cell.ways}) == 1
        )
        key = (
            cell.state.stage, cell.state.choice.about, certain, even, same, taken and taken.option.label,
            tuple((way.option.label, missing_behind(of, way)) for way in cell.ways),
        )  # fmt: skip
        alike = next((one for one in groups if one.key == key and one.is_near(worths)), None)
        if alike is not None:
            alike.add(cell, worths)
        else:
            groups.append(Group(key, [cell], worths, list(worths), certain, even, same))
    leads: dict[Cell, list[tuple[Cell, Way]]] = {}
    for cell in of.met:
        for way in of.allowed[cell]:
            if way.cell is not None:
                leads.setdefault(way.cell, []).append((cell, way))
    return tuple(_entry(of, one, turns, leads) for one in groups)


def _entry(of: Analysis, group: Group, turns: Turns | None, leads: dict[Cell, list[tuple[Cell, Way]]]) -> Advice:
    cell = group.cells[0]
    choice, taken = cell.state.choice, of.choices[cell] if of.planned else None
    options = tuple(
        OptionWorth(
            option=way.option.label, text=option_text(of, cell, way), advised=way is taken, net=of.money(Sum(*worth.net)),
            cost=of.money(Sum(*worth.cost, missing_behind(of, way))), days=(float(worth.days[0]), float(worth.days[1])),
            recovers=odds_record(*worth.recovers),
            net_with_costs=of.money(Sum(*worth.with_costs)) if worth.with_costs is not None else None,
        )
        for way, worth in zip(cell.ways, group.worths, strict=True)
    )  # fmt: skip
    title = of.decision_title(cell)
    right = of.plan.rights[choice.about].label.text() if choice.kind == "right" else ""
    text = option_text(of, cell, taken) if taken is not None else say("nothing says which is better")
    if group.same:
        text = say("makes no difference")
    with_costs = ""
    if taken is not None and not group.even and of.goal == "net":
        pairs = {
            way: one.with_costs for way, one in zip(cell.ways, group.worths, strict=True) if one.with_costs is not None
        }
        better = [way for way in pairs if way is not taken and pairs[way][0] > pairs[taken][1]]
        if better:
            with_costs = option_text(of, cell, max(better, key=lambda way: pairs[way][0]))
    detours = tuple(on_fees(of, group.cells))
    turned: tuple[OddsTurn, ...] = ()
    steady = False
    if turns is not None and not group.even and all(one in turns.ours for one in group.cells):
        turned = tuple(turning(of, turns, group.cells))
        steady = not turned and any(True for _ in turns.stated())
    return Advice(
        stage=cell.state.stage, title=title, after=after(pair for one in group.cells for pair in before(of, one, leads)),
        options=options, certain=group.certain, even=group.even, same=group.same, right=right, text=text,
        breaks_even=(*(one.text for one in detours), *(one.text for one in turned)), detours=detours, turns=turned, with_costs=with_costs, steady=steady,
        sources=source_records(*(one.cite for one in of.plan.stages[cell.state.stage].moves if isinstance(one, Act))),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class WayWorth:
    """What a way is worth from a cell on, each from the least to the most."""

    net: tuple[Fraction, Fraction]
    cost: tuple[Fraction, Fraction]
    days: tuple[Fraction, Fraction]
    recovers: tuple[Fraction, Fraction]
    with_costs: tuple[Fraction, Fraction] | None = (
        None  # the net, were what others are to bear of our fees to come back
    )

    def is_near(self, other: WayWorth) -> bool:
        """Whether nobody needs to be told of the difference: a hundredth of the money and of the odds."""
        money = all(
            abs(one - two) <= NEAR * max(abs(one), abs(two))
            for one, two in zip((*self.net, *self.cost), (*other.net, *other.cost), strict=True)
        )
        return money and all(abs(one - two) <= NEAR for one, two in zip(self.recovers, other.recovers, strict=True))

    def joined(self, other: WayWorth) -> WayWorth:
        pairs = (
            (self.net, other.net),
            (self.cost, other.cost),
            (self.days, other.days),
            (self.recovers, other.recovers),
        )
        net, cost, days, recovers = ((min(one[0], two[0]), max(one[1], two[1])) for one, two in pairs)
        back = self.with_costs
        if back is not None and other.with_costs is not None:
            back = min(back[0], other.with_costs[0]), max(back[1], other.with_costs[1])
        return WayWorth(net, cost, days, recovers, back)


@dataclass(slots=True)
class Group:
    """Cells of one decision with the same advice, of which every option is worth all but the same."""

    key: tuple[object, ...]
    cells: list[Cell]
    first: list[WayWorth]
    worths: list[WayWorth]  # of all its cells together
    certain: bool
    even: bool
    same: bool

    def is_near(self, worths: list[WayWorth]) -> bool:
        return all(one.is_near(other) for one, other in zip(self.first, worths, strict=True))

    def add(self, cell: Cell, worths: list[WayWorth]) -> None:
        self.cells.append(cell)
        self.worths = [one.joined(other) for one, other in zip(self.worths, worths, strict=True)]


def missing_behind(of: Analysis, way: Way) -> frozenset[str]:
    """The fees of no known amount that can fall due from a way on."""
    found, ahead, seen = way.cost.missing, [way.cell], {way.cell}
    while ahead:
        cell = ahead.pop()
        for one in of.allowed[cell] if cell is not None else ():
            found |= one.cost.missing
            if one.cell not in seen:
                seen.add(one.cell)
                ahead.append(one.cell)
    return found
