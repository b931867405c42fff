"""Source → jurisdiction, with what it uses and follows: each file read once, each replacement in its place.

The language reads no file: a `Finder` hands it the bytes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from procedure_dsl import model
from procedure_dsl.checks.view import KIND_NAMES, kind_of
from procedure_dsl.diagnostics import Diagnostic, Place, did_you_mean, nearest
from procedure_dsl.lower import lower_tree
from procedure_dsl.parse import parse_source
from procedure_dsl.source import Source, read_source

MOST_FILES = 100  # that one file may use, itself counted
ROAD = (model.Stage, model.End, model.Right, model.Part)  # what stands in the procedure above it


@dataclass(frozen=True, slots=True)
class Found:
    """The bytes of a used file. `name` is the same however often, and by whichever way, the file is found."""

    name: str
    data: bytes
    folder: Path | None


@dataclass(frozen=True, slots=True)
class NotFound:
    """Why there is no such file, in one clause; and what may have been meant."""

    seen: str
    help: str = ""


Finder = Callable[[Source, str], Found | NotFound]


def nothing_beside(of: Source, path: str) -> Found | NotFound:
    """The finder of a text that lives in no folder."""
    return NotFound(f"{of.name} lies in no folder, so it cannot use `{path}`", "Save it beside the files that it uses.")


@dataclass(eq=False, slots=True)
class File:
    """One file as it was read: its declarations, the files it names, and the place at which it names each."""

    source: Source
    declarations: list[model.AnyDeclaration] = field(default_factory=list)
    lost_names: frozenset[str] = frozenset()
    foreign: frozenset[tuple[str, int]] = frozenset()  # lines that speak another tongue
    uses: list[tuple[File, Place]] = field(default_factory=list)
    follows: File | None = None
    whole: bool = True  # no file that it names is lacking, and what would stand there is not missing

    @property
    def head(self) -> model.JurisdictionHead | None:
        return next((one for one in self.declarations if isinstance(one, model.JurisdictionHead)), None)

    def below(self) -> Iterator[File]:
        """The files it names, the followed one first."""
        yield from ([self.follows] if self.follows else [])
        yield from (one for one, _ in self.uses)


@dataclass(frozen=True, slots=True)
class Whole:
    """A file with everything that it takes from others."""

    source: Source
    jurisdiction: model.Jurisdiction
    lost_names: frozenset[str]
    others: tuple[Source, ...]  # in the order in which they are first named
    diagnostics: tuple[Diagnostic, ...]
    foreign: frozenset[tuple[str, int]]


def read_whole(source: Source, find: Finder) -> Whole:
    """A file and all that it names, put together; mistakes stand at their own place, whichever file that is in."""
    reader = _Reader(find)
    main = reader.read(source, ())
    joiner = _Joiner(main, reader.found)
    declarations = joiner.declarations()
    files = list(reader.files.values())
    return Whole(
        source, model.Jurisdiction(declarations=tuple(declarations)), joiner.lost_names.union(*(one.lost_names for one in files)),
        tuple(one.source for one in files[1:]), tuple(reader.found), frozenset().union(*(one.foreign for one in files)),
    )  # fmt: skip


# ── Reading ─────────────────────────────────────────────────────────────────────────────────────


class _Reader:
    """Reads each file once, however many name it."""

    def __init__(self, find: Finder) -> None:
        self.find = find
        self.files: dict[str, File] = {}  # by name, in the order in which they are first named
        self.found: list[Diagnostic] = []

    def read(self, source: Source, ring: tuple[str, ...]) -> File:
        file = self.files[source.name] = File(source)
        parsed, syntax = parse_source(source)
        jurisdiction, shape = lower_tree(parsed)
        self.found += syntax + shape
        file.declarations, file.lost_names = list(jurisdiction.declarations), parsed.lost_names
        file.foreign = parsed.foreign_lines
        ring = (*ring, source.name)
        named: dict[str, Place] = {}
        for declaration in file.declarations:
            if isinstance(declaration, model.JurisdictionHead) and declaration.follows and file.follows is None:
                followed = self.named(file, declaration.follows, ring)
                if followed is not None and self.can_be_followed(followed, declaration.follows):
                    file.follows = followed
                else:
                    file.whole = False
            elif isinstance(declaration, model.Use):
                used = self.named(file, declaration, ring)
                if used is None or not self.can_be_used(used, declaration):
                    file.whole = False
                elif used.source.name in named:
                    seen = f"`{declaration.path}` is used twice, first in line {named[used.source.name].line}"
                    self.complain("said-twice", declaration.place, seen, "Keep one of the two lines.")
                else:
                    named[used.source.name] = declaration.place
                    file.uses.append((used, declaration.place))
        return file

    def complain(self, code: str, place: Place, seen: str, help_: str) -> None:
        self.found.append(Diagnostic(code, place, seen, help_))

    def named(self, by: File, use: model.Use, ring: tuple[str, ...]) -> File | None:
        """The file that a sentence names; None where a mistake is told instead."""
        unsafe = _unsafe(use.path)
        if unsafe:
            self.complain("unsafe-path", use.place, *unsafe)
            return None
        found = self.find(by.source, use.path)
        if isinstance(found, NotFound):
            self.complain("no-file", use.place, found.seen, found.help)
            return None
        if found.name in ring:
            circle = " uses ".join([*ring[ring.index(found.name) :], found.name])
            help_ = "Put what they share into a file of its own, and let both use that."
            self.complain("use-circle", use.place, f"these files use each other in a circle: {circle}", help_)
            return None
        if found.name in self.files:
            return self.files[found.name]
        if len(self.files) >= MOST_FILES:
            seen = f"this is the {MOST_FILES + 1}st file, and {MOST_FILES} may belong together at most"
            self.complain("too-many-files", use.place, seen, "Join some of them.")
            return None
        source, unreadable = read_source(found.data, found.name, found.folder)
        self.found += unreadable
        return self.read(source, ring)

    def can_be_used(self, file: File, use: model.Use) -> bool:
        if file.head is not None:
            seen = f"`{use.path}` is a jurisdiction of its own"
            help_ = (
                f'Follow it: `jurisdiction NAME follows "{use.path}"`; or use a file that holds only what is shared.'
            )
            self.complain("two-jurisdictions", use.place, seen, help_)
            return False
        for scenario in (one for one in file.declarations if isinstance(one, model.Scenario)):
            seen = "nobody runs this scenario: the file has no jurisdiction, and a file runs its own scenarios only"
            told = Diagnostic(
                "idle-scenario", scenario.place, seen, "Move it into a file that uses this one.", "warning"
            )
            if told not in self.found:
                self.found.append(told)
        return True

    def can_be_followed(self, file: File, follows: model.Use) -> bool:
        if file.head is None and not file.lost_names and file.declarations:
            seen = f"`{follows.path}` has no jurisdiction that could be followed"
            self.complain("no-jurisdiction", follows.place, seen, f'Take what it declares with `use "{follows.path}"`.')
            return False
        return True


def _unsafe(path: str) -> tuple[str, str] | None:
    """Why a path is not one below the folder of the file that names it, and what to write instead."""
    below = "Name a file in the same folder or in one below it, such as `parts/calendar.proc`."
    if "\\" in path:
        return f"`{path}` is written with `\\`", f"Write `{path.replace(chr(92), '/')}`, which every system can read."
    if path.startswith(("/", "~")) or re.match(r"[A-Za-z]:", path):
        return f"`{path}` leads to one machine only", below
    parts = path.split("/")
    if ".." in parts:
        return f"`{path}` leads out of the folder of this file", below
    if any(part in ("", ".") or part != part.strip() for part in parts):
        return f"`{path}` is no path to a file", below
    if not path.endswith(".proc"):
        return f"`{path}` is no .proc file", below
    return None


# ── Joining ─────────────────────────────────────────────────────────────────────────────────────


class _Joiner:
    """Puts the declarations of all files in one row: what is followed, what is its own, then what is used."""

    def __init__(self, main: File, found: list[Diagnostic]) -> None:
        self.main, self.found = main, found
        self.sections: dict[File, list[model.AnyDeclaration]] = {}
        self.owner: dict[str, File] = {}  # in whose section a name is declared
        self.replaced: dict[str, tuple[File, Place]] = {}  # who put it there, if another than the owner
        self.closure: dict[File, set[File]] = {}
        self.lost_names: frozenset[str] = frozenset()  # of what has no place

    def declarations(self) -> list[model.AnyDeclaration]:
        self.join(self.main)
        joined: list[model.AnyDeclaration] = []
        for file in self.in_order(self.main, {}):
            section = self.sections[file]
            in_a_part = any(isinstance(one, model.Part) for one in joined)
            if in_a_part and any(isinstance(one, ROAD) for one in section):
                joined.append(model.Part(titles=()))  # a heading ends with its file
            joined += section
        head = self.head(self.main)
        return [head, *joined] if head is not None else joined

    def in_order(self, file: File, seen: dict[File, None]) -> list[File]:
        if file.follows is not None and file.follows not in seen:
            self.in_order(file.follows, seen)
        seen.setdefault(file)
        for used, _ in file.uses:
            if used not in seen:
                self.in_order(used, seen)
        return list(seen)

    def head(self, file: File) -> model.JurisdictionHead | None:
        """The jurisdiction of a file; what it does not say itself is said by the one it follows."""
        own = file.head
        followed = self.head(file.follows) if file.follows else None
        if own is None or followed is None:
            return own
        said = {_aspect(line) for line in own.lines} | {model.Follows}
        source = followed.tail.provenance
        taken = [
            line.model_copy(update={"tail": line.tail.model_copy(update={"provenance": source})})
            if source and not isinstance(line, model.Languages | model.Follows) and not line.tail.provenance else line
            for line in followed.lines if _aspect(line) not in said
        ]  # fmt: skip
        return own.model_copy(update={"lines": (*own.lines, *taken)})

    def join(self, file: File) -> None:
        """A file's own declarations: a section of their own, but for those that replace."""
        for one in file.below():
            if one not in self.closure:
                self.join(one)
        below = self.closure[file] = set(file.below()).union(*(self.closure[one] for one in file.below()))
        own: list[model.AnyDeclaration] = []
        self.sections[file] = own
        home: tuple[File, int] | None = None  # where the road of a replaced stage or procedure goes on
        procedure_above = False
        for declaration in file.declarations:
            match declaration:
                case model.Use() | model.JurisdictionHead():
                    if isinstance(declaration, model.JurisdictionHead) and declaration is not file.head:
                        own.append(declaration)  # a second one: told by its check
                    continue
                case model.Scenario() if file is not self.main:
                    continue
                case model.Declaration() if declaration.replaces:
                    at = self.replace(declaration, file, below)
                    if isinstance(declaration, (*ROAD, model.Procedure)):
                        home, procedure_above = at, at is None
                    continue
                case model.Procedure():
                    home, procedure_above = None, True
                case model.Stage() | model.End() | model.Part() if home is not None:
                    home = self.insert(declaration, home)
                    continue
                case model.Stage() | model.End() if not procedure_above and (file is not self.main or file.follows):
                    what = kind_of(declaration).split(" ", 1)[1]
                    help_ = "Put `procedure NAME` above it"
                    help_ += ", or `replace stage …` of the procedure to which it belongs." if below else "."
                    seen = f"this {what} stands in no procedure"
                    self.found.append(Diagnostic("no-procedure", declaration.place, seen, help_))
                    self.lost_names |= {declaration.name}
                    continue
            own.append(declaration)
            if isinstance(declaration, model.Declaration):
                self.owner.setdefault(declaration.name, file)

    def insert(self, declaration: model.AnyDeclaration, home: tuple[File, int]) -> tuple[File, int]:
        section, at = home
        self.sections[section].insert(at, declaration)
        if isinstance(declaration, model.Declaration):
            self.owner.setdefault(declaration.name, section)
        return section, at + 1

    def replace(self, new: model.Declaration, file: File, below: set[File]) -> tuple[File, int] | None:
        """Put it in the place of its namesake; where that is, for what belongs behind it. None where it has none."""
        name = new.name
        owner = self.owner.get(name)
        if owner not in below:
            lost = frozenset().union(*(one.lost_names for one in below))
            if name not in lost and file.whole and all(one.whole for one in below):
                self.found.append(self.nothing(new, owner, below))
            return None
        by, place = self.replaced.get(name, (owner, new.place))
        if by is file or (by is not owner and by not in below):
            seen = f"`{name}` is replaced twice"
            help_ = f"The first time in {place.seen_from(new.place)}; keep one of the two."
            self.found.append(Diagnostic("declared-twice", new.place, seen, help_))
            return None
        assert owner is not None
        section = self.sections[owner]
        at = next(n for n, one in enumerate(section) if isinstance(one, model.Declaration) and one.name == name)
        old = section[at]
        if type(old) is not type(new):
            seen = f"`{name}` is {kind_of(old)}, not {kind_of(new)}, in {old.place.source}"
            help_ = f"Replace it by {kind_of(old)}, or give this one another name."
            self.found.append(Diagnostic("nothing-to-replace", new.place, seen, help_))
            return None
        self.replaced[name] = (file, new.place)
        section[at] = new
        if isinstance(new, model.Procedure):
            self.clear(section, at + 1)
        return owner, at + 1

    def clear(self, section: list[model.AnyDeclaration], at: int) -> None:
        """Take out the road of a replaced procedure."""
        while at < len(section) and not isinstance(section[at], model.Procedure):
            gone = section[at]
            if not isinstance(gone, ROAD):
                at += 1
                continue
            del section[at]
            if isinstance(gone, model.Declaration):
                self.owner.pop(gone.name, None)

    def nothing(self, new: model.Declaration, owner: File | None, below: set[File]) -> Diagnostic:
        what = KIND_NAMES[type(new).__name__].split(" ", 1)[1]
        if not below:
            seen = f"`{new.name}` replaces nothing: this file uses and follows no other"
            return Diagnostic("nothing-to-replace", new.place, seen, "Leave out `replace`.")
        if owner is not None:
            seen = f"`{new.name}` replaces nothing: {owner.source.name} declares it, and is not used here"
            return Diagnostic("nothing-to-replace", new.place, seen, "Use that file, or leave out `replace`.")
        known = [
            one.name
            for file in below for one in self.sections[file] if isinstance(one, model.Declaration) and type(one) is type(new)
        ]  # fmt: skip
        help_ = did_you_mean(new.name, known) if nearest(new.name, known) else "Leave out `replace` if it is new."
        seen = f"no {what} of the files used here has the name `{new.name}`"
        return Diagnostic("nothing-to-replace", new.place, seen, help_)


def _aspect(line: model.Node) -> object:
    """What a line of a jurisdiction settles; of notes and transitions each stands for itself."""
    if isinstance(line, model.Counting):
        return line.aspect
    return id(line) if isinstance(line, model.Note | model.Transition) else type(line)
