"""Side by side: against each procedure walked alone, and against a file in which each party has a procedure of its own."""

from __future__ import annotations

import random
from datetime import date

import pytest
from procs import calendar, case_of, plan_of

from engine.records import Plan
from engine.refusal import Refusal
from engine.simulate import simulate_case
from engine.trace import Trace


def trace_of(plan: Plan, told: dict[str, str], choose: dict[str, str] | None = None) -> Trace:
    return simulate_case(plan, case_of(plan, told, choose), calendar(), compare=False)


def track(name: str, lengths: list[int]) -> str:
    """A procedure of acts one after another, each within so many days of the one before."""
    text = f'procedure {name}\nstage {name}_0 by act "1"\n'
    for at, length in enumerate(lengths):
        text += f"  the court acts within {length} days from start of {name}_{at}\n"
        text += (
            f'  -> {name}_{at + 1}\nstage {name}_{at + 1} by act "1"\n'
            if at + 1 < len(lengths)
            else f"  -> {name}_over\n"
        )
    return text + f'end {name}_over by act "1"\n'


def together(tracks: dict[str, list[int]], until: str, leaving: str = "") -> str:
    performs = "".join(
        f"    perform {name}\n" + (f"      {name}_over -> left\n" if name == leaving else "") for name in tracks
    )
    road = f'procedure road\nstage all_of_them by act "1"\n  side by side until {until}\n{performs}  -> joined\n'
    left = 'end left by act "1"\n' if leaving else ""
    return road + f'end joined by act "1"\n{left}' + "".join(track(*one) for one in tracks.items())


def end_of(plan: Plan, start: str = "2024-03-04") -> tuple[str, date]:
    trace = trace_of(plan, {"start": start})
    assert trace.outcome.day.exact is not None
    return trace.outcome.at, trace.outcome.day.exact


@pytest.mark.parametrize("seed", range(12))
def test_so_many_have_ended_when_each_alone_has(seed: int) -> None:
    draw = random.Random(seed)
    start = date(2024, 1, 1 + draw.randrange(28)).isoformat()
    tracks = {
        f"track_{at}": [draw.randrange(1, 40) for _ in range(draw.randrange(1, 4))]
        for at in range(draw.randrange(2, 5))
    }
    days = sorted((end_of(plan_of(track(*one)), start)[1], at) for at, one in enumerate(tracks.items()))
    alone = [day for day, _ in days]
    assert end_of(plan_of(together(tracks, "all have ended")), start) == ("joined", alone[-1])
    assert end_of(plan_of(together(tracks, "the first has ended")), start) == ("joined", alone[0])
    assert end_of(plan_of(together(tracks, "2 have ended")), start) == ("joined", alone[1])
    leaving = draw.choice(list(tracks))
    own = end_of(plan_of(track(leaving, tracks[leaving])), start)[1]
    at, day = end_of(plan_of(together(tracks, "all have ended", leaving)), start)
    assert day == (own if at == "left" else alone[-1])
    assert at == "left"


def test_steps_are_told_in_the_order_of_their_days() -> None:
    tracks = {"one_track": [3, 50, 2], "other_track": [20, 1, 1, 30], "third_track": [7, 7, 7, 7]}
    trace = trace_of(plan_of(together(tracks, "all have ended")), {"start": "2024-03-04"})
    days = [step.date.exact for step in trace.steps]
    assert days == sorted(days, key=lambda day: day or date.min)
    assert {step.track for step in trace.steps} == {"", "one track", "other track", "third track"}


SHARED = """
fact warned, yes or no at first no
procedure road
stage both by act "1"
  side by side until all have ended
    perform warning
    perform acting
  -> over
end over by act "1"
procedure warning
stage warns by act "1"
  the court warns within {warns} days from start of both
  -> warned_end, so warned is yes
end warned_end by act "1"
procedure acting
stage thinks by act "1"
  the tenant thinks within 10 days from start of both
  -> acts
stage acts by act "1"
  the law decides
    careful when warned -> quick
    otherwise           -> slow
end quick by act "1"
end slow by act "1"
"""


@pytest.mark.parametrize(("warns", "end"), [(9, "quick"), (11, "slow")])
def test_what_one_makes_true_the_other_knows_from_that_day_on(warns: int, end: str) -> None:
    trace = trace_of(plan_of(SHARED.format(warns=warns)), {"start": "2024-03-04"})
    assert end in [step.target for step in trace.steps]


SEVERAL = """
party heir, other side, several
fact rich, yes or no
procedure road
stage all_of_them by act "1"
  side by side until all have ended
    perform asking for each heir
  the law decides
    all_paid when ends of paid is at least 2 -> happy
    otherwise                                -> unhappy
end happy by act "1"
end unhappy by act "1"
procedure asking
stage asks by act "1"
  the heir answers within 10 days from start of asks
    pays      -> paid
    refuses   -> sued
    if missed -> sued
stage sued by act "1"
  the court decides within 3 months from start of sued
    awards    -> awarded
    dismisses -> unpaid
stage awarded by act "1"
  the law decides
    can when rich -> paid
    otherwise     -> unpaid
end paid by act "1"
end unpaid by act "1"
"""


