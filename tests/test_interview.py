"""An interview asks what can still change the answer, and nothing else."""

from __future__ import annotations

import contextlib
import io
import json
import os
import pty
import random
import re
import select
import signal
import sys
import time
from datetime import date
from decimal import Decimal
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from procs import ROOT, calendar, case_of, plan_of, shipped
from typed import BELARUS, KAZAKHSTAN, proc

from engine.calendar import Calendar, find_calendar
from engine.case import Case, case_of_data
from engine.interview import Interview, answer, interview
from engine.plan import make_plan
from engine.records import Fact, Plan
from engine.refusal import Refusal
from engine.simulate import simulate_case
from engine.trace import Trace
from proc_tools.cases import case_text, read_case_file
from proc_tools.talk import Talk
from procedure_dsl import load_bytes
from procedure_dsl.wording import speaking

SMALL = """\
fact hot, yes or no
fact wet, yes or no
fact dull, yes or no
fact same_here, yes or no "Asked on the road, and both ways are one"
fact colour, one of red, green, blue
fact size, money at least 0 XTS
rule steamy, yes or no  by act "1"
  yes when hot and wet
  otherwise no
rule odd, yes or no  by act "2"
  yes when hot and wet is no
  yes when wet and hot is no
  otherwise no
fee charge "Charge"  by act "3"
  5 XTS when colour is red
  5 XTS when colour is green or blue
fee levy "Levy"  by act "4"
  1 XTS when odd
  2 XTS unless odd
fee toll "Toll"  by act "5"
  10 % of size when dull and colour is blue
  3 XTS unless dull and colour is blue
procedure main
stage first  by act "6"
  the owner pays charge
  the law decides
    left when same_here -> second
    otherwise           -> second
stage second  by act "7"
  the owner pays levy
  the law decides
    steams when steamy -> over
    otherwise          -> third
stage third  by act "8"
  the owner pays toll
  -> over
end over  by act "9"
"""


def outcome(trace: Trace) -> tuple[Any, ...]:
    """The end, the days and the fees."""
    end = trace.outcome
    return (
        end.status, end.at, end.day.exact, end.day.not_before,
        tuple((step.stage, step.kind, step.date.exact, step.date.not_before) for step in trace.steps),
        tuple((fee.id, str(fee.amount), fee.payer, str(fee.borne)) for fee in trace.fees),
        tuple((term.id, str(term.due), term.status) for term in trace.deadlines),
    )  # fmt: skip


def draw(fact: Fact, dice: random.Random) -> str:
    """A value of a fact, as it would be typed."""
    match fact.kind.name:
        case "yes or no":
            return dice.choice(["yes", "no"])
        case "one of":
            return dice.choice(fact.kind.options)
        case "date":
            return date(2016, dice.randint(1, 12), dice.randint(1, 28)).isoformat()
        case "duration":
            return f"{dice.randint(1, 40)} {dice.choice(['days', 'working days', 'weeks', 'months'])}"
        case "text":
            return "words"
    return str(Decimal(dice.choice([1, 50, 900, 2_100, 6_900, 21_000, 400_000])) + dice.choice([0, 1]))


def interviewed(plan: Plan, told: dict[str, str], name: str) -> tuple[Case, list[str]]:
    """The case when every fact that is asked for is answered from `told`, and which those were."""
    case, asked = case_of(plan, {"start": told["start"]}), []
    while True:
        found = interview(plan, case, days_of(name))
        question = next(iter(found.questions), None)
        if question is None or question.kind != "fact":
            return case, asked
        assert question.id not in asked
        asked.append(question.id)
        case = answer(plan, case, question, told[question.id])


def example_flight() -> Plan:
    path = ROOT / "examples" / "flight.proc"
    return make_plan(load_bytes(path.read_bytes(), "flight.proc"))


def days_of(name: str) -> Calendar:
    """A shipped calendar, or the one of the example."""
    return calendar(name) if len(name) == 2 else find_calendar(name, ROOT / "examples")


PLANS: dict[str, tuple[Any, str, str]] = {
    "belarus": (lambda: shipped("belarus"), "BY", "2017-03-01"),
    "kazakhstan": (lambda: shipped("kazakhstan"), "KZ", "2017-03-01"),
    "small": (lambda: plan_of(SMALL), "BY", "2024-03-04"),
    "flight": (example_flight, "ruritania", "2024-03-04"),
}


