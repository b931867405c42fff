"""Diagram → DOT text: sizes from our own table of widths, so that every renderer draws the same boxes.

The text is deterministic: same diagram, same bytes. Labels are escaped here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from viz.diagram import Arrow, Box, Diagram, Pill, Row, legend_pills
from viz.widths import text_width
from viz.widths import wrap as wrapped

FACE = "DejaVu Sans"  # the renderer widens it to a family of faces that are never wider
TITLE, BODY, SMALL = 10.0, 8.5, 7.5  # points
BOX_WIDTH, DECISION_WIDTH, LABEL_WIDTH = 172.0, 118.0, 104.0  # points of text

FILLS = {
    "we": "#DCE9F7",
    "the other side": "#FBE6D4",
    "court or chance": "#E6E1F2",
    "the law": "#ECECEC",
    "": "#FFFFFF",
}
INK, GREY, ROAD, CLOSED = "#222222", "#8A8A8A", "#0B4A8F", "#9C2B23"

# (background, ink, border): told apart by word and border too, so that grey print loses nothing
PILLS = {
    "mine": ("#0B4A8F", "#FFFFFF", "#0B4A8F"), "theirs": ("#FFFFFF", "#8A4B08", "#8A4B08"), "limit": ("#EFEAF8", "#4B3B7A", "#4B3B7A"),
    "wait": ("#FFF6CC", "#5A4A00", "#B59B00"), "advice": ("#FFFFFF", "#4F6B2E", "#4F6B2E"), "practice": ("#FFFFFF", "#666666", "#999999"),
    "at once": ("#FFFFFF", "#4B3B7A", "#B9B0D6"), "not stated": ("#F4F4F4", "#555555", "#777777"), "fee": ("#E3F1E3", "#1E5B2A", "#1E5B2A"),
}  # fmt: skip
SIGNS = {"mine": "▶ ", "theirs": "◁ ", "limit": "§ ", "wait": "◷ ", "advice": "✓ ", "not stated": "? ", "fee": "¤ "}


def to_dot(diagram: Diagram) -> str:
    """The graph as DOT."""
    lines = [
        "digraph procedure {",
        (
            f'  graph [rankdir=TB, splines=spline, nodesep=0.32, ranksep=0.42, pad=0.3, fontname="{FACE}", '
            f"fontsize=15, labelloc=t, labeljust=l, label=<{_heading(diagram)}>]"
        ),
        f'  node [shape=box, fontname="{FACE}", fontsize={BODY:g}, margin="0.06,0.04", color="{INK}", fontcolor="{INK}"]',
        f'  edge [fontname="{FACE}", fontsize={SMALL:g}, color="#555555", fontcolor="{INK}", arrowsize=0.7]',
    ]
    for number, title in enumerate(diagram.parts):
        inside = [box for box in diagram.boxes if box.part == number]
        if inside:
            lines += [
                f"  subgraph cluster_{number} {{",
                f'    graph [label=<<B>{_text(title)}</B>>, fontsize=11, style="rounded,filled", color="#D8D8D8", fillcolor="#FAFAFA", labeljust=l, margin=10]',
                *(f"    {_node(box, diagram)}" for box in inside),
                "  }",
            ]
    lines += [f"  {_node(box, diagram)}" for box in diagram.boxes if box.part < 0]
    lines += [f"  {_edge(arrow, diagram)}" for arrow in diagram.arrows]
    lines += [f"  {line}" for line in _apart(diagram)]
    return "\n".join([*lines, "}"]) + "\n"


# ── Nodes ───────────────────────────────────────────────────────────────────────────────────────


def _node(box: Box, diagram: Diagram) -> str:
    pale = diagram.has_case and not box.taken
    ink = GREY if pale else INK
    border = ROAD if box.taken else ink
    width = "2.6" if box.taken else "1"
    common = f'id="{box.id}", class="{box.kind}{" taken" if box.taken else ""}", tooltip="{_quoted(box.tooltip or box.title)}", color="{border}", penwidth={width}'
    fill = "#FFFFFF" if pale else FILLS[box.owner]
    match box.kind:
        case "start":
            label = _lines(wrap(box.title, BOX_WIDTH, BODY, True), BODY, ink, bold=True)
            return f'{box.id} [shape=oval, style=filled, fillcolor="#FFFFFF", label=<{label}>, {common}]'
        case "end":
            label = _lines(wrap(box.title, 110, TITLE, True), TITLE, ink, bold=True)
            extra = f"<BR/>{_lines([box.dates], SMALL, ROAD)}" if box.dates else ""
            return f'{box.id} [shape=box, style="rounded,filled", peripheries=2, fillcolor="#FFFFFF", margin="0.14,0.08", label=<{label}{extra}>, {common}]'
        case "back":
            return f'{box.id} [shape=box, style="rounded,dashed", label=<{_lines(["↩ " + box.title], SMALL, ink)}>, {common}]'
        case "decision":
            return f"{box.id} {_decision(box, ink, fill, common)}"
    bars = ", style=filled, peripheries=2" if box.kind == "call" else ", style=filled"
    return f'{box.id} [shape=box{bars}, margin="0.02,0.02", fillcolor="{fill}", label=<{_card(box, ink)}>, {common}]'


def _card(box: Box, ink: str) -> str:
    """Who, what, its acts and tags, the sources: one column of fixed width."""
    width = int(BOX_WIDTH + 12)
    rows = []
    head = box.actor_title + (f"   {box.dates}" if box.dates else "")
    if head.strip():
        colour = ROAD if box.taken else ink
        rows.append(_cell(_lines([head], SMALL, colour, bold=box.taken), width))
    rows.append(_cell(_lines(wrap(box.title, BOX_WIDTH, TITLE, True), TITLE, ink, bold=True), width))
    for row in box.rows:
        rows += list(_row(row, width, ink))
    if box.numbers:
        rows.append(_cell(_lines([_cites(box.numbers)], 6.5, GREY), width, "RIGHT"))
    return f'<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="1">{"".join(rows)}</TABLE>'


def _row(row: Row, width: int, ink: str) -> Iterator[str]:
    if row.text:
        yield _cell(_lines(wrap(f"• {row.text}", BOX_WIDTH, BODY), BODY, ink), width)
    for pill in row.pills:
        yield _cell(_pill(pill, BOX_WIDTH, ink == GREY), width)


def _cell(content: str, width: int, align: str = "LEFT") -> str:
    return f'<TR><TD ALIGN="{align}" BALIGN="LEFT" WIDTH="{width}">{content}</TD></TR>'


def _pill(pill: Pill, width: float, pale: bool = False) -> str:
    background, ink, border = PILLS[pill.kind]
    if pale:
        background, ink, border = "#FFFFFF", GREY, "#BBBBBB"
    lines = wrap(SIGNS.get(pill.kind, "") + pill.text, width - 8, SMALL)
    cell = int(max(text_width(line, SMALL) for line in lines) + 10)
    style = ' STYLE="ROUNDED"' if pill.kind != "fee" else ""
    return (
        f'<TABLE BORDER="1" CELLBORDER="0" CELLSPACING="0" CELLPADDING="1" BGCOLOR="{background}" COLOR="{border}"{style}>'
        f'<TR><TD WIDTH="{cell}">{_lines(lines, SMALL, ink)}</TD></TR></TABLE>'
    )


def _decision(box: Box, ink: str, fill: str, common: str) -> str:
    """A diamond wide enough for its words: a text of w × h fits where w/W + h/H ≤ 1."""
    lines = wrap(box.title, DECISION_WIDTH, BODY, True)
    content = _lines(lines, BODY, ink, bold=True)
    widths = [text_width(line, BODY, True) for line in lines]
    height = len(lines) * BODY * 1.25
    small = [text for text in (box.actor_title, box.dates) if text]
    for text in small:
        content = (
            f"{_lines([text], SMALL, ROAD if text == box.dates else ink)}<BR/>{content}"
            if text == box.actor_title
            else f"{content}<BR/>{_lines([text], SMALL, ROAD, bold=True)}"
        )
        widths.append(text_width(text, SMALL))
        height += SMALL * 1.3
    for pill in box.pills:
        said = wrap(SIGNS.get(pill.kind, "") + pill.text, DECISION_WIDTH, SMALL)
        colour = ink if ink == GREY else PILLS[pill.kind][1] if pill.kind != "mine" else ROAD
        content += f"<BR/>{_lines(said, SMALL, colour)}"
        widths += [text_width(line, SMALL) for line in said]
        height += len(said) * SMALL * 1.3
    if box.numbers:
        content += f"<BR/>{_lines([_cites(box.numbers)], 6.5, GREY)}"
        height += 9
    wide = max(widths) * 1.62 + 14
    tall = max(height / (1 - max(widths) / wide) * 0.92, 44.0)
    return f'[shape=diamond, style=filled, fillcolor="{fill}", fixedsize=true, width={wide / 72:.2f}, height={tall / 72:.2f}, margin=0, label=<{content}>, {common}]'


def _cites(numbers: tuple[int, ...]) -> str:
    return " ".join(f"[{number}]" for number in numbers)


# ── Edges ───────────────────────────────────────────────────────────────────────────────────────


def _edge(arrow: Arrow, diagram: Diagram) -> str:
    pale = diagram.has_case and not arrow.taken
    styles = {"way": "solid", "missed": "dashed", "else": "dotted", "right": "dashed", "call": "dotted"}
    colours = {"else": CLOSED, "right": "#6B4FA0"}
    colour = ROAD if arrow.taken else "#B9B9B9" if pale else colours.get(arrow.kind, "#555555")
    style = "solid" if arrow.taken else styles[arrow.kind]
    attributes = [
        f'id="{_quoted(arrow.id)}"', f'class="{arrow.kind}{" taken" if arrow.taken else ""}"', f'color="{colour}"', f"style={style}",
        f"penwidth={3 if arrow.taken else 1.3 if arrow.kind == 'else' else 1}",
    ]  # fmt: skip
    if arrow.label or arrow.odds:
        attributes.append(f"label=<{_edge_label(arrow, pale)}>")
    if arrow.tooltip:
        attributes.append(f'tooltip="{_quoted(arrow.tooltip)}"')
    if arrow.kind == "right":
        attributes.append("weight=0")
    if arrow.kind == "else":
        attributes.append("weight=0, constraint=false" if not arrow.taken else "weight=0")
    return f"{arrow.source} -> {arrow.target} [{', '.join(attributes)}]"


def _edge_label(arrow: Arrow, pale: bool) -> str:
    ink = GREY if pale else ROAD if arrow.taken else CLOSED if arrow.kind == "else" else INK
    lines = wrap(" ".join(part for part in (arrow.label, arrow.odds) if part), LABEL_WIDTH, SMALL, arrow.taken)
    width = int(max(text_width(line, SMALL, arrow.taken) for line in lines) + 6)
    rows = [f'<TR><TD WIDTH="{width}">{_lines(lines, SMALL, ink, bold=arrow.taken)}</TD></TR>']
    rows += [f"<TR><TD>{_pill(pill, LABEL_WIDTH, pale)}</TD></TR>" for pill in arrow.pills]
    return f'<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="1">{"".join(rows)}</TABLE>'


# ── Heading, legend, sources ────────────────────────────────────────────────────────────────────


def _heading(diagram: Diagram) -> str:
    title = f'<FONT POINT-SIZE="16"><B>{_text(diagram.title)}</B></FONT>'
    if diagram.subtitle:
        title += f'<BR ALIGN="LEFT"/><FONT POINT-SIZE="11">{_text(diagram.subtitle)}</FONT>'
    return (
        f'{title}<BR ALIGN="LEFT"/><FONT POINT-SIZE="8" COLOR="{GREY}">{_text(diagram.footer)}</FONT><BR ALIGN="LEFT"/>'
    )


def _apart(diagram: Diagram) -> Iterator[str]:
    """Legend and list of sources, below everything."""
    words = diagram.words
    rows = []
    for _, title, owner in diagram.actors:
        rows.append(
            f'<TR><TD WIDTH="130" ALIGN="LEFT" BGCOLOR="{FILLS[owner]}">{_lines([title], SMALL, INK)}</TD></TR>'
        )
    rows += [
        f'<TR><TD WIDTH="130" ALIGN="LEFT">{_pill(Pill(kind, words[kind]), 130)}</TD></TR>'
        for kind in legend_pills(diagram)
    ]
    if diagram.has_case:
        rows.append(
            f'<TR><TD WIDTH="130" ALIGN="LEFT">{_lines(["━━ " + words["taken"]], SMALL, ROAD, bold=True)}</TD></TR>'
        )
    rows.append(f'<TR><TD WIDTH="130" ALIGN="LEFT">{_lines(["┈┈ " + words["else"]], SMALL, CLOSED)}</TD></TR>')
    head = f'<TR><TD ALIGN="LEFT" WIDTH="130">{_lines([words["legend"]], BODY, INK, bold=True)}</TD></TR>'
    yield f'legend [shape=plain, label=<<TABLE BORDER="1" COLOR="#CCCCCC" CELLBORDER="0" CELLSPACING="1" CELLPADDING="2">{head}{"".join(rows)}</TABLE>>]'
    if not diagram.sources:
        return
    lines = []
    for number, source in enumerate(diagram.sources, 1):
        lines += wrap(f"[{number}] {source}", 420, SMALL)
    listed = "".join(f'<TR><TD ALIGN="LEFT" WIDTH="430">{_lines([line], SMALL, INK)}</TD></TR>' for line in lines)
    head = f'<TR><TD ALIGN="LEFT" WIDTH="430">{_lines([words["sources"]], BODY, INK, bold=True)}</TD></TR>'
    yield f'sources [shape=plain, label=<<TABLE BORDER="1" COLOR="#CCCCCC" CELLBORDER="0" CELLSPACING="0" CELLPADDING="1">{head}{listed}</TABLE>>]'
    yield "legend -> sources [style=invis]"


# ── Text ────────────────────────────────────────────────────────────────────────────────────────


def wrap(text: str, width: float, size: float, bold: bool = False) -> list[str]:
    """Lines that fit; an empty text is one empty line, so that a row stays a row."""
    return wrapped(text, width, size, bold) or [""]


def _lines(lines: list[str], size: float, ink: str, bold: bool = False) -> str:
    inner = "<BR/>".join(_text(line) for line in lines)
    inner = f"<B>{inner}</B>" if bold else inner
    return f'<FONT POINT-SIZE="{size:g}" COLOR="{ink}">{inner}</FONT>'


def _text(text: str) -> str:
    """Text inside an HTML-like label: nothing in it is markup; a lone blank keeps a row open."""
    return escape(text, quote=True) or " "


def _quoted(text: str) -> str:
    """Text inside a quoted attribute: backslashes and quotes are literal, lines are one."""
    return " ".join(text.split()).replace("\\", "\\\\").replace('"', '\\"')
