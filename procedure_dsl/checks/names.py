"""Names: declared once, one word in one script, never a word of the language, and used by somebody."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Any

from procedure_dsl import model
from procedure_dsl.checks.view import View, kind_of, scripts
from procedure_dsl.diagnostics import NOWHERE, Diagnostic, Place
from procedure_dsl.keywords.table import russian
from procedure_dsl.words import LAW, OF_TIME, RESERVED, SPECIAL_SOURCES


def one_jurisdiction(view: View) -> Iterator[Diagnostic]:
    """A file has exactly one jurisdiction, and it stands first."""
    if not view.heads and "jurisdiction" not in view.lost and not view.damaged:
        start = Place(view.source.name, 1, 1, 1, 1)
        yield Diagnostic(
            "no-jurisdiction",
            start,
            "no jurisdiction is declared",
            "Begin the file with `jurisdiction NAME`; `proc new` writes one. A part is checked with a file that uses it.",
        )
    for head in view.heads[1:]:
        yield Diagnostic(
            "two-jurisdictions",
            head.place,
            "a file has one jurisdiction only",
            "Put the other one into a file of its own.",
        )


def jurisdiction_is_complete(view: View) -> Iterator[Diagnostic]:
    """Money, calendar, languages and the three counting rules are said once each: nothing is taken for granted."""
    wanted = {
        "money": "money in EUR, rounded half up to 0.01",
        "calendar": "calendar NAME",
        "languages": "languages en, ru",
        "counting starts": "counting starts the next day",
        "counting short month": "counting ends short months on the last day",
        "counting rolls": "counting rolls to the next working day",
    }
    for head in view.heads[:1]:
        said: dict[str, int] = {}
        for line in head.lines:
            match line:
                case model.Follows():
                    aspect = "which jurisdiction it follows"
                case model.Money():
                    aspect = "money"
                case model.CalendarUse():
                    aspect = "calendar"
                case model.Languages():
                    aspect = "languages"
                case model.Counting():
                    aspect = f"counting {line.aspect}"
                case _:
                    continue
            said[aspect] = said.get(aspect, 0) + 1
            if said[aspect] > 1:
                yield Diagnostic("said-twice", line.place, f"{aspect} is said twice", "Keep one of the two lines.")
        if view.damaged:
            continue
        for aspect, example in wanted.items():
            if aspect not in said:
                yield Diagnostic(
                    "incomplete-jurisdiction",
                    head.place,
                    f"the jurisdiction does not say its {aspect}",
                    f"For example: {example}",
                )


def names_are_declared_once(view: View) -> Iterator[Diagnostic]:
    """One file is one namespace; the labels of one block differ too."""
    seen: dict[str, Place] = {}
    for name, place in _declared_names(view):
        if name in seen:
            other = seen[name]
            if other.source == view.source.name != place.source:
                place, other = other, place
            help_ = f"The first one stands in {other.seen_from(place)}; give this one another name"
            if other.source != place.source:
                help_ += ", or write `replace` before it to put it in the place of the other"
            yield Diagnostic("declared-twice", place, f"`{name}` is declared twice", f"{help_}.")
        seen.setdefault(name, place)
    for node in view.nodes:
        labels: list[tuple[str, Place]] = []
        match node:
            case model.Stage():  # a way out is named by its stage and its label
                labels = [(way.label, way.place) for way in node.ways()]
            case model.Reading():
                labels = [(one.name, one.place) for one in node.options]
            case model.Rule() | model.Fee() | model.Deadline():
                labels = [
                    (one.label, one.place)
                    for one in node.lines
                    if isinstance(one, model.Line | model.Version) and one.label
                ]
        met: set[str] = set()
        for label, place in labels:
            if label in met:
                yield Diagnostic(
                    "label-twice",
                    place,
                    f"the label `{label}` stands twice in one {'stage' if isinstance(node, model.Stage) else 'block'}",
                    "Give the second act a stage of its own."
                    if label == "missed"
                    else "Give one of them another label.",
                )
            met.add(label)


def _declared_names(view: View) -> Iterator[tuple[str, Place]]:
    for declaration in view.jurisdiction.declarations:
        if isinstance(declaration, model.Declaration) and not isinstance(declaration, model.JurisdictionHead):
            yield declaration.name, declaration.place
        if isinstance(declaration, model.Document):
            yield from ((line.name, line.place) for line in declaration.lines if isinstance(line, model.Item))


def _all_names(view: View) -> Iterator[tuple[str, Place]]:
    """Every name somebody chooses: declarations, options, labels."""
    yield from _declared_names(view)
    for node in view.nodes:
        match node:
            case model.Option():
                yield node.name, node.place
            case model.Stage() if node.role:
                yield node.role, node.place
            case model.Outcome() if node.label not in (*OF_TIME, "otherwise"):
                yield node.label, node.place
            case model.Type():
                yield from ((option, node.place) for option in node.options)


def names_are_not_words_of_the_language(view: View) -> Iterator[Diagnostic]:
    """A name that could also be read as a word of the language, where such a word can stand, would be read as that."""
    labels = {node.label for node in view.nodes if isinstance(node, model.Outcome)}
    for name, place in _all_names(view):
        thing = view.declared.get(name)
        if name in RESERVED or (not name.isascii() and russian().reserves(name)):
            help_ = f"Take another name, such as `{name}_1` or `the_{name}`."
            yield Diagnostic("reserved-name", place, f"`{name}` is a word of the language", help_)
        elif name in SPECIAL_SOURCES and isinstance(thing, model.SourceText):
            seen = f"`by {name}` is for what no text of this file says"
            yield Diagnostic("reserved-name", place, seen, f"Take another name, such as `the_{name}`.")
        elif name == LAW and isinstance(thing, model.Party):
            seen = "`the law` decides where the facts alone decide; it is no party"
            yield Diagnostic("reserved-name", place, seen, "Take another name, such as `legislator` or `the_law`.")
        elif len(name) < 3 and name.isascii() and name in labels:
            yield Diagnostic(
                "short-label",
                place,
                f"the label `{name}` could be read as a language",
                "Take a label of three letters or more.",
            )


def names_keep_to_one_script(view: View) -> Iterator[Diagnostic]:
    """A Cyrillic letter inside a Latin word looks right and is another name."""
    for name, place in _all_names(view):
        if len(scripts(name)) > 1:
            odd = ", ".join(
                f"{letter} ({unicodedata.name(letter, '?').title()})"
                for letter in dict.fromkeys(name)
                if letter.isalpha() and not letter.isascii()
            )
            yield Diagnostic(
                "mixed-scripts",
                place,
                f"`{name}` mixes letters of two alphabets: {odd}",
                "Type the word again in one alphabet.",
            )


def titles_are_in_known_languages(view: View) -> Iterator[Diagnostic]:
    """A title in a language that the jurisdiction does not name would never be shown."""
    known = {
        one for head in view.heads for line in head.lines if isinstance(line, model.Languages) for one in line.languages
    }
    if not known:
        return
    for node in view.nodes:
        if isinstance(node, model.Title) and node.language and node.language not in known:
            help_ = f"The jurisdiction's languages are {', '.join(sorted(known))}."
            yield Diagnostic(
                "unknown-language", node.place, f"`{node.language}` is not a language of this jurisdiction", help_
            )


def everything_is_used(view: View) -> Iterator[Diagnostic]:
    """What nothing refers to is either forgotten or misspelt. Runs last, when all references are known."""
    if view.damaged:
        return
    kinds: tuple[type[Any], ...] = (
        model.SourceText, model.Party, model.Reading, model.Value, model.Fact, model.Rule, model.Document, model.Fee, model.Deadline,
    )  # fmt: skip
    for name, thing in view.declared.items():
        if isinstance(thing, model.Fact) and thing.type.kind == "text":
            continue  # it is for the papers; nothing can depend on it
        if isinstance(thing, kinds) and name not in view.used and thing.place is not NOWHERE:
            what = kind_of(thing).split(" ", 1)[1]
            yield Diagnostic(
                "unused", thing.place, f"nothing uses the {what} `{name}`", "Use it or take it out.", "warning"
            )
