"""Fee tables against an oracle that adds up cent by cent what the rows say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import cache
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from procs import HEAD, calendar, case_of, plan_of
from typed import BELARUS, proc

from engine.bearers import Bearing, bearings
from engine.evaluate import Evaluator, State
from engine.fees import Charge, charge
from engine.records import Plan
from engine.refusal import Refusal
from engine.values import Money, NotStated, Unknown, When


def borne(plan: Plan, name: str, told: dict[str, str], day: str = "2024-03-04") -> tuple[Bearing, ...]:
    case = case_of(plan, {**told, "start": day})
    ask = Evaluator(plan, State(told=dict(case.facts), today=When(case.begins())), calendar())
    return bearings(plan.fees[name], charge(plan.fees[name], ask, ask.state.today), ask)


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
    assert [(one.party, one.amount) for one in borne(plan_of(LIMITED), "duty", {"amount": amount}, day)] == [
        ("tenant", found.amount)
    ]


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


# ── What is not certain ─────────────────────────────────────────────────────────────────────────

OPEN = f"""{AMOUNT}
fact pupil, yes or no
fact tourist, yes or no
fact rented, yes or no
fact event_day, date
value unit, money  by act "2"
  10 XTS since 2020-01-01
  12 XTS since 2024-01-01
value one, money  by act "2"
  1 XTS since 2020-01-01
fee museum "Museum"  by act "1"
  9 XTS when tourist
  2 XTS when pupil
  2 XTS unless pupil
fee park "Park"  by act "1"
  5 XTS when pupil unless rented
  5 XTS when tourist
  7 XTS unless pupil
fee sliced on amount in slices "Sliced"  by act "1"
  | up to 100 XTS | 0 %                |
  | above 100 XTS | 10 % | when pupil
  | above 100 XTS | 20 % | when pupil is no
fee of_its_day "Of its day"  by act "1"
  2 unit
  governed by event_day
fee plain "Plain"  by act "1"
  3 XTS
  governed by event_day
fee single "Single"  by act "1"
  3 one
fee shared "Shared"  by act "1"
  3 XTS
  borne by owner until 2023-12-31
  borne by tenant since 2024-01-01
fee thirds "Thirds"  by act "1"
  100 XTS / 3 × 3
  rounded down to 0.01
fee seventh on amount "Seventh"  by act "1"
  amount / 7 × 7
  rounded up to 1
"""


@cache
def open_plan() -> Plan:
    return plan_of(OPEN)


@pytest.mark.parametrize("name", ["museum", "park", "sliced"])
@pytest.mark.parametrize("told", [dict(zip("ptr", one, strict=True)) for one in product(["yes", "no", ""], repeat=3)])
def test_a_fee_of_an_open_case_is_the_fee_of_every_world_left(name: str, told: dict[str, str]) -> None:
    """Where it is one amount, every world that has a fee has this one; else it names facts that nobody told."""
    names = {"p": "pupil", "t": "tourist", "r": "rented"}
    plan, known = open_plan(), {names[short]: text for short, text in told.items() if text} | {"amount": "300"}

    def fee(told: dict[str, str]) -> object:
        try:
            return cost(plan, name, told).amount
        except Refusal as refusal:
            return refusal.code

    untold = [one for one in names.values() if one not in known]
    worlds = [known | dict(zip(untold, rest, strict=True)) for rest in product(["yes", "no"], repeat=len(untold))]
    amounts = {fee(world) for world in worlds}
    found = fee(known)
    if isinstance(found, Unknown):
        assert found.names
        assert set(found.names) <= set(untold)
        assert len(amounts) > 1 or amounts == {"bands-clash"}
    else:
        assert found == "bands-clash" or amounts - {"bands-clash", "no-band"} <= {found}


@pytest.mark.parametrize(
    "name, today, event_day, amount",
    [
        ("of_its_day", "2024-05-05", None, Unknown(("event_day",))),
        ("of_its_day", None, "2023-05-05", Money(Decimal("20.00"), "XTS")),
        ("of_its_day", "2024-05-05", "2023-05-05 …", NotStated(("Office",))),
        ("of_its_day", "2024-05-05", "2024-05-05 …", Money(Decimal("24.00"), "XTS")),
        ("plain", None, None, Money(Decimal("3.00"), "XTS")),
        ("plain", "2024-05-05", None, Money(Decimal("3.00"), "XTS")),
        ("single", None, None, Unknown(("start",))),
        ("single", "2020-05-05 …", None, Money(Decimal("3.00"), "XTS")),
        ("shared", None, None, Money(Decimal("3.00"), "XTS")),
        ("thirds", None, None, Money(Decimal("100.00"), "XTS")),
    ],
)
def test_a_fee_of_a_day_that_is_not_certain_is_that_of_all_versions_or_none(
    name: str, today: str | None, event_day: str | None, amount: object
) -> None:
    def when(text: str) -> When:
        return When(date.fromisoformat(text[:10]), ("Office",) if text.endswith("…") else ())

    plan = open_plan()
    state = State(told={"event_day": when(event_day)} if event_day else {})
    if today:
        state.today = when(today)
    found = charge(plan.fees[name], Evaluator(plan, state, calendar()), state.today if today else None)
    assert found.amount == amount
    assert bool(found.values) is (isinstance(amount, Money) and name in ("of_its_day", "single"))


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 10**9))
def test_a_seventh_taken_seven_times_is_not_rounded_on_the_way(amount: int) -> None:
    assert cost(open_plan(), "seventh", {"amount": str(amount)}).amount == Money(Decimal(amount), "XTS")


# ── On the command line ─────────────────────────────────────────────────────────────────────────


FAR = """\
rule far, date  by act "7"
  5000 working days from event_day
