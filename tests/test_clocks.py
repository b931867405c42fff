"""Clocks that stop: the last day of a term against a walk that asks of each day whether it counts."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise, product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from procs import HEAD, calendar, case_of, plan_of
from test_counting import BOTH, OFF, walk_months
from test_diff import FOLLOWS, mutations
from typed import proc

from engine.audit import audit_plan
from engine.calendar import Calendar
from engine.clocks import Anew, Clock, Held, Longer, Still, run
from engine.counting import CountingRules, Span, count
from engine.difference import differences
from engine.plan import make_plan
from engine.refusal import Refusal
from engine.road import Road
from engine.simulate import simulate_case
from procedure_dsl import load, source_of_text
from procedure_dsl.format import format_source
from procedure_dsl.keywords.write import to_russian
from viz.diagram import make_diagram

ONE_DAY = timedelta(days=1)


# ── A slow walk, written apart ──────────────────────────────────────────────────────────────────


def days_of(span: Span, start: date, rules: CountingRules) -> int:
    """How many days must run of a term in days, weeks, months or years that counts from a day."""
    if span.unit in ("months", "years"):
        last = walk_months(start, span.number * (12 if span.unit == "years" else 1), rules.short_month)
        return (last - start).days
    return span.number * (7 if span.unit == "weeks" else 1)


def together(spans: list[Span]) -> list[Span]:
    """Lengths of one kind added up, in the order in which the kinds come; working days are a kind of their own."""
    found: dict[str, int] = {}
    for span in spans:
        kind, each = {"weeks": ("days", 7), "years": ("months", 12)}.get(span.unit, (span.unit, 1))
        found[kind] = found.get(kind, 0) + span.number * each
    return [Span(number, kind) for kind, number in found.items()]  # type: ignore[arg-type]


def walked_end(begun: date, spans: list[Span], rules: CountingRules, off: frozenset[date], stills: list[Still]) -> date:
    """The day on which the last day of the last length has run, one day at a time."""
    start, same = begun, rules.first_day == "same"
    for at, span in enumerate(together(spans)):
        if at and same:
            start += ONE_DAY
        worked = span.unit == "working days"
        left = span.number if worked else days_of(span, start, rules)
        if span.number == 0:
            continue
        day = start if same else start + ONE_DAY
        while True:
            stands = any(one.first <= day <= one.last for one in stills)
            left -= not stands and not (worked and day in off)
            if left == 0:
                break
            day += ONE_DAY
        start = day
    return start


def walked(span: Span, start: date, rules: CountingRules, off: frozenset[date], clock: Clock) -> date:
    """The last day of a term: day after day from its first one, what happens on that day happens to it."""
    spans = [span, *(one.span for one in clock.longers if one.day is None)]
    stills = list(clock.stills)

    def due(begun: date) -> date:
        end = walked_end(begun, spans, rules, off, stills)
        for one in clock.held:
            end = max(end, one.day) if one.earliest else end
        for one in clock.held:
            end = end if one.earliest else min(end, one.day)
        while rules.rolls != "never" and end in off:
            end += ONE_DAY
        return end

    begun, last = start, due(start)
    day = min([start, *(one.day for one in clock.longers if one.day is not None)])
    while day <= last:
        if any(one.day == day > begun for one in clock.anews):
            begun, last = day, due(day)
        for one in clock.longers:
            if one.day == day and day <= last:
                spans.append(one.span)
                last = due(begun)
        day += ONE_DAY
    return last


lengths = st.one_of(
    st.builds(Span, st.integers(0, 60), st.just("days")),
    st.builds(Span, st.integers(0, 40), st.just("working days")),
    st.builds(Span, st.integers(0, 8), st.just("weeks")),
    st.builds(Span, st.integers(0, 6), st.just("months")),
    st.builds(Span, st.integers(0, 1), st.just("years")),
)
FIRST = date(2018, 1, 1)
days = st.integers(0, 400).map(lambda n: FIRST + n * ONE_DAY)
stills = st.builds(lambda first, n: Still(first, first + (n - 1) * ONE_DAY, "a stay"), days, st.integers(0, 60))
clocks = st.builds(
    Clock,
    st.lists(stills, max_size=4).map(tuple),
    st.lists(st.builds(Anew, days), max_size=3).map(tuple),
    st.lists(st.builds(Longer, lengths, st.none() | days), max_size=3).map(tuple),
    st.lists(st.builds(Held, days, st.booleans()), max_size=2).map(tuple),
)
counting = st.builds(
    CountingRules, st.sampled_from(["next", "same"]), st.sampled_from(["last day", "next month"]),
    st.sampled_from(["next", "never"]),
)  # fmt: skip


@BOTH
@settings(max_examples=250, deadline=None)
@given(span=lengths, start=days, rules=counting, clock=clocks)
def test_a_term_whose_clock_stops_ends_where_a_walk_day_by_day_ends(
    calendar: Calendar, span: Span, start: date, rules: CountingRules, clock: Clock
) -> None:
    assert run(span, start, rules, calendar, clock).due == walked(span, start, rules, OFF[calendar.name], clock)


@BOTH
@settings(max_examples=200, deadline=None)
@given(span=lengths, start=days, rules=counting)
def test_a_clock_that_nothing_happens_to_is_no_clock(
    calendar: Calendar, span: Span, start: date, rules: CountingRules
) -> None:
    assert run(span, start, rules, calendar, Clock()).due == count(span, start, rules, calendar).due


@BOTH
@settings(max_examples=150, deadline=None)
@given(span=lengths, start=days, rules=counting, one=clocks, other=clocks)
def test_whatever_else_happens_a_term_ends_no_sooner(
    calendar: Calendar, span: Span, start: date, rules: CountingRules, one: Clock, other: Clock
) -> None:
    """But for a cap; on this the bounds rest of which an answer is made where something is unknown."""
    floors = Clock(other.stills, other.anews, other.longers, tuple(held for held in other.held if held.earliest))
    assert run(span, start, rules, calendar, one.joined(floors)).due >= run(span, start, rules, calendar, one).due


# ── In a case ───────────────────────────────────────────────────────────────────────────────────

ROAD = """
procedure road "Road"
stage one "One" by act "1"
  the owner files paper to court within reply_term
    if missed -> late
  -> done
