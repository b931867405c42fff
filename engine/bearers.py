"""Who bears a fee in the end: the whole of it, or what falls on a part of its base, exact to the smallest unit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial

from engine import ranges
from engine.aloud import aloud
from engine.arithmetic import add, agree, divide, multiply, rounded, subtract
from engine.evaluate import Evaluator
from engine.fees import Charge
from engine.records import Bearer, Cite, Fee
from engine.refusal import Refusal
from engine.sums import is_nought
from engine.values import Truth, Unknown, Value, lacking, show, undecided
from procedure_dsl.wording import say


@dataclass(frozen=True, slots=True)
class Bearing:
    """What one party bears of a fee. `party` is "" where nobody is named, or where that hangs on what nobody told."""

    party: str
    amount: Value
    part: str = ""  # the part of the base it falls on, as the text says it; "" for the whole, or for what is left
    arithmetic: tuple[str, ...] = ()
    hangs_on: tuple[str, ...] = ()
    cite: Cite | None = None
    line: int = 0


def bearings(fee: Fee, found: Charge, evaluator: Evaluator) -> tuple[Bearing, ...]:
    """The parts of a charge by who bears them as the case stands; they add up to the charge. Empty: nothing is said.

    A part of the base carries its share of the fee in proportion. Parts are rounded as the fee is, one after another
    from nought, so that each boundary is rounded once; what is left of the fee goes to whoever bears the whole.
    """
    if not fee.bearers:
        return ()
    exprs = [bearer.part for bearer in fee.bearers if bearer.part is not None]
    turns = evaluator.turns_of(exprs, [bearer.guard for bearer in fee.bearers])
    divided, gap = evaluator.versions(found.governed, turns, partial(_on, fee, found, evaluator), _alike)
    if gap is None:
        return divided
    names = gap.names if isinstance(gap, Unknown) else gap.sources
    return (Bearing("", found.amount, hangs_on=names),)


def _alike(one: tuple[Bearing, ...], other: tuple[Bearing, ...]) -> bool:
    parties = [[(bearing.party, bearing.hangs_on) for bearing in bearings] for bearings in (one, other)]
    return parties[0] == parties[1] and all(
        agree([mine.amount, theirs.amount]) for mine, theirs in zip(one, other, strict=True)
    )


def _on(fee: Fee, found: Charge, evaluator: Evaluator, day: date) -> tuple[Bearing, ...]:
    """The parts under the law of one day, and what is left of the fee."""
    shares: list[Bearing] = []
    left, reached = found.amount, None  # of the fee; of its base
    for bearer in fee.bearers:
        truth = evaluator.guard(bearer.guard, day)
        if bearer.part is None or truth.value is False:
            continue
        part = evaluator.value(bearer.part, day, found.base) if truth.value else undecided([truth])
        gap = lacking(left, part, found.base or Unknown(()))
        if gap is not None:
            shares.append(_share(bearer, evaluator, gap, hangs_on=gap.names if isinstance(gap, Unknown) else ()))
            left = gap
            continue
        before, reached = reached, part if reached is None else add(reached, part)
        _lies_within(fee, found, bearer, part, reached)
        share, arithmetic = _proportion(fee, found, part, before, reached)
        if not is_nought(share):
            shares.append(_share(bearer, evaluator, share, arithmetic))
            left = subtract(left, share)
    if shares and is_nought(left):
        return tuple(shares)
    rest = _rest(fee, left, evaluator, day)
    return (*shares, rest) if shares or rest.party or rest.hangs_on else ()


def _share(
    bearer: Bearer, evaluator: Evaluator, amount: Value, arithmetic: str = "", hangs_on: tuple[str, ...] = ()
) -> Bearing:  # fmt: skip
    words = aloud(evaluator.plan, bearer.part) if bearer.part is not None else ""
    told = (arithmetic,) if arithmetic else ()
    return Bearing(bearer.party, amount, words, told, hangs_on, bearer.cite, bearer.line)


def _lies_within(fee: Fee, found: Charge, bearer: Bearer, part: Value, reached: Value) -> None:
    """A part is no less than nothing, and all parts are no more than the base; whatever is still decided of them."""
    assert found.base is not None
    words = bearer.part.words if bearer.part is not None else ""
    if ranges.ends(part)[1] < 0:
        seen = say(
            "the part of the fee `{fee}` that falls on {part} would be less than nothing: {amount} of {base}",
            fee=fee.label.name, part=words, amount=show(part), base=show(found.base),
        )  # fmt: skip
    elif ranges.ends(reached)[0] > ranges.ends(found.base)[1]:
        seen = say(
            "the parts of the fee `{fee}` go beyond what it is taken on, with {part}: {amount} of {base}",
            fee=fee.label.name, part=words, amount=show(part), base=show(found.base),
        )  # fmt: skip
    else:
        return
    raise Refusal("beyond-base", seen, say("Correct the amounts that the case tells."))


def _proportion(
    fee: Fee, found: Charge, part: Value, before: Value | None, reached: Value
) -> tuple[Value, str]:  # fmt: skip
    """What of the fee falls on the base between two marks, each mark rounded as the fee is; with its arithmetic."""
    assert found.base is not None
    whole = multiply(found.amount, Decimal(0))
    if not any(ranges.ends(found.base)):
        return whole, ""
    low, high = (
        whole if mark is None else multiply(found.amount, divide(mark, found.base)) for mark in (before, reached)
    )
    share = subtract(rounded(high, fee.rounding, fee.step), rounded(low, fee.rounding, fee.step))
    sign = "=" if agree([share, subtract(high, low)]) else "≈"  # rounded, as the fee is
    return share, f"{show(found.amount)} × {show(part)} / {show(found.base)} {sign} {show(share)}"


def _rest(fee: Fee, left: Value, evaluator: Evaluator, day: date) -> Bearing:
    """Whoever bears the whole: the first whose condition holds; nobody where an earlier one is undecided."""
    doubts: list[Truth] = []
    for bearer in fee.bearers:
        truth = evaluator.guard(bearer.guard, day) if bearer.part is None else None
        if truth is not None and truth.value is None:
            doubts.append(truth)
            break
        if truth is not None and truth.value:
            return Bearing(bearer.party, left, cite=bearer.cite, line=bearer.line)
    gap = undecided(doubts) if doubts else None
    return Bearing("", left, hangs_on=() if gap is None else gap.names if isinstance(gap, Unknown) else gap.sources)
