"""Money is exact, not knowing is not nought, and an unknown fact opens both ways."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_UP, ROUND_UP, Decimal
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.values import Money, NotStated, Sum, Truth, Unknown, all_of, figure, lacking, opposite

AMOUNTS = st.decimals("-1e9", "1e9", places=6)
OPEN = Truth(None, ("fact",))
WORLD = {True: Truth(True), False: Truth(False), None: OPEN}


@given(AMOUNTS, st.sampled_from(["0.01", "0.05", "0.1", "1", "5"]), st.sampled_from(["half up", "up", "down"]))
def test_rounding_gives_a_multiple_no_further_away_than_one_step(amount: Decimal, step: str, mode: str) -> None:
    rounded = Money(amount, "XTS").rounded(mode, Decimal(step)).amount
    exact, size = Fraction(amount), Fraction(Decimal(step))
    assert (Fraction(rounded) / size).denominator == 1
    off = abs(Fraction(rounded) - exact)
    assert off <= size / 2 if mode == "half up" else off < size
    assert mode != "up" or abs(rounded) >= abs(amount)
    assert mode != "down" or abs(rounded) <= abs(amount)


@given(AMOUNTS)
def test_rounding_to_cents_agrees_with_the_decimal_library(amount: Decimal) -> None:
    for mode, rule in (("half up", ROUND_HALF_UP), ("up", ROUND_UP), ("down", ROUND_DOWN)):
        cents = Money(amount, "XTS").rounded(mode, Decimal("0.01")).amount
        assert cents == amount.quantize(Decimal("0.01"), rounding=rule)


@given(AMOUNTS)
def test_a_figure_reads_back_as_the_same_number(amount: Decimal) -> None:
    assert Decimal(figure(amount).replace(" ", "")) == amount


@pytest.mark.parametrize(
    "number, words", [("14300", "14 300.00"), ("0.5", "0.50"), ("-1234567.891", "-1 234 567.891"), ("0", "0.00")]
)
def test_a_figure_groups_its_thousands(number: str, words: str) -> None:
    assert figure(Decimal(number)) == words


@pytest.mark.parametrize("truths", [*product([True, False, None], repeat=3)])
def test_what_is_decided_holds_in_every_world(truths: tuple[bool | None, ...]) -> None:
    """Kleene's *and* decides exactly what every completion of the unknowns decides, and `opposite` turns it over."""
    worlds = {
        all(world)
        for world in product([True, False], repeat=3)
        if all(told is None or told == real for told, real in zip(truths, world, strict=True))
    }
    found = all_of(WORLD[one] for one in truths)
    assert found.value == (worlds.pop() if len(worlds) == 1 else None)
    assert opposite(found).value == (None if found.value is None else not found.value)
    assert found.unknown == (("fact",) if found.value is None else ())


def test_what_the_source_does_not_state_outweighs_what_the_case_does_not_tell() -> None:
    assert lacking(Unknown(("a",)), NotStated(("guide",)), Decimal(1)) == NotStated(("guide",))
    assert lacking(Unknown(("a",)), Unknown(("b",)), Unknown(("a",))) == Unknown(("a", "b"))
    assert lacking(Decimal(0)) is None


def test_a_sum_never_counts_what_is_missing_as_nought() -> None:
    total = Sum("XTS")
    assert str(total) == "0.00 XTS"
    total.add("duty", NotStated(("guide",)))
    assert str(total) == "not stated (duty)"
    total.add("stamp", Money(Decimal("1.5"), "XTS"))
    total.add("advance", Unknown(("amount",)))
    assert str(total) == "1.50 XTS + not stated (duty) + unknown (advance)"
