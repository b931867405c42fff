"""The command line: what is refused, in one sentence that says what to type; and what is left behind."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from typed import BELARUS, KAZAKHSTAN, ROOT, Answer, proc, proc_apart

TOWN = """jurisdiction town "Town"
  money in XTS, rounded half up to 0.01         by outside "Currency Act"
  calendar BY                                   by assumption "the author: for the sake of the example"
  languages en, fr
  counting starts the next day                  by outside "Time Act"
  counting ends short months on the last day    by outside "Time Act"
  counting rolls to the next working day        by outside "Time Act"

source act "The Act"

party citizen, our side "Citizen"
party office, neutral "Office"

reading plain_days "Which days?"
  prefer every_day "as printed" is days         by act "s. 3"
  or office_days "as meant" is working days     by act "s. 3"

value unit, money                               by act "notice"
  10.00 XTS since 2022-01-01
  12.00 XTS since 2024-01-01 until 2024-12-31

fact damage, money above 0 XTS "Damage"         ask "How much is the damage?"
fact share, percent at most 100 % "Share"
fact rooms, number at least 1 "Rooms"
fact moved_out, date "Moved out"
fact agreed, duration "Agreed term"
fact insured, yes or no "Insured"               ask "Are you insured?"
fact kind, one of fire, water "Kind"

fee filing_fee on damage "Filing fee"           by act "s. 2"
  | below 100 unit | 2 unit                     |
  | from 100 unit  | 3 %, at most 10 unit       |

rule covered, yes or no "Covered"               by act "s. 2"
  yes when insured and kind is fire and share is above 5 % and rooms is above 1
  yes when agreed is above 5 days and moved_out is before 2024-01-01
  otherwise no

document claim "Claim"                          by act "s. 1"
  from citizen

deadline answer_term "Answer"
  counts from receipt of claim                  by act "s. 3"
  30 plain_days                                 by act "s. 3"

procedure main_road "The road"

stage file_it "File"                            by act "s. 1"
  the citizen pays filing_fee
  the citizen files claim to office
  -> wait_for_it

stage wait_for_it "Wait"                        by act "s. 3"
  the office decides within answer_term
    allows  -> done
    refuses -> over

end done "Done", recovers damage                by act "s. 4"
end over "Refused"                              by act "s. 4"

practice clerk "What the clerk says"
  wait_for_it: allows 70 %, refuses the rest    by outside "the clerk"
  wait_for_it takes 1 week                      by outside "the clerk"

scenario "Allowed" fr "Accueilli"
  given start on 2024-03-04, damage is 800 XTS, share is 10 %, rooms is 2, moved_out is 2024-03-01
  given agreed is 10 days, insured is yes, kind is fire
  expect filing_fee is 24.00 XTS
  expect covered is yes
  expect ends at done on 2024-04-03

scenario "Also allowed"
  given start on 2024-03-04, damage is 900 XTS
  expect ends at done
