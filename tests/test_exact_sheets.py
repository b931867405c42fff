"""All days of a state at once: the same as cell by cell in fractions, as tape by tape, and as every length walked by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from functools import cache
from itertools import product
from random import Random

import numpy as np
import pytest
from procs import HEAD, case_of, plan_of
from test_exact import TOSS, almanac, calendar, debt, with_odds
from test_exact_random import PLAIN, START, dice, every_day, random_nodes, text_of

from engine.exact import cells as of_cells
from engine.exact.analyse import Analysis, paths_of
from engine.exact.explore import Graph
from engine.exact.flow import Flow
from engine.exact.many import Tables, alike, key_of, run_few, run_many
from engine.exact.result import Goal
from engine.exact.sampling import draw
from engine.exact.sheets import Followed, Sheets
from engine.exact.spread import Spread, spread
from engine.exact.strategy import Strategy
from engine.records import Plan
from proc_tools.dice import dice as many_at_once

DISCOUNT = Fraction(1, 5)


def case_on(plan: Plan, start: str = START, **more: object):  # type: ignore[no-untyped-def]
    return replace(case_of(plan, {"start": start}), practice=("files",), **more)  # type: ignore[arg-type]


def same(one: Spread, other: Spread, joint: bool = True) -> None:
    """Two laws, but for rounding; `joint`: also which days go with which costs."""
    for part in ("edges", "lasts", "ends") if joint else ("edges", "lasts"):
        laws = getattr(one, part), getattr(other, part)
        assert {key for key, law in laws[0].items() if sum(law.values()) > 1e-12} <= laws[1].keys()
        for key, law in laws[0].items():
            for at in law.keys() | laws[1].get(key, {}).keys():
                assert float(law.get(at, 0)) == pytest.approx(float(laws[1].get(key, {}).get(at, 0)), abs=1e-12), key
    for key in one.ends.keys() | other.ends.keys():
        ends = [law.ends.get(key, {}) for law in (one, other)]
        odds = [float(sum(end.values())) for end in ends]
        assert odds[0] == pytest.approx(odds[1], abs=1e-12)
        paid = [float(sum(share * cost[0] for (_, cost), share in end.items())) for end in ends]
        assert paid[0] == pytest.approx(paid[1], rel=1e-9, abs=1e-9)
    for at in one.paid.keys() | other.paid.keys():
        assert float(one.paid.get(at, 0)) == pytest.approx(float(other.paid.get(at, 0)), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("goal", ["net", "cheapest", "fastest"])
@pytest.mark.parametrize("seed", range(20))
def test_what_is_best_and_where_it_ends_is_the_same_in_fractions(seed: int, goal: Goal) -> None:
    """Without loops and with them: the strategy is found on sheets, and again by policy iteration in fractions."""
    plan = plan_of(text_of(random_nodes(seed, loops=seed % 2 == 0)), PLAIN)
    of = Analysis(plan, case_on(plan), every_day(), goal, discount=DISCOUNT * (seed % 3))
    strategy = Strategy(goal, discount=of.discount)
    sheets = Sheets(of.graph, strategy)
    same(spread(of.cells, of.careful), Flow(sheets).law())
    same(spread(of.cells, of.careful), Flow(Sheets(of.graph, Followed(of.cells, of.careful))).law())
    looped = bool(of.cells.circles)
    assert sheets.number == len(of.cells.all) or (looped and sheets.number >= len(of.cells.all))
    if strategy.values and not of.discount:
        net = float(of.solution(of.net, most=False).value[of.cells.root])
        assert float(strategy.values[0][1, 0]) == pytest.approx(net, rel=1e-9)


@pytest.mark.parametrize("hostile", [False, True])
@pytest.mark.parametrize("goal", ["net", "cheapest", "fastest"])
def test_belarus_on_sheets_is_belarus_in_fractions(goal: Goal, hostile: bool) -> None:
    """With working days, rolls, rights and lengths that practice counted; nine days in some states."""
    plan = with_odds()
    of = Analysis(plan, debt(practice=("illustration",), paced=True), calendar(), goal, hostile)
    assert max(len(state.first) for state in of.graph.states.values()) > 5
    sheets = Sheets(of.graph, Strategy(goal, hostile))
    assert sheets.number == len(of.cells.all)
    same(spread(of.cells, of.careful), Flow(sheets).law())


@pytest.mark.parametrize("shift", [1, 45, 400])
def test_begun_on_another_day_sheets_say_what_cells_say(shift: int) -> None:
    """Also of days that no tape knew: the calendar and the law of the new days, walked where need be."""
    plan = with_odds()
    case = debt(practice=("illustration",), paced=True)
    of = Analysis(plan, case, calendar())
    start = of.start + shift
    sheets = Sheets(Graph(plan, case, calendar()), Strategy(), start)
    later = Analysis(plan, case, calendar(), like=of, start=start)
    assert sheets.number == len(later.cells.all)
    same(spread(later.cells, later.careful), Flow(sheets).law())


def lengths_of(nodes: int, seed: int) -> dict[str, list[tuple[int, int]]]:
    """Of some stages two or three lengths in days, with their odds in hundredths."""
    random = Random(seed)
    found = {}
    for at in random.sample(range(nodes), min(3, nodes)):
        number = random.randint(2, 3)
        parts = [random.randint(10, 40) for _ in range(number - 1)]
        found[f"st{at}"] = [*zip(random.sample(range(1, 60), number), [*parts, 100 - sum(parts)], strict=True)]
    return found


@pytest.mark.parametrize("head", [HEAD, PLAIN], ids=["working days", "every day"])
@pytest.mark.parametrize("seed", range(8))
def test_the_law_of_all_lengths_is_that_of_each_of_them_walked_alone(seed: int, head: str) -> None:
    """Every combination of lengths as a practice of its own, in which nothing is drawn, weighed by its odds."""
    nodes = random_nodes(seed, loops=False)
    text, lengths = text_of(nodes), lengths_of(len(nodes), seed)
    counted = {
        stage: ", ".join(f"{days} day{'s' * (days != 1)} {odds} %" for days, odds in some)
        for stage, some in lengths.items()
    }

    def law(takes: dict[str, str]) -> tuple[Analysis, Spread]:
        lines = "".join(f'  {stage} takes {words}  by assumption "a test"\n' for stage, words in takes.items())
        plan = plan_of(text + lines, head)
        of = Analysis(
            plan, case_on(plan, "2017-03-01", paced=True), calendar() if head is HEAD else every_day(), "cheapest"
        )
        return of, spread(of.cells, of.careful)

    of, whole = law(counted)
    mixed = Spread()
    for picked in product(*lengths.values()):
        share = Fraction(1)
        for _, odds in picked:
            share *= Fraction(odds, 100)
        _, one = law(
            {stage: f"{days} day{'s' * (days != 1)}" for stage, (days, _) in zip(lengths, picked, strict=True)}
        )
        for part in ("ends", "edges", "lasts"):
            for key, some in getattr(one, part).items():
                into = getattr(mixed, part).setdefault(key, {})
                for at, odds in some.items():
                    into[at] = into.get(at, 0) + share * odds
    assert whole.ends == mixed.ends
    assert whole.edges == mixed.edges
    assert whole.lasts == mixed.lasts
    same(whole, Flow(Sheets(of.graph, Strategy("cheapest"))).law())


def test_of_many_lengths_there_is_one_state_after_them() -> None:
    lengths = ", ".join(f"{days} days 5 %" for days in range(2, 22))
    plan = plan_of(TOSS + f'  second takes {lengths}  by assumption "a test"\n')
    case = replace(case_of(plan, {"start": "2017-03-01"}), practice=("coin",))
    assert (
        len(Graph(plan, replace(case, paced=True), calendar()).states) <= len(Graph(plan, case, calendar()).states) + 2
    )


@pytest.mark.parametrize("most", [100, 150])
def test_with_too_many_days_to_list_the_law_is_told_of_all_lengths(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = with_odds()
    case = debt(practice=("illustration",), paced=True)
    whole = paths_of(plan, case, calendar(), by=date(2017, 9, 1))
    monkeypatch.setattr(of_cells, "MOST_CELLS", most)
    found = paths_of(plan, case, calendar(), by=date(2017, 9, 1))
    assert any("too many days" in note for note in found.notes)
    assert found.definite
    for one, other in zip((whole.whole, *whole.ends), (found.whole, *found.ends), strict=True):
        assert one.end == other.end
        assert one.odds.least == pytest.approx(other.odds.least, abs=1e-12)
        assert other.odds.exact == ("1" if not other.end else "")
        assert one.by is not None
        assert other.by is not None
        assert one.by.least == pytest.approx(other.by.least, abs=1e-12)
        assert (one.first_day, one.last_day) == (other.first_day, other.last_day)
        assert one.days is not None
        assert other.days is not None
        assert (one.days.tenth, one.days.median, one.days.ninetieth) == (
            other.days.tenth,
            other.days.median,
            other.days.ninetieth,
        )
        assert one.days.expected == pytest.approx(other.days.expected)
        assert one.cost.expected == other.cost.expected
    assert sum(one.odds for one in found.law) == pytest.approx(1, abs=1e-12)


@cache
def graph() -> Graph:
    plan = with_odds()
    return Graph(plan, debt(practice=("illustration",), paced=True), almanac(plan))


@pytest.mark.parametrize("seed", range(6))
def test_a_tape_says_of_many_days_what_it_says_of_each(seed: int) -> None:
    """Also of those of which it tells nothing: late, beyond the calendar, of another law."""
    random = np.random.RandomState(seed)
    tables = Tables(graph().clock)
    told = untold = 0
    for state in graph().states.values():
        far = 10 ** random.randint(1, 6)
        rows = np.array(state.first)[:, None] + random.randint(-far, far, (len(state.first), 40))
        days = list(np.clip(rows, 1, date.max.toordinal()))
        for some in state.passages.values():
            for passage in some:
                (many, which), (few, each) = (run(passage.program, days, tables) for run in (run_many, run_few))
                good = np.ones(40, bool) if which is None else which
                assert (good == (np.ones(40, bool) if each is None else each)).all()
                for one, other in zip(many, few, strict=True):
                    assert (one[good] == other[good]).all()
                told, untold = told + int(good.sum()), untold + int((~good).sum())
    assert told > 100
    assert untold > 100


def test_rows_that_are_the_same_are_found_however_far_their_days_lie_apart() -> None:
    random = np.random.RandomState(3)
    for columns in (1, 4, 9):
        rows = random.randint(1, 4, (60, columns)) * 10**7 + random.randint(0, 3, (60, columns))
        rows = np.concatenate((rows, rows[::2]))
        days = list(rows.T.astype(np.int64))
        key = key_of(days)
        for one, other in product(range(90), repeat=2):
            assert (key[one] == key[other]) == (rows[one] == rows[other]).all()
        together = alike(days)
        assert together is not None
        assert len(together[1]) == len({tuple(row) for row in rows.tolist()})


def test_costs_in_classes_keep_what_is_expected(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a loop makes too many sums, they are told apart less finely; the mean of all is the same."""
    from engine.exact import flow

    text = """
procedure game "A game"
stage asked "Asked"                     by act "s. 1"
  the owner pays stamp
  the court decides within 3 days from start of asked
    grants -> done
    again  -> asked any number of times
    dearer -> dear
stage dear "Dearer"                     by act "s. 2"
  the owner pays fine
  the court decides within 5 days from start of dear
    grants -> done
    again  -> asked any number of times
fee stamp "Stamp"                       by act "s. 1"
  7 XTS
fee fine "Fine"                         by act "s. 2"
  11 XTS
end done "Done"                         by act "s. 3"
practice files "Files"
  asked: grants 20 %, again 40 %, dearer 40 %  by assumption "a test"
  dear: grants 10 %, again 90 %                by assumption "a test"
"""
    plan = plan_of(text, PLAIN)
    of = Analysis(plan, case_on(plan), every_day())
    sheets = Sheets(of.graph, Strategy())
    fine = Flow(sheets).law()
    monkeypatch.setattr(flow, "MOST_ROWS", 30)
    coarse = Flow(sheets).law()
    assert len(coarse.ends["ended", "done"]) != len(fine.ends["ended", "done"])
    same(fine, coarse, joint=False)
    expected = sum(float(odds * cost[0]) for (_, cost), odds in fine.ends["ended", "done"].items())
    assert expected == pytest.approx(float(of.solution(lambda _, way: way.cost.low, most=False).value[of.cells.root]))


