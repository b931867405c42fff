"""Every way through, exactly: the graph says of each path what `simulate` says of the case that goes it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from procs import ROOT, calendar, case_of, plan_of, shipped
from typed import proc

from engine.bearers import bearings
from engine.calendar import Calendar, find_calendar
from engine.case import Case
from engine.evaluate import State
from engine.exact import Paths, explore, paths_of
from engine.exact.analyse import Analysis
from engine.exact.borne import Burdens, brings
from engine.exact.breakeven import Turns
from engine.exact.cells import Cell, Cells, Way
from engine.exact.explore import Graph
from engine.exact.identity import NOT_OF_BOOK, NOT_OF_DAYS, NOT_OF_ROAD, NOT_OF_STATE, NOT_OF_TRACK, OF_DAYS, OF_ROAD
from engine.exact.matters import Compared, compared, matters_of, readings
from engine.exact.pricing import Pricing
from engine.exact.reckoning import compiled
from engine.exact.solve import Rules, ends_by, reaches, solve
from engine.exact.spread import spread
from engine.exact.waiting import waiting
from engine.exact.walker import NOT_USED, Walker
from engine.exact.year import Year
from engine.plan import make_plan
from engine.records import Plan
from engine.refusal import Refusal
from engine.scenarios import case_of_scenario
from engine.simulate import walk
from engine.tracks import Book, Track
from engine.values import Money, Unknown
from proc_tools.files import load_file
from proc_tools.paths_report import report
from procedure_dsl import load, read_source


@cache
def with_odds() -> Plan:
    """Belarus with the illustrative odds."""
    sources = [ROOT / "jurisdictions" / "belarus.proc", ROOT / "examples" / "belarus_odds.proc"]
    first, second = (read_source(path.read_bytes(), path.name)[0] for path in sources)
    return make_plan(load(first, second))


@cache
def flight() -> Plan:
    source, _ = read_source((ROOT / "examples" / "flight.proc").read_bytes(), "flight.proc")
    return make_plan(load(source))


def almanac(plan: Plan) -> Calendar:
    return find_calendar(plan.frame.calendar, ROOT / "examples")


DEBT = {
    "start": "2017-02-27", "principal": "6500", "penalty": "300", "interest": "100", "contract": "services",
    "notary_conditions_met": "no", "acceptance_signed": "no", "waived_in_writing": "no", "debt_recognised": "no",
    "debtor_known_to_object": "no", "penalty_in_writing": "yes", "penalty_worked_out": "yes", "interest_worked_out": "yes",
    "account_known": "yes", "debtor_is": "company", "receipt of claim_letter": "2017-03-01",
}  # fmt: skip


def debt(**more: object) -> Case:
    return replace(case_of(with_odds(), DEBT), **more)  # type: ignore[arg-type]


def case_without_choices(plan: Plan, number: int = 0) -> Case:
    return replace(case_of_scenario(plan, plan.scenarios[number]), choices={})


def every_path(cells: Cells, most: int = 2) -> Iterator[list[tuple[Cell, Way]]]:
    """Depth first, by recursion; a state of a loop at most so often."""

    def go(cell: Cell, path: list[tuple[Cell, Way]]) -> Iterator[list[tuple[Cell, Way]]]:
        if sum(one.state is cell.state for one, _ in path) >= most:
            return
        for way in cell.ways:
            longer = [*path, (cell, way)]
            if way.cell is None:
                yield longer
            else:
                yield from go(way.cell, longer)

    yield from go(cells.root, [])


def told_as_a_case(case: Case, path: list[tuple[Cell, Way]]) -> Case:
    """The case whose walk takes the same ways."""
    choices: dict[str, tuple[str, ...]] = {}
    for cell, way in path:
        choice = cell.state.choice
        label = way.option.label
        if choice.stage and choice.kind in ("way", "keep", "may", "right") and label != NOT_USED:
            choices[choice.stage] = (*choices.get(choice.stage, ()), label)
    return replace(case, choices=choices)


def of(name: str) -> tuple[Plan, Case]:
    if name == "debt":
        return with_odds(), debt()
    plan = flight() if name == "flight" else shipped(name)
    return plan, case_without_choices(plan)


@pytest.mark.parametrize("name", ["belarus", "flight", "debt"])
def test_a_path_is_what_simulate_walks_when_its_choices_are_told(name: str) -> None:
    """End, last day and what we pay, for every path; rights are told as choices, too."""
    plan, case = of(name)
    graph = Graph(plan, case, almanac(plan))
    cells = Cells(graph)
    compared = 0
    ours = [party for party, one in plan.parties.items() if one.owner == "we"]
    paths = list(every_path(cells, most=1 if name != "flight" else 2))
    for path in paths[:: max(1, len(paths) // 25)]:
        last = path[-1][1]
        assert last.end is not None
        try:
            walked = walk(plan, told_as_a_case(case, path), almanac(plan))
        except Refusal:
            continue  # a right that was chosen, and that the stage was too short for
        log, road = walked.log, walked.road
        assert (log.status, log.at) == (last.end.status, last.end.name)
        if not cells.circles:
            assert road.state.today.day.toordinal() == last.day
        cost = log.cost(ours)
        known = cost.known.get(plan.frame.currency)
        mine = sum((way.cost.low for _, way in path), Fraction(0))
        assert mine == (Fraction(known.amount) if isinstance(known, Money) else 0)
        compared += 1
    assert compared > 10


def test_odds_of_all_ends_add_up_to_one_in_fractions() -> None:
    """With every odds stated, whichever way we choose."""
    plan = plan_of(TOSS)
    case = case_of(plan, {"start": "2017-03-01"})
    case = replace(case, practice=("coin",))
    cells = Cells(Graph(plan, case, calendar()))
    names = {way.end.name for cell in cells.all for way in cell.ways if way.end}
    for at in (0, 1):
        rules = Rules(plan={cell: cell.ways[at] for cell in cells.all if cell.ours})
        assert sum(solve(cells, reaches(name), rules).value[cells.root] for name in names) == 1


TOSS = """
procedure toss "Toss"
stage first "First"                                 by act "s. 1"
  the court decides within 3 days from start of first
    heads -> won
    tails -> second
    again -> first any number of times

