"""A user's mistake as a value: what was seen, where, what may have been meant, what to do."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from procedure_dsl.keywords.table import russian
from procedure_dsl.wording import say

Severity = Literal["error", "warning"]


class Place:
    """Where a thing stands: 1-based lines and columns, the end exclusive.

    Two places are always equal, so that two models are equal when they say the same, wherever they say it.
    """

    __slots__ = ("column", "end_column", "end_line", "line", "source")

    def __init__(self, source: str, line: int, column: int, end_line: int, end_column: int) -> None:
        self.source, self.line, self.column, self.end_line, self.end_column = source, line, column, end_line, end_column

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Place)

    def __hash__(self) -> int:
        return 0

    def __repr__(self) -> str:
        return f"{self.source}:{self.line}:{self.column}"

    @property
    def key(self) -> tuple[str, int, int]:
        return self.source, self.line, self.column

    def seen_from(self, other: Place) -> str:
        """`line 12`; of another file than the other place `line 12 of parts/calendar.proc`."""
        return f"line {self.line}" + (f" of {self.source}" if self.source != other.source else "")

    def to(self, other: Place) -> Place:
        """From the start of this place to the end of the other."""
        return Place(self.source, self.line, self.column, other.end_line, other.end_column)


NOWHERE = Place("", 0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One mistake. `code` is explained by `proc explain CODE`; `seen` is one clause; `help` says what to type."""

    code: str
    place: Place
    seen: str
    help: str = ""
    severity: Severity = "error"

    @property
    def is_error(self) -> bool:
        return self.severity == "error"

    def as_data(self) -> dict[str, Any]:
        """The same for a program: stable keys, 1-based positions."""
        where = self.place
        return {
            "code": self.code,
            "severity": self.severity,
            "source": where.source,
            "line": where.line,
            "column": where.column,
            "end_line": where.end_line,
            "end_column": where.end_column,
            "message": self.seen,
            "help": self.help,
        }


MOST_MISTAKES = 100  # beyond this a list helps nobody; the last one says that it was cut


def cut_short(told: list[Diagnostic], what: str, stopped: bool = False) -> list[Diagnostic]:
    """No more mistakes than help; the last one says that there may be others."""
    if len(told) < MOST_MISTAKES and not stopped:
        return told
    told = told[:MOST_MISTAKES]
    seen = f"{len(told)} mistakes are told; the rest of the file was not {what}"
    return [*told, Diagnostic("too-many", told[-1].place, seen, "Correct these first.")]


