"""The words of the language, each once: read off the grammar, so that no list can fall behind it."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources

DECLARATIONS = (
    "jurisdiction", "use", "replace", "source", "party", "reading", "value", "fact", "rule", "document", "fee", "deadline",
    "procedure", "part", "stage", "at", "end", "practice", "scenario",
)  # fmt: skip

SENTENCES = (
    "follows", "money", "calendar", "languages", "counting", "prefer", "or", "except", "otherwise", "governed", "counts",
    "from", "side", "form", "in", "contains", "with", "rounded", "borne", "requires", "cases", "wait", "advice", "the", "perform",
    "if", "note", "given", "expect", "not", "never", "stands", "begins", "plus", "between",
)  # fmt: skip

# An act upon a paper or a fee is one of these verbs; the noun names the day on which it happened.
ACTS = {
    "sends": "sending", "files": "filing", "issues": "issue", "signs": "signing",
    "pays": "payment", "returns": "return",
}  # fmt: skip
PAYS, RETURNS = OF_MONEY = ("pays", "returns")  # of these acts the object is a fee
MOMENTS = frozenset(ACTS.values()) | {"receipt", "start", "end", "use"}

# Sums that have moved so far: `paid of claim_fee`, `recovered of enforcement`.
SUMS = ("paid", "recovered")

CONTINUATIONS = (  # begin a line that goes on with the sentence above it
    "when", "unless", "since", "until", "by", "saying", "reconstructed", "unverified", "so", "ask",
)  # fmt: skip

# Where one of these stands, a name could stand too: such a word cannot be a name. All others are free.
RESERVED = frozenset((
    "a", "above", "after", "and", "ask", "at", "back", "before", "below", "between", "borne", "by", "counts", "day", "days", "ends",
    "except", "for", "from", "governed", "if", "in", "is", "known", "may", "missed", "month", "months", "must", "no", "not", "note", "or",
    "otherwise", "plus", "reconstructed", "restored", "rounded", "saying", "since", "so", "start", "the", "to", "unknown", "unless", "until",
    "unverified", "wait", "week", "weeks", "when", "within", "working", "year", "years", "yes",
))  # fmt: skip

SPECIAL_SOURCES = ("outside", "assumption")  # `by outside "…"`, `by assumption "…"`
ENDS = "ends"  # `ends of seized`: how often a performed procedure has ended so
OF_TIME = MISSED, EARLY, RESTORED = (
    "missed",
    "too_early",
    "restored",
)  # ways that no party chooses as such: days decide them
DONE, SKIPPED = "done", "skipped"  # what becomes of an act that a party may do
LAW = "law"  # the owner of a branch that the facts decide
START = "start"  # the day on which the case begins

_NAMED = {
    "NAME": "a name", "STRING": 'a text in "quotes"', "NUMBER": "a number", "DATE": "a date like 2018-01-31",
    "_NL": "the end of the line", "_INDENT": "an indented line", "_DEDENT": "", "$END": "", "VBAR": "`|`",
    "COMMA": "a comma", "COLON": "a colon", "TIMES": "`×`", "PLUS": "`+`", "MINUS": "`-`", "SLASH": "`/`", "ARROW": "`->`", "PERCENT_SIGN": "`%`",
    "GOES_ON": "", "BLANK": "", "COMMENT": "",
}  # fmt: skip


@cache
def grammar_text() -> str:
    return (resources.files("procedure_dsl") / "grammar.lark").read_text(encoding="utf-8")


UNITS = ("day", "week", "month", "year")


@cache
def keywords() -> frozenset[str]:
    """Every word that the grammar itself spells, phrases cut into words, a unit of time in its singular."""
    text = re.sub(r"//[^\n]*", "", grammar_text().split("GOES_ON.5")[0])
    words = set(re.findall(r'"([a-z]+)"', text))
    for pattern in re.findall(r"^[A-Z_]+(?:\.\d)?:\s+/([^/\n]*)\\b/", text, re.M):
        words |= set(re.findall(r"[a-z]+", pattern.replace("s?", "")))
    return frozenset(words - plurals())


def plurals() -> frozenset[str]:
    """The units of time as they stand behind a number."""
    return frozenset(f"{unit}s" for unit in UNITS)


def vocabulary() -> frozenset[str]:
    """All fixed words a writer can meet: keywords, verbs, and the nouns of moments."""
    return keywords() | plurals() | set(ACTS) | MOMENTS | {*SUMS, *SPECIAL_SOURCES, LAW}


@cache
def _terminals() -> dict[str, tuple[str, ...]]:
    """The terminals with variants (`at least`, `at most`, …) and those variants, a unit in its plural."""
    found = re.findall(r"^([A-Z_]+)(?:\.\d)?:\s+/\(?([a-z |?]+)\)?\\b/", grammar_text(), re.M)
    return {name: tuple(word.replace("s?", "s") for word in words.split("|")) for name, words in found}


def spellings(terminal: str) -> tuple[str, ...]:
    """How a terminal of the grammar looks to the person who types it; nothing for what nobody types."""
    if terminal in _NAMED:
        return (_NAMED[terminal],) if _NAMED[terminal] else ()
    if terminal in _terminals():
        return tuple(f"`{word}`" for word in _terminals()[terminal])
    return (f"`{terminal.lower()}`",) if terminal.isalpha() else ()
