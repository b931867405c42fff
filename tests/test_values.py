"""Money is exact, not knowing is not nought, and an unknown fact opens both ways."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import ROUND_DOWN, ROUND_HALF_UP, ROUND_UP, Decimal
from fractions import Fraction
from itertools import product
from operator import eq, ge, gt, le, lt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from procs import calendar

from engine.arithmetic import OPERATIONS, bounded, compare, divide, multiply
from engine.counting import CountingRules, Span, due_day
from engine.refusal import Refusal
from engine.sums import Sum
from engine.values import Money, NotStated, Rate, Truth, Unknown, Value, When, all_of, exact, figure, lacking, opposite

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


# ── Exact arithmetic ────────────────────────────────────────────────────────────────────────────

WHOLE = st.integers(-(10**9), 10**9)


@given(WHOLE, st.integers(1, 10**6), st.integers(1, 10**6))
def test_a_sum_divided_and_multiplied_again_is_the_sum_itself(amount: int, one: int, other: int) -> None:
    money, by, times = Money(Decimal(amount), "XTS"), Decimal(one), Decimal(other)
    parts = multiply(divide(money, by), times)
    assert isinstance(parts, Money)
    exactly = Fraction(amount) / one * other
    assert exact(parts.amount) == exactly
    cents = parts.rounded("down", Decimal("0.01")).amount
    assert Fraction(cents) == Fraction(int(exactly * 100), 100)
    assert divide(multiply(parts, by), times) == money


@pytest.mark.parametrize(
    "one, sign, other, found",
    [
        (Decimal(40), "×", Rate(Decimal("0.05")), Decimal(2)),
        (Rate(Decimal("0.05")), "×", Decimal(40), Decimal(2)),
        (Rate(Decimal("0.5")), "×", Rate(Decimal("0.5")), Rate(Decimal("0.25"))),
        (Rate(Decimal("0.05")), "×", Money(Decimal(40), "XTS"), Money(Decimal(2), "XTS")),
        (Money(Decimal(40), "XTS"), "×", Decimal(2), Money(Decimal(80), "XTS")),
        (Money(Decimal(40), "XTS"), "/", Money(Decimal(10), "XTS"), Decimal(4)),
        (Money(Decimal(40), "XTS"), "/", Decimal(8), Money(Decimal(5), "XTS")),
        (Rate(Decimal("0.05")), "/", Decimal(2), Rate(Decimal("0.025"))),
        (Rate(Decimal("0.5")), "×", Span(10, "days"), Span(5, "days")),
    ],
)
def test_what_an_operation_gives_is_of_the_kind_that_the_language_says(
    one: Value, sign: str, other: Value, found: Value
) -> None:
    assert OPERATIONS[sign](one, other) == found


@pytest.mark.parametrize("number", ["9" * 24, "123456789012345678901234"])
def test_a_figure_is_never_cut_short(number: str) -> None:
    assert figure(Decimal(number), least=0).replace(" ", "") == number
    total = Sum("XTS", {"XTS": Money(Decimal("0.01"), "XTS")})
    total.add("duty", Money(Decimal(number) * 1000, "XTS"))
    assert total.figure() == Money(Decimal(f"{number}000.01"), "XTS")


def test_a_number_beyond_all_sums_of_money_is_refused_in_a_sentence() -> None:
    large = Decimal("9" * 24)
    with pytest.raises(Refusal, match="more than 40 digits"):
        multiply(multiply(large, large), Money(large, "XTS"))
    with pytest.raises(Refusal, match="no whole number of days"):
        multiply(Rate(Decimal("0.05")), Span(10, "days"))


# ── Days and lengths compared ───────────────────────────────────────────────────────────────────

RELATIONS = {"at least": ge, "at most": le, "above": gt, "below": lt, "before": lt, "after": gt, "is": eq}
DAY = date(2024, 3, 4)


@pytest.mark.parametrize("relation", RELATIONS)
@pytest.mark.parametrize("one, other", [*product(range(-1, 2), repeat=2)])
@pytest.mark.parametrize("vague", [*product([True, False], repeat=2)])
def test_a_bound_compares_as_every_day_that_it_may_become(
    relation: str, one: int, other: int, vague: tuple[bool, bool]
) -> None:
    ends = [[at, *range(at + 1, 4)] if bound else [at] for at, bound in zip((one, other), vague, strict=True)]
    worlds = {RELATIONS[relation](left, right) for left, right in product(*ends)}
    left, right = (
        When(DAY + timedelta(at), ("Office",) if bound else (), assumed="yes" if bound else "", latest=not bound)
        for at, bound in zip((one, other), vague, strict=True)
    )
    found = compare(relation, left, right)
    assert found.value == (worlds.pop() if len(worlds) == 1 else None)
    assert found.silent == (() if found.value is not None else ("Office",))


@pytest.mark.parametrize("side, choose", [("at least", max), ("at most", min)])
@pytest.mark.parametrize("one, other", [(0, 1), (1, 0), (1, 1)])
def test_the_later_or_earlier_of_a_day_and_a_bound_is_no_day_unless_it_is_certain(
    side: str, choose: Callable[..., int], one: int, other: int
) -> None:
    found = bounded(When(DAY + timedelta(one), ("Office",)), When(DAY + timedelta(other)), side)
    worlds = {choose(later, other) for later in range(one, 5)}
    assert found == When(DAY + timedelta(min(worlds)), () if len(worlds) == 1 else ("Office",))


def test_a_day_is_the_same_however_it_came_to_be_supposed() -> None:
    assert When(DAY, assumed="received at once") == When(DAY, latest=True) == When(DAY)


SPANS = [
    Span(28, "days"), Span(30, "days"), Span(31, "days"), Span(32, "days"), Span(4, "weeks"), Span(365, "days"),
    Span(367, "days"), Span(1, "months"), Span(12, "months"), Span(1, "years"), Span(13, "months"),
]  # fmt: skip


@pytest.mark.parametrize("one, other", [*product(SPANS, repeat=2)])
def test_a_length_is_longer_only_if_it_ends_later_from_every_day(one: Span, other: Span) -> None:
    starts = [date(2023, 1, 1) + timedelta(day) for day in range(4 * 366)]
    rules = CountingRules(rolls="never")
    ends = [tuple(due_day(span, start, rules, calendar()) for span in (one, other)) for start in starts]
    worlds = {first >= second for first, second in ends}
    if len(worlds) > 1:
        with pytest.raises(Refusal, match="nobody can say which is longer"):
            compare("at least", one, other)
    else:
        assert compare("at least", one, other).value is worlds.pop()


@pytest.mark.parametrize(
    "one, other, alike",
    [
        (Span(1, "years"), Span(12, "months"), True),
        (Span(2, "weeks"), Span(14, "days"), True),
        (Span(30, "days"), Span(1, "months"), False),
        (Span(5, "working days"), Span(1, "weeks"), False),
    ],
)
def test_lengths_are_one_where_their_units_are(one: Span, other: Span, alike: bool) -> None:
    assert compare("is", one, other).value is alike
    assert compare("at most", Span(3, "days"), Span(3, "working days")).value is True
