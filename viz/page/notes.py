"""What the picture has no room for, in columns: what nobody told, what is assumed, and the sentences by number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from procedure_dsl.wording import say
from viz.page.cards import LEAD
from viz.page.marks import Group, Mark, Text, moved, wrap
from viz.page.sources import Sources
from viz.page.story import Story
from viz.page.theme import LEAST, Theme

SIZE = 8.0
GAP = 20.0  # between two columns


@dataclass(frozen=True, slots=True)
class Note:
    """One thing that is not parted: a title or a paragraph, and how high it is."""

    group: Group
    high: float
    is_title: bool = False


def notes_of(story: Story, wide: float, theme: Theme) -> list[Note]:
    """Everything in the order of its weight."""
    found: list[Note] = []
    found += _section(say("Overdue"), story.overdue, wide, theme)
    found += _section(say("Assumptions"), story.assumptions, wide, theme)
    found += _section(say("Not stated"), story.not_stated, wide, theme)
    found += source_notes(story.sources, wide, theme)
    return found


def source_notes(sources: Sources, wide: float, theme: Theme) -> list[Note]:
    """The list of sources: number and mark, where it stands, the sentence itself."""
    found: list[Note] = []
    for entry in sources.entries:
        said = f"{entry.place}: “{entry.saying}”" if entry.saying else entry.place
        kind = f"{entry.kind}: " if entry.mark.rstrip("?") else ""
        words = f"{kind}{said}" + (f" – {entry.remark}" if entry.remark else "")
        found.append(paragraph(words, wide, theme, f"{entry.number}{entry.mark}", f"source-{entry.number}"))
    return [title_note(say("Sources"), theme, wide), *found] if found else []


def _section(title: str, paragraphs: Iterator[str] | Sequence[str], wide: float, theme: Theme) -> list[Note]:
    found = [paragraph(words, wide, theme, "–") for words in paragraphs]
    return [title_note(title, theme, wide), *found] if found else []


def title_note(words: str, theme: Theme, wide: float) -> Note:
    marks = [Text(0, 12 + at * 12, one, 10, theme.accent, True) for at, one in enumerate(wrap(words, wide, 10, True))]
    return Note(Group("", words, tuple(marks)), 6 + 12.0 * len(marks), True)


def paragraph(words: str, wide: float, theme: Theme, mark: str = "", name: str = "") -> Note:
    """Some lines beside their number or their dash."""
    hang = 22.0 if name else 9.0
    marks: list[Mark] = [Text(0, SIZE * 0.86, mark, LEAST if name else SIZE, theme.soft, bool(name))]
    lines = wrap(words, wide - hang, SIZE)
    marks += [Text(hang, SIZE * 0.86 + at * SIZE * LEAD, one, SIZE, theme.ink) for at, one in enumerate(lines)]
    return Note(Group(name, words, tuple(marks)), len(lines) * SIZE * LEAD + 2.5)


def poured(notes: Sequence[Note], columns: int, wide: float, high: float) -> tuple[list[Mark], Sequence[Note], float]:
    """As many notes as the columns hold, what is left, and how deep the deepest column is. A title is not left alone."""
    marks: list[Mark] = []
    broad = (wide - GAP * (columns - 1)) / columns
    column, down, deepest, at = 0, 0.0, 0.0, 0
    while at < len(notes):
        note = notes[at]
        after = notes[at + 1].high if note.is_title and at + 1 < len(notes) else 0.0
        if down and down + note.high + after > high:
            column, down = column + 1, 0.0
        if column == columns:
            break
        marks += moved((note.group,), column * (broad + GAP), down)
        down += note.high
        deepest = max(deepest, down)
        at += 1
    return marks, notes[at:], deepest


def column_width(columns: int, wide: float) -> float:
    return (wide - GAP * (columns - 1)) / columns
