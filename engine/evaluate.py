"""Expressions and guards, evaluated for one case on one day: the only evaluator there is.

Logic is Kleene's: an unknown fact leaves a guard undecided, it is never a silent no.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import pairwise

from engine.arithmetic import COMPARISONS, OPERATIONS, bounded, multiply, size, subtract
from engine.calendar import Calendar
from engine.counting import CountingRules, Span, due_day
from engine.records import Clause, Expr, Guard, Plan, Rule, Test
from engine.refusal import Refusal
from engine.values import NO, YES, NotStated, Truth, Unknown, Value, When, all_of, lacking, merged, opposite, show

BEFORE = When(date.min)  # before the case begins


@dataclass(slots=True)
class State:
    """What is known of a case at one moment of its road."""

    told: dict[str, Value] = field(default_factory=dict)  # facts, and values or rules set for this case
    possible: dict[str, frozenset[str]] = field(default_factory=dict)  # answers still open to a choice
    supposed: dict[str, bool] = field(default_factory=dict)  # tests decided by the way the trace divides
    events: dict[str, When] = field(default_factory=dict)
    readings: dict[str, str] = field(default_factory=dict)
    today: When = BEFORE
    missing: dict[str, None] = field(default_factory=dict)  # unknown facts met so far, in order
    read: dict[str, None] = field(default_factory=dict)  # readings consulted so far
    held: dict[tuple[str, str], None] = field(default_factory=dict)  # exceptions that decided so far: (of what, label)
    quoted: dict[str, str] = field(
        default_factory=dict
    )  # values consulted: "base_value" → "23.00 EUR since 2017-01-01"


class Evaluator:
    """Answers for one plan and one state; `base` and `edge` are those of a fee while it is computed."""

    def __init__(self, plan: Plan, state: State, calendar: Calendar) -> None:
        self.plan, self.state, self.calendar = plan, state, calendar
        self.deciding: list[str] = []

    # ── values ──────────────────────────────────────────────────────────────────────────────────

    def value(self, expr: Expr, on: date | None = None, base: Value | None = None, edge: Value | None = None) -> Value:
        """The value of an expression under the law in force on a day (default: today)."""
        match expr.op:
            case "constant":
                assert expr.constant is not None
                return expr.constant
            case "fact":
                return self.fact(expr.name)
            case "value":
                return self.dated(expr.name, on)
            case "rule":
                return self.rule(expr.name, on)
            case "reading":
                return self.reading(expr.name, on)
            case "moment":
                return self.moment(expr.name)
            case "base":
                return base if base is not None else Unknown(())
            case "share of base":
                share: Value = self.value(expr.args[0])
                return share if base is None else multiply(share, base)
            case "excess":
                return subtract(base, edge) if base is not None and edge is not None else Unknown(())
            case "at least" | "at most":
                left, right = (self.value(arg, on, base, edge) for arg in expr.args)
                return bounded(left, right, expr.op)
            case "offset":
                return self.offset(expr)
            case "days between" | "days in year":
                return self.days(expr)
            case _:
                left, right = (self.value(arg, on, base, edge) for arg in expr.args)
                return OPERATIONS[expr.op](left, right)

    def fact(self, name: str) -> Value:
        """What the case says of a fact, a paper or an item; unknown if nobody told."""
        if name in self.state.told:
            return self.state.told[name]
        fact = self.plan.facts.get(name)
        if fact is not None and fact.at_first is not None:
            return self.value(fact.at_first)
        self.state.missing.setdefault(name)
        options = self.state.possible.get(name, frozenset(fact.kind.options) if fact else frozenset())
        return Unknown((name,), options)

    def dated(self, name: str, on: date | None = None) -> Value:
        """The amount of a value on a day. Outside its lines it is refused, never guessed."""
        if name in self.state.told:
            return self.state.told[name]
        day = on or self.state.today.day
        value = self.plan.values[name]
        lines = value.clauses
        for at, clause in enumerate(lines):
            since, until = clause.guard.since, clause.guard.until
            following = lines[at + 1].guard.since if at + 1 < len(lines) else None
            if (
                (since or date.min) <= day
                and (until is None or day <= until)
                and (following is None or day < following)
            ):
                found = self.value(clause.gives)
                self.state.quoted[name] = f"{show(found)} since {since}" + (f" until {until}" if until else "")
                return found
        raise Refusal(
            "no-value", f"`{name}` has no amount for {day}; {_nearest_line(lines, day, self)}", f"Type --set {name}=…"
        )

    def rule(self, name: str, on: date | None = None) -> Value:
        """A derived fact. Exceptions that hold outweigh the lines; two that disagree are refused, both named."""
        if name in self.state.told:
            return self.state.told[name]
        if name in self.deciding:
            return Unknown((name,))
        rule = self.plan.rules[name]
        day = on
        if rule.governed is not None:
            governing = self.value(rule.governed)
            day = governing.day if isinstance(governing, When) else on
        self.deciding.append(name)
        try:
            return self._decide(rule, day)
        finally:
            self.deciding.pop()

    def _decide(self, rule: Rule, day: date | None) -> Value:
        certain: list[tuple[Clause, Value]] = []
        open_: list[tuple[Clause, Value]] = []
        doubts: list[Truth] = []
        for kind in ("except", "line"):
            for clause in (c for c in rule.clauses if c.kind == kind):
                truth = self.guard(clause.guard, day)
                if truth.value is False:
                    continue
                if truth.value and clause.label:
                    self.state.held.setdefault((rule.label.name, clause.label))
                found = self.value(clause.gives, day)
                (certain if truth.value else open_).append((clause, found))
                if truth.value is None:
                    doubts.append(truth)
            if certain:
                break
        else:
            rest = [c for c in rule.clauses if c.kind == "otherwise"]
            if rest:
                certain = [(rest[0], self.value(rest[0].gives, day))]
        known = [found for _, found in certain]
        for (one, left), (other, right) in pairwise(certain):
            if left != right:
                names = " and ".join(f"`{c.label}`" if c.label else f"line {c.line}" for c in (one, other))
                answers = f"{show(left)} and {show(right)}"
                raise Refusal("exceptions-clash", f"`{rule.label.name}` has two answers, {answers}: {names} both hold")
        everything = [*known[:1], *(found for _, found in open_)]
        if not everything:
            return Unknown(merged(t.unknown for t in doubts))
        if all(found == everything[0] for found in everything) and (known or len(open_) == 0):
            return everything[0]
        if not doubts:
            return everything[0]
        silent = merged(t.silent for t in doubts)
        unknown = merged(t.unknown for t in doubts)
        return NotStated(silent) if silent and not unknown else Unknown(unknown)

    def reading(self, name: str, on: date | None = None) -> Value:
        """What the text means under the reading chosen for this case, else under the preferred one."""
        self.state.read.setdefault(name)
        reading = self.plan.readings[name]
        option = reading.option(self.state.readings.get(name, reading.preferred))
        if option.unit:
            return option.unit
        return self.value(option.meaning, on) if option.meaning is not None else option.name

    def moment(self, name: str) -> Value:
        found = self.state.events.get(name)
        return found if found is not None else Unknown((name,))

    def offset(self, expr: Expr) -> Value:
        """A length after a day, in whole calendar units: `3 years from due_date`; no roll, no day excluded."""
        span, start = (self.value(arg) for arg in expr.args)
        gap = lacking(span, start)
        if gap is not None:
            return gap
        assert isinstance(span, Span)
        assert isinstance(start, When)
        return start.moved(due_day(span, start.day, CountingRules(rolls="never"), self.calendar))

    def days(self, expr: Expr) -> Value:
        """A number of days; a day that is only a bound leaves it unknown."""
        whens = [self.value(arg) for arg in expr.args]
        gap = lacking(*whens)
        if gap is not None:
            return gap
        known = [when for when in whens if isinstance(when, When)]
        vague = merged(when.stretches for when in known)
        if vague:
            return Unknown(vague)
        first, last = known[0].day, known[-1].day
        if expr.op == "days in year":
            return Decimal((date(first.year, 12, 31) - date(first.year - 1, 12, 31)).days)
        return Decimal(max(0, (last - first).days))

    # ── conditions ──────────────────────────────────────────────────────────────────────────────

    def guard(self, guard: Guard, on: date | None = None) -> Truth:
        """Whether a sentence applies on a day."""
        if guard.free:
            return YES
        day = on or self.state.today.day
        if (guard.since and day < guard.since) or (guard.until and day > guard.until):
            return NO
        return all_of(self._truths(guard, on))  # lazily: what comes after a no is not asked

    def _truths(self, guard: Guard, on: date | None) -> Iterator[Truth]:
        yield from (self.test(test, on) for test in guard.when)
        if guard.unless:
            yield opposite(all_of(self.test(test, on) for test in guard.unless))

    def test(self, test: Test, on: date | None = None) -> Truth:
        if test.words in self.state.supposed:
            return Truth(self.state.supposed[test.words])
        subject = self.value(test.subject, on)
        match test.relation:
            case "known":
                return Truth(not isinstance(subject, Unknown | NotStated))
            case "holds":
                return Truth(subject) if isinstance(subject, bool) else _open(subject)
            case "is":
                return self._is(subject, [self.value(one, on) for one in test.objects])
            case _:
                other = self.value(test.objects[0], on)
                gap = lacking(subject, other)
                return _open(gap) if gap is not None else Truth(COMPARISONS[test.relation](size(subject), size(other)))

    @staticmethod
    def _is(subject: Value, objects: list[Value]) -> Truth:
        if isinstance(subject, Unknown):
            wanted = {one for one in objects if isinstance(one, str)}
            if subject.options and wanted:
                if not subject.options & wanted:
                    return NO
                if subject.options <= wanted:
                    return YES
            return _open(subject)
        if isinstance(subject, NotStated):
            return _open(subject)
        truths = [Truth(subject == one) if not isinstance(one, Unknown | NotStated) else _open(one) for one in objects]
        if any(truth.value for truth in truths):
            return YES
        return (
            all_of(truths)
            if all(truth.value is False for truth in truths)
            else next(t for t in truths if t.value is None)
        )


def _open(value: Value | None) -> Truth:
    if isinstance(value, NotStated):
        return Truth(None, (), value.sources)
    return Truth(None, value.names if isinstance(value, Unknown) else ())


def _nearest_line(lines: tuple[Clause, ...], day: date, evaluator: Evaluator) -> str:
    """The last amount known before the day, or the first one known after it."""
    before = [c for c in lines if c.guard.since and c.guard.since <= day]
    if before:
        last = before[-1]
        end = f" until {last.guard.until}" if last.guard.until else ""
        return f"the last known one is {show(evaluator.value(last.gives))}, since {last.guard.since}{end}"
    first = lines[0]
    return f"the first known one is {show(evaluator.value(first.gives))}, since {first.guard.since}"
