"""Grammar → parser: its tables are built once and kept in the user's own cache folder."""

from __future__ import annotations

import hashlib
import io
import os
import re
import stat
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

import lark
from lark import Lark, Token, Tree
from lark.indenter import Indenter
from lark.lexer import BasicLexer, ContextualLexer, PatternRE, PatternStr, Scanner, TerminalDef
from lark.parse_tree_builder import PropagatePositions

from procedure_dsl.source import indentation
from procedure_dsl.words import grammar_text

BLANKS = "[ \\t\u00a0\u202f]+"
OFTEN = 400  # matches; then compiling a mixture of patterns pays
EDITION = 5  # counts up whenever this module changes what the tables hold


class Layout(Indenter):
    """Blocks are told by indentation; a tab counts as two blanks."""

    NL_type = "_NL"
    OPEN_PAREN_types: ClassVar[list[str]] = []
    CLOSE_PAREN_types: ClassVar[list[str]] = []
    INDENT_type = "_INDENT"
    DEDENT_type = "_DEDENT"
    tab_len = 2

    def process(self, stream: Iterator[Token]) -> Iterator[Token]:
        """Each text has levels of its own, so that two can be read at the same time."""
        return super(Layout, Layout()).process(stream)  # type: ignore[no-any-return, no-untyped-call]

    def handle_NL(self, token: Token) -> Iterator[Token]:  # noqa: N802
        """A line that returns to no edge above it opens a block where none can be opened, and is told there."""
        yield token
        depth = indentation(token.rsplit("\n", 1)[1] + ".")
        while depth < self.indent_level[-1]:
            self.indent_level.pop()
            yield Token.new_borrow_pos(self.DEDENT_type, "", token)
        if depth > self.indent_level[-1]:
            self.indent_level.append(depth)
            yield Token.new_borrow_pos(self.INDENT_type, "", token)


class _OneByOne(Scanner):
    """Tries the patterns of a state one after the other: compiling each once is faster than every mixture of them.

    A state that is met often is worth a mixture of its own.
    """

    asked = 0

    def _build_mres(self, terminals: Any, max_size: int) -> Any:  # noqa: ARG002
        return super()._build_mres(terminals, 1)  # type: ignore[no-untyped-call]

    def match(self, text: Any, pos: int) -> Any:
        self.asked += 1
        if self.asked == OFTEN:
            self._mres = super()._build_mres(self.terminals, len(self.terminals))  # type: ignore[no-untyped-call]
            self.match = super().match  # type: ignore[method-assign]
        return super().match(text, pos)


class _Spread:
    """From where to where a tree stands in its text: what `lark.tree.Meta` is to `PropagatePositions`, in a third of its time.

    `outer` are the bounds with what the tree lost when it was inlined.
    """

    __slots__ = ("column", "empty", "end_column", "end_line", "line", "outer_end", "outer_start")

    def __init__(self, first: Any, last: Any) -> None:
        self.empty = False
        self.outer_start = self.line, self.column = _start(first)
        self.outer_end = self.end_line, self.end_column = _end(last)


def _start(thing: Any) -> tuple[Any, Any]:
    return (thing.line, thing.column) if type(thing) is Token else thing.outer_start


def _end(thing: Any) -> tuple[Any, Any]:
    return (thing.end_line, thing.end_column) if type(thing) is Token else thing.outer_end


class _Places:
    """Builds a node and tells it its place."""

    __slots__ = ("build",)

    def __init__(self, build: Callable[[list[Any]], Any]) -> None:
        self.build = build

    def __call__(self, children: list[Any]) -> Any:
        made = self.build(children)
        if type(made) is not Tree:
            return made
        ends = [one if type(one) is Token else one._meta for one in children if type(one) is Token or one._meta]
        if not ends:
            return made
        spread: Any = made._meta
        if spread is None:
            made._meta = _Spread(ends[0], ends[-1])  # type: ignore[assignment]
        else:  # a child that stands for its parent keeps its own bounds
            spread.outer_start, spread.outer_end = _start(ends[0]), _end(ends[-1])
        return made


class _WordLexer(BasicLexer):
    def _build_scanner(self) -> Scanner:
        self.callback = {}  # every word is a pattern of its own; none is first read as a name
        return _OneByOne(self.terminals, self.g_regex_flags, self.re, self.use_bytes)  # type: ignore[no-untyped-call]


class _SentenceLexer(ContextualLexer):
    BasicLexer = _WordLexer


@cache
def language() -> Lark:
    """The parser, from the kept tables where they are whole, else from the grammar."""
    path = _tables_path()
    kept = _read(path) if path else None
    if kept is not None:
        return _placed(kept)
    built = Lark(
        grammar_text(), start=["start", "length"], parser="lalr", lexer="contextual", postlex=Layout(),
        edit_terminals=whole_words, propagate_positions=True, maybe_placeholders=False,
        _plugins={"ContextualLexer": _SentenceLexer},
    )  # fmt: skip
    if path:
        _keep(built, path)
    return _placed(built)


def _placed(parser: Lark) -> Lark:
    """The parser with our own way to tell places."""
    callbacks = parser.parser.parser.parser.callbacks
    for rule, made in callbacks.items():
        if type(made) is PropagatePositions:
            callbacks[rule] = _Places(made.node_builder)
    return parser


def whole_words(terminal: TerminalDef) -> None:
    """A keyword ends where its word ends (`in` does not begin `invoice`); any blanks part the words of a phrase."""
    pattern = terminal.pattern
    if isinstance(pattern, PatternStr) and pattern.value.isalpha():
        terminal.pattern = PatternRE(rf"{pattern.value}\b")
        terminal.priority = 2
    elif isinstance(pattern, PatternRE) and terminal.name not in ("NUMBER", "BLANK", "GOES_ON", "COMMENT", "_NL"):
        terminal.pattern = PatternRE(re.sub(r"(?<=[a-z]) (?=[a-z])", BLANKS, pattern.value))


def _tables_path() -> Path | None:
    """Where the tables are kept: in a folder that only its owner can write to; nowhere if that is not to be had."""
    base = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA") or os.path.expanduser("~/.cache")
    made_of = f"{grammar_text()}|{lark.__version__}|{sys.version_info[:2]}|{EDITION}"
    folder = Path(base) / "procedure-dsl"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not _is_private(folder):
            return None
    except OSError:
        return None
    return folder / f"grammar-{hashlib.sha256(made_of.encode()).hexdigest()[:16]}.bin"


def _is_private(path: Path) -> bool:
    """Ours, and nobody else may write to it."""
    if not hasattr(os, "getuid"):
        return True
    status = path.stat()
    return status.st_uid == os.getuid() and not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def _read(path: Path) -> Lark | None:
    """The parser from its file, which begins with the sum of what follows; None if it is not there or not whole."""
    try:
        if not _is_private(path):
            return None
        digest, tables = path.read_bytes().split(b"\n", 1)
        if hashlib.sha256(tables).hexdigest().encode() != digest:
            return None
        return Lark.load(io.BytesIO(tables))
    except Exception:  # whatever a stale or foreign file does to the reader, the grammar is still there
        return None


def _keep(parser: Lark, path: Path) -> None:
    """Written beside and renamed, so that nobody ever reads half a file; a full disk only costs time."""
    tables = io.BytesIO()
    with suppress(Exception):
        parser.save(tables)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.stem, suffix=".tmp")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(hashlib.sha256(tables.getvalue()).hexdigest().encode() + b"\n" + tables.getvalue())
            os.replace(name, path)
        except OSError:
            Path(name).unlink(missing_ok=True)