stage second "Second"                               by act "s. 2"
  the owner chooses
    stop -> lost
    sue  -> third

stage third "Third"                                 by act "s. 3"
  the tenant answers within 5 working days from start of third
    pays      -> won
    if missed -> lost

end won "Won", recovers 100 XTS                     by act "s. 4"
end lost "Lost"                                     by act "s. 4"

practice coin "Coin"
  first: heads 30 %, tails 50 %, again the rest     by assumption "a test"
  third: pays 1 %, missed the rest                  by assumption "a test"
"""


def test_a_loop_is_solved_and_its_law_followed() -> None:
    """Heads at last: 3/10 and a fifth of it again, so 3/8; the days are counted on the real calendar."""
    plan = plan_of(TOSS)
    case = replace(case_of(plan, {"start": "2017-03-01"}), practice=("coin",))
    cells = Cells(Graph(plan, case, calendar()))
    assert cells.circles
    solution = solve(cells, reaches("won"), Rules("best"))
    assert solution.value[cells.root] == Fraction(3, 8) + Fraction(5, 8) * Fraction(1, 100)
    law = spread(cells, solution)
    won = sum(law.ends["ended", "won"].values())
    assert abs(won - solution.value[cells.root]) < Fraction(1, 10**14)
    assert sum((sum(one.values()) for one in law.ends.values()), law.rest) == 1
    first = min(law.days(("ended", "won")))
    assert first == case.begins().toordinal() + 5  # 4 March is a Saturday: the last of three days is Monday the 6th


def test_hostile_is_the_worst_of_what_the_other_side_can_do() -> None:
    plan = plan_of(TOSS)
    case = replace(case_of(plan, {"start": "2017-03-01"}), practice=("coin",))
    cells = Cells(Graph(plan, case, calendar()))
    assert solve(cells, reaches("won"), Rules("best", hostile=True)).value[cells.root] == Fraction(3, 8)


def test_without_practice_nothing_is_invented() -> None:
    plan, case = of("belarus")
    found = paths_of(plan, case, calendar())
    assert not found.definite
    assert found.law == ()
    assert all((end.odds.least, end.odds.most) == (0, 1) for end in found.ends)
    assert found.open


def test_the_odds_of_paths_and_days_are_those_of_the_ends() -> None:
    """Where all odds are stated, paths, law and ends tell the same."""
    plan = plan_of(TOSS)
    case = replace(case_of(plan, {"start": "2017-03-01"}), practice=("coin",))
    found = paths_of(plan, case, calendar(), by=case.begins())
    assert found.definite
    ends = {end.end: end.odds.least for end in found.ends}
    for name, odds in ends.items():
        assert sum(share.odds for share in found.law if share.end == name) == pytest.approx(odds, abs=1e-12)
    assert sum(ends.values()) == pytest.approx(1)
    assert found.whole.by is not None
    assert found.whole.by.most == 0
    edge = next(one for one in found.edges if one.edge == "first.again")
    assert edge.times == pytest.approx(0.25)  # a fifth, a fifth of a fifth, …


def test_the_odds_of_having_ended_by_a_day_grow_to_one() -> None:
    plan, case = with_odds(), debt(practice=("illustration",), paced=True)
    cells = Cells(Graph(plan, case, calendar()))
    first = cells.root.day
    low = [solve(cells, ends_by(first + days), Rules("worst", "worst")).value[cells.root] for days in (0, 60, 200, 900)]
    assert low == sorted(low)
    assert (low[0], low[-1]) == (0, 1)


def test_bounds_hold_whatever_the_open_odds_are() -> None:
    """What a range of odds leaves lies between what its ends leave, and comes to both."""

    def paid(shares: str) -> tuple[float, float]:
        plan = plan_of(TOSS.replace("pays 1 %", f"pays {shares}"))
        case = replace(case_of(plan, {"start": "2017-03-01"}), practice=("coin",))
        found = next(end for end in paths_of(plan, case, calendar()).ends if end.end == "won")
        return found.odds.least, found.odds.most

    low, high = paid("20 % to 40 %")
    assert (low, high) == (paid("20 %")[0], paid("40 %")[0])
    assert low < paid("30 %")[0] < high


# ── What to do ──────────────────────────────────────────────────────────────────────────────────


@cache
def advice(**more: object) -> Paths:
    plan = with_odds()
    return paths_of(plan, debt(practice=("illustration",), paced=True), calendar(), **more)  # type: ignore[arg-type]


def test_the_order_pays_on_fees_alone_while_the_claim_is_less_likely_than_72_percent() -> None:
    """161 of 575: the order is lost where it comes to a claim all the same."""
    said = [line for one in advice().advice for line in one.breaks_even]
    assert any("161.00 BYN, and 736.00 BYN" in line and "less likely than 72 %" in line for line in said)


def in_2026(**more: object) -> Case:
    """Services for 14 300: 317 base values of 45, so 7 of them for an order, and the least duty of 25 for a claim."""
    told = DEBT | {
        "start": "2026-02-02", "principal": "14300", "penalty": "0", "interest": "0", "receipt of claim_letter": "2026-02-04",
    }  # fmt: skip
    return replace(case_of(with_odds(), told), **more)  # type: ignore[arg-type]


def test_order_first_costs_315_and_claim_first_1125_and_the_order_is_better_below_72_percent() -> None:
    """810 of 1 125 more or less; with 14 300 coming in 96 days later at 15 % a year, 810 of 1 125 + 14 300 × 14.4 / 379.4."""
    case = in_2026(practice=("illustration",), paced=True)
    found = [one for told in paths_of(with_odds(), case, calendar()).advice for one in told.detours]
    assert [(one.alone, one.both, one.second_alone, one.at, one.at_priced) for one in found] == [
        ("315", "1440", "1125", 0.72, None)
    ]
    told = paths_of(with_odds(), case, calendar(), discount=Fraction(15, 100)).advice
    priced = next(one for advice in told for one in advice.detours)
    late = Fraction(15 * priced.days, 100 * 365 + 15 * priced.days)
    assert priced.at_priced == float(Fraction(810) / (1125 + 14300 * late))
    assert "48.6 %" in priced.text


def test_where_a_fee_is_of_no_known_amount_the_ways_without_it_still_say_when_the_detour_pays() -> None:
    """Belarus' first scenario: 46 and 621 against 575, so 529 of 575; the duty of a claim filed who knows when is left aside."""
    found = [one for told in paths_of(*of("belarus"), calendar()).advice for one in told.detours]
    assert [(one.alone, one.both, one.second_alone, one.at) for one in found] == [("46", "621", "575", 0.92)]
    assert found[0].not_known == ("State duty on a claim",)
    assert "Left aside" in found[0].text
    without = paths_of(with_odds(), in_2026(), calendar()).advice
    assert any(
        "+ days later" in line for told in without for line in told.breaks_even
    )  # how long a court takes nobody says