stage stayed "Stayed" by act "1"
  the court issues stay at once
  the court issues lifting within a time not stated in act
  -> back
at any time during one the owner may plead -> stayed by act "1"
end done by act "1"
end late by act "1"
"""
PAPERS = "".join(
    f'document {name} "{name.title()}" by act "1"\n  form "in writing"\n' for name in ("paper", "stay", "lifting")
)


def road_of(lines: str, told: dict[str, str], facts: str = "", choose: dict[str, str] | None = None) -> Road:
    text = f'{facts}{PAPERS}deadline reply_term by act "2"\n  counts from start\n  30 days\n{lines}{ROAD}'
    plan = plan_of(text)
    road = Road(plan, case_of(plan, {"start": "2024-03-04", **told}, choose), calendar())
    road.walk()
    return road


STAYS = "  stands still from issue of stay to issue of lifting\n"


def test_a_stay_that_is_used_on_the_road_moves_the_last_day() -> None:
    days = {"use of plead": "2024-03-11", "issue of stay": "2024-03-11", "issue of lifting": "2024-03-31"}
    road = road_of(STAYS, {**days, "filing of paper": "2024-04-23"}, choose={"one": "plead"})
    [entry] = road.log.deadlines
    assert (entry.due and entry.due.exact, entry.status) == (date(2024, 4, 23), "met")  # 3 April and 20 days
    [turn] = entry.clock
    assert (turn.kind, turn.since, turn.until, turn.length) == (
        "stands still",
        date(2024, 3, 12),
        date(2024, 3, 31),
        "20 days",
    )
    assert road.log.at == "done"
    late = road_of(STAYS, {**days, "filing of paper": "2024-04-24"}, choose={"one": "plead"})
    assert late.log.at == "late"


def test_two_stays_are_two() -> None:
    plan = plan_of(
        f'{PAPERS}deadline reply_term by act "2"\n  counts from start\n  30 days\n{STAYS}'
        + ROAD.replace("may plead -> stayed", "may plead -> stayed at most 2 times")
    )
    told = {
        "start": "2024-03-04", "use of plead": "2024-03-06,2024-03-20", "issue of stay": "2024-03-06,2024-03-20",
        "issue of lifting": "2024-03-10,2024-03-27", "filing of paper": "2024-04-16",
    }  # fmt: skip
    road = Road(plan, case_of(plan, told, {"one": "plead,plead"}), calendar())
    road.walk()
    [entry] = road.log.deadlines
    assert [turn.length for turn in entry.clock] == ["4 days", "7 days"]
    assert entry.due is not None
    assert entry.due.exact == date(2024, 4, 15)  # 3 April and 11 days: a Sunday


def test_what_the_case_tells_of_later_days_counts_ahead() -> None:
    """A term is counted with the stay that is known to come, though the road has not come to it."""
    road = road_of(
        STAYS, {"use of plead": "2024-03-11", "issue of stay": "2024-03-11", "issue of lifting": "2024-03-31"}
    )
    assert road.term("reply_term").due is not None


@pytest.mark.parametrize(
    ("lines", "facts", "names"),
    [
        ("  stands still from began to ended\n", {"began": "2024-03-11"}, ["ended"]),
        ("  stands still from began to ended, both days included\n  ends no later than 40 days from start\n", {}, ["began", "ended"]),
        ("  begins anew with began\n  ends no later than 60 days from start\n", {}, ["began"]),
        ("  plus 9 days when agreed\n", {}, ["agreed"]),
        ("  plus longer with began\n", {"began": "2024-03-20"}, ["longer"]),
        ("  plus 9 days with began\n  stands still from began for 3 days when agreed\n", {"agreed": "yes"}, ["began"]),
        ("  ends no earlier than began\n", {}, ["began"]),
        ("  ends no later than began when agreed\n", {"began": "2024-03-20"}, ["agreed"]),
        ("  ends no earlier than 50 days from start when agreed\n  begins anew with began\n", {"agreed": "yes"}, ["began"]),
    ],
)  # fmt: skip
def test_a_bound_holds_whatever_the_unknown_turns_out_to_be(
    lines: str, facts: dict[str, str], names: list[str]
) -> None:
    """No answer to what is unknown lies outside what was said before it was known; one of them lies on its lower edge."""
    declared = "fact began, date\nfact ended, date\nfact agreed, yes or no\nfact longer, duration\n"
    answers = {
        "began": [f"2024-03-{n:02}" for n in (1, 4, 5, 15, 29)] + ["2024-04-03", "2024-04-04", "2024-06-01"],
        "ended": [f"2024-03-{n:02}" for n in (11, 12, 31)] + ["2024-04-30"],
        "agreed": ["yes", "no"], "longer": ["0 days", "5 working days", "1 month"],
    }  # fmt: skip
    open_term = road_of(lines, facts, declared).term("reply_term")
    assert open_term.bounded
    assert open_term.due is not None
    assert set(open_term.unknown) == set(names)
    found = set()
    for told in product(*(answers[name] for name in names)):
        term = road_of(lines, {**facts, **dict(zip(names, told, strict=True))}, declared).term("reply_term")
        assert term.due is not None
        assert term.due.exact
        found.add(term.due.day)
    assert min(found) == open_term.due.day
    if open_term.until is not None:
        assert max(found) <= open_term.until


def test_a_cap_that_nobody_knows_leaves_no_bound() -> None:
    term = road_of("  ends no later than began\n", {}, "fact began, date\n").term("reply_term")
    assert (term.due, term.unknown) == (None, ("began",))


def test_whether_we_keep_a_term_of_which_only_a_bound_is_known_divides_the_answer() -> None:
    text = "fact agreed, yes or no\n" + PAPERS + (
        'deadline reply_term by act "2"\n  counts from start\n  30 days\n  plus 14 days when agreed\n' + ROAD
    )  # fmt: skip
    plan = plan_of(text)

    def ways(filed: str, agreed: str = "unknown") -> set[str]:
        told = {"start": "2024-03-04", "filing of paper": filed, "agreed": agreed}
        trace = simulate_case(plan, case_of(plan, told), calendar())
        return {way.trace.outcome.at for way in trace.outcome.ways} or {trace.outcome.at}

    assert ways("2024-04-03") == {"done"}
    assert ways("2024-04-18") == {"late"}
    assert ways("2024-04-10") == {"done", "late"}
    assert ways("2024-04-10", "yes") == {"done"}
    assert ways("2024-04-10", "no") == {"late"}


# ── Windows, lengths that somebody decides, restoration ─────────────────────────────────────────


@BOTH
@settings(max_examples=100, deadline=None)
@given(shorter=st.integers(1, 30), more=st.integers(1, 40), start=days, stays=st.lists(stills, max_size=3))
def test_a_window_opens_and_closes_where_a_walk_does(
    calendar: Calendar, shorter: int, more: int, start: date, stays: list[Still]
) -> None:
    """Its opening does not roll; a standstill moves both of its ends."""
    facts = "".join(f"fact began_{n}, date\nfact ended_{n}, date\n" for n in range(len(stays)))
    lines = "".join(f"  stands still from began_{n} to ended_{n}\n" for n in range(len(stays)))
    text = f'{facts}deadline window by act "1"\n  counts from start\n  between {shorter} days and {shorter + more} days\n{lines}'
    plan = plan_of(text + 'procedure road\nstage one by act "1"\n  -> done\nend done by act "1"\n')
    told = {"start": str(start)}
    for n, stay in enumerate(stays):
        told |= {f"began_{n}": str(stay.first - ONE_DAY), f"ended_{n}": str(max(stay.last, stay.first - ONE_DAY))}
    found = Road(plan, case_of(plan, told), calendar).term("window")
    rules = CountingRules()
    assert found.opens == walked_end(start, [Span(shorter, "days")], rules, frozenset(), list(stays))
    assert found.due is not None
    clock = Clock(tuple(stays))
    assert found.due.day == walked(Span(shorter + more, "days"), start, rules, OFF[calendar.name], clock)


WINDOW = """
procedure road "Road"
stage one "One" by act "1"
  the owner files paper to court between 10 days and 30 days from start{early}
    if missed -> late
  -> done
