"""Boxes in lanes and columns, and the lines between them: each line at right angles, through gutters and free rows, under no text.

Lines that lead to the same box share its gutter track and its entry, so that many ways to one place read as one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from viz.page import icons
from viz.page.cards import Block
from viz.page.lanes import BOLD_NAME, GUTTER, LABEL, ROOM, STACK, Band, lane_name
from viz.page.marks import Group, Look, Mark, Rect, line, moved, width
from viz.page.story import Lane
from viz.page.theme import Theme

TRACK: Final = 3.6  # between two lines beside one another
EDGE: Final = 4.6  # between a box and the nearest line


@dataclass(frozen=True, slots=True)
class Node:
    """A box: its column and lane, its marks, and where its ways leave it, in points below its top."""

    name: str
    column: int
    lane: str
    block: Block
    ports: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Link:
    """A line from a box (from one of its ways, if a port is named) to another."""

    source: str
    target: str
    look: Look
    port: str = ""
    title: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Spot:
    """A box where it stands."""

    node: Node
    x: float
    y: float
    wide: float

    @property
    def right(self) -> float:
        return self.x + self.wide

    @property
    def bottom(self) -> float:
        return self.y + self.node.block.high

    def exit(self, port: str) -> float:
        return self.y + self.node.ports.get(port, self.node.block.high / 2)

    @property
    def entry(self) -> float:
        return self.y + min(12.0, self.node.block.high / 2)


Track = tuple[str, str]
NOBODY: Final = "*"  # the lane of a box that stands in no lane


class Grid:
    """Columns and lanes of one band. First the gutters are found, which say how wide a box may be; then all is laid out."""

    def __init__(self, lanes: Sequence[Lane], columns: int, wide: float, places: dict[str, tuple[int, str]], links: Sequence[Link], theme: Theme, most: float = 240.0) -> None:  # fmt: skip
        self.lanes, self.columns, self.wide, self.theme = lanes, columns, wide, theme
        self.places = places
        self.links = [
            link for link in links if link.source in places and link.target in places and link.source != link.target
        ]
        words = [word for lane in lanes for word in lane.title.replace("-", "- ").split()]
        self.label = min(LABEL * 2, max([LABEL, *(width(word, BOLD_NAME, True) + 10 for word in words)]))
        self.tracks: list[list[Track]] = [[] for _ in range(columns + 1)]
        for link in self.links:
            for gutter, track in self._needs(link):
                if track not in self.tracks[gutter]:
                    self.tracks[gutter].append(track)
        room = wide - self.label - sum(self._gutter(at) for at in range(columns + 1))
        self.box = min(room / columns, most)
        self.left = []
        x = self.label
        for column in range(columns):
            x += self._gutter(column)
            self.left.append(x)
            x += self.box

    def _gutter(self, at: int) -> float:
        tracks = len(self.tracks[at])
        return max(GUTTER * 0.75, 2 * EDGE + TRACK * max(0, tracks - 1) + 2) if tracks else GUTTER * 0.5

    def _needs(self, link: Link) -> Iterator[tuple[int, Track]]:
        """The gutter tracks that a line runs in: the one before its target, and the one behind its source if it goes farther."""
        here, there = self.places[link.source][0], self.places[link.target][0]
        if here == there:
            yield here + 1, ("beside", link.target)
            return
        yield there, ("in", link.target)
        if there != here + 1:
            yield here + 1, ("out", link.target)

    def band(self, nodes: Iterable[Node], headings: Sequence[Block]) -> Band:
        """All marks of the band."""
        top = max((heading.high for heading in headings), default=0.0) + (4 if headings else 0)
        marks: list[Mark] = []
        for x, heading in zip(self.left, headings, strict=False):
            marks += moved(heading.marks, x, 0)
        spots, lanes, bottom = self._lay(list(nodes), top)
        lines, bottom_of_lines = self._route(spots, top, bottom)
        boxes = [Group("", "", moved(spot.node.block.marks, spot.x, spot.y)) for spot in spots.values()]
        return Band((*lanes, *marks, *lines, *boxes), max(bottom, bottom_of_lines))

    def _lay(self, nodes: Sequence[Node], top: float) -> tuple[dict[str, Spot], list[Mark], float]:
        marks: list[Mark] = []
        spots: dict[str, Spot] = {}
        y, number = top, 0
        for lane in self.lanes:
            cells = [
                [node for node in nodes if node.lane == lane.party and node.column == at] for at in range(self.columns)
            ]
            if not any(cells):
                continue
            name = lane_name(lane, self.label, self.theme)
            high = (
                max([name[1], *(sum(n.block.high + STACK + 2 for n in cell) - STACK - 2 for cell in cells)]) + 2 * ROOM
            )
            if number % 2 == 0:
                marks.append(Rect(0, y, self.wide, high, Look(self.theme.tint)))
            marks.append(line([(0, y), (self.wide, y)], self.theme.hair()))
            marks += moved(name[0], 0, y + ROOM)
            for at, cell in enumerate(cells):
                down = y + ROOM
                for node in cell:
                    spots[node.name] = Spot(node, self.left[at], down, self.box)
                    down += node.block.high + STACK + 2
            y, number = y + high, number + 1
        y = self._free(nodes, spots, top, y)
        marks.append(line([(0, y), (self.wide, y)], self.theme.hair()))
        return spots, marks, y

    def _free(self, nodes: Sequence[Node], spots: dict[str, Spot], top: float, bottom: float) -> float:
        """Boxes that belong to nobody's lane, spread over the height of their column."""
        for column in range(self.columns):
            some = [node for node in nodes if node.lane == NOBODY and node.column == column]
            high = sum(node.block.high for node in some)
            gap = max(STACK, (bottom - top - high) / (len(some) + 1)) if some else 0.0
            down = top + gap
            for node in some:
                spots[node.name] = Spot(node, self.left[column], down, self.box)
                down += node.block.high + gap
            bottom = max(bottom, down - gap + STACK) if some else bottom
        return bottom

    # ── lines ───────────────────────────────────────────────────────────────────────────────────

    def _route(self, spots: dict[str, Spot], top: float, bottom: float) -> tuple[list[Mark], float]:
        x_of = self._tracks(spots)
        rows: list[tuple[float, float, float, str]] = []  # taken: from x to x at y, leading where
        below = bottom
        found: list[Mark] = []
        for link in sorted(self.links, key=lambda one: (one.look.width, one.look.dash == ())):
            one, other = spots[link.source], spots[link.target]
            start, end = one.exit(link.port), other.entry
            here, there = one.node.column, other.node.column
            if here == there:
                x = x_of[here + 1, ("beside", link.target)]
                points = [(one.right, start), (x, start), (x, end), (other.right + 4, end)]
                head = icons.head(other.right, end, "left", link.look.line, 3.6 + link.look.width / 2)
            else:
                x = x_of[there, ("in", link.target)]
                if there == here + 1:
                    points = [(one.right, start), (x, start), (x, end)] if abs(start - end) > 1 else [(one.right, end)]
                else:
                    out = x_of[here + 1, ("out", link.target)]
                    y = self._row(
                        spots, here, there, start, end, min(out, x), max(out, x), rows, link.target, top, bottom
                    )
                    below = max(below, y + 3)
                    rows.append((min(out, x), max(out, x), y, link.target))
                    points = [(one.right, start), (out, start), (out, y), (x, y), (x, end)]
                points.append((other.x - 4, end))
                head = icons.head(other.x, end, "right", link.look.line, 3.6 + link.look.width / 2)
            found.append(Group(link.name, link.title, (line(_straight(points), link.look), head)))
        return found, below

    def _tracks(self, spots: dict[str, Spot]) -> dict[tuple[int, Track], float]:
        """Where each track runs: what leads highest runs nearest to the box it leads to."""
        found = {}
        for gutter, tracks in enumerate(self.tracks):
            right = self.left[gutter] if gutter < self.columns else self.left[-1] + self.box + self._gutter(gutter)
            ordered = sorted(tracks, key=lambda track: (track[0] == "in", spots[track[1]].y, track[1]))
            for at, track in enumerate(ordered):
                found[gutter, track] = right - EDGE - 1 - TRACK * (len(ordered) - 1 - at)
        return found

    def _row(
        self, spots: dict[str, Spot], here: int, there: int, start: float, end: float, left: float, right: float,
        rows: Sequence[tuple[float, float, float, str]], target: str, top: float, bottom: float,
    ) -> float:  # fmt: skip
        """The nearest height at which a line may cross the columns between: no box stands there, and no line to elsewhere."""
        between = range(here + 1, there) if there > here else range(there, here + 1)
        walls = [(s.y - 3.5, s.bottom + 3.5) for s in spots.values() if s.node.column in between]
        steps = (
            [start, end]
            + [edge for wall in walls for edge in wall]
            + [top + 3 + TRACK * at for at in range(int((bottom - top) // TRACK))]
        )

        def free(y: float) -> bool:
            return not any(a < y < b for a, b in walls) and not any(
                to != target and x1 < right and x2 > left and abs(y - y2) < TRACK - 0.5 for x1, x2, y2, to in rows
            )

        inside = [y for y in steps if top + 2 < y < bottom - 2 and free(y)]
        if inside:
            return min(inside, key=lambda y: (round(abs(start - y) + abs(y - end), 2), y))
        y = bottom + TRACK
        while not free(y):
            y += TRACK
        return y


def _straight(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Without the points that lie on the way anyhow."""
    found: list[tuple[float, float]] = []
    for point in points:
        if found and abs(found[-1][0] - point[0]) < 0.01 and abs(found[-1][1] - point[1]) < 0.01:
            continue
        found.append(point)
    return found
