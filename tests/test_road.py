"""The walk against an interpreter of a few lines, which reads the procedure as data and counts day by day."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from procs import ROOT, calendar, case_of, plan_of

from engine.refusal import Refusal
from engine.simulate import simulate_case
from engine.trace import Trace

ONE_DAY = timedelta(days=1)
FLAGS = ("f0", "f1", "f2")
TERMS = st.one_of(  # six of them end before the published calendar does
    st.tuples(st.integers(1, 40), st.sampled_from(["days", "working days", "weeks"])),
    st.tuples(st.integers(1, 13), st.just("months")),
)


@dataclass(frozen=True)
class Way:
    label: str
    target: int  # a stage, or the end when it is behind the last one
    flag: str = ""  # the fact that must hold


@dataclass(frozen=True)
class Stage:
    """`kind` is who moves: we, other, court, law, wait."""

    kind: str
    number: int
    unit: str
    ways: tuple[Way, ...]
    requires: str = ""  # a fact without which the road goes to the last way instead


@st.composite
def procedures(draw: st.DrawFn) -> list[Stage]:
    size = draw(st.integers(1, 6))
    stages = []
    for at in range(size):
        kind = draw(st.sampled_from(["we", "other", "court", "law", "wait"]))
        onward = Way("one", at + 1)
        ways = [onward]
        if kind != "wait":
            ways.append(Way("two", draw(st.integers(at + 1, size))))
        if kind == "we":
            ways[1:] = [Way("two", ways[1].target, draw(st.sampled_from(["", *FLAGS])))]
        if kind == "law":
            ways[0] = Way("one", at + 1, draw(st.sampled_from(FLAGS)))
        stages.append(Stage(kind, *draw(TERMS), tuple(ways), draw(st.sampled_from(["", "", *FLAGS]))))
    return stages


def text_of(stages: list[Stage]) -> str:
    def to(target: int) -> str:
        return f"-> s{target}" if target < len(stages) else "-> over"

    lines = [f"fact {flag}, yes or no" for flag in FLAGS] + ["procedure road"]
    for at, stage in enumerate(stages):
        lines.append(f'stage s{at}  by act "{at}"')
        if stage.requires:
            lines.append(f"  requires {stage.requires} otherwise {to(stage.ways[-1].target)}")
        term = f"{stage.number} {stage.unit} from start of s{at}"
        first, last = stage.ways[0], stage.ways[-1]
        if stage.kind == "wait":
            lines += [f"  wait {term}", f"  {to(first.target)}"]
        elif stage.kind == "law":
            lines += [
                "  the law decides",
                f"    one when {first.flag} {to(first.target)}",
                f"    otherwise {to(last.target)}",
            ]
        elif stage.kind == "we":
            when = f" when {last.flag}" if last.flag else ""
            lines += ["  the owner chooses", f"    one {to(first.target)}", f"    two{when} {to(last.target)}"]
        elif stage.kind == "court":
            lines += [f"  the court decides within {term}", f"    one {to(first.target)}", f"    two {to(last.target)}"]
        else:
            lines += [
                f"  the tenant answers within {term}",
                f"    one {to(first.target)}",
                f"    if missed {to(last.target)}",
            ]
    return "\n".join([*lines, 'end over  by act "end"', ""])


# ── The oracle ──────────────────────────────────────────────────────────────────────────────────


@cache
def exceptions() -> dict[date, str]:
    lines = (ROOT / "jurisdictions" / "calendars" / "BY.csv").read_text(encoding="utf-8").splitlines()
    rows = csv.DictReader(line for line in lines if not line.startswith("#"))
    return {date.fromisoformat(row["day"]): row["status"] for row in rows}


def worked(day: date) -> bool:
    return exceptions().get(day, "work" if day.weekday() < 5 else "off") == "work"


def next_worked(day: date) -> date:
    while not worked(day):
        day += ONE_DAY
    return day


def last_day(start: date, number: int, unit: str) -> date:
    day = start
    if unit == "working days":
        while number:
            day += ONE_DAY
            number -= worked(day)
        return day
    if unit == "months":
        months = start.year * 12 + start.month - 1 + number
        day = date(months // 12, months % 12 + 1, 1)
        while day.day < start.day and (day + ONE_DAY).month == day.month:
            day += ONE_DAY
    else:
        day += timedelta(days=number * (7 if unit == "weeks" else 1))
    return next_worked(day)


def by_hand(
    stages: list[Stage], start: date, flags: dict[str, bool], chosen: dict[int, str]
) -> tuple[list[str], date] | None:
    """The ways taken and the day of the end; None where the law closes a chosen way."""
    at, today, path = 0, start, []
    while at < len(stages):
        stage, first, last = stages[at], stages[at].ways[0], stages[at].ways[-1]
        if stage.requires and not flags[stage.requires]:
            path.append(f"s{at}.else_{f's{last.target}' if last.target < len(stages) else 'over'}")
            at = last.target
            continue
        due = last_day(today, stage.number, stage.unit)
        choice = chosen.get(at, "")
        if stage.kind == "wait":
            path.append(f"s{at}.onward")
            at, today = first.target, due
        elif stage.kind == "law":
            path.append(f"s{at}.{'one' if flags[first.flag] else 'otherwise'}")
            at = first.target if flags[first.flag] else last.target
        elif stage.kind == "we":
            way = last if choice == "two" else first
            if way.flag and not flags[way.flag]:
                return None
            path.append(f"s{at}.{way.label}")
            at, today = way.target, next_worked(today)
        elif stage.kind == "court":
            way = last if choice == "two" else first
            path.append(f"s{at}.{way.label}")
            at, today = way.target, due
        else:
            path.append(f"s{at}.{'one' if choice == 'one' else 'missed'}")
            at, today = (first.target, due) if choice == "one" else (last.target, due + ONE_DAY)
    return path, today


@settings(max_examples=150, deadline=None)
@given(
    procedures(),
    st.dates(date(2016, 1, 1), date(2019, 12, 31)),
    st.fixed_dictionaries({flag: st.booleans() for flag in FLAGS}),
    st.dictionaries(st.integers(0, 5), st.sampled_from(["one", "two"]), max_size=3),
)
def test_the_walk_goes_where_the_interpreter_goes(
    stages: list[Stage], start: date, flags: dict[str, bool], chosen: dict[int, str]
) -> None:
    choose = {}
    for at, label in chosen.items():
        if at < len(stages) and stages[at].kind in ("we", "court", "other"):
            choose[f"s{at}"] = "missed" if stages[at].kind == "other" and label == "two" else label
    plan = plan_of(text_of(stages))
    told = {flag: "yes" if value else "no" for flag, value in flags.items()}
    case = case_of(plan, {**told, "start": start.isoformat()}, choose)
    expected = by_hand(stages, start, flags, chosen)
    if expected is None:
        with pytest.raises(Refusal, match="is closed"):
            simulate_case(plan, case, calendar(), compare=False)
        return
    trace = simulate_case(plan, case, calendar(), compare=False)
    assert (list(trace.path), trace.outcome.day.exact) == expected
    assert trace.outcome.status == "ended"
    days = [step.date.exact for step in trace.steps]
    assert days == sorted(days, key=lambda day: (day is None, day))


# ── One by one ──────────────────────────────────────────────────────────────────────────────────


def simulate(text: str, told: dict[str, str] | None = None, choose: dict[str, str] | None = None) -> Trace:
    plan = plan_of(text)
    return simulate_case(plan, case_of(plan, {"start": "2024-03-04", **(told or {})}, choose), calendar())


LETTER = """\
document letter "Letter"
  by act "1"
  from owner

