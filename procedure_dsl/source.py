"""Bytes → source: one text with stable places, whatever editor wrote it."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from procedure_dsl.diagnostics import Diagnostic, Place
from procedure_dsl.words import CONTINUATIONS

LARGEST_FILE = 1_000_000  # bytes; both shipped jurisdictions together are below a tenth of it
LONGEST_LINE = 2_000  # characters
MOST_OPERATIONS = 50  # in one line; keeps every expression shallow, so nothing downstream can run out of stack
_BYTE_ORDER_MARKS = (b"\xff\xfe", b"\xfe\xff")  # of UTF-16, which some editors write
BLANKS = " \t\u00a0\u202f"  # a blank, a tab, and the blanks that do not break a line


@dataclass(frozen=True, slots=True)
class Source:
    """A text and the name the user typed for it. `text` has no BOM, only LF line ends, and is NFC."""

    name: str
    text: str
    sha256: str = field(default="", compare=False)
    folder: Path | None = field(default=None, compare=False)

    @property
    def lines(self) -> list[str]:
        return self.text.split("\n")

    def line(self, number: int) -> str:
        """The text of a line (1-based); empty when there is no such line."""
        lines = self.lines
        return lines[number - 1] if 0 < number <= len(lines) else ""


def source_of_text(text: str, name: str = "text", folder: Path | None = None) -> Source:
    """A source from a string, normalised as a file would be."""
    return _source(
        text.removeprefix("\ufeff"), name, hashlib.sha256(text.encode("utf-8", "replace")).hexdigest(), folder
    )


def read_source(data: bytes, name: str, folder: Path | None = None) -> tuple[Source, list[Diagnostic]]:
    """A source from the bytes of a file; what cannot be read is a diagnostic beside an empty source."""
    digest = hashlib.sha256(data).hexdigest()
    start = Place(name, 1, 1, 1, 1)
    if len(data) > LARGEST_FILE:
        seen = f"this file has {len(data):,} bytes, and a .proc file may have {LARGEST_FILE:,} at most"
        return Source(name, "", digest, folder), [Diagnostic("too-large", start, seen, "Split it into several files.")]
    try:
        text = _decode(data)
    except UnicodeDecodeError as error:
        encoding = _likely_encoding(data)
        line = data.count(b"\n", 0, error.start) + 1
        return Source(name, "", digest, folder), [
            Diagnostic(
                "not-utf-8",
                Place(name, line, 1, line, 1),
                f"this file is not UTF-8 text (byte {error.start + 1}); it looks like {encoding}",
                f"Convert it with `proc fmt {name} --from {encoding}`, which keeps a copy beside it.",
            )
        ]
    return _source(text, name, digest, folder), []


def _decode(data: bytes) -> str:
    if data[:2] in _BYTE_ORDER_MARKS:
        return data.decode("utf-16")
    if _likely_encoding(data[:400]).startswith("utf-16"):
        raise UnicodeDecodeError("utf-8", data, 0, 1, "every other byte is nought")
    return data.decode("utf-8-sig")


def _source(text: str, name: str, digest: str, folder: Path | None) -> Source:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return Source(name, unicodedata.normalize("NFC", text), digest, folder)


def _likely_encoding(data: bytes) -> str:
    """UTF-16 by its noughts; windows-1251 unless its letters are outnumbered by what that page reserves for signs."""
    if data[:2] in _BYTE_ORDER_MARKS:
        return "utf-16"
    for encoding, noughts in (("utf-16-le", data[1:400:2]), ("utf-16-be", data[:400:2])):
        if noughts.count(0) * 2 > len(noughts):
            return encoding
    high = [byte for byte in data if byte >= 0x80]
    letters = sum(byte >= 0xC0 for byte in high)
    return "windows-1251" if 2 * letters >= len(high) else "cp866"


# ── Lines ───────────────────────────────────────────────────────────────────────────────────────


def is_sentence(line: str) -> bool:
    """Whether a line says anything: it is neither blank nor a comment."""
    said = line.lstrip(BLANKS)
    return bool(said) and said[0] != "#"


def declarations(source: Source) -> Iterator[tuple[int, list[str]]]:
    """The file cut before each line that begins at the margin: (number of its first line, its lines)."""
    chunk: list[str] = []
    first, begun = 1, False
    for number, line in enumerate(source.lines, 1):
        says = is_sentence(line)
        if begun and says and not line[0].isspace():
            yield first, chunk
            chunk, first = [], number
        begun = begun or says
        chunk.append(line)
    if begun:
        yield first, chunk


def indentation(line: str) -> int:
    """How far in a line stands; a tab counts as two blanks."""
    edge = line[: len(line) - len(line.lstrip(BLANKS))]
    return len(edge) + edge.count("\t")


def goes_on(line: str) -> bool:
    """Whether a line goes on with the sentence above it, as the grammar says."""
    return _GOES_ON.match(line) is not None


def without_texts(line: str) -> str:
    """The line with blanks in the place of its quoted texts and its comment, so that every column stays."""
    bare = _TEXT.sub(lambda found: " " * len(found.group()), line)
    return bare.split("#", 1)[0]


def said(line: str) -> str:
    """The line without its comment and the blanks before that."""
    comment = len(without_texts(line)) if "#" in line else len(line)
    return line[:comment].rstrip(BLANKS)


_GOES_ON = re.compile(rf"[{BLANKS}]+(?:(?:{'|'.join(CONTINUATIONS)})\b|[a-z]{{2}}[{BLANKS}]*[\"«“])")
_TEXT = re.compile(r'"[^"]*"|«[^»]*»|“[^”]*”')
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_OPERATION = re.compile(r"[+×*/%]|-(?!>)")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")


def _operations(line: str) -> list[re.Match[str]]:
    """The signs of calculation in a line."""
    return list(_OPERATION.finditer(_DATE.sub("0" * 10, without_texts(line))))


def unreadable_lines(source: Source) -> list[Diagnostic]:
    """Lines that no sentence looks like are told and not parsed: overlong ones, and those with control characters."""
    found: list[Diagnostic] = []
    controls = _CONTROL.search(source.text) is not None
    for number, line in enumerate(source.lines, 1):
        if len(line) > LONGEST_LINE:
            place = Place(source.name, number, LONGEST_LINE, number, LONGEST_LINE + 1)
            seen = f"this line has {len(line):,} characters, and a sentence may have {LONGEST_LINE:,} at most"
            found.append(Diagnostic("line-too-long", place, seen, "Give the long part a name of its own."))
        elif len(line) > MOST_OPERATIONS and (operations := _operations(line))[MOST_OPERATIONS:]:
            column = operations[MOST_OPERATIONS].start() + 1
            place = Place(source.name, number, column, number, column + 1)
            seen = f"this line has {len(operations)} operations, and a sentence may have {MOST_OPERATIONS} at most"
            found.append(Diagnostic("line-too-long", place, seen, "Give parts of it names of their own, with rules."))
        elif controls and (control := _CONTROL.search(line)):
            place = Place(source.name, number, control.start() + 1, number, control.end() + 1)
            seen = f"an invisible character (U+{ord(control.group()):04X}) stands here"
            found.append(Diagnostic("bad-character", place, seen, "Delete it, or type the line again."))
    return found