@pytest.mark.parametrize("name", PLANS)
def test_whoever_answers_only_what_is_asked_gets_the_answer_of_the_whole_case(name: str) -> None:
    made, days, start = PLANS[name]
    plan, dice, compared, spared = made(), random.Random(4), 0, 0
    for _ in range(5):
        facts = [fact for fact in plan.facts.values() if fact.at_first is None]  # the others are known at first
        told = {fact.label.name: draw(fact, dice) for fact in facts}
        told["start"] = start
        try:
            whole = simulate_case(plan, case_of(plan, told), days_of(days), compare=False)
        except Refusal:
            continue  # drawn at random, a case may be impossible
        case, asked = interviewed(plan, told, days)
        trace = simulate_case(plan, case, days_of(days), compare=False)
        parts = [way.trace for way in trace.outcome.ways] or [trace]  # where every answer leads to the same
        assert {outcome(part) for part in parts} == {outcome(whole)}, asked
        compared += 1
        spared += len(told) - 1 - len(asked)
    assert compared >= 2
    assert spared > 0


World = frozenset[tuple[str, str]]


@cache
def every_world() -> dict[World, Any]:
    """Each way to answer everything, and what it comes to; of the amounts two that differ in every figure."""
    plan = plan_of(SMALL)
    values = {"yes or no": ["yes", "no"], "money": ["30", "70"]}
    each = [values.get(fact.kind.name, list(fact.kind.options)) for fact in plan.facts.values()]
    found = {}
    for answers in product(*each):
        told = dict(zip(plan.facts, answers, strict=True))
        case = case_of(plan, {"start": "2024-03-04", **told})
        found[frozenset(told.items())] = outcome(simulate_case(plan, case, calendar(), compare=False))
    return found


def matters(told: dict[str, str]) -> set[str]:
    """By brute force: the facts for which two worlds that differ in nothing else come to something else."""
    worlds = {world: result for world, result in every_world().items() if told.items() <= dict(world).items()}
    found: dict[tuple[str, World], set[Any]] = {}
    for world, result in worlds.items():
        for name, words in world:
            found.setdefault((name, world - {(name, words)}), set()).add(result)
    return {name for (name, _), results in found.items() if len(results) > 1}


@pytest.mark.parametrize(
    "told",
    [
        {}, {"hot": "yes"}, {"hot": "no"}, {"wet": "no", "dull": "no"}, {"dull": "yes"}, {"colour": "blue", "hot": "no"},
        {"colour": "red"}, {"hot": "yes", "wet": "yes"}, {"hot": "yes", "wet": "no", "dull": "yes", "colour": "blue"},
    ],
)  # fmt: skip
def test_exactly_those_facts_are_asked_for_that_brute_force_finds_to_matter(told: dict[str, str]) -> None:
    plan = plan_of(SMALL)
    case = case_of(plan, {"start": "2024-03-04", **told})
    asked = {one.id for one in interview(plan, case, calendar()).questions if one.kind == "fact"}
    assert asked == matters(told)


def test_the_most_decisive_question_comes_first() -> None:
    plan = plan_of(
        """\
fact great, yes or no
fact small, yes or no
procedure main
stage s  by act "1"
  the law decides
    big when great -> t
    otherwise      -> over
stage t  by act "2"
  the law decides
    tiny when small -> over
    otherwise       -> late
end over  by act "3"
end late  by act "4"
"""
    )
    first, second = interview(plan, case_of(plan, {"start": "2024-03-04"}), calendar()).questions
    assert (first.id, first.outcomes, first.at_worst, first.at_best) == ("great", 3, 2, 1)
    assert (second.id, second.outcomes, second.at_worst, second.at_best) == ("small", 3, 2, 2)


