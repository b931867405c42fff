"""Plan and case → the papers of its road: what is there, what is missing, who supplies it, and the step that each unlocks.

All of it is the walk's own record. A paper is disputed where the walk under another reading has other papers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Literal, TypeVar

from engine.audit import names_behind
from engine.calendar import Calendar, CalendarError
from engine.case import Case
from engine.records import Document, Plan, Require
from engine.refusal import Refusal
from engine.simulate import Walked, explore, simulate_case, walk
from engine.trace import CalendarUsed, Content, Day, DocumentEntry, FileUsed, Record, SourceRef, Step
from procedure_dsl.wording import say, say_many

FORMAT_VERSION = 1
Status = Literal["have", "missing", "disputed", "assumed", "not told"]
WORST: tuple[Status, ...] = ("missing", "disputed", "not told", "assumed", "have")


class Part(Record):
    """One thing that a paper must contain, or a paper that goes with it (then with what that must contain)."""

    id: str
    text: str
    status: Status
    because: tuple[str, ...] = ()  # why it is disputed or assumed
    supplier: str = ""  # of a paper that goes with it
    contents: tuple[Part, ...] = ()


class Unlocked(Record):
    """The step that needs the paper, and its day."""

    step: str
    stage: str
    text: str
    date: Day


class Paper(Record):
    """One paper handed over. What we hand over unlocks that very step; what another does, the later ones that rest on it."""

    id: str
    title: str
    status: Status
    because: tuple[str, ...] = ()
    supplier: str
    ours: bool
    addressee: str
    stage: str
    form: tuple[str, ...]
    copies: int
    contents: tuple[Part, ...]
    attached: tuple[Part, ...]
    comes: Unlocked | None  # the step at which another hands it over
    unlocks: tuple[Unlocked, ...]
    notes: tuple[str, ...]
    sources: tuple[SourceRef, ...]


class PapersIf(Record):
    """The further papers of one part of a road that divides."""

    when: tuple[str, ...]
    papers: tuple[Paper, ...]


class Checklist(Record):
    """The papers of a case, in the order in which its road needs them."""

    format_version: int = FORMAT_VERSION
    tool: str = "proc"
    file: FileUsed
    calendar: CalendarUsed
    as_of: date
    title: str
    papers: tuple[Paper, ...]
    ways: tuple[PapersIf, ...] = ()
    ask_first: str = ""  # where the road divides too often: the fact that would prune most
    not_compared: tuple[str, ...] = ()  # readings under which the road cannot be walked to its end


def checklist_of(plan: Plan, case: Case, calendar: Calendar) -> Checklist:
    """The papers on the road of a case; Refusal where the case cannot be computed."""
    trace = simulate_case(plan, case, calendar, compare=False)
    root = walk(plan, case, calendar)
    papers, doubts = _compared(root)
    ways: list[PapersIf] = []
    if trace.outcome.ways:
        leaves, _ = explore(plan, case, calendar, root)
        common = len(_papers(root))
        for way, leaf in zip(trace.outcome.ways, leaves, strict=True):
            found, more = _compared(leaf)
            ways.append(PapersIf(when=tuple(answer.text for answer in way.when), papers=found[common:]))
            doubts += more
    return Checklist(
        file=trace.file, calendar=trace.calendar, as_of=trace.as_of, title=trace.case.title, papers=papers, ways=tuple(ways),
        ask_first=trace.outcome.ask_first, not_compared=tuple(dict.fromkeys(doubts)),
    )  # fmt: skip


# ── The papers of one walk ──────────────────────────────────────────────────────────────────────


def _papers(walked: Walked) -> tuple[Paper, ...]:
    """In the order of the road; a paper that the walk stopped at has no step yet, and is left out."""
    handed = [step for step in walked.log.steps if step.documents]
    on_the_road = list(zip(walked.log.documents, handed, strict=False))
    return tuple(_paper(walked, on_the_road, entry, step) for entry, step in on_the_road)


def _paper(
    walked: Walked, on_the_road: list[tuple[DocumentEntry, Step]], entry: DocumentEntry, step: Step
) -> Paper:  # fmt: skip
    plan = walked.road.plan
    ours = plan.parties[entry.supplier].owner == "we"
    itself = _unlocked(step)
    by_us = step.actor in plan.parties and plan.parties[step.actor].owner == "we"
    alone = {one.id for one, _ in on_the_road}
    paper = Paper(
        id=entry.id, title=entry.title, status="not told", supplier=plan.label(entry.supplier).text(), ours=ours,
        addressee=plan.label(entry.addressee).text() if entry.addressee else "", stage=entry.stage, form=entry.form,
        copies=entry.copies, contents=tuple(_part(walked, one) for one in entry.contents),
        attached=tuple(_part(walked, one, alone) for one in entry.attached), comes=None if by_us else itself,
        unlocks=(itself,) if by_us else _rest_on(plan, entry.id, on_the_road, walked.log.steps, step),
        notes=entry.notes, sources=entry.sources,
    )  # fmt: skip
    return _settled(paper, there=step.happened or _told(walked, entry.id))


def _told(walked: Walked, name: str) -> bool:
    """The case says that a paper or a part of it is there, or that something happened to it."""
    case = walked.road.case
    return case.facts.get(name) is True or any(event.rpartition(" of ")[2] == name for event in case.events)


def _settled(paper: Paper, there: bool) -> Paper:
    """Of a paper that is not there yet: as far as its parts are; what another supplies, the road takes for granted."""
    parts = [part.status for part in (*paper.contents, *paper.attached)]
    if there:
        return paper.model_copy(update={"status": "have"})
    if not paper.ours:
        return paper.model_copy(update={"status": "assumed"})
    worst: Status = next((one for one in WORST if one in parts), "not told")
    return paper.model_copy(update={"status": worst})


def _unlocked(step: Step) -> Unlocked:
    return Unlocked(step=step.id, stage=step.stage, text=step.text, date=step.date)


def _rest_on(
    plan: Plan, name: str, on_the_road: Iterable[tuple[DocumentEntry, Step]], steps: Sequence[Step], made: Step
) -> tuple[Unlocked, ...]:  # fmt: skip
    """Later steps that hand the paper on or carry it along, or that stand behind a condition which asks for it."""
    carrying = {step.id for entry, step in on_the_road if name in (entry.id, *(one.id for one in entry.attached))}
    later = [step for step in steps if int(step.id) > int(made.id)]
    return tuple(_unlocked(step) for step in later if step.id in carrying or _asks_for(plan, step, name))


def _asks_for(plan: Plan, step: Step, name: str) -> bool:
    """Whether the way that the step takes, or what its stage requires, depends on the paper."""
    stage = plan.stages.get(step.stage)
    if stage is None or not step.option:
        return False
    guards = [(move.when, move.guard) for move in stage.moves if isinstance(move, Require)]
    guards += [((), edge.guard) for edge in stage.edges() if edge.label.name == step.option]
    return any(name in names_behind(plan, one) for one in guards)


def _part(walked: Walked, one: Content, alone: Iterable[str] = ()) -> Part:
    """A content, or an attached paper with its own contents, unless that stands on the road by itself."""
    plan = walked.road.plan
    status: Status = one.status
    because: tuple[str, ...] = ()
    if status == "have" and not _told(walked, one.id):
        made = next((step for step in walked.log.steps if one.id in step.documents), None)
        if made is None or not made.happened:
            status = "assumed"
            because = (
                say("from step {number}: {step}", number=made.id, step=made.text)
                if made
                else say("a way of the road says so"),
            )
    document = plan.documents.get(one.id)
    if document is None:
        return Part(id=one.id, text=one.text, status=status, because=because)
    supplier = plan.label(document.supplier).text() if document.supplier else ""
    inside = () if one.id in alone else _inside(walked, document)
    return Part(
        id=one.id, text=one.text, status=status, because=because, supplier=supplier,
        contents=tuple(_part(walked, content) for content in inside),
    )  # fmt: skip


def _inside(walked: Walked, document: Document) -> tuple[Content, ...]:
    """What an attached paper must contain, as the case stands where the walk ends."""
    told, holds = walked.road.state.told, walked.log.ask.guard
    words: dict[object, Status] = {True: "have", False: "missing"}
    return tuple(
        Content(id=item.label.name, text=item.label.text(), status=words.get(told.get(item.label.name), "not told"))  # type: ignore[arg-type]
        for item in document.contents
        if holds(item.guard).value is not False
    )


# ── The same under other readings ───────────────────────────────────────────────────────────────


def _compared(walked: Walked) -> tuple[tuple[Paper, ...], list[str]]:
    """The papers of a walk, each with what another reading would make of it."""
    road = walked.road
    own, doubts = _numbered(_papers(walked)), []
    papers = dict(own)
    for name in road.state.read:
        reading = road.plan.readings[name]
        used = road.case.readings.get(name, reading.preferred)
        for option in (one.name for one in reading.options if one.name != used):
            flag = f"--reading {name}={option}"
            case = replace(road.case, readings={**road.case.readings, name: option})
            try:
                other = walk(road.plan, case, road.calendar, walked.supposed)
            except (Refusal, CalendarError) as error:
                doubts.append(f"{flag}: {error}")
                continue
            if bool(other.log.divides) != bool(walked.log.divides):
                doubts.append(f"{flag}: {say('an unknown fact decides')}")
                continue
            theirs = _numbered(_papers(other))
            for key, paper in own.items():
                there = theirs.get(key)
                papers[key] = (
                    _same(paper, papers[key], there, flag)
                    if there
                    else _doubted(papers[key], say("not on the road with {flag}", flag=flag))
                )
            for key in (one for one in theirs if one not in own):
                papers[key] = _doubted(papers.get(key, theirs[key]), say("only with {flag}", flag=flag))
    return tuple(papers.values()), doubts


T = TypeVar("T", Paper, Part)


def _doubted(one: T, why: str) -> T:
    """Disputed; what is there already is there under every reading."""
    status = "have" if one.status == "have" else "disputed"
    return one.model_copy(update={"status": status, "because": (*one.because, why)})


def _numbered(papers: Iterable[Paper]) -> dict[tuple[str, int], Paper]:
    """A paper met twice on a road is told apart by its turn."""
    found: dict[tuple[str, int], Paper] = {}
    for paper in papers:
        turn = sum(name == paper.id for name, _ in found)
        found[paper.id, turn] = paper
    return found


def _same(own: Paper, paper: Paper, other: Paper, flag: str) -> Paper:
    """One paper under two readings; `own` is how it was before any was compared."""
    because = paper.because
    if own.copies != other.copies:
        because += (say_many(other.copies, "{number} copies with {flag}", "{number} copies with {flag}", flag=flag),)
    if own.form != other.form:
        because += (say("{form} with {flag}", form="; ".join(other.form) or say("no form"), flag=flag),)
    contents = _parts(own.contents, paper.contents, other.contents, flag)
    attached = _parts(own.attached, paper.attached, other.attached, flag)
    new = paper.model_copy(update={"contents": contents, "attached": attached, "because": because})
    return new if paper.status == "disputed" else _settled(new, there=own.status == "have")


def _parts(own: tuple[Part, ...], parts: tuple[Part, ...], other: tuple[Part, ...], flag: str) -> tuple[Part, ...]:
    """Contents under two readings: those that one of the two does not ask for are disputed."""
    found = {one.id: one for one in parts}
    theirs = {one.id: one for one in other}
    for one in own:
        there = theirs.get(one.id)
        if there is None:
            found[one.id] = _doubted(found[one.id], say("not needed with {flag}", flag=flag))
        else:
            inside = _parts(one.contents, found[one.id].contents, there.contents, flag)
            found[one.id] = found[one.id].model_copy(update={"contents": inside})
    mine = {one.id for one in own}
    for one in other:
        if one.id not in mine:
            found[one.id] = _doubted(found.get(one.id, one), say("only with {flag}", flag=flag))
    return tuple(found.values())


Part.model_rebuild()
