"""Calendar entries: read back by the library, the same bytes twice, and a second import updates the first."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from icalendar import Calendar
from typed import BELARUS, ROOT, proc

CASE = ROOT / "examples" / "cases" / "services_debt.yaml"
HISTORY = "event,day,way\nreceipt of claim_letter,2017-03-06,\npretrial_claim,2017-04-07,missed\n"


def written(path: Path, *options: str | Path) -> dict[str, dict[str, object]]:
    answer = proc("deadlines", BELARUS, "--case", CASE, "-o", path, *options)
    assert answer.code == 0, answer.err
    events = Calendar.from_ical(path.read_bytes()).walk("VEVENT")
    return {str(event["uid"]): {key: event.get(key) for key in ("SEQUENCE", "STATUS", "SUMMARY")} | {"day": event.decoded("dtstart")} for event in events}  # fmt: skip


@pytest.fixture
def history(tmp_path: Path) -> Path:
    path = tmp_path / "events.csv"
    path.write_text(HISTORY, encoding="utf-8")
    return path


def test_our_terms_are_all_day_entries_and_uncertain_ones_are_tentative(tmp_path: Path) -> None:
    ours = written(tmp_path / "ours.ics")
    everybody = written(tmp_path / "all.ics", "--all")
    assert set(ours) < set(everybody)
    for event in everybody.values():
        assert type(event["day"]) is date
        assert (event["STATUS"] == "TENTATIVE") == str(event["SUMMARY"]).endswith("(?)")


def test_lines_are_folded_at_75_octets_and_the_bytes_are_the_same_twice(tmp_path: Path) -> None:
    first, second = tmp_path / "1.ics", tmp_path / "2.ics"
    assert written(first) == written(second)
    assert first.read_bytes() == second.read_bytes()
    assert max(len(line) for line in first.read_bytes().split(b"\r\n")) <= 75


def test_a_new_version_updates_what_changed_and_cancels_what_is_moot(tmp_path: Path, history: Path) -> None:
    path = tmp_path / "case.ics"
    before = written(path, "--all")
    assert written(path, "--all", "--force") == before  # nothing changed: nothing counts up
    after = written(path, "--all", "--force", "--events", history)
    assert set(after) >= set(before)
    moved = {uid for uid in before if before[uid]["day"] != after[uid]["day"]}
    gone = {uid for uid in before if after[uid]["STATUS"] == "CANCELLED"}
    assert moved
    assert gone  # the reply to the claim letter is told as missed: nothing is left to wait for
    assert all(after[uid]["SEQUENCE"] == 1 for uid in moved | gone)
    again = written(path, "--all", "--force", "--events", history)
    assert again == after


def test_a_calendar_is_never_replaced_unasked_nor_another_program_s_at_all(tmp_path: Path) -> None:
    path = tmp_path / "case.ics"
    written(path)
    refused = proc("deadlines", BELARUS, "--case", CASE, "-o", path)
    assert (refused.code, "exists already" in refused.err) == (2, True)
    path.write_bytes(path.read_bytes().replace(b"procedure-dsl//proc", b"elsewhere"))
    refused = proc("deadlines", BELARUS, "--case", CASE, "-o", path, "--force")
    assert (refused.code, "another program" in refused.err) == (2, True)
    path.write_bytes(b"nonsense")
    assert proc("deadlines", BELARUS, "--case", CASE, "-o", path, "--force").code == 2


def test_a_divided_case_has_no_list_of_terms_yet() -> None:
    refused = proc("deadlines", BELARUS, "--set", "start=2017-02-27", "--set", "amount=5000")
    assert refused.code == 2
    assert "--set" in refused.err


@pytest.mark.parametrize(
    "text, seen",
    [
        ("what,when\n", "does not begin with the line"),
        ("event,day,way\nreceipt of claim_letter,2017-02-30,\n", "not a day of the calendar"),
        ("event,day,way\npretrial_claim,2017-04-07,\n", "how did"),
        ("event,day,way\nhearing of whales,2017-04-07,\n", "nothing on this road is called"),
        ("event,day,way\nreceipt of claim_letter,2017-02-20,\n", "the case starts only on 2017-02-27"),
    ],
)
def test_a_bad_history_is_refused_in_one_sentence(tmp_path: Path, text: str, seen: str) -> None:
    path = tmp_path / "events.csv"
    path.write_text(text, encoding="utf-8")
    answer = proc("simulate", BELARUS, "--case", CASE, "--events", path)
    assert (answer.code, seen in answer.err) == (2, True), answer.err


def test_what_is_overdue_is_named_on_the_day_asked_for(history: Path) -> None:
    answer = proc("simulate", BELARUS, "--case", CASE, "--events", history, "--today", "2017-06-01")
    assert "── Overdue" in answer.out
    assert "── Moved by what happened" in answer.out
    assert "Overdue" not in proc("simulate", BELARUS, "--case", CASE, "--events", history).out


def test_a_case_without_a_title_makes_no_entries_that_another_case_would_replace(tmp_path: Path) -> None:
    told = ["--set", "amount=5000", "--start", "2017-02-27", "--set", "acceptance_signed=yes"]
    known = [
        f"--set={fact}=no"
        for fact in ("notary_conditions_met", "waived_in_writing", "debt_recognised", "debtor_known_to_object")
    ]
    more = ["--set", "contract=services", "--set", "account_known=yes"]
    refused = proc("deadlines", BELARUS, *told, *known, *more, "-o", tmp_path / "case.ics")
    assert (refused.code, "has no title" in refused.err) == (2, True), refused.err
