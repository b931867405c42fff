"""`proc fmt`: the canonical layout; the only command besides a test update that changes an existing file."""

from __future__ import annotations

import difflib
from pathlib import Path

import click

from proc_tools.files import CannotRun, Findings, open_file, replace_file
from proc_tools.findings import print_findings


@click.command("fmt")
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@click.option("--check", is_flag=True, help="Change nothing; say which files are not in canonical layout (exit 1).")
@click.option("--diff", is_flag=True, help="Change nothing; show what would change.")
@click.option(
    "--from",
    "encoding",
    metavar="ENCODING",
    help="Read the file in this encoding and write UTF-8; the old file is kept beside it.",
)
def command(files: tuple[str, ...], check: bool, diff: bool, encoding: str | None) -> None:
    """Bring .proc files into their canonical layout. With `-`, standard input is written to standard output."""
    from procedure_dsl import Checked, read_source
    from procedure_dsl.format import format_source
    from procedure_dsl.parse import parse_source

    unformatted = False
    for file in files:
        opened = open_file(file)
        data = opened.data
        if encoding:
            data = _recode(file, data, encoding)
        source, mistakes = read_source(data, opened.name)
        if not mistakes:
            _, mistakes = parse_source(source)
        if mistakes:
            print_findings(Checked(source, diagnostics=tuple(mistakes)))
            raise Findings
        text = format_source(source)
        if file == "-":
            click.echo(text, nl=False)
            continue
        if not Path(file).exists():
            raise CannotRun(
                f"`{file}` is shipped with the program and is not formatted in place", "Name a file of your own."
            )
        changed = text.encode("utf-8") != opened.data
        unformatted |= changed
        if diff and changed:
            old = source.text.splitlines(keepends=True)
            click.echo(
                "".join(difflib.unified_diff(old, text.splitlines(keepends=True), file, f"{file} (canonical)")),
                nl=False,
            )
        elif check and changed:
            click.echo(f"{file} is not in canonical layout")
        elif changed:
            if encoding:
                keep = Path(f"{file}.{encoding}")
                replace_file(keep, opened.data)
                click.echo(f"{file} is UTF-8 now; the old file is kept as {keep}")
            replace_file(Path(file), text.encode("utf-8"))
            click.echo(f"{file} formatted")
    if unformatted and (check or diff):
        raise Findings


def _recode(file: str, data: bytes, encoding: str) -> bytes:
    try:
        return data.decode(encoding).encode("utf-8")
    except LookupError:
        raise CannotRun(f"no encoding is called `{encoding}`", "For example: windows-1251, cp866, utf-16.") from None
    except UnicodeDecodeError:
        raise CannotRun(f"{file} is not text in {encoding}") from None
