"""The papers of a case: what is there, what is missing, who supplies it, and the step that each unlocks."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest
from procs import HEAD, calendar, case_of, plan_of
from typed import ROOT, proc

from engine.checklist import Checklist, Paper, Part, checklist_of
from procedure_dsl.diagnostics import text_cells

LET = """\
reading two_copies "Must the claim name the witnesses?"
  prefer named "as printed"                         by act "s. 2"
  or unnamed "the court has never asked"            by outside "a comment"

reading notice_owed "Is a notice owed?"
  prefer owed "as printed"                          by act "s. 1"
  or not_owed "repealed in silence"                 by outside "a comment"

fact witnesses, yes or no "Witnesses"

document lease_paper "Lease"                        by act "s. 2"
  from owner
  contains signature "signature of both"
  contains stamp_duty "stamp" when witnesses

document notice "Notice to leave"                   by act "s. 1"
  from owner
  form "by registered mail"
  contains notice_date "its date"

document claim "Claim"                              by act "s. 2"
  from owner
  in 2 copies                                       by act "s. 2"
  contains sums "the sums"
  contains names_of_witnesses "who saw it" when two_copies is named
  contains short_form "the printed form" when two_copies is unnamed
  with lease_paper

document order "Order"                              by act "s. 3"
  from court
document request "Request to the bailiff"           by act "s. 4"
  from owner
  with order

procedure eviction "Eviction"
stage start_here "Start"                            by act "s. 1"
  the law decides
    notify when notice_owed is owed -> notifying
    otherwise                       -> suing
stage notifying "Notify"                            by act "s. 1"
  the owner sends notice to tenant
  -> suing
stage suing "Sue"                                   by act "s. 2"
  the owner files claim to court
  -> deciding
stage deciding "The court decides"                  by act "s. 3"
  the court issues order to owner within 10 days from filing of claim
  -> enforcing
stage enforcing "Enforce"                           by act "s. 4"
  requires order
  the owner files request to court
  -> done
