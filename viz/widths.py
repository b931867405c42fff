"""Text → points: how wide a line is when drawn, and where to break it, with no font library at run time.

The table is DejaVu Sans; the font stack falls back to faces that are as wide or narrower, so text stays inside
a box made for it. A Graphviz without Pango counts a Cyrillic letter as two spaces: `measurable` gives it words
of Latin letters that are as wide, and the renderer puts ours back into the drawing.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache
from html import unescape
from itertools import product
from typing import Final, Literal

from viz import font_widths, page_widths

FONT: Final = "DejaVu Sans, Verdana, Arial, sans-serif"
"""The family list of every drawing; DOT itself says `DejaVu Sans` alone, which every Graphviz can measure."""

Face = Literal["DejaVu Sans", "Page Sans"]  # of the drawings that Graphviz lays out, of the composed pages
TABLES: Final = {"DejaVu Sans": font_widths, "Page Sans": page_widths}
ELLIPSIS: Final = "…"
UNKNOWN: Final = {False: 667, True: 748}  # the mean of the table's letters, regular and bold
DOT_TOKEN: Final = re.compile(r'"(?:[^"\\]|\\.)*"|/\*.*?\*/|//[^\n]*|<|[^"</]+|/', re.DOTALL)
LABEL: Final = re.compile(r"\b(?:head|tail|x)?label\s*=\s*$", re.IGNORECASE)
BREAK_AFTER: Final = "-‐–—/"  # where a word too long for its line comes apart first


def text_width(text: str, size: float, bold: bool = False, face: Face = "DejaVu Sans") -> float:
    """The width of one line in points at a font size in points."""
    return _thousandths(text, bold, face) * size / 1000


@lru_cache(1 << 16)
def _thousandths(text: str, bold: bool, face: Face) -> int:
    """The width of a line in thousandths of an em: most lines are measured several times while they are wrapped."""
    return sum(_advance(character, bold, face) for character in text)


def is_drawable(text: str, face: Face = "DejaVu Sans") -> bool:
    """Whether both weights of a shipped font have a glyph for every character; line breaks need none."""
    return set(text) - {"\n"} <= _table(False, face).keys()


def wrap(
    text: str, width: float, size: float, bold: bool = False, max_lines: int = 0, face: Face = "DejaVu Sans"
) -> list[str]:
    """Break text into lines that fit the width in points; 0 lines means as many as it takes.

    A line break in the text is kept and a no-break space holds. A word longer than a line is cut at its last
    hyphen or slash that fits, else at the limit without a hyphen, so that what is copied from a drawing is
    what was written. What does not fit in `max_lines` is replaced by an ellipsis. Only a single character
    that is wider than the width by itself can exceed it.
    """
    if not text.strip():
        return []
    lines: list[str] = []
    for paragraph in text.strip().splitlines():
        lines += _fill(paragraph, width, size, bold, face)
    if max_lines and len(lines) > max_lines:
        lines = [*lines[: max_lines - 1], _shorten(lines[max_lines - 1], width, size, bold, face)]
    return lines


def _fill(paragraph: str, width: float, size: float, bold: bool, face: Face) -> list[str]:
    """Put as many words on each line as fit."""
    lines = [""]
    for word in _words(paragraph):
        for piece, glue in _pieces(word, width, size, bold, face):
            longer = lines[-1] + glue + piece if lines[-1] else piece
            if lines[-1] and text_width(longer, size, bold, face) > width:
                lines.append(piece)
            else:
                lines[-1] = longer
    return lines


def _words(paragraph: str) -> list[str]:
    """Words between ordinary blanks; `str.split()` would also break at the no-break spaces."""
    return [word for word in paragraph.replace("\t", " ").split(" ") if word]


def _pieces(word: str, width: float, size: float, bold: bool, face: Face) -> Iterator[tuple[str, str]]:
    """The word with the blank before it, or, where it is longer than a line, its parts."""
    glue = " "
    while text_width(word, size, bold, face) > width:
        cut = _cut(word, width, size, bold, face)
        if cut == len(word):
            break
        yield word[:cut], glue
        word, glue = word[cut:], ""
    yield word, glue


def _cut(word: str, width: float, size: float, bold: bool, face: Face) -> int:
    """How many characters of an over-long word go on the line: at least one, with its combining marks."""
    fits = _fitting(word, width, size, bold, face)
    hyphen = max(word.rfind(sign, 0, fits) for sign in BREAK_AFTER) + 1
    return hyphen if hyphen * 3 > fits else fits  # a hyphen near the start would leave a nearly empty line


def _fitting(text: str, width: float, size: float, bold: bool, face: Face) -> int:
    """The length of the longest beginning that fits the width, and never less than one whole character."""
    used = 0.0
    for index, character in enumerate(text):
        used += _advance(character, bold, face)
        if index and used * size > width * 1000 and _advance(character, bold, face):
            return index
    return len(text)


def _shorten(line: str, width: float, size: float, bold: bool, face: Face) -> str:
    """The line with an ellipsis for what follows it."""
    room = width - text_width(ELLIPSIS, size, bold, face)
    if text_width(line, size, bold, face) > room:
        line = line[: _fitting(line, room, size, bold, face)]
    if text_width(line, size, bold, face) > room:
        return ELLIPSIS
    return line.rstrip(" ,;:.-–—(«“") + ELLIPSIS


@cache
def _table(bold: bool, face: Face) -> dict[str, int]:
    """The compact runs of a table opened into one look-up."""
    table = {}
    for start, run in (TABLES[face].BOLD if bold else TABLES[face].REGULAR).items():
        point = start
        for token in run.split():
            width, _, times = token.partition("*")
            for _ in range(int(times or 1)):
                table[chr(point)] = int(width)
                point += 1
    return table


@cache
def _advance(character: str, bold: bool, face: Face = "DejaVu Sans") -> int:
    """One character's width in thousandths of an em; what the pages' face lacks is drawn in the other one."""
    known = _table(bold, face).get(character)
    if known is not None:
        return known
    if face != "DejaVu Sans":
        return _advance(character, bold)
    if unicodedata.category(character) in {"Mn", "Me", "Cf", "Cc"}:
        return 0  # drawn over the letter before it, or not drawn at all
    return 1000 if unicodedata.east_asian_width(character) in {"W", "F"} else UNKNOWN[bold]


def measurable(dot_text: str) -> tuple[str, dict[str, str]]:
    """DOT whose labels any Graphviz can measure, and what each stand-in stands for.

    A run of label text that is not all ASCII becomes one ASCII word of the same width, found nowhere else.
    """
    stand_ins = _StandIns(taken=set(re.findall(r"[A-Za-z]+", dot_text)))
    out = [""]
    position = 0
    while found := DOT_TOKEN.match(dot_text, position):
        token, position = found[0], found.end()
        if token == "<":
            position = _end_of_html(dot_text, position)
            token = dot_text[found.start() : position]
        if LABEL.search(out[-1]):
            token = stand_ins.in_html(token) if token[0] == "<" else stand_ins.in_quotes(token)
        out.append(token)
    return "".join(out), {word: text for (text, _), word in stand_ins.words.items()}


@dataclass(frozen=True, slots=True)
class _StandIns:
    """The words given out so far, each for one text in one weight."""

    taken: set[str]
    words: dict[tuple[str, bool], str] = field(default_factory=dict)

    def in_quotes(self, label: str) -> str:
        """A plain label; one with a node's name to come, or with fields of a record, keeps its own words."""
        if re.search(r"\\[NGETHL]|[{}|]", label):
            return label
        return re.sub(r"\\[nlr]|((?:\\[^nlr]|[^\\\"])+)", self._in_line, label)

    def in_html(self, label: str) -> str:
        """The text between the tags of an HTML-like label."""
        bold, parts = 0, re.split(r"(<[^>]*>)", label[1:-1])
        for index, part in enumerate(parts):
            if index % 2:  # a tag
                bold += {"<b>": 1, "</b>": -1}.get(part.lower(), 0)
            elif "\\" not in part.replace("\\\\", ""):
                parts[index] = self._word(part, unescape(part).replace("\\\\", "\\"), bold > 0)
        return f"<{''.join(parts)}>"

    def _in_line(self, line: re.Match[str]) -> str:
        """One line of a plain label, or the line break between two."""
        return self._word(line[0], unescape(re.sub(r"\\(.)", r"\1", line[1] or "")), False)

    def _word(self, written: str, meant: str, bold: bool) -> str:
        """The stand-in with the blanks around it, or the text as it was written."""
        text = meant.strip(" \t\r\n")
        if text.isascii():
            return written
        if (text, bold) not in self.words:
            self.words[text, bold] = _word_as_wide(text_width(text, 1000, bold), bold, self.taken)
            self.taken.add(self.words[text, bold])
        return meant.replace(text, self.words[text, bold])


def _end_of_html(dot_text: str, position: int) -> int:
    """Where the `>` that closes an HTML-like label ends: Graphviz too only counts."""
    depth = 1
    while depth and position < len(dot_text):
        depth += {"<": 1, ">": -1}.get(dot_text[position], 0)
        position += 1
    return position


def _word_as_wide(width: float, bold: bool, taken: set[str]) -> str:
    """An ASCII word of nearly this width in thousandths of an em, and not yet taken."""
    wide, ends = _advance("m", bold), _short_words(bold)
    front = "m" * max(0, int((width - 1500) // wide))
    at = bisect_left(ends, (width - wide * len(front), ""))
    near = (index for step in range(len(ends)) for index in (at + step, at - step - 1) if 0 <= index < len(ends))
    return next(word for index in near if (word := front + ends[index][1]) not in taken)


@cache
def _short_words(bold: bool) -> list[tuple[int, str]]:
    """Words of one to three letters with their widths, narrowest first."""
    letters = {_advance(letter, bold): letter for letter in "fijkmrstwABDEGHMQW"}
    return sorted(
        (sum(widths), "".join(letters[width] for width in widths))
        for length in (1, 2, 3)
        for widths in product(letters, repeat=length)
    )
