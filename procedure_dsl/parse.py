"""Source → tree: each declaration is parsed by itself, each bad sentence told once, the rest goes on."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

from lark import Token, Tree
from lark.exceptions import UnexpectedInput, UnexpectedToken

from procedure_dsl.broken import Broken
from procedure_dsl.diagnostics import MOST_MISTAKES, Diagnostic, Place, cut_short, nearest
from procedure_dsl.keywords.read import read_lines, restore
from procedure_dsl.keywords.say import told_at
from procedure_dsl.source import (
    Source,
    declarations,
    goes_on,
    indentation,
    is_sentence,
    said,
    unreadable_lines,
    without_texts,
)
from procedure_dsl.syntax_errors import describe
from procedure_dsl.tables import language
from procedure_dsl.words import DECLARATIONS

MOST_KEPT = 2_000  # declarations; ten files like the shipped ones
MOST_REREAD = 2_000_000  # characters read again after mistakes; keeps the worst file to a few seconds

# A heading that cannot be read still opens its block, so that the mistakes inside are told at once too.
STAND_INS = {
    "jurisdiction": "jurisdiction x", "reading": "reading x", "value": "value x, number", "rule": "rule x, number",
    "document": "document x", "fee": "fee x", "deadline": "deadline x", "stage": "stage x",
    "practice": "practice x", "scenario": 'scenario "x"',
}  # fmt: skip

STAND_IN = "\0"  # the text of a note in the place of a lost sentence; no source can hold it


@dataclass(frozen=True, slots=True)
class Parsed:
    """The trees of the declarations that could be read, in file order, each with the lines before it."""

    source: Source
    trees: tuple[tuple[Tree[Token], int], ...]
    foreign: frozenset[int] = field(default_factory=frozenset)  # lines (1-based) that speak another tongue
    lost_names: frozenset[str] = field(default_factory=frozenset)  # stand in sentences that could not be read

    @property
    def foreign_lines(self) -> frozenset[tuple[str, int]]:
        """The same lines with the name of their text."""
        return frozenset((self.source.name, line) for line in self.foreign)


def parse_source(source: Source) -> tuple[Parsed, list[Diagnostic]]:
    """Every sentence that can be read, and a diagnostic for every one that cannot."""
    mistakes = unreadable_lines(source)
    if mistakes:
        return Parsed(source, ()), cut_short(mistakes, "read")
    reader = _Reader(source)
    trees = []
    for first_line, lines in declarations(source):
        tree = reader.declaration(first_line, lines)
        if tree is not None:
            trees.append((tree, first_line - 1))
        if reader.is_tired:
            break
    return Parsed(source, tuple(trees), frozenset(reader.foreign), frozenset(reader.lost)), cut_short(
        reader.mistakes, "read", reader.is_tired
    )


@lru_cache(maxsize=MOST_KEPT)
def read_declaration(text: str) -> Tree[Token]:
    """The tree of one declaration, its lines counted from its first; whoever reads it leaves it as it is.

    It depends on nothing but the text, so that a file is read again after an edit in a fraction of the time.
    """
    return language().parse(text, start="start")


class _Reader:
    """Reads declaration after declaration, and gathers what could not be read."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.mistakes: list[Diagnostic] = []
        self.lost: set[str] = set()
        self.foreign: set[int] = set()
        self.reread = 0

    @property
    def is_tired(self) -> bool:
        return len(self.mistakes) >= MOST_MISTAKES or self.reread > MOST_REREAD

    def declaration(self, first_line: int, lines: list[str]) -> Tree[Token] | None:
        """The tree of one declaration; None if its heading is lost, or one of the options of a reading."""
        read = read_lines(lines)
        if read is not None:
            self.foreign |= {first_line + at for at, one in enumerate(read) if one.phrases}
            lines = [one.english for one in read]
        whole_text, lines = lines, list(lines)
        heading = next(at for at, line in enumerate(lines) if is_sentence(line))
        whole = True
        stood_in: set[int] = set()
        while not self.is_tired:
            try:
                tree = read_declaration("\n".join(lines) + "\n")
                if not whole:
                    self.excuse(whole_text)
                elif read is not None:
                    restore(tree, read)
                return tree if whole else None
            except UnexpectedInput as unexpected:
                error = unexpected
            self.reread += error.pos_in_stream or 0
            at, broken = _locate(error, self.source.name, first_line, lines, heading)
            if at in stood_in:  # what stands in cannot be read either: nothing more is to be learned here
                self.excuse(whole_text)
                return None
            stood_in.add(at)
            told = describe(broken)
            if read is not None:
                told = told_at(told, read[told.place.line - first_line])
                self.excuse([one.written for one in read])
            self.mistakes.append(told)
            kind = _kind(lines[heading])
            if at > heading:
                whole = whole and kind != "reading"
                self.lose(lines, at, _stand_in(error, lines, at, kind))
            elif whole and kind in STAND_INS and any(is_sentence(line) for line in lines[at + 1 :]):
                whole = False
                self.lose(lines, at, STAND_INS[kind], only_heading=True)
            else:
                self.excuse(whole_text)
                return None
        return None

    def lose(self, lines: list[str], at: int, stand_in: str, only_heading: bool = False) -> None:
        """Blank a bad sentence and the block it opens; what stands in for it keeps the rest of its block readable."""
        depth, end = indentation(lines[at]), at + 1
        while end < len(lines) and (
            not is_sentence(lines[end]) or goes_on(lines[end]) or (indentation(lines[end]) > depth and not only_heading)
        ):
            end += 1
        self.excuse(lines[at:end])
        lines[at:end] = [stand_in] + [""] * (end - at - 1)

    def excuse(self, lines: list[str]) -> None:
        """What these lines would have declared is not missing; two words may have been meant as one name."""
        for line in lines:
            words = re.findall(r"[^\W\d]\w*", without_texts(line))
            self.lost |= {*words, *(f"{one}_{two}" for one, two in pairwise(words))}
            self.lost |= {"missed"} if words[:1] == ["if"] else set()


