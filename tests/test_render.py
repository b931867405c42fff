"""DOT → SVG, PNG, PDF: what a finished drawing holds, and which program made it.

Every test passes with and without Graphviz's `dot` on the PATH; a `dot` of our own stands in where one must fail.
"""

from __future__ import annotations

import shutil
import struct
import sys
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from viz import render as rendering
from viz.render import RenderError, render
from viz.widths import FONT, text_width

HERE = ["wheel", *(["dot"] if shutil.which("dot") else [])]
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="the stand-in for `dot` is a shell script")
SVG = "{http://www.w3.org/2000/svg}"
LINK = "{http://www.w3.org/1999/xlink}href"

PLAIN = 'digraph { node [fontname="DejaVu Sans"]; a [label="Подача иска"]; b [label="Өтінішті қарау"]; a -> b }'
HOSTILE = r"""digraph {
  a [label="<script>alert(1)</script>", URL="javascript:alert(2)", tooltip="<img onerror=alert(3)>"]
  b [label=<<TABLE><TR><TD HREF="data:text/html,x" TITLE="cell">javascript:alert(4)</TD></TR></TABLE>>]
  c [label="\"><script>alert(5)</script>", URL=" JaVaScript:alert(6)", id="x\" onload=\"alert(7)"]
  d [label="&#1;&undefined; AT&T;", URL="https://example.org/?a=1&b=2"]
  a -> b [edgeURL="vbscript:alert(8)", label="file", labelURL="file:///etc/passwd"]
  b -> c [URL="\"><script>alert(9)</script>"]
  c -> d [URL="#stage-1"]
}"""


@pytest.fixture(autouse=True)
def nothing_forced(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test inherits a choice of renderer from the shell it runs in."""
    monkeypatch.delenv("PROC_RENDERER", raising=False)


@pytest.fixture
def no_dot(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A machine without Graphviz."""
    monkeypatch.setenv("PATH", str(tmp_path))


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str], None]:
    """A `dot` that does what a line of shell says."""

    def install(line: str) -> None:
        program = tmp_path / "dot"
        program.write_text(f"#!/bin/sh\n{line}\n")
        program.chmod(0o755)
        monkeypatch.setenv("PATH", str(tmp_path))

    return install