"""
CASE = "start: 2024-03-04\nfacts:\n  damage: 800.00 XTS\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder but for town.proc."""
    (tmp_path / "town.proc").write_text(TOWN, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def left_behind() -> set[str]:
    return {path.name for path in Path().iterdir()} - {"town.proc"}


def is_refused(answer: Answer, *words: str) -> None:
    """Exit 2, nothing on standard output, one sentence and what to type; no traceback."""
    assert answer.code == 2, answer.out + answer.err
    assert answer.out == ""
    said = [line for line in answer.err.splitlines() if not line.startswith("No case was given")]
    assert said[0].startswith("proc: ")
    assert len(said) <= 2
    assert "Traceback" not in answer.err
    for one in words:
        assert one in answer.err


# ── What is typed wrongly ───────────────────────────────────────────────────────────────────────

STARTED = ("simulate", "town.proc", "--start", "2024-03-04")


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        (["simulat", "town.proc"], ["no command `simulat`", "Did you mean `simulate`?"]),
        (["--loud"], ["No such option '--loud'", "proc --help"]),
        (["simulate"], ["Missing argument 'FILE'", "proc simulate --help"]),
        (["simulate", "town.proc", "--lound"], ["No such option '--lound'", "proc simulate --help"]),
        (["simulate", "town.proc", "--format", "yaml"], ["'yaml' is not one of 'text', 'json'"]),
        (["simulate", "town.proc", "--pace", "fast"], ["'fast' is not one of 'law', 'practice'"]),
        (["calendar"], ["Missing command", "proc calendar --help"]),
        (["calendar", "sow"], ["No such command 'sow'"]),
        (["simulate", "town.prc"], ["no file town.prc", "Did you mean town.proc?"]),
        (["simulate", "belarus_"], ["no file belarus_", "Did you mean belarus?"]),
        (["simulate", "atlantis"], ["no file atlantis", "belarus, kazakhstan"]),
        (["simulate", "nowhere/town.proc"], ["no folder nowhere"]),
        (["simulate", "."], ["is a folder"]),
        (["simulate", "x" * 5000], ["File name too long"]),
        (["check", "town.proc", "gone.proc"], ["no file gone.proc"]),
        ([*STARTED, "--set", "damge=5"], ["no fact has the name `damge`", "Did you mean `damage`?"]),
        ([*STARTED, "--set", "damage"], ["not of the form name=value", "--set amount=14300"]),
        ([*STARTED, "--set", "damage="], ["not of the form name=value"]),
        ([*STARTED, "--choose", "wait_for_it"], ["not of the form name=value", "--choose stage=option"]),
        ([*STARTED, "--choose", "wait_for=allows"], ["no stage has the name `wait_for`", "Did you mean `wait_for_it`?"]),
        ([*STARTED, "--choose", "wait_for_it=alows"], ["no way called `alows`", "Did you mean `allows`?"]),
        ([*STARTED, "--choose", "wait_for_it=,"], ["which way at `wait_for_it`?", "allows, refuses"]),
        ([*STARTED, "--reading", "plain=office_days"], ["no reading has the name `plain`", "`plain_days`"]),
        ([*STARTED, "--reading", "plain_days=sixty"], ["`sixty` is not a way to read", "every_day, office_days"]),
        ([*STARTED, "--set", "receipt of clam=2024-03-05"], ["receipt of clam", "Did you mean `receipt of claim`?"]),
        (["simulate", "town.proc", "--scenario", "Alowed"], ["no scenario is called “Alowed”", "“Allowed”"]),
        (["simulate", "town.proc", "--scenario", "Al"], ["2 titles begin with “Al”", "“Allowed”, “Also allowed”"]),
        (["simulate", "town.proc", "--scenario", "Allowed", "--case", "c.yaml"], ["one of --case and --scenario"]),
        ([*STARTED, "--practice", "clark"], ["no practice has the name `clark`", "Did you mean `clerk`?"]),
        ([*STARTED, "--practice", "odds.proc"], ["no file odds.proc"]),
        (["simulate", "town.proc", "--case", "c.yml"], ["no file c.yml"]),
        (["simulate", "town.proc", "--draw", "x.gif"], ["`x.gif` is no format we draw", ".svg"]),
        (["simulate", "town.proc", "--draw", "x.svg", "--lang", "de"], ["`de` is not a language", "en, fr"]),
        (["draw", "town.proc", "-o", "x.svg", "--lang", "de"], ["`de` is not a language", "en, fr"]),
        (["draw", "town.proc", "-o", "x"], ["`x` is no format we draw"]),
        (["draw", "town.proc"], ["Missing option '-o'"]),
        (["draw", "town.proc", "-o", "x.svg", "--pace", "practice"], ["there is none", "--scenario"]),
        (["fee", "town.proc", "filing"], ["no fee has the name `filing`", "filing_fee"]),
        (["count", "town.proc", "5 bananas", "--from", "2024-03-04"], ["not a length of time", '"20 working days"']),
        (["count", "town.proc", "5 days"], ["Missing option '--from'"]),
        (["count", "town.proc", "5 days", "--from", "04.03.2024"], ["could be two days", "--from=2024-03-04"]),
        (["count", "town.proc", "5 days", "--from", "2024-02-30"], ["not a day of the calendar", "--from=2017-03-01"]),
        (["count", "town.proc", "5 days", "--from", "2040-01-01"], ["outside it"]),
        (["count", "town.proc", "9999 years", "--from", "2024-03-04"], ["9999"]),
        (["schema", "cases"], ["'cases' is not one of"]),
        (["schema", "trace", "town.proc"], ["the same for every file", "proc schema trace"]),
        (["new", "9lives"], ["cannot name a jurisdiction", "letters, digits and _"]),
        (["new", "../up"], ["cannot name a jurisdiction"]),
        (["new", "isle", "--calendar", "ZZ"], ["no calendar ZZ", "proc calendar build"]),
        (["new", "isle", "--currency", "euro"], ["not a currency", "three capital letters"]),
        (["fmt", "town.proc", "--from", "klingon"], ["no encoding is called `klingon`", "windows-1251"]),
        (["calendar", "show", "ZZ"], ["no calendar ZZ"]),
        (["calendar", "show", "BY", "--year", "1999"], ["covers 2015 to 2027, not 1999", "--year"]),
        (["calendar", "build", "BY", "lately", "-o", "BY.csv"], ["not a range of years", "2015-2026"]),
        (["calendar", "build", "BY", "2026-2025", "-o", "BY.csv"], ["cannot go from 2026 to 2025"]),
        (["calendar", "build", "ZZ", "2025", "-o", "ZZ.csv"], ["no country ZZ", "a code is two capital letters"]),
        (["calendar", "build", "BY", "2025", "-o", "BY.txt"], ["cannot name a calendar", "BY.csv"]),
    ],
)  # fmt: skip
def test_what_cannot_be_run_is_refused_with_what_to_type(typed: list[str], says: list[str]) -> None:
    if "c.yaml" in typed:
        Path("c.yaml").write_text(CASE)
    is_refused(proc(*typed), *says)
    assert left_behind() <= {"c.yaml"}


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ("damage=100 EUR", ["`damage` is in XTS, not in EUR", "never converted"]),
        ("damage=100 €", ["not a number"]),
        ("damage=100 rubles", ["not an amount of money", '"14300.00 XTS"']),
        ("damage=100 XTS XTS", ["not an amount of money"]),
        ("damage=25 unit", ["not an amount of money"]),
        ("damage=NaN", ["not an amount of money"]),
        ("damage=1e5", ["not an amount of money"]),
        ("damage=-5", ["cannot be negative", "damage=5"]),
        ("damage=0", ["must be above 0.00 XTS, not 0.00 XTS"]),
        ("damage=14,300", ["could be two numbers, 14 300 or 14.300", "damage=14300 or damage=14.30"]),
        ("damage=14.300", ["could be two numbers"]),
        ("damage=14 300,00,00", ["not a number"]),
        ("damage=1 43", ["not a number"]),
        ("damage=" + "9" * 30, ["30 digits"]),
        ("share=120 %", ["at most 100 %"]),
        ("rooms=0", ["at least 1"]),
        ("rooms=two", ["`two` is not a number"]),
        ("moved_out=2023-02-29", ["not a day of the calendar"]),
        ("moved_out=01.02.2024", ["could be two days", "moved_out=2024-02-01"]),
        ("agreed=soon", ["not a length of time", '"10 days"']),
        ("insured=perhaps", ["not an answer to `insured`", "insured=yes or insured=no"]),
        ("kind=frie", ["not an answer to `kind`", "Did you mean `fire`?"]),
        ("start=2024-13-01", ["not a day of the calendar"]),
    ],
)
def test_an_impossible_value_is_refused_with_what_to_type(told: str, says: list[str]) -> None:
    is_refused(proc(*STARTED, "--set", told), *says)


