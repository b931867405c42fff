"""Deeds → cards: what is done, with its day, its terms, its fees and its sources, as marks of known height."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from procedure_dsl.wording import say
from viz.page import icons
from viz.page.marks import Anchor, Group, Look, Mark, Rect, Text, line, moved, width, wrap
from viz.page.story import Deed, Tag, TagKind
from viz.page.theme import LEAST, Theme

BODY: Final = 8.0
LEAD: Final = 1.24  # a line of text is this much higher than its letters
PAD: Final = 5.0
CUT: Final = 6.0  # how far the corners of a decision and of a closed road are cut


@dataclass(frozen=True, slots=True)
class Block:
    """Marks at the origin, and how high they are."""

    marks: tuple[Mark, ...]
    high: float


@dataclass(frozen=True, slots=True)
class Card:
    """What stands in one cell as one shape; `kind` is that of its deeds."""

    deeds: tuple[Deed, ...]
    kind: str
    block: Block

    @property
    def on_the_road(self) -> bool:
        return self.kind not in ("closed", "right")


def cards_of(deeds: Sequence[Deed], wide: float, theme: Theme, day: str = "") -> list[Card]:
    """The cards of one cell: plain acts that follow one another share one, everything else has a shape of its own.

    `day` is the one that the column names already.
    """
    found: list[Card] = []
    plain: list[Deed] = []
    for deed in [*deeds, None]:
        if deed is not None and deed.kind in ("act", "pass"):
            plain.append(deed)
            continue
        if plain:
            found.append(Card(tuple(plain), "act", card(plain, "act", wide, theme, day)))
            plain = []
        if deed is not None:
            found.append(Card((deed,), deed.kind, card([deed], deed.kind, wide, theme, day)))
    return found


def card(deeds: Sequence[Deed], kind: str, wide: float, theme: Theme, day: str = "") -> Block:
    """One shape with all that is said in it."""
    inset = PAD + (CUT * 0.6 if kind in ("decision", "closed") else 2 if kind == "end" else 0)
    ink = theme.soft if kind == "closed" else theme.ink
    down, inside = PAD, []
    for at, deed in enumerate(deeds):
        said = _deed(deed, wide - 2 * inset, theme, ink, deed.day if deed.day != day else "")
        day = deed.day or day
        gap = 4.0 if at else 0.0
        title = " · ".join(
            part for part in (deed.whole or deed.words, deed.day, *(tag.words for tag in deed.tags)) if part
        )
        numbers = cited(deed)
        link = f"#source-{numbers[0].rstrip('†‡*°?')}" if numbers else ""
        inside.append(Group(deed.name, title, moved(said.marks, inset, down + gap), link))
        down += gap + said.high
    high = down + PAD
    return Block((*_shape(kind, wide, high, theme), *inside), high)


def _shape(kind: str, wide: float, high: float, theme: Theme) -> Iterable[Mark]:
    match kind:
        case "decision":
            middle = high / 2
            points = [(0.0, middle), (CUT, 0.0), (wide - CUT, 0.0), (wide, middle), (wide - CUT, high), (CUT, high)]
            yield line(points, Look(theme.paper, theme.ink, 0.9), closed=True)
        case "closed":
            c = CUT
            points = [(c, 0.0), (wide - c, 0.0), (wide, c), (wide, high - c), (wide - c, high), (c, high), (0.0, high - c), (0.0, c)]  # fmt: skip
            yield line(points, Look(theme.tint, theme.pale, 0.75, (2.5, 2)), closed=True)
        case "right":
            yield Rect(0, 0, wide, high, Look(theme.paper, theme.office, 0.75, (4, 2)), 5)
        case "end":
            yield Rect(0, 0, wide, high, Look(theme.paper, theme.ink, 1.4), high / 2 if high < 40 else 12)
            yield Rect(
                2.4, 2.4, wide - 4.8, high - 4.8, Look("", theme.ink, 0.6), (high - 4.8) / 2 if high < 40 else 10
            )
        case _:
            yield Rect(0, 0, wide, high, Look(theme.paper, theme.ink, 0.9), 2)


def _deed(deed: Deed, wide: float, theme: Theme, ink: str, day: str) -> Block:
    marks: list[Mark] = []
    down = 0.0
    if deed.kind == "closed":
        marks.append(icons.padlock(4, BODY * 0.62, theme.soft))
    shift = 0.0 if deed.kind != "closed" and not deed.happened else 11.0
    if deed.happened:
        marks.append(icons.tick(4, BODY * 0.62, 8, theme.fee))
    bold = deed.kind == "end"
    middle = wide / 2 if deed.kind == "end" else 0.0
    anchor: Anchor = "middle" if middle else "start"
    if day:
        marks.append(Text(middle or shift, _base(down, LEAST), day, LEAST, theme.soft, True, anchor))
        down += LEAST * LEAD
    lines = _hanging(deed.words, wide, shift if not day else 0.0, bold)
    for words in lines:
        indent = shift if not day and words is lines[0] else 0.0
        marks.append(Text(middle or indent, _base(down, BODY), words, BODY, ink, bold, anchor))
        down += BODY * LEAD
    if (numbers := cited(deed)) and not bold:
        cites = cites_words(numbers)
        room = wide - width(lines[-1], BODY) - 3 - (shift if len(lines) == 1 and not day else 0)
        if width(cites, LEAST) <= room:
            marks.append(Text(wide, _base(down - BODY * LEAD, BODY), cites, LEAST, theme.soft, anchor="end"))
        else:
            marks.append(Text(wide, _base(down, LEAST), cites, LEAST, theme.soft, anchor="end"))
            down += LEAST * LEAD
    for tag in deed.tags:
        block = pill(tag, wide, theme)
        marks += moved(block.marks, 0, down + 2)
        down += block.high + 3
    if deed.others:
        words = "; ".join(deed.others) if deed.kind == "closed" else say("or: {others}", others="; ".join(deed.others))
        for one in wrap(words, wide, LEAST):
            marks.append(Text(0, _base(down + 1, LEAST), one, LEAST, theme.soft))
            down += LEAST * LEAD
        down += 1
    return Block(tuple(marks), down)


def _hanging(words: str, wide: float, shift: float, bold: bool) -> list[str]:
    """Lines of which the first begins behind a sign."""
    if not shift:
        return wrap(words, wide, BODY, bold) or [""]
    first = (wrap(words, wide - shift, BODY, bold) or [""])[0]
    return [first, *wrap(words.removeprefix(first), wide, BODY, bold)]


def cited(deed: Deed) -> tuple[str, ...]:
    """The numbers of all that a deed and its tags rest on."""
    return tuple(dict.fromkeys((*deed.numbers, *(number for tag in deed.tags for number in tag.numbers))))


def _base(top: float, size: float) -> float:
    """The base line of a line of text whose room begins at `top`."""
    return top + size * 0.86


def cites_words(numbers: Sequence[str]) -> str:
    """`[3 7†]`: the first few; the rest stands in the title of what is cited."""
    return f"[{' '.join(numbers[:3])}{'…' if len(numbers) > 3 else ''}]"


# ── Pills and tags ──────────────────────────────────────────────────────────────────────────────

ICON: Final = 11.0  # the room of the sign at the left of a pill


def pill_look(kind: TagKind, theme: Theme) -> tuple[Look, str, float]:
    """How a pill is drawn, the ink on it, and how round it is; each kind has a border, a shape or a sign of its own."""
    match kind:
        case "mine":
            return Look(theme.accent, theme.accent, 0.75), "#FFFFFF", 5.5
        case "theirs":
            return Look(theme.paper, theme.theirs, 1.1), theme.theirs, 5.5
        case "limit":
            return Look("#ECEBF3", theme.office, 0.75), theme.office, 5.5
        case "wait" | "advice":
            return Look("#FBF4D6", theme.waits, 0.75, () if kind == "wait" else (2, 1.5)), theme.waits, 5.5
        case "practice":
            return Look(theme.paper, theme.soft, 0.75, (1, 1.6)), theme.soft, 5.5
        case "overdue":
            return Look("#2B0B0B", "#2B0B0B", 0.75), "#FFFFFF", 0
        case "fee":
            return Look("#E9F3EC", theme.fee, 0.75), theme.fee, 0
        case _:
            return Look(theme.tint, theme.soft, 0.75, (3, 1.5)), theme.soft, 5.5


def pill(tag: Tag, wide: float, theme: Theme) -> Block:
    """A term, a wait or a sum on its own ground, as wide as its words need."""
    look, ink, rounding = pill_look(tag.kind, theme)
    named = tag.detail if tag.kind in ("mine", "overdue") else ""
    room = wide - ICON - 5
    lines = [(words, True) for words in wrap(named, room, LEAST, True)]
    lines += [(words, False) for words in wrap(tag.words, room, LEAST)]
    broad = min(wide, max(width(words, LEAST, bold) for words, bold in lines) + ICON + 5)
    high = len(lines) * LEAST * LEAD + 3
    marks: list[Mark] = [
        _ground(tag.kind, broad, high, look, rounding),
        *icons.sign(tag.kind, 6, 1.5 + LEAST * 0.6, ink),
    ]
    for at, (words, bold) in enumerate(lines):
        marks.append(Text(ICON, 1.5 + _base(at * LEAST * LEAD, LEAST), words, LEAST, ink, bold))
    return Block(tuple(marks), high)


def _ground(kind: TagKind, broad: float, high: float, look: Look, rounding: float) -> Mark:
    if kind == "fee":  # a price tag: its left corners are cut
        return line([(3, 0), (broad, 0), (broad, high), (3, high), (0, high - 3), (0, 3)], look, closed=True)
    return Rect(0, 0, broad, high, look, min(rounding, high / 2))
