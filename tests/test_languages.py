"""One answer, one language: every sentence has its translation, numbers and days stay, and what is missing is seen."""

from __future__ import annotations

import ast
import json
import re
import string
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from babel import Locale
from procs import ROOT, SHIPPED, calendar, shipped
from typed import BELARUS, KAZAKHSTAN, proc

from engine.aloud import FROM_THINGS, OF_THINGS
from engine.calendar import Calendar, find_calendar
from engine.counting import Span
from engine.plan import make_plan
from engine.records import Cite, Label, Plan, Remark
from engine.scenarios import case_of_scenario
from engine.simulate import simulate_case
from engine.trace import Trace
from engine.values import Money, Rate, show
from proc_tools.report import report
from procedure_dsl import load_bytes
from procedure_dsl.wording import (
    catalogue_of,
    languages,
    say,
    say_day,
    say_day_off,
    say_many,
    say_weekday,
    speaking,
    spoken,
)
from procedure_dsl.words import MOMENTS

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


@cache
def own_texts(name: str) -> list[str]:
    """The Latin texts of a file and its calendar, the longest first."""
    texts = {*texts_of_file(plan(name)), *(row.note for row in days_of(name).rows)}
    texts |= {text.replace("_", " ") for text in texts}
    return sorted({" ".join(text.split()) for text in texts if re.search("[A-Za-z]", text)}, key=len, reverse=True)


def english_left(page: str, name: str) -> list[str]:
    """The Latin words of a page that are neither the file's own nor something to type."""
    words = " ".join(page.split())
    words = re.sub(r"Не переведено: .* (?=Не является)", " ", words)  # once more what stands above
    words = re.sub(r"\b[0-9a-f]{12}\b", " ", COMMANDS.sub(" ", words))
    for text in own_texts(name):
        if text.lower() in words.lower():
            words = re.sub(rf"(?<!\w){re.escape(text)}(?!\w)(?: \[\w\w\])?", " ", words, flags=re.I)
    return [word for word in re.findall(r"[A-Za-z_]{2,}", words) if word not in OURS]


@pytest.mark.parametrize("name", FILES)
def test_a_russian_answer_is_russian(name: str) -> None:
    """What is Latin in it stands so in the file, or is to be typed."""
    left = {title: found for title, _, page in answers(name, "ru") if (found := english_left(page, name))}
    assert left == {}


def test_the_check_for_english_would_see_it() -> None:
    """The check above cannot pass by seeing nothing: English pages are full of English."""
    _, _, page = next(answers("flight", "en"))
    assert {"The", "Terms", "Sources", "legal"} <= set(english_left(page, "flight"))


# ── (c) (e) the same answer in another language ─────────────────────────────────────────────────

STABLE = {  # what is data in a trace; every other text is a sentence or a title
    "id", "stage", "step", "kind", "owner", "actor", "option", "target", "payer", "receiver", "bearer", "addressee", "supplier",
    "party", "name", "fact", "status", "at", "deadline", "currency", "amount", "least", "most", "exact", "not_before",
    "line", "sha256", "name_as_typed", "published_to", "as_of", "start", "happened", "provisional", "latest", "copies", "days", "path",
    "facts", "overrides", "choices", "readings", "events", "set", "choose", "source", "place", "saying", "ask_first",
    "format_version", "safe", "due", "ours",
}  # fmt: skip


def data_of(value: Any, key: str = "") -> Any:
    """A trace without its sentences: where a text is none, its place stays."""
    match value:
        case dict():
            return {name: data_of(one, name) for name, one in value.items()}
        case list():
            return [data_of(one, key) for one in value]
        case str() if key not in STABLE and not key.isdigit():
            return "…"
    return value


@pytest.mark.parametrize("name", ["flight", "kazakhstan"])
def test_an_answer_has_the_same_numbers_days_and_names_in_every_language(name: str) -> None:
    english = {title: data_of(json.loads(trace.model_dump_json())) for title, trace, _ in answers(name, "")}
    russian = {title: data_of(json.loads(trace.model_dump_json())) for title, trace, _ in answers(name, "ru")}
    assert russian == english


def test_no_language_and_english_are_the_same() -> None:
    assert [page for _, _, page in answers("flight", "")] == [page for _, _, page in answers("flight", "en")]


# ── (d) plurals, days, figures ──────────────────────────────────────────────────────────────────

UNITS = ("days", "working days", "weeks", "months", "years")


@pytest.mark.parametrize("number", [1, 2, 5, 11, 21, 101])
@pytest.mark.parametrize("language", CATALOGUES)
def test_a_length_stands_in_the_form_its_number_asks_for(language: str, number: int) -> None:
    form = Locale.parse(language).plural_form(number)
    with speaking(language):
        for unit in UNITS:
            assert show(Span(number, unit)) == data(language)["sentences"][f"{{number}} {unit}"][form].format(
                number=number
            )


