"""An undecided condition → the question at which a trace divides, with the answers that matter there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from engine.aloud import condition_aloud
from engine.evaluate import Day, Evaluator, period_test, tried
from engine.records import Expr, Fact, Guard, Test
from engine.refusal import Refusal
from engine.values import Unknown, Value, all_of
from procedure_dsl.wording import say


@dataclass(frozen=True, slots=True)
class Supposition:
    """One answer: to a fact, or to a test that no fact alone decides."""

    fact: str
    words: str  # of an answer to a fact: as data has it
    options: frozenset[str] = frozenset()  # of a choice
    value: Value | None = None  # of a yes or no
    test: Test | None = None
    holds: bool = False


class Divide(Exception):
    """An unknown fact decides which way the road goes."""

    def __init__(self, answers: Sequence[Supposition]) -> None:
        super().__init__(answers[0].fact)
        self.answers = tuple(answers)


@dataclass(frozen=True, slots=True)
class Leaf:
    """What leaves a condition open: a fact to be asked for, or else a test to be supposed."""

    test: Test
    fact: str = ""


def question(ask: Evaluator, undecided: Guard, guards: Iterable[Guard], on: Day = None) -> Divide:
    """The first thing that leaves a guard undecided, as a question; `guards` are all those that its answer may decide."""
    others, last = list(guards), None
    for leaf in _leaves_of(ask, undecided, on):
        last = last or leaf
        fact = ask.plan.facts.get(leaf.fact)
        if fact is not None and fact.kind.name == "yes or no":
            return Divide([Supposition(leaf.fact, "yes", value=True), Supposition(leaf.fact, "no", value=False)])
        if fact is None:
            return _yes_or_no(ask, leaf.test, on)
        groups = _answers(ask, fact, others, on)
        if len(groups) > 1:
            return Divide(groups)
    return _yes_or_no(ask, last.test if last else (*undecided.when, *undecided.unless, period_test(undecided))[0], on)


def _yes_or_no(ask: Evaluator, test: Test, on: Day) -> Divide:
    """Whether a test holds, as a question about the fact it hangs on."""
    unknown = ask.test(test, on).unknown if test.relation != "in force" else ()
    name = next((one for one in unknown if one in ask.plan.facts), test.subject.name or test.words)
    words = condition_aloud(ask.plan, test)
    yes = Supposition(name, words, test=test, holds=True)
    return Divide([yes, Supposition(name, say("not: {test}", test=words), test=test)])


# ── What leaves it open ─────────────────────────────────────────────────────────────────────────


def _leaves_of(ask: Evaluator, guard: Guard, on: Day) -> Iterator[Leaf]:
    """Of every condition of a guard; where none of them is undecided, of its period."""
    for test in (*guard.when, *guard.unless):
        if ask.test(test, on).value is None:
            yield from _leaves(ask, test, on)
    if ask.in_force(guard, on).value is None:
        yield Leaf(period_test(guard))


def _leaves(ask: Evaluator, test: Test, on: Day) -> Iterator[Leaf]:
    """Definitions are followed down to the facts they rest on; a comparison with such a fact is a question of its own."""
    found = False
    for expr in (test.subject, *test.objects):
        for leaf in _behind(ask, expr, test, on):
            found = True
            yield leaf
    if not found:
        yield Leaf(test)


def _behind(ask: Evaluator, expr: Expr, test: Test, on: Day) -> Iterator[Leaf]:
    """What leaves an expression unknown, as the test has it in which the expression stands."""
    if not isinstance(ask.value(expr, on), Unknown):
        return
    match expr.op:
        case "fact":
            fact = ask.plan.facts.get(expr.name)
            asked = fact is not None and fact.kind.name in ("yes or no", "one of")
            yield Leaf(test, expr.name if asked else "")
        case "rule" if expr.name not in ask.state.told:
            yield from _behind_rule(ask, expr.name, test, on)
        case "reading":
            meaning = ask.option(expr.name).meaning
            if meaning is not None:
                yield from _behind(ask, meaning, test, on)
        case _ if expr.args:
            for arg in expr.args:
                yield from _behind(ask, arg, test, on)
        case _:
            yield Leaf(test)


def _behind_rule(ask: Evaluator, name: str, test: Test, on: Day) -> Iterator[Leaf]:
    """The open conditions of its lines, and what those lines give that may hold."""
    rule = ask.plan.rules[name]
    day = ask.governing(rule, on)
    if ask.days_of(day, ask.turns_in("rule", name))[1] is not None:
        yield Leaf(test)  # which version governs is not known
        return
    for kind in ("except", "line", "otherwise"):
        decided = False
        for clause in (one for one in rule.clauses if one.kind == kind):
            truth = ask.guard(clause.guard, day)
            if truth.value is None:
                yield from _leaves_of(ask, clause.guard, day)
            if truth.value is not False:
                yield from _behind(ask, clause.gives, test, day)
            decided = decided or bool(truth.value)
        if decided:
            return


# ── What its answers change ─────────────────────────────────────────────────────────────────────


def _answers(ask: Evaluator, fact: Fact, guards: list[Guard], on: Day) -> list[Supposition]:
    """The answers to a choice, those put together that decide the same here and leave the same open."""
    name = fact.label.name
    possible = ask.state.possible.get(name, frozenset(fact.kind.options))
    groups: dict[object, list[str]] = {}
    for option in fact.kind.options:
        if option not in possible:
            continue
        found = tried(partial(_signature, ask.supposing(name, option), guards, on))
        groups.setdefault(option if isinstance(found, Refusal) else found, []).append(option)
    return [Supposition(name, " or ".join(group), frozenset(group)) for group in groups.values()]


def _signature(ask: Evaluator, guards: Iterable[Guard], on: Day) -> tuple[tuple[bool | None, tuple[str, ...]], ...]:
    """How guards are decided, and by what they are left open."""
    return tuple(
        (truth.value, truth.unknown)
        for guard in guards
        for part in (guard.when, guard.unless)
        for truth in [all_of(ask.test(test, on) for test in part)]
    )


def settle(ask: Evaluator, name: str, kind: str = "fact") -> None:
    """The road itself sets a fact, or moves a sum: what was supposed of it until then holds no longer."""
    state = ask.state
    state.possible.pop(name, None)
    for test in [one for one in state.supposed if one is not None]:
        names = [read for expr in (test.subject, *test.objects) for read in expr.names()]
        if any((kind, name) in ask.reach(*one) for one in names):
            del state.supposed[test]