def test_at_the_odds_at_which_the_advice_turns_both_options_are_worth_the_same() -> None:
    of = Analysis(with_odds(), debt(practice=("illustration",), paced=True), calendar())
    turns = Turns(of)
    found = [(cell, turn) for cell in turns.ours for turn in turns.of_cell(cell, of.choices[cell])]
    assert found
    for cell, turn in found:
        one, other = turns.worths(turn.stage, turn.option, turn.at)[cell]
        scale = max(abs(one), abs(other))
        assert abs(one - other) <= scale / 10**6
        beyond = turn.at + Fraction(1, 100) * (1 if turn.below else -1)
        assert turns.ahead(cell, of.choices[cell], turn.stage, turn.option, beyond) < 0


def test_a_step_near_the_case_is_named() -> None:
    """6 900 is just 300 base values of 23."""
    steps = [one.text for one in advice().matters if one.kind == "threshold"]
    assert any(
        "just at the step of 6 900.00 BYN" in text and "115.00 BYN instead of 161.00 BYN" in text for text in steps
    )


def test_what_if_tells_what_another_answer_would_change_and_nothing_else() -> None:
    """Without an account no request goes to the bank; where the claimant is found, no court asks before it decides."""
    of = Analysis(with_odds(), debt(practice=("illustration",)), calendar())

    def told(**facts: bool) -> Compared | None:
        return compared(of, replace(of.case, facts={**of.case.facts, **facts}))

    without_account = told(account_known=False)
    assert without_account is not None
    assert without_account[0].startswith("net ")
    assert told(at_legal_address=False) is None
    printed = compared(of, replace(of.case, readings={"least_duty": "printed_rubles"}))
    assert printed is not None
    assert {one.name for one, _ in readings(of)} >= {"least_duty=printed_rubles"}


