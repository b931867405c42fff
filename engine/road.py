"""One walk of one case along the road, from its first stage until it ends, is blocked, or must divide.

At a branch, in this order: what really happened, what was chosen, conditions that leave one way, and then the quiet
way: we follow applicable advice, else the first way open; the other side stays silent; an authority does the first
thing listed. Every step the quiet way takes is an assumption, and is written down as one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from typing import cast

from engine.calendar import Calendar, with_weekday
from engine.case import Case, ways_of
from engine.counting import due_day
from engine.evaluate import Evaluator, Refusal, State, show
from engine.fees import Charge, charge
from engine.records import (
    Act,
    Advice,
    Call,
    Cite,
    Clock,
    Edge,
    End,
    Guard,
    Note,
    Onward,
    Pace,
    Plan,
    Remark,
    Require,
    Right,
    Stage,
    Test,
    TimeKind,
    Wait,
)  # fmt: skip
from engine.terms import Term, term
from engine.trace import (
    Closed,
    Content,
    DeadlineEntry,
    DocumentEntry,
    FeeEntry,
    Step,
    amount_record,
    day_record,
    source_records,
)  # fmt: skip
from engine.values import Money, NotStated, Sum, Truth, Unknown, Value, When, all_of
from procedure_dsl.diagnostics import did_you_mean
from procedure_dsl.words import ACTS

MOST_STEPS = 400  # a road this long goes in circles
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Supposition:
    """One answer to the question at which a trace divides: to a fact, or to a test that no fact alone decides."""

    fact: str
    words: str
    options: frozenset[str] = frozenset()  # of a choice
    value: Value | None = None  # of a yes or no
    test: str = ""
    holds: bool = False


@dataclass(frozen=True, slots=True)
class Open:
    """A branch that nothing decided: where, which way the quiet way took, and which others were open."""

    stage: str
    visit: int
    step: int
    owner: str
    option: str
    others: tuple[Edge, ...]


class Divide(Exception):
    """An unknown fact decides which way the road goes."""

    def __init__(self, answers: list[Supposition]) -> None:
        super().__init__(answers[0].fact)
        self.answers = answers


class Interrupt(Exception):
    """A right is used before the step at hand."""

    def __init__(self, right: Right, day: When) -> None:
        super().__init__(right.label.name)
        self.right, self.day = right, day


@dataclass(frozen=True, slots=True)
class Frame:
    """Where the road goes on after a sub-procedure, or after a right that comes back."""

    kind: str  # "call" or "right"
    stage: str
    at: int
    below: tuple[Frame, ...] = ()  # of a right: all frames that were open where it interrupted


@dataclass(slots=True)
class Log:
    """What a walk writes down."""

    steps: list[Step] = field(default_factory=list)
    deadlines: list[DeadlineEntry] = field(default_factory=list)
    fees: list[FeeEntry] = field(default_factory=list)
    documents: list[DocumentEntry] = field(default_factory=list)
    closed: list[Closed] = field(default_factory=list)
    assumptions: list[str] = field(default_factory=list)
    open_branches: list[Open] = field(default_factory=list)
    not_stated: dict[str, None] = field(default_factory=dict)
    path: list[str] = field(default_factory=list)  # the ways taken, in order
    totals: dict[str, Sum] = field(default_factory=dict)
    status: str = "open"
    at: str = ""
    because: str = ""
    recovered: Value | None = None
    divides: list[Supposition] = field(default_factory=list)
    bands: set[tuple[str, int]] = field(default_factory=set)  # (fee, line) of the bands that decided


class Road:
    """The walk. `log` is its result; `state` is what is known at its last step."""

    def __init__(self, plan: Plan, case: Case, calendar: Calendar, supposed: tuple[Supposition, ...] = ()) -> None:
        self.plan, self.case, self.calendar = plan, case, calendar
        start = case.begins()
        self.state = State(
            told=dict(case.facts), readings=dict(case.readings), today=When(start),
            events={name: When(day) for name, day in case.events.items() if day <= start or name.startswith("receipt")},
        )  # fmt: skip
        for name, day in case.events.items():
            if case.start is not None and day < case.start and plan.main:
                seen = f"{name} is {day}, and the case starts only on {case.start}"
                raise Refusal(
                    "impossible-history", seen, f"Type --start {min(case.events.values())}, or an earlier day."
                )
        self.state.events["start"] = When(start)
        for one in supposed:
            if one.options:
                self.state.possible[one.fact] = one.options
                if len(one.options) == 1:
                    self.state.told[one.fact] = next(iter(one.options))
            elif one.value is not None:
                self.state.told[one.fact] = one.value
            else:
                self.state.supposed[one.test] = one.holds
        self.ask = Evaluator(plan, self.state, calendar)
        self.log = Log()
        self.charged: dict[str, Charge] = {}
        self.frames: tuple[Frame, ...] = ()
        self.visits: dict[str, int] = {}
        self.taken: dict[str, int] = {}  # how many choices of a stage have been used
        self.armed: dict[str, None] = {}  # rights that the case uses, in the order in which they were armed
        self.recommended: tuple[When, Cite | None] | None = None
        self.stage = ""
        self.at = 0
        self.notes: tuple[str, ...] = ()
        self.practice: tuple[str, ...] = ()
        self.seen: set[tuple[object, ...]] = set()

    # ── the walk ────────────────────────────────────────────────────────────────────────────────

    def walk(self) -> Log:
        """Go until the case ends, is blocked, or divides."""
        if not self.plan.main:
            raise Refusal("no-road", "this file has no procedure to walk")
        try:
            self.enter(self.plan.procedures[self.plan.main].entry)
            while self.log.status == "open" and not self.log.because:
                if len(self.log.steps) > MOST_STEPS:
                    raise Refusal(
                        "endless", f"after {MOST_STEPS} steps this case still goes in circles at `{self.stage}`"
                    )
                try:
                    self.move()
                except Interrupt as used:
                    self.interrupt(used)
        except Divide as question:
            self.log.divides = question.answers
            self.log.at = self.stage
        return self.log

    def enter(self, name: str) -> None:
        """Come to a stage or an end."""
        if name in self.plan.ends:
            self.end(self.plan.ends[name])
            return
        stage = self.plan.stages[name]
        self.stage, self.at = name, 0
        self.visits[name] = self.visits.get(name, 0) + 1
        self.given_day(f"start of {name}")
        self.state.events[f"start of {name}"] = self.state.today
        told = frozenset((k, str(v)) for k, v in self.state.told.items())
        key = (
            name,
            self.state.today.day,
            self.state.today.stretches,
            told,
            len(self.frames),
            tuple(self.taken.items()),
        )
        if key in self.seen:
            raise Refusal(
                "endless", f"the road comes back to `{name}` on {self.state.today} with nothing changed: no time passes"
            )
        self.seen.add(key)
        self.notes = tuple(self.remark(r) for r in self.remarks_of(stage) if self.ask.guard(r.guard).value)
        self.practice = tuple(self.practice_of(name))
        dated = stage.guard.since or stage.guard.until
        if dated and self.ask.guard(stage.guard).value is False:
            raise Refusal("not-in-force", f"the stage `{name}` is not in force on {self.state.today.day}")
        for right in self.plan.rights.values():
            if name in right.stages and self.next_choice(name) == right.label.name:
                self.taken[name] = self.taken.get(name, 0) + 1
                self.armed[right.label.name] = None

    def remarks_of(self, stage: Stage) -> Iterable[Remark]:
        for move in stage.moves:
            if isinstance(move, Note | Advice):
                yield move.remark
            elif isinstance(move, Act | Call):
                yield from move.remarks

    @staticmethod
    def remark(remark: Remark) -> str:
        return remark.text() + (f" [{remark.cite}]" if remark.cite else "")

    def move(self) -> None:
        """Carry out the sentence at hand."""
        stage = self.plan.stages[self.stage]
        if self.at >= len(stage.moves):
            self.block(f"nothing leads on from {stage.label.text()}")
            return
        move = stage.moves[self.at]
        match move:
            case Require():
                self.require(move)
            case Wait():
                self.wait(move)
            case Act():
                self.act(move)
            case Call():
                self.call(move)
            case Onward():
                self.use_rights(stage)
                self.pass_time(stage)
                if not self.log.steps or self.log.steps[-1].stage != self.stage:
                    edge = move.edge
                    words = f"→ {self.plan.label(edge.target).text()}"
                    self.step("onward", words, self.state.today, option="onward", target=edge.target, cites=[edge.cite])
                self.take(move.edge, self.state.today)
            case _:
                self.at += 1

    def block(self, because: str) -> None:
        self.log.status, self.log.at, self.log.because = "blocked", self.stage, because

    def take(self, edge: Edge, day: When) -> None:
        """Go one way: its effects become true, the stage ends, the next begins."""
        self.log.path.append(edge.id)
        self.state.today = day
        leaving = self.stage
        self.given_day(f"end of {leaving}")
        self.state.events[f"end of {leaving}"] = self.state.today
        self.effects(edge)
        if edge.target == "back":
            self.back()
        else:
            self.enter(edge.target)

    def effects(self, edge: Edge) -> None:
        for name, expr in edge.effects:
            found = self.ask.value(expr)
            if isinstance(found, Unknown):
                self.state.told.pop(name, None)
            else:
                self.state.told[name] = found

    # ── days ────────────────────────────────────────────────────────────────────────────────────

    def given_day(self, event: str) -> When | None:
        """The day on which the case says that this happened; the road cannot go back behind what is certain."""
        day = self.case.events.get(event)
        if day is None or self.visits.get(self.stage, 1) > 1:
            return None
        if (
            self.state.today.exact
            and not self.state.today.assumed
            and not self.state.today.latest
            and day < self.state.today.day
        ):
            seen = f"{event} cannot be on {day}: the road is there on {self.state.today.day} at the earliest"
            raise Refusal("impossible-history", seen, "Give the case an earlier start, or correct the day.")
        self.state.today = When(day)
        return self.state.today

    def working(self, when: When) -> When:
        """The first working day from then on: neither we nor an authority act on a day off."""
        return when.moved(self.calendar.next_working(when.day))

    def later(self, one: When, other: When) -> When:
        """The later of two days; a bound stays a bound unless the exact one is a last day, which holds for everybody."""
        if other.exact and other.latest and other.day >= one.day:
            return other
        latest = one if one.day >= other.day else other
        return replace(latest, stretches=tuple(dict.fromkeys((*one.stretches, *other.stretches))))

    def pace_of(self, event: str) -> Pace | None:
        """The first figure of practice that fits the case."""
        for name, practice in self.plan.practice.items():
            if self.case.practice and name not in self.case.practice:
                continue
            for pace in practice.paces:
                if pace.event == event and self.ask.guard(pace.guard).value:
                    return pace
        return None

    def paced(self, event: str, start: When) -> When | None:
        """The day that practice gives, where the case asks for the pace of practice."""
        pace = self.pace_of(event) if self.case.paced else None
        if pace is None:
            return None
        span = pace.usual or pace.most or max(pace.counted, key=lambda one: one[1])[0]
        day = due_day(span, start.day, self.plan.frame.counting, self.calendar)
        return replace(start, day=day, assumed=f"practice: {pace}", latest=False)

    def practice_of(self, event: str) -> list[str]:
        pace = self.pace_of(event)
        return [f"practice: {pace} [{pace.cite}]" if pace.cite else f"practice: {pace}"] if pace else []

    def pass_time(self, stage: Stage) -> None:
        """A stage that only leads on takes what practice says, where practice is asked for."""
        found = self.paced(stage.label.name, self.state.events[f"start of {stage.label.name}"])
        if found is not None and found.day > self.state.today.day:
            self.state.today = found

    def term(self, name: str) -> Term:
        return term(self.plan.deadlines[name], self.ask, self.calendar, self.plan.frame.counting)

    def tell_term(self, found: Term, kind: TimeKind, party: str, status: str, title: str = "") -> None:
        """Write a deadline down, with its count."""
        deadline = self.plan.deadlines[found.deadline]
        stage = self.plan.stages[self.stage]
        exact = found.due is not None and found.due.exact
        remarks = tuple(self.remark(r) for r in deadline.remarks if self.ask.guard(r.guard).value)
        count = tuple(line.what for line in found.count.lines) if found.count else ()
        if found.start is not None and found.start.assumed and " receipt of " in f" {found.rule}":
            count = (f"{found.start.assumed}: the term ends no earlier than this", *count)
        ours = bool(party) and self.plan.parties[party].owner == "we"
        self.log.deadlines.append(
            DeadlineEntry(
                id=found.deadline, title=title or (deadline.label.text() if deadline.named else stage.label.text()),
                kind=kind, owner=party, ours=ours, stage=self.stage, start=day_record(found.start) if found.start else None,
                length=show(found.length), rule=found.rule, count=count + remarks,
                due=day_record(replace(cast(When, found.due), latest=False), found.provisional) if exact else None,
                status=status, sources=source_records(*found.cites),  # type: ignore[arg-type]
            )
        )  # fmt: skip
        if isinstance(found.length, NotStated):
            self.log.not_stated[f"{deadline.label.text()}: {found.length}"] = None

    # ── the steps ───────────────────────────────────────────────────────────────────────────────

    def step(
        self, kind: str, text: str, day: When, party: str = "", owner: str = "", option: str = "", target: str = "",
        why: Iterable[str] = (), cites: Iterable[Cite | None] = (), earliest: When | None = None,
        fees: tuple[str, ...] = (), documents: tuple[str, ...] = (),
    ) -> None:  # fmt: skip
        """Write one event of the trace; what the stage remarks stands with its first event."""
        stage = self.plan.stages.get(self.stage)
        self.log.steps.append(
            Step(
                id=f"{len(self.log.steps) + 1}", stage=self.stage, title=stage.label.text() if stage else "",
                actor=party, owner=owner, kind=kind, text=text, option=option, target=target,  # type: ignore[arg-type]
                date=day_record(day, self.provisional(day)), earliest=day_record(earliest) if earliest else None,
                why=tuple(why), fees=fees, documents=documents, notes=self.notes, practice=self.practice,
                sources=source_records(*cites),
            )
        )  # fmt: skip
        self.notes = self.practice = ()

    def provisional(self, day: When) -> bool:
        return self.calendar.is_provisional(day.day)

    def require(self, move: Require) -> None:
        """A precondition: met, reopened by its `unless`, closed, or undecided."""
        if self.ask.guard(Guard(since=move.guard.since, until=move.guard.until)).value is False:
            self.at += 1
            return
        met = all_of(self.ask.test(test) for test in move.when)
        if move.component:
            self.component(move, met)
            self.at += 1
            return
        reopened = all_of(self.ask.test(test) for test in move.guard.unless) if move.guard.unless else Truth(False)
        if met.value or reopened.value:
            self.at += 1
            return
        if met.value is None or reopened.value is None:
            raise Divide(self.question([*move.when, *move.guard.unless], [(move.when, move.guard.unless)]))
        because = self.ask.because(move.when, wanted=False)
        reopens = [*self.ask.reopeners(move.when), *(self.ask.spoken(t) for t in move.guard.unless)]
        self.close(self.plan.stages[self.stage].label.text(), because, reopens, move.cite)
        if move.edge is None:
            self.step("closed", f"closed: {because}", self.state.today, why=self.opens(reopens), cites=[move.cite])
            self.block(because)
            return
        self.use_rights(self.plan.stages[self.stage])
        target = self.plan.label(move.edge.target).text()
        self.step(
            "closed", f"closed: {because}; first: {target}", self.state.today, target=move.edge.target,
            why=self.opens(reopens), cites=[move.cite],
        )  # fmt: skip
        self.take(move.edge, self.state.today)

    @staticmethod
    def opens(reopens: Iterable[str]) -> list[str]:
        words = list(dict.fromkeys(reopens))
        return [f"opens with: {'; or '.join(words)}"] if words else []

    def component(self, move: Require, met: Truth) -> None:
        """One part of the claim falls away where its own condition is not met."""
        worth = self.ask.fact(move.component) if move.component in self.plan.facts else self.ask.rule(move.component)
        if met.value is not False or (isinstance(worth, Money) and worth.amount == 0):
            return
        self.state.told[move.component] = Money(Decimal(0), self.plan.frame.currency)
        because = self.ask.because(move.when, wanted=False)
        self.close(self.plan.label(move.component).text(), because, self.ask.reopeners(move.when), move.cite)

    def close(self, road: str, because: str, reopens: Iterable[str], cite: Cite | None) -> None:
        entry = Closed(
            road=road,
            stage=self.stage,
            because=because,
            reopens=tuple(dict.fromkeys(reopens)),
            sources=source_records(cite),
        )
        if entry not in self.log.closed:
            self.log.closed.append(entry)

    def wait(self, move: Wait) -> None:
        """A waiting period of the law moves the day; a recommended one is remembered for our next act."""
        truth = self.ask.guard(move.guard)
        self.at += 1
        if not truth.value:
            return
        found = self.term(move.deadline)
        self.tell_term(
            found, "advice" if move.advised else "wait", "", "recommended" if move.advised else "last day taken"
        )
        due = found.due or self.state.today.plus(self.plan.stages[self.stage].label.text())
        due = replace(due, latest=False)
        if move.advised:
            if self.recommended is None or due.day > self.recommended[0].day:
                self.recommended = (due, move.cite)
            return
        self.state.today = self.later(self.state.today, due)
        self.step("wait", f"wait {found.rule}", self.state.today, why=self.counted(found), cites=[move.cite])

    @staticmethod
    def counted(found: Term) -> list[str]:
        return [line.what for line in found.count.lines] if found.count else [found.rule]

    # ── acts ────────────────────────────────────────────────────────────────────────────────────

    def act(self, move: Act) -> None:
        truth = self.ask.guard(move.guard)
        if truth.value is None:
            raise Divide(self.question([*move.guard.when, *move.guard.unless], [(move.guard.when, move.guard.unless)]))
        if truth.value is False:
            self.at += 1
            return
        if move.owner == "the law":
            self.law(move)
        elif move.ways:
            self.branch(move)
        else:
            self.plain(move)

    def law(self, move: Act) -> None:
        """The facts decide."""
        self.use_rights(self.plan.stages[self.stage])
        rest = [way for way in move.ways if way.label.name == "otherwise"]
        for way in move.ways:
            if way in rest:
                continue
            truth = self.ask.guard(way.guard)
            if truth.value is None:
                raise Divide(
                    self.question(
                        [*way.guard.when, *way.guard.unless], [(w.guard.when, w.guard.unless) for w in move.ways]
                    )
                )
            if truth.value:
                self.decide(move, way, self.state.today, [self.reason(way.guard)])
                return
            self.close(self.way_words(way), self.why_closed(way.guard), self.reopens(way.guard), way.cite)
        self.decide(move, rest[0], self.state.today, ["none of the conditions above holds"])

    def reason(self, guard: Guard) -> str:
        return self.ask.because(guard.when, wanted=True) if guard.when else guard.words()

    def why_closed(self, guard: Guard) -> str:
        if guard.when and all_of(self.ask.test(test) for test in guard.when).value is False:
            return self.ask.because(guard.when, wanted=False)
        if guard.unless:
            return self.ask.because(guard.unless, wanted=True)
        return f"not in force on {self.state.today.day}"

    def reopens(self, guard: Guard) -> list[str]:
        return self.ask.reopeners(guard.when)

    def way_words(self, way: Edge) -> str:
        """`Notary or court?: goes to court`."""
        return f"{self.plan.label(way.stage).text()}: {way.label.text()}"

    def decide(self, move: Act, way: Edge, day: When, why: list[str]) -> None:
        actor = self.plan.parties[move.party].label.text() if move.party else "the law"
        label = "" if way.label.name in ("otherwise",) else f" {way.label.text()}"
        text = (
            f"{actor}{label} → {self.plan.label(way.target).text()}"
            if label
            else f"{actor} → {self.plan.label(way.target).text()}"
        )
        self.step("branch", text, day, move.party, move.owner, way.label.name, way.target, why, [way.cite, move.cite])
        self.take(way, day)

    def next_choice(self, stage: str) -> str:
        chosen = self.case.choices.get(stage, ())
        at = self.taken.get(stage, 0)
        return chosen[at] if at < len(chosen) else ""

    def plain(self, move: Act) -> None:
        """An act without a branch: it happens, unless its term is missed."""
        deadline = self.term(move.clock.deadline) if move.clock and move.clock.deadline else None
        if move.missed and self.next_choice(self.stage) == "missed":
            self.taken[self.stage] = self.taken.get(self.stage, 0) + 1
            self.miss(move, move.missed, deadline)
            return
        day, why, earliest = self.day_of(move, deadline)
        if move.missed and deadline and deadline.due and deadline.due.exact and day.day > deadline.due.day:
            self.miss(move, move.missed, deadline)
            return
        self.check_rights(day)
        fees, papers = self.hand_over(move, day)
        self.state.today = self.later(self.state.today, day) if not day.exact else day
        self.tell_clock(move, deadline, day)
        self.step(
            "act", self.act_words(move), day, move.party, move.owner, "", "", why, [move.cite], earliest, fees, papers
        )
        self.at += 1

    def act_words(self, move: Act) -> str:
        """`Claimant sends Claim letter to Debtor`."""
        actor = self.plan.parties[move.party].label.text()
        thing = self.plan.label(move.document or move.fee).text() if move.document or move.fee else ""
        to = f" to {self.plan.parties[move.addressee].label.text()}" if move.addressee else ""
        return " ".join(part for part in (actor, move.verb.replace("_", " "), thing) if part) + to

    def tell_clock(self, move: Act, deadline: Term | None, day: When) -> None:
        if deadline is None:
            if move.clock and move.clock.not_stated:
                self.log.not_stated[f"{self.stretch(move)}: not stated in {move.clock.not_stated}"] = None
            return
        kind: TimeKind = "limit" if move.owner == "court or chance" else "deadline"
        status = "met" if move.owner == "we" or not day.latest else "last day taken"
        named = self.plan.deadlines[deadline.deadline].named
        self.tell_term(deadline, kind, move.party, status, "" if named else self.act_words(move))

    def miss(self, move: Act, edge: Edge, deadline: Term | None) -> None:
        """The day after the last day."""
        due = deadline.due if deadline else None
        day = replace(due, day=due.day + ONE_DAY, latest=False) if due else self.state.today.plus(self.stretch(move))
        day = (
            self.later(self.state.today, day) if not day.exact else replace(day, day=max(day.day, self.state.today.day))
        )
        given = self.given_day(f"end of {self.stage}")
        day = given or day
        self.check_rights(day)
        if deadline:
            self.tell_term(deadline, "limit" if move.owner == "court or chance" else "deadline", move.party, "missed")
        actor = self.plan.parties[move.party].label.text()
        words = f"{actor} lets the term pass → {self.plan.label(edge.target).text()}"
        why = self.counted(deadline) if deadline else []
        self.step("branch", words, day, move.party, move.owner, "missed", edge.target, why, [edge.cite, move.cite])
        self.take(edge, day)

    def stretch(self, move: Act) -> str:
        """How an unstated length is called: `Economic court: Hearing`."""
        return f"{self.plan.parties[move.party].label.text()}: {self.plan.stages[self.stage].label.text()}"

    def day_of(self, move: Act, deadline: Term | None) -> tuple[When, list[str], When | None]:
        """On which day an act happens, why, and (after a recommended wait) when it could have happened."""
        today = self.state.today
        moment = (
            f"{ACTS.get(move.verb, '')} of {move.document or move.fee}"
            if move.document or move.fee
            else f"end of {self.stage}"
        )
        given = self.given_day(moment)
        if given is not None:
            self.recommended = None
            return given, [f"{given.day}: told by the case"], None
        receipt = self.case.events.get(f"receipt of {move.document}") if move.document and move.addressee else None
        if move.owner == "we":
            first = self.working(today)
            why = [f"{with_weekday(today.day)} is a day off: the next working day"] if first.day != today.day else []
            if receipt is not None and receipt < first.day and first.exact:
                if receipt < self.state.events[f"start of {self.stage}"].day:
                    raise Refusal(
                        "impossible-history",
                        f"receipt of {move.document} cannot be on {receipt}: the road is there on {first.day}",
                    )
                return When(receipt), ["on the day of its receipt, told by the case"], None
            if self.recommended and self.recommended[0].day > first.day:
                wanted, cite = self.recommended
                self.recommended = None
                chosen = self.working(replace(wanted, stretches=first.stretches or wanted.stretches))
                return chosen, [*why, f"after the recommended wait to {wanted.day} [{cite}]"], first
            self.recommended = None
            return replace(first, latest=False), why, None
        paced = self.paced(self.stage, self.state.events[f"start of {self.stage}"])
        if paced is not None and not (move.clock and move.clock.at_once):
            return self.working(self.later(today, paced)), [paced.assumed], None
        clock = move.clock or Clock(at_once=True)
        if clock.at_once:
            day = self.working(today) if move.owner == "court or chance" else today
            return replace(day, latest=False) if day.day != today.day else day, [], None
        if deadline is None or deadline.due is None:
            silence = clock.not_stated or (
                ", ".join(deadline.length.sources) if deadline and isinstance(deadline.length, NotStated) else ""
            )
            reason = (
                f"how long it takes is not stated in {silence}"
                if silence
                else f"{deadline.rule if deadline else ''}: not known"
            )
            return today.plus(self.stretch(move)), [reason], None
        day = deadline.due
        if day.day < today.day:
            return replace(today, latest=False), [f"its last day, {day.day}, has passed already"], None
        return day, self.counted(deadline), None

    def hand_over(self, move: Act, day: When) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The paper changes hands, the fee is paid: moments, papers, sums."""
        fees: tuple[str, ...] = ()
        papers: tuple[str, ...] = ()
        if move.fee:
            self.state.today = day if day.exact else self.later(self.state.today, day)
            self.state.events[f"payment of {move.fee}"] = day
            found = self.pay(move, day)
            fees = (f"{self.plan.label(move.fee).text()}: {show(found.amount)}",)
        if move.document:
            self.state.events[f"{ACTS[move.verb]} of {move.document}"] = day
            self.state.told[move.document] = True
            if move.addressee:
                self.receive(move, day)
            papers = (move.document,)
            self.paper(move)
        return fees, papers

    def receive(self, move: Act, day: When) -> None:
        """The addressee gets the paper: on the day told, by the pace of practice, else (said so) at once."""
        event = f"receipt of {move.document}"
        given = self.case.events.get(event)
        if given is not None:
            if day.exact and not day.latest and not day.assumed and given < day.day:
                raise Refusal("impossible-history", f"{event} cannot be on {given}: it is sent on {day.day}")
            self.state.events[event] = When(given)
            return
        paced = self.paced(event, day)
        if paced is not None:
            self.state.events[event] = paced
            return
        title = self.plan.label(move.document).text()
        self.state.events[event] = replace(
            day, assumed=f"receipt of “{title}” taken on the day it is sent", latest=False
        )
        if self.counts_from(event):
            self.log.assumptions.append(
                f'{title}: received on the day it is sent; set the real day with --set "{event}=YYYY-MM-DD"'
            )

    def counts_from(self, event: str) -> bool:
        """Whether any term or version of the law depends on this moment."""
        for deadline in self.plan.deadlines.values():
            for start, _, _ in deadline.starts:
                if start.name == event:
                    return True
        return any(fee.governed is not None and fee.governed.name == event for fee in self.plan.fees.values())

    def pay(self, move: Act, day: When) -> Charge:
        fee = self.plan.fees[move.fee]
        filing = fee.governed.name if fee.governed is not None and fee.governed.op == "moment" else ""
        if filing and filing not in self.state.events:
            self.state.events[filing] = self.expected(filing, day)
            found = charge(fee, self.ask, day)
            del self.state.events[filing]
        else:
            found = charge(fee, self.ask, day)
        self.charged[move.fee] = found
        self.log.bands.add((move.fee, found.line))
        remarks = tuple(self.remark(r) for r in fee.remarks if self.ask.guard(r.guard).value)
        self.log.fees.append(
            FeeEntry(
                id=move.fee, title=fee.label.text(), amount=amount_record(found.amount), band=found.band,
                arithmetic=found.arithmetic + remarks, payer=move.party, bearer=found.bearer, due=day_record(day),
                stage=self.stage, sources=source_records(*found.cites),
            )
        )  # fmt: skip
        payer = self.plan.parties[move.party].label.text()
        total = self.log.totals.setdefault(f"Fees paid by {payer}", Sum(self.plan.frame.currency))
        total.add(fee.label.text(), found.amount)
        if isinstance(found.amount, NotStated):
            self.log.not_stated[f"{fee.label.text()}: {found.amount}"] = None
        return found

    def expected(self, event: str, day: When) -> When:
        """A filing that follows its payment in the same stage: on the day told, else on the day of payment."""
        given = self.case.events.get(event)
        return When(given) if given is not None else day

    def paper(self, move: Act) -> None:
        """What the paper must contain and carry with it, and what of that is there."""
        document = self.plan.documents[move.document]

        def content(name: str, text: str) -> Content:
            told = self.state.told.get(name)
            status = "have" if told is True else "missing" if told is False else "not told"
            return Content(id=name, text=text, status=status)  # type: ignore[arg-type]

        contents = tuple(
            content(i.label.name, i.label.text())
            for i in document.contents
            if self.ask.guard(i.guard).value is not False
        )
        attached = tuple(
            content(name, self.plan.label(name).text())
            for name, guard, _ in document.attached
            if self.ask.guard(guard).value is not False
        )
        copies = next((number for number, guard, _ in document.copies if self.ask.guard(guard).value), 1)
        self.log.documents.append(
            DocumentEntry(
                id=move.document, title=document.label.text(), stage=self.stage, supplier=document.supplier or move.party,
                addressee=move.addressee, copies=copies, form=tuple(f.text() for f in document.forms if self.ask.guard(f.guard).value),
                contents=contents, attached=attached,
                notes=tuple(self.remark(r) for r in document.remarks if self.ask.guard(r.guard).value),
                sources=source_records(document.cite),
            )
        )  # fmt: skip

    # ── branches ────────────────────────────────────────────────────────────────────────────────

    def branch(self, move: Act) -> None:
        """Somebody takes one of several ways."""
        stage = self.plan.stages[self.stage]
        self.use_rights(stage)
        deadline = self.term(move.clock.deadline) if move.clock and move.clock.deadline else None
        chosen = self.next_choice(self.stage)
        if chosen == "missed" and move.missed:
            self.taken[self.stage] = self.taken.get(self.stage, 0) + 1
            self.miss(move, move.missed, deadline)
            return
        if chosen:
            way, why, assumed = self.chosen_way(move, chosen), ["chosen for this case"], cast(tuple[Edge, ...], ())
        else:
            way, why, assumed = self.quiet_way(move)
        if assumed and self.case.stop_at_open:
            self.log.at, self.log.because = self.stage, f"open: {stage.label.text()}"
            return
        if assumed:
            self.log.open_branches.append(
                Open(self.stage, self.visits[self.stage], len(self.log.steps), move.owner, way.label.name, assumed)
            )
        if way is move.missed:
            self.miss(move, way, deadline)
            return
        day, reasons, earliest = self.day_of(move, deadline)
        self.check_rights(day)
        if chosen:
            self.taken[self.stage] = self.taken.get(self.stage, 0) + 1
        fees, papers = self.hand_over(move, day)
        self.tell_clock(move, deadline, day)
        actor = self.plan.parties[move.party].label.text()
        thing = f" ({self.plan.label(move.document or move.fee).text()})" if move.document or move.fee else ""
        text = f"{actor} {way.label.text()}{thing} → {self.plan.label(way.target).text()}"
        self.step(
            "branch", text, day, move.party, move.owner, way.label.name, way.target, [*why, *reasons], [way.cite, move.cite],
            earliest, fees, papers,
        )  # fmt: skip
        self.take(way, day)

    def chosen_way(self, move: Act, label: str) -> Edge:
        """The way the case names, refused where the law has closed it."""
        way = next((one for one in move.ways if one.label.name == label), None)
        if way is None:
            raise Refusal(
                "unknown-outcome",
                f"`{self.stage}` has no way called `{label}`",
                did_you_mean(label, ways_of(self.plan, self.stage)),
            )
        if self.ask.guard(way.guard).value is False:
            because, reopens = self.why_closed(way.guard), self.opens(self.reopens(way.guard))
            raise Refusal(
                "closed-way",
                f"{self.stage}={label} is closed: {because}",
                "; ".join(reopens).capitalize() or "Choose another way.",
            )
        for other in move.ways:
            if other is not way and self.ask.guard(other.guard).value is False:
                self.close(self.way_words(other), self.why_closed(other.guard), self.reopens(other.guard), other.cite)
        return way

    def quiet_way(self, move: Act) -> tuple[Edge, list[str], tuple[Edge, ...]]:
        """The way taken when nobody decides, why, and the others that were open (none: it was the only one)."""
        order = list(move.ways)
        advised: list[str] = []
        if move.owner == "we":
            advice = [m for m in self.plan.stages[self.stage].moves if isinstance(m, Advice) and m.outcome]
            advised = [m.outcome for m in advice if self.ask.guard(m.remark.guard).value]
            order.sort(key=lambda way: way.label.name not in advised)
        elif move.owner == "the other side" and move.missed:
            order.insert(0, move.missed)
        truths = {id(way): self.ask.guard(way.guard) for way in order}
        for way in order:
            truth = truths[id(way)]
            if truth.value is None:
                raise Divide(
                    self.question([*way.guard.when, *way.guard.unless], [(w.guard.when, w.guard.unless) for w in order])
                )
            if truth.value:
                break
        else:
            reasons = "; ".join(self.why_closed(w.guard) for w in order)
            raise Refusal(
                "no-way",
                f"every way at `{self.stage}` is closed: {reasons}",
                "; ".join(self.opens(r for w in order for r in self.reopens(w.guard))),
            )
        for other in order:
            if truths[id(other)].value is False:
                self.close(self.way_words(other), self.why_closed(other.guard), self.reopens(other.guard), other.cite)
        others = [w for w in order if w is not way and truths[id(w)].value is not False]
        if move.missed and move.missed not in order and move.owner != "we":
            others.append(move.missed)
        if not others:
            return way, ["the only way open"], ()
        why = "advised" if way.label.name in advised else {
            "we": "assumed: the first way open to us", "the other side": "assumed: the other side stays silent",
            "court or chance": "assumed: the first outcome listed",
        }[move.owner]  # fmt: skip
        return way, [why], tuple(others)

    # ── questions ───────────────────────────────────────────────────────────────────────────────

    def question(self, tests: list[Test], guards: list[tuple[tuple[Test, ...], tuple[Test, ...]]]) -> list[Supposition]:
        """The first undecided test as a question with the answers that matter here."""
        for leaf in self.leaves(tests):
            fact = self.plan.facts.get(leaf.subject.name) if leaf.subject.op == "fact" else None
            if fact is not None and fact.kind.name == "yes or no":
                name = fact.label.name
                return [Supposition(name, "yes", value=True), Supposition(name, "no", value=False)]
            if fact is not None and fact.kind.name == "one of":
                groups = self.answers(fact.label.name, guards)
                if len(groups) > 1:
                    return groups
            name = leaf.subject.name or leaf.words
            return [
                Supposition(name, leaf.words, test=leaf.words, holds=True),
                Supposition(name, f"not: {leaf.words}", test=leaf.words),
            ]
        words = " and ".join(test.words for test in tests)
        return [Supposition(words, words, test=words, holds=True), Supposition(words, f"not: {words}", test=words)]

    def leaves(self, tests: Iterable[Test]) -> Iterable[Test]:
        """Undecided tests, rules followed down to the facts they rest on."""
        for test in tests:
            if self.ask.test(test).value is not None:
                continue
            if test.subject.op == "rule" and test.subject.name not in self.state.told and test.relation == "holds":
                rule = self.plan.rules[test.subject.name]
                for kind in ("except", "line"):
                    for clause in rule.clauses:
                        if clause.kind == kind and self.ask.guard(clause.guard).value is None:
                            yield from self.leaves([*clause.guard.when, *clause.guard.unless])
            else:
                yield test

    def answers(self, name: str, guards: list[tuple[tuple[Test, ...], tuple[Test, ...]]]) -> list[Supposition]:
        """The answers to a choice, those put together that decide the same here and leave the same open."""
        options = self.state.possible.get(name, frozenset(self.plan.facts[name].kind.options))
        groups: dict[tuple[object, ...], list[str]] = {}
        before = dict(self.state.possible)
        for option in self.plan.facts[name].kind.options:
            if option not in options:
                continue
            self.state.told[name] = option
            signature = tuple(
                (truth.value, truth.unknown)
                for when, unless in guards
                for part in (when, unless)
                for truth in [all_of(self.ask.test(test) for test in part)]
            )
            del self.state.told[name]
            groups.setdefault(signature, []).append(option)
        self.state.possible = before
        return [Supposition(name, " or ".join(group), frozenset(group)) for group in groups.values()]

    # ── calls, rights, ends ─────────────────────────────────────────────────────────────────────

    def call(self, move: Call) -> None:
        if self.ask.guard(move.guard).value is False:
            self.at += 1
            return
        self.use_rights(self.plan.stages[self.stage])
        procedure = self.plan.procedures[move.procedure]
        self.step("call", procedure.label.text(), self.state.today, target=procedure.entry, cites=[move.cite])
        self.frames = (*self.frames, Frame("call", self.stage, self.at))
        self.given_day(f"start of {move.procedure}")
        self.state.events[f"start of {move.procedure}"] = self.state.today
        self.enter(procedure.entry)

    def use_rights(self, stage: Stage) -> None:
        """Before a stage is left: the rights open during it are told, and one without a term is used at once."""
        for right in self.plan.rights.values():
            name = right.label.name
            if stage.label.name not in right.stages or self.ask.guard(right.edge.guard).value is False:
                continue
            self.tell_right(right)
            if name in self.armed and right.clock is None:
                self.fire(right, self.state.today)
        self.check_rights(self.state.today)

    def tell_right(self, right: Right) -> None:
        if (
            right.clock is None
            or not right.clock.deadline
            or any(d.id == right.clock.deadline for d in self.log.deadlines)
        ):
            return
        found = self.term(right.clock.deadline)
        if found.start is not None:
            title = f"{self.plan.parties[right.party].label.text()} may: {right.label.text()}"
            self.tell_term(found, "deadline", right.party, "open", title=title)

    def check_rights(self, day: When) -> None:
        """A right that is used on or before this day comes first."""
        for name in self.armed:
            right = self.plan.rights[name]
            if right.clock is None:
                continue
            if right.clock.not_stated:
                self.fire(
                    right, self.state.today.plus(f"{self.plan.parties[right.party].label.text()}: {right.label.text()}")
                )
            found = self.term(right.clock.deadline)
            if found.due is None:
                continue
            when = found.due if right.owner != "we" else self.state.today
            if when.day <= day.day:
                self.fire(right, when)

    def fire(self, right: Right, day: When) -> None:
        if self.ask.guard(right.edge.guard).value is False:
            del self.armed[right.label.name]
            raise Refusal(
                "closed-way", f"the right `{right.label.name}` is closed: {self.why_closed(right.edge.guard)}"
            )
        raise Interrupt(right, day)

    def interrupt(self, used: Interrupt) -> None:
        """Leave the road for a right; everything open where it interrupted is kept for `back`."""
        right, day = used.right, used.day
        del self.armed[right.label.name]
        level = next(
            (at for at, f in enumerate(self.frames) if f.kind == "call" and f.stage in right.stages), len(self.frames)
        )
        kept = Frame("right", self.stage, self.at, self.frames)
        self.frames = (*self.frames[:level], kept)
        day = day if day.day >= self.state.today.day or not day.exact else self.state.today
        text = f"{self.plan.parties[right.party].label.text()}: {right.label.text()} → {self.plan.label(right.edge.target).text()}"
        self.step(
            "right",
            text,
            day,
            right.party,
            right.owner,
            right.label.name,
            right.edge.target,
            ["chosen for this case"],
            [right.cite],
        )
        self.log.path.append(right.edge.id)
        self.state.today = day
        self.effects(right.edge)
        if right.edge.target == "back":
            self.back()
        else:
            self.enter(right.edge.target)

    def back(self) -> None:
        """Return to where the right interrupted; clocks have run on meanwhile."""
        at = max(i for i, f in enumerate(self.frames) if f.kind == "right")
        frame = self.frames[at]
        self.frames, self.stage, self.at = frame.below, frame.stage, frame.at

    def end(self, end: End) -> None:
        """An end of the main road is the end of the case; that of a sub-procedure leads on in its caller."""
        while self.frames and self.frames[-1].kind == "right":
            self.frames = self.frames[:-1]
        if self.frames:
            frame = self.frames[-1]
            self.frames = self.frames[:-1]
            self.state.events[f"end of {end.procedure}"] = self.state.today
            self.stage, self.at = frame.stage, frame.at
            call = cast(Call, self.plan.stages[frame.stage].moves[frame.at])
            way = next(one for one in call.ways if one.label.name == end.label.name)
            self.take(way, self.state.today)
            return
        self.stage = end.label.name
        self.log.status, self.log.at = "ended", end.label.name
        self.notes = self.practice = ()
        if end.recovers is not None:
            self.log.recovered = self.ask.value(end.recovers)
        self.step("end", end.label.text(), self.state.today, cites=[end.cite])
