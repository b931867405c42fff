"""A page → SVG: real text, a title and a link on everything that is one thing, no script. Same page, same bytes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import escape

from viz.page.marks import FACE, Group, Look, Mark, Page, Path, Rect, Text, runs
from viz.render import SAFE
from viz.widths import text_width

FAMILY = "'Page Sans', 'PT Sans', 'Source Sans 3', 'Noto Sans', Arial, 'DejaVu Sans', sans-serif"
OTHER = "'DejaVu Sans', Arial, sans-serif"  # has what the first face lacks
_UNSAID = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_INCH = 72.0


def svg_of(page: Page, places: Mapping[str, str] | None = None, taken: frozenset[str] = frozenset()) -> str:
    """The whole text of the file. `places` says in which file a `#name` is that is not on this page.

    `taken` are the names that another page of the same document has already.
    """
    here = {group.name for group in page.groups() if group.name}
    links = {name: f"#{name}" for name in here} | {n: p for n, p in (places or {}).items() if n not in here}
    language = f' xml:lang="{said(page.language)}"' if page.language else ""
    head = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"',
        f'  width="{number(page.wide)}pt" height="{number(page.high)}pt" viewBox="0 0 {number(page.wide)} {number(page.high)}"',
        f'  role="img" font-family="{said(FAMILY)}" xml:space="preserve"{language}>',
        f"<title>{said(page.title)}</title>",
        f"<desc>{said(page.description)}</desc>",
        f'<rect width="{number(page.wide)}" height="{number(page.high)}" fill="#FFFFFF"/>',
    ]
    return "\n".join([*head, *inside(page.marks, links, taken), "</svg>", ""])


def inside(marks: tuple[Mark, ...], links: Mapping[str, str], taken: frozenset[str] = frozenset()) -> Iterator[str]:
    """One element a line."""
    for mark in marks:
        match mark:
            case Group():
                yield from _group(mark, links, taken)
            case Rect():
                rounding = f' rx="{number(mark.round)}"' if mark.round else ""
                yield (
                    f'<rect x="{number(mark.x)}" y="{number(mark.y)}" width="{number(mark.wide)}" '
                    f'height="{number(mark.high)}"{rounding}{_look(mark.look)}/>'
                )
            case Path():
                drawn = " ".join(
                    move[0] + " ".join(number(part) for part in move[1:] if not isinstance(part, str))
                    for move in mark.moves
                )
                yield f'<path d="{drawn}"{_look(mark.look)} stroke-linejoin="round"/>'
            case Text():
                yield from _text(mark)


def _group(group: Group, links: Mapping[str, str], taken: frozenset[str]) -> Iterator[str]:
    name = f' id="{said(group.name)}"' if group.name and group.name not in taken else ""
    yield f"<g{name}>"
    if group.title:
        yield f"<title>{said(group.title)}</title>"
    target = links.get(group.link.removeprefix("#"), "") if group.link.startswith("#") else group.link
    if target and (SAFE.match(target) or target in links.values()):
        yield f'<a href="{said(target)}" xlink:href="{said(target)}">'
        yield from inside(group.marks, links, taken)
        yield "</a>"
    else:
        yield from inside(group.marks, links, taken)
    yield "</g>"


def _text(text: Text) -> Iterator[str]:
    """A line as wide as it was measured, whatever the face in which a machine shows it; a change of face parts it."""
    weight = ' font-weight="bold"' if text.bold else ""
    x = text.left
    for face, words in runs(text.words):
        wide = text_width(words, text.size, text.bold, FACE)
        family = "" if face == FACE else f' font-family="{said(OTHER)}"'
        yield (
            f'<text x="{number(x)}" y="{number(text.y)}" font-size="{number(text.size)}"{weight}{family} '
            f'fill="{text.ink}" textLength="{number(wide)}" lengthAdjust="spacingAndGlyphs">{said(words)}</text>'
        )
        x += wide


def _look(look: Look) -> str:
    parts = [f' fill="{look.fill or "none"}"']
    if look.line:
        parts.append(f' stroke="{look.line}" stroke-width="{number(look.width)}"')
        if look.dash:
            parts.append(f' stroke-dasharray="{" ".join(number(one) for one in look.dash)}"')
    return "".join(parts)


def number(value: float) -> str:
    """A length to a hundredth of a point, without idle noughts."""
    return f"{value:.2f}".rstrip("0").rstrip(".") if value else "0"


def said(words: str) -> str:
    """Text inside an element or an attribute: nothing in it is markup."""
    return escape(_UNSAID.sub("", words), quote=True)
