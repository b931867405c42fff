"""Law that changes while a case runs: which version governs what, held against each version as a file without dates."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from procs import HEAD, calendar, case_of, plan_of
from typed import proc

from engine.refusal import Refusal
from engine.simulate import simulate_case
from engine.trace import Trace
from procedure_dsl import load, source_of_text

REFORMS = (date(2024, 1, 1), date(2025, 1, 1))
KEEP = "".join(f'  cases begun before {day} keep the old law by act "t"\n' for day in REFORMS)

LAW = """\
fact claimed, money above 0 XTS
fact rush, yes or no
fact iban, yes or no

value unit, money by act "v"
  10 XTS since 2020-01-01
  12 XTS since 2023-07-01
  15 XTS since 2024-07-01

rule fast, yes or no by act "1"
  yes when rush until 2023-12-31
  yes when rush and claimed is below 500 XTS since 2024-01-01
  otherwise no

fee court_fee on claimed by act "2"
  3 % until 2023-12-31
  5 %, at least 2 unit since 2024-01-01 until 2024-12-31
  | below 500 XTS | 7 unit | since 2025-01-01
  | from 500 XTS  | 6 %    | since 2025-01-01
  borne by tenant since 2024-01-01

document claim "Claim" by act "3"
  in 3 copies until 2023-12-31
  in 2 copies since 2024-01-01
  form "on paper" until 2024-12-31
  contains signature "signature"
  contains proof "proof" since 2024-01-01
  contains oath "oath" until 2024-12-31

document annex "Annex" since 2024-01-01 until 2024-12-31 by act "3"
  contains list_of_papers "list"
  in 2 copies

deadline answer by act "4"
  counts from receipt of claim
  2 weeks until 2024-12-31
  10 working days since 2025-01-01
  except fast_track: 3 days when fast since 2024-01-01

procedure road
stage before_all by act "5"
  wait 3 days from start
  -> asks

stage asks by act "5"
  requires claimed is above 50 XTS otherwise -> too_small since 2024-01-01
  wait 1 week from start of asks until 2023-12-31
  the owner pays court_fee since 2024-01-01
  the owner sends annex to court
  the owner files claim to court
  the tenant answers within answer
    pays when fast -> paid since 2024-01-01 until 2024-12-31
    pays_half -> paid
    if missed -> decides

stage decides by act "6"
  the law decides
    at_once when fast -> paid until 2024-12-31
    by_list when claimed is above 700 XTS -> listed since 2025-01-01
    otherwise -> heard

stage heard by act "7"
  the court hears within 1 month from start of heard since 2024-01-01
  the court hears within 1 week from start of heard until 2023-12-31
  the owner chooses
    takes_it -> paid
    appeals -> listed since 2025-01-01

at any time during asks, heard the owner may withdraw -> withdrawn since 2024-01-01 by act "8"

