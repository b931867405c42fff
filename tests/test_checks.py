"""Mistakes as they are made: each is told once, with what to type, and nothing follows from it."""

from __future__ import annotations

import re
from itertools import product

import pytest
from procs import HEAD, text_of

from procedure_dsl import Diagnostic, load, source_of_text
from procedure_dsl.words import vocabulary

BELARUS = text_of("belarus")


def told(text: str) -> list[Diagnostic]:
    return list(load(source_of_text(text, "test.proc")).diagnostics)


def codes(text: str, *, quiet: tuple[str, ...] = ("unused",)) -> list[str]:
    """The codes told of a text behind the head of the tests."""
    return [one.code for one in told(HEAD + text) if one.code not in quiet]


def planted(*swaps: tuple[str, str]) -> str:
    """Belarus with these words replaced, each where it stands first."""
    text = BELARUS
    for right, wrong in swaps:
        assert right in text, f"the shipped file does not say {right!r} any more"
        text = text.replace(right, wrong, 1)
    return text


# what was meant · what was typed · the code · a part of the help
SINGLE = (
    ('  advice "Before any', '  advise "Before any', "unknown-sentence", "`advice`"),
    ("fact simple_case,", "fakt simple_case,", "unknown-declaration", "`fact`"),
    ("stage ask_notary ", "stge ask_notary ", "unknown-declaration", "`stage`"),
    ('end paid "', 'ends paid "', "unknown-declaration", "`end`"),
    ("  perform enforcement", "  perfrom enforcement", "unknown-sentence", "`perform`"),
    ("  governed by sending", "  govrned by sending", "unknown-sentence", "`governed`"),
    ("  counts from title_day", "  count from title_day", "unknown-sentence", "`counts`"),
    ("  otherwise no\n", "  otherwize no\n", "unknown-sentence", "`otherwise`"),
    ("  the claimant sends notary", "  claimant sends notary", "unknown-sentence", "`the claimant sends"),
    ("    if missed                              -> lapsed\n", "    if mised                               -> lapsed\n", "unexpected", "`missed`"),
    ("yes when pretrial_done", "yes if pretrial_done", "unexpected", "`when`"),
    (" since 2017-01-01", " from 2017-01-01", "unexpected", "`since`"),
    ("supply and reconciliation_act", "supply and reconcilation_act", "unknown-name", "`reconciliation_act`"),
    ("-> choose_proceeding\n", "-> choose_proceding\n", "unknown-stage", "`choose_proceeding`"),
    ("is 2 base_value\n", "is 2 base_valu\n", "unknown-unit", "`base_value`"),
    ("15 plain_days from receipt", "15 plain_dais from receipt", "unknown-unit", "`plain_days`"),
    ("21.00 BYN", "21.00 BYR", "wrong-currency", "BYN"),
    ("the claimant sends notary", "the claiment sends notary", "unknown-party", "`claimant`"),
    ("notary_statement to notary", "notary_statement to notray", "unknown-party", "`notary`"),
    ("sends notary_statement to", "sneds notary_statement to", "unknown-act", "`sends`"),
    ("sends notary_statement to", "sends notary_statment to", "unknown-document", "`notary_statement`"),
    ("  perform enforcement", "  perform enforcment", "unknown-procedure", "`enforcement`"),
    ("ask_notary: refuses", "ask_notary: refused", "unknown-outcome", "`refuses`"),
    ("contract is supply and", "contract is suply and", "unknown-option", "`supply`"),
    # misspelt where it is declared: told at the first use, with the lines of the others
    ("party claimant,", "party clamant,", "unknown-party", "The same in lines"),
    ("source guide ", "source giude ", "unknown-source", "The same in lines"),
    ("fact contract,", "fact contrat,", "unknown-name", "The same in lines"),
    ("value base_value,", "value base_valeu,", "unknown-unit", "The same in lines"),
    ("document claim_letter ", "document claim_leter ", "unknown-document", "The same in lines"),
    ("fee notary_tariff ", "fee notary_tarif ", "unknown-fee", "The same in lines"),
    ("deadline reply_term", "deadline reply_trem", "unknown-deadline", "The same in line"),
    ("stage ask_notary ", "stage ask_notray ", "unknown-stage", "The same in line"),
    ("end uncollected ", "end uncolected ", "unknown-stage", "The same in line"),
    ("procedure enforcement", "procedure enforcment", "unknown-procedure", "The same in line"),
    ("one of supply,", "one of suply,", "unknown-option", "The same in line"),
    ("fact rent_fixed, yes or no", "fact rent_fixed, money", "not-a-condition", "The same in line"),
    ("  languages en, ru", "  languages en", "unknown-language", "The same in lines"),
    # signs
    ("except refused: yes", "except refused yes", "unexpected", "a colon"),
    ("fact penalty, money", "fact penalty money", "unexpected", "`penalty, money`"),
    ("    collected     -> paid", "    collected     paid", "bad-arrow", "`-> paid`"),
    ("    collected     -> paid", "    collected     - paid", "bad-arrow", "->"),
    ("    collected     -> paid", "    collected     → paid", "bad-arrow", "->"),
    ("  | below 100 base_value", "  below 100 base_value", "open-row", "|"),
    ('"as the words stand" ru', '"as the words stand ru', "open-quote", "same line"),
    ('"Claimant" ru', '"Claimant ru', "open-quote", "same line"),
    ('"as the words stand"', '"as the "words" stand"', "open-quote", "“…”"),
    ('guide "Collecting accounts receivable in Belarus"', 'guide “Collecting accounts receivable in Belarus"',
     "open-quote", "same line"),
    ('guide "Collecting accounts receivable in Belarus"', "guide 'Collecting accounts receivable in Belarus'",
     "unexpected", '"…"'),
    ("given amount is 14 300 BYN", "given amount is 14,300 BYN", "decimal-comma", "14 300 if thousands are meant"),
    ("given amount is 14 300 BYN", "given amount is 14.300 BYN", "two-numbers", "14 300 if thousands are meant"),
    ("given amount is 14 300 BYN", "given amount is 0 BYN", "out-of-bounds", ""),
    ("  5 %, at least", "  5 percent, at least", "unknown-unit", "5 %"),
    # edges
    ("  the claimant pays notary_tariff\n", "    the claimant pays notary_tariff\n", "bad-indent", "one edge"),
    ("  the claimant pays notary_tariff\n", " the claimant pays notary_tariff\n", "bad-indent", "one edge"),
    ("  the claimant pays notary_tariff\n", "the claimant pays notary_tariff\n", "bad-indent", "two blanks in"),
    # dates, sources, silence
    ("since 2018-01-01", "since 2018-02-30", "impossible-date", "2018-01-31"),
    ("since 2018-01-01", "since 01.02.2018", "bad-date", "2018-02-01"),
    ('next day                                      by outside "Economic Procedure Code, art. 135"', "next day",
     "no-source", "by SOURCE"),
    ("a time not stated in guide\n", "a time not stated\n", "unfinished", "not stated in SOURCE"),
    ("fact simple_case,", "fact account_known, yes or no\nfact simple_case,", "declared-twice", "another name"),
    ("  otherwise no\n", "\n", "no-otherwise", "otherwise no"),
)  # fmt: skip


