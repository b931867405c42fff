"""`proc check`: every mistake at once."""

from __future__ import annotations

import click

from proc_tools.cli import program_version
from proc_tools.files import CannotRun, Findings, calendar_of, load_file
from proc_tools.findings import as_concise, as_github, as_json, as_sarif, print_findings, summary


@click.command("check")
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "concise", "json", "github", "sarif"]),
    default="text",
    show_default=True,
)
@click.option("--strict", is_flag=True, help="Warnings count as mistakes.")
def command(files: tuple[str, ...], format_: str, strict: bool) -> None:
    """Find every mistake in .proc files, all at once."""
    from procedure_dsl import model
    from procedure_dsl.diagnostics import Diagnostic

    found: list[Diagnostic] = []
    for file, checked in [(file, load_file(file)) for file in files]:  # all are read before anything is told
        diagnostics = list(checked.diagnostics)
        if not checked.has_errors:
            from engine.plan import make_plan

            try:
                calendar_of(make_plan(checked), file)
            except CannotRun as error:
                lines = (line for head in checked.jurisdiction.of(model.JurisdictionHead) for line in head.lines)
                place = next(line.place for line in lines if isinstance(line, model.CalendarUse))
                diagnostics.append(Diagnostic("no-calendar", place, error.seen, error.help))
        found += diagnostics
        if format_ == "text":
            if diagnostics:
                from dataclasses import replace

                print_findings(replace(checked, diagnostics=tuple(diagnostics)))
            else:
                click.echo(f"{file}: {summary([])}")
        elif format_ == "concise":
            for one in diagnostics:
                click.echo(as_concise(one))
        elif format_ == "github":
            for one in diagnostics:
                click.echo(as_github(one))
    if format_ == "json":
        click.echo(as_json(found))
    elif format_ == "sarif":
        click.echo(as_sarif(found, program_version()))
    if any(one.is_error or strict for one in found):
        raise Findings