@pytest.fixture(params=HERE)
def either(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each renderer of this machine in turn: the test runs once for each."""
    monkeypatch.setenv("PROC_RENDERER", request.param)


def svg_of(dot_text: str, title: str = "", description: str = "") -> ET.Element:
    return ET.fromstring(render(dot_text, "svg", title=title, description=description).data)


@pytest.mark.usefixtures("either")
def test_text_stays_text() -> None:
    """Cyrillic and Kazakh words can be searched and copied in the SVG."""
    assert [text.text for text in svg_of(PLAIN).iter(f"{SVG}text")] == ["Подача иска", "Өтінішті қарау"]


@pytest.mark.usefixtures("either")
def test_a_script_never_survives() -> None:
    """A script in a label or a link is shown as text or dropped, and no element or attribute can run."""
    root = svg_of(HOSTILE)
    tags = {element.tag.removeprefix(SVG) for element in root.iter()}
    attributes = {key for element in root.iter() for key in element.attrib}
    shown = "".join(text.text or "" for text in root.iter(f"{SVG}text"))
    assert tags <= rendering.DRAWN | {"desc"}
    assert not [key for key in attributes if key.startswith("on")]
    assert "<script>alert(1)</script>" in shown
    assert "javascript:alert(4)" in shown


@pytest.mark.usefixtures("either")
def test_only_safe_links_survive() -> None:
    """Links lead to http, https or a place in the drawing, and nowhere else."""
    links = {element.get(LINK) for element in svg_of(HOSTILE).iter()} - {None}
    assert links == {"https://example.org/?a=1&b=2", "#stage-1"}


@pytest.mark.usefixtures("either")
def test_the_drawing_says_what_it_is() -> None:
    """The root is an image with the procedure's title and description, escaped."""
    root = svg_of(PLAIN, title="Debts < 100 & more", description="«Взыскание»")
    assert root.get("role") == "img"
    assert [root[0].tag, root[0].text] == [f"{SVG}title", "Debts < 100 & more"]
    assert [root[1].tag, root[1].text] == [f"{SVG}desc", "«Взыскание»"]


@pytest.mark.usefixtures("either")
def test_characters_that_cannot_be_drawn_do_no_harm() -> None:
    """Control characters and half a surrogate pair are left out, wherever they come from."""
    root = svg_of('digraph { a [label="Суд\x00\x1b\ud800!"] }', title="Суд\x07\udfff")
    assert [root[0].text, [text.text for text in root.iter(f"{SVG}text")]] == ["Суд", ["Суд!"]]


@pytest.mark.usefixtures("either")
def test_one_font_for_everything() -> None:
    """The font stack is said once, on the root; a bold face becomes a weight."""
    root = svg_of('digraph { a [fontname="DejaVu Sans Bold"]; b [label=<<B>b</B>>]; c }')
    assert root.get("font-family") == FONT
    assert [element for element in root.iter() if element is not root and element.get("font-family")] == []
    assert [text.get("font-weight") for text in root.iter(f"{SVG}text")] == ["bold", "bold", None]


@pytest.mark.usefixtures("either")
def test_a_tooltip_replaces_the_internal_name() -> None:
    """Hovering shows our tooltip, and nothing where we gave none."""
    root = svg_of('digraph { s1 [tooltip="Article 5", id="stage"]; s2; s1 -> s2 }')
    titles = {group.get("id"): group.findtext(f"{SVG}title") for group in root.iter(f"{SVG}g")}
    assert titles["stage"] == "Article 5"
    assert "s2" not in titles.values()
    assert "s1->s2" not in titles.values()


@pytest.mark.usefixtures("either")
def test_the_same_drawing_is_the_same_bytes() -> None:
    """Rendering twice gives the same file, in both formats."""
    assert render(PLAIN, "svg").data == render(PLAIN, "svg").data
    assert render(PLAIN, "png").data == render(PLAIN, "png").data


@pytest.mark.usefixtures("either")
def test_no_version_in_the_file() -> None:
    """The comments that name the layout program and its version are gone."""
    assert b"raphviz" not in render(PLAIN, "svg").data
    assert b"<!--" not in render(PLAIN, "svg").data


@pytest.mark.usefixtures("either")
def test_rank_same_across_lanes() -> None:
    """With `newrank` both renderers accept a rank that joins two clusters."""
    lanes = "subgraph cluster_1 { a -> b } subgraph cluster_2 { c -> d } { rank=same; b; c }"
    assert len([g for g in svg_of(f"digraph {{ newrank=true; {lanes} }}").iter() if g.get("class") == "node"]) == 4


@pytest.mark.usefixtures("either")
def test_a_fixed_size_holds() -> None:
    """A node of fixed size keeps it whatever its label says."""
    root = svg_of('digraph { a [shape=box, width=2, height=0.5, fixedsize=true, label="ШШШШШШШШШШШШШШШШШШШШ"] }')
    outline = root.findall(f".//{SVG}polygon")[1].get("points") or ""
    across = [float(point.split(",")[0]) for point in outline.split()]
    assert max(across) - min(across) == pytest.approx(144, abs=0.1)


@pytest.mark.usefixtures("either")
def test_png_needs_no_font_of_the_machine() -> None:
    """Each Kazakh and Belarusian letter has a picture of its own, drawn with the shipped fonts alone."""
    letters = "әғқңөұүһіўё"
    pictures = {render(f'digraph {{ a [shape=plain, label="{letter}"] }}', "png").data for letter in letters}
    assert len(pictures) == len(letters)


@pytest.mark.usefixtures("either")
def test_png_is_sharp() -> None:
    """A PNG has 192 dots to the inch."""
    width, height = png_size(
        render('digraph { a [shape=box, width=3, height=1, fixedsize=true, label=""] }', "png").data
    )
    assert width == pytest.approx(192 * (3 + 8 / 72), abs=4)
    assert height == pytest.approx(192 * (1 + 8 / 72), abs=4)


@pytest.mark.usefixtures("either")
def test_a_vast_png_is_drawn_smaller_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """A drawing too large for a PNG is scaled down, with advice."""
    monkeypatch.setattr(rendering, "PNG_AREA", 2_000)
    rendered = render(PLAIN, "png")
    width, height = png_size(rendered.data)
    assert width * height < 3_000
    assert rendered.notice is not None
    assert "ask for .svg" in rendered.notice


@pytest.mark.usefixtures("no_dot")
def test_the_wheel_draws_where_dot_is_missing() -> None:
    """A bare machine draws, and there is nothing to be said about it."""
    rendered = render(PLAIN, "svg")
    assert (rendered.renderer, rendered.notice) == ("graphviz-pure", None)


@pytest.mark.usefixtures("no_dot")
def test_the_wheel_measures_cyrillic() -> None:
    """A box that sizes itself is as wide as its text, though the wheel by itself counts a letter as two spaces."""
    for letters in ("Ш" * 12, "і" * 30, "Өтінішті қарау"):
        root = svg_of(f'digraph {{ a [shape=plain, fontname="DejaVu Sans", label="{letters}"] }}')
        assert float((root.get("width") or "")[:-2]) == pytest.approx(text_width(letters, 14) + 8, abs=2)
        assert [text.text for text in root.iter(f"{SVG}text")] == [letters]


@pytest.mark.usefixtures("either")
def test_every_kind_of_label_keeps_its_text() -> None:
    """Quotes, entities, line breaks, tags and completed names come out as they were meant."""
    dot_text = r"""digraph { "сот" [label="Суд \N"]; b [label="Суд \"о\" &amp; ж\nИск\l"]; c [shape=record, label="{Өтініш|Ж}"]
      d [label=<<TABLE><TR><TD><B>Срок:</B> 5 &lt; ж</TD></TR></TABLE>>, tooltip="Суд"]; b -> c [label="иә", xlabel="Ж"] }"""
    shown = {(text.text or "").strip() for text in svg_of(dot_text).iter(f"{SVG}text")}
    assert shown == {"Суд сот", 'Суд "о" & ж', "Иск", "Өтініш", "Ж", "Срок:", "5 < ж", "иә"}


@pytest.mark.usefixtures("no_dot")
def test_pdf_without_dot_says_so() -> None:
    """PDF is refused with the way out."""
    with pytest.raises(RenderError) as refusal:
        render(PLAIN, "pdf")
    assert str(refusal.value) == "PDF needs Graphviz's `dot`; install graphviz, or ask for .svg or .png."


@pytest.mark.skipif("dot" not in HERE, reason="PDF needs Graphviz's `dot`")
def test_pdf_with_dot() -> None:
    """With `dot` a PDF is drawn, undated, so that it is the same bytes each time."""
    rendered = render(PLAIN, "pdf")
    assert rendered.data.startswith(b"%PDF")
    assert b"(D:20000101000000" in rendered.data


@POSIX
def test_a_pdf_holds_safe_links_only(stand_in: Callable[[str], None]) -> None:
    """The text that goes to `dot` for a PDF has only safe links."""
    stand_in("exec /bin/cat")
    echoed = render(HOSTILE, "pdf").data.decode()
    assert 'URL="https://example.org/?a=1&b=2"' in echoed
    assert 'URL="#stage-1"' in echoed
    assert not [scheme for scheme in ('"javascript:', '"vbscript:', '"data:', '"file:', "JaVa") if scheme in echoed]


@POSIX
def test_a_crash_falls_back(stand_in: Callable[[str], None]) -> None:
    """When `dot` aborts, the wheel draws and the user is told."""
    stand_in("kill -6 $$")
    rendered = render(PLAIN, "svg")
    assert rendered.renderer == "graphviz-pure"
    assert rendered.notice == "`dot` stopped with signal 6; drawn with graphviz-pure instead."


@POSIX
def test_a_failure_falls_back_with_its_reason(stand_in: Callable[[str], None]) -> None:
    """When `dot` ends with an error, the notice repeats what it said."""
    stand_in("echo 'Error: <stdin>: out of paint' >&2; exit 1")
    assert render(PLAIN, "svg").notice == "`dot` ended with code 1 (out of paint); drawn with graphviz-pure instead."


@POSIX
def test_what_is_not_an_svg_falls_back(stand_in: Callable[[str], None]) -> None:
    """A `dot` that writes something else has failed too."""
    stand_in("echo hello")
    assert render(PLAIN, "svg").renderer == "graphviz-pure"


@POSIX
def test_a_slow_program_is_stopped(stand_in: Callable[[str], None]) -> None:
    """No layout runs longer than the time limit."""
    stand_in("exec /bin/sleep 60")
    rendered = render(PLAIN, "svg", time_limit=1.5)
    assert rendered.notice == "`dot` took longer than 1.5 seconds; drawn with graphviz-pure instead."


@POSIX
def test_a_forced_wheel_leaves_dot_alone(stand_in: Callable[[str], None], monkeypatch: pytest.MonkeyPatch) -> None:
    """PROC_RENDERER=wheel does not even try `dot`."""
    stand_in("kill -6 $$")
    monkeypatch.setenv("PROC_RENDERER", "wheel")
    rendered = render(PLAIN, "svg")
    assert (rendered.renderer, rendered.notice) == ("graphviz-pure", None)


@POSIX
def test_a_forced_dot_does_not_fall_back(stand_in: Callable[[str], None], monkeypatch: pytest.MonkeyPatch) -> None:
    """PROC_RENDERER=dot means dot or nothing."""
    stand_in("kill -6 $$")
    monkeypatch.setenv("PROC_RENDERER", "dot")
    with pytest.raises(RenderError, match="could not be made: `dot` stopped with signal 6"):
        render(PLAIN, "svg")


@pytest.mark.usefixtures("no_dot")
def test_a_forced_dot_must_be_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forcing a renderer that is missing says which one and why."""
    monkeypatch.setenv("PROC_RENDERER", "dot")
    with pytest.raises(RenderError, match="asks for `dot`, but Graphviz's `dot` is not on the PATH"):
        render(PLAIN, "svg")


def test_an_unknown_choice_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A misspelt PROC_RENDERER is not ignored."""
    monkeypatch.setenv("PROC_RENDERER", "cairo")
    with pytest.raises(RenderError, match="can be `dot` or `wheel`, but it is `cairo`"):
        render(PLAIN, "svg")


@pytest.mark.usefixtures("no_dot")
def test_nothing_that_can_draw(monkeypatch: pytest.MonkeyPatch) -> None:
    """With neither renderer the error names both ways out."""
    monkeypatch.setattr(rendering, "_wheel", lambda: None)
    with pytest.raises(RenderError, match="install Graphviz, or the package graphviz-pure"):
        render(PLAIN, "svg")


@pytest.mark.usefixtures("either")
def test_a_broken_graph_is_one_sentence() -> None:
    """Text that is no graph is reported with the line the program found it on."""
    with pytest.raises(RenderError, match=r"^The drawing could not be made: .*syntax error in line 1.*\.$"):
        render("digraph { a -> }", "svg")


def png_size(data: bytes) -> tuple[int, int]:
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", data[16:24])
    return int(width), int(height)
