"""Money that moves: set off, paid in parts, given back, left to somebody. Ranges against every decision tried out."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path

import jsonschema
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from procs import HEAD, calendar, case_of, plan_of
from typed import proc

from engine import ranges
from engine.arithmetic import add, bounded, compare, divide, multiply, same, subtract
from engine.audit import audit_plan
from engine.counting import CountingRules, Span, due_day
from engine.difference import differences
from engine.evaluate import Evaluator, State
from engine.fees import charge
from engine.plan import make_plan
from engine.records import Plan
from engine.refusal import Refusal
from engine.road import Road
from engine.simulate import simulate_case
from engine.sums import Sum
from engine.trace import Amount, Trace, amount_words
from engine.values import Discretion, Money, NotStated, Range, Rate, Unknown, Value, When, exact
from procedure_dsl import load, source_of_text
from procedure_dsl.format import format_source
from viz.diagram import make_diagram


def money(number: Decimal | int | str, currency: str = "XTS") -> Money:
    return Money(Decimal(number), currency)


# ── Ranges, operation by operation ──────────────────────────────────────────────────────────────

NUMBERS = st.integers(-200, 200).map(lambda n: Decimal(n) / 4)
STEPS = st.lists(
    st.tuples(st.sampled_from(["+", "-", "×", "at least", "at most", "again"]), NUMBERS), min_size=1, max_size=7
)


def compute(first: Value, second: Value, steps: list[tuple[str, Decimal]]) -> Value:
    """A formula of two decisions, each of which may come back in it."""
    found = first
    for step, number in steps:
        match step:
            case "+":
                found = add(found, second)
            case "-":
                found = subtract(found, first)
            case "×":
                found = multiply(found, number)
            case "again":
                found = add(multiply(found, Rate(Decimal("0.5"))), money(number))
            case _:
                found = bounded(found, money(number), step)
    return found


@settings(max_examples=150, deadline=None)
@given(STEPS, st.integers(1, 40), st.integers(1, 40))
def test_whatever_is_decided_a_formula_stays_within_its_range(
    steps: list[tuple[str, Decimal]], one: int, two: int
) -> None:
    first = ranges.decided("court", "first", money(-one), money(one))
    second = ranges.decided("court", "second", money(5), money(5 + two))
    low, high = ranges.ends(compute(first, second, steps))
    for x in range(-one, one + 1, max(1, one // 5)):
        for y in range(5, 6 + two, max(1, two // 5)):
            [number, _] = ranges.ends(compute(money(x), money(y), steps))
            assert low <= number <= high


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["+", "-", "×", "again"]), NUMBERS), min_size=1, max_size=7))
def test_both_ends_of_an_even_formula_are_reached(steps: list[tuple[str, Decimal]]) -> None:
    """Without floors and caps a formula moves evenly with each decision, however often it comes back."""
    first = ranges.decided("court", "first", money(-3), money(9))
    second = ranges.decided("court", "second", money(5), money(11))
    corners = [ranges.ends(compute(money(x), money(y), steps))[0] for x in (-3, 9) for y in (5, 11)]
    assert ranges.ends(compute(first, second, steps)) == (min(corners), max(corners))


def test_a_decision_less_itself_is_nothing_to_decide() -> None:
    decision = ranges.decided("court", "costs", money(100), money(500))
    assert isinstance(decision, Range)
    assert subtract(decision, decision) == money(0)
    assert str(decision) == "100.00 to 500.00 XTS"
    assert same(decision, decision).value is True
    assert compare("above", add(decision, money(1)), decision).value is True
    assert compare("above", decision, money(300)).unknown == ("costs",)
    assert same(decision, money(300)).value is None
    assert same(decision, money(501)).value is False
    assert isinstance(divide(decision, money(100)), Range)
    with pytest.raises(Refusal, match="divide by nought"):
        divide(money(1), subtract(decision, money(200)))
    assert subtract(Unknown(("x",)), decision) == Unknown(("x",))
    assert add(decision, NotStated(("act",))) == NotStated(("act",))


@pytest.mark.parametrize("mode", ["half up", "up", "down"])
@settings(max_examples=60, deadline=None)
@given(st.integers(0, 5_000), st.integers(1, 500), st.sampled_from(["0.01", "0.05", "1"]))
def test_what_is_rounded_and_taken_off_again_stays_within_its_range(mode: str, low: int, wide: int, step: str) -> None:
    decision = ranges.decided("court", "costs", money(Decimal(low) / 1000), money(Decimal(low + wide) / 1000))
    assert isinstance(decision, Range)
    rounded = ranges.rounded(decision, mode, Decimal(step))
    least, most = ranges.ends(subtract(decision, rounded))
    for number in range(low, low + wide + 1, max(1, wide // 20)):
        told = money(Decimal(number) / 1000)
        off = exact(told.amount) - exact(told.rounded(mode, Decimal(step)).amount)
        assert least <= off <= most
        assert ranges.ends(rounded)[0] <= exact(told.rounded(mode, Decimal(step)).amount) <= ranges.ends(rounded)[1]


# ── Two currencies ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "operation",
    [add, subtract, divide, same, lambda a, b: bounded(a, b, "at most"), lambda a, b: compare("above", a, b)],
)
@pytest.mark.parametrize("other", [money(2, "XXX"), Range(money(2, "XXX"), money(3, "XXX"), (Discretion("court", "costs", Fraction(2), Fraction(3)),))])  # fmt: skip
def test_two_currencies_never_meet_in_one_operation(operation: object, other: Value) -> None:
    with pytest.raises(Refusal, match="XTS and XXX stand in one formula"):
        operation(money(1), other)  # type: ignore[operator]


def test_a_total_keeps_each_currency_apart() -> None:
    total = Sum("XTS")
    for amount in (money(1), money(5, "XXX"), money(2), Unknown(("rate",))):
        total.add("fee", amount)
    assert str(total) == "3.00 XTS + 5.00 XXX + unknown (fee)"
    assert total.figure() == money(3)


# ── A decision on the road, against all that can be decided ─────────────────────────────────────

TRIAL = """
rule damages, money "Damages"  by act "1"
  from {low} XTS to {high} XTS at the discretion of court
