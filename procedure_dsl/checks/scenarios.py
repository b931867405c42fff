"""Scenarios: what is given and expected exists; what a case chooses is a way that the stage has."""

from __future__ import annotations

from collections.abc import Iterator

from procedure_dsl import model
from procedure_dsl.checks.practice import ways_of
from procedure_dsl.checks.view import View
from procedure_dsl.diagnostics import Diagnostic, did_you_mean


def scenarios_name_what_exists(view: View) -> Iterator[Diagnostic]:
    """Stages, ways and ends named in a scenario are there; two scenarios differ in title."""
    titles: set[str] = set()
    for scenario in view.jurisdiction.of(model.Scenario):
        title = scenario.titles[0].text
        if title in titles:
            yield Diagnostic(
                "declared-twice",
                scenario.place,
                f"two scenarios are called “{title}”",
                "Give one of them another title.",
            )
        titles.add(title)
        if not any(isinstance(line, model.Expect) for line in scenario.lines) and not view.damaged:
            yield Diagnostic(
                "expects-nothing",
                scenario.place,
                "this scenario expects nothing",
                "Add a line such as `expect FEE is 315.00 EUR`.",
                "warning",
            )
        for line in scenario.lines:
            match line:
                case model.GivenChoice():
                    if not isinstance(view.declared.get(line.stage), model.Stage):
                        yield from view.missing("unknown-stage", line.place, line.stage, "a stage", model.Stage)
                        continue
                    known = ways_of(view, line.stage)
                    for label in line.labels:
                        if label not in known and not view.excused(label):
                            seen = f"`{line.stage}` has no way called `{label}`"
                            yield Diagnostic(
                                "unknown-outcome", view.word(line.place, label), seen, did_you_mean(label, known)
                            )
                case model.ExpectState():
                    if not isinstance(view.declared.get(line.stage), model.Stage):
                        yield from view.missing("unknown-stage", line.place, line.stage, "a stage", model.Stage)
                case model.ExpectEnd():
                    if not isinstance(view.declared.get(line.end), model.End):
                        yield from view.missing("unknown-end", line.place, line.end, "an end", model.End)