@pytest.mark.parametrize(
    ("language", "number", "unit", "said"),
    [
        ("ru", 1, "working days", "1 рабочий день"), ("ru", 2, "working days", "2 рабочих дня"), ("ru", 5, "years", "5 лет"),
        ("ru", 11, "days", "11 дней"), ("ru", 21, "months", "21 месяц"), ("ru", 101, "weeks", "101 неделя"), ("ru", 112, "years", "112 лет"),
        ("be", 1, "days", "1 дзень"), ("be", 5, "days", "5 дзён"), ("be", 22, "working days", "22 рабочыя дні"),
        ("kk", 1, "working days", "1 жұмыс күні"), ("kk", 5, "working days", "5 жұмыс күні"), ("en", 1, "days", "1 day"), ("en", 5, "days", "5 days"),
    ],
)  # fmt: skip
def test_lengths_are_said_as_people_say_them(language: str, number: int, unit: Any, said: str) -> None:
    with speaking(language):
        assert show(Span(number, unit)) == said


def test_behind_a_bound_a_length_has_another_form() -> None:
    with speaking("ru"):
        assert say("at most {limit}", limit=Span(21, "days")) == "не более 21 дня"
        assert say("at least {limit}", limit=Span(2, "months")) == "не менее 2 месяцев"


# What Babel says of these is wrong or of no use here; what we say instead is tested above and below.
FAULTS = [
    ("be", lambda: babel_unit(5, "duration-day", "be"), "5 сутак"),
    ("ru", lambda: babel_name("KZT", "ru"), "казахский тенге"),
    ("ru", lambda: babel_symbol("BYN", "ru"), "BYN"),
]


def babel_unit(number: int, unit: str, language: str) -> str:
    from babel.units import format_unit

    return str(format_unit(number, unit, locale=language))


def babel_name(code: str, language: str) -> str:
    return str(Locale.parse(language).currencies[code])


def babel_symbol(code: str, language: str) -> str:
    return str(Locale.parse(language).currency_symbols.get(code, code))


@pytest.mark.parametrize(("language", "says", "wrong"), FAULTS)
def test_a_fault_that_we_mend_is_still_there(language: str, says: Any, wrong: str) -> None:
    """When this fails, the entry that mends it can go."""
    assert says() == wrong, language


@pytest.mark.parametrize(
    ("language", "value", "said"),
    [
        ("ru", Money(Decimal("1500"), "BYN"), "1\u00a0500,00 бел. руб."), ("ru", Money(Decimal("43250"), "KZT"), "43\u00a0250,00 тенге"),
        ("kk", Money(Decimal("43250"), "KZT"), "43\u00a0250,00 теңге"), ("be", Money(Decimal("1.5"), "BYN"), "1,50 бел. руб."),
        ("ru", Money(Decimal("1"), "XTS"), "1,00 XTS"), ("ru", Rate(Decimal("0.075")), "7,5 %"), ("ru", Decimal("2.5"), "2,5"),
        ("en", Money(Decimal("1500"), "BYN"), "1 500.00 BYN"), ("ru", True, "да"), ("", True, "yes"),
    ],
)  # fmt: skip
def test_money_and_figures_are_written_as_the_language_writes_them(language: str, value: Any, said: str) -> None:
    with speaking(language):
        assert show(value) == said


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("", "Sat 2017-04-29"),
        ("en", "Sat 2017-04-29"),
        ("ru", "сб 29.04.2017"),
        ("be", "сб 29.04.2017"),
        ("kk", "сб 29.04.2017"),
    ],
)
def test_days_are_written_as_the_language_writes_them(language: str, said: str) -> None:
    with speaking(language):
        assert say_weekday(date(2017, 4, 29)) == said
        assert spoken(date(2017, 4, 29)) == said.split()[1] == say_day(date(2017, 4, 29))


@pytest.mark.parametrize("name", ["BY", "KZ"])
def test_every_day_off_of_a_shipped_calendar_has_its_russian_name(name: str) -> None:
    with speaking("ru") as speech:
        for row in calendar(name).rows:
            assert not re.search("[A-Za-z]", say_day_off(row.note)), row
    assert not speech.names


# ── What is missing is seen ─────────────────────────────────────────────────────────────────────


def test_a_title_that_is_missing_falls_back_to_the_first_language_and_says_so() -> None:
    label, note = (
        Label("court_order", (("", "Court order"), ("ru", "Судебный приказ"))),
        Remark((("", "Be quick."),), *NOWHERE),
    )
    with speaking("ru", "en") as speech:
        assert (label.text(), note.text(), Label("own_name").text()) == (
            "Судебный приказ",
            "Be quick. [en]",
            "own name [en]",
        )
    assert list(speech.names) == ["Be quick.", "own name"]
    assert (label.text(), note.text(), Label("own_name").text()) == ("Court order", "Be quick.", "own name")


