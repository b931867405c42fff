"""A page → PNG at the resolution of print, of its SVG and with the shipped faces; it says its size on paper."""

from __future__ import annotations

import struct
import zlib
from typing import Final

from viz.page.marks import FACE, Page
from viz.page.svg import svg_of
from viz.render import bitmap
from viz.widths import is_drawable

DPI: Final = 300


def png_of(page: Page, dpi: int = DPI) -> bytes:
    """The bitmap; A4 is 3508 dots wide at 300 to the inch."""
    svg = svg_of(page)
    ours = all(is_drawable(letter) or is_drawable(letter, FACE) for letter in set(svg) - {"\n"})
    return _sized(bitmap(svg, dpi / 96, FACE, skip_system_fonts=ours), dpi)


def _sized(png: bytes, dpi: int) -> bytes:
    """With a chunk that says how many dots make a metre, right behind the header."""
    metre = round(dpi / 0.0254)
    body = b"pHYs" + struct.pack(">IIB", metre, metre, 1)
    chunk = struct.pack(">I", 9) + body + struct.pack(">I", zlib.crc32(body))
    header = 8 + 4 + 4 + 13 + 4
    return png[:header] + chunk + png[header:]
