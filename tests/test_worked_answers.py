"""The answers worked out by hand, as a user would ask for them: `proc fee`, `proc count`, `proc simulate`, `proc test`."""

from __future__ import annotations

import csv
import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from typed import BELARUS, KAZAKHSTAN, ROOT, proc

BYN = {"currency": "BYN"}


def fee(file: str, name: str, *told: str) -> dict[str, Any]:
    sets = [word for one in told for word in ("--set", one)]
    (found,) = proc("fee", file, name, *sets, "--format", "json").data["fees"]
    return dict(found)


def trace(file: str, *told: str) -> dict[str, Any]:
    return dict(proc("simulate", file, *told, "--format", "json").data)


def told(**facts: str) -> list[str]:
    return [word for name, value in facts.items() for word in ("--set", f"{name}={value}")]


# ── Fees ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("name", "amount", "base_value", "comes_to", "because"),
    [
        ("claim_duty", "1 050.00 BYN", "21", "525.00", "25 base_value × 21.00 BYN = 525.00 BYN"),
        ("claim_duty", "210 000", "21", "6720.00", "at least 320 base_value × 21.00 BYN = 6 720.00 BYN: governs"),
        ("claim_duty", "1440045", "45", "14400.45", "1 % of 1 440 045.00 BYN = 14 400.45 BYN"),
        ("claim_duty", "52 000", "45", "2460.00", "5 % of 45 000.00 BYN + 3 % of 7 000.00 BYN = 2 460.00 BYN"),
        ("order_duty", "14 300", "45", "315.00", "7 base_value × 45.00 BYN = 315.00 BYN"),
        ("notary_tariff", "14300,00", "45", "450.00", "at most 1000 % of 45.00 BYN = 450.00 BYN: governs"),
    ],
)
def test_a_fee_comes_to_what_was_worked_out_by_hand(
    name: str, amount: str, base_value: str, comes_to: str, because: str
) -> None:
    found = fee(BELARUS, name, f"amount={amount}", f"base_value={base_value}")
    assert found["amount"] == {"amount": comes_to, **BYN}
    assert because in found["arithmetic"]


def test_the_notarys_tariff_is_marked_as_reconstructed() -> None:
    found = fee(BELARUS, "notary_tariff", "amount=14 300", "base_value=45")
    assert found["sources"][0]["kind"] == "reconstructed"
    assert "(reconstructed)" in proc("fee", BELARUS, "notary_tariff", *told(amount="14300", base_value="45")).out


def test_the_least_duty_governs_below_500_base_values_and_not_above() -> None:
    duties = [
        fee(BELARUS, "claim_duty", f"amount={amount}", "base_value=21")["amount"]["amount"]
        for amount in ("1", "10499.99", "10500", "10500.20")
    ]
    assert duties == ["525.00", "525.00", "525.00", "525.01"]


# ── Days ────────────────────────────────────────────────────────────────────────────────────────


def test_a_month_from_the_first_of_march_ends_on_a_saturday_and_rolls_to_monday() -> None:
    found = proc("count", BELARUS, "1 month", "--from", "2017-03-01", "--format", "json").data
    assert found["due"] == "2017-04-03"
    assert found["count"] == [
        "Wed 2017-03-01: the event; not counted",
        "Sat 2017-04-01: 1 month ends",
        "Sat 2017-04-01 is a Saturday: moves to Mon 2017-04-03",
    ]


def test_the_reply_to_a_claim_letter_is_due_on_that_monday_on_the_road_too() -> None:
    found = trace(
        BELARUS, "--start", "2017-02-27", "--set", "receipt of claim_letter=2017-03-01", "--choose", "choose_way=court",
        *told(amount="1500", contract="services", notary_conditions_met="no", waived_in_writing="no", account_known="yes"),
        *told(debt_recognised="no", debtor_known_to_object="no", acceptance_signed="no"),
    )  # fmt: skip
    (reply,) = [one for one in found["deadlines"] if one["id"] == "reply_term"]
    assert (reply["due"]["exact"], reply["status"], reply["ours"]) == ("2017-04-03", "missed", False)


