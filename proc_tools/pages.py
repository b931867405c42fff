"""What was asked of a composed page → the pages → files: one PDF of all, an SVG or PNG of each, a report in HTML."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from proc_tools.cli import program_version
from proc_tools.files import CannotRun, may_write, read_bytes, replace_file, write_file

if TYPE_CHECKING:
    from datetime import date

    from engine.calendar import Calendar
    from engine.case import Case
    from engine.exact import Paths
    from engine.records import Plan
    from engine.trace import Trace
    from viz.page.marks import Page
    from viz.page.theme import Theme

FORMATS = ("pdf", "svg", "png", "html")
LARGEST_THEME = 100_000  # bytes


def theme_from(path: str | None) -> Theme:
    """A firm's theme file: TOML with `firm`, `contact` and `accent`."""
    import tomllib

    from viz.page.theme import Theme, ThemeError, theme_of

    if path is None:
        return Theme()
    data = read_bytes(Path(path))
    if len(data) > LARGEST_THEME:
        raise CannotRun(f"{path} is larger than a theme may be", "A theme is a few lines.")
    try:
        return theme_of(tomllib.loads(data.decode("utf-8-sig")))
    except UnicodeDecodeError:
        raise CannotRun(f"{path} is not UTF-8 text", "Save it as UTF-8.") from None
    except tomllib.TOMLDecodeError as error:
        raise CannotRun(f"{path} cannot be read as a theme: {error}", 'A line is `firm = "Name"`.') from None
    except ThemeError as error:
        raise CannotRun(f"{path}: {error}", 'A theme is lines such as `accent = "#143D66"`.') from None


@dataclass(frozen=True, slots=True)
class Asked:
    """What pages are to show: the view, the paper, the theme; of a detail the stage; the day that is today."""

    view: str
    paper: str
    theme: Theme
    stage: str = ""
    today: date | None = None
    against: Plan | None = None  # the version before, or another jurisdiction
    law: Paths | None = None  # the odds and days of every way


def pages_of(plan: Plan, trace: Trace | None, asked: Asked) -> tuple[Page, ...]:
    from viz.page.case_page import case_pages
    from viz.page.diff_pages import against_pages
    from viz.page.paper import PAPERS
    from viz.page.plan_pages import detail_pages, overview_pages
    from viz.page.timeline import timeline_pages

    paper, theme, version = PAPERS[asked.paper], asked.theme, program_version()
    if asked.against is not None:
        return against_pages(asked.against, plan, paper, theme, version)
    if asked.law is not None:
        from viz.page.heat_pages import heat_pages

        return heat_pages(plan, asked.law, paper, theme, version)
    match asked.view:
        case "overview":
            return overview_pages(plan, paper, theme, version)
        case "detail":
            return detail_pages(plan, paper, theme, version, asked.stage)
    assert trace is not None
    if asked.view == "timeline":
        return timeline_pages(plan, trace, paper, theme, version, asked.today)
    return case_pages(plan, trace, paper, theme, version)


def write_report(
    plan: Plan, trace: Trace, case: Case, calendar: Calendar, asked: Asked, path: Path, force: bool
) -> None:
    """One file of HTML that needs nothing else."""
    from engine.checklist import checklist_of
    from viz.case_report import html_of

    pages = pages_of(plan, trace, asked)
    page = html_of(plan, trace, checklist_of(plan, case, calendar), pages, asked.theme, program_version())
    write_file(path, page.encode("utf-8"), force)


def write_pages(pages: tuple[Page, ...], path: Path, force: bool) -> Iterator[Path]:
    """Write them, and yield each file; the second page of `case.svg` is `case-2.svg`."""
    kind = path.suffix.lower().removeprefix(".")
    if kind == "pdf":
        from viz.page.pdf import pdf_of

        may_write(path, force)
        replace_file(path, pdf_of(pages))
        yield path
        return
    paths = [page_file(path, number) for number in range(1, len(pages) + 1)]
    for one in paths:
        may_write(one, force)
    for one, data in zip(paths, _written(pages, kind, paths), strict=True):
        replace_file(one, data)
        yield one


def page_file(path: Path, number: int) -> Path:
    return path if number == 1 else path.with_name(f"{path.stem}-{number}{path.suffix}")


def _written(pages: tuple[Page, ...], kind: str, paths: list[Path]) -> Iterator[bytes]:
    from urllib.parse import quote

    from viz.page.png import png_of
    from viz.page.svg import svg_of

    names = zip(pages, paths, strict=True)
    places = {g.name: f"{quote(path.name)}#{g.name}" for page, path in names for g in page.groups() if g.name}
    for page in pages:
        yield png_of(page) if kind == "png" else svg_of(page, places).encode("utf-8")
