"""Source → checked: the language, end to end."""

from __future__ import annotations

from procedure_dsl.check import Checked, check_model
from procedure_dsl.diagnostics import Diagnostic, Place
from procedure_dsl.lower import lower_tree
from procedure_dsl.parse import parse_source
from procedure_dsl.source import Source, read_source, source_of_text

__all__ = ["Checked", "Diagnostic", "Place", "Source", "load", "load_bytes", "read_source", "source_of_text"]


def load(source: Source, *more: Source) -> Checked:
    """The checked jurisdiction of a source. `more` are texts that only add to it, such as a practice of one's own."""
    parsed, syntax = parse_source(source)
    jurisdiction, shape = lower_tree(parsed)
    for extra in more:
        parsed_extra, syntax_extra = parse_source(extra)
        added, shape_extra = lower_tree(parsed_extra)
        jurisdiction = jurisdiction.model_copy(update={"declarations": jurisdiction.declarations + added.declarations})
        syntax, shape = syntax + syntax_extra, shape + shape_extra
    checked = check_model(parsed, jurisdiction, earlier=syntax + shape)
    return Checked(checked.source, checked.jurisdiction, checked.diagnostics, more)


def load_bytes(data: bytes, name: str) -> Checked:
    """The same from the bytes of a file; an unreadable file is a diagnostic."""
    source, problems = read_source(data, name)
    return Checked(source, diagnostics=tuple(problems)) if problems else load(source)
