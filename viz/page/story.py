"""Plan and trace → the story of a case: its stops in order, who does what at each, by when, for how much, and what is closed.

Every picture of a case is drawn from one story: the page, the timeline, the report.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Literal

from engine.records import Act, Plan
from engine.sums import Sum
from engine.trace import Amount, Assumption, Closed, Day, DeadlineEntry, FeeEntry, Overdue, Step, Trace, amount_words
from engine.values import Money, NotStated, Range, Unknown, Value, show
from procedure_dsl.wording import say, say_day, say_verb
from viz.clocks import has_happened
from viz.page.sources import Sources
from viz.words import words_of

TagKind = Literal["mine", "theirs", "limit", "wait", "advice", "practice", "not stated", "fee", "overdue"]
DeedKind = Literal["act", "decision", "closed", "right", "pass", "end"]


@dataclass(frozen=True, slots=True)
class Tag:
    """A term, a wait, a sum: what stands on it, and the numbers of its sources."""

    kind: TagKind
    words: str
    detail: str = ""  # the arithmetic, the count
    numbers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing that somebody does at a stop, or that is closed there. `lane` is the party in whose lane it stands."""

    name: str
    lane: str
    kind: DeedKind
    words: str
    whole: str = ""  # the sentence of the trace, for whoever points at it
    day: str = ""
    tags: tuple[Tag, ...] = ()
    others: tuple[str, ...] = ()  # the other ways that were open here
    numbers: tuple[str, ...] = ()
    happened: bool = False


@dataclass(frozen=True, slots=True)
class Stretch:
    """A term on the calendar. It is `critical` where it was waited out, so that every later day hangs on it."""

    stop: int
    kind: TagKind
    title: str
    length: str
    start: date | None
    due: date | None
    critical: bool
    stood: tuple[tuple[date, date], ...] = ()  # when its clock did not run


@dataclass(frozen=True, slots=True)
class Stop:
    """The case comes to a stage: one column of the page."""

    number: int
    stage: str
    title: str
    deeds: tuple[Deed, ...]
    cost: str = ""  # what we have paid when it is over; "" where it adds nothing
    track: str = ""
    done: bool = False
    is_next: bool = False
    first: date | None = None  # the day on which it begins, and that on which it is over; each may be but a bound
    last: date | None = None
    bound: bool = False

    @property
    def day(self) -> str:
        """The one day of all that is done here; "" where there are several."""
        days = {deed.day for deed in self.deeds if deed.day}
        return days.pop() if len(days) == 1 else ""

    @property
    def last_day(self) -> str:
        """The day on which it is over."""
        return next((deed.day for deed in reversed(self.deeds) if deed.day), "")

    @property
    def is_end(self) -> bool:
        return any(deed.kind == "end" for deed in self.deeds)


@dataclass(frozen=True, slots=True)
class Lane:
    """Who acts, and on which side."""

    party: str
    title: str
    owner: str


@dataclass(frozen=True, slots=True)
class Next:
    """What is to be done next, by whom, by when."""

    words: str
    day: str
    ours: bool
    stop: int
    then: str = ""  # the first thing of ours behind it, where it is not ours


@dataclass(frozen=True, slots=True)
class Fork:
    """One answer to what nobody told, and where the case ends under it."""

    answers: tuple[str, ...]
    ends: str
    day: str
    totals: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Story:
    place: str
    title: str
    outcome: str
    because: str
    day: str
    totals: tuple[tuple[str, str], ...]
    stops: tuple[Stop, ...]
    lanes: tuple[Lane, ...]
    next: Next | None
    stretches: tuple[Stretch, ...] = ()
    forks: tuple[Fork, ...] = ()
    ask_first: str = ""  # where the road divides too often: the question that would prune most
    assumptions: tuple[str, ...] = ()
    overdue: tuple[str, ...] = ()
    not_stated: tuple[str, ...] = ()
    sources: Sources = field(default_factory=Sources)


def tell(plan: Plan, trace: Trace) -> Story:
    """The story of a trace, in the language of the answer."""
    return _Teller(plan, trace).story()


