"""Where the road divides on what nobody told: a row for each answer, with where the case ends under it."""

from __future__ import annotations

from typing import Final

from procedure_dsl.wording import say
from viz.page.cards import BODY, CUT, LEAD
from viz.page.lanes import Band
from viz.page.marks import Group, Look, Mark, Text, line, moved, wrap
from viz.page.story import Fork, Story
from viz.page.theme import LEAST, Theme

SHARES: Final = (0.36, 0.22, 0.14, 0.28)  # of the width: the answers, the end, the day, the figures


def fork_bands(story: Story, wide: float, theme: Theme) -> list[Band]:
    """A heading, then a band for each answer, so that many of them can go on over the page."""
    if not story.forks and not story.ask_first:
        return []
    middle = 9.0
    marks: list[Mark] = []
    marks.append(
        line(
            [(0, middle), (CUT, 2), (20 - CUT, 2), (20, middle), (20 - CUT, 16), (CUT, 16)],
            Look(theme.paper, theme.ink, 0.9),
            True,
        )
    )
    marks.append(Text(10, 12, "?", 8, theme.ink, True, "middle"))
    marks.append(Text(27, 12.5, say("It hangs on what nobody told"), 10, theme.accent, True))
    heading: tuple[Mark, ...] = tuple(marks)
    high = 22.0
    if story.ask_first:
        words = say("First of all tell: {fact}", fact=story.ask_first)
        lines = [
            Text(27, high + 8 + at * 10, one, BODY, theme.ink) for at, one in enumerate(wrap(words, wide - 30, BODY))
        ]
        heading, high = (*heading, *lines), high + len(lines) * 10 + 4
    rows = [_row(number, fork, wide, theme) for number, fork in enumerate(story.forks, 1)]
    if not rows:
        return [Band(heading, high)]
    first = Band((*heading, *moved(rows[0].marks, 0, high)), high + rows[0].high)
    return [first, *rows[1:]]


def _row(number: int, fork: Fork, wide: float, theme: Theme) -> Band:
    figures = [f"{what}: {text}" for what, text in fork.totals]
    cells = ((fork.answers, True), ((fork.ends,), True), ((fork.day,), False), (figures, False))
    marks: list[Mark] = [line([(0, 0), (wide, 0)], theme.hair())]
    x, deepest = 0.0, 0.0
    for (texts, bold), share in zip(cells, SHARES, strict=True):
        room, down = wide * share, 4.0
        size = BODY if bold else LEAST
        for text in texts:
            for words in wrap(text, room - 14, size, bold):
                marks.append(Text(x, down + size * 0.86, words, size, theme.ink, bold))
                down += size * LEAD
        x += room
        deepest = max(deepest, down)
    told = " · ".join((", ".join(fork.answers), fork.ends, fork.day, *figures))
    return Band((Group(f"answer-{number}", told, tuple(marks)),), deepest + 3)