fee first on damages  by act "2"
{rows}
fee second on damages  by act "3"
  8 % - paid of first, at least 0 XTS
fee third on damages in slices  by act "4"
  | up to 150 XTS | 1 % |
  | above 150 XTS | 3 % |
procedure trial
stage hearing  by act "5"
  the owner pays first
  the owner pays second
  the owner pays third
  -> over
end over, recovers damages  by act "5"
"""


@st.composite
def rising(draw: st.DrawFn) -> str:
    """A table in which more never costs less, with a jump at some edges."""
    edges = sorted(draw(st.sets(st.integers(50, 600), min_size=1, max_size=3)))
    lines, before, low = [], 0, 0
    for low, high in zip([0, *edges], [*edges, None], strict=True):
        before += draw(st.integers(0, 20))
        percent = draw(st.sampled_from([0, 0, 3, 8, 9]))
        ends = [f"from {low} XTS"] + ([f"below {high} XTS"] if high else [])
        lines.append(f"  | {', '.join(ends)} | {before} XTS + {percent} % of the excess |")
        before += -(-percent * ((high or low) - low) // 100)
    return "\n".join(lines)


def charges(plan: Plan, told: dict[str, str]) -> list[Value]:
    road = Road(plan, case_of(plan, {"start": "2024-03-04", **told}), calendar())
    log = road.walk()
    return [*(found.amount for found, _ in log.charges), log.cost(["owner"]).figure()]


@settings(max_examples=25, deadline=None)
@given(rising(), st.integers(20, 400), st.integers(1, 400))
@example(  # a band that begins with the very end of what can be decided
    "  | from 0 XTS, below 495 XTS | 0 XTS + 0 % of the excess |\n  | from 495 XTS | 1 XTS + 0 % of the excess |",
    95,
    400,
)
def test_every_decision_gives_fees_within_their_ranges_and_the_ends_are_reached(rows: str, low: int, wide: int) -> None:
    plan = plan_of(TRIAL.format(rows=rows, low=low, high=low + wide))
    found = charges(plan, {})
    samples = sorted({low, low + wide, *(low + wide * part // 24 for part in range(24))})
    tried = [charges(plan, {"damages": str(number)}) for number in samples]
    cent = Fraction(1, 100)
    for at, answer in enumerate(found):
        least, most = ranges.ends(answer)
        amounts = [ranges.ends(one[at])[0] for one in tried]
        assert all(least <= amount <= most for amount in amounts)
        if at != 1:  # the second fee rises and falls: what it reaches between two samples is not to be seen
            assert min(amounts) - least <= 3 * cent
            assert most - max(amounts) <= 3 * cent


def test_a_table_of_many_flat_bands_is_cut_at_its_edges_and_keeps_its_ends() -> None:
    rows = "\n".join(f"  | from {edge} XTS, below {edge + 30} XTS | {edge} XTS |" for edge in range(0, 600, 30))
    text = TRIAL.format(rows=f"{rows}\n  | from 600 XTS | 600 XTS |", low=20, high=590).replace("  8 % -", "  80 % -")
    plan = plan_of(text)
    found = charges(plan, {})
    tried = [charges(plan, {"damages": str(number)}) for number in range(20, 591, 5)]
    for at, answer in enumerate(found):
        amounts = [ranges.ends(one[at])[0] for one in tried]
        least, most = ranges.ends(answer)
        assert least <= min(amounts) <= max(amounts) <= most
        if at in (0, 3):  # a jump of the second fee lies between two decisions that are tried
            assert (least, most) == (min(amounts), max(amounts))


def test_what_is_set_off_twice_is_decided_once() -> None:
    """The second fee fills the first up to 8 %, so that both together are just that, whatever is decided."""
    plan = plan_of(TRIAL.format(rows="  | up to 200 XTS | 2 % |\n  | above 200 XTS | 3 % |", low=100, high=400))
    first, second, _, total = charges(plan, {})
    assert str(first) == "2.00 to 12.00 XTS"
    for found, least, most in ((second, 6, 20), (total, 9, 41)):  # 8 + 1, and 32 + 9: a cent a fee is for rounding
        low, high = ranges.ends(found)
        assert least - Fraction(3, 100) <= low <= least
        assert most <= high <= most + Fraction(3, 100)


@pytest.mark.parametrize(
    "told, says",
    [
        ({"damages": "700"}, "`damages` is 700.00 XTS, and it may be 100.00 to 400.00 XTS at the discretion of court"),
        ({"damages": "99.99"}, "may be 100.00 to 400.00"),
    ],
)
def test_what_cannot_be_decided_cannot_be_told(told: dict[str, str], says: str) -> None:
    plan = plan_of(TRIAL.format(rows="  | any | 2 % |", low=100, high=400))
    with pytest.raises(Refusal, match=says):
        charges(plan, told)


LEFT = """
fact claim, money above 0 XTS
rule costs, money "Costs"  by act "1"
  from 100 XTS to 500 XTS at the discretion of court
