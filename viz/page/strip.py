"""The whole road in one line: a stop each, with its number, title, day and cost so far; for a road that takes more than one band."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from procedure_dsl.wording import say
from viz.page import icons
from viz.page.cards import LEAD, Block
from viz.page.marks import Group, Look, Mark, Text, disc, line, moved, width, wrap
from viz.page.story import Stop
from viz.page.theme import LEAST, Theme

NARROWEST: Final = 58.0  # points for one stop
DISC: Final = 8.0


def strip(stops: Sequence[Stop], wide: float, theme: Theme) -> Block:
    """One row of discs on a line; a long road takes more rows."""
    widest = max(
        (width(word, LEAST, True) for stop in stops for word in stop.title.replace("-", "- ").split()), default=0
    )
    most = max(1, int(wide // max(NARROWEST, widest + 7)))
    rows = max(1, -(-len(stops) // most))
    each = max(1, -(-len(stops) // rows))
    marks: list[Mark] = []
    down = 0.0
    for at in range(0, len(stops), each):
        block = _row(stops[at : at + each], wide, wide / each, theme, at > 0, at + each < len(stops))
        marks += moved(block.marks, 0, down)
        down += block.high + 6
    return Block((Group("strip", say("The whole road"), tuple(marks)),), down - 6)


def _row(stops: Sequence[Stop], wide: float, pitch: float, theme: Theme, before: bool, after: bool) -> Block:
    middle = [pitch * (at + 0.5) for at in range(len(stops))]
    y = DISC + 1
    ends = [*([0.0] if before else []), *middle, *([wide] if after else [])]
    marks: list[Mark] = []
    for one, other in pairwise(ends):
        start = one + DISC if one else one
        stop_ = other - DISC if other < wide else other
        marks.append(line([(start, y), (stop_, y)], Look("", theme.accent, 2.2)))
    deepest = 0.0
    for x, stop in zip(middle, stops, strict=True):
        parts: list[Mark] = [node(x, y, stop, theme)]
        down = y + DISC + 4
        for words in wrap(stop.title, pitch - 6, LEAST, stop.is_next or stop.is_end):
            parts.append(Text(x, down + LEAST * 0.86, words, LEAST, theme.ink, stop.is_next or stop.is_end, "middle"))
            down += LEAST * 1.16
        for words in wrap(stop.last_day, pitch - 6, LEAST):
            parts.append(Text(x, down + LEAST * 0.9, words, LEAST, theme.soft, anchor="middle"))
            down += LEAST * LEAD
        for words in wrap(stop.cost, pitch - 6, LEAST, True) if width(stop.cost, LEAST, True) < pitch * 2 else ():
            parts.append(Text(x, down + LEAST * 0.9, words, LEAST, theme.fee, True, "middle"))
            down += LEAST * LEAD
        deepest = max(deepest, down)
        marks.append(Group("", f"{stop.number}. {stop.title}, {stop.last_day}", tuple(parts), f"#stop-{stop.number}"))
    return Block(tuple(marks), deepest)


def node(x: float, y: float, stop: Stop, theme: Theme, radius: float = DISC) -> Group:
    """The disc of a stop: its number, a tick when it is over, filled when it is the next, a ring within for an end."""
    if stop.done:
        marks: tuple[Mark, ...] = (disc(x, y, radius, Look(theme.fee)), icons.tick(x, y, radius + 0.5, theme.paper))
        return Group("", say("done"), marks)
    ground = Look(theme.accent, theme.paper, 1) if stop.is_next else Look(theme.paper, theme.ink, 1)
    ink = theme.paper if stop.is_next else theme.ink
    ring = (disc(x, y, radius - 1.6, Look("", theme.ink, 0.6)),) if stop.is_end else ()
    number = Text(x, y + 2.7, f"{stop.number}", LEAST, ink, True, "middle")
    return Group("", "", (disc(x, y, radius, ground), *ring, number))
