"""Expressions and guards, evaluated for one case on one day: the only evaluator there is.

Logic is Kleene's: an unknown fact leaves a guard undecided, it is never a silent no. Nor is a day that nobody knows
today: where versions of the law differ, what hangs on it stays open; where all that may govern agree, it does not.
"""

from __future__ import annotations

from calendar import isleap
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cached_property, partial
from itertools import chain, pairwise
from typing import Any, TypeVar

from engine import ranges
from engine.arithmetic import OPERATIONS, agree, bounded, compare, multiply, subtract
from engine.calendar import Calendar
from engine.counting import CountingRules, Span, due_day
from engine.records import Clause, Expr, Guard, Kind, Plan, ReadingOption, Rule, Test
from engine.refusal import Refusal
from engine.values import (
    NO,
    YES,
    Discretion,
    Money,
    NotStated,
    Range,
    Rate,
    Truth,
    Unknown,
    Value,
    When,
    all_of,
    decimal_of,
    lacking,
    merged,
    number_of,
    open_for,
    opposite,
    show,
    undecided,
)
from procedure_dsl.wording import say

BEFORE = When(date.min)  # before the case begins: no day is known yet
ONE_DAY = timedelta(days=1)
Day = date | When | Unknown | NotStated | None  # whose law governs; None: that of today
T = TypeVar("T")


@dataclass(slots=True)
class State:
    """What is known of a case at one moment of its road."""

    told: dict[str, Value] = field(default_factory=dict)  # facts, and values or rules set for this case
    possible: dict[str, frozenset[str]] = field(default_factory=dict)  # answers still open to a choice
    supposed: dict[Test | None, bool] = field(default_factory=dict)  # tests decided by the way the trace divides
    events: dict[str, When] = field(default_factory=dict)
    times: dict[str, tuple[When, ...]] = field(default_factory=dict)  # each time of the events that clocks ask for
    moved: dict[str, Value] = field(default_factory=dict)  # on a road: what has been paid and recovered so far
    readings: dict[str, str] = field(default_factory=dict)
    today: When = BEFORE
    missing: dict[str, None] = field(default_factory=dict)  # unknown facts met so far, in order
    wondered: dict[str, None] = field(default_factory=dict)  # unknown facts of which `is known` was asked so far
    read: dict[str, None] = field(default_factory=dict)  # readings consulted so far
    left_open: dict[Discretion, None] = field(
        default_factory=dict
    )  # what somebody else is to decide, and was asked for
    bends: dict[tuple[Discretion, Fraction], None] = field(default_factory=dict)  # decisions at which an answer bends
    pieces: dict[str, tuple[Fraction | None, Fraction | None]] = field(
        default_factory=dict
    )  # the part of a decision that is looked at
    versions: dict[str, Version] = field(default_factory=dict)  # of what decided since the last step, by its name
    held: dict[tuple[str, str], None] = field(default_factory=dict)  # exceptions that decided so far: (of what, label)
    ended: dict[str, int] = field(default_factory=dict)  # how often a performed procedure has ended in each way
    quoted: dict[str, str] = field(
        default_factory=dict
    )  # values consulted: "base_value" → "23.00 EUR since 2017-01-01"

    def apart(self, **changes: Any) -> State:
        """The same with some things changed; what is asked of it leaves no trace in this one."""
        traces: dict[str, Any] = {
            name: {} for name in ("missing", "wondered", "read", "left_open", "bends", "versions", "held", "quoted")
        }
        return replace(self, **traces, **changes)


@dataclass(frozen=True, slots=True)
class Version:
    """The period of a sentence that decided something; why it did, if another day governs than that of the step."""

    since: date | None
    until: date | None
    governed_by: str = ""
    kept_from: date | None = None  # the change that is not for this case

    def __str__(self) -> str:
        words = [Guard(since=self.since, until=self.until).period()]
        words += [say("by the day of {event}", event=self.governed_by)] if self.governed_by else []
        words += [say("kept: the case began before {day}", day=self.kept_from)] if self.kept_from else []
        return ", ".join(words)


