"""An undecided condition → the question at which a trace divides, with the answers that matter there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from engine.evaluate import Evaluator
from engine.records import Fact, Guard, Test
from engine.values import Value, all_of


@dataclass(frozen=True, slots=True)
class Supposition:
    """One answer: to a fact, or to a test that no fact alone decides."""

    fact: str
    words: str
    options: frozenset[str] = frozenset()  # of a choice
    value: Value | None = None  # of a yes or no
    test: str = ""
    holds: bool = False


class Divide(Exception):
    """An unknown fact decides which way the road goes."""

    def __init__(self, answers: Sequence[Supposition]) -> None:
        super().__init__(answers[0].fact)
        self.answers = tuple(answers)


def question(ask: Evaluator, undecided: Guard, guards: Iterable[Guard]) -> Divide:
    """The first undecided test of a guard, put as a question; `guards` are all those that its answer may decide here."""
    tests = [*undecided.when, *undecided.unless]
    for leaf in _leaves(ask, tests):
        fact = ask.plan.facts.get(leaf.subject.name) if leaf.subject.op == "fact" else None
        if fact is not None and fact.kind.name == "yes or no":
            name = fact.label.name
            return Divide([Supposition(name, "yes", value=True), Supposition(name, "no", value=False)])
        if fact is not None and fact.kind.name == "one of":
            groups = _answers(ask, fact, list(guards))
            if len(groups) > 1:
                return Divide(groups)
        return _yes_or_no(leaf.subject.name or leaf.words, leaf.words)
    words = " and ".join(test.words for test in tests)
    return _yes_or_no(words, words)


def _yes_or_no(name: str, test: str) -> Divide:
    return Divide([Supposition(name, test, test=test, holds=True), Supposition(name, f"not: {test}", test=test)])


def _leaves(ask: Evaluator, tests: Iterable[Test]) -> Iterator[Test]:
    """Undecided tests, rules followed down to the facts they rest on."""
    for test in tests:
        if ask.test(test).value is not None:
            continue
        if test.subject.op == "rule" and test.subject.name not in ask.state.told and test.relation == "holds":
            rule = ask.plan.rules[test.subject.name]
            for kind in ("except", "line"):
                for clause in rule.clauses:
                    if clause.kind == kind and ask.guard(clause.guard).value is None:
                        yield from _leaves(ask, [*clause.guard.when, *clause.guard.unless])
        else:
            yield test


def _answers(ask: Evaluator, fact: Fact, guards: list[Guard]) -> list[Supposition]:
    """The answers to a choice, those put together that decide the same here and leave the same open."""
    name = fact.label.name
    possible = ask.state.possible.get(name, frozenset(fact.kind.options))
    groups: dict[tuple[object, ...], list[str]] = {}
    for option in fact.kind.options:
        if option not in possible:
            continue
        ask.state.told[name] = option
        signature = tuple(
            (truth.value, truth.unknown)
            for guard in guards
            for part in (guard.when, guard.unless)
            for truth in [all_of(ask.test(test) for test in part)]
        )
        del ask.state.told[name]
        groups.setdefault(signature, []).append(option)
    return [Supposition(name, " or ".join(group), frozenset(group)) for group in groups.values()]
