"""Files as they come: from other editors, other systems, other alphabets, and far too large."""

from __future__ import annotations

import time

import pytest
from procs import HEAD, text_of

from procedure_dsl import Checked, load, load_bytes, read_source, source_of_text
from procedure_dsl.diagnostics import MOST_MISTAKES
from procedure_dsl.format import format_source
from procedure_dsl.source import LARGEST_FILE, indentation, is_sentence, said

BELARUS = text_of("belarus")
SECONDS = 8.0  # of the processor, for the worst file; most need a hundredth of it


def quickly(data: bytes) -> Checked:
    begun = time.process_time()
    checked = load_bytes(data, "test.proc")
    assert time.process_time() - begun < SECONDS
    return checked


def codes(data: bytes) -> list[str]:
    return [one.code for one in quickly(data).diagnostics]


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf" + BELARUS.encode(),
        BELARUS.replace("\n", "\r\n").encode(),
        BELARUS.replace("\n", "\r").encode(),
        BELARUS.replace("  ", "\t").encode(),
        BELARUS.replace("  ", "\u00a0\u00a0").encode(),
        BELARUS.replace(" BYN", "\u202fBYN").encode(),
        BELARUS.replace("amount is 14 300", "amount is 14\u202f300").encode(),
        BELARUS.encode("utf-16"),
        BELARUS.rstrip("\n").encode(),
        (BELARUS + "\n \n\t\n").encode(),
    ],
    ids=["BOM", "CRLF", "CR", "tabs", "NBSP", "narrow NBSP", "narrow groups", "UTF-16", "no last break", "blank end"],
)
def test_whatever_the_editor_writes_the_law_is_the_same(data: bytes) -> None:
    checked = quickly(data)
    assert checked.diagnostics == ()
    assert checked.jurisdiction == load(source_of_text(BELARUS)).jurisdiction


def test_smart_quotes_and_guillemets_are_quotes() -> None:
    text = HEAD + 'fact age, number “Age” ask «How old?»\nfee due "Due" by act "1"\n  3 XTS × age\n'
    straight = text.replace("“", '"').replace("”", '"').replace("«", '"').replace("»", '"')
    assert load(source_of_text(text)).jurisdiction == load(source_of_text(straight)).jurisdiction


def test_a_letter_and_its_accent_are_one_letter() -> None:
    """`é` typed as one character or as two is the same name."""
    text = HEAD + "fact age\u0301, number\nfee due by act '1'\n  3 XTS × ag\u00e9\n".replace("'", '"')
    assert [one.code for one in load(source_of_text(text)).diagnostics if one.code != "unused"] == []


@pytest.mark.parametrize(
    ("encoding", "named"),
    [("cp1251", "windows-1251"), ("cp866", "cp866"), ("utf-16-le", "utf-16-le"), ("utf-16-be", "utf-16-be")],
)
def test_another_encoding_is_named_with_the_command_that_converts(encoding: str, named: str) -> None:
    """A file whose letters are all Cyrillic apart from the language's own words."""
    data = BELARUS.encode(encoding, "replace")
    checked = quickly(data)
    assert [one.code for one in checked.diagnostics] == ["not-utf-8"]
    assert named in checked.diagnostics[0].seen
    assert f"proc fmt test.proc --from {named}" in checked.diagnostics[0].help
    assert "not-utf-8" not in codes(data.decode(named).encode())


@pytest.mark.parametrize("sign", ["\x00", "\x07", "\x1b", "\x85", "\u2028", "\u200b", "\u200e", "\ufeff", "\u00ad"])
def test_signs_that_cannot_be_seen_are_shown(sign: str) -> None:
    """In a sentence; the place is that of the sign."""
    text = HEAD + f"fact age,{sign} number\n"
    found = [one for one in quickly(text.encode()).diagnostics if one.code != "unused"]
    assert [(one.code, one.place.line, one.place.column) for one in found] == [
        ("bad-character", HEAD.count("\n") + 1, 10)
    ]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"x" * 10_000_000, "too-large"),
        (b"fact a, number\n" * 700_000, "too-large"),
        (b"# " + b"x" * 100_000, "line-too-long"),
        (HEAD.encode() + b"rule old, number\n  " + b"1 + " * 25_000 + b"1\n", "line-too-long"),
        (HEAD.encode() + b"rule old, number\n  " + b"(" * 1_500 + b"1\n", "bracket"),
        (b"\n".join(b" " * depth + b"stage s" for depth in range(1_400)), "bad-indent"),
        (b"".join(b" " * depth + b"stage s\n" for depth in range(10_000)), "too-large"),
        (HEAD.encode() + b"rule old, number\n" + b"".join(b" " * d + b"9\n" for d in range(1, 1_400)), "bad-indent"),
        (b"".join(b" " * (depth % 1_900) + b"note x\n" for depth in range(1_000)), ""),
        (b"a\n" * (LARGEST_FILE // 2 - 1), "too-many"),
        (b"stage s\n" * (LARGEST_FILE // 8 - 1), "too-many"),
        (b'"' * 1_999, ""),
        (b"\xff" * 1_000, "not-utf-8"),
        (b"\x00" * 1_000, "not-utf-8"),
        (b"\xff\xfe\x00", "not-utf-8"),
        (b"fact " + "я".encode() * 900, ""),
    ],
    ids=[
        "ten megabytes", "a million facts", "100 000 characters in a line", "a sum without end", "brackets",
        "each line further in", "ten thousand levels", "levels in a block", "edges to and fro", "half a million mistakes", "headings alone", "quotes", "no text",
        "noughts", "half a letter", "one long name",
    ],
)  # fmt: skip
def test_the_worst_file_is_a_diagnostic_within_seconds(data: bytes, code: str) -> None:
    found = codes(data)
    assert found
    assert code in found or not code
    assert len(found) <= MOST_MISTAKES + 1


def test_rules_built_on_rules_without_end_are_told() -> None:
    chain = "".join(f"rule r{at}, number\n  r{at + 1}\n" for at in range(3_000))
    assert "too-deep" in codes((HEAD + chain).encode())


def test_a_circle_of_thousands_of_stages_is_told() -> None:
    ring = "".join(f'stage s{at} by act "1"\n  -> s{(at + 1) % 3_000}\n' for at in range(3_000))
    assert "timeless-loop" in codes((HEAD + "procedure road\n" + ring).encode())


@pytest.mark.parametrize("data", [b"", b"\n\n", b"# only this\n  # and that\n", b"\xef\xbb\xbf", b"\r\n\t\r\n"])
def test_a_file_that_says_nothing_has_no_jurisdiction(data: bytes) -> None:
    assert codes(data) == ["no-jurisdiction"]
    assert (
        format_source(read_source(data, "x")[0]).replace("#", "").split()
        == data.decode("utf-8-sig").replace("#", "").split()
    )


def test_a_control_character_in_a_comment_is_told_too() -> None:
    """Nobody sees it there, and an editor may break the line at it."""
    assert "bad-character" in codes((HEAD + "# a\x0bb\n").encode())


@pytest.mark.parametrize(
    ("line", "edge", "says", "words"),
    [
        ("\t fact age # how old", 3, True, "\t fact age"),
        ('note "# no comment" # one', 0, True, 'note "# no comment"'),
        ("  # nothing", 2, False, ""),
        ("\u00a0\u202fx", 2, True, "\u00a0\u202fx"),
    ],
)
def test_a_line_has_an_edge_and_words(line: str, edge: int, says: bool, words: str) -> None:
    assert (indentation(line), is_sentence(line), said(line)) == (edge, says, words)
