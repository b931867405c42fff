"""Two plans → what is new, gone and changed in one picture; or, of two jurisdictions, the same steps side by side.

Two files are versions of one when they bear the name of one jurisdiction. Else stages are put beside those that play the same role (`as`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from engine.difference import Difference, differences
from engine.records import Plan
from procedure_dsl.wording import phrase, say, title_of
from viz.page.atlas import Atlas, Unit, atlas_of
from viz.page.boxes import stage_box, way_words
from viz.page.cards import LEAD, Block
from viz.page.case_page import APART, COLUMNS, finished
from viz.page.frame import FOOT, colophon_of, heading, legend
from viz.page.marking import CHANGES, PLAIN, Marking, Remark
from viz.page.marks import Group, Mark, Page, Text, line, moved, wrap
from viz.page.notes import Note, column_width, paragraph, poured, title_note
from viz.page.paper import MARGIN, Paper
from viz.page.plan_pages import group_sheets, groups_of, overview_sheet
from viz.page.theme import LEAST, Theme

SIGNS: Final = {"changed": "±", "moved": "±", "renamed": "=", "added": "+", "removed": "–"}
ROLE: Final = 92.0  # the room for what a step is
HEADINGS: Final = {
    "jurisdiction": phrase("The jurisdiction"), "source": phrase("Sources"), "party": phrase("Parties"), "reading": phrase("Readings"),
    "value": phrase("Values"), "fact": phrase("Facts"), "rule": phrase("Rules"), "fee": phrase("Fees"), "term": phrase("Terms"),
    "document": phrase("Papers"), "procedure": phrase("Procedures"), "part": phrase("Parts"), "stage": phrase("Stages"),
    "right": phrase("Rights"), "end": phrase("Possible ends"), "practice": phrase("Practice"), "scenario": phrase("Scenarios"),
}  # fmt: skip


def against_pages(old: Plan, new: Plan, paper: Paper, theme: Theme, version: str = "") -> tuple[Page, ...]:
    """Two versions, or two jurisdictions."""
    if old.frame.label.name == new.frame.label.name:
        return diff_pages(old, new, paper, theme, version)
    return aligned_pages(old, new, paper, theme, version)


# ── Two versions ────────────────────────────────────────────────────────────────────────────────


def diff_pages(old: Plan, new: Plan, paper: Paper, theme: Theme, version: str = "") -> tuple[Page, ...]:
    """The whole with its changes, the groups that have any, and every difference in words."""
    before, after = atlas_of(old), atlas_of(new)
    both, marking = merged(before, after)
    found = differences(old, new)
    counts = {sign: sum(one.change == sign for one in marking.units.values()) for sign in CHANGES}
    figures = [
        (say("Stages and ends: {change}", change=say(words).lower()), f"{counts[sign]}")
        for sign, (_, words) in CHANGES.items()
    ]
    figures.append((say("Differences in meaning"), f"{len(found)}"))
    title = say("What has changed: {before} → {after}", before=old.file, after=new.file)
    whole = replace(both, place=f"{both.place}: {both.title}", title=title)
    sheets = [overview_sheet(whole, paper, theme, figures, marking)]
    for at, (part, units) in enumerate(groups_of(both)):
        if any(marking.of(unit.name).change for unit in units):
            sheets += group_sheets(both, units, part, at, paper, theme, True, marking)
    sheets += _in_words(both, found, paper, theme)
    told = replace(colophon_of(new, None, version), file=f"{old.file} {old.sha256[:12]} → {new.file} {new.sha256[:12]}")
    description = "; ".join(
        f"{unit.title}: {marking.of(name).change}" for name, unit in both.units.items() if marking.of(name).change
    )
    return finished(sheets, paper, theme, title, description, told)


def merged(before: Atlas, after: Atlas) -> tuple[Atlas, Marking]:
    """The new plan with what is gone in its old place, and what is to be said of each stage and end."""
    units = dict(after.units)
    remarks: dict[str, Remark] = {}
    parts = {title: at for at, title in enumerate(after.parts)}
    lanes = {lane.party for lane in after.lanes}
    for name, unit in before.units.items():
        if name not in units:
            part = parts.get(before.parts[unit.part] if unit.part < len(before.parts) else "", len(after.parts) - 1)
            units[name] = replace(
                unit, number=0, part=max(part, 0), lane=unit.lane if unit.lane in lanes else after.lanes[0].party
            )
            remarks[name] = Remark("gone")
    for name, unit in after.units.items():
        if name not in before.units:
            remarks[name] = Remark("new")
            continue
        was, now = [*_lines(before.units[name], before)], [*_lines(unit, after)]
        if was != now or unit.title != before.units[name].title:
            gone = tuple(one for one in was if one not in now)
            remarks[name] = Remark("changed", frozenset(one for one in now if one not in was), gone)
    return replace(after, units=units), Marking(remarks, legend=frozenset(one.change for one in remarks.values()))


def _lines(unit: Unit, atlas: Atlas) -> Iterator[str]:
    """All that a box says; stages are named without their numbers, which change when one is put before them."""
    yield from unit.bars
    for text, tags in unit.rows:
        if text:
            yield text
        yield from (tag.words for tag in tags)
    bare = replace(atlas, units={name: replace(one, number=0) for name, one in atlas.units.items()})
    yield from (way_words(way, bare) for way in unit.exits)


def _in_words(atlas: Atlas, found: Sequence[Difference], paper: Paper, theme: Theme) -> Iterator[list[Mark]]:
    wide = column_width(COLUMNS, paper.inner)
    rest: list[Note] = []
    kind = ""
    for one in found:
        if one.kind != kind:
            kind = one.kind
            rest.append(title_note(say(HEADINGS[kind]), theme, wide))
        rest.append(paragraph(_sentence(one), wide, theme, SIGNS[one.change]))
    while rest:
        head = heading(atlas.place, say("What differs, in words"), (), paper, theme)
        high = paper.high - 2 * MARGIN - FOOT - head.high - APART
        marks, left, _ = poured(rest, COLUMNS, paper.inner, high)
        rest = list(left)
        yield [*head.marks, *moved(marks, 0, head.high + APART)]


def _sentence(one: Difference) -> str:
    if one.change == "renamed":
        return f"{one.title}: {one.was} → {one.now}"
    where = ", ".join(part for part in (one.title, one.what) if part)
    if one.was and one.now:
        return f"{where}: {one.was} → {one.now}"
    says = one.now or one.was or "; ".join(one.whole)
    return f"{where}: {says}" if says else where


# ── Two jurisdictions ───────────────────────────────────────────────────────────────────────────


def aligned_pages(one: Plan, other: Plan, paper: Paper, theme: Theme, version: str = "") -> tuple[Page, ...]:
    """A row for each role that stages play, the stages of both plans beside one another; last, what has no counterpart."""
    atlases = (atlas_of(one), atlas_of(other))
    plans = (one, other)
    column = (paper.inner - ROLE - 2 * APART) / 2
    roles = dict.fromkeys(stage.role for plan in plans for stage in plan.stages.values())
    shared = [
        role for role in roles if role and all(any(s.role == role for s in plan.stages.values()) for plan in plans)
    ]
    rows = [*_rows(plans, atlases, shared, column, theme)]
    title = say("{one} and {other}, step by step", one=atlases[0].place, other=atlases[1].place)
    figures = [(say("Steps in both"), f"{len(shared)}")]
    for plan, atlas in zip(plans, atlases, strict=True):
        alone = sum(stage.role not in shared for stage in plan.stages.values())
        figures.append((say("Only in {place}", place=atlas.place), f"{alone}"))
    head = heading(f"{atlases[0].title} · {atlases[1].title}", title, figures, paper, theme)
    tags = {tag.kind for atlas in atlases for unit in atlas.units.values() for tag in unit.tags()}
    key = legend(tags, {"missed"}, (), paper.inner, theme)
    room = paper.high - 2 * MARGIN - FOOT - key.high - APART
    top = _names(atlases, column, theme)
    short = heading(title, say("continued"), (), paper, theme)
    sheets: list[list[Mark]] = []
    marks, down = [*head.marks, *moved(top.marks, 0, head.high + APART)], head.high + APART + top.high
    for row in rows:
        if down + row.high > room:
            sheets.append([*marks, *moved(key.marks, 0, room + APART)])
            marks, down = [*short.marks, *moved(top.marks, 0, short.high + APART)], short.high + APART + top.high
        marks += moved(row.marks, 0, down)
        down += row.high
    sheets.append([*marks, *moved(key.marks, 0, room + APART)])
    told = replace(
        colophon_of(one, None, version), file=f"{one.file} {one.sha256[:12]} · {other.file} {other.sha256[:12]}"
    )
    return finished(sheets, paper, theme, title, "; ".join(role.replace("_", " ") for role in shared), told)


def _names(atlases: Sequence[Atlas], column: float, theme: Theme) -> Block:
    marks: list[Mark] = []
    for at, atlas in enumerate(atlases):
        marks.append(Text(ROLE + at * (column + APART), 12, atlas.place, 10.5, theme.accent, True))
    return Block(tuple(marks), 20.0)


def _rows(
    plans: Sequence[Plan], atlases: Sequence[Atlas], shared: Sequence[str], column: float, theme: Theme
) -> Iterator[Block]:
    for role in shared:
        cells = [
            [atlas.units[name] for name, stage in plan.stages.items() if stage.role == role]
            for plan, atlas in zip(plans, atlases, strict=True)
        ]
        yield from _row(title_of((), role.replace("_", " ").capitalize()), cells, atlases, column, theme)
    alone = [
        [atlas.units[name] for name, stage in plan.stages.items() if stage.role not in shared]
        for plan, atlas in zip(plans, atlases, strict=True)
    ]
    if any(alone):
        yield from _row(say("Without a counterpart"), alone, atlases, column, theme)


def _row(
    title: str, cells: Sequence[Sequence[Unit]], atlases: Sequence[Atlas], column: float, theme: Theme
) -> Iterator[Block]:
    """Two stages of each side beside one another; of more stages as many rows as it takes."""
    each = 2
    wide = (column - 6) / each
    for line_ in range(max(-(-len(cell) // each) for cell in cells)):
        marks: list[Mark] = []
        deepest = 0.0
        if line_ == 0:
            marks.append(line([(0, 0), (ROLE + 2 * column + APART, 0)], theme.hair()))
            for at, words in enumerate(wrap(title, ROLE - 10, 8.5, True)):
                marks.append(Text(0, 14 + at * 10.4, words, 8.5, theme.ink, True))
                deepest = 14 + at * 10.4
        for side, (cell, atlas) in enumerate(zip(cells, atlases, strict=True)):
            for at, unit in enumerate(cell[line_ * each : line_ * each + each]):
                block, _ = stage_box(replace(unit, numbers=()), atlas, wide, theme, False, PLAIN)
                x = ROLE + side * (column + APART) + at * (wide + 6)
                marks += moved((Group("", f"{unit.number}. {unit.title}", block.marks),), x, 5)
                deepest = max(deepest, block.high + 5)
        yield Block(tuple(marks), deepest + LEAST * LEAD)
