"""No name means anything to the program: a copy with every name, the currency and the calendar renamed answers alike."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import pytest
from lark import Token, Tree
from procs import text_of
from typed import ROOT

from engine.calendar import Calendar, find_calendar, parse_calendar
from engine.plan import make_plan
from engine.records import Plan
from engine.refusal import Refusal
from engine.scenarios import case_of_scenario, run_scenario
from engine.simulate import simulate_case
from procedure_dsl import load, source_of_text
from procedure_dsl.parse import parse_source
from procedure_dsl.words import ACTS, LAW, MOMENTS, SPECIAL_SOURCES

BEFORE, BEHIND = "zq", "qz"  # around each name; nowhere else in the file
CURRENCY, CALENDAR = "QQQ", "ZZ"
KEPT = {*ACTS, *MOMENTS, *SPECIAL_SOURCES, LAW}  # words of the language that are read as names


def tokens(tree: Tree[Token]) -> Iterator[Token]:
    for child in tree.children:
        if isinstance(child, Token):
            yield child
        elif child is not None:
            yield from tokens(child)


@cache
def original() -> tuple[Plan, Calendar]:
    plan = make_plan(load(source_of_text(text_of("belarus"), "belarus.proc")))
    return plan, find_calendar(plan.frame.calendar, None)


@cache
def renamed() -> tuple[Plan, Calendar]:
    plan, calendar = original()
    frame, text = plan.frame, text_of("belarus")
    assert not any(mark in text for mark in (BEFORE, BEHIND, CURRENCY, CALENDAR))
    new = {frame.currency: CURRENCY, frame.calendar: CALENDAR, **{word: word for word in (*KEPT, *frame.languages)}}
    lines = text.split("\n")
    parsed, mistakes = parse_source(source_of_text(text))
    assert not mistakes
    places = {
        (before + (token.line or 0), token.column or 0): str(token)
        for tree, before in parsed.trees
        for token in tokens(tree)
        if token.type == "NAME"
    }
    for (line, column), name in sorted(places.items(), reverse=True):
        old = lines[line - 1]
        assert old[column - 1 :].startswith(name)
        lines[line - 1] = old[: column - 1] + new.get(name, BEFORE + name + BEHIND) + old[column - 1 + len(name) :]
    checked = load(source_of_text("\n".join(lines), "belarus.proc"))
    assert checked.diagnostics == ()
    rows = (ROOT / "jurisdictions" / "calendars" / f"{calendar.name}.csv").read_text(encoding="utf-8")
    copy = rows.replace(f"# calendar: {calendar.name}\n", f"# calendar: {CALENDAR}\n")
    return make_plan(checked), parse_calendar(copy.encode("utf-8"), CALENDAR)


def answer(plan: Plan, calendar: Calendar, number: int) -> str:
    """The trace of a scenario as JSON, without the hashes of the two texts; or why there is none."""
    scenario = plan.scenarios[number]
    try:
        trace = simulate_case(plan, case_of_scenario(plan, scenario), calendar)
    except Refusal as refusal:
        return f"{refusal.seen}\n{refusal.help}"
    return re.sub(r'"sha256":"[0-9a-f]{64}"', '"sha256":""', trace.model_dump_json())


def as_before(text: str) -> str:
    """The old names again."""
    frame = original()[0].frame
    for new, old in ((BEFORE, ""), (BEHIND, ""), (CURRENCY, frame.currency), (CALENDAR, frame.calendar)):
        text = text.replace(new, old)
    return text


def test_no_old_name_is_left_in_the_renamed_plan() -> None:
    plan, _ = renamed()
    old, _ = original()
    for table in ("facts", "rules", "values", "fees", "documents", "stages", "ends", "parties", "readings", "rights"):
        assert list(getattr(plan, table)) == [f"{BEFORE}{name}{BEHIND}" for name in getattr(old, table)]
    assert (plan.frame.currency, plan.frame.calendar) == (CURRENCY, CALENDAR)


@pytest.mark.parametrize("number", range(len(original()[0].scenarios)))
def test_every_scenario_answers_alike_under_other_names(number: int) -> None:
    assert as_before(answer(*renamed(), number)) == answer(*original(), number)


def test_every_scenario_passes_under_other_names() -> None:
    plan, calendar = renamed()
    failed = [one.label.text() for one in plan.scenarios if not run_scenario(plan, one, calendar).passed]
    assert failed == []
