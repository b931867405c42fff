"""Plan and case → every way through, the odds and the law of each end, and what to do: the exact engine, end to end.

`paths_of` is the door. Its answer is frozen and says of each number whether it is exact or only bounded.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

from engine.calendar import Calendar
from engine.case import Case
from engine.exact.borne import Burdens
from engine.exact.bounds import Bounds, bounds_of
from engine.exact.cells import Cell, Cells, Way
from engine.exact.explore import End, Graph, Length, Sum
from engine.exact.listing import listed
from engine.exact.result import (
    Days,
    DayShare,
    EdgeLaw,
    EndLaw,
    Goal,
    Lengths,
    Odds,
    OpenOdds,
    PathEntry,
    Paths,
    StageLaw,
    Sums,
    odds_record,
)
from engine.exact.solve import YEAR, Rules, Side, Solution, ends_by, passes, reaches, solve
from engine.exact.solve import Goal as Worth
from engine.exact.spread import EndKey, Spread, mean, quantile, spread
from engine.exact.wording import option_text, party_of
from engine.records import Act, Plan
from engine.refusal import Refusal
from engine.simulate import case_used
from engine.trace import file_record
from engine.values import Money, decimal_of, show
from procedure_dsl.wording import phrase, say

if TYPE_CHECKING:
    from engine.exact.sheets import Sheets  # numpy is imported where there is something for it to do
    from engine.exact.strategy import Strategy

NONE, WHOLE = Fraction(0), Fraction(1)
MOST_LISTED = 100
ROUNDING = 1e-9  # of odds
MOST_EXACT = 2_000  # cells of which the law is told in fractions
LENGTHS: tuple[Length, ...] = ("least", "most")
MOST_SOLVED = 20_000  # ways times cells, of which each way's odds are bounded by solutions of their own
QUANTILES = Fraction(1, 10), Fraction(1, 2), Fraction(9, 10)
NEARLY = Fraction(999, 1000)
CENT = Decimal("0.01")


class Analysis:
    """One case on one graph, and what is asked of it; everything is found when it is asked for first."""

    def __init__(
        self, plan: Plan, case: Case, calendar: Calendar, goal: Goal = "net", hostile: bool = False, discount: Fraction = NONE,
        like: Analysis | None = None, start: int | None = None,
    ) -> None:  # fmt: skip
        """`like` is another case of the same plan; with `start`, the same case begun on another day."""
        self.plan, self.case, self.calendar = plan, case, calendar
        self.goal, self.hostile, self.discount = goal, hostile, discount
        again = like is not None and start is not None
        self.graph: Graph = like.graph if like is not None and again else self._graph(like)
        # with all lengths, where `graph` has the commonest
        self.every: Graph | None = like.every if like is not None and again else None
        try:
            self.cells = Cells(self.graph, start)
        except Refusal as refusal:
            if refusal.code != "too-many-states" or not self.graph.drawn:
                raise
            self.every, self.graph = self.graph, self._graph(like, draws=False)
            self.cells = Cells(self.graph, start)
        self.start = self.cells.start[0]
        # the day that money is as of
        self.since: int = like.since if like is not None and again else self.start

    def _graph(self, like: Analysis | None, draws: bool = True) -> Graph:
        return Graph(
            self.plan, self.case, self.calendar, live=like.graph.live if like is not None else None, draws=draws
        )

    @cached_property
    def targets(self) -> dict[str, str]:
        """Where each way leads to."""
        return {edge.id: edge.target for edge in self.plan.edges()}

    # ── goals ───────────────────────────────────────────────────────────────────────────────────

    def factor(self, day: int) -> Fraction:
        """What one unit of money on a day is worth on the first day."""
        return WHOLE / (1 + self.discount * (day - self.since) / YEAR) if self.discount else WHOLE

    def net(self, _: Cell, way: Way) -> Fraction:
        """What comes in less what we pay, each as of its day. A sum that nobody knows counts as nought."""
        recovered = way.passage.recovered
        if not self.discount:
            return recovered.low - way.cost.high if recovered is not None else -way.cost.high
        found = NONE
        for at, day in way.paid:
            found -= way.passage.paid[at].sum.high * self.factor(day)
        return found + recovered.low * self.factor(way.day) if recovered is not None else found

    @staticmethod
    def cheap(_: Cell, way: Way) -> Fraction:
        return -way.cost.high

    @staticmethod
    def fast(_: Cell, way: Way) -> Fraction:
        return Fraction(-way.lasts)

    @cached_property
    def worth(self) -> Worth:
        """The goal; what it leaves even is decided by the net, and then by the days. Each way is worked out once."""
        first: Worth = {"net": self.net, "cheapest": self.cheap, "fastest": self.fast}[self.goal]
        known: dict[Way, Fraction] = {}

        def worth(cell: Cell, way: Way) -> Fraction:
            if way not in known:
                known[way] = first(cell, way) * FINE**2 + self.net(cell, way) * FINE + self.fast(cell, way)
            return known[way]

        return worth

    # ── the plan ────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def careful(self) -> Solution:
        """The best that we can make sure of, however open odds fall."""
        return solve(self.cells, self.worth, Rules("best", "worst", self.hostile))

    @cached_property
    def hopeful(self) -> Solution:
        """The best that we can come to, if open odds fall well."""
        return solve(self.cells, self.worth, Rules("best", "best", self.hostile))

    @cached_property
    def choices(self) -> dict[Cell, Way]:
        """What we do at each of our decisions."""
        return {cell: self.careful.taken(cell) for cell in self.cells.all if cell.ours}

    @cached_property
    def allowed(self) -> dict[Cell, tuple[Way, ...]]:
        """The ways that can be taken: ours as planned, where there are odds to plan by; else all."""
        if not self.planned:
            return {cell: tuple(cell.ways) for cell in self.cells.all}
        return {cell: (self.decided[cell],) if cell in self.decided else tuple(cell.ways) for cell in self.cells.all}

    @cached_property
    def planned(self) -> bool:
        """Whether anything says how likely anything is: else no way of ours is better than another by its odds."""
        return self.hostile or any(
            way.option.odds != (NONE, WHOLE) for cell in self.cells.all for way in cell.ways if len(cell.ways) > 1
        )

    @cached_property
    def met(self) -> list[Cell]:
        """The cells that the plan can come to, the first ones first."""
        ahead, found = [self.cells.root], dict.fromkeys([self.cells.root])
        while ahead:
            for way in self.allowed[ahead.pop(0)]:
                if way.cell is not None and way.cell not in found:
                    found[way.cell] = None
                    ahead.append(way.cell)
        return list(found)

    @cached_property
    def definite(self) -> bool:
        """Whether every odds that the plan comes to are stated, and exact."""
        if self.every is not None and not all(map(self.strategy.is_definite, self.every.states.values())):
            return False
        return all(
            len(self.allowed[cell]) == 1
            or all(low == high for low, high in (way.option.odds for way in self.allowed[cell]))
            for cell in self.met
        )

    @cached_property
    def law(self) -> Spread | None:
        """In fractions where there is no loop, and few days; else in floats."""
        if not self.definite:
            return None
        if self.is_exact:
            return spread(self.cells, self.careful)
        from engine.exact.flow import Flow

        return Flow(self.sheets(self.careful)).law()

    @property
    def is_exact(self) -> bool:
        return self.every is None and not self.cells.circles and len(self.cells.all) <= MOST_EXACT

    def sheets(self, solution: Solution) -> Sheets:
        """All days of every state under what a solution does, or, with more days than cells can hold, under what is best on them."""
        from engine.exact.sheets import Followed, Sheets

        if self.every is None or not self.definite:
            return Sheets(self.graph, Followed(self.cells, solution), self.start)
        return Sheets(self.every, self.strategy, self.start)

    @property
    def strategy(self) -> Strategy:
        from engine.exact.strategy import Strategy

        return Strategy(self.goal, self.hostile, self.discount, self.since)

    @cached_property
    def decided(self) -> dict[Cell, Way]:
        """What is taken at each cell where somebody chooses: we, and a hostile debtor."""
        theirs = [cell for cell in self.cells.all if cell.theirs] if self.hostile else []
        return self.choices | {cell: self.careful.taken(cell) for cell in theirs}

    def bound(self, goal: Worth) -> tuple[Fraction, Fraction]:
        """The least and the most of a goal: under the plan, or, without one, whatever anybody does."""
        low, high = (self.solution(goal, most).value[self.cells.root] for most in (False, True))
        return low, high

    def solution(self, goal: Worth, most: bool, until: frozenset[str] = frozenset()) -> Solution:
        """The goal at every cell, with open odds falling for it (`most`) or against it; behind `until` nothing counts."""
        side: Side = "best" if most else "worst"
        plan = self.decided if self.planned else None
        return solve(self.cells, goal, Rules(side, side, plan=plan, until=until))

    # ── records ─────────────────────────────────────────────────────────────────────────────────

    def money(self, sum_: Sum) -> Sums:
        names = tuple(sorted(self.plan.label(fee).text() for fee in sum_.missing if fee))
        return Sums(
            least=plain(sum_.low), most=plain(sum_.high), currency=self.plan.frame.currency, not_known=names
        )  # fmt: skip

    def amount(self, amount: Fraction) -> str:
        """To the hundredth, for people."""
        return show(Money(decimal_of(amount), self.plan.frame.currency).rounded("half up", CENT))

    def between(self, pair: tuple[Fraction, Fraction]) -> str:
        """`4 618.42 to 4 858.97 EUR`."""
        return self.money(Sum(*pair)).words()

    def way_title(self, stage: str, label: str) -> str:
        """A way of a stage, or a right, by its label."""
        if label in self.plan.rights:
            return self.plan.rights[label].label.text()
        edge = next((one for one in self.plan.stages[stage].edges() if one.label.name == label), None)
        return edge.label.text() if edge is not None else label.replace("_", " ")

    def day(self, ordinal: int) -> date:
        return date.fromordinal(ordinal)

    @cached_property
    def bounds(self) -> dict[EndKey, Bounds]:
        found = bounds_of(self.cells, self.allowed)
        if self.law is not None and not self.is_exact:
            # of all lengths, not of the commonest alone; of a loop what only its later rounds come to
            wanted = self.law.ends if self.every is not None else self.law.ends.keys() - found.keys()
            found |= {key: self._met_by_law(key, found.get(key)) for key in wanted}
        return found

    def _met_by_law(self, key: EndKey, known: Bounds | None) -> Bounds:
        assert self.law is not None
        days, costs = zip(*self.law.ends[key], strict=True)
        cost = Sum(min(low for low, _ in costs), max(high for _, high in costs))
        met = Bounds(min(days), max(days), cost, frozenset(), self._recovered_at(key))
        return met if known is None else known.joined(met)

    def _recovered_at(self, key: EndKey) -> Sum | None:
        graph = self.every or self.graph
        passages = (one for state in graph.states.values() for some in state.passages.values() for one in some)
        for one in passages:
            if isinstance(one.target, End) and (one.target.status, one.target.name) == key:
                return one.recovered
        return None

    def ends(self, by: date | None) -> Iterator[EndLaw]:
        for key, found in sorted(self.bounds.items(), key=lambda one: one[0]):
            status, name = key
            odds = self.law_odds(key) or self.bound(reaches(name, status))
            if odds[1] == 0:
                continue
            yield EndLaw(
                end=name, status=status, title=self.title(status, name), because=self.because(key),  # type: ignore[arg-type]
                odds=odds_record(*odds), days=self.days(key, found), first_day=self.day(found.first),
                last_day=self.day(found.last), cost=self.cost(key, found),
                recovered=self.money(found.recovered) if found.recovered is not None else None,
                borne=self.borne(key, found), by=self.until(by, key),
            )  # fmt: skip

    @cached_property
    def burdens(self) -> Burdens:
        return Burdens(self)

    def borne(self, key: EndKey, found: Bounds) -> Sums | None:
        """Of what we pay on the ways to an end that brings something, what falls on others."""
        if found.recovered is None or not (found.recovered.high or found.recovered.missing):
            return None
        borne = self.burdens.of_end(key)
        return self.money(borne) if borne is not None else None

    def undecided(self) -> Iterator[str]:
        """Our decisions on a loop of which nothing is known: what comes round again has no worth of its own there."""
        cells = [
            cell for cell in self.met if cell.ours and len(cell.ways) > 1 and cell.state.number in self.cells.circles
        ]
        titles = (self.decision_title(cell) for cell in cells if not self.planned)
        yield from dict.fromkeys(titles)

    def decision_title(self, cell: Cell) -> str:
        """`Order or claim?`, `Hearing: asks for a stay?`."""
        choice, title = cell.state.choice, self.plan.label(cell.state.stage).text()
        if choice.kind != "right":
            return title
        return say("{stage}: {right}?", stage=title, right=self.plan.rights[choice.about].label.text())

    def not_followed(self) -> Iterator[str]:
        """That it is not told what of our fees others are to bear, where the file lays some on them."""
        if not self.burdens.fees or self.burdens.told:
            return
        fees = "; ".join(sorted(self.plan.label(fee).text() for fee in self.burdens.fees))
        words = phrase(
            "What others are to bear of our fees in the end is not told, for there are too many ways: {fees}."
        )
        if self.cells.circles:
            words = phrase(
                "What others are to bear of our fees in the end is not told, for the road goes in circles: {fees}."
            )
        yield say(words, fees=fees)

    def law_odds(self, key: EndKey) -> tuple[Fraction, Fraction] | None:
        """From the law; but where it is told in floats, and what is solved in fractions is the same, those."""
        if self.law is None:
            return None
        found = sum(self.law.ends.get(key, {}).values(), NONE)
        if self.every is None and not self.is_exact:
            solved = self.bound(reaches(key[1], key[0]))
            if abs(float(solved[0]) - float(found)) < ROUNDING:
                return solved  # no loop is another on later days
        return found, found

    def until(self, by: date | None, key: EndKey | None = None) -> Odds | None:
        """The odds of having ended by a day, at one end or any."""
        if by is None:
            return None
        if self.every is None or self.law is None:
            return odds_record(*self.bound(ends_by(by.toordinal(), key[1] if key else "")))
        found = sum((odds for day, odds in self.law.days(key).items() if day <= by.toordinal()), NONE)
        return odds_record(found, found)

    def because(self, key: EndKey) -> str:
        ends = (way.end for cell in self.met for way in cell.ways if way.end is not None)
        return next((end.because for end in ends if (end.status, end.name) == key), "")

    def title(self, status: str, name: str) -> str:
        title = self.plan.label(name).text()
        if status == "refused":  # it does not fit what is told, or the calendar ends: why is said beside it
            return say("cannot be gone on with: {stage}", stage=title)
        return title if status == "ended" else say("stops at {stage}", stage=title)

    def days(self, key: EndKey | None, found: Bounds) -> Days:
        law = self.law.days(key) if self.law is not None else {}
        extra: dict[str, float] = {}
        if law:
            names = ("tenth", "median", "ninetieth")
            extra = {name: quantile(law, share) - self.start for name, share in zip(names, QUANTILES, strict=True)}
            extra["expected"] = float(mean(law) - self.start)
        last = found.last
        if law and found.more:  # a loop has no last day: but one in a thousand is over by then
            last = max(last, quantile(law, NEARLY))
        return Days(
            least=found.first - self.start, most=last - self.start, more=found.more,
            not_stated=tuple(sorted(found.silent)), **extra,  # type: ignore[arg-type]
        )  # fmt: skip

    def cost(self, key: EndKey | None, found: Bounds) -> Sums:
        """Of a fee that is known only between bounds the least is told by the law."""
        sums = self.money(found.cost)
        law: dict[Fraction, Fraction] = {}
        for end, days in self.law.ends.items() if self.law is not None else ():
            for (_, (paid, _)), odds in days.items() if key in (None, end) else ():
                law[paid] = law.get(paid, NONE) + odds
        if not law:
            return sums
        tenth, median, ninetieth = (plain(quantile(law, share)) for share in QUANTILES)
        told = {"expected": plain(mean(law)), "tenth": tenth, "median": median, "ninetieth": ninetieth}
        return sums.model_copy(update=told)

    def whole(self, by: date | None) -> EndLaw:
        every = list(self.bounds.values())
        found = every[0]
        for one in every[1:]:
            found = found.joined(one)
        return EndLaw(
            end="", status="all", title=say("All ends"), odds=odds_record(WHOLE, WHOLE), days=self.days(None, found),
            first_day=self.day(found.first), last_day=self.day(found.last), cost=self.cost(None, found),
            recovered=None, by=self.until(by),
        )  # fmt: skip

    def open(self) -> Iterator[OpenOdds]:
        """Where others decide, and nothing says how."""
        told: dict[tuple[str, ...], OpenOdds] = {}
        for cell in self.met:
            choice = cell.state.choice
            if choice.owner == "we" or len(cell.ways) < 2 or (self.hostile and cell.theirs):
                continue
            if any(way.option.odds != (NONE, WHOLE) for way in cell.ways):
                continue
            what = choice.about if choice.kind in ("right", "fact") else ""
            options = [option_text(self, cell, way) for way in cell.ways]
            place = self.plan.label(choice.stage).text()
            key = (what or choice.stage, choice.kind, choice.owner, *(options if choice.kind == "fact" else ()))
            known = told.get(key)
            if known is None:
                told[key] = OpenOdds(
                    stage=choice.stage, title=self.plan.label(what).text() if what else place, owner=choice.owner,
                    options=tuple(options), kind=choice.kind, party=party_of(self, cell), places=(place,),
                )  # fmt: skip
                continue
            joined = {  # where some ways are closed, the others are not another question
                "places": tuple(dict.fromkeys((*known.places, place))),
                "options": tuple(dict.fromkeys((*known.options, *options))),
            }
            told[key] = known.model_copy(update=joined)
        yield from told.values()

    def ever(self, *edges: str) -> tuple[Fraction, Fraction]:
        """The odds of taking one of these ways of the plan at all, however often."""
        some = frozenset(edges)
        low, high = (self.solution(passes(some), most, some).value[self.cells.root] for most in (False, True))
        return low, high

    @cached_property
    def again(self) -> frozenset[str]:
        """The stages that a case can leave more than once, by whichever way."""
        found: set[str] = set()
        ahead: dict[Cell, frozenset[str]] = {}
        met = set(self.met)
        for group in self.cells.groups:
            grown = True
            while grown:
                grown = False
                for cell in met.intersection(group):
                    left = ahead.get(cell, frozenset())
                    for way in self.allowed[cell]:
                        passed = [self.left[edge] for edge, _ in way.passage.edges]
                        behind = ahead.get(way.cell, frozenset()) if way.cell is not None else frozenset()
                        found |= {stage for at, stage in enumerate(passed) if stage in behind or stage in passed[:at]}
                        left |= behind.union(passed)
                    grown |= left != ahead.get(cell)
                    ahead[cell] = left
        return frozenset(found)

    @cached_property
    def left(self) -> dict[str, str]:
        """The stage that each way leaves."""
        return {edge.id: edge.stage for edge in self.plan.edges()}

    def edges(self) -> Iterator[EdgeLaw]:
        if self.law is None:
            taken = {edge for cell in self.met for way in self.allowed[cell] for edge, _ in way.passage.edges}
            first = {edge for way in self.cells.root.ways for edge, _ in way.passage.edges}
            costly = not self.planned or len(taken) * len(self.cells.all) > MOST_SOLVED
            for edge in (one.id for one in self.plan.edges() if one.id in taken):
                low, high = (WHOLE if edge in first else NONE, WHOLE) if costly else self.ever(edge)
                yield EdgeLaw(edge=edge, odds=odds_record(low, high))
            return
        for edge, law in self.law.edges.items():
            times = sum(law.values(), NONE)
            odds = self.ever(edge) if self.left[edge] in self.again else (times, times)
            yield EdgeLaw(
                edge=edge, odds=odds_record(*odds), times=float(times), median_day=quantile(law, Fraction(1, 2)) - self.start,
            )  # fmt: skip

    def stages(self) -> Iterator[StageLaw]:
        if self.law is None:
            return
        stages: dict[str, dict[int, Fraction]] = {}
        for edge in self.plan.edges():
            for days, odds in self.law.lasts.get(edge.id, {}).items():
                law = stages.setdefault(edge.stage, {})
                law[days] = law.get(days, NONE) + odds
        for stage, law in stages.items():
            times = sum(law.values(), NONE)
            out = [edge for edge in self.law.edges if self.left[edge] == stage]
            whole = self.ever(*out) if stage in self.again else (times, times)
            yield StageLaw(
                stage=stage, odds=odds_record(*whole), median_days=quantile(law, Fraction(1, 2)),
                expected_days=float(mean(law)),
            )  # fmt: skip

    def shares(self) -> Iterator[DayShare]:
        if self.law is None:
            return
        for (_, name), law in self.law.ends.items():
            days: dict[int, Fraction] = {}
            for (day, _), odds in law.items():
                days[day] = days.get(day, NONE) + odds
            yield from (DayShare(day=self.day(day), end=name, odds=float(odds)) for day, odds in sorted(days.items()))

    def lengths(self) -> Lengths | None:
        """The same ways with every length at its least and at its most, where practice only bounds them."""
        used = [
            practice
            for name, practice in self.plan.practice.items()
            if not self.case.practice or name in self.case.practice
        ]
        if (
            self.every is not None
            or not self.case.paced
            or not any(pace.least != pace.most for one in used for pace in one.paces if not pace.counted)
        ):
            return None
        pairs = []
        for take in LENGTHS:
            graph = Graph(self.plan, self.case, self.calendar, take, self.graph.live)
            try:
                cells = Cells(graph)
            except Refusal:
                return None  # with other lengths there are too many days: then nothing is said of them
            found = bounds_of(cells, {cell: tuple(cell.ways) for cell in cells.all}).values()
            pairs.append((min(one.first for one in found) - self.start, max(one.last for one in found) - self.start))
        return Lengths(least=pairs[0], most=pairs[1])

    def paths(self) -> tuple[tuple[PathEntry, ...], bool, Odds | None]:
        return listed(self, MOST_LISTED)


FINE = Fraction(10**12)


def plain(number: Fraction) -> str:
    """An amount as data: `1125.00`; to the hundredth where it is an expectation."""
    found = decimal_of(Fraction(number).limit_denominator(10**12))
    return str(Money(found, "").rounded("half up", Decimal("0.01")).amount)


def left_out(of: Analysis) -> Iterator[str]:
    """What too many ways have made it leave aside, and what that does to the odds."""
    graph = of.graph
    if graph.leaves_rights:
        chosen = {way for ways in graph.case.choices.values() for way in ways}
        told = {name.removeprefix("use of ") for name in graph.case.events}
        rights = [right.label.text() for name, right in graph.plan.rights.items() if name not in chosen | told]
        yield say(
            "There are too many ways: rights that may be used at any time are left aside ({rights}). Nobody uses them here, whatever a practice says of them; choose them with --choose.",
            rights="; ".join(dict.fromkeys(rights)),
        )
    if graph.rounds:
        yield say(
            "There are too many ways: a way that may be taken any number of times is taken once at most. From then on its odds fall to the other ways there, in proportion; where there is no other, the case stops. So odds, days and fees are those of cases that are cut short like that, not of all."
        )
    if of.every is not None:
        yield say(
            "There are too many days to list: the ways, the advice and what would change it are told with the commonest of each length; the odds, days and fees of the ends are of all lengths."
        )


def paths_of(
    plan: Plan, case: Case, calendar: Calendar, *, goal: Goal = "net", hostile: bool = False, discount: Fraction = NONE,
    by: date | None = None, what_if: bool = False,
) -> Paths:  # fmt: skip
    """Every way through a case: Refusal where it cannot be computed as it stands.

    `discount` is a share a year. Without practice in the case no odds are known, and the answer is bounds. With `what_if`
    it says, too, which readings and which told facts would change the advice.
    """
    from engine.exact.advice import advice_of
    from engine.exact.matters import matters_of

    found = Analysis(plan, case, calendar, goal, hostile, discount)
    entries, complete, others = found.paths()
    road = found.graph.root.road
    notes = (
        remark.text()
        for name in case.practice
        for remark in plan.practice[name].remarks
        if road.ask.guard(remark.guard).value
    )
    return Paths(
        file=file_record(plan), case=case_used(plan, case), as_of=case.begins(), practice=case.practice,
        pace="practice" if case.paced else "law", goal=goal, hostile=hostile, discount=str(discount * 100),
        lengths=found.lengths(), planned=found.planned, definite=found.definite, states=len(found.graph.states), notes=(*notes, *left_out(found), *found.not_followed()), whole=found.whole(by),
        ends=tuple(found.ends(by)), open=tuple(found.open()), advice=advice_of(found), undecided=tuple(found.undecided()),
        matters=tuple(matters_of(found, what_if)), paths=entries, complete=complete, others=others, law=tuple(found.shares()),
        rest=float(found.law.rest) if found.law else 0.0, edges=tuple(found.edges()), stages=tuple(found.stages()),
    )  # fmt: skip


def left_open(plan: Plan, case: Case, kept: Collection[str] = ()) -> list[tuple[Case, str]]:
    """The case with its choices left open but for those at the stages `kept`, and a note; where that gives too many ways,
    with those of others, then all, kept."""
    ours = {
        name
        for name, stage in plan.stages.items()
        if any(isinstance(move, Act) and move.owner == "we" and (move.ways or move.missed) for move in stage.moves)
    }
    typed = {stage: labels for stage, labels in case.choices.items() if stage in kept}
    others = {
        stage: labels for stage, labels in case.choices.items() if stage.partition(" for ")[0] not in ours
    } | typed
    tries = [(replace(case, choices=typed), "")]
    if len(others) > len(typed):
        note = say(
            "There are too many ways: others decide as in the scenario, and how likely that is nobody counts here; what we decide is left open."
        )
        tries.append((replace(case, choices=others), note))
    if len(others) < len(case.choices):
        note = say(
            "There are too many ways: everybody decides as in the scenario, and how likely that is nobody counts here."
        )
        tries.append((case, note))
    return tries


def first_answer(tries: Sequence[tuple[Case, str]], answer: Callable[[Case], Paths]) -> Paths:
    """The answer to the first of some cases that has not too many ways, with its note; else the last one's Refusal."""
    for case, note in tries[:-1]:
        try:
            found = answer(case)
        except Refusal as refusal:
            if refusal.code != "too-many-states":
                raise
            continue
        return found.model_copy(update={"notes": (note, *found.notes)}) if note else found
    case, note = tries[-1]
    found = answer(case)
    return found.model_copy(update={"notes": (note, *found.notes)}) if note else found
