"""Files in and out: a FILE is a path, `-`, or the name of a shipped jurisdiction; nothing is ever half-written."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    from engine.calendar import Calendar
    from engine.records import Plan
    from procedure_dsl import Checked, Found, NotFound, Source


class CannotRun(Exception):
    """The command cannot run: exit 2, one sentence and what to type."""

    def __init__(self, seen: str, help_: str = "") -> None:
        super().__init__(seen)
        self.seen, self.help = seen, help_


class Findings(Exception):
    """Something was found: exit 1. The text has been printed already."""


@dataclass(frozen=True, slots=True)
class Opened:
    """The bytes of a FILE, as it was named, and the folder it lives in."""

    name: str
    data: bytes
    folder: Path | None


def shipped() -> list[str]:
    """The names of the jurisdictions that come with the program."""
    folder = _shipped_folder()
    return sorted(one.name.removesuffix(".proc") for one in folder.iterdir() if one.name.endswith(".proc"))


def _shipped_folder() -> Traversable:
    from importlib import resources  # it costs as much as a whole page of help

    return resources.files("jurisdictions")


def open_file(name: str) -> Opened:
    """Read a FILE."""
    if name == "-":
        return Opened("standard input", sys.stdin.buffer.read() if sys.stdin else b"", None)
    path = Path(name)
    if not path.is_file() and name in shipped():
        folder = _shipped_folder()
        return Opened(name, (folder / f"{name}.proc").read_bytes(), folder if isinstance(folder, Path) else None)
    return Opened(name, read_bytes(path, shipped()), path.parent)


def read_bytes(path: Path, named: Sequence[str] = ()) -> bytes:
    """A file's content; `named` are names that could have stood in the place of its path."""
    from procedure_dsl.diagnostics import nearest

    try:
        return path.read_bytes()
    except FileNotFoundError:
        if not path.parent.is_dir():
            raise CannotRun(f"there is no folder {path.parent}", "Name a file that is there.") from None
        try:
            around = [one.name for one in path.parent.iterdir()]
        except OSError:
            around = []
        meant = nearest(path.name, [*around, *named])
        if meant:
            help_ = f"Did you mean {path.parent / meant if meant in around else meant}?"
        else:
            help_ = f"Shipped: {', '.join(named)}." if named else "Name a file that is there."
        raise CannotRun(f"there is no file {path}", help_) from None
    except IsADirectoryError:
        raise CannotRun(f"{path} is a folder, not a file", "Name a file in it.") from None
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "no file can have this name"
        raise CannotRun(f"{path} cannot be read: {why}") from None


def load_file(name: str, *more: str) -> Checked:
    """A FILE checked; `more` are .proc files that add to it."""
    from procedure_dsl import Checked, load, read_source

    opened = open_file(name)
    source, problems = read_source(opened.data, opened.name, opened.folder)
    if problems:
        return Checked(source, diagnostics=tuple(problems))
    checked = load(source, find=find_below)
    if not more or checked.has_errors:
        return checked
    extras = []
    for one in more:
        extra = open_file(one)
        added, problems = read_source(extra.data, extra.name)
        if problems:
            raise CannotRun(problems[0].seen, problems[0].help)
        extras.append(added)
    return load(source, *extras, find=find_below)


def find_below(of: Source, path: str) -> Found | NotFound:
    """A file that another one names, below the folder of that one; a link that leads out of it is not followed."""
    from procedure_dsl import Found, NotFound
    from procedure_dsl.reuse import nothing_beside

    if of.folder is None:
        return nothing_beside(of, path)
    root = of.folder.resolve()
    try:
        real = (root / path).resolve()
        inside = real.relative_to(root)
    except ValueError:
        return NotFound(f"`{path}` is a link that leads out of the folder of {of.name}", "Put the file itself there.")
    except OSError as error:
        return NotFound(f"`{path}` cannot be read: {error.strerror}")
    try:
        data = read_bytes(real)
    except CannotRun as reason:
        if real.exists():
            return NotFound(f"`{path}` cannot be read: {reason.seen.removeprefix(f'{real} ')}", reason.help)
        return NotFound(f"there is no file `{path}` beside {of.name}", _meant(root, path))
    return Found(str(Path(of.name).parent / inside), data, real.parent)


MOST_LOOKED_AT = 2_000  # names, when one that is not there may be a misspelt one


def _meant(root: Path, path: str) -> str:
    """The file below a folder whose path is most like the one that is not there."""
    from itertools import islice

    from procedure_dsl.diagnostics import did_you_mean

    below = (Path(folder, name) for folder, _, names in os.walk(root) for name in names if name.endswith(".proc"))
    known = [one.relative_to(root).as_posix() for one in islice(below, MOST_LOOKED_AT)]
    return did_you_mean(path, known, "Name a file that is there.")


def calendar_of(plan: Plan, name: str, known_on: Any = None) -> Calendar:
    """The calendar a plan counts by: beside the file, else among the shipped ones."""
    from engine.calendar import CalendarError, find_calendar

    said_in = next((cite.file for what, cite in plan.frame.cites if what == "calendar" and cite), "")
    path = Path(said_in or name)
    beside = path.parent if path.is_file() else None
    try:
        calendar = find_calendar(plan.frame.calendar, beside)
    except CalendarError as error:
        raise CannotRun(str(error), "Mend it, or build one with `proc calendar build`.") from None
    if known_on is None:
        return calendar
    known, blank = calendar.known_on(known_on)
    if blank:
        note(
            f"{len(blank)} days of the calendar {calendar.name} have no date of publication and are kept, the first {blank[0]}"
        )
    return known


def may_write(path: Path, force: bool) -> None:
    """Refuse before any work is done what could not be written after it."""
    if not path.parent.is_dir():
        raise CannotRun(f"there is no folder {path.parent}", "Make it, or name another one.")
    if path.is_dir():
        raise CannotRun(f"{path} is a folder, not a file", "Name a file in it.")
    if path.exists() and not force:
        raise CannotRun(f"{path} exists already", "Add --force to replace it, or name another file.")


def write_file(path: Path, data: bytes, force: bool) -> None:
    """Write beside, then rename; an existing file is replaced only with --force."""
    may_write(path, force)
    replace_file(path, data)


def replace_file(path: Path, data: bytes) -> None:
    """The whole new content, or the old file untouched."""
    import tempfile

    target = path.resolve() if path.is_symlink() else path
    try:
        mode = target.stat().st_mode & 0o777 if target.exists() else None
        handle, beside = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    except OSError as error:
        raise CannotRun(f"{path} cannot be written: {error.strerror}") from None
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(beside, mode if mode is not None else 0o666 & ~_umask())
        os.replace(beside, target)
    except OSError as error:
        raise CannotRun(f"{path} cannot be written: {error.strerror}") from None
    finally:
        Path(beside).unlink(missing_ok=True)  # there is one left only if something went wrong, or somebody interrupted


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def note(words: str) -> None:
    """A remark for the person at the terminal, never part of the result."""
    print(words, file=sys.stderr)