end done by act "1"
end soon by act "1"
end late by act "1"
"""


@pytest.mark.parametrize(
    ("early", "filed", "end", "status"),
    [
        ("\n    if too early -> soon", "2024-03-13", "soon", "too early"),
        ("\n    if too early -> soon", "2024-03-14", "done", "met"),
        ("", "2024-03-13", "done", "too early"),
        ("\n    if too early -> soon", "2024-04-04", "late", "missed"),
        ("\n    if too early -> soon", "", "done", "met"),
    ],
)
def test_an_act_is_too_early_in_time_or_too_late(early: str, filed: str, end: str, status: str) -> None:
    plan = plan_of(PAPERS + WINDOW.format(early=early))
    told = {"start": "2024-03-04"} | ({"filing of paper": filed} if filed else {})
    trace = simulate_case(plan, case_of(plan, told), calendar())
    assert trace.outcome.at == end
    [entry] = trace.deadlines
    assert (entry.status, entry.opens, entry.due and entry.due.exact) == (status, date(2024, 3, 14), date(2024, 4, 3))
    if status == "too early":
        assert any("not before Thu 2024-03-14" in line for step in trace.steps for line in step.why)
    if not filed:
        assert trace.steps[0].date.exact == date(2024, 3, 14)


def test_what_was_done_too_early_can_be_done_again() -> None:
    plan = plan_of(PAPERS + WINDOW.format(early="\n    if too early -> one at most 3 times"))
    told = {"start": "2024-03-04", "filing of paper": "2024-03-05,2024-03-20"}
    trace = simulate_case(plan, case_of(plan, told), calendar())
    assert (trace.outcome.at, [entry.status for entry in trace.deadlines]) == ("done", ["too early", "met"])


def decided(told: dict[str, str], extra: str = "") -> Road:
    text = f'{PAPERS}deadline reply_term by act "2"\n  counts from start\n  from 10 working days to 2 months at the discretion of court\n{extra}{ROAD}'
    plan = plan_of("fact agreed, yes or no\n" + text)
    road = Road(plan, case_of(plan, {"start": "2024-03-04", **told}), calendar())
    road.walk()
    return road


def test_between_two_lengths_lies_whatever_is_decided() -> None:
    open_term = decided({}).term("reply_term")
    assert open_term.bounded
    assert (open_term.due and open_term.due.day, open_term.until) == (date(2024, 3, 19), date(2024, 5, 6))
    assert open_term.unknown == ("reply_term",)
    for told in ("10 working days", "3 weeks", "40 days", "2 months"):
        found = decided({"reply_term": told}).term("reply_term")
        assert found.due is not None
        assert found.due.exact
        assert open_term.until is not None
        assert date(2024, 3, 19) <= found.due.day <= open_term.until
    for told in ("9 working days", "63 days"):
        with pytest.raises(Refusal, match="reply_term"):
            decided({"reply_term": told})


def test_what_is_decided_and_what_is_unknown_besides_bound_it_together() -> None:
    found = decided({}, "  plus 9 days when agreed\n").term("reply_term")
    assert (found.due and found.due.day, found.until) == (date(2024, 3, 19), date(2024, 5, 15))
    assert found.unknown == ("reply_term", "agreed")


RESTORED = """fact ill, yes or no
fact well, date
document paper "Paper" by act "1"
  form "in writing"
