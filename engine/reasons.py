"""A decided condition → why, in words: what a road is open or closed for, and what would open it."""

from __future__ import annotations

from collections.abc import Iterable

from engine.arithmetic import agree
from engine.evaluate import Day, Evaluator
from engine.records import Test
from engine.values import Unknown, show


def because(ask: Evaluator, tests: Iterable[Test], wanted: bool) -> str:
    """Which tests are (not) met, and what the rules behind them rest on: the reason of an open or closed road."""
    tests, said = list(tests), set[str]()
    reasons = [_reason(ask, test, None, said) for test in tests if ask.test(test).value is wanted]
    return "; ".join(reasons) or "; ".join(test.words for test in tests)


def _reason(ask: Evaluator, test: Test, on: Day, said: set[str]) -> str:
    """What decides a test on a day; a rule that is said already is only named."""
    subject = test.subject
    found = ask.value(subject, on)
    title = ask.plan.label(subject.name).text() if subject.name else test.words
    if isinstance(found, Unknown):
        supposed = {True: test.words, False: f"not: {test.words}"}.get(ask.test(test, on).value)  # type: ignore[arg-type]
        return f"supposed here: {supposed}" if supposed else f"{title}: unknown"
    if subject.op != "rule" or subject.name in ask.state.told or subject.name in said:
        return f"{title}: {show(found)}"
    said.add(subject.name)
    rule = ask.plan.rules[subject.name]
    day = ask.governing(rule, on)
    holding = [
        c
        for c in rule.clauses
        if c.kind != "otherwise" and ask.guard(c.guard, day).value and agree([ask.value(c.gives, day), found])
    ]
    grounds = [c.guard.words().removeprefix("when ") for c in holding if not c.guard.free]
    inner = [_reason(ask, t, day, said) for c in holding for t in c.guard.when if t.subject.op == "rule"]
    reason = "; ".join(inner) or " and ".join(grounds)
    return f"{title}: {show(found)}" + (f" ({reason})" if reason else "")


def reopeners(ask: Evaluator, tests: Iterable[Test]) -> list[str]:
    """What would make unmet tests true: labelled exceptions and lines of the rules behind them, papers, facts of the road."""
    found: list[str] = []
    for test in tests:
        if ask.test(test).value is True:
            continue
        if test.subject.op == "rule" and test.relation == "holds":
            rule = ask.plan.rules[test.subject.name]
            day = ask.governing(rule)
            for clause in rule.clauses:
                if clause.kind == "otherwise" or ask.value(clause.gives, day) is not True:
                    continue
                if ask.guard(clause.guard, day).value or ask.in_force(clause.guard, day).value is False:
                    continue
                if all(can_change(ask, t) or ask.test(t, day).value for t in clause.guard.when):
                    unmet = [t for t in clause.guard.when if not ask.test(t, day).value]
                    found.append(" and ".join(spoken(ask, t) for t in unmet))
        elif can_change(ask, test):
            found.append(spoken(ask, test))
    return list(dict.fromkeys(words for words in found if words))


def spoken(ask: Evaluator, test: Test) -> str:
    """A test with the title of what it asks for: `Written refusal of the notary`."""
    title = ask.plan.label(test.subject.name).text() if test.subject.name else test.words
    return title if test.relation == "holds" else test.words.replace(test.subject.words, title, 1)


def can_change(ask: Evaluator, test: Test) -> bool:
    """Whether the road or the case can still make the test true: a paper, or a fact that an outcome sets or nobody told."""
    name = test.subject.name
    fact = ask.plan.facts.get(name)
    if fact is None:
        return False
    if fact.origin != "fact":
        return True
    if not ask.is_told(name):
        return True
    return any(name == effect for edge in ask.plan.edges() for effect, _ in edge.effects)
