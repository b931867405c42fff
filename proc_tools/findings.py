"""Diagnostics → the terminal, or the formats that other programs read."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from procedure_dsl import Checked
    from procedure_dsl.diagnostics import Diagnostic

RED, YELLOW = "1;31", "1;33"


def print_findings(checked: Checked, errors_only: bool = False) -> None:
    """Every mistake with its line and a caret, on standard output."""
    from procedure_dsl.diagnostics import render_diagnostic

    shown = [d for d in checked.diagnostics if d.is_error or not errors_only]
    for one in shown:
        headline, _, rest = render_diagnostic(one, checked.text_of(one)).partition("\n")
        print(colour(headline, RED if one.is_error else YELLOW), *([rest] if rest else []), sep="\n", end="\n\n")
    print(summary(shown))


def summary(diagnostics: Iterable[Diagnostic]) -> str:
    found = list(diagnostics)
    errors = sum(one.is_error for one in found)
    warnings = len(found) - errors
    words = [
        f"{number} {word}{'s' if number != 1 else ''}"
        for number, word in ((errors, "error"), (warnings, "warning"))
        if number
    ]
    return f"{' and '.join(words)}." if words else "no findings."


def _sentences(one: Diagnostic) -> str:
    return f"{one.seen}. {one.help}".rstrip()


def as_concise(one: Diagnostic) -> str:
    return f"{one.place.source}:{one.place.line}:{one.place.column}: {one.severity}[{one.code}] {_sentences(one)}"


def as_json(diagnostics: Iterable[Diagnostic]) -> str:
    """All of them in one document; its schema is that of `proc schema diagnostics`."""
    found = list(diagnostics)
    data = {
        "format_version": 1,
        "valid": not any(one.is_error for one in found),
        "diagnostics": [one.as_data() for one in found],
    }
    return json.dumps(data, ensure_ascii=False, indent=2)


def as_github(one: Diagnostic) -> str:
    """A workflow command: shown beside the line in a review."""

    def escaped(text: str) -> str:
        return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")

    where = one.place
    return (
        f"::{one.severity} file={escaped(where.source)},line={where.line},col={where.column},endLine={where.end_line},"
        f"endColumn={where.end_column},title={one.code}::{escaped(_sentences(one))}"
    )


def as_sarif(found: Iterable[Diagnostic], version: str) -> str:
    """SARIF 2.1.0."""
    results = list(found)
    rules = [{"id": code} for code in sorted({one.code for one in results})]

    def result(one: Diagnostic) -> dict[str, Any]:
        where = one.place
        region = {
            "startLine": max(1, where.line),
            "startColumn": max(1, where.column),
            "endLine": max(1, where.end_line),
            "endColumn": max(1, where.end_column),
        }
        return {
            "ruleId": one.code, "level": one.severity, "message": {"text": _sentences(one)},
            "locations": [{"physicalLocation": {"artifactLocation": {"uri": where.source}, "region": region}}],
        }  # fmt: skip

    run = {
        "tool": {"driver": {"name": "proc", "version": version, "rules": rules}},
        "columnKind": "unicodeCodePoints",
        "results": [result(one) for one in results],
    }
    return json.dumps(
        {"version": "2.1.0", "$schema": "https://json.schemastore.org/sarif-2.1.0.json", "runs": [run]},
        ensure_ascii=False,
        indent=2,
    )


def colour(words: str, code: str) -> str:
    """ANSI colour on a terminal that wants it."""
    import os

    plain = not sys.stdout.isatty() or bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"
    return words if plain else f"\x1b[{code}m{words}\x1b[0m"
