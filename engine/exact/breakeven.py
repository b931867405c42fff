"""Where the advice turns: on which odds one option of ours is just worth the other, and what it costs to try the cheap one first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, floor
from typing import TYPE_CHECKING

from engine.exact.cells import Cell, Way
from engine.exact.result import Detour, OddsTurn
from engine.exact.solve import YEAR, Rules, solve, worth
from engine.exact.wording import option_text, party_of, place_of, quoted
from engine.values import Money, decimal_of, show
from procedure_dsl.wording import say, say_figure

if TYPE_CHECKING:
    from engine.exact.analyse import Analysis

NONE, WHOLE = Fraction(0), Fraction(1)
HALVINGS = 30
SURE = Fraction(1, 10**7)  # what a turn that was looked for may be out by


def share(number: Fraction) -> str:
    """`72 %`, `41.2 %`."""
    return say_figure(f"{float(round(number * 100, 1)):g}") + " %"


@dataclass(frozen=True, slots=True)
class Turn:
    """The odds at which two options are worth the same. `stated` is what practice says; `below`: the advice holds below them."""

    stage: str
    option: str
    at: Fraction
    stated: Fraction
    below: bool


class Turns:
    """For every odds that practice states, the difference between two options of ours with other odds in its place.

    In floats, where there is no loop: a turn is told to a tenth of a per cent.
    """

    def __init__(self, of: Analysis) -> None:
        self.of = of
        self.known: dict[tuple[str, str, Fraction], dict[Cell, list[Fraction]]] = {}
        self.ours = [cell for cell in of.met if cell.ours and len(cell.ways) == 2]
        worth = of.net if of.goal == "net" else of.worth
        if of.cells.circles:
            self.goal = worth
        else:
            table = {way: float(worth(cell, way)) for cell in of.cells.all for way in cell.ways}
            self.goal = lambda _, way: table[way]  # type: ignore[assignment,return-value]

    def worths(self, stage: str, option: str, odds: Fraction) -> dict[Cell, list[Fraction]]:
        key = (stage, option, odds)
        if key not in self.known:
            rules = Rules("best", "worst", self.of.hostile, instead=key)
            found = solve(self.of.cells, self.goal, rules)
            self.known[key] = {cell: [worth(found, self.goal, cell, way) for way in cell.ways] for cell in self.ours}
        return self.known[key]

    def ahead(self, cell: Cell, taken: Way, stage: str, option: str, odds: Fraction) -> Fraction:
        """By how much the advised option is ahead of the other."""
        one, other = self.worths(stage, option, odds)[cell]
        return one - other if cell.ways[0] is taken else other - one

    def of_cell(self, cell: Cell, taken: Way) -> Iterator[Turn]:
        """Each odds on which the advice at a cell turns somewhere."""
        for stage, option, stated in self.stated():
            low, high = (self.ahead(cell, taken, stage, option, odds) for odds in (NONE, WHOLE))
            if (low < 0) == (high < 0) or not low or not high:
                continue
            at = self.root(cell, taken, stage, option, low, high)
            yield Turn(stage, option, at, stated, below=low > 0)

    def stated(self) -> Iterator[tuple[str, str, Fraction]]:
        seen = set()
        for cell in self.of.met:
            choice = cell.state.choice
            if choice.owner in ("we", "practice", "not told") or len(cell.ways) < 2:
                continue
            for way in cell.ways:
                low, high = way.option.odds
                key = (choice.stage, way.option.label)
                if low == high and key not in seen and len({one.option.label for one in cell.ways}) == len(cell.ways):
                    seen.add(key)
                    yield (*key, low)

    def root(self, cell: Cell, taken: Way, stage: str, option: str, low: Fraction, high: Fraction) -> Fraction:
        """Where the difference is nought: exactly where it moves evenly, else to a billionth."""
        guess = Fraction(low / (low - high)).limit_denominator(10**9)
        if abs(self.ahead(cell, taken, stage, option, guess)) <= (abs(low) + abs(high)) / 10**8:
            return guess  # it moves evenly
        left, right = NONE, WHOLE
        for _ in range(HALVINGS):
            middle = (left + right) / 2
            if (self.ahead(cell, taken, stage, option, middle) < 0) == (low < 0):
                left = middle
            else:
                right = middle
        return (left + right) / 2


def turning(of: Analysis, turns: Turns, cells: Sequence[Cell]) -> Iterator[OddsTurn]:
    """Where the advice at some cells, which is the same at each, turns: at the first odds at which it does at one of them.

    Of a decision with two ways the odds of the one say all: those of the other are what is left.
    """
    found: dict[tuple[str, str, bool], Turn] = {}
    for cell in cells:
        for turn in turns.of_cell(cell, of.choices[cell]):
            key = (turn.stage, turn.option, turn.below)
            known = found.get(key)
            if known is None or (turn.at < known.at if turn.below else turn.at > known.at):
                found[key] = turn
    told = set()
    for turn in found.values():
        there, way = next(
            (one, way) for one in of.met for way in one.ways
            if one.state.stage == turn.stage and way.option.label == turn.option
        )  # fmt: skip
        if len(there.ways) == 2 and turn.stage in told:
            continue
        told.add(turn.stage)
        edge = SURE if turn.below else -SURE
        at = Fraction((floor if turn.below else ceil)((turn.at + edge) * 1000), 1000)
        option, place, party = option_text(of, there, way), place_of(of, there), party_of(of, there)
        who = ", ".join(filter(None, (party, quoted(place))))
        values = {"option": quoted(option), "who": who, "odds": share(at), "stated": share(turn.stated)}
        words = say("holds while {option} ({who}) is below {odds}; counted with: {stated}", **values)
        if not turn.below:
            words = say("holds while {option} ({who}) is above {odds}; counted with: {stated}", **values)
        yield OddsTurn(
            stage=turn.stage, option=turn.option, below=turn.below, at=float(turn.at), stated=float(turn.stated), text=words
        )  # fmt: skip


# ── The cheap way first ─────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Part:
    """What the ways of one kind cost from a cell on, and on which days they come to the detour's end.

    Of a way on which a fee is of no known amount only the names of such fees are kept.
    """

    low: Fraction = NONE
    high: Fraction = NONE
    first: int = 0
    last: int = 0
    missing: frozenset[str] = frozenset()
    known: bool = True
    silent: frozenset[str] = frozenset()  # lengths that nobody states, on the way to the detour's end

    def joined(self, other: Part | None) -> Part:
        if other is None:
            return self
        missing, silent = self.missing | other.missing, self.silent | other.silent
        if not self.known or not other.known:
            return replace(self if self.known else other, missing=missing)
        return Part(
            min(self.low, other.low), max(self.high, other.high), min(self.first, other.first),
            max(self.last, other.last), missing, silent=silent,
        )  # fmt: skip

    def behind(self, way: Way, at: int | None = None) -> Part:
        """With a way before it, which comes to the detour's end on the day `at`."""
        cost, silent = way.cost, way.passage.silent
        if cost.missing:
            return Part(missing=self.missing | cost.missing, known=False)
        low, high = self.low + cost.low, self.high + cost.high
        if at is not None:
            return replace(self, low=low, high=high, first=at, last=at, silent=silent)
        return replace(self, low=low, high=high, silent=self.silent | silent)

    @property
    def sure(self) -> bool:
        """Whether it is one amount, as far as it is known."""
        return self.known and self.low == self.high


