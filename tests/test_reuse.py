"""Files that use and follow others: read once, put together by one rule, and every mistake at its own place."""

from __future__ import annotations

import hashlib
import json
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from procs import HEAD as WHOLE_HEAD
from procs import calendar, case_of
from typed import ROOT, proc, proc_apart

from engine.plan import make_plan
from engine.records import Plan
from engine.simulate import simulate_case
from procedure_dsl import Checked, Found, NotFound, Source, load, source_of_text
from procedure_dsl.format import format_source
from procedure_dsl.reuse import MOST_FILES

HEAD = WHOLE_HEAD.replace('party tenant, other side "Tenant"\n', "")
FEES = """\
fee court_fee on claimed "Fee" by act "s. 1"
  3 %
rule doubled, money by act "s. 2"
  claimed + claimed
"""
ROAD = """\
procedure main_road
stage pays_it by act "s. 3"
  the owner pays court_fee
  -> goes_on
stage goes_on by act "s. 3"
  perform collecting
    collected -> paid
    not_found -> unpaid
end paid, recovers claimed by act "s. 4"
end unpaid by act "s. 4"
"""
FACTS = "fact claimed, money above 0 XTS\n"
COLLECTING = """\
procedure collecting
part "By force"
stage seizing by act "s. 5"
  the court seizes within 10 days from start of seizing
    finds -> collected
    leaves -> not_found
end collected by act "s. 5"
end not_found by act "s. 5"
"""
SCENARIO = """\
scenario "A hundred"
  given start on 2024-03-04, claimed is 100 XTS, doubled is 5 XTS
  expect court_fee is 3 XTS
"""


def loaded(files: dict[str, str], main: str = "main.proc") -> Checked:
    def find(of: Source, path: str) -> Found | NotFound:
        name = (Path(of.name).parent / path).as_posix()
        return Found(name, files[name].encode(), None) if name in files else NotFound(f"there is no file `{path}`")

    return load(source_of_text(files[main], main), find=find)


def told(checked: Checked) -> list[tuple[str, str, int]]:
    return [(one.code, one.place.source, one.place.line) for one in checked.diagnostics]


def plan_of(files: dict[str, str]) -> Plan:
    checked = loaded(files)
    assert [one for one in checked.diagnostics if one.is_error] == []
    return make_plan(checked)


def said(plan: Plan) -> dict[str, Any]:
    """Everything a plan means; the order of declarations of one kind means nothing."""
    return {name: getattr(plan, name) for name in plan.__slots__ if name not in ("file", "sha256", "texts")}


PIECES = {"fees": FEES, "road": ROAD, "facts": FACTS, "collecting": COLLECTING}


@pytest.mark.parametrize("apart", [("fees",), ("collecting",), ("facts", "fees"), ("collecting", "fees", "facts")])
def test_a_file_cut_into_parts_means_what_it_meant_whole(apart: tuple[str, ...]) -> None:
    """The oracle is the text pasted together by hand."""
    pasted = [piece for name, piece in PIECES.items() if name not in apart] + [PIECES[name] for name in apart]
    whole = plan_of({"main.proc": HEAD + "".join(pasted) + SCENARIO})
    for order in permutations(apart):
        uses = "".join(f'use "parts/{name}.proc"\n' for name in order)
        rest = "".join(piece for name, piece in PIECES.items() if name not in apart)
        files = {"main.proc": HEAD + uses + rest + SCENARIO} | {f"parts/{name}.proc": PIECES[name] for name in apart}
        parted = plan_of(files)
        assert said(parted) == said(whole)
        assert list(parted.stages) == list(whole.stages)
        case = case_of(whole, {"claimed": "100", "start": "2024-03-04"})
        ours, theirs = (simulate_case(plan, case, calendar()) for plan in (parted, whole))
        assert strip(ours.model_dump()) == strip(theirs.model_dump())


def strip(data: Any) -> Any:
    """An answer without the places it names."""
    if isinstance(data, dict):
        return {name: strip(one) for name, one in data.items() if name not in ("file", "line")}
    return [strip(one) for one in data] if isinstance(data, list | tuple) else data


