"""Names and types: every name exists and is of a kind that makes sense where it stands."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any

from procedure_dsl import model
from procedure_dsl.checks.circles import circles, depths
from procedure_dsl.checks.view import View, kind_of, walk
from procedure_dsl.diagnostics import Diagnostic, did_you_mean, nearest
from procedure_dsl.say import say, say_number
from procedure_dsl.words import ACTS, ENDS, LAW, MOMENTS, OF_MONEY, RETURNS, START, SUMS

ANY = "anything"  # of what is unknown, not stated, or already complained about
NUMERIC = frozenset({"money", "percent", "number", "duration"})


def names_exist_and_types_agree(view: View) -> Iterator[Diagnostic]:
    """Every expression has a type, and the type that its place asks for."""
    checker = Types(view)
    for declaration in view.jurisdiction.declarations:
        yield from checker.declaration(declaration)


class Types:
    """Infers the type of each expression; complains once and goes on with ANY."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.found: list[Diagnostic] = []
        self.meanings: dict[str, str] = {}

    def complain(self, code: str, node: model.Node, seen: str, help_: str = "") -> str:
        self.found.append(Diagnostic(code, node.place, seen, help_))
        return ANY

    # ── where expressions stand ─────────────────────────────────────────────────────────────────

    def declaration(self, declaration: model.AnyDeclaration) -> Iterator[Diagnostic]:
        for node in walk(declaration):
            self.sentence(node)
            yield from self.told()
        self.whole(declaration)
        yield from self.told()

    def told(self) -> list[Diagnostic]:
        """What was found since the last call."""
        found, self.found = self.found, []
        return found

    def whole(self, declaration: model.AnyDeclaration) -> None:
        match declaration:
            case model.Reading():
                self.reading(declaration)
            case model.Value() | model.Rule():
                for line in declaration.lines:
                    if isinstance(line, model.Line):
                        self.expect(line.formula, declaration.type.kind, declaration.type.options)
                        if isinstance(declaration, model.Value) and isinstance(
                            line.formula.expression, model.Discretion
                        ):
                            seen = f"`{declaration.name}` is the same for everybody, and nobody decides it in a case"
                            self.complain("discretion-of-a-value", line, seen, "Write a rule, or the line of a fee.")
            case model.Fact():
                if declaration.at_first:
                    self.expect(declaration.at_first, declaration.type.kind, declaration.type.options)
                    self.bounds(declaration.at_first, declaration)
            case model.Fee():
                self.fee(declaration)
            case model.End():
                if declaration.recovers:
                    self.expect(declaration.recovers, "money")

    def sentence(self, node: model.Node) -> None:
        """What has to be right about one node by itself; of most kinds nothing."""
        judge = JUDGES.get(type(node))
        if judge is not None:
            judge(self, node)

    def _condition(self, node: model.Condition) -> None:
        for test in node.tests:
            self.test(test)

    def _type(self, node: model.Type) -> None:
        for bound in node.bounds:
            self.expect(bound.expression, node.kind)

    def _of_event(self, node: model.Governed | model.Instalments | model.GivenEvent | model.ExpectEvent) -> None:
        self.event(node.event)

    def _counts_from(self, node: model.CountsFrom) -> None:
        self.event(node.event, terms=True)

    def _term(self, node: model.Term) -> None:
        self.event(node.event, terms=True)
        self.lengths(node)

    def _stands_still(self, node: model.StandsStill) -> None:
        self.event(node.event, terms=True)
        if node.to:
            self.event(node.to, terms=True)
        if node.length:
            self.duration(node.length)

    def _begins_anew(self, node: model.BeginsAnew) -> None:
        self.event(node.event)

    def _longer(self, node: model.Longer) -> None:
        self.duration(node.length)
        if node.event:
            self.event(node.event)

    def _held_end(self, node: model.HeldEnd) -> None:
        if node.event:
            self.event(node.event, terms=True)

    def _named_term(self, node: model.Within | model.Wait) -> None:
        if node.deadline and not self.view.find(node.deadline, model.Deadline):
            self.found += self.view.missing("unknown-deadline", node.place, node.deadline, "a deadline", model.Deadline)

    def _requires(self, node: model.Requires) -> None:
        if node.component:
            self.component(node)

    def _of_party(self, node: model.Supplied | model.Borne | model.Right) -> None:
        self.party(node, node.party)

    def _attached(self, node: model.Attached) -> None:
        if not self.view.find(node.document, model.Document):
            self.found += self.view.missing("unknown-document", node.place, node.document, "a document", model.Document)

    def _perform(self, node: model.Perform) -> None:
        if not self.view.find(node.procedure, model.Procedure):
            self.found += self.view.missing(
                "unknown-procedure", node.place, node.procedure, "a procedure", model.Procedure
            )
        if node.each:
            self.party(node, node.each)

    def _given_several(self, node: model.GivenSeveral) -> None:
        self.several(node, node.party)

    def _takes(self, node: model.Takes) -> None:
        self.event(node.event, stages=True)
        if node.start:
            self.event(node.start)

    def _given_sum(self, node: model.GivenSum) -> None:
        self.infer(node.sum)
        self.expect(node.value, "money")

    def _expect_sum(self, node: model.ExpectSum) -> None:
        self.infer(node.sum)
        self.expect(node.formula, "money")

    def _expect_end(self, node: model.ExpectEnd) -> None:
        if node.recovers:
            self.expect(node.recovers, "money")

    def _expect_borne(self, node: model.ExpectBorne) -> None:
        if not self.view.find(node.fee, model.Fee):
            self.found += self.view.missing("unknown-fee", node.place, node.fee, "a fee", model.Fee)
        self.party(node, node.party)
        self.expect(node.formula, "money")

    def _expect_term(self, node: model.ExpectDue | model.ExpectOpens) -> None:
        if not self.view.find(node.name, model.Deadline):
            self.found += self.view.missing("unknown-deadline", node.place, node.name, "a deadline", model.Deadline)

    def party(self, node: model.Node, name: str) -> None:
        if not self.view.find(name, model.Party):
            self.found += self.view.missing("unknown-party", node.place, name, "a party", model.Party)

    def step(self, step: model.Step) -> None:
        view = self.view
        known = step.party == LAW or view.find(step.party, model.Party)
        if not known and nearest(step.party, [LAW, *view.named(model.Party)]) == LAW:
            seen = f"no party has the name `{step.party}`"
            place = view.word(step.place, step.party)
            self.found.append(Diagnostic("unknown-party", place, seen, "Did you mean `the law`?"))
        elif not known:
            self.party(step, step.party)
        if step.addressee:
            self.party(step, step.addressee)
        if step.verb == RETURNS and step.object and not step.addressee:
            seen, help_ = "to whom does it come back?", f"Write `the {step.party} returns {step.object} to PARTY`."
            self.complain("returns-to-nobody", step, seen, help_)
        if not step.object or step.verb not in ACTS:
            view.used.add(step.object)  # the verb is the mistake, and told
            return
        wanted: tuple[type[model.Node], str] = (
            (model.Fee, "a fee") if step.verb in OF_MONEY else (model.Document, "a document")
        )
        if not view.find(step.object, wanted[0]):
            self.found += view.missing(f"unknown-{wanted[1].split()[1]}", step.place, step.object, wanted[1], wanted[0])

    def component(self, node: model.Requires) -> None:
        thing = self.view.find(node.component, model.Fact, model.Rule)
        if thing is None:
            self.found += self.view.missing(
                "unknown-fact", node.place, node.component, "a fact", model.Fact, model.Rule
            )
        elif thing.type.kind != "money":
            self.complain("wrong-type", node, f"`{node.component}` is not money, so it cannot be a part of the claim")
        if node.otherwise:
            self.complain(
                "two-consequences",
                node,
                "a condition for one part of the claim drops that part; it cannot also lead elsewhere",
            )

    def effect(self, effect: model.Effect) -> None:
        thing = self.view.find(effect.name, model.Fact, model.Document, model.Item)
        if thing is None:
            self.found += self.view.missing(
                "unknown-fact", effect.place, effect.name, "a fact", model.Fact, model.Document
            )
            if not isinstance(effect.value, model.Name):  # which may be an answer of the fact that was meant
                self.infer(effect.value)
        elif not isinstance(thing, model.Fact):
            self.expect(effect.value, "yes or no")
        else:
            self.expect(effect.value, thing.type.kind, thing.type.options, effect.name)
            self.bounds(effect.value, thing)

    def bounds(self, value: model.Expression, thing: model.Fact | model.Rule) -> None:
        """What is told of a fact lies within its bounds, where both are plain amounts of one unit."""
        for bound in thing.type.bounds:
            one, other = _plain(value), _plain(bound.expression)
            if one and other and one[1] == other[1] and not BOUNDS[bound.side](one[0], other[0]):
                seen = f"`{thing.name}` is {bound.side} {say(bound.expression)}, so it cannot be {say(value)}"
                self.complain("out-of-bounds", value, seen, "Correct the amount here, or the bounds of the fact.")
                return

    def given(self, given: model.GivenFact) -> None:
        thing = self.view.declared.get(given.name)
        match thing:
            case model.Fact() | model.Rule():
                self.expect(given.value, thing.type.kind, thing.type.options, given.name)
                self.bounds(given.value, thing)
            case model.Value():
                self.expect(given.value, thing.type.kind, of=given.name)
            case model.Document() | model.Item():
                self.expect(given.value, "yes or no")
            case model.Deadline() if any(isinstance(node, model.DecidedLength) for node in walk(thing)):
                self.expect(given.value, "duration")
            case model.Party() if isinstance(given.value, model.Name):
                self.several(given, given.name)
            case model.Reading():
                options = tuple(option.name for option in thing.options)
                self.expect(given.value, "one of", options)
            case _:
                kinds = (model.Fact, model.Rule, model.Value, model.Document, model.Item, model.Reading)
                self.found += self.view.missing("unknown-fact", given.place, given.name, "a fact", *kinds)

    def expect_is(self, node: model.ExpectIs) -> None:
        """What a scenario computes serves some purpose; a fact that it only tells back does not."""
        thing = self.view.declared.get(node.name)
        if not isinstance(thing, model.Fact | model.Item):
            self.view.used.add(node.name)
        match thing:
            case model.Fact() | model.Rule() | model.Value():
                self.expect(node.formula, thing.type.kind, thing.type.options, node.name)
            case model.Document() | model.Item():
                self.expect(node.formula, "yes or no")
            case model.Fee():
                self.expect(node.formula, "money")
            case _:
                kinds = (model.Fact, model.Rule, model.Value, model.Document, model.Item, model.Fee)
                self.found += self.view.missing(
                    "unknown-name", node.place, node.name, "a fact, rule, value, fee or document", *kinds
                )

    def reading(self, reading: model.Reading) -> None:
        kinds = set()
        for option in reading.options:
            if option.unit:
                kinds.add("a unit")
            elif option.meaning is not None:
                kinds.add(self.infer(option.meaning))
            else:
                kinds.add("a choice")
        kinds.discard(ANY)
        if len(kinds) > 1:
            help_ = "Every option says the same kind of thing, or none says any."
            self.complain(
                "mixed-reading",
                reading,
                f"the options of `{reading.name}` are of different kinds: {', '.join(sorted(kinds))}",
                help_,
            )
        if len(reading.options) < 2:
            self.complain(
                "one-reading", reading, f"`{reading.name}` has one option only", "Add the other one with `or`."
            )
        preferred = [option for option in reading.options if option.preferred]
        if len(preferred) != 1:
            self.complain(
                "preference",
                reading,
                f"`{reading.name}` prefers {len(preferred)} of its options",
                "Begin exactly one option with `prefer`.",
            )

    def fee(self, fee: model.Fee) -> None:
        base = self.infer(fee.base) if fee.base else ""
        if base and base not in NUMERIC | {ANY}:
            self.complain("wrong-type", fee, f"a fee cannot be taken on {_article(base)}")
        if fee.base and fee.in_slices and base not in ("money", ANY):
            seen = f"slices are parts of an amount of money, and `{say(fee.base)}` is {_article(base)}"
            help_ = "Leave out `in slices`; in a row, `the excess` is what lies above its lower edge."
            self.complain("no-slices", fee, seen, help_)
        for line in fee.lines:
            if isinstance(line, model.Line | model.Row):
                self.amount_of_fee(line)
                if not base:
                    for node in walk(line.formula):
                        if isinstance(node, model.Percentage) and node.of is None:
                            self.complain(
                                "no-base", node, "a percentage of what?", "Write `5 % of amount`, or `fee … on amount`."
                            )
            if isinstance(line, model.Borne) and line.part is not None:
                if not fee.base:
                    help_ = f"Write `fee {fee.name} on amount`; a part of that then carries its share of the fee."
                    self.complain("no-base", line, "a part of what?", help_)
                self.expect(line.part, base or ANY)
            if isinstance(line, model.Row):
                if not fee.base:
                    self.complain(
                        "no-base", line, "a table of bands needs an amount", f"Write `fee {fee.name} on amount`."
                    )
                for edge in line.edges:
                    self.expect(edge.expression, base or ANY)

    def amount_of_fee(self, line: model.Line | model.Row) -> None:
        """A fee is money. What is taken of its base is of the type of the base, so a share of a number is a number."""
        of_base = any(
            isinstance(node, model.Excess) or (isinstance(node, model.Percentage) and node.of is None)
            for node in walk(line.formula)
        )
        formula = line.formula
        kind = self.infer(formula.expression)
        if kind in ("money", ANY):
            for limit in formula.limits:
                self.expect(limit.expression, kind)
            return
        for limit in formula.limits:
            self.infer(limit.expression)
        seen = f"`{say(formula.expression)}` is {_article(kind)}, and a fee is money"
        help_ = f"Say what one of it costs, as in `3 {self.view.currency} × …`." if of_base and kind == "number" else ""
        self.complain("wrong-type", formula, seen, help_)

    # ── types ───────────────────────────────────────────────────────────────────────────────────

    def expect(
        self, node: model.Expression | model.Formula, kind: str, options: tuple[str, ...] = (), of: str = ""
    ) -> None:
        """Complain unless the expression is of that type, the type of `of`; a name among `options` is the option."""
        expression = node.expression if isinstance(node, model.Formula) else node
        if kind == "one of" and isinstance(expression, model.Name):
            thing = self.view.declared.get(expression.name)
            if expression.name in options:
                return
            if isinstance(thing, model.Fact | model.Rule) and thing.type.options == options:
                self.view.used.add(expression.name)
                return
            self.complain(
                "unknown-option",
                expression,
                f"`{expression.name}` is not one of the answers",
                did_you_mean(expression.name, options),
            )
            return
        found = self.infer(node)
        if ANY not in (found, kind) and found != kind:
            seen = f"`{say(expression)}` is {_article(found)}, and {_article(kind)} is wanted here"
            if of:
                seen = f"`{of}` is {_article(kind)}, and `{say(expression)}` is {_article(found)}"
            self.complain("wrong-type", expression, seen)

    def infer(self, node: model.Expression | model.Formula) -> str:
        match node:
            case model.Formula():
                kind = self.infer(node.expression)
                for limit in node.limits:
                    self.expect(limit.expression, kind)
                return kind
            case model.Number():
                return "number"
            case model.Quantity():
                return self.quantity(node)
            case model.Percentage():
                if node.of is None:
                    return self.of_the_base.get(id(node), "percent")
                of = self.infer(node.of)
                if of in NUMERIC | {ANY}:
                    return of
                return self.complain("wrong-type", node, f"a percentage of {_article(of)} makes no sense")
            case model.Length():
                return "duration"
            case model.Offset():
                self.event(node.event)
                return "date"
            case model.DaysBetween():
                self.event(node.start)
                self.event(node.end)
                return "number"
            case model.DaysInYear():
                self.event(node.event)
                return "number"
            case model.DateLiteral():
                return "date"
            case model.YesNo():
                return "yes or no"
            case model.Excess():
                return self.of_the_base.get(id(node), ANY)
            case model.Unknown() | model.NotStated():
                return ANY
            case model.Name():
                return self.name(node)
            case model.Event(moment=moment) if moment == ENDS:
                return self.ends(node)
            case model.Event():
                self.event(node)
                return "date"
            case model.Moved():
                self.moved(node)
                return "money"
            case model.Discretion():
                return self.discretion(node)
            case model.Arithmetic():
                return self.arithmetic(node)

    @cached_property
    def of_the_base(self) -> dict[int, str]:
        """The bare percentages and the excesses that stand in a fee, each with the type of the base it is taken of."""
        found: dict[int, str] = {}
        for fee in self.view.jurisdiction.of(model.Fee):
            quiet = Types(self.view)
            kind = quiet.infer(fee.base) if fee.base else ANY
            kind = kind if kind in NUMERIC else ANY
            inside = (node for line in fee.lines for node in walk(line))
            found |= {id(node): kind for node in inside if isinstance(node, model.Percentage | model.Excess)}
        return found

    def ends(self, node: model.Event) -> str:
        """How often a performed procedure has ended in one way."""
        if not self.view.find(node.name, model.End):
            self.found += self.view.missing("unknown-end", node.place, node.name, "an end", model.End)
        return "number"

    def several(self, node: model.Node, name: str) -> None:
        """Who they are is told only of a party of which there are several."""
        self.party(node, name)
        party = self.view.declared.get(name)
        if isinstance(party, model.Party) and not party.several:
            help_ = f"Write `party {name}, SIDE, several`."
            self.complain("not-several", node, f"there is one `{name}` only", help_)

    def quantity(self, node: model.Quantity) -> str:
        view = self.view
        if node.unit == view.currency:
            return "money"
        thing = view.find(node.unit, model.Value, model.Reading)
        if isinstance(thing, model.Value):
            return thing.type.kind
        if isinstance(thing, model.Reading):
            return self.meaning(thing)
        if len(node.unit) == 3 and node.unit.isupper() and view.currency:
            return self.complain(
                "wrong-currency",
                node,
                f"this jurisdiction counts in {view.currency}, not in {node.unit}",
                f"Write {view.currency}; amounts are never converted.",
            )
        told = view.declared.get(node.unit)
        if isinstance(told, model.Fact | model.Rule):
            view.used.add(node.unit)
            help_ = f"Write `{say_number(node.number)} × {node.unit}`."
            return self.complain("unknown-unit", node, f"`{node.unit}` is {kind_of(told)}, not a unit", help_)
        if node.unit == "percent":
            return self.complain("unknown-unit", node, "`percent` is not a unit", f"Write {say_number(node.number)} %.")
        self.found += view.missing("unknown-unit", node.place, node.unit, "a unit", model.Value)
        return ANY

    def meaning(self, reading: model.Reading) -> str:
        """The type of a reading; ANY where it leads to itself, which is told by another check."""
        if reading.name in self.meanings:
            return self.meanings[reading.name]
        first = reading.options[0]
        if first.unit or first.meaning is None:
            return "a unit" if first.unit else "one of"
        self.meanings[reading.name] = ANY
        self.meanings[reading.name] = self.infer(first.meaning)
        return self.meanings[reading.name]

    def name(self, node: model.Name) -> str:
        view = self.view
        thing = view.find(node.name, model.Fact, model.Rule, model.Value, model.Document, model.Item, model.Reading)
        match thing:
            case model.Fact() | model.Rule() | model.Value():
                return thing.type.kind
            case model.Document() | model.Item():
                return "yes or no"
            case model.Reading():
                return self.meaning(thing)
        kinds = (model.Fact, model.Rule, model.Value, model.Document, model.Item, model.Reading)
        self.found += view.missing("unknown-name", node.place, node.name, "a fact, rule, value or document", *kinds)
        return ANY

    def arithmetic(self, node: model.Arithmetic) -> str:
        left, right = self.infer(node.left), self.infer(node.right)
        if ANY in (left, right):
            return left if right == ANY else right
        table = {
            ("money", "+", "money"): "money", ("money", "-", "money"): "money",
            ("number", "+", "number"): "number", ("number", "-", "number"): "number",
            ("percent", "+", "percent"): "percent", ("percent", "-", "percent"): "percent",
            ("money", "×", "number"): "money", ("number", "×", "money"): "money", ("money", "/", "number"): "money",
            ("money", "×", "percent"): "money", ("percent", "×", "money"): "money",
            ("number", "×", "number"): "number", ("number", "/", "number"): "number",
            ("number", "×", "percent"): "number", ("percent", "×", "number"): "number", ("percent", "/", "number"): "percent",
            ("money", "/", "money"): "number",
        }  # fmt: skip
        found = table.get((left, node.operator, right))
        return found or self.complain(
            "wrong-type", node, f"{_article(left)} {node.operator} {_article(right)} makes no sense"
        )

    def event(self, event: model.Event, stages: bool = False, terms: bool = False) -> None:
        """A moment fits what it is the moment of; a bare name is a date (or, for practice, a stage).

        With `terms`, a deadline has an end too: a term may hang on the last day of another one.
        """
        view = self.view
        if not event.moment:
            if event.name == START or (stages and view.find(event.name, model.Stage)):
                return
            if view.find(event.name, model.Fact, model.Rule, model.Reading):
                kind = self.infer(model.Name(place=event.place, name=event.name))
                if kind not in ("date", ANY):
                    self.complain("wrong-type", event, f"`{event.name}` is {_article(kind)}, and a day is wanted here")
                return
            help_ = (
                did_you_mean(event.name, view.named(model.Stage))
                if stages
                else f"For example: {', '.join(sorted(MOMENTS)[:4])} of …"
            )
            if not view.excused(event.name):
                self.complain("unknown-event", event, f"`{event.name}` is not a day", help_)
            return
        if event.moment not in MOMENTS:
            self.complain(
                "unknown-event",
                event,
                f"nothing has a moment called `{event.moment}`",
                did_you_mean(event.moment, sorted(MOMENTS)),
            )
            return
        kinds: tuple[type[model.Node], ...]
        if terms and event.moment == "end" and view.find(event.name, model.Deadline):
            return
        if event.moment in ("start", "end"):
            kinds, what = (model.Stage, model.Procedure), "a stage"
        elif event.moment in (ACTS[verb] for verb in OF_MONEY):
            kinds, what = (model.Fee,), "a fee"
        elif event.moment == "use":
            kinds, what = (model.Right,), "a right"
        else:
            kinds, what = (model.Document,), "a document"
        if not view.find(event.name, *kinds):
            self.found += view.missing(f"unknown-{what.split()[1]}", event.place, event.name, what, *kinds)
        elif not self.happens(event) and not view.excused(event.name):
            help_ = f"Let a stage say so, as in `the … {_verb(event.moment)} {event.name} …`."
            self.complain("never-happens", event, f"no stage has the {event.moment} of `{event.name}`", help_)

    def moved(self, sum_: model.Moved) -> None:
        """Only what some sentence of the road pays or recovers can have moved."""
        view, name = self.view, sum_.name
        if sum_.what not in SUMS:
            help_ = did_you_mean(sum_.what, SUMS)
            self.complain("unknown-event", sum_, f"nothing has a sum called `{sum_.what}`", help_)
        elif sum_.what == "paid":
            if not view.find(name, model.Fee):
                self.found += view.missing("unknown-fee", sum_.place, name, "a fee", model.Fee)
            elif ("payment", name) not in self.moments and not view.excused(name):
                help_ = f"Let a stage say so, as in `the … pays {name}`."
                self.complain("never-happens", sum_, f"no stage has the payment of `{name}`", help_)
        elif not view.find(name, model.Procedure):
            self.found += view.missing("unknown-procedure", sum_.place, name, "a procedure", model.Procedure)
        elif name not in self.recovering and not view.damaged:
            help_ = "Let one of its ends say so: `end …, recovers …`."
            self.complain("never-happens", sum_, f"no end of `{name}` recovers anything", help_)

    @cached_property
    def recovering(self) -> frozenset[str]:
        """The procedures of which some end recovers something."""
        found, home = set(), ""
        for one in self.view.jurisdiction.declarations:
            if isinstance(one, model.Procedure):
                home = one.name
            elif isinstance(one, model.End) and one.recovers:
                found.add(home)
        return frozenset(found)

    def discretion(self, node: model.Discretion) -> str:
        """Two ends of one kind, the lower first, and a party that decides between them."""
        if node.party:
            self.party(node, node.party)
        low = self.infer(node.low)
        if low not in ("money", "percent", "number", ANY):
            seen = f"nobody decides between two ends of {_article(low)} here"
            return self.complain("wrong-type", node.low, seen, "A range is of money, of a percentage or of a number.")
        self.expect(node.high, low)
        one, other = _plain(node.low), _plain(node.high)
        if one and other and one[1] == other[1] and one[0] >= other[0]:
            seen = f"nothing lies between {say(node.low)} and {say(node.high)} to be decided"
            self.complain("empty-range", node, seen, "The lower end comes first: from 100 … to 500 ….")
        return low

    def happens(self, event: model.Event) -> bool:
        """Some sentence of the road makes the moment."""
        return event.moment in ("start", "end", "use") or (event.moment, event.name) in self.moments

    @cached_property
    def moments(self) -> frozenset[tuple[str, str]]:
        """The moments that the sentences of the road make."""
        steps = [node for node in self.view.nodes if isinstance(node, model.Step) and node.object]
        steps = [step for step in steps if step.modality != "must not"]
        made: set[tuple[str, str]] = set()
        for step in steps:
            name = step.object
            if name not in self.view.declared:  # misspelt, and told: what was meant happens all the same
                name = nearest(name, self.view.named(model.Document, model.Fee)) or name
            made |= {(ACTS[step.verb], name)} if step.verb in ACTS else {(moment, name) for moment in ACTS.values()}
            made |= {("receipt", name)} if step.addressee or step.verb not in ACTS else set()
        return frozenset(made)

    def lengths(self, node: model.Term | model.Version) -> None:
        """A length; of a window, two of them, the shorter first."""
        self.duration(node.duration)
        if node.shorter is None:
            return
        self.duration(node.shorter)
        if isinstance(node.shorter, model.Length) and isinstance(node.duration, model.Length):
            self.two_lengths(node.shorter, node.duration, node)

    def two_lengths(self, low: model.Length, high: model.Length, node: model.Node) -> None:
        if low.unit == high.unit and low.number >= high.number:
            seen = f"nothing lies between {say(low)} and {say(high)}"
            self.complain("empty-range", node, seen, "The shorter length comes first.")

    def duration(self, duration: model.Duration) -> None:
        view = self.view
        match duration:
            case model.DecidedLength():
                self.party(duration, duration.party)
                self.two_lengths(duration.low, duration.high, duration)
            case model.ReadLength():
                reading = view.find(duration.reading, model.Reading)
                if reading is None:
                    if not view.excused(duration.reading):
                        readings = [one.name for one in view.jurisdiction.of(model.Reading) if one.options[0].unit]
                        units = ["days", "working days", "weeks", "months", "years", *readings]
                        self.complain(
                            "unknown-unit",
                            duration,
                            f"`{duration.reading}` is not a unit of time",
                            did_you_mean(duration.reading, units),
                        )
                elif self.meaning(reading) != "a unit":
                    self.complain(
                        "wrong-type", duration, f"the reading `{duration.reading}` does not say which days are meant"
                    )
            case model.ToldLength():
                fact = view.find(duration.fact, model.Fact, model.Rule)
                if fact is None:
                    self.found += view.missing("unknown-fact", duration.place, duration.fact, "a fact", model.Fact)
                elif fact.type.kind != "duration":
                    self.complain(
                        "wrong-type", duration, f"`{duration.fact}` is {_article(fact.type.kind)}, not a length of time"
                    )

    def test(self, test: model.Test) -> None:
        kind = self.infer(test.subject)
        if test.relation == "holds":
            if kind not in ("yes or no", ANY):
                self.complain(
                    "not-a-condition",
                    test,
                    f"`{say(test.subject)}` is {_article(kind)}, not a yes or no",
                    "Compare it: `is …`, `is at least …`, `is known`.",
                )
            return
        if test.relation == "known":
            return
        if test.relation == "is":
            if kind == "yes or no" and any(isinstance(one, model.YesNo) and one.value for one in test.objects):
                help_ = f"Write `{say(test.subject)}` alone."
                self.found.append(
                    Diagnostic("redundant-yes", test.place, "`is yes` says nothing more", help_, "warning")
                )
            options = self.options(test.subject)
            for one in test.objects:
                if kind == ANY and isinstance(one, model.Name) and one.name not in self.view.declared:
                    continue  # it may be an answer of the fact that was meant
                self.expect(one, kind, options, say(test.subject))
            return
        wanted = {"date"} if test.relation in ("before", "after") else NUMERIC
        if kind not in wanted | {ANY}:
            help_ = "Dates are `before` or `after`; amounts are `at least`, `at most`, `above` or `below`."
            seen = f"`{say(test.subject)}` is {_article(kind)}, which cannot be {test.relation} anything"
            self.complain("wrong-comparison", test, seen, help_)
            return
        for one in test.objects:
            self.expect(one, kind, of=say(test.subject))

    def options(self, subject: model.Expression) -> tuple[str, ...]:
        thing = self.view.declared.get(subject.name) if isinstance(subject, model.Name) else None
        if isinstance(thing, model.Fact | model.Rule):
            return thing.type.options
        return tuple(option.name for option in thing.options) if isinstance(thing, model.Reading) else ()


