"""Trace → what the picture shows of it: the ways taken, the visits with their days, the sums, the closed roads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest

from engine.trace import Day, DeadlineEntry, FeeEntry, Step, Trace
from procedure_dsl.wording import say_day


@dataclass(frozen=True, slots=True)
class Visit:
    """The case comes to a stage: which stop of its road it is, and on which days."""

    number: int
    day: str


class Taken:
    """One road, as far as it goes; where a trace divides, the ways of every part."""

    def __init__(self, trace: Trace | None, words: dict[str, str]) -> None:
        self.trace, self.words = trace, words
        self.path = frozenset(edge for one in _parts(trace) for edge in one.path)
        self.stages = frozenset(
            name for one in _parts(trace) for step in one.steps for name in (step.stage, step.target)
        )
        self.visits = self.all_visits(trace.steps if trace else ())
        self.fees: dict[str, tuple[FeeEntry, ...]] = {}  # each time that a fee is paid
        for entry in trace.fees if trace else ():
            self.fees[entry.id] = (*self.fees.get(entry.id, ()), entry)
        self.deadlines: dict[str, DeadlineEntry] = {entry.id: entry for entry in trace.deadlines} if trace else {}
        self.readings: dict[str, str] = (
            trace.case.readings | {one.name: one.option for one in trace.readings} if trace else {}
        )

    def visited(self, name: str) -> bool:
        """Whether the road passes this stage or end."""
        return name in self.stages

    def used(self, right: str, stages: tuple[str, ...]) -> frozenset[str]:
        """During which of its stages a right was used; inside a sub-procedure that is the stage that called it."""
        found = set()
        for one in _parts(self.trace):
            passed = [step.stage for step in one.steps]
            for at, step in enumerate(one.steps):
                if step.kind == "right" and step.option == right:
                    found.add(next((stage for stage in reversed(passed[: at + 1]) if stage in stages), ""))
        return frozenset(found)

    def closed_roads(self, stage: str, title: str) -> tuple[str, ...]:
        """Why the stage itself, or a part of the claim there, was closed when the case came by."""
        closed = [one for one in (self.trace.closed if self.trace else ()) if one.stage == stage]
        whole = [one.because for one in closed if one.road == title]
        parts = [f"{one.road}: {one.because}" for one in closed if not one.road.startswith(title)]
        return tuple(dict.fromkeys([*whole, *parts]))

    def closed_ways(self, stage: str, way: str) -> tuple[str, ...]:
        """Why one way out of a stage was closed to the case."""
        closed = self.trace.closed if self.trace else ()
        return tuple(dict.fromkeys(one.because for one in closed if one.stage == stage and one.road == way))

    def all_visits(self, steps: tuple[Step, ...]) -> dict[str, tuple[Visit, ...]]:
        """The stops of the road in order, numbered from 1, under the stage or end they are at."""
        stops: list[tuple[str, list[Day]]] = []
        for step, after in zip_longest(steps, steps[1:]):
            if not stops or stops[-1][0] != step.stage:
                stops.append((step.stage, []))
            stops[-1][1].append(step.date)
            leaves = step.kind in ("branch", "onward") and step.target and step.target != "back"
            if leaves and (after is None or after.stage != step.target):
                stops.append((step.target, [step.date]))  # the end of a sub-procedure: no step stands at it
        visits: dict[str, tuple[Visit, ...]] = {}
        for number, (stage, days) in enumerate(stops, 1):
            first, last = self.day(days[0]), self.day(days[-1])
            between = first if first == last else f"{first} – {last}"
            visits[stage] = (*visits.get(stage, ()), Visit(number, between))
        return visits

    def day(self, day: Day) -> str:
        """A day, the last day of a term, or a bound."""
        if day.not_before:
            return f"{self.words['from']} {say_day(day.not_before)}"
        exact = say_day(day.exact) if day.exact else ""
        return f"{self.words['by']} {exact}" if day.latest else exact


def _parts(trace: Trace | None) -> Iterator[Trace]:
    """The trace, and the parts it divides into."""
    if trace is not None:
        yield trace
        for way in trace.outcome.ways:
            yield from _parts(way.trace)
