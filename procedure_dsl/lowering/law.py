"""The place, values, facts, rules, papers and fees."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from lark import Tree

from procedure_dsl import model
from procedure_dsl.lowering.expressions import Expressions
from procedure_dsl.lowering.tools import Branch

TYPES: dict[str, Any] = {
    "money": "money", "percent": "percent", "numbers": "number", "dates": "date", "duration": "duration",
    "texts": "text", "yes_or_no": "yes or no", "one_of": "one of",
}  # fmt: skip


class Law(Expressions):
    """One method a grammar rule."""

    # ── the place and its texts ─────────────────────────────────────────────────────────────────

    def jurisdiction(self, tree: Branch) -> model.JurisdictionHead:
        kinds = ("follows", "currency", "calendar", "languages", "starts", "short_month", "rolls", "transition")
        return model.JurisdictionHead(**self.heading(tree), lines=self.lines(tree, *kinds))

    def use(self, tree: Branch) -> model.Use:
        path = self.tokens(tree, "STRING")[0]
        return model.Use(place=self.place(path), path=self.inside(path))

    def follows(self, tree: Branch) -> model.Follows:
        path = self.tokens(tree, "STRING")[0]
        return model.Follows(place=self.place(path), path=self.inside(path))

    def replacement(self, tree: Branch) -> Any:
        return self.node(next(child for child in tree.children if isinstance(child, Tree))).model_copy(
            update={"replaces": True}
        )

    def currency(self, tree: Branch) -> model.Money:
        return model.Money(
            place=self.place(tree),
            currency=self.names(tree)[0],
            rounding=self.maybe(tree, "rounding"),
            tail=self.tail(tree),
        )

    def rounding(self, tree: Branch) -> model.Rounding:
        step = self.decimal(self.tokens(tree, "NUMBER")[0])
        if step <= 0:
            self.complain(
                "bad-rounding", tree, "money cannot be rounded to nothing", "Write 0.01, or 1 for whole units."
            )
            step = Decimal("0.01")
        return model.Rounding(place=self.place(tree), mode=self.phrase(tree.children[0]), to=step)

    def calendar(self, tree: Branch) -> model.CalendarUse:
        return model.CalendarUse(place=self.place(tree), calendar=self.names(tree)[0], tail=self.tail(tree))

    def languages(self, tree: Branch) -> model.Languages:
        return model.Languages(place=self.place(tree), languages=tuple(self.names(tree)))

    def starts(self, tree: Branch) -> model.Counting:
        which = self.phrase(self.tokens(tree, "WHICH")[0])
        return model.Counting(place=self.place(tree), aspect="starts", choice=which, tail=self.tail(tree))

    def short_month(self, tree: Branch) -> model.Counting:
        return model.Counting(place=self.place(tree), aspect="short month", choice="last day", tail=self.tail(tree))

    def rolls(self, tree: Branch) -> model.Counting:
        never = bool(self.tokens(tree, "NEVER_ROLLS"))
        return model.Counting(
            place=self.place(tree),
            aspect="rolls",
            choice="never" if never else "next working day",
            tail=self.tail(tree),
        )

    def source(self, tree: Branch) -> model.SourceText:
        files = self.strings(tree)
        return model.SourceText(**self.heading(tree), file=files[0] if files else "")

    def party(self, tree: Branch) -> model.Party:
        sides, standing = self.tokens(tree, "WHOSE_SIDE"), self.tokens(tree, "STANDING")
        return model.Party(
            **self.heading(tree), side=self.phrase(sides[0]) if sides else "", several=bool(self.tokens(tree, "SEVERAL")),
            standing=self.phrase(standing[0]) if standing else "", of=self.names(tree)[1] if standing else "",
        )  # fmt: skip

    def reading(self, tree: Branch) -> model.Reading:
        return model.Reading(**self.heading(tree), options=self.nodes(self.trees(tree, "option")))

    def option(self, tree: Branch) -> model.Option:
        meanings = self.expressions(tree)
        return model.Option(
            place=self.place(tree), preferred=str(tree.children[0]) == "prefer", name=self.names(tree)[0],
            titles=self.maybe(tree, "titles"), meaning=meanings[0] if meanings else None, unit=self.maybe(tree, "unit"),
            tail=self.tail(tree),
        )  # fmt: skip

    # ── values, facts, rules ────────────────────────────────────────────────────────────────────

    def type_of(self, tree: Branch) -> model.Type:
        found: model.Type = self.maybe(tree, *TYPES)
        return found

    def type_node(self, tree: Branch) -> model.Type:
        bounds = tuple(
            model.Bound(
                place=self.place(bound), side=self.phrase(bound.children[0]), expression=self.expressions(bound)[0]
            )
            for bound in self.trees(tree, "bound")
        )
        return model.Type(place=self.place(tree), kind=TYPES[tree.data], bounds=bounds, options=tuple(self.names(tree)))

    money = percent = numbers = dates = duration = texts = yes_or_no = one_of = type_node

    def value(self, tree: Branch) -> model.Value:
        return model.Value(**self.heading(tree), type=self.type_of(tree), lines=self.lines(tree, "line", "transition"))

    def fact(self, tree: Branch) -> model.Fact:
        first, ask = self.trees(tree, "at_first"), self.trees(tree, "ask")
        return model.Fact(
            **self.heading(tree), type=self.type_of(tree), at_first=self.expressions(first[0])[0] if first else None,
            ask=self.maybe(ask[0], "titles") if ask else (),
        )  # fmt: skip

    def rule(self, tree: Branch) -> model.Rule:
        lines = self.lines(tree, "line", "exception", "otherwise", "governed", "transition")
        return model.Rule(**self.heading(tree), type=self.type_of(tree), lines=lines)

    def line(self, tree: Branch) -> model.Line:
        kinds: dict[str, Any] = {"line": "line", "exception": "except", "otherwise": "otherwise"}
        label = "".join(self.names(tree)[:1])
        return model.Line(
            place=self.place(tree),
            kind=kinds[tree.data],
            label=label,
            formula=self.maybe(tree, "formula"),
            tail=self.tail(tree),
        )

    exception = otherwise = line

    def governed(self, tree: Branch) -> model.Governed:
        return model.Governed(place=self.place(tree), event=self.maybe(tree, "event"), tail=self.tail(tree))

    def transition(self, tree: Branch) -> model.Transition:
        day = self.day(self.tokens(tree, "DATE")[0]) or date.max
        return model.Transition(place=self.place(tree), day=day, tail=self.tail(tree))

    # ── papers and fees ─────────────────────────────────────────────────────────────────────────

    def document(self, tree: Branch) -> model.Document:
        kinds = ("supplied", "form", "copies", "contains", "attached", "governed", "transition")
        return model.Document(**self.heading(tree), lines=self.lines(tree, *kinds))

    def supplied(self, tree: Branch) -> model.Supplied:
        return model.Supplied(place=self.place(tree), party=self.names(tree)[0])

    def form(self, tree: Branch) -> model.Form:
        return model.Form(place=self.place(tree), titles=self.maybe(tree, "titles"), tail=self.tail(tree))

    def copies(self, tree: Branch) -> model.Copies:
        return model.Copies(
            place=self.place(tree), number=self.whole(self.tokens(tree, "NUMBER")[0]), tail=self.tail(tree)
        )

    def contains(self, tree: Branch) -> model.Item:
        heading = self.heading(tree)
        return model.Item(place=heading["place"], name=heading["name"], titles=heading["titles"], tail=heading["tail"])

    def attached(self, tree: Branch) -> model.Attached:
        return model.Attached(place=self.place(tree), document=self.names(tree)[0], tail=self.tail(tree))

    def fee(self, tree: Branch) -> model.Fee:
        base = self.expressions(tree)
        return model.Fee(
            **self.heading(tree), base=base[0] if base else None, in_slices=bool(self.tokens(tree, "SLICES")),
            lines=self.lines(tree, "line", "row", "borne", "rounded", "governed", "transition"),
        )  # fmt: skip

    def row(self, tree: Branch) -> model.Row:
        edges = tuple(
            model.Edge(place=self.place(edge), kind=self.phrase(edge.children[0]), expression=self.expressions(edge)[0])
            for edge in self.trees(self.trees(tree, "band")[0], "edge")
        )
        return model.Row(place=self.place(tree), edges=edges, formula=self.maybe(tree, "formula"), tail=self.tail(tree))

    def rounded(self, tree: Branch) -> model.Rounded:
        return model.Rounded(place=self.place(tree), rounding=self.maybe(tree, "rounding"), tail=self.tail(tree))

    def borne(self, tree: Branch) -> model.Borne:
        part = self.expressions(tree)
        return model.Borne(
            place=self.place(tree), party=self.names(tree)[0], part=part[0] if part else None, tail=self.tail(tree)
        )