def test_after_the_facts_come_our_choices_and_then_the_days_that_terms_count_from() -> None:
    plan = plan_of(
        """\
document bill "Bill"  by act "1"
  from owner
procedure main
stage s "Which way?"  by act "1"
  the owner chooses
    asks "asks first" -> t
    sues              -> over
stage t  by act "2"
  the owner sends bill to tenant
  the tenant pays within 5 days from receipt of bill
    pays      -> over
    if missed -> over
end over  by act "3"
"""
    )
    case = case_of(plan, {"start": "2024-03-04"})
    [choice] = interview(plan, case, calendar()).questions
    assert (choice.kind, choice.id, choice.unless_told) == ("choice", "s", "asks")
    assert [one.value for one in choice.options] == ["asks", "sues"]
    [event] = interview(plan, case, calendar(), passed=frozenset({"s"})).questions
    assert (event.kind, event.id, event.type) == ("event", "receipt of bill", "date")
    told = answer(plan, case, event, "2024-03-11")
    assert interview(plan, told, calendar(), passed=frozenset({"s"})).finished
    assert interview(plan, answer(plan, case, choice, "sues"), calendar()).finished


def test_what_nobody_knows_is_not_asked_again() -> None:
    plan = plan_of(SMALL)
    case = case_of(plan, {"start": "2024-03-04"})
    asked = []
    while not (found := interview(plan, case, calendar())).finished:
        asked.append(found.questions[0].id)
        case = answer(plan, case, found.questions[0], "unknown")
    assert sorted(asked) == sorted(set(asked))
    assert "same_here" not in asked


# ── The conversation ────────────────────────────────────────────────────────────────────────────


def talk(plan: Plan, answers: str, language: str = "", days: str = "BY") -> tuple[Talk, list[str], bool]:
    """A whole conversation over streams of our own."""
    said: list[str] = []
    lines = iter(answers.splitlines())
    talking = Talk(plan, days_of(days), Case(), lambda _: next(lines, None), said.append, 80)
    with speaking(language, plan.frame.first_language):
        return talking, said, talking.go()


def test_a_bad_answer_is_explained_and_asked_again() -> None:
    talking, said, finished = talk(plan_of(SMALL), "yesterday\n2024-03-04\nperhaps\ny\nstop")
    assert "`yesterday` is not a day of the calendar. Type 2017-03-01 (year-month-day)." in said
    assert any("is not an answer to" in line and "Type yes or no." in line for line in said)
    assert not finished
    assert len(talking.told.case.facts) == 1


def test_back_takes_the_last_answer_away_and_asks_again() -> None:
    talking, said, _ = talk(plan_of(SMALL), "back\n2024-03-04\nyes\nback\nno\nback\nback\n2024-03-05")
    assert said.count("There is no answer before this one.") == 1
    assert (talking.told.case.facts, talking.told.case.start) == ({}, date(2024, 3, 5))


def test_a_question_mark_says_why_it_is_asked() -> None:
    _, said, _ = talk(plan_of(SMALL), "2024-03-04\n?")
    assert any(line.startswith("It can change: ") for line in said)
    assert any(line.startswith("Outcomes that are open: ") for line in said)
    assert any("--set " in line for line in said)


def test_questions_are_put_in_the_language_asked_for() -> None:
    talking, said, _ = talk(shipped("belarus"), "2017-03-01\nда\nпримерно\n?\nназад\nн\n-5\nстоп", "ru")
    assert any("Известен ли вам счёт должника?" in line for line in said)
    assert talking.told.case.facts == {"account_known": False}
    assert [line for line in said if re.search("[a-z]{4,}", re.sub("`[^`]*`|--set .*", "", line))] == []


def test_an_answer_that_contradicts_the_rest_is_not_taken() -> None:
    talking, said, _ = talk(shipped("kazakhstan"), "1990-01-01\n2017-03-01", days="KZ")
    assert any("1990" in line for line in said)
    assert talking.told.case.start == date(2017, 3, 1)


@pytest.mark.parametrize("width", [60, 110])
def test_no_line_of_a_conversation_is_wider_than_the_terminal(width: int) -> None:
    said: list[str] = []
    lines = iter("2017-03-01\n?\ny\n?\n1 500,5\nn\n?".splitlines())
    plan = shipped("belarus")
    with speaking("ru", plan.frame.first_language):
        Talk(plan, calendar(), Case(), lambda _: next(lines, None), said.append, width).go()
    assert max(len(line) for line in said) <= width


