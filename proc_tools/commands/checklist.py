"""`proc checklist`: the papers of a case."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from proc_tools.files import CannotRun, calendar_of
from proc_tools.told import case_options, language_option, plan_of, speak, told_case

if TYPE_CHECKING:
    from engine.checklist import Checklist, Paper, Part

BOXES = {"have": "[x]", "missing": "[!]", "disputed": "[?]", "assumed": "[~]", "not told": "[ ]"}


@click.command("checklist")
@click.argument("file")
@case_options
@language_option
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(file: str, lang: str, format_: str, known_on: str | None, **told: Any) -> None:
    """List the papers of a case: what is there, what is missing, who supplies it, the step and day each unlocks."""
    from engine.case import read_date
    from engine.checklist import checklist_of
    from proc_tools import text
    from proc_tools.colophon import colophon
    from procedure_dsl.wording import say

    plan, checked = plan_of(file, told["practice"], as_json=format_ == "json")
    speak(lang, plan)
    case = told_case(plan, checked, **told)
    known = read_date(known_on, "--known-on") if known_on is not None else None
    calendar = calendar_of(plan, file, known)
    checklist = checklist_of(plan, case, calendar)
    if checklist.ask_first:
        seen = "too many unknown facts decide which papers there are"
        raise CannotRun(seen, f"Tell this one first: --set {checklist.ask_first}=…")
    if format_ == "json":
        click.echo(checklist.model_dump_json(indent=2))
        return
    legend = say("[x] have · [!] missing · [?] disputed · [~] assumed · [ ] not told")
    lines = [*page(checklist, text.width()), "", *text.hang(legend, "", "", text.width())]
    click.echo("\n".join([*lines, *colophon(plan, calendar, checklist.as_of, lines)]))


def page(checklist: Checklist, cells: int) -> list[str]:
    """The whole list as text of at most `cells` columns."""
    from proc_tools import text
    from proc_tools.report import place_and_day
    from procedure_dsl.wording import say

    where = place_and_day(checklist.file.jurisdiction, checklist.file.name_as_typed, checklist.as_of)
    lines = [*text.hang(checklist.title or say("Case"), "", "", cells), *text.hang(where, "", "", cells)]
    lines += _papers(checklist.papers, cells)
    for number, way in enumerate(checklist.ways, 1):
        title = say("Way {number} of {ways}", number=number, ways=len(checklist.ways))
        lines += ["", text.heading(title, cells)]
        lines += text.hang(say("If {answers}", answers="; ".join(way.when)), "", "  ", cells)
        lines += _papers(way.papers, cells)
    if not checklist.papers and not any(way.papers for way in checklist.ways):
        lines += ["", say("No paper is needed on this road.")]
    for doubt in checklist.not_compared:
        lines += ["", *text.hang(say("not compared: {doubt}", doubt=doubt), "", "  ", cells)]
    return lines


def _papers(papers: tuple[Paper, ...], cells: int) -> list[str]:
    from proc_tools import text
    from proc_tools.report import day_words
    from procedure_dsl.wording import phrase, say, say_many

    lines: list[str] = []
    for paper in papers:
        copies = say_many(paper.copies, ", {number} copies", ", {number} copies") if paper.copies > 1 else ""
        lines += ["", *text.hang(f"{paper.title}{copies}{_source(paper)}", f"{BOXES[paper.status]} ", "    ", cells)]
        to = say(", to {party}", party=paper.addressee) if paper.addressee else ""
        lines += text.hang(say("from {party}", party=paper.supplier) + to, "    ", "      ", cells)
        for form in paper.form:
            lines += text.hang(form, "    ", "      ", cells)
        if paper.comes:
            comes = say("comes {day}: {step}", day=day_words(paper.comes.date), step=paper.comes.text)
            lines += text.hang(comes, "    ", "      ", cells)
        for one in paper.unlocks:
            step = say("for {day}: {step}", day=day_words(one.date), step=one.text)
            lines += text.hang(step, "    ", "      ", cells)
        lines += _because(paper.because, "    ", cells)
        for part in (*paper.contents, *paper.attached):
            lines += _part(part, "    ", cells, phrase("with: {paper}") if part in paper.attached else "")
    return lines


def _source(paper: Paper) -> str:
    """`[guide, Step 2]`."""
    from engine.records import CLASSES
    from procedure_dsl.wording import say

    told = [", ".join(filter(None, (one.source or say(CLASSES[one.kind]), one.place))) for one in paper.sources]
    return "".join(f" [{one}]" for one in told)


def _part(part: Part, margin: str, cells: int, word: str) -> list[str]:
    from proc_tools import text
    from procedure_dsl.wording import say

    supplier = say(", from {party}", party=part.supplier) if part.supplier else ""
    words = say(word, paper=part.text) if word else part.text
    lines = text.hang(f"{words}{supplier}", f"{margin}{BOXES[part.status]} ", f"{margin}    ", cells)
    lines += _because(part.because, f"{margin}    ", cells)
    for inside in part.contents:
        lines += _part(inside, f"{margin}    ", cells, "")
    return lines


def _because(reasons: tuple[str, ...], margin: str, cells: int) -> list[str]:
    from proc_tools import text

    return [line for reason in reasons for line in text.hang(reason, f"{margin}¶ ", f"{margin}  ", cells)]
