"""Stages, acts, ways, rights and ends."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from procedure_dsl import model
from procedure_dsl.diagnostics import nearest
from procedure_dsl.lowering.expressions import Expressions
from procedure_dsl.lowering.tools import Branch
from procedure_dsl.words import ACTS, LAW, OF_TIME

BRANCHES = ("outcome", *OF_TIME, "remaining")


class Roads(Expressions):
    """One method a grammar rule."""

    # ── the road ────────────────────────────────────────────────────────────────────────────────

    def procedure(self, tree: Branch) -> model.Procedure:
        return model.Procedure(**self.heading(tree))

    def part(self, tree: Branch) -> model.Part:
        return model.Part(place=self.place(tree), titles=self.maybe(tree, "titles"))

    def stage(self, tree: Branch) -> model.Stage:
        kinds = (
            "requires",
            "wait",
            "advised_wait",
            "step",
            "perform",
            "side_by_side",
            "onward",
            "advice",
            "governed",
            "transition",
        )
        role = self.trees(tree, "role")
        name = self.names(role[0])[0] if role else ""
        return model.Stage(**self.heading(tree), role=name, sentences=self.lines(tree, *kinds))

    def arrow(self, tree: Branch) -> model.Arrow:
        targets = self.trees(tree, "target")
        effects = [self.node(effect) for group in self.trees(tree, "effects") for effect in self.trees(group, "effect")]
        rounds = self.trees(tree, "rounds")
        most = self.tokens(rounds[0], "NUMBER") if rounds else []
        if most and not self.whole(most[0]):
            self.complain("never-taken", most[0], "a way that may be taken 0 times is no way", "Take the way out.")
        return model.Arrow(
            place=self.place(targets[0]), target=str(targets[0].children[0]), effects=tuple(effects),
            most=self.whole(most[0]) if most else None, endless=bool(rounds) and not most,
        )  # fmt: skip

    def effect(self, tree: Branch) -> model.Effect:
        return model.Effect(place=self.place(tree), name=self.names(tree)[0], value=self.expressions(tree)[0])

    def requires(self, tree: Branch) -> model.Requires:
        return model.Requires(
            place=self.place(tree), condition=self.maybe(tree, "condition"), component="".join(self.names(tree)[:1]),
            otherwise=self.arrow(tree) if self.trees(tree, "target") else None, tail=self.tail(tree),
        )  # fmt: skip

    def wait(self, tree: Branch) -> model.Wait:
        return model.Wait(
            place=self.place(tree),
            term=self.maybe(tree, "term"),
            deadline="".join(self.names(tree)),
            advised=tree.data == "advised_wait",
            tail=self.tail(tree),
        )

    advised_wait = wait

    def advice(self, tree: Branch) -> model.Advice:
        return model.Advice(
            place=self.place(tree),
            outcome="".join(self.names(tree)[:1]),
            titles=self.maybe(tree, "titles"),
            tail=self.tail(tree),
        )

    def step(self, tree: Branch) -> model.Step:
        party, verb = self.names(tree)[:2]
        modality: Any = "".join(self.phrase(one) for one in self.tokens(tree, "MODALITY"))
        verb = next((act for act in ACTS if modality and act.removesuffix("s") == verb), verb)
        objects = self.trees(tree, "object")
        paper, *to = self.names(objects[0]) if objects else [""]
        if paper and verb not in ACTS:
            meant = nearest(verb, ACTS)
            help_ = (
                f"Did you mean `{meant}`?" if meant else f"An act upon a paper or a fee is one of: {', '.join(ACTS)}."
            )
            self.complain(
                "unknown-act", self.tokens(tree, "NAME")[1], f"`{verb}` is not an act that takes a paper", help_
            )
        if not paper and verb in ACTS and party != LAW and not self.trees(tree, *BRANCHES):
            self.complain(
                "act-without-paper", self.tokens(tree, "NAME")[1], f"`{verb}` what?", "Name the paper or the fee."
            )
        return model.Step(
            place=self.place(tree), party=party, modality=modality, verb=verb, object=paper, addressee=to[0] if to else "",
            within=self.maybe(tree, "within"), at_once=bool(self.tokens(tree, "AT_ONCE")),
            instalments=self.maybe(tree, "instalments"),
            branches=self.lines(tree, *BRANCHES), tail=self.tail(tree),
        )  # fmt: skip

    def instalments(self, tree: Branch) -> model.Instalments:
        return model.Instalments(
            place=self.place(tree), number=self.whole(self.tokens(tree, "NUMBER")[0]) if self.tokens(tree, "NUMBER") else 0,
            shares=self.nodes(self.trees(tree, "part_share", "part_rest")), apart=self.maybe(tree, "length"),
            event=self.maybe(tree, "event"),
        )  # fmt: skip

    def part_share(self, tree: Branch) -> Decimal:
        return self.decimal(self.tokens(tree, "NUMBER")[0])

    def part_rest(self, _: Branch) -> None:
        return None

    def perform(self, tree: Branch) -> model.Perform:
        procedure, *each = self.names(tree)
        return model.Perform(
            place=self.place(tree), procedure=procedure, each="".join(each),
            branches=self.lines(tree, *BRANCHES), tail=self.tail(tree),
        )  # fmt: skip

    def side_by_side(self, tree: Branch) -> model.SideBySide:
        number = self.tokens(tree, "NUMBER")
        first = any(self.phrase(one).startswith("the first") for one in self.tokens(tree, "HOW_MANY"))
        need = self.whole(number[0]) if number else 1 if first else None
        tracks = self.lines(tree, "perform")
        return model.SideBySide(place=self.place(tree), need=need, tracks=tracks, tail=self.tail(tree))

    def outcome(self, tree: Branch) -> model.Outcome:
        labels = {**dict(zip(OF_TIME, OF_TIME, strict=True)), "remaining": "otherwise"}
        label = labels.get(tree.data) or self.names(tree)[0]
        if tree.data == "outcome" and label in OF_TIME:
            help_ = "Take another name, or write `if too early -> …`."
            self.complain("reserved-name", tree, f"`{label}` is what `if too early` is called", help_)
        name = self.tokens(tree, "NAME", "MISSED", "TOO_EARLY", "RESTORED")
        place = self.place(name[0]) if name else self.place(tree)
        return model.Outcome(
            place=place, label=label, titles=self.maybe(tree, "titles", "translations") or (),
            within=self.maybe(tree, "within"), arrow=self.arrow(tree), tail=self.tail(tree),
        )  # fmt: skip

    missed = too_early = restored = remaining = outcome

    def onward(self, tree: Branch) -> model.Onward:
        return model.Onward(place=self.place(tree), arrow=self.arrow(tree), tail=self.tail(tree))

    def right(self, tree: Branch) -> model.Right:
        *stages, party, act = self.tokens(tree, "NAME")
        return model.Right(
            place=self.place(act), name=str(act), titles=self.maybe(tree, "titles", "translations") or (), tail=self.tail(tree),
            stages=tuple(str(stage) for stage in stages), party=str(party), within=self.maybe(tree, "within"),
            arrow=self.arrow(tree),
        )  # fmt: skip

    def end(self, tree: Branch) -> model.End:
        return model.End(**self.heading(tree), recovers=self.maybe(tree, "recovers"))

    def recovers(self, tree: Branch) -> Any:
        return self.maybe(tree, "formula")
