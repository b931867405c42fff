"""Results of scenarios → what none of them touches: the measure of how well a file is tried."""

from __future__ import annotations

from collections.abc import Iterable

from engine.records import Clause, Plan, spot
from engine.scenarios import Result

KINDS = ("stages", "ways", "fee bands", "bearers", "terms", "exceptions", "readings")


def untouched(plan: Plan, results: Iterable[Result]) -> dict[str, list[str]]:
    """By kind, in the order of the text, what no scenario came through or asked for."""
    touched: dict[str, set[str]] = {kind: set() for kind in KINDS}
    for result in results:
        for kind, names in _touched(plan, result).items():
            touched[kind] |= names
    return {kind: [name for name in names if name not in touched[kind]] for kind, names in _all(plan).items()}


def _all(plan: Plan) -> dict[str, list[str]]:
    ways = [edge.id for edge in plan.edges()]
    return {
        "stages": list(plan.stages),
        "ways": sorted(ways),
        "fee bands": [_band(plan, name, row.line) for name, fee in plan.fees.items() for row in fee.rows],
        "bearers": [_band(plan, name, bearer.line) for name, fee in plan.fees.items() for bearer in fee.bearers],
        "terms": [name for name, deadline in plan.deadlines.items() if deadline.named],
        "exceptions": [_exception(name, clause.label) for name, clause in _exceptions(plan)],
        "readings": [f"{name}={option.name}" for name, reading in plan.readings.items() for option in reading.options],
    }


def _touched(plan: Plan, result: Result) -> dict[str, set[str]]:
    """What one scenario's walk came through, and what its expectations asked for."""
    road = result.road
    if road is None:
        return {}
    asked = {one.name for one in result.scenario.expectations if one.kind == "due"}
    readings = road.case.readings
    return {
        "stages": set(road.visits),
        "ways": set(road.log.path),
        "fee bands": {_band(plan, fee, line) for fee, line in road.log.bands},
        "bearers": {_band(plan, fee, line) for fee, line in road.log.borne},
        "terms": {entry.id for entry in road.log.deadlines} | asked,
        "exceptions": {_exception(name, label) for name, label in road.state.held},
        "readings": {f"{name}={readings.get(name, plan.readings[name].preferred)}" for name in road.state.read},
    }


def _band(plan: Plan, fee: str, line: int) -> str:
    return f"{fee}, {spot(line, plan.fees[fee].rows[0].file)}"


def _exceptions(plan: Plan) -> list[tuple[str, Clause]]:
    """Every labelled exception of a derived fact or a term."""
    clauses = [(name, clause) for name, rule in plan.rules.items() for clause in rule.clauses]
    clauses += [(name, clause) for name, deadline in plan.deadlines.items() for clause in deadline.versions]
    return [(name, clause) for name, clause in clauses if clause.kind == "except"]


def _exception(name: str, label: str) -> str:
    return f"{name}, {label}"
