"""Plan and trace → the page of a case: what is next, who does what by when and for how much, what is closed and why.

The picture stands on the first page if it can, the notes behind it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from engine.records import Plan
from engine.trace import Trace
from procedure_dsl.wording import say, spoken_language
from viz.page.cards import Block
from viz.page.forks import fork_bands
from viz.page.frame import FOOT, Colophon, banner, colophon_of, foot, heading, legend
from viz.page.lanes import GUTTER, LABEL, NARROWEST, Band, bands_of
from viz.page.marks import Mark, Page, moved
from viz.page.notes import Note, column_width, notes_of, poured
from viz.page.paper import MARGIN, Paper
from viz.page.story import Story, tell
from viz.page.strip import strip
from viz.page.theme import Theme

APART = 9.0  # between two things on a page
COLUMNS = 3  # of notes


def case_pages(plan: Plan, trace: Trace, paper: Paper, theme: Theme, version: str = "") -> tuple[Page, ...]:
    """The page of a case and its notes, in the language of the answer."""
    story = tell(plan, trace)
    head, key = case_head(story, paper, theme), _legend(story, paper, theme)
    room = paper.high - 2 * MARGIN - FOOT - key.high - APART
    short = heading(story.place, f"{story.title} – {say('continued')}", (), paper, theme)
    whole = strip(story.stops, paper.inner, theme)
    rooms = (room - head.high - APART, room - short.high - APART, whole.high + APART)
    bands = _bands(story, paper, theme, *rooms) if story.stops else []
    if len(bands) > 1:
        head = Block((*head.marks, *moved(whole.marks, 0, head.high + APART)), head.high + APART + whole.high)
    bands += fork_bands(story, paper.inner, theme)
    sheets = [*_picture(bands, head, short, key, room)]
    rest: Sequence[Note] = notes_of(story, column_width(COLUMNS, paper.inner), theme)
    while rest:
        title = heading(story.place, f"{story.title} – {say('notes')}", (), paper, theme)
        high = paper.high - 2 * MARGIN - FOOT - title.high - APART
        poured_, rest, _ = poured(rest, COLUMNS, paper.inner, high)
        sheets.append([*title.marks, *moved(poured_, 0, title.high + APART)])
    description = " · ".join([story.outcome, story.day, *(f"{what}: {text}" for what, text in story.totals)])
    return finished(sheets, paper, theme, story.title, description, colophon_of(plan, trace, version))


def _picture(bands: Sequence[Band], head: Block, short: Block, key: Block, room: float) -> Iterator[list[Mark]]:
    """The bands below the heading, on as many sheets as they take; the legend at the foot of each."""
    marks, down = [*head.marks], head.high + APART
    for band in bands:
        if down + band.high > room and down > short.high + APART:
            yield [*marks, *moved(key.marks, 0, room + APART)]
            marks, down = [*short.marks], short.high + APART
        marks += moved(band.marks, 0, down)
        down += band.high + APART
    yield [*marks, *moved(key.marks, 0, room + APART)]


def finished(sheets: Sequence[Sequence[Mark]], paper: Paper, theme: Theme, title: str, description: str, told: Colophon) -> tuple[Page, ...]:  # fmt: skip
    """Sheets with their feet, as pages; what stands on a sheet begins at its margins."""
    pages = []
    for number, marks in enumerate(sheets, 1):
        whole = (*moved(marks, MARGIN, MARGIN), foot(paper, told, theme, number, len(sheets)))
        pages.append(Page(paper.wide, paper.high, title, description, whole, spoken_language()))
    return tuple(replace(page, title=f"{title} ({number}/{len(pages)})" if len(pages) > 1 else title) for number, page in enumerate(pages, 1))  # fmt: skip


def case_head(story: Story, paper: Paper, theme: Theme) -> Block:
    """The heading of a case: its figures, and what is next."""
    figures = [(say("Outcome"), story.outcome), (say("Day"), story.day), *story.totals]
    block = heading(story.place, story.title, [(what, words) for what, words in figures if words], paper, theme)
    if story.next is None:
        return block
    strip = banner(story.next, paper, theme)
    return Block((*block.marks, *moved(strip.marks, 0, block.high + APART)), block.high + APART + strip.high)


def _legend(story: Story, paper: Paper, theme: Theme) -> Block:
    deeds = [deed for stop in story.stops for deed in stop.deeds]
    kinds = {"act" if deed.kind == "pass" else deed.kind for deed in deeds} | {"road"}
    if any(deed.happened for deed in deeds):
        kinds.add("done")
    marks = {sign for entry in story.sources.entries for sign in entry.mark or "1"}
    return legend({tag.kind for deed in deeds for tag in deed.tags}, kinds, marks, paper.inner, theme)


def _bands(story: Story, paper: Paper, theme: Theme, first: float, other: float, whole: float) -> list[Band]:
    """The arrangement that takes the fewest sheets; of several, the one with the widest columns."""
    most = int((paper.inner - LABEL) // (NARROWEST + GUTTER))
    best: list[Band] = []
    least = 0
    for columns in range(min(3, most), most + 1):
        bands = bands_of(story, paper.inner, columns, theme)
        sheets, room = 1, first - (whole if len(bands) > 1 else 0)
        for band in bands:
            if band.high > room:
                sheets, room = sheets + 1, other
            room -= band.high + APART
            sheets += 100 if room < -APART else 0
        if not best or sheets < least:
            best, least = bands, sheets
    return best