def test_a_follower_means_what_the_other_means_with_the_replaced_parts_written_in() -> None:
    """The oracle edits the text of the followed file by hand."""
    base = HEAD + FACTS + FEES + ROAD + COLLECTING
    follower = """\
jurisdiction elsewhere "Elsewhere"
  follows "base.proc"
  counting starts the same day                by assumption "another test"
replace fee court_fee on claimed by act "s. 9"
  7 %
replace stage goes_on by act "s. 9"
  the owner waits_for_it
    asks -> asks_again
stage asks_again by act "s. 9"
  -> paid
replace end paid "All of it", recovers doubled by act "s. 9"
"""
    by_hand = base.replace('somewhere "Somewhere"', 'elsewhere "Elsewhere"').replace(
        'counting starts the next day                by assumption "a test"',
        'counting starts the same day                by assumption "another test"',
    )
    by_hand = by_hand.replace(FEES.partition("rule")[0], 'fee court_fee on claimed by act "s. 9"\n  7 %\n')
    by_hand = by_hand.replace(
        ROAD.partition("stage goes_on")[2].partition("end paid")[0],
        ' by act "s. 9"\n  the owner waits_for_it\n    asks -> asks_again\nstage asks_again by act "s. 9"\n  -> paid\n',
    )
    by_hand = by_hand.replace(
        'end paid, recovers claimed by act "s. 4"', 'end paid "All of it", recovers doubled by act "s. 9"'
    )
    ours = plan_of({"main.proc": follower, "base.proc": base})
    theirs = plan_of({"main.proc": by_hand})
    assert said(ours) == said(theirs) | {"frame": ours.frame}
    assert ours.frame.counting == theirs.frame.counting
    assert dict(ours.frame.cites) == dict(theirs.frame.cites)
    assert list(ours.stages) == list(theirs.stages)


def test_a_replaced_procedure_takes_its_stages_and_ends_with_it() -> None:
    follower = """\
jurisdiction elsewhere "Elsewhere"
  follows "base.proc"
replace procedure collecting
stage knocking by act "s. 9"
  the court knocks at once
    opens -> collected
    shuts -> not_found
end collected by act "s. 9"
end not_found by act "s. 9"
"""
    plan = plan_of({"main.proc": follower, "base.proc": HEAD + FACTS + FEES + ROAD + COLLECTING})
    assert list(plan.stages) == ["pays_it", "goes_on", "knocking"]
    assert plan.procedures["collecting"].entry == "knocking"
    assert {plan.ends[name].procedure for name in ("collected", "not_found")} == {"collecting"}


def test_the_last_word_has_whoever_uses_the_other() -> None:
    files = {
        "main.proc": HEAD + 'use "middle.proc"\n' + FACTS + ROAD + COLLECTING + 'replace rule doubled, money by act "s"\n  4 XTS\n',
        "middle.proc": 'use "fees.proc"\nreplace rule doubled, money by act "s"\n  3 XTS\n',
        "fees.proc": FEES,
    }  # fmt: skip
    assert plan_of(files).rules["doubled"].clauses[0].gives.words == "4 XTS"


def test_a_file_named_by_two_is_read_once() -> None:
    files = {
        "main.proc": HEAD + 'use "one.proc"\nuse "two.proc"\n' + ROAD + COLLECTING,
        "one.proc": 'use "facts.proc"\n' + FEES,
        "two.proc": 'use "facts.proc"\n',
        "facts.proc": FACTS,
    }
    checked = loaded(files)
    assert told(checked) == []
    assert [source.name for source in checked.sources] == ["one.proc", "facts.proc", "two.proc"]


