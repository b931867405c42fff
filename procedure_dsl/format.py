"""Source → source in its canonical layout: two blanks a level, one between words, arrows, bars and sources in columns.

Works line by line on the words, never on meaning: every comment keeps its line, every sentence its words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise

from procedure_dsl.diagnostics import text_cells
from procedure_dsl.keywords.read import Read, read_lines
from procedure_dsl.source import Source, declarations, goes_on

SOURCES = 68  # the column in which sources stand, where the sentence before them is short enough
COMMENTS = 100  # the column up to which comments of one block stand below each other

TOKEN = re.compile(
    r'(?P<string>"[^"]*"|«[^»]*»|“[^”]*”)|(?P<comment>\#.*)|(?P<date>\d{4}-\d\d-\d\d)'
    r"|(?P<number>\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?)|(?P<word>[^\W\d]\w*)|(?P<arrow>->)|(?P<sign>\S)"
)


class Phrase(str):
    """Words of another tongue that are one, with what they mean in the words of the grammar."""

    means: str

    def __new__(cls, words: str, means: str) -> Phrase:
        self = super().__new__(cls, words)
        self.means = means
        return self


def meaning(word: str) -> str:
    """The first word of the grammar that a word of a line stands for."""
    return word.means.split()[0] if isinstance(word, Phrase) else word


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its depth, its words, where its arrow and its source begin, its comment."""

    number: int
    depth: int
    continues: bool
    words: tuple[str, ...]
    comment: str
    cells: tuple[str, ...] = field(default=())  # of a row of a table


def format_source(source: Source) -> str:
    """The canonical text of a source that parses; meaning, comments and the order of lines stay."""
    lines = list(_read(source))
    out: list[str] = []
    for block in _blocks(lines):
        out += _write(block)
    text = "\n".join(out)
    text = re.sub(r"\n{3,}", "\n\n", text).strip("\n")
    return text + "\n" if text else ""


def _read(source: Source) -> Iterator[Line]:
    """Lines with their depth; a line that goes on takes the depth of its sentence."""
    stack = [0]
    depth = 0
    foreign = {
        first - 1 + at: read
        for first, lines in declarations(source)
        for at, read in enumerate(read_lines(lines) or ())
        if read.phrases
    }
    for number, raw in enumerate(source.lines):
        expanded = raw.replace("\t", "  ").replace("\u00a0", " ").replace("\u202f", " ") if not raw.strip() else raw
        stripped = raw.strip(" \t\u00a0\u202f")
        words, comment = _foreign_words(foreign[number]) if number in foreign else _words(stripped)
        if not words:
            yield Line(number, -1 if not comment else len(expanded) - len(expanded.lstrip()), False, (), comment)
            continue
        indent = _indent(raw)
        if goes_on(foreign[number].english if number in foreign else raw):
            yield Line(number, depth, True, words, comment)
            continue
        while indent < stack[-1]:
            stack.pop()
        if indent > stack[-1]:
            stack.append(indent)
        depth = len(stack) - 1
        cells = _cells(words) if words[0] == "|" else ()
        yield Line(number, depth, False, words, comment, cells)


def _indent(raw: str) -> int:
    lead = raw[: len(raw) - len(raw.lstrip(" \t\u00a0\u202f"))]
    return sum(2 if letter == "\t" else 1 for letter in lead)


def _words(text: str) -> tuple[tuple[str, ...], str]:
    """The words of a line in their canonical spelling, and its comment."""
    found: list[str] = []
    comment = ""
    for match in TOKEN.finditer(text):
        kind, word = match.lastgroup, match.group()
        if kind == "comment":
            comment = word.rstrip()
        elif kind == "string":
            found.append(_string(word))
        elif kind == "number":
            found.append(re.sub("[\u00a0\u202f]", " ", word))
        else:
            found.append("×" if word == "*" else word)
    return tuple(found), comment


def _foreign_words(read: Read) -> tuple[tuple[str, ...], str]:
    """The same of a line in another tongue: each phrase is one word."""
    found: list[str] = []
    done = 0
    for one in read.phrases:
        found += [
            *_words(read.written[done : one.start])[0],
            Phrase(" ".join(read.written[one.start : one.end].split()), one.english),
        ]
        done = one.end
    rest, comment = _words(read.written[done:])
    return (*found, *rest), comment


def _string(word: str) -> str:
    """Straight quotation marks, unless the text itself holds one."""
    inner = word[1:-1]
    return word if '"' in inner else f'"{inner}"'


