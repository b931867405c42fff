"""Value and value → value or truth: exact, and lacking whatever one of the two lacks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any

from engine import ranges
from engine.counting import Span
from engine.refusal import Refusal
from engine.values import (
    NO,
    YES,
    Money,
    NotStated,
    Quotient,
    Range,
    Rate,
    Truth,
    Value,
    When,
    decimal_of,
    exact,
    figure_of,
    lacking,
    merged,
    number_of,
    open_for,
    opposite,
    product,
    summed,
    summed_money,
)

# ── Comparisons ─────────────────────────────────────────────────────────────────────────────────

IN_DAYS = {"days": 1, "weeks": 7}
IN_MONTHS = {"months": 1, "years": 12}
MONTHS_OF_ALL_YEARS = 12 * 400  # after which the calendar repeats itself


@dataclass(frozen=True, slots=True)
class Between:
    """What is known of a quantity: its least, and its most (None: any)."""

    least: Any
    most: Any


def compare(relation: str, left: Value, right: Value) -> Truth:
    """Whether `left` is above, at least, before … `right`; open where that cannot be said for certain."""
    gap = lacking(left, right)
    if gap is not None:
        return open_for(gap)
    match relation:
        case "is":
            return same(left, right)
        case "at least":
            return opposite(compare("below", left, right))
        case "at most":
            return opposite(compare("above", left, right))
        case "below" | "before":
            return compare("above", right, left)
    one_money(left, right)
    if isinstance(left, Range) or isinstance(right, Range):
        least, most = ranges.ends(ranges.added(left, right, -1))
        return YES if least > 0 else NO if most <= 0 else Truth(None, ranges.names_of(left, right))
    one, other = _between(left, right), _between(right, left)
    if other.most is not None and one.least > other.most:
        return YES
    if one.most is not None and one.most <= other.least:
        return NO
    if isinstance(left, Span):
        help_ = "Tell, or write, both in days or weeks, or both in months or years."
        raise Refusal("lengths-differ", f"nobody can say which is longer, {left} or {right}", help_)
    return open_for(NotStated(_stretches(left, right)))


def same(left: Value, right: Value) -> Truth:
    """Whether two values are one: of days only the day counts, and a bound may still become any later day."""
    kind = type(left)
    if kind is type(right) and (kind is str or kind is bool):
        return YES if left == right else NO
    gap = lacking(left, right)
    if gap is not None:
        return open_for(gap)
    if isinstance(left, When) and isinstance(right, When) and not (left.exact and right.exact):
        apart = (left.exact and left.day < right.day) or (right.exact and right.day < left.day)
        return NO if apart else open_for(NotStated(_stretches(left, right)))
    if isinstance(left, Span) and isinstance(right, Span):
        return Truth(any(_number(left, units) == _number(right, units) is not None for units in FAMILIES))
    one_money(left, right)
    if isinstance(left, Range) or isinstance(right, Range):
        least, most = ranges.ends(ranges.added(left, right, -1))
        if least <= 0 <= most:
            return YES if least == most else Truth(None, ranges.names_of(left, right))
        return NO
    if isinstance(left, Money) and isinstance(right, Money):
        return YES if as_exact(left.amount) == as_exact(right.amount) else NO
    return YES if left == right else NO


def one_money(*values: Value) -> None:
    """Amounts of two currencies are never added, compared or limited by each other."""
    for one in values:
        if type(one) is Money or type(one) is Range:
            break
    else:
        return
    money = [value.low if isinstance(value, Range) else value for value in values]
    currencies = {one.currency: None for one in money if isinstance(one, Money)}
    if len(currencies) > 1:
        help_ = "Amounts are never converted: say both in one currency."
        raise Refusal("two-currencies", f"{' and '.join(currencies)} stand in one formula", help_)


def agree(values: Sequence[Value]) -> bool:
    """Whether all of them are one and the same answer, be it that nobody knows."""
    if len(values) < 2:
        return True
    return all(value == values[0] or same(value, values[0]).value is True for value in values)


FAMILIES: tuple[dict[str, int], ...] = (IN_DAYS, IN_MONTHS, {"working days": 1})


def _number(span: Span, units: dict[str, int]) -> int | None:
    return span.number * units[span.unit] if span.unit in units else None


def _between(value: Value, other: Value) -> Between:
    """The bounds of a value as it compares with another one."""
    match value:
        case Money():
            return Between(as_exact(value.amount), as_exact(value.amount))
        case Rate():
            return Between(as_exact(value.share), as_exact(value.share))
        case When():
            return Between(value.day, value.day if value.exact else None)
        case Span():
            for units in FAMILIES:
                number = _number(value, units)
                if number is not None and isinstance(other, Span) and other.unit in units:
                    return Between(number, number)
            return _in_days(value)
    assert isinstance(value, Decimal)
    return Between(as_exact(value), as_exact(value))


def as_exact(number: Decimal) -> Decimal | Fraction:
    """A number as comparisons take it: a decimal that is no quotient is compared exactly as it is."""
    return exact(number) if isinstance(number, Quotient) else number


def _in_days(span: Span) -> Between:
    """How many calendar days a length can take."""
    if span.unit in IN_DAYS:
        days = span.number * IN_DAYS[span.unit]
        return Between(days, days)
    if span.unit in IN_MONTHS:
        return Between(*_days_of_months(span.number * IN_MONTHS[span.unit]))
    return Between(span.number, None)


@cache
def _days_of_months(number: int) -> tuple[int, int]:
    """The fewest and the most days of so many months in a row."""
    rounds, rest = divmod(number, MONTHS_OF_ALL_YEARS)
    first = [date(2000 + at // 12, at % 12 + 1, 1).toordinal() for at in range(2 * MONTHS_OF_ALL_YEARS)]
    lengths = [first[at + rest] - first[at] for at in range(MONTHS_OF_ALL_YEARS)]
    whole = rounds * (first[MONTHS_OF_ALL_YEARS] - first[0])
    return whole + min(lengths), whole + max(lengths)


def _stretches(*values: Value) -> tuple[str, ...]:
    return merged(value.stretches for value in values if isinstance(value, When))


# ── Sums ────────────────────────────────────────────────────────────────────────────────────────


def add(left: Value, right: Value, sign: int = 1) -> Value:
    gap = lacking(left, right)
    if gap is not None:
        return gap
    one_money(left, right)
    if isinstance(left, Range) or isinstance(right, Range):
        return ranges.added(left, right, sign)
    if isinstance(left, Money) and isinstance(right, Money):
        return summed_money(left, right, sign)
    if isinstance(left, Rate) and isinstance(right, Rate):
        return Rate(summed(left.share, right.share, sign))
    assert isinstance(left, Decimal)
    assert isinstance(right, Decimal)
    return summed(left, right, sign)


def subtract(left: Value, right: Value) -> Value:
    return add(left, right, -1)


def multiply(left: Value, right: Value) -> Value:
    """Money times anything is money, a share of a share is a share, every other product a number."""
    gap = lacking(left, right)
    if gap is not None:
        return gap
    if isinstance(right, str) and isinstance(left, Decimal):
        return Span(int(left), right)  # type: ignore[arg-type]  # a reading gave the unit
    if isinstance(right, Span):
        return _part_of(left, right)
    if isinstance(left, Range) or isinstance(right, Range):
        model = multiply(*(ranges.like(ranges.model_of(one), ranges.NOUGHT) for one in (left, right)))
        return ranges.multiplied(left, right, ranges.model_of(model))
    found = product(figure_of(left), figure_of(right))
    for one in (left, right):
        if isinstance(one, Money):
            return Money(found, one.currency)
    return Rate(found) if isinstance(left, Rate) and isinstance(right, Rate) else found


def _part_of(share: Value, span: Span) -> Span:
    number = number_of(share) * span.number
    if number.denominator != 1 or number < 0:
        raise Refusal("broken-length", f"{share} of {span} is no whole number of {span.unit}")
    return replace(span, number=int(number))


def divide(left: Value, right: Value) -> Value:
    gap = lacking(left, right)
    if gap is not None:
        return gap
    if isinstance(left, Range) or isinstance(right, Range):
        one, other = ranges.model_of(left), ranges.model_of(right)
        model = divide(ranges.like(one, ranges.NOUGHT), ranges.like(other, Fraction(1)))
        return ranges.divided(left, right, ranges.model_of(model))
    if isinstance(left, Money) and isinstance(right, Money):
        one_money(left, right)
    divisor = number_of(right)
    if divisor == 0:
        raise Refusal("division-by-nought", ranges.NOTHING)
    quotient = decimal_of(number_of(left) / divisor)
    if isinstance(left, Money) and not isinstance(right, Money):
        return Money(quotient, left.currency)
    return Rate(quotient) if isinstance(left, Rate) else quotient


def rounded(value: Value, mode: str, step: Decimal) -> Value:
    """Money to a multiple of a step; nothing else is rounded."""
    if isinstance(value, Range):
        return ranges.rounded(value, mode, step) if isinstance(value.low, Money) else value
    return value.rounded(mode, step) if isinstance(value, Money) else value


def bounded(value: Value, limit: Value, side: str) -> Value:
    """A floor (`at least`) or a cap (`at most`); of two days, the later or the earlier one."""
    gap = lacking(value, limit)
    if gap is not None:
        return gap
    one_money(value, limit)
    if isinstance(value, Range) or isinstance(limit, Range):
        return ranges.limited(value, limit, side)
    if isinstance(value, When) and isinstance(limit, When) and not (value.exact and limit.exact):
        return _of_two_days(value, limit, side)
    return limit if compare("below" if side == "at least" else "above", value, limit).value else value


def _of_two_days(one: When, other: When, side: str) -> When:
    """The later, or the earlier, of two days of which one is only a bound."""
    first, second = sorted((one, other), key=lambda when: (when.day, when.stretches))
    if side == "at most" and first.exact:
        return first
    return replace(second if side == "at least" else first, stretches=_stretches(one, other))


OPERATIONS: dict[str, Callable[[Value, Value], Value]] = {"+": add, "-": subtract, "×": multiply, "/": divide}