MISTAKES = {
    "a circle is told whole": (
        {"main.proc": 'use "a.proc"\n', "a.proc": 'use "b/b.proc"\n', "b/b.proc": 'use "c.proc"\n', "b/c.proc": ""},
        [],
    ),
    "a circle of three": (
        {"main.proc": 'use "a.proc"\n', "a.proc": FACTS + 'use "b.proc"\n', "b.proc": 'use "c.proc"\n', "c.proc": 'use "a.proc"\n'},
        [("use-circle", "c.proc", 1)],
    ),
    "two files replace one thing": (
        {
            "main.proc": 'use "a.proc"\nuse "b.proc"\n', "c.proc": FACTS,
            "a.proc": 'use "c.proc"\nreplace fact claimed, money above 1 XTS\n',
            "b.proc": 'use "c.proc"\nreplace fact claimed, money above 2 XTS\n',
        },
        [("declared-twice", "b.proc", 2)],
    ),
    "what is not used cannot be replaced": (
        {"main.proc": 'use "a.proc"\nuse "b.proc"\n', "a.proc": FACTS, "b.proc": "replace fact claimed, money above 2 XTS\n"},
        [("nothing-to-replace", "b.proc", 1)],
    ),
    "a mistake inside a used file": (
        {"main.proc": 'use "a.proc"\n', "a.proc": FACTS + "rule more, money\n  claimd\n"},
        [("no-source", "a.proc", 3), ("unknown-name", "a.proc", 3)],
    ),
    "a sentence inside a used file that cannot be read": (
        {"main.proc": 'use "a.proc"\n', "a.proc": FACTS + "rul more, money\n"}, [("unknown-declaration", "a.proc", 2)],
    ),
    "the same name in two parts": (
        {"main.proc": 'use "a.proc"\nuse "b.proc"\n', "a.proc": FACTS, "b.proc": "\n" + FACTS},
        [("declared-twice", "b.proc", 2)],
    ),
    "a scenario in a part": (
        {"main.proc": 'use "a.proc"\n' + FACTS, "a.proc": 'scenario "x"\n  given claimed is 3 XTS\n  expect claimed is 3 XTS\n'},
        [("idle-scenario", "a.proc", 1)],
    ),
    "a stage of a part that stands in no procedure": (
        {"main.proc": 'use "a.proc"\n' + FACTS + FEES + ROAD + COLLECTING, "a.proc": 'stage lost by act "1"\n  -> paid\n'},
        [("no-procedure", "a.proc", 1)],
    ),
    "a used file in another encoding": (
        {"main.proc": 'use "a.proc"\n' + FACTS, "a.proc": "# \udcff\udcfe\udcff"}, [("not-utf-8", "a.proc", 1)],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_told_in_its_own_file(name: str) -> None:
    files, wanted = MISTAKES[name]
    main = files["main.proc"]
    padded = dict(files) | {"main.proc": HEAD + main}

    def find(of: Source, path: str) -> Found | NotFound:
        found = (Path(of.name).parent / path).as_posix()
        return Found(found, padded[found].encode("utf-8", "surrogateescape"), None)

    checked = load(source_of_text(padded["main.proc"], "main.proc"), find=find)
    loud = [one for one in told(checked) if one[0] not in ("unused", "unreachable")]
    assert loud == wanted
    for one in checked.diagnostics:
        assert (
            one.code == "not-utf-8" or checked.text_of(one) == padded[one.place.source].split("\n")[one.place.line - 1]
        )


def test_the_whole_ring_is_named() -> None:
    files, _ = MISTAKES["a circle of three"]
    [circle] = [one for one in loaded(files).diagnostics if one.code == "use-circle"]
    assert "a.proc uses b.proc uses c.proc uses a.proc" in circle.seen


def test_there_is_an_end_to_files() -> None:
    files = {f"{n}.proc": f'use "{n + 1}.proc"\n' for n in range(MOST_FILES + 50)}
    assert [code for code, _, _ in told(loaded(files, "0.proc")) if code.startswith("too")] == ["too-many-files"]


def test_declared_twice_names_both_places_and_what_to_write() -> None:
    checked = loaded({"main.proc": HEAD + 'use "a.proc"\n' + FACTS, "a.proc": FACTS})
    [twice] = [one for one in checked.diagnostics if one.code == "declared-twice"]
    assert (twice.place.source, twice.place.line) == ("main.proc", HEAD.count("\n") + 2)
    assert "line 1 of a.proc" in twice.help
    assert "`replace`" in twice.help


# ── On the disk ─────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    law = tmp_path / "law"
    (law / "parts").mkdir(parents=True)
    (law / "main.proc").write_text(HEAD + 'use "parts/fees.proc"\n' + FACTS + ROAD + COLLECTING + SCENARIO)
    (law / "parts" / "fees.proc").write_text(FEES)
    return law


def test_the_sum_of_an_answer_covers_every_file(folder: Path) -> None:
    found = proc("simulate", "law/main.proc", "--format", "json").data["file"]
    sums = [hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in ("main.proc", "parts/fees.proc")]
    assert found["texts"] == [
        {"name": "law/main.proc", "sha256": sums[0]}, {"name": str(Path("law/parts/fees.proc")), "sha256": sums[1]},
    ]  # fmt: skip
    assert found["sha256"] == hashlib.sha256(f"{sums[0]}\n{sums[1]}\n".encode()).hexdigest()
    (folder / "parts" / "fees.proc").write_text(FEES + "\n")
    assert proc("simulate", "law/main.proc", "--format", "json").data["file"]["sha256"] != found["sha256"]


def test_every_form_of_check_names_the_file_that_is_wrong(folder: Path) -> None:
    part = folder / "parts" / "fees.proc"
    part.write_text(FEES.replace("claimed + claimed", "claimed + claimd"))
    name = str(Path("law/parts/fees.proc"))
    assert f"┌─ {name}:4:13" in proc("check", "law/main.proc").out
    assert proc("check", "law/main.proc", "--format", "concise").out.startswith(f"{name}:4:13: error[unknown-name]")
    assert f"file={name},line=4" in proc("check", "law/main.proc", "--format", "github").out
    [one] = proc("check", "law/main.proc", "--format", "json").data["diagnostics"]
    assert (one["source"], one["line"]) == (name, 4)
    [one] = proc("check", "law/main.proc", "--format", "sarif").data["runs"][0]["results"]
    assert one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == name


@pytest.mark.usefixtures("folder")
def test_a_step_and_a_norm_name_the_file_of_their_source() -> None:
    name = str(Path("law/parts/fees.proc"))
    trace = proc("simulate", "law/main.proc", "--format", "json").data
    assert [(one["file"], one["line"]) for one in trace["fees"][0]["sources"]] == [(name, 1)]
    assert {one["file"] for step in trace["steps"] for one in step["sources"]} == {""}
    rows = proc("audit", "law/main.proc", "--format", "json").data["rows"]
    assert {row["file"] for row in rows if row["name"] in ("court_fee", "doubled")} == {name}
    assert {row["file"] for row in rows if row["kind"] == "stage"} == {""}


def test_scenarios_of_others_are_not_run_again(folder: Path) -> None:
    (folder / "north.proc").write_text(
        'jurisdiction north "North"\n  follows "main.proc"\nscenario "Mine"\n  given start on 2024-03-04, claimed is 200 XTS\n'
        "  expect court_fee is 6 XTS\n"
    )
    answer = proc("test", "law/north.proc", "--no-coverage")
    assert answer.out == "ok    Mine\nlaw/north.proc: 1 of 1 scenarios pass.\n"
    assert "A hundred" in proc("test", "law/main.proc").out


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("../main.proc", "unsafe-path"), ("parts/../parts/fees.proc", "unsafe-path"), ("/etc/passwd", "unsafe-path"),
        ("C:/law.proc", "unsafe-path"), ("parts\\\\fees.proc", "unsafe-path"), ("~/fees.proc", "unsafe-path"),
        ("", "unsafe-path"), ("./parts/fees.proc", "unsafe-path"), ("parts//fees.proc", "unsafe-path"),
        ("parts/fees.txt", "unsafe-path"), ("parts", "unsafe-path"), ("parts/fee.proc", "no-file"), ("out.proc", "no-file"),
        ("folder.proc", "no-file"), ("main.proc", "use-circle"), ("outside/fees.proc", "no-file"), ("a\x7f.proc", "bad-character"),
    ],
)  # fmt: skip
def test_a_path_leads_below_the_folder_of_its_file_or_nowhere(folder: Path, path: str, code: str) -> None:
    (folder.parent / "secret.proc").write_text(FACTS)
    (folder / "out.proc").symlink_to(folder.parent / "secret.proc")
    (folder / "outside").symlink_to(folder.parent, target_is_directory=True)
    (folder.parent / "fees.proc").write_text(FEES)
    (folder / "folder.proc").mkdir()
    main = folder / "main.proc"
    main.write_text(HEAD + f'use "{path}"\n')
    answer = proc("check", "law/main.proc", "--format", "concise")
    assert f"error[{code}]" in answer.out, answer.out + answer.err
    if path == "parts/fee.proc":
        assert "Did you mean `parts/fees.proc`?" in answer.out


