"""Value and value → value: exact, and lacking whatever one of the two lacks."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from engine.counting import Span
from engine.refusal import Refusal
from engine.values import Money, Rate, Value, When, lacking


def size(value: Value) -> Any:
    """What two values of one kind are compared by."""
    match value:
        case Money():
            return value.amount
        case Rate():
            return value.share
        case When():
            return value.day
        case Span():
            return (UNIT_DAYS[value.unit] * value.number, value.number)
    return value


UNIT_DAYS = {"days": 1, "working days": 1, "weeks": 7, "months": 30, "years": 365}
COMPARISONS: dict[str, Any] = {
    "at least": lambda a, b: a >= b, "at most": lambda a, b: a <= b, "above": lambda a, b: a > b,
    "below": lambda a, b: a < b, "before": lambda a, b: a < b, "after": lambda a, b: a > b,
}  # fmt: skip


def add(left: Value, right: Value, sign: int = 1) -> Value:
    gap = lacking(left, right)
    if gap is not None:
        return gap
    if isinstance(left, Money) and isinstance(right, Money):
        return Money(left.amount + sign * right.amount, left.currency)
    if isinstance(left, Rate) and isinstance(right, Rate):
        return Rate(left.share + sign * right.share)
    assert isinstance(left, Decimal)
    assert isinstance(right, Decimal)
    return left + sign * right


def subtract(left: Value, right: Value) -> Value:
    return add(left, right, -1)


def multiply(left: Value, right: Value) -> Value:
    gap = lacking(left, right)
    if gap is not None:
        return gap
    if isinstance(right, str) and isinstance(left, Decimal):
        return Span(int(left), right)  # type: ignore[arg-type]  # a reading gave the unit
    if isinstance(left, Money | Rate) or isinstance(right, Money | Rate):
        first, second = (left, right) if isinstance(left, Money) or not isinstance(right, Money) else (right, left)
        factor = second.share if isinstance(second, Rate) else second
        assert isinstance(factor, Decimal)
        if isinstance(first, Money):
            return Money(first.amount * factor, first.currency)
        assert isinstance(first, Rate | Decimal)
        return (
            Rate(first.share * factor)
            if isinstance(first, Rate) and not isinstance(second, Decimal)
            else Rate((first.share if isinstance(first, Rate) else first) * factor)
        )
    assert isinstance(left, Decimal)
    assert isinstance(right, Decimal)
    return left * right


def divide(left: Value, right: Value) -> Value:
    gap = lacking(left, right)
    if gap is not None:
        return gap
    divisor = right.amount if isinstance(right, Money) else right
    assert isinstance(divisor, Decimal)
    if divisor == 0:
        raise Refusal("division-by-nought", "the case makes a formula divide by nought")
    if isinstance(left, Money):
        quotient = left.amount / divisor
        return quotient if isinstance(right, Money) else Money(quotient, left.currency)
    if isinstance(left, Rate):
        return Rate(left.share / divisor)
    assert isinstance(left, Decimal)
    return left / divisor


def bounded(value: Value, limit: Value, side: str) -> Value:
    gap = lacking(value, limit)
    if gap is not None:
        return gap
    beyond = size(value) < size(limit) if side == "at least" else size(value) > size(limit)
    return limit if beyond else value


OPERATIONS: dict[str, Callable[[Value, Value], Value]] = {"+": add, "-": subtract, "×": multiply, "/": divide}
