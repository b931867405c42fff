"""Source → checked: the language, end to end."""

from __future__ import annotations

from procedure_dsl.check import Checked, check_model
from procedure_dsl.collector import resting_collector
from procedure_dsl.diagnostics import Diagnostic, Place
from procedure_dsl.lower import lower_tree
from procedure_dsl.parse import parse_source
from procedure_dsl.reuse import Finder, Found, NotFound, nothing_beside, read_whole
from procedure_dsl.source import Source, read_source, source_of_text

__all__ = [
    "Checked", "Diagnostic", "Finder", "Found", "NotFound", "Place", "Source",
    "load", "load_bytes", "read_source", "source_of_text",
]  # fmt: skip


def load(source: Source, *more: Source, find: Finder = nothing_beside) -> Checked:
    """The checked jurisdiction of a source and of what it uses, which `find` finds.

    `more` are texts that only add to it, such as a practice of one's own.
    """
    with resting_collector():
        return _load(source, more, find)


def _load(source: Source, more: tuple[Source, ...], find: Finder) -> Checked:
    whole = read_whole(source, find)
    declarations, lost, earlier = whole.jurisdiction.declarations, whole.lost_names, list(whole.diagnostics)
    foreign = whole.foreign
    for extra in more:
        parsed, syntax = parse_source(extra)
        added, shape = lower_tree(parsed)
        declarations, lost = declarations + added.declarations, lost | parsed.lost_names
        foreign |= parsed.foreign_lines
        earlier += syntax + shape
    jurisdiction = whole.jurisdiction.model_copy(update={"declarations": declarations})
    return check_model(source, (*whole.others, *more), jurisdiction, lost, earlier, foreign)


def load_bytes(data: bytes, name: str, find: Finder = nothing_beside) -> Checked:
    """The same from the bytes of a file; an unreadable file is a diagnostic."""
    source, problems = read_source(data, name)
    return Checked(source, diagnostics=tuple(problems)) if problems else load(source, find=find)