@pytest.mark.parametrize(
    "spelled", ["14300", "14 300", "14\u00a0300", "14300.00", "14300,0", "14 300.00 XTS", "14300xts"]
)
def test_an_amount_may_be_spelled_as_people_spell_it(spelled: str) -> None:
    found = proc("fee", "town.proc", "filing_fee", "--set", f"damage={spelled}", "--set", "unit=12", "--format", "json")
    assert found.data["fees"][0]["amount"] == {"amount": "120.00", "currency": "XTS"}


def test_a_day_for_which_a_value_has_no_entry_is_refused_and_the_last_known_one_named() -> None:
    is_refused(
        proc("simulate", "town.proc", "--start", "2025-03-04", "--set", "damage=800"),
        "`unit` has no amount for 2025-03-04", "the last known one is 12.00 XTS", "--set unit=",
    )  # fmt: skip
    is_refused(
        proc("fee", "town.proc", "filing_fee", "--set", "damage=800"), "depends on the day", "--start 2026-03-02"
    )


def test_a_case_without_any_day_is_refused() -> None:
    is_refused(proc("simulate", "town.proc", "--set", "damage=800"), "does not say on which day", "--start 2017-03-01")


def test_fees_that_cannot_be_worked_out_are_findings_beside_those_that_can() -> None:
    answer = proc("fee", "town.proc", "--set", "damage=800", "--start", "2025-03-04")
    assert answer.code == 1
    assert "the last known one is 12.00" in answer.out
    refused = proc("fee", "town.proc", "--set", "damage=800", "--start", "2025-03-04", "--format", "json")
    assert "has no amount for 2025-03-04" in refused.data["fees"][0]["refused"]


# ── Cases ───────────────────────────────────────────────────────────────────────────────────────

