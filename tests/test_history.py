"""What really happened takes its place in the trace, moves what hangs on it, and impossible histories are refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from procs import calendar, case_of, plan_of

from engine.history import Happening, with_history
from engine.refusal import Refusal
from engine.simulate import simulate_case
from engine.trace import Trace

ROAD = """\
document letter "Letter"
  by act "1"
  from owner
document application "Application"
  by act "2"
  from owner

procedure road
stage write  by act "1"
  the owner sends letter to tenant
  the tenant answers "Answer" within 10 days from receipt of letter
    pays           -> paid
    asks_for_time  -> write
    if missed      -> apply
stage apply  by act "2"
  the owner files application to court within 30 days from end of write
  the court decides within 2 months from receipt of application
    grants  -> paid
    refuses -> unpaid
end paid    by act "3"
end unpaid  by act "3"
"""
PLAN = plan_of(ROAD.replace(' "Answer"', ""))


def replay(*rows: tuple[str, str] | tuple[str, str, str], today: str = "") -> Trace:
    history = [Happening(row[0], row[1], row[2] if len(row) == 3 else "", at) for at, row in enumerate(rows, 1)]
    planned = case_of(PLAN, {"start": "2024-03-04"})
    case = with_history(PLAN, planned, history)
    return simulate_case(PLAN, replace(case, today=date.fromisoformat(today) if today else None), calendar())


def test_what_happened_is_marked_and_the_rest_is_counted_from_it() -> None:
    trace = replay(("sending of letter", "2024-03-04"), ("receipt of letter", "2024-03-12"))
    assert [step.happened for step in trace.steps] == [True, False, False, False, False]
    assert next(str(term.due.exact) for term in trace.deadlines if term.due) == "2024-03-22"
    assert ("write", "2024-03-14", "2024-03-22") in {(one.what, one.was, one.now) for one in trace.moved}
    because = next(one.because for one in trace.moved if one.what == "write")
    assert because == "10 days from receipt of letter, 2024-03-12"


def test_a_stage_met_twice_has_a_day_and_a_way_for_each_time() -> None:
    rows = [
        ("sending of letter", "2024-03-04"),
        ("write", "2024-03-11", "asks_for_time"),
        ("sending of letter", "2024-03-18"),
        ("write", "2024-03-25", "pays"),
    ]
    for order in (rows, rows[::-1]):  # the day counts, not the place in the list
        trace = replay(*order)
        assert trace.path == ("write.asks_for_time", "write.pays")
        assert str(trace.outcome.day.exact) == "2024-03-25"
        assert [str(step.date.exact) for step in trace.steps if step.happened] == [day for _, day, *_ in rows]


@pytest.mark.parametrize(
    "rows, refused",
    [
        ([("apply", "2024-03-05", "grants")], "the road is there"),  # a decision before its filing
        ([("receipt of letter", "2024-03-04"), ("sending of letter", "2024-03-06")], "receipt of letter cannot be on"),
        ([("write", "2024-03-11")], "row 1: how did `write` end"),
        ([("receipt of letter", "2024-03-11", "pays")], "row 1: “receipt of letter” is an event"),
        ([("write", "2024-03-11", "vanishes")], "`write` has no way called `vanishes`"),
        ([("arrival of letter", "2024-03-11")], "nothing on this road is called"),
        ([("reading", "2024-03-11", "pays")], "no stage has the name `reading`"),
        ([("write", "2024-13-11", "pays")], "not a day of the calendar"),
    ],
)
def test_impossible_histories_are_refused(rows: list[tuple[str, ...]], refused: str) -> None:
    with pytest.raises(Refusal, match=refused):
        replay(*rows)  # type: ignore[arg-type]


def test_a_term_that_is_over_with_nothing_told_is_overdue_with_its_consequence() -> None:
    told = [("sending of letter", "2024-03-04"), ("receipt of letter", "2024-03-05")]
    assert [one.title for one in replay(*told, today="2024-03-15").overdue] == []  # the last day itself
    (late,) = replay(*told, today="2024-03-16").overdue
    assert (str(late.due), late.consequence, late.ours) == ("2024-03-15", "apply", False)
    done = [*told, ("write", "2024-03-14", "asks_for_time")]
    assert [one.deadline for one in replay(*done, today="2024-03-16").overdue] == []


def test_nothing_has_moved_where_nothing_happened_otherwise() -> None:
    assert replay(("sending of letter", "2024-03-04")).moved == ()


def test_what_was_put_on_the_last_day_of_a_term_gives_way_to_what_follows_it() -> None:
    """A court that must send within ten days, and decides (so it is told) on the fifth, has sent by then."""
    plan = plan_of("""\
document notice "Notice"
  by act "1"
  from court
procedure road
stage hearing  by act "1"
  the court sends notice to owner within 10 days from start of hearing
  the court decides within 20 days from start of hearing
    grants -> over
end over  by act "2"
""")
    planned = case_of(plan, {"start": "2024-03-04"})
    assert [str(step.date.exact) for step in simulate_case(plan, planned, calendar()).steps] == [
        "2024-03-14", "2024-03-25", "2024-03-25"
    ]  # fmt: skip
    told = with_history(plan, planned, [Happening("hearing", "2024-03-09", "grants", 1)])
    assert [str(step.date.exact) for step in simulate_case(plan, told, calendar()).steps] == ["2024-03-09"] * 3


def test_the_use_of_a_right_is_told_like_any_other_end_of_a_stage() -> None:
    plan = plan_of("""\
procedure road
stage paying  by act "1"
  the tenant pays_up within 1 month from start of paying
    done      -> paid
    if missed -> unpaid
at any time during paying within 10 days from start of paying the tenant may object -> objected  by act "2"
stage objected  by act "3"
  the court hears within 5 days from start of objected
    upholds -> back
end paid    by act "4"
end unpaid  by act "4"
""")
    rows = [("paying", "2024-03-11", "object"), ("objected", "2024-03-13", "upholds"), ("paying", "2024-03-25", "done")]
    case = with_history(
        plan, case_of(plan, {"start": "2024-03-04"}), [Happening(*row, at) for at, row in enumerate(rows)]
    )
    trace = simulate_case(plan, case, calendar())
    assert [(str(step.date.exact), step.happened) for step in trace.steps[:3]] == [(day, True) for _, day, _ in rows]
    assert (trace.outcome.at, trace.unmet) == ("paid", ())


def test_a_history_takes_the_place_of_as_many_plans_as_it_tells() -> None:
    planned = case_of(PLAN, {"start": "2024-03-04"}, {"write": "asks_for_time,pays"})
    case = with_history(PLAN, planned, [Happening("write", "2024-03-11", "asks_for_time", 1)])
    assert simulate_case(PLAN, case, calendar()).path == ("write.asks_for_time", "write.pays")