BOUNDS: dict[str, Callable[[Any, Any], bool]] = {
    "at least": operator.ge, "at most": operator.le, "above": operator.gt, "below": operator.lt,
}  # fmt: skip


JUDGES: dict[type[model.Node], Callable[[Types, Any], None]] = {  # a look into a table, for each node of a file asks
    model.Condition: Types._condition, model.Type: Types._type, model.CountsFrom: Types._counts_from, model.Term: Types._term,
    model.Governed: Types._of_event, model.Instalments: Types._of_event,
    model.GivenEvent: Types._of_event, model.ExpectEvent: Types._of_event,
    model.Version: Types.lengths, model.StandsStill: Types._stands_still, model.BeginsAnew: Types._begins_anew,
    model.Longer: Types._longer, model.HeldEnd: Types._held_end,
    model.Within: Types._named_term, model.Wait: Types._named_term,
    model.Effect: Types.effect, model.Step: Types.step, model.Requires: Types._requires,
    model.Supplied: Types._of_party, model.Borne: Types._of_party, model.Right: Types._of_party,
    model.Attached: Types._attached, model.Perform: Types._perform, model.Takes: Types._takes,
    model.GivenSeveral: Types._given_several, model.GivenFact: Types.given, model.GivenSum: Types._given_sum,
    model.ExpectSum: Types._expect_sum, model.ExpectEnd: Types._expect_end, model.ExpectIs: Types.expect_is,
    model.ExpectBorne: Types._expect_borne, model.ExpectDue: Types._expect_term, model.ExpectOpens: Types._expect_term,
}  # fmt: skip


