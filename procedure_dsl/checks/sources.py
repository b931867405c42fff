"""Sources: every norm and every number says where it comes from, in one of five ways."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from procedure_dsl import model
from procedure_dsl.checks.view import View
from procedure_dsl.diagnostics import Diagnostic

HELP = 'End it with `by SOURCE "place"`, `by outside "…"`, `by assumption "who, why"` or `not stated in SOURCE`.'

SENTENCES_APART = (model.Reading, model.Practice, model.JurisdictionHead)  # each of theirs has a source of its own
HELP_BLOCK = 'If all come from one place, end the heading with it: `by SOURCE "place"`; else end each sentence so.'


def every_norm_has_a_source(view: View) -> Iterator[Diagnostic]:
    """A sentence takes its source from itself or from the heading of its block; a block that lacks several is told once."""
    for declaration in view.jurisdiction.declarations:
        block = declaration if isinstance(declaration, model.Declaration) else None
        if block and block.tail.provenance:
            continue
        bare = [
            (sentence, what)
            for sentence, covered, what in _norms(declaration)
            if not (covered or sentence.tail.provenance)
        ]
        if block and len(bare) > 1 and not isinstance(block, SENTENCES_APART):
            lines = ", ".join(str(line) for line in sorted({sentence.place.line for sentence, _ in bare}))
            seen = f"{len(bare)} sentences of `{block.name}` do not say where they come from (lines {lines})"
            yield Diagnostic("no-source", block.place, seen, HELP_BLOCK)
            continue
        for sentence, what in bare:
            yield Diagnostic("no-source", sentence.place, f"{what} does not say where it comes from", HELP)


def _norms(declaration: model.AnyDeclaration) -> Iterator[tuple[Any, Any, str]]:
    """(sentence, provenance it inherits, how to call it) for everything that needs a source."""
    lines = getattr(declaration, "lines", ())
    yield from ((line, None, "this line") for line in lines if isinstance(line, model.Transition))
    match declaration:
        case model.JurisdictionHead():
            for rule in declaration.lines:
                if isinstance(rule, model.Money | model.CalendarUse | model.Counting):
                    yield rule, None, "this rule of the jurisdiction"
        case model.Reading():
            yield from ((option, None, "this way to read the text") for option in declaration.options)
        case model.Value() | model.Rule() | model.Fee():
            for line in declaration.lines:
                if isinstance(line, model.Line | model.Row):
                    silent = line.formula.expression if isinstance(line.formula.expression, model.NotStated) else None
                    yield line, silent, "this line"
                elif isinstance(line, model.Borne | model.Rounded | model.Governed):
                    yield line, None, "this line"
        case model.Deadline():
            for term in declaration.lines:
                if isinstance(term, model.Governed | model.ClockLine):
                    yield term, None, "this line"
                elif isinstance(term, model.Version):
                    yield term, term.duration if isinstance(term.duration, model.NotStated) else None, "this term"
                elif isinstance(term, model.CountsFrom):
                    moment = term.event.moment or term.event.name == "start"
                    sourced = None if moment else term.event  # a reading or a rule has its own sources
                    yield term, sourced, "the first day of this term"
        case model.Document():
            yield (
                declaration,
                any(isinstance(line, model.Item | model.Form) for line in declaration.lines) or None,
                "this document",
            )
            yield from (
                (line, None, "this line")
                for line in declaration.lines
                if isinstance(line, model.Item | model.Form | model.Copies | model.Attached)
            )
        case model.Stage():
            for sentence in declaration.sentences:
                if not isinstance(
                    sentence, model.Note | model.Governed
                ):  # the source of an act is that of its ways out
                    yield sentence, _silence(sentence), "this sentence"
        case model.Right() | model.End():
            what = "this right" if isinstance(declaration, model.Right) else "this end"
            yield declaration, _silence(declaration), what
        case model.Practice():
            yield from (
                (line, None, "this figure of practice")
                for line in declaration.lines
                if not isinstance(line, model.Note)
            )
        case _:
            return


def _silence(sentence: model.Node) -> model.NotStated | None:
    """`within a time not stated in SOURCE` names the source of its sentence."""
    return sentence.within.not_stated if isinstance(sentence, model.Step | model.Right) and sentence.within else None


def sources_exist(view: View) -> Iterator[Diagnostic]:
    """`by NAME` and `not stated in NAME` name a declared source."""
    for node in view.nodes:
        name = ""
        if (isinstance(node, model.Provenance) and node.kind in ("source", "not stated")) or isinstance(
            node, model.NotStated
        ):
            name = node.source
        if name and not view.find(name, model.SourceText):
            yield from view.missing("unknown-source", node.place, name, "a source", model.SourceText)
