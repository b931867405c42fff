"""Derived facts against an oracle that tries every world the case leaves open."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from procs import calendar, case_of, plan_of

from engine.evaluate import Evaluator, State
from engine.records import Plan
from engine.refusal import Refusal
from engine.values import Unknown, When

NAMES = ("p", "q", "r")
World = dict[str, bool]


@dataclass(frozen=True)
class Clause:
    """`yes when p and q unless r`, perhaps behind a label."""

    excepts: bool
    gives: bool
    when: tuple[str, ...]
    unless: tuple[str, ...]

    def text(self, number: int) -> str:
        label = f"except e{number}: " if self.excepts else ""
        when = f" when {' and '.join(self.when)}" if self.when else ""
        unless = f" unless {' and '.join(self.unless)}" if self.unless else ""
        return f"  {label}{'yes' if self.gives else 'no'}{when}{unless}\n"

    def holds(self, world: World) -> bool:
        return all(world[name] for name in self.when) and not (self.unless and all(world[name] for name in self.unless))


@st.composite
def clauses(draw: st.DrawFn) -> Clause:
    names = st.lists(st.sampled_from(NAMES), unique=True, max_size=2).map(tuple)
    when = draw(st.lists(st.sampled_from(NAMES), unique=True, min_size=1, max_size=2).map(tuple))
    return Clause(draw(st.booleans()), draw(st.booleans()), when, draw(names))


RULES = st.lists(clauses(), min_size=1, max_size=4).filter(lambda all_: any(not one.excepts for one in all_))


def rule_plan(lines: list[Clause]) -> Plan:
    facts = "".join(f"fact {name}, yes or no\n" for name in NAMES)
    ordered = [one for one in lines if not one.excepts] + [one for one in lines if one.excepts]
    body = "".join(one.text(number) for number, one in enumerate(ordered))
    return plan_of(f'{facts}rule duty, yes or no  by act "1"\n{body}  otherwise no\n')


def answer(plan: Plan, world: World) -> object:
    case = case_of(plan, {name: "yes" if value else "no" for name, value in world.items()} | {"start": "2024-03-04"})
    state = State(told=dict(case.facts), today=When(case.begins()))
    try:
        return Evaluator(plan, state, calendar()).rule("duty")
    except Refusal as refusal:
        return refusal.code


def by_hand(lines: list[Clause], world: World) -> object:
    """Exceptions that hold outweigh lines that hold; two that disagree are refused; else no."""
    for excepts in (True, False):
        answers = {one.gives for one in lines if one.excepts is excepts and one.holds(world)}
        if answers:
            return answers.pop() if len(answers) == 1 else "exceptions-clash"
    return False


@settings(max_examples=80, deadline=None)
@given(RULES)
def test_a_rule_answers_in_every_world_as_by_hand(lines: list[Clause]) -> None:
    plan = rule_plan(lines)
    for values in product([True, False], repeat=len(NAMES)):
        world = dict(zip(NAMES, values, strict=True))
        assert answer(plan, world) == by_hand(lines, world)


@settings(max_examples=80, deadline=None)
@given(RULES, st.dictionaries(st.sampled_from(NAMES), st.booleans(), max_size=2))
def test_what_a_rule_says_of_an_open_case_holds_in_every_world_left(lines: list[Clause], told: World) -> None:
    found = answer(rule_plan(lines), told)
    open_ = [name for name in NAMES if name not in told]
    worlds = [told | dict(zip(open_, rest, strict=True)) for rest in product([True, False], repeat=len(open_))]
    answers = {by_hand(lines, world) for world in worlds}
    if isinstance(found, Unknown):
        assert set(found.names) <= set(open_)
        assert found.names
    elif found != "exceptions-clash":
        assert answers - {"exceptions-clash"} <= {found}


CHOICE = """\
fact contract, one of supply, lease, loan
fact rent, money at least 0 XTS
fact signed_on, date
rule written, yes or no  by act "1"
  yes when contract is supply or lease
  otherwise no
rule late, yes or no  by act "2"
  yes when signed_on is before 2020-01-01
  otherwise no
rule yearly, money at least 0 XTS  by act "3"
  12 × rent, at least 100 XTS
"""


@pytest.mark.parametrize(
    "told, rule, found",
    [
        ({"contract": "lease"}, "written", "True"),
        ({"contract": "loan"}, "written", "False"),
        ({}, "written", "unknown (contract)"),
        ({"signed_on": "2019-12-31"}, "late", "True"),
        ({"signed_on": "2020-01-01"}, "late", "False"),
        ({}, "late", "unknown (signed_on)"),
        ({"rent": "5"}, "yearly", "100.00 XTS"),
        ({"rent": "50.5"}, "yearly", "606.00 XTS"),
        ({"rent": "unknown"}, "yearly", "unknown (rent)"),
    ],
)
def test_facts_of_every_kind_decide_or_stay_unknown(told: dict[str, str], rule: str, found: str) -> None:
    plan = plan_of(CHOICE)
    case = case_of(plan, told)
    assert str(Evaluator(plan, State(told=dict(case.facts)), calendar()).rule(rule)) == found
