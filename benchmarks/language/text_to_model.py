"""How long it takes from text to checked model, and how much memory: in ratios to a bare Lark parse of the same text.

Times are those of the processor, so that a busy machine does not count.

    python benchmarks/language/text_to_model.py [ROUNDS]

The text is 10 000 lines and more: the declarations of the shipped jurisdictions, repeated under other names.
"""

from __future__ import annotations

import gc
import re
import statistics
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path

from lark import Lark

from procedure_dsl import Source, load, model, source_of_text
from procedure_dsl.check import check_model
from procedure_dsl.collector import resting_collector
from procedure_dsl.lower import lower_tree
from procedure_dsl.parse import parse_source, read_declaration
from procedure_dsl.source import declarations
from procedure_dsl.tables import Layout, language, whole_words
from procedure_dsl.words import grammar_text

SHIPPED = Path(__file__).parents[2] / "jurisdictions"
LINES = 10_000
TEXTS = re.compile(r'("[^"]*"|#[^\n]*)')
WORD = re.compile(r"[^\W\d]\w*")


def repeated(name: str, lines: int) -> str:
    """A shipped file so often, each time under other names, that it has so many lines."""
    text = (SHIPPED / f"{name}.proc").read_text(encoding="utf-8")
    checked = load(source_of_text(text))
    names = {
        node.name
        for declaration in checked.jurisdiction.declarations
        for node in (declaration, *getattr(declaration, "lines", ()))
        if isinstance(node, model.Declaration | model.Item)
        and not isinstance(node, model.JurisdictionHead | model.SourceText)
    }
    chunks = ["\n".join(chunk) for _, chunk in declarations(source_of_text(text))]
    once = [chunk for at, chunk in enumerate(chunks) if at == 0 or chunk.startswith("source ")]
    body = "\n".join(chunk for chunk in chunks if chunk not in once)
    copies, number = once, 0
    while sum(copy.count("\n") + 1 for copy in copies) < lines:
        number += 1
        copies.append("".join(_renamed(body, names, number)))
    return "\n".join(copies) + "\n"


def _renamed(text: str, names: set[str], number: int) -> Iterator[str]:
    for part in TEXTS.split(re.sub(r'^(scenario ")', rf"\g<1>{number}: ", text, flags=re.M)):
        if part.startswith(('"', "#")):
            yield part
        else:
            yield WORD.sub(lambda found: f"{found[0]}_{number}" if found[0] in names else found[0], part)


def plain_lark() -> Lark:
    """The same grammar in Lark as it comes: one text, no positions, no tree but the bare one."""
    grammar = grammar_text() + "\nfile: _NL? (_declaration | replacement)+\n"
    return Lark(
        grammar, start="file", parser="lalr", lexer="contextual", postlex=Layout(), edit_terminals=whole_words,
        propagate_positions=False, maybe_placeholders=False,
    )  # fmt: skip


def seconds(work: Callable[[], object]) -> float:
    gc.collect()
    read_declaration.cache_clear()  # nothing is read in advance
    began = time.process_time()
    kept = work()
    took = time.process_time() - began
    del kept
    return took


def resting(work: Callable[[], object]) -> object:
    """The work, with the garbage collector out of the way as in `load`."""
    with resting_collector():
        return work()


def memory(work: Callable[[], object]) -> tuple[int, int]:
    """(retained, peak) bytes of what some work returns."""
    gc.collect()
    read_declaration.cache_clear()
    tracemalloc.start()
    kept = work()
    gc.collect()
    _, peak = tracemalloc.get_traced_memory()
    read_declaration.cache_clear()  # the trees that are kept for reading again are no part of the answer
    gc.collect()
    retained, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    del kept
    return retained, peak


def measure(name: str, lines: int, rounds: int) -> None:
    source: Source = source_of_text(repeated(name, lines), f"{name}.proc")
    lark = plain_lark()
    parsed, _ = parse_source(source)
    jurisdiction, _ = lower_tree(parsed)
    faults = [one for one in load(source).diagnostics if one.is_error]
    assert not faults, faults[:3]
    assert len(load(source).diagnostics) < 50, "with many findings, not all checks are made"
    works: dict[str, Callable[[], object]] = {
        "plain Lark, bare tree": lambda: lark.parse(source.text),
        "  its collector resting": lambda: resting(lambda: lark.parse(source.text)),
        "text → checked model": lambda: load(source),
        "  text → trees": lambda: resting(lambda: parse_source(source)),
        "  trees → model": lambda: resting(lambda: lower_tree(parsed)),
        "  model → checked": lambda: resting(lambda: check_model(source, (), jurisdiction, frozenset(), [])),
    }
    times: dict[str, list[float]] = {what: [] for what in works}
    for _ in range(rounds):
        for what, work in works.items():
            times[what].append(seconds(work))
    number = len(source.lines)
    bare = [*times["plain Lark, bare tree"]]
    print(f"{name}, {number:,} lines, median of {rounds} rounds\n")
    for what, took in times.items():
        ratio = statistics.median(ours / peer for ours, peer in zip(took, bare, strict=True))
        print(
            f"{what:24} {statistics.median(took):7.2f} s {number / statistics.median(took):10,.0f} lines/s {ratio:6.2f} × Lark"
        )
    for what in ("plain Lark, bare tree", "text → checked model"):
        retained, peak = memory(works[what])
        print(f"{what:24} {retained / number:7,.0f} bytes a line kept, {peak / number:,.0f} at the peak")
    print()


def measure_again(name: str, rounds: int) -> None:
    """A shipped file checked again after an edit, in a running process: each time another line is changed."""
    text = (SHIPPED / f"{name}.proc").read_text(encoding="utf-8")
    lines = text.split("\n")
    load(source_of_text(text))
    took = []

    def again(edited: str) -> float:
        began = time.process_time()
        load(source_of_text(edited))
        return time.process_time() - began

    for at in range(0, len(lines), max(1, len(lines) // rounds)):
        edited = "\n".join([*lines[:at], lines[at] + "  # edited", *lines[at + 1 :]])
        took.append(again(edited))
    print(
        f"{name}: checked again after an edit, {len(lines)} lines: median {statistics.median(took) * 1000:.0f} ms, "
        f"worst of {len(took)} {max(took) * 1000:.0f} ms"
    )


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    language()
    print(f"Python {sys.version.split()[0]}\n")
    for name in ("belarus", "kazakhstan"):
        measure(name, LINES, rounds)
    for name in ("belarus", "kazakhstan"):
        measure_again(name, 20)


if __name__ == "__main__":
    main()
