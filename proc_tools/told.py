"""What the user tells of a case, by options or by a file → a case."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from proc_tools.files import CannotRun, Findings, load_file, note

if TYPE_CHECKING:
    from engine.case import Case
    from engine.records import Plan, Scenario
    from procedure_dsl import Checked

F = TypeVar("F", bound=Callable[..., Any])


def case_options(command: F) -> F:
    """The options that tell a case."""
    for option in reversed(
        (
            click.option(
                "--case",
                "case_file",
                metavar="C.yaml",
                help="A case: YAML or JSON with start, facts, events, choose, readings.",
            ),
            click.option(
                "--scenario", metavar="TITLE", help="A scenario of the file, by its title or the beginning of it."
            ),
            click.option(
                "--set",
                "sets",
                multiple=True,
                metavar="NAME=VALUE",
                help="A fact, a value, a reading, or the day of an event.",
            ),
            click.option(
                "--events",
                metavar="E.csv",
                help="What really happened: rows of event,day,way. The rest is counted from it.",
            ),
            click.option("--start", metavar="DATE", help="The day on which the case starts."),
            click.option(
                "--choose",
                "choices",
                multiple=True,
                metavar="STAGE=WAY",
                help="The way taken at a stage; a,b for one visit after another.",
            ),
            click.option(
                "--reading",
                "readings",
                multiple=True,
                metavar="NAME=OPTION",
                help="Read a disputed place of the text in another way.",
            ),
            click.option(
                "--practice",
                "practice",
                multiple=True,
                metavar="NAME",
                help="Show the odds of this practice block; a .proc file adds its own.",
            ),
            click.option(
                "--pace",
                type=click.Choice(["law", "practice"]),
                default="law",
                show_default=True,
                help="Whose durations give the days.",
            ),
            click.option("--known-on", metavar="DATE", help="Ignore calendar days published later."),
        )
    ):
        command = option(command)
    return command


def language_option(command: F) -> F:
    """`--lang`, for commands whose answer is sentences and titles."""
    words = "Language of the answer: one of the file's, or of the program's (en, ru; be and kk in part)."
    return click.option("--lang", default="", metavar="LANG", help=words)(command)


def speak(lang: str, plan: Plan) -> None:
    """From here to its end the command speaks this language."""
    from procedure_dsl.wording import languages, speaking

    own = plan.frame.languages
    if lang and lang not in (*own, *languages()):
        raise CannotRun(
            f"`{lang}` is not a language of this file, nor of the program",
            f"Its languages: {', '.join(own)}; the program's: {', '.join(languages())}.",
        )
    click.get_current_context().with_resource(speaking(lang, plan.frame.first_language))


def plan_of(file: str, practice: tuple[str, ...] = (), as_json: bool = False) -> tuple[Plan, Checked]:
    """The plan of a FILE; mistakes are printed, and then there is no plan: exit 1."""
    from engine.plan import make_plan

    more = tuple(one for one in practice if one.endswith(".proc") and Path(one) != Path(file))
    checked = load_file(file, *more)
    if checked.has_errors:
        from proc_tools.findings import as_json as told
        from proc_tools.findings import print_findings

        if as_json:
            click.echo(told(checked.diagnostics))
        else:
            print_findings(checked, errors_only=True)
        raise Findings
    return make_plan(checked), checked


def told_case(  # each of its arguments is an option of `case_options`
    plan: Plan, checked: Checked, case_file: str | None, scenario: str | None, sets: tuple[str, ...], start: str | None,
    choices: tuple[str, ...], readings: tuple[str, ...], practice: tuple[str, ...], pace: str, events: str | None,
    or_scenario: bool = True,
) -> Case:  # fmt: skip
    """The case as it was told; with neither a case nor facts, the file's first scenario, unless `or_scenario` is off."""
    from engine.case import Case, add_choice, case_of_data, read_date, read_reading, set_each
    from engine.scenarios import case_of_scenario
    from proc_tools.cases import read_case_file, read_history_file

    if case_file is not None and scenario is not None:
        raise CannotRun("both a case and a scenario are given", "Type one of --case and --scenario.")
    if (checked.source.name == "standard input") + (case_file == "-") + (events == "-") > 1:
        raise CannotRun("only one of FILE, --case and --events can be standard input", "Save the others to a file.")
    case = Case()
    by_default = or_scenario and case_file is None and scenario is None and not sets
    if case_file is not None:
        case = case_of_data(plan, read_case_file(case_file))
        if not case.title and case_file != "-":
            case = replace(case, title=Path(case_file).stem.replace("_", " "))
    elif scenario is not None or by_default:
        case = case_of_scenario(plan, find_scenario(plan, scenario))
    case = set_each(plan, case, [pair(one, "--set amount=14300") for one in sets])
    if start is not None:
        case = replace(case, start=read_date(start, "--start"))
    for one in choices:
        case = add_choice(plan, case, *pair(one, "--choose stage=option"))
    for one in readings:
        case = read_reading(plan, case, *pair(one, "--reading name=option"))
    if pace == "practice" and not plan.practice:
        raise CannotRun("the file says nothing of practice", "Leave --pace out, or add --practice YOURS.proc.")
    if events is not None:
        from engine.history import with_history

        case = with_history(plan, case, read_history_file(events))
    case = replace(case, practice=practice_names(plan, checked, practice), paced=pace == "practice")
    if by_default:
        from procedure_dsl.wording import say

        words = say(
            "No case was given: this is the file's first scenario, “{title}”. Tell your own with --set or --case.",
            title=plan.scenarios[0].label.text(),
        )
        note(words)
    return case


