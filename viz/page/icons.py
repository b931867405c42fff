"""The signs of a page, drawn so that no face needs to have them and grey print keeps them apart."""

from __future__ import annotations

from typing import Final

from viz.page.marks import Look, Mark, Path, Text, disc, line

SMALL: Final = 7.5


def sign(kind: str, x: float, y: float, ink: str) -> tuple[Mark, ...]:
    """The sign of a kind of time or money about a point."""
    match kind:
        case "mine":
            return (line([(x - 2.2, y - 2.8), (x + 2.8, y), (x - 2.2, y + 2.8)], Look(ink), closed=True),)
        case "theirs":
            return (line([(x + 2.2, y - 2.6), (x - 2.6, y), (x + 2.2, y + 2.6)], Look("", ink, 0.9), closed=True),)
        case "limit":
            return (Text(x, y + 2.6, "§", SMALL, ink, True, "middle"),)
        case "wait" | "advice":
            return (hourglass(x, y, ink),)
        case "practice":
            return (Text(x, y + 2.6, "≈", SMALL, ink, True, "middle"),)
        case "fee":
            return (disc(x, y, 1.5, Look("", ink, 0.8)),)
        case "overdue":
            return (Text(x, y + 2.6, "!", SMALL, ink, True, "middle"),)
        case _:
            return (Text(x, y + 2.6, "?", SMALL, ink, True, "middle"),)


def hourglass(x: float, y: float, ink: str) -> Path:
    return line(
        [(x - 2.4, y - 3.2), (x + 2.4, y - 3.2), (x - 2.4, y + 3.2), (x + 2.4, y + 3.2)],
        Look(ink, ink, 0.7),
        closed=True,
    )


def padlock(x: float, y: float, ink: str) -> Path:
    """A closed padlock about a point."""
    return Path(
        (
            ("M", x - 3, y - 0.6), ("L", x + 3, y - 0.6), ("L", x + 3, y + 3.4), ("L", x - 3, y + 3.4), ("Z",),
            ("M", x - 1.9, y - 0.6), ("L", x - 1.9, y - 2), ("C", x - 1.9, y - 4.6, x + 1.9, y - 4.6, x + 1.9, y - 2), ("L", x + 1.9, y - 0.6),
        ),
        Look("", ink, 1.0),
    )  # fmt: skip


def diamond(x: float, y: float, size: float, ink: str) -> Path:
    return line([(x, y - size), (x + size, y), (x, y + size), (x - size, y)], Look(ink), closed=True)


def tick(x: float, y: float, size: float, ink: str) -> Path:
    """A tick about a point."""
    s = size / 7.5
    return line(
        [(x - 3 * s, y + 0.2 * s), (x - 0.8 * s, y + 2.6 * s), (x + 3.4 * s, y - 2.8 * s)], Look("", ink, 1.5 * s)
    )


def head(x: float, y: float, way: str, ink: str, size: float = 4.6) -> Path:
    """The head of an arrow whose point is here."""
    s, half = size, size * 0.62
    points = {
        "right": [(x - s, y - half), (x, y), (x - s, y + half)], "left": [(x + s, y - half), (x, y), (x + s, y + half)],
        "down": [(x - half, y - s), (x, y), (x + half, y - s)], "up": [(x - half, y + s), (x, y), (x + half, y + s)],
    }[way]  # fmt: skip
    return line(points, Look(ink), closed=True)
