"""The reference is a test: every example of docs/language and of the tutorial is checked, planned, run and compared.

What the marks in the examples mean is written for readers in docs/language/README.md, "How the examples are executed".
"""

from __future__ import annotations

import ast
import contextlib
import importlib
import io
import re
import shlex
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path, PurePosixPath

import keywords_page
import pytest

from engine.calendar import find_calendar
from engine.plan import make_plan
from engine.scenarios import run_scenario
from proc_tools.main import run
from procedure_dsl import Found, NotFound, Source, load, load_bytes, source_of_text
from procedure_dsl.diagnostics import did_you_mean
from procedure_dsl.keywords.table import russian
from procedure_dsl.parse import Parsed, parse_source
from procedure_dsl.source import LARGEST_FILE, LONGEST_LINE, declarations
from procedure_dsl.words import ACTS, MOMENTS, RESERVED, grammar_text, keywords, vocabulary

ROOT = Path(__file__).parent.parent
README = ROOT / "docs" / "language" / "README.md"
ERRORS = README.with_name("errors.md")
PAGES = [
    *sorted(README.parent.glob("*.md")),
    *(ROOT / "docs" / f"{page}.md" for page in ("tutorial", "commands", "glossary")),
]
SHIPPED = sorted((ROOT / "jurisdictions").glob("*.proc"))

ANNOUNCED = re.compile(r"(error|warning): \[([a-z0-9-]+)\]")
FAILS = re.compile(r"# fails: (.+)$")
NAMED_FILE = re.compile(r"# (file|in): (\S+)$")
Told = tuple[int, str, str]  # (line, severity, code)
QUIET = ("unused", "unreachable")  # a short example need not use all it declares
APART = {
    "too-large": b"# " + b"x" * LARGEST_FILE,
    "not-utf-8": "# закон".encode("cp1251"),
    "line-too-long": b"# " + b"x" * LONGEST_LINE,
    "too-many": b"nonsense\n" * 150,
    "too-deep": b"rule r0, number\n  1\n" + b"".join(b"rule r%d, number\n  r%d\n" % (n + 1, n) for n in range(300)),
    "bad-character": "fact age, number\u200b\n".encode(),
}  # what no line of an example can announce
ELSEWHERE = (
    "idle-scenario",
    "too-many-files",
    "use-circle",
)  # told in another file than that asked: tests/test_reuse.py


@dataclass(frozen=True)
class Block:
    """One fenced block. `text` becomes what is executed: the example as a whole file."""

    page: Path
    line: int  # of the first line inside the fence
    language: str
    mark: str
    text: str
    beside: dict[str, str] = field(default_factory=dict, hash=False, compare=False)  # the page's files so far

    def find(self, of: Source, path: str) -> Found | NotFound:
        """A file of the page, below the folder of the one that names it."""
        name = (PurePosixPath(of.name).parent / path).as_posix() if of.name in self.beside else path
        if name not in self.beside:
            return NotFound(f"there is no file `{path}`", did_you_mean(path, list(self.beside)))
        return Found(name, self.beside[name].encode(), None)

    @property
    def id(self) -> str:
        return f"{self.page.stem}:{self.line}"

    @property
    def file(self) -> tuple[str, str]:
        """("file" or "in", its name), where the first line names one."""
        found = NAMED_FILE.match(self.text.split("\n", 1)[0])
        return (found[1], found[2]) if found else ("", "")


def read_blocks(page: Path) -> Iterator[Block]:
    """The fenced blocks of a page, in order."""
    opened: tuple[int, str, str] | None = None
    lines: list[str] = []
    for number, line in enumerate(page.read_text(encoding="utf-8").split("\n"), 1):
        if line.startswith("```") and opened is None:
            language, _, mark = line[3:].strip().partition(" ")
            opened, lines = (number + 1, language, mark), []
        elif line.startswith("```") and opened is not None:
            first, language, mark = opened
            yield Block(page, first, language, mark, "\n".join(lines) + "\n")
            opened = None
        else:
            lines.append(line)
    assert opened is None, f"{page}:{opened[0] if opened else 0}: a block is opened and never closed"


@cache
def frame() -> tuple[str, str]:
    """The prelude that stands before a short example, and the shortest road that stands behind one without any."""
    marked = {block.mark: block.text for block in read_blocks(README)}
    return marked["prelude"], marked["road"]


