"""The examples are whole: checked, walked and drawn; and an illustration says on every output that it is one."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from typed import BELARUS, ROOT, proc

EXAMPLES = ROOT / "examples"
FLIGHT = EXAMPLES / "flight.proc"
ODDS = EXAMPLES / "belarus_odds.proc"
REAL = ("england_small_claim", "eviction", "adjudication")  # procedures of real countries


def test_the_third_procedure_is_clean_and_its_scenarios_pass() -> None:
    for typed in (["check", "--strict"], ["test"], ["fmt", "--check"]):
        answer = proc(*typed, FLIGHT)
        assert answer.code == 0, answer.out
    assert "8 of 8 scenarios pass" in proc("test", FLIGHT).out


def test_the_third_procedure_counts_by_a_calendar_of_its_own() -> None:
    assert proc("calendar", "verify", EXAMPLES / "calendars" / "ruritania.csv", "--country", "PT").code == 0
    found = proc("simulate", FLIGHT, "--format", "json").data
    assert found["calendar"]["name"] == "ruritania"
    (reply,) = [one for one in found["deadlines"] if one["id"] == "reply"]
    assert "Thu 2024-04-25: Freedom Day, not counted" in reply["count"]


@pytest.mark.parametrize("told", [[], ["--scenario", "Four hours", "--lang", "fr"]], ids=["plan", "case"])
def test_the_third_procedure_is_drawn_with_every_stage(told: list[str], tmp_path: Path) -> None:
    picture = tmp_path / "flight.svg"
    answer = proc("draw", FLIGHT, "-o", picture, *told)
    assert answer.code == 0, answer.err
    words = " ".join(" ".join(ElementTree.parse(picture).getroot().itertext()).split())
    for title in (
        ("Saisir le médiateur", "Proposition") if told else ("Go to the ombudsman", "A proposal lies on the table")
    ):
        assert title in words


def test_another_number_in_the_text_is_another_number_in_the_answer_and_in_the_picture(tmp_path: Path) -> None:
    calendar = tmp_path / "ruritania.csv"
    calendar.write_bytes((EXAMPLES / "calendars" / "ruritania.csv").read_bytes())
    text = FLIGHT.read_text(encoding="utf-8")
    changed = text.replace("  2 months ", "  3 months ").replace("  20 FLR since", "  30 FLR since")
    assert changed.count("3 months") == text.count("3 months") + 1
    file = tmp_path / "flight.proc"
    file.write_text(changed, encoding="utf-8")
    found = proc("simulate", file, "--format", "json").data
    assert found["fees"][0]["amount"]["amount"] == "30"
    assert [one["due"]["exact"] for one in found["deadlines"] if one["id"] == "complaining"] == ["2024-07-01"]
    assert proc("draw", file, "--scenario", "Four hours", "-o", tmp_path / "flight.dot").code == 0
    drawn = (tmp_path / "flight.dot").read_text(encoding="utf-8")
    assert "2024-07-01" in drawn
    assert "30 FLR" in drawn
    assert proc("test", file).code == 1


@pytest.mark.parametrize("case", sorted((EXAMPLES / "cases").glob("*.yaml")), ids=lambda path: path.stem)
def test_an_example_case_runs_to_an_end(case: Path) -> None:
    found = proc("simulate", BELARUS, "--case", case, "--format", "json").data
    assert found["outcome"]["status"] == "ended"
    assert found["case"]["title"]


def test_illustrative_odds_are_used_only_when_asked_for_and_say_what_they_are_on_every_output(tmp_path: Path) -> None:
    plain = proc("simulate", BELARUS)
    asked = proc("simulate", BELARUS, "--practice", ODDS)
    assert "llustration" not in plain.out
    assert "Illustration, not observed" in asked.out.split("── The road")[0]
    data = proc("simulate", BELARUS, "--practice", ODDS, "--format", "json").data
    assert any("Illustration, not observed" in note for note in data["notes"])
    odds = [one["odds"] for one in data["assumptions"] if one["odds"]]
    odds += [other["odds"] for one in data["assumptions"] for other in one["alternatives"] if other["odds"]]
    assert len(odds) > 5
    assert all("illustration" in one for one in odds)
    assert proc("draw", BELARUS, "--scenario", "Silent", "--practice", ODDS, "-o", tmp_path / "odds.dot").code == 0
    drawn = (tmp_path / "odds.dot").read_text(encoding="utf-8")
    assert "85 %" in drawn
    assert "llustration" in drawn


def test_the_pace_of_practice_moves_days_and_the_law_does_not_move() -> None:
    lawful = proc("simulate", BELARUS, "--practice", ODDS, "--format", "json").data
    paced = proc("simulate", BELARUS, "--practice", ODDS, "--pace", "practice", "--format", "json").data
    assert lawful["path"] == paced["path"]
    assert lawful["fees"] == paced["fees"]
    days = [[step["date"] for step in one["steps"] if step["stage"] == "order_considered"] for one in (lawful, paced)]
    assert days[0] != days[1]
    assert any("practice: 10 days 50 %" in why for step in paced["steps"] for why in step["why"])


@pytest.mark.parametrize("name", REAL)
def test_a_real_procedure_is_clean_and_each_way_of_it_is_worked_out_by_hand(name: str) -> None:
    file = EXAMPLES / f"{name}.proc"
    for typed in (["check", "--strict"], ["fmt", "--check"]):
        answer = proc(*typed, file)
        assert answer.code == 0, answer.out
    tested = proc("test", file)
    assert tested.code == 0, tested.out
    assert "no scenario touches" not in tested.out
    assert int(re.search(r"(\d+) of \1 scenarios pass", tested.out)[1]) >= 6  # type: ignore[index]


@pytest.mark.parametrize("name", REAL)
def test_a_real_procedure_ends_and_is_drawn(name: str, tmp_path: Path) -> None:
    file = EXAMPLES / f"{name}.proc"
    found = proc("simulate", file, "--format", "json").data
    assert found["outcome"]["status"] == "ended"
    assert not found["outcome"]["day"]["provisional"]
    picture = tmp_path / "picture.svg"
    assert proc("draw", file, "-o", picture).code == 0
    words = " ".join(" ".join(ElementTree.parse(picture).getroot().itertext()).split())
    titles = re.findall(r'^(?:stage|end) \w+(?: as \w+)? "([^"]+)"', file.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(titles) > 10
    assert [one for one in titles if one not in words] == []


@pytest.mark.parametrize("name", REAL)
def test_the_program_knows_nothing_of_a_real_procedure(name: str) -> None:
    text = (EXAMPLES / f"{name}.proc").read_text(encoding="utf-8")
    declared = r"^(?:jurisdiction|source|party|fact|rule|value|fee|document|deadline|procedure|stage|end) (\w+_\w+)"
    names = {name, *re.findall(declared, text, re.MULTILINE)}
    assert len(names) > 20
    code = "\n".join(
        one.read_text(encoding="utf-8") for part in ("engine", "viz") for one in (ROOT / part).rglob("*.py")
    )
    assert names & set(re.findall(r"\w+", code)) == set()


@pytest.mark.parametrize("calendar", ["england", "england_construction"])
def test_the_calendars_of_england_have_the_bank_holidays_that_its_neighbours_do_not_keep(calendar: str) -> None:
    holidays = pytest.importorskip("holidays")
    table = (EXAMPLES / "calendars" / f"{calendar}.csv").read_text(encoding="utf-8")
    off = {f"{day:%Y-%m-%d}" for day in holidays.country_holidays("GB", subdiv="ENG", years=range(2021, 2028))}
    assert set(re.findall(r"^(\d{4}-\d\d-\d\d),off", table, re.MULTILINE)) == off
