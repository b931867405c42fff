"""Pages → PDF: the same marks, with the shipped faces embedded; a face that lacks a letter borrows it from the other."""

from __future__ import annotations

import io
from functools import cache
from typing import TYPE_CHECKING, Any

from viz.page.marks import FACE, Group, Look, Mark, Page, Path, Rect, Text, frame_of, runs
from viz.render import FONTS, SAFE
from viz.widths import text_width

if TYPE_CHECKING:
    Canvas = Any  # reportlab tells no types

FILES = {
    (FACE, False): "PageSans-Regular.ttf", (FACE, True): "PageSans-Bold.ttf",
    ("DejaVu Sans", False): "DejaVuSans.ttf", ("DejaVu Sans", True): "DejaVuSans-Bold.ttf",
}  # fmt: skip


def pdf_of(pages: tuple[Page, ...]) -> bytes:
    """The whole file. No date, no name of a machine: the same pages are the same bytes."""
    from reportlab import rl_config
    from reportlab.pdfbase.pdfdoc import PDFString
    from reportlab.pdfgen.canvas import Canvas as Make

    _faces()
    rl_config.invariant = 1
    out = io.BytesIO()
    canvas = Make(out, pagesize=(pages[0].wide, pages[0].high), invariant=1, pageCompression=1, initialFontName=FACE)
    canvas.setTitle(pages[0].title)
    canvas.setSubject(pages[0].description)
    canvas.setAuthor("")
    canvas.setCreator("proc")
    canvas.setProducer("proc")
    if pages[0].language:
        canvas._doc.Catalog.Lang = PDFString(pages[0].language)
    names = {group.name for page in pages for group in page.groups()}
    for page in pages:
        canvas.setPageSize((page.wide, page.high))
        canvas.bookmarkPage(page.title, fit="Fit")
        _Sheet(canvas, page, names).put(page.marks)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


class _Sheet:
    """One page: our heights run down, those of PDF up."""

    def __init__(self, canvas: Canvas, page: Page, names: set[str]) -> None:
        self.canvas, self.page, self.names = canvas, page, names

    def put(self, marks: tuple[Mark, ...]) -> None:
        for mark in marks:
            match mark:
                case Group():
                    self.group(mark)
                case Rect():
                    fill, stroke = self.look(mark.look)
                    y = self.up(mark.y + mark.high)
                    self.canvas.roundRect(mark.x, y, mark.wide, mark.high, mark.round, stroke=stroke, fill=fill)
                case Path():
                    self.path(mark)
                case Text():
                    self.text(mark)

    def group(self, group: Group) -> None:
        self.put(group.marks)
        left, top, right, bottom = frame_of(group.marks)
        if group.name:
            self.canvas.bookmarkHorizontalAbsolute(group.name, self.up(top) + 4)
        area = (left, self.up(bottom), right, self.up(top))
        if group.link.startswith("#") and group.link[1:] in self.names:
            self.canvas.linkAbsolute(group.title, group.link[1:], area, thickness=0)
        elif SAFE.match(group.link) and not group.link.startswith("#"):
            self.canvas.linkURL(group.link, area, thickness=0)

    def path(self, path: Path) -> None:
        fill, stroke = self.look(path.look)
        made = self.canvas.beginPath()
        for move in path.moves:
            if move[0] == "M":
                made.moveTo(move[1], self.up(move[2]))
            elif move[0] == "L":
                made.lineTo(move[1], self.up(move[2]))
            elif move[0] == "C":
                _, a, b, c, d, e, f = move
                made.curveTo(a, self.up(b), c, self.up(d), e, self.up(f))
            else:
                made.close()
        self.canvas.setLineJoin(1)
        self.canvas.drawPath(made, stroke=stroke, fill=fill)

    def text(self, text: Text) -> None:
        self.canvas.setFillColor(text.ink)
        x = text.left
        for face, words in runs(text.words):
            self.canvas.setFont(f"{face}{' Bold' if text.bold else ''}", text.size)
            self.canvas.drawString(x, self.up(text.y), words)
            x += text_width(words, text.size, text.bold, FACE)

    def look(self, look: Look) -> tuple[int, int]:
        if look.fill:
            self.canvas.setFillColor(look.fill)
        if look.line:
            self.canvas.setStrokeColor(look.line)
            self.canvas.setLineWidth(look.width)
            self.canvas.setDash(list(look.dash))
        return int(bool(look.fill)), int(bool(look.line))

    def up(self, y: float) -> float:
        return self.page.high - y


@cache
def _faces() -> None:
    from reportlab.pdfbase.pdfmetrics import registerFont
    from reportlab.pdfbase.ttfonts import TTFont

    for (face, bold), file in FILES.items():
        registerFont(TTFont(f"{face}{' Bold' if bold else ''}", str(FONTS / file)))