def test_drawn_cases_go_the_same_ways_as_the_law() -> None:
    """Of Belarus at the pace of practice, every end within four standard errors in shares, days and fees."""
    of = Analysis(with_odds(), debt(practice=("illustration",), paced=True), calendar())
    sample = draw(of, of.careful, 120_000, 5, dice)
    law = spread(of.cells, of.careful)
    assert {one.end for one in sample.ends} == {
        name for (_, name), odds in law.ends.items() if sum(odds.values()) > 0.001
    }
    for one in sample.ends:
        odds = law.ends["ended", one.end]
        whole = sum(odds.values())
        assert abs(one.share - float(whole)) <= 4 * one.error
        days = float(sum(share * day for (day, _), share in odds.items()) / whole) - of.start
        assert abs(one.mean_days - days) <= 4 * one.error_days + 1e-9
        paid = float(sum(share * cost[0] for (_, cost), share in odds.items()) / whole)
        assert abs(float(one.mean_cost) - paid) <= 4 * one.error_cost + 0.005


def test_the_dice_are_those_of_python() -> None:
    for seed in (0, 1, 2**40):
        roll, one = many_at_once(seed), Random(seed)
        assert [*roll(3), *roll(700)] == [one.random() for _ in range(703)]


BARRED = """
procedure game "A game"
stage played "Played"                                                    by act "s. 1"
  the owner pays stake
  the court decides within 3 days from start of played
    heads -> won
    tails -> lost
    again -> asked any number of times
stage asked "Asked"                                                      by act "s. 2"
  requires days from start to start of asked is below 40 otherwise -> barred
  the court decides within 4 days from start of asked
    onwards -> played any number of times
fee stake "Stake"                                                        by act "s. 1"
  10 XTS
end won "Won"                                                            by act "s. 3"
end lost "Lost"                                                          by act "s. 3"
end barred "Barred"                                                      by act "s. 3"
practice files "Files"
  played: heads 10 %, tails 10 %, again the rest     by assumption "a test"
"""