def test_what_changes_the_advice_stands_before_what_changes_its_worth_alone() -> None:
    """By hand: an order is 20, a claim 50. Where the order is refused at once it costs 70, so claim; a dearer copy costs 1."""
    plan = plan_of(
        """
procedure forum "Forum"
stage first "First"                                 by act "s. 1"
  the owner chooses
    order -> ordered
    claim -> claimed
stage ordered "Order"                               by act "s. 1"
  the owner pays order_fee
  the owner pays copy_fee when copied
  the court decides at once
    refuses when objects  -> claimed
    grants unless objects -> paid
stage claimed "Claim"                               by act "s. 1"
  the owner pays claim_fee
  -> paid
fact copied, yes or no "A copy is wanted"
fact objects, yes or no "The debtor objects"
fee order_fee "Order fee"                           by act "s. 1"
  20 XTS
fee copy_fee "Copy fee"                             by act "s. 1"
  1 XTS
fee claim_fee "Claim fee"                           by act "s. 1"
  50 XTS
end paid "Paid", recovers 1 000 XTS                 by act "s. 4"
practice coin "Coin"
  first: order 50 %, claim 50 %                     by assumption "a test"
"""
    )
    told = {"start": "2024-03-04", "copied": "no", "objects": "no"}
    of = Analysis(plan, replace(case_of(plan, told), practice=("coin",)), calendar())
    found = [one for one in matters_of(of, what_if=True) if one.kind == "fact"]
    assert [(one.name, one.changes_advice) for one in found] == [("objects=True", True), ("copied=True", False)]
    assert (
        found[0].text
        == "The debtor objects: if yes: net 950.00 XTS instead of 980.00 XTS; another advice: First: claim"
    )
    assert found[1].text == "A copy is wanted: if yes: net 979.00 XTS instead of 980.00 XTS"


def test_a_hostile_debtor_is_worth_no_more_than_one_of_these_odds() -> None:
    usual, hostile = advice(), advice(hostile=True)
    assert hostile.hostile
    paid = [next((end.odds.most for end in one.ends if end.end == "paid"), 0) for one in (usual, hostile)]
    assert paid[1] < paid[0]
    assert sum(share.odds for share in hostile.law) == pytest.approx(1)


def test_begun_on_another_day_the_tape_gives_what_a_case_of_that_day_gives() -> None:
    plan, case = with_odds(), debt(events={}, practice=("illustration",), paced=True)
    of = Analysis(plan, case, calendar())
    later = Analysis(plan, case, calendar(), like=of, start=of.start + 17)
    fresh = Analysis(plan, replace(case, start=date.fromordinal(of.start + 17)), calendar())
    assert later.bound(later.net) == fresh.bound(fresh.net)
    assert later.law is not None
    assert fresh.law is not None
    assert later.law.days() == fresh.law.days()


@given(st.integers(0, 4), st.integers(0, 900))
@settings(max_examples=20, deadline=None)
def test_a_compiled_tape_says_what_the_tape_says(which: int, shift: int) -> None:
    """For every passage of Belarus, on days that agree with it and on days that do not."""
    graph = shared_graph()
    for state in list(graph.states.values())[which::5]:
        for passages in state.passages.values():
            for passage in passages:
                program = passage.program.program
                days = tuple(day + shift for day in state.first)
                assert compiled(program, graph.clock)(days) == program.run(days, graph.clock)


@cache
def shared_graph() -> Graph:
    return Graph(with_odds(), debt(practice=("illustration",), paced=True), calendar())


@pytest.mark.parametrize("name", ["belarus", "kazakhstan"])
def test_where_a_scenario_ends_is_among_the_ends(name: str) -> None:
    """The end that `simulate` comes to, on a day within the bounds, for every ninth scenario that has one."""
    plan = shipped(name)
    days = almanac(plan)
    compared = 0
    for scenario in plan.scenarios[::9]:
        case = case_of_scenario(plan, scenario, days)
        try:
            log = walk(plan, case, days).log
        except Refusal:
            continue  # too thin to be walked
        if log.status != "ended":
            continue
        cells = Cells(Graph(plan, replace(case, choices={}), days))
        assert log.at in {way.end.name for cell in cells.all for way in cell.ways if way.end}, scenario.label.known_as
        compared += 1
    assert compared > 1


def test_compare_stands_on_the_same_figures() -> None:
    found = proc("compare", "belarus", "kazakhstan", "--every-way", "--format", "json").data
    row = next(one for one in found["rows"] if one["id"] == "odds")
    for at, name in enumerate(("belarus", "kazakhstan")):
        plan = shipped(name)
        ends = paths_of(plan, case_without_choices(plan), almanac(plan)).ends
        assert [(one["end"], one["odds"]["most"]) for one in row["cells"][at]["value"]] == [
            (end.end, end.odds.most) for end in ends
        ]


