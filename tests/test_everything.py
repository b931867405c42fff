"""One procedure that says everything the language can say, at once: written, checked, walked, replayed, drawn and told alike."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from functools import cache
from pathlib import Path

import jsonschema
import networkx as nx
import pytest
from keywords_page import phrases
from procs import calendar
from typed import ROOT, proc

from engine.plan import make_plan
from engine.records import Plan
from engine.scenarios import case_of_scenario
from engine.simulate import simulate_case
from engine.trace import Trace
from proc_tools.files import load_file
from procedure_dsl.keywords.write import words_of_grammar
from procedure_dsl.source import source_of_text
from viz.diagram import make_diagram
from viz.dot import to_dot

FOLDER = ROOT / "tests" / "everything"
EVERYTHING = FOLDER / "everything.proc"
NEIGHBOUR = FOLDER / "neighbour.proc"
FILES = sorted(FOLDER.rglob("*.proc"))


@cache
def plan(file: Path = EVERYTHING) -> Plan:
    return replace(make_plan(load_file(str(file))), file=file.name, sha256="", texts=())


def walked(file: Path = EVERYTHING) -> list[Trace]:
    """Every scenario of a file."""
    cases = [case_of_scenario(plan(file), scenario) for scenario in plan(file).scenarios]
    return [simulate_case(plan(file), case, calendar(), compare=False) for case in cases]


@cache
def traces() -> list[Trace]:
    return walked()


TITLES = [scenario.label.text() for scenario in plan().scenarios]


def test_every_phrase_of_the_language_stands_in_it() -> None:
    said = {
        phrase for file in FILES for _, phrase in words_of_grammar(source_of_text(file.read_text(encoding="utf-8")))
    }
    assert sorted(set(phrases()) - said) == []


def test_nothing_is_found_in_it_and_its_scenarios_come_out() -> None:
    for file in (EVERYTHING, NEIGHBOUR):
        checked = proc("check", "--strict", file)
        assert (checked.code, checked.out) == (0, f"{file}: no findings.\n")
        assert proc("test", file).code == 0
    assert proc("fmt", "--check", *FILES).code == 0


@pytest.mark.parametrize("file", [EVERYTHING, NEIGHBOUR], ids=lambda one: one.stem)
def test_in_russian_words_it_is_the_same_plan_and_comes_back_byte_for_byte(file: Path, tmp_path: Path) -> None:
    folder = tmp_path / "everything"
    shutil.copytree(FOLDER, folder)
    copies = sorted(folder.rglob("*.proc"))
    assert proc("fmt", "--keywords", "ru", *copies).code == 0
    assert all(one.read_bytes() != other.read_bytes() for one, other in zip(copies, FILES, strict=True))
    assert plan(folder / file.name) == plan(file)
    assert proc("fmt", "--keywords", "en", *copies).code == 0
    assert [one.read_bytes() for one in copies] == [one.read_bytes() for one in FILES]


def test_a_walk_told_again_as_what_happened_is_the_same_walk() -> None:
    """The ways and rights of a trace, given as choices, lead to the same steps on the same days."""
    for trace, scenario in zip(traces(), plan().scenarios, strict=True):
        case = case_of_scenario(plan(), scenario)
        taken: dict[str, tuple[str, ...]] = {}
        for step in trace.steps:
            if step.kind in ("branch", "missed", "right") and step.option and step.owner != "law" and not step.track:
                taken[step.stage] = (*taken.get(step.stage, ()), step.option)
        again = simulate_case(plan(), replace(case, choices={**case.choices, **taken}), calendar(), compare=False)
        assert again.path == trace.path
        assert [step.date for step in again.steps] == [step.date for step in trace.steps]
        assert again.totals == trace.totals


def test_a_right_of_the_opening_stage_is_used_once_for_all_its_tracks() -> None:
    case = case_of_scenario(plan(), plan().scenarios[3])
    for debtors in (("anna",), ("anna", "boris"), ("anna", "boris", "clara")):
        trace = simulate_case(plan(), replace(case, several={"debtor": debtors}), calendar(), compare=False)
        rights = [at for at, step in enumerate(trace.steps) if step.kind == "right"]
        assert [trace.steps[at].option for at in rights] == ["object"]
        back = next(step for step in trace.steps[rights[0] :] if step.option == "upholds").date.exact
        after = [step.date.exact or step.date.not_before for step in trace.steps[rights[0] :] if step.track]
        assert back is not None
        assert after
        assert all(day is not None and day >= back for day in after)
        assert sum(step.target == "nothing" for step in trace.steps if step.text.startswith("ended")) == len(debtors)


@pytest.mark.parametrize("title", TITLES)
def test_each_step_is_an_arrow_and_each_arrow_taken_a_step(title: str) -> None:
    trace = traces()[TITLES.index(title)]
    diagram = make_diagram(plan(), trace)
    taken = {arrow.id for arrow in diagram.arrows if arrow.taken and arrow.kind != "inner"}
    assert taken == {step for part in (trace, *(way.trace for way in trace.outcome.ways)) for step in part.path}
    graph = nx.DiGraph((arrow.source, arrow.target) for arrow in diagram.arrows if arrow.taken)
    starts = [box.id for box in diagram.boxes if box.kind == "start" and box.taken]
    reached = set().union(*(nx.descendants(graph, start) | {start} for start in starts))
    assert {box.id for box in diagram.boxes if box.taken and box.kind != "back"} <= reached


def test_all_of_it_is_drawn() -> None:
    dot = to_dot(make_diagram(plan(), None))
    for stage in plan().stages.values():
        assert stage.label.text().split()[0] in dot


@pytest.mark.parametrize("language", ["", "ru"])
@pytest.mark.parametrize("title", TITLES)
def test_every_command_answers(title: str, language: str, tmp_path: Path) -> None:
    spoken = ["--lang", language] if language else []
    for command in ("simulate", "checklist", "deadlines"):
        answer = proc(command, EVERYTHING, "--scenario", title, *spoken)
        assert answer.code == 0, answer.err
    told = proc("simulate", EVERYTHING, "--scenario", title, "--format", "json", *spoken).out
    jsonschema.validate(json.loads(told), json.loads(proc("schema", "trace").out))
    assert proc("draw", EVERYTHING, "--scenario", title, *spoken, "-o", tmp_path / "it.svg").code == 0


def test_what_reads_the_plan_alone_answers_too() -> None:
    assert proc("audit", EVERYTHING).code == 0
    assert proc("diff", EVERYTHING, EVERYTHING).code == 0
    different = proc("diff", EVERYTHING, NEIGHBOUR)
    assert (different.code, "Copies" in different.out) == (1, True)
    assert proc("compare", EVERYTHING, NEIGHBOUR).code == 0
    assert proc("ask", EVERYTHING, "--start", "2024-03-04", "--format", "json").code == 0
