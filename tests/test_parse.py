"""The parser: nothing makes it raise, every place lies in the text, and its kept tables never change an answer."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lark import Lark, Token, Tree
from procs import HEAD, SHIPPED, text_of

from procedure_dsl import Source, load, load_bytes, source_of_text, tables
from procedure_dsl.checks.view import walk
from procedure_dsl.diagnostics import NOWHERE, Place, render_diagnostic
from procedure_dsl.format import format_source
from procedure_dsl.source import declarations
from procedure_dsl.tables import Layout, language, whole_words
from procedure_dsl.words import ACTS, MOMENTS, grammar_text, vocabulary

WORDS = [
    *sorted(vocabulary() | set(ACTS) | MOMENTS), "age", "sum", "one", "act", "owner", "tenant", "court", "notice", "XTS", "fr",
    '"a title"', "“a title”", "«", '"', "“", "|", ",", ":", "->", "=>", "→", "+", "-", "×", "/", "(", ";", "#", "# said", "%",
    "3", "14 300", "2.50", "2,50", "14.300", "2024-02-29", "2024-13-40", "01.02.2024", "а", "é", "法", "\u00a0", "\u202f", "\t",
    "\u200b", "\x00", "yes or no", "one of a, b", "at least 3", "by act '1'".replace("'", '"'), "is", "fact age, number",
    "rule sum, money", "stage one", "procedure road", "fee due on sum", "deadline term", "scenario \"A day\"", "end done",
]  # fmt: skip
BREAKS = ["\n", "\n  ", "\n    ", "\n      ", "\n\t", "\n ", "\n\n", "\r\n", " ", " ", " ", " ", ""]
mixtures = st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(BREAKS)), max_size=60).map(
    lambda pairs: "".join(word + gap for word, gap in pairs)
)


def places_lie_inside(source: Source, places: Iterator[Place]) -> None:
    lines = source.lines
    for place in places:
        if place is NOWHERE:
            continue
        assert place.source == source.name
        assert 1 <= place.line <= place.end_line <= len(lines), place
        assert 1 <= place.column <= len(lines[place.line - 1]) + 1, place
        assert place.end_column <= len(lines[place.end_line - 1]) + 2, place
        assert (place.line, place.column) <= (place.end_line, place.end_column), place


def survives(text: str) -> None:
    """Read, checked, told and laid out without an exception; every place lies in the text."""
    source = source_of_text(text, "x.proc")
    checked = load(source)
    places_lie_inside(source, (one.place for one in checked.diagnostics))
    places_lie_inside(source, (node.place for node in walk(checked.jurisdiction)))
    for one in checked.diagnostics:
        assert one.seen
        assert render_diagnostic(one, checked.text_of(one))
    if not checked.has_errors:
        assert load(source_of_text(format_source(source))).jurisdiction == checked.jurisdiction


@settings(max_examples=250, deadline=None)
@given(st.text(max_size=400))
@example("\x00")
@example("\ud800")
@example("#")
def test_random_text_never_raises(text: str) -> None:
    survives(text)


@settings(max_examples=400, deadline=None)
@given(mixtures)
@example("at any time during\n")
@example("fee x\n  |\n")
@example('reading x\n  prefer a "b"\n    is\n')
def test_random_words_of_the_language_never_raise(text: str) -> None:
    survives(text)


@settings(max_examples=250, deadline=None)
@given(mixtures)
def test_random_words_behind_a_good_head_never_raise(text: str) -> None:
    survives(HEAD + text)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400))
def test_random_bytes_never_raise(data: bytes) -> None:
    load_bytes(data, "x.proc")


LINES = {name: text_of(name).split("\n") for name in SHIPPED}


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_shipped_file_with_anything_done_to_it_never_raises(data: st.DataObject) -> None:
    """Lines deleted, doubled, moved, cut, indented, or mixed with words of the language."""
    lines = LINES[data.draw(st.sampled_from(SHIPPED))]
    start = data.draw(st.integers(0, len(lines) - 1))
    lines = lines[start : start + 60]
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(0, len(lines) - 1))
        cut = data.draw(st.integers(0, len(lines[at])))
        match data.draw(st.sampled_from(["delete", "double", "cut", "indent", "mix", "margin"])):
            case "delete":
                lines = [*lines[:at], *lines[at + 1 :], ""]
            case "double":
                lines = [*lines[:at], lines[at], *lines[at:]]
            case "cut":
                lines = [*lines[:at], lines[at][:cut], *lines[at + 1 :]]
            case "indent":
                lines = [*lines[:at], " " * data.draw(st.integers(1, 5)) + lines[at], *lines[at + 1 :]]
            case "margin":
                lines = [*lines[:at], lines[at].lstrip(), *lines[at + 1 :]]
            case "mix":
                word = data.draw(st.sampled_from(WORDS))
                lines = [*lines[:at], f"{lines[at][:cut]} {word} {lines[at][cut:]}", *lines[at + 1 :]]
    survives("\n".join(lines))


@pytest.mark.parametrize("name", SHIPPED)
def test_every_place_of_a_shipped_file_lies_inside_it(name: str) -> None:
    """And begins with the word that a thing is named by."""
    source = source_of_text(text_of(name), name)
    nodes = list(walk(load(source).jurisdiction))
    places_lie_inside(source, (node.place for node in nodes))
    for node in nodes:
        word = getattr(node, "name", None)
        if word and type(node).__name__ in (
            "Fact",
            "Rule",
            "Stage",
            "End",
            "Fee",
            "Party",
            "Value",
            "Name",
            "GivenFact",
        ):
            assert source.line(node.place.line)[node.place.column - 1 :].startswith(word), node


def test_equality_ignores_places() -> None:
    text = text_of("belarus")
    moved = "# moved down\n\n\n" + text.replace("    -> ", "    ->  ")
    one, two = load(source_of_text(text)).jurisdiction, load(source_of_text(moved)).jurisdiction
    assert one == two
    assert one.declarations[3].place.line + 3 == two.declarations[3].place.line
    assert one != load(source_of_text(text.replace("21.00 BYN", "21.01 BYN"))).jurisdiction


def test_two_texts_are_read_side_by_side() -> None:
    """The levels of one do not disturb those of the other, even where the first broke off inside a block."""
    load(source_of_text(HEAD + "procedure road\nstage one\n  the owner\n    agrees"))
    assert not load(source_of_text(text_of("kazakhstan"))).diagnostics


# ── The kept tables ─────────────────────────────────────────────────────────────────────────────

PROGRAM = """
import sys
from procedure_dsl import load_bytes
print([(d.code, d.place.line) for d in load_bytes(open(sys.argv[1], "rb").read(), "x").diagnostics])
"""


@pytest.fixture
def fresh_tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of kept tables, empty; what other tests use comes back afterwards."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    tables.language.cache_clear()
    yield tmp_path / "procedure-dsl"
    tables.language.cache_clear()


def answers() -> bool:
    """Whether a good text is read and a bad one told, by a parser made anew."""
    tables.language.cache_clear()
    good = load(source_of_text(text_of("kazakhstan"))).diagnostics
    bad = load(source_of_text(HEAD + "fakt age, number\n")).diagnostics
    return not good and [one.code for one in bad] == ["unknown-declaration"]


def kept(folder: Path) -> list[Path]:
    return sorted(folder.iterdir())


def test_tables_are_kept_once_and_used_again(fresh_tables: Path) -> None:
    assert answers()
    [file] = kept(fresh_tables)
    written = file.stat().st_mtime_ns
    assert file.suffix == ".bin"
    assert answers()
    assert [one.stat().st_mtime_ns for one in kept(fresh_tables)] == [written]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: data[:0],
        lambda data: data[: len(data) // 2],
        lambda data: data[:70] + b"\x00" + data[71:],
        lambda data: b"0" * 64 + data[64:],
        lambda data: data + b"more",
        lambda data: b"not tables at all" * len(data),
        lambda data: data.replace(b"\n", b"", 1),
    ],
    ids=["empty", "truncated", "a bit turned", "a wrong sum", "more", "foreign", "no sum"],
)
def test_a_spoilt_cache_is_built_again(fresh_tables: Path, spoil: object) -> None:
    assert answers()
    [file] = kept(fresh_tables)
    whole = file.read_bytes()
    file.write_bytes(spoil(whole))  # type: ignore[operator]
    assert answers()
    assert len(kept(fresh_tables)) == 1
    assert tables._read(file) is not None, "the file is whole again"


def test_a_cache_that_another_could_write_is_not_read(fresh_tables: Path) -> None:
    assert answers()
    [file] = kept(fresh_tables)
    file.chmod(0o666)
    assert tables._read(file) is None
    fresh_tables.chmod(0o777)
    assert tables._tables_path() is None
    assert answers()


def test_a_folder_that_cannot_be_had_costs_only_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file stands where the folder should be."""
    (tmp_path / "procedure-dsl").write_text("in the way")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert answers()
    tables.language.cache_clear()
    assert (tmp_path / "procedure-dsl").read_text() == "in the way"