def test_compare_takes_a_file_of_practice_for_the_files_that_it_fits() -> None:
    """Belarus is told by these odds, at their pace; Kazakhstan, of which they say nothing, by bounds."""
    odds = ROOT / "examples" / "belarus_odds.proc"
    more = ("--every-way", "--practice", odds, "--pace", "practice", "--format", "json")
    first, second = next(
        one for one in proc("compare", "belarus", "kazakhstan", *more).data["rows"] if one["id"] == "odds"
    )["cells"]
    plan = with_odds()
    case = replace(case_without_choices(plan), practice=("illustration",), paced=True)
    told = [(one.end, one.odds.least, one.cost.expected) for one in paths_of(plan, case, calendar()).ends]
    assert [(one["end"], one["odds"]["least"], one["cost"]["expected"]) for one in first["value"]] == told
    assert {one["odds"]["least"] for one in second["value"]} == {0}
    refused = proc("compare", "belarus", "kazakhstan", "--practice", ROOT / "examples" / "flight.proc")
    assert refused.code == 1
    assert "two-jurisdictions" in refused.out + refused.err


def test_compare_says_what_too_many_ways_leave_out() -> None:
    files = [ROOT / "examples" / f"{name}.proc" for name in ("adjudication", "flight")]
    row = next(
        one for one in proc("compare", *files, "--every-way", "--format", "json").data["rows"] if one["id"] == "odds"
    )
    assert "England and Wales, construction contracts: There are too many ways" in row["note"]
    assert all(isinstance(cell["value"], list) for cell in row["cells"])


def test_the_answer_is_as_its_schema_says() -> None:
    case = ROOT / "examples" / "cases" / "services_debt.yaml"
    odds = ROOT / "examples" / "belarus_odds.proc"
    found = proc("paths", "belarus", "--case", case, "--practice", odds, "--by", "2017-06-30", "--format", "json").data
    jsonschema.validate(found, proc("schema", "paths").data)
    assert 0 < found["whole"]["by"]["least"] < 1
    assert found["complete"] is False
    assert 0 < found["others"]["least"] < 1


