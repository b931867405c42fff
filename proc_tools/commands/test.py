"""`proc test`: the scenarios of a file, run; and what none of them touches."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from proc_tools.files import Findings, calendar_of, load_file
from proc_tools.findings import print_findings

if TYPE_CHECKING:
    from engine.scenarios import Result
    from procedure_dsl import Checked

Gaps = dict[str, list[str]]


@click.command("test")
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option(
    "--coverage/--no-coverage",
    default=True,
    show_default=True,
    help="Say which stages, ways, bands and terms no scenario touches.",
)
def command(files: tuple[str, ...], format_: str, coverage: bool) -> None:
    """Run the scenarios of .proc files."""
    failed = False
    answers: list[dict[str, Any]] = []
    for file, checked in [(file, load_file(file)) for file in files]:  # all are read before anything is told
        if checked.has_errors:  # told; the other files are still run
            failed = True
            if format_ == "json":
                answers.append({"file": file, "diagnostics": [one.as_data() for one in checked.diagnostics]})
            else:
                print_findings(checked, errors_only=True)
            continue
        results, gaps = _run(file, checked)
        failed |= not all(result.passed for result in results)
        if format_ == "json":
            answers.append(_as_data(file, results, gaps))
        else:
            _show(file, results, gaps if coverage else {})
    if format_ == "json":
        click.echo(json.dumps({"format_version": 1, "files": answers}, ensure_ascii=False, indent=2))
    if failed:
        raise Findings


def _run(file: str, checked: Checked) -> tuple[list[Result], Gaps]:
    from engine.coverage import untouched
    from engine.plan import make_plan
    from engine.scenarios import run_scenario

    plan = make_plan(checked)
    calendar = calendar_of(plan, file)
    results = [run_scenario(plan, scenario, calendar) for scenario in plan.scenarios]
    return results, untouched(plan, results)


def _show(file: str, results: list[Result], gaps: Gaps) -> None:
    from proc_tools import text

    for result in results:
        click.echo(f"{'ok  ' if result.passed else 'FAIL'}  {result.scenario.label.text()}")
        for failure in result.failures:
            click.echo(f"      line {failure.line}: expected {failure.words}; {failure.found}")
    click.echo(f"{file}: {sum(result.passed for result in results)} of {len(results)} scenarios pass.")
    for kind, names in gaps.items():
        if names:
            for line in text.hang(", ".join(names), f"  {kind} no scenario touches: ", "    ", text.width()):
                click.echo(line)


def _as_data(file: str, results: list[Result], gaps: Gaps) -> dict[str, Any]:
    scenarios = [
        {
            "title": result.scenario.label.text(), "line": result.scenario.line, "passed": result.passed,
            "failures": [{"expected": one.words, "found": one.found, "line": one.line} for one in result.failures],
        }
        for result in results
    ]  # fmt: skip
    return {"file": file, "scenarios": scenarios, "untouched": gaps}
