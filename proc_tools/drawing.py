"""Trace or plan → files: the drawing in the format its name asks for; the text result never waits for a picture."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, cast

from proc_tools.cli import program_version
from proc_tools.files import CannotRun, write_file

if TYPE_CHECKING:
    from engine.records import Plan
    from engine.trace import Trace
    from viz.render import Format

MOST_FOR_GRAPHVIZ = 150  # stages: beyond it a layout takes minutes, and nobody reads it
FORMATS = ("svg", "png", "pdf", "dot", "mmd")


def draw_to(plan: Plan, trace: Trace | None, path: Path, language: str, force: bool) -> Iterator[tuple[Path, str]]:
    """Write the drawing; yields (path, notice). Where nothing can render, the DOT text is written beside it."""
    from viz.diagram import make_diagram
    from viz.dot import to_dot
    from viz.render import RenderError, render

    kind = path.suffix.lower().removeprefix(".")
    if kind not in FORMATS:
        raise CannotRun(
            f"`{path.name}` is no format we draw", f"End the name with {', '.join('.' + one for one in FORMATS)}."
        )
    if kind in ("svg", "png", "pdf") and len(plan.stages) > MOST_FOR_GRAPHVIZ:
        yield from _grouped(plan, trace, path, force)
        return
    diagram = make_diagram(plan, trace, language, program_version())
    if kind == "mmd":
        from viz.mermaid import to_mermaid

        write_file(path, to_mermaid(diagram).encode("utf-8"), force)
        yield path, ""
        return
    dot = to_dot(diagram)
    if kind == "dot":
        write_file(path, dot.encode("utf-8"), force)
        yield path, ""
        return
    try:
        made = render(
            dot, cast("Format", kind), title=diagram.title, description=" · ".join(diagram.subtitle) or diagram.footer
        )
    except RenderError as error:
        if kind == "pdf":
            raise CannotRun(str(error)) from None
        beside = path.with_suffix(".dot")
        write_file(beside, dot.encode("utf-8"), force)
        yield beside, f"No picture: {error} The graph is in {beside}; any Graphviz draws it."
        return
    write_file(path, made.data, force)
    yield path, made.notice or ""


def _grouped(plan: Plan, trace: Trace | None, path: Path, force: bool) -> Iterator[tuple[Path, str]]:
    """What is too long for one flowchart, as pages."""
    from proc_tools.pages import Asked, pages_of, write_pages
    from viz.page.theme import Theme

    asked = Asked("overview" if trace is None else "case", "a4", Theme())
    for made in write_pages(pages_of(plan, trace, asked), path, force):
        yield made, ""
    yield (
        path,
        f"{len(plan.stages)} stages are too many for one flowchart: drawn as pages. Ask for .dot to lay it out yourself.",
    )