@pytest.mark.parametrize(("right", "wrong", "code", "help_"), SINGLE, ids=[f"{s[2]}-{s[1][:24]}" for s in SINGLE])
def test_one_mistake_is_told_once_and_nothing_follows_from_it(right: str, wrong: str, code: str, help_: str) -> None:
    found = told(planted((right, wrong)))
    assert [one.code for one in found] == [code], [(one.code, str(one.place), one.seen) for one in found]
    assert help_ in found[0].help


def test_nine_mistakes_are_told_as_nine() -> None:
    """All at once, in the order of the text, each at its own line."""
    swaps = [
        ("21.00 BYN", "21.00 BYR"),
        ("fact simple_case,", "fakt simple_case,"),
        ("supply and reconciliation_act", "supply and reconcilation_act"),
        ('  advice "Before any', '  advise "Before any'),
        ("the claimant sends notary", "the claiment sends notary"),
        ("    collected     -> paid", "    collected     => paid"),
        ("15 plain_days from receipt", "15 plain_dais from receipt"),
        ("given amount is 14 300 BYN", "given amount is 14,300 BYN"),
        ("  perform enforcement", "  perform enforcment"),
    ]
    found = told(planted(*swaps))
    lines = {planted(*swaps).split("\n")[one.place.line - 1] for one in found}
    assert len(found) == 9, [(one.code, str(one.place), one.seen) for one in found]
    assert [one.place.line for one in found] == sorted(one.place.line for one in found)
    assert all(any(wrong in line for line in lines) for _, wrong in swaps)


