"""What the exact engine remembers, and what it leaves unsaid, changes nothing: each shortcut against the long way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import fields, is_dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from procs import ROOT, case_of, plan_of, shipped
from test_exact import EVERYTHING, almanac, debt, flight, with_odds

from engine.calendar import find_calendar
from engine.case import Case
from engine.days import Ceiling
from engine.evaluate import Evaluator
from engine.exact import explore
from engine.exact.cells import Cells
from engine.exact.explore import Graph, Passage, Replay, State, Stop, Walked
from engine.exact.identity import rest, retape
from engine.exact.live import Live, Read
from engine.exact.reckoning import Runner
from engine.exact.walker import Choice, Walker
from engine.fees import charge
from engine.plan import make_plan
from engine.records import Act, Expr, Label, Plan, Require
from engine.refusal import Refusal
from engine.road import Road
from engine.scenarios import case_of_scenario
from engine.simulate import walk
from engine.terms import term
from engine.tracks import copied
from engine.values import EXACT, Money, Quotient, Unknown, decimal_of, exact, product, summed, summed_money, with_places
from proc_tools.files import load_file


@cache
def everything() -> Plan:
    return make_plan(load_file(str(EVERYTHING)))


@cache
def example(name: str) -> Plan:
    return make_plan(load_file(str(ROOT / "examples" / f"{name}.proc")))


def first_scenario(plan: Plan, number: int = 0, **more: Any) -> tuple[Plan, Case]:
    return plan, replace(case_of_scenario(plan, plan.scenarios[number]), choices={}, **more)


DOORS = """
procedure doors "Doors"
stage hall "Hall"                                   by act "s. 1"
  the tenant sends notice to owner at once
  the owner chooses
    left   -> left
    middle -> middle
    right  -> right
    leaves -> out

stage left "Left"                                   by act "s. 2"
  the court decides within 3 days from start of left
    opens -> found
    shut  -> hall at most 2 times

stage middle "Middle"                               by act "s. 2"
  the owner pays key_fee
  the court decides within 5 working days from start of middle
    opens -> found
    shut  -> hall any number of times

stage right "Right"                                 by act "s. 2"
  the owner pays key_fee
  the tenant sends notice to owner at once
  the court decides at once
    opens -> found
    shut  -> hall at most 3 times

document notice "Notice"                            by act "s. 3"
  from tenant
fee key_fee "Key"                                   by act "s. 3"
  12 XTS
end found "Found", recovers 100 XTS                 by act "s. 4"
end out "Out"                                       by act "s. 4"
"""


CASES: dict[str, Callable[[], tuple[Plan, Case]]] = {
    "flight": lambda: first_scenario(flight()),
    "kazakhstan": lambda: first_scenario(shipped("kazakhstan")),
    "belarus": lambda: (with_odds(), debt(practice=("illustration",), paced=True)),
    "several parties at a time": lambda: first_scenario(everything(), 3),
    "told days behind a loop": lambda: first_scenario(example("trademark_opposition")),
    "doors": lambda: (plan_of(DOORS), case_of(plan_of(DOORS), {"start": "2017-03-01"})),
    "doors, told days": lambda: (
        plan_of(DOORS),
        case_of(plan_of(DOORS), {"start": "2017-03-01", "payment of key_fee": "2017-03-09, 2017-03-10"}),
    ),
    "each loop once": lambda: first_scenario(shipped("kazakhstan"), 1),
    "each loop once, several at a time": lambda: first_scenario(everything(), 4),
}
MOST = {"each loop once": 40, "each loop once, several at a time": 60}  # states, beyond which loops are gone round once
BESIDE = {"several parties at a time": EVERYTHING.parent, "each loop once, several at a time": EVERYTHING.parent}


def graph_of(name: str) -> Graph:
    plan, case = CASES[name]()
    return Graph(plan, case, find_calendar(plan.frame.calendar, BESIDE.get(name, ROOT / "examples")))


def shape(graph: Graph) -> list[object]:
    """Everything that a graph says, but for how its days are counted."""
    found: list[object] = [graph.turns, graph.leaves_rights, graph.rounds]
    for state in (graph.root, *graph.states.values()):
        found.append((state.number, state.choice, state.first))
        for label, passages in state.passages.items():
            for one in passages:
                target = one.target.number if isinstance(one.target, State) else one.target
                found.append((label, target, one.paid, one.edges, one.silent, one.recovered, one.cost))
                found.append(one.program.run(state.first))
    return found


@pytest.mark.parametrize("name", CASES)
def test_no_shortcut_of_a_walk_changes_the_graph(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without any of them: no fork and no way is taken over, each is asked again, all is put into words and asked anew."""
    if name == "told days behind a loop":  # which nothing but this ends
        monkeypatch.setattr(explore, "MOST_TURNS", 2_500)
    monkeypatch.setattr(explore, "MOST_STATES", MOST.get(name, explore.MOST_STATES))
    short = shape(graph_of(name))
    monkeypatch.setattr(Graph, "_stops", lambda *_: [])
    monkeypatch.setattr(Graph, "like_another", lambda *_: None)
    monkeypatch.setattr(Walker, "just_given", lambda *_: None)
    monkeypatch.setattr(Walker, "quiet", False)
    monkeypatch.setattr(Evaluator, "together", lambda _, answer: answer())
    monkeypatch.setattr(explore, "Runner", lambda program, clock, own=None: Runner(program, clock))  # noqa: ARG005
    assert shape(graph_of(name)) == short