@dataclass(frozen=True, slots=True)
class Tried:
    """The cheap option first: what it costs alone, what where it comes to the other's road all the same, and how late."""

    first: Way
    second: Way
    road: str
    cheap: Fraction
    dear: Fraction
    plain: Fraction
    days: int
    at_stake: Fraction  # what comes in at best on the road of the other; nought where nothing is known of it
    missing: frozenset[str]
    silent: frozenset[str]

    @property
    def even(self) -> Fraction:
        return (self.plain - self.cheap) / (self.dear - self.cheap)

    def priced(self, discount: Fraction) -> Fraction:
        """The same with what comes in on the other's road later by so many days, at so much a year."""
        late = WHOLE - WHOLE / (1 + discount * self.days / YEAR)
        return (self.plain - self.cheap) / (self.dear - self.cheap + self.at_stake * late)


def on_fees(of: Analysis, cells: Sequence[Cell]) -> Iterator[Detour]:
    """Of two options, one that may lead to the other's road all the same: when the detour pays, by its fees alone.

    Cells at which the same money is at stake are told once, with the most days.
    """
    found: dict[tuple[object, ...], tuple[Cell, Tried]] = {}
    for cell in cells:
        for one in _detours(of, cell):
            key = (one.road, one.cheap, one.dear, one.plain, one.missing)
            if key not in found or found[key][1].days < one.days:
                found[key] = cell, one
    for cell, one in found.values():
        first, second = (quoted(option_text(of, cell, way)) for way in (one.first, one.second))
        text = say(
            "On fees alone: {first} costs {cheap}, and {dear} where it comes to {stage} all the same, up to {days} days later; "
            "{second} costs {plain} for certain. The former is better while that is less likely than {odds}, and less than that once the days are priced.",
            first=first, second=second, cheap=_money(of, one.cheap), dear=_money(of, one.dear), plain=_money(of, one.plain),
            stage=quoted(of.plan.label(one.road).text()), odds=share(one.even),
            days=f"{one.days}{'+' if one.silent else ''}",
        )  # fmt: skip
        priced = None
        if of.discount and one.at_stake:
            priced = one.priced(of.discount)
            more = say(
                "With the days priced, at {discount} a year on {amount} that come in so much later: {odds}.",
                discount=share(of.discount), amount=_money(of, one.at_stake), odds=share(priced),
            )  # fmt: skip
            text = f"{text} {more}"
        if one.missing:
            fees = ", ".join(sorted(of.plan.label(fee).text() for fee in one.missing))
            text = f"{text} " + say("Left aside are ways on which a fee is of no known amount: {fees}.", fees=fees)
        yield Detour(
            first=one.first.option.label, second=one.second.option.label, stage=one.road, alone=_plain(one.cheap),
            both=_plain(one.dear), second_alone=_plain(one.plain), days=one.days, at=float(one.even),
            at_priced=None if priced is None else float(priced),
            not_known=tuple(sorted(of.plan.label(fee).text() for fee in one.missing)), text=text,
        )  # fmt: skip


