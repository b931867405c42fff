"""Plan, case and the law of its ways → a picture of where cases go: lines as wide as they are likely, stages as warm, days and a histogram.

Odds come from a practice block alone. Where some are not stated, what follows is a range, and is drawn with a broken line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Final

from engine.exact.result import Days, DayShare, Odds, Paths
from engine.records import Plan
from procedure_dsl.wording import say, say_currency, say_day, say_figure, say_many
from viz.page.atlas import atlas_of
from viz.page.cards import LEAD, Block
from viz.page.case_page import APART, COLUMNS, finished
from viz.page.frame import FOOT, Colophon, heading
from viz.page.marking import Marking, Remark, warmed
from viz.page.marks import Group, Look, Mark, Page, Rect, Text, line, moved, width
from viz.page.notes import Note, column_width, paragraph, poured, title_note
from viz.page.paper import MARGIN, Paper
from viz.page.plan_pages import group_sheets, groups_of, overview_sheet
from viz.page.theme import LEAST, Theme

WIDEST: Final = 3.6  # points: the line that all cases go
BARS: Final = 24  # of the histogram
STEPS: Final = (0.0, 0.25, 0.5, 0.75, 1.0)  # of the scale


def heat_pages(plan: Plan, paths: Paths, paper: Paper, theme: Theme, version: str = "") -> tuple[Page, ...]:
    """The whole with its odds and the histogram of the end date, then each group that any case comes to."""
    atlas = atlas_of(plan)
    marking = marking_of(paths, theme)
    title = paths.case.title or atlas.title
    whole = replace(atlas, place=f"{atlas.place}: {atlas.title}", title=title)
    sheets = [overview_sheet(whole, paper, theme, _figures(paths), marking, _aside(paths, theme))]
    for at, (part, units) in enumerate(groups_of(atlas)):
        met = [unit for unit in units if marking.of(unit.name).said]
        if met:
            sheets += group_sheets(atlas, met, part, at, paper, theme, False, marking)
    sheets += _notes(paths, title, whole.place, paper, theme)
    told = Colophon(" ".join(part for part in (plan.file, plan.sha256[:12]) if part), "", paths.as_of, version)
    description = "; ".join(f"{end.title}: {odds_words(end.odds)}" for end in paths.ends)
    return finished(sheets, paper, theme, f"{title} – {say('odds and days')}", description, told)


def marking_of(paths: Paths, theme: Theme) -> Marking:
    """How likely each stage and way is, and how long a stage takes."""
    units = {
        one.stage: Remark(warm=one.odds.most, said=_stage(one.odds, one.median_days))
        for one in paths.stages
        if one.odds.most > 0
    }
    for end in paths.ends:
        if end.end and end.odds.most > 0:
            units[end.end] = Remark(warm=end.odds.most, said=odds_words(end.odds))
    edges = {one.edge: one for one in paths.edges}

    def look(ways: Sequence[str]) -> Look | None:
        found = [edges[way].odds for way in ways if way in edges]
        most = min(1.0, sum(odds.most for odds in found))
        if most <= 0:
            return Look("", theme.rule, 0.8)
        sure = all(odds.exact for odds in found)
        return Look("", theme.ink, 0.6 + ((WIDEST if sure else WIDEST / 2) - 0.6) * most, () if sure else (3, 1.5))

    return Marking(
        units,
        {name: odds_words(one.odds) for name, one in edges.items() if one.odds.most > 0},
        frozenset({"wide", "none"} | (set() if paths.definite else {"range"})),
        look,
    )


def odds_words(odds: Odds) -> str:
    """`35 %`, `20–40 %`, `< 1 %`."""
    least, most = _per_cent(odds.least), _per_cent(odds.most)
    if least == most:
        return "< 1\u00a0%" if most == "0" and odds.most > 0 else f"{most}\u00a0%"
    return f"{least}–{most}\u00a0%"


def _per_cent(share: float) -> str:
    return f"{round(share * 100)}"


def _stage(odds: Odds, days: int | None) -> str:
    long = say_many(days, "{number} day", "{number} days") if days else ""
    return ", ".join(part for part in (odds_words(odds), long) if part)


def _figures(paths: Paths) -> list[tuple[str, str]]:
    """What the whole comes to: days, fees, ends."""
    found = [(say("Days, {what}", what=what), words) for what, words in _days(paths.whole.days)]
    cost = paths.whole.cost
    if cost.expected is not None:
        found.append((say("Fees, expected"), f"{_figure(cost.expected)} {say_currency(cost.currency)}"))
    elif cost.least == cost.most:
        found.append((say("Fees"), f"{_figure(cost.least)} {say_currency(cost.currency)}"))
    else:
        found.append((say("Fees"), f"{_figure(cost.least)}–{_figure(cost.most)} {say_currency(cost.currency)}"))
    recovering = [end for end in paths.ends if end.recovered is not None]
    if recovering:
        some = Odds(
            least=min(1.0, sum(e.odds.least for e in recovering)), most=min(1.0, sum(e.odds.most for e in recovering))
        )
        found.append((say("Recovers"), odds_words(some)))
    return found


def _figure(amount: str) -> str:
    """Thousands apart, on one line."""
    return say_figure(f"{Decimal(amount):,}".replace(",", "\u00a0"))


def _days(days: Days | None) -> list[tuple[str, str]]:
    if days is None:
        return []
    if days.median is not None and days.tenth is not None and days.ninetieth is not None:
        return [(say("median"), f"{days.median}"), (say("from 10 % to 90 %"), f"{days.tenth}–{days.ninetieth}")]
    more = "+" if days.more or days.not_stated else ""
    return [
        (
            say("from least to most"),
            f"{days.least}–{days.most}{more}" if days.least != days.most else f"{days.least}{more}",
        )
    ]


def _aside(paths: Paths, theme: Theme) -> Block:
    """The scale of warmth, and where all odds are stated the histogram of the end date."""
    marks: list[Mark] = []
    wide = 168.0
    down = 0.0
    if paths.law:
        chart = histogram(paths.law, wide, 44, theme)
        marks += chart.marks
        down = chart.high + 5
    words = say("of all cases")
    marks.append(Text(0, down + LEAST * 0.86 + 1.5, words, LEAST, theme.soft))
    x = width(words, LEAST) + 6
    for step in STEPS:
        said = f"{round(step * 100)}\u00a0%"
        broad = width(said, LEAST) + 6
        marks.append(Rect(x, down, broad, 12, Look(warmed(theme.accent, step), theme.rule, 0.5)))
        marks.append(Text(x + broad / 2, down + 8.6, said, LEAST, theme.ink, anchor="middle"))
        x += broad
    return Block((Group("scale", say("The end date, and how many cases come by"), tuple(marks)),), down + 13)


def histogram(law: Sequence[DayShare], wide: float, high: float, theme: Theme) -> Block:
    """The odds of the end date in so many bars from the first to the last day; the fullest bar is as high as there is room."""
    days = [share.day for share in law]
    first, last = min(days), max(days)
    span = max(1, (last - first).days + 1)
    bars = min(BARS, span)
    sums = [0.0] * bars
    for share in law:
        sums[min(bars - 1, (share.day - first).days * bars // span)] += share.odds
    fullest = max(sums)
    step = wide / bars
    marks: list[Mark] = [Text(0, LEAST * 0.86, say("the end date"), LEAST, theme.soft)]
    top = LEAST * LEAD + 2
    for at, one in enumerate(sums):
        tall = high * one / fullest
        if tall >= 0.3:
            marks.append(Rect(at * step, top + high - tall, max(step - 1, 0.8), tall, Look(theme.accent)))
    base = top + high
    marks.append(line([(0, base), (wide, base)], Look("", theme.ink, 0.6)))
    words = [_said(first, 0.0, "start"), _said(last, wide, "end")] if first != last else [_said(first, 0.0, "start")]
    for text, x, anchor in words:
        marks.append(Text(x, base + LEAST + 1.5, text, LEAST, theme.soft, False, anchor))  # type: ignore[arg-type]
    told = "; ".join(f"{say_day(share.day)}: {share.odds:.1%}" for share in sorted(law, key=lambda one: -one.odds)[:8])
    return Block((Group("histogram", told, tuple(marks)),), base + LEAST * LEAD + 2)


def _said(day: date, x: float, anchor: str) -> tuple[str, float, str]:
    return say_day(day), x, anchor


def _notes(paths: Paths, title: str, place: str, paper: Paper, theme: Theme) -> list[list[Mark]]:
    """The ends, what is open, and what to do, in words."""
    wide = column_width(COLUMNS, paper.inner)
    rest: list[Note] = [title_note(say("Possible ends"), theme, wide)]
    for end in paths.ends:
        days = "; ".join(f"{what}: {words}" for what, words in _days(end.days))
        rest.append(
            paragraph(
                " – ".join(part for part in (f"{end.title}: {odds_words(end.odds)}", days) if part), wide, theme, "–"
            )
        )
    if paths.open:
        rest.append(title_note(say("No odds are stated for"), theme, wide))
        rest += [paragraph(f"{one.title}: {', '.join(one.options)}", wide, theme, "–") for one in paths.open]
    if paths.advice:
        rest.append(title_note(say("What to do"), theme, wide))
        rest += [paragraph(f"{one.title}: {one.text}", wide, theme, "–") for one in paths.advice]
    if paths.notes:
        rest.append(title_note(say("Note"), theme, wide))
        rest += [paragraph(one, wide, theme, "–") for one in paths.notes]
    sheets: list[list[Mark]] = []
    while rest:
        head = heading(place, f"{title} – {say('notes')}", (), paper, theme)
        marks, left, _ = poured(rest, COLUMNS, paper.inner, paper.high - 2 * MARGIN - FOOT - head.high - APART)
        rest = list(left)
        sheets.append([*head.marks, *moved(marks, 0, head.high + APART)])
    return sheets
