"""A decided condition → why, in words: what a road is open or closed for, and what would open it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from engine.aloud import condition_aloud, conditions_aloud, guard_aloud
from engine.arithmetic import agree
from engine.evaluate import Day, Evaluator
from engine.records import Guard, Test
from engine.values import Unknown, show
from procedure_dsl.wording import say


def because(ask: Evaluator, tests: Iterable[Test], wanted: bool) -> str:
    """Which tests are (not) met, and what the rules behind them rest on: the reason of an open or closed road."""
    tests, said = list(tests), set[str]()
    reasons = [_reason(ask, test, None, said) for test in tests if ask.test(test).value is wanted]
    return "; ".join(reasons) or "; ".join(condition_aloud(ask.plan, test) for test in tests)


def _reason(ask: Evaluator, test: Test, on: Day, said: set[str]) -> str:
    """What decides a test on a day; a rule that is said already is only named."""
    subject = test.subject
    found = ask.value(subject, on)
    words = condition_aloud(ask.plan, test)
    title = ask.plan.label(subject.name).text() if subject.name else words
    if isinstance(found, Unknown):
        held = ask.test(test, on).value
        if held is None:
            return f"{title}: {say('unknown')}"
        return say("supposed here: {test}", test=words if held else say("not: {test}", test=words))
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
    grounds = [_ground(ask, c.guard) for c in holding if not c.guard.free]
    inner = [_reason(ask, t, day, said) for c in holding for t in c.guard.when if t.subject.op == "rule"]
    reason = "; ".join(inner) or say(" and ").join(grounds)
    return f"{title}: {show(found)}" + (f" ({reason})" if reason else "")


def _ground(ask: Evaluator, guard: Guard) -> str:
    """The condition of a line that holds, without the `when` before it."""
    rest = guard_aloud(ask.plan, replace(guard, when=()))
    return " ".join(filter(None, (conditions_aloud(ask.plan, guard.when), rest)))


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
                    found.append(say(" and ").join(spoken_test(ask, t) for t in unmet))
        elif can_change(ask, test):
            found.append(spoken_test(ask, test))
    return list(dict.fromkeys(words for words in found if words))


def spoken_test(ask: Evaluator, test: Test) -> str:
    """A test with the title of what it asks for: `Written refusal of the notary`."""
    title = ask.plan.label(test.subject.name).text() if test.subject.name else condition_aloud(ask.plan, test)
    return title if test.relation == "holds" else condition_aloud(ask.plan, test, title)


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
    return name in ask.effects
