"""`proc compare`: jurisdictions, or routes through one of them, side by side."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from proc_tools.cli import program_version
from proc_tools.files import CannotRun, Findings, calendar_of, load_file
from proc_tools.told import find_scenario, language_option, pair, plan_of, practice_names, speak

if TYPE_CHECKING:
    from engine.calendar import Calendar
    from engine.case import Case
    from engine.compare import Column, Row
    from engine.records import Plan


@click.command("compare")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option(
    "--amount", "amounts", multiple=True, metavar="AMOUNT", help='What is claimed: "14300 XTS", once a currency.'
)
@click.option("--start", metavar="DATE", help="The day on which every case starts.")
@click.option("--set", "sets", multiple=True, metavar="NAME=VALUE", help="A fact, for the files that know it.")
@click.option(
    "--choose",
    "choices",
    multiple=True,
    metavar="STAGE=WAY",
    help="A way, kept to at every visit; for the files that have the stage.",
)
@click.option(
    "--reading", "readings", multiple=True, metavar="NAME=OPTION", help="A reading, for the files that have it."
)
@click.option(
    "--route",
    "routes",
    multiple=True,
    metavar='"STAGE=WAY ..."',
    help="A column of its own for these choices; with one FILE.",
)
@click.option(
    "--practice",
    "practice",
    multiple=True,
    metavar="NAME",
    help="Whose odds --every-way counts with: a practice of the files, or a .proc file for those that it fits.",
)
@click.option(
    "--pace",
    type=click.Choice(["law", "practice"]),
    default="law",
    show_default=True,
    help="Whether others take the time of the law or that of practice.",
)
@click.option(
    "--every-way",
    "every_way",
    is_flag=True,
    help="Also every way through: ends with odds, days and fees, and what is best.",
)
@language_option
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(
    files: tuple[str, ...], amounts: tuple[str, ...], start: str | None, sets: tuple[str, ...],
    choices: tuple[str, ...], readings: tuple[str, ...], routes: tuple[str, ...], practice: tuple[str, ...],
    pace: str, every_way: bool, lang: str, format_: str,
) -> None:  # fmt: skip
    """Put the first scenario of each FILE side by side, with one amount and one first day; or the routes of one FILE.

    Money is never converted. A row that cannot be compared says why. Leaves with 1 where a column has no answer.
    """
    from engine.compare import side_by_side, ways_through

    if (len(files) > 1) == bool(routes) or (routes and len(routes) < 2):
        raise CannotRun(
            "there is nothing to compare" if not routes else "routes are compared within one file, two or more of them",
            'Type two files, or one file and --route "STAGE=WAY" twice.',
        )
    if files.count("-") > 1:
        raise CannotRun("only one FILE can be standard input", "Save the others to files.")
    more = tuple(one for one in practice if one.endswith(".proc"))
    fitting = [_fitting(one, more, files) for one in files]
    read = [plan_of(one, fits, as_json=format_ == "json") for one, fits in zip(files, fitting, strict=True)]
    plans = [plan for plan, _ in read]
    speak(lang, plans[0])
    calendars = [calendar_of(plan, one) for plan, one in zip(plans, files, strict=True)]
    cases = [_first_case(plan, start) for plan in plans]
    cases = _amounts(plans, cases, amounts, files)
    for given, tell, example in (
        (sets, _set, "--set insured=yes"), (choices, _choose, "--choose stage=way"), (readings, _read, "--reading name=option"),
    ):  # fmt: skip
        for one in given:
            cases = tell(plans, cases, *pair(one, example))
    cases = [
        replace(
            case,
            practice=practice_names(
                plan, checked, tuple(one for one in practice if one in plan.practice or one in fits)
            ),
            paced=pace == "practice",
        )
        for (plan, checked), case, fits in zip(read, cases, fitting, strict=True)
    ]
    for one in practice:
        if one not in more and all(one not in plan.practice for plan in plans):
            raise CannotRun(f"no practice has the name `{one}`", "Name one of the files.")
    columns = list(_columns(plans, cases, calendars, routes))
    rows = [*side_by_side(columns)]
    if every_way:
        typed = {pair(text, "--choose stage=way")[0] for text in choices}
        typed |= {text.partition("=")[0] for route in routes for text in route.replace(";", " ").split()}
        rows += ways_through(columns, calendars if not routes else calendars * len(columns), typed)
    rows += _published(columns)
    if format_ == "json":
        click.echo(json.dumps(_data(columns, rows), ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(_text(columns, rows, calendars)))
    if any(one.road is None for one in columns):
        raise Findings


def _fitting(file: str, practice: tuple[str, ...], files: tuple[str, ...]) -> tuple[str, ...]:
    """The files of practice that fit a file; one that fits none is read with the first, which says why it does not."""
    found = []
    for one in practice:
        fits = [name for name in files if not load_file(name, one).has_errors]
        if file in fits or (not fits and file == files[0]):
            found.append(one)
    return tuple(found)


# ── The cases ───────────────────────────────────────────────────────────────────────────────────


def _first_case(plan: Plan, start: str | None) -> Case:
    """The file's first scenario; one that is moved to another day leaves the days of its events behind."""
    from engine.case import Case, read_date
    from engine.scenarios import case_of_scenario

    case = case_of_scenario(plan, find_scenario(plan, None)) if plan.scenarios else Case()
    return case if start is None else replace(case, start=read_date(start, "--start"), events={})


