"""What a page adds to a plan: what has changed against another version, or how many of all cases go where and how long it takes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from procedure_dsl.wording import phrase
from viz.page.atlas import Change
from viz.page.marks import Look

CHANGES: Final[dict[Change, tuple[str, str]]] = {
    "new": ("+", phrase("NEW")), "gone": ("–", phrase("GONE")), "changed": ("±", phrase("CHANGED")),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Remark:
    """What is said of one stage or end. `added` are the lines that it had not, `was` those that it has no longer."""

    change: Change = ""
    added: frozenset[str] = frozenset()
    was: tuple[str, ...] = ()
    warm: float = 0.0  # the part of all cases that come by, 0 to 1
    said: str = ""


NOTHING: Final = Remark()


@dataclass(frozen=True, slots=True)
class Marking:
    units: dict[str, Remark] = field(default_factory=dict)
    odds: dict[str, str] = field(default_factory=dict)  # by the id of a way
    legend: frozenset[str] = frozenset()  # the signs that it adds
    look: Callable[[Sequence[str]], Look | None] = lambda _: None  # of the line for some ways

    def of(self, name: str) -> Remark:
        return self.units.get(name, NOTHING)


PLAIN: Final = Marking()


def warmed(accent: str, warm: float) -> str:
    """White for nought, and towards the accent as more cases come by; dark words stay readable on the warmest."""
    share = 0.42 * min(1.0, max(0.0, warm))
    parts = (int(accent[at : at + 2], 16) for at in (1, 3, 5))
    return "#" + "".join(f"{round(255 + (part - 255) * share):02X}" for part in parts)
