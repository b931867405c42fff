"""The house keeps its order: who imports whom, what a command costs, and where the law does not stand."""

from __future__ import annotations

import ast
import csv
import io
import re
import subprocess
import sys
import tokenize
from functools import cache
from pathlib import Path

import pytest
from procs import SHIPPED, shipped
from typed import ROOT

from proc_tools import cli

LAYERS = ("procedure_dsl", "engine", "viz", "proc_tools")
MODULES = sorted(path for layer in LAYERS for path in (ROOT / layer).rglob("*.py"))
TEXTS = sorted({*MODULES, *(path for layer in LAYERS for path in (ROOT / layer).rglob("*.lark"))})
COMMANDS = (*cli.COMMANDS, "calendar build", "calendar show", "calendar verify")


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


# ── What a command loads ────────────────────────────────────────────────────────────────────────

RUNS = """
import contextlib, io, sys
from proc_tools.main import run
for typed in sys.argv[1].split(";"):
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        code = run(typed.split())
    assert code in (0, 2), typed
print(*sorted({name.partition(".")[0] for name in sys.modules}))
"""


def loaded_by(*typed: str) -> set[str]:
    """The packages in memory after some commands, one after another."""
    done = subprocess.run(
        [sys.executable, "-c", RUNS, ";".join(typed)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


HEAVY = {"lark", "pydantic", "networkx", "graphviz", "graphviz_pure", "yaml", "holidays", "procedure_dsl", "viz"}


def test_help_and_usage_errors_load_nothing_that_they_do_not_need() -> None:
    helps = ["", "--version", "--help", *(f"{command} --help" for command in COMMANDS)]
    mistakes = ["nonsense", "--loud", *(f"{command} --loud" for command in COMMANDS), "simulate", "draw x", "count x 5"]
    assert loaded_by(*helps, *mistakes) & HEAVY == set()


def test_answers_in_text_never_load_what_draws_or_builds_calendars() -> None:
    typed = (
        "check belarus",
        "simulate belarus",
        "fee belarus --start 2026-03-02",
        "count belarus 5 --from x",
        "test kazakhstan",
    )
    loaded = loaded_by(*typed, "fmt --check jurisdictions/belarus.proc")
    assert loaded & {"networkx", "graphviz", "graphviz_pure", "holidays", "viz", "yaml"} == set()
    assert {"lark", "pydantic", "engine"} <= loaded


# ── Who imports whom ────────────────────────────────────────────────────────────────────────────


def imports(path: Path) -> set[str]:
    """Every module that a file names in an import, inside functions too."""
    found = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {one.name for one in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{named(path)}: imports are spelled in full"
            found.add(node.module or "")
    return found


@pytest.mark.parametrize("layer", LAYERS)
def test_imports_run_one_way(layer: str) -> None:
    above = LAYERS[LAYERS.index(layer) + 1 :]
    wrong = {
        (named(path), one)
        for path in (ROOT / layer).rglob("*.py")
        for one in imports(path)
        if one.partition(".")[0] in above
    }
    assert wrong == set()


@pytest.mark.parametrize(
    ("library", "home"),
    [
        ("lark", "procedure_dsl"), ("pydantic", "procedure_dsl engine"), ("networkx", "viz"), ("graphviz", "viz"),
        ("graphviz_pure", "viz"), ("resvg_py", "viz"), ("reportlab", "viz"), ("click", "proc_tools"), ("yaml", "proc_tools"), ("holidays", "proc_tools"),
    ],
)  # fmt: skip
def test_a_library_is_known_to_its_own_layer_alone(library: str, home: str) -> None:
    users = {
        named(path).partition("/")[0] for path in MODULES if any(i.partition(".")[0] == library for i in imports(path))
    }
    assert users <= set(home.split())


@pytest.mark.parametrize("layer", ["procedure_dsl", "engine", "viz"])
def test_below_the_command_line_nobody_prints_looks_at_the_clock_or_rolls_dice(layer: str) -> None:
    for path in (ROOT / layer).rglob("*.py"):
        assert imports(path) & {"time", "random", "secrets", "uuid", "socket", "urllib", "http", "requests"} == set()
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                assert node.func.attr not in {"today", "now", "utcnow"}, f"{named(path)}:{node.lineno}"
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in {"print", "input"}, f"{named(path)}:{node.lineno}"


def test_a_module_opens_by_saying_where_it_stands() -> None:
    silent = [named(path) for path in MODULES if not (ast.get_docstring(tree(path)) or "").strip()]
    assert silent == []


# ── The law does not stand in Python ────────────────────────────────────────────────────────────


def holidays() -> set[str]:
    """Every day off that a shipped calendar calls by a name."""
    found = set()
    for path in (ROOT / "jurisdictions" / "calendars").glob("*.csv"):
        lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
        for row in csv.DictReader(lines):
            if row["status"] == "off" and "moved from" not in row["note"]:
                found |= {name.removesuffix(" (observed)") for name in row["note"].split("; ")}
    return found - {"Saturday", "Sunday"}


def countries() -> set[str]:
    """The shipped jurisdictions by their names, titles, calendars and currencies."""
    found = set()
    for name in SHIPPED:
        frame = shipped(name).frame
        titles = {words for _, titles in frame.label.titles for words in titles.split()}
        found |= {name, frame.currency, *(word for word in titles if word[:1].isupper())}
    return found - {"Republic", "Республика"}


def test_no_line_of_the_program_names_a_country_a_currency_or_a_holiday() -> None:
    words = countries() | holidays()
    assert {"Belarus", "BYN", "KZT", "Казахстан", "Radunitsa", "Nowruz Holiday"} <= words
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, sorted(words)))})(?!\w)", re.I)
    found = [
        f"{named(path)}:{number}: {line.strip()}"
        for path in TEXTS
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if pattern.search(line)
    ]
    assert found == []


