"""`proc paths`: every way through, what is likely, and what to do."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from proc_tools.cli import program_version
from proc_tools.files import CannotRun, calendar_of, write_file
from proc_tools.told import case_options, language_option, plan_of, speak, told_case

if TYPE_CHECKING:
    from engine.case import Case
    from engine.records import Plan


@click.command("paths")
@click.argument("file")
@case_options
@click.option(
    "--best", "goal", type=click.Choice(["net", "cheapest", "fastest"]), default="net", show_default=True,
    help="What to choose by: what comes in less what we pay, the fees alone, or the days.",
)  # fmt: skip
@click.option("--versus", type=click.Choice(["hostile"]), help="Take it that the other side always does its worst.")
@click.option("--discount", metavar="PERCENT", default="0", help="What money in a year is worth less, for --best net.")
@click.option("--by", metavar="DATE", help="The odds of having ended by this day.")
@click.option("--what-if", "what_if", is_flag=True, help="Say which readings and told facts would change the advice.")
@click.option("--all", "every", is_flag=True, help="List every path, not only the likeliest.")
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("-o", "--output", metavar="OUT", help="Write the answer to a file.")
@language_option
@click.option("--force", is_flag=True, help="Replace a file that exists.")
def command(
    file: str, goal: Any, versus: str | None, discount: str, by: str | None, what_if: bool, every: bool, format_: str,
    output: str | None, lang: str, force: bool, known_on: str | None, **told: Any,
) -> None:  # fmt: skip
    """Every way through a case: ends, odds, days, fees; and what to do at each of our decisions, and why.

    Odds come from --practice alone. Without it the answer is bounds, and says on what they depend. A choice that a
    scenario makes is left open here; --choose and --case keep theirs.
    """
    from fractions import Fraction

    from engine.case import read_date, read_number
    from engine.exact import paths_of
    from engine.refusal import Refusal

    plan, checked = plan_of(file, told["practice"], as_json=format_ == "json")
    speak(lang, plan)
    by_default = told["case_file"] is None and not told["choices"]
    case = told_case(plan, checked, **told)
    tries = _without_choices(plan, case) if by_default else [(case, "")]
    known = read_date(known_on, "--known-on") if known_on is not None else None
    rate = read_number(discount.removesuffix("%"), "--discount")
    if rate < 0:
        raise CannotRun("a discount is not negative", "Type --discount 10, for ten per cent a year.")
    day = read_date(by, "--by") if by is not None else None
    calendar = calendar_of(plan, file, known)
    for number, (tried, note) in enumerate(tries, 1):
        try:
            found = paths_of(
                plan, tried, calendar, goal=goal, hostile=versus is not None, discount=Fraction(rate) / 100, by=day,
                what_if=what_if,
            )  # fmt: skip
        except Refusal as refusal:
            if refusal.code != "too-many-states" or number == len(tries):
                raise
            continue
        found = found.model_copy(update={"notes": (note, *found.notes)}) if note else found
        break
    if format_ == "json":
        answer = found.model_dump_json(indent=2) + "\n"
    else:
        from proc_tools import text
        from proc_tools.paths_report import report

        answer = report(found, program_version(), text.width(), by=day, every=every)
    if output is not None:
        write_file(Path(output), answer.encode("utf-8"), force)
    else:
        click.echo(answer, nl=False)


def _without_choices(plan: Plan, case: Case) -> list[tuple[Case, str]]:
    """The case with its scenario's choices left open; where there are too many ways, with those of others, then all, kept."""
    from dataclasses import replace

    from engine.records import Act
    from procedure_dsl.wording import say

    ours = {
        name
        for name, stage in plan.stages.items()
        if any(isinstance(move, Act) and move.owner == "we" and (move.ways or move.missed) for move in stage.moves)
    }
    others = {stage: labels for stage, labels in case.choices.items() if stage.partition(" for ")[0] not in ours}
    tries = [(replace(case, choices={}), "")]
    if others:
        note = say(
            "There are too many ways: others decide as in the scenario, and how likely that is nobody counts here; what we decide is left open."
        )
        tries.append((replace(case, choices=others), note))
    if len(others) < len(case.choices):
        tries.append(
            (
                case,
                say(
                    "There are too many ways: everybody decides as in the scenario, and how likely that is nobody counts here."
                ),
            )
        )
    return tries