def begins(text: str, *words: str) -> bool:
    return any(line.startswith(words) for line in text.split("\n"))


def as_file(block: Block) -> str:
    """An example as a whole file."""
    text = block.text
    if block.mark in ("bare", "part"):
        return text
    prelude, road = frame()
    if not begins(text, "jurisdiction "):
        text = f"{prelude}\n{text}"
    if begins(text, "scenario ") and not begins(text, "procedure ", "stage "):
        text = f"{text}\n{road}"
    return text


def merged(file: str, more: str) -> str:
    """A file with declarations added at its end; one that is there already is replaced where it stands."""
    chunks = {key_of(lines): "\n".join(lines).strip("\n") for _, lines in declarations(source_of_text(file))}
    for _, lines in declarations(source_of_text(more)):
        chunks[key_of(lines)] = "\n".join(line for line in lines if not NAMED_FILE.match(line)).strip("\n")
    return "\n\n".join(chunks.values()) + "\n"


def key_of(lines: list[str]) -> str:
    heading = next(line for line in lines if line.strip() and not line.startswith("#"))
    if heading.startswith(("scenario", "part")):
        return heading.split('"')[1]
    return " ".join(heading.replace(",", " ").split()[:2])


def executed() -> tuple[tuple[Block, ...], tuple[tuple[Block, dict[str, str]], ...]]:
    """The `proc` blocks as whole files, and the `console` blocks with the files that are there when they are reached."""
    examples: list[Block] = []
    consoles: list[tuple[Block, dict[str, str]]] = []
    for page in PAGES:
        files: dict[str, str] = {}
        for block in read_blocks(page):
            how, name = block.file
            text = as_file(block) if block.language == "proc" else block.text
            if how and block.language != "proc":
                text = text.split("\n", 1)[1]  # in a table the mark would be a row
            if how == "in":
                text = merged(files[name], block.text)
            if how:
                files[name] = text
            if block.language == "proc":
                examples.append(replace(block, text=text, beside=dict(files)))
            elif block.language == "console":
                consoles.append((block, dict(files)))
    return tuple(examples), tuple(consoles)


EXAMPLES, CONSOLES = executed()


# ── Each block ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("block", EXAMPLES, ids=lambda block: block.id)
def test_an_example_does_what_its_page_says(block: Block) -> None:
    """Its diagnostics are those announced beside its lines; without errors it has a plan and its scenarios come out."""
    if block.mark == "part":
        assert parse_source(source_of_text(block.text))[1] == []
        return
    checked = load(source_of_text(block.text, block.id), find=block.find)
    wanted = announced(block.text)
    loud = {code for _, _, code in wanted}
    found: Counter[Told] = Counter(
        (d.place.line, str(d.severity), d.code) for d in checked.diagnostics if d.code not in QUIET or d.code in loud
    )
    lines = block.text.split("\n")
    surplus = [f"{lines[line - 1]!r}: {severity}[{code}] is not announced" for line, severity, code in found - wanted]
    missing = [f"{lines[line - 1]!r}: {severity}[{code}] does not happen" for line, severity, code in wanted - found]
    said = [f"{d.place.line}: {d.code}: {d.seen}" for d in checked.diagnostics if d.code not in QUIET]
    assert not surplus + missing, "\n".join([*surplus, *missing, "", *said])
    if checked.has_errors:
        return
    plan = make_plan(checked)
    calendar = find_calendar(plan.frame.calendar, None)
    failures = {f.line: f for scenario in plan.scenarios for f in run_scenario(plan, scenario, calendar).failures}
    expected = {number: mark[1] for number, line in enumerate(lines, 1) if (mark := FAILS.search(line))}
    for number, failure in failures.items():
        assert expected.get(number, "") in failure.found, f"{lines[number - 1]!r}: {failure.found}"
        assert number in expected, f"{lines[number - 1]!r}: {failure.words}; {failure.found}"
    assert set(expected) == set(failures), f"these lines do not fail: {sorted(set(expected) - set(failures))}"


def announced(text: str) -> Counter[Told]:
    """What the comments of a text announce."""
    return Counter(
        (number, severity, code)
        for number, line in enumerate(text.split("\n"), 1)
        for severity, code in ANNOUNCED.findall(line)
    )