def test_a_full_disk_costs_only_time(fresh_tables: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    assert answers()
    assert kept(fresh_tables) == [], "nothing half written is left behind"


def test_tables_are_written_beside_and_renamed(fresh_tables: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody reads half a file: what is renamed is whole, and in the same folder."""
    moves: list[tuple[Path, Path, bool]] = []
    move = os.replace

    def seen(old: str, new: Path) -> None:
        moves.append((Path(old), new, tables._read(Path(old)) is not None))
        move(old, new)

    monkeypatch.setattr(os, "replace", seen)
    assert answers()
    [(old, new, whole)] = moves
    assert whole
    assert old.parent == new.parent == fresh_tables
    assert kept(fresh_tables) == [new]


def test_programs_that_start_together_agree(tmp_path: Path) -> None:
    """Four at once on an empty cache: one answer, one file."""
    file = tmp_path / "x.proc"
    file.write_text(HEAD + "fakt age, number\n", encoding="utf-8")
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache")}
    programs = [
        subprocess.Popen([sys.executable, "-c", PROGRAM, str(file)], env=environment, stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    said = {program.communicate()[0].strip() for program in programs}
    assert said == {f"[('unknown-declaration', {HEAD.count(chr(10)) + 1})]"}
    assert len(kept(tmp_path / "cache" / "procedure-dsl")) == 1


# ── Our own lexer and places, against those of Lark ─────────────────────────────────────────────


@pytest.mark.parametrize("name", ["belarus", "kazakhstan"])
def test_trees_and_places_are_those_of_lark_as_it_comes(name: str) -> None:
    """States are met often enough for both ways to look for a word; a file is read twice over."""
    plain = Lark(
        grammar_text(), start=["start", "length"], parser="lalr", lexer="contextual", postlex=Layout(),
        edit_terminals=whole_words, propagate_positions=True, maybe_placeholders=False,
    )  # fmt: skip
    for _ in range(2):
        for _, lines in declarations(source_of_text(text_of(name))):
            text = "\n".join(lines) + "\n"
            ours, theirs = language().parse(text, start="start"), plain.parse(text, start="start")
            assert ours == theirs
            for one, other in zip(ours.iter_subtrees(), theirs.iter_subtrees(), strict=True):
                assert one.meta.empty == other.meta.empty
                if not one.meta.empty:
                    assert places_of(one) == places_of(other), one


def places_of(tree: Tree[Token]) -> tuple[int, int, int, int]:
    return tree.meta.line, tree.meta.column, tree.meta.end_line, tree.meta.end_column
