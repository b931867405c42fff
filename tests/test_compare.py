"""`proc compare`: cases side by side, money never converted, and a reason wherever nothing can be compared."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from procs import HEAD
from typed import Answer, proc

from procedure_dsl.diagnostics import text_cells

COURT = """\
fact damage, money above 0 XTS "Damage"
fact insured, yes or no "Insured"

fee filing_fee on damage "Filing fee" by act "s. 2"
  | below 1 000 XTS | 40 XTS |
  | from 1 000 XTS  | 4 %    |
fee expert_fee "Expert" by act "s. 3"
  7 XTS

document claim "Claim" by act "s. 1"
  from owner

procedure road
stage begin "Begin" by act "s. 1"
  the owner chooses
    files "files it" when insured -> court_road
    waits "waits"                 -> slow
stage court_road "Court" by act "s. 1"
  the owner pays filing_fee
  the owner files claim to court
  the court decides within 10 days from receipt of claim
    allows -> done
    sends_back "sends it back" -> begin
stage slow "Wait" by act "s. 1"
  the tenant pays within a time not stated in act
    all_of_it -> done
    nothing   -> over
end done "Done", recovers damage by act "s. 4"
end over "Over" by act "s. 5"

scenario "Sued"
  given start on 2024-03-01, damage is 500 XTS, insured is yes
  given begin: files
  expect ends at done
"""
OTHER = HEAD.replace('somewhere "Somewhere"', 'elsewhere "Другая страна с длинным названием"').replace("XTS", "XXX")


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str, str]:
    """A country, another with the same procedure in its own money, and one whose fee is not stated."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    other = OTHER + COURT.replace("XTS", "XXX").replace('"Filing fee"', '"Пошлина за подачу заявления"')
    silent = HEAD.replace('somewhere "Somewhere"', 'silent "Silent"') + COURT
    bands = "  | below 1 000 XTS | 40 XTS |\n  | from 1 000 XTS  | 4 %    |\n"
    assert bands in silent
    written = {"one": HEAD + COURT, "two": other, "silent": silent.replace(bands, "  not stated in act\n")}
    for name, text in written.items():
        Path(f"{name}.proc").write_text(text, encoding="utf-8")
    return "one.proc", "two.proc", "silent.proc"


def rows(answer: Answer) -> dict[str, Any]:
    return {row["id"]: row for row in answer.data["rows"]}


def texts(answer: Answer, row: str) -> list[str]:
    return ["; ".join(cell["text"]) for cell in rows(answer)[row]["cells"]]


def flat(answer: Answer) -> str:
    return " ".join(answer.out.split())


def test_money_of_two_countries_is_shown_and_never_converted(files: tuple[str, str, str]) -> None:
    answer = proc("compare", *files[:2], "--amount", "2 000 XTS", "--amount", "500 XXX", "--format", "json")
    assert texts(answer, "amount") == ["2 000.00 XTS", "500.00 XXX"]
    assert texts(answer, "fees") == ["Filing fee: 80.00 XTS", "Пошлина за подачу заявления: 40.00 XXX"]
    assert texts(answer, "other_fees") == ["Expert: 7.00 XTS", "Expert: 7.00 XXX"]
    for row in ("amount", "we_pay", "fees", "other_fees"):
        assert rows(answer)[row]["not_compared"] == ["other money (XTS and XXX): amounts are never converted"]
    assert texts(answer, "share") == ["4.00 %", "8.00 %"]
    assert rows(answer)["share"]["not_compared"] == []


def test_a_number_without_a_currency_is_that_much_in_the_money_of_each(files: tuple[str, str, str]) -> None:
    assert texts(proc("compare", *files[:2], "--amount", "900", "--format", "json"), "amount") == [
        "900.00 XTS",
        "900.00 XXX",
    ]


def test_what_a_source_does_not_state_is_not_compared_and_never_nought(files: tuple[str, str, str]) -> None:
    one, _, silent = files
    answer = proc("compare", one, silent, "--format", "json")
    assert texts(answer, "we_pay") == ["40.00 XTS", "not stated (Filing fee)"]
    assert texts(answer, "share") == ["8.00 %", "—"]
    assert rows(answer)["share"]["not_compared"] == ["Silent: not stated: Filing fee"]
    assert rows(answer)["we_pay"]["cells"][1]["value"]["plus_not_stated"] == ["Filing fee"]
    assert rows(answer)["amount"]["not_compared"] == []


def test_routes_of_one_file_stand_side_by_side(files: tuple[str, str, str]) -> None:
    answer = proc("compare", files[0], "--route", "begin=files", "--route", "begin=waits", "--format", "json")
    assert [column["title"] for column in answer.data["columns"]] == ["files it", "waits"]
    assert [cell["value"] for cell in rows(answer)["days"]["cells"]] == [
        {"exact": 10}, {"at_least": 0, "not_stated": ["Tenant: Wait"]},
    ]  # fmt: skip
    assert [cell["value"] for cell in rows(answer)["steps"]["cells"]] == [
        {"steps": 4, "stages": 2}, {"steps": 2, "stages": 2},
    ]  # fmt: skip
    assert texts(answer, "terms") == ["Court decides: 10 days, to 2024-03-11", "none"]
    assert texts(answer, "papers") == ["Claim", "none"]
    assert "possible_ends" not in rows(answer)