class _Teller:
    def __init__(self, plan: Plan, trace: Trace) -> None:
        self.plan, self.trace = plan, trace
        self.sources = Sources(plan)
        self.open: dict[str, list[Assumption]] = {}
        for one in trace.assumptions:
            if one.stage:
                self.open.setdefault(one.stage, []).append(one)
        with_fees = [step.id for step in trace.steps if step.fees]
        self.fees = dict(zip(with_fees, trace.fees, strict=False))
        self.terms: dict[str, list[DeadlineEntry]] = {}
        for term in trace.deadlines:
            self.terms.setdefault(term.step, []).append(term)
        self.told_closed: set[Closed] = set()
        self.told_rights: set[str] = set()
        self.late: dict[str, Overdue] = {one.deadline: one for one in trace.overdue}
        self.known = max((int(step.id) for step in trace.steps if step.happened), default=0)  # behind it all is over
        self.latest = {step.id: step.date.exact for step in trace.steps if step.date.latest and step.date.exact}
        self.ours = {name for name, party in plan.parties.items() if party.owner == "we"}
        self.paid = Sum(plan.frame.currency)

    def story(self) -> Story:
        trace, plan = self.trace, self.plan
        stops = [self.stop(number, steps) for number, steps in enumerate(_stops(trace.steps), 1)]
        coming = self.next(stops)
        if coming:
            stops[coming.stop - 1] = replace(stops[coming.stop - 1], is_next=True)
        acting = {deed.lane for stop in stops for deed in stop.deeds}
        lanes = [Lane(name, party.label.text(), party.owner) for name, party in plan.parties.items() if name in acting]
        lanes.sort(key=lambda lane: ("we", "the other side", "court or chance").index(lane.owner))
        main = plan.procedures[plan.main].label.text() if plan.main else ""
        outcome = trace.outcome
        return Story(
            place=": ".join(part for part in (plan.frame.label.text(), main) if part),
            title=trace.case.title or main, outcome=outcome.title, because=outcome.because, day=day_words(outcome.day),
            totals=tuple((total.what, total.text) for total in trace.totals),
            stops=tuple(stops), lanes=tuple(lanes), next=coming, stretches=tuple(self.stretches(stops)),
            forks=tuple(
                Fork(
                    tuple(answer.text for answer in way.when), way.trace.outcome.title, day_words(way.trace.outcome.day),
                    tuple((total.what, total.text) for total in way.trace.totals),
                )
                for way in outcome.ways
            ),
            ask_first=self.plan.label(outcome.ask_first).text() if outcome.ask_first else "",
            assumptions=tuple(self.assumption(one) for one in trace.assumptions),
            overdue=tuple(
                say("{title}: was due {day}", title=one.title, day=one.due) + (f" → {one.consequence}" if one.consequence else "")
                for one in trace.overdue
            ),
            not_stated=trace.not_stated, sources=self.sources,
        )  # fmt: skip

    # ── stops ───────────────────────────────────────────────────────────────────────────────────

    def stop(self, number: int, steps: list[Step]) -> Stop:
        stage = steps[0].stage
        deeds: list[Deed] = []
        lane = self.first_lane(stage)
        for step in steps:
            made = self.deed(step, lane)
            lane = made.lane
            deeds.append(made)
            deeds += self.apart(step)
        last = max((at for at, deed in enumerate(deeds) if deed.kind in ("act", "decision", "pass")), default=-1)
        deeds[last + 1 : last + 1] = [*self.closed_ways(stage, lane)]
        before = str(self.paid)
        for step in steps:
            if step.id in self.fees:
                self.pay(self.fees[step.id])
        title = steps[0].title or self.plan.label(stage).text()
        return Stop(
            number, stage, title, tuple(deeds), str(self.paid) if str(self.paid) != before else "",
            steps[0].track.replace("_", " "), int(steps[-1].id) <= self.known, False,
            _known(steps[0].date), _known(steps[-1].date), any(step.date.not_before is not None for step in steps),
        )  # fmt: skip

    def first_lane(self, stage: str) -> str:
        """The party that acts first at a stage; where nobody does, our side."""
        found = self.plan.stages.get(stage)
        acts = [move for move in found.moves if isinstance(move, Act) and move.party] if found else []
        if acts:
            return acts[0].party
        return next(iter(sorted(self.ours)), next(iter(self.plan.parties), ""))

    def deed(self, step: Step, lane: str) -> Deed:
        kind: DeedKind = {"branch": "decision", "closed": "closed", "end": "end", "call": "pass", "onward": "pass", "wait": "pass"}.get(step.kind, "act")  # type: ignore[assignment]  # fmt: skip
        if step.kind in ("onward", "wait") and step.actor:
            kind = "act"
        return Deed(
            f"step-{step.id}", step.actor or lane, kind, self.words(step), step.text, day_words(step.date),
            tuple(self.tags(step)), self.others(step) if kind == "decision" else (),
            self.sources.numbers(step.sources), step.happened,
        )  # fmt: skip

    def words(self, step: Step) -> str:
        """What is done, without who does it: the lane says that."""
        act = self.act_of(step)
        if act is not None:
            verb = say_verb(act.verb)
            paper = self.plan.label(act.document or act.fee).text()
            return capital(f"{verb}: {paper}")
        if step.kind == "wait" and step.id in self.terms:
            return capital(self.terms[step.id][0].title)  # its tag says how long and until when
        text = step.text
        if step.actor:
            text = text.removeprefix(self.plan.label(step.actor).text()).lstrip(": ")
        if step.target:
            text = text.removesuffix(f" → {self.plan.label(step.target).text()}")
        return capital(text)

    def act_of(self, step: Step) -> Act | None:
        """The sentence of the plan that a plain act carries out, where it hands over a paper or money."""
        stage = self.plan.stages.get(step.stage)
        if stage is None or step.kind not in ("act", "onward"):
            return None
        for move in stage.moves:
            if isinstance(move, Act) and move.party == step.actor:
                if move.document and move.document in step.documents:
                    return move
                if move.fee and step.id in self.fees and self.fees[step.id].id == move.fee:
                    return move
        return None

    def tags(self, step: Step) -> Iterator[Tag]:
        for term in self.terms.get(step.id, ()):
            if not self.stands_apart(term, step):
                yield self.term(term)
        if step.id in self.fees:
            yield self.fee(self.fees[step.id])
        if step.earliest and step.earliest.exact and step.earliest != step.date:
            yield Tag("advice", say("open from {day}", day=step.earliest.exact))

    def stands_apart(self, term: DeadlineEntry, step: Step) -> bool:
        """A term of somebody who does not act at this step belongs into the lane of its own party."""
        return bool(term.owner) and bool(step.actor or step.kind in ("call", "closed")) and term.owner != step.actor

    def apart(self, step: Step) -> Iterator[Deed]:
        """What others may do meanwhile, each in a lane of its own."""
        rights = {right.id: right for right in self.trace.rights}
        for term in self.terms.get(step.id, ()):
            if not self.stands_apart(term, step):
                continue
            right = next((r for r in rights.values() if r.stage == step.stage and self.clock_of(r.id) == term.id), None)
            words = right.title.partition(": ")[2] or right.title if right else term.title
            if right:
                self.told_rights.add(right.id)
                words = say("may: {act}", act=words)
            yield Deed(
                f"term-{step.id}-{term.id}", term.owner, "right", capital(words), term.title, "", (self.term(term),), (),
                self.sources.numbers(right.sources if right else ()),
            )  # fmt: skip

    def clock_of(self, right: str) -> str:
        clock = self.plan.rights[right].clock
        return clock.deadline if clock else ""

    def term(self, term: DeadlineEntry) -> Tag:
        """Whose time it is, how long, until when."""
        kind: TagKind = ("mine" if term.ours else "theirs") if term.kind == "deadline" else term.kind
        numbers = self.sources.numbers(term.sources)
        due = term.due
        if due is None or not due.exact:
            if any(term.length == show(NotStated((source,))) for source in self.plan.sources):
                return Tag("not stated", say("time not stated"), term.title, numbers)
            return Tag(kind, term.rule, term.title, numbers)
        if term.id in self.late:
            return Tag("overdue", say("overdue since {day}", day=due.exact), term.title, numbers)
        if term.kind in ("wait", "advice"):
            words = say("wait {length}: until {day}", length=term.length, day=due.exact)
        elif term.step in self.latest and self.latest[term.step] == due.exact:
            words = term.length  # the day of the deed is its last day
        else:
            words = say("{length}: by {day}", length=term.length, day=due.exact)
        named = self.plan.deadlines[term.id].named and term.ours
        words = "; ".join((words, *has_happened(term, words_of(), say_day)))
        return Tag(kind, words, term.title if named else "", numbers)

    def fee(self, fee: FeeEntry) -> Tag:
        """A sum with its arithmetic."""
        amount = amount_words(fee.amount)
        how = next((line for line in reversed(fee.arithmetic) if "=" in line), "")
        worked, _, result = how.rpartition(" = ")
        words = f"{amount} = {worked}" if worked and result.strip() == amount else amount
        if fee.kind == "return":
            words = say("comes back: {amount}", amount=words)
        return Tag("fee", words, fee.title, self.sources.numbers(fee.sources))

    def pay(self, fee: FeeEntry) -> None:
        """Add to what our side has paid."""
        returns = fee.kind == "return"
        who = fee.receiver if returns else fee.payer
        if who and self.plan.person(who) in self.ours:
            self.paid.add(self.plan.label(fee.id).text(), value_of(fee.amount), less=returns)

    def others(self, step: Step) -> tuple[str, ...]:
        """The ways that were open beside the one taken."""
        waiting = self.open.get(step.stage, [])
        for at, one in enumerate(waiting):
            if one.option == step.option:
                del waiting[at]
                return tuple(f"{other.title}{f' ({other.odds})' if other.odds else ''}" for other in one.alternatives)
        return ()

    def closed_ways(self, stage: str, lane: str) -> Iterator[Deed]:
        """Roads that are closed at this stage, told at the first visit; with why, and what opens them."""
        title = self.plan.label(stage).text()
        for at, one in enumerate(self.trace.closed):
            if one.stage != stage or one in self.told_closed:
                continue
            self.told_closed.add(one)
            if one.road == title:  # the step that was turned away says it
                continue
            road = one.road.removeprefix(f"{title}: ")
            why = say("closed: {because}", because=one.because)
            opens = say("opens if: {what}", what="; ".join(one.reopens)) if one.reopens else ""
            words = f"{capital(road)} – {why}"
            yield Deed(
                f"closed-{at}", lane, "closed", words, f"{one.road}: {why}", "",
                (), (opens,) if opens else (), self.sources.numbers(one.sources),
            )  # fmt: skip

    def stretches(self, stops: list[Stop]) -> Iterator[Stretch]:
        """Every term of the answer, in the order of the road."""
        at = {deed.name.removeprefix("step-"): stop.number for stop in stops for deed in stop.deeds}
        days = {step.id: step.date for step in self.trace.steps}
        for term in self.trace.deadlines:
            tag = self.term(term)
            due = term.due.exact if term.due else None
            on = days[term.step].exact if term.step in days else None
            waited = due is not None and on is not None and on >= due and term.status not in ("met", "open")
            later = (
                other.due.exact
                for other in self.trace.deadlines
                if other.due and at.get(other.step) == at.get(term.step) and other.status not in ("met", "open")
            )
            waited = waited and not any(other and due and other > due for other in later)
            length = "; ".join((term.length, *has_happened(term, words_of(), say_day)))
            stood = tuple(
                (one.since, one.until) for one in term.clock if one.kind == "stands still" and one.since and one.until
            )
            yield Stretch(
                at.get(term.step, 0), tag.kind, term.title, length, term.start.exact or term.start.not_before if term.start else None, due,
                waited or (term.status == "recommended" and due is not None), stood,
            )  # fmt: skip

    # ── what comes next ─────────────────────────────────────────────────────────────────────────

    def next(self, stops: list[Stop]) -> Next | None:
        """The first step that nobody tells as done; behind one of somebody else's, the first of ours."""
        ahead = [
            s for s in self.trace.steps[self.known :] if s.actor and s.kind in ("act", "branch", "onward", "right")
        ]
        if not ahead:
            return None
        first = ahead[0]
        ours = next((step for step in ahead if self.plan.person(step.actor) in self.ours), None)
        at = next(stop.number for stop in stops if any(d.name == f"step-{first.id}" for d in stop.deeds))
        is_ours = first is ours
        then = f"{self.sentence(ours)} – {day_words(ours.date)}" if ours is not None and not is_ours else ""
        return Next(self.sentence(first), day_words(first.date), is_ours, at, then)

    def sentence(self, step: Step) -> str:
        return step.text.removesuffix(f" → {self.plan.label(step.target).text()}") if step.target else step.text

    @staticmethod
    def assumption(one: Assumption) -> str:
        if not one.alternatives:
            return one.text
        others = "; ".join(f"{other.title} → {other.ends}" for other in one.alternatives)
        return say("{what}; or: {others}", what=one.text, others=others)


