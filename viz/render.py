"""DOT text → SVG, PNG or PDF: the one place that runs a layout program, and the last look at what it wrote.

Graphviz's `dot` is used where it is installed, graphviz-pure (a wheel) where it is not or where `dot` fails.
A PNG is drawn from the finished SVG with the shipped fonts, so it needs no font on the machine and looks the
same everywhere. What leaves here holds no script and no link but http, https and `#`.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from typing import Final, Literal
from xml.etree import ElementTree as ET

from viz.widths import FONT, is_drawable, measurable

Format = Literal["svg", "png", "pdf"]

WHEEL: Final = "graphviz-pure"
TIME_LIMIT: Final = 60.0  # seconds for one run of a layout program
FONTS: Final = Path(__file__).with_name("fonts")
PNG_ZOOM: Final = 2.0  # 192 dots per inch: sharp in print, and A4 across is 2 245 dots
PNG_SIDE: Final = 32_767  # beyond it many viewers give up
PNG_AREA: Final = 40_000_000  # a third of a gigabyte and four seconds while drawing

SVG: Final = "http://www.w3.org/2000/svg"
XLINK: Final = "http://www.w3.org/1999/xlink"
LINK: Final = re.compile(r'((?:URL|href)\s*=\s*)"((?:[^"\\]|\\.)*)"', re.IGNORECASE)
SAFE: Final = re.compile(r"https?://|#", re.IGNORECASE)
FRAME: Final = {"svg", "g", "a", "title", "text", "defs", "linearGradient", "radialGradient", "stop"}
DRAWN: Final = FRAME | {"path", "polygon", "polyline", "ellipse"}  # all that Graphviz draws with


class RenderError(Exception):
    """A drawing that cannot be made here, said in one plain sentence."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A finished file, the program that laid it out, and what a user should know about it."""

    data: bytes
    renderer: str
    notice: str | None = None


def render(
    dot_text: str,
    format: Format,  # noqa: A002
    *,
    title: str = "",
    description: str = "",
    time_limit: float = TIME_LIMIT,
) -> Rendered:
    """Lay the graph out with the first program that can and finish the file."""
    layout: Format = "pdf" if format == "pdf" else "svg"
    dot_text = _without_controls(dot_text)
    if layout == "pdf":
        dot_text = LINK.sub(_safe_link, dot_text)
    failures: list[str] = []
    for name, program in _programs(layout):
        try:
            if layout == "pdf":
                data = _undated(_run(name, program, layout, dot_text, time_limit))
            else:
                data = finish_svg(_lay_out(name, program, dot_text, time_limit), title, description)
        except _AttemptError as failure:
            failures.append(str(failure))
            continue
        notices = [f"{failures[0]}; drawn with {name} instead."] if failures else []
        if format == "png":
            data, smaller = _png(data)
            notices += smaller
        return Rendered(data, name, " ".join(notices) or None)
    raise RenderError(f"The drawing could not be made: {'; '.join(failures)}.")


def finish_svg(root: ET.Element, title: str, description: str) -> bytes:
    """The SVG of any Graphviz as we publish it: named, in our fonts, safe, without the program's version."""
    _clean(root)
    for group in root.iter(f"{{{SVG}}}g"):
        _name_by_tooltip(group)
    root.set("role", "img")
    root.set("font-family", FONT)
    root.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")  # a line of several fonts keeps its blanks
    for tag, text in (("desc", description), ("title", title)):
        if text:
            element = ET.Element(f"{{{SVG}}}{tag}")
            element.text, element.tail = _without_controls(text), "\n"
            root.insert(0, element)
    ET.register_namespace("", SVG)
    ET.register_namespace("xlink", XLINK)
    body = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'.encode()