class Evaluator:
    """Answers for one plan and one state; `base` and `edge` are those of a fee while it is computed."""

    quiet = False  # nobody reads how an answer came about: then it is not put into words

    def __init__(self, plan: Plan, state: State, calendar: Calendar) -> None:
        self.plan, self.state, self.calendar = plan, state, calendar
        self.deciding: list[str] = []
        self.found: dict[tuple[str, str, Day], Value] = {}  # while one question is answered, and nothing can change
        self.depth = 0
        self.reached: dict[tuple[str, str], frozenset[tuple[str, str]]] = {}
        self.turning: dict[tuple[str, str], frozenset[date]] = {}

    def of(self, state: State) -> Evaluator:
        """The same for another state; what was found out of the plan alone holds there, too."""
        other = Evaluator(self.plan, state, self.calendar)
        other.reached, other.turning, other.quiet = self.reached, self.turning, self.quiet
        return other

    def supposing(self, name: str, value: Value) -> Evaluator:
        """The same case with one more thing told; what is asked of it leaves no trace in this one."""
        return self.of(self.state.apart(told={**self.state.told, name: value}))

    @cached_property
    def effects(self) -> frozenset[str]:
        """The facts that some way of the plan sets."""
        return frozenset(name for edge in self.plan.edges() for name, _ in edge.effects)

    # ── values ──────────────────────────────────────────────────────────────────────────────────

    def value(self, expr: Expr, on: Day = None, base: Value | None = None, edge: Value | None = None) -> Value:
        """The value of an expression under the law in force on a day (default: today)."""
        match expr.op:
            case "constant":
                assert expr.constant is not None
                return expr.constant
            case "fact":
                return self.fact(expr.name)
            case "value":
                return self.once("value", expr.name, on, self.dated)
            case "rule":
                return self.rule(expr.name, on)
            case "reading":
                return self.once("reading", expr.name, on, self.reading)
            case "moment":
                return self.moment(expr.name)
            case "last day":
                return self.last_day(expr.name)
            case "length between":
                return self.length_between(expr)
            case "sum":
                return self.moved(expr.name)
            case "discretion":
                return self.decision(expr, on, base, edge)
            case "base":
                return base if base is not None else Unknown(())
            case "share of base":
                share: Value = self.value(expr.args[0], on, base, edge)
                return share if base is None else multiply(share, base)
            case "excess":
                return subtract(base, edge) if base is not None and edge is not None else Unknown(())
            case "at least" | "at most":
                first, second = expr.args
                left, right = self.value(first, on, base, edge), self.value(second, on, base, edge)
                if isinstance(left, Range) or isinstance(right, Range):
                    self.bend(left, right)
                return bounded(left, right, expr.op)
            case "ends":
                return Decimal(self.state.ended.get(expr.name, 0))
            case "offset":
                return self.offset(expr, on)
            case "days between" | "days in year":
                return self.days(expr, on)
            case _:
                first, second = expr.args
                left, right = self.value(first, on, base, edge), self.value(second, on, base, edge)
                return OPERATIONS[expr.op](left, right)

    def once(self, kind: str, name: str, on: Day, compute: Callable[[str, Day], Value]) -> Value:
        """The answer, computed once while one question is answered: definitions that share others do not double the work."""
        key = (kind, name, on)
        if key in self.found:
            return self.found[key]
        self.depth += 1
        try:
            answer = compute(name, on)
        finally:
            self.depth -= 1
            if self.depth == 0:
                self.found.clear()
        if self.depth:
            self.found[key] = answer
        return answer

    def together(self, answer: Callable[[], T]) -> T:
        """Several questions as one: nothing changes while they are answered, so that what they share is computed once."""
        self.depth += 1
        try:
            return answer()
        finally:
            self.depth -= 1
            if self.depth == 0:
                self.found.clear()

    def is_told(self, name: str) -> bool:
        """Whether the case says what it is; to say that it is unknown says nothing."""
        return not isinstance(self.state.told.get(name, Unknown(())), Unknown)

    def fact(self, name: str) -> Value:
        """What the case says of a fact, a paper or an item; unknown if nobody told, or if it is told to be."""
        told = self.state.told.get(name)
        if told is not None and not isinstance(told, Unknown):
            return told
        fact = self.plan.facts.get(name)
        if told is None and fact is not None and fact.at_first is not None:
            return self.value(fact.at_first)
        self.state.missing.setdefault(name)
        options = self.state.possible.get(name, frozenset(fact.kind.options) if fact else frozenset())
        return Unknown((name,), options)

    def dated(self, name: str, on: Day = None) -> Value:
        """The amount of a value on a day. Outside its lines it is refused, never guessed."""
        if name in self.state.told:
            return self.state.told[name]
        return self.whenever(on, self.turns_in("value", name), lambda day: self._amount(name, day))

    def _amount(self, name: str, day: date) -> Value:
        lines = self.plan.values[name].clauses
        cap = self.cap(lines[0].guard.keeps) if lines[0].guard.keeps else None
        day = min(day, cap or day)
        for at, clause in enumerate(lines):
            since, until = clause.guard.since, clause.guard.until
            following = lines[at + 1].guard.since if at + 1 < len(lines) else None
            if (
                (since or date.min) <= day
                and (until is None or day <= until)
                and (following is None or day < following)
            ):
                found = self.value(clause.gives, day)
                if not self.quiet:
                    self.state.quoted[name] = " ".join(filter(None, (show(found), clause.guard.period())))
                return found
        raise Refusal(
            "no-value",
            say(
                "`{name}` has no amount for {day}; {nearest}",
                name=name,
                day=day,
                nearest=_nearest_line(lines, day, self),
            ),
            say("Type --set {name}=…", name=name),
        )

    def rule(self, name: str, on: Day = None) -> Value:
        """A derived fact. Exceptions that hold outweigh the lines; two that disagree are refused, both named."""
        if name in self.state.told:
            return self.told_rule(name, on)
        if name in self.deciding:
            return Unknown((name,))
        self.deciding.append(name)
        try:
            found = self.once("rule", name, self.governing(self.plan.rules[name], on), self._rule)
        finally:
            self.deciding.pop()
        if not isinstance(found, Range) or not self.state.supposed:
            return found
        left = self.as_supposed(name, found)
        if isinstance(left, Range) and left.by != found.by:  # less is left to be decided
            opens = {one: None for one in self.state.left_open if one not in found.by}
            self.state.left_open = opens | dict.fromkeys(left.by)
        return left

    def told_rule(self, name: str, on: Day) -> Value:
        """What is told of a rule; where the rule leaves it to somebody, it lies within what that one may decide."""
        told = self.state.told[name]
        if name in self.deciding or not any(_leaves_open(clause.gives) for clause in self.plan.rules[name].clauses):
            return told
        others = {other: value for other, value in self.state.told.items() if other != name}
        state = self.state.apart(told=others, supposed={})
        self.deciding.append(name)
        try:
            asked = self.of(state)
            open_ = tried(lambda: asked.rule(name, on))
        finally:
            self.deciding.pop()
        if isinstance(open_, Range):
            refuse_outside(name, told, open_)
        return told

    def as_supposed(self, name: str, found: Range) -> Value:
        """Of what is left open, the part that the suppositions of this way leave."""
        low = high = None
        for test, holds in self.state.supposed.items():
            if test is None or (test.subject.op, test.subject.name) != ("rule", name) or len(test.objects) != 1:
                continue
            limit = self.value(test.objects[0])
            if not isinstance(limit, Money | Rate | Decimal):
                continue
            edge = number_of(limit)
            if test.relation in (("above", "at least") if holds else ("below", "at most")):
                low = edge if low is None else max(low, edge)
            elif test.relation in (("below", "at most") if holds else ("above", "at least")):
                high = edge if high is None else min(high, edge)
        return ranges.within(found, low, high) or found

    def _rule(self, name: str, on: Day) -> Value:
        rule = self.plan.rules[name]
        return self.whenever(on, self.turns_in("rule", name), lambda day: self._decide(rule, day))

    def governing(self, rule: Rule, on: Day = None) -> Day:
        """The day whose law decides a rule: of the event it names, or that of whoever asks."""
        found = self.value(rule.governed.event, on) if rule.governed is not None else on
        return found if isinstance(found, When | Unknown | NotStated | date) else None

    def _decide(self, rule: Rule, day: date) -> Value:
        certain: list[tuple[Clause, Value]] = []
        open_: list[tuple[Clause, Value]] = []
        doubts: list[Truth] = []
        for kind in ("except", "line"):
            for clause in rule.clauses:
                if clause.kind != kind:
                    continue
                truth = self.guard(clause.guard, day)
                if truth.value is False:
                    continue
                if truth.value and clause.label:
                    self.state.held.setdefault((rule.label.name, clause.label))
                found = self.value(clause.gives, day)
                version = self.version(clause.guard, day) if truth.value and not self.quiet else None
                if version:
                    version = replace(version, governed_by=rule.governed.event.words) if rule.governed else version
                    self.state.versions[rule.label.name] = version
                (certain if truth.value else open_).append((clause, found))
                if truth.value is None:
                    doubts.append(truth)
            if certain:
                break
        else:
            rest = [c for c in rule.clauses if c.kind == "otherwise"]
            if rest:
                certain = [(rest[0], self.value(rest[0].gives, day))]
        if len(certain) == 1 and not open_:  # as nearly always
            return certain[0][1]
        known = [one for one in certain if not lacking(one[1])]
        for (one, left), (other, right) in pairwise(known):
            if not agree([left, right]):
                names = f"{one} and {other}"
                answers = f"{show(left)} and {show(right)}"
                raise Refusal("exceptions-clash", f"`{rule.label.name}` has two answers, {answers}: {names} both hold")
        everything = [found for _, found in (*certain, *open_)]
        if not everything:
            raise Refusal(
                "no-answer", say("no line of `{name}` holds for this case on {day}", name=rule.label.name, day=day)
            )
        if agree(everything) and (certain or len(open_) > 1):
            return everything[0]
        gap = lacking(*(found for _, found in certain))
        return gap if isinstance(gap, NotStated) else undecided(doubts, everything)

    def reading(self, name: str, on: Day = None) -> Value:
        """What the text means under the reading chosen for this case, else under the preferred one."""
        self.state.read.setdefault(name)
        option = self.option(name)
        if option.unit:
            return option.unit
        return self.value(option.meaning, on) if option.meaning is not None else option.name

    def option(self, name: str) -> ReadingOption:
        reading = self.plan.readings[name]
        return reading.option(self.state.readings.get(name, reading.preferred))

    def meant(self, event: Expr) -> Expr:
        """The event; a reading is followed to what it means."""
        meaning = self.option(event.name).meaning if event.op == "reading" else None
        return meaning if meaning is not None else event

    def moved(self, name: str) -> Value:
        """What has been paid or recovered so far: as the road has it, else as the case tells; without either nobody knows."""
        found = self.state.moved.get(name, self.state.told.get(name))
        return found if found is not None else Unknown((name,))

    def decision(self, expr: Expr, on: Day = None, base: Value | None = None, edge: Value | None = None) -> Value:
        """What is left to somebody: a range, or what the case tells was decided."""
        low, high, party = (self.value(arg, on, base, edge) for arg in expr.args)
        gap = lacking(low, high)
        if gap is not None:
            return gap
        (least, _), (_, most) = ranges.ends(low), ranges.ends(high)
        model = ranges.model_of(low)
        if expr.name in self.state.pieces:
            first, last = self.state.pieces[expr.name]
            least = least if first is None else max(least, first)
            most = most if last is None else min(most, last)
        found = ranges.decided(str(party), expr.name, ranges.like(model, least), ranges.like(model, most))
        told = self.state.told.get(expr.name) if expr.name not in self.plan.rules else None
        if told is not None and not isinstance(told, Unknown):
            refuse_outside(expr.name, told, found)
            return told
        if not isinstance(found, Range):
            return found
        self.state.left_open |= dict.fromkeys(found.by) if expr.name else {}
        ends = ranges.deciders((low, high))  # which may themselves be somebody's to decide
        return replace(found, by=(*ends, *found.by), line=None) if ends else found

    def bend(self, value: Value, other: Value) -> None:
        """Where one value crosses another, what is made of them takes a turn."""
        if lacking(value, other) is None:
            point = ranges.crossing(subtract(value, other), ranges.NOUGHT)
            self.state.bends |= {point: None} if point is not None else {}

    def moment(self, name: str) -> Value:
        found = self.state.events.get(name)
        return found if found is not None else Unknown((name,))

    def last_day(self, deadline: str) -> Value:
        """The last day of a term on which another one hangs."""
        from engine.terms import term  # which asks the evaluator for all that a term is made of

        found = term(self.plan.deadlines[deadline], self, self.calendar, self.plan.frame.counting)
        if found.due is None:
            return Unknown(found.unknown)
        return replace(found.due, latest=False)

    def length_between(self, expr: Expr) -> Value:
        """A length that somebody decides: as the case tells it, else not known."""
        told = self.state.told.get(expr.name)
        if told is not None and not isinstance(told, Unknown):
            return told
        self.state.missing.setdefault(expr.name)
        return Unknown((expr.name,))

    def offset(self, expr: Expr, on: Day = None) -> Value:
        """A length after a day, in whole calendar units: `3 years from due_date`; no roll, no day excluded."""
        span, start = (self.value(arg, on) for arg in expr.args)
        gap = lacking(span, start)
        if gap is not None:
            return gap
        assert isinstance(span, Span)
        assert isinstance(start, When)
        return start.moved(due_day(span, start.day, CountingRules(rolls="never"), self.calendar))

    def days(self, expr: Expr, on: Day = None) -> Value:
        """A number of days; from or to a day that is only a bound, nobody states it."""
        whens = [self.value(arg, on) for arg in expr.args]
        gap = lacking(*whens)
        if gap is not None:
            return gap
        known = [when for when in whens if isinstance(when, When)]
        vague = merged(when.stretches for when in known)
        if vague:
            return NotStated(vague)
        first, last = known[0].day, known[-1].day
        if expr.op == "days in year":
            return Decimal(366 if isleap(first.year) else 365)
        return Decimal(max(0, (last - first).days))

    # ── the day whose law governs ───────────────────────────────────────────────────────────────

    def law_of(self, on: Day) -> tuple[date, Unknown | NotStated | None]:
        """The earliest day that it can be, and, unless it is that day for certain, what leaves it open."""
        on = self.state.today if on is None else on
        if isinstance(on, Unknown | NotStated):
            return date.min, lacking(on)
        if isinstance(on, date):
            return on, None
        if type(on.day) is date and on == BEFORE:  # a day that remembers how it was reckoned is never that one
            return on.day, Unknown(("start",))
        return on.day, NotStated(on.stretches) if on.stretches else None

    def days_of(self, on: Day, turns: Iterable[date]) -> tuple[list[date], Unknown | NotStated | None]:
        """One day for each version of the law that may govern; and, where there are several, what leaves that open."""
        day, gap = self.law_of(on)
        later = sorted(turn for turn in turns if turn > day) if gap is not None else []
        return [day, *later], gap if later else None

    def versions(
        self, on: Day, turns: frozenset[date], answer: Callable[[date], T], alike: Callable[[T, T], bool]
    ) -> tuple[T, Unknown | NotStated | None]:
        """The answer of the first version of the law that may govern, and, where another answers otherwise, what is open.

        Behind a bound, days for which the file has no law are left out; of a day that nobody told, they count.
        """
        day, gap = self.law_of(on)
        if gap is None or not any(turn > day for turn in turns):  # one version governs, and a refusal is its answer
            return answer(day), None
        days, gap = self.days_of(on, turns)
        answers: list[T] = []
        refused: Refusal | None = None
        for day in days:
            found = tried(partial(answer, day))
            if isinstance(found, Refusal):
                refused = refused or found
            else:
                answers.append(found)
            if answers and ((refused and isinstance(gap, Unknown)) or not alike(answers[0], answers[-1])):
                return answers[0], gap
        if refused is not None and not answers:
            raise refused
        return answers[0], None

    def whenever(self, on: Day, turns: frozenset[date], answer: Callable[[date], Value]) -> Value:
        """The answer under the law of a day; of an uncertain one, the answer of all the versions that may govern."""
        day, gap = self.law_of(on)
        if gap is None or not any(turn > day for turn in turns):
            return answer(day)
        quoted, held, versions = dict(self.state.quoted), dict(self.state.held), dict(self.state.versions)
        found, gap = self.versions(on, turns, answer, lambda one, other: agree([one, other]))
        if gap is None:
            return found
        self.state.quoted, self.state.held, self.state.versions = quoted, held, versions
        return gap

    def turns_of(self, exprs: Iterable[Expr], guards: Iterable[Guard] = ()) -> frozenset[date]:
        """The days on which the law of these expressions and conditions changes."""
        guards = list(guards)
        behind = chain(exprs, chain.from_iterable(map(expressions_of, guards)))
        return frozenset(turns_of(guards)).union(*(self.turns_under(*name) for one in behind for name in one.names()))

    def turns_under(self, kind: str, name: str) -> frozenset[date]:
        """The days on which an answer to a name changes; a rule with a governing day of its own has that one alone."""
        governed = self.plan.rules[name].governed if kind == "rule" else None
        return self.turns_in(kind, name) if governed is None else self.turns_of([governed.event])

    def turns_within(self, kind: str, name: str, exprs: Iterable[Expr], guards: Iterable[Guard]) -> frozenset[date]:
        """The same of the sentences of one "fee" or "term": they hang on the plan alone, and are looked through once."""
        key = (kind, name)
        if key not in self.turning:
            self.turning[key] = self.turns_of(exprs, guards)
        return self.turning[key]

    def turns_in(self, kind: str, name: str) -> frozenset[date]:
        """The days on which the law changes that stands behind a name."""
        key = (kind, name)
        if key not in self.turning:
            self.turning[key] = frozenset()  # of a circle, which a check refuses
            guards = [clause.guard for clause in self._clauses(kind, name)]
            self.turning[key] = self.turns_of(self._definition(kind, name), guards)
        return self.turning[key]

    def _clauses(self, kind: str, name: str) -> tuple[Clause, ...]:
        if kind == "value":
            return self.plan.values[name].clauses
        return self.plan.rules[name].clauses if kind == "rule" else ()

    def reach(self, kind: str, name: str) -> frozenset[tuple[str, str]]:
        """Every (kind, name) that an answer rests on, under whatever reading."""
        key = (kind, name)
        if key not in self.reached:
            self.reached[key] = frozenset()  # of a circle, which a check refuses
            found = {key}
            for expr in self._definition(kind, name):
                for one in expr.names():
                    found |= self.reach(*one)
            self.reached[key] = frozenset(found)
        return self.reached[key]

    def _definition(self, kind: str, name: str) -> Iterator[Expr]:
        """The expressions by which the text says what a name is."""
        for clause in self._clauses(kind, name):
            yield clause.gives
            yield from expressions_of(clause.guard)
        governed = self.plan.rules[name].governed if kind == "rule" else None
        if governed is not None:
            yield governed.event
        if kind == "reading":
            yield from (one.meaning for one in self.plan.readings[name].options if one.meaning is not None)
        elif kind == "fact" and name in self.plan.facts:
            at_first = self.plan.facts[name].at_first
            if at_first is not None:
                yield at_first

    # ── conditions ──────────────────────────────────────────────────────────────────────────────

    def guard(self, guard: Guard, on: Day = None) -> Truth:
        """Whether a sentence applies on a day."""
        if guard.free:
            return YES
        open_: list[Truth] = []
        if guard.since or guard.until:
            truth = self.in_force(guard, on)
            if truth.value is False:
                return NO
            if truth.value is None:
                open_.append(truth)
        for test in guard.when:
            truth = self.test(test, on)
            if truth.value is False:
                return NO  # what comes after a no is not asked
            if truth.value is None:
                open_.append(truth)
        if guard.unless:
            truth = opposite(all_of(self.test(test, on) for test in guard.unless))
            if truth.value is False:
                return NO
            if truth.value is None:
                open_.append(truth)
        return all_of(open_) if open_ else YES

    def in_force(self, guard: Guard, on: Day = None) -> Truth:
        """Whether the day lies in the period of a sentence."""
        if not (guard.since or guard.until):
            return YES
        if isinstance(on, date) and guard.governed is None and not guard.keeps:  # as nearly always
            return NO if (guard.until and on > guard.until) or (guard.since and on < guard.since) else YES
        if guard.keeps and "start" not in self.state.events:  # for whom the old law is kept is not known
            caps = (None, *(day - ONE_DAY for day in guard.keeps))
            found = {truth.value: truth for truth in (self._in_force(guard, on, cap) for cap in caps)}
            return found.popitem()[1] if len(found) == 1 else open_for(Unknown(("start",)))
        return self._in_force(guard, on, self.cap(guard.keeps))

    def _in_force(self, guard: Guard, on: Day, cap: date | None) -> Truth:
        """The same, for a case that never comes under later law than that of the day `cap`."""
        day, gap = self.law_of(self.governed(guard.governed, on))
        until = guard.until if cap is None or (guard.until and guard.until < cap) else None
        if cap is not None and day >= cap:
            day, gap = cap, None
        if (until and day > until) or (cap and guard.since and guard.since > cap):
            return NO
        begun = guard.since is None or day >= guard.since
        if gap is None:
            return YES if begun else NO
        if begun and until is None:
            return YES
        asked = period_test(guard)
        return Truth(self.state.supposed[asked]) if asked in self.state.supposed else open_for(gap)

    def governed(self, event: Expr | None, on: Day = None) -> Day:
        """The day of the event that governs, once it has happened; else that of whoever asks."""
        found = self.value(event) if event is not None else on
        if isinstance(found, Unknown) and event is not None and self.is_ahead(event):
            return on
        return found if isinstance(found, When | Unknown | NotStated | date) else None

    def is_ahead(self, event: Expr) -> bool:
        """Whether the road may still come to an event; it never tells a fact that nobody told."""
        if event.op == "reading":
            meaning = self.option(event.name).meaning
            return meaning is not None and self.is_ahead(meaning)
        return event.op == "moment"

    def cap(self, keeps: Iterable[date]) -> date | None:
        """The last day whose law this case can come under, where it began before a change that is not for such cases."""
        start = self.state.events.get("start")
        return min((day - ONE_DAY for day in keeps if start is not None and start.day < day), default=None)

    def version(self, guard: Guard, on: Day = None) -> Version | None:
        """Which version of the law a sentence belongs to, where it has versions."""
        if not (guard.since or guard.until):
            return None
        cap, (day, _) = self.cap(guard.keeps), self.law_of(self.governed(guard.governed, on))
        kept = min((one for one in guard.keeps if one - ONE_DAY == cap and cap and day > cap), default=None)
        return Version(guard.since, guard.until, guard.governed.words if guard.governed else "", kept)

    def test(self, test: Test, on: Day = None) -> Truth:
        """Whether a condition holds: as the case has it, else as its part of the trace supposes."""
        if self.state.supposed and test in self.state.supposed:
            return Truth(self.state.supposed[test])
        subject = self.value(test.subject, on)
        if test.relation == "known":
            self.state.wondered.update(dict.fromkeys(subject.names if isinstance(subject, Unknown) else ()))
            return Truth(not isinstance(subject, Unknown | NotStated))
        if test.relation == "holds":
            truth = (YES if subject else NO) if isinstance(subject, bool) else open_for(subject)
        else:
            truth = any_of(compare(test.relation, subject, self.value(one, on)) for one in test.objects)
        if truth.value is None and isinstance(subject, Unknown):
            left = self._left_by(test, subject, on)
            return truth if left is None else Truth(left)
        return truth

    def _left_by(self, test: Test, subject: Unknown, on: Day) -> bool | None:
        """What an undecided test comes to in every case that the bounds of its fact, and what is supposed of it, leave."""
        one, supposed = test.subject, self.state.supposed
        kind = next((t[one.name].kind for t in (self.plan.facts, self.plan.rules) if one.name in t), None)
        bounds = kind.bounds if kind and one.op == "fact" else ()
        known = [(other, holds) for other, holds in supposed.items() if other and other.subject == one]
        known += [(Test(one, side, (limit,)), True) for side, limit in bounds]
        if not known and not subject.options:
            return None
        tests = [(other.relation, [self.value(x, on) for x in other.objects], holds) for other, holds in known]
        tests = [(relation, objects, holds) for relation, objects, holds in tests if _plain(objects)]
        asked = [self.value(x, on) for x in test.objects]
        if not _plain(asked):
            return None
        worlds = _worlds(kind, subject, [x for _, objects, _ in tests for x in objects] + asked)
        answers = {
            _holds(test.relation, world, asked)
            for world in worlds
            if all(_holds(relation, world, objects) is holds for relation, objects, holds in tests)
        }
        return answers.pop() if len(answers) == 1 else None