fee distant "Distant"  by act "7"
  1 unit
  governed by far
"""


@pytest.fixture
def town(tmp_path: Path) -> str:
    (tmp_path / "town.proc").write_text(HEAD + OPEN + FAR, encoding="utf-8")
    return str(tmp_path / "town.proc")


@pytest.mark.parametrize(
    "told, says",
    [
        (["single"], "depends on the day Type --start 2026-03-02"),
        (["distant", "--set", "event_day=2024-03-04"], "is outside it"),
        (["sliced", "--set", "amount=100 XTS 500"], "is not a number"),
        (["sliced", "--set", "amount=5", "--set", "amount=6"], "`amount` is told twice: 5 and 6"),
    ],
)
def test_what_a_fee_cannot_be_computed_for_is_one_sentence(town: str, told: list[str], says: str) -> None:
    found = proc("fee", town, *told)
    assert (found.code, found.out) == (2, "")
    assert says in " ".join(found.err.replace(".", "").split())


def test_only_what_depends_on_a_day_asks_for_one(town: str) -> None:
    answers = {one["id"]: one for one in proc("fee", town, "--format", "json").data["fees"]}
    refused = {name for name, one in answers.items() if "depends on the day" in one.get("refused", "")}
    assert refused == {"single"}
    assert answers["shared"]["borne"] == [
        {
            "party": "",
            "title": "",
            "amount": answers["shared"]["amount"],
            "part": "",
            "arithmetic": [],
            "hangs_on": ["start"],
        }
    ]
    assert answers["thirds"]["amount"]["amount"] == "100.00"
    assert answers["single"]["help"] == "Type --start 2026-03-02, for example."


@pytest.mark.parametrize(
    "command, says",
    [
        (["count", "FILE", "99999 days", "--from", "2024-03-04"], "too long"),
        (["simulate", BELARUS, "--set", "amount=1", "--choose", "choose_proceeding=order,collect_by_ruling=challenge"],
         "Repeat --choose"),
        (["simulate", BELARUS, "--set", "receipt of claim_letter=2017-03-01", "--set", "receipt of claim_letter=2017-03-02"],
         "receipt of claim_letter=2017-03-01,2017-03-02"),
    ],
)  # fmt: skip
def test_what_is_typed_wrongly_is_answered_by_what_to_type(town: str, command: list[str], says: str) -> None:
    found = proc(*(town if one == "FILE" else one for one in command))
    assert found.code == 2
    assert says in " ".join(found.err.split())


# ── Who bears it ────────────────────────────────────────────────────────────────────────────────


def split_fee(bearers: str, rounding: str = "rounded half up to 0.01") -> Plan:
    return plan_of(
        "fact amount, money at least 0 XTS\nfact lost, money\nfact other, money at first 0 XTS\nfact won, yes or no\n"
        f'fee duty on amount  by act "1"\n  5 %, at least 15 XTS\n  {rounding}\n{bearers}'
    )


def cents_of(amount: Fraction, step: Fraction, mode: str) -> Fraction:
    whole, rest = divmod(amount / step, 1)
    up = rest >= Fraction(1, 2) if mode == "half up" else rest > 0 and mode == "up"
    return (whole + up) * step


THREE = """  borne by owner for lost
  borne by court for other
  borne by tenant
