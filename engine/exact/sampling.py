"""Drawn cases: the same ways, chosen by chance, many times. An oracle of the exact answer, and for who trusts only that.

Odds that are only bounded are drawn at either end: once as they fall badly for the goal, once as they fall well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import sqrt
from typing import Literal

import numpy as np

from engine.calendar import Calendar
from engine.case import Case
from engine.exact.analyse import Analysis
from engine.exact.explore import End, State
from engine.exact.many import Days, Floats, Places, passages, stacked
from engine.exact.result import Goal
from engine.exact.sheets import Sheets
from engine.exact.solve import Solution
from engine.records import Plan
from engine.trace import FileUsed, Record, file_record

FORMAT_VERSION = 1
AT_ONCE = 50_000  # draws
MOST_TURNS = 20_000  # of so many draws together: what is still on its way then is in a loop
# of a seed, so many numbers from 0 to 1: the engine rolls none of its own
Dice = Callable[[int], Callable[[int], Floats]]


class Drawn(Record):
    """One end among so many draws: its share and standard error; days and fees as drawn."""

    end: str
    title: str
    number: int
    share: float
    error: float
    mean_days: float
    error_days: float
    tenth: int
    median: int
    ninetieth: int
    mean_cost: str
    error_cost: float


class Sample(Record):
    """`open`: how odds that nobody states exactly were drawn; "" where all are stated."""

    format_version: int = FORMAT_VERSION
    kind: Literal["sample"] = "sample"
    file: FileUsed
    runs: int
    seed: int
    goal: Goal
    open: Literal["", "badly", "well"] = ""
    currency: str
    ends: tuple[Drawn, ...]
    unfinished: int = 0  # draws that were still in a loop after so many steps


def sampled(
    plan: Plan, case: Case, calendar: Calendar, runs: int, seed: int, dice: Dice, goal: Goal = "net", hostile: bool = False,
    tell: Callable[[int], None] = lambda _: None,
) -> tuple[Sample, ...]:  # fmt: skip
    """One sample, or two where odds are open. `tell` hears how many draws are done."""
    of = Analysis(plan, case, calendar, goal, hostile)
    if of.definite:
        return (draw(of, of.careful, runs, seed, dice, "", tell),)
    return (
        draw(of, of.careful, runs, seed, dice, "badly", tell), draw(of, of.solution(of.worth, most=True), runs, seed, dice, "well", tell),
    )  # fmt: skip


def draw(
    of: Analysis, solution: Solution, runs: int, seed: int, dice: Dice, open_: Literal["", "badly", "well"] = "",
    tell: Callable[[int], None] = lambda _: None,
) -> Sample:  # fmt: skip
    """So many draws; the same seed draws the same."""
    roll = dice(seed)
    sheets = of.sheets(solution)
    results: dict[tuple[str, str], list[Draws]] = {}
    unfinished = 0
    for begun in range(0, runs, AT_ONCE):
        number = min(AT_ONCE, runs - begun)
        unfinished += _together(sheets, number, roll, results)
        tell(begun + number)
    ends = tuple(_drawn(of, key, results[key], runs) for key in sorted(results))
    return Sample(
        file=file_record(of.plan), runs=runs, seed=seed, goal=of.goal, open=open_, currency=of.plan.frame.currency,
        ends=ends, unfinished=unfinished,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Draws:
    """Cases at one state: the days of each, and what it has paid."""

    days: list[Days]
    paid: Floats

    def at(self, rows: Places | slice) -> Draws:
        return Draws([column[rows] for column in self.days], self.paid[rows])


def _together(
    sheets: Sheets, number: int, roll: Callable[[int], Floats], results: dict[tuple[str, str], list[Draws]]
) -> int:  # fmt: skip
    """Draw so many cases to their ends, those that stand at the same state in one go; how many have come to none."""
    states: dict[int, State] = {}
    waiting = {sheets.graph.root.number: [Draws([np.full(number, sheets.start)], np.zeros(number))]}
    for _ in range(MOST_TURNS):
        if not waiting:
            break
        if not waiting.keys() <= states.keys():  # at first, and where a loop has come to days that nobody had met
            if states:
                sheets.draw_up()
            states = {state.number: state for group in sheets.order for state in group}
        state = next(one for one in states if one in waiting)
        here = _joined(waiting.pop(state))
        if state not in sheets.all:
            sheets.come_upon(states[state], here.days)
            sheets.draw_up()
        for target, some in _on(sheets, states[state], here, roll):
            if isinstance(target, End):
                results.setdefault((target.status, target.name), []).append(some)
            else:
                waiting.setdefault(target.number, []).append(some)
    return sum(len(one.paid) for some in waiting.values() for one in some)


def _on(
    sheets: Sheets, state: State, here: Draws, roll: Callable[[int], Floats]
) -> Iterator[tuple[State | End, Draws]]:
    """Each case on one way of its state."""
    weights = np.array(np.broadcast_arrays(*sheets.all[state.number].weights_on(here.days), here.paid)[:-1])
    upto = np.cumsum(weights, axis=0)
    taken = (
        (upto[:-1] <= roll(len(here.paid)) * upto[-1]).sum(axis=0) if len(upto) > 1 else np.zeros(len(here.paid), int)
    )
    for at, option in enumerate(state.choice.options):
        rows = np.flatnonzero(taken == at)
        if not len(rows):
            continue
        some = here.at(rows)
        for passage, which, found in passages(sheets.graph, sheets.tables, state, option.label, some.days):
            paid = some.paid if which is None else some.paid[which]
            yield passage.target, Draws(found[: passage.lead], paid + float(passage.cost.low))


def _joined(parts: list[Draws]) -> Draws:
    return Draws(stacked([one.days for one in parts]), np.concatenate([one.paid for one in parts]))


def _drawn(of: Analysis, key: tuple[str, str], parts: list[Draws], runs: int) -> Drawn:
    """What was drawn of one end."""
    draws = _joined(parts)
    number, days = len(draws.paid), np.sort(draws.days[0]) - of.start
    share = number / runs
    mean_days, error_days = _mean(days.astype(float))
    mean_cost, error_cost = _mean(draws.paid)
    return Drawn(
        end=key[1], title=of.title(*key), number=number, share=share, error=sqrt(share * (1 - share) / runs),
        mean_days=mean_days, error_days=error_days, tenth=int(days[_at(number, 10)]), median=int(days[_at(number, 50)]),
        ninetieth=int(days[_at(number, 90)]), mean_cost=f"{mean_cost:.2f}", error_cost=error_cost,
    )  # fmt: skip


def _at(number: int, percent: int) -> int:
    return max(0, -(-number * percent // 100) - 1)


def _mean(numbers: Floats) -> tuple[float, float]:
    """The mean and its standard error."""
    mean = float(numbers.mean())
    spread = float(((numbers - mean) ** 2).sum()) / max(len(numbers) - 1, 1)
    return mean, sqrt(spread / len(numbers))
