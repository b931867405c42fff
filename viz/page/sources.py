"""Sources → numbers and a list: each sentence that something rests on once, with a mark for its class."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from engine.records import CLASSES, Cite, Plan
from engine.trace import SourceRef, source_records
from procedure_dsl.wording import say

MARKS: Final = {"stated": "", "reconstructed": "†", "outside": "‡", "assumption": "*", "not stated": "°"}
UNVERIFIED: Final = "?"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the list: its number, where it stands, the sentence itself, and what is to be said of it."""

    number: int
    mark: str
    kind: str
    place: str
    saying: str
    remark: str


@dataclass(slots=True)
class Sources:
    """Numbers are given in the order of asking, from 1."""

    plan: Plan | None = None
    found: dict[tuple[str, ...], Entry] = field(default_factory=dict)

    def numbers(self, refs: Iterable[SourceRef]) -> tuple[str, ...]:
        """`3`, `7†`: the number and the mark of the class of each, once."""
        return tuple(dict.fromkeys(f"{one.number}{one.mark}" for one in map(self.entry, refs)))

    def cited(self, *cites: Cite | None) -> tuple[str, ...]:
        return self.numbers(source_records(*cites))

    def entry(self, ref: SourceRef) -> Entry:
        key = (ref.kind, ref.source, ref.place, ref.saying, ref.reconstructed, ref.unverified)
        if key not in self.found:
            source = self.plan.sources.get(ref.source) if self.plan else None
            title = source.label.text() if source else ref.source
            place = ", ".join(
                part for part in (title if ref.kind not in ("outside", "assumption") else "", ref.place) if part
            )
            remark = "; ".join(
                part for part in (
                    ref.reconstructed and say("reconstructed: {why}", why=ref.reconstructed),
                    ref.unverified and say("unverified: {what}", what=ref.unverified),
                ) if part
            )  # fmt: skip
            mark = MARKS[ref.kind] + (UNVERIFIED if ref.unverified else "")
            self.found[key] = Entry(len(self.found) + 1, mark, say(CLASSES[ref.kind]), place, ref.saying, remark)
        return self.found[key]

    @property
    def entries(self) -> tuple[Entry, ...]:
        return tuple(self.found.values())
