"""`proc schema`: JSON Schemas of what goes in and what comes out."""

from __future__ import annotations

import json
from typing import Any

import click

from proc_tools.told import plan_of


@click.command("schema")
@click.argument("what", type=click.Choice(["trace", "case", "diagnostics"]))
@click.argument("file", required=False)
def command(what: str, file: str | None) -> None:
    """Print the JSON Schema of an answer (trace), of a case (of FILE, if one is named), or of diagnostics."""
    if what == "trace":
        from engine.trace import Trace

        schema: dict[str, Any] = Trace.model_json_schema()
    elif what == "case":
        schema = _case(file)
    else:
        schema = _diagnostics()
    click.echo(
        json.dumps({"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}, ensure_ascii=False, indent=2)
    )


def _case(file: str | None) -> dict[str, Any]:
    """Every fact a case of this file can tell, with its question; without a file, any names."""
    from engine.case import event_names, ways_of

    anything: dict[str, Any] = {"type": "object", "additionalProperties": {"type": ["string", "number", "boolean"]}}
    facts, events, choose, readings = (
        anything,
        {"type": "object", "additionalProperties": {"type": "string", "format": "date"}},
        anything,
        anything,
    )
    if file is not None:
        plan, _ = plan_of(file)
        told = {**plan.facts, **plan.rules, **plan.values}
        facts = _closed({name: _fact(thing) for name, thing in told.items()})
        events = _closed({name: {"type": "string", "format": "date"} for name in event_names(plan)})
        choose = _closed(
            {name: {"type": ["string", "array"], "description": ", ".join(ways_of(plan, name))} for name in plan.stages}
        )
        readings = _closed(
            {name: {"enum": [option.name for option in reading.options]} for name, reading in plan.readings.items()}
        )
    return {
        "title": "case", "type": "object", "additionalProperties": False,
        "properties": {
            "title": {"type": "string"}, "start": {"type": "string", "format": "date"}, "facts": facts, "events": events,
            "choose": choose, "readings": readings,
        },
    }  # fmt: skip


def _closed(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": False, "properties": properties}


def _fact(thing: Any) -> dict[str, Any]:
    ask = next((words for language, words in getattr(thing, "ask", ()) if not language), thing.label.text())
    match thing.kind.name:
        case "yes or no":
            return {"enum": ["yes", "no", "unknown", True, False], "description": ask}
        case "one of":
            return {"enum": [*thing.kind.options, "unknown"], "description": ask}
        case "date":
            return {"type": "string", "format": "date", "description": ask}
    return {"type": ["string", "number", "object"], "description": ask}


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
