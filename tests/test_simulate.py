"""The trace of the shipped jurisdictions: the same twice, divided as telling would, and true to what it announces."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from procs import ROOT, SHIPPED, calendar, case_of, shipped, text_of

from engine.case import Case, add_choice, set_one
from engine.plan import make_plan
from engine.records import Plan
from engine.refusal import Refusal
from engine.scenarios import case_of_scenario, run_scenario
from engine.simulate import MOST_WAYS, explore, simulate_case, walk
from engine.trace import Assumption, Day, Trace
from procedure_dsl import load, source_of_text

SCENARIOS = [(name, number) for name in SHIPPED for number in range(len(shipped(name).scenarios))]
WALKED = [  # the others only ask for a fee or a term, of cases too thin to be walked
    (name, number)
    for name, number in SCENARIOS
    if any(one.kind == "ends" or one.on_the_road for one in shipped(name).scenarios[number].expectations)
]


def simulate(name: str, case: Case, compare: bool = False) -> Trace:
    plan = shipped(name)
    return simulate_case(plan, case, calendar(plan.frame.calendar), compare=compare)


def refusal_of(name: str, case: Case) -> str:
    try:
        simulate(name, case)
    except Refusal as refusal:
        return str(refusal)
    return ""


def scenario_case(name: str, number: int) -> Case:
    plan = shipped(name)
    return case_of_scenario(plan, plan.scenarios[number])


@pytest.mark.parametrize("name, number", SCENARIOS)
def test_a_scenario_of_the_shipped_files_passes(name: str, number: int) -> None:
    plan = shipped(name)
    result = run_scenario(plan, plan.scenarios[number], calendar(plan.frame.calendar))
    assert not result.failures


@pytest.mark.parametrize("name", SHIPPED)
def test_the_first_scenario_runs_to_an_end(name: str) -> None:
    assert simulate(name, scenario_case(name, 0)).outcome.status == "ended"


@pytest.mark.parametrize("name, number", WALKED)
def test_days_never_go_back_and_nothing_unstated_becomes_a_day(name: str, number: int) -> None:
    trace = simulate(name, scenario_case(name, number))
    earliest = [step.date.exact or step.date.not_before for step in trace.steps]
    assert earliest == sorted(earliest)  # type: ignore[type-var]
    records = [step.date for step in trace.steps] + [entry.due for entry in trace.deadlines if entry.due]
    for day in (one for one in records if isinstance(one, Day)):
        assert (day.exact is None) == bool(day.not_before) == bool(day.not_stated)


@pytest.mark.parametrize("name", SHIPPED)
def test_the_same_command_gives_the_same_bytes(name: str) -> None:
    command = [sys.executable, "-m", "proc_tools", "simulate", name, "--format", "json"]
    answers = {
        subprocess.run(
            command, cwd=ROOT, capture_output=True, check=True, env={"PYTHONHASHSEED": seed, "PATH": ""}
        ).stdout
        for seed in ("1", "2")
    }
    assert len(answers) == 1


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(WALKED), st.data())
def test_a_part_of_a_divided_trace_is_the_trace_of_the_case_that_tells_its_answers(
    which: tuple[str, int], data: st.DataObject
) -> None:
    """Forget some yes-or-no facts and choices: each part then equals the walk of a case with the part's answers told."""
    name, number = which
    plan, case = shipped(name), scenario_case(name, number)
    kinds = {fact: plan.facts[fact].kind.name for fact in case.facts if fact in plan.facts}
    candidates = sorted(fact for fact, kind in kinds.items() if kind in ("yes or no", "one of"))
    forgotten = data.draw(st.lists(st.sampled_from(candidates), unique=True, max_size=3) if candidates else st.just([]))
    known = {fact: value for fact, value in case.facts.items() if fact not in forgotten}
    open_case = Case(case.start, known, case.events, case.choices, case.readings)
    try:
        trace = simulate(name, open_case)
    except Refusal:
        return  # the choices of the scenario may need what was forgotten
    parts = trace.outcome.ways
    assert len(parts) <= MOST_WAYS
    for part in parts:
        answers = [{answer.fact: one} for answer in part.when for one in answer.answer.split(" or ")]
        if any(not set(answer) <= set(plan.facts) for answer in answers):
            continue
        if any("not:" in one.answer or " is " in one.answer for one in part.when):
            continue  # a supposition that nobody can tell: `contract is carriage or services`, or that it is not
        by_fact: dict[str, list[str]] = {}
        for answer in answers:
            for fact, one in answer.items():
                by_fact.setdefault(fact, []).append(one)
        for chosen in product(*by_fact.values()):
            told = open_case
            for fact, one in zip(by_fact, chosen, strict=True):
                told = set_one(plan, told, fact, one)
            refused = refusal_of(name, told)
            if refused:
                assert part.trace.outcome.because.startswith(refused)
                continue
            whole = simulate(name, told)
            if whole.outcome.ways:
                continue  # one answer of a group may leave open what the group left open too
            assert whole.path == part.trace.path
            assert whole.outcome.day == part.trace.outcome.day
            assert whole.fees == part.trace.fees


def pasted(plan: Plan, case: Case, assumption: Assumption, option: str) -> Case:
    """The case after the printed `--choose` was pasted with one of the options it offers."""
    _, text = shlex.split(assumption.choose)
    stage, labels = text.split("=")
    earlier = labels.rpartition(",")[0]
    return add_choice(plan, case, stage, f"{earlier},{option}" if earlier else option)