rule dear, yes or no  by act "1"
  yes when costs is above 300 XTS
  otherwise no
rule bonus, number  by act "1"
  from 2 to 4 at the discretion of tenant
fee expert on claim "Expert"  by act "2"
  from 1 % to 3 % at the discretion of court, at most 20 XTS
fee extra "Extra"  by act "2"
  5 XTS × bonus
fee odd "Odd"  by act "2"
  1 XTS when dear
  2 XTS unless dear
procedure trial
stage hearing  by act "3"
  the owner pays expert
  the owner pays extra
  the law decides
    much when dear -> appealed
    otherwise      -> over
end over, recovers from 10 XTS to costs at the discretion of court  by act "3"
end appealed, recovers costs  by act "3"
"""


@cache
def left() -> Plan:
    return plan_of(LEFT)


def simulated(**told: str) -> Trace:
    return simulate_case(left(), case_of(left(), {"start": "2024-03-04", "claim": "500", **told}), calendar())


def test_a_condition_that_a_range_leaves_open_divides_the_road_and_narrows_it() -> None:
    trace = simulated()
    ways = {way.when[0].text: way.trace for way in trace.outcome.ways}
    assert list(ways) == ["costs is above 300 XTS", "not: costs is above 300 XTS"]
    more, less = ways.values()
    assert [total.text for total in more.totals] == [
        "15.00 to 35.00 XTS (at the discretion of court: expert; tenant: bonus)",
        "300.00 to 500.00 XTS (at the discretion of court: costs)",
    ]
    assert less.totals[1].text == "10.00 to 300.00 XTS (at the discretion of court: costs, over)"
    assert {one.name: one.between for one in more.discretion}["costs"] == "300.00 to 500.00 XTS"
    swings = {one.name: [(move.what, move.span, move.per_unit) for move in one.moves] for one in more.discretion}
    assert swings["bonus"] == [("Fees paid by Owner", "10.00 XTS more", "5.00 XTS more for each 1")]
    assert swings["costs"] == [("Recovered", "200.00 XTS more", "1.00 XTS more for each 1.00 XTS")]


def test_an_amount_left_to_somebody_is_never_a_bare_number() -> None:
    found = simulated(costs="200").fees[0].amount
    assert found.model_dump(exclude_none=True) == {
        "least": "5.00", "most": "15.00", "currency": "XTS", "decided_by": ({"party": "court", "name": "expert"},),
    }  # fmt: skip
    assert amount_words(found) == "5.00 to 15.00 XTS (at the discretion of court: expert)"
    assert simulated(costs="200", expert="2%").fees[0].amount == Amount(amount="10.00", currency="XTS")
    with pytest.raises(Refusal, match="`expert` is 4 %"):
        simulated(costs="200", expert="4%")
    assert simulated(costs="200", over="50").totals[-1].text == "50.00 XTS"


def test_a_fee_that_hangs_on_an_open_condition_is_unknown_and_names_what_is_to_be_decided() -> None:
    plan = left()
    ask = Evaluator(plan, State(today=When(date(2024, 3, 4))), calendar())
    assert charge(plan.fees["odd"], ask).amount == Unknown(("costs",))


# ── In parts ────────────────────────────────────────────────────────────────────────────────────

PARTS = """
fact agreed, money above 0 XTS
document pact "Pact"  by act "1"
  from owner
