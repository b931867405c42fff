"""Tree → jurisdiction: the shapes of the grammar become the records of the model, one rule each."""

from __future__ import annotations

from lark import Tree

from procedure_dsl import model
from procedure_dsl.diagnostics import Diagnostic
from procedure_dsl.lowering.law import Law
from procedure_dsl.lowering.road import Roads
from procedure_dsl.lowering.tools import Branch
from procedure_dsl.lowering.worked import Worked
from procedure_dsl.parse import Parsed


class Lowering(Law, Roads, Worked):
    """Every rule of the grammar by its name."""


def lower_tree(parsed: Parsed) -> tuple[model.Jurisdiction, list[Diagnostic]]:
    """The model of every tree, and the mistakes that one node alone can show."""
    found: list[Diagnostic] = []
    declarations = []
    lines = parsed.source.lines
    for tree, lines_before in parsed.trees:
        lowering = Lowering(parsed.source.name, lines, lines_before, found)
        declarations += [lowering.node(child) for child in tree.children if isinstance(child, Tree)]
    return model.Jurisdiction(declarations=tuple(declarations)), found


def lower_length(tree: Branch) -> model.Length:
    """A length that stands alone, as in `proc count FILE "20 working days"`."""
    length: model.Length = Lowering("length", [], 0, []).node(tree)
    return length
