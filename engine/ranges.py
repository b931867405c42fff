"""What somebody decides within bounds: values that lie between two ends, computed with without losing either end.

A range keeps, as long as it can, how it moves with each decision, so that what hangs on one decision twice (a fee, and a
later fee less what was paid of it) is not counted as if it were decided twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from fractions import Fraction
from itertools import product

from engine.refusal import Refusal
from engine.values import (
    Discretion,
    Line,
    Money,
    Range,
    Rate,
    Rounding,
    Value,
    decimal_of,
    exact,
    number_of,
    places_of,
    with_places,
)

Exact = Money | Rate | Decimal
NOUGHT = Fraction(0)


def like(model: Exact, number: Fraction) -> Exact:
    """A number in the money, or of the kind, of another value."""
    found = decimal_of(number)
    if isinstance(model, Money):
        return Money(with_places(found, model), model.currency)
    return Rate(found) if isinstance(model, Rate) else found


def ends(value: Value) -> tuple[Fraction, Fraction]:
    """The least and the most; of an exact value both are itself."""
    if isinstance(value, Range):
        return number_of(value.low), number_of(value.high)
    return number_of(value), number_of(value)


def model_of(value: Value) -> Exact:
    found = value.low if isinstance(value, Range) else value
    assert isinstance(found, Money | Rate | Decimal)
    return found


def deciders(values: Iterable[Value]) -> tuple[Discretion, ...]:
    """Every decision that values hang on, each once."""
    return tuple(dict.fromkeys(one for value in values if isinstance(value, Range) for one in value.by))


def names_of(*values: Value) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.name for one in deciders(values)))


def decided(party: str, name: str, low: Exact, high: Exact) -> Value:
    """What a party decides between two ends; where they are one, nothing is left to decide."""
    one, other = number_of(low), number_of(high)
    if one > other:
        seen = f"`{name}` would be decided between {low} and {high}, and nothing lies between them"
        raise Refusal("empty-range", seen, "Correct what the two ends rest on.")
    by = Discretion(party, name, one, other)
    return made(low, one, other, (by,), Line(NOUGHT, ((by, Fraction(1)),)))


def made(model: Exact, low: Fraction, high: Fraction, by: tuple[Discretion, ...], line: Line | None) -> Value:
    """A range, or, where nothing is open, the one value; how it moves can only narrow it."""
    if line is not None:
        least, most = reach_of(line)
        low, high = max(low, least), min(high, most)
        left = tuple(one for one, _ in line.slopes if isinstance(one, Discretion))
        by = left if left or not line.slopes else by  # what rounding leaves hangs on the same decisions
    if low >= high:
        return like(model, low)
    assert by, "what is open is open for somebody to decide"
    return Range(like(model, low), like(model, high), by, line)


def reach_of(line: Line) -> tuple[Fraction, Fraction]:
    """The least and the most that a line comes to, whatever is decided."""
    sides = [sorted((slope * one.low, slope * one.high)) for one, slope in line.slopes]
    least, most = (line.constant + sum((pair[at] for pair in sides), NOUGHT) for at in (0, 1))
    return least, most


def line_of(value: Value) -> Line | None:
    return value.line if isinstance(value, Range) else Line(number_of(value))


def scaled(line: Line | None, by: Fraction) -> Line | None:
    if line is None:
        return None
    slopes = tuple((one, slope * by) for one, slope in line.slopes) if by else ()
    return Line(line.constant * by, slopes)


def summed(one: Line | None, other: Line | None) -> Line | None:
    if one is None or other is None:
        return None
    slopes: dict[Discretion | Rounding, Fraction] = dict(one.slopes)
    for by, slope in other.slopes:
        slopes[by] = slopes.get(by, NOUGHT) + slope
    kept = tuple((by, slope) for by, slope in slopes.items() if slope)
    return Line(one.constant + other.constant, kept)


def added(left: Value, right: Value, sign: int) -> Value:
    (low, high), (least, most) = ends(left), sorted(sign * one for one in ends(right))
    line = summed(line_of(left), scaled(line_of(right), Fraction(sign)))
    model = max(model_of(left), model_of(right), key=lambda one: places_of(one.amount) if isinstance(one, Money) else 0)
    return made(model, low + least, high + most, deciders((left, right)), line)


def multiplied(left: Value, right: Value, model: Exact) -> Value:
    corners = [one * other for one, other in product(ends(left), ends(right))]
    line = None
    if not isinstance(right, Range):
        line = scaled(line_of(left), number_of(right))
    elif not isinstance(left, Range):
        line = scaled(line_of(right), number_of(left))
    return made(model, min(corners), max(corners), deciders((left, right)), line)


def divided(left: Value, right: Value, model: Exact) -> Value:
    least, most = ends(right)
    if least <= 0 <= most:
        seen = f"what is decided of {', '.join(names_of(right))} may make a formula divide by nought"
        raise Refusal("division-by-nought", seen if isinstance(right, Range) else NOTHING)
    corners = [one / other for one, other in product(ends(left), (least, most))]
    line = None if isinstance(right, Range) else scaled(line_of(left), 1 / least)
    return made(model, min(corners), max(corners), deciders((left, right)), line)


NOTHING = "the case makes a formula divide by nought"


def limited(value: Value, limit: Value, side: str) -> Value:
    """A floor or a cap: the value itself or the limit where it is certain which of them governs."""
    least, most = ends(added(value, limit, -1))
    if side == "at most":
        least, most = -most, -least
    if least >= 0:
        return value
    if most <= 0:
        return limit
    higher: Callable[[Fraction, Fraction], Fraction] = max if side == "at least" else min
    (low, high), (floor, cap) = ends(value), ends(limit)
    return made(model_of(value), higher(low, floor), higher(high, cap), deciders((value, limit)), None)


def within(value: Value, low: Fraction | None, high: Fraction | None) -> Value | None:
    """The part of a value that lies between two edges; None where none does."""
    least, most = ends(value)
    least, most = max(least, least if low is None else low), min(most, most if high is None else high)
    if least > most:
        return None
    if (least, most) == ends(value) or not isinstance(value, Range):
        return value
    return made(value.low, least, most, value.by, _narrowed(value, least, most))


def crossing(value: Value, edge: Fraction) -> tuple[Discretion, Fraction] | None:
    """What has to be decided for a value to lie just at an edge, where one decision alone moves it across."""
    if not isinstance(value, Range) or value.line is None:
        return None
    slopes = [(by, slope) for by, slope in value.line.slopes if isinstance(by, Discretion)]
    if len(slopes) != 1:
        return None
    [(by, slope)] = slopes
    point = (edge - value.line.constant) / slope
    return (by, point) if by.low < point < by.high else None


def _narrowed(value: Range, low: Fraction, high: Fraction) -> Line | None:
    """Of a bare decision, the decision itself within narrower ends."""
    if value.line is None or len(value.line.slopes) != 1:
        return None
    [(by, slope)] = value.line.slopes
    if not isinstance(by, Discretion):
        return None
    first, last = sorted((edge - value.line.constant) / slope for edge in (low, high))
    return Line(value.line.constant, ((Discretion(by.party, by.name, first, last), slope),))


def hull(values: Iterable[Value], by: Iterable[Discretion]) -> Value:
    """The least range that holds all of them, of which the decisions `by` tell the one that will be true."""
    values = list(values)
    if all(value == values[0] for value in values):
        return values[0]
    pairs = [ends(value) for value in values]
    every = tuple(dict.fromkeys((*by, *deciders(values))))
    return made(model_of(values[0]), min(low for low, _ in pairs), max(high for _, high in pairs), every, None)


def closer(value: Value, pieces: list[Value]) -> Value:
    """A value that is known piece by piece as well; the value itself where that tells nothing more."""
    if not isinstance(value, Range) or not all(isinstance(one, Range | Money | Rate | Decimal) for one in pieces):
        return value
    found = hull(pieces, value.by)
    return value if ends(found) == ends(value) else found


def rounded(value: Range, mode: str, step: Decimal) -> Value:
    """Rounding keeps the order of amounts, so that the ends of what is rounded are the rounded ends."""
    assert isinstance(value.low, Money)
    assert isinstance(value.high, Money)
    low, high = value.low.rounded(mode, step), value.high.rounded(mode, step)
    off = exact(step) / 2 if mode == "half up" else exact(step)
    one_way = value.low.amount >= 0  # else away from nought, or towards it, is either way
    least, most = -off if mode != "up" or not one_way else NOUGHT, off if mode != "down" or not one_way else NOUGHT
    line = value.line
    if line is not None:
        line = summed(line, Line(NOUGHT, ((Rounding(line, mode, step, least, most), Fraction(1)),)))
    return made(low, number_of(low), number_of(high), value.by, line)


def stepped(value: Value, step: Decimal) -> Value:
    """A range of which every amount is known to be a multiple of a step: its ends are, too."""
    if not isinstance(value, Range):
        return value
    (low, high), size = ends(value), exact(step)
    model = Money(step, value.low.currency) if isinstance(value.low, Money) else value.low  # with its decimals
    return made(model, -(-low // size) * size, high // size * size, value.by, value.line)
