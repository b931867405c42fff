"""Text for a terminal or a page: wrapped and aligned by the cells a reader sees, Cyrillic and Latin alike."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterable, Sequence

from procedure_dsl.diagnostics import text_cells

NARROWEST, WIDEST = 60, 110
BLANKS = re.compile(r"[^\S\u00a0\u202f]+")  # blanks at which a line may end: not those inside `1 500,00`


def width() -> int:
    """Columns to write in: the terminal's, within reason; 80 where there is no terminal."""
    if sys.stdout.isatty() or os.environ.get("COLUMNS", "").isdigit():
        return max(NARROWEST, min(shutil.get_terminal_size((80, 24)).columns, WIDEST))
    return 80


def pad(text: str, cells: int) -> str:
    return text + " " * max(0, cells - text_cells(text))


def wrap(text: str, cells: int) -> list[str]:
    """Lines of at most so many cells, broken at blanks; a word that is longer is cut."""
    lines: list[str] = []
    line = ""
    for word in BLANKS.split(text.strip()):
        while text_cells(word) > cells:
            cut = _fitting(word, cells)
            if line:
                lines.append(line)
                line = ""
            lines.append(word[:cut])
            word = word[cut:]
        longer = f"{line} {word}" if line else word
        if text_cells(longer) <= cells:
            line = longer
        else:
            lines.append(line)
            line = word
    return [*lines, line] if line or not lines else lines


def _fitting(word: str, cells: int) -> int:
    cut = len(word)
    while cut > 1 and text_cells(word[:cut]) > cells:
        cut -= 1
    return cut


def hang(text: str, first: str, rest: str, cells: int) -> list[str]:
    """A paragraph whose first line begins with `first` and the others with `rest`."""
    lines = wrap(text, cells - max(text_cells(first), text_cells(rest)))
    return [(first if at == 0 else rest) + line for at, line in enumerate(lines)]


def heading(words: str, cells: int) -> str:
    """`── Terms ─────`: the head of a section, as wide as the page."""
    return f"── {words} " + "─" * max(0, cells - text_cells(words) - 4)


def table(rows: Sequence[Sequence[str]], cells: int, indent: str = "  ", right: Iterable[int] = ()) -> list[str]:
    """Rows in columns; the last column takes what is left and wraps, those in `right` are set flush right."""
    if not rows:
        return []
    columns = len(rows[0])
    flush = set(right)
    widths = [max(text_cells(row[at]) for row in rows) for at in range(columns - 1)]
    room = max(20, cells - len(indent) - sum(widths) - 2 * (columns - 1))
    lines = []
    for row in rows:
        cellsets = [wrap(cell, widths[at] if at < columns - 1 else room) or [""] for at, cell in enumerate(row)]
        for number in range(max(len(cell) for cell in cellsets)):
            parts = []
            for at, cell in enumerate(cellsets):
                text = cell[number] if number < len(cell) else ""
                if at < columns - 1:
                    text = " " * (widths[at] - text_cells(text)) + text if at in flush else pad(text, widths[at])
                parts.append(text)
            lines.append((indent + "  ".join(parts)).rstrip())
    return lines