LAUGHS = "a: &a [x,x,x,x]\nb: &b [*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b]\nfacts:\n  damage: *c\n"


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("c.yaml", "facts:\n  damage: 800\n  damage: 900\n", ["line 3", "`damage` stands there twice"]),
        ("c.json", '{"facts": {"damage": 800, "damage": 900}}', ["`damage` stands there twice"]),
        ("c.yaml", "start: 2024-03-04\nfacts:\n  damage:\n", ["`damage` is left empty", "`unknown`"]),
        ("c.json", '{"start": "2024-03-04", "facts": {"damage": null}}', ["`damage` is left empty"]),
        ("c.json", '{"start": "2024-03-04", "facts": {"damage": NaN}}', ["NaN is not a number"]),
        ("c.yaml", "start: 2024-03-04\nfacts:\n  damage: [1, 2]\n", ["holds more than one thing"]),
        ("c.yaml", "start: 2024-03-04\nfacts:\n  damage: {amount: 5, curency: EUR}\n", ["holds more than one thing"]),
        ("c.yaml", "start: 2024-03-04\nfacts:\n  damage: {amount: 5, currency: EUR}\n", ["not in EUR"]),
        ("c.yaml", "start: 4.3.2024\n", ["could be two days", "start=2024-03-04"]),
        ("c.yaml", "start: 2024-03-04T00:00:00\n", ["not a day of the calendar"]),
        ("c.yaml", "start: 2024-03-04\ndamage: 800\n", ["no part called `damage`", "under `facts:`"]),
        ("c.yaml", "start: 2024-03-04\nfact:\n  damage: 800\n", ["no part called `fact`", "Did you mean `facts`?"]),
        ("c.yaml", "start: 2024-03-04\nfacts:\n  damge: 800\n", ["`damge`", "Did you mean `damage`?"]),
        ("c.yaml", "start: 2024-03-04\nfacts: 800\n", ["`facts:` holds lines"]),
        ("c.yaml", "facts:\n  insured: off\n", ["`off` is not an answer", "insured=yes or insured=no"]),
        ("c.yaml", "start: 2024-03-04\nevents:\n  receipt of claim: soon\n", ["not a day of the calendar"]),
        ("c.yaml", "start: 2024-03-04\nevents:\n  receipt of clam: 2024-03-05\n", ["receipt of clam"]),
        ("c.yaml", "start: 2024-03-04\nchoose:\n  wait_for_it: [allows, wins]\n", ["no way called `wins`"]),
        ("c.yaml", "start: 2024-03-04\nchoose:\n  wait_for_it:\n", ["which way at `wait_for_it`?"]),
        ("c.yaml", "start: 2024-03-04\nreadings:\n  plain_days: sixty\n", ["`sixty` is not a way to read"]),
        ("c.yaml", "hello\n", ["a case is a list of `key: value` lines"]),
        ("c.yaml", "", ["a case is a list of `key: value` lines"]),
        ("c.yaml", "- start\n", ["a case is a list of `key: value` lines"]),
        ("c.json", "[1, 2]", ["a case is a list of `key: value` lines"]),
        ("c.yaml", "start: 2024-03-04\n\tfacts: 5\n", ["line 2", "a tab"]),
        ("c.yaml", "start: [2024-03-04\n", ["this is not YAML", "name: value"]),
        ("c.yaml", "start: 2024-03-04\n---\nstart: 2024-03-05\n", ["a second case begins"]),
        ("c.yaml", "start: 2024-03-04\n? [damage]\n: 5\n", ["cannot be a name"]),
        ("c.yaml", 'start: !!python/object/apply:os.system ["true"]\n', ["says how to read what follows"]),
        ("c.yaml", LAUGHS, ["line 1", "`&a` is a reference"]),
        ("c.yaml", "facts: &all\n  damage: *all\n", ["is a reference"]),
        ("c.yaml", "start: 2024-03-04\nfacts:\n  damage: 5\0\n", ["an invisible character"]),
        ("c.json", '{"start": "2024-03-04"', ["expecting ',' delimiter", "line 1"]),
        ("c.json", '{"facts":' * 100_000, ["nested too deeply"]),
        ("c.yaml", "[" * 100_000, ["nested too deeply"]),
        ("c.yaml", "a: " + "{b: " * 5_000, ["nested too deeply"]),
        ("c.yaml", "#" * 1_000_001, ["larger than a case may be"]),
    ],
    ids=lambda value: None if not isinstance(value, str) else re.sub(r"\s+", " ", value[:40]).replace("\0", "0"),
)  # fmt: skip
def test_a_case_that_says_too_much_or_too_little_is_refused(name: str, text: str, says: list[str]) -> None:
    Path(name).write_text(text, encoding="utf-8")
    is_refused(proc("simulate", "town.proc", "--case", name), *says)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", ["does not begin with the line event,day,way"]),
        ("what,when\n", ["does not begin with the line event,day,way", "what,when"]),
        ("event,day,way\nreceipt of clam,2024-03-05,\n", ["receipt of clam", "Did you mean `receipt of claim`?"]),
        ("event,day,way\nreceipt of claim,soon,\n", ["`soon` is not a day"]),
        ("event,day,way\nreceipt of claim,2024-03-05,,more\n", ["row 2, has more than 3 columns"]),
        ("event,day,way\nwait_for_it,2024-03-05,alows\n", ["alows"]),
        ("event,day,way\n" + "x" * 200_000 + ",2024-03-05,\n", ["cannot be read as a table"]),
    ],
    ids=["empty", "other columns", "event", "day", "too many", "way", "huge"],
)
def test_a_history_that_says_too_much_or_too_little_is_refused(text: str, says: list[str]) -> None:
    Path("h.csv").write_text(text, encoding="utf-8")
    is_refused(proc(*STARTED, "--set", "damage=800", "--events", "h.csv"), *says)


