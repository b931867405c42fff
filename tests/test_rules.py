"""Derived facts against an oracle that tries every world the case leaves open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from procs import calendar, case_of, plan_of

from engine.evaluate import Evaluator, State
from engine.records import Plan
from engine.refusal import Refusal
from engine.terms import term
from engine.values import NotStated, Unknown, Value, When

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


# ── The day whose law governs ───────────────────────────────────────────────────────────────────

DATED = """\
fact p, yes or no
fact event_day, date
value unit, money  by act "1"
  10 XTS since 2023-01-01
  20 XTS since 2024-07-01
rule flat, money  by act "2"
  3 XTS
  governed by event_day
rule turned, yes or no  by act "2"
  no until 2024-06-30
  yes since 2024-07-01
  governed by event_day
rule either, money  by act "2"
  5 XTS until 2024-06-30
  5 XTS since 2024-07-01
  governed by event_day
rule priced, money  by act "2"
  2 unit
  governed by event_day
rule over, yes or no  by act "2"
  yes when turned and p
  otherwise no
rule early, yes or no  by act "3"
  yes when event_day is before 2024-07-01
  otherwise no
rule late, yes or no  by act "3"
  yes when event_day is after 2024-06-30
  otherwise no
rule on_that_day, yes or no  by act "3"
  yes when event_day is 2024-07-01
  otherwise no
rule waited, number  by act "3"
  days from event_day to event_day
"""
DAYS = [date(2023, 1, 1), date(2024, 6, 29), date(2024, 6, 30), date(2024, 7, 1), date(2024, 7, 2), date(2031, 1, 1)]
DATED_RULES = ("flat", "turned", "either", "priced", "over", "early", "late", "on_that_day")


@cache
def dated_plan() -> Plan:
    return plan_of(DATED)


@pytest.mark.parametrize("rule", DATED_RULES)
@pytest.mark.parametrize("bound", [*DAYS, None])
@pytest.mark.parametrize("p", [True, False])
def test_what_a_day_that_is_only_a_bound_leaves_certain_holds_on_every_later_day(
    rule: str, bound: date | None, p: bool
) -> None:
    """An answer where every day that it may still be gives it; else what is unknown, or not stated, by name."""
    plan = dated_plan()

    def on(day: When | None) -> Value:
        told: dict[str, Value] = {"p": p} | ({"event_day": day} if day else {})
        return Evaluator(plan, State(told=told, today=When(date(2024, 1, 1))), calendar()).rule(rule)

    answers = {on(When(day)) for day in DAYS if bound is None or day >= bound}
    gap = NotStated(("Office: hearing",)) if bound else Unknown(("event_day",))
    found = on(When(bound, ("Office: hearing",)) if bound else None)
    if rule == "priced" and bound is None:
        assert found == gap  # nor does the file know a unit of every day
    elif bound is None and rule in ("early", "late", "on_that_day"):
        assert found == gap
    else:
        assert found == (answers.pop() if len(answers) == 1 else gap)


def test_a_length_between_days_of_which_one_is_a_bound_is_not_stated() -> None:
    told: dict[str, Value] = {"event_day": When(date(2024, 1, 1), ("Office: hearing",))}
    assert Evaluator(dated_plan(), State(told=told), calendar()).rule("waited") == NotStated(("Office: hearing",))


def test_a_value_made_of_another_is_of_the_same_day() -> None:
    plan = plan_of('value unit, money  by act "1"\n  1 XTS since 2023-01-01\n  2 XTS since 2024-01-01\n'
                   'value big, money  by act "1"\n  5 unit since 2020-01-01\n')  # fmt: skip
    ask = Evaluator(plan, State(today=When(date(2024, 3, 4))), calendar())
    assert [str(ask.dated("big", day)) for day in (date(2023, 5, 1), date(2024, 5, 1))] == ["5.00 XTS", "10.00 XTS"]


def test_lines_of_which_one_is_not_known_are_unknown_and_no_conflict() -> None:
    plan = plan_of('fact p, yes or no\nfact q, yes or no\nrule r, yes or no  by act "1"\n'
                   '  yes when q\n  p when q\n  otherwise no\n')  # fmt: skip
    ask = Evaluator(plan, State(told={"q": True}, today=When(date(2024, 3, 4))), calendar())
    assert ask.rule("r") == Unknown(("p",))


def test_definitions_that_share_others_do_not_double_the_work() -> None:
    deep = "".join(f'rule r{n}, yes or no  by act "1"\n  yes when r{n - 1} unless r{n - 1} is no\n  otherwise no\n'
                   for n in range(1, 50))  # fmt: skip
    plan = plan_of(f'fact p, yes or no\nrule r0, yes or no  by act "1"\n  p\n{deep}')
    state = State(today=When(date(2024, 3, 4)))
    ask = Evaluator(plan, state, calendar())
    assert ask.rule("r49") == Unknown(("p",))
    state.told["p"] = True
    assert ask.rule("r49") is True
    state.told["p"] = False
    assert ask.rule("r49") is False


# ── Terms ───────────────────────────────────────────────────────────────────────────────────────

TERM = """\
fact by_post, yes or no
fact handed_on, date
fact posted_on, date
deadline objection "Objection"  by act "1"
  counts from handed_on unless by_post
  counts from posted_on when by_post
  10 days until 2024-06-30
  20 days since 2024-07-01
deadline steady  by act "1"
  counts from handed_on
  10 days when by_post
  10 days unless by_post
"""


@pytest.mark.parametrize(
    "name, told, due, unknown",
    [
        ("objection", {"by_post": "no", "handed_on": "2024-03-04", "posted_on": "2024-02-26"}, "2024-03-14", ()),
        ("objection", {"handed_on": "2024-03-04", "posted_on": "2024-02-26"}, "", ("by_post",)),
        ("objection", {"handed_on": "2024-03-04", "posted_on": "2024-03-04"}, "2024-03-14", ()),
        ("objection", {"by_post": "no"}, "", ("handed_on",)),
        ("steady", {"handed_on": "2024-03-04"}, "2024-03-14", ()),
    ],
)
def test_a_term_with_two_first_days_has_none_until_they_agree(
    name: str, told: dict[str, str], due: str, unknown: tuple[str, ...]
) -> None:
    plan = plan_of(TERM)
    ask = Evaluator(plan, State(told=dict(case_of(plan, told).facts), today=When(date(2024, 8, 1))), calendar())
    found = term(plan.deadlines[name], ask, calendar(), plan.frame.counting)
    assert (str(found.due.day) if found.due else "", found.unknown) == (due, unknown)