@pytest.mark.parametrize(("block", "files"), CONSOLES, ids=[block.id for block, _ in CONSOLES])
def test_a_command_answers_as_shown(
    block: Block, files: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each `$ proc …` line is run where the page's files are, its `<` too, and prints what stands below it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("NO_COLOR", "1")
    for name, text in files.items():
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(text, encoding="utf-8")
    for command, shown in commands(block):
        program, *arguments = shlex.split(command)
        assert program == "proc", f"only `proc` is run here, not {program}"
        if "<" in arguments:
            *arguments, _, typed = arguments
            monkeypatch.setattr(sys, "stdin", io.StringIO(files[typed]))
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            code = run(arguments)
        answer = "\n".join(line.rstrip() for line in printed.getvalue().strip("\n").split("\n"))
        if code:
            answer = f"{answer}\n[exit {code}]".strip("\n")
        assert agrees(shown.split("\n"), answer.split("\n")), f"$ {command}\n{answer}"


def commands(block: Block) -> Iterator[tuple[str, str]]:
    """(command, what is shown below it)."""
    for part in re.split(r"^\$ ", block.text, flags=re.M)[1:]:
        command, _, shown = part.partition("\n")
        yield command, shown.strip("\n")


def agrees(shown: list[str], answer: list[str]) -> bool:
    """A line `…` stands for any lines, `…` inside a line for any words."""
    if not shown:
        return not answer
    if shown[0].strip() == "…":
        return any(agrees(shown[1:], answer[at:]) for at in range(len(answer) + 1))
    words = re.escape(shown[0].rstrip()).replace("…", ".*")
    return bool(answer) and re.fullmatch(words, answer[0]) is not None and agrees(shown[1:], answer[1:])


# ── All of them together ────────────────────────────────────────────────────────────────────────


def whole_texts() -> list[str]:
    """Everything that is executed without an error."""
    fine = [
        block.text for block in EXAMPLES if not any(severity == "error" for _, severity, _ in announced(block.text))
    ]
    return [*fine, *(path.read_text(encoding="utf-8") for path in SHIPPED)]


def words_of(text: str) -> set[str]:
    """The words of a text that stand neither in quotes nor in comments."""
    return set(re.findall(r"[^\W\d]\w*", re.sub(r'"[^"\n]*"|«[^»\n]*»|“[^”\n]*”|#[^\n]*', " ", text)))


def test_every_word_of_the_language_is_executed() -> None:
    """Keywords, verbs of acts and nouns of moments: each stands in a shipped file or in an example."""
    used = set().union(*(words_of(text) for text in whole_texts()))
    assert sorted((keywords() | set(ACTS) | MOMENTS) - used) == []


def test_every_construct_of_the_grammar_is_shown() -> None:
    """Each rule of the grammar is met in an example of the reference, so that no construct goes undocumented."""
    rules = set(re.findall(r"^\??([a-z]\w*):", grammar_text(), re.M)) | set(
        re.findall(r"-> (\w+)\s*$", grammar_text(), re.M)
    )
    aliased = {"start", "type", "test", "expression", "product", "atom"}  # these leave no node of their own
    shown: set[str] = set()
    for block in EXAMPLES:
        parsed: Parsed = parse_source(source_of_text(block.text))[0]
        for tree, _ in parsed.trees:
            shown |= {str(node.data) for node in tree.iter_subtrees()}
    assert sorted(rules - aliased - shown) == []


def test_the_words_of_the_language_are_listed() -> None:
    """names.md names every word that cannot be a name."""
    [listed_words] = [
        block.text.split() for block in read_blocks(README.with_name("names.md")) if block.mark == "reserved"
    ]
    assert listed_words == sorted(RESERVED)


def codes_in(folder: str, *calls: str) -> tuple[set[str], set[str]]:
    """The codes that a folder's sources pass to these calls; and the beginnings of those they put together."""
    whole: set[str] = set()
    beginnings: set[str] = set()
    for path in (ROOT / folder).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            first = node.args[0]
            if called not in calls:
                continue
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                whole.add(first.value)
            elif isinstance(first, ast.JoinedStr) and isinstance(first.values[0], ast.Constant):
                beginnings.add(str(first.values[0].value))
    return whole, beginnings


def listed(heading: str) -> set[str]:
    """The codes in the table below a heading of errors.md."""
    section = ERRORS.read_text(encoding="utf-8").split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    codes = re.findall(r"^\| `([a-z0-9-]+)` \|", section, re.M)
    assert len(codes) == len(set(codes)), "a code stands twice in the table"
    return set(codes)


def test_every_diagnostic_is_listed() -> None:
    """errors.md names every code that the language can tell, and none that it cannot."""
    whole, beginnings = codes_in("procedure_dsl", "Diagnostic", "complain", "missing")
    table = listed("All diagnostics")
    assert sorted(whole - table) == []
    assert sorted(code for code in table - whole if not code.startswith(tuple(beginnings))) == []


def test_what_only_a_command_tells_is_listed() -> None:
    """errors.md names what `check` finds outside the file, and nothing else beside it."""
    whole, _ = codes_in("proc_tools", "Diagnostic")
    assert sorted(whole ^ listed("What else `check` tells")) == []


def test_every_refusal_is_listed() -> None:
    """errors.md names every reason for which a case cannot be computed."""
    whole, _ = codes_in("engine", "Refusal")
    assert sorted(whole ^ listed("All refusals")) == []


def test_every_diagnostic_is_shown() -> None:
    """Each code of the table is announced by an executed example, but for those apart."""
    shown = {code for block in EXAMPLES for _, _, code in announced(block.text)}
    assert sorted(listed("All diagnostics") - shown - {*APART, *ELSEWHERE}) == []


@pytest.mark.parametrize("code", APART)
def test_what_no_example_shows_is_told(code: str) -> None:
    """Diagnostics that are about a file as a whole, or about its layout."""
    assert code in {d.code for d in load_bytes(APART[code], "file.proc").diagnostics}


def test_every_page_shows_a_mistake() -> None:
    """Each page of the reference has an example that works and one that is told as a mistake."""
    for page in PAGES:
        if page.parent != README.parent or page == README:
            continue
        told = [bool(announced(block.text)) for block in EXAMPLES if block.page == page]
        assert True in told, f"{page.name} shows no mistake"
        assert False in told, f"{page.name} shows nothing that works"


def test_the_page_of_the_keywords_is_current() -> None:
    """Written from the grammar, the spellings, the meanings and the examples: after a change, `make reference`."""
    text = keywords_page.PAGE.read_text(encoding="utf-8")
    fine = {block.id for block in EXAMPLES if not parse_source(source_of_text(block.text))[1]}
    assert text == keywords_page.written_page(text, EXAMPLES, fine)


def test_every_phrase_has_a_meaning_an_example_and_a_rule() -> None:
    """Each word of the language stands in one of them."""
    table = russian()
    every = [*table.phrases, *table.acts, *table.bare_acts, *table.moments, *table.units]
    assert sorted(keywords_page.phrases()) == sorted(every)
    entries = re.split(r"^### ", keywords_page.PAGE.read_text(encoding="utf-8"), flags=re.M)[1:]
    bare = [f"`{act}`" for act in table.bare_acts]  # the same verbs once more: one example will do
    lacking = [one.split("\n")[0] for one in entries if "* Example" not in one or "* Grammar" not in one]
    assert sorted(set(lacking) - set(bare)) == []


def test_links_lead_to_pages() -> None:
    """A link between pages of the documentation leads to a file that is there."""
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_the_glossary_names_what_exists() -> None:
    """Each word is defined once, its keyword is one, and its class can be imported."""
    rows = [
        line.split(" | ")
        for line in PAGES[-1].read_text(encoding="utf-8").split("\n")
        if re.match(r"\| (?!word )\w", line)
    ]
    words = [row[0].removeprefix("| ") for row in rows]
    assert words == sorted(set(words), key=lambda word: (word.split(" (")[0], words.index(word)))
    for word, _, _, written, name in rows:
        for keyword in re.findall(r"[a-z]+", " ".join(re.findall(r"`([^`]*)`", written))):
            assert keyword in vocabulary(), f"{word}: {keyword}"
        module, _, attribute = name.strip(" |`").rpartition(".")
        assert hasattr(importlib.import_module(module or "procedure_dsl.model"), attribute), f"{word}: {name}"