end done "Done"                                     by act "s. 4"
"""
START = {"start": "2024-03-04"}


def papers_of(told: dict[str, str] | None = None, text: str = LET) -> Checklist:
    plan = plan_of(text)
    return checklist_of(plan, case_of(plan, {**START, **(told or {})}), calendar())


def paper(checklist: Checklist, name: str) -> Paper:
    [found] = [one for one in checklist.papers if one.id == name]
    return found


def part(parent: Paper | Part, name: str) -> Part:
    everything = (*parent.contents, *(parent.attached if isinstance(parent, Paper) else ()))
    [found] = [one for one in everything if one.id == name]
    return found


def test_papers_stand_in_the_order_of_the_road_with_form_copies_and_supplier() -> None:
    checklist = papers_of()
    assert [one.id for one in checklist.papers] == ["notice", "claim", "order", "request"]
    claim = paper(checklist, "claim")
    assert (claim.supplier, claim.addressee, claim.copies, claim.ours) == ("Owner", "Court", 2, True)
    assert paper(checklist, "notice").form == ("by registered mail",)
    assert not paper(checklist, "order").ours


@pytest.mark.parametrize(
    ("told", "status"),
    [({}, "not told"), ({"sums": "yes"}, "have"), ({"sums": "no"}, "missing")],
)  # fmt: skip
def test_a_content_is_there_missing_or_not_told(told: dict[str, str], status: str) -> None:
    assert part(paper(papers_of(told), "claim"), "sums").status == status


READY = {"sums": "yes", "names_of_witnesses": "yes", "short_form": "yes", "lease_paper": "yes"}


@pytest.mark.parametrize(
    ("told", "status"),
    [
        (READY, "have"), ({**READY, "sums": "no"}, "missing"), ({**READY, "lease_paper": "no"}, "missing"),
        ({"sums": "yes"}, "disputed"), ({"sums": "no"}, "missing"), ({"filing of claim": "2024-03-06"}, "have"),
    ],
)  # fmt: skip
def test_a_paper_is_as_far_as_its_worst_part_unless_it_is_told(told: dict[str, str], status: str) -> None:
    assert paper(papers_of(told), "claim").status == status


@pytest.mark.parametrize(("told", "status"), [({}, "assumed"), ({"issue of order": "2024-03-11"}, "have")])
def test_what_another_issues_is_assumed_until_the_case_tells_it(told: dict[str, str], status: str) -> None:
    checklist = papers_of(told)
    assert paper(checklist, "order").status == status
    assert part(paper(checklist, "request"), "order").status == status


def test_each_paper_names_the_step_and_day_that_it_unlocks() -> None:
    checklist = papers_of()
    [filed] = paper(checklist, "claim").unlocks
    assert (filed.stage, filed.text, str(filed.date.exact)) == ("suing", "Owner files Claim to Court", "2024-03-04")
    order = paper(checklist, "order")
    assert order.comes is not None
    assert (order.comes.stage, str(order.comes.date.exact)) == ("deciding", "2024-03-14")
    assert {one.stage for one in order.unlocks} == {"enforcing"}


def test_a_paper_that_we_hand_on_came_from_another() -> None:
    checklist = papers_of(text=LET.replace("  the owner files request to court", "  the owner sends order to tenant"))
    came, sent = (one for one in checklist.papers if one.id == "order")
    assert came.comes is not None
    assert [one.text for one in came.unlocks] == ["Owner sends Order to Tenant"] == [one.text for one in sent.unlocks]
    assert (sent.comes, sent.supplier) == (None, "Court")


def test_an_attached_paper_names_its_supplier_and_its_own_contents() -> None:
    lease = part(paper(papers_of({"witnesses": "no", "signature": "yes"}), "claim"), "lease_paper")
    assert lease.supplier == "Owner"
    assert [(one.id, one.status) for one in lease.contents] == [("signature", "have")]
    both = part(paper(papers_of({"witnesses": "yes"}), "claim"), "lease_paper")
    assert [one.id for one in both.contents] == ["signature", "stamp_duty"]


def test_what_another_reading_would_drop_or_add_is_disputed() -> None:
    checklist = papers_of({"short_form": "unknown"})
    claim, notice = paper(checklist, "claim"), paper(checklist, "notice")
    dropped, added = part(claim, "names_of_witnesses"), part(claim, "short_form")
    assert (dropped.status, dropped.because) == ("disputed", ("not needed with --reading two_copies=unnamed",))
    assert (added.status, added.because) == ("disputed", ("only with --reading two_copies=unnamed",))
    assert part(claim, "sums").status == "not told"
    assert (notice.status, notice.because) == ("disputed", ("not on the road with --reading notice_owed=not_owed",))


def test_what_only_another_reading_asks_for_is_listed_too() -> None:
    plan = plan_of(LET)
    case = case_of(plan, START)
    other = checklist_of(plan, replace(case, readings={"notice_owed": "not_owed"}), calendar())
    assert paper(other, "notice").because == ("only with --reading notice_owed=owed",)
    assert [one.id for one in other.papers] == ["claim", "order", "request", "notice"]


def test_what_is_there_is_not_disputed() -> None:
    dropped = part(paper(papers_of({"names_of_witnesses": "yes"}), "claim"), "names_of_witnesses")
    assert (dropped.status, len(dropped.because)) == ("have", 1)


def test_a_road_that_divides_lists_the_papers_of_each_way() -> None:
    text = LET.replace("notify when notice_owed is owed -> notifying", "notify when witnesses -> notifying")
    text = text.replace("reading notice_owed", "reading unasked").replace('"Is a notice owed?"', '"Unasked?"')
    checklist = papers_of(text=text)
    assert checklist.papers == ()
    assert [(way.when, next(one.id for one in way.papers)) for way in checklist.ways] == [
        (("Witnesses: yes",), "notice"), (("Witnesses: no",), "claim"),
    ]  # fmt: skip


# ── The command ─────────────────────────────────────────────────────────────────────────────────

CASE = str(ROOT / "examples" / "cases" / "services_debt.yaml")


def test_the_page_of_a_real_case_is_aligned_and_names_all_contents_of_the_letter(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    answer = proc("checklist", "belarus", "--case", CASE)
    assert answer.code == 0
    assert max(map(text_cells, answer.out.splitlines())) <= 80
    letter = answer.out.split("\n\n")[1]
    assert letter.startswith("[x] Claim letter")
    assert letter.count("\n    [") == 10  # eight contents; two more because a penalty and interest are claimed
    assert "Not legal advice" in answer.out


def test_the_json_says_what_the_page_says() -> None:
    told = proc("checklist", "belarus", "--case", CASE, "--format", "json").data
    trace = proc("simulate", "belarus", "--case", CASE, "--format", "json").data
    assert [one["id"] for one in told["papers"]] == [one["id"] for one in trace["documents"]]
    days = {step["id"]: step["date"] for step in trace["steps"]}
    assert all(one["date"] == days[one["step"]] for paper in told["papers"] for one in paper["unlocks"])


@pytest.mark.parametrize("command", ["checklist", "audit"])
@pytest.mark.parametrize("name", ["belarus", "kazakhstan"])
def test_answers_hold_to_the_schema_that_is_printed_for_them(command: str, name: str) -> None:
    jsonschema.validate(proc(command, name, "--format", "json").data, proc("schema", command).data)


def test_a_road_that_divides_too_often_is_refused_with_the_fact_to_tell() -> None:
    answer = proc("checklist", "belarus", "--set", "principal=1000", "--start", "2017-03-01")
    assert (answer.code, answer.out) == (2, "")
    assert "--set" in answer.err


def test_a_road_without_papers_says_so(tmp_path: Path) -> None:
    file = tmp_path / "short.proc"
    road = 'procedure p\nstage s\n  -> e by act "s. 1"\nend e by act "s. 1"\n'
    file.write_text(HEAD + road, encoding="utf-8")
    answer = proc("checklist", file, "--start", "2024-03-04", "--set", "start=2024-03-04")
    assert "No paper is needed on this road." in answer.out
