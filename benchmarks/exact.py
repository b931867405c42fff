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
from math import sqrt
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from procs import case_of, plan_of  # noqa: E402
from storm import asked, prism  # noqa: E402
from test_exact import TOSS, almanac, debt, with_odds  # noqa: E402
from test_exact_random import PLAIN, dice, every_day, random_nodes, text_of  # noqa: E402

from engine.exact import explore  # noqa: E402
from engine.exact.analyse import Analysis  # noqa: E402
from engine.exact.cells import Cells  # noqa: E402
from engine.exact.explore import Graph  # noqa: E402
from engine.exact.flow import Flow  # noqa: E402
from engine.exact.sampling import draw  # noqa: E402
from engine.exact.sheets import Sheets  # noqa: E402
from engine.exact.solve import costs, lasts, reaches, solve  # noqa: E402
from engine.exact.spread import spread  # noqa: E402
from engine.exact.strategy import Strategy  # noqa: E402


def best(work: Callable[[], object], rounds: int = 5) -> float:
    """The fastest of some rounds, in milliseconds."""
    took = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        took.append(time.perf_counter() - began)
    return min(took) * 1000


def line(what: str, took: float, peer: float | None = None, of: str = "") -> None:
    beside = f"  {took / peer:8.3f} × {of}" if peer else ""
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
        peer = best(lambda: asked(stormpy, text, properties), 15)
        line("Storm, exact: parse, build, check three goals", peer)
        line(
            "Storm, default: the same", best(lambda: asked(stormpy, text, properties, exact=False)), peer, "Storm exact"
        )
    line("ours: three goals in fractions", best(lambda: [solve(cells, goal) for goal in three]), peer, "Storm exact")
    line("ours: the cells from the graph", best(lambda: Cells(graph)), peer, "Storm exact")
    line("ours: the graph, by walking the law", best(lambda: Graph(plan, case, almanac(plan)), 15), peer, "Storm exact")

    def whole() -> None:
        of = Cells(Graph(plan, case, almanac(plan)))
        for goal in three:
            solve(of, goal)

    line("ours: from the plan to the three answers", best(whole, 15), peer, "Storm exact")


def against_draws(draws: int) -> None:
    """The law of the end beside so many drawn cases: both on the same graph, the draws on arrays, too."""
    plan = with_odds()
    of = Analysis(plan, debt(practice=("illustration",), paced=True), almanac(plan))
    print(f"\nBelarus, the end against {draws} draws")
    drawn = best(lambda: draw(of, of.careful, draws, 1, dice), 3)
    line("drawn cases", drawn)
    sheets = Sheets(of.graph, Strategy())
    line("ours: the best strategy, on sheets", best(lambda: Sheets(of.graph, Strategy())), drawn, "the draws")
    line("ours: the last day by end", best(lambda: Flow(sheets, lean=True).law(), 15), drawn, "the draws")
    line("ours: end, last day and cost together", best(lambda: Flow(sheets).law(), 15), drawn, "the draws")
    line("ours: the same in fractions, adds up to one", best(lambda: spread(of.cells, of.careful)), drawn, "the draws")
    _errors(of, draws)
    for name, plan in (
        ("one state", plan_of(TOSS)),
        ("seven stages", plan_of(text_of(random_nodes(8, loops=True)), PLAIN)),
    ):
        case = replace(case_of(plan, {"start": "2017-03-01"}), practice=tuple(plan.practice))
        of = Analysis(plan, case, almanac(plan) if name == "one state" else every_day())
        assert of.cells.circles
        print(f"\nRound a loop ({name}), on its real days until less than 1e-15 is left")
        drawn = best(lambda: draw(of, of.careful, draws, 1, dice), 3)  # noqa: B023
        line("drawn cases", drawn)
        sheets = Sheets(of.graph, Strategy())
        line("ours: end, last day and cost together", best(lambda: Flow(sheets).law(), 15), drawn, "the draws")  # noqa: B023
        _errors(of, draws)


def _errors(of: Analysis, draws: int) -> None:
    """How far the draws lie from the law, in their standard errors: odds and quantiles of each end."""
    sample = draw(of, of.careful, draws, 1, dice)
    law = Flow(Sheets(of.graph, Strategy())).law()
    worst = 0.0
    for end in sample.ends:
        days = law.days(("ended", end.end))
        odds = float(sum(days.values()))
        worst = max(worst, abs(end.share - odds) / end.error if end.error else 0.0)
        for share, day in ((0.1, end.tenth), (0.5, end.median), (0.9, end.ninetieth)):
            by = [
                sum(float(one) for at, one in days.items() if at - of.start <= upto) / odds for upto in (day - 1, day)
            ]
            spare = 4 * sqrt(share * (1 - share) / end.number)
            assert by[0] - spare <= share <= by[1] + spare, f"the {share} quantile of {end.end}"
    assert worst < 5
    print(f"  the odds of every end within {worst:.1f} standard errors; every quantile within its error")


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
    """Stages times days: at first more stages with a hundred days in each, then more days in each of a thousand stages."""
    explore.MOST_STATES, explore.MOST_TURNS = 10**7, 10**9
    print("\nHow the cost grows: a chain of stages; the best strategy, and the law of end and last day")
    stages = 10
    while stages <= most:
        _grown(stages, 5, 20)
        stages *= 10
    for uncertain in (2, 5, 10, 20):
        _grown(min(most, 1_000), uncertain, 50)


def _grown(stages: int, uncertain: int, lengths: int) -> None:
    plan = plan_of(chain(stages, lengths, min(uncertain, stages)), PLAIN)
    case = replace(debt(), start=date(2024, 1, 1), facts={}, events={}, practice=("files",), paced=True)
    began = time.perf_counter()
    graph = Graph(plan, case, every_day())
    walked = time.perf_counter() - began
    Flow(Sheets(graph, Strategy()), lean=True)  # what is counted from each day is known then
    sheets = best(lambda: Sheets(graph, Strategy()), 3)
    found = Sheets(graph, Strategy())
    law = best(lambda: Flow(found, lean=True), 3)
    assert abs(sum(float(odds) for odds in Flow(found, lean=True).law().days().values()) - 1) < 1e-9
    print(
        f"  {stages:6} stages × {found.number / stages:6.0f} days = {found.number:8}: sheets {sheets:8.1f} ms, law {law:8.1f} ms; "
        f"{(sheets + law) / found.number * 1000:6.2f} µs a stage-day; the law walked once, {walked / stages * 1000:5.2f} ms a stage"
    )


def main() -> None:
    draws = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    most = int(sys.argv[2]) if len(sys.argv) > 2 else 10_000
    print(f"Python {sys.version.split()[0]}")
    against_storm()
    against_draws(draws)
    growing(most)


if __name__ == "__main__":
    main()