def _locate(error: UnexpectedInput, source: str, first_line: int, lines: list[str], heading: int) -> tuple[int, Broken]:
    """The line (0-based here) on which the unreadable sentence begins, and all there is to say about it."""
    at, column, end = _position(error, lines, heading)
    begins = at
    while begins > heading and (goes_on(lines[begins]) or not is_sentence(lines[begins])):
        begins -= 1
    above = next((line for line in reversed(lines[heading:begins]) if is_sentence(line)), "")
    place = Place(source, first_line + at, column, first_line + at, end)
    block = _kind(lines[heading])
    return begins, Broken(place, lines[at], error, above, begins == heading, is_start=begins == at, block=block)


def _kind(heading: str) -> str:
    """The word a declaration begins with, or that it should."""
    word, *rest = heading.split(None, 2)
    if word == "replace" and rest:
        word = rest[0]
    return word if word in DECLARATIONS else nearest(word, DECLARATIONS) or word


def _stand_in(error: UnexpectedInput, lines: list[str], at: int, kind: str) -> str:
    """A harmless sentence in the place of a bad one, so that no block becomes empty."""
    line = lines[at]
    if isinstance(error, UnexpectedToken) and error.token.type == "_INDENT":
        line = next(line for line in reversed(lines[:at]) if is_sentence(line))
    edge = line[: len(line) - len(line.lstrip())]
    return edge + ('or unreadable "x"' if kind == "reading" else f'note "{STAND_IN}"')


def _position(error: UnexpectedInput, lines: list[str], heading: int) -> tuple[int, int, int]:
    """The line (0-based here) and the columns of what could not be read; an end of line points behind its last word."""
    token = error.token if isinstance(error, UnexpectedToken) else None
    line = (token.end_line if token is not None and token.type == "_INDENT" else error.line) or 1
    at = min(max(line - 1, heading), len(lines) - 1)
    if token is not None and token.type in ("$END", "_DEDENT", "_NL"):
        while at > heading and not is_sentence(lines[at]):
            at -= 1
        end = len(said(lines[at])) + 1
        return at, end, end + 1
    if token is not None and token.type == "_INDENT":
        return at, len(lines[at]) - len(lines[at].lstrip()) + 1, len(lines[at].rstrip()) + 1
    column = max(error.column, 1)
    return at, column, column + (len(token) if token is not None else _word_length(lines[at], column))


def _word_length(line: str, column: int) -> int:
    found = re.match(r"\w+|\S", line[column - 1 :])
    return len(found.group()) if found else 1
