"""`proc fmt`: the canonical layout; the only command besides a test update that changes an existing file."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import TYPE_CHECKING

import click

from proc_tools.files import CannotRun, Findings, Opened, open_file, replace_file
from proc_tools.findings import print_findings

if TYPE_CHECKING:
    from procedure_dsl import Source


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
@click.option(
    "--keywords", type=click.Choice(["en", "ru"]), help="Write the words of the language in English or Russian."
)
def command(files: tuple[str, ...], check: bool, diff: bool, encoding: str | None, keywords: str | None) -> None:
    """Bring .proc files into their canonical layout. With `-`, standard input is written to standard output."""
    found = False
    for file, opened in [(file, open_file(file)) for file in files]:  # all are read before anything is changed
        old, new = _formatted(opened, encoding, keywords)
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


def _formatted(opened: Opened, encoding: str | None, keywords: str | None) -> tuple[str, str | None]:
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
    return source.text, format_source(_in_words(source, keywords) if keywords else source)


def _in_words(source: Source, keywords: str) -> Source:
    """The same text in English or Russian words; refused where it would not say the same."""
    from procedure_dsl import source_of_text
    from procedure_dsl.keywords.write import to_english, to_russian
    from procedure_dsl.lower import lower_tree
    from procedure_dsl.parse import parse_source

    written = source_of_text((to_english if keywords == "en" else to_russian)(source), source.name)
    (was, _), (parsed, mistakes) = parse_source(source), parse_source(written)
    if mistakes or lower_tree(was)[0] != lower_tree(parsed)[0]:
        where = f" (line {mistakes[0].place.line}: {mistakes[0].seen})" if mistakes else ""
        raise CannotRun(
            f"{source.name} would not say the same in other words{where}",
            "A name there is a word of that language: rename it.",
        )
    return written


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