def refuse_outside(name: str, told: Value, open_: Value) -> None:
    """What is told of a decision lies where the law lets it lie."""
    if lacking(told) is None and (
        type(told) is not type(ranges.model_of(open_)) or compare("is", told, open_).value is False
    ):
        seen = f"`{name}` is {show(told)}, and it may be {show(open_)}"
        who = f" {open_.who()}" if isinstance(open_, Range) else ""
        raise Refusal("outside-discretion", f"{seen}{who}", f"Tell one from {show(open_)}.")


def _leaves_open(expr: Expr) -> bool:
    return expr.op == "discretion" or any(map(_leaves_open, expr.args))


def tried(answer: Callable[[], T]) -> T | Refusal:
    """An answer, or the refusal to give one: of one version of the law, or of one answer to a question, among others."""
    try:
        return answer()
    except Refusal as refusal:
        return refusal


def turns_of(guards: Iterable[Guard]) -> set[date]:
    """The days on which sentences come into force or fall out of it."""
    guards = list(guards)
    ends = {guard.until + ONE_DAY for guard in guards if guard.until and guard.until < date.max}
    return ends | {guard.since for guard in guards if guard.since}


def expressions_of(guard: Guard) -> Iterator[Expr]:
    for test in (*guard.when, *guard.unless):
        yield test.subject
        yield from test.objects


