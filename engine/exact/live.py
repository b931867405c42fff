"""Which facts, sums and moments the road can still read from a stage: what it cannot, tells no two states apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import cache, cached_property
from types import NoneType
from typing import Any

from engine.case import Case
from engine.clock_lines import clock_moments
from engine.evaluate import Evaluator
from engine.records import Act, Call, Cite, Edge, Expr, Fee, Label, Onward, Parallel, Plan, Require, Stage
from procedure_dsl.words import ACTS

Read = tuple[str, str]  # (operation, name), as an expression reads it
WORDS = frozenset({str, int, bool, NoneType, Label, Cite})  # kinds of parts in which no expression stands


@cache
def fields_of(kind: type) -> tuple[str, ...]:
    return tuple(one.name for one in fields(kind))


OF_FEES = tuple(name for name in fields_of(Fee) if name != "bearers")  # who bears a fee moves nothing on the road


class Live:
    """For each stage and each end what may be read there or later in its own procedure; found once for a plan."""

    def __init__(self, plan: Plan, case: Case, ask: Evaluator) -> None:
        self.plan, self.case, self.ask = plan, case, ask
        self.known: dict[int, frozenset[Read]] = {}  # by the identity of a part of the plan, which outlives this
        self.always: frozenset[Read] = frozenset({("moment", "start")})
        self.behind = {name: self._behind(stage) for name, stage in plan.stages.items()}
        self.rights_behind = {
            name: frozenset(right.edge.target for right in plan.rights.values() if name in right.stages)
            for name in plan.stages
        }
        come_back = {
            name
            for name, stage in plan.stages.items()
            if any(edge.target == "back" and edge not in restored(stage) for edge in stage.edges())
        }
        self.backs = self.leading(come_back, rights=False)  # a right that is used there comes back to its own place
        # ways that may be taken so often at most; and with those that may be taken as often as one likes
        self.bounded = self._limited([edge for edge in plan.edges() if edge.most is not None])
        self.endless = self._limited([edge for edge in plan.edges() if edge.most is not None or edge.endless])
        self.horizons: dict[Any, Any] = {}  # what lies ahead of each place: see `identity`
        self._middles: dict[str, frozenset[Read]] = {}
        self.at: dict[str, frozenset[Read]] = {name: frozenset() for name in (*plan.stages, *plan.ends)}
        for name, end in plan.ends.items():
            self.at[name] = self.reads(end)
        order = [*plan.stages][::-1]
        moved = True
        while moved:
            moved = False
            for name in order:
                found = self.of_stage(plan.stages[name])
                if found != self.at[name]:
                    self.at[name], moved = found, True

    def _limited(self, edges: list[Edge]) -> dict[str, frozenset[str]]:
        """For each stage, which of some ways can still be come to."""
        found: dict[str, frozenset[str]] = {name: frozenset() for name in self.plan.stages}
        for edge in edges:
            rights = (right for right in self.plan.rights.values() if right.edge is edge)
            stages = {edge.stage, *(name for right in rights for name in right.stages)}
            for name in self.leading(stages & set(self.plan.stages)):
                found[name] |= {edge.id}
        return found

    def leading(self, to: set[str], rights: bool = True) -> frozenset[str]:
        """The stages from which some of these can be come to, themselves included."""
        found, size = set(to), 0
        while size < len(found):
            size = len(found)
            for name in self.plan.stages:
                behind = self.behind[name] | self.rights_behind[name] if rights else self.behind[name]
                if behind & found:
                    found.add(name)
        return frozenset(found)

    def _behind(self, stage: Stage) -> frozenset[str]:
        """Where the ways and the procedures of a stage lead."""
        entries = {self.plan.procedures[call.procedure].entry for call in stage.calls()}
        return frozenset(entries | {edge.target for edge in stage.edges()})

    def reads(self, part: Any) -> frozenset[Read]:
        """Everything that the expressions in a part of the plan rest on, terms and fees that it names included."""
        known = self.known.get(id(part))
        if known is None:
            found: set[Read] = set()
            for name in self._named(part):
                found |= self.ask.reach(*name)
            for inner in self._parts(part):
                found |= self.reads(inner)
            self.known[id(part)] = known = frozenset(found)
        return known

    def _named(self, part: Any) -> Iterator[Read]:
        """What a part of the plan names itself."""
        if isinstance(part, Expr):
            yield from part.names()
        elif isinstance(part, Act) and part.fee and part.returns:
            yield "sum", f"paid of {part.fee}"
        elif isinstance(part, Require) and part.component:
            yield ("fact" if part.component in self.plan.facts else "rule"), part.component

    def _parts(self, part: Any) -> Iterator[Any]:
        """The parts that a part of the plan is made of, however deep in tuples; and the terms and fees that it names."""
        if isinstance(part, tuple):
            for one in part:
                if isinstance(one, tuple):
                    yield from self._parts(one)
                elif type(one) not in WORDS:
                    yield one
            return
        if isinstance(part, Expr) or not is_dataclass(part):
            return
        for name in fields_of(type(part)):  # type: ignore[arg-type]
            one = getattr(part, name)
            if isinstance(one, tuple):
                yield from self._parts(one)
            elif type(one) not in WORDS:
                yield one
        term = getattr(part, "deadline", "")
        if term in self.plan.deadlines:
            yield self.plan.deadlines[term]
        if isinstance(part, Act) and part.fee:
            yield from self._parts(tuple(getattr(self.plan.fees[part.fee], name) for name in OF_FEES))

    def of_stage(self, stage: Stage) -> frozenset[Read]:
        """Backwards through the sentences: what one of them makes happen for certain, nobody reads from before it."""
        name = stage.label.name
        live: frozenset[Read] = frozenset()
        for move in reversed(stage.moves):
            if isinstance(move, Act) and not move.ways:
                certain = move.guard.free and move.modality in ("", "must") and not move.instalments
                live = (live - self.made(move) if certain else live) | self.reads(move)
                live |= self.leads(move.missed)
            elif isinstance(move, Act):
                live = self.reads(move).union(*map(self.leads, (*move.ways, move.missed))) | (
                    frozenset() if move.guard.free else live
                )
            elif isinstance(move, Require):
                live = live | self.reads(move) | self.leads(move.edge)
            elif isinstance(move, Onward):
                live = self.reads(move) | self.leads(move.edge)
            elif isinstance(move, Call | Parallel):
                calls = move.calls if isinstance(move, Parallel) else (move,)
                live = live | self.reads(move)
                for call in calls:
                    live = live.union(
                        self.into(self.plan.procedures[call.procedure].entry), *map(self.leads, call.ways)
                    )
            else:
                live = live | self.reads(move)
        return live | self.reads(stage.guard) | self.reads(stage.governed) | self.paces(stage) | self.rights_of(name)

    def at_hand(self, name: str) -> frozenset[Read]:
        """In the middle of a stage: what it has made itself may be read there, too."""
        stage = self.plan.stages.get(name)
        if stage is None:
            return frozenset()
        if name not in self._middles:
            found = self.reads(stage)
            for move in stage.moves:
                if isinstance(move, Act) and not move.ways:
                    found |= self.leads(move.missed)
            for edge in stage.edges():
                found |= self.leads(edge)
            for call in stage.calls():
                found |= self.into(self.plan.procedures[call.procedure].entry)
            self._middles[name] = found | self.paces(stage)
        return self._middles[name]

    @cached_property
    def ever(self) -> dict[str, frozenset[Read]]:
        """Of what adds up, and of moments of which each time counts: what is read at a stage or anywhere behind it.

        Also what is made anew before it is read, for that does not undo the times before.
        """
        times = frozenset(clock_moments(self.plan))
        tables: tuple[Mapping[str, Any], ...] = (self.plan.stages, self.plan.ends)

        def counts(part: Any) -> frozenset[Read]:
            return frozenset(
                one for one in self.reads(part) if one[0] == "sum" or (one[0] == "moment" and one[1] in times)
            )

        found = {name: counts(part) for table in tables for name, part in table.items()}
        for right in self.plan.rights.values():
            for name in right.stages:
                found[name] = found.get(name, frozenset()) | counts(right)
        order = [*self.plan.stages][::-1]
        moved = True
        while moved:
            moved = False
            for name in order:
                behind = (found[one] for one in self.behind[name] | self.rights_behind[name] if one in found)
                whole = found[name].union(*behind)
                if whole != found[name]:
                    found[name], moved = whole, True
        return found

    def rights_of(self, name: str) -> frozenset[Read]:
        """What a right that is open during a stage reads, and whatever it leads to."""
        found: frozenset[Read] = frozenset()
        for right in self.plan.rights.values():
            if name in right.stages:
                found |= self.reads(right) | self.leads(right.edge)
        return found

    def paces(self, stage: Stage) -> frozenset[Read]:
        """What practice reads of the length of a stage, and of what is sent in it."""
        events = {stage.label.name} | {f"receipt of {m.document}" for m in stage.moves if isinstance(m, Act)}
        return frozenset[Read]().union(
            self.of_odds.get(stage.label.name, ()), *(self.of_pace.get(one, ()) for one in events)
        )

    @cached_property
    def of_pace(self) -> dict[str, frozenset[Read]]:
        """What practice reads of how long something takes, where its pace is asked for."""
        found: dict[str, frozenset[Read]] = {}
        for practice in self.plan.practice.values() if self.case.paced else ():
            for pace in practice.paces:
                reads = self.reads(pace) | {("moment", f"start of {pace.event}")}
                found[pace.event] = found.get(pace.event, frozenset()) | reads
        return found

    @cached_property
    def of_odds(self) -> dict[str, frozenset[Read]]:
        """What the practice that is asked for reads of how often the ways of a stage are taken."""
        found: dict[str, frozenset[Read]] = {}
        for name in self.case.practice:
            for odds in self.plan.practice[name].odds:
                found[odds.stage] = found.get(odds.stage, frozenset()) | self.reads(odds)
        return found

    @staticmethod
    def made(move: Act) -> frozenset[Read]:
        """The moments and the paper of an act."""
        thing = move.document or move.fee
        found: set[Read] = {("moment", f"{ACTS[move.verb]} of {thing}")} if thing and move.verb in ACTS else set()
        if move.document:
            found.add(("fact", move.document))
        if move.document and move.addressee:
            found.add(("moment", f"receipt of {move.document}"))
        return frozenset(found)

    def leads(self, edge: Edge | None) -> frozenset[Read]:
        """Behind a way: what its effects make true is not read from before it."""
        if edge is None:
            return frozenset()
        behind = self.into(edge.target) if edge.target in self.at else frozenset()
        return (behind - {("fact", name) for name, _ in edge.effects}) | self.reads(edge)

    def into(self, name: str) -> frozenset[Read]:
        return self.at[name] - {("moment", f"start of {name}")}


def restored(stage: Stage) -> list[Edge]:
    """The ways of terms that are restored: one that goes `back` goes on where it stands."""
    return [move.restored.edge for move in stage.moves if isinstance(move, Act) and move.restored is not None]
