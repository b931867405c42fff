"""Drawn cases: the same ways, chosen by chance, many times. An oracle of the exact answer, and for who trusts only that.

Odds that are only bounded are drawn at either end: once as they fall badly for the goal, once as they fall well.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Callable
from fractions import Fraction
from itertools import accumulate
from math import sqrt
from typing import Literal

from engine.calendar import Calendar
from engine.case import Case
from engine.exact.analyse import Analysis
from engine.exact.cells import Cell
from engine.exact.explore import End, State, Step
from engine.exact.result import Goal
from engine.exact.solve import Solution
from engine.records import Plan
from engine.trace import FileUsed, Record, file_record

FORMAT_VERSION = 1
MOST_STEPS = 10_000  # of one draw
Dice = Callable[[int], Callable[[], float]]  # the engine rolls none of its own


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
    """One sample, or two where odds are open. `dice` makes numbers from 0 to 1 of a seed; `tell` hears how many draws are done."""
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
    graph, start = of.graph, of.start
    models: dict[int, Cell] = {}
    for cell in of.cells.all:
        models.setdefault(cell.state.number, cell)
    exact = {(cell.state.number, cell.days): cell for cell in of.cells.all}
    ways: dict[tuple[int, tuple[int, ...]], tuple[list[float], list[Step], list[tuple[float, State | None]]]] = {}

    def ways_of(
        state: State, days: tuple[int, ...]
    ) -> tuple[list[float], list[Step], list[tuple[float, State | None]]]:
        key = (state.number, days)
        found = ways.get(key)
        if found is None:
            cell = exact.get(key) or models[state.number]
            weights = solution.weights[cell]
            taken = [
                (float(weight), graph.step(state, days, way.option.label))
                for weight, way in zip(weights, cell.ways, strict=True)
                if weight
            ]
            steps = [step for _, step in taken]
            more = [
                (float(sum((one.sum.low for one in step.passage.paid if one.ours), Fraction(0))), None if isinstance(step.target, End) else step.target)
                for step in steps
            ]  # fmt: skip
            ways[key] = found = (list(accumulate(weight for weight, _ in taken)), steps, more)
        return found

    results: dict[tuple[str, str], list[tuple[int, float]]] = {}
    unfinished = 0
    for number in range(runs):
        state, days, cost = graph.root, of.cells.start, 0.0
        for _ in range(MOST_STEPS):
            sums, steps, more = ways_of(state, days)
            at = bisect(sums, roll() * sums[-1]) if len(sums) > 1 else 0
            at = min(at, len(steps) - 1)
            step, (paid, target) = steps[at], more[at]
            cost += paid
            days = step.days
            if target is None:
                end = step.target
                assert isinstance(end, End)
                results.setdefault((end.status, end.name), []).append((days[0] - start, cost))
                break
            state = target
        else:
            unfinished += 1
        if number % 1000 == 999:
            tell(number + 1)
    ends = tuple(_drawn(of, key, drawn, runs) for key, drawn in sorted(results.items()))
    return Sample(
        file=file_record(of.plan), runs=runs, seed=seed, goal=of.goal, open=open_, currency=of.plan.frame.currency,
        ends=ends, unfinished=unfinished,
    )  # fmt: skip


def _drawn(of: Analysis, key: tuple[str, str], drawn: list[tuple[int, float]], runs: int) -> Drawn:
    number = len(drawn)
    share = number / runs
    days = sorted(day for day, _ in drawn)
    mean_days, error_days = _mean([float(day) for day in days])
    mean_cost, error_cost = _mean([cost for _, cost in drawn])
    return Drawn(
        end=key[1], title=of.title(*key), number=number, share=share, error=sqrt(share * (1 - share) / runs),
        mean_days=mean_days, error_days=error_days, tenth=days[_at(number, 10)], median=days[_at(number, 50)],
        ninetieth=days[_at(number, 90)], mean_cost=f"{mean_cost:.2f}", error_cost=error_cost,
    )  # fmt: skip


def _at(number: int, percent: int) -> int:
    return max(0, -(-number * percent // 100) - 1)


def _mean(numbers: list[float]) -> tuple[float, float]:
    """The mean and its standard error."""
    mean = sum(numbers) / len(numbers)
    spread = sum((one - mean) ** 2 for one in numbers) / max(len(numbers) - 1, 1)
    return mean, sqrt(spread / len(numbers))