def test_a_loop_comes_on_its_later_rounds_to_what_no_first_round_knew() -> None:
    """By hand: a round takes a week, and is asked for on its third day; on day 45 it is barred, after seven rounds."""
    plan = plan_of(BARRED, PLAIN)
    case = case_on(plan)
    found = paths_of(plan, case, every_day())
    ends = {one.end: one for one in found.ends}
    assert ends["barred"].odds.least == pytest.approx(0.8**7)
    assert ends["won"].odds.least == ends["lost"].odds.least == pytest.approx((1 - 0.8**7) / 2)
    days = ends["barred"].days
    assert days is not None
    assert (days.median, ends["barred"].cost.median) == (45, "70.00")
    assert (
        ends["won"].cost.expected
        == f"{10 * sum(k * 0.8 ** (k - 1) for k in range(1, 8)) / sum(0.8**k for k in range(7)):.2f}"
    )
    assert found.rest == 0
    of = Analysis(plan, case, every_day())
    sample = draw(of, of.careful, 20_000, 3, dice)
    assert {
        one.end: abs(one.share - ends[one.end].odds.least) <= 4 * one.error for one in sample.ends
    } == dict.fromkeys(ends, True)


@pytest.mark.parametrize("seed", range(6))
def test_a_state_that_only_later_days_come_to_is_decided_as_well(seed: int) -> None:
    """Behind the bar two ways of ours, of which one is better: both the strategy and the solution of cells go some way."""
    text = (
        BARRED.replace(
            "end barred",
            """stage late "Late"                                                        by act "s. 4"
  the owner chooses
    gives_up -> lost
    pays_off -> barred
end barred""",
        )
        .replace("otherwise -> barred", "otherwise -> late")
        .replace('end barred "Barred"', 'end barred "Barred", recovers 500 XTS')
    )
    plan = plan_of(text.replace("below 40", f"below {20 + 7 * seed}"), PLAIN)
    of = Analysis(plan, case_on(plan), every_day())
    for how in (Strategy(), Followed(of.cells, of.careful)):
        law = Flow(Sheets(of.graph, how)).law()
        assert sum(float(sum(days.values())) for days in law.ends.values()) + float(law.rest) == pytest.approx(
            1, abs=1e-12
        )
    best = Flow(Sheets(of.graph, Strategy())).law()
    assert float(sum(best.ends["ended", "barred"].values())) == pytest.approx(0.8 ** (4 + seed))
