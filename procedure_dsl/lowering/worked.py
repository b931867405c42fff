"""Practice and scenarios."""

from __future__ import annotations

from datetime import date
from typing import Any

from lark import Tree

from procedure_dsl import model
from procedure_dsl.lowering.expressions import Expressions
from procedure_dsl.lowering.tools import Branch


class Worked(Expressions):
    """One method a grammar rule."""

    # ── practice and scenarios ──────────────────────────────────────────────────────────────────

    def practice(self, tree: Branch) -> model.Practice:
        return model.Practice(**self.heading(tree), lines=self.lines(tree, "odds", "takes"))

    def odds(self, tree: Branch) -> model.Odds:
        return model.Odds(
            place=self.place(tree), stage=self.names(tree)[0], shares=self.nodes(self.trees(tree, "share", "rest")),
            tail=self.tail(tree),
        )  # fmt: skip

    def share(self, tree: Branch) -> model.Share:
        label = str(self.tokens(tree, "NAME", "MISSED", "RESTORED")[0])
        numbers = [self.decimal(token) for token in self.tokens(tree, "NUMBER")]
        least, most = (numbers[0], numbers[-1]) if numbers else (None, None)
        if least is not None and most is not None and not 0 <= least <= most <= 100:
            self.complain("bad-odds", tree, "odds lie between 0 % and 100 %, the lower first")
        return model.Share(place=self.place(tree), label=label, least=least, most=most)

    rest = share

    def takes(self, tree: Branch) -> model.Takes:
        pace = self.trees(tree, "fixed", "at_most", "range", "counted")[0]
        event, *start = self.nodes(self.trees(tree, "event"))
        lengths = self.nodes(self.trees(pace, "length"))
        counted = tuple(
            model.Weighed(
                place=self.place(one),
                length=self.maybe(one, "length"),
                percent=self.decimal(self.tokens(one, "NUMBER")[0]),
            )
            for one in self.trees(pace, "weighed")
        )
        if counted and sum(one.percent for one in counted) != 100:
            self.complain(
                "bad-odds", pace, f"the shares add up to {sum(one.percent for one in counted)} %, not to 100 %"
            )
        least = usual = most = None
        if pace.data == "fixed":
            least = usual = most = lengths[0]
        elif pace.data == "at_most":
            most = lengths[0]
        elif pace.data == "range":
            least, most = lengths[0], lengths[1]
            usual = lengths[2] if len(lengths) > 2 else None
        return model.Takes(
            place=self.place(tree), event=event, start=start[0] if start else None, least=least, usual=usual, most=most,
            counted=counted, tail=self.tail(tree),
        )  # fmt: skip

    def scenario(self, tree: Branch) -> model.Scenario:
        lines: list[Any] = []
        for sentence in self.trees(tree, "given", "expect", "note"):
            parts = [sentence] if sentence.data == "note" else [c for c in sentence.children if isinstance(c, Tree)]
            lines += [line for line in self.nodes(parts) if not self.is_stand_in(line)]
        return model.Scenario(
            place=self.place(self.trees(tree, "titles")[0]), titles=self.maybe(tree, "titles"), lines=tuple(lines)
        )

    def each(self, tree: Branch) -> str:
        """`for anna`: which of several parties is meant."""
        return "".join(name for one in self.trees(tree, "one_of_several") for name in self.names(one))

    def given_fact(self, tree: Branch) -> model.GivenFact:
        value = self.expressions(tree)[0]
        return model.GivenFact(place=self.place(tree), name=self.names(tree)[0], each=self.each(tree), value=value)

    def given_several(self, tree: Branch) -> model.GivenSeveral:
        party, *names = self.names(tree)
        return model.GivenSeveral(place=self.place(tree), party=party, names=tuple(names))

    def given_sum(self, tree: Branch) -> model.GivenSum:
        return model.GivenSum(place=self.place(tree), sum=self.moved(tree), value=self.expressions(tree)[0])

    def given_event(self, tree: Branch) -> model.GivenEvent:
        day = self.day(self.tokens(tree, "DATE")[0]) or date.min
        event = self.maybe(tree, "event")
        return model.GivenEvent(place=self.place(tree), event=event, each=self.each(tree), day=day)

    def given_choice(self, tree: Branch) -> model.GivenChoice:
        stage, *labels = [str(token) for token in self.tokens(tree, "NAME", "MISSED", "RESTORED")]
        return model.GivenChoice(place=self.place(tree), stage=stage, each=self.each(tree), labels=tuple(labels))

    def on_the_road(self, tree: Branch) -> bool:
        return bool(self.tokens(tree, "ON_THE_ROAD"))

    def expect_is(self, tree: Branch) -> model.ExpectIs:
        return model.ExpectIs(
            place=self.place(tree),
            name=self.names(tree)[0],
            formula=self.expected(tree),
            on_the_road=self.on_the_road(tree),
        )

    def expect_sum(self, tree: Branch) -> model.ExpectSum:
        return model.ExpectSum(place=self.place(tree), sum=self.moved(tree), formula=self.expected(tree))

    def expect_borne(self, tree: Branch) -> model.ExpectBorne:
        fee, party = self.names(tree)
        return model.ExpectBorne(place=self.place(tree), fee=fee, party=party, formula=self.expected(tree))

    def expect_due(self, tree: Branch) -> model.ExpectDue:
        day = self.day(self.tokens(tree, "DATE")[0]) or date.min
        return model.ExpectDue(
            place=self.place(tree), name=self.names(tree)[0], day=day, no_earlier=bool(self.tokens(tree, "NO_EARLIER")),
            on_the_road=self.on_the_road(tree),
        )  # fmt: skip

    def expect_opens(self, tree: Branch) -> model.ExpectOpens:
        day = self.day(self.tokens(tree, "DATE")[0]) or date.min
        return model.ExpectOpens(place=self.place(tree), name=self.names(tree)[0], day=day)

    def expect_state(self, tree: Branch) -> model.ExpectState:
        is_open = str(self.tokens(tree, "OPENNESS")[0]) == "open"
        return model.ExpectState(place=self.place(tree), stage=self.names(tree)[0], is_open=is_open)

    def expect_event(self, tree: Branch) -> model.ExpectEvent:
        day = self.day(self.tokens(tree, "DATE")[0]) or date.min
        event = self.maybe(tree, "event")
        return model.ExpectEvent(place=self.place(tree), event=event, each=self.each(tree), day=day)

    def expect_end(self, tree: Branch) -> model.ExpectEnd:
        days = self.tokens(tree, "DATE")
        return model.ExpectEnd(
            place=self.place(tree), end=self.names(tree)[0], day=self.day(days[0]) if days else None,
            recovers=self.maybe(tree, "recovers"),
        )  # fmt: skip