def test_a_route_keeps_to_its_way_however_often_the_road_comes_by(files: tuple[str, str, str]) -> None:
    answer = proc(
        "compare", files[0], "--route", "begin=files court_road=sends_back,allows", "--route", "begin=files,waits court_road=sends_back",
        "--format", "json",
    )  # fmt: skip
    assert texts(answer, "steps") == ["8 in 2 stages", "6 in 3 stages"]
    assert texts(answer, "we_pay") == ["80.00 XTS", "40.00 XTS"]


def test_a_route_that_is_closed_says_so_and_the_others_are_answered(files: tuple[str, str, str]) -> None:
    answer = proc(
        "compare",
        files[0],
        "--set",
        "insured=no",
        "--route",
        "begin=files",
        "--route",
        "begin=waits",
        "--format",
        "json",
    )
    assert answer.code == 1
    refused, fine = texts(answer, "ends")
    assert refused.startswith("cannot be computed: begin=files is closed: Insured: no")
    assert fine == "Done"
    assert rows(answer)["days"]["not_compared"][0].startswith("files it: cannot be computed")
    text = flat(proc("compare", files[0], "--set", "insured=no", "--route", "begin=files", "--route", "begin=waits"))
    assert text.count("is closed") == 1


def test_a_case_that_an_unknown_fact_divides_says_which(files: tuple[str, str, str]) -> None:
    for file in files[:2]:
        text = Path(file).read_text(encoding="utf-8")
        Path(file).write_text(text.replace("  given begin: files\n", ""), encoding="utf-8")
    answer = proc("compare", *files[:2], "--set", "insured=unknown", "--format", "json")
    assert answer.code == 0
    assert texts(answer, "ends") == ["depends on: Insured"] * 2
    assert rows(answer)["we_pay"]["not_compared"] == [
        "Somewhere: depends on: Insured", "Другая страна с длинным названием: depends on: Insured",
    ]  # fmt: skip


def test_another_first_day_leaves_the_days_of_the_scenario_behind(files: tuple[str, str, str]) -> None:
    with_event = (
        Path(files[0])
        .read_text(encoding="utf-8")
        .replace("given begin: files", "given begin: files, receipt of claim on 2024-03-05")
    )
    Path("event.proc").write_text(with_event, encoding="utf-8")
    assert texts(proc("compare", "event.proc", files[1], "--format", "json"), "days")[0] == "14"
    moved = proc("compare", "event.proc", files[1], "--start", "2026-03-02", "--format", "json")
    assert (texts(moved, "start"), texts(moved, "days")) == (["2026-03-02"] * 2, ["10"] * 2)


@pytest.mark.parametrize("columns", [2, 3, 5])
def test_the_table_fits_its_page_in_cyrillic_too(files: tuple[str, str, str], columns: int) -> None:
    answer = proc("compare", *(files[0], files[1], files[2], files[1], files[0])[:columns])
    assert max(text_cells(line) for line in answer.out.splitlines()) <= 80
    assert "Пошлина за подачу заявления" in answer.out or columns < 5
    assert answer.out.count("Not legal advice") == 1


def test_a_figure_is_not_broken_between_its_thousands(files: tuple[str, str, str]) -> None:
    for amount in ("123 456 789", "23 456 789", "3 456 789 012"):
        out = proc("compare", *files, "--amount", amount).out
        assert f"{amount}.00" in out


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("one.proc", "there is nothing to compare"),
        ("one.proc --route begin=files", "routes are compared within one file"),
        ("one.proc two.proc --route begin=files --route begin=waits", "routes are compared within one file"),
        ("one.proc two.proc --amount 5_XTS", "no amount is given in XXX, the money of two.proc"),
        ("one.proc two.proc --amount 5_EUR --amount 5", "`5 EUR` is in the money of none of the files"),
        ("one.proc two.proc --amount 5 --amount 6", "two amounts are in no currency"),
        ("one.proc two.proc --amount -5", "cannot be negative"),
        ("one.proc two.proc --set nonsense=1", "no fact has the name `nonsense`"),
        ("one.proc two.proc --choose nonsense=1", "no stage has the name `nonsense`"),
        ("one.proc two.proc --choose begin=nonsense", "`begin` has no way called `nonsense`"),
        ("one.proc two.proc --reading nonsense=1", "no reading has the name `nonsense`"),
        ("one.proc --route begin --route begin=waits", "is not of the form name=value"),
        ("one.proc two.proc --start 2024-02-30", "is not a day of the calendar"),
        ("- -", "only one FILE can be standard input"),
        ("one.proc nowhere.proc", "there is no file nowhere.proc"),
    ],
)
@pytest.mark.usefixtures("files")
def test_what_cannot_be_compared_at_all_is_refused_in_a_sentence(typed: str, said: str) -> None:
    answer = proc("compare", *(word.replace("_", " ") if word[0].isdigit() else word for word in typed.split()))
    assert (answer.code, answer.out) == (2, "")
    assert said in answer.err


def test_a_study_is_told_beside_the_shipped_files_as_what_it_is(files: tuple[str, str, str]) -> None:
    out = flat(proc("compare", "belarus", "kazakhstan", "--amount", "14300"))
    assert "a 2019 benchmark of a contested case, not a forecast" in out
    row = rows(proc("compare", "belarus", files[0], "--format", "json"))["benchmark"]
    assert [cell["text"][0] for cell in row["cells"]] == [
        "275 days: filing and service 50, trial and judgment 135, enforcement 90", "not studied",
    ]  # fmt: skip
    assert "benchmark" not in rows(proc("compare", *files, "--format", "json"))
