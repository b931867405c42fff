"""`proc paths`: every way through, what is likely, and what to do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from proc_tools.cli import program_version
from proc_tools.files import CannotRun, calendar_of, write_file
from proc_tools.told import case_options, language_option, plan_of, speak, told_case


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
    from engine.exact import first_answer, left_open, paths_of

    plan, checked = plan_of(file, told["practice"], as_json=format_ == "json")
    speak(lang, plan)
    by_default = told["case_file"] is None and not told["choices"]
    case = told_case(plan, checked, **told)
    tries = left_open(plan, case) if by_default else [(case, "")]
    known = read_date(known_on, "--known-on") if known_on is not None else None
    rate = read_number(discount.removesuffix("%"), "--discount")
    if rate < 0:
        raise CannotRun("a discount is not negative", "Type --discount 10, for ten per cent a year.")
    day = read_date(by, "--by") if by is not None else None
    calendar = calendar_of(plan, file, known)
    found = first_answer(
        tries,
        lambda tried: paths_of(
            plan,
            tried,
            calendar,
            goal=goal,
            hostile=versus is not None,
            discount=Fraction(rate) / 100,
            by=day,
            what_if=what_if,
        ),
    )
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
