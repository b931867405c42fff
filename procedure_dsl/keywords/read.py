"""Lines in another tongue → the same lines in the words of the grammar, each column known in both.

Only words outside texts and comments are read; what is no phrase of the table stays as it is. A phrase that stands where a
name stands was a name: it is put back when the line has been parsed (`restore`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from lark import Token, Tree

from procedure_dsl.diagnostics import Place
from procedure_dsl.keywords.table import PIECE, Meant, Table, folded, russian
from procedure_dsl.source import BLANKS, is_sentence, without_texts
from procedure_dsl.words import ACTS, CONTINUATIONS, ENDS, SENTENCES, START

BEGINNINGS = frozenset((*SENTENCES, *CONTINUATIONS, ENDS))

BEGINS = re.compile(rf"[{BLANKS}]*([\u0400-\u04ff]\w*)")  # a line whose first word is no word of the grammar


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase in its line: where it stands there (0-based, end exclusive), where in the English line, and what that says."""

    start: int
    end: int
    english_start: int
    english_end: int
    english: str


@dataclass(frozen=True, slots=True)
class Read:
    """A line in the words of the grammar, and the phrases that were put into them."""

    written: str
    english: str
    phrases: tuple[Phrase, ...]

    def start(self, column: int) -> int:
        """The column (1-based) in the line as written of something that begins at a column of the English one."""
        shift = 0
        for one in self.phrases:
            if one.english_start < column <= one.english_end:
                return one.start + 1
            if one.english_end < column:
                shift = one.end - one.english_end
        return max(column + shift, 1)

    def end(self, column: int) -> int:
        """The same of an end (1-based, exclusive)."""
        shift = 0
        for one in self.phrases:
            if one.english_start < column - 1 <= one.english_end:
                return one.end + 1
            if one.english_end < column - 1:
                shift = one.end - one.english_end
        return max(column + shift, 1)

    def seen(self, place: Place) -> str:
        """What was typed at a place of the English line."""
        return self.written[self.start(place.column) - 1 : self.end(place.end_column) - 1]


def read_lines(lines: list[str]) -> list[Read] | None:
    """The lines of one declaration; None if none of them speaks another tongue.

    One that begins with a foreign word does; and where the declaration does, so do all of its lines.
    """
    if not any(map(BEGINS.match, lines)):
        return None
    table = russian()
    heading = next((line for line in lines if is_sentence(line)), "")
    whole = not heading[:1].isspace() and BEGINS.match(heading) is not None
    if not (whole or any(_begins(line, table) for line in lines)):
        return None
    return [read_line(line, table) if whole or _begins(line, table) else Read(line, line, ()) for line in lines]


def _begins(line: str, table: Table) -> bool:
    """Whether a line begins with a phrase with which a sentence, or the rest of one, can begin."""
    word = BEGINS.match(line)
    if word is None or folded(word.group(1)) not in table.meanings:
        return False
    read = read_line(line, table)
    return bool(read.phrases) and read.phrases[0].english.split()[0] in BEGINNINGS


def read_line(line: str, table: Table) -> Read:
    """One line, phrase by phrase, the longest first."""
    if line.isascii():
        return Read(line, line, ())
    found = list(PIECE.finditer(without_texts(line)))
    pieces = [folded(one.group()) for one in found]
    out, done, length, phrases, at = [], 0, 0, [], 0
    while at < len(pieces):
        count, meant = _phrase_at(line, found, pieces, at, table)
        if meant is None:
            at += 1
            continue
        start, end = found[at].start(), found[at + count - 1].end()
        english = _english(meant, pieces, at, at + count, line, found, table)
        between = line[done:start]
        if pieces[at] == ",":  # «, если» is written as in Russian; the comma belongs to no other sentence
            start = found[at + 1].start()
            between += " " * (not between[-1:].isspace())
        out += [between, english]
        length += len(between)
        phrases.append(Phrase(start, end, length, length + len(english), english))
        length, done, at = length + len(english), end, at + count
    return Read(line, "".join([*out, line[done:]]), tuple(phrases))


def in_english(words: str) -> str:
    """A few words that stand alone, such as `10 рабочих дней` or `да`."""
    return read_line(words, russian()).english if not words.isascii() else words


def _phrase_at(
    line: str, found: list[re.Match[str]], pieces: list[str], at: int, table: Table
) -> tuple[int, Meant | None]:
    """How many pieces the longest phrase here has, and what it means."""
    for phrase, meant in table.meanings.get(pieces[at], ()):
        end = at + len(phrase)
        if tuple(pieces[at:end]) == phrase and not any(
            line[found[n].end() : found[n + 1].start()].strip() for n in range(at, end - 1)
        ):
            return len(phrase), meant
    return 0, None


def _english(
    meant: Meant, pieces: list[str], at: int, end: int, line: str, found: list[re.Match[str]], table: Table
) -> str:
    """The words of the grammar: a unit in its number, a moment with the `of` that Russian leaves out."""
    if meant.kind == "unit":
        one = at > 0 and pieces[at - 1] == "1" and not (at > 1 and pieces[at - 2].isdigit())
        return meant.english if one else f"{meant.english}s"
    if meant.kind == "moment" and end < len(pieces) and re.match(r"[^\W\d]", pieces[end]):
        named = _phrase_at(line, found, pieces, end, table)[1] is None
        return f"{meant.english} of" if named else meant.english
    return meant.english


# ── What was parsed ─────────────────────────────────────────────────────────────────────────────


def restore(tree: Tree[Token], lines: list[Read]) -> None:
    """Columns as they were written, and names that look like phrases as they were typed."""
    for node in tree.iter_subtrees():
        meta = node.meta
        if not meta.empty:
            meta.column, meta.end_column = _columns(meta.line, meta.column, meta.end_line, meta.end_column, lines)
        names, modal = 0, any(isinstance(child, Token) and child.type == "MODALITY" for child in node.children)
        verbs = {act.removesuffix("s") for act in ACTS} | set(ACTS) if modal else set(ACTS)
        for at, child in enumerate(node.children):
            if not isinstance(child, Token) or child.line is None:
                continue
            names += child.type == "NAME"
            is_verb = node.data == "step" and names == 2 and str(child) in verbs
            is_word = is_verb or str(child) == START
            node.children[at] = _restored(child, lines, is_word)


def _restored(token: Token, lines: list[Read], is_word: bool) -> Token:
    line, end_line = token.line or 1, token.end_line or 1
    typed = typed_name(token, lines) if token.type == "NAME" and not is_word else str(token)
    start, end = _columns(line, token.column or 1, end_line, token.end_column or 1, lines)
    return Token(token.type, typed, token.start_pos, line, start, end_line, end, token.end_pos)


def typed_name(token: Token, lines: list[Read]) -> str:
    """A name as it was typed, if what was typed was taken for a phrase."""
    read = lines[(token.line or 1) - 1]
    here = (token.column or 1) - 1, (token.end_column or 1) - 1
    typed = (read.written[one.start : one.end] for one in read.phrases if (one.english_start, one.english_end) == here)
    return next(typed, str(token))


def _columns(line: int, column: int, end_line: int, end_column: int, lines: list[Read]) -> tuple[int, int]:
    start = lines[line - 1].start(column) if line <= len(lines) else column
    return start, lines[end_line - 1].end(end_column) if end_line <= len(lines) else end_column
