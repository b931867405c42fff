"""What a computation can give: exact money, rates, days that may be bounds, and two kinds of not knowing.

*Unknown* is the case's: a fact nobody told. *Not stated* is the source's: a number it does not give. Neither is ever nought.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Context, Decimal, Inexact
from fractions import Fraction
from typing import cast

from engine.counting import Span
from engine.refusal import Refusal
from procedure_dsl.wording import is_english, phrase, say, say_currency, say_day, say_figure, spoken

WIDE = Context(prec=120)  # wide enough to add and scale every number that `decimal_of` lets through
EXACT = Context(prec=120, traps=[Inexact])  # as wide, and it says so where that is not enough
LARGEST = 10**40
MOST_PLACES = 60  # decimals that are written out
MOST_BITS = 2_000  # of a fraction that is kept


class Quotient(Decimal):
    """A number that no decimal says exactly: its first digits, and the fraction that it stands for."""

    fraction: Fraction

    def __new__(cls, fraction: Fraction) -> Quotient:
        self = super().__new__(cls, Decimal(fraction.numerator) / Decimal(fraction.denominator))
        self.fraction = fraction
        return self


def exact(number: Decimal) -> Fraction:
    """The number itself, however many digits it has."""
    return number.fraction if isinstance(number, Quotient) else Fraction(number)


def decimal_of(number: Fraction) -> Decimal:
    """The number as a decimal, exact where a decimal can be; one beyond all sums of money is refused."""
    if abs(number) >= LARGEST:
        seen = f"a formula of this case comes to a number of more than {len(str(LARGEST)) - 1} digits"
        raise Refusal("too-large", seen, "Correct the amounts and numbers that the case tells.")
    rest, twos, fives = number.denominator, 0, 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    places = max(twos, fives)
    if rest == 1 and places <= MOST_PLACES:
        return Decimal(f"{number.numerator * 10**places // number.denominator}E-{places}")
    found = Quotient(number)
    return found if number.denominator.bit_length() <= MOST_BITS else Decimal(found)


def summed(one: Decimal, other: Decimal, sign: int = 1) -> Decimal:
    """`decimal_of` the sum, or the difference, without fractions where both are decimals."""
    if type(one) is Decimal and type(other) is Decimal:
        with suppress(Inexact):
            found = _tidy(EXACT.add(one, other) if sign > 0 else EXACT.subtract(one, other))
            if found is not None:
                return found
    return decimal_of(exact(one) + sign * exact(other))


def summed_money(one: Money, other: Money, sign: int = 1) -> Money:
    """The sum, or the difference, of two amounts of one currency, with as many decimals as the longer of them."""
    if type(one.amount) is Decimal and type(other.amount) is Decimal:
        with suppress(Inexact):
            found = EXACT.add(one.amount, other.amount) if sign > 0 else EXACT.subtract(one.amount, other.amount)
            if 0 <= places_of(found) <= MOST_PLACES and found.copy_abs() < LARGEST:
                return Money(found or found.copy_abs(), one.currency)  # nought has no sign
    return Money(with_places(summed(one.amount, other.amount, sign), one, other), one.currency)


def product(one: Decimal, other: Decimal) -> Decimal:
    """`decimal_of` the product, without fractions where both are decimals."""
    if type(one) is Decimal and type(other) is Decimal:
        with suppress(Inexact):
            found = _tidy(EXACT.multiply(one, other))
            if found is not None:
                return found
    return decimal_of(exact(one) * exact(other))


def _tidy(number: Decimal) -> Decimal | None:
    """A decimal as `decimal_of` writes it, with no nought that could be left out; None where that one has more to say."""
    if not number:
        return Decimal(0)
    found = number.normalize(EXACT)
    places = -cast(int, found.as_tuple().exponent)
    if places > MOST_PLACES or found.copy_abs() >= LARGEST:
        return None
    return found if places >= 0 else found.quantize(Decimal(1), context=EXACT)


@dataclass(frozen=True, slots=True)
class Money:
    """An exact amount of one currency."""

    amount: Decimal
    currency: str

    def rounded(self, mode: str, to: Decimal) -> Money:
        """To a multiple of `to`: `half up`, `up` or `down`, away from nought or towards it."""
        number = exact(self.amount) / exact(to)
        whole, rest = divmod(abs(number), 1)
        up = rest >= Fraction(1, 2) if mode == "half up" else rest > 0 and mode == "up"
        steps = (whole + 1 if up else whole) * (-1 if number < 0 else 1)
        return Money(WIDE.multiply(Decimal(steps), to), self.currency)

    def __str__(self) -> str:
        return f"{figure(self.amount)} {self.currency}"

    def spoken(self) -> str:
        return f"{say_figure(figure(self.amount))} {say_currency(self.currency)}"


@dataclass(frozen=True, slots=True)
class Rate:
    """A share: 5 % is Rate(Decimal("0.05"))."""

    share: Decimal

    def __str__(self) -> str:
        return f"{figure(self.share * 100, least=0)} %"

    def spoken(self) -> str:
        return say_figure(figure(self.share * 100, least=0)) + " %"


@dataclass(frozen=True, slots=True)
class Discretion:
    """One thing that a party decides between two ends: `name` is the rule, fee or end whose line leaves it open."""

    party: str
    name: str
    low: Fraction
    high: Fraction


@dataclass(frozen=True, slots=True)
class Line:
    """How a value moves: a constant, and so much for each unit of what is decided, and of what a rounding adds."""

    constant: Fraction
    slopes: tuple[tuple[Discretion | Rounding, Fraction], ...] = ()


@dataclass(frozen=True, slots=True)
class Rounding:
    """What rounding adds to a value: nobody decides it, but it is the same wherever the rounded value stands."""

    of: Line
    mode: str
    step: Decimal
    low: Fraction
    high: Fraction


@dataclass(frozen=True, slots=True)
class Range:
    """Whatever lies between two values, both included, as somebody decides; `line` where it moves evenly with that."""

    low: Money | Rate | Decimal
    high: Money | Rate | Decimal
    by: tuple[Discretion, ...]
    line: Line | None = None

    def __str__(self) -> str:
        if isinstance(self.low, Money) and isinstance(self.high, Money):
            return f"{figure(self.low.amount)} to {self.high}"
        return f"{written(self.low)} to {written(self.high)}"

    def spoken(self) -> str:
        low = say_figure(figure(self.low.amount)) if isinstance(self.low, Money) else show(self.low)
        return say("{low} to {high}", low=low, high=show(self.high))

    def who(self) -> str:
        return said_by(self.by)


@dataclass(frozen=True, slots=True)
class Unknown:
    """Facts nobody told; for a choice, the answers still possible."""

    names: tuple[str, ...]
    options: frozenset[str] = frozenset()

    def __str__(self) -> str:
        return f"unknown ({', '.join(self.names)})" if self.names else "unknown"

    def spoken(self) -> str:
        return say("unknown ({names})", names=", ".join(self.names)) if self.names else say("unknown")


@dataclass(frozen=True, slots=True)
class NotStated:
    """Sources that do not give the number."""

    sources: tuple[str, ...]

    def __str__(self) -> str:
        return f"not stated in {', '.join(self.sources)}"

    def spoken(self) -> str:
        return say("not stated in {sources}", sources=", ".join(self.sources))


RESTS = phrase("rests on the last day of a term")


@dataclass(frozen=True, slots=True)
class When:
    """A day, or the earliest day something can be on: each stretch is a length nobody states."""

    day: date
    stretches: tuple[str, ...] = ()
    assumed: str = field(default="", compare=False)  # why the day itself is a supposition
    latest: bool = field(
        default=False, compare=False
    )  # the last day of somebody's term, taken because nothing says that it was earlier
    least: date | None = field(default=None, compare=False)  # it may have been as early as this

    @property
    def exact(self) -> bool:
        return not self.stretches

    def plus(self, stretch: str) -> When:
        """Later by a length that nobody states."""
        known = self.stretches if stretch in self.stretches else (*self.stretches, stretch)
        return replace(self, stretches=known, latest=False)

    def moved(self, day: date) -> When:
        return When(day, self.stretches, self.assumed, self.latest)

    def past(self) -> When:
        """For what follows: no longer anybody's last day, but resting on one."""
        return replace(self, latest=False, assumed=self.assumed or say(RESTS)) if self.latest else self

    def until(self, day: date) -> When:
        """The last day of a term that counts from this one."""
        assumed = self.assumed or say(RESTS) if self.latest else self.assumed
        return When(day, self.stretches, assumed, True, self.least)

    def __str__(self) -> str:
        if self.exact:
            return self.day.isoformat()
        return f"not before {self.day.isoformat()} + not stated ({', '.join(self.stretches)})"

    def spoken(self) -> str:
        if self.exact:
            return say_day(self.day)
        stretches = ", ".join(self.stretches)
        return say("not before {day} + not stated ({stretches})", day=self.day, stretches=stretches)


