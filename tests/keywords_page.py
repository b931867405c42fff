"""The page of the keywords: written from the grammar, the table of spellings, the meanings and the executed examples.

Run as a program it writes the page (`make reference`); tests/test_docs.py demands that it is current.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from procedure_dsl.keywords.table import APART, Table, russian
from procedure_dsl.keywords.write import words_of_grammar
from procedure_dsl.parse import parse_source
from procedure_dsl.source import said, source_of_text, without_texts
from procedure_dsl.words import grammar_text

if TYPE_CHECKING:
    from test_docs import Block

PAGE = Path(__file__).parent.parent / "docs" / "language" / "keywords.md"
BEGIN, END = "<!-- written by `make reference` -->", "<!-- to here -->"
MOST_CODES = 6
MOST_RULES = 2
HEADINGS = {
    "declarations": "Declarations", "the_place": "The place", "tails": "What ends a sentence", "types": "Types",
    "tests": "Conditions", "sums": "Sums and bands", "time": "Time", "papers": "Papers and fees", "road": "The road",
    "practice": "Practice", "scenarios": "Scenarios", "acts": "Acts", "bare_acts": "Acts behind a duty, a power or a prohibition", "moments": "Moments", "units": "Units of time",
}  # fmt: skip


def written_page(text: str, blocks: list[Block], fine: set[str]) -> str:
    """The page with its written part made anew; `fine` are the ids of the blocks without a mistake."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{chr(10).join(entries(blocks, fine))}\n{END}{after}"


def entries(blocks: list[Block], fine: set[str]) -> Iterator[str]:
    table = russian()
    shown = examples(blocks, fine)
    told = mistakes(blocks)
    for section, meanings in meanings_of().items():
        yield f"## {HEADINGS[section]}\n"
        for phrase, meaning in meanings.items():
            yield f"### `{phrase}`\n"
            yield f"{meaning[0].upper()}{meaning[1:]}.\n"
            yield f"* Russian: {', '.join(f'`{one}`' for one in spelled(table, section, phrase))}"
            for sentence in sentences(section, phrase):
                yield f"* Grammar: `{sentence}`"
            if phrase in shown:
                page, line = shown[phrase]
                yield f"* Example ([{Path(page).stem}]({page})): `{line}`"
            codes = [code for code, _ in sorted(told.get(phrase, Counter()).items(), key=lambda one: (-one[1], one[0]))]
            if codes:
                yield f"* Mistakes: {', '.join(f'[{code}](errors.md)' for code in codes[:MOST_CODES])}"
            yield ""


def meanings_of() -> dict[str, dict[str, str]]:
    """Section → phrase → what it means."""
    return tomllib.loads(PAGE.with_suffix(".toml").read_text(encoding="utf-8"))


def spelled(table: Table, section: str, phrase: str) -> tuple[str, ...]:
    if section in APART:
        return tuple(dict.fromkeys(getattr(table, section)[phrase]))
    return tuple(dict.fromkeys(one.words.lstrip(", ") for one in table.phrases[phrase]))


def sentences(section: str, phrase: str) -> list[str]:
    """The rules of the grammar in which most words of a phrase stand, in quotes or by the terminals that spell them."""
    if section in ("acts", "bare_acts", "moments"):  # these are read where a name stands
        sign = 'NAME "of" NAME' if section == "moments" else "NAME [object]"
        return sorted((rule for rule in rules() if sign in rule), key=len)[:MOST_RULES]
    words, name = phrase.split(), phrase.replace(" ", "_")
    matched = {rule: sum(f" {word} " in literals(rule) for word in words) for rule in rules()}
    most = max(matched.values())
    fit = [rule for rule, count in matched.items() if count == most]
    return sorted(fit, key=lambda one: (not one.startswith(f"{name}:"), len(literals(one).split()), one))[:MOST_RULES]


def literals(rule: str) -> str:
    """The words that a rule spells, between blanks."""
    spelled = re.sub(r'"[^"]*"|[A-Z_]{2,}', lambda found: f" {terminals().get(found.group(), found.group())} ", rule)
    return f" {' '.join(re.findall('[a-z]+', ' '.join(re.findall(WORDS, spelled))))} "


WORDS = re.compile(r'"[a-z]+"|/[^/]*/')


@cache
def terminals() -> dict[str, str]:
    """Terminal → its pattern between slashes, units in both numbers."""
    found = re.findall(r"^([A-Z_]+)(?:\.\d)?:\s+(/.*/)", grammar_text(), re.M)
    return {
        name: pattern.replace("\\b", "").replace("s?", "") for name, pattern in found if name not in ("_NL", "NAME")
    }


@cache
def rules() -> list[str]:
    """The rules of the grammar, each alternative that stands in a line of its own by itself, without comments."""
    found, name = [], ""
    for line in grammar_text().split("// ── Words with variants")[0].split("\n"):
        line = " ".join(re.sub(r"(^|\s)//.*", "", line).split())
        head, colon, body = line.partition(": ")
        if colon and re.fullmatch(r"\??_?[a-z]\w*", head):
            name = head.lstrip("?")
        elif not line.startswith("|"):
            continue
        found.append(f"{name}: {body or line[1:].strip()}")
    return found


def examples(blocks: list[Block], fine: set[str]) -> dict[str, tuple[str, str]]:
    """Phrase → (page, line): the shortest line of the reference that uses it and stands on no mistake."""
    pages = [block for block in blocks if block.id in fine and block.page.parent == PAGE.parent]
    texts = [(block.page.name, block.text) for block in pages if block.page.name not in (PAGE.name, "russian.md")]
    found = shortest(texts)
    files = sorted((PAGE.parent.parent.parent / "jurisdictions").glob("*.proc"))
    shipped = shortest([(f"../../jurisdictions/{file.name}", file.read_text(encoding="utf-8")) for file in files])
    return {**shipped, **found}


def shortest(texts: list[tuple[str, str]]) -> dict[str, tuple[str, str]]:
    """Phrase → (page, line): the shortest line with it, and the first of those."""
    found: dict[str, tuple[str, str]] = {}
    for page, text in texts:
        lines = text.split("\n")
        for number, phrase in words_of_grammar(source_of_text(text)):
            line = " ".join(said(lines[number - 1]).split())
            if phrase not in found or len(line) < len(found[phrase][1]):
                found[phrase] = (page, line)
    return found


def mistakes(blocks: list[Block]) -> dict[str, Counter[str]]:
    """Phrase → the codes of the mistakes that the pages show in a line with it, and how often."""
    found: dict[str, Counter[str]] = {}
    for block in blocks:
        for line in block.text.split("\n"):
            codes = re.findall(r"# (?:error|warning): \[([a-z0-9-]+)\]", line)
            words = " ".join(re.findall(r"[a-z_]+", without_texts(line)))
            for phrase in phrases() if codes else ():
                if re.search(rf"(?<![a-z_]){phrase}(?![a-z_])", words):
                    found.setdefault(phrase, Counter()).update(codes)
    return found


def phrases() -> list[str]:
    return [phrase for part in meanings_of().values() for phrase in part]


def main() -> None:
    from test_docs import EXAMPLES

    fine = {block.id for block in EXAMPLES if not parse_source(source_of_text(block.text))[1]}
    PAGE.write_text(written_page(PAGE.read_text(encoding="utf-8"), EXAMPLES, fine), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
