"""Time: values follow each other, terms have a beginning and a length, and a clock has two edges."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise

from procedure_dsl import model
from procedure_dsl.checks.view import View
from procedure_dsl.diagnostics import Diagnostic
from procedure_dsl.words import EARLY, LAW, OF_TIME, RESTORED


def values_are_in_order(view: View) -> Iterator[Diagnostic]:
    """Each line of a value begins after the one before it; one that is cut short by the next needs no `until`."""
    for value in view.jurisdiction.of(model.Value):
        lines = [line for line in value.lines if isinstance(line, model.Line)]
        for place, tail in [(value.place, value.tail), *((line.place, line.tail) for line in lines)]:
            if tail.when or tail.unless:
                help_ = "A value depends on the day only; what depends on the case is a rule."
                yield Diagnostic("value-condition", place, "a value takes no condition", help_)
        for at, line in enumerate(lines):
            since = line.tail.since or (value.tail.since if at == 0 else None)
            if since is None and not view.is_told(line, "impossible-date"):
                yield Diagnostic(
                    "no-since",
                    line.place,
                    "this amount does not say since when it is in force",
                    "Write `since 2018-01-01`.",
                )
        for before, line in pairwise(lines):
            since, earlier = line.tail.since, before.tail.since
            if since and earlier and since <= earlier:
                yield Diagnostic(
                    "out-of-order",
                    line.place,
                    f"{since} is not after {earlier}, the line above",
                    "Put the lines in the order of their days.",
                )
            elif since and before.tail.until and before.tail.until >= since:
                seen = f"the line above is still in force on {since}"
                yield Diagnostic("overlap", line.place, seen, f"End it with `until {since - timedelta(days=1)}`.")


def deadlines_are_complete(view: View) -> Iterator[Diagnostic]:
    """A deadline says from which event it counts, and how long it is; two versions never hold on one day."""
    for deadline in view.jurisdiction.of(model.Deadline):
        starts = [line for line in deadline.lines if isinstance(line, model.CountsFrom)]
        versions = [line for line in deadline.lines if isinstance(line, model.Version)]
        if view.damaged:
            continue
        if not starts:
            help_ = "Add a line such as `counts from receipt of letter`."
            yield Diagnostic(
                "no-start", deadline.place, f"`{deadline.name}` does not say from which event it counts", help_
            )
        if any(line.back != starts[0].back for line in starts):
            other = next(line for line in starts if line.back != starts[0].back)
            help_ = "Make two deadlines of it."
            yield Diagnostic("two-directions", other.place, f"`{deadline.name}` counts forwards and back", help_)
        moved = next((line for line in deadline.lines if isinstance(line, model.ClockLine)), None)
        if moved is not None and starts and starts[0].back:
            seen = f"`{deadline.name}` counts back, so its clock neither stops nor begins anew"
            yield Diagnostic(
                "clock-runs-back", moved.place, seen, "Let its event move: it is counted back from the new day."
            )
        if not any(not version.label for version in versions):
            yield Diagnostic(
                "no-length",
                deadline.place,
                f"`{deadline.name}` does not say how long it is",
                "Add a line such as `1 month`.",
            )
        plain = [
            version for version in versions if not version.label and not (version.tail.when or version.tail.unless)
        ]
        for version in _overlapping(plain):
            help_ = "Tell them apart with `since` and `until`, or call one of them an exception."
            seen = f"`{deadline.name}` has two lengths for the same day"
            yield Diagnostic("two-lengths", version.place, seen, help_)


def _overlapping(versions: list[model.Version]) -> Iterator[model.Version]:
    """Of two versions that hold on the same day the one that is written later."""
    in_time = sorted(enumerate(versions), key=lambda pair: pair[1].tail.since or date.min)
    for (at, before), (later_at, version) in pairwise(in_time):
        if (version.tail.since or date.min) <= (before.tail.until or date.max):
            yield versions[max(at, later_at)]


def clocks_have_both_edges(view: View) -> Iterator[Diagnostic]:
    """A branch of either side with a term says what happens when the term is missed."""
    sides = view.sides
    for stage in view.jurisdiction.of(model.Stage):
        for step in stage.sentences:
            if not isinstance(step, model.Step):
                continue
            missed = [way for way in step.branches if isinstance(way, model.Outcome) and way.label == "missed"]
            clocked = step.instalments is not None or (step.within is not None and not step.within.not_stated)
            if missed and not clocked:
                yield Diagnostic(
                    "nothing-to-miss",
                    missed[0].place,
                    "there is no term that could be missed",
                    f"Write `the {step.party} {step.verb} … within …`.",
                )
            ways = [way for way in step.branches if isinstance(way, model.Outcome) and way.label not in OF_TIME]
            two_sided = sides.get(step.party) in ("our side", "other side")
            if ways and clocked and not missed and two_sided and not view.excused("missed"):
                help_ = "Add `if missed -> STAGE` below the other ways."
                yield Diagnostic("one-edge", step.place, "this term has no second edge: what if it is missed?", help_)


def edges_of_time_have_a_term(view: View) -> Iterator[Diagnostic]:
    """Only a window can be met too early, and only a term that is missed can be restored."""
    deadlines = {one.name: one for one in view.jurisdiction.of(model.Deadline)}
    for stage in view.jurisdiction.of(model.Stage):
        for step in stage.sentences:
            if not isinstance(step, model.Step):
                continue
            ways = {way.label: way for way in step.branches if isinstance(way, model.Outcome)}
            if RESTORED in ways and "missed" not in ways and not view.excused("missed"):
                help_ = "Add `if missed -> STAGE`: that is where it leads if nothing is restored."
                yield Diagnostic(
                    "nothing-to-restore", ways[RESTORED].place, "there is no term that could be missed", help_
                )
            if EARLY in ways and not _is_window(step.within, deadlines):
                help_ = "Write `between 10 days and 30 days from EVENT`, here or in the deadline."
                yield Diagnostic(
                    "nothing-too-early", ways[EARLY].place, "this act may be done as early as one can", help_
                )


def _is_window(within: model.Within | None, deadlines: dict[str, model.Deadline]) -> bool:
    if within is None:
        return False
    if within.term is not None:
        return within.term.shorter is not None
    deadline = deadlines.get(within.deadline)
    return deadline is None or any(isinstance(line, model.Version) and line.shorter for line in deadline.lines)


def others_say_how_long_they_take(view: View) -> Iterator[Diagnostic]:
    """An act of anybody but our side has a clock, if only `at once` or `within a time not stated in SOURCE`."""
    sides = view.sides
    for stage in view.jurisdiction.of(model.Stage):
        for step in stage.sentences:
            if not isinstance(step, model.Step):
                continue
            if step.modality == "must not":
                continue  # what nobody may do takes no time
            has_clock = step.within is not None or step.at_once or step.instalments is not None
            if step.party == LAW and has_clock:
                yield Diagnostic("clock-of-the-law", step.place, "the law decides at once; it has no clock")
            elif sides.get(step.party) == "our side" and step.at_once:
                yield Diagnostic(
                    "needless-at-once", step.place, "our side acts on the first day it can", "Leave out `at once`."
                )
            elif sides.get(step.party) in ("other side", "neutral") and not has_clock:
                help_ = "Say `within TERM`, `at once`, or `within a time not stated in SOURCE`."
                yield Diagnostic("no-clock", step.place, f"how long may the {step.party} take?", help_)
