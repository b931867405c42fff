"""Stops → bands of swimlanes: a lane for each actor, a column for each stop, and the road through them.

A road that is longer than a page is wide goes on in the band below. Roads run between the columns, where no text stands.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from procedure_dsl.wording import phrase, say
from viz.page import icons
from viz.page.cards import LEAD, Card, cards_of
from viz.page.marks import Group, Look, Mark, Rect, Text, line, moved, width, wrap
from viz.page.story import Lane, Stop, Story
from viz.page.strip import node
from viz.page.theme import LEAST, Theme

LABEL: Final = 66.0  # the least room for the names of the lanes
GUTTER: Final = 16.0  # between two columns, for the road
STACK: Final = 5.5  # between two cards of a cell
ROOM: Final = 4.0  # above and below the cards of a lane
NARROWEST: Final = 84.0  # of a column
WIDEST: Final = 240.0
HEAD: Final = 8.5
BOLD_NAME: Final = 9.0
OWNERS: Final = {
    "we": phrase("our side"), "the other side": phrase("the other side"), "court or chance": phrase("authorities"),
    "the law": phrase("the law"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Placed:
    """A card where it stands in its band."""

    card: Card
    column: int
    x: float
    y: float
    wide: float

    @property
    def high(self) -> float:
        return self.card.block.high

    @property
    def right(self) -> float:
        return self.x + self.wide

    @property
    def bottom(self) -> float:
        return self.y + self.high

    @property
    def middle(self) -> float:
        return self.y + self.high / 2


@dataclass(frozen=True, slots=True)
class Band:
    """Some stops in their lanes, at the origin."""

    marks: tuple[Mark, ...]
    high: float


def bands_of(story: Story, wide: float, columns: int, theme: Theme) -> list[Band]:
    """The whole road in bands of at most so many columns each, as even as they come."""
    stops = story.stops
    number = -(-len(stops) // columns)
    each, more = divmod(len(stops), number) if number else (0, 0)
    found, at = [], 0
    for band in range(number):
        taken = each + (band < more)
        found.append(
            _Band(
                story, stops[at : at + taken], wide, -(-len(stops) // number), theme, at > 0, at + taken < len(stops)
            ).band()
        )
        at += taken
    return found


def lane_name(lane: Lane, label: float, theme: Theme) -> tuple[list[Mark], float]:
    """Who acts in a lane and on which side, and how high that is."""
    marks: list[Mark] = []
    down = 2.0
    for words in wrap(lane.title, label - 8, BOLD_NAME, True):
        marks.append(Text(3, down + BOLD_NAME * 0.86, words, BOLD_NAME, theme.ink, True))
        down += BOLD_NAME * 1.2
    side = say(OWNERS[lane.owner])
    for words in wrap(side, label - 8, LEAST) if side != lane.title else ():
        marks.append(Text(3, down + LEAST * 0.86, words, LEAST, theme.soft))
        down += LEAST * LEAD
    return [Group("", f"{lane.title}: {side}", tuple(marks))], down


class _Band:
    def __init__(
        self, story: Story, stops: Sequence[Stop], wide: float, columns: int, theme: Theme, before: bool, after: bool
    ) -> None:
        self.story, self.stops, self.theme = story, stops, theme
        self.before, self.after = before, after
        words = [word for lane in story.lanes for word in lane.title.replace("-", "- ").split()]
        self.label = min(LABEL * 2, max([LABEL, *(width(word, BOLD_NAME, True) + 10 for word in words)]))
        self.pitch = min((wide - self.label) / columns, WIDEST + GUTTER)
        self.column = self.pitch - GUTTER
        self.whole = wide
        acting = {deed.lane for stop in stops for deed in stop.deeds}
        self.lanes = [lane for lane in story.lanes if lane.party in acting]

    def left(self, column: int) -> float:
        return self.label + GUTTER / 2 + column * self.pitch

    def band(self) -> Band:
        top = max(self.heading(at, stop)[1] for at, stop in enumerate(self.stops)) + 4
        lanes, placed, bottom = self.lay(top)
        marks: list[Mark] = [*lanes]
        for at, stop in enumerate(self.stops):
            marks += self.heading(at, stop)[0]
        road = self.road(placed)
        cards = [Group("", "", moved(one.card.block.marks, one.x, one.y)) for one in placed]
        return Band((*marks, *road, *cards), bottom)

    # ── columns ─────────────────────────────────────────────────────────────────────────────────

    def heading(self, at: int, stop: Stop) -> tuple[list[Mark], float]:
        """The number and the title of a stop, with a tick when it is over and a flag when it is the next."""
        theme, x, wide = self.theme, self.left(at), self.column
        lines = wrap(stop.title, wide - 21, HEAD, True)
        down = 2.0
        marks: list[Mark] = []
        if stop.is_next:
            words = say("NEXT STEP")
            marks += [
                Rect(x, down, width(words, LEAST, True) + 10, LEAST + 4, Look(theme.accent), 2),
                Text(x + 5, down + LEAST + 0.6, words, LEAST, "#FFFFFF", True),
            ]
        if any(one.is_next for one in self.stops):
            down += LEAST + 7
        first = down
        marks.append(node(x + 8, down + 8, stop, theme))
        for words in lines:
            marks.append(Text(x + 21, down + HEAD * 0.86, words, HEAD, theme.ink, True))
            down += HEAD * 1.2
        for words in wrap(stop.day, wide - 21, LEAST, True):
            marks.append(Text(x + 21, down + LEAST * 0.86, words, LEAST, theme.soft, True))
            down += LEAST * LEAD
        for words in wrap(stop.track, wide - 21, LEAST):
            marks.append(Text(x + 21, down + LEAST * 0.86, words, LEAST, theme.soft))
            down += LEAST * LEAD
        for words in wrap(say("so far: {amount}", amount=stop.cost), wide - 21, LEAST, True) if stop.cost else ():
            marks.append(Text(x + 21, down + LEAST * 0.9, words, LEAST, theme.fee, True))
            down += LEAST * LEAD
        return [Group(f"stop-{stop.number}", f"{stop.number}. {stop.title}", tuple(marks))], max(down, first + 17)

    # ── lanes ───────────────────────────────────────────────────────────────────────────────────

    def lay(self, top: float) -> tuple[list[Mark], list[Placed], float]:
        """Lanes with their names, cards in their cells, and where the band ends."""
        theme = self.theme
        marks: list[Mark] = []
        placed: list[Placed] = []
        order: dict[str, int] = {}
        y = top
        for number, lane in enumerate(self.lanes):
            cells = [
                cards_of([d for d in stop.deeds if d.lane == lane.party], self.column, theme, stop.day)
                for stop in self.stops
            ]
            name = lane_name(lane, self.label, theme)
            high = max([name[1], *(sum(c.block.high + STACK for c in cell) - STACK for cell in cells)]) + 2 * ROOM
            if number % 2 == 0:
                marks.append(Rect(0, y, self.whole, high, Look(theme.tint)))
            marks.append(line([(0, y), (self.whole, y)], theme.hair()))
            marks += moved(name[0], 0, y + ROOM)
            for column, cell in enumerate(cells):
                down = y + ROOM
                for one in cell:
                    placed.append(Placed(one, column, self.left(column), down, self.column))
                    down += one.block.high + STACK
            y += high
        marks.append(line([(0, y), (self.whole, y)], theme.hair()))
        for column, stop in enumerate(self.stops):
            order |= {deed.name: column * 1000 + at for at, deed in enumerate(stop.deeds)}
        placed.sort(key=lambda one: order[one.card.deeds[0].name])
        return marks, placed, y

    # ── the road ────────────────────────────────────────────────────────────────────────────────

    def road(self, placed: Sequence[Placed]) -> Iterator[Mark]:
        """The way of the case from card to card, out of the band before and into the next."""
        look = Look("", self.theme.accent, 2.2)
        by_column: dict[int, list[Placed]] = {}
        for one in placed:
            by_column.setdefault(one.column, []).append(one)
        stations = [
            one for column in sorted(by_column)
            for one in ([c for c in by_column[column] if c.card.on_the_road] or by_column[column][:1])
        ]  # fmt: skip
        if self.before and stations:
            first = stations[0]
            yield line([(self.label - 4, first.middle), (first.x - 4, first.middle)], look)
            yield icons.head(first.x, first.middle, "right", self.theme.accent)
        for one, other in pairwise(stations):
            yield from self.leg(one, other, placed, look)
        if self.after and stations:
            last = stations[-1]
            yield line([(last.right, last.middle), (last.right + GUTTER / 2 - 4, last.middle)], look)
            yield icons.head(last.right + GUTTER / 2, last.middle, "right", self.theme.accent)

    def leg(self, one: Placed, other: Placed, placed: Sequence[Placed], look: Look) -> Iterator[Mark]:
        accent = self.theme.accent
        if one.column == other.column:
            down = other.y > one.y
            between = [
                p for p in placed
                if p.column == one.column and p not in (one, other) and min(one.y, other.y) < p.y < max(one.y, other.y)
            ]  # fmt: skip
            if not between:
                x = one.x + one.wide / 2
                start, end = (one.bottom, other.y) if down else (one.y, other.bottom)
                yield line([(x, start), (x, end - 4 if down else end + 4)], look)
                yield icons.head(x, end, "down" if down else "up", accent)
                return
            x = one.x - GUTTER * 0.3
            yield line([(one.x, one.middle), (x, one.middle), (x, other.middle), (other.x - 4, other.middle)], look)
            yield icons.head(other.x, other.middle, "right", accent)
            return
        x = other.x - GUTTER * 0.62
        level = abs(one.middle - other.middle) < 8 or (other.y + 6 < one.middle < other.bottom - 6)
        enter = one.middle if level else other.middle
        points: list[tuple[float, float]] = [(one.right, one.middle)]
        if enter != one.middle:
            points += [(x, one.middle), (x, enter)]
        yield line([*points, (other.x - 4, enter)], look)
        yield icons.head(other.x, enter, "right", accent)
