"""Plan and case → the questions whose answers can still change what the case comes to, the most decisive first.

Every world that the told facts leave open is walked. A fact is asked for only if two of those worlds differ in its answer
and in nothing else that was answered, and do not come to the same; or if a fee, a term or what is recovered hangs on it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from itertools import combinations
from typing import Any, Literal

from engine.aloud import moment_aloud
from engine.bearers import bearings
from engine.calendar import Calendar, CalendarError
from engine.case import Case, add_choice, event_names, read_value, set_one, with_event
from engine.evaluate import Evaluator, State, tried
from engine.fees import Charge
from engine.log import Log, Open
from engine.moments import moments
from engine.questions import Supposition
from engine.records import Kind, Plan
from engine.refusal import Refusal
from engine.road import Road
from engine.simulate import Walked, case_used, walk, walk_part
from engine.trace import CaseUsed, FileUsed, Record
from engine.values import Unknown, Value, show, written
from procedure_dsl.wording import is_english, phrase, say, speaking, spoken_language, title_of
from procedure_dsl.words import MISSED, RESTORED

MOST_WORLDS = 160  # walked before the rest stays undivided; a question takes well under a second
MOST_CHANGES = 8  # named of what a question can change
FORMAT_VERSION = 1


class Choice(Record):
    """One answer that can be given, and how it is called."""

    value: str
    title: str


class Edge(Record):
    """A bound of an answer: `at least`, `at most`, `above` or `below` a value."""

    side: str
    value: str


class Change(Record):
    """Something that an answer can change. `id` is its name in the file; of a way, its stage."""

    kind: Literal["end", "way", "fee", "term", "day", "sum"]
    id: str
    title: str


class Question(Record):
    """What to ask next. `id` is a fact, a stage (a way to choose), an event, or `start`."""

    id: str
    kind: Literal["start", "fact", "choice", "event"]
    type: str
    title: str
    ask: str
    options: tuple[Choice, ...] = ()
    bounds: tuple[Edge, ...] = ()
    currency: str = ""
    unless_told: str = ""  # what is taken while it is not answered
    earlier: tuple[str, ...] = ()  # the ways taken at this stage before
    outcomes: int  # that can come out now, as far as was looked
    at_worst: int  # left after the answer that prunes least
    at_best: int  # left after the one that prunes most
    changes: tuple[Change, ...] = ()
    set: str  # the option of the command line that answers it


class Interview(Record):
    """What a case has told, and what it is still worth asking, the most decisive question first."""

    format_version: int = FORMAT_VERSION
    tool: str = "proc"
    file: FileUsed
    case: CaseUsed | None  # None until the case says when it starts
    finished: bool
    questions: tuple[Question, ...]


Answers = Mapping[str, tuple[Supposition, ...]]
Found = Mapping[tuple[str, str], tuple[str, ...]]  # (kind, id) → what it came to, once for each time


@dataclass(frozen=True, slots=True)
class World:
    """One way to answer what was asked on its road, and what comes of it."""

    walked: Walked
    answers: Answers
    found: Found
    whole: bool  # nothing on its road divides any more

    @property
    def log(self) -> Log:
        return self.walked.log


def interview(plan: Plan, case: Case, calendar: Calendar, passed: frozenset[str] = frozenset()) -> Interview:
    """The next questions; `passed` are those that nobody can answer, beside the facts that the case tells to be unknown.

    Facts come first, then our own choices, then the days that terms count from. Refusal where the case cannot be.
    """
    with speaking(spoken_language(), plan.frame.first_language):
        file = FileUsed(name_as_typed=plan.file, sha256=plan.sha256, jurisdiction=plan.frame.label.text())
        asked = _Asking(plan, case, calendar, passed)
        try:
            questions = asked.questions()
        except CalendarError as error:
            raise Refusal("outside-calendar", str(error), "Choose another start.") from None
        used = case_used(plan, case) if case.start or case.events else None
        return Interview(file=file, case=used, finished=not questions, questions=questions)


def answer(plan: Plan, case: Case, question: Question, text: str) -> Case:
    """The case with one more answer, as it was typed; Refusal where it is none."""
    match question.kind:
        case "choice":
            return add_choice(plan, case, question.id, ",".join((*question.earlier, text)))
        case "event":
            return with_event(plan, case, question.id, text)
    return set_one(plan, case, question.id, text)


# ── Worlds ──────────────────────────────────────────────────────────────────────────────────────


def worlds_of(plan: Plan, case: Case, calendar: Calendar) -> tuple[World, ...]:
    """Every world that the case leaves open: divided at its road's questions, and by the choices that its figures hang on.

    Breadth first, so that where there are too many the first questions have been answered in all of them.
    """
    ahead: deque[Walked] = deque([walk(plan, case, calendar)])
    done, walks = [], 1
    while ahead:
        walked = ahead.popleft()
        next_ = walked.log.divides or _answers_to(plan, walked)
        if not next_ or walks + len(next_) > MOST_WORLDS:
            done.append(_world(walked))
            continue
        walks += len(next_)
        ahead += [walk_part(plan, case, calendar, (*walked.supposed, one), walked) for one in next_]
    return tuple(done)


def _answers_to(plan: Plan, walked: Walked) -> tuple[Supposition, ...]:
    """The answers to the first yes or no, or choice, that a figure of a finished walk hangs on."""
    told, possible = walked.road.state.told, walked.road.state.possible
    for name in walked.log.hangs:
        fact = plan.facts.get(name)
        if fact is None or isinstance(walked.road.case.facts.get(name), Unknown) or name in told:
            continue
        if fact.kind.name == "yes or no":
            return (Supposition(name, "yes", value=True), Supposition(name, "no", value=False))
        if fact.kind.name == "one of":
            left = possible.get(name, frozenset(fact.kind.options))
            return tuple(Supposition(name, one, frozenset({one})) for one in fact.kind.options if one in left)
    return ()


def _world(walked: Walked) -> World:
    answers: dict[str, tuple[Supposition, ...]] = {}
    for one in walked.supposed:
        answers[one.fact] = (*answers.get(one.fact, ()), one)
    return World(walked, answers, _found(walked), not walked.log.divides)


def _found(walked: Walked) -> Found:
    """What a world comes to: its end, its ways, its days, fees, terms and sums. One that still divides is like no other."""
    log, road = walked.log, walked.road
    found: dict[tuple[str, str], tuple[str, ...]] = {("end", ""): (log.status, log.at)}

    def put(kind: str, name: str, words: str) -> None:
        found[kind, name] = (*found.get((kind, name), ()), words)

    put("day", "", str(road.state.today))
    for step in log.steps:
        if step.target:
            put("way", step.stage, step.target)  # two ways that lead to one place, with the same figures, are one
        put("day", step.stage, f"{step.kind} {step.date.exact} {step.date.not_before}")
    for fee, (charge, _) in zip(log.fees, log.charges, strict=True):
        put("fee", fee.id, f"{fee.amount.model_dump()} {fee.payer} {_bearers(road, charge)}")
    for term in log.deadlines:
        put(
            "term",
            term.id,
            f"{term.due and (term.due.exact, term.due.not_before)} {term.not_before} {term.not_after} {term.rule} {term.status}",
        )
    if log.recovered is not None:
        put("sum", "recovered", show(log.recovered))
    if log.divides:
        put("end", "", " ".join(f"{one.fact} {one.words}" for one in walked.supposed))
    return found


def _bearers(road: Road, found: Charge) -> str:
    """Who bears which part of a fee, as far as that is decided."""
    parts = tried(partial(bearings, road.plan.fees[found.fee], found, road.ask))
    if isinstance(parts, Refusal):
        return str(parts)
    return str([(part.party, part.amount, part.part, part.hangs_on) for part in parts])


def _disjoint(one: Supposition, other: Supposition) -> bool:
    """Whether two answers to one question cannot both be given."""
    if one.options and other.options:
        return not one.options & other.options
    if one.test is not None and other.test is not None:
        return one.test == other.test and one.holds is not other.holds
    return one.value is not None and other.value is not None and one.value is not other.value


def _apart(one: Answers, other: Answers) -> list[str]:
    """The questions that two worlds answer in ways that cannot both be."""
    return [
        name for name, mine in one.items() if name in other and any(_disjoint(a, b) for a in mine for b in other[name])
    ]


# ── Questions ───────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Weight:
    """How much is left after an answer: outcomes on average, at worst and at best."""

    average: Fraction
    worst: int
    best: int


class _Asking:
    """What is still worth asking of one case."""

    def __init__(self, plan: Plan, case: Case, calendar: Calendar, passed: frozenset[str]) -> None:
        self.plan, self.case, self.calendar = plan, case, calendar
        self.passed = passed | {name for name, value in case.facts.items() if isinstance(value, Unknown)}
        self.events = event_names(plan)

    def questions(self) -> tuple[Question, ...]:
        if not self.plan.main:
            raise Refusal(
                "no-road", "this file has no procedure to walk", "Type `proc fee` or `proc count` for its figures."
            )
        if self.case.start is None and not self.case.events:
            return () if "start" in self.passed else (self.start(),)
        self.worlds = worlds_of(self.plan, self.case, self.calendar)
        self.outcomes = {at: tuple(sorted(world.found.items())) for at, world in enumerate(self.worlds)}
        self.total = len(set(self.outcomes.values()))
        self.terms = {entry.id: entry.title for world in self.worlds for entry in world.log.deadlines}
        return tuple(self.of_facts()) or tuple(self.of_choices()) or tuple(self.of_events())

    def start(self) -> Question:
        return Question(
            id="start", kind="start", type="date", title=say("Start"), ask=say("On which day does the case start?"),
            outcomes=0, at_worst=0, at_best=0, set="--start 2017-03-01",
        )  # fmt: skip

    # ── facts ───────────────────────────────────────────────────────────────────────────────────

    def of_facts(self) -> Iterator[Question]:
        """Those that decide the road or a figure, by how much they leave open; then those that figures hang on."""
        changes = self.changes()
        weights = {name: self.weight(name) for name in changes}
        order = {name: at for at, name in enumerate((*self.plan.facts, *self.plan.decided_lengths(), *self.events))}
        for name in sorted(changes, key=lambda one: (weights[one].average, -len(changes[one]), order[one])):
            weight = weights[name]
            counts = {"outcomes": self.total, "at_worst": weight.worst, "at_best": weight.best}
            if name in self.plan.facts:
                yield self.of_fact(name, tuple(self.named(changes[name])), counts)
            elif name in self.plan.deadlines:
                yield self.of_length(name, tuple(self.named(changes[name])), counts)
            else:
                yield self.of_event(name, tuple(self.named(changes[name])), counts)

    def changes(self) -> dict[str, dict[tuple[str, str], None]]:
        """Each question that can still change something → what."""
        found: dict[str, dict[tuple[str, str], None]] = {}
        for one, other in combinations(range(len(self.worlds)), 2):
            if self.outcomes[one] == self.outcomes[other]:
                continue
            apart = _apart(self.worlds[one].answers, self.worlds[other].answers)
            if len(apart) == 1:
                left, right = self.worlds[one].found, self.worlds[other].found
                differs = [key for key in (*left, *right) if left.get(key) != right.get(key)]
                found.setdefault(apart[0], {}).update(dict.fromkeys(differs))
        for world in self.worlds:
            for name, things in world.log.hangs.items():
                found.setdefault(name, {}).update(things)
        if not any(self.can_ask(name) for name in found):  # it takes a walk for each, and they decide least
            for name, changed in self.wondered():
                found.setdefault(name, {}).update(dict.fromkeys(changed))
        return {name: things for name, things in found.items() if self.can_ask(name)}

    def wondered(self) -> Iterator[tuple[str, Iterable[tuple[str, str]]]]:
        """Facts of which the road only asks whether they are known: found by telling them, with and without the others."""
        tried: set[str] = set()
        for world in self.worlds:
            state = world.walked.road.state
            open_ = [name for name in state.wondered if name in self.plan.facts and self.can_ask(name)]
            open_ = [name for name in open_ if name not in world.answers]
            every = {name: samples(self.plan, name)[:1] for name in open_}
            for name in (one for one in open_ if one not in tried):
                others = {one: values[0] for one, values in every.items() if values and one != name}
                for among in ({}, others) if others else ({},):
                    without = self.told(world, among)
                    for value in samples(self.plan, name):
                        found = self.told(world, {**among, name: value})
                        if found != without:
                            tried.add(name)
                            yield name, [key for key in (*found, *without) if found.get(key) != without.get(key)]

    def told(self, world: World, facts: dict[str, Value]) -> Found:
        """What a world comes to when more is told."""
        case = replace(self.case, facts={**self.case.facts, **facts})
        return _found(walk_part(self.plan, case, self.calendar, world.walked.supposed, world.walked))

    def can_ask(self, name: str) -> bool:
        known = name in self.plan.facts or name in self.events or name in self.plan.decided_lengths()
        return known and name not in self.passed and name not in self.case.facts and name not in self.case.events

    def weight(self, name: str) -> _Weight:
        """How many outcomes are left after each answer."""
        given = {one.words: one for world in self.worlds for one in world.answers.get(name, ())}
        left = [
            len({
                self.outcomes[at] for at, world in enumerate(self.worlds)
                if not any(_disjoint(one, other) for other in world.answers.get(name, ()))
            })
            for one in given.values()
        ] or [self.total]  # fmt: skip
        return _Weight(Fraction(sum(left), len(left)), max(left), min(left))

    def of_fact(self, name: str, changes: tuple[Change, ...], counts: dict[str, Any]) -> Question:
        fact = self.plan.facts[name]
        title = fact.label.text()
        ask = title_of(fact.ask) or f"{title}?"
        return Question(
            id=name, kind="fact", type=fact.kind.name, title=title, ask=ask, options=options(fact.kind),
            bounds=bounds(self.plan, fact.kind), currency=self.plan.frame.currency if fact.kind.name == "money" else "",
            changes=changes, set=f"--set {name}={example(self.plan, fact.kind)}", **counts,
        )  # fmt: skip

    def of_length(self, name: str, changes: tuple[Change, ...], counts: dict[str, Any]) -> Question:
        """How long a term is that somebody decides."""
        title, kind = self.plan.label(name).text(), self.plan.discretions[name]
        return Question(
            id=name, kind="fact", type=kind.name, title=title, ask=f"How long is it: {title}?", changes=changes,
            set=f"--set {name}={example(self.plan, kind)}", **counts,
        )  # fmt: skip

    def named(self, things: Iterable[tuple[str, str]]) -> Iterator[Change]:
        """What can be changed, by its titles: ends and ways first, days alone only where nothing else is changed."""
        kinds = ("end", "way", "fee", "term", "sum", "day")
        listed = sorted(dict.fromkeys(things), key=lambda one: kinds.index(one[0]))
        if any(kind != "day" for kind, _ in listed):
            listed = [one for one in listed if one[0] != "day"]
        told: dict[tuple[str, str], None] = {}
        for kind, name in listed:
            change = self.change(kind, name)
            if (change.kind, change.title) not in told and len(told) < MOST_CHANGES:
                told[change.kind, change.title] = None
                yield change

    def change(self, kind: str, name: str) -> Change:
        titles = {
            ("end", ""): phrase("how it ends"), ("day", ""): phrase("when it ends"),
            ("sum", "recovered"): phrase("what is recovered"),
        }  # fmt: skip
        title = say(titles[kind, name]) if (kind, name) in titles else ""
        if kind == "way":
            title = self.plan.label(name).text()
        elif kind == "term" and not self.plan.deadlines[name].named:
            title = self.terms.get(name, "")
        return Change(kind=kind, id=name, title=title or self.plan.label(name).text())  # type: ignore[arg-type]

    # ── choices and days ────────────────────────────────────────────────────────────────────────

    def of_choices(self) -> Iterator[Question]:
        """Our own open branches, in the order in which the roads come to them."""
        seen: dict[tuple[str, tuple[str, ...]], Open] = {}
        for world in self.worlds:
            for one in world.log.open_branches:
                if one.owner == "we" and one.stage not in self.passed:
                    seen.setdefault((one.stage, one.earlier), one)
        for one in seen.values():
            yield self.of_choice(one)

    def of_choice(self, one: Open) -> Question:
        stage = self.plan.stages[one.stage]
        labels = {edge.label.name: edge.label.text() for edge in (*stage.edges(), *one.others)}
        names = [name for name in labels if name == one.option or name in {edge.label.name for edge in one.others}]
        choices = tuple(Choice(value=name, title=_way(name, labels[name])) for name in names)
        title = stage.label.text()
        return Question(
            id=one.stage, kind="choice", type="one of", title=title,
            ask=say("{title} Which way do we go?" if title.endswith("?") else "{title}: which way do we go?", title=title), options=choices,
            unless_told=one.option, earlier=one.earlier, outcomes=self.total, at_worst=self.total, at_best=self.total,
            set=f"--choose {one.stage}={','.join((*one.earlier, '|'.join(names)))}",
        )  # fmt: skip

    def of_events(self) -> Iterator[Question]:
        """The events that terms count from and whose days are only assumed, in the order of the terms."""
        counted: dict[str, dict[tuple[str, str], None]] = {}
        for world in self.worlds:
            state = world.walked.road.state
            for entry in world.log.deadlines:
                for start, _, _ in self.plan.deadlines[entry.id].starts:
                    for event in moments(self.plan, start):
                        when = state.events.get(event)
                        if when is not None and (when.assumed or when.least or when.latest or not when.exact):
                            counted.setdefault(event, {})["term", entry.id] = None
        for event in (one for one in counted if one in self.events and self.can_ask(one)):
            counts = {"outcomes": self.total, "at_worst": self.total, "at_best": self.total}
            yield self.of_event(event, tuple(self.named(counted[event])), counts)

    def of_event(self, event: str, changes: tuple[Change, ...], counts: dict[str, Any]) -> Question:
        moment, _, name = event.partition(" of ")
        title = f"{moment} of “{self.plan.label(name).text()}”" if is_english() else moment_aloud(self.plan, event)
        return Question(
            id=event, kind="event", type="date", title=title, ask=say("On which day was this: {title}?", title=title), changes=changes,
            unless_told=say("the day is counted"), set=f'--set "{event}=2017-03-01"', **counts,
        )  # fmt: skip


# ── Words ───────────────────────────────────────────────────────────────────────────────────────


def options(kind: Kind) -> tuple[Choice, ...]:
    """The answers to a choice, and to a yes or no."""
    names = ("yes", "no") if kind.name == "yes or no" else kind.options
    yes_or_no = kind.name == "yes or no"
    return tuple(Choice(value=name, title=say(name) if yes_or_no else name.replace("_", " ")) for name in names)


def bounds(plan: Plan, kind: Kind) -> tuple[Edge, ...]:
    constants = Evaluator(plan, State(), None)  # type: ignore[arg-type]  # a bound is a constant: it asks no calendar
    return tuple(Edge(side=side, value=show(constants.value(limit))) for side, limit in kind.bounds)


def samples(plan: Plan, name: str) -> list[Value]:
    """Some answers to a fact, far apart; none that its bounds forbid."""
    kind = plan.facts[name].kind if name in plan.facts else plan.discretions[name]
    words = {
        "yes or no": ("yes", "no"), "one of": kind.options, "money": ("1", "1000000000"), "percent": ("0.01", "99"),
        "number": ("1", "1000000"), "date": ("1990-01-01", "2090-01-01"), "duration": ("1 day", "400 days"), "text": ("…",),
    }[kind.name]  # fmt: skip
    found = []
    for text in words:
        with suppress(Refusal):
            found.append(read_value(plan, name, kind, text))
    return found


def example(plan: Plan, kind: Kind) -> str:
    """What an answer of a type looks like on the command line."""
    shown = {
        "yes or no": "yes|no", "one of": "|".join(kind.options), "money": f'"1 000 {plan.frame.currency}"',
        "percent": "5", "number": "10", "date": "2017-03-01", "duration": '"10 days"',
    }  # fmt: skip
    return shown.get(kind.name, '"…"')


def _way(name: str, title: str) -> str:
    words = {MISSED: phrase("let the term pass"), RESTORED: phrase("have the missed term restored")}
    return say(words[name]) if name in words else title


def told_data(case: Case) -> dict[str, Any]:
    """A case as `case_of_data` reads it: mappings of words."""
    data: dict[str, Any] = {"title": case.title, "start": case.start.isoformat() if case.start else ""}
    data["facts"] = {name: _told(value) for name, value in case.facts.items()}
    data["events"] = {
        name: days[0].isoformat() if len(days) == 1 else [day.isoformat() for day in days]
        for name, days in case.events.items()
    }
    data["choose"] = {stage: labels[0] if len(labels) == 1 else list(labels) for stage, labels in case.choices.items()}
    data["readings"] = dict(case.readings)
    return {name: part for name, part in data.items() if part}


def _told(value: Any) -> str:
    return "unknown" if isinstance(value, Unknown) else value if isinstance(value, str) else written(value)