def period_test(guard: Guard) -> Test:
    """The question whether the day lies in the period of a sentence."""
    event = guard.governed or Expr("moment", words="the day")
    kept = tuple(Expr("constant", constant=When(day)) for day in guard.keeps)
    return Test(event, "in force", kept, guard.period())


def any_of(truths: Iterable[Truth]) -> Truth:
    """Kleene's *or*: one yes decides."""
    open_ = []
    for truth in truths:
        if truth.value:
            return YES
        if truth.value is None:
            open_.append(truth)
    return all_of(open_) if open_ else NO


def _plain(values: list[Value]) -> bool:
    """Whether all of them are known, and exact."""
    return not lacking(*values) and all(value.exact for value in values if isinstance(value, When))


def _holds(relation: str, subject: Value, objects: list[Value]) -> bool:
    if relation == "holds":
        return subject is True
    return any(compare(relation, subject, one).value for one in objects)


def _worlds(kind: Kind | None, subject: Unknown, points: list[Value]) -> list[Value]:
    """What an unknown thing can be, as far as comparisons with these points can tell it apart."""
    if kind is not None and kind.name == "yes or no":
        return [True, False]
    options = subject.options or frozenset(kind.options if kind else ())
    return [*sorted(options)] if options else _around(points)


def _around(points: list[Value]) -> list[Value]:
    """Every point, one between each two neighbours, and one beyond either end."""
    days = [point.day for point in points if isinstance(point, When)]
    if days:
        ordinals = {day.toordinal() + step for day in days for step in (-1, 0, 1)}
        first, last = date.min.toordinal(), date.max.toordinal()
        return [When(date.fromordinal(ordinal)) for ordinal in sorted(ordinals) if first <= ordinal <= last]
    if not points or not all(isinstance(one, Money | Rate | Decimal) for one in points):
        return []  # of lengths, whose units differ, and of texts
    numbers = sorted({number_of(one) for one in points})
    middles = [(below + above) / 2 for below, above in pairwise(numbers)]
    found = [decimal_of(number) for number in (numbers[0] - 1, *numbers, *middles, numbers[-1] + 1)]
    model = points[0]
    if isinstance(model, Money):
        return [Money(number, model.currency) for number in found]
    return [Rate(number) for number in found] if isinstance(model, Rate) else [*found]


def _nearest_line(lines: tuple[Clause, ...], day: date, evaluator: Evaluator) -> str:
    """The last amount known before the day, or the first one known after it."""
    before = [c for c in lines if c.guard.since and c.guard.since <= day]
    if before:
        last = before[-1]
        amount = show(evaluator.value(last.gives))
        return say("the last known one is {amount}, {period}", amount=amount, period=last.guard.period())
    first = lines[0]
    period = Guard(since=first.guard.since).period()
    return say("the first known one is {amount}, {period}", amount=show(evaluator.value(first.gives)), period=period)
