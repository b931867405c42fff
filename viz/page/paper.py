"""Paper: sizes, margins, and the area that a page leaves for what it shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

MM: Final = 72 / 25.4  # points
MARGIN: Final = 10 * MM


@dataclass(frozen=True, slots=True)
class Paper:
    """A sheet, in points."""

    name: str
    wide: float
    high: float

    @property
    def inner(self) -> float:
        """The width between the margins."""
        return self.wide - 2 * MARGIN


def _landscape(name: str, long: float, short: float) -> Paper:
    return Paper(name, round(long * MM, 2), round(short * MM, 2))


PAPERS: Final = {
    "a4": _landscape("a4", 297, 210), "a3": _landscape("a3", 420, 297), "letter": _landscape("letter", 279.4, 215.9),
}  # fmt: skip