def test_a_case_that_is_not_utf_8_is_refused_with_the_line() -> None:
    Path("c.yaml").write_bytes("start: 2024-03-04\ntitle: Дело\n".encode("cp1251"))
    is_refused(proc("simulate", "town.proc", "--case", "c.yaml"), "not UTF-8 text (line 2)", "Save it as UTF-8")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("c.yaml", "start: 2024-03-04\nfacts:\n  damage: 800.10\n  insured: no\n  moved_out: 2024-03-01\n"),
        ("c.yaml", 'start: "2024-03-04"\nfacts: {damage: "800,10", insured: "no", moved_out: "2024-03-01"}\n'),
        ("c.yaml", "\ufeffstart: 2024-03-04\r\nfacts:\r\n  damage: {amount: 800.1, currency: XTS}\r\n  insured: false\r\n  moved_out: 2024-03-01\r\n"),
        ("c.json", '{"start": "2024-03-04", "facts": {"damage": 800.1, "insured": false, "moved_out": "2024-03-01"}}'),
        ("c.json", '{"start": "2024-03-04", "facts": {"damage": {"amount": "800.10", "currency": "XTS"}, "insured": "no", "moved_out": "2024-03-01"}}'),
    ],
)  # fmt: skip
def test_a_case_is_read_as_it_was_written_and_never_through_a_float(name: str, text: str) -> None:
    Path(name).write_text(text, encoding="utf-8")
    found = proc("simulate", "town.proc", "--case", name, "--format", "json").data
    assert found["case"]["facts"] == {"damage": "800.10 XTS", "insured": "no", "moved_out": "2024-03-01"}
    assert found["as_of"] == "2024-03-04"
    (fee,) = found["fees"]
    assert fee["amount"]["amount"] == "24.00"


def test_options_outweigh_the_case_and_what_replaces_the_file_stands_apart() -> None:
    Path("c.yaml").write_text(CASE)
    found = proc(
        "simulate", "town.proc", "--case", "c.yaml", "--set", "damage=2000", "--set", "unit=9", "--format", "json"
    )
    case = found.data["case"]
    assert (case["title"], case["facts"], case["overrides"]) == ("c", {"damage": "2 000.00 XTS"}, {"unit": "9.00 XTS"})
    assert found.data["fees"][0]["amount"]["amount"] == "60.00"


# ── Files ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("typed", "made"),
    [
        (["simulate", "town.proc", "-o", "out.txt"], "out.txt"),
        (["simulate", "town.proc", "--draw", "out.dot"], "out.dot"),
        (["draw", "town.proc", "-o", "out.dot"], "out.dot"),
        (["new", "isle"], "isle.proc"),
        (["calendar", "build", "BY", "2025", "-o", "BY.csv"], "BY.csv"),
    ],
)
def test_an_existing_file_is_replaced_only_with_force(typed: list[str], made: str) -> None:
    assert proc(*typed).code == 0
    first = Path(made).read_bytes()
    Path(made).write_text("mine")
    is_refused(proc(*typed), f"{made} exists already", "--force")
    assert Path(made).read_text() == "mine"
    assert proc(*typed, "--force").code == 0
    assert Path(made).read_bytes() == first
    assert left_behind() == {made}


@pytest.mark.parametrize("target", ["gone/out.dot", "."])
def test_where_nothing_can_be_written_nothing_is(target: str) -> None:
    for typed in (["simulate", "town.proc", "-o", target], ["draw", "town.proc", "-o", target]):
        is_refused(proc(*typed), "folder")
    is_refused(proc("simulate", "town.proc", "--draw", "road.dot", "-o", target), "folder")
    assert left_behind() == set()


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="this user may write everywhere")
def test_a_folder_that_cannot_be_written_to_is_said(folder: Path) -> None:
    folder.chmod(0o500)
    try:
        is_refused(proc("simulate", "town.proc", "-o", "out.txt"), "cannot be written")
    finally:
        folder.chmod(0o700)
    assert left_behind() == set()


def test_a_write_that_fails_half_way_leaves_the_old_file_and_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("out.txt").write_text("mine")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    is_refused(proc("simulate", "town.proc", "-o", "out.txt", "--force"), "out.txt cannot be written: No space left")
    assert (Path("out.txt").read_text(), left_behind()) == ("mine", {"out.txt"})


def test_an_interrupted_write_leaves_the_old_file_and_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("out.txt").write_text("mine")

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", interrupted)
    assert proc("simulate", "town.proc", "-o", "out.txt", "--force").code == 130
    assert (Path("out.txt").read_text(), left_behind()) == ("mine", {"out.txt"})


def test_fmt_goes_through_all_files_and_changes_only_what_it_must() -> None:
    Path("loose.proc").write_text(TOWN.replace("\n  ", "\n     "))
    Path("wrong.proc").write_text("fact age number\n")
    proc("fmt", "town.proc")
    tidy = Path("town.proc").read_text()
    answer = proc("fmt", "--check", "wrong.proc", "loose.proc", "town.proc")
    assert answer.code == 1
    assert "a comma is missing" in answer.out
    assert "loose.proc is not in canonical layout" in answer.out
    assert "town.proc is not" not in answer.out
    assert proc("fmt", "--diff", "loose.proc").out.startswith("--- loose.proc")
    assert proc("fmt", "wrong.proc", "loose.proc").code == 1
    assert Path("loose.proc").read_text() == tidy
    assert proc("fmt", "--check", "loose.proc").code == 0