def _detours(of: Analysis, cell: Cell) -> Iterator[Tried]:
    if len(cell.ways) != 2 or cell.state.choice.kind != "way" or cell.state.number in of.cells.circles:
        return
    for first, second in (cell.ways, cell.ways[::-1]):
        road = second.option.edge.target if second.option.edge is not None else ""
        if not road or road in of.plan.ends:
            continue
        alone, again = _parts(of, first, road)
        sure = _whole(of, second)
        if alone is None or again is None or sure is None or not (alone.sure and again.sure and sure.sure):
            continue
        if alone.low < sure.low < again.low:
            missing = alone.missing | again.missing | sure.missing
            late = again.last - cell.day
            yield Tried(
                first, second, road, alone.low, again.low, sure.low, late, _at_stake(of, second), missing, again.silent
            )


def _at_stake(of: Analysis, way: Way) -> Fraction:
    """The most that an end behind a way brings, as a net value counts it."""
    found, ahead, seen = NONE, [way], {way}
    while ahead:
        one = ahead.pop()
        if one.passage.recovered is not None:
            found = max(found, one.passage.recovered.low)
        for other in of.allowed[one.cell] if one.cell is not None else ():
            if other not in seen:
                seen.add(other)
                ahead.append(other)
    return found


def _money(of: Analysis, amount: Fraction) -> str:
    return show(Money(decimal_of(amount), of.plan.frame.currency))


def _plain(amount: Fraction) -> str:
    return str(decimal_of(amount))


def _parts(of: Analysis, way: Way, road: str) -> tuple[Part | None, Part | None]:
    """The ways that never come to a stage, and those that do, with the day on which they do."""
    known: dict[Cell, tuple[Part | None, Part | None]] = {}

    def behind(cell: Cell) -> tuple[Part | None, Part | None]:
        if cell not in known:
            known[cell] = (None, None)
            alone: Part | None = None
            again: Part | None = None
            for one in of.allowed[cell]:
                less, more = passed(one)
                alone = less.joined(alone) if less is not None else alone
                again = more.joined(again) if more is not None else again
            known[cell] = (alone, again)
        return known[cell]

    def passed(one: Way) -> tuple[Part | None, Part | None]:
        at = next((one.step.own[place] for edge, place in one.passage.edges if of.targets[edge] == road), None)
        if one.cell is None:
            day = one.day if at is None else at
            here = Part(first=day, last=day).behind(one)
            return (None, here) if at is not None else (here, None)
        less, more = behind(one.cell)
        if at is not None:
            every = [part for part in (less, more) if part is not None]
            return None, every[0].joined(every[-1]).behind(one, at) if every else None
        return less and less.behind(one), more and more.behind(one)

    return passed(way)


def _whole(of: Analysis, way: Way) -> Part | None:
    """All ways behind one together."""
    less, more = _parts(of, way, "")
    return less if less is not None else more