procedure road
stage write  by act "1"
  the owner sends letter to tenant
  the tenant answers within 10 days from receipt of letter
    pays      -> paid
    if missed -> unpaid
end paid    by act "2"
end unpaid  by act "2"
"""


def test_the_other_side_stays_silent_and_the_day_after_the_last_day_is_told() -> None:
    trace = simulate(LETTER)
    assert trace.outcome.at == "unpaid"
    assert str(trace.outcome.day.exact) == "2024-03-15"  # 10 days from Monday the 4th end on Thursday the 14th
    assert [one.choose for one in trace.assumptions if one.stage] == ["--choose write=pays"]
    assert [one.status for one in trace.deadlines] == ["missed"]
    assert any("received on the day it is sent" in one.text for one in trace.assumptions)


def test_what_really_happened_takes_the_place_of_an_assumption() -> None:
    trace = simulate(LETTER, {"receipt of letter": "2024-03-08"}, {"write": "pays"})
    assert str(trace.outcome.day.exact) == "2024-03-18"
    assert not any("received on the day it is sent" in one.text for one in trace.assumptions)


def test_our_act_waits_until_its_term_begins() -> None:
    text = """\
fact due_date, date
procedure road
stage claim  by act "1"
  the owner claims within 3 years from due_date
  -> over
