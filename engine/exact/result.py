"""What `proc paths` answers: frozen, versioned, with a JSON Schema. Units: money of the file, days of the calendar, odds 0 to 1.

Odds are exact fractions; those that nobody states leave bounds, never a number in between. `EdgeLaw`, `StageLaw` and
`DayShare` are what a picture needs: how wide an arrow is, how warm a stage, how the end date is spread.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from engine.trace import CaseUsed, FileUsed, Record, SourceRef
from engine.values import Money, figure, show
from procedure_dsl.wording import say, say_figure

FORMAT_VERSION = 1
Goal = Literal["net", "cheapest", "fastest"]


class Odds(Record):
    """From the least to the most; `exact` is the fraction itself, "" where there are only bounds, or floats."""

    least: float
    most: float
    exact: str = ""

    def words(self) -> str:
        """`12.3 %`, `4 to 20 %`."""
        low, high = percent(self.least), percent(self.most)
        return f"{high} %" if low == high else say("{low} to {high}", low=low, high=f"{high} %")


class Sums(Record):
    """Money: the least and the most, what is expected, and the fees whose amount nobody knows.

    Quantiles only where all odds are stated: in so many of a hundred cases it is no more.
    """

    least: str
    most: str
    expected: str | None = None
    tenth: str | None = None
    median: str | None = None
    ninetieth: str | None = None
    currency: str
    not_known: tuple[str, ...] = ()

    def words(self) -> str:
        """`46.00 to 736.00 EUR, 180.22 expected`."""
        low, high = (Money(Decimal(amount), self.currency) for amount in (self.least, self.most))
        names = ", ".join(self.not_known)
        if self.not_known and not high.amount and not low.amount:
            return say("not known ({fees})", fees=names)
        first = say_figure(figure(low.amount))
        words = show(high) if low == high else say("{low} to {high}", low=first, high=show(high))
        if self.expected is not None and low != high:
            words += say(", {amount} expected", amount=say_figure(figure(Decimal(self.expected))))
        return words + (say(" + not known ({fees})", fees=names) if names else "")


class Days(Record):
    """Days from the start. Quantiles only where all odds are stated; `more` where a loop has no bound: then all but one in a thousand take `most`."""

    least: int
    most: int
    more: bool = False
    expected: float | None = None
    tenth: int | None = None
    median: int | None = None
    ninetieth: int | None = None
    not_stated: tuple[str, ...] = ()  # lengths that nobody states, on top

    def words(self) -> str:
        """`42 to 210, half by 77`: of what is known the middle, of what is not the ends; `+` where lengths come on top."""
        more = "+" if self.not_stated or self.more else ""
        if self.least == self.most:
            return f"{self.least}{more}"
        if self.median is None:
            return say("{low} to {high}", low=self.least, high=f"{self.most}{more}")
        return say("{low} to {high}, half by {middle}", low=self.least, high=f"{self.most}{more}", middle=self.median)


class EndLaw(Record):
    """One end of the case, or all of them together (`end` is "")."""

    end: str
    status: Literal["ended", "blocked", "refused", "all"]
    title: str
    because: str = ""
    odds: Odds
    days: Days | None
    first_day: date | None
    last_day: date | None
    cost: Sums
    recovered: Sums | None
    borne: Sums | None = (
        None  # of what we pay on the ways to it, what falls on others in the end; None where nothing can
    )
    by: Odds | None = None  # the odds of having ended so by the day that was asked for


class Taken(Record):
    """One decision on a path."""

    stage: str
    title: str
    option: str
    text: str
    owner: str
    kind: str  # way, keep, may, right, length or fact
    odds: Odds
    party: str = ""  # the title of whoever decides, where it is a party


class PathEntry(Record):
    """One way through, with its conditions, odds, last day and cost; ways that differ in lengths alone are one."""

    decisions: tuple[Taken, ...]
    end: str
    title: str
    odds: Odds
    first_day: date
    last_day: date
    days: tuple[int, int]
    not_stated: tuple[str, ...] = ()
    cost: Sums
    recovered: Sums | None
    rounds: bool = False  # it goes round a loop, which may be gone round more often


class OpenOdds(Record):
    """A decision of others on which no odds are stated; the same one at several stages is one."""

    stage: str
    title: str  # of the stage; of a right or a fact its own
    owner: str
    options: tuple[str, ...]
    kind: str = "way"  # way, keep, may, right, length or fact
    party: str = ""  # the title of whoever decides, where it is a party
    places: tuple[str, ...] = ()  # the titles of all stages at which it is decided


class OptionWorth(Record):
    """What an option is worth from there on, under the best that we can do after it."""

    option: str
    text: str
    advised: bool
    net: Sums
    cost: Sums
    days: tuple[float, float]
    recovers: Odds  # the odds of coming to an end that recovers something
    net_with_costs: Sums | None = None  # the net, were what others are to bear of our fees to come back at those ends


class Detour(Record):
    """An option that may lead to the road of another all the same: the odds of that at which both cost the same."""

    first: str  # the option that is tried first, and what it costs if that is all
    second: str
    stage: str  # to which it may come all the same
    alone: str
    both: str
    second_alone: str
    days: int  # by which it comes there at the latest
    at: float
    at_priced: float | None = None  # with what comes in so much later, at the discount
    not_known: tuple[str, ...] = ()
    text: str


class OddsTurn(Record):
    """The odds of a practice at which an advice turns, all others in proportion."""

    stage: str
    option: str
    below: bool  # the advice holds below them; else above
    at: float
    stated: float
    text: str


class Advice(Record):
    """One of our decisions. `certain`: better both where open odds fall well and where they fall badly."""

    stage: str
    title: str
    after: tuple[str, ...]  # what was decided before, where that matters
    options: tuple[OptionWorth, ...]
    certain: bool
    even: bool  # all options are worth the same, or lie between the same bounds
    same: bool = False  # whatever happens: not only their bounds are the same
    right: str = ""  # the title of the right, where that is what is decided
    text: str
    breaks_even: tuple[str, ...] = ()  # all that follows in words
    detours: tuple[Detour, ...] = ()
    turns: tuple[OddsTurn, ...] = ()
    with_costs: str = ""  # the option that would be better if that came back, where it is another one
    steady: bool = False  # none of the odds that practice states, alone at nought or at a hundred per cent, turns it
    sources: tuple[SourceRef, ...] = ()


class Matter(Record):
    """Something that would change the advice, or the worth of it."""

    kind: Literal["practice", "fact", "reading", "threshold", "waiting"]
    name: str
    text: str
    changes_advice: bool = False
    changes_ends: bool = False
    day: date | None = (
        None  # of waiting: the last first day on which nothing is different yet; of a while, the first day
    )
    costs: str | None = (
        None  # of waiting: how much less the whole is worth than begun at once; less than nought where more
    )


class EdgeLaw(Record):
    """How often a way between stages is taken, and when: days from the start. For the width of an arrow."""

    edge: str
    odds: Odds
    times: float | None = None  # expected; more than its odds where it may be taken again
    median_day: int | None = None


class StageLaw(Record):
    """How likely a stage is come to, and how long it takes. For its warmth."""

    stage: str
    odds: Odds
    median_days: int | None = None
    expected_days: float | None = None


class DayShare(Record):
    """The odds of ending so on a day. For a histogram; they add up to one."""

    day: date
    end: str
    odds: float


class Lengths(Record):
    """Days to the end with every length that practice bounds at its least, and at its most: the first and the last end."""

    least: tuple[int, int]
    most: tuple[int, int]


class Paths(Record):
    """Everything that can be said exactly of one case."""

    format_version: int = FORMAT_VERSION
    kind: Literal["paths"] = "paths"
    file: FileUsed
    case: CaseUsed
    as_of: date
    practice: tuple[str, ...]
    pace: Literal["law", "practice"]
    goal: Goal
    hostile: bool
    discount: str = "0"  # per cent a year
    lengths: Lengths | None = None  # where the pace of practice knows some lengths only between bounds
    planned: bool = True  # whether anything says how likely anything is; else no way of ours is better by its odds
    definite: bool  # whether all odds are stated along the plan: then there are laws, not bounds
    states: int
    notes: tuple[str, ...]
    whole: EndLaw
    ends: tuple[EndLaw, ...]
    open: tuple[OpenOdds, ...]
    advice: tuple[Advice, ...]
    undecided: tuple[
        str, ...
    ] = ()  # decisions of ours on a loop of which nothing is known, without any worth of their own
    matters: tuple[Matter, ...] = ()
    paths: tuple[PathEntry, ...]
    complete: bool  # whether `paths` are all there are; else the likeliest
    others: Odds | None = None  # the odds of all that are not listed
    law: tuple[DayShare, ...]
    rest: float = 0.0  # odds still in a loop when it was no longer followed
    edges: tuple[EdgeLaw, ...]
    stages: tuple[StageLaw, ...]


def percent(share: float) -> str:
    """`12.3`; what is possible is never written as nought, nor what is not certain as a hundred."""
    rounded = round(share * 100, 1)
    if share > 0 and rounded == 0:
        return "<" + say_figure("0.1")
    if share < 1 and rounded == 100:
        return say_figure("99.9")
    return say_figure(f"{rounded:g}")


def odds_record(low: Fraction, high: Fraction) -> Odds:
    exact = str(low) if low == high and isinstance(low, Fraction | int) else ""  # the law of a loop is in floats
    return Odds(least=float(low), most=float(high), exact=exact)
