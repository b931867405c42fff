"""Diagram → DOT text: sizes from our own table of widths, so that every renderer draws the same boxes.

The text is deterministic: same diagram, same bytes. What stands inside a box is written in `viz.labels`.
"""

from __future__ import annotations

from collections.abc import Iterator

from viz import labels
from viz.diagram import Box, Diagram
from viz.labels import BODY, BOX_WIDTH, CLOSED, FACE, FILLS, GREY, INK, PALE, RIGHT, ROAD, SMALL, quoted
from viz.layout import Layout, Wire, lay_out

STYLES = {"way": "solid", "inner": "solid", "missed": "dashed", "else": "dotted", "right": "dashed"}
COLOURS = {"else": CLOSED, "right": RIGHT}


def to_dot(diagram: Diagram) -> str:
    """The graph as DOT."""
    layout = lay_out(diagram)
    lines = [
        "digraph procedure {",
        (
            "  graph [rankdir=TB, splines=spline, nodesep=0.28, ranksep=0.24, pad=0.25, "
            f'fontname="{FACE}", labelloc=t, labeljust=l, label=<{labels.heading(diagram)}>]'
        ),
        f'  node [shape=box, fontname="{FACE}", fontsize={BODY:g}, margin="0.06,0.04", color="{INK}", fontcolor="{INK}"]',
        f'  edge [fontname="{FACE}", fontsize={SMALL:g}, color="{INK}", fontcolor="{INK}", arrowsize=0.8]',
    ]
    apart = frozenset(box.id for box in layout.main_ends)
    for number, title in enumerate(diagram.parts):
        inside = [box for box in diagram.boxes if box.part == number and box.id not in apart]
        if inside:
            lines += [
                f"  subgraph cluster_{number} {{",
                (
                    f"    graph [label=<{labels.part(title)}>, "
                    'style="rounded,filled", color="#BDBDBD", fillcolor="#F7F7F7", labeljust=l, margin=12]'
                ),
                *(f"    {_node(box, diagram)}" for box in inside),
                "  }",
            ]
    lines += [f"  {_node(box, diagram)}" for box in diagram.boxes if box.part < 0 and box.id not in apart]
    if layout.main_ends:
        lines += ["  {", "    rank=same", *(f"    {_node(box, diagram)}" for box in layout.main_ends), "  }"]
    lines += [f"  {_edge(wire, diagram, apart)}" for wire in layout.wires]
    lines += [f"  {line}" for line in _key(diagram, layout)]
    return "\n".join([*lines, "}"]) + "\n"


def _node(box: Box, diagram: Diagram) -> str:
    pale = diagram.has_case and not box.taken
    ink = GREY if pale else INK
    look = [
        f'id="{box.id}"', f'class="{box.kind}{" taken" if box.taken else ""}"', f'tooltip="{quoted(box.tooltip or box.title)}"',
        f'color="{ROAD if box.taken else ink}"', f"penwidth={3 if box.taken else 1}",
    ]  # fmt: skip
    white = 'fillcolor="#FFFFFF"'
    match box.kind:
        case "start":
            words = labels.lines(labels.wrap(box.title, BOX_WIDTH, BODY, True), BODY, ink, bold=True)
            look += ["shape=oval", "style=filled", white, f"label=<{words}>"]
        case "end":
            fill = 'fillcolor="#E3F1E3"' if box.good and not pale else white
            look += [
                "shape=box",
                'style="rounded,filled"',
                "peripheries=2",
                fill,
                'margin="0.12,0.06"',
                f"label=<{labels.end(box, ink)}>",
            ]
        case "back":
            look += ["shape=box", 'style="rounded,dashed"', f"label=<{labels.lines(['↩ ' + box.title], SMALL, ink)}>"]
        case "right":
            border = ROAD if box.taken else PALE if pale else RIGHT
            look[3] = f'color="{border}"'
            look += [
                "shape=box",
                'style="rounded,dashed,filled"',
                white,
                "margin=0",
                f"label=<{labels.right(box, diagram.words, ink)}>",
            ]
        case "decision":
            fill = "#FFFFFF" if pale else FILLS[box.owner]
            wide, tall, words = labels.diamond(box, ink)
            look += [
                "shape=diamond", "style=filled", f'fillcolor="{fill}"', "fixedsize=true", f"width={wide / 72:.2f}", f"height={tall / 72:.2f}",
                "margin=0", f"label=<{words}>",
            ]  # fmt: skip
        case "stage" | "call":
            bars = ["peripheries=2"] if box.kind == "call" else []
            look += [
                "shape=box",
                "style=filled",
                white,
                'margin="0.03,0.03"',
                *bars,
                f"label=<{labels.card(box, ink)}>",
            ]
    return f"{box.id} [{', '.join(look)}]"


def _edge(wire: Wire, diagram: Diagram, ends: frozenset[str]) -> str:
    """One line for all ways between two boxes; its id joins theirs with `+`."""
    arrow = wire.first
    pale = diagram.has_case and not wire.taken
    kind = arrow.kind if len({one.kind for one in wire.arrows}) == 1 else "way"
    ids = [f"{one.id}@{one.source}" if one.kind == "right" else one.id for one in wire.arrows]
    look = [
        f'id="{quoted("+".join(ids))}"', f'class="{kind}{" taken" if wire.taken else ""}"',
        f'color="{ROAD if wire.taken else PALE if pale else COLOURS.get(kind, INK)}"',
        f"style={'solid' if wire.taken else STYLES[kind]}", f"penwidth={3 if wire.taken else 1}",
    ]  # fmt: skip
    words = labels.way(wire.arrows, pale)
    if words:
        look.append(f"label=<{words}>")
    tooltip = "; ".join(dict.fromkeys(one.tooltip for one in wire.arrows if one.tooltip))
    if tooltip:
        look.append(f'tooltip="{quoted(tooltip)}"')
    if wire.upstream:
        look.append("constraint=false")
    else:
        look.append(f"weight={_pull(wire, ends)}")
    return f"{arrow.source} -> {arrow.target} [{', '.join(look)}]"


def _pull(wire: Wire, ends: frozenset[str]) -> int:
    """How near a line brings its boxes: stages belong together more than they belong to the ends far below."""
    if wire.first.kind in ("right", "else"):
        return 0
    return 1 if wire.first.target in ends else 8


def _key(diagram: Diagram, layout: Layout) -> Iterator[str]:
    """Legend and list of sources, where there is room for them."""
    key = labels.key(diagram)
    if key:
        yield f"key [shape=plain, label=<{key}>]"
    if key and layout.below:
        yield f"{layout.below} -> key [style=invis, weight=10]"