def _stops(steps: Iterable[Step]) -> Iterator[list[Step]]:
    """Steps that follow one another at one stage and in one track; coming back to it is another stop."""
    stop: list[Step] = []
    for step in steps:
        leaves = bool(stop) and stop[-1].kind in ("branch", "onward") and bool(stop[-1].target)
        if stop and (leaves or (step.stage, step.track) != (stop[-1].stage, stop[-1].track)):
            yield stop
            stop = []
        stop.append(step)
    if stop:
        yield stop


def _known(day: Day) -> date | None:
    return day.exact or day.not_before


def value_of(amount: Amount) -> Value:
    """The value that an amount of the answer was written from, as far as sums need it."""
    currency = amount.currency or ""
    if amount.amount is not None:
        return Money(Decimal(amount.amount), currency)
    if amount.least is not None and amount.most is not None:
        return Range(Money(Decimal(amount.least), currency), Money(Decimal(amount.most), currency), ())
    return NotStated((amount.not_stated,)) if amount.not_stated else Unknown(amount.unknown or ())


def day_words(day: Day | None) -> str:
    """A day; the last of a term; or not before one."""
    if day is None:
        return ""
    if day.not_before:
        return say("not before {day}", day=day.not_before)
    if day.exact is None:
        return ""
    return say("{day} at the latest", day=day.exact) if day.latest else say_day(day.exact)


def capital(words: str) -> str:
    return words[:1].upper() + words[1:]
