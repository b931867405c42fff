"""What an open case is asked: down to the facts, once each, and never for what cannot be."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest
from procs import calendar, case_of, plan_of

from engine import records
from engine.case import Case
from engine.evaluate import Evaluator, State
from engine.questions import Divide, question, settle
from engine.simulate import explore, walk
from engine.values import Unknown, When

FACTS = """\
fact flag, yes or no
fact badge, yes or no
fact colour, one of red, green, blue
fact amount, money at least 10 XTS
rule tone, one of warm, cold  by act "1"
  warm when flag
  otherwise cold
rule copied, yes or no  by act "2"
  badge
rule dear, yes or no  by act "3"
  yes when amount is above 100 XTS
  otherwise no
rule double, money  by act "4"
  2 × amount
rule bright, yes or no  by act "5"
  yes when colour is red
  otherwise no
  except pale: no when colour is green
  except vivid: yes when colour is green
"""


def road(*tests: str) -> str:
    """A file whose stages ask one question after another, each with a yes and a no."""
    stages = [
        f'stage s{at}  by act "9"\n  the law decides\n    yes_{at} when {test} -> s{at + 1}\n    otherwise -> s{at + 1}\n'
        for at, test in enumerate(tests)
    ]
    return f'{FACTS}procedure main\n{"".join(stages)}stage s{len(tests)}  by act "9"\n  -> over\nend over  by act "9"\n'


def parts(plan: records.Plan, case: Case) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Every part of a divided trace: what it supposes, and the ways it takes."""
    leaves, whole = explore(plan, case, calendar(), walk(plan, case, calendar()))
    assert whole
    return [(tuple(one.words for one in leaf.supposed), tuple(leaf.log.path)) for leaf in leaves]


@pytest.mark.parametrize(
    "tests, told",
    [
        (["tone is warm", "tone is cold"], "flag"),
        (["copied", "badge"], "badge"),
        (["copied is no", "copied"], "badge"),
        (["dear", "amount is above 100 XTS", "amount is at most 100 XTS"], "amount"),
        (["amount is above 100 XTS", "amount is above 50 XTS", "amount is above 80 XTS"], "amount"),
        (["amount is at least 50 XTS", "amount is below 50 XTS", "amount is 50 XTS"], "amount"),
        (["double is above 100 XTS", "double is above 200 XTS"], "amount"),
        (["amount is at least 10 XTS", "amount is below 5 XTS"], "amount"),
        (["colour is red or blue", "colour is green", "colour is blue"], "colour"),
    ],
)
def test_the_parts_of_a_trace_are_the_worlds_that_can_be(tests: list[str], told: str) -> None:
    """Each world takes the ways of some part, no part is taken by no world, and none is there twice."""
    plan = plan_of(road(*tests))
    answers = {
        "amount": ["10", "49", "50", "50.01", "80", "90", "100", "100.01", "300"],
        "colour": ["red", "green", "blue"],
    }
    worlds = {
        tuple(walk(plan, case_of(plan, {told: one, "start": "2024-03-04"}), calendar()).log.path)
        for one in answers.get(told, ["yes", "no"])
    }
    found = [path for _, path in parts(plan, case_of(plan, {"start": "2024-03-04"}))]
    assert set(found) == worlds
    assert len(found) == len(worlds)


def ask_of(*tests: str, told: dict[str, str] | None = None) -> Evaluator:
    plan = plan_of(road(*tests))
    state = State(told=dict(case_of(plan, told).facts), today=When(date(2024, 3, 4)))
    return Evaluator(plan, state, calendar())


def conditions(ask: Evaluator) -> list[records.Test]:
    return [edge.guard.when[0] for edge in ask.plan.edges() if edge.guard.when]


def put(ask: Evaluator) -> Divide:
    guard = records.Guard((conditions(ask)[0],))
    return question(ask, guard, [guard])


def test_an_answer_that_makes_a_rule_contradict_itself_stands_apart_and_leaves_no_trace() -> None:
    ask = ask_of("bright")
    found = put(ask)
    assert [one.options for one in found.answers] == [{"red"}, {"green"}, {"blue"}]
    assert (ask.state.told, ask.state.read, ask.state.quoted) == ({}, {}, {})


def test_a_choice_told_to_be_unknown_is_asked_for_and_stays_told() -> None:
    ask = ask_of("colour is red", told={"colour": "unknown"})
    assert [one.options for one in put(ask).answers] == [{"red"}, {"green", "blue"}]
    assert isinstance(ask.state.told["colour"], Unknown)
    ask.state.possible["colour"] = frozenset({"green", "blue"})
    assert ask.test(conditions(ask)[0]).value is False


def test_what_was_supposed_of_a_fact_falls_when_the_road_sets_it() -> None:
    ask = ask_of("dear")
    above = put(ask).answers[0].test
    ask.state.supposed[above] = True
    assert ask.rule("dear") is True
    settle(ask, "flag")
    assert ask.rule("dear") is True
    settle(ask, "amount")
    assert ask.rule("dear") == Unknown(("amount",))


@pytest.mark.parametrize("first, second", [*product([True, False], repeat=2)])
def test_what_is_supposed_of_a_number_decides_its_other_comparisons(first: bool, second: bool) -> None:
    """Against every amount that fits: what all of them say is said, what they disagree on stays open."""
    ask = ask_of("amount is above 100 XTS", "amount is above 50 XTS", "amount is at most 75 XTS")
    tests = conditions(ask)
    ask.state.supposed = {tests[0]: first, tests[1]: second}
    fits = [n for n in range(10, 200) if (n > 100) is first and (n > 50) is second]
    answers = {n <= 75 for n in fits}
    assert ask.test(tests[2]).value is (answers.pop() if len(answers) == 1 else None)