def in_order(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """By place, each mistake once."""
    unique = {(d.place.key, d.code, d.seen): d for d in diagnostics}
    return [unique[key] for key in sorted(unique)]


def each_once(diagnostics: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
    """What is misspelt where it is declared is wrong wherever it is used: told at the first place, with the lines of the others."""
    same: dict[tuple[str, str], list[Diagnostic]] = {}
    for one in in_order(diagnostics):
        same.setdefault(sameness(one), []).append(one)
    for first, *others in same.values():
        lines = [str(line) for line in sorted({one.place.line for one in others} - {first.place.line})]
        more = f"{', '.join(lines[:6])}{f' and {len(lines) - 6} more' if len(lines) > 6 else ''}"
        where = f"The same in line{'s' if len(lines) > 1 else ''} {more}." if lines else ""
        yield replace(first, help=f"{first.help} {where}".strip())


_NO_SUCH_NAME = re.compile(r"no .* has the name (`[^`]*`)$")
_OF_A_TYPE = re.compile(r"(`\w+` is an? [^,]*),")


def sameness(diagnostic: Diagnostic) -> tuple[str, str]:
    """The same for two diagnostics that are one mistake made in two places."""
    source, line, column = diagnostic.place.key
    no_such = _NO_SUCH_NAME.match(diagnostic.seen)
    if no_such:
        return source, no_such.group(1)
    of_a_type = _OF_A_TYPE.match(diagnostic.seen)
    if of_a_type and diagnostic.code in ("wrong-type", "not-a-condition", "wrong-comparison"):
        return source, of_a_type.group(1)
    if diagnostic.code.startswith("unknown-") or diagnostic.code in ("wrong-currency", "never-happens"):
        return source, diagnostic.seen
    return source, f"{line}:{column} {diagnostic.code} {diagnostic.seen}"


LARGE_POOL = 300  # names; beyond this only those are compared that begin or end alike


def nearest(name: str, candidates: Iterable[str]) -> str | None:
    """The candidate most like `name`, if any is like it at all; look-alike letters of two scripts count as one."""
    folded: dict[str, str] = {}
    for candidate in sorted(set(candidates)):
        folded.setdefault(look_alike(candidate), candidate)
    looks = look_alike(name)
    if not name.isascii():
        for candidate in sorted(set(candidates)):
            for spelled in russian().spellings(candidate):
                folded.setdefault(look_alike(spelled), candidate)
    pool = list(folded)
    if len(pool) > LARGE_POOL:
        pool = [
            one for one in pool if (one[:2] == looks[:2] or one[-2:] == looks[-2:]) and abs(len(one) - len(looks)) < 4
        ]
    close = difflib.get_close_matches(looks, pool, n=1, cutoff=0.6)
    return folded[close[0]] if close else None


def did_you_mean(name: str, candidates: Sequence[str], else_say: str = "") -> str:
    """The help line of an unknown name."""
    meant = nearest(name, candidates)
    if meant:
        return say("Did you mean `{meant}`?", meant=meant)
    if else_say:
        return else_say
    known = sorted(set(candidates))
    return say("Known here: {names}.", names=", ".join([*known[:12], *["…"][: len(known) > 12]])) if known else ""


_LOOK_ALIKES = str.maketrans("асеорхукіАВСЕНІКМОРТХ", "aceopxykiABCEHIKMOPTX")


def look_alike(name: str) -> str:
    """What a name looks like: the same for letters of two alphabets that are drawn alike."""
    if name.isascii():
        return name.casefold()
    return unicodedata.normalize("NFKC", name).translate(_LOOK_ALIKES).casefold()


def text_cells(text: str) -> int:
    """How many terminal cells a text takes; a wide letter takes two, a combining mark none."""
    return sum(
        0 if unicodedata.combining(letter) else 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        for letter in text
    )


def render_diagnostic(diagnostic: Diagnostic, line: str) -> str:
    """The mistake as a person reads it: headline, place, the line with a caret under it, the help."""
    where = diagnostic.place
    head = f"{diagnostic.severity}[{diagnostic.code}]: {diagnostic.seen}"
    if not where.line:
        return "\n".join([head, *([f"   {diagnostic.help}"] if diagnostic.help else [])])
    number = str(where.line)
    gutter = " " * len(number)
    before, marked = _excerpt(line, where)
    rows = [head, f"{gutter} ┌─ {where.source}:{where.line}:{where.column}"]
    if line.strip():
        rows += [f"{number} │ {before[0]}", f"{gutter} │ {' ' * before[1]}{'^' * marked}"]
    if diagnostic.help:
        rows.append(f"{gutter} {diagnostic.help}")
    return "\n".join(rows)


def _excerpt(line: str, where: Place) -> tuple[tuple[str, int], int]:
    """The line (cut when very long), the cells before the caret, and the caret's width in cells."""
    end = where.end_column if where.end_line == where.line else len(line) + 1
    start = min(max(where.column - 1, 0), len(line))
    end = min(max(end - 1, start + 1), max(len(line), start + 1))
    cut = 0
    shown = line.replace("\t", " ")
    if len(shown) > 160:
        cut = max(0, start - 60)
        shown = ("…" if cut else "") + shown[cut : cut + 150] + "…"
    lead = text_cells(line[cut:start].replace("\t", " ")) + (1 if cut else 0)
    return (shown, lead), max(1, min(text_cells(line[start:end]), 120))
