"""The README promises nothing that the program does not do."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from typed import BELARUS, ROOT, proc

README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(.*)\n((?:.*\n)*?)^```$", README, re.M)
COMMANDS = [
    line[2:].split("#")[0].strip() for _, text in BLOCKS for line in text.splitlines() if line.startswith("$ proc")
]
PAGES = [ROOT / name for name in ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md")]


def squeezed(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.splitlines() if line.strip()]


def test_the_law_shown_stands_in_the_file() -> None:
    (shown,) = (text for mark, text in BLOCKS if mark == "proc bare")
    assert set(squeezed(shown)) <= set(squeezed(Path(BELARUS).read_text(encoding="utf-8")))


def test_the_answer_shown_is_the_answer_of_the_demo() -> None:
    shown = next(text for mark, text in BLOCKS if not mark and "Recovered" in text)
    case = ROOT / "examples" / "cases" / "services_debt.yaml"
    told = proc("simulate", BELARUS, "--case", case).out
    words = " ".join(re.sub(r"\[\d+\]", "", told).split())
    for line in squeezed(shown):
        assert line in words, line


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_shown_works_as_typed(command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder in ("examples", "jurisdictions"):
        (tmp_path / folder).symlink_to(ROOT / folder)
    monkeypatch.chdir(tmp_path)
    answer = proc(*shlex.split(command)[1:])
    assert answer.code == 0, answer.err


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


def test_the_make_targets_named_in_the_readme_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"^\$ make (\w+)", README, re.M):
        assert re.search(rf"^{target}:", makefile, re.M)