def test_a_link_that_stays_inside_is_the_file_it_leads_to(folder: Path) -> None:
    (folder / "linked.proc").symlink_to(folder / "parts" / "fees.proc")
    main = folder / "main.proc"
    main.write_text(main.read_text().replace("\nuse ", '\nuse "linked.proc"\nuse '))
    assert "error[said-twice]" in proc("check", "law/main.proc", "--format", "concise").out


def test_standard_input_uses_nothing(folder: Path) -> None:
    text = (folder / "main.proc").read_bytes()
    answer = proc_apart("check", "-", "--format", "concise", stdin=text, cwd=folder)
    assert "error[no-file] standard input lies in no folder" in answer.out


def test_the_calendar_is_looked_up_beside_the_file_that_names_it(folder: Path) -> None:
    """A follower in the folder above finds the calendar of the one it follows."""
    other = ROOT / "examples" / "calendars" / "ruritania.csv"
    (folder / "ruritania.csv").write_bytes(other.read_bytes())
    main = folder / "main.proc"
    main.write_text(main.read_text().replace("calendar BY", "calendar ruritania"))
    north = folder.parent / "north.proc"
    north.write_text('jurisdiction north "North"\n  follows "law/main.proc"\n' + SCENARIO)
    found = proc("simulate", "north.proc", "--format", "json")
    assert found.data["calendar"]["name"] == "ruritania"