deadline reply_term by act "2"
  counts from start
  30 days
deadline second_term by act "2"
  counts from well
  2 weeks
  ends no later than 3 months from end of reply_term
procedure road
stage one by act "1"
  the {party} {verb} within reply_term
{ways}    if missed -> late
    if restored within second_term when ill -> again
{on}stage again by act "1"
  -> done
end done by act "1"
end late by act "1"
"""
BRANCHES = {
    "act": {"party": "owner", "verb": "files paper to court", "ways": "", "on": "  -> done\n"},
    "branch": {"party": "owner", "verb": "files paper", "ways": "    replies -> done\n", "on": ""},
}


@pytest.mark.parametrize("kind", BRANCHES)
@pytest.mark.parametrize(
    ("told", "chosen", "end"),
    [
        ({"filing of paper": "2024-04-02"}, "", "one.replies"),
        ({"filing of paper": "2024-04-30", "ill": "yes", "well": "2024-04-20"}, "", "one.restored"),
        ({"filing of paper": "2024-04-30", "ill": "no", "well": "2024-04-20"}, "", "one.missed"),
        ({"filing of paper": "2024-05-07", "ill": "yes", "well": "2024-04-20"}, "", "one.missed"),  # the second is missed, too
        ({"filing of paper": "2024-07-03", "ill": "yes", "well": "2024-06-28"}, "", "one.restored"),
        ({"filing of paper": "2024-07-08", "ill": "yes", "well": "2024-06-28"}, "", "one.missed"),  # three months behind
        ({"ill": "yes", "well": "2024-04-20"}, "restored", "one.restored"),
        ({"ill": "yes", "well": "2024-04-20"}, "missed", "one.missed"),
    ],
)  # fmt: skip
def test_a_missed_term_is_restored_in_its_own_time(kind: str, told: dict[str, str], chosen: str, end: str) -> None:
    plan = plan_of(RESTORED.format(**BRANCHES[kind]))
    case = case_of(plan, {"start": "2024-03-04", **told}, {"one": chosen} if chosen else None)
    road = Road(plan, case, calendar())
    log = road.walk()
    assert log.path[0] == (end if kind == "branch" or "replies" not in end else "one.onward")
    if end == "one.restored":
        assert [entry.status for entry in log.deadlines] == ["missed", "met"]
        assert road.state.told["paper"] is True
        assert road.unmet() == []


def test_what_cannot_be_restored_is_refused_where_it_is_chosen() -> None:
    plan = plan_of(RESTORED.format(**BRANCHES["act"]))
    for told, why in (
        ({"ill": "no", "well": "2024-04-20"}, "restored is closed"),
        ({"ill": "yes", "well": "2024-03-05"}, "could be restored until 2024-03-19"),
    ):
        with pytest.raises(Refusal, match=why):
            Road(plan, case_of(plan, {"start": "2024-03-04", **told}, {"one": "restored"}), calendar()).walk()


def test_of_the_other_side_restoration_is_one_of_the_ways_that_were_open() -> None:
    plan = plan_of(RESTORED.format(**{**BRANCHES["branch"], "party": "tenant"}))
    told = {"start": "2024-03-04", "ill": "yes", "well": "2024-04-20"}
    trace = simulate_case(plan, case_of(plan, told), calendar())
    [assumed] = [one for one in trace.assumptions if one.stage == "one"]
    assert [one.option for one in assumed.alternatives] == ["replies", "restored"]


# ── Everything that a plan says of a clock is told ──────────────────────────────────────────────

EVERYTHING = f"""fact ill, yes or no
fact more, duration
{PAPERS}deadline first_term by act "3"
  counts from start
  from 10 days to 20 days at the discretion of court
  stands still from issue of stay to issue of lifting, both days included when ill by act "4"
  stands still from start for 3 days unless ill since 2020-01-01
  begins anew with issue of stay
  plus 14 days with issue of lifting
  plus more when ill
  ends no earlier than 40 days from start
  ends no later than issue of lifting
