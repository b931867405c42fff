"""Random procedures: enumeration in fractions, the engine's dynamic programming, Storm and drawn cases say the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from functools import cache
from math import sqrt
from random import Random
from typing import Any

import numpy as np
import pytest
from procs import HEAD, case_of, plan_of
from storm import asked, prism

from engine.calendar import Calendar, parse_calendar
from engine.exact.analyse import Analysis
from engine.exact.cells import Cells
from engine.exact.explore import Graph
from engine.exact.flow import Flow
from engine.exact.pricing import Pricing
from engine.exact.sampling import draw
from engine.exact.sheets import Followed, Sheets
from engine.exact.solve import Rules, costs, lasts, reaches, solve
from engine.exact.spread import mean
from engine.exact.year import Year

START = "2024-01-01"
EVERY_DAY = "# calendar: every\n# first: 2000-01-01\n# published_to: 2100-12-31\n# week: mon-sun\nday,status,act,published_on,note\n"
PLAIN = HEAD.replace("calendar BY ", "calendar every ").replace("rolls to the next working day ", "never rolls ")


@cache
def every_day() -> Calendar:
    """A calendar on which each day is worked, so that lengths are fixed."""
    return parse_calendar(EVERY_DAY, "every")


@dataclass(frozen=True)
class Node:
    """A stage: who decides, how long it takes, what we pay, and the odds of each way."""

    ours: bool
    days: int
    fee: int
    ways: tuple[tuple[int, Fraction], ...]  # (a later stage, or -1 - an end; or an earlier one), odds


def random_nodes(seed: int, loops: bool) -> list[Node]:
    random = Random(seed)
    number = random.randint(3, 7)
    nodes = []
    for at in range(number):
        targets = [*range(at + 1, number), -1, -2, -3]
        picked = random.sample(targets, min(len(targets), random.randint(2, 3)))
        back = loops and at > 0 and random.random() < 0.5
        ours = random.random() < 0.3 and not back and at < number - 1
        if back:
            picked = [random.randint(0, at), *picked[:2]]
        parts = [random.randint(5, 30) for _ in picked[1:]]
        odds = [Fraction(100 - sum(parts), 100), *(Fraction(part, 100) for part in parts)]
        if back:  # leave it more often than not
            odds = [
                Fraction(parts[0], 100),
                Fraction(100 - sum(parts), 100),
                *(Fraction(part, 100) for part in parts[1:]),
            ]
        nodes.append(
            Node(ours, random.randint(1, 40), random.choice((0, 0, 5, 70)), tuple(zip(picked, odds, strict=True)))
        )
    return nodes


def text_of(nodes: list[Node]) -> str:
    """The procedure in words."""
    lines, fees, practice = ['procedure road "Road"'], [], ['practice files "Files"']
    for at, node in enumerate(nodes):
        lines.append(f'stage st{at} "Stage {at}"  by act "s. {at}"')
        if node.fee:
            fees.append(f'fee fee{at} "Fee {at}"  by act "s. {at}"\n  {node.fee} XTS')
            lines.append(f"  the owner pays fee{at}")
        lines.append(
            "  the owner chooses" if node.ours else f"  the court decides within {node.days} days from start of st{at}"
        )
        for way, (target, _) in enumerate(node.ways):
            name = f"st{target}" if target >= 0 else f"end{-target}"
            often = " any number of times" if 0 <= target <= at else ""
            lines.append(f"    way{way} -> {name}{often}")
        if not node.ours:
            shares = ", ".join(f"way{way} {odds * 100} %" for way, (_, odds) in enumerate(node.ways))
            practice.append(f'  st{at}: {shares}  by assumption "a test"')
    ends = [f'end end{at} "End {at}"{", recovers 1000 XTS" if at == 1 else ""}  by act "s. 9"' for at in (1, 2, 3)]
    return "\n".join([*lines, *ends, *fees, *practice]) + "\n"


def analysis(nodes: list[Node]) -> Analysis:
    plan = plan_of(text_of(nodes), PLAIN)
    case = replace(case_of(plan, {"start": START}), practice=("files",))
    return Analysis(plan, case, every_day())


def enumerated(nodes: list[Node], at: int = 0) -> tuple[Fraction, Fraction]:
    """The best odds of end 1 and the least expected fees, by trying everything: each goal has a strategy of its own."""
    node = nodes[at]
    odds, fees = [], []
    for target, share in node.ways:
        best, least = enumerated(nodes, target) if target >= 0 else (Fraction(target == -1), Fraction(0))
        odds.append((share, best))
        fees.append((share, least))
    if node.ours:
        return max(one for _, one in odds), node.fee + min(one for _, one in fees)
    return (
        sum((share * one for share, one in odds), Fraction(0)), node.fee + sum((share * one for share, one in fees), Fraction(0)),
    )  # fmt: skip


def dice(seed: int) -> Callable[[int], Any]:
    return np.random.RandomState(seed).random_sample


def negative(goal: Any) -> Any:
    return lambda cell, way: -goal(cell, way)


@pytest.mark.parametrize("seed", range(25))
def test_without_loops_the_engine_finds_what_enumeration_finds(seed: int) -> None:
    nodes = random_nodes(seed, loops=False)
    found = analysis(nodes).cells
    odds, fees = enumerated(nodes)
    assert solve(found, reaches("end1")).value[found.root] == odds
    assert -solve(found, negative(costs(high=True))).value[found.root] == fees


def rounds(nodes: list[Node], plan: dict[int, int], most: int) -> tuple[dict[int, float], float, float]:
    """Where a walk under a strategy has ended after so many decisions, what it paid and how long it took: step by step."""
    here, ends, paid, days = {0: 1.0}, dict.fromkeys((-1, -2, -3), 0.0), 0.0, 0.0
    for _ in range(most):
        after: dict[int, float] = {}
        for at, mass in here.items():
            node = nodes[at]
            paid += mass * node.fee
            days += mass * (0 if node.ours else node.days)
            for way, (target, share) in enumerate(node.ways):
                part = mass * (float(way == plan[at]) if node.ours else float(share))
                (ends if target < 0 else after)[target] = (ends if target < 0 else after).get(target, 0.0) + part
        here = after
    return ends, paid, days


@pytest.mark.parametrize("seed", range(25))
def test_with_loops_the_engine_finds_what_walking_on_and_on_comes_to(seed: int) -> None:
    nodes = random_nodes(seed, loops=True)
    of = analysis(nodes)
    found = of.cells
    plan = {at: 0 for at, node in enumerate(nodes) if node.ours}
    fixed = {cell: cell.ways[0] for cell in found.all if cell.ours}
    rules = Rules(plan=fixed)
    ends, paid, days = rounds(nodes, plan, 2_000)
    for end, odds in ends.items():
        assert float(solve(found, reaches(f"end{-end}"), rules).value[found.root]) == pytest.approx(odds, abs=1e-9)
    assert float(solve(found, costs(high=False), rules).value[found.root]) == pytest.approx(paid, rel=1e-9, abs=1e-9)
    assert float(solve(found, lasts, rules).value[found.root]) == pytest.approx(days, rel=1e-9, abs=1e-9)
    law = Flow(Sheets(of.graph, Followed(found, solve(found, reaches("end1"), rules)))).law()
    assert float(mean(law.days()) - of.start) == pytest.approx(days, rel=1e-9, abs=1e-6)


def ever_taken(nodes: list[Node], plan: dict[int, int], edge: tuple[int, int], most: int) -> float:
    """How likely a walk takes a way at all, by going on and on and leaving it there."""
    here, found = {0: 1.0}, 0.0
    for _ in range(most):
        after: dict[int, float] = {}
        for at, mass in here.items():
            node = nodes[at]
            for way, (target, share) in enumerate(node.ways):
                part = mass * (float(way == plan.get(at)) if node.ours else float(share))
                if (at, way) == edge:
                    found += part
                elif target >= 0:
                    after[target] = after.get(target, 0.0) + part
        here = after
    return found


@pytest.mark.parametrize("seed", [0, 1, 5, 6, 8, 9, 11, 13, 15, 17, 19, 20])  # in these a case may come back
def test_how_likely_a_way_is_taken_at_all_is_no_number_of_times(seed: int) -> None:
    nodes = random_nodes(seed, loops=True)
    of = analysis(nodes)
    plan = {
        int(cell.state.stage.removeprefix("st")): int(of.choices[cell].option.label.removeprefix("way"))
        for cell in of.met if cell.ours
    }  # fmt: skip
    for found in of.edges():
        stage, _, way = found.edge.partition(".")
        edge = int(stage.removeprefix("st")), int(way.removeprefix("way"))
        assert found.odds.least == found.odds.most == pytest.approx(ever_taken(nodes, plan, edge, 2_000), abs=1e-9)
        assert found.times is not None
        assert found.times >= found.odds.most - 1e-9
    assert any(one.times > one.odds.most + 1e-6 for one in of.edges() if one.times is not None)


@pytest.mark.parametrize("seed", range(25))
def test_storm_says_the_same_as_fractions(seed: int) -> None:
    stormpy = pytest.importorskip("stormpy")
    found = analysis(random_nodes(seed, loops=seed % 2 == 0)).cells
    text = prism(found, {"cost": costs(high=False), "days": lasts})
    names = {way.end.name for cell in found.all for way in cell.ways if way.end}
    goal = "end1" if "end1" in names else min(names)
    properties = f'Pmax=? [F "{goal}"]; Pmin=? [F "{goal}"]; R{{"cost"}}min=? [F "done"]; R{{"days"}}min=? [F "done"]'
    best, worst, cheap, fast = asked(stormpy, text, properties)
    assert solve(found, reaches(goal)).value[found.root] == best
    assert solve(found, reaches(goal), Rules("worst")).value[found.root] == worst
    assert -solve(found, negative(costs(high=False))).value[found.root] == cheap
    assert -solve(found, negative(lasts)).value[found.root] == fast


@pytest.mark.parametrize("seed", range(12))
def test_drawn_cases_lie_within_four_errors(seed: int) -> None:
    of = analysis(random_nodes(seed, loops=seed % 2 == 0))
    runs = 4_000
    sample = draw(of, of.careful, runs, seed, dice)
    assert sample.unfinished == 0
    law = Flow(of.sheets(of.careful)).law()
    for end in sample.ends:
        odds = float(sum(law.ends["ended", end.end].values()))
        assert abs(end.share - odds) <= 4 * sqrt(odds * (1 - odds) / runs) + 1e-12
        days = law.days(("ended", end.end))
        assert abs(end.mean_days - (float(mean(days)) - of.start)) <= 4 * end.error_days + 1e-9
    assert sum(one.number for one in sample.ends) == runs
    again = draw(of, of.careful, runs, seed, dice)
    assert again == sample


def test_belarus_is_what_storm_says_of_it() -> None:
    stormpy = pytest.importorskip("stormpy")
    from test_exact import almanac, debt, with_odds

    plan = with_odds()
    case = debt(practice=("illustration",), paced=True)
    cells = Cells(Graph(plan, case, almanac(plan)))
    text = prism(cells, {"cost": costs(high=False), "days": lasts})
    best, cheap, slow = asked(stormpy, text, 'Pmax=? [F "paid"]; R{"cost"}max=? [F "done"]; R{"days"}max=? [F "done"]')
    assert solve(cells, reaches("paid")).value[cells.root] == best
    assert solve(cells, costs(high=False)).value[cells.root] == cheap
    assert solve(cells, lasts).value[cells.root] == slow
    assert date.fromordinal(cells.root.day) == case.begins()


UNIT = """
value unit, money  by act "yearly"
  1 XTS since 2023-01-01
  3 XTS since 2024-03-01
  2 XTS since 2024-05-20
  9 XTS since 2024-11-04 until 2026-12-31