@pytest.mark.parametrize(
    "told",
    [
        {"start": "2024-03-04", "facts": {"hot": "no", "colour": "blue", "size": "1 500.50 XTS", "dull": "unknown"}},
        {"title": "№ 5: on, off & «so»", "start": "2024-03-04", "readings": {}, "events": {"start of third": "2024-03-05"}},
        {"start": "2024-03-04", "choose": {"first": "left"}, "events": {"payment of toll": ["2024-03-05", "2024-04-05"]}},
    ],
)  # fmt: skip
def test_a_kept_case_is_read_back_as_it_was_told(told: dict[str, Any], tmp_path: Path) -> None:
    plan = plan_of(SMALL)
    case = case_of_data(plan, told)
    path = tmp_path / "case.yaml"
    path.write_text(case_text(case), encoding="utf-8")
    assert case_of_data(plan, read_case_file(str(path))) == case


# ── The command ─────────────────────────────────────────────────────────────────────────────────


def test_the_questions_as_data_fit_their_schema() -> None:
    shown = proc("ask", BELARUS, "--start", "2017-03-01", "--set", "contract=services", "--format", "json")
    data = json.loads(shown.out)
    jsonschema.validate(data, json.loads(proc("schema", "questions").out))
    assert Interview.model_validate(data).questions[0].changes
    assert not data["finished"]


def test_what_was_asked_simulates_from_the_kept_case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "case.yaml"
    monkeypatch.setattr(sys, "stdin", io.StringIO("2017-03-01\n5 000\n3\nstop\n"))
    shown = proc("ask", KAZAKHSTAN, "-o", str(path))
    assert (shown.code, "Next: Creditor" in shown.out) == (0, True)
    assert read_case_file(str(path)) == {
        "start": "2017-03-01", "facts": {"amount": "5 000.00 KZT"}, "choose": {"settle_first": "straight"}
    }  # fmt: skip
    assert proc("simulate", KAZAKHSTAN, "--case", str(path)).code == 0
    refused = proc("ask", KAZAKHSTAN, "-o", str(path))
    assert (refused.code, "exists already" in refused.err) == (2, True)


@pytest.mark.parametrize(
    "arguments, words",
    [
        (["-"], "standard input is where the answers come from"),
        ([BELARUS, "--format", "json", "-o", "new.yaml"], "nobody is asked"),
        ([BELARUS, "--lang", "xx"], "`xx` is not a language of this file"),
        ([BELARUS, "--set", "nothing=1"], "no fact has the name"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_one_sentence(arguments: list[str], words: str) -> None:
    shown = proc("ask", *arguments)
    assert (shown.code, words in shown.err) == (2, True)


INTERRUPT = b"\x03"


def typed_at_a_terminal(path: Path, *keys: bytes) -> tuple[int, str]:
    """The program behind a pseudo-terminal: each of the keys once it has answered the one before."""
    child, terminal = pty.fork()
    if child == 0:
        os.environ.update({"COLUMNS": "80", "TERM": "dumb"})
        os.execv(sys.executable, [sys.executable, "-m", "proc_tools", "ask", BELARUS, "-o", str(path)])
    shown = b""

    def until_prompt() -> None:
        nonlocal shown
        begun, asked = time.monotonic(), shown.count(b"> ")
        while shown.count(b"> ") == asked and time.monotonic() - begun < 30:
            if not select.select([terminal], [], [], 1)[0]:
                continue
            try:
                shown += os.read(terminal, 4096)
            except OSError:  # nobody is left at the other end
                return

    for key in keys:
        until_prompt()
        os.write(terminal, key)
    until_prompt()
    ends = time.monotonic() + 30
    found, status = os.waitpid(child, os.WNOHANG)
    while not found and time.monotonic() < ends:
        time.sleep(0.5)
        if keys[-1] == INTERRUPT:  # pressed between the prompt and the reading of a line, it waits for the next key
            with contextlib.suppress(OSError):
                os.write(terminal, INTERRUPT)
        found, status = os.waitpid(child, os.WNOHANG)
    if not found:
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
    os.close(terminal)
    return os.waitstatus_to_exitcode(status), shown.decode("utf-8", "replace")


@pytest.mark.parametrize("last, code", [(INTERRUPT, 130), (b"\x04", 0), (b"stop\n", 0)])
def test_at_a_terminal_what_was_told_is_kept_however_it_ends(last: bytes, code: int, tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    left, shown = typed_at_a_terminal(path, b"2017-03-01\n", b"y\n", last)
    assert left == code, shown
    assert read_case_file(str(path)) == {"start": "2017-03-01", "facts": {"account_known": "yes"}}
    assert "Traceback" not in shown
