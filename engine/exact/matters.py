"""What would change the advice, or what it is worth: steps of a scale near the case, a day of waiting, readings, told facts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import islice
from typing import TYPE_CHECKING, Literal, NamedTuple

from engine.arithmetic import subtract
from engine.calendar import CalendarError
from engine.case import Case
from engine.exact.result import Matter
from engine.exact.waiting import waiting
from engine.exact.wording import quoted
from engine.refusal import Refusal
from engine.values import Money, Value, show
from procedure_dsl.wording import say

if TYPE_CHECKING:
    from engine.exact.analyse import Analysis

NONE = Fraction(0)
MOST_FACTS = 16  # of which it is asked what their other answers would change


def matters_of(of: Analysis, what_if: bool) -> Iterator[Matter]:
    """With `what_if` first the readings and facts that change the advice, then the ends, then its worth; steps and waiting."""
    others = [*readings(of), *facts(of)] if what_if else []
    others.sort(key=lambda one: (not one[0].changes_advice, not one[0].changes_ends, -one[1]))
    for matter, _ in others:
        yield matter
    if what_if:
        yield from untried(of, [one for one, _ in others])
    yield from steps(of)
    yield from waiting(of, what_if)


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


class Compared(NamedTuple):
    """What a case with one thing told otherwise comes to, in words; whether we would do something else, whether it may
    end otherwise, and by how much its worth moves."""

    words: str
    advice: bool
    ends: bool = False
    moves: Fraction = NONE


def compared(of: Analysis, case: Case) -> Compared | None:
    """How a case with one thing told otherwise differs; None where it does not."""
    try:
        other = type(of)(of.plan, case, of.calendar, of.goal, of.hostile, of.discount, like=of)
        mine, theirs = value(of), value(other)
        ends = [frozenset(one.bounds) for one in (of, other)]
    except (Refusal, CalendarError) as error:
        return Compared(say("cannot be computed: {reason}", reason=str(error)), advice=False)
    before, now = plan_words(of), plan_words(other)
    moved = {key: label for key, label in now.items() if before.get(key) != label}
    lost, won = sorted(ends[0] - ends[1]), sorted(ends[1] - ends[0])
    if mine == theirs and before == now and not lost and not won:
        return None
    parts = []
    if mine != theirs:
        parts.append(say("net {amount} instead of {now}", amount=of.between(theirs), now=of.between(mine)))
    if lost:
        parts.append(say("no longer possible: {ends}", ends=", ".join(quoted(of.title(*one)) for one in lost)))
    if won:
        parts.append(say("possible: {ends}", ends=", ".join(quoted(other.title(*one)) for one in won)))
    if before != now:
        words = [f"{of.plan.label(stage).text()}: {of.way_title(stage, label)}" for (stage, _), label in moved.items()]
        gone = [of.plan.label(stage).text() for stage, about in before if (stage, about) not in now]
        words += [say("{stage}: nothing to decide", stage=stage) for stage in dict.fromkeys(gone)]
        parts.append(say("another advice: {moved}", moved="; ".join(words)))
    moves = max(abs(one - two) for one, two in zip(mine, theirs, strict=True))
    return Compared("; ".join(parts), bool(moved), bool(lost or won), moves)


def readings(of: Analysis) -> Iterator[tuple[Matter, Fraction]]:
    """Each other reading of what the walks consulted, and by how much it moves the worth."""
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
                    words=found.words,
                )
                yield _matter("reading", f"{name}={option.name}", text, found), found.moves


def _matter(kind: Literal["reading", "fact"], name: str, text: str, found: Compared) -> Matter:
    return Matter(kind=kind, name=name, text=text, changes_advice=found.advice, changes_ends=found.ends)


def answers(of: Analysis) -> Iterator[tuple[str, Value]]:
    """Every other answer to what is told and has a few: yes or no, and one of several."""
    for name, told in of.case.facts.items():
        fact = of.plan.facts.get(name)
        if fact is None or fact.kind.name not in ("yes or no", "one of") or not isinstance(told, bool | str):
            continue
        others: list[Value] = (
            [not told] if isinstance(told, bool) else [one for one in fact.kind.options if one != told]
        )
        yield from ((name, other) for other in others)


def facts(of: Analysis) -> Iterator[tuple[Matter, Fraction]]:
    for name, other in islice(answers(of), MOST_FACTS):
        found = compared(of, replace(of.case, facts={**of.case.facts, name: other}))
        if found is not None:
            question = of.plan.facts[name].label.text()
            text = say("{question}: if {answer}: {words}", question=question, answer=show(other), words=found.words)
            yield _matter("fact", f"{name}={other}", text, found), found.moves


def untried(of: Analysis, changed: list[Matter]) -> Iterator[Matter]:
    """That nothing changes anything, or the advice, and what was not asked."""
    if changed and of.planned and not any(one.changes_advice for one in changed):
        yield Matter(
            kind="fact", name="advice", text=say("None of these other readings and answers changes the advice")
        )
    if not changed:
        words = say("No other reading, and no other told yes, no or choice, changes the worth, the ends or the advice")
        yield Matter(kind="fact", name="none", text=words)
    left = dict.fromkeys(name for name, _ in islice(answers(of), MOST_FACTS, None))
    if left:
        titles = "; ".join(of.plan.label(name).text() for name in left)
        yield Matter(kind="fact", name="untried", text=say("Not tried with another answer: {facts}", facts=titles))
