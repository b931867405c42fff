"""Checked → plan: names become references, provenance is inherited, the graph becomes explicit.

The one place where the engine reads the model; everything else in `engine/` and all of `viz/` see the plan alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from engine.counting import CountingRules, Span
from engine.records import (
    ALWAYS,
    Act,
    Advice,
    Bearer,
    Call,
    Cite,
    Clause,
    Clock,
    ClockKind,
    ClockLine,
    DatedValue,
    Deadline,
    Document,
    Edge,
    End,
    Expectation,
    Expr,
    Fact,
    Fee,
    FeeRow,
    Frame,
    Governing,
    Guard,
    Instalment,
    Instalments,
    Item,
    Kind,
    Label,
    Move,
    Note,
    Odds,
    Onward,
    Owner,
    Pace,
    Parallel,
    Party,
    Plan,
    Practice,
    Procedure,
    Reading,
    ReadingOption,
    Remark,
    Require,
    Restored,
    Right,
    Rule,
    Scenario,
    Share,
    SourceText,
    Stage,
    Test,
    Text,
    Transition,
    Wait,
)
from engine.values import Money, NotStated, Rate, Unknown, When, decimal_of
from procedure_dsl import model
from procedure_dsl.check import Checked
from procedure_dsl.checks.view import walk
from procedure_dsl.say import say, say_each, say_event
from procedure_dsl.words import EARLY, ENDS, LAW, MISSED, OF_TIME, RESTORED

__all__ = ["Plan", "make_plan"]

OWNERS: dict[str, Owner] = {"our side": "we", "other side": "the other side", "neutral": "court or chance"}


def make_plan(checked: Checked) -> Plan:
    """The plan of a jurisdiction that was checked without an error; ValueError otherwise."""
    if checked.has_errors:
        raise ValueError("a jurisdiction with errors has no plan")
    return _Planner(checked).plan()


class _Planner:
    """Walks the declarations once; each method turns one record of the model into one of the plan."""

    def __init__(self, checked: Checked) -> None:
        self.checked = checked
        self.whole = checked.jurisdiction
        self.head = self.whole.of(model.JurisdictionHead)[0]
        money = next(line for line in self.head.lines if isinstance(line, model.Money))
        self.currency = money.currency
        self.rounding = money.rounding
        self.kinds: dict[str, str] = {}
        for declaration in self.whole.declarations:
            if isinstance(declaration, model.Declaration):
                self.kinds[declaration.name] = type(declaration).__name__
            if isinstance(declaration, model.Document):
                self.kinds |= {line.name: "Item" for line in declaration.lines if isinstance(line, model.Item)}
        typed = self.whole.of(model.Fact) + self.whole.of(model.Rule)
        self.options = {one.name: one.type.options for one in typed} | {
            one.name: tuple(option.name for option in one.options) for one in self.whole.of(model.Reading)
        }
        self.deadlines: dict[str, Deadline] = {}
        self.discretions: dict[str, Kind] = {}
        self.within = ""  # the declaration at hand, after which a decision is called
        self.law: tuple[Expr | None, tuple[date, ...]] = (None, ())  # of the block at hand: see `under`

    def plan(self) -> Plan:
        whole = self.whole
        made = {
            sentence.object
            for stage in whole.of(model.Stage)
            for sentence in stage.sentences
            if isinstance(sentence, model.Step) and sentence.object and sentence.modality != "must not"
        }
        made |= {node.name for stage in whole.of(model.Stage) for node in walk(stage) if isinstance(node, model.Effect)}
        self.deadlines |= {one.name: self.deadline(one) for one in whole.of(model.Deadline)}
        facts = {one.name: self.fact(one) for one in whole.of(model.Fact)}
        fees = {one.name: self.fee(one) for one in whole.of(model.Fee)}
        rules = {one.name: self.rule(one) for one in whole.of(model.Rule)}
        for document in whole.of(model.Document):
            first = Expr("constant", constant=False, words="no") if document.name in made else None
            facts[document.name] = Fact(self.label(document), Kind("yes or no"), (), first, "document")
            for line in document.lines:
                if isinstance(line, model.Item):
                    facts[line.name] = Fact(
                        Label(line.name, self.text(line.titles)), Kind("yes or no"), (), None, "item"
                    )
        stages, ends, rights, procedures, parts = self.road()
        return Plan(
            frame=self.frame(),
            sources={one.name: SourceText(self.label(one), one.file) for one in whole.of(model.SourceText)},
            parties={
                one.name: Party(self.label(one), self.owner(one.name), one.several, one.standing, one.of)
                for one in whole.of(model.Party)
            },
            readings={one.name: self.reading(one) for one in whole.of(model.Reading)},
            values={one.name: self.value(one) for one in whole.of(model.Value)},
            facts=facts,
            rules=rules,
            documents={one.name: self.document(one) for one in whole.of(model.Document)},
            fees=fees,
            deadlines=self.deadlines,
            procedures=procedures,
            parts=parts,
            discretions={name: kind for name, kind in self.discretions.items() if name not in rules},
            stages=stages,
            ends=ends,
            rights=rights,
            practice={one.name: self.practice(one) for one in whole.of(model.Practice)},
            scenarios=tuple(self.scenario(one) for one in whole.of(model.Scenario)),
            main=next(iter(procedures), ""),
            file=self.checked.source.name,
            sha256=self.checked.sha256,
            texts=tuple((one.name, one.sha256) for one in (self.checked.source, *self.checked.sources)),
        )

    # ── labels, tails ───────────────────────────────────────────────────────────────────────────

    @staticmethod
    def text(titles: model.Titles) -> Text:
        return tuple((title.language, title.text) for title in titles)

    def owner(self, party: str) -> Owner:
        """Whose side a party is on: its own, or that of whom it acts for or was formerly."""
        one = next(one for one in self.whole.of(model.Party) if one.name == party)
        return self.owner(one.of) if one.of else OWNERS[one.side]

    def label(self, declaration: model.Declaration) -> Label:
        return Label(declaration.name, self.text(declaration.titles))

    def file(self, node: model.Node) -> str:
        """In which file a sentence stands, if not in the plan's own."""
        return node.place.source if node.place.source != self.checked.source.name else ""

    def cite(self, tail: model.Tail, outer: Cite | None = None) -> Cite | None:
        """The sentence's own provenance, else that of the block it stands in."""
        found = tail.provenance
        if found is None:
            return outer
        kind: Any = found.kind if found.kind != "source" else "reconstructed" if found.reconstructed else "stated"
        return Cite(
            kind, found.source, found.locator, found.saying, found.reconstructed, found.unverified, found.place.line,
            self.file(found),
        )  # fmt: skip

    def guard(self, tail: model.Tail, heading: model.Tail | None = None) -> Guard:
        """The condition and the period of a sentence, joined to those of its heading where the heading's apply to it."""
        outer = self.guard(heading) if heading else ALWAYS
        if not (tail.when or tail.unless or tail.since or tail.until):
            return outer
        governed, keeps = self.law if tail.since or tail.until else (None, ())
        own = Guard(self.tests(tail.when), self.tests(tail.unless), tail.since, tail.until, governed, keeps)
        if outer.free:
            return own
        governed, keeps = own.governed or outer.governed, own.keeps or outer.keeps
        since = max(filter(None, (own.since, outer.since)), default=None)
        until = min(filter(None, (own.until, outer.until)), default=None)
        unless = outer.unless or own.unless  # a check: never both
        return Guard(outer.when + own.when, unless, since, until, governed, keeps)

    @contextmanager
    def under(self, lines: Iterable[Any], governs_itself: bool = False) -> Iterator[None]:
        """The sentences of a block: which event governs their periods, and which cases keep the law of before.

        The transitions of the file are for blocks that do not name a governing day themselves; `governs_itself`: the
        block has an evaluator that asks for that day.
        """
        governed, own = self.governed(lines), self.transitions(lines)
        of_file = self.transitions(self.head.lines) if governed is None else ()
        keeps = tuple(sorted({one.day for one in (*own, *of_file)}))
        self.law = (None if governs_itself else governed, keeps)
        try:
            yield
        finally:
            self.law = (None, ())

    def transitions(self, lines: Iterable[Any]) -> tuple[Transition, ...]:
        return tuple(
            Transition(line.day, self.cite(line.tail), line.place.line, self.file(line))
            for line in lines if isinstance(line, model.Transition)
        )  # fmt: skip

    def remark(
        self, note: model.Note | model.Advice | model.Form, outer: Cite | None, heading: model.Tail | None = None
    ) -> Remark:
        return Remark(self.text(note.titles), self.guard(note.tail, heading), self.cite(note.tail, outer))

    def remarks(self, lines: Iterable[Any], outer: Cite | None) -> tuple[Remark, ...]:
        return tuple(self.remark(line, outer) for line in lines if isinstance(line, model.Note))

    # ── expressions ─────────────────────────────────────────────────────────────────────────────

    def tests(self, condition: model.Condition | None) -> tuple[Test, ...]:
        return tuple(self.test(test) for test in condition.tests) if condition else ()

    def test(self, test: model.Test) -> Test:
        options = self.options_of(test.subject)
        objects = tuple(self.expr(one, options) for one in test.objects)
        return Test(self.expr(test.subject), test.relation, objects, say(test))

    def options_of(self, subject: model.Expression) -> tuple[str, ...]:
        """The options a name after `is` may mean: those of the choice or the reading on its left."""
        return self.options.get(subject.name, ()) if isinstance(subject, model.Name) else ()

    def constant(self, value: Any, words: str) -> Expr:
        return Expr("constant", constant=value, words=words)

    def expr(self, node: model.Expression | model.Formula, options: tuple[str, ...] = ()) -> Expr:
        words = say(node)
        match node:
            case model.Formula():
                found = self.expr(node.expression, options)
                for limit in node.limits:
                    found = Expr(limit.side, (found, self.expr(limit.expression)), words=words)
                return found
            case model.Number():
                return self.constant(node.value, words)
            case model.Quantity():
                if node.unit == self.currency:
                    return self.constant(Money(node.number, node.unit), words)
                unit = self.reference(node.unit, node.unit)
                return Expr("×", (self.constant(node.number, words), unit), words=words)
            case model.Percentage():
                share = self.constant(Rate(node.number / 100), f"{node.number} %")
                if node.of is None:
                    return Expr("share of base", (share,), words=words)
                return Expr("×", (share, self.expr(node.of)), words=words)
            case model.Length():
                return self.constant(Span(node.number, node.unit), words)
            case model.Offset():
                span = self.constant(Span(node.length.number, node.length.unit), words)
                return Expr("offset", (span, self.event(node.event)), words=words)
            case model.DaysBetween():
                return Expr("days between", (self.event(node.start), self.event(node.end)), words=words)
            case model.DaysInYear():
                return Expr("days in year", (self.event(node.event),), words=words)
            case model.DateLiteral():
                return self.constant(When(node.value), words)
            case model.YesNo():
                return self.constant(node.value, words)
            case model.Unknown():
                return self.constant(Unknown(()), words)
            case model.NotStated():
                return self.constant(NotStated((node.source,)), words)
            case model.Name():
                return self.constant(node.name, words) if node.name in options else self.reference(node.name, words)
            case model.Event():
                return self.event(node)
            case model.Moved():
                return Expr("sum", name=words, words=words)
            case model.Discretion():
                return self.discretion(node)
            case model.Excess():
                return Expr("excess", words=words)
            case model.Arithmetic():
                return Expr(node.operator, (self.expr(node.left), self.expr(node.right)), words=words)

    def discretion(self, node: model.Discretion) -> Expr:
        """Two bare percentages in a fee are of its base: decided is the rate."""
        low, high, words = node.low, node.high, say(node)
        party = self.constant(node.party, node.party)
        if not isinstance(low, model.Percentage) or not isinstance(high, model.Percentage) or low.of or high.of:
            self.discretions.setdefault(self.within, Kind("money"))
            return Expr("discretion", (self.expr(low), self.expr(high), party), self.within, words=words)
        self.discretions.setdefault(self.within, Kind("percent"))
        ends = [self.constant(Rate(one.number / 100), f"{one.number} %") for one in (low, high)]
        return Expr("share of base", (Expr("discretion", (*ends, party), self.within, words=words),), words=words)

    def reference(self, name: str, words: str) -> Expr:
        operations: dict[str, Any] = {"Value": "value", "Rule": "rule", "Reading": "reading"}
        return Expr(operations.get(self.kinds.get(name, ""), "fact"), name=name, words=words)

    def event(self, event: model.Event) -> Expr:
        if not event.moment and event.name in self.kinds:
            return self.reference(event.name, event.name)
        if event.moment == "end" and self.kinds.get(event.name) == "Deadline":
            return Expr("last day", name=event.name, words=say_event(event))
        if event.moment == ENDS:
            return Expr("ends", name=event.name, words=say_event(event))
        return Expr("moment", name=say_event(event), words=say_event(event))

    def duration(self, duration: model.Duration) -> Expr:
        match duration:
            case model.Length():
                return self.expr(duration)
            case model.NotStated():
                return self.expr(duration)
            case model.ReadLength():
                number = self.constant(Decimal(duration.number), str(duration.number))
                return Expr("×", (number, self.reference(duration.reading, duration.reading)), words=say(duration))
            case model.DecidedLength():
                self.discretions.setdefault(self.within, Kind("duration"))
                ends = (
                    self.expr(duration.low),
                    self.expr(duration.high),
                    self.constant(duration.party, duration.party),
                )
                return Expr("length between", ends, self.within, words=say(duration))
            case model.ToldLength():
                return self.reference(duration.fact, duration.fact)

    # ── the place, values, facts, rules ─────────────────────────────────────────────────────────

    def frame(self) -> Frame:
        lines = self.head.lines
        outer = self.cite(self.head.tail)
        counting = {line.aspect: line for line in lines if isinstance(line, model.Counting)}
        calendar = next(line for line in lines if isinstance(line, model.CalendarUse))
        money = next(line for line in lines if isinstance(line, model.Money))
        languages = next((line.languages for line in lines if isinstance(line, model.Languages)), ())
        starts: Any = counting["starts"].choice
        rules = CountingRules(starts, "last day", "never" if counting["rolls"].choice == "never" else "next")
        cited = {"money": money.tail, "calendar": calendar.tail} | {
            f"counting: {k}": v.tail for k, v in counting.items()
        }
        transitions = self.by(self.transitions(lines), outer)
        return Frame(
            self.label(self.head), money.currency, money.rounding.mode, money.rounding.to, calendar.calendar, languages,
            rules, tuple((name, self.cite(tail, outer)) for name, tail in cited.items()), self.remarks(lines, outer), transitions,
        )  # fmt: skip

    def reading(self, reading: model.Reading) -> Reading:
        options = tuple(
            ReadingOption(
                option.name, self.text(option.titles), self.expr(option.meaning) if option.meaning else None, option.unit or "",
                self.cite(option.tail),
            )
            for option in reading.options
        )  # fmt: skip
        preferred = next(option.name for option in reading.options if option.preferred)
        return Reading(self.label(reading), options, preferred)

    def kind(self, type_: model.Type) -> Kind:
        bounds = tuple((bound.side, self.expr(bound.expression)) for bound in type_.bounds)
        return Kind(type_.kind, bounds, type_.options)

    def clause(self, line: model.Line | model.Version, heading: model.Tail, options: tuple[str, ...] = ()) -> Clause:
        """One line; the last resort holds wherever the others do not, also outside the period of the heading."""
        own = self.own(line, self.cite(heading))
        if isinstance(line, model.Version):
            kind: Any = "except" if line.label else "line"
            guard, gives = self.guard(line.tail, heading), self.duration(line.duration)
            shorter = self.duration(line.shorter) if line.shorter else None
            return Clause(kind, line.label, guard, gives, own, line.place.line, self.file(line), shorter)
        guard = ALWAYS if line.kind == "otherwise" else self.guard(line.tail, heading)
        gives = self.expr(line.formula, options)
        return Clause(line.kind, line.label, guard, gives, own, line.place.line, self.file(line))

    def own(self, line: Any, outer: Cite | None) -> Cite | None:
        """The provenance of a line; a line that is a silence is cited to the source that is silent."""
        found = self.cite(line.tail)
        gives = line.duration if isinstance(line, model.Version) else line.formula.expression
        if found is None and isinstance(gives, model.NotStated):
            return Cite("not stated", gives.source, line=line.place.line, file=self.file(line))
        return found or outer

    def silent_clock(self, act: model.Node) -> Cite | None:
        """An act without a source of its own is cited to the one that does not state its time."""
        silent = act.within.not_stated if isinstance(act, model.Step | model.Right) and act.within else None
        return Cite("not stated", silent.source, line=act.place.line, file=self.file(act)) if silent else None

    def value(self, value: model.Value) -> DatedValue:
        outer = self.cite(value.tail)
        transitions = self.transitions(value.lines)
        self.law = (None, tuple(sorted(one.day for one in transitions)))  # what changes every year is no reform
        clauses = tuple(self.clause(line, value.tail) for line in value.lines if isinstance(line, model.Line))
        self.law = (None, ())
        remarks = self.remarks(value.lines, outer)
        return DatedValue(self.label(value), self.kind(value.type), clauses, remarks, self.by(transitions, outer))

    @staticmethod
    def by(transitions: tuple[Transition, ...], outer: Cite | None) -> tuple[Transition, ...]:
        """With the source of their block, where they have none of their own."""
        return tuple(replace(one, cite=one.cite or outer) for one in transitions)

    def fact(self, fact: model.Fact) -> Fact:
        first = self.expr(fact.at_first, fact.type.options) if fact.at_first else None
        return Fact(self.label(fact), self.kind(fact.type), self.text(fact.ask), first, "fact")

    def governing(self, lines: Iterable[Any], outer: Cite | None) -> Governing | None:
        """The event whose day picks the version, and who says so: the line itself, or its heading."""
        found = next((line for line in lines if isinstance(line, model.Governed)), None)
        return Governing(self.event(found.event), self.cite(found.tail, outer)) if found else None

    def governed(self, lines: Iterable[Any]) -> Expr | None:
        found = self.governing(lines, None)
        return found.event if found else None

    def rule(self, rule: model.Rule) -> Rule:
        outer = self.cite(rule.tail)
        options, self.within = rule.type.options, rule.name
        with self.under(rule.lines, governs_itself=True):
            clauses = tuple(self.clause(one, rule.tail, options) for one in rule.lines if isinstance(one, model.Line))
            return Rule(
                self.label(rule), self.kind(rule.type), clauses, self.governing(rule.lines, outer), self.remarks(rule.lines, outer),
                self.by(self.transitions(rule.lines), outer),
            )  # fmt: skip

    # ── papers, fees, deadlines ─────────────────────────────────────────────────────────────────

    def document(self, document: model.Document) -> Document:
        with self.under(document.lines):
            return self._document(document)

    def _document(self, document: model.Document) -> Document:
        outer = self.cite(document.tail)
        lines = document.lines
        contents = tuple(
            Item(
                Label(line.name, self.text(line.titles)),
                self.guard(line.tail, document.tail),
                self.cite(line.tail, outer),
            )
            for line in lines
            if isinstance(line, model.Item)
        )
        return Document(
            self.label(document),
            next((line.party for line in lines if isinstance(line, model.Supplied)), ""),
            tuple(self.remark(line, outer, document.tail) for line in lines if isinstance(line, model.Form)),
            tuple((x.number, self.guard(x.tail, document.tail), self.cite(x.tail, outer)) for x in lines if isinstance(x, model.Copies)),
            contents,
            tuple((x.document, self.guard(x.tail, document.tail), self.cite(x.tail, outer)) for x in lines if isinstance(x, model.Attached)),
            self.remarks(lines, outer), outer, self.guard(document.tail), self.by(self.transitions(lines), outer), self.governing(lines, outer),
        )  # fmt: skip

    def fee(self, fee: model.Fee) -> Fee:
        with self.under(fee.lines, governs_itself=True):
            return self._fee(fee)

    def _fee(self, fee: model.Fee) -> Fee:
        outer, self.within = self.cite(fee.tail), fee.name
        rounded = next((line for line in fee.lines if isinstance(line, model.Rounded)), None)
        rounding = rounded.rounding if rounded else self.rounding
        rows = tuple(self.row(line, fee.tail) for line in fee.lines if isinstance(line, model.Line | model.Row))
        bearers = tuple(
            Bearer(
                line.party,
                self.expr(line.part) if line.part else None,
                self.guard(line.tail),
                self.cite(line.tail, outer),
                line.place.line,
                self.file(line),
            )
            for line in fee.lines
            if isinstance(line, model.Borne)
        )
        return Fee(
            self.label(fee), self.expr(fee.base) if fee.base else None, fee.in_slices, rows,
            rounding.mode, rounding.to, self.governing(fee.lines, outer), bearers, self.remarks(fee.lines, outer), outer,
            self.cite(rounded.tail, outer) if rounded else None, self.by(self.transitions(fee.lines), outer),
        )  # fmt: skip

    def row(self, line: model.Line | model.Row, heading: model.Tail) -> FeeRow:
        """A band of a table, or a line that holds for any amount."""
        edges = line.edges if isinstance(line, model.Row) else ()
        return FeeRow(
            tuple((edge.kind, self.expr(edge.expression)) for edge in edges), self.expr(line.formula),
            self.guard(line.tail, heading), self.own(line, self.cite(heading)), ", ".join(say(edge) for edge in edges), line.place.line,
            self.file(line),
        )  # fmt: skip

    def deadline(self, deadline: model.Deadline) -> Deadline:
        with self.under(deadline.lines, governs_itself=True):
            return self._deadline(deadline)

    def _deadline(self, deadline: model.Deadline) -> Deadline:
        outer, self.within = self.cite(deadline.tail), deadline.name
        lines = deadline.lines
        starts = tuple(
            (self.event(x.event), self.guard(x.tail), self.cite(x.tail, outer))
            for x in lines
            if isinstance(x, model.CountsFrom)
        )
        back = any(line.back for line in lines if isinstance(line, model.CountsFrom))
        versions = tuple(self.clause(line, deadline.tail) for line in lines if isinstance(line, model.Version))
        never = [line for line in lines if isinstance(line, model.NeverRolls)]
        return Deadline(
            self.label(deadline), back, starts, versions, not never, self.cite(never[0].tail, outer) if never else None,
            self.governing(lines, outer), self.remarks(lines, outer), True, self.by(self.transitions(lines), outer),
            tuple(self.clock_line(line, deadline.tail) for line in lines if isinstance(line, model.ClockLine)),
        )  # fmt: skip

    def clock_line(self, line: model.ClockLine, heading: model.Tail) -> ClockLine:
        """One line about the clock of a term, under the condition and the period of its heading."""
        event, to, length, both = line.event, None, None, False
        match line:
            case model.StandsStill():
                kind: ClockKind = "stands still"
                to, length, both = line.to, line.length, line.both
            case model.BeginsAnew():
                kind = "begins anew"
            case model.Longer():
                kind, length = "plus", line.length
            case model.HeldEnd():
                kind = "ends no earlier than" if line.earliest else "ends no later than"
                event, length = (line.term.event, line.term.duration) if line.term else (line.event, None)
        return ClockLine(
            kind, self.event(event) if event else None, self.event(to) if to else None,
            self.duration(length) if length else None, both, self.guard(line.tail, heading),
            self.cite(line.tail, self.cite(heading)), say(line), line.place.line, self.file(line),
        )  # fmt: skip

    def inline(self, name: str, term: model.Term, cite: Cite | None) -> str:
        """A term written in its sentence is a deadline of its own, named after the place."""
        unique, number = name, 1
        while unique in self.deadlines:
            number += 1
            unique = f"{name}_{number}"
        shorter = self.duration(term.shorter) if term.shorter else None
        version = Clause("line", "", ALWAYS, self.duration(term.duration), cite, shorter=shorter)
        self.deadlines[unique] = Deadline(
            Label(unique), term.back, ((self.event(term.event), ALWAYS, cite),), (version,), True, None, None, (), False
        )
        return unique

    # ── the road ────────────────────────────────────────────────────────────────────────────────

    def road(self) -> tuple[dict[str, Stage], dict[str, End], dict[str, Right], dict[str, Procedure], tuple[Text, ...]]:
        stages: dict[str, Stage] = {}
        ends: dict[str, End] = {}
        rights: dict[str, Right] = {}
        procedures: dict[str, Procedure] = {}
        parts: list[Text] = []
        procedure, part = "", -1
        for declaration in self.whole.declarations:
            match declaration:
                case model.Procedure():
                    procedure = declaration.name
                    procedures[procedure] = Procedure(self.label(declaration), "")
                case model.Part():
                    if declaration.titles:
                        parts.append(self.text(declaration.titles))
                    part = len(parts) - 1 if declaration.titles else -1
                case model.Stage():
                    if procedures and not procedures[procedure].entry:
                        procedures[procedure] = Procedure(procedures[procedure].label, declaration.name)
                    stages[declaration.name] = self.stage(declaration, procedure, part)
                case model.End():
                    outer, self.within = self.cite(declaration.tail), declaration.name
                    recovers = self.expr(declaration.recovers) if declaration.recovers else None
                    guard = self.guard(declaration.tail)
                    ends[declaration.name] = End(self.label(declaration), procedure, part, recovers, outer, guard)
                case model.Right():
                    rights[declaration.name] = self.right(declaration)
        return stages, ends, rights, procedures, tuple(parts)

    def stage(self, stage: model.Stage, procedure: str, part: int) -> Stage:
        with self.under(stage.sentences):
            return self._stage(stage, procedure, part)

    def _stage(self, stage: model.Stage, procedure: str, part: int) -> Stage:
        outer = self.cite(stage.tail)
        moves = tuple(
            self.move(stage.name, sentence, outer)
            for sentence in stage.sentences if not isinstance(sentence, model.Governed | model.Transition)
        )  # fmt: skip
        return Stage(
            self.label(stage), procedure, part, moves, outer, self.guard(stage.tail), stage.role, stage.place.line,
            self.file(stage), self.by(self.transitions(stage.sentences), outer), self.governing(stage.sentences, outer),
        )  # fmt: skip

    def move(self, stage: str, sentence: Any, outer: Cite | None) -> Move:
        cite = self.cite(sentence.tail, outer) or self.silent_clock(sentence)
        match sentence:
            case model.Requires():
                edge = None
                if sentence.otherwise:
                    edge = self.edge(
                        stage, f"else_{sentence.otherwise.target}", (), sentence.otherwise, model.Tail(), cite
                    )
                words = say(sentence.condition)
                guard = self.guard(sentence.tail)
                return Require(self.tests(sentence.condition), guard, sentence.component, edge, cite, words)
            case model.Wait():
                name = sentence.deadline
                if sentence.term is not None:
                    name = self.inline(f"{stage}_{'advised_wait' if sentence.advised else 'wait'}", sentence.term, cite)
                return Wait(name, sentence.advised, self.guard(sentence.tail), cite)
            case model.Step():
                return self.act(stage, sentence, cite)
            case model.Perform():
                return self.call(stage, sentence, outer)
            case model.SideBySide():
                calls = tuple(self.call(stage, one, cite) for one in sentence.performs())
                remarks = self.remarks(sentence.tracks, cite)
                return Parallel(calls, sentence.need, self.guard(sentence.tail), remarks, cite)
            case model.Onward():
                return Onward(self.edge(stage, "onward", (), sentence.arrow, sentence.tail, outer))
            case model.Advice():
                return Advice(sentence.outcome, self.remark(sentence, outer))
            case _:
                return Note(self.remark(sentence, outer))

    def call(self, stage: str, perform: model.Perform, outer: Cite | None) -> Call:
        cite = self.cite(perform.tail, outer)
        ways = self.ways(stage, perform.branches, cite)
        remarks = self.remarks(perform.branches, cite)
        return Call(perform.procedure, self.guard(perform.tail), ways, remarks, cite, perform.each)

    def act(self, stage: str, step: model.Step, cite: Cite | None) -> Act:
        owner: Owner = "the law" if step.party == LAW else self.owner(step.party)
        is_fee = self.kinds.get(step.object) == "Fee"
        ways = self.ways(stage, step.branches, cite)
        of_time = {way.label.name: way for way in ways if way.label.name in OF_TIME}
        return Act(
            "" if step.party == LAW else step.party, owner, step.verb, "" if is_fee else step.object,
            step.object if is_fee else "", step.addressee, self.clock(f"{stage}_{step.verb}", step, cite),
            self.guard(step.tail), tuple(way for way in ways if way.label.name not in OF_TIME), of_time.get(MISSED),
            self.remarks(step.branches, cite), cite, step.modality, self.instalments(stage, step, cite), of_time.get(EARLY),
            self.restored(stage, step, of_time.get(RESTORED), cite),
        )  # fmt: skip

    def instalments(self, stage: str, step: model.Step, cite: Cite | None) -> Instalments | None:
        """Each part, one length after the part before it; unless another is the rest, the last takes what rounding leaves."""
        parts = step.instalments
        if parts is None:
            return None
        shares = [None if one is None else Rate(one / 100) for one in parts.shares]
        if parts.number:
            equal = Rate(decimal_of(Fraction(1, parts.number)))
            shares = [*[equal] * (parts.number - 1), None]
        if None not in shares:
            shares[-1] = None
        found = []
        for at, share in enumerate(shares, 1):
            length = parts.apart.model_copy(update={"number": parts.apart.number * at})
            term = model.Term(place=parts.place, duration=length, event=parts.event)
            found.append(Instalment(share, self.inline(f"{stage}_{step.verb}_{at}", term, cite)))
        stated = [Rate(one / 100) for one in parts.shares if one is not None]
        return Instalments(tuple(found), (Decimal(parts.number),) if parts.number else tuple(stated), say(parts))

    def restored(self, stage: str, step: model.Step, edge: Edge | None, cite: Cite | None) -> Restored | None:
        """How a missed act can still be done: its own time, and where it leads."""
        if edge is None:
            return None
        way = next(one for one in step.branches if isinstance(one, model.Outcome) and one.label == RESTORED)
        return Restored(self.clock(f"{stage}_{RESTORED}", way, edge.cite or cite), edge)

    def clock(self, name: str, act: model.Step | model.Right | model.Outcome, cite: Cite | None) -> Clock | None:
        within = act.within
        if within is None:
            return Clock(at_once=True) if isinstance(act, model.Step) and act.at_once else None
        if within.not_stated:
            return Clock(not_stated=within.not_stated.source)
        if within.term is not None:
            return Clock(deadline=self.inline(name, within.term, cite))
        return Clock(deadline=within.deadline)

    def ways(self, stage: str, branches: Iterable[Any], outer: Cite | None) -> tuple[Edge, ...]:
        return tuple(
            self.edge(stage, branch.label, branch.titles, branch.arrow, branch.tail, outer)
            for branch in branches
            if isinstance(branch, model.Outcome)
        )

    def edge(
        self, stage: str, label: str, titles: model.Titles, arrow: model.Arrow, tail: model.Tail, outer: Cite | None
    ) -> Edge:
        effects = tuple(
            (effect.name, self.expr(effect.value, self.options.get(effect.name, ()))) for effect in arrow.effects
        )
        return Edge(
            f"{stage}.{label}", Label(label, self.text(titles)), stage, arrow.target, self.guard(tail), effects,
            self.cite(tail, outer), arrow.place.line, arrow.most, arrow.endless, self.file(arrow),
        )  # fmt: skip

    def right(self, right: model.Right) -> Right:
        with self.under(()):
            return self._right(right)

    def _right(self, right: model.Right) -> Right:
        cite = self.cite(right.tail) or self.silent_clock(right)
        edge = self.edge(right.name, "onward", (), right.arrow, right.tail, cite)
        clock = self.clock(f"{right.name}_window", right, cite)
        return Right(self.label(right), right.stages, right.party, self.owner(right.party), clock, edge, cite)

    # ── practice and scenarios ──────────────────────────────────────────────────────────────────

    def practice(self, practice: model.Practice) -> Practice:
        def span(length: model.Length | None) -> Span | None:
            return Span(length.number, length.unit) if length else None

        odds, paces = [], []
        for line in practice.lines:
            if isinstance(line, model.Odds):
                shares = tuple(Share(share.label, share.least, share.most) for share in line.shares)
                odds.append(Odds(line.stage, shares, self.guard(line.tail), self.cite(line.tail)))
            elif isinstance(line, model.Takes):
                counted = tuple((Span(x.length.number, x.length.unit), x.percent) for x in line.counted)
                paces.append(
                    Pace(
                        say_event(line.event), span(line.least), span(line.usual), span(line.most), counted,
                        self.guard(line.tail), self.cite(line.tail), self.event(line.start) if line.start else None,
                    )
                )  # fmt: skip
        return Practice(self.label(practice), tuple(odds), tuple(paces), self.remarks(practice.lines, None))

    def scenario(self, scenario: model.Scenario) -> Scenario:
        text = self.text(scenario.titles)
        lines, self.within = scenario.lines, ""
        return Scenario(
            Label(dict(text).get("", ""), text),
            tuple(
                (say_each(x.name, x.each), self.expr(x.value, self.options.get(x.name, ()))) if isinstance(x, model.GivenFact)
                else (say(x.sum), self.expr(x.value))
                for x in lines
                if isinstance(x, model.GivenSum) or (isinstance(x, model.GivenFact) and not self.is_several(x.name))
            ),
            tuple((say_each(say_event(x.event), x.each), x.day) for x in lines if isinstance(x, model.GivenEvent)),
            tuple((say_each(x.stage, x.each), x.labels) for x in lines if isinstance(x, model.GivenChoice)),
            tuple(self.several(x) for x in lines if isinstance(x, model.GivenSeveral | model.GivenFact) and self.several(x)[1]),
            tuple(self.expectation(x) for x in lines if isinstance(x, model.Expect)),
            self.remarks(lines, None), scenario.place.line,
        )  # fmt: skip

    def is_several(self, name: str) -> bool:
        return self.kinds.get(name) == "Party"

    def several(self, given: model.GivenSeveral | model.GivenFact) -> tuple[str, tuple[str, ...]]:
        """A party of which there are several, and who they are; one alone reads like a fact."""
        if isinstance(given, model.GivenSeveral):
            return given.party, given.names
        alone = isinstance(given.value, model.Name) and self.is_several(given.name)
        return given.name, (given.value.name,) if alone and isinstance(given.value, model.Name) else ()

    def expectation(self, line: model.Expect) -> Expectation:
        at = line.place.line
        match line:
            case model.ExpectIs():
                formula = self.expr(line.formula, self.options.get(line.name, ()))
                words = f"{line.name} is {say(line.formula)}"
                return Expectation("is", line.name, "", formula, None, line.on_the_road, words, at)
            case model.ExpectSum():
                return Expectation(
                    "is", say(line.sum), "", self.expr(line.formula), words=f"{say(line.sum)} is {say(line.formula)}", line=at
                )  # fmt: skip
            case model.ExpectBorne():
                words = f"{line.fee} borne by {line.party} is {say(line.formula)}"
                return Expectation("borne", line.fee, line.party, self.expr(line.formula), None, False, words, at)
            case model.ExpectDue():
                words = f"{line.name} due {'no earlier than ' if line.no_earlier else ''}{line.day}"
                return Expectation(
                    "not before" if line.no_earlier else "due",
                    line.name,
                    "",
                    None,
                    line.day,
                    line.on_the_road,
                    words,
                    at,
                )
            case model.ExpectOpens():
                words = f"{line.name} opens {line.day}"
                return Expectation("opens", line.name, "", None, line.day, words=words, line=at)
            case model.ExpectState():
                state: Any = "open" if line.is_open else "closed"
                return Expectation(state, line.stage, words=f"{line.stage} {state}", line=at)
            case model.ExpectEvent():
                event = say_each(say_event(line.event), line.each)
                return Expectation("event", event, "", None, line.day, words=f"{event} on {line.day}", line=at)
            case model.ExpectEnd():
                words = f"ends at {line.end}" + (f" on {line.day}" if line.day else "")
                words += f", recovers {say(line.recovers)}" if line.recovers else ""
                sum_ = self.expr(line.recovers) if line.recovers else None
                return Expectation("ends", line.end, "", sum_, line.day, words=words, line=at)
