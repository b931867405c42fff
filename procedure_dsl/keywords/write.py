"""A whole text from one tongue into the other, as `proc fmt --keywords` asks: names, texts and comments stay as they are."""

from __future__ import annotations

from collections.abc import Iterator

from lark import Token

from procedure_dsl.keywords.read import Read, read_lines, typed_name
from procedure_dsl.keywords.say import Piece, is_verb, phrase_at, written
from procedure_dsl.keywords.table import PIECE, Table, russian
from procedure_dsl.source import Source, declarations
from procedure_dsl.tables import language
from procedure_dsl.words import START

LITERALS = ("STRING", "NUMBER", "DATE")
MUTE = ("_NL", "_INDENT", "_DEDENT", "$END")


def to_english(source: Source) -> str:
    """The text in the words of the grammar. It must be readable; names, texts and comments stay as they are."""
    return "\n".join(line for lines in _declarations(source) for line in lines)


def to_russian(source: Source) -> str:
    """The text in Russian words, of the same kind."""
    table = russian()
    return "\n".join(line for lines in _declarations(source) for line in _translated(lines, table))


def _declarations(source: Source) -> Iterator[list[str]]:
    """The lines of each declaration, in the words of the grammar; those before the first one stand with it."""
    last = 0
    for first, lines in declarations(source):
        read = read_lines(lines)
        yield _with_names(read) if read else lines
        last = first - 1 + len(lines)
    if last < len(source.lines):
        yield source.lines[last:]


def _with_names(read: list[Read]) -> list[str]:
    """The lines in the words of the grammar, a name that looks like a phrase as it was typed."""
    lines = [one.english for one in read]
    before: list[Token] = []
    names = []
    for token in language().parse_interactive("\n".join(lines) + "\n", start="start").iter_parse():
        if token.type == "NAME" and not is_word(token, before, read):
            names.append((token, typed_name(token, read)))
        before = [*before[-3:], token]
    for token, typed in reversed(names):
        line, start = (token.line or 1) - 1, (token.column or 1) - 1
        lines[line] = lines[line][:start] + typed + lines[line][start + len(token) :]
    return lines


def is_word(name: Token, before: list[Token], read: list[Read]) -> bool:
    """Whether what stands where a name stands is read as a word: the verb of an act, or the start of the case."""
    line = read[(name.line or 1) - 1].english
    return is_verb(str(name), [(str(one), one.type == "NAME") for one in before], line) or str(name) == START


def _translated(lines: list[str], table: Table) -> list[str]:
    text = "\n".join(lines)
    pieces = list(_pieces(text + "\n"))
    return written(text, pieces, table).split("\n") if pieces else lines


def _pieces(text: str) -> Iterator[Piece]:
    """The words of a declaration, as the parser takes them."""
    if not any(line.strip() and not line.lstrip().startswith("#") for line in text.split("\n")):
        return
    for token in language().parse_interactive(text, start="start").iter_parse():
        if token.type in MUTE or token.start_pos is None:
            continue
        if token.type in LITERALS or token.type == "NAME":
            yield Piece(str(token), token.start_pos, token.start_pos + len(token), token.type == "NAME")
        else:
            yield from _words(token)


def _words(token: Token) -> Iterator[Piece]:
    for found in PIECE.finditer(str(token)):
        start = (token.start_pos or 0) + found.start()
        yield Piece(found.group(), start, start + len(found.group()))


def words_of_grammar(source: Source) -> Iterator[tuple[int, str]]:
    """Every phrase of a readable text, with its line (1-based)."""
    table = russian()
    for first, lines in declarations(source):
        text = "\n".join(lines)
        pieces, at = list(_pieces(text + "\n")), 0
        while at < len(pieces):
            count, phrase = phrase_at(text, pieces, at, table)
            if count:
                yield first + text.count("\n", 0, pieces[at].start), phrase
            at += count or 1
