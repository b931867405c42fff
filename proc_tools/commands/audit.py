"""`proc audit`: every number and norm, one step from its source."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

import click

from proc_tools.cli import program_version
from proc_tools.files import Findings
from proc_tools.told import plan_of

if TYPE_CHECKING:
    from engine.audit import Audit, Row

TITLES = {
    "unsourced": "Without a source", "reading": "Readings, each with its other answers", "reconstructed": "Reconstructed",
    "unverified": "Unverified",
}  # fmt: skip
HEADINGS = {
    "jurisdiction": "The jurisdiction", "value": "Values", "fact": "Bounds of what a case may tell", "rule": "Rules",
    "fee": "Fees", "term": "Terms", "paper": "Papers", "stage": "The road", "right": "Rights", "end": "Ends",
    "practice": "Practice",
}  # fmt: skip
CLASSES = {"ours": "ours: a question's bounds, a note", "none": "no source"}
COLUMNS = ("norms", "with a number", "unverified")
MOST_USERS = 6


@click.command("audit")
@click.argument("file")
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(file: str, format_: str) -> None:
    """List every norm and number of FILE with its source, and what rests on it; what is open stands first."""
    from engine.audit import audit_plan

    plan, _ = plan_of(file, as_json=format_ == "json")
    audit = audit_plan(plan)
    if format_ == "json":
        click.echo(audit.model_dump_json(indent=2))
    else:
        from proc_tools import text

        click.echo("\n".join(page(audit, text.width())))
    if audit.unsourced:
        raise Findings


def page(audit: Audit, cells: int) -> list[str]:
    """The whole audit as text of at most `cells` columns."""
    from proc_tools import text

    lines = text.hang(f"{audit.file.jurisdiction} · {audit.file.name_as_typed}", "", "", cells)
    lines += ["", *_counts(audit, cells)]
    for open_, rows in groupby(audit.rows, key=lambda row: row.open):
        title = TITLES.get(open_, "")
        if title:
            lines += ["", text.heading(title, cells), *_things(list(rows), cells)]
        else:
            for kind, of_kind in groupby(rows, key=lambda row: row.kind):
                lines += ["", text.heading(HEADINGS[kind], cells), *_things(list(of_kind), cells)]
    words = f"Not legal advice. proc {program_version()}; {audit.file.name_as_typed} {audit.file.sha256[:12]}."
    return [*lines, "", *text.hang(words, "", "", cells)]


def _counts(audit: Audit, cells: int) -> list[str]:
    """How many norms of each class, and how many of them state a number."""
    from proc_tools import text

    rows = [("", *COLUMNS)]
    for name, one in audit.counts.items():
        figures = (str(one.norms), str(one.with_a_number), str(one.unverified))
        rows.append((CLASSES.get(name, name), *figures))
    # a last column that is flush right needs one behind it
    return [line.rstrip() for line in text.table([(*row, "") for row in rows], cells, right=(1, 2, 3))]


def _things(rows: list[Row], cells: int) -> list[str]:
    """The norms below the thing they belong to; a source that several share stands once, below the last of them."""
    from proc_tools import text

    lines: list[str] = []
    for (kind, name), of_one in groupby(rows, key=lambda row: (row.kind, row.name)):
        group = list(of_one)
        named = group[0].title if group[0].title == name else f"{group[0].title} ({kind} {name})"
        lines += text.hang(named, "  ", "    ", cells)
        users = _users(group)
        if users:
            lines += text.hang(users, "    ", "      ", cells)
        for _, shared in groupby(group, key=_source):
            same = list(shared)
            for row in same:
                lines += text.hang(row.figure, "    * " if row.preferred else "    · ", "      ", cells)
            lines += text.hang(_source(same[0]), "        ", "        ", cells)
    return lines


def _users(rows: list[Row]) -> str:
    """What rests on a thing; a sentence of a stage is that stage's, and a note of the jurisdiction is for every reader."""
    met = dict.fromkeys(one for row in rows for one in row.used_by)
    used = [one for one in met if one != rows[0].name]
    if not used and (met or rows[0].kind == "jurisdiction"):
        return ""
    more = f" and {len(used) - MOST_USERS} more" if len(used) > MOST_USERS else ""
    return f"used by {', '.join(used[:MOST_USERS])}{more}" if used else "used by nothing on the road"


def _source(row: Row) -> str:
    """Class, source, place, quotation, argument, and what is to be checked."""
    from engine.records import spot

    one = row.source
    if one is None:
        return "ours: it needs no source" if row.provenance == "ours" else "no source"
    words = f"{one.kind} in {one.source}" if one.kind == "not stated" else f"{one.kind}: {_place(row)}"
    words += f" “{one.saying}”" if one.saying else ""
    words += f" — {one.reconstructed}" if one.reconstructed else ""
    words += f" — unverified: {one.unverified}" if one.unverified else ""
    return f"{words} [{spot(one.line, one.file)}]"


def _place(row: Row) -> str:
    assert row.source is not None
    return f"{row.source.source}, {row.source.place}" if row.source.source else row.source.place
