"""The case on the calendar: a row for each stop and each term, what hangs on it, and today."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from engine.records import Plan
from engine.trace import Trace
from procedure_dsl.wording import say, say_day, say_month
from viz.page import icons
from viz.page.cards import Block, pill_look
from viz.page.case_page import APART, case_head, finished
from viz.page.frame import FOOT, colophon_of, heading, legend
from viz.page.marks import Group, Look, Mark, Page, Rect, Text, line, moved, width, wrap
from viz.page.paper import MARGIN, Paper
from viz.page.story import Stop, Story, Stretch, tell
from viz.page.strip import node
from viz.page.theme import LEAST, Theme

NAMES: Final = 236.0  # the room of the titles
ROW: Final = 14.0
ENDS: Final = 62.0  # the room behind the last day, for the words of a bar that ends there


@dataclass(frozen=True, slots=True)
class Scale:
    """Days to points."""

    first: date
    last: date
    left: float
    right: float

    def x(self, day: date) -> float:
        return self.left + (self.right - self.left) * (day - self.first).days / max(1, (self.last - self.first).days)


def timeline_pages(
    plan: Plan, trace: Trace, paper: Paper, theme: Theme, version: str = "", today: date | None = None
) -> tuple[Page, ...]:
    """Who has until when, what is waited for, and which terms the end hangs on; in the language of the answer."""
    story = tell(plan, trace)
    head = case_head(story, paper, theme)
    scale = _scale(story, trace.as_of, paper.inner, today)
    kinds = {stretch.kind for stretch in story.stretches}
    key = legend(
        kinds,
        {"critical", *(["today"] if today else []), *(["done"] if any(s.done for s in story.stops) else [])},
        (),
        paper.inner,
        theme,
    )
    room = paper.high - 2 * MARGIN - FOOT - key.high - APART
    rows = [*_rows(story, scale, paper.inner, theme)]
    short = heading(story.place, f"{story.title} – {say('continued')}", (), paper, theme)
    sheets: list[list[Mark]] = []
    while rows or not sheets:
        top = short if sheets else head
        down = top.high + APART
        fits = max(1, int((room - down - 30) // ROW))
        some, rows = rows[:fits], rows[fits:]
        axis = _axis(scale, len(some) * ROW, theme, today)
        marks = [*top.marks, *moved(axis.marks, 0, down)]
        for at, row in enumerate(some):
            marks += moved((*_today(row, scale, theme, today), row), 0, down + axis.high + at * ROW)
        sheets.append([*marks, *moved(key.marks, 0, room + APART)])
    description = "; ".join(f"{stop.number}. {stop.title}, {stop.last_day}" for stop in story.stops)
    return finished(
        sheets, paper, theme, f"{story.title} – {say('timeline')}", description, colophon_of(plan, trace, version)
    )


def _scale(story: Story, begins: date, wide: float, today: date | None) -> Scale:
    days = [begins]
    days += [day for stop in story.stops for day in (stop.first, stop.last) if day]
    days += [day for stretch in story.stretches for day in (stretch.start, stretch.due) if day]
    days += [today] if today else []
    first, last = min(days), max(days)
    last = max(last, first + timedelta(days=27))
    return Scale(first, last, NAMES, wide - ENDS)


def _axis(scale: Scale, high: float, theme: Theme, today: date | None) -> Block:
    """The months, or the years of a long case, with a hair line down the rows; and today."""
    marks: list[Mark] = []
    edge = -100.0
    for day, words in _ticks(scale):
        x = scale.x(day)
        marks.append(line([(x, 14), (x, 18 + high)], theme.hair()))
        if x > edge + 6 and x + width(words, LEAST) < scale.right + ENDS:
            marks.append(Text(x + 2, 11, words, LEAST, theme.soft))
            edge = x + 2 + width(words, LEAST)
    if today:
        x = scale.x(today)
        words = f"{say('today')} {say_day(today)}"
        start = min(max(x - width(words, LEAST, True) / 2, NAMES), scale.right + ENDS - width(words, LEAST, True))
        marks.append(Text(start, 24, words, LEAST, theme.theirs, True))
    return Block(tuple(marks), 30.0 if today else 18.0)


def _today(row: Group, scale: Scale, theme: Theme, today: date | None) -> Iterator[Mark]:
    """The line of today through one row, but for a row in which words stand there."""
    if today is None:
        return
    x = scale.x(today)
    if not any(
        isinstance(m, Rect) and m.look == Look(theme.paper) and m.x - 1 <= x <= m.x + m.wide + 1 for m in row.marks
    ):
        yield line([(x, 0), (x, ROW)], Look("", theme.theirs, 1.4, (3, 2)))


def _ticks(scale: Scale) -> Iterator[tuple[date, str]]:
    span = (scale.last - scale.first).days
    if span > 1200:
        for year in range(scale.first.year + 1, scale.last.year + 1):
            yield date(year, 1, 1), f"{year}"
        return
    if span < 50:
        day = scale.first
        while day <= scale.last:
            yield day, say_day(day)
            day += timedelta(days=7)
        return
    year, month = scale.first.year, scale.first.month
    while True:
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
        day = date(year, month, 1)
        if day > scale.last:
            return
        yield day, f"{say_month(month)} {year}"


def _rows(story: Story, scale: Scale, wide: float, theme: Theme) -> Iterator[Group]:
    before: date | None = None
    for stop in story.stops:
        yield _stop(stop, before or stop.first, scale, wide, theme)
        before = stop.last
        for stretch in story.stretches:
            if stretch.stop == stop.number:
                yield _stretch(stretch, scale, wide, theme)


def _stop(stop: Stop, first: date | None, scale: Scale, wide: float, theme: Theme) -> Group:
    """From the day the case comes to the stage to the day it leaves; a bound has an open end."""
    middle = ROW / 2
    marks: list[Mark] = [line([(0, 0), (wide, 0)], theme.hair()), node(8, middle + 0.6, stop, theme, 6.2)]
    marks.append(Text(19, middle + 2.7, _cut(stop.title, NAMES - 24, True), LEAST, theme.ink, True))
    if first and stop.last:
        x, end = scale.x(first), max(scale.x(stop.last), scale.x(first) + 2.5)
        look = Look(theme.paper, theme.ink, 0.9, (2, 1.5)) if stop.bound else Look(theme.ink)
        marks.append(Rect(x, middle - 2.5, end - x, 5, look))
        marks += _said(end, x, middle, stop.last_day, theme.ink, wide, theme, stop.is_end)
    return Group(f"stop-{stop.number}", f"{stop.number}. {stop.title}, {stop.last_day}", tuple(marks))


def _stretch(stretch: Stretch, scale: Scale, wide: float, theme: Theme) -> Group:
    """A term as a bar in the look of its kind, its last day behind it; what the end hangs on has a diamond."""
    middle = ROW / 2
    look, _, rounding = pill_look(stretch.kind, theme)
    marks: list[Mark] = [*icons.sign(stretch.kind, 24, middle, theme.soft)]
    said = f"{stretch.title} – {stretch.length}" if stretch.due else stretch.title
    marks.append(Text(32, middle + 2.7, _cut(said, NAMES - 38), LEAST, theme.soft))
    start = stretch.start or stretch.due
    words = ""
    if start and stretch.due:
        x, end = (
            scale.x(min(start, stretch.due)),
            max(scale.x(max(start, stretch.due)), scale.x(min(start, stretch.due)) + 3),
        )
        marks.append(Rect(x, middle - 3.6, end - x, 7.2, look, min(rounding, (end - x) / 2, 3.6)))
        for since, until in stretch.stood:  # the clock stands still: the bar is broken
            left, right = max(x, scale.x(since)), min(end, scale.x(until))
            if right - left > 1:
                marks.append(Rect(left, middle - 3.8, right - left, 7.6, Look(theme.tint)))
                marks.append(line([(left, middle), (right, middle)], Look("", theme.soft, 0.7, (1.5, 1.5))))
        if stretch.critical:
            marks.append(icons.diamond(scale.x(stretch.due), middle, 3.4, theme.ink))
        words = say_day(stretch.due)
        back = stretch.due < start  # counted back from an event: its last day is the left end
        marks += _said(wide if back else end, x, middle, words, theme.soft, wide, theme)
    elif start:
        x = scale.x(start)
        marks.append(Rect(x, middle - 3.6, max(scale.right - x, 8), 7.2, Look("", theme.soft, 0.7, (2, 2)), 3.6))
        marks += _said(scale.right, x, middle, say("not stated"), theme.soft, wide, theme)
    return Group("", " · ".join(part for part in (stretch.title, stretch.length, words) if part), tuple(marks))


def _said(
    end: float, start: float, middle: float, words: str, ink: str, wide: float, theme: Theme, bold: bool = False
) -> tuple[Mark, ...]:
    """Words behind a bar, or before it where the page ends, on a ground of their own, so that no line runs through them."""
    x = end + 6 if end + 8 + width(words, LEAST, bold) <= wide else start - 6 - width(words, LEAST, bold)
    ground = Rect(x - 1.5, middle - 4.6, width(words, LEAST, bold) + 3, 9.2, Look(theme.paper))
    return ground, Text(x, middle + 2.7, words, LEAST, ink, bold)


def _cut(words: str, room: float, bold: bool = False) -> str:
    """One line; what does not fit is told by the title of the row."""
    return next(iter(wrap(words, room, LEAST, bold, 1)), "")