end over  by act "2"
"""
    trace = simulate(text, {"due_date": "2024-05-11"})
    assert str(trace.outcome.day.exact) == "2024-05-15"  # a Saturday, then the 13th and 14th, which are holidays
    assert [(one.status, str(one.due.exact)) for one in trace.deadlines if one.due] == [("met", "2027-05-11")]


def test_a_term_that_ends_beyond_the_calendar_stays_a_rule() -> None:
    text = """\
procedure road
stage claim  by act "1"
  the owner claims within 3 years from start
  -> over
end over  by act "2"
"""
    plan = plan_of(text)
    trace = simulate_case(plan, case_of(plan, {"start": "2026-03-02"}), calendar())
    assert trace.outcome.status == "ended"
    (entry,) = trace.deadlines
    assert entry.due is None
    assert entry.rule == "3 years from start"
    assert "no last day yet" in entry.count[0]


def test_a_silence_of_the_source_gives_a_bound_and_never_a_day() -> None:
    text = """\
procedure road
stage decide  by act "1"
  the court decides within a time not stated in act
    grants -> next_step
stage next_step  by act "2"
  the court serves within 5 days from end of decide
  -> over
end over  by act "3"
"""
    trace = simulate(text)
    assert trace.outcome.day.exact is None
    assert str(trace.outcome.day.not_before) == "2024-03-11"
    assert trace.outcome.day.not_stated == ("Court: decide",)
    assert trace.not_stated == ("Court: decide: not stated in act",)
    assert all(entry.due is None for entry in trace.deadlines)


RIGHTS = """\
procedure road
stage hearing  by act "1"
  the court decides within 20 days from start of hearing
    grants -> over
at any time during hearing within 5 days from start of hearing the tenant may object -> objected  by act "2"
at any time during hearing the owner may settle -> settled  by act "3"
at any time during hearing the owner may correct -> corrected  by act "4"
stage objected  by act "5"
  the court considers within 7 days from start of objected
    refuses -> back
    grants  -> settled
stage corrected  by act "6"
  -> back
end over     by act "7"
end settled  by act "7"
"""


@pytest.mark.parametrize(
    "choose, end, day",
    [
        ({}, "over", "2024-03-25"),  # the 24th is a Sunday
        ({"hearing": "object"}, "over", "2024-03-25"),  # the term of the hearing has run on meanwhile
        ({"hearing": "object", "objected": "grants"}, "settled", "2024-03-18"),  # 11 + 7: Monday
        ({"hearing": "settle"}, "settled", "2024-03-04"),
        ({"hearing": "correct"}, "over", "2024-03-25"),
        ({"hearing": "correct,object"}, "over", "2024-03-25"),
    ],
)
def test_a_right_leaves_the_road_or_comes_back_to_it(choose: dict[str, str], end: str, day: str) -> None:
    trace = simulate(RIGHTS, choose=choose)
    assert (trace.outcome.at, str(trace.outcome.day.exact)) == (end, day)
    used = [step.option for step in trace.steps if step.kind == "right"]
    assert used == [label for label in choose.get("hearing", "").split(",") if label]


def test_rights_are_listed_with_the_choice_to_paste() -> None:
    assert [right.choose for right in simulate(RIGHTS).rights] == [
        "--choose hearing=object", "--choose hearing=settle", "--choose hearing=correct"
    ]  # fmt: skip


PERFORM = """\
fact title, one of none, by_order, by_judgment at first none
procedure claim
stage choose_road  by act "1"
  the owner chooses
    order   -> by_order_collect, so title is by_order
    lawsuit -> by_judgment_collect, so title is by_judgment
