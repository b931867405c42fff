"""The words of the language, each once: read off the grammar, so that no list can fall behind it."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources

DECLARATIONS = (
    "jurisdiction", "source", "party", "reading", "value", "fact", "rule", "document", "fee", "deadline",
    "procedure", "part", "stage", "at", "end", "practice", "scenario",
)  # fmt: skip

SENTENCES = (
    "money", "calendar", "languages", "counting", "prefer", "or", "except", "otherwise", "governed", "counts",
    "from", "form", "in", "contains", "with", "rounded", "borne", "requires", "wait", "advice", "the", "perform",
    "if", "note", "given", "expect", "not", "never",
)  # fmt: skip

# An act upon a paper or a fee is one of these verbs; the noun names the day on which it happened.
ACTS = {
    "sends": "sending", "files": "filing", "issues": "issue", "signs": "signing",
    "pays": "payment",
}  # fmt: skip
MOMENTS = frozenset(ACTS.values()) | {"receipt", "start", "end"}

SPECIAL_SOURCES = ("outside", "assumption")  # `by outside "…"`, `by assumption "…"`
LAW = "law"  # the owner of a branch that the facts decide
START = "start"  # the day on which the case begins

_NAMED = {
    "NAME": "a name", "STRING": 'a text in "quotes"', "NUMBER": "a number", "DATE": "a date like 2018-01-31",
    "_NL": "the end of the line", "_INDENT": "an indented line", "_DEDENT": "", "$END": "", "VBAR": "`|`",
    "PERCENT": "`percent`", "COMMA": "a comma", "COLON": "a colon", "TIMES": "`×`", "PLUS": "`+`", "MINUS": "`-`",
    "SLASH": "`/`", "__ANON_0": "`->`", "GOES_ON": "", "BLANK": "", "COMMENT": "", "COMPARISON": "`at least`, `at most`, `above`, `below`, `before`, `after`",
    "EDGE": "`from`, `above`, `below`, `up to`, `exactly`", "PREFERENCE": "`prefer`, `or`",
}  # fmt: skip


@cache
def grammar_text() -> str:
    return (resources.files("procedure_dsl") / "grammar.lark").read_text(encoding="utf-8")


@cache
def keywords() -> frozenset[str]:
    """Every word that the grammar itself spells, phrases cut into words."""
    text = re.sub(r"//[^\n]*", "", grammar_text().split("GOES_ON.5")[0])
    words: set[str] = set()
    for literal in re.findall(r'"([a-z]+)"', text):
        words.add(literal)
    for pattern in re.findall(r"^[A-Z_]+(?:\.\d)?:\s+/([^/\n]*)\\b/", text, re.M):
        for word in re.findall(r"[a-z]+\??", pattern):
            words.add(word.removesuffix("s?") if word.endswith("s?") else word)
    return frozenset(words)


def vocabulary() -> frozenset[str]:
    """All fixed words a writer can meet: keywords, verbs, and the nouns of moments."""
    return keywords() | set(ACTS) | MOMENTS | set(SPECIAL_SOURCES) | {LAW}


@cache
def _terminals() -> dict[str, str]:
    named = dict(re.findall(r"^([A-Z_]+)(?:\.\d)?:\s+/\(?([a-z |?]+)\)?\\b/", grammar_text(), re.M))
    return {name: ", ".join(f"`{word.replace('s?', 's')}`" for word in words.split("|")) for name, words in named.items()}


def spelling(terminal: str) -> str:
    """How a terminal of the grammar looks to the person who types it."""
    if terminal in _NAMED:
        return _NAMED[terminal]
    if terminal in _terminals():
        return _terminals()[terminal]
    return f"`{terminal.lower()}`" if terminal.isalpha() else ""
