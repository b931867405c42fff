"""Words of the grammar → the same in another tongue: each phrase as it is spelled where it stands; and what a diagnostic quotes."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from procedure_dsl.diagnostics import Diagnostic, Place
from procedure_dsl.keywords.read import Read
from procedure_dsl.keywords.table import PIECE, Table, russian
from procedure_dsl.words import ACTS, LAW, SPECIAL_SOURCES, START, vocabulary

GENITIVE_MOMENTS = (
    "from", "before", "to", "governed by", "counts from", "counts back from", "days in year of", "stands still from",
    "begins anew with", "with", "ends no earlier than", "ends no later than",
)  # fmt: skip
GENITIVE_UNITS = (
    "within", "at least", "at most", "above", "below", "up to", "to", "is at least", "is at most", "is above", "is below",
    "wait", "advice wait", "ends no earlier than", "ends no later than",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Piece:
    """A word or sign of a sentence: where it stands in its text, and whether it is a name."""

    text: str
    start: int
    end: int
    is_name: bool = False


def written(text: str, pieces: list[Piece], table: Table) -> str:
    """The text with each phrase spelled as it fits there, the longest first."""
    out, done, at, last = [], 0, 0, ""
    while at < len(pieces):
        count, phrase = phrase_at(text, pieces, at, table)
        if count:
            start, end = pieces[at].start, pieces[at + count - 1].end
            spelled = _spelled(text, pieces, at, count, phrase, last, table)
            before = text[done:start]
            if spelled.startswith(","):
                begins = not text[text.rfind("\n", 0, start) + 1 : start].strip()
                spelled = spelled.lstrip(", ") if begins else spelled
                before = before if begins else before.rstrip()
            out += [before, spelled]
            done, last, at = end, phrase, at + count
        else:
            at += 1
    return "".join([*out, text[done:]])


def is_verb(word: str, before: Sequence[tuple[str, bool]], line: str) -> bool:
    """Whether a name is the verb of an act: who acts stands before it, with `the`, and perhaps what is no name.

    `before` are the words before it, each with whether it is a name; `line` is its line up to it. A right has a name, no verb.
    """
    party = next((at for at in range(len(before) - 1, -1, -1) if before[at][1]), 0)
    acts = ACTS if party == len(before) - 1 else {*ACTS, *(act.removesuffix("s") for act in ACTS)}
    right = line.lstrip().startswith("at ")
    return word in acts and party > 0 and before[party - 1] == ("the", False) and not right


def phrase_at(text: str, pieces: list[Piece], at: int, table: Table) -> tuple[int, str]:
    """How many pieces the longest phrase here has, and which it is; nought for a name, a number, a text."""
    one = pieces[at]
    following = pieces[at + 1] if at + 1 < len(pieces) else Piece("", len(text), len(text))
    if one.is_name:
        line = text[text.rfind("\n", 0, one.start) + 1 : one.start]
        if is_verb(one.text, [(piece.text, piece.is_name) for piece in pieces[max(at - 4, 0) : at]], line):
            return 1, one.text
        if one.text in table.moments and (following.text == "of" or one.text == "start"):
            return (2 if following.text == "of" else 1), one.text
        return 0, ""
    if one.text == "working" and following.text in ("day", "days"):
        return 2, "working day"
    for phrase in table.by_first_word.get(one.text, ()):
        end = at + len(phrase)
        found = pieces[at:end]
        fits = tuple(piece.text for piece in found) == phrase and "\n" not in text[found[0].start : found[-1].end]
        if fits and all(not piece.is_name or piece.text in (LAW, *SPECIAL_SOURCES) for piece in found):
            return len(phrase), " ".join(phrase)
    unit = one.text.removesuffix("s")
    return (1, unit) if unit in table.units else (0, "")


def _spelled(text: str, pieces: list[Piece], at: int, count: int, phrase: str, last: str, table: Table) -> str:
    if pieces[at].is_name and count == 1 and phrase in {**table.acts, **table.bare_acts} and phrase != START:
        return {**table.acts, **table.bare_acts}[phrase][0]
    if pieces[at].is_name:
        nominative, genitive, *_ = table.moments[phrase]
        follows = at > 0 and not text[pieces[at - 1].end : pieces[at].start].strip() and last in GENITIVE_MOMENTS
        return genitive if follows else nominative
    if phrase in table.units:
        forms = table.units[phrase]
        number = pieces[at - 1].text if at else ""
        if not number[:1].isdigit():
            return forms[6] if text[pieces[at].end :].lstrip()[:4] != "from" else forms[2]
        after = text[pieces[at + count - 1].end :]
        is_range = last == "takes" and re.match(r"\s*to\b", after) is not None
        is_bound = last in GENITIVE_UNITS and re.match(r"\s*before\b", after) is None
        return forms[_form(number) + (3 if is_range or is_bound else 0)]
    start, end = pieces[at].start, pieces[at + count - 1].end
    line = text.rfind("\n", 0, start) + 1
    rest = text[end:].split("\n", 1)[0]
    return next(one.words for one in table.phrases[phrase] if one.fits(text[line:start], rest))


def _form(number: str) -> int:
    """Which form a unit takes behind a number: 0 as behind 1 and 21, 1 as behind 2 and 24, 2 as behind 5 and 11."""
    if "." in number:
        return 1
    whole = int("".join(number.split()))
    if whole % 10 == 1 and whole % 100 != 11:
        return 0
    return 1 if whole % 10 in (2, 3, 4) and whole % 100 not in (12, 13, 14) else 2


# ── Diagnostics ─────────────────────────────────────────────────────────────────────────────────


def told_at(diagnostic: Diagnostic, read: Read, names: Collection[str] = ()) -> Diagnostic:
    """A diagnostic about a line as it was read, in the words in which that was written, at its place there."""
    where = diagnostic.place
    typed = {read.english[where.column - 1 : where.end_column - 1]: read.seen(where)}
    for quoted in re.findall(r"`([^`]+)`", diagnostic.seen):
        found = re.search(rf"(?<!\w){re.escape(quoted)}(?!\w)", read.english)
        if found:
            here = Place(where.source, where.line, found.start() + 1, where.line, found.end() + 1)
            typed.setdefault(quoted, read.seen(here))
    place = Place(where.source, where.line, read.start(where.column), where.end_line, read.end(where.end_column))
    return told_in_russian(replace(diagnostic, place=place), names, typed)


def told_in_russian(
    diagnostic: Diagnostic, names: Collection[str] = (), typed: dict[str, str] | None = None
) -> Diagnostic:
    """What it quotes of the language, in Russian words; `typed` are quotations that are known as they were typed."""
    table = russian()

    def quoted(found: re.Match[str]) -> str:
        inside = found.group(1)
        return f"`{(typed or {}).get(inside) or phrase_in_russian(inside, table, names)}`"

    def listed(found: re.Match[str]) -> str:
        words = found.group().split(", ")
        spelled = [table.spellings(word)[:1] for word in words]
        return ", ".join(one[0] if one else word for one, word in zip(spelled, words, strict=True))

    def said(text: str) -> str:
        text = re.sub(r"(?<=: )[a-z]+(?:, [a-z]+)+", listed, text)
        return re.sub(r"`([^`]*)`", quoted, text)

    return replace(diagnostic, seen=said(diagnostic.seen), help=said(diagnostic.help))


def phrase_in_russian(text: str, table: Table, names: Collection[str] = ()) -> str:
    """A part of a sentence in Russian words; of an act, its verb."""
    pieces: list[Piece] = []
    for found in PIECE.finditer(re.sub(r'"[^"]*"', lambda one: " " * len(one.group()), text)):
        word = found.group()
        is_name = word in names or (word[0].isalpha() and (word in ACTS or word not in vocabulary()))
        is_name = is_name or (word in table.moments and bool(re.match(r"\s+of\b", text[found.end() :])))
        pieces.append(Piece(word, found.start(), found.end(), is_name))
    if len(pieces) == 1 and pieces[0].text in table.acts and pieces[0].text not in names:
        return table.acts[pieces[0].text][0]
    return written(text, pieces, table)
