"""Source → tree: each declaration is parsed by itself, each bad sentence told once, the rest goes on."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from importlib.metadata import version
from pathlib import Path
from typing import Any

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedInput, UnexpectedToken
from lark.indenter import Indenter
from lark.lexer import PatternRE, PatternStr, TerminalDef

from procedure_dsl.diagnostics import Diagnostic, Place
from procedure_dsl.source import Source, oversized_lines
from procedure_dsl.syntax_errors import describe, declared_name

MOST_MISTAKES = 100  # beyond this a list helps nobody; the last one says that it was cut
BLANKS = "[ \\t\u00a0\u202f]+"

# A heading that cannot be read still opens its block, so that the mistakes inside are told at once too.
STAND_INS = {
    "jurisdiction": "jurisdiction x", "reading": "reading x", "value": "value x, number", "rule": "rule x, number",
    "document": "document x", "fee": "fee x", "deadline": "deadline x", "stage": "stage x",
    "practice": "practice x", "scenario": 'scenario "x"',
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Parsed:
    """The trees of the declarations that could be read, in file order, each with the lines before it."""

    source: Source
    trees: tuple[tuple[Tree[Token], int], ...]
    lost_names: frozenset[str] = field(default_factory=frozenset)  # declared in sentences that could not be read


class Layout(Indenter):
    """Blocks are told by indentation; a tab counts as two blanks."""

    NL_type = "_NL"
    OPEN_PAREN_types: list[str] = []
    CLOSE_PAREN_types: list[str] = []
    INDENT_type = "_INDENT"
    DEDENT_type = "_DEDENT"
    tab_len = 2


def parse_source(source: Source) -> tuple[Parsed, list[Diagnostic]]:
    """Every sentence that can be read, and a diagnostic for every one that cannot."""
    mistakes = oversized_lines(source)
    if mistakes:
        return Parsed(source, ()), mistakes
    trees: list[tuple[Tree[Token], int]] = []
    lost: set[str] = set()
    for first_line, lines in declarations(source):
        tree, found, names = _parse_declaration(source, first_line, lines)
        mistakes += found
        lost |= names
        if tree is not None:
            trees.append((tree, first_line - 1))
        if len(mistakes) >= MOST_MISTAKES:
            place = mistakes[-1].place
            mistakes.append(Diagnostic("too-many", place, f"{len(mistakes)} mistakes told; the rest of the file was not read"))
            break
    return Parsed(source, tuple(trees), frozenset(lost)), mistakes


def declarations(source: Source) -> Iterator[tuple[int, list[str]]]:
    """The file cut before each line that begins at the margin: (number of its first line, its lines)."""
    chunk: list[str] = []
    first = 1
    for number, line in enumerate(source.lines, 1):
        if line[:1] not in ("", " ", "\t", "\u00a0", "#") and any(_sentence(part) for part in chunk):
            yield first, chunk
            chunk, first = [], number
        chunk.append(line)
    if any(_sentence(part) for part in chunk):
        yield first, chunk


def _sentence(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#")


def _parse_declaration(
    source: Source, first_line: int, lines: list[str]
) -> tuple[Tree[Token] | None, list[Diagnostic], set[str]]:
    lines = list(lines)
    mistakes: list[Diagnostic] = []
    lost: set[str] = set()
    headless = False
    heading = next(at for at, line in enumerate(lines) if _sentence(line))
    for _ in range(len(lines) + 1):
        try:
            tree = language().parse("\n".join(lines) + "\n", start="start")
            return (None if headless else tree), mistakes, lost
        except UnexpectedInput as error:
            at, column, end = _position(error, lines, heading)
            place = Place(source.name, first_line + at, column, first_line + at, end)
            mistakes.append(describe(place, lines[at], column, error, at == heading))
            lost |= declared_name(lines[at])
            word = lines[at].split(None, 1)[0] if lines[at].strip() else ""
            if at > heading:
                _drop(lines, at)
            elif not headless and word in STAND_INS and any(_sentence(line) for line in lines[at + 1 :]):
                lines[at], headless = STAND_INS[word], True
            else:
                return None, mistakes, lost
        if len(mistakes) >= MOST_MISTAKES:
            break
    return None, mistakes, lost


def _position(error: UnexpectedInput, lines: list[str], heading: int) -> tuple[int, int, int]:
    """The line (0-based here) and the columns of what could not be read; an end of line points behind its last word."""
    token: Any = getattr(error, "token", None)
    at = min(max((error.line if isinstance(error.line, int) and error.line > 0 else 1) - 1, 0), len(lines) - 1)
    column = max(error.column if isinstance(error.column, int) else 1, 1)
    if isinstance(error, UnexpectedToken) and token.type in ("$END", "_DEDENT", "_NL"):
        if token.type != "_NL" or token.start_pos is None:
            at, column = len(lines) - 1, 1
        while at > heading and not _sentence(lines[at]):
            at -= 1
        end = len(re.sub(r"\s+(#.*)?$", "", lines[at])) + 1
        return at, max(end, 1), max(end, 1) + 1
    if isinstance(error, UnexpectedToken) and token.type == "_INDENT":
        while at < len(lines) - 1 and not _sentence(lines[at]):
            at += 1
        indent = len(lines[at]) - len(lines[at].lstrip())
        return at, indent + 1, len(lines[at].rstrip()) + 1
    length = len(str(token)) if token is not None else _word_length(lines[at], column)
    return at, column, column + max(1, length)


def _word_length(line: str, column: int) -> int:
    found = re.match(r"\w+|\S", line[column - 1 :])
    return len(found.group()) if found else 1


def _drop(lines: list[str], at: int) -> None:
    """Blank a bad sentence and the block it opens; a note stands in, so that no block becomes empty."""
    depth = len(lines[at]) - len(lines[at].lstrip())
    end = at + 1
    while end < len(lines) and (not _sentence(lines[end]) or len(lines[end]) - len(lines[end].lstrip()) > depth):
        end += 1
    siblings = [len(line) - len(line.lstrip()) for line in lines[1:at] if _sentence(line)]
    lines[at] = " " * (depth if not siblings or depth in siblings else siblings[-1]) + 'note "unreadable"'
    lines[at + 1 : end] = [""] * (end - at - 1)


@cache
def language() -> Lark:
    """The parser; its tables are built once and kept in the user's own cache folder."""
    grammar = (resources.files("procedure_dsl") / "grammar.lark").read_text(encoding="utf-8")
    return Lark(
        grammar, start=["start", "length"], parser="lalr", lexer="contextual", postlex=Layout(),
        edit_terminals=_whole_words, propagate_positions=True, maybe_placeholders=False, cache=_tables(grammar),
    )  # fmt: skip


def _tables(grammar: str) -> str | bool:
    """Where the tables are kept: under the user's cache folder, never in a shared one; nowhere if that is not to be had."""
    base = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA") or os.path.expanduser("~/.cache")
    digest = hashlib.sha256(f"{grammar}|{version('lark')}|{BLANKS}|3".encode()).hexdigest()[:16]
    folder = Path(base) / "procedure-dsl"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError:
        return False
    return str(folder / f"grammar-{digest}.bin") if os.access(folder, os.W_OK) else False


def _whole_words(terminal: TerminalDef) -> None:
    """A keyword ends where its word ends (`in` does not begin `invoice`); any blanks part the words of a phrase."""
    pattern = terminal.pattern
    if isinstance(pattern, PatternStr) and pattern.value.isalpha():
        terminal.pattern = PatternRE(rf"{pattern.value}\b")
        terminal.priority = 2
    elif isinstance(pattern, PatternRE) and terminal.name not in ("NUMBER", "BLANK", "GOES_ON", "COMMENT", "_NL"):
        terminal.pattern = PatternRE(re.sub(r"(?<=[a-z]) (?=[a-z])", BLANKS, pattern.value))
