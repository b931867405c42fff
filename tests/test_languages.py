"""One answer, one language: every sentence has its translation, numbers and days stay, and what is missing is seen."""

from __future__ import annotations

import ast
import re
import string
import tomllib
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from babel import Locale
from procs import ROOT, SHIPPED, shipped

from engine.calendar import Calendar, find_calendar
from engine.plan import make_plan
from engine.records import Cite, Label, Plan, Remark
from engine.scenarios import case_of_scenario
from engine.simulate import simulate_case
from engine.trace import Trace
from proc_tools.report import report
from procedure_dsl import load_bytes
from procedure_dsl.wording import languages, speaking

LAYERS = ("procedure_dsl", "engine", "viz", "proc_tools")
CATALOGUES = [one for one in languages() if one != "en"]


# ── (a) every sentence, once ────────────────────────────────────────────────────────────────────


@cache
def sentences() -> dict[str, str]:
    """Every template that the program says, with where; a sentence about a number by its plural."""
    found: dict[str, str] = {}
    for layer in LAYERS:
        for path in sorted((ROOT / layer).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in SAYS:
                    for said in node.args[SAYS[node.func.id] :][:1]:  # `say_many` may get both out of a table
                        for template in templates(said):
                            found.setdefault(template, f"{path.relative_to(ROOT)}:{node.lineno}")
    return found


SAYS = {"say": 0, "phrase": 0, "say_many": 2}  # and which argument is the key


def templates(node: ast.expr) -> Iterator[str]:
    """The texts in an expression that is said; the key of a table is none."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from (*templates(node.body), *templates(node.orelse))


def placeholders(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


def forms(entry: str | dict[str, str]) -> list[str]:
    return [entry] if isinstance(entry, str) else list(entry.values())


def test_the_program_says_a_few_hundred_sentences() -> None:
    assert len(sentences()) > 300


def test_every_sentence_has_its_russian() -> None:
    russian = data("ru")["sentences"]
    assert {where: said for said, where in sentences().items() if said not in russian} == {}


@pytest.mark.parametrize("language", CATALOGUES)
def test_no_entry_of_a_catalogue_is_stale(language: str) -> None:
    assert [said for said in data(language)["sentences"] if said not in sentences()] == []


@pytest.mark.parametrize("language", CATALOGUES)
def test_a_translation_has_the_placeholders_of_its_sentence(language: str) -> None:
    for said, entry in data(language)["sentences"].items():
        for form in forms(entry):
            assert placeholders(form) == placeholders(said), said


@pytest.mark.parametrize("language", CATALOGUES)
def test_what_is_said_of_a_number_has_a_form_for_each_plural_category(language: str) -> None:
    wanted = {*Locale.parse(language).plural_form.tags, "other"}
    for said, entry in data(language)["sentences"].items():
        if isinstance(entry, dict):
            assert set(entry) - {"of", "of one"} == wanted, said


@cache
def data(language: str) -> dict[str, Any]:
    return tomllib.loads((ROOT / "procedure_dsl" / "languages" / f"{language}.toml").read_text(encoding="utf-8"))


# ── (b) nothing English escapes ─────────────────────────────────────────────────────────────────

FILES = {
    **{name: ROOT / "jurisdictions" / f"{name}.proc" for name in SHIPPED},
    "flight": ROOT / "examples" / "flight.proc",
}
OURS = ("proc", "BY", "KZ")  # the program and the calendars
COMMANDS = re.compile(r"--[a-z-]+ (?:\"[^\"]*\"|\S+)|--[a-z-]+")


@cache
def plan(name: str) -> Plan:
    return shipped(name) if name in SHIPPED else make_plan(load_bytes(FILES[name].read_bytes(), name))


def answers(name: str, language: str) -> Iterator[tuple[str, Trace, str]]:
    """Every scenario of a file, answered in a language."""
    used = plan(name)
    for scenario in used.scenarios:
        with speaking(language, used.frame.first_language):
            trace = simulate_case(used, case_of_scenario(used, scenario), days_of(name))
            yield scenario.label.known_as, trace, report(trace, "1", 100)


def days_of(name: str) -> Calendar:
    return find_calendar(plan(name).frame.calendar, FILES[name].parent)


def texts_of_file(record: Any) -> Iterator[str]:
    """Whatever stands in quotation marks in a file: titles, notes, quotations, places, arguments."""
    match record:
        case Label() | Remark():
            yield from (words for _, words in record.titles)
            yield getattr(record, "name", "").replace("_", " ")
            yield from texts_of_file(getattr(record, "cite", None))
        case Cite():
            yield from (record.locator, record.saying, record.why, record.unverified)
        case dict():
            yield from (text for one in record.values() for text in texts_of_file(one))
        case tuple() | list():
            yield from (text for one in record for text in texts_of_file(one))
        case str():
            yield record
        case _ if hasattr(record, "__dataclass_fields__"):
            yield from (text for field in record.__dataclass_fields__ for text in texts_of_file(getattr(record, field)))


def english_left(page: str, used: Plan, days: Calendar) -> list[str]:
    """The Latin words of a page that are neither the file's own nor something to type."""
    words = " ".join(page.split())
    words = re.sub(r"Не переведено: .* (?=Не является)", " ", words)  # once more what stands above
    words = re.sub(r"\b[0-9a-f]{12}\b", " ", COMMANDS.sub(" ", words))
    texts = {*texts_of_file(used), *(row.note for row in days.rows)}
    texts |= {text.replace("_", " ") for text in texts}
    texts = {" ".join(text.split()) for text in texts if re.search("[A-Za-z]", text)}
    for text in sorted(texts, key=len, reverse=True):
        words = re.sub(rf"(?<!\w){re.escape(text)}(?!\w)(?: \[\w\w\])?", " ", words, flags=re.I)
    return [word for word in re.findall(r"[A-Za-z_]{2,}", words) if word not in OURS]


@pytest.mark.parametrize("name", FILES)
def test_a_russian_answer_is_russian(name: str) -> None:
    """What is Latin in it stands so in the file, or is to be typed."""
    left = {
        title: found
        for title, _, page in answers(name, "ru")
        if (found := english_left(page, plan(name), days_of(name)))
    }
    assert left == {}
