"""`proc schema`: JSON Schemas of what goes in and what comes out."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from proc_tools.files import CannotRun
from proc_tools.told import plan_of

if TYPE_CHECKING:
    from engine.records import Kind


@click.command("schema")
@click.argument("what", type=click.Choice(["trace", "case", "questions", "diagnostics", "audit", "checklist", "paths"]))
@click.argument("file", required=False)
def command(what: str, file: str | None) -> None:
    """Print the JSON Schema of an answer (trace, paths, questions, audit, checklist), of a case (of FILE, if one is named), or of diagnostics."""
    if file is not None and what != "case":
        raise CannotRun(f"the schema of {what} is the same for every file", f"Type proc schema {what}.")
    if what == "trace":
        from engine.trace import Trace

        schema: dict[str, Any] = Trace.model_json_schema()
    elif what == "audit":
        from engine.audit import Audit

        schema = Audit.model_json_schema()
    elif what == "checklist":
        from engine.checklist import Checklist

        schema = Checklist.model_json_schema()
    elif what == "paths":
        from engine.exact import Paths

        schema = Paths.model_json_schema()
    elif what == "questions":
        from engine.interview import Interview

        schema = Interview.model_json_schema()
    elif what == "case":
        schema = _case(file)
    else:
        schema = _diagnostics()
    click.echo(
        json.dumps({"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}, ensure_ascii=False, indent=2)
    )


def _case(file: str | None) -> dict[str, Any]:
    """Every fact a case of this file can tell, with its question; without a file, any names."""
    facts, events, choose, readings = (_any(one) for one in (FACT, DAYS, CHOICE, {"type": "string"}))
    if file is not None:
        from engine.case import event_names, sum_names, ways_of

        plan, _ = plan_of(file, as_json=True)
        told = {**plan.facts, **plan.rules, **plan.values}
        facts = _closed({name: _fact(thing) for name, thing in told.items()})
        sums = {name: {"anyOf": [{"type": ["string", "number"]}, AMOUNT]} for name in sum_names(plan)}
        decided = {name: _told(kind, plan.label(name).text()) for name, kind in plan.discretions.items()}
        facts["properties"] |= sums | decided
        events = _closed(dict.fromkeys(event_names(plan), DAYS))
        choose = _closed({name: _choice(ways) for name in plan.stages if (ways := ways_of(plan, name))})
        readings = _closed(
            {name: {"enum": [option.name for option in reading.options]} for name, reading in plan.readings.items()}
        )
    parts = {"title": {"type": "string"}, "start": DAY, "facts": facts, "events": events, "choose": choose}
    return {"title": "case", **_closed({**parts, "readings": readings})}


DAY = {"type": "string", "format": "date", "pattern": r"^\d{4}-\d\d-\d\d$"}
DAYS = {"anyOf": [DAY, {"type": "array", "items": DAY, "minItems": 1}]}  # a day for each time that it happened
CHOICE = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}
AMOUNT = {
    "type": "object",
    "additionalProperties": False,
    "required": ["amount"],
    "properties": {"amount": {"type": ["string", "number"]}, "currency": {"type": "string"}},
}
FACT: dict[str, Any] = {"anyOf": [{"type": ["string", "number", "boolean"]}, AMOUNT]}


def _any(one: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": one}


def _closed(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": False, "properties": properties}


def _choice(ways: list[str]) -> dict[str, Any]:
    """One way, or one visit after another: as a list, or parted by commas."""
    several = "^\\s*({0})(\\s*,\\s*({0}))*\\s*$".format("|".join(ways))
    return {
        "anyOf": [{"type": "string", "pattern": several}, {"type": "array", "items": {"enum": ways}, "minItems": 1}]
    }


def _fact(thing: Any) -> dict[str, Any]:
    """What a fact, a rule or a value can be told as; its question is the description."""
    ask = next((words for language, words in getattr(thing, "ask", ()) if not language), thing.label.text())
    return _told(thing.kind, ask)


def _told(kind: Kind, ask: str) -> dict[str, Any]:
    told = {"description": ask}
    match kind.name:
        case "yes or no":
            return {"enum": ["yes", "no", "unknown", True, False], **told}
        case "one of":
            return {"enum": [*kind.options, "unknown"], **told}
        case "date":
            return {"anyOf": [DAY, {"const": "unknown"}], **told}
        case "money":
            return {"anyOf": [{"type": ["string", "number"]}, AMOUNT], **told}
    return {"type": ["string", "number"], **told}


def _diagnostics() -> dict[str, Any]:
    text, number = {"type": "string"}, {"type": "integer"}
    one = _closed(
        {
            "code": text, "severity": {"enum": ["error", "warning"]}, "source": text, "line": number, "column": number,
            "end_line": number, "end_column": number, "message": text, "help": text,
        }
    )  # fmt: skip
    return {
        "title": "diagnostics",
        **_closed(
            {
                "format_version": {"const": 1},
                "valid": {"type": "boolean"},
                "diagnostics": {"type": "array", "items": one},
            }
        ),
    }