def test_each_of_several_parties_has_its_own_facts_choices_and_days() -> None:
    plan = plan_of(SEVERAL)
    told = {"start": "2024-03-04", "heir": "anna,boris,clara", "rich": "yes", "rich for clara": "no"}
    told |= {"end of asks for boris": "2024-03-06"}
    case = case_of(plan, told, {"asks for anna": "pays", "asks": "refuses"})
    trace = simulate_case(plan, case, calendar())
    assert trace.outcome.at == "happy"
    last = {one.track: one for one in trace.steps if one.text.startswith("ended")}
    assert {track: one.target for track, one in last.items()} == {
        "asking: anna": "paid", "asking: boris": "paid", "asking: clara": "unpaid",
    }  # fmt: skip
    assert last["asking: boris"].date.exact == date(2024, 6, 6)
    assert last["asking: clara"].date.exact == date(2024, 6, 14)
    assert trace.unmet == ()


def test_each_of_several_is_as_in_a_file_that_writes_each_procedure_out() -> None:
    names = ("anna", "boris")
    head, body = SEVERAL.split("procedure asking")
    written = head.replace(
        "    perform asking for each heir\n", "".join(f"    perform asking_{name}\n" for name in names)
    )
    written = written.replace("ends of paid is at least 2", "ends of paid_anna is 1 and ends of paid_boris is 1")
    for name in names:
        own = "procedure asking" + body
        for word in ("asking", "asks", "sued", "awarded", "paid", "unpaid"):
            own = own.replace(f" {word}\n", f" {word}_{name}\n").replace(f" {word} by", f" {word}_{name} by")
        written += own
    choices = [{"anna": one, "boris": other} for one in ("pays", "refuses", "missed") for other in ("pays", "missed")]
    for chosen in choices:
        case = {"start": "2024-03-04", "rich": "yes"}
        ours = trace_of(
            plan_of(SEVERAL), {**case, "heir": "anna,boris"}, {f"asks for {n}": c for n, c in chosen.items()}
        )
        theirs = trace_of(plan_of(written), case, {f"asks_{n}": c for n, c in chosen.items()})
        assert (ours.outcome.at, ours.outcome.day) == (theirs.outcome.at, theirs.outcome.day)
        assert dated(ours) == dated(theirs)


def dated(trace: Trace) -> list[tuple[str, object]]:
    return [(step.option, step.date) for step in trace.steps if step.kind == "branch"]


RIGHT = """
document plea by act "1"
  from tenant
procedure road
stage both by act "1"
  side by side until all have ended
    perform trial
    perform search
  -> over
at any time during both within plea_term the tenant may plead -> plea_heard by act "2"
deadline plea_term by act "2"
  counts from start of both
  5 days
stage plea_heard by act "2"
  the court decides within 20 days from start of plea_heard
    upholds -> back
    agrees  -> over
end over by act "1"
procedure trial
stage hearing by act "1"
  the court hears within 40 days from start of both
  -> heard
end heard by act "1"
procedure search
stage searching by act "1"
  the tenant searches within 10 days from start of both
  -> searched
end searched by act "1"
"""


@pytest.mark.parametrize(("way", "day"), [("agrees", date(2024, 4, 1)), ("upholds", date(2024, 4, 15))])
def test_a_right_of_the_stage_stops_its_tracks_until_it_comes_back(way: str, day: date) -> None:
    trace = trace_of(plan_of(RIGHT), {"start": "2024-03-04"}, {"both": "plead", "plea_heard": way})
    assert trace.outcome.at == "over"
    assert trace.outcome.day.exact == day
    assert any(step.target == "searched" for step in trace.steps) == (way == "upholds")


def test_a_told_day_binds_its_own_track_and_not_those_beside_it() -> None:
    """That the second act of one took place on the 8th moves its first; the other's waits for its own last day."""
    tracks = {"one_track": [30, 5], "other_track": [20]}
    plan = plan_of(together(tracks, "all have ended"))
    trace = trace_of(plan, {"start": "2024-03-04", "end of one_track_1": "2024-03-08"})
    days = {(step.track, step.text): step.date.exact for step in trace.steps if step.kind == "act"}
    assert sorted(str(day) for (name, _), day in days.items() if name == "other track") == ["2024-03-25"]
    assert trace.outcome.day.exact == date(2024, 3, 25)


def test_a_track_that_is_blocked_blocks_the_case_only_if_it_is_needed() -> None:
    blocked = (
        'procedure stuck\nstage stuck_stage by act "1"\n  requires flag\n  -> stuck_over\nend stuck_over by act "1"\n'
    )
    free = track("free_track", [5])
    for until, status in (("all have ended", "blocked"), ("the first has ended", "ended")):
        road = f'fact flag, yes or no\nprocedure road\nstage both by act "1"\n  side by side until {until}\n    perform stuck\n'
        text = road + f'    perform free_track\n  -> over\nend over by act "1"\n{blocked}{free}'
        assert trace_of(plan_of(text), {"start": "2024-03-04", "flag": "no"}).outcome.status == status


def test_several_names_of_one_party_are_refused() -> None:
    plan = plan_of(together({"one_track": [3], "other_track": [3]}, "all have ended"))
    with pytest.raises(Refusal, match="there is one"):
        case_of(plan, {"start": "2024-03-04", "tenant": "anna,boris"})


@pytest.mark.parametrize("most", [1, 2, 5])
def test_a_way_is_closed_when_it_has_been_taken_so_often(most: int) -> None:
    plan = plan_of(
        'procedure road\nstage hearing by act "1"\n  the court hears within 10 days from start of hearing\n'
        f'    adjourns -> hearing at most {most} times\n    awards -> over\nend over by act "1"\n'
    )
    trace = trace_of(plan, {"start": "2024-03-04"})
    assert trace.path == ("hearing.adjourns",) * most + ("hearing.awards",)
    with pytest.raises(Refusal, match="may not be taken more often"):
        trace_of(plan, {"start": "2024-03-04"}, {"hearing": ",".join(["adjourns"] * (most + 1))})