def test_fmt_reads_another_encoding_and_keeps_the_old_file() -> None:
    old = TOWN.replace('"Town"', '"Город"').encode("cp1251")
    Path("town.proc").write_bytes(old)
    mistaken = proc("check", "town.proc")
    assert mistaken.code == 1
    assert "proc fmt town.proc --from windows-1251" in mistaken.out
    answer = proc("fmt", "town.proc", "--from", "windows-1251")
    assert answer.code == 0
    assert "Город" in Path("town.proc").read_text(encoding="utf-8")
    assert Path("town.proc.windows-1251").read_bytes() == old
    assert proc("check", "town.proc").code == 0


def test_a_new_file_is_clean_canonical_and_runs() -> None:
    for typed in (
        ["new", "isle", "--currency", "XTS", "--calendar", "KZ"], ["check", "--strict", "isle.proc"], ["test", "isle.proc"],
        ["fmt", "--check", "isle.proc"], ["simulate", "isle.proc"], ["draw", "isle.proc", "-o", "isle.svg"],
    ):  # fmt: skip
        answer = proc(*typed)
        assert answer.code == 0, answer.out + answer.err


def test_a_calendar_is_built_shown_used_and_verified() -> None:
    assert proc("calendar", "build", "PL", "2024-2025", "-o", "isle.csv").code == 0
    shown = proc("calendar", "show", "isle.csv", "--year", "2024")
    assert "Fri 2024-11-01  off     All Saints' Day (act not established)" in shown.out
    assert shown.out.splitlines()[-1].endswith("working days in 2024")
    proc("new", "isle", "--calendar", "isle")
    counted = proc("count", "isle.proc", "1 working day", "--from", "2024-10-31", "--format", "json").data
    assert (counted["due"], counted["calendar"]["name"]) == ("2024-11-04", "isle")
    agreed = proc("calendar", "verify", "isle.csv", "--country", "PL")
    assert (agreed.code, agreed.out) == (0, "isle: agrees with the library on every day.\n")
    text = Path("isle.csv").read_text()
    Path("isle.csv").write_text(text.replace("2024-11-01,off", "2024-10-30,off"))
    differs = proc("calendar", "verify", "isle.csv", "--country", "PL")
    assert differs.code == 1
    assert differs.out.count("2024-1") == 2


# ── Findings ────────────────────────────────────────────────────────────────────────────────────

WRONG = TOWN.replace("-> done\n", "-> dome\n").replace("3 %, at most 10 unit", "3 EUR")


@pytest.mark.parametrize(
    "command", [["check"], ["simulate"], ["fee"], ["test"], ["draw", "-o", "x.svg"], ["schema", "case"]]
)
def test_mistakes_in_a_file_are_all_told_and_are_findings(command: list[str]) -> None:
    Path("town.proc").write_text(WRONG)
    answer = proc(*command, "town.proc")
    assert answer.code == 1
    assert answer.err == ""
    for code in ("unknown-stage", "wrong-currency"):
        assert code in answer.out
    assert left_behind() == set()


@pytest.mark.parametrize("command", ["check", "simulate", "fee"])
def test_mistakes_are_told_to_programs_by_one_schema(command: str) -> None:
    Path("town.proc").write_text(WRONG)
    answer = proc(command, "town.proc", "--format", "json")
    assert answer.code == 1
    validate(answer.data, "diagnostics")
    assert [one["code"] for one in answer.data["diagnostics"]] == ["wrong-currency", "unknown-stage"]
    assert answer.data["valid"] is False


def test_check_speaks_to_terminals_reviews_and_scanners() -> None:
    Path("town.proc").write_text(WRONG)
    at = WRONG[: WRONG.index("dome")].count("\n") + 1
    concise = proc("check", "town.proc", "--format", "concise").out.splitlines()
    assert any(line.startswith(f"town.proc:{at}:16: error[unknown-stage] ") for line in concise)
    assert f"::error file=town.proc,line={at},col=16," in proc("check", "town.proc", "--format", "github").out
    sarif = json.loads(proc("check", "town.proc", "--format", "sarif").out)
    assert [one["ruleId"] for one in sarif["runs"][0]["results"]] == ["wrong-currency", "unknown-stage"]


def test_warnings_are_fine_unless_strict() -> None:
    Path("town.proc").write_text(TOWN + '\nparty nobody, neutral "Nobody"\n')
    assert (proc("check", "town.proc").code, proc("check", "--strict", "town.proc").code) == (0, 1)
    found = proc("simulate", "town.proc", "--format", "json").data
    assert [one["code"] for one in found["diagnostics"]] == ["unused"]


def test_a_calendar_that_is_not_there_is_a_finding() -> None:
    Path("town.proc").write_text(TOWN.replace("calendar BY ", "calendar ZZ "))
    answer = proc("check", "town.proc")
    assert answer.code == 1
    assert "no calendar ZZ" in answer.out