def test_the_shipped_files_have_no_mistake() -> None:
    assert [told(text_of(name)) for name in ("belarus", "kazakhstan")] == [[], []]


STAGES = """
fact old, yes or no at first no
fact rich, yes or no
document notice "Notice" by act "1"
  form "in writing"
procedure road
"""


def stage(*sentences: str, name: str = "one", ways: str = "done") -> str:
    return f'stage {name} by act "1"\n' + "".join(f"  {line}\n" for line in sentences) + f"  -> {ways}\n"


END = 'end done by act "1"\n'
DECIDES = "the owner decides when rich\n    agrees -> done"


@pytest.mark.parametrize(
    ("sentences", "expected"),
    [
        ((DECIDES,), []),
        (("the owner thinks", DECIDES), []),
        ((DECIDES.replace(" when rich", ""),), ["after-the-exit"]),
        (("perform inner when rich\n    over -> done",), []),
    ],
    ids=["a branch with a condition", "behind an act", "without a condition", "a call with a condition"],
)  # fmt: skip
def test_only_what_always_leaves_the_stage_is_its_exit(sentences: tuple[str, ...], expected: list[str]) -> None:
    inner = (
        'procedure inner\nstage two by act "1"\n  -> over\nend over by act "1"\n' if "perform" in sentences[0] else ""
    )
    assert codes(STAGES + stage(*sentences) + END + inner) == expected


def test_a_stage_whose_only_exit_has_a_condition_needs_another() -> None:
    text = STAGES + f'stage one by act "1"\n  {DECIDES}\n' + END
    assert codes(text) == ["no-way-on"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (stage("requires old otherwise -> two") + stage(name="two", ways="one"), ["timeless-loop"]),
        (stage("requires old otherwise -> two") + stage(name="two", ways="one, so old is yes"), []),
        (stage("requires old otherwise -> two") + stage(name="two", ways="one, so rich is yes"), ["timeless-loop"]),
        (stage("requires ready otherwise -> two") + stage(name="two", ways="one, so old is yes"), []),
        (
            stage("requires notice otherwise -> two")
            + stage("the owner sends notice to court", name="two", ways="one"),
            [],
        ),
        (stage("requires old otherwise -> two") + stage("wait 1 day from start of one", name="two", ways="one"), []),
    ],
    ids=[
        "nothing changes",
        "the condition",
        "something else",
        "what a rule asks",
        "a paper comes about",
        "time passes",
    ],
)
def test_a_loop_ends_where_a_round_changes_what_leads_back(text: str, expected: list[str]) -> None:
    rule = 'rule ready, yes or no by act "1"\n  yes when old\n  otherwise no\n'
    assert codes(rule + STAGES + text + END) == expected


def test_a_misspelt_stage_of_a_right_is_the_only_mistake() -> None:
    right = 'at any time during onee the owner may settle -> done by act "1"\n'
    assert codes(STAGES + stage() + right + END) == ["unknown-stage"]


def test_what_a_misspelt_arrow_meant_counts_as_reached() -> None:
    text = STAGES + stage(ways="wto") + stage(name="two") + END
    assert codes(text) == ["unknown-stage"]
    assert codes(text + 'end never_there by act "1"') == ["unknown-stage", "unreachable"]


def test_of_a_stretch_that_nothing_leads_to_only_its_first_stage_is_told() -> None:
    lost = stage(name="two", ways="three") + stage(name="three", ways="over") + 'end over by act "1"\n'
    found = [one for one in told(HEAD + STAGES + stage() + lost + END) if one.code == "unreachable"]
    assert [one.seen for one in found] == ["no way leads to the stage `two`"]


def test_the_paper_of_an_unknown_act_is_no_second_mistake() -> None:
    text = STAGES + stage("the owner burns claim_fee") + END + "fee claim_fee\n  3 XTS by act '1'".replace("'", '"')
    assert codes(text, quiet=()).count("unknown-act") == 1
    assert not {"unknown-document", "unused"} & {one.code for one in told(HEAD + text) if "claim_fee" in one.seen}


