"""What of our fees others are to bear in the end, where a case ends with something recovered.

A file says whom the law burdens with a fee (`borne by`), and what an end brings (`recovers`); it does not say whether the
one comes with the other. So nothing of this is counted in a net value: it is told beside it. Who bears a fee is asked as
the case ends; of what the ways make true on the way there, as much is followed here as that asks for. Where it hangs on
more than that (days, sums, papers, a decision of somebody), a fee falls on others from not at all to wholly.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import cached_property, partial
from typing import TYPE_CHECKING

from engine.bearers import bearings
from engine.evaluate import tried
from engine.exact.cells import Cell, Way
from engine.exact.explore import Paid, Sum
from engine.exact.solve import mean, spread_odds
from engine.exact.spread import EndKey
from engine.fees import Charge
from engine.ranges import ends as ends_of
from engine.refusal import Refusal
from engine.values import Money, Unknown, Value, decimal_of

if TYPE_CHECKING:
    from engine.evaluate import Evaluator
    from engine.exact.analyse import Analysis

NONE, WHOLE = Fraction(0), Fraction(1)
Told = tuple[tuple[str, Value], ...]  # what the ways have made true so far, of what is followed
Part = tuple[str, Fraction, Fraction, Value | None]  # a payment: its fee, what it comes to, and what it was taken on
Pair = tuple[Fraction, Fraction]
Paids = tuple[tuple[Part, bool], ...]  # each with whether it came back to us already
NOTHING: Pair = (NONE, NONE)


MOST = 3_000  # cells, each with what is true and paid there


class TooMuch(Exception):
    """More would have to be told apart."""


def brings(way: Way) -> bool:
    found = way.passage.recovered
    return found is not None and bool(found.high or found.missing)


class Burdens:
    """What of what we pay falls on others, from any cell on: exact where all odds are, else between bounds."""

    def __init__(self, of: Analysis) -> None:
        self.of = of
        self.ask: Evaluator = of.graph.root.road.ask
        self.edges = {edge.id: edge for edge in of.plan.edges()}
        self.made = {name for edge in self.edges.values() for name, _ in edge.effects}
        self.known: dict[object, Pair | None] = {}
        self.shares: dict[object, Pair] = {}
        self.most: int | None = None

    @cached_property
    def fees(self) -> frozenset[str]:
        """The fees of ours that the file lays on others, in some case."""
        ours = {one.fee for cell in self.of.cells.all for way in cell.ways for one in way.passage.paid if one.ours}
        parties = self.of.plan.parties
        return frozenset(
            name for name in ours
            if any(parties[bearer.party].owner != "we" for bearer in self.of.plan.fees[name].bearers)
        )  # fmt: skip

    @cached_property
    def told(self) -> bool:
        """Whether there is anything to say, and it can be said: not round a loop, nor where too much would be told apart."""
        if not self.fees or self.of.cells.circles:
            return False
        try:
            self.most = MOST
            self.behind(self.of.cells.root, (), (), None)
        except TooMuch:
            return False
        self.most = None
        return True

    @cached_property
    def followed(self) -> frozenset[str]:
        """The facts that ways make true, and that some bearer asks for."""
        assert self.of.graph.live is not None
        bearers = [self.of.plan.fees[fee].bearers for fee in sorted(self.fees)]
        reads = self.of.graph.live.reads(tuple(one for some in bearers for one in some))
        return frozenset(name for kind, name in reads if kind == "fact" and name in self.made)

    @cached_property
    def unclear(self) -> frozenset[str]:
        """The fees of which who bears them hangs on what is not followed: days, sums, papers, law that changes."""
        assert self.of.graph.live is not None
        found = set()
        for fee in self.fees:
            bearers = self.of.plan.fees[fee].bearers
            reads = self.of.graph.live.reads(bearers)
            parts = [bearer.part for bearer in bearers if bearer.part is not None]
            facts = {*self.of.plan.facts, *self.of.plan.rules, *self.of.plan.values, *self.of.plan.readings}
            if any(name not in facts for _, name in reads) or self.ask.turns_of(parts, [one.guard for one in bearers]):
                found.add(fee)
        return frozenset(found)

    # ── along the ways ──────────────────────────────────────────────────────────────────────────

    def after(self, told: Told, way: Way) -> Told:
        """What is true behind a way."""
        found = dict(told)
        answer = way.option.answer
        if answer is not None and answer.fact in self.followed:
            found[answer.fact] = answer.value if answer.value is not None else Unknown((answer.fact,))
        for edge, _ in way.passage.edges:
            for name, expr in self.edges[edge].effects:
                if name in self.followed:
                    plain = not any(True for _ in expr.names())
                    found[name] = self.ask.value(expr) if plain else Unknown((name,))
        return tuple(sorted(found.items()))

    def parts(self, told: Told, way: Way) -> Iterator[tuple[Part, bool]]:
        """The payments of ours on a way that somebody else may have to bear; whether they come back to us already."""
        for one in way.passage.paid:
            if one.ours and one.fee in self.fees and (one.sum.low or one.sum.high):
                yield self.part(told, one), one.sum.high < 0

    def part(self, told: Told, one: Paid) -> Part:
        fee = self.of.plan.fees[one.fee]
        base = tried(partial(self.asked(told).value, fee.base)) if fee.base is not None else None
        low, high = sorted((abs(one.sum.low), abs(one.sum.high)))
        return one.fee, low, high, None if isinstance(base, Refusal) else base

    def asked(self, told: Told) -> Evaluator:
        ask = self.ask
        for name, value in told:
            ask = ask.supposing(name, value)
        return ask

    def share(self, told: Told, part: Part) -> Pair:
        """What of a payment falls on others at an end of which so much is true."""
        key = (told, part)
        if key not in self.shares:
            self.shares[key] = self._share(told, part)
        return self.shares[key]

    def _share(self, told: Told, part: Part) -> Pair:
        name, least, most, base = part
        if name in self.unclear or least != most:
            return NONE, most
        amount = Money(decimal_of(most), self.of.plan.frame.currency)
        charge = Charge(name, amount, "", (), base, None, ())
        found = tried(lambda: bearings(self.of.plan.fees[name], charge, self.asked(told)))
        if isinstance(found, Refusal):
            return NONE, most
        low = high = NONE
        for one in found:
            known = ends_of(one.amount) if isinstance(one.amount, Money) else None
            if one.hangs_on or known is None:
                high = most
            elif one.party and self.of.plan.parties[one.party].owner != "we":
                low, high = low + known[0], high + known[1]
        return low, min(high, most)

    # ── what comes of it ────────────────────────────────────────────────────────────────────────

    def behind(self, cell: Cell, told: Told, paid: Paids, end: EndKey | None) -> Pair | None:
        """From a cell on, with what was paid before: the net and what others bear, under open odds at the least and most.

        With an end, what others bear there alone; None where it is not come to.
        """
        key = (cell, told, paid, end)
        if key not in self.known:
            if self.most is not None and len(self.known) > self.most:
                raise TooMuch
            pairs = [(way, self.on(told, paid, end, cell, way)) for way in self.of.allowed[cell]]
            self.known[key] = self._weighed(cell, [(way, pair) for way, pair in pairs if pair is not None], end)
        return self.known[key]

    def _weighed(self, cell: Cell, ways: list[tuple[Way, Pair]], end: EndKey | None) -> Pair | None:
        if not ways:
            return None
        lows, highs = [one[0] for _, one in ways], [one[1] for _, one in ways]
        if end is not None or cell.ours or (self.of.hostile and cell.theirs):
            return min(lows), max(highs)
        odds = [way.option.odds for way, _ in ways]
        return mean(spread_odds(odds, lows, "worst"), lows), mean(spread_odds(odds, highs, "best"), highs)

    def on(self, told: Told, paid: Paids, end: EndKey | None, cell: Cell, way: Way) -> Pair | None:
        """The same on one way."""
        then = self.after(told, way)
        paid = tuple(sorted((*paid, *self.parts(told, way)), key=repr))
        net = self.of.net(cell, way) if end is None else NONE
        if way.cell is not None:
            found = self.behind(way.cell, then, paid, end)
            return (net + found[0], net + found[1]) if found is not None else None
        assert way.end is not None
        if end is not None and (way.end.status, way.end.name) != end:
            return None
        low = high = net
        if end is not None or brings(way):
            worth = self.of.factor(way.day) if end is None else WHOLE
            for part, returned in paid:
                least, most = self.share(then, part)
                low, high = (
                    (low - most * worth, high - least * worth)
                    if returned
                    else (low + least * worth, high + most * worth)
                )
        return low, high

    @cached_property
    def met(self) -> dict[Cell, list[Told]]:
        """What can be true at each cell that the plan comes to."""
        found: dict[Cell, list[Told]] = {self.of.cells.root: [()]}
        ahead: list[tuple[Cell, Told]] = [(self.of.cells.root, ())]
        while ahead:
            cell, told = ahead.pop()
            for way in self.of.allowed[cell]:
                if way.cell is not None:
                    then = self.after(told, way)
                    if then not in found.setdefault(way.cell, []):
                        found[way.cell].append(then)
                        ahead.append((way.cell, then))
        return found

    def of_end(self, end: EndKey) -> Sum | None:
        """Of all that we pay on the ways to an end, from the least to the most."""
        found = self.behind(self.of.cells.root, (), (), end) if self.told else None
        return Sum(*found) if found is not None else None

    def of_way(self, cell: Cell, way: Way) -> Pair:
        """The net of a way, were what others are to bear of what we pay from there on to come back where something does."""
        found = [self.on(told, (), None, cell, way) or NOTHING for told in self.met.get(cell, [()])]
        return min(one[0] for one in found), max(one[1] for one in found)