def test_a_failing_scenario_does_not_stop_the_others() -> None:
    Path("wrong.proc").write_text(WRONG)
    Path("late.proc").write_text(TOWN.replace("done on 2024-04-03", "done on 2024-04-06"))
    answer = proc("test", "wrong.proc", "late.proc", "town.proc")
    assert answer.code == 1
    assert "wrong.proc:" in answer.out
    assert "FAIL  Allowed" in answer.out
    assert "late.proc: 1 of 2 scenarios pass." in answer.out
    assert "town.proc: 2 of 2 scenarios pass." in answer.out
    files = proc("test", "wrong.proc", "late.proc", "town.proc", "--format", "json").data["files"]
    assert [len(one.get("scenarios", ())) for one in files] == [0, 2, 2]


def test_a_first_scenario_that_does_not_end_is_a_finding_of_the_file() -> None:
    Path("town.proc").write_text(TOWN.replace("given start on 2024-03-04, damage is 800 XTS,", "given start on 2024-03-04,")
                                 .replace("allows  -> done\n", "allows when insured -> done\n    waits unless insured -> over\n")
                                 .replace("insured is yes, ", ""))  # fmt: skip
    answer = proc("simulate", "town.proc")
    assert answer.code == 1, answer.out + answer.err
    assert "does not run to an end" in answer.err


# ── Streams ─────────────────────────────────────────────────────────────────────────────────────


def test_standard_input_can_be_the_file_or_the_case() -> None:
    piped = proc_apart("simulate", "-", "--format", "json", stdin=TOWN.encode(), cwd=Path()).data
    assert piped["file"].pop("name_as_typed") == "standard input"
    whole = proc("simulate", "town.proc", "--format", "json").data
    assert whole["file"].pop("name_as_typed") == "town.proc"
    assert piped == whole
    told = proc_apart("simulate", "town.proc", "--case", "-", stdin=CASE.encode(), cwd=Path())
    assert "damage = 800.00 XTS" in told.out
    assert proc_apart("fmt", "-", stdin=TOWN.encode(), cwd=Path()).out.count("\n") == TOWN.count("\n")
    is_refused(proc_apart("simulate", "-", "--case", "-", stdin=TOWN.encode(), cwd=Path()), "standard input")