Value = Money | Rate | Decimal | Range | When | Span | bool | str | Unknown | NotStated


@dataclass(frozen=True, slots=True)
class Truth:
    """Yes, no, or (None) not decided; then `unknown` names the facts, in the order in which they were met."""

    value: bool | None
    unknown: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()  # sources whose silence leaves it open


YES, NO = Truth(True), Truth(False)


def all_of(truths: Iterable[Truth]) -> Truth:
    """Kleene's *and*: one no decides."""
    open_ = []
    for truth in truths:
        if truth.value is False:
            return NO
        if truth.value is None:
            open_.append(truth)
    if not open_:
        return YES
    return Truth(None, merged(t.unknown for t in open_), merged(t.silent for t in open_))


def open_for(gap: Value | None) -> Truth:
    """Not decided, for want of this."""
    if isinstance(gap, NotStated):
        return Truth(None, (), gap.sources)
    return Truth(None, gap.names if isinstance(gap, Unknown) else ())


def undecided(truths: Iterable[Truth], values: Iterable[Value] = ()) -> Unknown | NotStated:
    """What an answer lacks that hangs on these conditions, and on what each of them would give."""
    truths, values = list(truths), list(values)
    unknown = merged([*(t.unknown for t in truths), *(v.names for v in values if isinstance(v, Unknown))])
    silent = merged([*(t.silent for t in truths), *(v.sources for v in values if isinstance(v, NotStated))])
    return NotStated(silent) if silent and not unknown else Unknown(unknown)


