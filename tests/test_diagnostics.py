"""Every diagnostic the language can tell, each raised once by a small text, where the mark ‸ stands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from procs import HEAD

import procedure_dsl
from procedure_dsl import Diagnostic, load_bytes
from procedure_dsl.diagnostics import MOST_MISTAKES, Place, nearest, render_diagnostic
from procedure_dsl.source import LARGEST_FILE, LONGEST_LINE

OF_SEVERAL_FILES = {"idle-scenario", "too-many-files", "use-circle"}  # raised in tests/test_reuse.py
QUIET = {"unused", "unreachable"}  # a small text need not use all it declares

ROAD = """
procedure road
stage first_stage by act "1"
  -> done
end done by act "1"
"""
INNER = "procedure inner\nstage first_of_inner by act '1'\n  -> over\nend over by act '1'\n"
SECOND = INNER.replace("inner", "second").replace("over", "past")
MANY = "party heir, other side, several\nprocedure road\n"
PAPER = 'document notice "Notice" by act "1"\n  form "in writing"\n'

TEXTS = {
    "act-without-paper": "procedure road\nstage one by act '1'\n  the owner ‸sends\n  -> done\nend done by act '1'",
    "after-the-exit": "procedure road\nstage one by act '1'\n  -> done\n  ‸the owner thinks\n  the owner waits\nend done by act '1'",
    "always-true": "rule old, yes or no by act '1'\n  ‸yes\n  otherwise no",
    "back-from-nowhere": "procedure road\nstage one by act '1'\n  -> ‸back",
    "bad-arrow": "procedure road\nstage one by act '1'\n  ‸=> done\nend done by act '1'",
    "bad-character": "fact age,‸\u200b number",
    "bad-date": "value unit, money by act '1'\n  3 XTS since ‸01.02.2024",
    "bad-indent": "fact age, number\n‸note 'At the margin'",
    "bad-length": "deadline term by act '1'\n  counts from start\n  ‸1.5 months",
    "bad-odds": f"{ROAD}practice files\n  first_stage takes ‸3 days 50 %, 5 days 40 % by act '1'",
    "bad-parts": "fee stamp by act '1'\n  3 XTS\nprocedure road\nstage one by act '1'\n  the owner pays stamp ‸in 1 parts, 1 week apart from start of one\n  -> done\nend done by act '1'",
    "bad-rounding": "fee stamp by act '1'\n  3 XTS\n  ‸rounded up to 0",
    "bracket": "rule old, number by act '1'\n  3 × ‸(2 + 1)",
    "circle": "rule ‸hen, number by act '1'\n  egg\nrule egg, number by act '1'\n  hen",
    "clock-of-the-law": (
        "procedure road\nstage one by act '1'\n  ‸the law decides at once\n    otherwise -> done\nend done by act '1'"
    ),
    "clock-runs-back": "fact due, date\ndeadline term by act '1'\n  counts back from due\n  3 days\n  ‸begins anew with start",
    "decimal-comma": "fee stamp by act '1'\n  ‸3,50 XTS",
    "declared-twice": "fact age, number\nfact ‸age, date",
    "each-alone": f"{MANY}stage many by act '1'\n  ‸perform inner for each heir\n    over -> done\nend done by act '1'\n{INNER}",
    "discretion-of-a-value": "value unit, money by act '1'\n  ‸from 1 XTS to 2 XTS at the discretion of court since 2024-01-01",
    "empty-range": "rule costs, money by act '1'\n  ‸from 5 XTS to 5 XTS at the discretion of court",
    "empty-band": "fact sum, money\nfee due on sum by act '1'\n  | ‸from 9 XTS, below 3 XTS | 1 XTS |\n  | from 3 XTS | 2 XTS |",
    "empty-block": "rule old, yes or no by act '1'‸",
    "empty-fee": "fee ‸stamp by act '1'\n  borne by owner",
    "empty-period": "fee stamp by act '1'\n  ‸3 XTS since 2024-02-01 until 2024-01-01",
    "empty-procedure": "procedure ‸road",
    "empty-text": "fee stamp\n  3 XTS ‸by act ''",
    "expects-nothing": f"{ROAD}scenario ‸'A day'\n  given start on 2024-01-01",
    "gap": "fact sum, money\nfee due on sum by act '1'\n  | below 3 XTS | 1 XTS |\n  | ‸above 3 XTS | 2 XTS |",
    "idle-condition": "fact old, yes or no\nfee stamp by act '1'\n  3 XTS\n  rounded up to 1 when ‸old",
    "idle-source": "rule price, number ‸by act '1'\n  3 by act '2'",
    "idle-transition": "fee stamp by act '1'\n  3 XTS\n  ‸cases begun before 2024-01-01 keep the old law",
    "impossible-date": "value unit, money by act '1'\n  3 XTS since ‸2023-02-29",
    "incomplete-jurisdiction": HEAD.replace("  languages en\n", "").replace("somewhere", "‸somewhere"),
    "label-twice": "reading terms\n  prefer one 'a' is days by act '1'\n  ‸or one 'b' is weeks by act '1'",
    "line-too-long": f"# {'x' * (LONGEST_LINE - 3)}‸xx",
    "modal-act": ("procedure road\nstage one by act '1'\n  ‸the owner may go\n    there -> done\nend done by act '1'"),
    "mixed-reading": "reading ‸terms\n  prefer one 'a' is days by act '1'\n  or two 'b' is 3 XTS by act '1'",
    "mixed-scripts": "fact ‸аge, number",
    "needless-at-once": "procedure road\nstage one by act '1'\n  ‸the owner thinks at once\n  -> done\nend done by act '1'",
    "never-happens": f"{PAPER}deadline term by act '1'\n  counts from ‸issue of notice\n  3 days",
    "beyond-base": "fact sum, money\nfee stamp on sum by act '1'\n  3 %\n  ‸borne by owner for 101 %",
    "no-base": "fee stamp by act '1'\n  ‸3 %",
    "no-clock": "procedure road\nstage one by act '1'\n  ‸the court thinks\n  -> done\nend done by act '1'",
    "no-condition": (
        "procedure road\nstage one by act '1'\n  the law decides\n    ‸won -> done\n    otherwise -> done\nend done by act '1'"
    ),
    "no-file": "use ‸'parts/fees.proc'",
    "no-excess": "fee stamp by act '1'\n  3 % of ‸the excess",
    "no-jurisdiction": "‸fact age, number",
    "no-length": "deadline ‸term by act '1'\n  counts from start",
    "no-otherwise": "fact age, number\nrule ‸old, yes or no by act '1'\n  yes when age is above 60",
    "no-procedure": "stage ‸one by act '1'\n  -> done\nend done by act '1'",
    "no-since": "value unit, money by act '1'\n  ‸3 XTS",
    "no-slices": "fact sum, money\nfee ‸stamp on sum in slices by act '1'\n  3 XTS",
    "no-source": "fee stamp\n  ‸3 XTS",
    "no-start": "deadline ‸term by act '1'\n  3 days",
    "no-way-on": "procedure road\nstage ‸one by act '1'\n  the owner thinks",
    "not-a-condition": "fact sum, money\nrule old, yes or no by act '1'\n  yes when ‸sum\n  otherwise no",
    "not-utf-8": "",
    "nothing-to-restore": "procedure road\nstage one by act '1'\n  the owner thinks within 3 days from start\n    if ‸restored within 9 days from start -> done\n  -> done\nend done by act '1'",
    "nothing-too-early": "procedure road\nstage one by act '1'\n  the owner thinks within 3 days from start\n    if ‸too early -> done\n    if missed -> done\n  -> done\nend done by act '1'",
    "nothing-to-miss": (
        "procedure road\nstage one by act '1'\n  the owner thinks\n    if ‸missed -> done\n  -> done\nend done by act '1'"
    ),
    "nothing-to-replace": "replace fact ‸age, number",
    "one-edge": (
        "procedure road\nstage one by act '1'\n  ‸the owner decides within 3 days from start of one\n    agrees -> done"
        "\nend done by act '1'"
    ),
    "one-reading": "reading ‸terms\n  prefer one 'a' is days by act '1'",
    "open-quote": 'fact age, number ‸"How old',
    "open-row": "fact sum, money\nfee stamp on sum by act '1'\n  | any | 3 XTS ‸by act '2'",
    "other-procedure": f"{ROAD}procedure other_road\nstage one by act '1'\n  -> ‸done",
    "otherwise-of-a-party": (
        "procedure road\nstage one by act '1'\n  the owner chooses\n    agrees -> done\n    ‸otherwise -> done\nend done by act '1'"
    ),
    "out-of-bounds": "fact sum, money above 0 XTS at first ‸0 XTS",
    "out-of-order": "value unit, money by act '1'\n  3 XTS since 2024-01-01\n  ‸2 XTS since 2023-01-01",
    "never-taken": "procedure road\nstage one by act '1'\n  -> done at most ‸0 times\nend done by act '1'",
    "not-several": (
        f"procedure road\nstage one by act '1'\n  side by side until all have ended\n    ‸perform inner for each owner\n"
        f"  -> done\nend done by act '1'\n{INNER}"
    ),
    "one-track": (
        f"procedure road\nstage one by act '1'\n  ‸side by side until all have ended\n    perform inner\n"
        f"  -> done\nend done by act '1'\n{INNER}"
    ),
    "outside-quotation": "fee stamp\n  3 XTS ‸by outside 'the post' saying 'three'",
    "overlap": "fact sum, money\nfee due on sum by act '1'\n  | up to 3 XTS | 1 XTS |\n  | ‸from 3 XTS | 2 XTS |",
    "party-of-itself": "party ‸one, for two\nparty two, for one",
    "preference": "reading ‸terms\n  or one 'a' is days by act '1'\n  or two 'b' is weeks by act '1'",
    "quiet-circle": (
        "procedure road\nstage one by act '1'\n  the court decides within 3 days from start of one\n    waits -> ‸one any number of times\n    acts -> done"
        "\nend done by act '1'"
    ),
    "recursion": "procedure ‸road\nstage one by act '1'\n  perform road\n    done -> done\nend done by act '1'",
    "redundant-yes": "fact old, yes or no\nrule senior, yes or no by act '1'\n  yes when ‸old is yes\n  otherwise no",
    "reserved-name": "fact ‸week, number",
    "said-twice": HEAD.replace("  languages en\n", "  languages en\n  ‸languages en\n"),
    "same-track": (
        f"procedure road\nstage one by act '1'\n  side by side until all have ended\n    perform inner\n    ‸perform inner\n"
        f"  -> done\nend done by act '1'\n{INNER}"
    ),
    "returns-to-nobody": "fee stamp by act '1'\n  3 XTS\nprocedure road\nstage one by act '1'\n  ‸the court returns stamp at once\n  -> done\nend done by act '1'",
    "short-label": "procedure road\nstage one by act '1'\n  the owner chooses\n    ‸go -> done\nend done by act '1'",
    "tail-order": "fact old, yes or no\nfee stamp\n  3 XTS by act '1' ‸when old",
    "timeless-loop": "procedure road\nstage ‸one by act '1'\n  -> two\nstage two by act '1'\n  -> one",
    "title-twice": "fact age, number ‸'Age' en 'Years' en 'How old'",
    "too-few-tracks": (
        f"procedure road\nstage one by act '1'\n  ‸side by side until 3 have ended\n    perform inner\n    perform second\n"
        f"  -> done\nend done by act '1'\n{INNER}{SECOND}"
    ),
    "unbounded-loop": (
        "procedure road\nstage one by act '1'\n  the court decides within 3 days from start of one\n    acts -> done\n    waits -> ‸one"
        "\nend done by act '1'"
    ),
    "too-deep": "rule r0, number by act '1'\n  1\n"
    + "".join(f"rule {'‸' if at == 60 else ''}r{at}, number by act '1'\n  r{at - 1}\n" for at in range(1, 70)),
    "too-large": "",
    "too-many": "",
    "two-consequences": (
        "fact sum, money\nfact old, yes or no\nprocedure road\nstage one by act '1'\n"
        "  ‸requires old for sum otherwise -> done\n  -> done\nend done by act '1'"
    ),
    "two-jurisdictions": HEAD + "jurisdiction ‸elsewhere\n  languages en",
    "two-directions": "fact due, date\ndeadline term by act '1'\n  counts back from due when due is known\n  ‸counts from start\n  3 days",
    "two-lengths": "deadline term by act '1'\n  counts from start\n  3 days\n  ‸4 days",
    "two-numbers": "fee stamp by act '1'\n  ‸14.300 XTS",
    "unexpected": "fact age ‸number",
    "unfinished": "procedure road\nstage one by act '1'\n  ->‸",
    "unknown-act": f"{PAPER}procedure road\nstage one by act '1'\n  the owner ‸burns notice\n  -> done\nend done by act '1'",
    "unknown-deadline": (
        "procedure road\nstage one by act '1'\n  the court thinks within ‸term\n  -> done\nend done by act '1'"
    ),
    "unknown-declaration": "‸fakt age, number",
    "unknown-document": (
        "procedure road\nstage one by act '1'\n  the owner sends ‸notice to court\n  -> done\nend done by act '1'"
    ),
    "unknown-end": f"{ROAD}scenario 'A day'\n  expect ends at ‸dome",
    "unknown-event": "deadline term by act '1'\n  counts from ‸arrival of notice\n  3 days",
    "unknown-fact": f"{ROAD}scenario 'A day'\n  given ‸age is 3\n  expect ends at done",
    "unknown-fee": "procedure road\nstage one by act '1'\n  the owner pays ‸stamp\n  -> done\nend done by act '1'",
    "unknown-language": "fact age, number 'Age' ‸fr 'Âge'",
    "unknown-name": "rule old, yes or no by act '1'\n  yes when ‸age is above 3\n  otherwise no",
    "unknown-option": "fact heat, one of gas, oil\nrule cold, yes or no by act '1'\n  yes when heat is ‸gaz\n  otherwise no",
    "unknown-outcome": (
        "procedure road\nstage one by act '1'\n  ‸advice agree 'Better so.'\n  the owner chooses\n    agrees -> done\nend done by act '1'"
    ),
    "unknown-party": "fee stamp by act '1'\n  3 XTS\n  borne by ‸tennant",
    "unknown-procedure": "procedure road\nstage one by act '1'\n  perform ‸road_two\n    done -> done\nend done by act '1'",
    "unknown-right": f"{ROAD}scenario 'A day'\n  given use of ‸apeal on 2024-01-01\n  expect ends at done",
    "unknown-sentence": "procedure road\nstage one by act '1'\n  ‸perfom inner\n  -> done\nend done by act '1'",
    "unknown-source": "fee stamp\n  3 XTS by ‸acts '1'",
    "unknown-stage": "procedure road\nstage one by act '1'\n  -> ‸dome\nend done by act '1'",
    "unknown-unit": "fee stamp by act '1'\n  3 ‸units",
    "unmapped-end": f"{ROAD.replace('-> done', '‸perform inner')}procedure inner\nstage two by act '1'\n  -> over\nend over by act '1'",
    "unreachable": f"{ROAD}end ‸never_there by act '1'",
    "unused": "fact ‸age, number",
    "unless-twice": "fact old, yes or no\nfact rich, yes or no\nfee stamp unless old by act '1'\n  3 XTS unless ‸rich",
    "unsafe-path": "use ‸'../fees.proc'",
    "value-condition": "fact old, yes or no\nvalue unit, money by act '1'\n  ‸3 XTS when old since 2024-01-01",
    "wrong-comparison": "fact sum, money\nrule old, yes or no by act '1'\n  yes when ‸sum is before 2024-01-01\n  otherwise no",
    "wrong-currency": "fee stamp by act '1'\n  ‸3 EUR",
    "wrong-type": "fact sum, money\nfee stamp by act '1'\n  ‸2024-01-01",
}  # the text stands behind HEAD, unless it brings a jurisdiction; '…' is written for "…"
BARE = {"no-jurisdiction"}
BYTES = {
    "not-utf-8": "# Закон".encode("cp1251"),
    "too-large": b"# " + b"x" * LARGEST_FILE,
    "too-many": b"nonsense\n" * (MOST_MISTAKES + 50),
}
TOLD_AT = {"not-utf-8": (1, 1), "too-large": (1, 1), "too-many": (MOST_MISTAKES, 1)}


def marked(code: str) -> tuple[bytes, tuple[int, int]]:
    """The file of a code, and the line and column of its mark."""
    if code in BYTES:
        return BYTES[code], TOLD_AT[code]
    text = re.sub(r"(?<!\w)'([^'\n]*)'", r'"\1"', TEXTS[code])
    whole = text if code in BARE or text.startswith("jurisdiction") else HEAD + text
    before = whole[: whole.index("‸")]
    return whole.replace("‸", "").encode(), (before.count("\n") + 1, len(before) - before.rfind("\n"))


def told(data: bytes) -> list[Diagnostic]:
    return list(load_bytes(data, "test.proc").diagnostics)


@pytest.mark.parametrize("code", TEXTS)
def test_a_mistake_is_told_once_where_it_stands(code: str) -> None:
    data, place = marked(code)
    head = 0 if code in BARE else HEAD.count("\n")
    found = [
        (one.code, (one.place.line, one.place.column))
        for one in told(data)
        if one.code not in QUIET or (code in QUIET and one.place.line > head)
    ]
    if code == "too-many":
        found = found[-1:]
    assert found == [(code, place)]


@pytest.mark.parametrize("code", TEXTS)
def test_a_mistake_says_what_was_seen_and_shows_the_line(code: str) -> None:
    data, (line, _) = marked(code)
    [one] = [one for one in told(data) if one.code == code][-1:]
    assert not one.seen[0].isupper()
    shown = render_diagnostic(one, "x")
    assert shown.startswith(f"{one.severity}[{code}]: {one.seen}")
    assert f"test.proc:{line}:" in shown


def test_no_code_is_missing_from_the_table() -> None:
    """Whatever the sources of the language can put into a Diagnostic stands in TEXTS."""
    texts = [path.read_text(encoding="utf-8") for path in Path(procedure_dsl.__file__).parent.rglob("*.py")]
    calls = r"(?:\bDiagnostic|\.complain|\.missing)\(\s*f?\"([a-z0-9-]+)[\"{]"
    codes = {code for text in texts for code in re.findall(calls, text)}
    beginnings = {code for code in codes if code.endswith("-")}
    assert codes - beginnings <= {*TEXTS, *OF_SEVERAL_FILES}
    assert {code for code in set(TEXTS) - codes if not code.startswith(tuple(beginnings))} == set()


def test_the_nearest_name_is_meant_and_nothing_far_off() -> None:
    assert nearest("stoln", ["stolen", "broken"]) == "stolen"
    assert nearest("сору", ["copy", "page"]) == "copy"  # Cyrillic letters that look Latin
    assert nearest("zebra", ["stolen", "broken"]) is None


def test_a_caret_stands_below_what_is_meant_whatever_the_letters() -> None:
    """A wide letter takes two cells, a combining mark none, a tab one."""
    place = Place("x.proc", 1, 4, 1, 6)
    shown = render_diagnostic(Diagnostic("unknown-name", place, "seen"), "法\té́bc def").split("\n")
    assert shown[3].index("^") - shown[2].index("│") == 2 + 2 + 1 + 1
    assert shown[3].count("^") == 1


def test_a_long_line_is_cut_around_the_place() -> None:
    place = Place("x.proc", 7, 501, 7, 505)
    line = "a" * 500 + "here" + "b" * 500
    _, _, text, caret = render_diagnostic(Diagnostic("unknown-name", place, "seen"), line).split("\n")
    assert len(text) < 170
    assert text[caret.index("^") : caret.rindex("^") + 1] == "here"


def test_what_is_wrong_in_many_lines_is_told_at_the_first_of_them() -> None:
    """A misspelt declaration makes each of its uses wrong: one mistake, and the lines of the others."""
    rules = "".join(f'rule r{at}, number by act "1"\n  3 × agee\n' for at in range(10))
    [one] = [one for one in told((HEAD + "fact age, number\n" + rules).encode()) if one.code not in QUIET]
    first = HEAD.count("\n") + 3
    assert (one.code, one.place.line) == ("unknown-name", first)
    assert one.help == (
        f"Did you mean `age`? The same in lines {', '.join(str(first + 2 * at) for at in range(1, 7))} and 3 more."
    )