deadline second_term by act "3"
  counts from end of first_term
  between 2 days and 9 days
procedure road
stage one by act "1"
  the owner files paper to court within second_term
    if too early -> late by act "5"
    if missed -> late by act "6"
    if restored within 10 days from start when ill -> done by act "7"
  -> two
stage two by act "1"
  the court issues stay between 1 day and 3 days from start
  the court issues lifting at once
  wait first_term
  -> done
end done by act "1"
end late by act "1"
"""


def test_whatever_changes_about_a_clock_is_told_by_a_difference() -> None:
    plan = plan_of(EVERYTHING)
    silent: list[tuple[str, ...]] = []
    heard = 0
    for where, mutant in mutations(plan):
        about = {"ClockLine", "Restored", "shorter", "early"} & set(where)
        again = {("ClockLine", name) for name in ("kind", "event", "to", "length", "both")}  # `words` says it
        fixed = where[-2:] in (("Clock", "at_once"), ("Label", "name"))
        if about and not (fixed or again & set(pairwise(where)) or {where[-2:], where[-4:]} & FOLLOWS):
            heard += 1
            silent += [where] if not differences(plan, mutant) else []
    assert heard > 20
    assert silent == []


def test_each_line_of_a_clock_is_a_norm_with_its_source() -> None:
    rows = {(row.name, row.figure): row for row in audit_plan(plan_of(EVERYTHING)).rows}
    still = rows["first_term", "stands still from issue of stay to issue of lifting, both days included when ill"]
    assert still.source is not None
    assert still.source.place == "4"
    assert rows["first_term", "plus 14 days with issue of lifting"].numbers == ("14 days",)
    assert rows["first_term", "ends no earlier than 40 days from start"].numbers == ("40 days",)
    assert rows["second_term", "between 2 days and 9 days"].numbers == ("9 days", "2 days")


def test_a_clock_is_kept_by_the_other_words_of_the_language() -> None:
    """Russian keywords and back, and the layout, change nothing of what it means."""
    source = source_of_text(HEAD + EVERYTHING, "test.proc")
    russian = to_russian(source)
    assert "не течёт со дня" in russian
    assert "при восстановлении" in russian
    again = load(source_of_text(russian, "test.proc"))
    assert [one for one in again.diagnostics if one.is_error] == []
    assert make_plan(again) == plan_of(EVERYTHING)
    assert plan_of(format_source(source), "") == plan_of(EVERYTHING)


@pytest.mark.parametrize(
    ("told", "pill"),
    [
        ({}, ("30 days", "may stand still", "may begin anew", "+ 14 days (if agreed)", "+ 9 days (issue of “Lifting”)", "≤ 6 months")),
        ({"issue of stay": "2024-03-11", "issue of lifting": "2024-03-31", "agreed": "yes"},
         ("30 days: by 2024-05-16", "stood still: 20 days", "+ 14 days", "+ 9 days")),
        ({"issue of stay": "2024-03-11"}, ("30 days", "≥ 2024-04-03", "≤ 2024-09-04")),
    ],
)  # fmt: skip
def test_a_pill_says_what_may_happen_to_a_clock_or_what_has_happened(
    told: dict[str, str], pill: tuple[str, ...]
) -> None:
    """In the fewest words; of a bound both sides."""
    lines = (
        STAYS + "  begins anew with start of stayed when agreed is no\n  plus 14 days when agreed\n"
        "  plus 9 days with issue of lifting\n  ends no later than 6 months from start\n"
    )
    text = (
        f'fact agreed, yes or no\n{PAPERS}deadline reply_term by act "2"\n  counts from start\n  30 days\n{lines}{ROAD}'
    )
    plan = plan_of(text)
    case = case_of(plan, {"start": "2024-03-04", "filing of paper": "2024-03-11", **told})
    trace = simulate_case(plan, case, calendar()) if told else None
    diagram = make_diagram(plan, trace)
    pills = [one.lines for box in diagram.boxes for row in box.rows for one in row.pills]
    assert pill in pills


# ── Side by side ────────────────────────────────────────────────────────────────────────────────

BESIDE = """document paper "Paper" by act "1"
  form "in writing"