stage by_order_collect  by act "2"
  perform enforcement
    found   -> paid
    nothing -> by_judgment_collect, so title is by_judgment
stage by_judgment_collect  by act "3"
  perform enforcement
    found   -> paid
    nothing -> unpaid
end paid    by act "4"
end unpaid  by act "4"

procedure enforcement
stage seize  by act "5"
  the court seizes within 10 days from start of enforcement
    takes when title is by_judgment -> found
    fails -> nothing
end found    by act "6"
end nothing  by act "6"
"""


def test_a_procedure_is_performed_from_several_places_with_its_ends_led_on() -> None:
    trace = simulate(PERFORM)
    assert [step.stage for step in trace.steps if step.kind == "call"] == ["by_order_collect", "by_judgment_collect"]
    assert (trace.outcome.at, str(trace.outcome.day.exact)) == (
        "paid",
        "2024-03-25",
    )  # 4 + 10 = 14; 14 + 10 = 24, Sunday
    assert trace.path == (
        "choose_road.order", "seize.fails", "by_order_collect.nothing", "seize.takes", "by_judgment_collect.found"
    )  # fmt: skip


def test_a_road_in_which_no_time_passes_is_refused_and_one_in_which_it_does_runs_out() -> None:
    loop = """\
procedure road
stage asking  by act "1"
  the court answers {clock}
    no_answer -> asking
    answers   -> over
end over  by act "2"
"""
    with pytest.raises(Refusal, match="with nothing changed, and so for ever"):
        simulate(loop.format(clock="at once"))
    with pytest.raises(Refusal, match=r"goes in circles|and so for ever"):
        simulate(loop.format(clock="within 5 days from start of asking"))


BACKWARD = """\
fact hearing_day, date
procedure road
stage prepares  by act "1"
  the owner objects at least 5 working days before hearing_day
    in_full   -> heard
    in_part   -> heard
    if missed -> unheard
end heard    by act "2"
end unheard  by act "2"
"""


@pytest.mark.parametrize(
    "start, choose, end, status",
    [
        ("2024-03-18", {}, "heard", "met"),
        ("2024-03-19", {}, "unheard", "missed"),
        ("2024-03-19", {"prepares": "in_part"}, "heard", "late"),  # what the case chooses happens, and is called late
        ("2024-03-01", {"prepares": "missed"}, "unheard", "missed"),
    ],
)
def test_a_term_that_runs_back_from_its_event_is_kept_or_missed(
    start: str, choose: dict[str, str], end: str, status: str
) -> None:
    trace = simulate(BACKWARD, {"start": start, "hearing_day": "2024-03-25"}, choose)
    assert (trace.outcome.at, [entry.status for entry in trace.deadlines]) == (end, [status])
    assert [str(entry.due.exact) for entry in trace.deadlines if entry.due] == ["2024-03-18"]


def test_an_uncertain_first_day_has_two_sides() -> None:
    """The court may decide at once or on its last day: we are safe if we count from the first, they late after the last."""
    text = """\
document ruling "Ruling"
  by act "1"
  from court
procedure road
stage decides  by act "1"
  the court issues ruling within 10 days from start of decides
  the tenant pays_up within 5 days from issue of ruling
    pays_now  -> paid
    if missed -> collecting
stage collecting  by act "2"
  the owner presents within 1 month from issue of ruling
  -> paid
end paid  by act "3"
"""
    trace = simulate(text)
    entries = {entry.rule: entry for entry in trace.deadlines}
    ours, theirs = entries["1 month from issue of ruling"], entries["5 days from issue of ruling"]
    assert ours.due is not None
    assert (str(ours.due.exact), str(ours.safe)) == ("2024-04-15", "2024-04-04")  # from 14 March, or from 4 March
    assert theirs.safe is None
    assert "counted from a last day: after this day they are late in any case" in theirs.count
    told = simulate(text, {"issue of ruling": "2024-03-06"})
    assert [entry.safe for entry in told.deadlines if entry.ours] == [None]


PAYING = """\
procedure road
stage paying  by act "1"
  the tenant pays_up within 1 month from start of paying
    done      -> paid
    denies    -> denied
    if missed -> unpaid
