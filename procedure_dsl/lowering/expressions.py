"""Conditions, expressions, and time."""

from __future__ import annotations

from typing import Any

from lark import Tree

from procedure_dsl import model
from procedure_dsl.lowering.tools import Branch, Tools
from procedure_dsl.words import SUMS

OPERATORS: dict[str, Any] = {"plus": "+", "minus": "-", "times": "×", "over": "/"}


class Expressions(Tools):
    """One method a grammar rule."""

    # ── conditions and expressions ──────────────────────────────────────────────────────────────

    def condition(self, tree: Branch) -> model.Condition:
        return model.Condition(
            place=self.place(tree), tests=self.nodes(c for c in tree.children if isinstance(c, Tree))
        )

    def holds(self, tree: Branch) -> model.Test:
        subject, *objects = self.expressions(tree)
        relations: dict[str, Any] = {"holds": "holds", "is_one": "is", "is_known": "known"}
        relation = relations.get(tree.data) or self.phrase(self.tokens(tree, "COMPARISON")[0])
        return model.Test(place=self.place(tree), subject=subject, relation=relation, objects=tuple(objects))

    is_one = is_known = compares = holds

    def formula(self, tree: Branch) -> model.Formula:
        limits = tuple(
            model.Limit(place=self.place(one), side=self.phrase(one.children[0]), expression=self.expressions(one)[0])
            for one in self.trees(tree, "limit")
        )
        expression = self.maybe(tree, "discretion") or self.expressions(tree)[0]
        return model.Formula(place=self.place(tree), expression=expression, limits=limits)

    def discretion(self, tree: Branch) -> model.Discretion:
        found: model.Discretion = self.maybe(tree, "ranged")
        return found.model_copy(update={"place": self.place(tree), "party": self.names(tree)[0]})

    def ranged(self, tree: Branch) -> model.Discretion:
        low, high = self.expressions(tree)
        return model.Discretion(place=self.place(tree), low=low, high=high)

    def expected(self, tree: Branch) -> model.Formula:
        """What a scenario expects: a formula, or the ends of a range."""
        ranged = self.maybe(tree, "ranged")
        return model.Formula(place=ranged.place, expression=ranged) if ranged else self.maybe(tree, "formula")

    def number(self, tree: Branch) -> model.Number:
        return model.Number(place=self.place(tree), value=self.decimal(self.tokens(tree, "NUMBER")[0]))

    def quantity(self, tree: Branch) -> model.Quantity:
        number = self.decimal(self.tokens(tree, "NUMBER")[0])
        return model.Quantity(place=self.place(tree), number=number, unit=self.names(tree)[0])

    def percentage(self, tree: Branch) -> model.Percentage:
        of = self.expressions(tree)
        number = self.decimal(self.tokens(tree, "NUMBER")[0])
        return model.Percentage(place=self.place(tree), number=number, of=of[0] if of else None)

    def span(self, tree: Branch) -> model.Length:
        length: model.Length = self.maybe(tree, "length")
        return length

    def offset(self, tree: Branch) -> model.Offset:
        return model.Offset(place=self.place(tree), length=self.maybe(tree, "length"), event=self.maybe(tree, "event"))

    def days_between(self, tree: Branch) -> model.DaysBetween:
        start, end = self.nodes(self.trees(tree, "event"))
        return model.DaysBetween(place=self.place(tree), start=start, end=end)

    def days_in_year(self, tree: Branch) -> model.DaysInYear:
        return model.DaysInYear(place=self.place(tree), event=self.maybe(tree, "event"))

    def date_literal(self, tree: Branch) -> model.Expression:
        day = self.day(tree.children[0])
        return model.DateLiteral(place=self.place(tree), value=day) if day else model.Unknown(place=self.place(tree))

    def yes(self, tree: Branch) -> model.YesNo:
        return model.YesNo(place=self.place(tree), value=tree.data == "yes")

    no = yes

    def unknown(self, tree: Branch) -> model.Unknown:
        return model.Unknown(place=self.place(tree))

    def not_stated(self, tree: Branch) -> model.NotStated:
        return model.NotStated(place=self.place(tree), source=self.names(tree)[0])

    def name(self, tree: Branch) -> model.Name:
        return model.Name(place=self.place(tree), name=self.names(tree)[0])

    def event(self, tree: Branch) -> model.Event:
        *moment, name = self.names(tree)
        return model.Event(place=self.place(tree), moment=moment[0] if moment else "", name=name)

    def moment(self, tree: Branch) -> model.Event | model.Moved:
        return self.moved(tree) if self.names(tree)[0] in SUMS else self.event(tree)

    def moved(self, tree: Branch) -> model.Moved:
        what, name = self.tokens(tree, "NAME")
        return model.Moved(place=self.place(what).to(self.place(name)), what=str(what), name=str(name))

    def excess(self, tree: Branch) -> model.Excess:
        return model.Excess(place=self.place(tree))

    def plus(self, tree: Branch) -> model.Arithmetic:
        left, right = self.expressions(tree)
        return model.Arithmetic(place=self.place(tree), operator=OPERATORS[tree.data], left=left, right=right)

    minus = times = over = plus

    # ── time ────────────────────────────────────────────────────────────────────────────────────

    def length(self, tree: Branch) -> model.Length:
        number = self.whole(self.tokens(tree, "NUMBER")[0])
        return model.Length(place=self.place(tree), number=number, unit=self.maybe(tree, "unit"))

    def unit(self, tree: Branch) -> model.Unit:
        units: dict[str, model.Unit] = {
            "WORKING": "working days",
            "DAY": "days",
            "WEEK": "weeks",
            "MONTH": "months",
            "YEAR": "years",
        }
        return units[self.tokens(tree, *units)[0].type]

    def read_length(self, tree: Branch) -> model.ReadLength:
        number = self.whole(self.tokens(tree, "NUMBER")[0])
        return model.ReadLength(place=self.place(tree), number=number, reading=self.names(tree)[0])

    def told_length(self, tree: Branch) -> model.ToldLength:
        return model.ToldLength(place=self.place(tree), fact=self.names(tree)[0])

    def duration_of(self, tree: Branch) -> Any:
        return self.maybe(tree, "length", "read_length", "told_length", "decided_length", "not_stated")

    def term(self, tree: Branch) -> model.Term:
        return model.Term(
            place=self.place(tree), duration=self.duration_of(tree), event=self.maybe(tree, "event"),
            back=tree.data == "back_term",
        )  # fmt: skip

    back_term = term

    def between(self, tree: Branch) -> tuple[model.Duration, model.Duration]:
        """The shorter length and the longer one, as they stand."""
        shorter, longer = self.nodes(self.trees(tree, "length", "read_length", "told_length"))
        return shorter, longer

    def window(self, tree: Branch) -> model.Term:
        shorter, longer = self.maybe(tree, "between")
        return model.Term(
            place=self.place(tree), duration=longer, shorter=shorter, event=self.maybe(tree, "event"),
            back=bool(self.tokens(tree, "BEFORE")),
        )  # fmt: skip

    def decided_length(self, tree: Branch) -> model.DecidedLength:
        low, high = self.nodes(self.trees(tree, "length"))
        return model.DecidedLength(place=self.place(tree), low=low, high=high, party=self.names(tree)[0])

    def within(self, tree: Branch) -> model.Within:
        names = self.names(tree)
        return model.Within(
            place=self.place(tree), term=self.maybe(tree, "term", "back_term", "window"), deadline=names[0] if names else "",
            not_stated=self.maybe(tree, "not_stated"),
        )  # fmt: skip

    def deadline(self, tree: Branch) -> model.Deadline:
        kinds = (
            "counts_from", "version", "version_exception", "roll_line", "stands_still", "begins_anew", "longer", "held",
            "governed", "transition",
        )  # fmt: skip
        return model.Deadline(**self.heading(tree), lines=self.lines(tree, *kinds))

    def counts_from(self, tree: Branch) -> model.CountsFrom:
        return model.CountsFrom(
            place=self.place(tree), event=self.maybe(tree, "event"), back=bool(self.tokens(tree, "BACK")),
            tail=self.tail(tree),
        )  # fmt: skip

    def version(self, tree: Branch) -> model.Version:
        label = "".join(self.names(tree)[:1])
        shorter, duration = self.maybe(tree, "between") or (None, self.duration_of(tree))
        return model.Version(
            place=self.place(tree), duration=duration, shorter=shorter, label=label, tail=self.tail(tree)
        )

    version_exception = version

    def roll_line(self, tree: Branch) -> model.NeverRolls:
        return model.NeverRolls(place=self.place(tree), tail=self.tail(tree))

    def stands_still(self, tree: Branch) -> model.StandsStill:
        event, *to = self.nodes(self.trees(tree, "event"))
        return model.StandsStill(
            place=self.place(tree), event=event, to=to[0] if to else None, length=self.duration_of(tree),
            both=bool(self.tokens(tree, "BOTH_DAYS")), tail=self.tail(tree),
        )  # fmt: skip

    def begins_anew(self, tree: Branch) -> model.BeginsAnew:
        return model.BeginsAnew(place=self.place(tree), event=self.maybe(tree, "event"), tail=self.tail(tree))

    def longer(self, tree: Branch) -> model.Longer:
        return model.Longer(
            place=self.place(tree), length=self.duration_of(tree), event=self.maybe(tree, "event"), tail=self.tail(tree)
        )

    def held(self, tree: Branch) -> model.HeldEnd:
        return model.HeldEnd(
            place=self.place(tree), earliest="earlier" in self.tokens(tree, "ENDS_NO")[0], event=self.maybe(tree, "event"),
            term=self.maybe(tree, "term"), tail=self.tail(tree),
        )  # fmt: skip
