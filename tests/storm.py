"""Our cells as a model of Storm, and what Storm's exact mode says of it. An oracle alone: nothing of it is used by the engine."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

from engine.exact.cells import Cell, Cells, Way

Goal = Callable[[Cell, Way], Fraction]


def prism(cells: Cells, goals: dict[str, Goal]) -> str:
    """An MDP in the language of PRISM: one number a cell, one for each end; a reward is that of the action, in expectation."""
    number = {cell: at for at, cell in enumerate(cells.all)}
    ends = sorted({(way.end.status, way.end.name) for cell in cells.all for way in cell.ways if way.end})
    at_end = {end: len(number) + at for at, end in enumerate(ends)}

    def target(way: Way) -> int:
        return number[way.cell] if way.cell is not None else at_end[way.end.status, way.end.name]  # type: ignore[union-attr]

    lines = ["mdp", "module road", f"  s : [0..{len(number) + len(ends)}] init {number[cells.root]};"]
    rewards: dict[str, list[str]] = {name: [] for name in goals}
    for cell in cells.all:
        here = number[cell]
        choices = (
            [[(Fraction(1), way)] for way in cell.ways]
            if cell.ours
            else [[(way.option.odds[0], way) for way in cell.ways]]
        )
        for at, choice in enumerate(choices):
            into: dict[int, Fraction] = {}
            for odds, way in choice:
                into[target(way)] = into.get(target(way), Fraction(0)) + odds
            words = " + ".join(f"{odds} : (s'={to})" for to, odds in into.items() if odds)
            lines.append(f"  [a{here}_{at}] s={here} -> {words};")
            for name, goal in goals.items():
                worth = sum((odds * goal(cell, way) for odds, way in choice), Fraction(0))
                if worth:
                    rewards[name].append(f"  [a{here}_{at}] s={here} : {worth};")
    lines += [f"  [] s={at} -> 1 : (s'={at});" for at in at_end.values()]
    lines.append("endmodule")
    lines += [f'label "{name}" = s={at};' for (_, name), at in at_end.items()]
    lines.append(f'label "done" = s>={len(number)} & s<{len(number) + len(ends)};')
    for name, rows in rewards.items():
        lines += [f'rewards "{name}"', "  true : 0;", *rows, "endrewards"]
    return "\n".join(lines) + "\n"


def asked(stormpy: Any, text: str, properties: str, exact: bool = True) -> list[Fraction]:
    """The answers at the start. In exact mode they are fractions."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "road.nm"
        path.write_text(text, encoding="utf-8")
        program = stormpy.parse_prism_program(str(path))
    found = stormpy.parse_properties(properties, program)
    model = stormpy.build_model[stormpy.Rational](program, found) if exact else stormpy.build_model(program, found)
    start = model.initial_states[0]
    return [Fraction(str(stormpy.model_checking(model, one).get_value(start))) for one in found]
