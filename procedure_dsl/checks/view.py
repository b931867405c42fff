"""What every check looks at: the model, who declares what, and which names were lost to unreadable sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any
from unicodedata import name as name_of

from procedure_dsl import model
from procedure_dsl.diagnostics import Diagnostic, Place, did_you_mean, look_alike, nearest
from procedure_dsl.source import Source, without_texts


class View:
    """A jurisdiction indexed once. `used` gathers the names that anything refers to."""

    def __init__(
        self,
        jurisdiction: model.Jurisdiction,
        sources: Sequence[Source],
        lost: frozenset[str] = frozenset(),
        earlier: Sequence[Diagnostic] = (),
    ) -> None:
        self.jurisdiction, self.lost, self.earlier = jurisdiction, lost, earlier
        self.source = sources[0]
        self.texts = {source.name: source for source in reversed(sources)}
        self.damaged = any(told.is_error for told in earlier)
        self.used: set[str] = set()
        self._meant: dict[tuple[str, tuple[type[Any], ...]], str] = {}

    @cached_property
    def lines(self) -> dict[str, list[str]]:
        """The lines of each text, by its name."""
        return {name: source.lines for name, source in self.texts.items()}

    @cached_property
    def nodes(self) -> tuple[model.Node, ...]:
        """Every node of the file, in the order of the text."""
        return tuple(walk(self.jurisdiction))

    def is_told(self, node: model.Node, code: str) -> bool:
        """Whether this was told of the node before any check."""
        here = node.place.source, node.place.line
        return any(told.code == code and (told.place.source, told.place.line) == here for told in self.earlier)

    @cached_property
    def heads(self) -> tuple[model.JurisdictionHead, ...]:
        return self.jurisdiction.of(model.JurisdictionHead)

    @cached_property
    def currency(self) -> str:
        lines = [line for head in self.heads for line in head.lines if isinstance(line, model.Money)]
        return lines[0].currency if lines else ""

    @cached_property
    def sides(self) -> dict[str, str]:
        """The side of every party: its own, or that of whom it acts for or was formerly; "" where that is not told."""
        parties = {party.name: party for party in self.jurisdiction.of(model.Party)}

        def side(name: str, met: frozenset[str]) -> str:
            party = parties.get(name)
            if party is None or name in met:
                return ""
            return side(party.of, met | {name}) if party.of else party.side

        return {name: side(name, frozenset()) for name in parties}

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

    def excused(self, name: str) -> bool:
        """Whether the real mistake is told elsewhere: the name stands in an unreadable sentence, or is declared with
        a letter of another alphabet in it."""
        if name in self.lost:
            return True
        twin = self.mixed.get(look_alike(name))
        if twin and twin != name:
            self.used.add(twin)
            return True
        return False

    @cached_property
    def mixed(self) -> dict[str, str]:
        """The declared names that mix alphabets, by what they look like."""
        return {look_alike(name): name for name in self.declared if len(scripts(name)) > 1}

    def missing(self, code: str, place: Place, name: str, what: str, *kinds: type[Any]) -> Iterator[Diagnostic]:
        """`name` should be one of these kinds: a diagnostic, unless its declaration was itself unreadable."""
        if self.excused(name):
            return
        place = self.word(place, name)
        thing = self.declared.get(name)
        if thing is not None:
            self.used.add(name)
            seen = f"`{name}` is {kind_of(thing)}, not {what}"
            help_ = "" if code == "unknown-fee" else did_you_mean("", self.named(*kinds))
            if code == "unknown-fee" and not isinstance(thing, model.Document):
                help_ = f"Only a fee is paid: declare one whose line says `{name}`, and pay that."
            yield Diagnostic(code, place, seen, help_)
        else:
            no = what.removeprefix("a ").removeprefix("an ")
            yield Diagnostic(code, place, f"no {no} has the name `{name}`", self.meant(name, *kinds))

    def word(self, place: Place, name: str) -> Place:
        """Where a name stands inside a sentence that knows only its own place."""
        lines = self.lines.get(place.source, [])
        if not 0 < place.line <= len(lines):
            return place
        text = without_texts(lines[place.line - 1])
        found = re.compile(rf"\b{re.escape(name)}\b").search(text, max(place.column - 1, 0))
        if not found or (place.line == place.end_line and found.end() >= place.end_column):
            return place
        return Place(place.source, place.line, found.start() + 1, place.line, found.end() + 1)

    def meant(self, name: str, *kinds: type[Any]) -> str:
        """The help for a name that nothing of these kinds has; the one that was meant is not forgotten but misspelt."""
        if (name, kinds) not in self._meant:
            known = self.named(*kinds)
            self.used.add(nearest(name, known) or name)
            self._meant[name, kinds] = did_you_mean(name, known)
        return self._meant[name, kinds]


KIND_NAMES = {
    "SourceText": "a source", "Party": "a party", "Reading": "a reading", "Value": "a value", "Fact": "a fact",
    "Rule": "a rule", "Document": "a document", "Item": "what a document contains", "Fee": "a fee",
    "Deadline": "a deadline", "Procedure": "a procedure", "Stage": "a stage", "End": "an end", "Right": "a right",
    "Practice": "a practice",
}  # fmt: skip


def kind_of(thing: model.Node) -> str:
    return KIND_NAMES.get(type(thing).__name__, "something else")


def scripts(name: str) -> set[str]:
    """The alphabets of a name: `LATIN`, `CYRILLIC`, …"""
    return set() if name.isascii() else {name_of(letter, "?").split()[0] for letter in name if letter.isalpha()}


def walk(node: Any) -> Iterator[model.Node]:
    """A node and everything inside it, in the order of the text."""
    ahead = [node]
    while ahead:
        one = ahead.pop()
        kind = type(one)
        if kind is tuple:
            ahead += reversed(one)
        elif kind in NODES:
            yield one
            ahead += [value for value in reversed(one.__dict__.values()) if type(value) in BRANCHES]


def _kinds(base: type[model.Node]) -> Iterator[type[model.Node]]:
    yield base
    for one in base.__subclasses__():
        yield from _kinds(one)


NODES = frozenset(_kinds(model.Node))  # pydantic's own isinstance takes ten times as long as a look into a set
BRANCHES = NODES | {tuple}
