"""`proc test`: the scenarios of a file, run; and what none of them touches."""

from __future__ import annotations

import json
from typing import Any

import click

from proc_tools import text
from proc_tools.files import Findings, calendar_of
from proc_tools.told import plan_of


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
    from engine.scenarios import coverage as covered
    from engine.scenarios import run_scenario, untouched

    failed = False
    answers: list[dict[str, Any]] = []
    for file in files:
        plan, _ = plan_of(file)
        calendar = calendar_of(plan, file)
        results = [run_scenario(plan, scenario, calendar) for scenario in plan.scenarios]
        gaps = dict(untouched(plan, covered(results)))
        failed |= not all(result.passed for result in results)
        if format_ == "json":
            answers.append(
                {
                    "file": file,
                    "scenarios": [
                        {
                            "title": r.scenario.label.text(), "line": r.scenario.line, "passed": r.passed,
                            "failures": [{"expected": f.words, "found": f.found, "line": f.line} for f in r.failures],
                        }
                        for r in results
                    ],
                    "untouched": gaps,
                }
            )  # fmt: skip
            continue
        for result in results:
            click.echo(f"{'ok  ' if result.passed else 'FAIL'}  {result.scenario.label.text()}")
            for failure in result.failures:
                click.echo(f"      line {failure.line}: expected {failure.words}; {failure.found}")
        passed = sum(result.passed for result in results)
        click.echo(f"{file}: {passed} of {len(results)} scenarios pass.")
        if coverage:
            for kind, names in gaps.items():
                if names:
                    for line in text.hang(", ".join(names), f"  {kind} no scenario touches: ", "    ", text.width()):
                        click.echo(line)
    if format_ == "json":
        click.echo(json.dumps({"format_version": 1, "files": answers}, ensure_ascii=False, indent=2))
    if failed:
        raise Findings