@pytest.mark.parametrize("name, number", WALKED)
def test_an_alternative_ends_as_the_assumption_announced(name: str, number: int) -> None:
    plan, case = shipped(name), scenario_case(name, number)
    trace = simulate(name, case, compare=True)
    for assumption in trace.assumptions:
        assert {one.option for one in assumption.alternatives} <= set(re.split(r"[=,|]", assumption.choose))
        for other in assumption.alternatives:
            if trace.outcome.ways or other.ends.startswith(("cannot be computed", "depends on")):
                continue
            changed = simulate(name, pasted(plan, case, assumption, other.option))
            assert changed.outcome.title == other.ends
            assert changed.path != trace.path
            if other.days is not None:
                assert changed.outcome.day.exact is not None
                assert trace.outcome.day.exact is not None
                assert (changed.outcome.day.exact - trace.outcome.day.exact).days == other.days


def figures(trace: Trace) -> list[object]:
    """The sums and days of a trace, without the words beside them."""
    fees = {fee.title: fee.amount for fee in trace.fees}
    terms = {term.title: (term.due.exact if term.due and term.due.exact else term.rule) for term in trace.deadlines}
    day = trace.outcome.day
    return [fees, terms, trace.outcome.at, day.exact, day.not_before]


@pytest.mark.parametrize("name, number", WALKED)
def test_a_reading_changes_what_the_trace_says_it_changes(name: str, number: int) -> None:
    plan, case = shipped(name), scenario_case(name, number)
    trace = simulate(name, case, compare=True)
    for reading in trace.readings:
        for other in reading.others:
            if any(change.startswith("cannot be computed") for change in other.changes):
                continue
            changed = simulate(name, set_one(plan, case, reading.name, other.option))
            assert (figures(changed) == figures(trace)) == (not other.changes)


def test_too_many_unknown_facts_are_answered_with_one_question() -> None:
    trace = simulate("belarus", case_of(shipped("belarus"), {"start": "2017-02-27"}))
    assert trace.outcome.status == "open"
    if not trace.outcome.ways:
        assert trace.outcome.ask_first in {fact.fact for fact in trace.unknown} | set(shipped("belarus").facts)


def test_stopping_where_nothing_decides_leaves_the_case_open() -> None:
    from dataclasses import replace

    trace = simulate("belarus", replace(scenario_case("belarus", 0), choices={}, stop_at_open=True))
    assert trace.outcome.status == "open"
    assert not [one for one in trace.assumptions if one.alternatives]


EDITS = [
    ("belarus", "order_duty", r"\| 7 base_value\b", "| 8 base_value"),
    ("belarus", "pretrial_reply", r"\b1 month\b", "2 months"),
]


@pytest.mark.parametrize("name, what, old, new", EDITS)
def test_an_edit_of_the_text_changes_trace_and_picture_with_no_python_touched(
    name: str, what: str, old: str, new: str
) -> None:
    from viz.diagram import make_diagram
    from viz.dot import to_dot

    text = text_of(name)
    edited = re.sub(old, new, text)
    assert edited != text, what
    answers = []
    for one in (text, edited):
        plan = make_plan(load(source_of_text(one, name)))
        case = set_one(plan, case_of_scenario(plan, plan.scenarios[0]), "amount", "6900")
        trace = simulate_case(plan, case, calendar("BY"), compare=False)
        answers.append((trace.model_copy(update={"file": None}), to_dot(make_diagram(plan, trace))))
    assert answers[0][0] != answers[1][0]
    assert answers[0][1] != answers[1][1]


def test_a_case_over_the_turn_of_a_year_says_which_version_governs_each_step() -> None:
    """An order refused in December, a claim in January: each duty rests on the base value of its own filing."""
    told = {
        "start": "2025-12-22", "amount": "50000", "contract": "services", "notary_conditions_met": "no",
        "waived_in_writing": "yes", "debtor_known_to_object": "no", "penalty": "0", "interest": "0",
        "filing of order_application": "2025-12-29", "end of order_considered": "2026-01-12",
    }  # fmt: skip
    choose = {"choose_way": "court", "choose_proceeding": "order,claim", "order_considered": "returns"}
    trace = simulate("belarus", case_of(shipped("belarus"), told, choose))
    governed = {fee.id: (fee.governed_by.exact if fee.governed_by else None, fee.values) for fee in trace.fees}
    assert {fee: str(day) for fee, (day, _) in governed.items()} == {
        "order_duty": "2025-12-29", "claim_duty": "2026-01-12"
    }  # fmt: skip
    values = {fee: said["base_value"] for fee, (_, said) in governed.items()}
    assert values["order_duty"].startswith("42.00 BYN since 2025-01-01")
    assert values["claim_duty"].startswith("45.00 BYN since 2026-01-01")


def test_what_is_supposed_of_a_rule_is_supposed_when_it_is_asked() -> None:
    """An effect of the road settles the rule anew: the same question comes again, and each part answers it once."""
    plan = shipped("belarus")
    case = case_of_scenario(plan, plan.scenarios[1])
    case = replace(case, choices={"ask_notary": ("refuses",), "choose_proceeding": ("claim",)})
    root = walk(plan, case, calendar())
    leaves, whole = explore(plan, case, calendar(), root)
    assert whole
    assert 1 < len(leaves) <= MOST_WAYS
    for leaf in leaves:
        asked = [(one.fact, one.words) for one in leaf.supposed]
        assert len(set(asked)) == len(asked)
