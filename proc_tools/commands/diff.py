"""`proc diff`: what two versions of a procedure do not have in common, and which saved cases that changes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from proc_tools.files import CannotRun, Findings, calendar_of
from proc_tools.told import plan_of

if TYPE_CHECKING:
    from engine.calendar import Calendar
    from engine.difference import Difference
    from engine.records import Plan
    from engine.trace import Moved


@click.command("diff")
@click.argument("old")
@click.argument("new")
@click.option("--cases", metavar="DIR", help="Also the cases of this folder (YAML, JSON) that come out differently.")
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(old: str, new: str, cases: str | None, format_: str) -> None:
    """Say what differs in meaning between the files OLD and NEW; layout, comments and order of declarations do not.

    Leaves with 0 where nothing differs, with 1 where something does.
    """
    from engine.difference import differences

    if old == new == "-":
        raise CannotRun("only one of OLD and NEW can be standard input", "Save the other to a file.")
    saved = list(_files(Path(cases))) if cases is not None else []
    plans = [plan_of(one, as_json=format_ == "json")[0] for one in (old, new)]
    found = differences(*plans)
    calendars = [calendar_of(plan, one) for plan, one in zip(plans, (old, new), strict=True)] if saved else []
    told = [_case(path, plans, calendars) for path in saved]
    if format_ == "json":
        click.echo(json.dumps(_data(plans, found, told), ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join([*_text(plans, found), *_cases_text(told)]))
    if found or any(one.changes or one.refused for one in told):
        raise Findings


@dataclass(frozen=True, slots=True)
class Compared:
    """One saved case: what of it comes out differently, or why it could not be compared."""

    case: str
    changes: tuple[Moved, ...] = ()
    refused: str = ""


def _files(folder: Path) -> Iterator[Path]:
    if not folder.is_dir():
        raise CannotRun(f"there is no folder {folder}", "Name a folder with cases in it.")
    found = sorted(one for one in folder.iterdir() if one.suffix in (".yaml", ".yml", ".json"))
    if not found:
        raise CannotRun(f"there is no case in {folder}", "A case is a file that ends with .yaml, .yml or .json.")
    yield from found


def _case(path: Path, plans: list[Plan], calendars: list[Calendar]) -> Compared:
    """A case that cannot be read is told with the others, which are compared all the same."""
    from engine.difference import NotCompared, case_differences
    from proc_tools.cases import read_case_file

    old, new = plans
    try:
        data = read_case_file(str(path))
        return Compared(path.name, case_differences(old, new, data, *calendars))
    except NotCompared as reason:
        return Compared(path.name, refused=str(reason))
    except CannotRun as reason:
        return Compared(path.name, refused=f"{reason.seen}. {reason.help}".rstrip())


# ── Text ────────────────────────────────────────────────────────────────────────────────────────

HEADINGS = {
    "jurisdiction": "The jurisdiction", "source": "Sources", "party": "Parties", "reading": "Readings", "value": "Values",
    "fact": "Facts", "rule": "Rules", "fee": "Fees", "term": "Terms", "document": "Documents", "procedure": "Procedures",
    "part": "Parts", "stage": "Stages", "right": "Rights", "end": "Ends", "practice": "Practice", "scenario": "Scenarios",
}  # fmt: skip


def _text(plans: list[Plan], found: tuple[Difference, ...]) -> list[str]:
    from proc_tools import text

    cells = text.width()
    old, new = plans
    count = f"{len(found)} difference{'' if len(found) == 1 else 's'}" if found else "no difference in meaning"
    lines = text.hang(f"{old.file} → {new.file}: {count}", "", "  ", cells)
    kind = ""
    for one in found:
        if one.kind != kind:
            kind = one.kind
            lines += ["", text.heading(HEADINGS[kind], cells)]
        lines += text.hang(_sentence(one), SIGNS[one.change], "    ", cells)
        for line in one.whole:
            lines += text.hang(line, "      ", "        ", cells)
    return lines


SIGNS = {"changed": "  · ", "moved": "  · ", "renamed": "  = ", "added": "  + ", "removed": "  – "}


def _sentence(one: Difference) -> str:
    """`State duty, from 300 base value: 7 → 8 base value [guide, Step 4]`."""
    from engine.difference import bracketed

    if one.change == "renamed":
        return f"{one.title}: renamed {one.was} → {one.now}"
    if one.change in ("added", "removed") and not (one.was or one.now):
        return f"{one.title} ({one.name})" + (":" if one.whole else "")
    where = ", ".join(filter(None, (one.title, one.what)))
    says = {"added": one.now, "removed": one.was}.get(one.change) or arrow(one.was, one.now)
    sources = f"{one.source}; before: {one.source_before}" if one.source_before else one.source
    word = {"added": "added: ", "removed": "removed: ", "moved": "moved: "}.get(one.change, "")
    return f"{where}: {word}{says} {bracketed(sources)}".rstrip()


LEADING_NUMBER = re.compile(r"(\d[\d .]*) (.+)")


def arrow(was: str, now: str) -> str:
    """`7 → 8 base value`: what stands behind both numbers is said once."""
    one, other = LEADING_NUMBER.fullmatch(was), LEADING_NUMBER.fullmatch(now)
    return f"{one[1]} → {now}" if one and other and one[2] == other[2] else f"{was} → {now}"


def _cases_text(told: list[Compared]) -> list[str]:
    from proc_tools import text

    if not told:
        return []
    cells = text.width()
    changed = [one for one in told if one.changes]
    lines = ["", text.heading("Cases", cells)]
    lines += text.hang(f"{len(changed)} of {len(told)} come out differently.", "  ", "  ", cells)
    for one in changed:
        lines += text.hang(one.case, "  · ", "    ", cells)
        for row in one.changes:
            because = f" ({row.because})" if row.because else ""
            lines += text.hang(f"{row.what}: {arrow(row.was, row.now)}{because}", "      ", "        ", cells)
    for one in told:
        if one.refused:
            lines += text.hang(f"{one.case} is not compared: {one.refused}", "  ! ", "    ", cells)
    return lines


def _data(plans: list[Plan], found: tuple[Difference, ...], told: list[Compared]) -> dict[str, Any]:
    old, new = ({"file": plan.file, "sha256": plan.sha256} for plan in plans)
    return {
        "format_version": 1, "old": old, "new": new, "differences": [asdict(one) for one in found],
        "cases": [
            {"case": one.case, "changes": [row.model_dump() for row in one.changes], "not_compared": one.refused or None}
            for one in told
        ],
    }  # fmt: skip
