"""Every number and every norm of a plan is one step from its source, and what has none is found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from procs import HEAD, SHIPPED, plan_of, shipped
from typed import proc

from engine.audit import KINDS, Audit, audit_plan
from engine.counting import Span
from engine.records import Cite, Clock, Expr, Plan, Wait
from engine.values import Money, Rate, When, figure, show
from procedure_dsl.diagnostics import text_cells

FLAT = """\
reading term_days "Which days?"
  prefer every_day "as printed" is days               by act "s. 3"
  or office_days "as meant" is working days           by outside "a comment"

value unit, money "Unit"                              by outside "notice"
  10 XTS since 2020-01-01
  12 XTS since 2024-01-01                             by outside "notice" unverified "read it"

fact rent, money above 0 XTS "Rent"
fact late, number at least 5 "Days late"

rule serious, yes or no "Serious"                     by act "s. 1"
  yes when rent is above 20 unit                      by act "s. 1" saying "twenty units"
  otherwise no

fee filing on rent "Filing fee"                       by act "s. 2"
  | below 100 unit | 2 unit                                       |
  | from 100 unit  | 3 %, at most 7 unit | by act "s. 2" reconstructed "torn"

document claim "Claim"                                by act "s. 1"
  from owner
  contains sums "the sums" when serious

deadline answer "Answer"
  counts from receipt of claim                        by act "s. 3"
  14 term_days                                        by act "s. 3"

procedure eviction "Eviction"
stage asking "Ask"                                    by act "s. 1"
  the owner pays filing
  the owner files claim to court
  the tenant replies within answer
    pays      -> paid
    if missed -> hearing
stage hearing "Hearing"                               by act "s. 4"
  wait 8 days from end of asking                         by act "s. 5"
  the court decides within a time not stated in act
    grants  -> paid
    refuses when late is above 30 -> over
end paid "Paid"                                       by act "s. 4"
end over "Over"                                       by act "s. 4"

practice seen "Seen"
  hearing: grants 70 %, refuses the rest              by outside "the clerk"
  hearing takes at most 9 weeks                       by outside "the clerk"