def _programs(layout: Format) -> list[tuple[str, str]]:
    """The installed layout programs, best first, as a name and a path."""
    forced = os.environ.get("PROC_RENDERER", "")
    if forced not in {"", "dot", "wheel"}:
        raise RenderError(f"PROC_RENDERER can be `dot` or `wheel`, but it is `{forced}`.")
    dot = shutil.which("dot") if forced != "wheel" else None
    wheel = _wheel() if forced != "dot" and layout != "pdf" else None
    found = [(name, path) for name, path in (("dot", dot), (WHEEL, wheel)) if path]
    if found:
        return found
    if layout == "pdf":
        raise RenderError("PDF needs Graphviz's `dot`; install graphviz, or ask for .svg or .png.")
    if forced:
        missing = "Graphviz's `dot` is not on the PATH" if forced == "dot" else f"{WHEEL} is not installed"
        raise RenderError(f"PROC_RENDERER asks for `{forced}`, but {missing}.")
    raise RenderError(f"Nothing here can draw: install Graphviz, or the package {WHEEL}.")


def _wheel() -> str | None:
    """The program of this very environment, which need not be on the PATH, or else one that is."""
    from importlib import metadata  # late: it takes longer to load than a drawing takes to make

    try:
        files = metadata.files(WHEEL) or []
    except metadata.PackageNotFoundError:
        files = []
    for file in files:
        if file.name in {WHEEL, f"{WHEEL}.exe"} and Path(str(file.locate())).is_file():
            return str(file.locate())
    return shutil.which(WHEEL)


def _lay_out(name: str, program: str, dot_text: str, time_limit: float) -> ET.Element:
    """The SVG as its program wrote it; the wheel gets words that it can measure, and ours are put back."""
    if name == WHEEL:
        stand_ins, words = measurable(dot_text)
        root = _parsed(_run(name, program, "svg", stand_ins, time_limit))
        if _put_back(root, words):
            return root
    return _parsed(_run(name, program, "svg", dot_text, time_limit))


def _put_back(root: ET.Element, words: dict[str, str]) -> bool:
    """The text that the stand-ins stood for; false where one was not drawn as it was written."""
    missing = set(words)
    for element in root.iter():
        if tooltip := element.get(f"{{{XLINK}}}title"):
            spelt = re.sub("[A-Za-z]+", lambda word: words.get(word[0], word[0]), tooltip)
            element.set(f"{{{XLINK}}}title", spelt)
        if element.tag == f"{{{SVG}}}text" and (word := (element.text or "").strip()) in words:
            element.text = (element.text or "").replace(word, words[word])
            missing.discard(word)
    return not missing


def _parsed(svg: bytes) -> ET.Element:
    """The tree of an SVG, each stray `&` escaped first: old versions leave them in links."""
    text = re.sub(r"<!DOCTYPE[^>]*>", "", _without_controls(svg.decode("utf-8", "replace")))
    text = re.sub(r"&(?!(?:amp|lt|gt|quot|apos|#(?:9|10|13|[3-9]\d|[1-9]\d{2,4}));)", "&amp;", text)
    try:
        return ET.fromstring(text)
    except ET.ParseError as error:
        raise _AttemptError(f"the SVG was not well-formed ({error})") from error


def _run(name: str, program: str, layout: Format, dot_text: str, time_limit: float) -> bytes:
    """Run one layout program; `graphviz.pipe` makes this same call, but knows no time limit and no other name."""
    from graphviz.backend import execute  # late: only drawing needs it

    try:
        done = execute.run_check(
            [program, f"-T{layout}"],
            input=dot_text.encode(),
            capture_output=True,
            quiet=True,
            timeout=time_limit,
            env={"SOURCE_DATE_EPOCH": "946684800"} | os.environ,  # newer versions date a PDF by it
        )
    except subprocess.TimeoutExpired as error:
        raise _AttemptError(f"`{name}` took longer than {time_limit:g} seconds") from error
    except subprocess.CalledProcessError as error:
        raise _AttemptError(f"`{name}` {_ending(error)}") from error
    except (OSError, execute.ExecutableNotFound) as error:
        raise _AttemptError(f"`{name}` could not be started") from error
    return bytes(done.stdout)


def _ending(error: subprocess.CalledProcessError) -> str:
    """How the program ended, with its own first word on it."""
    if error.returncode < 0:
        return f"stopped with signal {-error.returncode}"
    said = error.stderr.decode("utf-8", "replace").strip().splitlines()
    first = next((line for line in said if line.startswith("Error")), said[0] if said else "")
    reason = first.removeprefix("Error: ").removeprefix("<stdin>: ").strip()
    return f"ended with code {error.returncode}" + (f" ({reason})" if reason else "")


