"""The exact engine beside Storm and beside drawn cases, and how its cost grows: all in one run, as ratios.

    PYTHONPATH=.:tests python benchmarks/exact.py [DRAWS [STAGES]]

DRAWS is a million by default, STAGES the longest procedure, 10 000. Storm takes part where `stormpy` is installed.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from procs import case_of, plan_of  # noqa: E402
from storm import asked, prism  # noqa: E402
from test_exact import TOSS, almanac, debt, with_odds  # noqa: E402
from test_exact_random import PLAIN, dice, every_day  # noqa: E402

from engine.exact import cells as of_cells  # noqa: E402
from engine.exact import explore  # noqa: E402
from engine.exact.analyse import Analysis  # noqa: E402
from engine.exact.cells import Cells  # noqa: E402
from engine.exact.explore import Graph  # noqa: E402
from engine.exact.sampling import draw  # noqa: E402
from engine.exact.solve import costs, lasts, reaches, solve  # noqa: E402
from engine.exact.spread import end_law, spread  # noqa: E402


def best(work: Callable[[], object], rounds: int = 5) -> float:
    """The fastest of some rounds, in milliseconds."""
    took = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        took.append(time.perf_counter() - began)
    return min(took) * 1000


def line(what: str, took: float, peer: float | None = None, of: str = "") -> None:
    beside = f"  {took / peer:8.2f} × {of}" if peer else ""
    print(f"  {what:58} {took:10.2f} ms{beside}")


def against_storm() -> None:
    for name, paced in (("last days of terms", False), ("at the pace of practice", True)):
        _beside_storm(name, paced)


def _beside_storm(name: str, paced: bool) -> None:
    plan = with_odds()
    case = debt(practice=("illustration",), paced=paced)
    graph = Graph(plan, case, almanac(plan))
    cells = Cells(graph)
    goals = {"cost": costs(high=False), "days": lasts}
    three = (reaches("paid"), *goals.values())
    print(
        f"\nBelarus, {name}: {len(graph.states)} states, {len(cells.all)} cells, {graph.walked} ways walked by the law"
    )
    text = prism(cells, goals)
    properties = 'Pmax=? [F "paid"]; R{"cost"}max=? [F "done"]; R{"days"}max=? [F "done"]'
    peer = None
    try:
        import stormpy
    except ImportError:
        print("  Storm is not installed")
    else:
        answers = asked(stormpy, text, properties)
        print(f"  the same fractions: {answers == [solve(cells, goal).value[cells.root] for goal in three]}")
        peer = best(lambda: asked(stormpy, text, properties))
        line("Storm, exact: parse, build, check three goals", peer)
        line(
            "Storm, default: the same", best(lambda: asked(stormpy, text, properties, exact=False)), peer, "Storm exact"
        )
    line("ours: three goals in fractions", best(lambda: [solve(cells, goal) for goal in three]), peer, "Storm exact")
    line("ours: the cells from the graph", best(lambda: Cells(graph)), peer, "Storm exact")
    line("ours: the graph, by walking the law", best(lambda: Graph(plan, case, almanac(plan)), 3), peer, "Storm exact")


def against_draws(draws: int) -> None:
    plan = with_odds()
    of = Analysis(plan, debt(practice=("illustration",), paced=True), almanac(plan))
    solution = of.careful
    print(f"\nThe law of end, last day and cost together, against {draws} draws")
    drawn = best(lambda: draw(of, solution, draws, 1, dice), 1)
    line("drawn cases", drawn)
    line("ours, in fractions: adds up to one", best(lambda: spread(of.cells, solution)), drawn, "the draws")
    line("ours, in floats", best(lambda: spread(of.cells, solution, exact=False)), drawn, "the draws")
    looped = plan_of(TOSS)
    of = Analysis(looped, replace(case_of(looped, {"start": "2017-03-01"}), practice=("coin",)), almanac(looped))
    solution = of.careful
    print("\nThe same round a loop, on its real days until less than 1e-15 is left")
    drawn = best(lambda: draw(of, solution, draws, 1, dice), 1)
    line("drawn cases", drawn)
    line("ours", best(lambda: spread(of.cells, solution)), drawn, "the draws")


def chain(stages: int, spread_over: int = 20, uncertain: int = 5) -> str:
    """A procedure of so many stages, of which the first few last 1 to 20 days: some hundred days in each stage behind."""
    lines, practice = ['procedure road "Road"'], ['practice files "Files"']
    for at in range(stages):
        onward = f"st{at + 1}" if at + 1 < stages else "done"
        lines += [
            f'stage st{at} "Stage {at}"  by act "s. 1"', f"  the court decides within 1 day from start of st{at}",
            f"    goes_on -> {onward}", "    stops   -> stopped",
        ]  # fmt: skip
        practice.append(f'  st{at}: goes_on 99 %, stops 1 %  by assumption "a benchmark"')
        if at < uncertain:
            lengths = ", ".join(f"{days} days {Fraction(100, spread_over)} %" for days in range(1, spread_over + 1))
            practice.append(f'  st{at} takes {lengths}  by assumption "a benchmark"'.replace("1 days", "1 day", 1))
    lines += ['end done "Done"  by act "s. 1"', 'end stopped "Stopped"  by act "s. 1"']
    return "\n".join([*lines, *practice]) + "\n"


def growing(most: int) -> None:
    explore.MOST_STATES = 10**7
    print("\nHow the cost grows: a chain of stages, about a hundred days in each")
    of_cells.MOST_CELLS = 10**8
    stages = 10
    while stages <= most:
        plan = plan_of(chain(stages), PLAIN)
        case = replace(debt(), start=date(2024, 1, 1), facts={}, events={}, practice=("files",), paced=True)
        began = time.perf_counter()
        graph = Graph(plan, case, every_day())
        walked = time.perf_counter()
        cells = Cells(graph)
        expanded = time.perf_counter()
        solution = solve(cells, reaches("done"))
        solved = time.perf_counter()
        end_law(cells, solution)
        ended = time.perf_counter()
        number = len(cells.all)
        print(
            f"  {stages:6} stages {number:8} stage-days: walk {walked - began:7.2f} s, cells {expanded - walked:6.2f} s, "
            f"solve {solved - expanded:6.2f} s, law {ended - solved:6.2f} s; "
            f"{(ended - solved) / number * 1e6:6.2f} µs of law a stage-day, {(walked - began) / stages * 1000:5.2f} ms a stage"
        )
        stages *= 10


def main() -> None:
    draws = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    most = int(sys.argv[2]) if len(sys.argv) > 2 else 10_000
    print(f"Python {sys.version.split()[0]}")
    against_storm()
    against_draws(draws)
    growing(most)


if __name__ == "__main__":
    main()