"""


def row(audit: Audit, words: str) -> Any:
    [found] = [one for one in audit.rows if words in one.figure]
    return found


# ── Completeness, against a walk that knows nothing of rows ─────────────────────────────────────


def inside(plan: Plan, node: Any) -> Iterator[Any]:
    """Everything in a record; a term that is written in a sentence goes along."""
    yield node
    if isinstance(node, Clock | Wait) and node.deadline and not plan.deadlines[node.deadline].named:
        yield from inside(plan, plan.deadlines[node.deadline])
    if isinstance(node, tuple):
        for part in node:
            yield from inside(plan, part)
    elif is_dataclass(node) and not isinstance(node, Money | Rate | Span | When):
        for one in fields(node):
            yield from inside(plan, getattr(node, one.name))


def number(plan: Plan, node: Any) -> str:
    value = node.constant if isinstance(node, Expr) else node
    match value:
        case Money() if value.amount:
            return show(value)
        case Rate() if value.share:
            return show(value)
        case Span() | When():
            return show(value)
        case Decimal() if value and value != plan.frame.step:
            return figure(value, least=0)
    return ""


def declared(plan: Plan) -> Iterator[tuple[str, Any]]:
    yield plan.frame.label.name, plan.frame
    for table in KINDS:
        for name, record in getattr(plan, table).items():
            if getattr(record, "named", True):
                yield name, record


PLANS = [*SHIPPED, "flat"]


def plan_named(name: str) -> Plan:
    return plan_of(FLAT) if name == "flat" else shipped(name)


@pytest.mark.parametrize("name", PLANS)
def test_every_number_of_the_plan_stands_in_a_row_of_its_declaration(name: str) -> None:
    plan = plan_named(name)
    rows = audit_plan(plan).rows
    lost = [
        (own, told)
        for own, record in declared(plan)
        for node in inside(plan, record)
        if (told := number(plan, node)) and not any(told in one.numbers for one in rows if one.name == own)
    ]
    assert lost == []


@pytest.mark.parametrize("name", PLANS)
def test_every_source_of_the_plan_stands_in_a_row(name: str) -> None:
    plan = plan_named(name)
    said = {
        (one.kind, one.source, one.locator, one.saying, one.why, one.unverified)
        for _, record in declared(plan) for one in inside(plan, record) if isinstance(one, Cite)
    }  # fmt: skip
    refs = [one.source for one in audit_plan(plan).rows if one.source]
    told = {(one.kind, one.source, one.place, one.saying, one.reconstructed, one.unverified) for one in refs}
    silent = {one for one in told if one[0] == "not stated"}  # a silence may stand in an act that has another source
    assert said - told == set()
    assert told - said <= silent


@pytest.mark.parametrize("name", SHIPPED)
def test_no_shipped_number_and_no_shipped_norm_is_without_a_source(name: str) -> None:
    audit = audit_plan(shipped(name))
    assert [(one.kind, one.name, one.figure) for one in audit.unsourced] == []
    assert audit.counts["none"].norms == 0
    assert audit.counts["ours"].with_a_number == 0
    assert sum(one.norms for one in audit.counts.values()) == len(audit.rows) > 200


# ── What has no source is found ─────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("table", "name", "part", "figure_"),
    [
        ("values", "unit", "clauses", "10 XTS"), ("fees", "filing", "rows", "below 100 unit"), ("rules", "serious", "clauses", "yes when"),
        ("deadlines", "answer", "versions", "14 term_days"), ("readings", "term_days", "options", "every_day"),
        ("practice", "seen", "paces", "at most 9 weeks"),
    ],
)  # fmt: skip
def test_a_planted_number_without_a_source_is_found(table: str, name: str, part: str, figure_: str) -> None:
    plan = plan_of(FLAT)
    record = getattr(plan, table)[name]
    first, *others = getattr(record, part)
    bare = replace(record, **{part: (replace(first, cite=None), *others)})
    audit = audit_plan(replace(plan, **{table: {**getattr(plan, table), name: bare}}))
    [found] = audit.unsourced
    assert figure_ in found.figure
    assert audit.rows[0] == found, "what has no source stands first"
    assert audit_plan(plan).unsourced == ()


@pytest.mark.parametrize(
    ("note", "found"),
    [
        ('note "Bring 2 copies."', ["2"]), ('note "Bring copies."', []), ('note "Bring 2 copies." by act "s. 9"', []),
        ('note "Since 2020-05-01, 3.5 % more."', ["2020-05-01", "3.5"]),
    ],
)  # fmt: skip
def test_a_number_in_a_note_needs_a_source_too(note: str, found: list[str]) -> None:
    audit = audit_plan(plan_of(FLAT, HEAD.replace("  languages en", f"  {note}\n  languages en")))
    assert [one for row in audit.unsourced for one in row.numbers] == found


def test_a_number_without_a_source_is_a_finding(tmp_path: Path) -> None:
    file = tmp_path / "eviction.proc"
    file.write_text(HEAD + FLAT, encoding="utf-8")
    assert proc("audit", file).code == 0
    file.write_text(HEAD.replace("  languages en", '  note "Bring 2 copies."\n  languages en') + FLAT, encoding="utf-8")
    answer = proc("audit", file)
    assert answer.code == 1
    assert "── Without a source" in answer.out


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('14 term_days                                        by act "s. 3"', "14 term_days"),
        ('counts from receipt of claim                        by act "s. 3"', "counts from receipt of claim"),
        ('counts from receipt of claim                        by act "s. 3"', "counts from start"),
    ],
)  # fmt: skip
def test_the_checker_refuses_a_norm_without_a_source(tmp_path: Path, old: str, new: str) -> None:
    assert old in FLAT
    file = tmp_path / "eviction.proc"
    file.write_text(HEAD + FLAT.replace(old, new), encoding="utf-8")
    answer = proc("audit", file, "--format", "json")
    assert answer.code == 1
    assert [one["code"] for one in answer.data["diagnostics"] if one["severity"] == "error"] == ["no-source"]


# ── What a row says ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("words", "kind", "numbers", "provenance", "used_by"),
    [
        ("10 XTS since 2020-01-01", "value", ("10.00 XTS",), "outside", ("asking", "filing")),
        ("yes when rent is above 20 unit", "rule", ("20",), "stated", ("asking",)),
        ("from 100 unit → 3 %, at most 7 unit", "fee", ("100", "3 %", "7"), "reconstructed", ("asking",)),
        ("number at least 5", "fact", ("5",), "ours", ("hearing",)),
        ("14 term_days", "term", ("14",), "stated", ("asking",)),
        ("every_day", "reading", (), "stated", ("answer",)),
        ("contains the sums when serious", "paper", (), "stated", ("asking", "answer")),
        ("wait 8 days from end of asking", "stage", ("8 days",), "stated", ("hearing",)),
        ("the court decides within a time", "stage", ("30",), "stated", ("hearing",)),
        ("how long: the court decides", "stage", (), "not stated", ("hearing",)),
        ("hearing: grants 70 %, refuses the rest", "practice", ("70",), "outside", ("hearing",)),
        ("hearing takes at most 9 weeks", "practice", ("9 weeks",), "outside", ("hearing",)),
        ("rounded half up to 0.01", "jurisdiction", ("0.01",), "assumption", ("every fee",)),
    ],
)  # fmt: skip
def test_a_row_says_what_it_is_whose_it_is_and_what_rests_on_it(
    words: str, kind: str, numbers: tuple[str, ...], provenance: str, used_by: tuple[str, ...]
) -> None:
    found = row(audit_plan(plan_of(FLAT)), words)
    assert (found.kind, found.numbers, found.provenance, found.used_by) == (kind, numbers, provenance, used_by)


def test_a_rounding_of_its_own_has_a_row_of_its_own() -> None:
    text = FLAT.replace(
        "  | from 100 unit",
        '  rounded down to 5                                   by outside "a tariff"\n  | from 100 unit',
    )
    found = row(audit_plan(plan_of(text)), "rounded down to 5")
    assert (found.name, found.numbers, found.provenance) == ("filing", ("5",), "outside")


def test_a_row_names_its_line_and_quotation() -> None:
    found = row(audit_plan(plan_of(FLAT)), "yes when rent")
    assert (found.source.place, found.source.saying) == ("s. 1", "twenty units")
    assert (HEAD + FLAT).splitlines()[found.line - 1].startswith("  yes when rent is above 20 unit")


def test_what_is_open_stands_first_and_each_row_once() -> None:
    audit = audit_plan(plan_of(FLAT))
    assert [one.open for one in audit.rows if one.open] == ["reading", "reading", "reconstructed", "unverified"]
    assert [one.open for one in audit.rows[:4]] == ["reading", "reading", "reconstructed", "unverified"]
    assert [one.preferred for one in audit.rows[:2]] == [True, False]
    assert len({(one.kind, one.name, one.figure, one.line) for one in audit.rows}) == len(audit.rows)


@pytest.mark.parametrize("name", SHIPPED)
def test_the_page_is_aligned_and_says_what_the_json_says(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    page, data = proc("audit", name), proc("audit", name, "--format", "json").data
    assert page.code == 0
    assert max(map(text_cells, page.out.splitlines())) <= 80
    squeezed = " ".join(page.out.split())
    assert all(" ".join(one["figure"].split()) in squeezed for one in data["rows"] if len(one["figure"]) < 60)
    assert page.out.index("── Readings") < page.out.index("── Reconstructed") < page.out.index("── Values")
