"""What to do at each of our decisions, what every option is worth from there, and how sure that is."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from engine.exact.breakeven import Turns, on_fees, turning
from engine.exact.cells import Cell, Way
from engine.exact.explore import Sum
from engine.exact.result import Advice, OptionWorth, odds_record
from engine.exact.solve import Goal, Solution, costs, lasts, worth
from engine.records import Act
from engine.trace import source_records
from procedure_dsl.wording import say

if TYPE_CHECKING:
    from engine.exact.analyse import Analysis

NONE, WHOLE = Fraction(0), Fraction(1)


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
    """One entry for each of our decisions that the plan comes to; alike ones together."""
    goals = Worths(of, of.worth)
    net, least, most = Worths(of, of.net), Worths(of, costs(high=False)), Worths(of, costs(high=True))
    days, recovers = Worths(of, lasts), Worths(of, recovering)
    turns = Turns(of) if of.planned else None
    found: dict[tuple[object, ...], Advice] = {}
    for cell in of.met:
        if not cell.ours or len(cell.ways) < 2:
            continue
        if not of.planned and cell.state.number in of.cells.circles:
            continue  # on a loop of which nothing is known, what comes round again has no worth of its own
        taken = of.choices[cell] if of.planned else None
        options = []
        for way in cell.ways:
            low, high = net.of(cell, way)
            fee = Sum(least.of(cell, way)[0], most.of(cell, way)[1], missing_behind(of, way))
            first, last = days.of(cell, way)
            options.append(
                OptionWorth(
                    option=way.option.label, text=of.option_text(cell, way), advised=way is taken,
                    net=of.money(Sum(low, high)), cost=of.money(fee), days=(float(first), float(last)),
                    recovers=odds_record(*recovers.of(cell, way)),
                )
            )  # fmt: skip
        after = tuple(before(of, cell))
        certain = taken is not None and all(
            pair[0] >= other[0] and pair[1] >= other[1]
            for pair in [goals.of(cell, taken)] for other in (goals.of(cell, way) for way in cell.ways)
        )  # fmt: skip
        title = of.plan.label(cell.state.stage).text()
        if cell.state.choice.kind == "right":
            title = say("{stage}: {right}?", stage=title, right=of.plan.rights[cell.state.choice.about].label.text())
        key = (
            cell.state.stage,
            cell.state.choice.about,
            certain,
            *(one.model_copy(update={"days": ()}) for one in options),
        )
        known = found.get(key)
        if known is not None:
            found[key] = known.model_copy(
                update={"after": tuple(dict.fromkeys((*known.after, *after))), "options": tuple(map(_together, known.options, options))}
            )  # fmt: skip
            continue
        worths = {goals.of(cell, way) for way in cell.ways}
        even = len(worths) == 1
        text = of.option_text(cell, taken) if taken is not None else say("nothing says which is better")
        if even:
            text = say("makes no difference")
        breaks = tuple(on_fees(of, cell))
        if turns is not None and taken is not None and not even and cell in turns.ours:
            breaks += turning(of, turns, cell, taken)
        found[key] = Advice(
            stage=cell.state.stage, title=title, after=after, options=tuple(options), certain=certain, even=even, breaks_even=breaks, text=text,
            sources=source_records(*(one.cite for one in of.plan.stages[cell.state.stage].moves if isinstance(one, Act))),
        )  # fmt: skip
    return tuple(found.values())


def _together(one: OptionWorth, other: OptionWorth) -> OptionWorth:
    """Two that differ in days alone."""
    days = (min(one.days[0], other.days[0]), max(one.days[1], other.days[1]))
    return one.model_copy(update={"days": days})


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


def before(of: Analysis, cell: Cell) -> list[str]:
    """The last decisions that lead to a cell, in words."""
    return [
        f"{of.plan.label(one.state.stage).text()}: {of.option_text(one, way)}"
        for one in of.met for way in of.allowed[one] if way.cell is cell and len(one.ways) > 1
    ]  # fmt: skip
