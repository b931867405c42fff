"""`proc fee`: what a fee comes to, with its arithmetic."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from proc_tools.files import CannotRun, Findings, calendar_of
from proc_tools.told import language_option, pair, plan_of, speak

if TYPE_CHECKING:
    from engine.bearers import Bearing
    from engine.calendar import Calendar
    from engine.case import Case
    from engine.evaluate import Evaluator
    from engine.fees import Charge
    from engine.records import Fee, Plan


@click.command("fee")
@click.argument("file")
@click.argument("name", required=False)
@click.option(
    "--set",
    "sets",
    multiple=True,
    metavar="NAME=VALUE",
    help="A fact, a value, a reading, or the day of an event: amount=14300.",
)
@click.option("--start", metavar="DATE", help="The day whose law governs, where the case does not say.")
@language_option
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(file: str, name: str | None, sets: tuple[str, ...], start: str | None, lang: str, format_: str) -> None:
    """Compute the fee NAME of FILE, or all of its fees, for the facts given."""
    from engine.calendar import CalendarError
    from engine.case import Case, read_date, set_each
    from engine.refusal import Refusal
    from proc_tools.colophon import colophon
    from procedure_dsl.diagnostics import did_you_mean

    plan, _ = plan_of(file, as_json=format_ == "json")
    speak(lang, plan)
    if name is not None and name not in plan.fees:
        raise CannotRun(
            f"no fee has the name `{name}`",
            did_you_mean(name, list(plan.fees), "" if plan.fees else "The file has none."),
        )
    case = set_each(plan, Case(), [pair(one, "--set amount=14300") for one in sets])
    if start is not None:
        case = replace(case, start=read_date(start, "--start"))
    calendar = calendar_of(plan, file)
    answers: list[Answer] = []
    for fee in plan.fees.values() if name is None else [plan.fees[name]]:
        try:
            answers.append(_answer(plan, fee, case, calendar))
        except (CannotRun, Refusal, CalendarError) as error:
            refused = error if isinstance(error, CannotRun) else CannotRun(str(error), getattr(error, "help", ""))
            if name is not None:
                raise refused from None
            answers.append(Answer(fee, refused=refused))
    if format_ == "json":
        data = {
            "format_version": 1,
            "as_of": case.start.isoformat() if case.start else None,
            "fees": [answer.as_data(plan) for answer in answers],
        }
        click.echo(json.dumps(data, ensure_ascii=False, indent=2))
    else:
        lines = [line for answer in answers for line in answer.as_text(plan)]
        click.echo("\n".join([*lines, *colophon(plan, calendar, case.start, lines)]))
    if any(answer.refused for answer in answers):
        raise Findings


@dataclass(frozen=True, slots=True)
class Answer:
    """One fee worked out, or the reason why it cannot be."""

    fee: Fee
    charge: Charge | None = None
    values: tuple[tuple[str, str], ...] = ()
    borne: tuple[Bearing, ...] = ()
    readings: tuple[str, ...] = ()  # what the other readings would make of it
    refused: CannotRun | None = None

    def as_text(self, plan: Plan) -> list[str]:
        from engine.records import CLASSES
        from engine.simulate import bearing_record
        from engine.values import Range, Unknown, answer
        from proc_tools import text
        from proc_tools.report import borne_words
        from procedure_dsl.wording import say

        title, found, cells = self.fee.label.text(), self.charge, text.width()
        if found is None:
            assert self.refused is not None
            return text.hang(f"{title}: {self.refused.seen}. {self.refused.help}", "", "    ", cells)
        kind = found.cites[0].kind if found.cites else "stated"
        mark = f"  ({say(CLASSES[kind])})" if kind not in ("stated", "not stated") else ""
        lines = text.hang(f"{title}: {answer(found.amount)}{mark}", "", "    ", cells)
        untold = found.amount.names if isinstance(found.amount, Unknown) else ()
        left = dict.fromkeys(one.name for one in found.amount.by) if isinstance(found.amount, Range) else ()
        for line in (
            *found.arithmetic,
            *(
                say("left to be decided: {title} ({set})", title=plan.label(name).text(), set=f"--set {name}=…")
                for name in left
            ),
            *(f"{name} = {words}" for name, words in self.values),
            *borne_words(bearing_record(plan, one) for one in self.borne),
            *(
                say("not told: {question} ({set})", question=plan.label(name).text(), set=f"--set {_typed(name)}")
                for name in untold
            ),
            *self.readings,
        ):
            lines += text.hang(line, "  · ", "    ", cells)
        for cite in dict.fromkeys((*found.cites, *(one.cite for one in self.borne if one.cite))):
            said = f": “{cite.saying}”" if cite.saying else ""
            why = f" — {cite.why}" if cite.why else ""
            lines += text.hang(f"{cite}{said}{why}", "  ¶ ", "    ", cells)
        return lines

    def as_data(self, plan: Plan) -> dict[str, Any]:
        from engine.simulate import bearing_record
        from engine.trace import amount_record, day_record, source_records

        data: dict[str, Any] = {"id": self.fee.label.name, "title": self.fee.label.text()}
        found = self.charge
        if found is None:
            assert self.refused is not None
            return {**data, "refused": self.refused.seen, "help": self.refused.help}
        governed = found.governed if found.governed and found.governed.day > date.min else None
        return {
            **data, "amount": amount_record(found.amount).model_dump(exclude_none=True), "band": found.band,
            "arithmetic": list(found.arithmetic), "values": dict(self.values), "readings": list(self.readings),
            "governed_by": day_record(governed).model_dump(mode="json", exclude_none=True) if governed else None,
            "borne": [bearing_record(plan, one).model_dump(mode="json", exclude_none=True) for one in self.borne],
            "sources": [one.model_dump() for one in source_records(*found.cites, *(one.cite for one in self.borne))],
        }  # fmt: skip


def _typed(name: str) -> str:
    """How a thing is told, as a shell takes it."""
    return f'"{name}=…"' if " " in name else f"{name}=…"


def _answer(plan: Plan, fee: Fee, case: Case, calendar: Calendar) -> Answer:
    from engine.bearers import bearings
    from engine.values import Unknown

    found, ask = _charge(plan, fee, case, calendar)
    read, quoted = list(ask.state.read), tuple(ask.state.quoted.items())
    lacks = found.amount.names if isinstance(found.amount, Unknown) else ()
    if case.start is None and "start" in lacks:
        raise CannotRun(f"{fee.label.name} depends on the day", "Type --start 2026-03-02, for example.")
    borne = bearings(fee, found, ask)
    return Answer(fee, found, quoted, borne, tuple(_other_readings(plan, fee, case, calendar, found, read)))


def _charge(plan: Plan, fee: Fee, case: Case, calendar: Calendar) -> tuple[Charge, Evaluator]:
    """The fee, and who was asked: what that read stands in its state."""
    from engine.case import refuse_each_out_of_bounds
    from engine.evaluate import Evaluator, State
    from engine.fees import charge
    from engine.values import When

    events = {event: When(days[-1]) for event, days in case.events.items()}
    start = When(case.start) if case.start else None
    state = State(told=dict(case.facts), readings=dict(case.readings), events=events)
    if start is not None:
        state.today = state.events["start"] = start
    ask = Evaluator(plan, state, calendar)
    refuse_each_out_of_bounds(ask)
    return charge(fee, ask, start), ask


def _other_readings(plan: Plan, fee: Fee, case: Case, calendar: Calendar, found: Charge, read: list[str]) -> list[str]:
    """What each other option of the readings consulted would make of the fee."""
    from engine.calendar import CalendarError
    from engine.refusal import Refusal
    from engine.values import show
    from procedure_dsl.wording import say

    lines = []
    for name in read:
        reading = plan.readings[name]
        for option in reading.options:
            if option.name == case.readings.get(name, reading.preferred):
                continue
            reading_words = say("reading {reading}", reading=f"{name}={option.name}")
            other = replace(case, readings={**case.readings, name: option.name})
            try:
                amount = _charge(plan, fee, other, calendar)[0].amount
            except (Refusal, CalendarError) as error:
                lines.append(f"{reading_words}: {error}")
                continue
            if amount != found.amount:
                lines.append(f"{reading_words}: {show(amount)} ({option.text()})")
    return lines
