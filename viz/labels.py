"""What stands inside a box, beside an arrow, in the heading and in the legend, as Graphviz's HTML-like labels.

Text is escaped here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from viz.diagram import Arrow, Box, Diagram, Pill, PillKind, Row
from viz.taken import Visit
from viz.widths import text_width
from viz.widths import wrap as wrapped

FACE = "DejaVu Sans"  # the renderer widens it to a family of faces that are never wider
TITLE, BODY, SMALL, TINY = 10.5, 9.0, 8.0, 7.0  # points
BOX_WIDTH, DECISION_WIDTH, LABEL_WIDTH, KEY_WIDTH, PART_WIDTH, END_WIDTH = (
    184.0,
    118.0,
    104.0,
    470.0,
    140.0,
    118.0,
)  # points of text
LEADING = 1.28  # a line of text is this much higher than its letters

INK, GREY, PALE, ROAD, CLOSED, RIGHT = "#1F1F1F", "#7A7A7A", "#B4B4B4", "#0B4A8F", "#9C2B23", "#6B4FA0"
FILLS = {
    "we": "#CFE2F5",
    "the other side": "#FBDFC8",
    "court or chance": "#E0D9F0",
    "the law": "#E4E4E4",
    "": "#F0F0F0",
}

# (background, ink, border): told apart by sign, word and border too, so that grey print loses nothing
PILLS: dict[PillKind, tuple[str, str, str]] = {
    "mine": ("#0B4A8F", "#FFFFFF", "#0B4A8F"), "theirs": ("#FFFFFF", "#7A4104", "#7A4104"), "limit": ("#EFEAF8", "#4B3B7A", "#4B3B7A"),
    "wait": ("#FFF6CC", "#5A4A00", "#B59B00"), "advice": ("#FFFFFF", "#4F6B2E", "#4F6B2E"), "practice": ("#FFFFFF", "#555555", "#999999"),
    "at once": ("#FFFFFF", "#4B3B7A", "#B9B0D6"), "not stated": ("#F1F1F1", "#444444", "#777777"), "fee": ("#E3F1E3", "#1E5B2A", "#1E5B2A"),
    "closed": ("#FFFFFF", CLOSED, "#D9A7A3"),
}  # fmt: skip
SIGNS: dict[PillKind, str] = {
    "mine": "▶ ", "theirs": "◁ ", "limit": "§ ", "wait": "◷ ", "advice": "✓ ", "practice": "≈ ", "not stated": "? ", "fee": "¤ ", "closed": "✗ ",
}  # fmt: skip


# ── Boxes ───────────────────────────────────────────────────────────────────────────────────────


def card(box: Box, ink: str) -> str:
    """What is done, by whom, when; its papers, terms and fees; its sources: one column of fixed width."""
    pale = ink == GREY
    fill = "#FFFFFF" if pale else FILLS[box.owner]
    head = [_cell(lines(wrap(box.title, BOX_WIDTH, TITLE, True), TITLE, ink, bold=True))]
    if box.actor_title:
        head.append(_cell(lines(wrap(box.actor_title, BOX_WIDTH, SMALL), SMALL, ink)))
    head += [
        _cell(_stops(line, after=BOX_WIDTH - sum(_stop_width(visit) for visit in line)))
        for line in _stop_lines(box.visits)
    ]
    body = [cell for row in box.rows for cell in _row(row, pale)]
    if box.numbers:
        body.append(_cell(lines([_cites(box.numbers)], TINY, GREY), "RIGHT"))
    rows = [f'<TR><TD BGCOLOR="{fill}">{_table(head)}</TD></TR>']
    if body:
        rows.append(f"<TR><TD>{_table(body)}</TD></TR>")
    return f'<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="3">{"".join(rows)}</TABLE>'


def _row(row: Row, pale: bool) -> Iterator[str]:
    if row.text:
        yield _cell(lines(wrap(row.text, BOX_WIDTH, BODY), BODY, GREY if pale else INK))
    for pill in row.pills:
        yield _cell(_tag(pill, BOX_WIDTH, pale))


def _cell(content: str, align: str = "LEFT", width: float = BOX_WIDTH) -> str:
    return f'<TR><TD ALIGN="{align}" BALIGN="LEFT" WIDTH="{width:g}">{content}</TD></TR>'


def _table(rows: list[str], padding: int = 1) -> str:
    """Rows below one another, each on a line of its own, so that a change is seen in a comparison of two texts."""
    inside = "\n".join(rows)
    return f'<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="{padding}">\n{inside}</TABLE>'


def _stop_lines(visits: tuple[Visit, ...]) -> Iterator[tuple[Visit, ...]]:
    """As many stops on one line as fit."""
    line: tuple[Visit, ...] = ()
    for visit in visits:
        if line and sum(_stop_width(one) for one in (*line, visit)) > BOX_WIDTH:
            yield line
            line = ()
        line = (*line, visit)
    if line:
        yield line


def _stop_width(visit: Visit) -> float:
    return sum(_stop_cells(visit))


def _stop_cells(visit: Visit) -> tuple[float, float]:
    return text_width(f"{visit.number}", SMALL, True) + 8, text_width(visit.day, SMALL, True) + 8


def _stops(visits: tuple[Visit, ...], before: float = 0, after: float = 0) -> str:
    """The numbered stops of the case, each with its day; blank cells keep them from being stretched."""
    cells = _blank(before)
    for visit in visits:
        number, day = _stop_cells(visit)
        cells += (
            f'<TD WIDTH="{number:.0f}" BGCOLOR="{ROAD}">{lines([f"{visit.number}"], SMALL, "#FFFFFF", bold=True)}</TD>'
        )
        cells += f'<TD WIDTH="{day:.0f}">{lines([visit.day], SMALL, ROAD, bold=True)}</TD>'
    cells += _blank(after)
    return f'<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="1"><TR>{cells}</TR></TABLE>'


def _blank(width: float) -> str:
    return f'<TD WIDTH="{width:.0f}"></TD>' if width >= 1 else ""


def _middle_stops(visits: tuple[Visit, ...], width: float) -> Iterator[str]:
    """One stop a line, in the middle of a column."""
    for visit in visits:
        side = (width - _stop_width(visit)) / 2
        yield _middle(_stops((visit,), side, side))


def _tag(pill: Pill, width: float, pale: bool = False) -> str:
    """A term, a fee, a silence in its frame; a fee in several bands has a line for each."""
    background, ink, border = PILLS[pill.kind]
    if pale:
        background, ink, border = "#FFFFFF", GREY, PALE
    texts = _tag_lines(pill, width - 10)
    cell = int(max(text_width(line, SMALL) for line in texts) + 8)
    style = ' STYLE="ROUNDED"' if pill.kind not in ("fee", "closed") else ""
    return (
        f'<TABLE BORDER="1" CELLBORDER="0" CELLSPACING="0" CELLPADDING="1" BGCOLOR="{background}" COLOR="{border}"{style}>'
        f'<TR><TD ALIGN="LEFT" BALIGN="LEFT" WIDTH="{cell}">{lines(texts, SMALL, ink)}</TD></TR></TABLE>'
    )


def _tag_lines(pill: Pill, width: float) -> list[str]:
    """The sign, the words, and behind the last of them the sources."""
    cites = f" {_cites(pill.numbers)}" if pill.numbers else ""
    first, *bands = pill.lines
    texts = [SIGNS.get(pill.kind, "") + first, *bands]
    return [line for text in (*texts[:-1], texts[-1] + cites) for line in wrap(text, width, SMALL)]


def end(box: Box, ink: str) -> str:
    title = wrap(box.title, END_WIDTH, TITLE, True)
    rows = [_middle(lines(title, TITLE, ink, bold=True))]
    rows += [_middle(lines(wrap(row.text, END_WIDTH, SMALL), SMALL, ink)) for row in box.rows]
    widths = [text_width(line, TITLE, True) for line in title]
    widths += [text_width(line, SMALL) for row in box.rows for line in wrap(row.text, END_WIDTH, SMALL)]
    rows += _middle_stops(box.visits, max([*widths, *(_stop_width(visit) for visit in box.visits)]))
    if box.numbers:
        rows.append(_middle(lines([_cites(box.numbers)], TINY, GREY)))
    return _table(rows)


def right(box: Box, words: dict[str, str], ink: str) -> str:
    """What may be done at any time, by whom, how long."""
    pale = ink == GREY
    colour = ROAD if box.taken else ink if pale else RIGHT
    rows = [_middle(lines([f"{words['any time']}:"], SMALL, colour))]
    rows.append(
        _middle(lines(wrap(f"{box.actor_title}: {box.title}", END_WIDTH, SMALL, True), SMALL, colour, bold=True))
    )
    rows += [_middle(lines(wrap(row.text, END_WIDTH, SMALL), SMALL, colour)) for row in box.rows]
    rows += [_middle(_tag(pill, END_WIDTH + 6, pale)) for pill in box.pills]
    if numbers := _unsaid(box):
        rows.append(_middle(lines([_cites(numbers)], TINY, GREY)))
    return _table(rows, 2)


def _unsaid(box: Box) -> tuple[int, ...]:
    """The sources that no tag of the box names already."""
    return tuple(number for number in box.numbers if not any(number in pill.numbers for pill in box.pills))


def _middle(content: str) -> str:
    return f"<TR><TD>{content}</TD></TR>"


def diamond(box: Box, ink: str) -> tuple[float, float, str]:
    """A decision: width and height in points, and its words, each line inside the slanting sides."""
    pale = ink == GREY
    rows: list[tuple[float, float, str]] = []  # (width, height, cell)

    def add(texts: list[str], size: float, colour: str, bold: bool = False) -> None:
        rows.extend((text_width(t, size, bold), size * LEADING, _middle(lines([t], size, colour, bold))) for t in texts)

    if box.actor_title:
        add(wrap(box.actor_title, DECISION_WIDTH, SMALL), SMALL, ink)
    add(wrap(box.title, DECISION_WIDTH, BODY, True), BODY, ink, bold=True)
    for pill in box.pills:
        colour = ink if pale else ROAD if pill.kind == "mine" else PILLS[pill.kind][1]
        add(_tag_lines(pill, DECISION_WIDTH), SMALL, colour)
    column = max([width for width, _, _ in rows] + [_stop_width(visit) for visit in box.visits])
    for visit, cell in zip(box.visits, _middle_stops(box.visits, column), strict=True):
        rows.append((_stop_width(visit), SMALL * LEADING + 3, cell))
    if numbers := _unsaid(box):
        add([_cites(numbers)], TINY, GREY)
    wide, tall = _rhombus([(width + 6, height + 2) for width, height, _ in rows])
    return wide, tall, _table([cell for _, _, cell in rows])


def _rhombus(rows: list[tuple[float, float]]) -> tuple[float, float]:
    """The flattest of a few standard diamonds that holds the centred rows, or one as wide as it takes."""
    total = sum(height for _, height in rows)
    widest = max(width for width, _ in rows)
    best = (0.0, 0.0)
    for wide in (132.0, 156.0, 180.0, 208.0, 240.0, max(widest * 1.5, 272.0)):
        if wide <= widest * 1.12:
            continue
        top, tall = 0.0, 48.0
        for width, height in rows:
            reach = max(abs(top - total / 2), abs(top + height - total / 2))
            tall = max(tall, 2 * reach / (1 - width / wide))
            top += height
        if not best[0] or wide * tall < best[0] * best[1]:
            best = (wide, tall)
        if tall <= wide * 0.62:
            break
    return best


def part(title: str) -> str:
    """The title of a part, in the left corner, so that few arrows cross it."""
    return _table([_cell(lines(wrap(title, PART_WIDTH, 11.5, True), 11.5, INK, bold=True), width=PART_WIDTH)])


# ── Arrows ──────────────────────────────────────────────────────────────────────────────────────


def way(arrows: tuple[Arrow, ...], pale: bool) -> str:
    """The words of all ways on one line, stacked; nothing where the way speaks for itself."""
    ink = GREY if pale else INK
    rows = []
    said = [arrow for arrow in arrows if arrow.label or arrow.condition or arrow.odds or arrow.pills]
    for arrow in said:
        colour, bold = (ROAD, True) if arrow.taken else (ink, False)
        mark = "• " if len(said) > 1 else ""
        head = " ".join(part for part in (arrow.label, arrow.odds) if part)
        if head:
            rows.append(_beside(wrap(mark + head, LABEL_WIDTH, SMALL, bold), SMALL, colour, bold))
        said_already = arrow.pills or arrow.condition.casefold() == arrow.label.casefold()
        if arrow.condition and not said_already:  # why it is closed says the condition too
            rows.append(_beside(wrap(arrow.condition, LABEL_WIDTH, TINY)[:4], TINY, ROAD if arrow.taken else GREY))
        rows += [
            f'<TR><TD ALIGN="LEFT">{_tag(pill, LABEL_WIDTH, pale and pill.kind != "closed")}</TD></TR>'
            for pill in arrow.pills
        ]
    if not rows:
        return ""
    gap = '<TD WIDTH="5"></TD>'  # so that the words do not touch their line
    return f'<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0"><TR>{gap}<TD>{_table(rows)}</TD></TR></TABLE>'


def _beside(texts: list[str], size: float, ink: str, bold: bool = False) -> str:
    width = int(max(text_width(line, size, bold) for line in texts) + 4)
    return f'<TR><TD ALIGN="LEFT" BALIGN="LEFT" WIDTH="{width}">{lines(texts, size, ink, bold)}</TD></TR>'


# ── Heading, legend, sources ────────────────────────────────────────────────────────────────────


def heading(diagram: Diagram) -> str:
    rows = [lines(wrap(diagram.title, 560, 17, True), 17, INK, bold=True)]
    for number, line in enumerate(diagram.subtitle):
        rows.append(lines(wrap(line, 560, 11, number > 0), 11, ROAD if number else INK, bold=number > 0))
    rows.append(lines(wrap(diagram.footer, 560, SMALL), SMALL, GREY))
    return _table([f'<TR><TD ALIGN="LEFT" BALIGN="LEFT">{row}</TD></TR>' for row in rows], 2)


def key(diagram: Diagram) -> str:
    """The legend in three columns, and below it the sources by number; nothing where a drawing is empty."""
    columns = [column for column in (_actors(diagram), _tags(diagram), _shapes(diagram)) if column]
    third = KEY_WIDTH / 3
    cells = "".join(
        f'<TD VALIGN="TOP">{_table([_cell(one, width=third - 8) for one in column], 2)}</TD>' for column in columns
    )
    rows = []
    if columns:
        rows.append(lines([diagram.words["legend"]], BODY, INK, bold=True))
        rows.append(f'<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0"><TR>{cells}</TR></TABLE>')
    if diagram.sources:
        rows.append(lines([diagram.words["sources"]], BODY, INK, bold=True))
    for number, source in enumerate(diagram.sources, 1):
        rows.append(lines(wrap(f"[{number}] {source}", KEY_WIDTH - 8, SMALL), SMALL, INK))
    if not rows:
        return ""
    body = "\n".join(_cell(row, width=KEY_WIDTH) for row in rows)
    return f'<TABLE BORDER="1" COLOR="#BDBDBD" CELLBORDER="0" CELLSPACING="0" CELLPADDING="2">\n{body}</TABLE>'


def _actors(diagram: Diagram) -> list[str]:
    """The colours, and who is who."""
    column = []
    for owner, titles in diagram.actors:
        said = f"{diagram.words[owner]}: {', '.join(titles)}" if titles else diagram.words[owner]
        column.append(_sample(lines(wrap(said, KEY_WIDTH / 3 - 18, SMALL), SMALL, INK), FILLS[owner]))
    return column


def _sample(content: str, fill: str) -> str:
    return (
        f'<TABLE BORDER="1" COLOR="{PALE}" CELLBORDER="0" CELLSPACING="0" CELLPADDING="2" BGCOLOR="{fill}">'
        f'<TR><TD ALIGN="LEFT" BALIGN="LEFT" WIDTH="{KEY_WIDTH / 3 - 16:g}">{content}</TD></TR></TABLE>'
    )


KEY_TAGS: tuple[tuple[PillKind, str], ...] = (
    ("mine", "mine"), ("theirs", "theirs"), ("limit", "limit"), ("wait", "waiting"), ("advice", "advice"), ("practice", "practice"),
    ("not stated", "time not stated"), ("fee", "fee"), ("closed", "closed way"),
)  # fmt: skip


def _tags(diagram: Diagram) -> list[str]:
    """The five kinds of time, the silence, the fee, the closed road: those that occur, always in this order."""
    present = {pill.kind for pill in diagram.pills()}
    return [_tag(Pill(kind, (diagram.words[word],)), KEY_WIDTH / 3 - 10) for kind, word in KEY_TAGS if kind in present]


def _shapes(diagram: Diagram) -> list[str]:
    """Shapes and lines: those that occur."""
    words = diagram.words
    boxes = {box.kind for box in diagram.boxes}
    arrows = {arrow.kind for arrow in diagram.arrows}
    samples = [
        ("decision" in boxes, f"◇ {words['decision']}", INK), ("call" in boxes, f"▣ {words['call']}", INK),
        ("end" in boxes, f"◎ {words['end']}", INK), ("missed" in arrows, f"╌╌▸ {words['missed way']}", INK),
        ("else" in arrows, f"┈┈▸ {words['closed']}", CLOSED), ("right" in arrows, f"╌╌▸ {words['right']}", RIGHT),
    ]  # fmt: skip
    column = [lines(wrap(said, KEY_WIDTH / 3 - 10, SMALL), SMALL, ink) for shown, said, ink in samples if shown]
    if diagram.has_case:
        column.append(lines(wrap(f"━━▸ {words['taken']}", KEY_WIDTH / 3 - 10, SMALL, True), SMALL, ROAD, bold=True))
    return column


# ── Text ────────────────────────────────────────────────────────────────────────────────────────


def wrap(words: str, width: float, size: float, bold: bool = False) -> list[str]:
    """Lines that fit; an empty text is one empty line, so that a row stays a row."""
    return wrapped(words, width, size, bold) or [""]


def lines(texts: list[str], size: float, ink: str, bold: bool = False) -> str:
    inner = "<BR/>".join(text(line) for line in texts)
    inner = f"<B>{inner}</B>" if bold else inner
    return f'<FONT POINT-SIZE="{size:g}" COLOR="{ink}">{inner}</FONT>'


def _cites(numbers: tuple[int, ...]) -> str:
    return " ".join(f"[{number}]" for number in sorted(numbers))


def text(words: str) -> str:
    """Text inside an HTML-like label: nothing in it is markup or an escape; a lone blank keeps a row open."""
    return escape(words, quote=True).replace("\\", "\\\\") or " "


def quoted(words: str) -> str:
    """Text inside a quoted attribute: backslashes and quotes are literal, lines are one."""
    return " ".join(words.split()).replace("\\", "\\\\").replace('"', '\\"')
