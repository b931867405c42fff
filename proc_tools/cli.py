"""The commands, each imported only when it is called, so that help and usage errors cost nothing."""

from __future__ import annotations

import importlib
from typing import Any

import click

COMMANDS = {
    "simulate": "walk one case along the road: dates, fees, papers, reasons",
    "paths": "every way through a case: odds, days, fees, and what to do",
    "ask": "an interview: asks only what can still change the answer, and keeps the case",
    "draw": "draw the flowchart of a procedure, or of a case on it",
    "deadlines": "list the terms of a case, or write them into a calendar",
    "checklist": "the papers of a case: what is there, what is missing, what each unlocks",
    "audit": "every number and norm with its source, what is open first",
    "check": "find every mistake in .proc files, all at once",
    "test": "run the scenarios of .proc files and say what they leave untouched",
    "fmt": "bring .proc files into their canonical layout",
    "new": "begin a new .proc file",
    "fee": "what a fee comes to, with its arithmetic",
    "count": "count a term from a day, with every skipped day named",
    "compare": "jurisdictions or routes side by side: fees, terms, papers, steps, ends",
    "diff": "what two versions of a procedure do not have in common, and which cases that changes",
    "schema": "print the JSON Schema of a case or of an answer",
    "calendar": "build, show and verify working-day calendars",
}


class Lazy(click.Group):
    """A group whose commands live one to a module."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        module: Any = importlib.import_module(f"proc_tools.commands.{cmd_name}")
        command: click.Command = module.command
        return command

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            import difflib

            close = difflib.get_close_matches(args[0], COMMANDS, 1)
            help_ = f" Did you mean `{close[0]}`?" if close else ""
            raise click.UsageError(f"there is no command `{args[0]}`.{help_}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


def program_version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("procedure-dsl")
    except PackageNotFoundError:
        return "0"


def _show_version(ctx: click.Context, _: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        click.echo(f"proc {program_version()}")
        ctx.exit()


@click.command(cls=Lazy, no_args_is_help=False, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_show_version,
    help="Show the version and leave.",
)
def proc() -> None:
    """Law that runs: legal procedures as text, simulated, priced, drawn and tested.

    FILE is a path to a .proc file, or the name of a shipped jurisdiction.
    """
