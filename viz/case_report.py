"""A case → one file of HTML that needs nothing else: the picture, the steps with their reasons, papers and sources. No script.

Every number in square brackets leads to the sentence that it stands on.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Iterator
from html import escape
from typing import Final

from engine.checklist import Checklist, Paper
from engine.records import Plan
from engine.trace import SourceRef, Trace, amount_words
from procedure_dsl.wording import phrase, say, say_weekday, spoken_language
from viz.page.frame import Colophon, colophon_of
from viz.page.marks import Page
from viz.page.story import day_words, tell
from viz.page.svg import svg_of
from viz.page.theme import Theme
from viz.render import FONTS

STATUS: Final = {
    "have": phrase("have"), "missing": phrase("missing"), "disputed": phrase("disputed"), "assumed": phrase("assumed"), "not told": phrase("not told"),
}  # fmt: skip
SIGNS: Final = {"have": "✓", "missing": "!", "disputed": "?", "assumed": "~", "not told": "·"}
POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; font-src data:; img-src data:"


def html_of(plan: Plan, trace: Trace, papers: Checklist, pages: tuple[Page, ...], theme: Theme, version: str) -> str:
    """The whole file. `pages` are those of the picture; its links lead into the lists below."""
    return "\n".join(_Report(plan, trace, papers, pages, theme, version).lines()) + "\n"


class _Report:
    def __init__(
        self, plan: Plan, trace: Trace, papers: Checklist, pages: tuple[Page, ...], theme: Theme, version: str
    ) -> None:
        self.plan, self.trace, self.papers, self.theme, self.version = plan, trace, papers, theme, version
        self.story = tell(plan, trace)
        self.sources = self.story.sources
        self.pages = [page for page in pages if not any(group.name.startswith("source-") for group in page.groups())]

    def lines(self) -> Iterator[str]:
        story, language = self.story, spoken_language() or self.plan.frame.first_language
        yield "<!DOCTYPE html>"
        yield f'<html lang="{text(language)}"><head><meta charset="utf-8">'
        yield f'<meta http-equiv="Content-Security-Policy" content="{text(POLICY)}">'
        yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
        yield f"<title>{text(story.title)}</title>"
        yield f"<style>{_style(self.theme)}</style></head><body><main>"
        yield f"<header><p class=soft>{text(story.place)}</p>" + (
            f"<p class=firm>{text(self.theme.firm)}</p>" if self.theme.firm else ""
        )
        yield f"<h1>{text(story.title)}</h1><dl>"
        for what, words in ((say("Outcome"), story.outcome), (say("Day"), story.day), *story.totals):
            yield f"<div><dt>{text(what)}</dt><dd>{text(words)}</dd></div>"
        yield "</dl></header>"
        if story.next:
            caption = say("NEXT STEP") if story.next.ours else say("WE WAIT FOR")
            then = (
                f"<br><small>{text(say('then ours: {step}', step=story.next.then))}</small>" if story.next.then else ""
            )
            yield f"<p class=next><b>{text(caption)}</b> {text(story.next.words)} <b>{text(story.next.day)}</b>{then}</p>"
        yield from self.pictures()
        yield from self.steps()
        yield from self.terms()
        yield from self.fees()
        yield from self.list(say("Closed roads"), (f"{one.road}: {one.because}" for one in self.trace.closed))
        yield from self.checklist()
        yield from self.forks()
        yield from self.list(say("Assumptions"), story.assumptions)
        yield from self.list(say("Not stated"), story.not_stated)
        yield from self.list_of_sources()
        yield f"<footer>{text(self.foot())}</footer></main></body></html>"

    def foot(self) -> str:
        told: Colophon = colophon_of(self.plan, self.trace, self.version)
        parts = [say("as of {day}", day=told.as_of)] if told.as_of else []
        parts += [told.file, told.calendar, f"proc {told.version}", say("not legal advice"), self.theme.contact]
        return " · ".join(part for part in parts if part)

    def pictures(self) -> Iterator[str]:
        """The pages themselves, inline; each name once in the whole file."""
        places = {f"source-{entry.number}": f"#source-{entry.number}" for entry in self.sources.entries}
        taken: frozenset[str] = frozenset()
        for page in self.pages:
            svg = svg_of(page, places, taken).split("\n", 1)[1]
            taken |= {group.name for group in page.groups()}
            yield f"<figure>{svg}</figure>"

    def cites(self, refs: Iterable[SourceRef]) -> str:
        numbers = self.sources.numbers(refs)
        return "".join(
            f' <a class=cite href="#source-{text(one.rstrip("†‡*°?"))}">[{text(one)}]</a>' for one in numbers
        )

    def steps(self) -> Iterator[str]:
        yield f"<h2>{text(say('Steps of the case'))}</h2><table><thead><tr><th>{text(say('Day'))}<th>{text(say('What happens'))}</tr></thead><tbody>"
        stage = None
        for step in self.trace.steps:
            if step.stage != stage and step.title:
                yield f"<tr class=stage><th colspan=2 scope=rowgroup>{text(step.title)}</th></tr>"
            stage = step.stage
            why = "".join(f"<li>{text(one)}</li>" for one in (*step.why, *step.fees, *step.notes))
            done = "✓ " if step.happened else ""
            more = f"<ul>{why}</ul>" if why else ""
            yield f"<tr><td>{done}{text(day_words(step.date))}</td><td>{text(step.text)}{self.cites(step.sources)}{more}</td></tr>"
        yield "</tbody></table>"

    def terms(self) -> Iterator[str]:
        if not self.trace.deadlines:
            return
        yield f"<h2>{text(say('Terms'))}</h2>"
        for term in self.trace.deadlines:
            due = say_weekday(term.due.exact) if term.due and term.due.exact else term.rule
            count = "".join(f"<li>{text(one)}</li>" for one in term.count)
            yield f"<details><summary><b>{text(term.title)}</b>: {text(due)} ({text(term.length)}){self.cites(term.sources)}</summary><ul>{count}</ul></details>"

    def fees(self) -> Iterator[str]:
        if not self.trace.fees:
            return
        yield f"<h2>{text(say('Fees'))}</h2>"
        for fee in self.trace.fees:
            how = "".join(f"<li>{text(one)}</li>" for one in fee.arithmetic)
            yield f"<details open><summary><b>{text(fee.title)}</b>: {text(amount_words(fee.amount))}, {text(day_words(fee.due))}{self.cites(fee.sources)}</summary><ul>{how}</ul></details>"

    def checklist(self) -> Iterator[str]:
        if not self.papers.papers:
            return
        yield f"<h2>{text(say('Papers'))}</h2><ul class=papers>"
        for paper in self.papers.papers:
            yield from self.paper(paper)
        yield "</ul>"

    def paper(self, paper: Paper) -> Iterator[str]:
        form = f" – {text('; '.join(paper.form))}" if paper.form else ""
        yield f"<li>{_status(paper.status)} <b>{text(paper.title)}</b>{form}{self.cites(paper.sources)}<ul>"
        for part in (*paper.contents, *paper.attached):
            yield f"<li>{_status(part.status)} {text(part.text)}</li>"
        yield "</ul></li>"

    def forks(self) -> Iterator[str]:
        if not self.story.forks:
            return
        yield f"<h2>{text(say('It hangs on what nobody told'))}</h2><table><tbody>"
        for fork in self.story.forks:
            figures = "; ".join(f"{what}: {words}" for what, words in fork.totals)
            yield f"<tr><td>{text(', '.join(fork.answers))}<td>{text(fork.ends)}<td>{text(fork.day)}<td>{text(figures)}</tr>"
        yield "</tbody></table>"

    @staticmethod
    def list(title: str, rows: Iterable[str]) -> Iterator[str]:
        found = "".join(f"<li>{text(row)}</li>" for row in rows)
        if found:
            yield f"<h2>{text(title)}</h2><ul>{found}</ul>"

    def list_of_sources(self) -> Iterator[str]:
        yield f"<h2>{text(say('Sources'))}</h2><ol class=sources>"
        for entry in self.sources.entries:
            saying = f"<blockquote>{text(entry.saying)}</blockquote>" if entry.saying else ""
            remark = f" <small>{text(entry.remark)}</small>" if entry.remark else ""
            yield f'<li id="source-{entry.number}" value={entry.number}><small>{text(entry.kind)}{text(entry.mark)}</small> {text(entry.place)}{saying}{remark}</li>'
        yield "</ol>"


def _status(status: str) -> str:
    return f'<span class="box" title="{text(say(STATUS[status]))}">{SIGNS[status]}</span>'


def text(words: str) -> str:
    """Text inside an element or an attribute: nothing in it is markup."""
    return escape("".join(sign for sign in words if sign >= " " or sign in "\n\t"), quote=True)


def _style(theme: Theme) -> str:
    faces = "".join(
        f"@font-face{{font-family:'Page Sans';font-weight:{weight};src:url(data:font/ttf;base64,{b64encode((FONTS / file).read_bytes()).decode()})}}"
        for weight, file in (("400", "PageSans-Regular.ttf"), ("700", "PageSans-Bold.ttf"))
    )
    accent, soft, rule, ink = theme.accent, theme.soft, theme.rule, theme.ink
    return (
        faces
        + f"""
