"""Units → boxes: a stage with its acts and ways, a group of stages as a list, an end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from procedure_dsl.wording import say, say_many
from viz.page import icons
from viz.page.atlas import Atlas, Exit, Unit
from viz.page.cards import BODY, LEAD, PAD, Block, cites_words, pill
from viz.page.marking import CHANGES, NOTHING, PLAIN, Marking, Remark, warmed
from viz.page.marks import Group, Look, Mark, Rect, Text, disc, line, moved, width, wrap
from viz.page.story import Tag
from viz.page.theme import LEAST, Theme

INSET: Final = 4.0  # of a list
NUMBER: Final = 6.6  # the radius of the disc that numbers a stage


def stage_box(
    unit: Unit, atlas: Atlas, wide: float, theme: Theme, whole: bool = False, marking: Marking = PLAIN
) -> tuple[Block, dict[str, float]]:
    """A stage and where its ways leave it. `whole` shows every band of a fee; else its name stands for them."""
    remark = marking.of(unit.name)
    inner = wide - 2 * PAD
    marks, down = _title(unit, remark, wide, theme)
    ports: dict[str, float] = {}
    for bar in unit.bars:
        marks.append(icons.padlock(PAD + 4, down + 5.4, theme.soft))
        for words in wrap(_sign(bar, remark), inner - 12, LEAST):
            marks.append(Text(PAD + 12, down + LEAST * 0.9, words, LEAST, theme.soft))
            down += LEAST * LEAD
        down += 1
    for text, tags in unit.rows:
        for words in wrap(_sign(text, remark), inner, BODY, text in remark.added):
            marks.append(Text(PAD, down + BODY * 0.86, words, BODY, theme.ink, text in remark.added))
            down += BODY * LEAD
        for tag in tags:
            short = tag if whole or tag.words in remark.added else _short(tag)
            block = pill(replace(short, words=_sign(short.words, remark)), inner, theme)
            marks += moved(block.marks, PAD, down + 1.5)
            down += block.high + 3
    for line_ in remark.was:
        for words in wrap(say("– was: {words}", words=line_), inner, LEAST):
            marks.append(Text(PAD, down + LEAST * 0.9, words, LEAST, theme.soft))
            down += LEAST * LEAD
    if unit.exits:
        down += 2.5
        marks.append(line([(PAD, down), (wide - PAD, down)], theme.hair()))
        down += 2.5
    for way in unit.exits:
        label = _sign(way_words(way, atlas), remark)
        odds = marking.odds.get(way.name, "")
        bold = label.startswith("+ ")
        ink = theme.soft if way.kind in ("else", "right") else theme.ink
        marks += _bullet(way, PAD + 3.5, down + LEAST * 0.62, theme)
        ports[way.name] = down + LEAST * 0.62
        for words in wrap(f"{odds} {label}" if odds else label, inner - 9, LEAST, bold):
            marks.append(Text(PAD + 9, down + LEAST * 0.9, words, LEAST, ink, bold))
            down += LEAST * LEAD
        down += 1
    high = down + PAD - 1
    return Block((_frame(wide, high, remark, theme), *marks), high), ports


def _title(unit: Unit, remark: Remark, wide: float, theme: Theme) -> tuple[list[Mark], float]:
    """Number and title; at the right the sources, and what a page adds."""
    down = PAD
    marks = _number(PAD + NUMBER, down + NUMBER, f"{unit.number}" if unit.number else "–", theme)
    for words in wrap(unit.title, wide - 2 * PAD - 18, 8.5, True):
        marks.append(Text(PAD + 18, down + 8.4, words, 8.5, theme.ink, True))
        down += 10.2
    down = max(down + 1, PAD + 2 * NUMBER + 2.5)
    cites = cites_words(unit.numbers) if unit.numbers else ""
    if remark.change:
        words = say(CHANGES[remark.change][1])
        marks += [
            Rect(PAD, down, width(words, LEAST, True) + 8, LEAST + 3.5, Look(theme.accent), 2),
            Text(PAD + 4, down + LEAST + 0.3, words, LEAST, theme.paper, True),
        ]
    elif remark.said:
        marks.append(Text(PAD, down + LEAST * 0.86, remark.said, LEAST, theme.accent, True))
    if cites:
        marks.append(Text(wide - PAD, down + LEAST * 0.86, cites, LEAST, theme.soft, anchor="end"))
    if cites or remark.change or remark.said:
        down += LEAST * LEAD + (3 if remark.change else 0)
    return marks, down


def _sign(words: str, remark: Remark) -> str:
    return f"+ {words}" if words and words in remark.added else words


def _short(tag: Tag) -> Tag:
    """A fee by its name where it has several bands."""
    lines = tag.words.split("\n")
    return tag if len(lines) == 1 else Tag(tag.kind, f"{lines[0].rstrip(':')} …", tag.detail, tag.numbers)


def way_words(way: Exit, atlas: Atlas) -> str:
    """`pays (if …) → 7 Title`."""
    target = atlas.units.get(way.target)
    if target is None:
        where = say("back to where it was")
    else:
        where = f"{target.number} {target.title}" if target.number else target.title
    said = way.label or (say("else") if way.kind == "else" else "")
    condition = f"({way.condition})" if way.condition and way.condition.casefold() != way.label.casefold() else ""
    return " ".join(part for part in (said, condition, f"→ {where}") if part)


def _bullet(way: Exit, x: float, y: float, theme: Theme) -> list[Mark]:
    """A filled point for a way, a ring for a missed term, a padlock for what is closed, a dash for a right."""
    match way.kind:
        case "missed":
            return [disc(x, y, 2, Look("", theme.theirs, 1))]
        case "else":
            return [
                line([(x - 2, y - 2), (x + 2, y + 2)], Look("", theme.pale, 1)),
                line([(x - 2, y + 2), (x + 2, y - 2)], Look("", theme.pale, 1)),
            ]
        case "right":
            return [line([(x - 3, y), (x + 3, y)], Look("", theme.office, 1.2, (2, 1.2)))]
        case _:
            return [disc(x, y, 1.8, Look(theme.accent))]


def _frame(wide: float, high: float, remark: Remark, theme: Theme) -> Rect:
    """The ground of a box: warm where many come by, a strong line where it has changed, a broken one where it is gone."""
    fill = warmed(theme.accent, remark.warm) if remark.warm else theme.paper
    if not remark.change:
        return Rect(0, 0, wide, high, Look(fill, theme.ink, 0.9), 2)
    return Rect(0, 0, wide, high, Look(fill, theme.accent, 2, (4, 2.5) if remark.change == "gone" else ()), 2)


def _number(x: float, y: float, words: str, theme: Theme) -> list[Mark]:
    return [
        disc(x, y, NUMBER, Look(theme.paper, theme.ink, 0.9)),
        Text(x, y + 2.7, words, LEAST, theme.ink, True, "middle"),
    ]


def group_box(units: Sequence[Unit], wide: float, theme: Theme, most: int = 99, marking: Marking = PLAIN) -> Block:
    """Several stages of one actor as a list (of many the first), and what of time and money is in them."""
    marks: list[Mark] = []
    down = INSET
    for unit in units[:most]:
        remark = marking.of(unit.name)
        number = f"{unit.number}" if unit.number else "–"
        hang = width(number, LEAST, True) + 3
        sign = CHANGES[remark.change][0] if remark.change else remark.said
        room = wide - 2 * INSET - hang - (width(sign, LEAST, True) + 5 if sign else -1)
        lines = wrap(unit.title, room, LEAST, bool(remark.change))
        inner: list[Mark] = []
        high = len(lines) * LEAST * 1.16 + 2.5
        if remark.warm:
            inner.append(Rect(1, down - 1.2, wide - 2, high - 0.4, Look(warmed(theme.accent, remark.warm))))
        inner.append(Text(INSET, down + LEAST * 0.86, number, LEAST, theme.ink, True))
        for at, words in enumerate(lines):
            inner.append(
                Text(
                    INSET + hang, down + LEAST * 0.86 + at * LEAST * 1.16, words, LEAST, theme.ink, bool(remark.change)
                )
            )
        if remark.change:
            right = wide - INSET - 3.4
            inner += [
                disc(right, down + LEAST * 0.6, 4.6, Look(theme.accent)),
                Text(right, down + LEAST * 0.6 + 2.6, sign, LEAST, theme.paper, True, "middle"),
            ]
        elif sign:
            inner.append(Text(wide - INSET, down + LEAST * 0.86, sign, LEAST, theme.ink, True, "end"))
        marks.append(Group("", f"{unit.number}. {unit.title} {sign}".strip(), tuple(inner), f"#page-{unit.part}"))
        down += high
    if len(units) > most:
        more = say_many(len(units) - most, "and {number} more", "and {number} more")
        marks.append(Text(INSET, down + LEAST * 0.86, more, LEAST, theme.soft))
        down += LEAST * 1.16 + 2.5
    x = INSET
    for tag in _kinds(units) if marking is PLAIN else ():
        block = pill(tag, wide - 2 * INSET, theme)
        broad = width(tag.words, LEAST) + 15
        if x > INSET and x + broad > wide - INSET:
            x, down = INSET, down + 14
        marks += moved(block.marks, x, down + 1)
        x += broad + 2.5
    high = down + (15 if x > INSET else 0) + INSET - 1
    changed = any(marking.of(unit.name).change for unit in units)
    look = Look(theme.paper, theme.accent, 2) if changed else Look(theme.paper, theme.ink, 0.9)
    return Block((Rect(0, 0, wide, high, look, 2), *marks), high)


def _kinds(units: Sequence[Unit]) -> list[Tag]:
    """How many tags of each kind the stages of a group have."""
    counted: dict[str, int] = {}
    for unit in units:
        for tag in unit.tags():
            counted[tag.kind] = counted.get(tag.kind, 0) + 1
    order = ("mine", "theirs", "limit", "wait", "advice", "fee")  # what an overview has room for
    return [Tag(kind, f"{counted[kind]}") for kind in order if kind in counted]  # type: ignore[arg-type]


def end_box(unit: Unit, wide: float, theme: Theme, remark: Remark = NOTHING) -> Block:
    """An end in two rings; below its title what it recovers, and what a page adds."""
    sign = f"{CHANGES[remark.change][0]} " if remark.change else ""
    lines = [(words, BODY, True) for words in wrap(f"{sign}{unit.title}", wide - 18, BODY, True)]
    lines += [(words, LEAST, False) for text, _ in unit.rows for words in wrap(text, wide - 18, LEAST)]
    lines += [(words, LEAST, True) for words in wrap(remark.said, wide - 18, LEAST, True)]
    marks: list[Mark] = []
    down = 6.0
    for words, size, bold in lines:
        marks.append(Text(wide / 2, down + size * 0.86, words, size, theme.ink, bold, "middle"))
        down += size * LEAD
    high = down + 5
    ink = theme.accent if remark.change else theme.ink
    dash = (4.0, 2.5) if remark.change == "gone" else ()
    fill = warmed(theme.accent, remark.warm) if remark.warm else theme.paper
    rings = (
        Rect(0, 0, wide, high, Look(fill, ink, 1.4, dash), min(12, high / 2)),
        Rect(2.4, 2.4, wide - 4.8, high - 4.8, Look("", ink, 0.6), min(10, (high - 4.8) / 2)),
    )
    return Block((*rings, Group(f"end-{unit.name}", unit.title, tuple(marks))), high)
