"""`proc diff` tells what two files do not have in common in meaning, all of it, and nothing of their layout."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from procs import HEAD, ROOT, SHIPPED, plan_of, shipped, text_of
from typed import proc

from engine import records
from engine.counting import Span
from engine.difference import differences
from procedure_dsl import source_of_text
from procedure_dsl.source import declarations

TOWN = """\
value unit, money by act "notice"
  10.00 XTS since 2022-01-01
  12.00 XTS since 2024-01-01

fact damage, money above 0 XTS "Damage"

fee filing_fee on damage "Filing fee" by act "s. 2"
  | below 100 unit | 2 unit               |
  | from 100 unit  | 3 %, at most 10 unit | by act "s. 4" saying "three in a hundred"

document claim "Claim" by act "s. 1"
  contains facts_of_it "the facts"
  contains date_of_it "the date" when damage is above 50 XTS
  from owner

deadline answer_term "Answer"
  counts from receipt of claim by act "s. 3"
  30 days by act "s. 3"
  except short: 10 days when damage is below 100 XTS by act "s. 3"

procedure main_road "The road"
stage file_it "File" by act "s. 1"
  the owner pays filing_fee
  the owner files claim to court
  the court decides within answer_term
    allows "allows it" -> done
    refuses            -> over
    if missed          -> over
end done "Done", recovers damage by act "s. 4"
end over "Over" by act "s. 5"

scenario "One"
  given start on 2024-03-01, damage is 500 XTS
  expect filing_fee is 24.00 XTS