def test_a_closed_pipe_is_quiet() -> None:
    done = subprocess.run(
        f"{sys.executable} -m proc_tools simulate town.proc | head -1; {sys.executable} -m proc_tools nonsense 2>&1 | true",
        shell=True, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.stdout == "Allowed\n"
    assert [line for line in done.stderr.splitlines() if not line.startswith("No case was given")] == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_an_answer_that_cannot_be_written_is_said() -> None:
    done = subprocess.run(
        f"{sys.executable} -m proc_tools simulate town.proc > /dev/full",
        shell=True, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr.splitlines()[1:] == ["proc: the answer cannot be written: No space left on device"]


@pytest.mark.skipif(os.name == "nt", reason="signals are sent otherwise there")
def test_control_c_leaves_with_130_and_no_traceback() -> None:
    waits = "from proc_tools.main import main; print('ready', flush=True); main(['simulate', '-'])"
    started = subprocess.Popen(
        [sys.executable, "-c", waits], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT
    )
    assert started.stdout is not None
    assert started.stdout.readline() == b"ready\n"
    time.sleep(0.3)  # by now it loads what it needs, or waits for its input
    started.send_signal(signal.SIGINT)
    out, err = started.communicate(timeout=20)
    assert (started.returncode, out, err) == (130, b"", b"")


@pytest.mark.parametrize(
    "environment", [{"LC_ALL": "C", "PYTHONUTF8": "0"}, {"PYTHONIOENCODING": "ascii"}, {"PYTHONIOENCODING": "cp1251"}]
)
def test_a_terminal_of_another_encoding_changes_no_byte(environment: dict[str, str]) -> None:
    apart = proc_apart("simulate", "town.proc", "--scenario", "Accueilli", cwd=Path(), **environment)
    assert apart == proc("simulate", "town.proc", "--scenario", "Accueilli")
    assert "·" in apart.out


def test_an_argument_that_is_no_text_is_refused_like_any_other() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "proc_tools", "simulate", b"\xff\xfe.proc"], capture_output=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.returncode == 2
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize("columns", ["0", "1", "60", "80", "120", "many"])
def test_every_width_gives_an_answer_and_80_columns_hold_it(columns: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    width = min(int(columns), 110) if columns in ("60", "80", "120") else 80
    for typed in (["simulate", "town.proc"], ["fee", "town.proc", "--start", "2024-03-04"], ["calendar", "show", "BY"]):
        answer = proc(*typed)
        assert answer.code == 0
        assert max(map(len, answer.out.splitlines())) <= width


# ── Programs ────────────────────────────────────────────────────────────────────────────────────


def validate(data: Any, what: str, *of: str) -> None:
    schema = proc("schema", what, *of).data
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(data, schema, format_checker=jsonschema.FormatChecker())


@pytest.mark.parametrize(
    "typed",
    [["town.proc"], ["town.proc", "--start", "2024-03-04", "--set", "insured=no"], [BELARUS], [KAZAKHSTAN],
     [BELARUS, "--start", "2024-03-04", "--set", "amount=1500"]],
)  # fmt: skip
def test_an_answer_fits_its_schema(typed: list[str]) -> None:
    found = proc("simulate", *typed, "--format", "json").data
    validate(found, "trace")
    assert found["format_version"] == 1


@pytest.mark.parametrize("case", sorted((ROOT / "examples" / "cases").glob("*.yaml")), ids=lambda path: path.stem)
def test_the_example_cases_fit_the_schema_of_their_file(case: Path) -> None:
    data = yaml.load(case.read_text(encoding="utf-8"), yaml.BaseLoader)
    validate(data, "case", BELARUS)
    validate(data, "case")
    with pytest.raises(jsonschema.ValidationError):
        validate({**data, "facts": {**data["facts"], "nonsense": "yes"}}, "case", BELARUS)


def test_the_schema_of_a_case_knows_facts_ways_readings_and_events() -> None:
    good: dict[str, Any] = {
        "title": "One", "start": "2024-03-04", "facts": {"damage": 5, "insured": True, "kind": "fire", "unit": "9"},
        "events": {"receipt of claim": "2024-03-05"}, "choose": {"wait_for_it": ["allows"]},
        "readings": {"plain_days": "office_days"},
    }  # fmt: skip
    validate(good, "case", "town.proc")
    Path("c.json").write_text(json.dumps(good))
    assert proc("simulate", "town.proc", "--case", "c.json").code == 0
    for part, wrong in (
        ("facts", {"kind": "frie"}), ("facts", {"damge": 5}), ("events", {"receipt of clam": "2024-03-05"}),
        ("choose", {"wait_for_it": "alows"}), ("readings", {"plain_days": "sixty"}), ("start", "4.3.2024"),
    ):  # fmt: skip
        with pytest.raises(jsonschema.ValidationError):
            validate({**good, part: wrong}, "case", "town.proc")
        Path("c.json").write_text(json.dumps({**good, part: wrong}))
        is_refused(proc("simulate", "town.proc", "--case", "c.json"))


def test_the_same_command_gives_the_same_bytes() -> None:
    one, two = (proc_apart("simulate", KAZAKHSTAN, "--format", "json", PYTHONHASHSEED=seed) for seed in "12")
    assert one == two


def test_without_a_command_proc_says_what_it_can_do() -> None:
    answer = proc()
    assert answer.code == 0
    assert "simulate" in answer.out


# ── Practice ────────────────────────────────────────────────────────────────────────────────────


def test_odds_and_pace_of_practice_are_used_only_when_asked_for() -> None:
    plain = proc(*STARTED, "--set", "damage=800", "--format", "json").data
    asked = proc(*STARTED, "--set", "damage=800", "--practice", "clerk", "--format", "json").data
    paced = proc(*STARTED, "--set", "damage=800", "--pace", "practice", "--format", "json").data
    assert {one["odds"] for one in plain["assumptions"]} == {""}
    assert any(one["odds"].startswith("70 % (practice clerk") for one in asked["assumptions"])
    assert [one["outcome"]["day"]["exact"] for one in (plain, asked, paced)] == [
        "2024-04-03",
        "2024-04-03",
        "2024-03-11",
    ]


def test_a_file_named_as_its_own_practice_stands_for_all_its_blocks() -> None:
    found = proc(*STARTED, "--set", "damage=800", "--practice", "town.proc", "--format", "json").data
    assert found["case"]["practice"] == ["clerk"]


def test_a_practice_of_ones_own_is_read_from_its_own_file() -> None:
    Path("own.proc").write_text(
        'practice own "Our files"\n  wait_for_it: allows 40 %, refuses 60 %    by outside "our files"\n'
    )
    found = proc(*STARTED, "--set", "damage=800", "--practice", "own.proc", "--format", "json").data
    assert found["case"]["practice"] == ["own"]
    assert any(one["odds"].startswith("40 %") for one in found["assumptions"])
    Path("own.proc").write_text(
        'practice own "Our files"\n  wait_for: allows 40 %, refuses 60 %    by outside "our files"\n'
    )
    mistaken = proc(*STARTED, "--set", "damage=800", "--practice", "own.proc")
    assert mistaken.code == 1
    assert "own.proc:2" in mistaken.out
    Path("own.proc").write_text('party nobody, neutral "Nobody"\n')
    is_refused(proc(*STARTED, "--practice", "own.proc"), "own.proc holds no practice")


def test_drawn_cases_are_the_same_for_the_same_seed() -> None:
    typed = [
        "simulate",
        ROOT / "examples" / "flight.proc",
        "--practice",
        "frequent_flyer",
        "--runs",
        "300",
        "--seed",
        "5",
    ]
    first, again = proc(*typed), proc(*typed)
    assert first.code == 0
    assert first.out == again.out
