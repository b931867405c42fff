"""A duty in dispute and a mark opposed: written from the docs alone, they are whole, dated by hand, and known to nobody."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from datetime import date, timedelta
from pathlib import Path

import pytest
from typed import ROOT, proc

EXAMPLES = ROOT / "examples"
CUSTOMS = EXAMPLES / "customs_objection.proc"
TRADEMARK = EXAMPLES / "trademark_opposition.proc"
FILES = pytest.mark.parametrize("file", [CUSTOMS, TRADEMARK], ids=lambda path: path.stem)
PROGRAM = "\n".join(
    path.read_text(encoding="utf-8") for folder in ("engine", "viz") for path in sorted((ROOT / folder).rglob("*.py"))
)


def declared(file: Path, *kinds: str) -> list[str]:
    """The names that a file declares, of these kinds."""
    return re.findall(rf"^(?:{'|'.join(kinds)}) (\w+)", file.read_text(encoding="utf-8"), re.M)


def scenarios(file: Path, holding: str = "") -> list[str]:
    """The titles of its scenarios, of those that hold these words."""
    blocks = file.read_text(encoding="utf-8").split('\nscenario "')[1:]
    return [block.split('"\n')[0] for block in blocks if holding in block]


@FILES
def test_the_file_is_clean_and_every_stage_way_band_and_term_has_a_scenario(file: Path) -> None:
    for typed in (["check", "--strict"], ["fmt", "--check"]):
        answer = proc(*typed, file)
        assert answer.code == 0, answer.out
    tested = proc("test", file)
    assert tested.code == 0, tested.out
    assert len(scenarios(file)) >= 20
    assert "no scenario touches" not in tested.out


@pytest.mark.parametrize(
    ("file", "title"),
    [(file, title) for file in (CUSTOMS, TRADEMARK) for title in scenarios(file, "expect ends at")],
    ids=lambda told: told.stem if isinstance(told, Path) else told,
)
def test_every_case_runs_to_an_end(file: Path, title: str) -> None:
    found = proc("simulate", file, "--scenario", title, "--format", "json").data
    assert found["outcome"]["status"] == "ended"


@FILES
def test_the_plan_and_its_first_case_are_drawn_with_every_stage_by_its_title(file: Path, tmp_path: Path) -> None:
    titles = set(re.findall(r'^stage \w+ "(.+?)"', file.read_text(encoding="utf-8"), re.M))
    assert len(titles) == len(declared(file, "stage"))
    assert all(len(title) <= 40 for title in titles)
    for told in ([], ["--scenario", scenarios(file)[0]]):
        picture = tmp_path / f"{file.stem}{len(told)}.svg"
        answer = proc("draw", file, "-o", picture, *told)
        assert answer.code == 0, answer.err
        words = " ".join(" ".join(ElementTree.parse(picture).getroot().itertext()).split())
        assert [title for title in titles if title not in words] == []


@FILES
def test_nothing_in_the_program_knows_what_the_file_declares(file: Path) -> None:
    """Single words such as `decided` are English too; what has two words is the file's own."""
    kinds = "jurisdiction source party fact rule document fee deadline procedure stage end"
    names = {name for name in declared(file, *kinds.split()) if "_" in name}
    assert len(names) > 40
    assert [name for name in sorted(names) if re.search(rf"\b{name}\b", PROGRAM)] == []


@FILES
def test_what_nobody_compared_with_the_text_in_force_says_what_to_look_up(file: Path) -> None:
    audit = proc("audit", file)
    assert audit.code == 0, audit.out
    assert "unverified" in audit.out
    lines = file.read_text(encoding="utf-8").split("\nscenario ", 1)[0].splitlines()
    assert not [line for line in lines if re.search(r'unverified "\W*"', line)]


def retold(file: Path, folder: Path, *changes: tuple[str, str]) -> Path:
    """The file with some of its words changed, beside its calendar."""
    text = file.read_text(encoding="utf-8")
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    for calendar in ("england", "alicante"):
        (folder / f"{calendar}.csv").write_bytes((EXAMPLES / "calendars" / f"{calendar}.csv").read_bytes())
    other = folder / file.name
    other.write_text(text, encoding="utf-8")
    return other


def last_days(file: Path, title: str, term: str) -> list[str]:
    found = proc("simulate", file, "--scenario", title, "--format", "json").data
    return [one["due"]["exact"] for one in found["deadlines"] if one["id"] == term]


def test_an_adjourned_hearing_moves_the_papers_that_are_due_before_it(tmp_path: Path) -> None:
    told = "start of hearing on {}, issue of decision"
    later = retold(CUSTOMS, tmp_path, (told.format("2026-02-10"), told.format("2026-02-24")))
    assert last_days(CUSTOMS, "A review, an adjourned", "bundle_term") == ["2025-10-21", "2026-01-13"]
    assert last_days(later, "A review, an adjourned", "bundle_term") == ["2025-10-21", "2026-01-27"]
    assert last_days(later, "A review, an adjourned", "skeleton_term") == ["2025-11-04", "2026-02-10"]


@pytest.mark.parametrize("longer", range(1, 8))
def test_each_day_of_a_stay_is_a_day_more_for_what_was_left_of_the_term(longer: int, tmp_path: Path) -> None:
    """60 days from 3 March end on 2 May; the stay begins on 24 March; no last day is a weekend or a bank holiday."""
    over = date(2025, 7, 14) + timedelta(longer)
    told = "end of mediation on {}\n  given filing of statement_of_case on 2025-08-22"
    longest = retold(CUSTOMS, tmp_path, (told.format("2025-07-14"), told.format(over)))
    last = date(2025, 5, 2) + (over - date(2025, 3, 24))
    while last.weekday() > 4 or last == date(2025, 8, 25):
        last += timedelta(1)
    assert last_days(longest, "A stay for mediation that", "statement_term") == [str(last)]


def test_a_suspension_gives_the_whole_term_again_and_a_stay_only_the_rest(tmp_path: Path) -> None:
    title = "More time, then a suspension"
    assert last_days(TRADEMARK, title, "substantiation_term") == ["2026-07-02"]
    text = TRADEMARK.read_text(encoding="utf-8")
    block = text[text.index("deadline substantiation_term") : text.index("deadline suspension_term")]
    rest = "\n".join(line for line in block.splitlines() if not line.startswith("  begins anew"))
    stayed = retold(TRADEMARK, tmp_path, (block, rest + "\n\n"))
    # 20 May and four months end on 20 September; the 182 days from 1 September to 2 March are added
    assert last_days(stayed, title, "substantiation_term") == [str(date(2025, 9, 20) + timedelta(182 + 2))]
