"""`proc fmt`: the canonical layout; the only command besides a test update that changes an existing file."""

from __future__ import annotations

import difflib
from pathlib import Path

import click

from proc_tools.files import CannotRun, Findings, Opened, open_file, replace_file
from proc_tools.findings import print_findings


@click.command("fmt")
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@click.option("--check", is_flag=True, help="Change nothing; say which files are not in canonical layout (exit 1).")
@click.option("--diff", is_flag=True, help="Change nothing; show what would change (exit 1).")
@click.option(
    "--from",
    "encoding",
    metavar="ENCODING",
    help="Read the file in this encoding and write UTF-8; the old file is kept beside it.",
)
def command(files: tuple[str, ...], check: bool, diff: bool, encoding: str | None) -> None:
    """Bring .proc files into their canonical layout. With `-`, standard input is written to standard output."""
    found = False
    for file, opened in [(file, open_file(file)) for file in files]:  # all are read before anything is changed
        old, new = _formatted(opened, encoding)
        if new is None:  # it has mistakes, told already; the other files are still formatted
            found = True
        elif file == "-" and not (check or diff):
            click.echo(new, nl=False)
        elif new.encode("utf-8") == opened.data:
            continue
        elif check or diff:
            found = True
            if check:
                click.echo(f"{opened.name} is not in canonical layout")
            if diff:
                lines = old.splitlines(keepends=True), new.splitlines(keepends=True)
                click.echo("".join(difflib.unified_diff(*lines, opened.name, f"{opened.name} (canonical)")), nl=False)
        else:
            _write(file, opened, new, encoding)
    if found:
        raise Findings


def _formatted(opened: Opened, encoding: str | None) -> tuple[str, str | None]:
    """The text before and after; nothing after, where its mistakes were told instead."""
    from procedure_dsl import Checked, read_source
    from procedure_dsl.format import format_source
    from procedure_dsl.parse import parse_source

    data = _recode(opened.name, opened.data, encoding) if encoding else opened.data
    source, mistakes = read_source(data, opened.name)
    if not mistakes:
        _, mistakes = parse_source(source)
    if mistakes:
        print_findings(Checked(source, diagnostics=tuple(mistakes)))
        return source.text, None
    return source.text, format_source(source)


def _write(file: str, opened: Opened, text: str, encoding: str | None) -> None:
    path = Path(file)
    if not path.is_file():
        raise CannotRun(f"`{file}` comes with the program and is not formatted in place", "Name a file of your own.")
    if encoding:
        keep = Path(f"{file}.{encoding}")
        if keep.exists():
            raise CannotRun(f"{keep} exists already", "Move it away: the old file is to be kept under that name.")
        replace_file(keep, opened.data)
        click.echo(f"{file} is UTF-8 now; the old file is kept as {keep}")
    replace_file(path, text.encode("utf-8"))
    click.echo(f"{file} formatted")


def _recode(file: str, data: bytes, encoding: str) -> bytes:
    try:
        return data.decode(encoding).encode("utf-8")
    except (LookupError, ValueError) as error:
        if isinstance(error, UnicodeError):
            raise CannotRun(f"{file} is not text in {encoding}", "Name the encoding it was saved in.") from None
        raise CannotRun(f"no encoding is called `{encoding}`", "For example: windows-1251, cp866, utf-16.") from None