fee debt_sum "Debt"  by act "1"
  agreed
  rounded half up to {step}
procedure paying
stage pay  by act "1"
  the owner signs pact
  the tenant pays debt_sum to owner in {parts}, {apart} apart from signing of pact
    if missed -> failed
  -> paid_up
end paid_up, recovers paid of debt_sum  by act "1"
end failed, recovers paid of debt_sum  by act "1"
"""


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 9_999_999), st.integers(2, 12), st.integers(0, 12), st.sampled_from(["1 month", "2 weeks", "10 working days"]), st.sampled_from(["0.01", "1"]))  # fmt: skip
def test_parts_add_up_and_each_has_its_own_term(cents: int, number: int, kept: int, apart: str, step: str) -> None:
    kept = min(kept, number)
    plan = plan_of(PARTS.format(parts=f"{number} parts", apart=apart, step=step))
    told = {"start": "2024-01-31", "agreed": f"{cents / 100:.2f}"}
    labels = ",".join(["kept"] * kept + (["missed"] if kept < number else []))
    trace = simulate_case(plan, case_of(plan, told, {"pay": labels}), calendar())
    whole = money(Decimal(cents) / 100).rounded("half up", Decimal(step)).amount
    paid = [Decimal(fee.amount.amount or "") for fee in trace.fees]
    assert len(paid) == kept
    assert all(
        abs(part - whole / number) <= Decimal(step) * (1 if at < number - 1 else number) for at, part in enumerate(paid)
    )
    if kept == number:
        assert sum(paid) == whole
    assert trace.outcome.at == ("paid_up" if kept == number else "failed")
    recovered = [total for total in trace.totals if total.what == "Recovered"]
    assert Decimal(recovered[0].amount.amount or "") == sum(paid)
    length, unit = apart.split(" ", 1)
    rules = CountingRules("next", "last day", "next")
    due = [
        due_day(
            Span(int(length) * at, unit if unit.endswith("s") else f"{unit}s"), date(2024, 1, 31), rules, calendar()
        )  # type: ignore[arg-type]
        for at in range(1, min(kept + 1, number) + 1)
    ]
    assert [term.due.exact for term in trace.deadlines if term.due] == due


@pytest.mark.parametrize(
    "parts, amounts",
    [
        ("parts of 50 %, 30 %, 20 %", ["50.01", "30.00", "20.00"]),
        ("parts of the rest, 33.3 %, 33.3 %", ["33.41", "33.30", "33.30"]),
        ("3 parts", ["33.34", "33.34", "33.33"]),
    ],
)
def test_one_part_takes_what_rounding_leaves(parts: str, amounts: list[str]) -> None:
    plan = plan_of(PARTS.format(parts=parts, apart="1 week", step="0.01"))
    case = case_of(plan, {"start": "2024-03-04", "agreed": "100.01"}, {"pay": "kept,kept,kept"})
    assert [fee.amount.amount for fee in simulate_case(plan, case, calendar()).fees] == amounts


def test_payments_that_are_told_are_those_of_the_parts_in_their_order() -> None:
    plan = plan_of(PARTS.format(parts="3 parts", apart="1 month", step="0.01"))
    told = {"start": "2024-03-04", "agreed": "90", "payment of debt_sum": "2024-03-20,2024-05-03"}
    trace = simulate_case(plan, case_of(plan, told), calendar())
    assert [str(fee.due.exact) for fee in trace.fees] == ["2024-03-20", "2024-05-03"]
    assert [term.status for term in trace.deadlines] == ["met", "met", "missed"]
    late = simulate_case(plan, case_of(plan, {**told, "payment of debt_sum": "2024-03-20,2024-05-10"}), calendar())
    assert [term.status for term in late.deadlines] == ["met", "missed"]


def test_a_right_used_between_two_parts_finds_the_rest_as_it_was() -> None:
    """A right that comes back; and the days of the parts, which count on from the first event."""
    text = (
        PARTS.format(parts="4 parts", apart="1 month", step="0.01")
        + """
