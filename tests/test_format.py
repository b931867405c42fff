"""The layout: the same law, the same comments at the same sentences, whatever the text looked like before."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from procs import HEAD, SHIPPED, text_of

from procedure_dsl import load, source_of_text
from procedure_dsl.diagnostics import text_cells
from procedure_dsl.format import format_source
from procedure_dsl.source import is_sentence, said, without_texts

TEXTS = {name: text_of(name) for name in SHIPPED}


def laid_out(text: str) -> str:
    return format_source(source_of_text(text))


def comments(text: str) -> list[tuple[str, str]]:
    """Each comment with the words before it on its line, or with those of the next sentence if it stands alone."""
    found, waiting = [], []
    for line in text.split("\n"):
        bare = without_texts(line)
        comment = line[len(bare) :].rstrip() if "#" in line else ""
        words = re.sub(r"\s+|[“”«»\"]", "", said(line)).replace("*", "×")
        if comment and not words:
            waiting.append(comment)
        elif words:
            found += [(one, f"above {words}") for one in waiting] + ([(comment, words)] if comment else [])
            waiting = []
    return found + [(one, "at the end") for one in waiting]


def same_law(text: str) -> None:
    """The layout says the same, keeps every comment, and is its own layout."""
    out = laid_out(text)
    assert load(source_of_text(out)).jurisdiction == load(source_of_text(text)).jurisdiction
    assert comments(out) == comments(text)
    assert laid_out(out) == out


@st.composite
def reflowed(draw: st.DrawFn) -> str:
    """A shipped file, or a piece of it, typed by somebody with other habits."""
    lines = TEXTS[draw(st.sampled_from(SHIPPED))].split("\n")
    starts = [at for at, line in enumerate(lines) if is_sentence(line) and not line[0].isspace()]
    first = draw(st.sampled_from(starts))
    last = min(first + draw(st.integers(10, 80)), len(lines))
    width = draw(st.integers(1, 6))
    gap = draw(st.sampled_from([" ", "   ", "\u00a0", "\t", " \u202f"]))
    out: list[str] = []
    for line in lines[first:last]:
        edge = len(line) - len(line.lstrip())
        pieces = re.split(r'("[^"]*"|«[^»]*»|“[^”]*”|#.*)', line.strip())
        words = "".join(one if at % 2 else re.sub(" +(?!\\d{3}\\b)", gap, one) for at, one in enumerate(pieces))
        out.append(
            " " * (edge // 2 * width) + words + draw(st.sampled_from(["", "", "", " ", "\t", " # said", "#said "]))
        )
        out += draw(
            st.sampled_from([[], [], [], [], [""], ["", "  ", ""], ["# a remark"], ["", "      # further in", ""]])
        )
    return "\n".join(out)


@pytest.mark.parametrize("name", SHIPPED)
def test_the_layout_of_a_shipped_file_says_the_same(name: str) -> None:
    same_law(TEXTS[name])


@settings(max_examples=60, deadline=None)
@given(reflowed())
def test_whatever_the_habits_of_the_writer_the_law_stays(text: str) -> None:
    same_law(text)


@settings(max_examples=40, deadline=None)
@given(reflowed())
def test_the_habits_of_the_writer_are_gone(text: str) -> None:
    """Levels of two blanks, one blank between words, no blank at the end, no two empty lines."""
    out = laid_out(text)
    assert "\n\n\n" not in out
    for line in out.split("\n"):
        assert line == line.rstrip()
        bare = without_texts(line)
        assert not re.search("[\t\u00a0\u202f]", bare)
        assert is_sentence(line) is False or (len(line) - len(line.lstrip())) % 2 == 0


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("fact  age ,number", "fact age, number"),
        ("fact age, number “Age” ask «How old?»", 'fact age, number "Age" ask "How old?"'),
        ("fact age, number «An \"old\" word»", 'fact age, number «An "old" word»'),
        ("rule r, number\n\t3*2", "rule r, number\n  3 × 2"),
        ("rule r, number\n    3\n\n\n\n    note 'x'".replace("'", '"'), 'rule r, number\n  3\n\n  note "x"'),
        ('rule r, number\n  3 when a\n   by act "1"', 'rule r, number\n  3 when a\n    by act "1"'),
        ('rule r, number\n  3 when a\n\n   by act "1"', 'rule r, number\n  3 when a\n\n    by act "1"'),
        ('rule r, number\n  3 when a\n  # why\n   by act "1"', 'rule r, number\n  3 when a\n  # why\n    by act "1"'),
        ("fee f on a\n  |below 3 |1|\n  | from 3|  2 % |", "fee f on a\n  | below 3 | 1   |\n  | from 3  | 2 % |"),
        ("x:\u00a014\u202f300", "x: 14 300"),
        ("# alone", "# alone"),
        ("", ""),
        ("\n\n", ""),
    ],
)  # fmt: skip
def test_one_way_to_write_it(before: str, after: str) -> None:
    assert laid_out(before) == (after + "\n" if after else "")


ARROWS = """\
stage one
  the owner chooses
    agrees -> done   by act "1"
    refuses "does not" -> other_stage
    otherwise -> done by act "2"
"""


def test_arrows_and_sources_stand_in_columns() -> None:
    """The source in its own column, where the sentence before it leaves room."""
    out = laid_out(ARROWS).split("\n")
    assert len({line.index("->") for line in out[2:4]}) == 1
    assert len({line.index("by act") for line in out if "by act" in line}) == 1


COMMENTED = """\
scenario "A day"
  expect fee is 3 XTS # short
  expect another_fee is 4 000.00 XTS on the road # long
  expect third is 5 XTS

  expect fourth is 5 XTS # another block
"""


def test_comments_behind_neighbouring_sentences_stand_in_one_column() -> None:
    """Two blanks behind the widest of them; a sentence without a comment does not count."""
    out = laid_out(COMMENTED).split("\n")
    assert out[1].index("#") == out[2].index("#") == len("  expect another_fee is 4 000.00 XTS on the road  ")
    assert out[5] == "  expect fourth is 5 XTS  # another block"


def test_columns_are_those_of_the_screen() -> None:
    """A wide letter takes two cells, an accent of its own none."""
    out = laid_out("scenario 'A'\n  expect 法律 is 3 # one\n  expect abcdef is 3 # two\n".replace("'", '"')).split("\n")
    assert text_cells(out[1].split("#")[0]) == text_cells(out[2].split("#")[0])


def test_a_text_that_cannot_be_read_keeps_its_words() -> None:
    """`proc fmt` refuses it; whoever calls the layout all the same loses nothing but blanks."""
    text = HEAD + "fakt (age\n  ] ->  “open\n      by\n"
    assert re.sub(r"\s", "", laid_out(text)) == re.sub(r"\s", "", text)