body{{margin:0;background:#fff;color:{ink};font:16px/1.45 'Page Sans','PT Sans',Arial,sans-serif}}
main{{max-width:76rem;margin:0 auto;padding:2rem 1.25rem}}
h1{{font-size:2rem;margin:.2rem 0 1rem}}h2{{font-size:1.25rem;margin:2.2rem 0 .6rem;color:{accent}}}
.soft,small,footer{{color:{soft}}}.firm{{float:right;margin-top:-2.2rem;color:{accent};font-weight:700}}
dl{{display:flex;flex-wrap:wrap;gap:.5rem 2rem;margin:0}}dt{{font-size:.85rem;color:{soft}}}dd{{margin:0;font-weight:700;font-size:1.15rem}}
.next{{background:{accent};color:#fff;padding:.8rem 1rem;border-radius:4px;font-size:1.15rem}}.next small{{color:#fff}}
figure{{margin:1.2rem 0;border:1px solid {rule};overflow-x:auto}}figure svg{{width:100%;height:auto;min-width:56rem;display:block}}
table{{border-collapse:collapse;width:100%}}td,th{{text-align:left;vertical-align:top;padding:.35rem .6rem .35rem 0;border-bottom:1px solid {rule}}}
td:first-child{{white-space:nowrap}}.stage th{{padding-top:1rem;color:{accent}}}td ul{{margin:.2rem 0 .3rem 1.1rem;padding:0;color:{soft};font-size:.9rem}}
.cite{{color:{soft};font-size:.85rem;text-decoration:none}}li:target{{background:#FBF4D6;outline:2px solid {accent}}}
blockquote{{margin:.2rem 0 .2rem;padding-left:.8rem;border-left:3px solid {rule}}}details{{margin:.3rem 0}}summary{{cursor:pointer}}
.papers,.papers ul{{list-style:none;padding-left:1rem}}.box{{display:inline-block;width:1.1rem;height:1.1rem;line-height:1.05rem;text-align:center;border:1px solid {soft};font-weight:700;font-size:.8rem}}
footer{{margin-top:3rem;border-top:1px solid {rule};padding-top:.6rem;font-size:.85rem}}
@media print{{figure svg{{min-width:0}}h2{{break-after:avoid}}}}"""
    )