def test_fmt_touches_the_file_itself_alone(folder: Path) -> None:
    part = folder / "parts" / "fees.proc"
    part.write_text(FEES.replace("  3 %", "    3   %"))
    before = part.read_bytes()
    assert proc("fmt", "law/main.proc").code == 0
    assert part.read_bytes() == before
    assert proc("fmt", "law/parts/fees.proc").code == 0
    assert part.read_bytes() != before


def test_what_is_shared_need_not_be_used(folder: Path) -> None:
    """A fee nobody pays is told of the file that declares it, not of those that use it."""
    (folder / "parts" / "fees.proc").write_text(FEES + 'fee another by act "s"\n  3 XTS\n')
    assert proc("check", "--strict", "law/main.proc").code == 0


@pytest.mark.parametrize(
    "path", [ROOT / "examples" / "flight_syldavia.proc", ROOT / "examples" / "parts" / "execution.proc"]
)
def test_the_example_is_laid_out(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert format_source(source_of_text(text)) == text


def test_the_example_follows_its_neighbour_in_all_that_it_does_not_say(tmp_path: Path) -> None:
    syldavia = ROOT / "examples" / "flight_syldavia.proc"
    assert proc("check", "--strict", syldavia).code == 0
    assert "2 of 2 scenarios pass" in proc("test", syldavia).out
    assert proc("draw", syldavia, "-o", tmp_path / "s.dot").code == 0
    drawn = (tmp_path / "s.dot").read_text(encoding="utf-8")
    assert "The bailiff calls" in drawn
    assert "The airline replies" in drawn
    changed = json.loads(proc("diff", ROOT / "examples" / "flight.proc", syldavia, "--format", "json").out)
    stages = {one["name"] for one in changed["differences"] if one["kind"] == "stage"}
    assert stages == {"proposed", "execute_proposal", "seized_or_not", "returned"}
