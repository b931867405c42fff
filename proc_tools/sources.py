"""The quotations of a `.proc` → the texts they come from: each must stand there, letter for letter."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from proc_tools.files import CannotRun, read_bytes

if TYPE_CHECKING:
    from procedure_dsl import Checked, Diagnostic, Place, model

QUOTES = str.maketrans({**dict.fromkeys("“”„‟«»″", '"'), **dict.fromkeys("‘’‚‛′`", "'")})
DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−", "-"))
LIKE_ENOUGH = 2  # in so many parts of a quotation, one must stand in a passage that is called near


@dataclass
class Compared:
    """What came of comparing one file with the texts of a folder."""

    diagnostics: list[Diagnostic] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)  # what stands there, and what was not compared


@dataclass(frozen=True)
class Text:
    """A text as it is compared: blanks, quotation marks and dashes of any kind are one; capital letters stay."""

    words: str

    @cached_property
    def pieces(self) -> list[str]:
        return self.words.split(" ")

    def has(self, quotation: str) -> bool:
        """Whether the words stand there whole: `10 days` does not stand in `110 days`."""
        before = r"(?<!\w)" if quotation[:1].isalnum() else ""
        after = r"(?!\w)" if quotation[-1:].isalnum() else ""
        return re.search(before + re.escape(quotation) + after, self.words) is not None

    def nearest(self, quotation: str) -> str:
        """The passage that shares the most words with a quotation; "" where none shares half of them."""
        wanted = Counter(map(_bare, quotation.split(" ")))
        size = sum(wanted.values())
        window: Counter[str] = Counter()
        best, at, shared = 0, 0, 0
        for end, word in enumerate(map(_bare, self.pieces)):
            window[word] += 1
            shared += window[word] <= wanted[word]
            if end >= size:
                gone = _bare(self.pieces[end - size])
                shared -= window[gone] <= wanted[gone]
                window[gone] -= 1
            if shared > best:
                best, at = shared, max(0, end - size + 1)
        return " ".join(self.pieces[at : at + size]) if best * LIKE_ENOUGH >= size else ""


def plain(words: str) -> str:
    return " ".join(words.translate(QUOTES).translate(DASHES).split())


def _bare(word: str) -> str:
    return re.sub(r"\W", "", word).casefold() or word


def compare_sources(checked: Checked, file: str, folder: Path) -> Compared:
    """Each `saying` of each declared source that names a file, against that file in the folder."""
    from procedure_dsl import model

    if not folder.is_dir():
        raise CannotRun(f"there is no folder {folder}", "Name the folder that holds the texts.")
    found = Compared()
    head = next(iter(checked.jurisdiction.of(model.JurisdictionHead)), None)
    named = _ledger(file).get(head.name if head else "", {})
    for source in checked.jurisdiction.of(model.SourceText):
        told = list(_quotations(checked, source.name))
        many = f"{len(told)} quotation{'' if len(told) == 1 else 's'}"
        where = folder / source.file
        if not source.file:
            if told:
                found.notes.append(f"not compared: {source.name}, {many}: its declaration names no file")
        elif not where.resolve().is_relative_to(folder.resolve()):
            found.notes.append(f"not compared: {source.name}, {many}: {source.file} leads out of {folder}")
        elif not where.is_file():
            found.notes.append(f"not compared: {source.name}, {many}: there is no {source.file} in {folder}")
        else:
            data = read_bytes(where)
            found.diagnostics += _not_the_one(data, source, named)
            missing = list(_missing(source, told, _text(data, where)))
            found.diagnostics += missing
            found.notes.append(
                f"{source.name}: {len(told) - len(missing)} of {len(told)} quotations found in {source.file}"
            )
    return found


def _quotations(checked: Checked, source: str) -> Iterator[tuple[str, Place]]:
    """What the file quotes from a source, and where."""
    from procedure_dsl import model
    from procedure_dsl.checks.view import walk

    for node in walk(checked.jurisdiction):
        if isinstance(node, model.Provenance) and node.saying and node.source == source:
            yield node.saying, _place(checked, node)


def _place(checked: Checked, node: model.Provenance) -> Place:
    """The quoted words themselves, where they stand on one line."""
    from procedure_dsl import Place

    where = node.place
    for number in range(where.line, where.end_line + 1):
        column = checked.line(where.source, number).find(node.saying)
        if column >= 0:
            return Place(where.source, number, column + 1, number, column + 1 + len(node.saying))
    return where


def _missing(source: model.SourceText, told: list[tuple[str, Place]], text: Text) -> Iterator[Diagnostic]:
    from procedure_dsl import Diagnostic

    for saying, place in told:
        if not text.has(plain(saying)):
            near = text.nearest(plain(saying))
            help_ = f"Nearest there: “{near}”." if near else "Nothing like it stands there."
            yield Diagnostic("not-in-source", place, f"these words do not stand in {source.file}", help_)


def _not_the_one(data: bytes, source: model.SourceText, named: dict[str, Any]) -> Iterator[Diagnostic]:
    """Where a ledger names the document with its hash, the text at hand must be that very one."""
    from procedure_dsl import Diagnostic

    wanted = named.get("sha256", "")
    if not wanted or (named.get("source"), named.get("file")) != (source.name, source.file):
        return
    here = hashlib.sha256(data).hexdigest()
    if here != wanted:
        seen = (
            f"{source.file} is not the document that the ledger names: its SHA-256 is {here[:12]}…, not {wanted[:12]}…"
        )
        yield Diagnostic(
            "other-document", source.place, seen, "Bring the right copy, or read the new one and its ledger again."
        )


def _text(data: bytes, where: Path) -> Text:
    try:
        return Text(plain(data.decode("utf-8-sig")))
    except UnicodeDecodeError:
        raise CannotRun(f"{where} is not UTF-8 text", "Save it as UTF-8.") from None


def _ledger(file: str) -> dict[str, Any]:
    """The documents that the ledger beside the file, else the shipped one, names with their hashes."""
    beside = Path(file).parent / "ledger" / "documents.toml"
    if not (Path(file).is_file() and beside.is_file()):
        from importlib import resources

        return tomllib.loads(
            (resources.files("jurisdictions") / "ledger" / "documents.toml").read_text(encoding="utf-8")
        )
    try:
        data = read_bytes(beside)
        return tomllib.loads(data.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CannotRun(f"{beside} cannot be read: {error}", "Mend it, or take it away.") from None