def test_a_number_of_a_fact_is_a_product() -> None:
    [one] = [d for d in told(HEAD + 'fact sum, money\nfee due by act "1"\n  3 sum\n') if d.code != "unused"]
    assert (one.seen, one.help) == ("`sum` is a fact, not a unit", "Write `3 × sum`.")


USES = """
value unit, money by act "1"
  3 XTS since 2020-01-01
rule ready, yes or no by act "1"
  yes when old
  otherwise no
fee due by act "1"
  2 XTS
fact sum, money
fact name_of_ship, text
"""


def test_what_a_scenario_computes_is_used_and_a_fact_it_tells_is_not() -> None:
    scenario = (
        'scenario "A day"\n  given start on 2024-03-04, sum is 3 XTS, rich is yes\n'
        "  expect due is 2 XTS\n  expect ready is no\n  expect unit is 3 XTS\n"
    )
    unused = {d.seen.split("`")[1] for d in told(HEAD + USES + STAGES + stage() + END + scenario)}
    assert unused == {"sum", "rich", "notice", "owner", "tenant", "court"}


def test_a_time_not_stated_is_the_source_of_its_sentence() -> None:
    sentence = "the court decides within a time not stated in act\n    agrees -> done\n    refuses -> done"
    assert codes(f"{STAGES}stage one\n  {sentence}\n{END}") == []
    right = "at any time during one within a time not stated in act the owner may settle -> done\n"
    assert codes(f"{STAGES}stage one\n  {sentence}\n{right}{END}") == []


def test_a_block_without_any_source_is_told_once_with_its_lines() -> None:
    text = f"{STAGES}stage one\n  the owner thinks\n  -> done\n{END}"
    [one] = [d for d in told(HEAD + text) if d.code == "no-source"]
    first = HEAD.count("\n") + STAGES.count("\n") + 1
    assert one.place.line == first
    assert f"lines {first + 1}, {first + 2}" in one.seen


@pytest.mark.parametrize(
    ("bounds", "value", "expected"),
    [
        ("money above 0 XTS", "0 XTS", True),
        ("money above 0 XTS", "0.01 XTS", False),
        ("money at most 5 unit", "6 unit", True),
        ("money at most 5 unit", "20 XTS", False),
        ("number at least 1 at most 4", "5", True),
        ("percent below 100 %", "100 %", True),
        ("date at least 2020-01-01", "2019-12-31", True),
        ("date at least 2020-01-01", "2020-01-01", False),
    ],
)
def test_a_scenario_keeps_to_the_bounds_of_its_facts(bounds: str, value: str, *, expected: bool) -> None:
    """Where the bound and the amount are told in one unit; in two units it depends on the day."""
    text = (
        USES
        + f'fact told, {bounds}\n{STAGES}{stage()}{END}scenario "A day"\n  given told is {value}\n  expect due is 2 XTS\n'
    )
    assert ("out-of-bounds" in codes(text)) == expected


@pytest.mark.parametrize("change", ["at first 0 XTS", "effect"])
def test_facts_begin_and_change_within_their_bounds(change: str) -> None:
    first, way = ("", "done, so told is 0 XTS") if change == "effect" else (change, "done")
    assert codes(f"fact told, money above 0 XTS {first}\n{STAGES}{stage(ways=way)}{END}") == ["out-of-bounds"]


OF_A_BASE: tuple[tuple[str, str, list[str]], ...] = (
    # on what · the row · what is told
    ("number", "| any | 5 % |", ["wrong-type"]),
    ("number", "5 %", ["wrong-type"]),
    ("number", "5 %, at least 3 XTS", ["wrong-type"]),
    ("number", "3 XTS + 5 %", ["wrong-type"]),
    ("number", "3 XTS × 5 %", []),
    ("number", "| any | 3 XTS × told |", []),
    ("number", "| up to 4 | 3 XTS |\n  | above 4 | the excess |", ["wrong-type"]),
    ("number", "| up to 4 | 3 XTS |\n  | above 4 | 3 XTS + 2 XTS × the excess |", []),
    ("number", "| up to 4 | 3 XTS |\n  | above 4 | 200 % of the excess |", ["wrong-type"]),
    ("percent", "5 %", ["wrong-type"]),
    ("money", "5 %, at least 3 XTS", []),
    ("money", "| up to 4 XTS | 3 XTS |\n  | above 4 XTS | 3 XTS + the excess |", []),
    ("money", "| up to 4 XTS | 3 XTS |\n  | above 4 XTS | 2 XTS × the excess |", ["wrong-type"]),
)