@pytest.mark.parametrize(
    "more",
    [(), ("--lang", "ru"), ("--best", "fastest"), ("--best", "cheapest", "--versus", "hostile"), ("--discount", "12")],
)
@pytest.mark.parametrize("cells", ["80"])
def test_a_page_of_paths_is_no_wider_than_asked(
    more: tuple[str, ...], cells: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", cells)
    found = proc("paths", "belarus", "--case", ROOT / "examples" / "cases" / "services_debt.yaml", *more)
    assert found.code == 0
    assert max(map(len, found.out.splitlines())) <= int(cells)
    assert found.out.index(GIVEN[more[:2] == ("--lang", "ru")]) < len(found.out) / 3  # the ends stand first


GIVEN = {False: "Where it can end", True: "Чем это может кончиться"}


EVERYTHING = ROOT / "tests" / "everything" / "everything.proc"


def test_where_a_scenario_of_everything_at_once_ends_is_among_the_ends() -> None:
    """Tracks, several parties, clocks that stop, rights that come back: each scenario's end, with its choices left open."""
    checked = load_file(str(EVERYTHING))
    plan = make_plan(checked)
    days = find_calendar(plan.frame.calendar, EVERYTHING.parent)
    for scenario in plan.scenarios[1:4]:  # of the others there are too many ways
        case = case_of_scenario(plan, scenario, days)
        log = walk(plan, case, days).log
        cells = Cells(Graph(plan, replace(case, choices={}), days))
        assert log.at in {way.end.name for cell in cells.all for way in cell.ways if way.end}, scenario.label.known_as


def test_where_there_are_too_many_ways_the_answer_says_what_it_leaves_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """First rights aside, then each loop once, then a refusal."""
    plan = shipped("kazakhstan")
    case = case_without_choices(plan)
    monkeypatch.setattr(explore, "MOST_STATES", 40)
    few = Graph(plan, case, almanac(plan))
    assert few.leaves_rights
    assert len(few.states) <= 40 or few.rounds == 1
    assert any("left aside" in note for note in paths_of(plan, case, almanac(plan)).notes)
    monkeypatch.setattr(explore, "MOST_STATES", 2)
    monkeypatch.setattr(explore, "MOST_WITH_ONE_ROUND", 3)
    with pytest.raises(Refusal, match="states on this road"):
        Graph(plan, case, almanac(plan))


def test_where_even_that_is_too_much_the_scenario_decides_for_others_or_for_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    file = ROOT / "examples" / "eviction.proc"
    told = proc("paths", file, "--lang", "ru")
    assert (told.code, "Путей слишком много" in told.out) == (0, False)
    notes = []
    for most in (20, 1):
        monkeypatch.setattr(explore, "MOST_STATES", most)
        monkeypatch.setattr(explore, "MOST_WITH_ONE_ROUND", most)
        answer = proc("paths", file)
        notes.append((answer.code, "others decide as in the scenario" in answer.out))
    assert notes == [(0, False), (0, True)]


ROUNDS = """
procedure rounds "Rounds"
stage first "First"                                 by act "s. 1"
  the owner pays round_fee
  the court decides within 3 days from start of first
    heads -> won
    tails -> lost
    again -> first any number of times

fee round_fee "Round fee"                           by act "s. 1"
  100 XTS
end won "Won", recovers 1 000 XTS                   by act "s. 4"
end lost "Lost"                                     by act "s. 4"

practice coin "Coin"
  first: heads 30 %, tails 50 %, again the rest     by assumption "a test"
"""


def test_what_goes_round_a_loop_of_unknown_odds_recovers_nothing_at_the_least() -> None:
    """The first visit, the one that begins the loop and one round of it may come to nothing, for 100 each; at best 900 come in."""
    plan = plan_of(ROUNDS.split("practice coin")[0].replace("    tails -> lost\n", "").replace('end lost "Lost"', "# "))
    of = Analysis(plan, case_of(plan, {"start": "2017-03-01"}), calendar())
    assert of.cells.circles
    assert of.bound(of.net) == (-300, 900)
    assert of.bound(reaches("won")) == (0, 1)


def test_a_loop_cut_short_is_told_as_what_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """By hand: the fee once, and once more in a fifth of cases, 120. All cases pay 125; those with one round at most 116.67."""
    plan = plan_of(ROUNDS)
    case = replace(case_of(plan, {"start": "2017-03-01"}), practice=("coin",))
    whole = paths_of(plan, case, calendar())
    assert whole.notes == ()
    assert float(whole.whole.cost.expected or 0) == pytest.approx(125, abs=0.01)
    monkeypatch.setattr(explore, "MOST_STATES", 1)
    cut = paths_of(plan, case, calendar())
    assert cut.whole.cost.expected == "120.00"
    assert "fall to the other ways there, in proportion" in cut.notes[0]


# ── What others are to bear ─────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", ["belarus", "debt"])
def test_what_others_bear_of_a_path_is_what_the_trace_of_its_case_says(name: str) -> None:
    """For paths with something recovered: by `bearings` at the end of the walk, each payment of ours."""
    plan, case = of(name)
    of_case = Analysis(plan, case, almanac(plan))
    burdens = Burdens(of_case)
    assert burdens.told
    ours = {party for party, one in plan.parties.items() if one.owner == "we"}
    compared = borne = 0
    paths = [path for path in every_path(of_case.cells, most=1) if brings(path[-1][1])]
    for path in paths[:: max(1, len(paths) // 80)]:
        try:
            walked = walk(plan, told_as_a_case(case, path), almanac(plan))
        except Refusal:
            continue
        if walked.log.at != path[-1][1].end.name:  # type: ignore[union-attr]
            continue
        told: tuple[tuple[str, object], ...] = ()
        paid = []
        for _, way in path:
            told = burdens.after(told, way)  # type: ignore[arg-type]
            paid += list(burdens.parts(told, way))  # type: ignore[arg-type]
        shares = [burdens.share(told, part) for part, _ in paid]  # type: ignore[arg-type]
        low, high = (sum((one[side] for one in shares), Fraction(0)) for side in (0, 1))
        expected = Fraction(0)
        known = True
        for charge, move in walked.log.charges:
            for part in bearings(plan.fees[charge.fee], charge, walked.road.ask):
                if move.party in ours and part.party and part.party not in ours:
                    known = known and isinstance(part.amount, Money)
                    expected += Fraction(part.amount.amount) if isinstance(part.amount, Money) else 0
        if not known or any(not isinstance(charge.amount, Money) for charge, _ in walked.log.charges):
            continue
        assert low <= expected <= high
        compared += low == high
        borne += expected > 0
    assert compared > 10
    assert borne > 5


COSTS = """
procedure suit "Suit"
stage first "First"                                 by act "s. 1"
  the owner chooses
    dear  -> strong
    cheap -> weak
stage strong "With a lawyer"                        by act "s. 1"
  the owner pays lawyer_fee
  the court decides within 3 days from start of strong
    wins  -> won, so awarded is yes
    loses -> lost
stage weak "Alone"                                  by act "s. 1"
  the court decides within 3 days from start of weak
    wins  -> won
    loses -> lost
fact awarded, yes or no at first no "Costs are awarded"
fee lawyer_fee "Lawyer"                             by act "s. 1"
  300 XTS
  borne by tenant when awarded                      by act "s. 2"
end won "Won", recovers 1 000 XTS                   by act "s. 4"
end lost "Lost"                                     by act "s. 4"
practice coin "Coin"
  strong: wins 80 %, loses 20 %                     by assumption "a test"
  weak: wins 60 %, loses 40 %                       by assumption "a test"
"""


def test_what_others_are_to_bear_is_told_beside_the_net_and_turns_the_advice_where_it_would() -> None:
    """By hand: with a lawyer 800 - 300 = 500, and 240 of the 300 back; alone 600."""
    plan = plan_of(COSTS)
    case = replace(case_of(plan, {"start": "2024-03-04"}), practice=("coin",))
    found = paths_of(plan, case, calendar())
    told = found.advice[0]
    dear, cheap = told.options
    assert (dear.net.least, dear.net_with_costs and dear.net_with_costs.least) == ("500.00", "740.00")
    assert (cheap.net.least, cheap.net_with_costs and cheap.net_with_costs.least) == ("600.00", "600.00")
    assert (told.text, told.with_costs) == ("cheap", "dear")
    assert next(one.borne for one in found.ends if one.end == "won") is not None
    assert next(one.borne for one in found.ends if one.end == "lost") is None
    out = report(found, "0", 100)
    assert "if what others are to bear of our fees comes back, too, “dear” is better" in out
    without = paths_of(
        plan_of(COSTS.replace('  borne by tenant when awarded                      by act "s. 2"\n', "")),
        case,
        calendar(),
    )
    assert all(one.net_with_costs is None for told in without.advice for one in told.options)


def test_where_a_decision_says_who_bears_it_a_fee_falls_on_others_from_not_at_all_to_wholly() -> None:
    """Belarus: of a penalty that the court cuts, nobody knows by how much; so of 575 from none to all."""
    of_case = Analysis(*of("debt"), calendar())
    found = Burdens(of_case)
    part = ("claim_duty", Fraction(575), Fraction(575), Money(Decimal(6900), "BYN"))
    assert found.share((), part) == (575, 575)
    assert found.share((("penalty_refused", Unknown(("penalty_refused",))),), part) == (0, 575)
    assert found.share((("penalty_refused", Money(Decimal(690), "BYN")),), part) == (
        Fraction("517.50"),
        Fraction("517.50"),
    )


# ── Waiting ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("odds", [True, False])
def test_a_year_of_first_days_is_what_each_of_them_comes_to(odds: bool) -> None:
    """On each first day on which anything changes, the day before, and days between: as a walk of that day alone says."""
    plan, case = with_odds(), replace(case_without_choices(with_odds()), events={})
    if odds:
        case = replace(case, practice=("illustration",), paced=True)
    of = Analysis(plan, case, calendar())
    year = Year(of.graph, 10**6)
    numbers = year.of(range(of.start, of.start + 366))
    pricing = Pricing(year, cheapest=False, hostile=False, planned=of.planned)
    changes = [at for at in range(1, 366) if numbers[at] != numbers[at - 1]]
    assert len(changes) > 3
    for at in {0, *changes[:3], *(one - 1 for one in changes[:2]), 97, 300, 365}:
        fresh = Analysis(plan, replace(case, start=date.fromordinal(of.start + at)), calendar())
        found = pricing.of(numbers[at])
        assert found.net == fresh.bound(fresh.net), at
        assert found.ends == frozenset(fresh.bounds), at


NOTICE = """
value unit, money                                   by act "yearly"
  10 XTS since 2023-01-01
  12 XTS since 2024-01-01
  9 XTS since 2024-03-01 until 2024-12-31

procedure notice "Notice"
stage first "First"                                 by act "s. 1"
  the owner chooses
    sue  -> second
    stop -> lost
stage second "Second"                               by act "s. 2"
  wait 5 days from start of second
  the owner pays suit_fee
  the court decides within 3 days from start of second
    heads                     -> won
    quick when today_is_early -> late
fact today_is_early, yes or no "Early"
fee suit_fee "Suit fee"                             by act "s. 1"
  10 unit
end won "Won", recovers 1 000 XTS                   by act "s. 4"
end late "Late"                                     by act "s. 4"
end lost "Lost"                                     by act "s. 4"

practice coin "Coin"
  second: heads 50 %, quick 50 %                    by assumption "a test"
"""


def test_the_days_on_which_waiting_begins_to_matter_are_found_though_it_gets_dearer_and_then_cheaper() -> None:
    """By hand: 100 in the old year, 120 in the new one, 90 from 2024-03-01 on.

    Begun on Friday 22 December it is paid on the 27th; a day later we choose on Tuesday the 26th, and five days from there
    end on Sunday the 31st, which rolls to 3 January. Begun on Friday 23 February it is paid on the 28th; a day later we
    choose on Monday the 26th, and 2 March is a Saturday.
    """
    plan = plan_of(NOTICE)
    case = replace(case_of(plan, {"start": "2023-12-01", "today_is_early": "yes"}), practice=("coin",))
    of = Analysis(plan, case, calendar())
    told = [(one.day, one.costs) for one in waiting(of, thorough=True) if one.name not in ("1", "30")]
    assert told == [(date(2023, 12, 22), "20.00"), (date(2024, 2, 23), "-10.00")]


def test_what_is_told_of_days_cannot_wait() -> None:
    """Without asking for more, that alone is said; with it, waiting is priced as if the days were not told."""
    of = Analysis(with_odds(), debt(practice=("illustration",), paced=True), calendar())
    assert [one.name for one in waiting(of, thorough=False)] == ["told"]
    without = Analysis(with_odds(), debt(events={}, practice=("illustration",), paced=True), calendar())
    told = list(waiting(of, thorough=True))
    assert told[1:] == list(waiting(without, thorough=True))
    dearest = {one.name: one for one in told}["2017-11-08"]
    then = Analysis(with_odds(), replace(without.case, start=date(2017, 11, 9)), calendar())
    assert Fraction(dearest.costs or 0) == round(without.bound(without.net)[0] - then.bound(then.net)[0], 2)


def test_with_a_discount_waiting_a_day_costs_the_days_interest() -> None:
    """As of today in both cases: what is worth V a day later is worth V less a day now."""
    plan = plan_of(NOTICE)
    case = replace(case_of(plan, {"start": "2023-12-06", "today_is_early": "yes"}), practice=("coin",))
    of = Analysis(plan, case, calendar(), discount=Fraction(365, 100))  # one per cent a day, to reckon by hand
    told = next(one for one in waiting(of, thorough=True) if one.name == "1")
    # the fee and the sum fall on Monday the 11th; begun a day later, on the 12th
    worth = [Fraction(400) / (1 + Fraction(days, 100)) for days in (5, 6)]
    assert of.bound(of.net)[0] == worth[0]
    assert told.costs == str(round(float(worth[0] - worth[1]), 2))


# ── What is said ────────────────────────────────────────────────────────────────────────────────


def test_what_it_depends_on_is_said_once_with_its_places() -> None:
    """One right at four stages; one decision of which some ways are closed now and then."""
    plan, case = of("kazakhstan")
    settles = [one for one in paths_of(plan, case, almanac(plan)).open if one.kind == "right"]
    assert [(one.title, one.party, len(one.places)) for one in settles] == [
        ("makes an amicable agreement", "Debtor", 4)
    ]
    out = proc("paths", "kazakhstan").out
    assert out.count("makes an amicable agreement") == 1
    assert "“makes an amicable agreement” (Debtor, the other side); open at" in " ".join(out.split())
    order = [one for one in paths_of(*of("belarus"), calendar()).open if one.stage == "order_considered"]
    assert [len(one.options) for one in order] == [3]


def test_where_nothing_is_known_two_options_with_one_pair_of_bounds_are_not_called_the_same() -> None:
    plan, case = of("kazakhstan")
    found = {one.title: one for one in paths_of(plan, case, almanac(plan)).advice}
    assert found["Which forum?"].even
    assert not found["Which forum?"].same
    assert next(iter(paths_of(*of("belarus"), calendar()).advice)).same  # both begin with the claim letter


def test_a_decision_met_on_two_days_is_told_once_and_holds_for_both() -> None:
    """Within a hundredth; the odds at which it turns are those at which it turns first."""
    of = Analysis(with_odds(), debt(practice=("illustration",), paced=True), calendar())
    turns = Turns(of)
    told = [one for one in advice().advice if not one.even]
    assert [(one.title, len(one.after)) for one in told] == [("Order or claim?", 1)]
    assert told[0].turns
    for turn in told[0].turns:
        every = [
            one.at for cell in turns.ours for one in turns.of_cell(cell, of.choices[cell])
            if (one.stage, one.option, one.below) == (turn.stage, turn.option, turn.below)
        ]  # fmt: skip
        assert turn.at == float(min(every) if turn.below else max(every))
    stages = [turn.stage for turn in told[0].turns]
    assert stages.count("order_considered") == 1  # of two ways the one says all


def test_a_decision_on_a_loop_of_which_nothing_is_known_is_named_all_the_same() -> None:
    out = proc("paths", ROOT / "examples" / "adjudication.proc").out
    assert "on a loop of which nothing is known: No decision in time" in " ".join(out.split())
    hostile = proc("paths", "belarus", "--versus", "hostile").out
    assert "taken is that the other side always does its worst" in hostile


# ── States ──────────────────────────────────────────────────────────────────────────────────────


def test_every_field_of_a_walk_is_part_of_its_identity_or_left_out_by_name() -> None:
    """A field that is added tells states apart until it is named here; a name that is gone is found."""
    walker = Walker(flight(), case_without_choices(flight()), almanac(flight()))
    assert set(vars(walker)) == OF_ROAD | NOT_OF_ROAD
    assert set(vars(walker.days)) == OF_DAYS | NOT_OF_DAYS
    assert {one.name for one in fields(State)} >= NOT_OF_STATE
    assert {one.name for one in fields(Book)} >= NOT_OF_BOOK
    assert {one.name for one in fields(Track)} >= NOT_OF_TRACK


def test_a_tape_run_for_another_day_says_what_a_walk_of_that_day_says() -> None:
    """Every passage of Belarus, run for each start in a year, against the graph of that start."""
    plan, case = with_odds(), debt(events={})
    graph = Graph(plan, case, calendar())
    for shift in (1, 64, 190):
        start = case.begins().toordinal() + shift
        other = Graph(plan, replace(case, start=type(case.begins()).fromordinal(start)), calendar())
        mine = sorted(ends_from(graph, (start,)))
        theirs = sorted(ends_from(other, (start,)))
        assert mine == theirs


def ends_from(graph: Graph, days: tuple[int, ...]) -> Iterator[tuple[str, int, tuple[Fraction, ...]]]:
    """End, day and payments of every path."""
    ahead: list[tuple[object, tuple[int, ...], tuple[Fraction, ...]]] = [(graph.root, days, ())]
    while ahead:
        state, at, paid = ahead.pop()
        for option in state.choice.options:  # type: ignore[attr-defined]
            step = graph.step(state, at, option.label)  # type: ignore[arg-type]
            more = (*paid, *(one.sum.low for one in step.passage.paid))
            if hasattr(step.target, "choice"):
                ahead.append((step.target, step.days, more))
            else:
                yield step.target.name, step.days[0], more