"""


def told(old: str, new: str) -> list[str]:
    """What `proc diff` prints of each difference, one a line."""
    from proc_tools.commands.diff import SIGNS, _sentence

    return [SIGNS[one.change].strip() + " " + _sentence(one) for one in differences(plan_of(old), plan_of(new))]


@pytest.mark.parametrize(
    ("was", "now", "line"),
    [
        ("| 2 unit ", "| 3 unit ", "· Filing fee, below 100 unit: 2 → 3 unit [act, s. 2]"),
        ("100 unit", "90 unit", "· Filing fee, 2 unit: below 100 unit → below 90 unit [act, s. 2] · Filing fee, 3 %, at most 10 unit: from 100 unit → from 90 unit [act, s. 4]"),
        ("12.00 XTS since", "12.50 XTS since", "· unit, since 2024-01-01: 12.00 → 12.50 XTS [act, notice]"),
        ("since 2024-01-01", "since 2024-02-01", "· unit, 12.00 XTS: since 2024-01-01 → since 2024-02-01 [act, notice]"),
        ("  30 days by", "  2 months by", "· Answer: 30 days → 2 months [act, s. 3]"),
        ("short: 10 days when", "short: 5 days when", "· Answer, except short, when damage is below 100 XTS: 10 → 5 days [act, s. 3]"),
        ("is below 100 XTS", "is below 80 XTS", "· Answer, except short, 10 days: when damage is below 100 XTS → when damage is below 80 XTS [act, s. 3]"),
        ("30 days by act", "30 days by outside", "· Answer, 30 days, source: act, s. 3 → outside: s. 3"),
        ('"three in a hundred"', '"3 in 100"', "· Filing fee, from 100 unit, 3 %, at most 10 unit, source: act, s. 4 saying “three in a hundred” → act, s. 4 saying “3 in 100”"),
        ('"Filing fee" by act "s. 2"', '"Filing fee" by act "s. 9"', "· Filing fee, source: act, s. 2 → act, s. 9"),
        ('  contains facts_of_it "the facts"\n', "", "– Claim: removed: contains facts of it: “the facts” [act, s. 1]"),
        (" when damage is above 50 XTS", "", "· Claim, contains date of it, “the date”: when damage is above 50 XTS → — [act, s. 1]"),
        ('"allows it" -> done', '"allows it" -> over', "· File, way allows: leads to done → leads to over [act, s. 1]"),
        ("decides within answer_term", "decides within 9 days from receipt of claim", "· File, the court decides: within answer term → within 9 days from receipt of claim [act, s. 1]"),
        ("  the owner pays filing_fee\n", "", "– File: removed: the owner pays filing fee [act, s. 1]"),
        ('"Done", recovers', '"Paid", recovers', "· Paid, title: “Done” → “Paid”"),
        ("recovers damage", "recovers damage - 1 unit", "· Done, recovers: damage → damage - 1 unit"),
        ("24.00 XTS", "25.00 XTS", "· One, expects filing fee: filing fee is 24.00 XTS → filing fee is 25.00 XTS"),
        ("fact damage, money above 0", "fact damage, money above 1", "· Damage, type: money above 0 XTS → money above 1 XTS"),
    ],
)  # fmt: skip
def test_a_change_is_told_in_the_words_of_the_file(was: str, now: str, line: str) -> None:
    assert " ".join(told(TOWN, TOWN.replace(was, now))) == line


def test_what_was_moved_is_told_once() -> None:
    pays, files = "  the owner pays filing_fee\n", "  the owner files claim to court\n"
    assert told(TOWN, TOWN.replace(pays + files, files + pays)) == [
        "· File, the owner files claim to court: moved: after the owner pays filing fee → first"
    ]


@pytest.mark.parametrize(
    "name", ["unit", "damage", "filing_fee", "claim", "answer_term", "main_road", "file_it", "done"]
)
def test_a_new_name_for_the_same_is_told_as_renamed_and_nowhere_else(name: str) -> None:
    found = differences(plan_of(TOWN), plan_of(re.sub(rf"\b{name}\b", "renamed_one", TOWN)))
    assert [(one.change, one.was, one.now) for one in found] == [("renamed", name, "renamed_one")]


def test_a_new_name_and_another_figure_are_one_thing_gone_and_another_come() -> None:
    found = differences(plan_of(TOWN), plan_of(TOWN.replace("answer_term", "reply").replace("30 days", "20 days")))
    terms = [(one.change, one.name) for one in found if one.kind == "term"]
    assert terms == [("removed", "answer_term"), ("added", "reply")]
    assert "within answer term → within reply" in {f"{one.was} → {one.now}" for one in found}


@pytest.mark.parametrize("name", SHIPPED)
def test_layout_comments_and_the_order_of_declarations_change_nothing(name: str) -> None:
    source = source_of_text(text_of(name))
    chunks = [list(lines) for _, lines in declarations(source)]
    free = [
        at
        for at, lines in enumerate(chunks)
        if not re.match(r"(jurisdiction|procedure|part|stage|end|scenario)\b", _head(lines))
    ]
    mixed = random.Random(1).sample(free, len(free))
    places = dict(zip(free, mixed, strict=True))
    lines = [line for at in range(len(chunks)) for line in ["# moved", *chunks[places.get(at, at)]]]
    text = "\n".join(lines).replace("45.00 BYN", "45 BYN").replace(" 25 %", " 25.0 %")
    assert text != source.text
    assert differences(shipped(name), plan_of(text, "")) == ()


def _head(lines: list[str]) -> str:
    return next((line for line in lines if line.strip() and not line.startswith("#")), "")


# ── Nothing that a plan says is left out ────────────────────────────────────────────────────────

FOLLOWS = {
    ("Edge", "id"),
    ("Edge", "stage"),
    ("Act", "owner"),
    ("Right", "owner"),
    ("Fact", "origin"),
    ("Deadline", "named"),
    ("Scenario", "label", "Label", "name"),
    ("Right", "clock", "Clock", "at_once"),
    ("Cite", "kind"),
    ("FeeRow", "words"),
    ("Require", "words"),
    ("Expectation", "day"),
    ("Expectation", "party"),
    ("Expectation", "formula", "Expr", "words"),
}  # these say again, or follow from, what is told
# (a kind of source is one of five, and each of them is told in other words)


def changed(value: Any) -> Any:
    """Another value of the same kind; None where there is none."""
    match value:
        case bool():
            return not value
        case str():
            return f"{value}x" if value else None
        case int():
            return value - 1 if value > 0 else value + 1
        case Decimal():
            return value + 1
        case date():
            return value + timedelta(1)
        case Span():
            return Span(value.number + 1, value.unit)
    return None


def mutations(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """The value with one thing in it changed, and the records on the way to it."""
    if is_dataclass(value) and not isinstance(value, type | Span):
        words_only = isinstance(value, records.Expr | records.Test)  # `words` says what the rest means
        for one in fields(value):
            if one.compare and not (words_only and one.name != "words"):
                for where, new in mutations(getattr(value, one.name), (*path, type(value).__name__, one.name)):
                    yield where, replace(value, **{one.name: new})
    elif isinstance(value, dict):
        for key, one in value.items():
            for where, new in mutations(one, path):
                yield where, {**value, key: new}
    elif isinstance(value, tuple):
        for at, one in enumerate(value):
            for where, new in mutations(one, path):
                yield where, (*value[:at], new, *value[at + 1 :])
    elif (new := changed(value)) is not None:
        yield path, new


def test_whatever_changes_in_a_plan_is_told() -> None:
    """One of the places where each field of each record stands, under the record that holds it, in both shipped files."""
    silent: dict[tuple[str, ...], bool] = {}
    for name in SHIPPED:
        plan = shipped(name)
        for where, mutant in mutations(plan):
            key = where[-4:]
            if {where[-2:], key} & FOLLOWS or silent.get(key) is False:
                continue
            silent[key] = not differences(plan, mutant)
    assert len(silent) > 100
    assert [key for key, unheard in silent.items() if unheard] == []


# ── Cases, and the command ──────────────────────────────────────────────────────────────────────


def change(old: str, new: str, text: str) -> str:
    assert old in text
    return text.replace(old, new)


@pytest.fixture
def versions(tmp_path: Path) -> tuple[Path, Path, Path]:
    """A file, the same with a longer answer term and without one paper's date, and a folder of cases."""
    old, new, cases = tmp_path / "old.proc", tmp_path / "new.proc", tmp_path / "cases"
    old.write_text(HEAD + TOWN, encoding="utf-8")
    new.write_text(HEAD + change("  30 days by", "  60 days by", TOWN), encoding="utf-8")
    cases.mkdir()
    (cases / "large.yaml").write_text("start: 2024-03-01\nfacts:\n  damage: 1500\n", encoding="utf-8")
    (cases / "small.json").write_text('{"start": "2024-03-01", "facts": {"damage": "60"}}', encoding="utf-8")
    return old, new, cases


