"""Practice: odds name the ways of a stage, each once, and add up to a whole."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from procedure_dsl import model
from procedure_dsl.checks.view import View
from procedure_dsl.diagnostics import Diagnostic, did_you_mean
from procedure_dsl.words import DONE, OF_TIME, SKIPPED


def ways_of(view: View, name: str) -> list[str]:
    """The labels of every way out of a stage, the rights open during it included."""
    stage = view.declared.get(name)
    if not isinstance(stage, model.Stage):
        return []
    steps = [one for one in stage.sentences if isinstance(one, model.Step)]
    labels = [way.label for one in steps for way in one.branches if isinstance(way, model.Outcome)]
    if any(one.modality == "may" for one in steps):
        labels += [DONE, SKIPPED]
    if any(_only_missed(one) for one in steps):
        labels.append("kept")  # an act that is no branch is done in time, or missed
    return labels + [right.name for right in view.jurisdiction.of(model.Right) if name in right.stages]


def _only_missed(step: model.Step) -> list[str]:
    """The labels of an act's ways out, if all of them are of its term, and it can be missed."""
    ways = [way.label for way in step.branches if isinstance(way, model.Outcome)]
    return ways if "missed" in ways and all(label in OF_TIME for label in ways) else []


def odds_name_the_ways(view: View) -> Iterator[Diagnostic]:
    """Every share is of a way that the stage has; at most one is the rest; the sum is 100 %."""
    for practice in view.jurisdiction.of(model.Practice):
        for line in practice.lines:
            if not isinstance(line, model.Odds):
                continue
            known = ways_of(view, line.stage)
            if not isinstance(view.declared.get(line.stage), model.Stage):
                yield from view.missing("unknown-stage", line.place, line.stage, "a stage", model.Stage)
                continue
            labels = [share.label for share in line.shares]
            for share in line.shares:
                if share.label not in known and not view.excused(share.label):
                    seen = f"`{line.stage}` has no way called `{share.label}`"
                    yield Diagnostic("unknown-outcome", share.place, seen, did_you_mean(share.label, known))
            if len(set(labels)) < len(labels):
                yield Diagnostic("label-twice", line.place, "one way has two shares here")
            rights = {right.name for right in view.jurisdiction.of(model.Right)}
            rest = [share for share in line.shares if share.least is None]
            total = sum((share.least for share in line.shares if share.least is not None), Decimal(0))
            if len(rest) > 1:
                yield Diagnostic("bad-odds", line.place, "only one way can have the rest")
            elif total > 100 or (
                not rest
                and total != 100
                and all(share.least == share.most for share in line.shares)
                and not rights.issuperset(labels)  # of rights alone: else they are not used
            ):
                yield Diagnostic(
                    "bad-odds", line.place, f"the shares add up to {total} %, not to 100 %", "Give one way `the rest`."
                )
