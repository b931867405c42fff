"""Scenarios: what they tell becomes a case, and each expectation is held against what the walk came to."""

from __future__ import annotations

from decimal import Decimal

import pytest
from procs import calendar, plan_of

from engine.coverage import untouched
from engine.records import Plan
from engine.scenarios import Result, case_of_scenario, run_scenario
from engine.values import Money, When

ROAD = """
fact flag, yes or no
fact ready, yes or no
document letter "Letter" by act "1"
  from owner
procedure road "Road"
stage asking by act "1"
  the owner chooses
    write -> writing
    sue -> inner_road
stage writing by act "1"
  requires ready otherwise -> preparing
  the owner sends letter to tenant
  the tenant answers within 10 days from receipt of letter
    pays when flag -> paid_stage
    if missed -> late
stage preparing by act "1"
  -> done
stage late by act "1"
  requires ready until 2020-12-31
  -> done
stage inner_road by act "1"
  perform inner
    over -> after_inner
stage after_inner by act "1"
  -> done
stage paid_stage by act "1"
  the law decides
    small when ready -> small_stage
    otherwise -> large_stage
stage small_stage by act "1"
  -> done
stage large_stage by act "1"
  -> done
at any time during asking, writing the owner may settle when flag -> settled_stage by act "1"
stage settled_stage by act "1"
  -> done
end done by act "1"
procedure inner "Inner"
stage inner_stage by act "1"
  wait 3 days from start of inner_stage
  -> over
end over by act "1"
"""


def plan_with(*lines: str) -> Plan:
    return plan_of(ROAD + 'scenario "A day"\n' + "".join(f"  {line}\n" for line in lines))


def run(plan: Plan) -> Result:
    return run_scenario(plan, plan.scenarios[0], calendar())


def found(*lines: str) -> list[str]:
    """What came out in place of what is expected."""
    return [failure.found for failure in run(plan_with("given start on 2024-03-04", *lines)).failures]


OPEN = (
    # what the case tells · a stage · whether it is open
    ("flag is yes, ready is yes", "asking", True),  # the entry, whatever else leads there
    ("flag is yes, ready is yes", "writing", True),
    ("flag is yes, ready is no", "writing", False),
    ("flag is yes, ready is no", "preparing", True),  # by the `otherwise` of what is required
    ("flag is yes, ready is yes, asking: sue", "preparing", False),
    ("flag is yes, ready is no", "late", True),  # a missed term is a way, and its own door is no longer in force
    ("flag is no, ready is yes", "paid_stage", False),
    ("flag is yes, ready is yes", "paid_stage", True),
    ("flag is yes, ready is yes", "small_stage", True),
    ("flag is yes, ready is yes", "large_stage", False),  # the law's otherwise, and another way holds
    ("flag is yes, ready is no", "large_stage", True),
    ("flag is no, ready is yes", "settled_stage", False),  # by a right
    ("flag is yes, ready is yes", "settled_stage", True),
    ("flag is yes, ready is yes", "after_inner", True),  # by the end of a procedure
    ("flag is yes, ready is yes", "inner_stage", True),
)


@pytest.mark.parametrize(("told", "stage", "is_open"), OPEN)
def test_a_stage_is_open_if_any_way_leads_there_and_its_doors_are_open(told: str, stage: str, *, is_open: bool) -> None:
    word, other = ("open", "closed") if is_open else ("closed", "open")
    assert found(f"given {told}", f"expect {stage} {word}") == []
    assert found(f"given {told}", f"expect {stage} {other}") == [f"it is {word}"]


def test_what_nobody_told_leaves_a_stage_undecided() -> None:
    assert found("expect paid_stage open") == ["it is undecided (flag)"]
    assert found("given flag is yes", "expect small_stage open") == ["it is undecided (ready)"]


def test_an_event_that_the_road_does_not_come_to_does_not_happen() -> None:
    """Be it ever so clearly told by the case."""
    told = "given flag is no, ready is no, receipt of letter on 2024-03-06"
    assert found(told, "expect receipt of letter on 2024-03-06") == ["it does not happen"]
    assert found(told.replace("ready is no", "ready is yes"), "expect receipt of letter on 2024-03-06") == []


def test_a_procedure_begins_and_ends_on_the_days_told() -> None:
    told = "given asking: sue, start of inner on 2024-03-06, end of inner on 2024-03-20"
    days = (
        "expect start of inner on 2024-03-06",
        "expect end of inner on 2024-03-20",
        "expect ends at done on 2024-03-20",
    )
    assert found(told, *days) == []


def test_a_right_is_used_on_the_day_told() -> None:
    told = "given flag is yes, ready is yes, writing: settle, use of settle on 2024-03-08"
    assert found(told, "expect use of settle on 2024-03-08", "expect ends at done on 2024-03-08") == []


def test_what_is_given_may_count_from_what_is_given() -> None:
    """In working days too, from the start of the case or from another fact; a unit is that of the first day."""
    plan = plan_of(
        'fact sold_on, date\nfact due_on, date\nfact sum, money\nvalue unit, money by act "1"\n'
        "  3 XTS since 2020-01-01\n  4 XTS since 2024-01-01\n"
        'fee stamp by act "1"\n  3 XTS\n'
        'scenario "A day"\n  given start on 2024-03-04, sold_on is 1 week from start\n'
        "  given due_on is 5 working days from sold_on, sum is 2 unit\n  expect stamp is 3 XTS\n"
    )
    facts = case_of_scenario(plan, plan.scenarios[0]).facts
    assert [str(facts[name]) for name in ("sold_on", "due_on")] == ["2024-03-11", "2024-03-18"]
    assert isinstance(facts["due_on"], When)
    assert facts["sum"] == Money(Decimal(8), "XTS")
    assert run(plan).passed


EXCEPTIONS = """
reading counted "Which days?"
  prefer plain "a" is 10 XTS by act "1"
  or worked "b" is 20 XTS by act "1"
fact flag, yes or no
rule due, money by act "1"
  3 XTS
  except dear: counted when flag
deadline reply by act "1"
  counts from start
  3 days
  except long_way: 9 days when flag
fee stamp by act "1"
  2 XTS
"""


@pytest.mark.parametrize(
    ("expected", "exceptions", "readings"),
    [
        ("expect stamp is 2 XTS", ["due, dear", "reply, long_way"], ["counted=plain", "counted=worked"]),
        ("expect due is 10 XTS", ["reply, long_way"], ["counted=worked"]),
        ("expect reply due 2024-03-13", ["due, dear"], ["counted=plain", "counted=worked"]),
    ],
)
def test_what_holds_and_nobody_asked_for_is_not_tried(
    expected: str, exceptions: list[str], readings: list[str]
) -> None:
    """An exception counts where it decided something that the walk or an expectation asked for; so does a reading."""
    plan = plan_of(f'{EXCEPTIONS}scenario "A day"\n  given start on 2024-03-04, flag is yes\n  {expected}\n')
    result = run(plan)
    assert result.passed
    left = untouched(plan, [result])
    assert (left["exceptions"], left["readings"]) == (exceptions, readings)