at any time during paying within 10 days from start of paying the tenant may object -> objected  by act "2"
stage objected  by act "3"
  the court hears within 2 days from start of objected
    upholds -> back
    quashes -> denied
end paid    by act "4"
end denied  by act "4"
end unpaid  by act "4"
"""


@pytest.mark.parametrize(
    "told, choose, end, day",
    [
        ({}, {"paying": "object,denies"}, "denied", "2024-04-04"),
        ({"end of paying": "2024-03-28"}, {"paying": "object,denies"}, "denied", "2024-03-28"),
        ({"use of object": "2024-03-07"}, {"paying": "object,done"}, "paid", "2024-04-04"),
        (
            {"use of object": "2024-03-07", "end of objected": "2024-03-08"},
            {"paying": "object"},
            "unpaid",
            "2024-04-05",
        ),
        ({}, {"paying": "object,missed"}, "unpaid", "2024-04-05"),
    ],
)
def test_a_right_that_comes_back_leaves_choices_days_and_assumptions_as_they_were(
    told: dict[str, str], choose: dict[str, str], end: str, day: str
) -> None:
    trace = simulate(PAYING, told, choose)
    assert (trace.outcome.at, str(trace.outcome.day.exact), trace.unmet) == (end, day, ())
    assert len({one.choose for one in trace.assumptions if one.stage}) == len([o for o in trace.assumptions if o.stage])


@pytest.mark.parametrize(
    "told, choose, refused",
    [
        ({"use of object": "2024-03-15"}, {"paying": "object"}, "out of time: its term ended on 2024-03-14"),
        ({"end of paying": "2024-03-08"}, {"paying": "object,done"}, "paying=object is closed: the stage ends before"),
    ],
)
def test_a_right_is_used_within_its_term_and_its_stage_or_refused(
    told: dict[str, str], choose: dict[str, str], refused: str
) -> None:
    with pytest.raises(Refusal, match=refused):
        simulate(PAYING, told, choose)


def test_a_wait_goes_on_after_a_right_that_comes_back() -> None:
    text = """\
procedure road
stage laid_open  by act "1"
  wait 30 days from start of laid_open
  -> building
at any time during laid_open within 14 days from start of laid_open the tenant may protest -> protested  by act "2"
stage protested  by act "3"
  the court hears within 2 days from start of protested
    rejects -> back
end building  by act "4"
"""
    trace = simulate(text, {"use of protest": "2024-03-11"}, {"laid_open": "protest"})
    assert [str(step.date.exact) for step in trace.steps] == ["2024-03-11", "2024-03-13", "2024-04-03", "2024-04-03"]
    assert trace.rights == ()  # it has been used


def test_what_is_known_to_follow_is_known_to_the_fees_too() -> None:
    """A court put on its last day in May; the filing told for March shows that all before it was done by then."""
    text = """\
value unit, money  by act "1"
  10 XTS since 2023-01-01
  20 XTS since 2024-04-01
document claim "Claim"
  by act "1"
  from owner
fee duty  by act "1"
  1 unit
procedure road
stage filed  by act "1"
  the court considers within 2 months from start of filed
  the owner pays duty
  the owner files claim to court
  the court returns_or_not within 10 days from filing of claim
    returns -> filed
    accepts -> over
end over  by act "1"
"""
    assert simulate(text, choose={"filed": "accepts"}).totals[0].text == "20.00 XTS"
    told = simulate(text, {"filing of claim": "2024-03-20"}, {"filed": "accepts"})
    assert told.totals[0].text == "10.00 XTS"
    assert [str(step.date.exact) for step in told.steps[:3]] == ["2024-03-20"] * 3
    governed = text.replace("  1 unit\n", "  1 unit\n  governed by filing of claim\n")
    twice = simulate(governed, {"filing of claim": "2024-03-20"}, {"filed": "returns,accepts"})
    assert [fee.amount.amount for fee in twice.fees] == ["10.00", "20.00"]  # each by the law of its own filing


def test_a_term_is_never_kept_in_silence() -> None:
    text = """\