end paid, recovers claimed by act "9"
end listed by act "9"
end withdrawn by act "9"
end too_small by act "9"
"""
BLOCKS = ("rule fast", "fee court_fee", "document claim", "document annex", "deadline answer", "stage asks", "stage decides", "stage heard")  # fmt: skip
PERIOD = re.compile(r" (since|until) (\d{4}-\d\d-\d\d)")


def blocks_of(law: str) -> list[str]:
    """Each declaration, as text."""
    return re.split(r"\n(?=\S)", law)


def as_of(day: date, block: str) -> str:
    """The oracle: a block as it stands on a day, line by line, with no date in it; amounts that change every year stay."""
    if block.startswith("value"):
        return block
    heading, *lines = block.split("\n")
    if heading.startswith("at any time"):
        return PERIOD.sub("", block) if is_in_force(heading, day) else ""
    kept = [line for line in lines if is_in_force(heading, day) and is_in_force(line, day)]
    return PERIOD.sub("", "\n".join([heading, *kept]))


def is_in_force(line: str, day: date) -> bool:
    period = {word: date.fromisoformat(found) for word, found in PERIOD.findall(line)}
    return period.get("since", date.min) <= day <= period.get("until", date.max)


def version(day_of: Callable[[str], date]) -> str:
    """The law with each block as it stands on a day of its own."""
    return "\n".join(as_of(day_of(block.split("\n")[0]), block) for block in blocks_of(LAW))


def walked(text: str, told: dict[str, str], choose: dict[str, str], head: str = HEAD) -> Trace | str:
    plan = plan_of(text, head)
    try:
        return simulate_case(plan, case_of(plan, told, choose), calendar())
    except Refusal as refusal:
        return refusal.code


def ways_in(text: str, choose: dict[str, str]) -> dict[str, str]:
    """The choices that the law of a text has at all."""
    stages = plan_of(text).stages
    return {name: way for name, way in choose.items() if any(one.label.name == way for one in stages[name].edges())}


def said(trace: Trace | str) -> Any:
    """What an answer comes to, without the versions it names."""
    if isinstance(trace, str):
        return trace
    return {
        "outcome": trace.outcome,
        "path": trace.path,
        "steps": [(x.stage, x.kind, x.text, x.date, x.option, x.fees, x.documents) for x in trace.steps],
        "terms": [(x.id.removesuffix("_2"), x.due, x.length, x.rule, x.status) for x in trace.deadlines],
        "fees": [(x.id, x.amount, [(one.party, one.amount) for one in x.borne], x.due, x.values) for x in trace.fees],
        "papers": [(x.id, x.copies, x.form, x.contents) for x in trace.documents],
        "rights": [x.id for x in trace.rights],
        "totals": trace.totals,
    }


def cases() -> list[tuple[date, dict[str, str], dict[str, str]]]:
    """Cases that begin in every version, many of them shortly before a reform."""
    random = Random(11)
    found = []
    for _ in range(60):
        start = random.choice(REFORMS) + timedelta(days=random.choice((-400, -40, -25, -9, -3, -2, -1, 0, 1, 30, 300)))
        told = {"claimed": str(random.choice((20, 60, 400, 600, 900))), "rush": random.choice(("yes", "no"))}
        choose = {
            "asks": random.choice(("pays", "pays_half", "missed")),
            "heard": random.choice(("takes_it", "appeals")),
        }
        found.append((start, {**told, "start": str(start)}, choose))
    return found


CASES = cases()


@pytest.mark.parametrize("at", range(len(CASES)))
def test_where_pending_cases_keep_the_old_law_a_case_goes_by_the_law_of_its_start(at: int) -> None:
    """Said once, in the head of the file, it holds for every kind of sentence."""
    start, told, choose = CASES[at]
    law = version(lambda _: start)
    choose = ways_in(law, choose)
    dated = walked(LAW, told, choose, HEAD.replace("  languages", KEEP + "  languages"))
    assert said(dated) == said(walked(law, told, choose))


@pytest.mark.parametrize("at", range(len(CASES)))
def test_without_a_transition_each_sentence_goes_by_its_own_day(at: int) -> None:
    """A case that runs from end to end under one version needs no other."""
    start, told, choose = CASES[at]
    law = version(lambda _: start)
    choose = ways_in(law, choose)
    alone = walked(law, told, choose)
    last = start if isinstance(alone, str) else max(step.date.exact or date.max for step in alone.steps)
    if any(start < reform <= last for reform in REFORMS):
        pytest.skip("it comes under two versions")
    assert said(walked(LAW, told, choose)) == said(alone)


def heads(block: str, head: str) -> bool:
    """Whether a line is the heading of a block."""
    return re.match(rf"{block}\b", head) is not None


def kept(block: str, line: str) -> str:
    """The law with one more line in one block."""
    return "\n".join(one.rstrip("\n") + f"\n{line}\n" if heads(block, one) else one for one in blocks_of(LAW))


TOLD_APART = {(block, reform) for block in ("fee court_fee", "document claim", "document annex") for reform in REFORMS} | {
    ("rule fast", REFORMS[0]), ("stage asks", REFORMS[0]), ("deadline answer", REFORMS[1]),
}  # fmt: skip


@pytest.mark.parametrize("block", BLOCKS)
@pytest.mark.parametrize("reform", REFORMS, ids=str)
def test_a_transition_in_a_block_is_for_that_block_alone(block: str, reform: date) -> None:
    """A case begun two days before a reform, all whose acts come after it: one block by the old law, the rest by the new."""
    start = reform - timedelta(days=2)
    changed = 0
    for _, told, choose in CASES[:12]:
        told = {**told, "start": str(start)}
        line = f'  cases begun before {reform} keep the old law by act "t"'
        if max(map(last_change, [next(b for b in blocks_of(LAW) if heads(block, b))])) < reform:
            return
        mixed = version(lambda head: start if heads(block, head) else reform)
        choose = ways_in(mixed, choose)
        dated = walked(kept(block, line), told, choose)
        assert said(dated) == said(walked(mixed, told, choose))
        changed += said(dated) != said(walked(LAW, told, choose))
    assert changed or (block, reform) not in TOLD_APART


def last_change(block: str) -> date:
    days = [date.fromisoformat(day) + timedelta(days=word == "until") for word, day in PERIOD.findall(block)]
    return max(days, default=date.min)


@pytest.mark.parametrize("block", ["stage asks", "stage decides", "stage heard", "document claim", "document annex"])
@pytest.mark.parametrize("reform", REFORMS, ids=str)
def test_a_stage_or_a_paper_goes_by_the_day_of_the_event_that_governs_it(block: str, reform: date) -> None:
    start = reform - timedelta(days=2)
    for _, told, choose in CASES[:12]:
        told = {**told, "start": str(start)}
        mixed = version(lambda head: start if heads(block, head) else reform)
        choose = ways_in(mixed, choose)
        dated = walked(kept(block, "  governed by start"), told, choose)
        assert said(dated) == said(walked(mixed, told, choose))


def test_a_block_that_names_its_governing_day_is_not_touched_by_the_transition_of_the_file() -> None:
    reform = REFORMS[0]
    told = {"claimed": "400", "rush": "no", "start": str(reform - timedelta(days=2))}
    head = HEAD.replace("  languages", f'  cases begun before {reform} keep the old law by act "t"\n  languages')
    law = LAW.replace("the owner pays court_fee since 2024-01-01", "the owner pays court_fee")
    for line, percent in (("", "12.00"), ("  governed by payment of court_fee\n", "24.00")):
        trace = walked(law.replace("  borne by", f"{line}  borne by"), told, {}, head)
        assert not isinstance(trace, str)
        assert [fee.amount.amount for fee in trace.fees] == [percent]


def test_who_does_not_say_when_a_case_began_is_asked(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The day of the payment alone does not say which law is kept; where all agree, nobody is asked."""
    monkeypatch.chdir(tmp_path)
    line = '  cases begun before 2024-01-01 keep the old law by act "t"\n  governed by payment of court_fee'
    (tmp_path / "law.proc").write_text(HEAD + kept("fee court_fee", line))
    told = ("fee", "law.proc", "court_fee", "--set", "claimed=400", "--set")
    asked = proc(*told, "payment of court_fee=2024-02-01")
    assert (asked.code, asked.err.splitlines()[0]) == (2, "proc: court_fee depends on the day")
    assert "24.00 XTS" in proc(*told, "payment of court_fee=2024-02-01", "--start", "2024-01-01").out
    assert "12.00 XTS" in proc(*told, "payment of court_fee=2024-02-01", "--start", "2023-12-31").out
    assert "12.00 XTS" in proc(*told, "payment of court_fee=2023-12-20").out