@pytest.mark.parametrize(("kind", "rows", "expected"), OF_A_BASE)
def test_what_is_taken_of_a_base_is_of_its_type(kind: str, rows: str, expected: list[str]) -> None:
    """A share of a number is a number, and no fee; nor are there slices of it."""
    assert codes(f'fact told, {kind}\nfee due on told by act "1"\n  {rows}\n') == expected


@pytest.mark.parametrize(
    ("kind", "rows", "expected"),
    [
        ("money", "| up to 4 XTS | 1 % |\n  | above 4 XTS | 2 %, at most 9 XTS |", []),
        ("number", "| any | 3 XTS |", ["no-slices"]),
        ("percent", "| any | 3 XTS |", ["no-slices"]),
        ("money", "| up to 4 XTS | 1 % |\n  | above 4 XTS | 2 % of the excess |", ["no-excess"]),
    ],
)
def test_slices_are_of_money_and_each_is_its_own(kind: str, rows: str, expected: list[str]) -> None:
    assert codes(f'fact told, {kind}\nfee due on told in slices by act "1"\n  {rows}\n') == expected


QUIET_ROAD = """
fact old, yes or no
procedure road
stage one by act "1"
  {first}
stage two by act "1"
  {second}
end done by act "1"
"""
HEARS = "the court hears within 1 month from start of {}\n    {}"
REPLIES = "the tenant replies within 1 month from start of {}\n    {}"


@pytest.mark.parametrize(
    ("first", "second", "loops"),
    [
        (HEARS.format("one", "adjourns -> one\n    awards -> two"), "-> done", True),
        (HEARS.format("one", "awards -> two\n    adjourns -> one"), "-> done", False),
        (HEARS.format("one", "awards -> two\n    loses -> done"), HEARS.format("two", "returns -> one\n    closes -> done"), True),
        (HEARS.format("one", "adjourns when old -> one\n    awards -> two"), "-> done", False),
        (REPLIES.format("one", "pays -> two\n    if missed -> one"), "-> done", True),
        (REPLIES.format("one", "asks -> one\n    if missed -> two"), "-> done", False),
        ("the owner chooses\n    again -> one\n    enough -> two", "wait 1 day from start of two\n  -> one", True),
        ("wait 1 day from start of one\n  the law decides\n    again when old -> one\n    otherwise -> two", "-> done", False),
    ],
)  # fmt: skip
def test_a_quiet_way_that_goes_round_is_told(first: str, second: str, *, loops: bool) -> None:
    text = QUIET_ROAD.format(first=first, second=second)
    assert codes(text, quiet=("unused", "unreachable", "unbounded-loop")) == (["quiet-circle"] if loops else [])


def test_a_lost_reading_is_not_missed_where_it_is_used() -> None:
    text = 'reading terms\n  prefer one "a is days by act "1"\n  or two "b" is weeks by act "1"\n'
    assert codes(text + 'deadline due\n  counts from start by act "1"\n  3 terms by act "1"\n') == ["open-quote"]