NOWHERE: Any = (None, None)


def test_a_language_that_is_the_files_first_needs_no_mark() -> None:
    label = Label("judicial_order", (("", "Судебный приказ"), ("en", "Court order")))
    with speaking("ru", "ru") as speech:
        assert label.text() == "Судебный приказ"
    with speaking("en", "ru"):
        assert label.text() == "Court order"
    assert not speech.names


def test_a_sentence_without_translation_stands_in_english_and_is_counted() -> None:
    with speaking("kk") as speech:
        assert say("{party} lets the term pass", party="X") == "X lets the term pass"
        assert say_many(1, "until the first has ended", "until {number} have ended") == "until the first has ended"
    assert len(speech.sentences) == 2


def test_an_answer_with_gaps_lists_them_once_at_its_end() -> None:
    pages = [page for _, _, page in answers("flight", "ru")]
    assert any("Не переведено: “" in page for page in pages)
    for page in pages:
        assert page.count("Не переведено") <= 1


def test_inside_another_answer_the_language_is_the_outer_one_again() -> None:
    with speaking("ru"):
        with speaking("kk"):
            assert show(Span(1, "days")) == "1 күн"
        assert show(Span(1, "days")) == "1 день"
    assert show(Span(1, "days")) == "1 day"


def test_a_catalogue_is_named_in_its_own_words() -> None:
    assert {one: catalogue_of(one).name for one in CATALOGUES if catalogue_of(one)} == {  # type: ignore[union-attr]
        "ru": "русский", "be": "беларуская", "kk": "қазақша",
    }  # fmt: skip


# ── The commands ────────────────────────────────────────────────────────────────────────────────

TYPED = [
    (["simulate", BELARUS], "Ход дела"), (["checklist", BELARUS], "от кого: Взыскатель"),
    (["deadlines", BELARUS, "--all"], "Ответ на претензию: пн 03.04.2017 — пропущен"),
    (["fee", BELARUS, "claim_duty", "--set", "amount=14300", "--start", "2017-04-04"], "Госпошлина за иск: 715,00 бел. руб."),
    (["count", BELARUS, "20 working days", "--from", "2017-04-20"], "20 рабочих дней с чт 20.04.2017: вт 23.05.2017"),
    (["compare", BELARUS, KAZAKHSTAN], "суммы не пересчитываются"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "said"), TYPED, ids=[words[0] for words, _ in TYPED])
def test_a_command_answers_in_the_language_asked_for(words: list[str], said: str) -> None:
    answer = proc(*words, "--lang", "ru")
    assert said in " ".join(answer.out.replace("\u00a0", " ").split()), answer.out


@pytest.mark.parametrize(("words", "_"), TYPED, ids=[words[0] for words, _ in TYPED])
def test_english_asked_for_is_what_stands_there_anyway(words: list[str], _: str) -> None:
    assert proc(*words, "--lang", "en").out == proc(*words).out


@pytest.mark.parametrize(("words", "_"), TYPED, ids=[words[0] for words, _ in TYPED])
def test_a_language_that_nobody_speaks_is_refused(words: list[str], _: str) -> None:
    answer = proc(*words, "--lang", "xx")
    assert answer.code == 2
    assert "`xx` is not a language" in answer.err
    assert "en, ru" in answer.err


def test_an_entry_of_a_calendar_is_the_same_in_every_language(tmp_path: Path) -> None:
    """A second import in another language updates the entries of the first."""
    found = {}
    for language in ("en", "ru"):
        made = tmp_path / f"{language}.ics"
        assert proc("deadlines", BELARUS, "--all", "-o", made, "--lang", language).code == 0
        found[language] = sorted(re.findall(r"^UID:.*", made.read_text(encoding="utf-8"), re.M))
    assert found["en"]
    assert found["en"] == found["ru"]


@pytest.mark.parametrize("words", [["simulate", "belarus"], ["check", "belarus"]], ids=["simulate", "check"])
def test_without_a_language_nothing_more_is_loaded(words: list[str]) -> None:
    code = (
        f"import sys; from proc_tools.main import run; run({words!r}); from procedure_dsl.wording import catalogue_of; "
        "sys.exit('babel' in sys.modules or catalogue_of.cache_info().currsize)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, cwd=ROOT)


def test_every_moment_of_the_language_is_said() -> None:
    assert set(OF_THINGS) == set(FROM_THINGS) == {*MOMENTS, ""}
