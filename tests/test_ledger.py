"""Both ways: each statement of the documents is encoded or set aside with a reason; nothing in the files is without a row."""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from decimal import Decimal
from functools import cache
from typing import Any

import pytest
from procs import ROOT, SHIPPED, shipped

from engine.counting import Span
from engine.records import Cite, Clock, Expr, Plan, Wait
from engine.values import Money, Rate

LEDGER = ROOT / "jurisdictions" / "ledger"
DOCUMENTS = tomllib.loads((LEDGER / "documents.toml").read_text(encoding="utf-8"))
WORDS = {"one": 1, "half": 50, "duplicate": 2, "three": 3}  # numbers that the documents spell out
NUMBER = re.compile(
    rf"(?:\b({'|'.join(WORDS)})\b|(?<!\d)(\d{{1,3}}(?: \d{{3}})+(?!\d)|\d+(?:[.,]\d+)?))"
    r"(?: (?:working |calendar )?(day|week|month|year))?"
)
OF_A_DOCUMENT = ("stated", "reconstructed", "not stated")


@cache
def rows(name: str) -> list[dict[str, str]]:
    with (LEDGER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def defects() -> list[dict[str, str]]:
    with (LEDGER / "defects.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# ── What the plan says, by the declaration that says it ─────────────────────────────────────────


@cache
def owners(name: str) -> dict[str, Any]:
    """Every declaration with its record; labels of exceptions and ways as `rule.label`, `stage.way`; items of papers."""
    plan = shipped(name)
    found: dict[str, Any] = {plan.frame.label.name: plan.frame}
    for kind in ("parties", "readings", "values", "facts", "rules", "documents", "fees", "deadlines", "procedures",
                 "stages", "ends", "rights", "practice"):  # fmt: skip
        found |= getattr(plan, kind)
    found |= {
        f"{rule}.{clause.label}": clause for rule, one in plan.rules.items() for clause in one.clauses if clause.label
    }
    found |= {edge.id: edge for edge in plan.edges()}
    return found


def owner(name: str, points_at: str) -> str:
    """The declaration a ledger's name belongs to: of a label or a way, its rule or stage; of an item, its paper."""
    head = points_at.split(".")[0]
    papers = (
        paper for paper, one in shipped(name).documents.items() if any(i.label.name == head for i in one.contents)
    )
    return next(papers, head)


def parts(plan: Plan, node: Any, cite: Cite | None = None) -> Iterator[tuple[Any, Cite | None]]:
    """Each record inside a declaration with the provenance it stands under; a term written on the spot goes along."""
    if is_dataclass(node) and not isinstance(node, Cite):
        cite = getattr(node, "cite", None) or cite
        yield node, cite
        if isinstance(node, Clock | Wait) and node.deadline and not plan.deadlines[node.deadline].named:
            yield from parts(plan, plan.deadlines[node.deadline], cite)
        for field in fields(node):
            yield from parts(plan, getattr(node, field.name), cite)
    elif isinstance(node, Cite):
        yield node, node
    elif isinstance(node, tuple):
        cited = next((part for part in node if isinstance(part, Cite)), cite)
        if len(node) == 3 and isinstance(node[0], int) and not isinstance(node[0], bool):  # copies of a paper
            yield Expr("constant", constant=Decimal(node[0])), cited
        for part in node:
            yield from parts(plan, part, cited)


def declared(name: str) -> dict[str, list[tuple[Any, Cite | None]]]:
    """What stands in each declaration that rests on the document itself."""
    plan = shipped(name)
    source = DOCUMENTS[name]["source"]
    found = {}
    for own, record in owners(name).items():
        unnamed = own in plan.deadlines and not plan.deadlines[own].named
        if own != owner(name, own) or unnamed:
            continue
        inside = list(parts(plan, record))
        if any(one.source == source and one.kind in OF_A_DOCUMENT for _, one in inside if one):
            found[own] = inside
    return found


def quotations(name: str) -> dict[str, str]:
    """What the rows of each declaration quote."""
    found: dict[str, str] = {}
    for row in rows(name):
        for own in {owner(name, one) for one in row["encoded_by"].split()}:
            found[own] = found.get(own, "") + " … " + plain(row["quotation"])
    return found


def plain(text: str) -> str:
    """Without the differences between kinds of quotes and blanks."""
    return re.sub(r"\s+", " ", re.sub("[“”«»]", '"', text.replace("’", "'"))).strip()


def numbers_in(text: str) -> set[str]:
    """Each number of a text, and with it the unit of time behind it: `20`, `20 day`."""
    found = set()
    for spelt, figure, unit in NUMBER.findall(text):
        number = figures(Decimal(WORDS[spelt] if spelt else figure.replace(" ", "").replace(",", ".")))
        found |= {number, f"{number} {unit}"}
    return found


def figures(number: Decimal) -> str:
    return f"{number.normalize():f}"


def number_of(node: Any) -> str:
    """The number that a record states, as it would stand in the text; nought is no figure of a document."""
    value = node.constant if isinstance(node, Expr) else node
    match value:
        case Money() if value.amount:
            return figures(value.amount)
        case Rate():
            return figures(value.share * 100)
        case Span():
            return f"{value.number} {value.unit.split()[-1].removesuffix('s')}"
        case Decimal() if value:
            return figures(value)
    return ""


# ── The tests ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name, least", [("belarus", 133), ("kazakhstan", 56)])
def test_the_ledger_holds_every_statement_once(name: str, least: int) -> None:
    numbers = [row["id"] for row in rows(name)]
    assert len(numbers) >= least
    assert numbers == [f"{numbers[0][:3]}{at:03}" for at in range(1, len(numbers) + 1)]
    assert all(row["statement"] and row["quotation"] and row["place"] for row in rows(name))


@pytest.mark.parametrize("name", SHIPPED)
def test_every_statement_is_encoded_or_set_aside_with_a_reason(name: str) -> None:
    assert [row["id"] for row in rows(name) if bool(row["encoded_by"]) == bool(row["reason"])] == []


@pytest.mark.parametrize("name", SHIPPED)
def test_every_name_in_the_ledger_is_declared(name: str) -> None:
    known = owners(name)
    of_here = [row for row in defects() if row["jurisdiction"] == name]
    assert [
        (row["id"], one) for row in rows(name) + of_here for one in row["encoded_by"].split() if one not in known
    ] == []


@pytest.mark.parametrize("name", SHIPPED)
def test_nothing_that_rests_on_the_document_is_without_a_row(name: str) -> None:
    assert set(declared(name)) - set(quotations(name)) == set()


@pytest.mark.parametrize("name", SHIPPED)
def test_what_a_declaration_quotes_is_quoted_in_its_rows(name: str) -> None:
    quoted = quotations(name)
    source = DOCUMENTS[name]["source"]
    said = {(own, plain(one.saying)) for own, inside in declared(name).items() for _, one in inside
            if one and one.saying and one.source == source}  # fmt: skip
    assert len(said) > 50
    assert sorted((own, words) for own, words in said if words not in quoted[own]) == []


@pytest.mark.parametrize("name, least", [("belarus", 100), ("kazakhstan", 60)])
def test_what_is_quoted_stands_in_the_place_that_is_named(name: str, least: int) -> None:
    places: dict[str, str] = {}
    for row in rows(name):
        place = row["place"].rpartition(", ")[0].casefold()
        places[place] = places.get(place, "") + " … " + plain(row["quotation"])
    said = {(one.locator, plain(one.saying)) for inside in declared(name).values() for _, one in inside
            if one and one.source == DOCUMENTS[name]["source"] and one.saying}  # fmt: skip
    assert len(said) >= least
    assert [one for one in said if one[1] not in places.get(one[0].casefold(), "")] == []


@pytest.mark.parametrize("name, least", [("belarus", 28), ("kazakhstan", 1)])
def test_every_stated_number_stands_in_the_words_quoted_for_it(name: str, least: int) -> None:
    quoted = quotations(name)
    used = {(own, number_of(node)) for own, inside in declared(name).items() for node, cite in inside
            if number_of(node) and cite and cite.kind == "stated"}  # fmt: skip
    assert len(used) >= least
    assert sorted((own, number) for own, number in used if number not in numbers_in(quoted[own])) == []


@pytest.mark.parametrize("name", SHIPPED)
def test_the_documents_are_named_with_their_hashes(name: str) -> None:
    told = DOCUMENTS[name]
    text = shipped(name).sources[told["source"]]
    assert (text.label.text(), text.file) == (told["title"], told["file"])
    assert re.fullmatch("[0-9a-f]{64}", told["sha256"])


@pytest.mark.parametrize("row", [pytest.param(row, id=row["id"]) for row in defects()])
def test_every_defect_of_the_documents_is_visible(row: dict[str, str]) -> None:
    """A reading is a reading, a reconstruction says its argument, and what is neither says why."""
    name, plan = row["jurisdiction"], shipped(row["jurisdiction"])
    shown = row["encoded_by"].split()
    cites = [one for own in shown for _, one in parts(plan, owners(name)[own]) if one]
    match row["shown_as"]:
        case "reading":
            assert any(own in plan.readings and len(plan.readings[own].options) > 1 for own in shown)
        case "reconstruction":
            assert any(one.kind == "reconstructed" and one.why for one in cites)
        case "silence":
            assert any(one.kind in ("not stated", "assumption", "reconstructed") for one in cites)
        case "other law":
            assert any(one.kind == "outside" for one in cites)
        case "norm":
            assert any(one.kind == "stated" for one in cites)
        case shown_as:
            assert shown_as == "nothing"
            assert row["reason"]
            assert not shown