def code(path: Path) -> tuple[set[str], set[str]]:
    """The words of a file's identifiers, and of its strings; comments and docstrings may give examples."""
    docstrings = {
        node.body[0].lineno
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node) is not None
    }
    names: set[str] = set()
    strings: set[str] = set()
    for token in tokenize.generate_tokens(io.StringIO(path.read_text(encoding="utf-8")).readline):
        if token.type == tokenize.NAME:
            names.add(token.string)
        elif (
            token.type in (tokenize.STRING, getattr(tokenize, "FSTRING_MIDDLE", -1))
            and token.start[0] not in docstrings
        ):
            strings |= set(re.findall(r"\w+", token.string))
    return names, strings


def test_no_code_knows_what_a_shipped_file_declares() -> None:
    """Single words such as `hearing` are English too; what has two words in a string, or names a sum, is somebody's."""
    sums: set[str] = set()
    others: set[str] = set()
    for name in SHIPPED:
        plan = shipped(name)
        sums |= {plan.frame.calendar, *plan.fees, *plan.values}
        others |= {*plan.facts, *plan.readings, *plan.rules, *plan.stages, *plan.ends, *plan.deadlines, *plan.documents}
    assert {"BY", "KZ", "base_value", "claim_duty"} <= sums
    known = {name for name in sums | others if "_" in name or name in sums}
    found = set()
    for path in MODULES:
        names, strings = code(path)
        found |= {(named(path), word) for word in (names & sums) | (strings & known)}
    assert found == set()


def test_no_code_holds_an_amount_a_rate_or_a_day() -> None:
    """Money, rates and days are Decimals and dates: the program's own are nought, one, a hundred and infinity."""
    for path in MODULES:
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
                maker = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
                said = [one.value for one in node.args if isinstance(one, ast.Constant)]
                at = f"{named(path)}:{node.lineno}: {ast.unparse(node)}"
                if maker in ("Decimal", "Rate") and said:
                    assert str(said[0]) in {"0", "1", "100", "0.01", "Infinity"}, at
                if maker in ("date", "datetime", "Money") and len(said) == len(node.args) > 0:
                    pytest.fail(at)
                if maker == "fromisoformat":
                    assert not said, at


# ── The papers of the house ─────────────────────────────────────────────────────────────────────


def test_every_file_named_in_the_architecture_exists() -> None:
    page = ROOT / "ARCHITECTURE.md"
    if not page.exists():
        pytest.skip("ARCHITECTURE.md is not written yet")
    text = page.read_text(encoding="utf-8")
    paths = set(re.findall(r"`((?:[\w.-]+/)+[\w.-]*|[\w-]+\.(?:md|py|toml|proc|lark))`", text))
    tops = ("procedure_dsl", "engine", "viz", "proc_tools", "jurisdictions", "docs", "examples", "tests", "benchmarks")
    there = [f"/{path.name}" for path in ROOT.iterdir()]
    there += [
        f"/{named(path)}{'/' * path.is_dir()}" for top in tops for path in ((ROOT / top), *(ROOT / top).rglob("*"))
    ]
    missing = {path for path in paths if not any(one.endswith(f"/{path}") for one in there)}
    assert paths
    assert missing == set()
