"""What every check looks at: the model, who declares what, and which names were lost to unreadable sentences."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from procedure_dsl import model
from procedure_dsl.diagnostics import Diagnostic, Place, did_you_mean
from procedure_dsl.source import Source


class View:
    """A jurisdiction indexed once. `used` gathers the names that anything refers to."""

    def __init__(
        self, jurisdiction: model.Jurisdiction, source: Source, lost: frozenset[str] = frozenset(), damaged: bool = False
    ) -> None:
        self.jurisdiction, self.source, self.lost, self.damaged = jurisdiction, source, lost, damaged
        self.used: set[str] = set()

    @cached_property
    def heads(self) -> tuple[model.JurisdictionHead, ...]:
        return self.jurisdiction.of(model.JurisdictionHead)

    @cached_property
    def currency(self) -> str:
        lines = [line for head in self.heads for line in head.lines if isinstance(line, model.Money)]
        return lines[0].currency if lines else ""

    @cached_property
    def declared(self) -> dict[str, model.Declaration | model.Item]:
        """Every name of the file's one namespace and the first thing that declares it."""
        found: dict[str, model.Declaration | model.Item] = {}
        for declaration in self.jurisdiction.declarations:
            if isinstance(declaration, model.Declaration) and not isinstance(declaration, model.JurisdictionHead):
                found.setdefault(declaration.name, declaration)
            if isinstance(declaration, model.Document):
                for line in declaration.lines:
                    if isinstance(line, model.Item):
                        found.setdefault(line.name, line)
        return found

    def named(self, *kinds: type[Any]) -> list[str]:
        return [name for name, thing in self.declared.items() if isinstance(thing, kinds)]

    def find(self, name: str, *kinds: type[Any]) -> Any:
        """The declaration of that name if it is of one of these kinds; marks the name as used."""
        thing = self.declared.get(name)
        if thing is not None and isinstance(thing, kinds):
            self.used.add(name)
            return thing
        return None

    def missing(self, code: str, place: Place, name: str, what: str, *kinds: type[Any]) -> Iterator[Diagnostic]:
        """`name` should be one of these kinds: a diagnostic, unless its declaration was itself unreadable."""
        if name in self.lost:
            return
        thing = self.declared.get(name)
        if thing is not None:
            self.used.add(name)
            seen = f"`{name}` is {KIND_NAMES.get(type(thing).__name__, 'something else')}, not {what}"
            yield Diagnostic(code, place, seen, did_you_mean("", self.named(*kinds)))
        else:
            no = what.removeprefix("a ").removeprefix("an ")
            yield Diagnostic(code, place, f"no {no} has the name `{name}`", did_you_mean(name, self.named(*kinds)))


KIND_NAMES = {
    "SourceText": "a source", "Party": "a party", "Reading": "a reading", "Value": "a value", "Fact": "a fact",
    "Rule": "a rule", "Document": "a document", "Item": "what a document contains", "Fee": "a fee",
    "Deadline": "a deadline", "Procedure": "a procedure", "Stage": "a stage", "End": "an end", "Right": "a right",
    "Practice": "a practice",
}  # fmt: skip


def walk(node: Any) -> Iterator[model.Node]:
    """A node and everything inside it, in the order of the text."""
    if isinstance(node, model.Node):
        yield node
        for value in node.__dict__.values():
            if isinstance(value, model.Node | tuple):
                yield from walk(value)
    elif isinstance(node, tuple):
        for one in node:
            yield from walk(one)