@pytest.fixture
def without_moved_days(tmp_path: Path) -> str:
    """The file beside a calendar that has the holidays only."""
    shipped = ROOT / "jurisdictions" / "calendars" / "BY.csv"
    lines = shipped.read_text(encoding="utf-8").splitlines(keepends=True)
    (tmp_path / "BY.csv").write_text("".join(line for line in lines if "moved from" not in line), encoding="utf-8")
    copy = tmp_path / "belarus.proc"
    copy.write_text(Path(BELARUS).read_text(encoding="utf-8"), encoding="utf-8")
    return str(copy)


def test_twenty_working_days_end_on_the_same_day_with_and_without_the_moved_ones(without_moved_days: str) -> None:
    answers = [
        proc("count", file, "20 working days", "--from", "2017-04-20", "--format", "json").data
        for file in (BELARUS, without_moved_days)
    ]
    assert [one["due"] for one in answers] == ["2017-05-23"] * 2
    assert answers[0]["count"] != answers[1]["count"]


def test_every_day_that_a_count_skips_is_named() -> None:
    found = proc("count", BELARUS, "20 working days", "--from", "2017-04-20", "--format", "json").data
    with (ROOT / "jurisdictions" / "calendars" / "BY.csv").open(encoding="utf-8") as file:
        rows = csv.DictReader(line for line in file if not line.startswith("#"))
        status = {date.fromisoformat(row["day"]): row["status"] for row in rows}
    days = [date(2017, 4, 20) + timedelta(days=number) for number in range(1, 34)]
    skipped = [day for day in days if status.get(day, "work" if day.weekday() < 5 else "off") == "off"]
    named = [
        date.fromisoformat(day)
        for line in found["count"][1:]
        if line.endswith("not counted")
        for day in re.findall(r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) (\d{4}-\d\d-\d\d)", line)
    ]
    assert named == skipped
    assert len(days) - len(skipped) == 20


# ── Roads ───────────────────────────────────────────────────────────────────────────────────────

SUPPLY = [
    "--start", "2016-10-03", *told(contract="supply", reconciliation_act="yes", amount="1000", account_known="yes"),
]  # fmt: skip


def test_supply_with_an_act_of_reconciliation_goes_to_the_notary_and_the_court_is_closed_until_he_refuses() -> None:
    found = trace(BELARUS, *SUPPLY)
    assert found["path"][0] == "choose_way.notary"
    (closed,) = [one for one in found["closed"] if one["stage"] == "choose_way"]
    assert "grounds for the notary" in closed["because"]
    assert closed["reopens"] == ["Written refusal of the notary"]


def test_choosing_the_closed_court_says_what_would_open_it() -> None:
    refused = proc("simulate", BELARUS, *SUPPLY, "--choose", "choose_way=court")
    assert (refused.code, refused.out) == (2, "")
    assert "written refusal of the notary" in refused.err.lower()


def test_a_written_refusal_of_the_notary_opens_both_court_roads() -> None:
    for proceeding, stage in (("order", "file_order"), ("claim", "file_claim")):
        found = trace(
            BELARUS, *SUPPLY, *told(waived_in_writing="yes", debtor_known_to_object="no"),
            "--choose", "ask_notary=refuses", "--choose", f"choose_proceeding={proceeding}",
        )  # fmt: skip
        assert "ask_notary.refuses" in found["path"]
        assert any(step["stage"] == stage for step in found["steps"])


