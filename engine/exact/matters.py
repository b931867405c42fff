"""What would change the advice, or what it is worth: steps of a scale near the case, a day of waiting, readings, told facts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from engine.arithmetic import subtract
from engine.calendar import CalendarError
from engine.case import Case
from engine.exact.result import Matter
from engine.exact.waiting import waiting
from engine.refusal import Refusal
from engine.values import Money, Value, show
from procedure_dsl.wording import say

if TYPE_CHECKING:
    from engine.exact.analyse import Analysis

NONE = Fraction(0)
MOST_FACTS = 16  # of which it is asked what their other answers would change


def matters_of(of: Analysis, what_if: bool) -> Iterator[Matter]:
    """What matters most first: steps, then waiting, then (with `what_if`) readings and facts."""
    yield from steps(of)
    yield from waiting(of, what_if)
    if what_if:
        yield from readings(of)
        yield from facts(of)


def steps(of: Analysis) -> Iterator[Matter]:
    """`State duty: 800 EUR above the step at 6 000 EUR; below it the fee is 46 EUR instead of 161 EUR`."""
    told = set()
    for cell in of.met:
        for way in of.allowed[cell]:
            for at, _ in way.paid:
                step = way.passage.paid[at].step
                if step is None or step in told:
                    continue
                told.add(step)
                title = of.plan.label(step.fee).text()
                values = {"fee": title, "edge": show(step.edge), "here": show(step.here), "beyond": show(step.beyond)}
                if step.base.amount == step.edge.amount:
                    text = say("{fee}: just at the step of {edge}; beside it {beyond} instead of {here}", **values)
                elif step.base.amount > step.edge.amount:
                    less = show(_difference(step.base, step.edge))
                    text = say(
                        "{fee}: {less} above the step at {edge}; below it {beyond} instead of {here}",
                        less=less,
                        **values,
                    )
                else:
                    less = show(_difference(step.edge, step.base))
                    text = say(
                        "{fee}: {less} below the step at {edge}; above it {beyond} instead of {here}",
                        less=less,
                        **values,
                    )
                yield Matter(kind="threshold", name=step.fee, text=text)


def _difference(one: Money, other: Money) -> Value:
    return subtract(one, other)


def value(of: Analysis) -> tuple[Fraction, Fraction]:
    return of.bound(of.net)


def plan_words(of: Analysis) -> dict[tuple[str, str], str]:
    """What is advised at each stage of ours, where it makes a difference."""
    return {
        (cell.state.stage, cell.state.choice.about): of.choices[cell].option.label
        for cell in of.met if cell.ours and len(cell.ways) > 1
    } if of.planned else {}  # fmt: skip


def compared(of: Analysis, case: Case) -> tuple[str, bool] | None:
    """How the worth of a case with one thing told otherwise differs, and whether the advice does; None where nothing does."""
    try:
        other = type(of)(of.plan, case, of.calendar, of.goal, of.hostile, of.discount, like=of)
        mine, theirs = value(of), value(other)
    except (Refusal, CalendarError) as error:
        return say("cannot be computed: {reason}", reason=str(error)), False
    changed = plan_words(of) != plan_words(other)
    if mine == theirs and not changed:
        return None
    pairs = [
        of.amount(one) if one == two else say("{low} to {high}", low=of.amount(one), high=of.amount(two))
        for one, two in (mine, theirs)
    ]
    words = say("net {amount} instead of {now}", amount=pairs[1], now=pairs[0])
    if changed:
        moved = [
            f"{of.plan.label(stage).text()}: {of.plan.label(label).text() if label in of.plan.rights else label.replace('_', ' ')}"
            for (stage, _), label in plan_words(other).items() if plan_words(of).get((stage, _)) != label
        ]  # fmt: skip
        words = say("{words}; another advice: {moved}", words=words, moved="; ".join(moved) or "–")
    return words, changed


def readings(of: Analysis) -> Iterator[Matter]:
    for name in of.graph.read:
        reading = of.plan.readings[name]
        used = of.case.readings.get(name, reading.preferred)
        for option in reading.options:
            if option.name == used:
                continue
            found = compared(of, replace(of.case, readings={**of.case.readings, name: option.name}))
            if found is not None:
                text = say(
                    "{question} If {answer}: {words}",
                    question=reading.label.text(),
                    answer=option.text(),
                    words=found[0],
                )
                yield Matter(kind="reading", name=f"{name}={option.name}", text=text)


def facts(of: Analysis) -> Iterator[Matter]:
    """Told answers of a few: yes or no, and one of several."""
    asked = 0
    for name, told in of.case.facts.items():
        fact = of.plan.facts.get(name)
        if fact is None or fact.kind.name not in ("yes or no", "one of") or not isinstance(told, bool | str):
            continue
        others: list[Value] = (
            [not told] if isinstance(told, bool) else [one for one in fact.kind.options if one != told]
        )
        for other in others:
            asked += 1
            if asked > MOST_FACTS:
                return
            found = compared(of, replace(of.case, facts={**of.case.facts, name: other}))
            if found is not None:
                text = say(
                    "{question}: if {answer}: {words}", question=fact.label.text(), answer=show(other), words=found[0]
                )
                yield Matter(kind="fact", name=f"{name}={other}", text=text)