"""


@pytest.mark.parametrize("seed", range(12))
def test_a_year_of_first_days_is_enumerated_day_by_day(seed: int) -> None:
    """Fees that rise and fall on four days of the year: every first day of it by recursion over the days, in fractions."""
    nodes = random_nodes(seed, loops=False)
    text = text_of(nodes)
    for fee in (5, 70):
        text = text.replace(f"  {fee} XTS", f"  {fee} unit")
    plan = plan_of(UNIT + text, PLAIN)
    case = replace(case_of(plan, {"start": START}), practice=("files",))
    of = Analysis(plan, case, every_day())
    year = Year(of.graph, 10**6)
    numbers = year.of(range(of.start, of.start + 366))
    pricing = Pricing(year, cheapest=False, hostile=False, planned=True)
    ends = date(2024, 3, 1), date(2024, 5, 20), date(2024, 11, 4)

    def unit(day: int) -> int:
        return (1, 3, 2, 9)[sum(one.toordinal() <= day for one in ends)]

    @cache
    def best(at: int, day: int) -> Fraction:
        node = nodes[at]
        later = day + (0 if node.ours else node.days)
        worths = [
            (share, best(target, later) if target >= 0 else Fraction(1000 * (target == -1)))
            for target, share in node.ways
        ]
        mine = max(one for _, one in worths) if node.ours else sum((share * one for share, one in worths), Fraction(0))
        return mine - node.fee * unit(day)

    for at, number in enumerate(numbers):
        assert pricing.of(number).net == (best(0, of.start + at),) * 2, at