@pytest.mark.parametrize(
    "scenario",
    [
        """scenario "Supply, signed act of reconciliation"
  given start on 2016-10-03, contract is supply, reconciliation_act is yes, amount is 1 000 BYN, account_known is yes
  expect ask_notary open
  expect file_order closed
  expect file_claim closed
""",
        """scenario "Services, acceptance unsigned, claim letter unanswered"
  given start on 2017-02-27, receipt of claim_letter on 2017-03-01
  given amount is 1 500 BYN, contract is services, notary_conditions_met is no, acceptance_signed is no
  given waived_in_writing is no, debt_recognised is no, debtor_known_to_object is no, account_known is yes
  given choose_way: court, pretrial_claim: missed, choose_proceeding: order
  expect debt_recognised is yes
  expect pretrial_done is yes
""",
    ],
    ids=["supply", "services"],
)
def test_what_a_road_leaves_open_or_makes_true_is_expected_by_a_scenario(scenario: str, tmp_path: Path) -> None:
    file = tmp_path / "belarus.proc"
    file.write_text(Path(BELARUS).read_text(encoding="utf-8") + f"\n{scenario}", encoding="utf-8")
    last = proc("test", file, "--format", "json").data["files"][0]["scenarios"][-1]
    assert last["title"] in scenario
    assert last["failures"] == []


def test_a_reasoned_objection_turns_the_order_into_a_claim_with_the_delay_shown_as_practice() -> None:
    found = trace(
        BELARUS, "--start", "2017-03-01", "--choose", "choose_way=court", "--choose", "choose_proceeding=order",
        "--choose", "debtors_answer=objects", "--choose", "order_considered=refuses",
        *told(amount="6900", contract="services", notary_conditions_met="no", waived_in_writing="yes"),
        *told(account_known="yes", debtor_known_to_object="no"),
    )  # fmt: skip
    road = found["path"]
    assert road.index("order_considered.refuses") < next(at for at, way in enumerate(road) if "claim" in way)
    assert {"order_duty", "claim_duty"} <= {one["id"] for one in found["fees"]}
    said = [words for step in found["steps"] if step["stage"] == "order_refused" for words in step["practice"]]
    assert any(words.startswith("practice: at most 2 months") for words in said)
    assert not [one for one in found["deadlines"] if one["stage"] == "order_refused" and one["kind"] != "practice"]


# ── What a document does not state ──────────────────────────────────────────────────────────────

ASKED = told(amount="1 000 000 KZT")


def test_a_fee_that_the_document_does_not_state_is_never_nought() -> None:
    fees = proc("fee", KAZAKHSTAN, *ASKED, "--start", "2024-03-01", "--format", "json").data["fees"]
    assert {one["id"] for one in fees} >= {"state_duty", "order_duty", "agent_advance", "agent_fee"}
    for one in fees:
        assert one["amount"].get("amount") is None, one["id"]
        assert one["amount"]["not_stated"]
    shown = proc("fee", KAZAKHSTAN, *ASKED, "--start", "2024-03-01").out
    assert shown.count(": not stated in") >= len(fees)


def test_a_figure_from_elsewhere_is_shown_as_such() -> None:
    day = "filing of statement_of_claim=2024-03-01"
    found = fee(KAZAKHSTAN, "state_duty", "amount=1 000 000", "gaps=filled_from_outside", "creditor_is=company", day)
    assert float(found["amount"]["amount"]) > 0
    kinds = {one["kind"] for one in found["sources"]}
    assert "outside" in kinds
    assert "stated" not in kinds


def test_a_day_after_a_term_that_is_not_stated_is_a_bound_and_its_terms_are_told_as_rules() -> None:
    found = trace(KAZAKHSTAN)
    assert found["not_stated"]
    bounds = [step["date"] for step in found["steps"] if step["date"]["not_before"]]
    assert bounds
    assert all(day["exact"] is None and day["not_stated"] for day in bounds)
    for entry in found["deadlines"]:
        assert entry["due"] is None or bool(entry["due"]["exact"]) != bool(entry["due"]["not_before"])
        assert entry["due"] is not None or entry["rule"]