def _amounts(plans: list[Plan], cases: list[Case], amounts: tuple[str, ...], files: Sequence[str]) -> list[Case]:
    """The amount in the money of each file; one without a currency is the same number in each."""
    from engine.case import WORD, set_one
    from engine.compare import claimed

    if not amounts:
        return cases
    by_currency: dict[str, str] = {}
    for text in amounts:
        currency = "".join(WORD.findall(text)).upper()
        if currency in by_currency:
            raise CannotRun(f"two amounts are in {currency or 'no currency'}", "Type one amount for each currency.")
        by_currency[currency] = text
    known = dict.fromkeys(plan.frame.currency for plan in plans)
    for currency, text in by_currency.items():
        if currency and currency not in known:
            raise CannotRun(f"`{text}` is in the money of none of the files", f"They reckon in {', '.join(known)}.")
    told = []
    for plan, case, file in zip(plans, cases, files, strict=True):
        expr = claimed(plan)
        if expr is None or expr.op not in ("fact", "rule"):
            raise CannotRun(f"{file} has no end that recovers an amount by its name", "Tell its facts with --set.")
        text = by_currency.get(plan.frame.currency, by_currency.get("", ""))
        if not text:
            help_ = f'Add --amount "… {plan.frame.currency}"; amounts are never converted.'
            raise CannotRun(f"no amount is given in {plan.frame.currency}, the money of {file}", help_)
        told.append(set_one(plan, case, expr.name, text))
    return told


Tell = Callable[["Plan", "Case"], "Case"]


def _where_known(plans: list[Plan], cases: list[Case], known: Callable[[Plan], bool], tell: Tell) -> list[Case]:
    """The cases with one thing told to those that know of it; where none does, the first refuses it."""
    if not any(map(known, plans)):
        tell(plans[0], cases[0])
    return [tell(plan, case) if known(plan) else case for plan, case in zip(plans, cases, strict=True)]


def _set(plans: list[Plan], cases: list[Case], name: str, value: str) -> list[Case]:
    from engine.case import event_names, set_one, sum_names

    def known(plan: Plan) -> bool:
        return name in (
            *plan.facts,
            *plan.rules,
            *plan.values,
            *plan.readings,
            *plan.discretions,
            *event_names(plan),
            *sum_names(plan),
        )

    return _where_known(plans, cases, known, lambda plan, case: set_one(plan, case, name, value))


def _choose(plans: list[Plan], cases: list[Case], stage: str, way: str) -> list[Case]:
    return _where_known(
        plans, cases, lambda plan: stage in plan.stages, lambda plan, case: _keep_to(plan, case, stage, way)
    )


def _read(plans: list[Plan], cases: list[Case], name: str, option: str) -> list[Case]:
    from engine.case import read_reading

    return _where_known(
        plans, cases, lambda plan: name in plan.readings, lambda plan, case: read_reading(plan, case, name, option)
    )


def _columns(
    plans: list[Plan], cases: list[Case], calendars: list[Calendar], routes: tuple[str, ...]
) -> Iterator[Column]:
    from engine.compare import column

    if not routes:
        titles = [plan.frame.label.text() for plan in plans]
        for plan, case, calendar, title in zip(plans, cases, calendars, titles, strict=True):
            yield column(title if titles.count(title) == 1 else plan.file, plan, case, calendar)
        return
    for route in routes:
        title, case = _route(plans[0], cases[0], route)
        yield column(title, plans[0], case, calendars[0])


def _route(plan: Plan, case: Case, route: str) -> tuple[str, Case]:
    """The case on a route, and a title for it."""
    titles: list[str] = []
    for one in route.replace(";", " ").split():
        stage, way = pair(one, '--route "stage=way stage=way"')
        case = _keep_to(plan, case, stage, way)
        titles += [_way_title(plan, stage, label.strip()) for label in way.split(",") if label.strip()]
    return "; ".join(titles), case


MOST_VISITS = 9  # of one stage, on a road that is worth comparing


def _keep_to(plan: Plan, case: Case, stage: str, way: str) -> Case:
    """The case that takes this way (the last one named) however often the road comes by."""
    from engine.case import add_choice

    case = add_choice(plan, case, stage, way)
    labels = case.choices[stage]
    if labels[-1] in plan.rights:  # a right that was used is used up
        return case
    return case.with_choice(stage, labels + labels[-1:] * MOST_VISITS)


def _way_title(plan: Plan, stage: str, label: str) -> str:
    edges = (edge for edge in plan.stages[stage].edges() if edge.label.name == label)
    return plan.rights[label].label.text() if label in plan.rights else next(edges).label.text()