"""


@given(
    st.integers(1, 3_000_000), st.integers(0, 3_000_000), st.integers(0, 3_000_000),
    st.sampled_from(["half up", "up", "down"]), st.sampled_from(["0.01", "0.05", "1", "7"]),
)  # fmt: skip
def test_a_fee_is_divided_in_proportion_and_nothing_of_it_is_lost(
    amount: int, one: int, two: int, mode: str, step: str
) -> None:
    first, second = sorted((one % (amount + 1), two % (amount + 1)))
    told = {"amount": f"{amount / 100:.2f}", "lost": f"{first / 100:.2f}", "other": f"{(second - first) / 100:.2f}"}
    plan = split_fee(THREE, f"rounded {mode} to {step}")
    fee = cents_of(max(Fraction(amount, 2000), Fraction(15)), Fraction(step), mode)
    marks = [cents_of(fee * mark / amount, Fraction(step), mode) for mark in (0, first, second)] + [fee]
    parties = ["owner", "court", "tenant"]
    wanted = {party: high - low for party, low, high in zip(parties, marks[:-1], marks[1:], strict=True) if high != low}
    found = {part.party: part.amount for part in borne(plan, "duty", told)}
    assert {party: Fraction(part.amount) for party, part in found.items() if isinstance(part, Money)} == wanted
    assert cost(plan, "duty", told).amount == Money(Decimal(str(float(fee))).quantize(Decimal("0.01")), "XTS")


@pytest.mark.parametrize(
    "told, says",
    [
        ({"amount": "100", "lost": "100.01"}, "go beyond what it is taken on, with lost: 100.01 XTS of 100.00 XTS"),
        ({"amount": "100", "lost": "60", "other": "40.01"}, "go beyond what it is taken on, with other"),
        ({"amount": "100", "lost": "-1"}, "that falls on lost would be less than nothing"),
    ],
)
def test_a_part_that_is_no_part_of_the_base_is_refused(told: dict[str, str], says: str) -> None:
    plan = split_fee(THREE)
    facts = {name: Money(Decimal(text), "XTS") for name, text in told.items()}
    ask = Evaluator(plan, State(told=dict(facts), today=When(date(2024, 3, 4))), calendar())
    with pytest.raises(Refusal) as refused:
        bearings(plan.fees["duty"], charge(plan.fees["duty"], ask), ask)
    assert refused.value.code == "beyond-base"
    assert says in refused.value.seen


LOST = Unknown(("lost",))


@pytest.mark.parametrize(
    "bearers, told, parts",
    [
        (THREE, {"amount": "1 000"}, [("owner", LOST, ("lost",)), ("court", LOST, ("lost",)), ("tenant", LOST, ())]),
        (THREE, {"amount": "0", "lost": "0"}, [("tenant", "15.00", ())]),
        (THREE, {"amount": "1 000", "lost": "1 000"}, [("owner", "50.00", ())]),
        ("  borne by owner for lost\n", {"amount": "1 000", "lost": "10"}, [("owner", "0.50", ()), ("", "49.50", ())]),
        ("  borne by owner when won\n  borne by tenant\n", {"amount": "1 000"}, [("", "50.00", ("won",))]),
        ("  borne by owner for 30 % when won\n  borne by tenant\n", {"amount": "1 000", "won": "no"}, [("tenant", "50.00", ())]),
        ("  borne by owner for 30 % when won\n", {"amount": "1 000", "won": "yes"}, [("owner", "15.00", ()), ("", "35.00", ())]),
        ("  borne by owner for 30 % until 2024-03-04\n", {"amount": "1 000"}, [("owner", "15.00", ()), ("", "35.00", ())]),
        ("  borne by owner for 30 % until 2024-03-03\n", {"amount": "1 000"}, []),
    ],
)  # fmt: skip
def test_what_nobody_told_or_says_of_a_bearer_is_told_as_that(
    bearers: str, told: dict[str, str], parts: list[tuple[str, object, tuple[str, ...]]]
) -> None:
    found = borne(split_fee(bearers), "duty", told)
    wanted = [(party, Money(Decimal(sum_), "XTS") if isinstance(sum_, str) else sum_, on) for party, sum_, on in parts]
    assert [(part.party, part.amount, part.hangs_on) for part in found] == wanted
