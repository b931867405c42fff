"""Fee tables against an oracle that adds up cent by cent what the rows say."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from procs import calendar, case_of, plan_of

from engine.evaluate import Evaluator, State
from engine.fees import Charge, charge
from engine.records import Plan
from engine.refusal import Refusal
from engine.values import Money, NotStated, Unknown, When

AMOUNT = "fact amount, money at least 0 XTS\n"


@dataclass(frozen=True)
class Band:
    """A row of a table: from its lower edge up to (not including) the next one's."""

    low: int
    fixed: int
    percent: int  # of the excess over `low`, or in slices of the slice

    def slab(self) -> str:
        return f"{self.fixed} XTS + {self.percent} % of the excess"


@st.composite
def tables(draw: st.DrawFn) -> list[Band]:
    edges = sorted(draw(st.sets(st.integers(1, 9_999), max_size=4)))
    return [Band(low, draw(st.integers(0, 500)), draw(st.integers(0, 20))) for low in [0, *edges]]


def rows(bands: list[Band], formula: str) -> str:
    lines = []
    for band, following in zip(bands, [*bands[1:], None], strict=True):
        edges = [f"from {band.low} XTS"] + ([f"below {following.low} XTS"] if following else [])
        gives = band.slab() if formula == "slab" else f"{band.percent} %"
        lines.append(f"  | {', '.join(edges)} | {gives} |\n")
    return "".join(lines)


def cost(plan: Plan, name: str, told: dict[str, str], day: str = "2024-03-04") -> Charge:
    case = case_of(plan, {**told, "start": day})
    state = State(told=dict(case.facts), today=When(case.begins()))
    return charge(plan.fees[name], Evaluator(plan, state, calendar()), state.today)


def cents(amount: Fraction) -> Decimal:
    exact = Decimal(amount.numerator) / Decimal(amount.denominator)
    return exact.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


@settings(max_examples=60, deadline=None)
@given(tables(), st.lists(st.integers(0, 1_200_000), min_size=1, max_size=8))
def test_a_slab_table_charges_the_band_the_amount_lies_in(bands: list[Band], amounts: list[int]) -> None:
    plan = plan_of(f'{AMOUNT}fee duty on amount "Duty"  by act "1"\n{rows(bands, "slab")}')
    for amount in [*amounts, *(band.low * 100 for band in bands), *(band.low * 100 - 1 for band in bands[1:])]:
        band = [one for one in bands if one.low * 100 <= amount][-1]
        due = Fraction(band.fixed) + Fraction(amount, 100) * band.percent / 100 - Fraction(band.low * band.percent, 100)
        found = cost(plan, "duty", {"amount": f"{amount / 100:.2f}"})
        assert found.amount == Money(cents(due), "XTS")
        rows_of = zip(plan.fees["duty"].rows, bands, strict=True)
        assert found.lines == tuple(row.line for row, one in rows_of if one is band)


@settings(max_examples=60, deadline=None)
@given(tables(), st.integers(0, 1_200_000))
def test_a_table_in_slices_charges_each_unit_by_the_band_it_lies_in(bands: list[Band], amount: int) -> None:
    plan = plan_of(f'{AMOUNT}fee duty on amount in slices "Duty"  by act "1"\n{rows(bands, "slices")}')
    due = Fraction(0)
    for unit in range(0, amount, 100):  # one unit of the currency after another, the last one perhaps broken
        part = min(100, amount - unit)
        due += Fraction(part, 100) * [one for one in bands if one.low * 100 <= unit][-1].percent / 100
    assert cost(plan, "duty", {"amount": f"{amount / 100:.2f}"}).amount == Money(cents(due), "XTS")


LIMITED = f"""{AMOUNT}
fact online, yes or no
value unit, money "Unit"  by act "2"
  10 XTS since 2020-01-01
  12 XTS since 2024-01-01
fee duty on amount "Duty"  by act "1"
  5 %, at least 2 unit, at most 10 unit
  borne by tenant
fee stamp "Stamp"  by act "3"
  1 unit when online
  3 unit unless online
fee silent "Silent"  by act "4"
  not stated in act
"""


@pytest.mark.parametrize(
    "amount, day, due, governs",
    [
        ("100", "2023-12-31", "20.00", "at least 2 unit"),
        ("100", "2024-01-01", "24.00", "at least 2 unit"),
        ("1000", "2024-01-01", "50.00", ""),
        ("5000", "2024-01-01", "120.00", "at most 10 unit"),
        ("480.10", "2024-01-01", "24.01", ""),
        ("480.05", "2024-01-01", "24.00", ""),  # 24.0025
        ("480", "2024-01-01", "24.00", ""),  # at the floor, which adds nothing
    ],
)
def test_floor_and_cap_are_of_the_day_and_say_whether_they_govern(
    amount: str, day: str, due: str, governs: str
) -> None:
    found = cost(plan_of(LIMITED), "duty", {"amount": amount}, day)
    assert found.amount == Money(Decimal(due), "XTS")
    said = [line.split(" = ")[0] for line in found.arithmetic if line.endswith("governs")]
    assert said == ([next(line for line in said if line.startswith(governs))] if governs else [])
    assert found.bearer == "tenant"


def test_a_fee_is_unknown_or_not_stated_rather_than_nought() -> None:
    plan = plan_of(LIMITED)
    assert cost(plan, "duty", {}).amount == Unknown(("amount",))
    assert cost(plan, "stamp", {}).amount == Unknown(("online",))
    assert cost(plan, "stamp", {"online": "no"}).amount == Money(Decimal("36.00"), "XTS")
    assert cost(plan, "silent", {}).amount == NotStated(("act",))


def test_a_day_without_a_value_is_refused_and_names_the_nearest_one() -> None:
    with pytest.raises(
        Refusal, match=r"`unit` has no amount for 2019-12-31; the first known one is 10\.00 XTS"
    ) as refused:
        cost(plan_of(LIMITED), "stamp", {"online": "yes"}, "2019-12-31")
    assert refused.value.help == "Type --set unit=…"
    assert cost(plan_of(LIMITED), "stamp", {"online": "yes", "unit": "7"}, "2019-12-31").amount == Money(
        Decimal(7), "XTS"
    )


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 5_000_000), st.integers(1, 5_000_000))
def test_a_bigger_claim_never_costs_less_in_the_shipped_tables_read_as_preferred(one: int, two: int) -> None:
    from procs import shipped

    plan = shipped("belarus")
    less, more = sorted((one, two))
    for fee in ("claim_duty", "order_duty", "notary_tariff"):
        low, high = (cost(plan, fee, {"amount": str(amount)}).amount for amount in (less, more))
        assert isinstance(low, Money)
        assert isinstance(high, Money)
        assert low.amount <= high.amount
