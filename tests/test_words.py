"""The words of the language: few, each with a use, and only those reserved that could be misread."""

from __future__ import annotations

import re

import pytest
from procs import HEAD, text_of

from procedure_dsl import load, source_of_text
from procedure_dsl.tables import language
from procedure_dsl.words import (
    CONTINUATIONS,
    DECLARATIONS,
    RESERVED,
    SENTENCES,
    SPECIAL_SOURCES,
    START,
    grammar_text,
    keywords,
    plurals,
    spellings,
    vocabulary,
)


def test_the_language_has_no_more_keywords_than_it_needs() -> None:
    """`use`, `replace` and `follows` join files, `as` tells what a stage is elsewhere, and one phrase says which cases
    keep the old law; `stands still`, `begins anew`, `plus` and `ends no earlier`/`no later than` are what may happen to a
    clock, `between`, `too early` and `restored` the other edges of a term; nothing else could say it."""
    assert len(keywords()) <= 160


def test_reserved_is_what_could_be_misread_and_nothing_else() -> None:
    """A word is read as a word wherever the parser could take one: where a name can stand too, the name is lost."""
    terminals = {terminal.name: terminal.pattern.to_regexp() for terminal in language().terminals}
    states = language().parser.parser._parse_table.states.values()
    beside_a_name = {kind for accepted in states if "NAME" in accepted for kind in accepted} - {"NAME"}
    patterns = [re.compile(terminals[kind]) for kind in beside_a_name if kind in terminals]
    words = keywords() | plurals()
    misread = {word for word in words if any(pattern.fullmatch(word) for pattern in patterns)}
    assert sorted(misread | set(CONTINUATIONS) | {START}) == sorted(RESERVED)


def test_the_words_that_continue_a_sentence_are_those_of_the_grammar() -> None:
    [listed] = re.findall(r"^GOES_ON.*\(\?=\(([a-z|]+)\)", grammar_text(), re.M)
    assert tuple(listed.split("|")) == CONTINUATIONS


FREE = sorted((vocabulary() | plurals()) - RESERVED - {"law", *SPECIAL_SOURCES})


@pytest.mark.parametrize("word", FREE)
def test_a_word_that_is_not_reserved_can_name_anything(word: str) -> None:
    """A fact in a condition, in a sum and in a scenario; a label, a stage, an end, a paper, a party, an answer."""
    text = f"""
party {word}_side, our side
document {word}_paper by act "1"
  form "in writing"
fact {word}, number at least 0 at most 9
fact x_kind, one of {word}, x_other
rule x_big, yes or no by act "1"
  yes when {word} is above 3 and x_kind is {word} or x_other
  no when {word} is known unless x_kind is {word}
  otherwise no
rule x_more, number by act "1"
  {word} + 2 × {word} / 3, at least {word}
fee x_due on {word} by act "1"
  | up to {word} | 1 XTS × {word} |
  | above {word} | 2 XTS |
procedure x_road
stage x_one by act "1"
  requires x_big
  the owner chooses
    {word}_way "a way" when {word} is 3 -> x_two, so {word} is 4 and x_kind is {word}
    x_way -> x_two
stage x_two by act "1"
  the owner pays x_due
  the owner sends {word}_paper to court
  -> x_done
end x_done by act "1"
scenario "A day"
  given start on 2024-03-04, {word} is 3, x_kind is {word}
  expect {word} is 3
  expect x_kind is {word}
"""
    found = load(source_of_text(HEAD + text)).diagnostics
    assert [(one.code, one.place.line, one.seen) for one in found if one.code != "unused"] == []


@pytest.mark.parametrize("word", [word for word in FREE if len(word) > 2])
def test_a_word_that_is_not_reserved_can_label_a_way_and_name_a_stage(word: str) -> None:
    text = f"""
procedure x_road
stage {word} by act "1"
  the owner chooses
    {word} "so" -> x_ended
    x_way -> {word} any number of times
end x_ended by act "1"
scenario "A day"
  given start on 2024-03-04, {word}: x_way then {word}
  expect start of {word} on 2024-03-04
  expect ends at x_ended
"""
    if word in ("missed", "back"):
        return
    found = load(source_of_text(HEAD + text)).diagnostics
    assert [(one.code, one.place.line, one.seen) for one in found if one.code != "unused"] == []


@pytest.mark.parametrize("word", sorted(RESERVED))
def test_a_reserved_word_is_refused_as_a_name(word: str) -> None:
    found = load(source_of_text(HEAD + f"fact {word}, number\n")).diagnostics
    [told] = [one for one in found if one.code == "reserved-name"]
    assert f"`{word}`" in told.seen
    assert f"`the_{word}`" in told.help


def test_words_that_open_a_line_are_words_of_the_grammar() -> None:
    """The lists from which a misspelt word is guessed hold no word that the grammar has not."""
    assert set(DECLARATIONS) | set(SENTENCES) <= keywords()


def test_each_terminal_has_a_spelling_for_people() -> None:
    """`Here could stand: …` never shows a name out of the grammar."""
    unseen = {"GOES_ON", "BLANK", "COMMENT", "_DEDENT"}
    for terminal in language().terminals:
        words = spellings(terminal.name)
        assert bool(words) == (terminal.name not in unseen), terminal.name
        for word in words:
            assert not re.search(r"[A-Z_]{2}", word.replace("BYN", "")), word


def test_every_keyword_stands_in_a_shipped_file_or_an_example() -> None:
    """The examples are those of docs/language; that each is executed is for tests/test_docs.py to prove."""
    from test_docs import whole_texts, words_of

    used = set().union(*(words_of(text) for text in whole_texts()))
    shipped = words_of(text_of("belarus")) | words_of(text_of("kazakhstan"))
    assert sorted(keywords() - used) == []
    assert len(keywords() & shipped) > 100, "the shipped files speak most of the language"