# a text as somebody writes it who comes from elsewhere · a part of the help
HABITS = (
    ("fact price, money > 0 XTS", "Write `above`."),
    ("fact delivered on, date", "`delivered_on`"),
    ("fact broken, boolean", "`yes or no`"),
    ("fact kind, one of (a, b, c)", "commas part the answers"),
    ("fact colour: text", "Write a comma"),
    ("fact weight, number minimum 3", "`at least`"),
    ('fee tax by act "1"\n  = 3 XTS', "Leave it out."),
    ('fee tax by act "1"\n  3 XTS if old', "`when`"),
    ("fee tax by act 1\n  3 XTS", 'Put it in quotes: "1"'),
    ('rule fine, yes or no by act "1"\n  if price > 100 XTS then yes\n  otherwise no', "`ANSWER when CONDITION`"),
    ('rule fine, yes or no by act "1"\n  yes when old\n  else no', "`otherwise`"),
    ('fee tax on price by act "1"\n  | 0 - 100 XTS | 3 XTS |', "parted by a comma"),
    ('fee tax on price by act "1"\n  | from 1 XTS to 100 XTS | 3 XTS |', "parted by a comma"),
    ('fee tax on price by act "1"\n  | > 100 XTS | 3 XTS |', "Write `above`."),
    ('fee tax on price by act "1"\n  | >= 100 XTS | 3 XTS |', "Write `from`."),
    ('deadline term by act "2"\n  10 working days after receipt of claim', "`counts from receipt of PAPER`"),
    ('stage one by act "1"\n  tenant sends claim to owner', "`the tenant sends …`"),
    ('stage one by act "1"\n  the tenant sends the claim to owner', "Write `claim` alone"),
    ('stage one by act "1"\n  the tenant answers in 10 days', "`within`"),
    ('stage one by act "1"\n  goto two', "`-> STAGE`"),
    ('stage one by act "1"\n  if tenant refuses -> two', "`LABEL when CONDITION -> STAGE`"),
    ("scenario Test\n  expect ends at done", 'Put it in quotes: "Test"'),
    ('fee tax on price by act "1"\n  5 %\n  at most 100 XTS', "behind the formula it limits, after a comma"),
    ('fee tax on price by act "1"\n  5 % at most 100 XTS', "behind the formula it limits, after a comma"),
    ('fee tax on price in slices, at most 100 XTS by act "1"\n  | any | 5 % |', "behind the formula it limits"),
    ('fee tax by act "1"\n  3 XTS\n  except poor: 0 XTS when old', "Write `AMOUNT when CONDITION`"),
    ('fee tax by act "1"\n  5 percent of price', "Write 5 %."),
    ('rule tax, money by act "1"\n  5 percent of price', "Write 5 %."),
    ('scenario "A day"\n  given price = 100 XTS', "Write `is`."),
    ('scenario "A day"\n  given price 100 XTS', "Write `is 100`."),
    ('scenario "A day"\n  given start 2024-01-01', "Write `on 2024-01-01`."),
    ('scenario "A day"\n  expect end at done', "`ends at`"),
)  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        'procedure road\nstage one by act "1"\n  the law decides\n    won when old -> done\n    otherwise\nend done by act "1"',
        'procedure road\nstage one by act "1"\n  the law decides\n    won when old -> done\n    otherwise ->\nend done by act "1"',
        'rule fine, yes or no by act "1"\n  yes when old\n  otherwise',
        'procedure road\nstage one by act "1"\n  the owner pays within 3 days from start\n    paid -> done\n    if missed\nend done by act "1"',
    ],
)  # fmt: skip
def test_a_last_way_that_breaks_off_is_told_once(text: str) -> None:
    assert codes("fact old, yes or no\n" + text + "\n") == ["unfinished"]


@pytest.mark.parametrize("line", ["3 XTS {} {}", "{} {}", "yes when {} {}"])
def test_a_word_of_the_language_is_never_half_of_a_name(line: str) -> None:
    """Whatever two words stand side by side: no help joins them, or parts them by a comma, where one is a keyword."""
    words = ("at", "most", "of", "percent", "by", "in", "from", "is", "unknown", "borne", "price")
    for block, one in product(("fee {} on price", "rule {}, money", "deadline {}"), words):
        texts = [f'{block.format(f"x{at}")} by act "1"\n  {line.format(one, two)}\n' for at, two in enumerate(words)]
        for found in told(HEAD + "fact price, money\n" + "".join(texts)):
            pair = re.search(r"`(\w+)(?:_|, )(\w+)`", found.help)
            assert not pair or vocabulary().isdisjoint(pair.groups()), (block, one, found.seen, found.help)


@pytest.mark.parametrize(("text", "help_"), HABITS, ids=[text.split("\n")[-1].strip() for text, _ in HABITS])
def test_who_comes_from_elsewhere_is_told_what_to_write_here(text: str, help_: str) -> None:
    [one] = [one for one in told(HEAD + text + "\n") if one.code not in ("unused", "unknown-name")]
    assert help_ in one.help, (one.code, one.seen, one.help)