def practice_names(plan: Plan, checked: Checked, practice: tuple[str, ...]) -> tuple[str, ...]:
    """The blocks asked for; a .proc file stands for all the blocks in it."""
    from procedure_dsl import model
    from procedure_dsl.diagnostics import did_you_mean

    names: list[str] = []
    for one in practice:
        if one.endswith(".proc"):
            found = [p.name for p in checked.jurisdiction.of(model.Practice) if Path(p.place.source) == Path(one)]
            if not found:
                raise CannotRun(f"{one} holds no practice", "A block of it begins with `practice NAME`.")
            names += found
        elif one in plan.practice:
            names.append(one)
        else:
            else_say = "" if plan.practice else "The file has none; name a .proc file that has."
            raise CannotRun(f"no practice has the name `{one}`", did_you_mean(one, list(plan.practice), else_say))
    return tuple(dict.fromkeys(names))


def tells_a_case(told: dict[str, Any]) -> bool:
    """Whether any of the options that tell a case was typed."""
    return any(
        told[one] not in (None, ())
        for one in ("case_file", "scenario", "sets", "start", "choices", "readings", "events")
    )


def pair(text: str, example: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign or not name.strip() or not value.strip():
        raise CannotRun(f"`{text}` is not of the form name=value", f"Type {example}, for example.")
    return name.strip(), value.strip()


def find_scenario(plan: Plan, title: str | None) -> Scenario:
    """By its title, by the beginning of it, or the first one."""
    from procedure_dsl.diagnostics import nearest

    if title is None:
        if not plan.scenarios:
            raise CannotRun(
                "no case was given, and the file has no scenario",
                "Tell the case with --set NAME=VALUE and --start DATE, or with --case.",
            )
        return plan.scenarios[0]
    titles = {text: scenario for scenario in plan.scenarios for _, text in scenario.label.titles}
    for text, scenario in titles.items():
        if text == title:
            return scenario
    begins = title.casefold()
    beginning = [
        scenario
        for scenario in plan.scenarios
        if any(text.casefold().startswith(begins) for _, text in scenario.label.titles)
    ]
    if len(beginning) == 1:
        return beginning[0]
    if beginning:
        ambiguous = [scenario.label.text() for scenario in beginning]
        raise CannotRun(f"{len(beginning)} titles begin with “{title}”", f"Type more of it: {_quoted(ambiguous)}.")
    meant = nearest(title, titles)
    known = [scenario.label.text() for scenario in plan.scenarios]
    raise CannotRun(
        f"no scenario is called “{title}”",
        f"Did you mean “{meant}”?" if meant else f"There are {_quoted(known)}." if known else "The file has none.",
    )


def _quoted(titles: list[str]) -> str:
    """Titles in a row; of many, the first few."""
    return ", ".join(f"“{one}”" for one in titles[:4]) + (f" and {len(titles) - 4} more" if len(titles) > 4 else "")