fact fired_on, date
procedure road
stage claim  by act "1"
  the owner claims within 3 months from fired_on
    if missed -> late
  -> filed
end filed  by act "2"
end late   by act "2"
"""
    trace = simulate(text)
    assert [(way.when[0].fact, way.trace.outcome.at) for way in trace.outcome.ways] == [
        ("fired_on", "filed"),
        ("fired_on", "late"),
    ]
    assert simulate(text, {"fired_on": "2024-02-01"}).outcome.at == "filed"
    assert simulate(text, {"fired_on": "2023-11-01"}).outcome.at == "late"
    without_edge = simulate(text.replace("    if missed -> late\n", "").replace('end late   by act "2"\n', ""))
    assert [entry.status for entry in without_edge.deadlines] == ["not known"]


def test_out_of_time_because_of_somebody_s_last_day_is_an_assumption() -> None:
    text = """\
procedure road
stage answer  by act "1"
  the court answers within 1 month from start
  the owner claims within 20 days from start
    if missed -> late
  -> filed
end filed  by act "2"
end late   by act "2"
"""
    trace = simulate(text)
    assert trace.outcome.at == "late"
    assert trace.outcome.day.assumed
    assert any("missed only because" in one.text for one in trace.assumptions)


def test_the_other_side_stays_silent_in_every_act_that_it_can_miss() -> None:
    text = """\
document consent "Consent"
  by act "1"
  from tenant
procedure road
stage asking  by act "1"
  the tenant signs consent within 10 days from start of asking
    if missed -> without
  -> with_it
end with_it  by act "2"
end without  by act "2"
"""
    trace = simulate(text)
    assert (trace.outcome.at, trace.assumptions[0].choose) == ("without", "--choose asking=kept")
    assert trace.assumptions[0].alternatives[0].ends == "with it"
    assert simulate(text, choose={"asking": "kept"}).outcome.at == "with_it"
    assert simulate(text, {"signing of consent": "2024-03-12"}).outcome.at == "with_it"


def test_what_is_told_and_not_met_is_said() -> None:
    trace = simulate(LETTER, {"receipt of letter": "2024-03-05,2024-04-05"}, {"write": "pays,pays"})
    assert trace.unmet == ("receipt of letter: 2024-04-05", "write → pays")


def test_an_undecided_wait_or_performance_divides_like_an_act() -> None:
    text = """\
fact flag, yes or no
procedure road
stage one  by act "1"
  wait 1 month from start of one when flag
  -> over
end over  by act "1"
"""
    assert [str(way.trace.outcome.day.exact) for way in simulate(text).outcome.ways] == ["2024-04-04", "2024-03-04"]


COMPONENT = """\
fact principal, money above 0 XTS
fact fine, money at least 0 XTS
fact agreed, yes or no
fact excused, yes or no
rule claimed, money by act "1"
  principal + fine
procedure collecting
stage claiming by act "1"
  requires agreed for fine unless excused
  -> over
end over, recovers claimed by act "1"
"""


@pytest.mark.parametrize(
    "agreed, excused, comes_to",
    [("yes", "no", "105"), ("no", "no", "100"), ("no", "yes", "105"), ("yes", "yes", "105"),
     ("no", "", "divides"), ("", "yes", "105"), ("yes", "", "105"), ("", "no", "divides")],
)  # fmt: skip
def test_one_part_of_a_claim_falls_away_unless_its_condition_is_reopened(
    agreed: str, excused: str, comes_to: str
) -> None:
    told = {"principal": "100", "fine": "5"} | {k: v for k, v in (("agreed", agreed), ("excused", excused)) if v}
    trace = simulate(COMPONENT, told)
    if comes_to == "divides":
        assert sorted(way.trace.totals[-1].amount.amount or "" for way in trace.outcome.ways) == ["100", "105"]
    else:
        assert trace.totals[-1].amount.amount == comes_to
