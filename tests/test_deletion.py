"""Nothing is parsed and ignored: without any one of its lines a shipped file is faulted, or makes another plan.

A line belongs to one declaration, so only that declaration is read anew; the others are taken as they were read once.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import accumulate

import pytest
from procs import SHIPPED, text_of

from engine.plan import make_plan
from engine.records import Plan
from procedure_dsl import Checked, Source, model, source_of_text
from procedure_dsl.check import check_model
from procedure_dsl.lower import lower_tree
from procedure_dsl.parse import parse_source
from procedure_dsl.source import declarations, is_sentence

Nodes = tuple[model.Node, ...]


@dataclass(frozen=True)
class Shipped:
    """A shipped file, cut into its declarations, each with what it was lowered to."""

    source: Source
    chunks: tuple[tuple[str, ...], ...]
    nodes: tuple[Nodes, ...]
    plan: Plan
    law: Plan  # the same without its scenarios, which nothing else reads

    def first_line(self, at: int) -> int:
        return [1, *accumulate((len(chunk) for chunk in self.chunks), initial=1)][at + 1]


def lowered(lines: tuple[str, ...]) -> Nodes | None:
    """What some lines say; None if they are faulted."""
    parsed, mistakes = parse_source(source_of_text("\n".join(lines)))
    whole, more = lower_tree(parsed)
    return None if mistakes or more else whole.declarations


@cache
def whole_file(name: str) -> Shipped:
    source = source_of_text(text_of(name))
    chunks = tuple(tuple(lines) for _, lines in declarations(source))
    nodes = tuple(lowered(chunk) or () for chunk in chunks)
    every = model.Jurisdiction(declarations=sum(nodes, ()))
    assert check_model(source, (), every, frozenset(), []).diagnostics == ()
    return Shipped(
        source, chunks, nodes, plan_of(source, every.declarations), plan_of(source, law_in(every.declarations))
    )


def plan_of(source: Source, nodes: Nodes) -> Plan:
    return make_plan(Checked(source, model.Jurisdiction.model_construct(declarations=nodes)))


def law_in(nodes: Nodes) -> Nodes:
    return tuple(node for node in nodes if not isinstance(node, model.Scenario))


def is_missed(file: Shipped, at: int, line: int) -> bool:
    """Whether anything changes when a line (of one declaration, from 0) is not there."""
    rest = file.chunks[at][:line] + file.chunks[at][line + 1 :]
    heading = next(number for number, text in enumerate(file.chunks[at]) if is_sentence(text))
    first = max(at - 1, 0) if line == heading else at  # what a heading led falls to the declaration above
    nodes = lowered(file.chunks[first] + rest if first < at else rest)
    if nodes is None:
        return True
    without: Nodes = sum((*file.nodes[:first], nodes, *file.nodes[at + 1 :]), ())
    try:
        if law_in(nodes) and plan_of(file.source, law_in(without)) != file.law:
            return True
        if plan_of(file.source, without) != file.plan:
            return True
    except Exception:  # no plan can be made of it: then a check has to say why
        pass
    whole = model.Jurisdiction.model_construct(declarations=without)
    return check_model(file.source, (), whole, frozenset(), []).diagnostics != ()


@pytest.mark.parametrize(
    ("name", "at"),
    [(name, at) for name in SHIPPED for at in range(len(list(declarations(source_of_text(text_of(name))))))],
    ids=lambda value: str(value),
)
def test_no_line_can_be_deleted_without_a_finding_or_another_plan(name: str, at: int) -> None:
    file = whole_file(name)
    idle = [
        f"{name}.proc:{file.first_line(at) + line}: {text.strip()}"
        for line, text in enumerate(file.chunks[at])
        if is_sentence(text) and not is_missed(file, at, line)
    ]
    assert idle == []
