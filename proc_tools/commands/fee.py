"""`proc fee`: what a fee comes to, with its arithmetic."""

from __future__ import annotations

import json
from typing import Any

import click

from proc_tools import text
from proc_tools.files import CannotRun, calendar_of
from proc_tools.told import pair, plan_of


@click.command("fee")
@click.argument("file")
@click.argument("name", required=False)
@click.option(
    "--set",
    "sets",
    multiple=True,
    metavar="NAME=VALUE",
    help="A fact, a value or a reading: amount=14300, base_value=45.",
)
@click.option("--start", metavar="DATE", help="The day whose law governs, where the case does not say.")
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(file: str, name: str | None, sets: tuple[str, ...], start: str | None, format_: str) -> None:
    """Compute one fee of FILE, or all of them, for the facts given."""
    from datetime import date

    from engine.case import Case, read_date, set_one
    from engine.evaluate import Evaluator, Refusal, State, show
    from engine.fees import charge
    from engine.trace import amount_record, day_record, source_records
    from engine.values import When
    from proc_tools.report import MARKS
    from procedure_dsl.diagnostics import did_you_mean

    plan, _ = plan_of(file)
    if name is not None and name not in plan.fees:
        raise CannotRun(f"no fee has the name `{name}`", did_you_mean(name, list(plan.fees)))
    case = Case()
    for one in sets:
        case = set_one(plan, case, *pair(one, "--set amount=14300"))
    on = read_date(start, "start") if start else case.start
    calendar = calendar_of(plan, file)
    answers: list[dict[str, Any]] = []
    for fee in plan.fees.values() if name is None else [plan.fees[name]]:
        events = {event: When(day) for event, day in case.events.items()}
        state = State(told=dict(case.facts), readings=dict(case.readings), events=events, today=When(on or date.min))
        try:
            found = charge(fee, Evaluator(plan, state, calendar))
        except Refusal as refusal:
            if on is None and refusal.code == "no-value":
                raise CannotRun(
                    f"{fee.label.name} depends on the day: {refusal.seen.split(';')[0].split(' for ')[0]} without one",
                    f"Type --start 2026-03-02, or {refusal.help}.",
                ) from None
            if name is None:
                click.echo(f"{fee.label.text()}: {refusal.seen}. {refusal.help}")
                continue
            raise
        changes = _readings(plan, fee, state, calendar)
        answers.append(
            {
                "id": fee.label.name, "title": fee.label.text(), "amount": amount_record(found.amount).model_dump(exclude_none=True),
                "band": found.band, "arithmetic": list(found.arithmetic), "values": dict(state.quoted), "readings": changes,
                "governed_by": day_record(found.governed).model_dump(mode="json", exclude_none=True) if found.governed and found.governed.day > date.min else None,
                "bearer": found.bearer, "sources": [s.model_dump() for s in source_records(*found.cites)],
            }
        )  # fmt: skip
        if format_ == "text":
            marks = sorted({cite.kind for cite in found.cites if cite.kind != "stated" and cite in found.cites[:1]})
            mark = f"  ({', '.join(marks)})" if marks and MARKS is not None else ""
            click.echo(f"{fee.label.text()}: {show(found.amount)}{mark}")
            for line in (*found.arithmetic, *(f"{k} = {v}" for k, v in state.quoted.items()), *changes):
                for shown in text.hang(line, "  · ", "    ", text.width()):
                    click.echo(shown)
            for cite in found.cites:
                said = f": “{cite.saying}”" if cite.saying else ""
                why = f" — reconstructed: {cite.why}" if cite.why else ""
                for shown in text.hang(f"{cite}{said}{why}", "  ¶ ", "    ", text.width()):
                    click.echo(shown)
    if format_ == "json":
        click.echo(json.dumps({"format_version": 1, "fees": answers}, ensure_ascii=False, indent=2))


def _readings(plan: Any, fee: Any, state: Any, calendar: Any) -> list[str]:
    """What each other reading consulted would make of the fee."""
    from dataclasses import replace

    from engine.evaluate import Evaluator, Refusal, show
    from engine.fees import charge

    lines = []
    now = charge(fee, Evaluator(plan, replace(state, read={}, quoted={}), calendar)).amount
    for name in list(state.read):
        reading = plan.readings[name]
        for option in reading.options:
            if option.name == state.readings.get(name, reading.preferred):
                continue
            other = replace(state, readings={**state.readings, name: option.name}, read={}, quoted={})
            try:
                amount = charge(fee, Evaluator(plan, other, calendar)).amount
            except Refusal as refusal:
                lines.append(f"reading {name}={option.name}: {refusal.seen}")
                continue
            if amount != now:
                lines.append(f"reading {name}={option.name}: {show(amount)} ({option.text})")
    return lines
