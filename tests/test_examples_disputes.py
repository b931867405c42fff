"""A duty in dispute and a mark opposed: written from the docs alone, they are whole, dated by hand, and known to nobody."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
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


def scenarios(file: Path) -> list[str]:
    return re.findall(r'^scenario "(.+)"$', file.read_text(encoding="utf-8"), re.M)


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
    [(file, title) for file in (CUSTOMS, TRADEMARK) for title in scenarios(file) if "too young" not in title],
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


def test_an_adjourned_hearing_moves_the_papers_that_are_due_before_it(tmp_path: Path) -> None:
    text = CUSTOMS.read_text(encoding="utf-8")
    later = tmp_path / CUSTOMS.name
    later.write_text(
        text.replace("start of hearing on 2026-02-10, issue", "start of hearing on 2026-02-24, issue")
        .replace("bundle_term due 2026-01-13", "bundle_term due 2026-01-27")
        .replace("skeleton_term due 2026-01-27", "skeleton_term due 2026-02-10"),
        encoding="utf-8",
    )
    (tmp_path / "england.csv").write_bytes((EXAMPLES / "calendars" / "england.csv").read_bytes())
    first = proc("simulate", later, "--scenario", scenarios(CUSTOMS)[0], "--format", "json").data
    bundles = [one["due"]["exact"] for one in first["deadlines"] if one["id"] == "bundle_term"]
    assert bundles == ["2025-10-21", "2026-01-27"]
    assert proc("test", later).code == 0