def _cells(words: tuple[str, ...]) -> tuple[str, ...]:
    """The cells of a row, and (last) what follows its closing bar."""
    bars = [at for at, word in enumerate(words) if word == "|"]
    cells = [_join(words[a + 1 : b]) for a, b in pairwise(bars)]
    return (*cells, _join(words[bars[-1] + 1 :]))


def _join(words: tuple[str, ...] | list[str]) -> str:
    """One blank between words; none before a comma or a colon."""
    text = ""
    for word in words:
        text += word if not text or word[0] in ",:" else f" {word}"
    return text


def _blocks(lines: list[Line]) -> Iterator[list[Line]]:
    """Neighbouring sentences of one depth; blank lines, comments and other depths part them."""
    block: list[Line] = []
    for line in lines:
        same = (
            block
            and line.words
            and block[-1].words
            and line.depth == block[-1].depth
            and bool(line.cells) == bool(block[-1].cells)
        )
        if not (same or (block and block[0].words and line.continues)):
            if block:
                yield block
            block = []
        block.append(line)
    if block:
        yield block


def _write(block: list[Line]) -> list[str]:
    """The block's lines, its arrows and its sources set in columns where that fits."""
    if not block[0].words:
        return [_comment_line(line) for line in block]
    lay_out = _table if any(line.cells for line in block) else _arrows
    return _tails(block, lay_out(block))


def _comment_line(line: Line) -> str:
    return " " * max(line.depth, 0) + line.comment if line.comment else ""


def _lead(line: Line) -> str:
    return "  " * (line.depth + (1 if line.continues else 0))


def _split(line: Line, mark: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The words before and from a mark; the `by` of `governed by` and `borne by` belongs to its sentence."""
    words = line.words
    at = next(
        (n for n, word in enumerate(words) if meaning(word) == mark and words[n - 1] not in ("governed", "borne")),
        len(words),
    )
    return line.words[:at], line.words[at:]


def _table(block: list[Line]) -> list[tuple[str, str]]:
    rows = [line for line in block if line.cells]
    columns = max(len(line.cells) for line in rows) - 1
    widths = [
        max((text_cells(line.cells[at]) for line in rows if at < len(line.cells) - 1), default=0)
        for at in range(columns)
    ]
    bodies = []
    for line in block:
        if not line.cells:
            bodies.append((_lead(line) + _join(line.words), ""))
            continue
        cells = [cell + " " * (widths[at] - text_cells(cell)) for at, cell in enumerate(line.cells[:-1])]
        bodies.append((_lead(line) + "| " + " | ".join(cells) + " |", line.cells[-1]))
    return bodies


def _arrows(block: list[Line]) -> list[tuple[str, str]]:
    """(body, tail) of each line; where several lines have an arrow after other words, it stands in one column."""
    parts = []
    for line in block:
        body, tail = _split(line, "by") if not line.continues else (line.words, ())
        before, arrow = _split(replace(line, words=body), "->")
        parts.append((line, before, arrow, tail))
    leads = [
        text_cells(_lead(line) + _join(before))
        for line, before, arrow, _ in parts
        if arrow and before and "otherwise" not in map(meaning, before[1:])
    ]
    column = max(leads, default=0)
    bodies = []
    for line, before, arrow, tail in parts:
        text = _lead(line) + _join(before)
        if arrow:
            aligned = before and "otherwise" not in map(meaning, before[1:]) and len(leads) > 1
            gap = column - text_cells(text) + 1 if aligned else (1 if before else 0)
            text += " " * gap + _join(arrow)
        bodies.append((text, _join(tail)))
    return bodies


def _tails(block: list[Line], bodies: list[tuple[str, str]]) -> list[str]:
    """Sources in their column, or four blanks behind a longer sentence; behind a row of a table, one."""
    out = []
    for line, (body, tail) in zip(block, bodies, strict=True):
        text = body
        if tail and line.cells:
            text += f" {tail}"
        elif tail:
            gap = SOURCES - text_cells(body)
            text += " " * (gap if gap > 1 else 4) + tail
        out.append(text)
    return _comments(block, out)


def _comments(block: list[Line], texts: list[str]) -> list[str]:
    """Comments behind neighbouring sentences begin in one column, two blanks behind the widest; far out, each by itself."""
    widths = [text_cells(text) for line, text in zip(block, texts, strict=True) if line.comment]
    column = max((width for width in widths if width <= COMMENTS), default=0)
    return [
        text + " " * (max(column - text_cells(text), 0) + 2) + line.comment if line.comment else text
        for line, text in zip(block, texts, strict=True)
    ]