stage look_up  by act "2"
  the owner checks
  -> back
at any time during pay the owner may look -> look_up  by act "2"
"""
    )
    plan = plan_of(text)
    told = {"start": "2024-01-31", "agreed": "1000", "use of look": "2024-04-10"}
    case = case_of(plan, told, {"pay": "kept,kept,look,kept,missed"})
    trace = simulate_case(plan, case, calendar())
    assert [fee.title for fee in trace.fees] == [f"Debt, part {at} of 4" for at in (1, 2, 3)]
    assert [str(term.due.exact) for term in trace.deadlines if term.due] == [
        "2024-02-29", "2024-04-01", "2024-04-30", "2024-05-31",
    ]  # fmt: skip
    assert [step.kind for step in trace.steps] == ["act", "act", "act", "right", "act", "act", "branch", "end"]
    assert trace.totals[-1].text == "750.00 XTS"


def test_a_sum_left_to_somebody_is_paid_in_parts_of_the_range() -> None:
    text = PARTS.format(parts="2 parts", apart="1 month", step="0.01").replace("  agreed\n", "  from 100 XTS to 200 XTS at the discretion of court, at most agreed\n")  # fmt: skip
    plan = plan_of(text)
    case = case_of(plan, {"start": "2024-03-04", "agreed": "150"}, {"pay": "kept,kept"})
    trace = simulate_case(plan, case, calendar())
    assert [(fee.amount.least, fee.amount.most) for fee in trace.fees] == [("50.00", "75.00"), ("50.00", "75.00")]
    assert trace.totals[0].text == "100.00 to 150.00 XTS (at the discretion of court: debt sum)"


# ── What comes back ─────────────────────────────────────────────────────────────────────────────

BACK = """
fee deposit "Deposit"  by act "1"
  100 XTS
fee refund "Refund"  by act "1"
  paid of deposit - 30 XTS, at least 0 XTS
procedure renting
stage give  by act "1"
  the owner pays deposit
  the owner pays deposit
  the court pays refund to owner at once
  the court returns deposit to owner at once
  the court returns deposit to owner at once
  -> over
end over  by act "1"
"""


def test_totals_tell_what_was_paid_received_and_returned() -> None:
    plan = plan_of(BACK)
    trace = simulate_case(plan, case_of(plan, {"start": "2024-03-04", "paid of deposit": "50"}), calendar())
    assert {total.what: total.text for total in trace.totals} == {
        "Fees paid by Owner": "200.00 XTS",
        "Fees paid by Court": "220.00 XTS",  # 250 less 30
        "Received by Owner": "220.00 XTS",
        "Returned to Owner": "250.00 XTS",
        "Fees paid by Owner, less what came back": "-50.00 XTS",
    }
    assert [(fee.kind, fee.receiver, fee.amount.amount) for fee in trace.fees] == [
        ("payment", "", "100.00"), ("payment", "", "100.00"), ("payment", "owner", "220.00"),
        ("return", "owner", "250.00"), ("return", "owner", "0"),
    ]  # fmt: skip
    assert trace.fees[-1].arithmetic == ("nothing has been paid of it",)


# ── Bounds made of dated values ─────────────────────────────────────────────────────────────────

BOUNDED = """
value unit, money  by act "1"
  10 XTS since 2020-01-01
  20 XTS since 2024-01-01
fact advance, money at most 5 unit
fee advance_fee "Advance"  by act "1"
  advance
procedure paying
stage pay  by act "1"
  the owner pays advance_fee
  -> over