def opposite(truth: Truth) -> Truth:
    return truth if truth.value is None else NO if truth.value else YES


def merged(groups: Iterable[Iterable[str]]) -> tuple[str, ...]:
    """All names, each once, in the order in which they came."""
    return tuple(dict.fromkeys(name for group in groups for name in group))


def lacking(*values: Value) -> Unknown | NotStated | None:
    """What an operation on these values lacks; the source's silence outweighs the case's, for no answer could fill it."""
    for value in values:
        if type(value) is Unknown or type(value) is NotStated:
            break
    else:  # as nearly always
        return None
    gaps = [v for v in values if isinstance(v, Unknown | NotStated)]
    silent = merged(v.sources for v in gaps if isinstance(v, NotStated))
    return NotStated(silent) if silent else Unknown(merged(v.names for v in gaps if isinstance(v, Unknown)))


def places_of(number: Decimal) -> int:
    """How many decimals a number is written with."""
    if isinstance(number, Quotient):
        return 0
    exponent = number.as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0


def with_places(number: Decimal, *models: Money) -> Decimal:
    """A sum is written with as many decimals as what it is made of."""
    if isinstance(number, Quotient):
        return number
    places = max(places_of(one.amount) for one in models)
    if places_of(number) >= places:
        return number
    return number.quantize(Decimal(1).scaleb(-places), context=WIDE)


def said_by(by: Iterable[Discretion]) -> str:
    """`at the discretion of court: costs awarded`."""
    names: dict[str, dict[str, None]] = {}
    for one in by:
        names.setdefault(one.party, {}).setdefault(one.name)
    words = "; ".join(f"{party}: {', '.join(of)}" for party, of in names.items())
    return say("at the discretion of {words}", words=words.replace("_", " "))


def figure_of(value: Value) -> Decimal:
    """The figure alone, without its currency or `%`."""
    number = value.amount if isinstance(value, Money) else value.share if isinstance(value, Rate) else value
    assert isinstance(number, Decimal)
    return number


def number_of(value: Value) -> Fraction:
    """The same as a fraction."""
    return exact(figure_of(value))


def figure(number: Decimal, least: int = 2) -> str:
    """`14 300.00`: a point for the decimals, a blank between thousands, at least so many decimals."""
    whole, _, part = format(number, "f").partition(".")
    part = part.rstrip("0")
    sign, digits = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
    grouped = f"{int(digits):,}".replace(",", " ")
    part = part.ljust(least, "0")
    return f"{sign}{grouped}.{part}" if part else f"{sign}{grouped}"


def written(value: Value) -> str:
    """A value as data has it, whatever the language of the answer."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return figure(value, least=0) if isinstance(value, Decimal) else str(value).replace("_", " ")


def show(value: Value) -> str:
    """A value as a person reads it, in the language of the answer."""
    if is_english():
        return written(value)
    match value:
        case bool():
            return say("yes") if value else say("no")
        case Decimal():
            return say_figure(figure(value, least=0))
        case str():
            return value.replace("_", " ")
    return spoken(value).replace("_", " ")


def answer(value: Value) -> str:
    """A value that stands alone: a range says who decides."""
    if isinstance(value, Range):
        return f"{show(value)} ({value.who()})"
    return show(value)