def _published(columns: list[Column]) -> Iterator[Row]:
    """What a study measured in these jurisdictions: for comparison, and said to be no forecast."""
    from engine.compare import Cell, Row
    from proc_tools.benchmarks import read_benchmarks
    from procedure_dsl.wording import say

    study, found = read_benchmarks()
    names = [one.plan.frame.label.name for one in columns]
    cells = []
    for at, name in enumerate(names):
        if name not in found:
            cells.append(Cell((say("not studied"),)))
        else:
            again = name in names[:at]
            cells.append(Cell((say("the same"),) if again else found[name].lines(), found[name].data()))
    if any(name in found for name in names):
        yield Row("benchmark", say("Published"), tuple(cells), note=str(study))


# ── Text ────────────────────────────────────────────────────────────────────────────────────────

NARROWEST = 18  # cells a column needs to be read; below that the columns stand one under another


def _text(columns: list[Column], rows: list[Row], calendars: list[Calendar]) -> list[str]:
    from proc_tools import text
    from proc_tools.report import untranslated
    from procedure_dsl.wording import say

    foot = say(
        "Each column goes the quiet way of `proc simulate` where nothing decides, and takes a term to its last day."
    )
    cells = text.width()
    margin = max(len(row.title) for row in rows) + 2
    room = (cells - margin - 2 * (len(columns) - 1)) // len(columns)
    lines: list[str] = []
    if room < NARROWEST:
        for row in rows:
            lines += _stacked(row, columns, cells)
    else:
        lines += _line("", [text.wrap(one.title, room) for one in columns], margin, room)
        lines.append("─" * cells)
        for row in rows:
            lines += _line(row.title, [list(_wrapped(cell.lines, room)) for cell in row.cells], margin, room)
            lines += _notes(row, columns, " " * margin, cells)
    lines += ["", *text.hang(foot, "", "", cells)]
    if any(row.id == "odds" for row in rows):
        every = say(
            "Every way: what a scenario chooses is left open there, and odds come from --practice alone; see `proc paths`."
        )
        lines += text.hang(every, "", "", cells)
    lines += [more for one in untranslated(lines) for more in text.hang(one, "", "", cells)]
    used = {f"{one.plan.file} {one.plan.sha256[:12]}": None for one in columns}
    for one in calendars:
        name = f"{one.name} {one.sha256[:12]}"
        used[say("calendar {calendar}, published to {day}", calendar=name, day=one.published_to)] = None
    words = f"{say('Not legal advice.')} proc {program_version()}; {'; '.join(used)}."
    return [*lines, *text.hang(words, "", "", cells)]


def _line(title: str, columns: list[list[str]], margin: int, room: int) -> Iterator[str]:
    """One row of the table, as high as its longest cell."""
    from proc_tools import text

    for at in range(max(1, *map(len, columns))):
        parts = [text.pad(one[at] if at < len(one) else "", room) for one in columns]
        yield (text.pad(title if at == 0 else "", margin) + "  ".join(parts)).rstrip()


UNBROKEN = "\ue000"  # stands for the blank between thousands while lines are broken


def _wrapped(lines: Iterable[str], room: int) -> Iterator[str]:
    from proc_tools import text

    for line in lines:
        whole = re.sub(r"(?<=\d) (?=\d{3})", UNBROKEN, line)
        first, *more = text.wrap(whole, room)
        rest = text.wrap(" ".join(more), room - 2) if more else []
        yield from (one.replace(UNBROKEN, " ") for one in (first, *(f"  {one}" for one in rest)))


def _notes(row: Row, columns: list[Column], indent: str, cells: int) -> Iterator[str]:
    """Why a row cannot be compared; a column without an answer has said so where it would end."""
    from proc_tools import text
    from procedure_dsl.wording import say

    said = {f"{one.title}: {one.gap}" for one in columns if one.gap}
    for note in row.not_compared:
        if note in said:
            continue
        yield from text.hang(f"≠ {say('not compared: {doubt}', doubt=note)}", indent, f"{indent}  ", cells)
    if row.note:
        yield from text.hang(f"¶ {row.note}", indent, f"{indent}  ", cells)


def _stacked(row: Row, columns: list[Column], cells: int) -> Iterator[str]:
    from proc_tools import text

    yield row.title
    for one, cell in zip(columns, row.cells, strict=True):
        yield from text.hang(f"{one.title}: {'; '.join(cell.lines)}", "  ", "    ", cells)
    yield from _notes(row, columns, "  ", cells)


def _data(columns: list[Column], rows: list[Row]) -> dict[str, Any]:
    return {
        "format_version": 1,
        "columns": [
            {"title": one.title, "file": one.plan.file, "sha256": one.plan.sha256, "jurisdiction": one.plan.frame.label.name}
            for one in columns
        ],
        "rows": [
            {
                "id": row.id, "title": row.title, "not_compared": list(row.not_compared), "note": row.note,
                "cells": [{"text": list(cell.lines), "value": cell.data} for cell in row.cells],
            }
            for row in rows
        ],
    }  # fmt: skip