def test_every_step_names_the_version_it_stands_on() -> None:
    start = REFORMS[0] - timedelta(days=2)
    told = {"claimed": "400", "rush": "yes", "start": str(start)}
    trace = walked(LAW, told, {}, HEAD.replace("  languages", KEEP + "  languages"))
    assert not isinstance(trace, str)
    wait = next(step for step in trace.steps if step.kind == "wait" and step.stage == "asks")
    [version] = wait.in_force
    assert (version.since, version.until, version.kept_from) == (None, date(2023, 12, 31), REFORMS[0])
    assert version.text == "until 2023-12-31, kept: the case began before 2024-01-01"
    [term] = [entry for entry in trace.deadlines if entry.id == "answer"]
    assert [one.until for one in term.in_force] == [date(2024, 12, 31)]
    new = walked(LAW, {**told, "start": "2024-02-01"}, {"asks": "pays"})
    assert not isinstance(new, str)
    [fee] = new.fees
    assert [one.text for one in fee.in_force] == ["since 2024-01-01 until 2024-12-31"]
    [paid] = [step for step in new.steps if step.option == "pays"]
    assert {one.of: one.text for one in paid.in_force} == {
        "": "since 2024-01-01 until 2024-12-31",
        "fast": "since 2024-01-01",
    }
    [claim] = [paper for paper in new.documents if paper.id == "claim"]
    assert {one.of for one in claim.in_force} == {"proof", "oath"}
    assert all(step.in_force == () for step in new.steps if step.stage == "before_all")


def test_the_text_of_an_answer_names_the_versions_too(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    head = HEAD.replace("  languages", KEEP + "  languages")
    (tmp_path / "law.proc").write_text(head + LAW)
    answer = proc("simulate", "law.proc", "--start", "2023-12-30", "--set", "claimed=400", "--set", "rush=no").out
    assert "§ in force until 2023-12-31, kept: the case began before 2024-01-01" in " ".join(answer.split())
    assert "cases begun before 2024-01-01 keep the old law" in proc("audit", "law.proc").out


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('fee f by act "1"\n  3 XTS\n  cases begun before 2024-01-01 keep the old law', "idle-transition"),
        ('fee f by act "1"\n  3 XTS until 2020-12-31\n  4 XTS since 2021-01-01\n  cases begun before 2024-01-01 keep the old law', "idle-transition"),
        ('fee f\n  3 XTS since 2024-01-01 by act "1"\n  cases begun before 2024-01-01 keep the old law', "no-source"),
        ('fee f by act "1"\n  3 XTS since 2024-01-01\n' + 2 * "  cases begun before 2024-01-01 keep the old law\n", "said-twice"),
        ('fee f by act "1"\n  3 XTS since 2024-01-01\n  cases begun before 2024-02-30 keep the old law', "impossible-date"),
        ('fee f by act "1"\n  3 XTS since 2024-01-01\n  cases begun before 2024-01-01 keep old law', "unexpected"),
    ],
)  # fmt: skip
def test_a_transition_that_says_nothing_is_told(text: str, code: str) -> None:
    found = load(source_of_text(HEAD + text)).diagnostics
    assert [one.code for one in found if one.is_error] == [code]
