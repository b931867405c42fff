"""The files held against a published study of enforcing a contract: a 2019 benchmark of a contested case, a bracket and no forecast.

What the law asks at the least, in money and in days, cannot exceed what such a case was measured to cost and to last.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from procs import SHIPPED, calendar, case_of, shipped

from engine.case import Case
from engine.compare import Column, column, side_by_side
from engine.evaluate import Evaluator, State
from engine.fees import charge
from engine.values import Money, When
from proc_tools.benchmarks import WHOLE, Benchmark, read_benchmarks

STUDY, FOUND = read_benchmarks()
DAY = date(2019, 5, 2)  # a day of the year in which the study was made


def told(name: str, told: dict[str, str], choose: dict[str, str]) -> Case:
    return case_of(shipped(name), {"start": str(DAY), **told}, choose)


def contested(name: str) -> Column:
    """The contested claim, enforced against the debtor's property."""
    plan = shipped(name)
    if name == "belarus":
        facts = {
            "principal": "20 000", "penalty": "0", "interest": "0", "contract": "supply", "reconciliation_act": "no", "waived_in_writing": "no", "debt_recognised": "no",
            "debtor_known_to_object": "no", "account_known": "no",
        }  # fmt: skip
        ways = {
            "pretrial_claim": "objects",
            "choose_proceeding": "claim,claim",
            "decision": "missed",
            "seizure": "sold",
        }
        ways |= {"open_enforcement": "missed", "hearing": "awards"}
    else:
        facts = {
            "amount": "5 500 000", "creditor_is": "company", "gaps": "filled_from_outside",
            "due_date": str(DAY - timedelta(days=60)),
        }  # fmt: skip
        ways = {"settle_first": "alone", "choose_forum": "claim", "choose_channel": "state"}
    one = column(name, plan, told(name, facts, ways), calendar(plan.frame.calendar))
    assert (one.gap, one.log.at if one.log else "") == ("", "paid")
    return one


def days(one: Column, first: str, last: str) -> int:
    """Between two events of the road: what the stated terms alone take, for what is not stated takes no time here."""
    assert one.road is not None
    events = one.road.state.events
    return (events[last].day - events[first].day).days


def fee(name: str, fee: str, told: dict[str, str]) -> Decimal:
    """A fee in percent of what it is reckoned on."""
    plan = shipped(name)
    case = case_of(plan, told)
    evaluator = Evaluator(
        plan, State(told=dict(case.facts), readings=case.readings, today=When(DAY)), calendar(plan.frame.calendar)
    )
    found, base = charge(plan.fees[fee], evaluator, When(DAY)).amount, plan.fees[fee].base
    assert base is not None
    whole = evaluator.value(base, DAY)
    assert isinstance(found, Money)
    assert isinstance(whole, Money)
    return found.amount / whole.amount * 100


def index(name: str, value: str, number: int) -> str:
    """So many base values or index units of that day, as an amount."""
    plan = shipped(name)
    unit = Evaluator(plan, State(today=When(DAY)), calendar(plan.frame.calendar)).dated(value, DAY)
    assert isinstance(unit, Money)
    return str(unit.amount * number)


@pytest.mark.parametrize("name", SHIPPED)
def test_the_parts_of_the_study_add_up(name: str) -> None:
    found: Benchmark = FOUND[name]
    for parts in (found.days, found.percent_of_claim):
        assert sum(part for key, part in parts.items() if key != WHOLE) == parts[WHOLE]


def test_the_study_says_that_it_is_a_benchmark_and_no_forecast() -> None:
    assert (STUDY.publisher, STUDY.year, set(FOUND)) == ("World Bank", 2019, set(SHIPPED))
    assert STUDY.caution == "a 2019 benchmark of a contested case, not a forecast"


@pytest.mark.parametrize("base_values", [220, 400, 1000, 5000, 10_000, 50_000])
def test_the_duty_on_a_claim_in_belarus_stays_below_the_court_costs_of_the_study(base_values: int) -> None:
    """The study's claim is twice the yearly income per head, many hundred base values; from 220 the least duty fits its share."""
    amount = index("belarus", "base_value", base_values)
    assert fee("belarus", "claim_duty", {"amount": amount}) <= FOUND["belarus"].percent_of_claim["court"]


@pytest.mark.parametrize("units", [2100, 2200, 2400])
def test_the_fees_in_kazakhstan_are_within_those_of_the_study(units: int) -> None:
    """The study's claim is about 2 100 to 2 400 index units; the agent's fee on it is what the study has for enforcement."""
    amount, study = index("kazakhstan", "mci", units), FOUND["kazakhstan"].percent_of_claim
    facts = {"gaps": "filled_from_outside", "creditor_is": "company", "amount": amount, "recovered": amount}
    assert fee("kazakhstan", "agent_fee", facts) == study["enforcement"] == 10
    assert 0 < fee("kazakhstan", "state_duty", facts) <= study["court"]


PHASES = [
    ("belarus", "filing_and_service", "start", "filing of statement_of_claim"),
    ("belarus", "trial_and_judgment", "filing of statement_of_claim", "start of collect_by_judgment"),
    ("belarus", "enforcement", "start of collect_by_judgment", "end of seizure"),
    ("kazakhstan", "filing_and_service", "start", "filing of statement_of_claim"),
    ("kazakhstan", "trial_and_judgment", "filing of statement_of_claim", "start of collect"),
    ("kazakhstan", "enforcement", "start of collect", "end of state_enforcement"),
]


@pytest.mark.parametrize(("name", "phase", "first", "last"), PHASES)
def test_what_the_stated_terms_take_is_no_longer_than_the_study_measured(
    name: str, phase: str, first: str, last: str
) -> None:
    assert 0 <= days(contested(name), first, last) <= FOUND[name].days[phase]


@pytest.mark.parametrize("name", SHIPPED)
def test_the_whole_road_is_within_the_study_in_days_and_in_court_fees(name: str) -> None:
    rows = {row.id: row.cells[0].data for row in side_by_side([contested(name)])}
    assert rows["days"]["at_least"] <= FOUND[name].days[WHOLE]
    assert Decimal(rows["share"]["percent"]) <= FOUND[name].percent_of_claim["court"]


def test_the_stated_terms_of_belarus_are_not_nought() -> None:
    """Or the bracket would hold nothing: a month for the letter, twice 15 days in court, three and seven with the officer."""
    phases = [days(contested(name), first, last) for name, _, first, last in PHASES if name == "belarus"]
    assert [phase >= least for phase, least in zip(phases, (28, 30, 10), strict=True)] == [True] * 3
