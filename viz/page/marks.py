"""Pages → what they are made of: a few kinds of marks, in points from the upper left corner, in reading order.

Every page is composed of these and of nothing else, and each format writes the same marks, so that no two formats can
disagree. Text is held as it was written; whoever writes a format escapes it there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final, Literal

from viz.widths import is_drawable, text_width
from viz.widths import wrap as wrapped

FACE: Final = "Page Sans"
RISE, FALL = (
    0.74,
    0.22,
)  # of a line of text above and below its base line, in parts of its size; Cyrillic Й rises highest
Anchor = Literal["start", "middle", "end"]


@dataclass(frozen=True, slots=True)
class Look:
    """How a shape is drawn; an empty colour is none."""

    fill: str = ""
    line: str = ""
    width: float = 0.75
    dash: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Rect:
    x: float
    y: float
    wide: float
    high: float
    look: Look
    round: float = 0.0


Move = tuple[Literal["M", "L"], float, float] | tuple[Literal["C"], float, float, float, float, float, float] | tuple[Literal["Z"]]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Path:
    """Lines and curves: `M` goes to a point, `L` draws a line to one, `C` a curve, `Z` closes."""

    moves: tuple[Move, ...]
    look: Look

    def points(self) -> Iterator[tuple[float, float]]:
        """The points it goes through; of a curve its end."""
        for move in self.moves:
            if move[0] != "Z":
                yield move[-2], move[-1]


@dataclass(frozen=True, slots=True)
class Text:
    """One line of text; `x` is its beginning, middle or end, `y` its base line."""

    x: float
    y: float
    words: str
    size: float
    ink: str
    bold: bool = False
    anchor: Anchor = "start"

    @property
    def wide(self) -> float:
        return text_width(self.words, self.size, self.bold, FACE)

    @property
    def left(self) -> float:
        return self.x - {"start": 0.0, "middle": self.wide / 2, "end": self.wide}[self.anchor]

    def frame(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom of the ink of a line."""
        return self.left, self.y - RISE * self.size, self.left + self.wide, self.y + FALL * self.size


@dataclass(frozen=True, slots=True)
class Group:
    """Marks that are one thing: `title` is what a reader is told of it, `link` where it leads (`#name` on these pages)."""

    name: str
    title: str
    marks: tuple[Mark, ...]
    link: str = ""


Mark = Rect | Path | Text | Group


@dataclass(frozen=True, slots=True)
class Page:
    """One sheet of paper, in points, and what is on it in the order in which it is read."""

    wide: float
    high: float
    title: str
    description: str
    marks: tuple[Mark, ...]
    language: str = ""

    def each(self) -> Iterator[Rect | Path | Text]:
        """Every mark that is no group."""
        yield from flat(self.marks)

    def groups(self) -> Iterator[Group]:
        yield from grouped(self.marks)


def flat(marks: Iterable[Mark]) -> Iterator[Rect | Path | Text]:
    for mark in marks:
        if isinstance(mark, Group):
            yield from flat(mark.marks)
        else:
            yield mark


def grouped(marks: Iterable[Mark]) -> Iterator[Group]:
    for mark in marks:
        if isinstance(mark, Group):
            yield mark
            yield from grouped(mark.marks)


def frame_of(marks: tuple[Mark, ...]) -> tuple[float, float, float, float]:
    """Left, top, right, bottom of some marks."""
    frames = [*_frames(marks)] or [(0.0, 0.0, 0.0, 0.0)]
    return min(f[0] for f in frames), min(f[1] for f in frames), max(f[2] for f in frames), max(f[3] for f in frames)


def _frames(marks: tuple[Mark, ...]) -> Iterator[tuple[float, float, float, float]]:
    for mark in marks:
        match mark:
            case Group():
                yield from _frames(mark.marks)
            case Rect():
                yield mark.x, mark.y, mark.x + mark.wide, mark.y + mark.high
            case Path():
                xs, ys = zip(*mark.points(), strict=True)
                yield min(xs), min(ys), max(xs), max(ys)
            case Text():
                yield mark.frame()


def moved(marks: Iterable[Mark], right: float, down: float) -> tuple[Mark, ...]:
    """The same marks elsewhere."""
    return tuple(_moved(mark, right, down) for mark in marks)


def _moved(mark: Mark, right: float, down: float) -> Mark:
    match mark:
        case Group():
            return replace(mark, marks=moved(mark.marks, right, down))
        case Path():
            return replace(mark, moves=tuple(_move(move, right, down) for move in mark.moves))
        case Rect() | Text():
            return replace(mark, x=mark.x + right, y=mark.y + down)


def _move(move: Move, right: float, down: float) -> Move:
    match move:
        case ("Z",):
            return move
        case ("C", a, b, c, d, e, f):
            return ("C", a + right, b + down, c + right, d + down, e + right, f + down)
        case (kind, x, y):
            return (kind, x + right, y + down)


# ── Shapes made of them ─────────────────────────────────────────────────────────────────────────


def line(points: Iterable[tuple[float, float]], look: Look, closed: bool = False) -> Path:
    first, *rest = points
    moves: list[Move] = [("M", *first), *(("L", *point) for point in rest)]
    return Path((*moves, ("Z",)) if closed else tuple(moves), look)


def disc(x: float, y: float, radius: float, look: Look) -> Path:
    """A circle about a point, of four curves."""
    k = radius * 0.5523
    return Path(
        (
            ("M", x + radius, y),
            ("C", x + radius, y + k, x + k, y + radius, x, y + radius),
            ("C", x - k, y + radius, x - radius, y + k, x - radius, y),
            ("C", x - radius, y - k, x - k, y - radius, x, y - radius),
            ("C", x + k, y - radius, x + radius, y - k, x + radius, y), ("Z",),
        ),
        look,
    )  # fmt: skip


def runs(words: str) -> Iterator[tuple[str, str]]:
    """A line cut where the face has to change: (face, words)."""
    for own, letters in groupby(words, key=lambda letter: is_drawable(letter, FACE)):
        yield (FACE if own else "DejaVu Sans"), "".join(letters)


def wrap(words: str, wide: float, size: float, bold: bool = False, most: int = 0) -> list[str]:
    """Lines that fit a width in points, in the face of the pages; nothing for no text."""
    return wrapped(words, wide, size, bold, most, FACE)


def width(words: str, size: float, bold: bool = False) -> float:
    return text_width(words, size, bold, FACE)
