"""Sums: money added up with what cannot be added. Two currencies are never one figure."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache

from engine.arithmetic import add, subtract
from engine.values import Money, NotStated, Range, Value, answer
from procedure_dsl.wording import say


@dataclass(slots=True)
class Sum:
    """The known part, one figure for each currency; and the labels of what is not stated and of what is unknown."""

    currency: str  # of a sum of nothing
    known: dict[str, Value] = field(default_factory=dict)
    not_stated: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)

    def add(self, label: str, value: Value, less: bool = False) -> None:
        """Add money (or take it away), or remember what is missing under its label."""
        if isinstance(value, Money | Range):
            currency = currency_of(value)
            before = self.known.get(currency, nothing(currency))
            self.known[currency] = subtract(before, value) if less else add(before, value)
        elif isinstance(value, NotStated):
            self.not_stated.append(label)
        else:
            self.unknown.append(label)

    def take(self, other: Sum, less: bool = False) -> None:
        """Add another sum, or take it away."""
        for value in other.known.values():
            self.add("", value, less)
        for mine, theirs in ((self.not_stated, other.not_stated), (self.unknown, other.unknown)):
            for label in theirs:
                if less and label in mine:  # what is missing comes back, whatever it is
                    mine.remove(label)
                else:
                    mine.append(label)

    @property
    def figures(self) -> tuple[Value, ...]:
        """What is known, in each currency; nothing at all is nought in its own."""
        return tuple(self.known.values()) or (nothing(self.currency),)

    def figure(self) -> Value:
        """What is known, in its own currency."""
        return self.known.get(self.currency, nothing(self.currency))

    def __str__(self) -> str:
        lacks = bool(self.not_stated or self.unknown)
        parts = [answer(one) for one in self.figures if not (lacks and is_nought(one))]
        parts += [say("not stated ({stretches})", stretches=", ".join(self.not_stated))] if self.not_stated else []
        parts += [say("unknown ({names})", names=", ".join(self.unknown))] if self.unknown else []
        return " + ".join(parts)


@cache
def nothing(currency: str) -> Money:
    return Money(Decimal(0), currency)


def currency_of(value: Value) -> str:
    """The currency of money, or of a range of it."""
    found = value.low if isinstance(value, Range) else value
    assert isinstance(found, Money)
    return found.currency


def is_nought(value: Value) -> bool:
    return isinstance(value, Money) and not value.amount
