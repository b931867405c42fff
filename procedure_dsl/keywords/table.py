"""A table of phrases, as `ru.toml` holds it, ready to be looked up from either side."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from procedure_dsl.words import RESERVED, START

PIECE = re.compile(r"\w+|[^\w\s]")
APART = ("acts", "bare_acts", "moments", "units")  # sections whose words change with what stands beside them
NUMBERED = 7  # forms of a unit: one, few, many; the same in the genitive; without a number


@dataclass(frozen=True, slots=True)
class Spelling:
    """One way to spell a phrase; to write it, what stands before and behind it must fit."""

    words: str
    ahead: str = ""
    behind: str = ""

    def fits(self, before: str, after: str) -> bool:
        """Whether it is the one to write between two parts of the English sentence."""
        return (not self.ahead or re.match(self.ahead, after.lstrip()) is not None) and (
            not self.behind or re.search(rf"{self.behind}\s*$", before) is not None
        )


@dataclass(frozen=True, slots=True)
class Meant:
    """What a foreign phrase stands for: words of the grammar; of a moment or a unit, its first word alone."""

    english: str
    kind: str = "phrase"  # or act, moment, unit


Pieces = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Phrase of the grammar → spellings, and first piece of a spelling → what it can be the beginning of, longest first."""

    phrases: dict[str, tuple[Spelling, ...]]
    acts: dict[str, tuple[str, ...]]
    bare_acts: dict[str, tuple[str, ...]]
    moments: dict[str, tuple[str, ...]]
    units: dict[str, tuple[str, ...]]
    meanings: dict[str, tuple[tuple[Pieces, Meant], ...]]
    by_first_word: dict[str, tuple[Pieces, ...]]

    def spellings(self, word: str) -> tuple[str, ...]:
        """How a word or phrase of the grammar can be spelled; nothing for one that stands in longer phrases only."""
        found = [one.words.lstrip(", ") for one in self.phrases.get(word, ())]
        for part in (self.acts, self.bare_acts, self.moments, self.units):
            found += part.get(word, part.get(word.removesuffix("s"), ()) if part is self.units else ())
        if word == "working":
            found += [form.split()[0] for form in self.units["working day"]]
        return tuple(dict.fromkeys(found))

    def reserves(self, name: str) -> bool:
        """Whether a name would be read as a word: where it stands for one that no name can be, or for several."""
        meanings = [meant for pieces, meant in self.meanings.get(folded(name), ()) if pieces == (folded(name),)]
        return any(
            meant.kind == "unit" or (meant.kind == "phrase" and (" " in meant.english or meant.english in RESERVED))
            for meant in meanings
        ) or any(meant.english == START for meant in meanings)


@cache
def russian() -> Table:
    """The table of the Russian words."""
    return read_table((resources.files("procedure_dsl") / "keywords" / "ru.toml").read_text(encoding="utf-8"))


def read_table(text: str) -> Table:
    data = tomllib.loads(text)
    phrases = {
        english: tuple(Spelling(one) if isinstance(one, str) else Spelling(one["ru"], one.get("ahead", ""), one.get("behind", "")) for one in spelled)
        for section, part in data.items() if section not in APART
        for english, spelled in part.items()
    }  # fmt: skip
    acts, bare, moments, units = ({word: tuple(forms) for word, forms in data[part].items()} for part in APART)
    meanings: dict[str, list[tuple[Pieces, Meant]]] = {}
    for words, meant in _every(phrases, {**acts, **bare}, moments, units):
        pieces = pieces_of(words)
        meanings.setdefault(pieces[0], []).append((pieces, meant))
    english: dict[str, list[Pieces]] = {}
    for phrase in phrases:
        english.setdefault(phrase.split()[0], []).append(tuple(phrase.split()))
    return Table(phrases, acts, bare, moments, units, _longest_first(meanings), _longest_first(english))


def _every(
    phrases: dict[str, tuple[Spelling, ...]], acts: Any, moments: Any, units: Any
) -> Iterator[tuple[str, Meant]]:
    """Every spelling, and what it means; a comma before it may be left out."""
    for english, spelled in phrases.items():
        for one in spelled:
            yield one.words, Meant(english)
            if one.words.startswith(","):
                yield one.words[1:].strip(), Meant(english)
    for part, kind in ((acts, "act"), (moments, "moment"), (units, "unit")):
        for english, forms in part.items():
            for form in dict.fromkeys(forms):
                yield form, Meant(english, kind)


def _longest_first(found: dict[str, Any]) -> dict[str, Any]:
    def length(one: Any) -> int:
        return len(one[0]) if isinstance(one[0], tuple) else len(one)

    return {first: tuple(sorted(dict.fromkeys(several), key=length, reverse=True)) for first, several in found.items()}


def pieces_of(words: str) -> Pieces:
    """Words and signs, «ё» and «е» as one letter."""
    return tuple(folded(found) for found in PIECE.findall(words))


def folded(piece: str) -> str:
    return piece if piece.isascii() else piece.replace("ё", "е")


def keywords_covered(table: Table) -> set[str]:
    """The words of the grammar that stand in some phrase of a table."""
    every: Iterable[str] = (*table.phrases, *table.acts, *table.bare_acts, *table.moments, *table.units)
    return {word for phrase in every for word in phrase.split()}
