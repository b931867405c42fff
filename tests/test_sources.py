"""Quotations against their texts: each must stand there, letter for letter, or the nearest passage is named."""

from __future__ import annotations

import hashlib
import json
import time
from pathlib import Path

import pytest
from procs import HEAD
from typed import Answer, proc

FILE = (
    HEAD.replace('source act "The act"', 'source act "The act" in "act.txt"')
    + """\
fact rent, money above 0 XTS

fee filing on rent
  20 XTS        by act "s. 2" saying "the fee is “twenty” – no more"

procedure p
stage s         by act "s. 1"
  the owner pays filing
  -> e
end e           by act "s. 1" saying "within 10 days"
"""
)
TEXT = '\ufeffArticle 1.  Pay within 10\n   days.\n\nArticle 2. The  clerk says: the fee is "twenty" - no more, and that\'s all.'


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A .proc, and beside it a folder with its text."""
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "act.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "rent.proc").write_text(FILE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def check(*more: str) -> Answer:
    return proc("check", "rent.proc", "--sources", "texts", *more)


def told(answer: Answer) -> list[tuple[str, int]]:
    return [(one["code"], one["line"]) for one in answer.data["diagnostics"] if one["code"] != "unused"]


def text_is(words: str) -> None:
    Path("texts", "act.txt").write_text(words, encoding="utf-8")


def test_kinds_of_blanks_quotation_marks_and_dashes_are_one() -> None:
    answer = check()
    assert answer.code == 0, answer.out
    assert "act: 2 of 2 quotations found in act.txt" in answer.out


@pytest.mark.parametrize(
    ("old", "new"),
    [("within 10\n", "within 11\n"), ("within 10\n", "Within 10\n"), ("within 10\n", "within 110\n"), ("days.", "daylight.")],
)  # fmt: skip
def test_other_words_another_case_or_a_part_of_a_word_is_not_the_quotation(old: str, new: str) -> None:
    text_is(TEXT.replace(old, new))
    line = FILE.splitlines().index('end e           by act "s. 1" saying "within 10 days"') + 1
    answer = check("--format", "json")
    assert answer.code == 1
    assert told(answer) == [("not-in-source", line)]


def test_the_words_are_marked_and_the_nearest_passage_is_named() -> None:
    text_is(TEXT.replace("within 10\n", "within 14\n"))
    answer = check()
    assert '"within 10 days"\n' in answer.out
    assert f" {'^' * len('within 10 days')}\n" in answer.out
    assert "Nearest there: “within 14 days.”." in answer.out


def test_where_nothing_is_like_it_that_is_said() -> None:
    text_is('Another text: the fee is "twenty" - no more.')
    assert "Nothing like it stands there." in check().out


def test_a_text_that_is_not_there_is_not_compared() -> None:
    Path("texts", "act.txt").unlink()
    answer = check()
    assert answer.code == 0
    assert "not compared: act, 2 quotations: there is no act.txt in texts" in answer.out
    assert "not compared" not in proc("check", "rent.proc").out


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [(' in "act.txt"', "", "its declaration names no file"), ('in "act.txt"', 'in "../rent.proc"', "leads out of texts")],
)  # fmt: skip
def test_a_source_without_a_file_of_the_folder_is_not_compared(old: str, new: str, words: str) -> None:
    Path("rent.proc").write_text(FILE.replace(old, new), encoding="utf-8")
    assert f"not compared: act, 2 quotations: {'../rent.proc ' * ('leads' in words)}{words}" in check().out


@pytest.mark.parametrize(("right", "codes"), [(True, []), (False, ["other-document"])])
def test_the_document_is_the_one_that_the_ledger_names(right: bool, codes: list[str]) -> None:
    Path("ledger").mkdir()
    digest = hashlib.sha256(Path("texts", "act.txt").read_bytes() if right else b"").hexdigest()
    entry = f'[somewhere]\nsource = "act"\nfile = "act.txt"\nsha256 = "{digest}"\n'
    Path("ledger", "documents.toml").write_text(entry, encoding="utf-8")
    answer = check("--format", "json")
    assert (answer.code, [code for code, _ in told(answer)]) == (int(not right), codes)


def test_notes_stay_out_of_what_a_program_reads() -> None:
    answer = check("--format", "json")
    assert json.loads(answer.out)["valid"] is True
    assert "2 of 2 quotations" in answer.err


@pytest.mark.parametrize(
    ("prepare", "words"),
    [
        (lambda: Path("texts").rename("elsewhere"), "there is no folder texts"),
        (lambda: Path("texts", "act.txt").write_bytes("закон".encode("cp1251")), "is not UTF-8 text"),
        (lambda: (Path("ledger").mkdir(), Path("ledger", "documents.toml").write_text("[")), "cannot be read"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused(prepare: object, words: str) -> None:
    prepare()  # type: ignore[operator]
    answer = check()
    assert answer.code == 2
    assert words in answer.err


def test_a_large_text_is_searched_at_once() -> None:
    text_is("word after word within the days " * 60_000)
    started = time.monotonic()
    assert check().code == 1
    assert time.monotonic() - started < 10