document deal "Deal" by act "1"
  form "in writing"
deadline reply_term by act "2"
  counts from start of answering
  30 days
  stands still from start of mediation to end of mediation
procedure road
stage one by act "1"
  side by side until all have ended
    perform mediation
    perform answering
  -> done
end done by act "1"
procedure mediation
stage talks by act "1"
  the tenant signs deal within 12 days from start of mediation
  -> talked
end talked by act "1"
procedure answering
stage answers by act "1"
  the tenant files paper within reply_term
  -> answered
end answered by act "1"
"""


@pytest.mark.parametrize(
    ("told", "due"),
    [
        ({}, date(2024, 4, 17)),  # 3 April and fourteen days: the talks may take until Monday 18 March
        ({"signing of deal": "2024-03-10"}, date(2024, 4, 9)),
        ({"end of mediation": "2024-03-12", "signing of deal": "2024-03-10"}, date(2024, 4, 11)),
    ],
)
def test_what_happens_on_one_track_stops_the_clock_of_another(told: dict[str, str], due: date) -> None:
    plan = plan_of(BESIDE)
    road = Road(plan, case_of(plan, {"start": "2024-03-04", **told}), calendar())
    log = road.walk()
    [entry] = [one for one in log.deadlines if one.id == "reply_term"]
    assert (log.at, entry.due and entry.due.exact) == ("done", due)
    assert road.state.times["end of mediation"]


def test_of_several_parties_each_has_a_clock_of_its_own() -> None:
    text = BESIDE.replace("    perform mediation\n    perform answering\n", "    perform answering for each heir\n")
    text = text.replace("start of mediation to end of mediation", "signing of deal for 10 days")
    text = text.replace("  the tenant files", "  the heir signs deal at once\n  the heir files").split(
        "procedure mediation"
    )
    text = (
        "party heir, other side, several\n" + text[0] + "procedure answering" + text[1].split("procedure answering")[1]
    )
    plan = plan_of(text.replace("the heir files paper", "the tenant files paper"))
    told = {
        "start": "2024-03-04", "heir": "anna,boris",
        "signing of deal for anna": "2024-03-05", "signing of deal for boris": "2024-03-20",
    }  # fmt: skip
    log = Road(plan, case_of(plan, told), calendar()).walk()
    stood = [[turn.since for turn in one.clock] for one in log.deadlines if one.id == "reply_term"]
    assert sorted(stood) == [[date(2024, 3, 6)], [date(2024, 3, 21)]]


def test_a_right_cannot_be_used_before_its_window_opens() -> None:
    text = ROAD.replace("during one the owner", "during one between 10 days and 20 days from start the owner")
    plan = plan_of(f'{PAPERS}deadline reply_term by act "2"\n  counts from start\n  30 days\n{text}')

    def used(day: str) -> Road:
        told = {"start": "2024-03-04", "use of plead": day, "issue of stay": day, "issue of lifting": day}
        road = Road(plan, case_of(plan, {**told, "filing of paper": "2024-04-01"}, {"one": "plead"}), calendar())
        road.walk()
        return road

    assert used("2024-03-14").log.at == "done"
    for day, why in (("2024-03-13", "not open yet: its term begins on 2024-03-14"), ("2024-03-26", "out of time")):
        with pytest.raises(Refusal, match=why):
            used(day)


# ── At the command line ─────────────────────────────────────────────────────────────────────────


@pytest.fixture
def decided_file(tmp_path: Path) -> Path:
    """A file whose term the court sets between ten working days and two months, and a window in it."""
    path = tmp_path / "decided.proc"
    text = (
        HEAD + PAPERS + 'deadline reply_term "Reply" by act "2"\n  counts from start\n'
        "  from 10 working days to 2 months at the discretion of court\n" + ROAD
    )
    path.write_text(text, encoding="utf-8")
    return path


def test_a_term_of_which_only_bounds_are_known_stands_with_them_everywhere(decided_file: Path, tmp_path: Path) -> None:
    case = tmp_path / "case.yaml"
    case.write_text("title: Reply\nstart: 2024-03-04\n", encoding="utf-8")
    between = "between Tue 2024-03-19 and Mon 2024-05-06"
    assert f"Reply: {between} — met" in proc("deadlines", decided_file, "--case", case).out
    told = " ".join(proc("simulate", decided_file, "--case", case).out.split())
    assert f"Reply: {between} — term, ours, met" in told
    assert 'how long is it: Reply? (--set reply_term="21 days")' in told
    entry = proc("simulate", decided_file, "--case", case, "--format", "json").data["deadlines"][0]
    assert (entry["due"], entry["not_before"], entry["not_after"]) == (None, "2024-03-19", "2024-05-06")
    assert proc("deadlines", decided_file, "--case", case, "-o", tmp_path / "a.ics").code == 0
    entries = (tmp_path / "a.ics").read_text(encoding="utf-8")
    assert "DTSTART;VALUE=DATE:20240319" in entries
    assert "STATUS:TENTATIVE" in entries
    asked = proc("ask", decided_file, "--case", case, "--format", "json").data["questions"]
    assert [(one["id"], one["type"]) for one in asked] == [("reply_term", "duration")]
    ours = proc("simulate", decided_file, "--case", case, "--set", "reply_term=3 weeks").out
    assert "Mon 2024-03-25 — term, ours, met" in " ".join(ours.split())


@pytest.mark.parametrize(
    ("options", "due"),
    [
        ((), "2024-04-04"),
        (("--still", "2024-03-11..2024-03-20"), "2024-04-15"),
        (("--still", "2024-03-11"), "2024-04-05"),
        (("--anew", "2024-03-18"), "2024-04-18"),
        (("--anew", "2024-04-08"), "2024-04-04"),
        (("--plus", "1 month", "--plus", "2 days"), "2024-05-06"),
        (("--still", "2024-03-11..2024-03-20", "--anew", "2024-04-10", "--plus", "3 days"), "2024-05-15"),
    ],
)
def test_the_clock_of_a_single_term_is_counted(options: tuple[str, ...], due: str) -> None:
    found = proc("count", "belarus", "1 month", "--from", "2024-03-04", *options, "--format", "json")
    assert found.data["due"] == due
    assert bool(found.data["clock"]) == (bool(options) and due != "2024-04-04")
    russian = proc("count", "belarus", "1 month", "--from", "2024-03-04", *options, "--lang", "ru")
    assert russian.code == 0


@pytest.mark.parametrize("bad", ["2024-03-20..2024-03-11", "2024-03-20..", "soon", "2024-03-20..2024-02-30"])
def test_a_standstill_that_is_none_is_refused(bad: str) -> None:
    found = proc("count", "belarus", "1 month", "--from", "2024-03-04", "--still", bad)
    assert found.code == 2
    assert "Traceback" not in found.err
