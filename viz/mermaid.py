"""Diagram → Mermaid: the flowchart as text that many editors and wikis draw. What a file says is quoted, never markup."""

from __future__ import annotations

from collections.abc import Iterator

from viz.diagram import Arrow, Box, Diagram

SHAPES = {
    "decision": ("{", "}"), "call": ("[[", "]]"), "end": ("(((", ")))"), "back": ("([", "])"), "right": (">", "]"),
    "start": ("((", "))"), "stage": ("[", "]"),
}  # fmt: skip
LINES = {"missed": "-.->", "else": "-.->", "right": "-.->"}
ESCAPED = {"#": "#35;", "&": "#amp;", '"': "#quot;", "<": "#lt;", ">": "#gt;", "`": "#96;", "\\": "#92;"}


def to_mermaid(diagram: Diagram) -> str:
    """The whole text; the same diagram gives the same."""
    ids = {box.id: f"b{number}" for number, box in enumerate(diagram.boxes, 1)}
    return "\n".join(_lines(diagram, ids)) + "\n"


def _lines(diagram: Diagram, ids: dict[str, str]) -> Iterator[str]:
    yield f"%% {quoted(diagram.title)} · {quoted(diagram.footer)}"
    yield "flowchart TB"
    parts = sorted({box.part for box in diagram.boxes})
    for part in parts:
        inside = [box for box in diagram.boxes if box.part == part]
        if 0 <= part < len(diagram.parts):
            yield f'  subgraph p{part}["{quoted(diagram.parts[part])}"]'
            yield from (f"    {_box(box, ids)}" for box in inside)
            yield "  end"
        else:
            yield from (f"  {_box(box, ids)}" for box in inside)
    for arrow in diagram.arrows:
        yield f"  {_arrow(arrow, ids)}"
    taken = [ids[box.id] for box in diagram.boxes if box.taken]
    if taken:
        yield "  classDef taken stroke-width:3px,stroke:#143D66"
        yield f"  class {','.join(taken)} taken"


def _box(box: Box, ids: dict[str, str]) -> str:
    left, right = SHAPES[box.kind]
    said = [box.title, box.actor_title, *(row.text for row in box.rows if row.text)]
    said += [" ".join(pill.lines) for row in box.rows for pill in row.pills] + [
        " ".join(pill.lines) for pill in box.pills
    ]
    said += [f"{visit.number}. {visit.day}" for visit in box.visits]
    words = "<br/>".join(quoted(one) for one in dict.fromkeys(filter(None, said)))
    return f'{ids[box.id]}{left}"{words}"{right}'


def _arrow(arrow: Arrow, ids: dict[str, str]) -> str:
    line = "==>" if arrow.taken else LINES.get(arrow.kind, "-->")
    condition = f"({arrow.condition})" if arrow.condition and arrow.condition != arrow.label else ""
    words = " ".join(part for part in (arrow.label, condition, arrow.odds) if part)
    label = f'|"{quoted(words)}"|' if words else ""
    return f"{ids[arrow.source]} {line}{label} {ids[arrow.target]}"


def quoted(words: str) -> str:
    """Text inside quotation marks: one line, and every sign that Mermaid or a browser could read as markup spelt out."""
    return "".join(ESCAPED.get(sign, sign) for sign in " ".join(words.split()) if sign >= " ")