def test_a_walk_goes_on_from_forks_that_others_have_met(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the test above would compare nothing."""
    monkeypatch.setattr(explore, "MOST_TURNS", 2_500)
    met = []
    stops = Graph._stops

    def counted(graph: Graph, *asked: Any) -> list[Stop]:
        found = stops(graph, *asked)
        met.append(len(found))
        return found

    monkeypatch.setattr(Graph, "_stops", counted)
    graph_of("told days behind a loop")
    assert sum(met) > 100


def test_forks_behind_the_step_of_either_ceiling_are_met_anew() -> None:
    """A ceiling binds the steps before its own: where two differ in it, what lies behind the lesser was walked otherwise."""
    stops = [Stop(cast(Choice, None), cast(Walker, None), turns=at, steps=at * 10) for at in range(5)]

    def known(steps: int, other: int, labels: str = "abcd", day: date = date(2025, 1, 1)) -> int:
        one, two = (Ceiling((), 99, day), Ceiling((), steps, day)), (Ceiling((), 99, day), Ceiling((), other, day))
        return len(Replay(one, tuple("abcd"), stops).shared(two, tuple(labels)))

    assert known(25, 25) == 5
    assert known(25, 60) == known(60, 25) == 3  # at 0, 10 and 20 steps
    assert known(20, 60) == 2  # the sentence at the step of a ceiling is no longer bound by it
    assert known(60, 90, "abxd") == 3  # before the third way, which is another one


@pytest.mark.parametrize(("most", "rounds"), [(500, None), (20, 1)])
def test_ways_are_taken_over_from_states_that_differ_in_how_often_ways_have_been_taken(
    most: int, rounds: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the test above would compare nothing; and each state's walk stands where its history has led it."""
    monkeypatch.setattr(explore, "MOST_STATES", most)
    graph = graph_of("doors")
    assert graph.rounds == rounds
    law = [one.passage for ways in graph.ways.values() for one in ways]
    passages = [one for state in graph.states.values() for ways in state.passages.values() for one in ways]
    assert len(law) < 0.5 * len(passages)
    assert graph.live is not None
    for state in [*graph.states.values()]:
        assert {way: state.road.taken.get(way, 0) for way, _ in state.identity.taken[0]} == dict(
            state.identity.taken[0]
        )
        road = graph._fresh(())
        road.begin_or_end(f"start of {road.plan.main}")
        road.enter(road.plan.procedures[road.plan.main].entry)
        met = graph._go(road)
        for _, label in state.history:
            assert isinstance(met, Choice)
            rest(road, graph.live)
            road.give(met, next(one for one in met.options if one.label == label))
            met = graph._go(road)
        assert met == state.choice
        assert road.tracks.now.steps == state.road.tracks.now.steps
        rest(road, graph.live)
        assert (road.state.told, road.state.moved) == (state.road.state.told, state.road.state.moved)


def test_a_way_is_not_taken_over_where_a_count_decides() -> None:
    way = Walked((("a", 0), ("b", 1)), frozenset({("a", 1, 2), ("b", 1, 1)}), cast(Passage, None), 0, 0)
    assert way.as_from((("a", 0), ("b", 3))) == {"a": 0, "b": 2}
    assert way.as_from((("a", 1), ("b", 1))) is None  # taken once more on the way, it may not be taken again
    assert way.as_from((("a", 0), ("b", 0))) is None
    assert way.as_from((("b", 1),)) is None  # of the other nothing is known


def test_a_walk_and_its_copy_share_nothing_that_either_writes() -> None:
    """Every fork of Belarus: what its ways write is not found in the walk from which they go on."""
    graph = graph_of("belarus")
    for state in graph.states.values():
        before = written(state.road)
        for option in state.choice.options:
            road = state.road.copy()
            retape(road, state.days, state.first)
            road.give(state.choice, option)
            with suppress(Refusal):
                graph._go(road)
        assert written(state.road) == before


def written(road: Walker) -> str:
    books = [{one.name: getattr(book, one.name) for one in fields(book)} for book in road.tracks.books]
    logged = {name: one for name, one in vars(road.log).items() if isinstance(one, list | dict | set | str)}
    return repr((books, logged, road.answers, road.resumes, road.at, road.days.drawn, road.tracks.all))


def test_what_one_of_several_parties_pays_is_in_one_purse_with_the_rest() -> None:
    """What a path recovers is what `simulate` says, where each party has a walk of its own."""
    plan, case = CASES["several parties at a time"]()
    days = find_calendar(plan.frame.calendar, EVERYTHING.parent)
    ways = {
        "remind": ("pays",),
        "sign": ("missed",),
        "wait_a_little": ("sue",),
        "hearing": ("awards",),
        "judged_won": ("done",),
    }
    log = walk(plan, replace(case, choices={**ways, "search for anna": ("found",)}), days).log
    assert isinstance(log.recovered, Unknown)
    cell = Cells(Graph(plan, case, days)).root
    taken = iter(["", *(label for labels in ways.values() for label in labels), "found", *["kept"] * 9])
    met = ""
    while met != "found":
        label = next(taken)
        way = next((one for one in cell.ways if one.option.label == label), cell.ways[0])
        met = way.option.label
        if way.cell is None:
            break
        cell = way.cell
    assert way.end is not None
    assert way.end.name == log.at
    assert way.passage.recovered is not None
    assert way.passage.recovered.missing == set(log.recovered.names)


# ── Words ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", ["belarus", "kazakhstan"])
def test_what_is_not_put_into_words_is_the_same(name: str) -> None:
    """Every term and fee as each scenario leaves it, aloud and quiet."""
    plan = shipped(name)
    days, rules = almanac(plan), plan.frame.counting
    compared = 0
    for scenario in plan.scenarios[::7]:
        road = Road(plan, case_of_scenario(plan, scenario), days)
        with suppress(Refusal):
            road.walk()
        asks = [road.ask.of(copied(road.state)) for _ in range(2)]
        asks[1].quiet = True
        for deadline in plan.deadlines.values():
            told = [tried(lambda ask=ask: term(deadline, ask, days, rules)) for ask in asks]  # type: ignore[misc]  # noqa: B023
            compared += same(
                told, "start", "length", "back", "due", "safe", "unknown", "kept_until", "opens", "bounded", "until"
            )
        for fee in plan.fees.values():
            paid = [tried(lambda ask=ask: charge(fee, ask, road.today)) for ask in asks]  # type: ignore[misc]  # noqa: B023
            compared += same(paid, "fee", "amount", "band", "base", "governed", "cites", "lines", "versions")
    assert compared > 100


def tried(answer: Callable[[], object]) -> object:
    try:
        return answer()
    except Refusal as refusal:
        return str(refusal)


def same(pair: list[object], *names: str) -> bool:
    one, other = pair
    if isinstance(one, str):
        assert other == one
    else:
        assert [repr(getattr(one, name)) for name in names] == [repr(getattr(other, name)) for name in names]
    return not isinstance(one, str)


# ── Figures ─────────────────────────────────────────────────────────────────────────────────────

NUMBERS = st.one_of(
    st.decimals(min_value=-(10**12), max_value=10**12, places=2),
    st.decimals(min_value=-(10**6), max_value=10**6, places=7),
    st.sampled_from([Decimal(0), Decimal("-0.00"), Decimal("1E+3"), Decimal("9" * 39), Decimal("1E-61"), Decimal("1." + "3" * 70)]),
    st.fractions(min_value=-1000, max_value=1000, max_denominator=97).map(decimal_of),
)  # fmt: skip


@given(NUMBERS, NUMBERS, st.sampled_from([1, -1]))
@settings(max_examples=400, deadline=None)
def test_decimals_are_reckoned_as_fractions_would_be(one: Decimal, other: Decimal, sign: int) -> None:
    """The same digits, the same noughts behind the point, the same refusal of what is too large."""
    total, times = exact(one) + sign * exact(other), exact(one) * exact(other)
    money = Money(one, "XTS"), Money(other, "XTS")
    assert written_out(lambda: summed(one, other, sign)) == written_out(lambda: decimal_of(total))
    assert written_out(lambda: product(one, other)) == written_out(lambda: decimal_of(times))
    assert written_out(lambda: summed_money(*money, sign).amount) == written_out(
        lambda: with_places(decimal_of(total), *money)
    )


def written_out(answer: Callable[[], Decimal]) -> str:
    try:
        found = answer()
    except Refusal as refusal:
        return refusal.code
    return f"{found!s} {found.fraction if isinstance(found, Quotient) else Fraction(found)}"


def test_the_wide_context_says_where_it_is_too_narrow() -> None:
    assert summed(Decimal("1E-100"), Decimal(10**39)) == decimal_of(Fraction(1, 10**100) + 10**39)
    assert EXACT.prec == 120


# ── The plan ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("plan", [with_odds, everything, lambda: example("trademark_opposition")])
def test_what_a_stage_reads_is_what_is_named_anywhere_in_it(plan: Callable[[], Plan]) -> None:
    """Put together part by part, as by looking through the whole of it."""
    case = debt(practice=("illustration",)) if plan is with_odds else Case()
    road = Road(plan(), replace(case, start=debt().begins(), events={}), almanac(with_odds()))
    live = Live(plan(), case, road.ask)
    for part in (*plan().stages.values(), *plan().ends.values(), *plan().rights.values(), *plan().fees.values()):
        named = frozenset[Read]().union(*(road.ask.reach(*one) for one in every_name(plan(), part)))
        assert live.reads(part) == named


def every_name(plan: Plan, part: Any) -> Iterator[Read]:
    if isinstance(part, Expr):
        yield from part.names()
    elif isinstance(part, tuple):
        for one in part:
            yield from every_name(plan, one)
    elif is_dataclass(part) and not isinstance(part, Label):
        if getattr(part, "deadline", "") in plan.deadlines:
            yield from every_name(plan, plan.deadlines[part.deadline])  # type: ignore[union-attr]
        if isinstance(part, Act) and part.fee:
            yield from every_name(plan, replace(plan.fees[part.fee], bearers=()))
            yield from [("sum", f"paid of {part.fee}")] if part.returns else []
        if isinstance(part, Require) and part.component:
            yield ("fact" if part.component in plan.facts else "rule"), part.component
        for one in fields(part):
            yield from every_name(plan, getattr(part, one.name))


def test_what_one_walk_found_out_of_the_plan_holds_on_another() -> None:
    """Where the parts of a divided trace take it over, it is what each would find itself."""
    plan = shipped("belarus")
    case = case_of_scenario(plan, plan.scenarios[0])
    first = Road(plan, case, almanac(plan))
    first.walk()
    second = Road(plan, replace(case, facts={}), almanac(plan), like=first.ask)
    assert second.ask.reached is first.ask.reached
    assert not second.state.told
    fresh = Evaluator(plan, second.state, almanac(plan))
    for kind, name in [*first.ask.reached]:
        assert second.ask.reach(kind, name) == fresh.reach(kind, name)
    for rule in plan.rules:
        assert second.ask.turns_in("rule", rule) == fresh.turns_in("rule", rule)