def _plain(expression: model.Expression) -> tuple[Any, str] | None:
    """(amount, unit) of an expression that needs nothing but itself."""
    match expression:
        case model.Number():
            return expression.value, ""
        case model.Quantity():
            return expression.number, expression.unit
        case model.Percentage() if expression.of is None:
            return expression.number, "%"
        case model.DateLiteral():
            return expression.value, "day"
    return None


def _verb(moment: str) -> str:
    return next((verb for verb, noun in ACTS.items() if noun == moment), "sends")


def _article(kind: str) -> str:
    names = {"money": "an amount of money", "percent": "a percentage", "number": "a number", "date": "a date",
             "duration": "a length of time", "yes or no": "a yes or no", "one of": "a choice", "text": "a text"}  # fmt: skip
    return names.get(kind, kind)


DEEPEST = 60  # definitions built on each other; more could not be told to anybody, nor computed without end


def definitions_do_not_go_in_circles(view: View) -> Iterator[Diagnostic]:
    """What needs itself has no answer; nor has what needs what needs … without end in sight."""
    needs: dict[str, list[str]] = {}
    for declaration in view.jurisdiction.declarations:
        if isinstance(declaration, model.Rule | model.Value | model.Reading):
            needs[declaration.name] = _needs(declaration)
        elif isinstance(declaration, model.Fact):
            needs[declaration.name] = _needs(declaration.at_first)
        elif isinstance(declaration, model.Deadline):
            ends = (node for node in walk(declaration) if isinstance(node, model.Event) and node.moment == "end")
            needs[declaration.name] = [node.name for node in ends]
    needs = {name: [need for need in ahead if need in needs] for name, ahead in needs.items()}
    for circle in circles(needs):
        seen = f"`{circle[0]}` is defined by itself: {' needs '.join([*circle, circle[0]])}"
        yield Diagnostic("circle", view.declared[circle[0]].place, seen, "Break the circle.")
    for name, depth in depths(needs).items():
        if depth == DEEPEST + 1:
            seen = f"`{name}` is built on {DEEPEST} definitions, each built on the next"
            yield Diagnostic("too-deep", view.declared[name].place, seen, "Say it more directly.")


def _needs(node: model.Node | None) -> list[str]:
    """The names on which an answer depends."""
    found = []
    for one in walk(node):
        if isinstance(one, model.Name) or (isinstance(one, model.Event) and not one.moment):
            found.append(one.name)
        elif isinstance(one, model.Quantity):
            found.append(one.unit)
    return found
