"""`proc check`: every mistake at once."""

from __future__ import annotations

import click

from proc_tools.cli import program_version
from proc_tools.files import CannotRun, Findings, calendar_of, load_file, note
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
@click.option("--sources", metavar="DIR", help="Also look for every quotation in the texts of this folder.")
def command(files: tuple[str, ...], format_: str, strict: bool, sources: str | None) -> None:
    """Find every mistake in .proc files, all at once."""
    from proc_tools import text
    from procedure_dsl import model
    from procedure_dsl.diagnostics import Diagnostic, in_order

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
        notes: list[str] = []
        if sources is not None:
            from pathlib import Path

            from proc_tools.sources import compare_sources

            compared = compare_sources(checked, file, Path(sources))
            diagnostics = in_order([*diagnostics, *compared.diagnostics])
            notes = compared.notes
        found += diagnostics
        if format_ == "text":
            if diagnostics:
                from dataclasses import replace

                print_findings(replace(checked, diagnostics=tuple(diagnostics)))
            else:
                click.echo(f"{file}: {summary([])}")
            for words in notes:
                click.echo("\n".join(text.hang(words, "", "  ", text.width())))
            notes = []
        elif format_ == "concise":
            for one in diagnostics:
                click.echo(as_concise(one))
        elif format_ == "github":
            for one in diagnostics:
                click.echo(as_github(one))
        for words in notes:  # the answer is for a program
            note(words)
    if format_ == "json":
        click.echo(as_json(found))
    elif format_ == "sarif":
        click.echo(as_sarif(found, program_version()))
    if any(one.is_error or strict for one in found):
        raise Findings
