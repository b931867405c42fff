"""A sentence that cannot be read: what stood where it broke, and what could have stood there."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

from lark.exceptions import UnexpectedInput, UnexpectedToken

from procedure_dsl.diagnostics import Diagnostic, Place, nearest
from procedure_dsl.source import without_texts
from procedure_dsl.words import spellings

END_OF_LINE, DEEPER_LINE, NAME, TEXT, COMMA, COLON = (
    "the end of the line",
    "an indented line",
    "a name",
    'a text in "quotes"',
    "a comma",
    "a colon",
)
TAIL = ("when", "unless", "since", "until", "by")  # in the order in which they stand


@dataclass(frozen=True)
class Broken:
    """A sentence that cannot be read, and what stood where it broke."""

    place: Place
    line: str
    error: UnexpectedInput
    above: str  # the last sentence before it in its declaration, if there is one
    is_heading: bool
    is_start: bool  # the place is in the first line of the sentence
    block: str = ""  # the word with which its declaration begins

    @cached_property
    def text(self) -> str:
        """The line, blank where texts and comments stand."""
        return without_texts(self.line)

    @cached_property
    def word(self) -> str:
        return self.line[self.place.column - 1 : self.place.end_column - 1].strip()

    @cached_property
    def first(self) -> str:
        return self.line.split(None, 1)[0] if self.line.strip() else ""

    @cached_property
    def before(self) -> str:
        """The word or sign directly before the place."""
        found = re.search(r"([\w%]+|->|\S)\s*$", self.line[: self.place.column - 1])
        return found.group(1) if found else ""

    @cached_property
    def begins_here(self) -> bool:
        return self.is_start and not self.line[: self.place.column - 1].strip()

    @cached_property
    def kind(self) -> str:
        """What kind of token came unexpected; empty for a sign that the language does not have."""
        return self.error.token.type if isinstance(self.error, UnexpectedToken) else ""

    @cached_property
    def wanted(self) -> list[str]:
        """What could have stood here, as a writer spells it."""
        error = self.error
        names: Iterable[str] = getattr(error, "accepts", None) or getattr(error, "allowed", None) or ()
        return sorted({word for name in names for word in spellings(name)})

    def at(self, found: re.Match[str], group: int = 0) -> Place:
        place = self.place
        return Place(place.source, place.line, found.start(group) + 1, place.line, found.end(group) + 1)

    def near_a_word(self) -> str | None:
        """The word of the language that was misspelt here, if one of those that could stand here is like it."""
        meant = nearest(self.word, [one.strip("`") for one in self.wanted if one.startswith("`")])
        return meant if meant != self.word else None

    def told(self, code: str, seen: str, help_: str, place: Place | None = None) -> Diagnostic:
        return Diagnostic(code, place or self.place, seen, help_)


Explanation = Callable[[Broken], Diagnostic | None]