def _clean(element: ET.Element) -> None:
    """Keep what a drawing is made of; fonts are inherited from the root."""
    for child in list(element):
        if child.tag.removeprefix(f"{{{SVG}}}") in DRAWN:
            _clean(child)
        else:
            element.remove(child)
    for key, value in list(element.attrib.items()):
        name = key.rpartition("}")[2].lower()
        if name == "font-family" and "bold" in value.lower():
            element.attrib.setdefault("font-weight", "bold")
        if value == "transparent":  # not a colour of SVG 1.1
            element.set(key, "none")
        if (
            name in {"font-family", "space"}  # both are said once, on the root
            or name.startswith("on")
            or (name == "href" and not SAFE.match(value))
            or (name == "title" and value == "<TABLE>")  # what Graphviz says where no tooltip was given
        ):
            del element.attrib[key]


def _name_by_tooltip(group: ET.Element) -> None:
    """Browsers show a group's `<title>` as its tooltip: put ours there, not the internal name of the node."""
    name = group.find(f"{{{SVG}}}title")
    if name is None:
        return
    inner = next((child for child in group if child.get("id") == f"a_{group.get('id')}"), None)
    link = inner.find(f"{{{SVG}}}a") if inner is not None else None
    tooltip = link.get(f"{{{XLINK}}}title") if link is not None else None
    if tooltip:
        name.text = tooltip
    else:
        group.remove(name)


def _png(svg: bytes) -> tuple[bytes, list[str]]:
    """Draw a finished SVG, smaller where it would not fit into memory or a viewer."""
    text = svg.decode()
    width, height = _size(text)
    zoom = min(PNG_ZOOM, PNG_SIDE / max(width, height), sqrt(PNG_AREA / (width * height)))
    notice = f"The drawing is large, so the PNG has {zoom:.0%} of its size; ask for .svg to read it."
    # the machine's fonts are asked only for what ours lack
    return bitmap(text, zoom, skip_system_fonts=is_drawable(text)), [notice] if zoom < 1 else []


def bitmap(svg: str, zoom: float, family: str = "DejaVu Sans", skip_system_fonts: bool = True) -> bytes:
    """A PNG in the shipped fonts, so many times as large as 96 dots to the inch."""
    try:
        import resvg_py
    except ImportError as error:
        raise RenderError("PNG needs the package resvg-py; install it, or ask for .svg.") from error
    try:
        data = resvg_py.svg_to_bytes(
            svg_string=svg, dpi=96, zoom=zoom, background="white", skip_system_fonts=skip_system_fonts,
            font_files=[str(path) for path in sorted(FONTS.glob("*.ttf"))], font_family=family, sans_serif_family=family,
        )  # fmt: skip
    except ValueError as error:
        raise RenderError(f"The PNG could not be drawn: {error}.") from error
    return bytes(data)


def _size(svg: str) -> tuple[float, float]:
    """The width and height in dots at 96 to the inch."""
    sides = re.findall(r'\b(?:width|height)="([\d.]+)pt"', svg[:2000])
    if len(sides) < 2:
        raise RenderError("The PNG could not be drawn: the SVG does not say its size.")
    return max(float(sides[0]), 1) * 96 / 72, max(float(sides[1]), 1) * 96 / 72


def _safe_link(link: re.Match[str]) -> str:
    """A link of the DOT text itself, for the one format whose links are not looked at afterwards."""
    return link[0] if SAFE.match(link[2]) else f'{link[1]}""'


def _undated(pdf: bytes) -> bytes:
    """The same drawing is the same bytes: a date of creation says nothing about the law."""
    return re.sub(rb"(/(?:CreationDate|ModDate) \(D:)\d{14}", rb"\g<1>20000101000000", pdf)


def _without_controls(text: str) -> str:
    """Characters that no XML may hold, or that end a C string, are not drawn."""
    return re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]", "", text)


class _AttemptError(Exception):
    """One program could not draw; the next may."""
