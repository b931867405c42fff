"""What a walk writes down: the trace as it grows, one record for each thing that happened, was owed or was closed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from copy import copy
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, cast

from engine.aloud import guard_aloud
from engine.calendar import Calendar, with_weekday
from engine.evaluate import Evaluator
from engine.fees import Charge
from engine.questions import Supposition
from engine.records import Act, Cite, Deadline, Edge, Guard, Plan, Remark, Right, TimeKind
from engine.sums import Sum
from engine.terms import Term
from engine.trace import (
    Closed,
    Content,
    DeadlineEntry,
    DocumentEntry,
    FeeEntry,
    RightEntry,
    Step,
    amount_record,
    amount_words,
    clock_records,
    day_record,
    in_force_records,
    source_records,
)
from engine.values import NotStated, Unknown, Value, When, show
from procedure_dsl.wording import phrase, say, say_many, spoken

OF_STAGE = {"wait": phrase("{stage}: waiting period"), "advice": phrase("{stage}: recommended wait")}


@dataclass(frozen=True, slots=True)
class Open:
    """A branch that nothing decided: where, which way the quiet way took, and which others were open."""

    stage: str
    earlier: tuple[str, ...]  # what was taken there before, so that a choice meets the right visit
    owner: str
    option: str
    others: tuple[Edge, ...]


Side = Literal["paid", "received", "returned"]


class Log:
    """The answer of one walk. `stage` is where the walk is; what it remarks there stands with its first event."""

    def __init__(self, plan: Plan, ask: Evaluator, calendar: Calendar) -> None:
        self.plan, self.ask, self.calendar = plan, ask, calendar
        self.stage = ""
        self.track = ""  # of several walks at the same time the one at hand
        self.notes: tuple[str, ...] = ()
        self.practice: tuple[str, ...] = ()
        self.steps: list[Step] = []
        self.deadlines: list[DeadlineEntry] = []
        self.without_length: set[str] = set()  # of terms: a source does not state it
        self.fees: list[FeeEntry] = []
        self.documents: list[DocumentEntry] = []
        self.closed: list[Closed] = []
        self.rights: list[RightEntry] = []
        self.used_rights: set[str] = set()
        self.assumptions: list[str] = []
        self.open_branches: list[Open] = []
        self.not_stated: dict[str, None] = {}
        self.path: list[str] = []  # the ways taken, in order
        self.totals: dict[tuple[Side, str], Sum] = {}  # by what a party did with the money
        self.charged: dict[str, Charge] = {}
        self.charges: list[tuple[Charge, Act]] = []  # beside each entry of `fees`
        self.borne: set[tuple[str, int]] = set()  # (fee, line) of the bearers that an expectation found
        self.bands: set[tuple[str, int]] = set()  # (fee, line) of the bands that decided
        self.status = "open"
        self.at = ""
        self.because = ""
        self.recovered: Value | None = None
        self.divides: tuple[Supposition, ...] = ()
        self.hangs: dict[
            str, dict[tuple[str, str], None]
        ] = {}  # what nobody told → the fees, terms, sums that hang on it

    def copy(self) -> Log:
        """One that can go on in another way."""
        other = copy(self)
        for name, value in vars(self).items():
            if isinstance(value, list | dict | set):
                setattr(other, name, copy(value))
        other.totals = {name: copy(total) for name, total in self.totals.items()}
        for total in other.totals.values():
            total.known, total.not_stated, total.unknown = (
                dict(total.known),
                list(total.not_stated),
                list(total.unknown),
            )
        return other

    # ── events ──────────────────────────────────────────────────────────────────────────────────

    def step(
        self, kind: str, text: str, day: When, party: str = "", owner: str = "", option: str = "", target: str = "",
        why: Iterable[str] = (), cites: Iterable[Cite | None] = (), earliest: When | None = None,
        fees: tuple[str, ...] = (), documents: tuple[str, ...] = (), happened: bool = False, law: Iterable[Guard] = (),
    ) -> None:  # fmt: skip
        """One event. `law` are the sentences it stands on, of which some may have several versions."""
        stage = self.plan.stages.get(self.stage)
        versions = [("", self.ask.version(guard)) for guard in (*([stage.guard] if stage else []), *law)]
        versions += self.ask.state.versions.items()
        self.ask.state.versions = {}
        self.steps.append(
            Step(
                id=f"{len(self.steps) + 1}", stage=self.stage, title=stage.label.text() if stage else "",
                actor=party, owner=owner, kind=kind, text=text, option=option, target=target,  # type: ignore[arg-type]
                date=day_record(day, self.calendar.is_provisional(day.day)), happened=happened,
                earliest=day_record(earliest) if earliest else None, why=tuple(why), fees=fees, documents=documents,
                notes=self.notes, practice=self.practice, in_force=in_force_records(versions), sources=source_records(*cites), track=self.track,
            )
        )  # fmt: skip
        self.notes = self.practice = ()

    def close(self, road: str, because: str, reopens: Iterable[str], cite: Cite | None) -> None:
        """A road that is closed, told once."""
        entry = Closed(
            road=road, stage=self.stage, because=because, reopens=tuple(dict.fromkeys(reopens)), sources=source_records(cite)
        )  # fmt: skip
        if entry not in self.closed:
            self.closed.append(entry)

    def remarks(self, remarks: Iterable[Remark]) -> tuple[str, ...]:
        """Those whose condition holds, each with its source. Nobody is asked for a fact for the sake of a remark."""
        asked = dict(self.ask.state.missing)
        held = [remark for remark in remarks if self.ask.guard(remark.guard).value]
        self.ask.state.missing.clear()
        self.ask.state.missing.update(asked)
        return tuple(remark.text() + (f" [{remark.cite}]" if remark.cite else "") for remark in held)

    # ── terms, fees, papers ─────────────────────────────────────────────────────────────────────

    def term(self, found: Term, kind: TimeKind, party: str, status: str, title: str = "") -> None:
        """A deadline with its count; from an uncertain day, only the rule."""
        deadline = self.plan.deadlines[found.deadline]
        count = found.told
        ours = bool(party) and self.plan.parties[party].owner == "we"
        count = (*self.both_sides(found, ours), *count)
        due = None
        if found.due is not None and found.due.exact:
            due = day_record(replace(found.due, latest=False), found.provisional)
        self.deadlines.append(
            DeadlineEntry(
                id=found.deadline,
                title=title or self.term_title(deadline, kind),
                kind=kind, owner=party, ours=ours, stage=self.stage, safe=found.safe if ours else None,
                step=str(len(self.steps) + 1),
                start=day_record(found.start) if found.start else None, length=found.lengths or show(found.length), rule=found.rule,
                count=count + self.remarks(deadline.remarks), due=due, status=status,  # type: ignore[arg-type]
                not_before=found.due.day if found.bounded and found.due else None, not_after=found.until,
                clock=clock_records(found.turns), opens=found.opens,
                in_force=in_force_records([("", found.version)]),
                sources=source_records(*found.cites), track=self.track,
            )
        )  # fmt: skip
        if isinstance(found.length, NotStated):
            self.without_length.add(found.deadline)
            self.silence(deadline.label.text(), found.length)

    @staticmethod
    def both_sides(found: Term, ours: bool) -> Iterator[str]:
        """Where the first day is uncertain: until when we are safe, from when on the others are late."""
        start = found.start
        if start is None:
            return
        if start.assumed and found.received:
            yield say("{assumed}: the term ends no earlier than this", assumed=start.assumed)
        if found.safe is not None and ours and start.least is None:
            safe = with_weekday(found.safe)
            yield say("safe for us: by {safe}, for what happened to its clock may have happened earlier", safe=safe)
        elif found.safe is not None and ours:
            yield say(
                "safe for us: by {safe}, for it may count from {least} on",
                safe=with_weekday(found.safe), least=with_weekday(cast(date, start.least)),
            )  # fmt: skip
        if start.latest and not ours:
            yield say("counted from a last day: after this day they are late in any case")

    def term_title(self, deadline: Deadline, kind: TimeKind) -> str:
        """Its own, else that of the stage it stands in, with what it is where nobody has to act within it."""
        if deadline.named:
            return deadline.label.text()
        stage = self.plan.stages[self.stage].label.text()
        return say(OF_STAGE[kind], stage=stage) if kind in OF_STAGE else stage

    def fee(self, found: Charge, move: Act, day: When, part: str = "") -> None:
        """A payment with its arithmetic, or what comes back of one, added to what the parties paid and got."""
        fee, returns = self.plan.fees[found.fee], move.returns
        self.bands |= {(found.fee, line) for line in found.lines}
        self.charges.append((found, move))
        self.fees.append(
            FeeEntry(
                id=found.fee, title=f"{fee.label.text()}{part}", kind="return" if returns else "payment", amount=amount_record(found.amount), band=found.band,
                arithmetic=found.arithmetic + self.remarks(fee.remarks), values=dict(found.values),
                governed_by=day_record(found.governed) if found.governed else None, payer=move.party, receiver=move.addressee,
                due=day_record(day), stage=self.stage, in_force=in_force_records(("", one) for one in found.versions), sources=source_records(*found.cites), track=self.track,
            )
        )  # fmt: skip
        self.count(found, move)
        self.hang(found.amount, "fee", found.fee)
        if isinstance(found.amount, NotStated):
            self.silence(fee.label.text(), found.amount)

    def count(self, found: Charge, move: Act) -> None:
        """Add a payment to what the parties paid and got."""
        label, returns, whose = self.plan.fees[found.fee].label.text(), move.returns, self.plan.person
        sides: list[tuple[Side, str]] = (
            [("returned", whose(move.addressee))] if returns else [("paid", whose(move.party))]
        )
        sides += [("received", whose(move.addressee))] if move.addressee and not returns else []
        for side in sides:
            total = self.totals.setdefault(side, Sum(self.plan.frame.currency))
            total.add(label, found.amount)

    def recharge(self, at: int, found: Charge) -> None:
        """A payment whose amount is known better now that the whole road has been walked."""
        self.charges[at] = (found, self.charges[at][1])
        amount = amount_record(found.amount)
        self.fees[at] = self.fees[at].model_copy(update={"amount": amount, "arithmetic": found.arithmetic})
        step = [one for one, step in enumerate(self.steps) if step.fees][at]
        words = f"{self.fees[at].title}: {amount_words(amount)}"
        self.steps[step] = self.steps[step].model_copy(update={"fees": (words,)})

    def cost(self, parties: Iterable[str]) -> Sum:
        """What these have paid, less what came back to them."""
        whole = Sum(self.plan.frame.currency)
        for party in parties:
            for side in ("paid", "returned"):
                total = self.totals.get((side, party))
                if total is not None:
                    whole.take(total, less=side == "returned")
        return whole

    def paper(self, move: Act) -> None:
        """A paper: what it must contain and carry with it, and what of that is there."""
        document = self.plan.documents[move.document]
        holds = self.ask.guard

        def content(name: str, text: str) -> Content:
            fact = self.plan.facts[name]
            first = fact.at_first.constant if fact.at_first else None  # a paper of the road is not there at first
            told = self.ask.state.told.get(name, first)
            status = "have" if told is True else "missing" if told is False else "not told"
            return Content(id=name, text=text, status=status)  # type: ignore[arg-type]

        self.documents.append(
            DocumentEntry(
                id=move.document, title=document.label.text(), stage=self.stage,
                supplier=document.supplier or move.party, addressee=move.addressee,
                copies=max([number for number, guard, _ in document.copies if holds(guard).value], default=1),
                form=tuple(self.if_open(form.text(), form.guard) for form in document.forms if holds(form.guard).value is not False)
                + tuple(self.if_open(say_many(number, "in {number} copies", "in {number} copies"), guard) for number, guard, _ in document.copies if holds(guard).value is None),
                contents=tuple(
                    content(item.label.name, item.label.text())
                    for item in document.contents if holds(item.guard).value is not False
                ),
                attached=tuple(
                    content(name, self.plan.label(name).text())
                    for name, guard, _ in document.attached if holds(guard).value is not False
                ),
                notes=self.remarks(document.remarks),
                in_force=in_force_records(
                    (item.label.name, self.ask.version(item.guard)) for item in document.contents if holds(item.guard).value
                ),
                sources=source_records(document.cite),
            )
        )  # fmt: skip

    def right(self, right: Right) -> None:
        """What a party may do on the way, told where it is first open."""
        if right.label.name in self.used_rights or any(entry.id == right.label.name for entry in self.rights):
            return
        self.rights.append(
            RightEntry(
                id=right.label.name, title=f"{self.plan.label(right.party).text()}: {right.label.text()}",
                party=right.party, ours=self.plan.parties[right.party].owner == "we", stage=self.stage, leads_to=right.edge.target,
                choose=f"--choose {self.stage}={right.label.name}", sources=source_records(right.cite),
            )
        )  # fmt: skip

    def use(self, right: Right) -> None:
        """A right that was used is no longer one that could be."""
        self.used_rights.add(right.label.name)
        self.rights = [entry for entry in self.rights if entry.id not in self.used_rights]

    def has_told(self, found: Term) -> bool:
        """Whether this deadline stands there already, counted from the same day."""
        start = day_record(found.start) if found.start else None
        told = ((entry.id, entry.start, entry.track) for entry in self.deadlines)
        return (found.deadline, start, self.track) in told

    def hang(self, value: Value, kind: str, name: str) -> None:
        """A figure that is unknown hangs on facts, or on the days of events."""
        for fact in value.names if isinstance(value, Unknown) else ():
            self.hangs.setdefault(fact, {})[kind, name] = None

    def silence(self, what: str, missing: NotStated) -> None:
        """Something that a source does not state."""
        self.not_stated[f"{what}: {spoken(missing)}"] = None

    def if_open(self, text: str, guard: Guard) -> str:
        """A demand whose condition nobody decided stands with the condition."""
        if self.ask.guard(guard).value:
            return text
        return say("{demand} ({condition}: not known)", demand=text, condition=guard_aloud(self.plan, guard))