def test_the_command_leaves_with_one_where_something_differs(versions: tuple[Path, Path, Path]) -> None:
    old, new, _ = versions
    assert proc("diff", old, old).code == 0
    assert "no difference in meaning" in " ".join(proc("diff", old, old).out.split())
    found = proc("diff", old, new)
    assert found.code == 1
    assert "· Answer: 30 → 60 days [act, s. 3]" in found.out
    assert proc("diff", old, "nowhere.proc").code == 2
    assert proc("diff", "-", "-").code == 2


def test_of_the_saved_cases_those_are_told_that_come_out_differently(versions: tuple[Path, Path, Path]) -> None:
    old, new, cases = versions
    told = proc("diff", old, new, "--cases", cases, "--format", "json")
    by_case = {one["case"]: one for one in told.data["cases"]}
    assert {row["what"]: (row["was"], row["now"]) for row in by_case["large.yaml"]["changes"]} == {
        "Answer": ("2024-04-01", "2024-04-30"), "End": ("Done, 2024-04-01", "Done, 2024-04-30"),
    }  # fmt: skip
    assert by_case["small.json"]["changes"] == []  # its term is the short one
    assert "1 of 2 come out differently" in proc("diff", old, new, "--cases", cases).out


def test_a_new_title_makes_no_case_come_out_differently(versions: tuple[Path, Path, Path]) -> None:
    old, new, cases = versions
    text = change('"Answer"', '"The answer"', change('"File"', '"Filing"', change('"Done"', '"Paid"', HEAD + TOWN)))
    new.write_text(
        change("within answer_term", "within 9 days from receipt of claim", text).replace('"Filing fee"', '"Fee"')
    )
    old.write_text(change("within answer_term", "within 9 days from receipt of claim", HEAD + TOWN))
    told = proc("diff", old, new, "--cases", cases, "--format", "json").data
    assert {one["change"] for one in told["differences"]} == {"changed"}
    assert [one["changes"] for one in told["cases"]] == [[], []]


def test_a_case_that_cannot_be_computed_any_more_is_a_difference(versions: tuple[Path, Path, Path]) -> None:
    old, new, cases = versions
    new.write_text(re.sub(r"\bdamage\b", "loss", HEAD + TOWN), encoding="utf-8")
    rows = proc("diff", old, new, "--cases", cases, "--format", "json").data["cases"][0]["changes"]
    assert [(row["what"], row["was"]) for row in rows] == [("The case", "ended at Done")]
    assert rows[0]["now"].startswith("cannot be computed: no fact has the name `damage`")


def test_what_an_unknown_fact_divides_is_compared_part_by_part(versions: tuple[Path, Path, Path]) -> None:
    old, new, cases = versions
    (cases / "large.yaml").write_text("start: 2024-03-01\n", encoding="utf-8")
    text = change("    allows ", "    allows when damage is above 40 XTS ", HEAD + TOWN).replace('"allows it" ', "")
    old.write_text(text, encoding="utf-8")
    new.write_text(change("is above 40 XTS", "is above 41 XTS", text), encoding="utf-8")
    found = proc("diff", old, new, "--cases", cases, "--format", "json").data["cases"][0]["changes"]
    assert found, "the answers that divide it are others"


def test_a_case_that_cannot_be_read_is_told_and_the_others_are_compared(versions: tuple[Path, Path, Path]) -> None:
    old, _, cases = versions
    (cases / "bad.yaml").write_text("start: [2024", encoding="utf-8")
    (cases / "other.yaml").write_text("start: 2024-03-01\nfacts:\n  nonsense: 5\n", encoding="utf-8")
    told = proc("diff", old, old, "--cases", cases)
    assert told.code == 1
    assert "bad.yaml is not compared:" in told.out
    assert "other.yaml is not compared: cannot be computed: no fact has the name `nonsense`" in re.sub(
        r"\s+", " ", told.out
    )
    assert "0 of 4 come out differently" in told.out


@pytest.mark.parametrize("folder", ["", "nowhere"])
def test_a_folder_without_cases_is_refused(versions: tuple[Path, Path, Path], tmp_path: Path, folder: str) -> None:
    (tmp_path / "empty").mkdir()
    assert proc("diff", *versions[:2], "--cases", tmp_path / (folder or "empty")).code == 2


def test_the_shipped_files_keep_their_saved_cases(tmp_path: Path) -> None:
    other = tmp_path / "belarus.proc"
    other.write_text(change("| 7 base_value ", "| 8 base_value ", text_of("belarus")), encoding="utf-8")
    told = proc("diff", "belarus", other, "--cases", ROOT / "examples" / "cases")
    assert "State duty on an order application, from 300 base value: 7 → 8 base value [guide, Step 4]" in " ".join(
        told.out.split()
    )
    assert "161.00 → 184.00 BYN" in told.out
