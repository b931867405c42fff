"""Bytes → source: one text with stable places, whatever editor wrote it."""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path

from procedure_dsl.diagnostics import Diagnostic, Place

LARGEST_FILE = 2_000_000  # bytes; both shipped jurisdictions together are below a tenth of it
LONGEST_LINE = 2_000  # characters; keeps every expression shallow, so nothing downstream can run out of stack


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
    return _source(text.removeprefix("\ufeff"), name, hashlib.sha256(text.encode("utf-8", "replace")).hexdigest(), folder)


def read_source(data: bytes, name: str, folder: Path | None = None) -> tuple[Source, list[Diagnostic]]:
    """A source from the bytes of a file; what cannot be read is a diagnostic beside an empty source."""
    digest = hashlib.sha256(data).hexdigest()
    start = Place(name, 1, 1, 1, 1)
    if len(data) > LARGEST_FILE:
        seen = f"this file has {len(data):,} bytes, and a .proc file may have {LARGEST_FILE:,} at most"
        return Source(name, "", digest, folder), [Diagnostic("too-large", start, seen, "Split it into several files.")]
    try:
        text = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
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


def _source(text: str, name: str, digest: str, folder: Path | None) -> Source:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return Source(name, unicodedata.normalize("NFC", text), digest, folder)


def _likely_encoding(data: bytes) -> str:
    """windows-1251 unless its Cyrillic letters are outnumbered by what that page reserves for signs."""
    high = [byte for byte in data if byte >= 0x80]
    letters = sum(byte >= 0xC0 for byte in high)
    return "windows-1251" if 2 * letters >= len(high) else "cp866"


def oversized_lines(source: Source) -> list[Diagnostic]:
    """A line too long to be a sentence is told, not parsed."""
    return [
        Diagnostic(
            "line-too-long",
            Place(source.name, number, LONGEST_LINE, number, LONGEST_LINE + 1),
            f"this line has {len(line):,} characters, and a sentence may have {LONGEST_LINE:,} at most",
            "Give the long part a name of its own.",
        )
        for number, line in enumerate(source.lines, 1)
        if len(line) > LONGEST_LINE
    ]
