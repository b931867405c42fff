"""What stands around every page: the heading with its totals, the legend, the foot that says from what it was made."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from engine.records import Plan
from engine.trace import Trace
from procedure_dsl.wording import phrase, say, say_many
from viz.page import icons
from viz.page.cards import CUT, ICON, LEAD, Block, pill
from viz.page.marks import Group, Look, Mark, Rect, Text, disc, line, moved, width, wrap
from viz.page.paper import MARGIN, Paper
from viz.page.story import Next, Tag, TagKind
from viz.page.theme import LEAST, Theme

TITLE: Final = 17.0
FOOT: Final = 25.0


@dataclass(frozen=True, slots=True)
class Colophon:
    """From what a page was made: the same for every page of one answer."""

    file: str
    calendar: str = ""
    as_of: date | None = None
    version: str = ""
    assumptions: int = 0


def colophon_of(plan: Plan, trace: Trace | None, version: str) -> Colophon:
    file = " ".join(part for part in (plan.file, plan.sha256[:12]) if part)
    if trace is None:
        return Colophon(file, version=version)
    calendar = say("calendar {name} to {day}", name=trace.calendar.name, day=trace.calendar.published_to)
    return Colophon(file, calendar, trace.as_of, version, len(trace.assumptions))


def foot(paper: Paper, told: Colophon, theme: Theme, number: int, pages: int) -> Group:
    """The last lines of a page."""
    parts = [say("as of {day}", day=told.as_of)] if told.as_of else []
    parts += [told.file, told.calendar, f"proc {told.version}" if told.version else ""]
    if told.assumptions:
        parts.append(
            say_many(told.assumptions, "{number} assumption, see the notes", "{number} assumptions, see the notes")
        )
    parts.append(say("not legal advice"))
    words = " · ".join(part for part in parts if part)
    y = paper.high - MARGIN
    right = " · ".join(part for part in (theme.contact, f"{number} / {pages}") if part)
    room = paper.inner - width(right, LEAST) - 14
    lines = wrap(words, room, LEAST, most=2)
    marks: list[Mark] = [line([(MARGIN, y - FOOT + 4), (paper.wide - MARGIN, y - FOOT + 4)], theme.hair())]
    for at, one in enumerate(lines):
        marks.append(Text(MARGIN, y - FOOT + 13 + at * LEAST * LEAD, one, LEAST, theme.soft))
    marks.append(Text(paper.wide - MARGIN, y - FOOT + 13, right, LEAST, theme.soft, anchor="end"))
    return Group("", words, tuple(marks))


def heading(place: str, title: str, figures: Sequence[tuple[str, str]], paper: Paper, theme: Theme) -> Block:
    """Where, what, and the figures side by side: of each a small caption and the words as the answer has them."""
    down = 8.0
    marks: list[Mark] = []
    firm = width(theme.firm, 9, True)
    for at, words in enumerate(wrap(place, paper.inner - firm - 20, 8.5, most=2)):
        marks.append(Text(0, down + at * 11, words, 8.5, theme.soft))
    if theme.firm:
        marks.append(Text(paper.inner, down, theme.firm, 9, theme.accent, True, "end"))
    down += 4
    for words in wrap(title, paper.inner, TITLE, True, most=2):
        down += TITLE * 1.12
        marks.append(Text(0, down, words, TITLE, theme.ink, True))
    down += 9
    block = _figures(figures, paper.inner, theme)
    marks += moved(block.marks, 0, down)
    return Block((Group("heading", title, tuple(marks)),), down + block.high)


def _figures(figures: Sequence[tuple[str, str]], wide: float, theme: Theme) -> Block:
    """Columns as wide as what stands in them asks for."""
    if not figures:
        return Block((), 0)
    row = figures[:6]
    asked = [max(width(caption, LEAST), min(width(words, 12, True), 190)) + 18 for caption, words in row]
    spare = max(0.0, wide - sum(asked)) / len(row)
    scale = min(1.0, wide / sum(asked))
    marks: list[Mark] = []
    x, lowest = 0.0, 0.0
    for at, ((caption, words), broad) in enumerate(zip(row, asked, strict=True)):
        column = broad * scale + min(spare, 40)
        if at:
            marks.append(line([(x - 9, 2), (x - 9, 30)], theme.hair()))
        down = 0.0
        for one in wrap(caption, column - 18, LEAST):
            marks.append(Text(x, down + LEAST * 0.86, one, LEAST, theme.soft))
            down += LEAST * LEAD
        size = 12.0 if width(words, 12, True) <= column - 16 else 8.5
        down += 2
        for one in wrap(words, column - 16, size, True):
            marks.append(Text(x, down + size * 0.86, one, size, theme.ink, True))
            down += size * 1.2
        lowest = max(lowest, down)
        x += column
    more = Block((), 0.0)
    if len(figures) > len(row):
        more = _figures(figures[len(row) :], wide, theme)
    return Block((*marks, *moved(more.marks, 0, lowest + 4)), lowest + (more.high + 4 if more.high else 0))


def banner(coming: Next, paper: Paper, theme: Theme) -> Block:
    """The next step, in the one place where the eye falls."""
    caption = say("NEXT STEP") if coming.ours else say("WE WAIT FOR")
    left = width(caption, 8.5, True) + 24
    day = width(coming.day, 13, True)
    lines = wrap(coming.words, paper.inner - left - day - 30, 13, True, most=2)
    then = wrap(say("then ours: {step}", step=coming.then), paper.inner - left - 20, 8.5, most=1) if coming.then else []
    high = 12 + len(lines) * 15.5 + len(then) * 11.5
    marks: list[Mark] = [Rect(0, 0, paper.inner, high, Look(theme.accent), 3)]
    marks.append(Text(10, 18, caption, 8.5, "#FFFFFF", True))
    down = 6.0
    for words in lines:
        marks.append(Text(left, down + 12.2, words, 13, "#FFFFFF", True))
        down += 15.5
    for words in then:
        marks.append(Text(left, down + 8.6, words, 8.5, "#FFFFFF"))
        down += 11.5
    marks.append(Text(paper.inner - 10, 18.2, coming.day, 13, "#FFFFFF", True, "end"))
    return Block(
        (Group("next", f"{caption}: {coming.words}, {coming.day}", tuple(marks), f"#stop-{coming.stop}"),), high
    )


# ── Legend ──────────────────────────────────────────────────────────────────────────────────────

TAGS: Final[tuple[tuple[TagKind, str], ...]] = (
    ("mine", phrase("our term")), ("theirs", phrase("their term")), ("limit", phrase("authority's limit")),
    ("wait", phrase("waiting period")), ("advice", phrase("advised wait")), ("practice", phrase("in practice")),
    ("not stated", phrase("time not stated")), ("fee", phrase("fee")), ("overdue", phrase("overdue")),
)  # fmt: skip
MARKS: Final = (
    ("†", phrase("reconstructed")), ("‡", phrase("outside")), ("*", phrase("assumption")), ("°", phrase("not stated")),
    ("?", phrase("unverified")),
)  # fmt: skip


def legend(tags: Iterable[str], kinds: Iterable[str], marks: Iterable[str], wide: float, theme: Theme) -> Block:
    """What the signs mean: those that occur, always in this order, in as many rows as it takes."""
    tags, kinds, used = set(tags), set(kinds), set(marks)
    items: list[tuple[tuple[Mark, ...], float]] = []
    for kind, words in TAGS:
        if kind in tags:
            block = pill(Tag(kind, say(words)), 200, theme)
            items.append((block.marks, width(say(words), LEAST) + ICON + 5))
    shapes: tuple[tuple[str, str], ...] = (
        ("act", phrase("act")), ("decision", phrase("who decides")), ("closed", phrase("road closed")), ("right", phrase("right at any time")),
        ("end", phrase("end")), ("road", phrase("road of the case")), ("done", phrase("done")),
        ("way", phrase("way on")), ("back", phrase("way back")), ("call", phrase("a procedure within")), ("missed", phrase("term missed")), ("critical", phrase("the end hangs on it")), ("today", phrase("today")),
        ("new", phrase("new")), ("gone", phrase("gone")), ("changed", phrase("changed")), ("wide", phrase("the wider, the more cases")), ("range", phrase("a range of odds")),
        ("none", phrase("no case goes there")),
    )  # fmt: skip
    items += [_shape(kind, say(words), theme) for kind, words in shapes if kind in kinds]
    if used:
        said = [f"{mark} {say(words)}" for mark, words in MARKS if mark in used]
        items.append(_words("  ".join([say("[1] source in the list"), *said]), theme))
    x, y, row = 0.0, 0.0, 14.0
    out: list[Mark] = []
    for content, broad in items:
        if x and x + broad > wide:
            x, y = 0.0, y + row
        out += moved(content, x, y)
        x += broad + 12
    return Block((Group("legend", say("Legend"), tuple(out)),), y + row if items else 0)


def line_look(kind: str, theme: Theme) -> Look:
    """How a line between two boxes is drawn."""
    match kind:
        case "back":
            return Look("", theme.soft, 0.9, (4, 2.5))
        case "call":
            return Look("", theme.office, 1.1, (1.5, 1.8))
        case _:
            return Look("", theme.ink, 1.0)


def _words(words: str, theme: Theme) -> tuple[tuple[Mark, ...], float]:
    return (Text(0, 8.2, words, LEAST, theme.soft),), width(words, LEAST)


def _shape(kind: str, words: str, theme: Theme) -> tuple[tuple[Mark, ...], float]:
    ink = theme.ink
    sample: tuple[Mark, ...]
    match kind:
        case "decision":
            c = CUT * 0.7
            sample = (
                line(
                    [(0, 5.5), (c, 1), (18 - c, 1), (18, 5.5), (18 - c, 10), (c, 10)], Look(theme.paper, ink, 0.9), True
                ),
            )
        case "closed":
            sample = (
                line([(3, 0), (15, 0), (18, 3), (18, 8), (15, 11), (3, 11), (0, 8), (0, 3)], Look(theme.tint, theme.pale, 0.75, (2.5, 2)), True),
                icons.padlock(9, 5.6, theme.soft),
            )  # fmt: skip
        case "right":
            sample = (Rect(0, 1, 18, 9, Look(theme.paper, theme.office, 0.75, (4, 2)), 3),)
        case "end":
            sample = (Rect(0, 0.5, 18, 10, Look(theme.paper, ink, 1.2), 5), Rect(2, 2.5, 14, 6, Look("", ink, 0.6), 3))
        case "road":
            sample = (
                line([(0, 5.5), (14, 5.5)], Look("", theme.accent, 2.2)),
                icons.head(18, 5.5, "right", theme.accent),
            )
        case "way" | "back" | "call":
            look = line_look(kind, theme)
            sample = (line([(0, 5.5), (14, 5.5)], look), icons.head(18, 5.5, "right", look.line))
        case "missed":
            sample = (disc(9, 5.5, 2, Look("", theme.theirs, 1)),)
        case "new" | "gone" | "changed":
            sign = {"new": "+", "gone": "–", "changed": "±"}[kind]
            sample = (disc(9, 5.5, 4.6, Look(theme.accent)), Text(9, 8.1, sign, LEAST, theme.paper, True, "middle"))
        case "wide":
            sample = (line([(0, 2.5), (18, 2.5)], Look("", ink, 0.8)), line([(0, 8), (18, 8)], Look("", ink, 3)))
        case "range":
            sample = (line([(0, 5.5), (18, 5.5)], Look("", ink, 1.6, (3, 1.5))),)
        case "none":
            sample = (line([(0, 5.5), (18, 5.5)], Look("", theme.rule, 0.8)),)
        case "critical":
            sample = (icons.diamond(9, 5.5, 3.4, ink),)
        case "today":
            sample = (line([(9, 0), (9, 11)], Look("", theme.theirs, 1.4, (3, 2))),)
        case "done":
            sample = (icons.tick(9, 5.5, 8, theme.fee),)
        case _:
            sample = (Rect(0, 1, 18, 9, Look(theme.paper, ink, 0.9), 1),)
    return (*sample, Text(22, 8.2, words, LEAST, theme.soft)), 22 + width(words, LEAST)
