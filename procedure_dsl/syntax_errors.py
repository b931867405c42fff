"""What to say of a sentence that cannot be read: in the words of the person who wrote it, never in tokens."""

from __future__ import annotations

import re
from collections.abc import Iterable

from lark.exceptions import UnexpectedInput, UnexpectedToken

from procedure_dsl.diagnostics import Diagnostic, Place, nearest
from procedure_dsl.words import DECLARATIONS, SENTENCES, spelling

_DECLARES = re.compile(
    r"\s*(?:source|party|reading|value|fact|rule|document|fee|deadline|procedure|stage|end|practice"
    r"|contains|prefer|or|except)\s+([^\W\d]\w*)"
)


def declared_name(line: str) -> set[str]:
    """The name a lost sentence would have declared, so that nobody is told a second time that it is missing."""
    found = _DECLARES.match(line)
    return {found.group(1)} if found else set()


def describe(place: Place, line: str, column: int, error: UnexpectedInput, is_heading: bool) -> Diagnostic:
    """The diagnostic of one unreadable sentence."""
    special = _habit(place, line, column)
    if special:
        return special
    wanted = _wanted(error)
    word = line[column - 1 : place.end_column - 1].strip()
    first = line.split(None, 1)[0] if line.strip() else ""
    indent = isinstance(error, UnexpectedToken) and error.token.type == "_INDENT"
    if indent:
        return Diagnostic(
            "bad-indent", place, "this line stands further in than its neighbours, and nothing above it opens a block",
            "Move it back to the edge of the sentences around it.",
        )  # fmt: skip
    if isinstance(error, UnexpectedToken) and error.token.type in ("_NL", "$END", "_DEDENT"):
        if "an indented line" in wanted:
            seen = f"`{first}` opens a block, but no line stands further in below it"
            return Diagnostic("empty-block", place, seen, "Write its sentences below it, two blanks further in.")
        return Diagnostic("unfinished", place, "this sentence ends too soon", _say(wanted, word))
    if word == first:
        known = DECLARATIONS if is_heading else SENTENCES
        meant = nearest(word, known)
        help_ = f"Did you mean `{meant}`?" if meant and meant != word else _say(wanted, word)
        if is_heading and first not in DECLARATIONS:
            return Diagnostic("unknown-declaration", place, f"no declaration begins with `{word}`", help_)
        return Diagnostic("unknown-sentence", place, f"no sentence of this block begins with `{word}`", help_)
    return Diagnostic("unexpected", place, f"`{word or line.strip()[:20]}` cannot stand here", _say(wanted, word))


def _habit(place: Place, line: str, column: int) -> Diagnostic | None:
    """Mistakes that a habit explains better than a grammar does."""
    bare = re.sub(r'"[^"]*"|«[^»]*»|“[^”]*”', lambda m: " " * len(m.group()), line)
    text = bare.split("#", 1)[0]

    def at(found: re.Match[str]) -> Place:
        return Place(place.source, place.line, found.start() + 1, place.line, found.end() + 1)

    if quote := re.search(r'["«“„]', text):
        help_ = "Close it on the same line."
        return Diagnostic("open-quote", at(quote), "this quotation is opened and never closed", help_)
    if date := re.search(r"\b(\d{1,2})[./](\d{1,2})[./](\d{4})\b", text):
        day, month, year = date.groups()
        help_ = f"Write {year}-{int(month):02}-{int(day):02}."
        return Diagnostic("bad-date", at(date), f"`{date.group()}` is not how dates are written here", help_)
    if comma := re.search(r"\b\d+,\d+\b", text):
        help_ = f"Write {comma.group().replace(',', '.')}; a blank groups thousands: 14 300.00."
        return Diagnostic("decimal-comma", at(comma), "the decimal sign is a point", help_)
    if arrow := re.search(r"=>|→|–>|—>|-->", text):
        return Diagnostic("bad-arrow", at(arrow), f"`{arrow.group()}` is not an arrow here", "Write ->.")
    if bracket := re.search(r"[()\[\]{};]", text):
        help_ = "No brackets are needed: give the part inside a name of its own, with a rule."
        return Diagnostic("bracket", at(bracket), f"`{bracket.group()}` is not used in this language", help_)
    if text.lstrip().startswith("|") and text.count("|") < 3:
        end = len(text.rstrip()) + 1
        where = Place(place.source, place.line, end, place.line, end + 1)
        return Diagnostic("open-row", where, "this row of the table is not closed", "End each cell with a bar: | … | … |")
    found = re.search(r"\b(by|since|until)\b.*\b(when|unless)\b", text)
    if found and column - 1 >= found.start():
        help_ = "The order is: when, unless, since, until, by."
        return Diagnostic("tail-order", place, "a condition stands before the source of the sentence", help_)
    return None


def _wanted(error: UnexpectedInput) -> list[str]:
    names: Iterable[str] = getattr(error, "accepts", None) or getattr(error, "expected", None) or getattr(error, "allowed", None) or ()
    return sorted({spelling(name) for name in names} - {""})


def _say(wanted: list[str], word: str) -> str:
    meant = nearest(word, [w.strip("`") for w in wanted if w.startswith("`")]) if word else None
    if meant and meant != word:
        return f"Did you mean `{meant}`?"
    if not wanted or len(wanted) > 14:
        return ""
    return f"Here could stand: {', '.join(wanted)}."
