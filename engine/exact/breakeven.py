"""Where the advice turns: on which odds one option of ours is just worth the other, and what it costs to try the cheap one first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from engine.exact.cells import Cell, Way
from engine.exact.solve import Rules, solve, worth
from engine.values import Money, decimal_of, show
from procedure_dsl.wording import say, say_figure

if TYPE_CHECKING:
    from engine.exact.analyse import Analysis

NONE, WHOLE = Fraction(0), Fraction(1)
HALVINGS = 30


def share(number: Fraction) -> str:
    """`72 %`, `41.2 %`."""
    return say_figure(f"{float(round(number * 100, 1)):g}") + " %"


@dataclass(frozen=True, slots=True)
class Turn:
    """The odds at which two options are worth the same. `stated` is what practice says; `below`: the advice holds below them."""

    stage: str
    option: str
    at: Fraction
    stated: Fraction | None
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


def turning(of: Analysis, turns: Turns, cell: Cell, taken: Way) -> tuple[str, ...]:
    """`better while “gives reasons” at Does the debtor answer? is below 41 % (15 % stated)`."""
    found = []
    for turn in turns.of_cell(cell, taken):
        option = next(
            of.option_text(other, way) for other in of.met for way in other.ways
            if other.state.stage == turn.stage and way.option.label == turn.option
        )  # fmt: skip
        values = {
            "option": option, "stage": of.plan.label(turn.stage).text(), "odds": share(turn.at), "stated": share(turn.stated or NONE),
        }  # fmt: skip
        if turn.below:
            found.append(say("better while “{option}” ({stage}) is below {odds}; stated are {stated}", **values))
        else:
            found.append(say("better while “{option}” ({stage}) is above {odds}; stated are {stated}", **values))
    return tuple(found)


# ── The cheap way first ─────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Part:
    """What the ways of one kind cost from a cell on, and on which days they come to the detour's end."""

    low: Fraction
    high: Fraction
    first: int
    last: int

    def joined(self, other: Part | None) -> Part:
        if other is None:
            return self
        return Part(
            min(self.low, other.low),
            max(self.high, other.high),
            min(self.first, other.first),
            max(self.last, other.last),
        )


def on_fees(of: Analysis, cell: Cell) -> Iterator[str]:
    """Of two options, one that may lead to the other's road all the same: when the detour pays, by its fees alone."""
    if len(cell.ways) != 2 or cell.state.choice.kind != "way" or cell.state.number in of.cells.circles:
        return
    for first, second in (cell.ways, cell.ways[::-1]):
        road = second.option.edge.target if second.option.edge is not None else ""
        if not road or road in of.plan.ends:
            continue
        alone, again = _parts(of, first, road)
        sure = _whole(of, second)
        if (
            alone is None
            or again is None
            or sure is None
            or not (alone.low == alone.high and again.low == again.high and sure.low == sure.high)
        ):
            continue
        cheap, dear, plain = alone.low, again.low, sure.low
        if not cheap < plain < dear:
            continue
        even = (plain - cheap) / (dear - cheap)
        days = again.last - cell.day
        values = {
            "first": of.option_text(cell, first), "second": of.option_text(cell, second), "cheap": _money(of, cheap),
            "dear": _money(of, dear), "plain": _money(of, plain), "stage": of.plan.label(road).text(), "odds": share(even),
            "days": days,
        }  # fmt: skip
        yield say(
            "On fees alone: {first} costs {cheap}, and {dear} where it comes to “{stage}” all the same, and up to {days} days; "
            "{second} costs {plain} for certain. The former is better while that is less likely than {odds}, and less than that once the days are priced.",
            **values,
        )


def _money(of: Analysis, amount: Fraction) -> str:
    return show(Money(decimal_of(amount), of.plan.frame.currency))


def _parts(of: Analysis, way: Way, road: str) -> tuple[Part | None, Part | None]:
    """The ways that never come to a stage, and those that do, with the day on which they do."""
    known: dict[Cell, tuple[Part | None, Part | None] | None] = {}

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
        found = known[cell]
        assert found is not None
        return found

    def passed(one: Way) -> tuple[Part | None, Part | None]:
        cost = one.cost
        if cost.missing:
            return Part(NONE, WHOLE, 0, 0), None  # no fee alone tells anything
        at = next((one.step.own[place] for edge, place in one.passage.edges if of.targets[edge] == road), None)
        if one.cell is None:
            here = Part(cost.low, cost.high, at or one.day, at or one.day)
            return (None, here) if at is not None else (here, None)
        less, more = behind(one.cell)
        if at is not None:
            every = [part for part in (less, more) if part is not None]
            if not every:
                return None, None
            whole = every[0].joined(every[-1])
            return None, Part(whole.low + cost.low, whole.high + cost.high, at, at)
        return (
            less and Part(less.low + cost.low, less.high + cost.high, less.first, less.last),
            more and Part(more.low + cost.low, more.high + cost.high, more.first, more.last),
        )

    return passed(way)


def _whole(of: Analysis, way: Way) -> Part | None:
    less, more = _parts(of, way, "")
    return less if less is not None else more