end over  by act "1"
"""


@pytest.mark.parametrize("start, advance, fits", [("2023-05-02", "51", False), ("2023-05-02", "50", True), ("2024-05-02", "100", True), ("2024-05-02", "100.01", False)])  # fmt: skip
def test_a_bound_of_a_dated_value_is_that_of_the_day_on_which_the_case_begins(
    start: str, advance: str, fits: bool
) -> None:
    plan = plan_of(BOUNDED)
    case = case_of(plan, {"start": start, "advance": advance})
    if fits:
        assert simulate_case(plan, case, calendar()).outcome.status == "ended"
    else:
        with pytest.raises(Refusal, match="`advance` must be at most"):
            simulate_case(plan, case, calendar())


# ── The same in every reading of a plan ─────────────────────────────────────────────────────────

WHOLE = PARTS.format(parts="4 parts", apart="1 month", step="0.01") + LEFT.split("procedure")[0]


@pytest.mark.parametrize(
    "old, new, told",
    [
        ("in 4 parts", "in 5 parts", "in 5 parts, 1 month apart from signing of pact"),
        ("from 100 XTS to 500 XTS", "from 100 XTS to 600 XTS", "from 100 XTS to 600 XTS at the discretion of court"),
        ("discretion of tenant", "discretion of court", "from 2 to 4 at the discretion of court"),
        ("recovers paid of debt_sum", "recovers agreed", "agreed"),
    ],
)
def test_a_comparison_of_two_texts_sees_what_was_changed(old: str, new: str, told: str) -> None:
    found = differences(plan_of(WHOLE), plan_of(WHOLE.replace(old, new, 1)))
    assert [one.now for one in found if one.change == "changed"] == [told.replace("_", " ")]


def test_layout_keeps_the_meaning_and_is_kept() -> None:
    for text in (WHOLE, LEFT, BACK, PARTS.format(parts="parts of the rest, 30 %", apart="1 day", step="1"), BOUNDED):
        source = source_of_text(HEAD + text, "test.proc")
        laid_out = format_source(source)
        assert make_plan(load(source_of_text(laid_out, "test.proc"))) == make_plan(load(source))
        assert format_source(source_of_text(laid_out, "test.proc")) == laid_out


def test_the_audit_counts_the_figures_of_parts_and_of_ranges() -> None:
    rows = {row.figure: row.numbers for row in audit_plan(plan_of(WHOLE)).rows}
    [parts] = [numbers for figure, numbers in rows.items() if "4 parts" in figure]
    assert parts == ("4", "1 month")
    assert rows["from 100 XTS to 500 XTS at the discretion of court"] == ("100.00 XTS", "500.00 XTS")


def test_a_picture_says_sums_decisions_and_parts_in_the_reader_s_language() -> None:
    text = PARTS.format(parts="4 parts", apart="1 month", step="0.01").replace('"Debt"', '"Debt" ru "Долг"').replace("  agreed\n", "  from 10 % of agreed to agreed at the discretion of court\n")  # fmt: skip
    plan = plan_of(text, HEAD.replace("languages en", "languages en, ru").replace('"Court"', '"Court" ru "Суд"'))
    words = {
        language: "\n".join(str(box) for box in make_diagram(plan, language=language).boxes) for language in ("", "ru")
    }
    for said in ("in 4 parts, 1 month apart from signing of", "at the discretion of Court", "paid of “Debt”"):
        assert said in words[""]
    for said in ("частями: 4; каждая через 1 месяц", "по усмотрению: Суд", "уплачено: “Долг”"):
        assert said in words["ru"]


def test_the_schema_of_a_case_lets_it_tell_sums_and_decisions(tmp_path: Path) -> None:
    (tmp_path / "left.proc").write_text(HEAD + LEFT, encoding="utf-8")
    schema = proc("schema", "case", str(tmp_path / "left.proc")).data
    told = {"facts": {"paid of expert": 5, "expert": "2%", "costs": "300"}, "events": {"payment of extra": ["2024-03-04", "2024-03-05"]}}  # fmt: skip
    jsonschema.validate(told, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"facts": {"paid of nobody": 5}}, schema)


def test_a_trace_with_ranges_holds_to_its_schema(tmp_path: Path) -> None:
    (tmp_path / "left.proc").write_text(HEAD + LEFT, encoding="utf-8")
    answer = proc(
        "simulate", str(tmp_path / "left.proc"), "--set", "claim=500", "--start", "2024-03-04", "--format", "json"
    )
    jsonschema.validate(answer.data, proc("schema", "trace").data)
    assert [one["name"] for one in answer.data["outcome"]["ways"][0]["trace"]["discretion"]] == [
        "expert",
        "bonus",
        "costs",
    ]
