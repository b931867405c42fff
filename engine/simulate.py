"""Plan and case → trace: the walk, divided where an unknown fact decides, with what other ways and readings would change."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from engine.arithmetic import subtract
from engine.bearers import Bearing, bearings
from engine.calendar import Calendar, CalendarError
from engine.case import Case
from engine.evaluate import Evaluator
from engine.history import moved, overdue
from engine.log import Log, Open
from engine.questions import Supposition
from engine.ranges import ends, like, model_of
from engine.records import Plan
from engine.refusal import Refusal
from engine.road import Road
from engine.sums import Sum, is_nought
from engine.trace import (
    Alternative,
    Answer,
    Assumption,
    Borne,
    CalendarUsed,
    CaseUsed,
    DiscretionEntry,
    FeeEntry,
    OtherReading,
    Outcome,
    ReadingUsed,
    Swing,
    Trace,
    UnknownFact,
    Way,
    amount_record,
    amount_words,
    day_record,
    file_record,
    source_records,
    total_records,
)
from engine.values import Discretion, Money, Range, Rate, Value, decimal_of, show, written
from procedure_dsl.wording import is_english, phrase, say, say_day, spoken, title_of
from procedure_dsl.words import MISSED, RESTORED

SIDES = {
    "paid": phrase("Fees paid by {party}"), "received": phrase("Received by {party}"), "returned": phrase("Returned to {party}"),
}  # fmt: skip
FRAME = {
    "money": phrase("money"), "calendar": phrase("calendar"), "counting: starts": phrase("counting: starts"),
    "counting: short month": phrase("counting: short month"), "counting: rolls": phrase("counting: rolls"),
}  # fmt: skip
TITLES = {MISSED: phrase("lets the term pass"), RESTORED: phrase("has the missed term restored")}
STOPS = {"blocked": phrase("blocked at {stage}"), "open": phrase("open at {stage}")}
MOST_WAYS = 8  # parts into which a trace divides before it stops and asks
NONE = Decimal(0)
MOST_WALKS = 100  # walks made to find the question that prunes most


@dataclass(frozen=True, slots=True)
class Walked:
    """One finished or stopped walk, and the suppositions it rests on."""

    road: Road
    log: Log
    supposed: tuple[Supposition, ...]


def simulate_case(plan: Plan, case: Case, calendar: Calendar, *, compare: bool = True) -> Trace:
    """One case in, one dated trace out; Refusal where the case cannot be computed as it stands.

    With `compare`, every open branch tells what its other ways, and every reading what its other options would change.
    """
    try:
        root = walk(plan, case, calendar)
        if not root.log.divides:
            return _replayed(root, _trace(root, (), "", compare))
        leaves, whole = explore(plan, case, calendar, root)
        if whole and len(leaves) <= MOST_WAYS:
            ways = tuple(
                Way(when=_answers(plan, leaf.supposed), trace=_trace(leaf, (), "", compare)) for leaf in leaves
            )
            return _trace(root, ways, "", compare)
        return _trace(root, (), best_question(leaves), compare)
    except CalendarError as error:
        raise Refusal(
            "outside-calendar", str(error), "Choose another start, or bring a calendar of your own beside the file."
        ) from None


def _replayed(walked: Walked, trace: Trace) -> Trace:
    """With what the history has moved."""
    plan, case = walked.road.plan, walked.road.case
    update: dict[str, object] = {}
    if case.planned is not None:
        with suppress(Refusal):  # what cannot be computed as planned has not been moved
            before = simulate_case(plan, case.planned, walked.road.calendar, compare=False)
            update["moved"] = moved(before, trace)
    return trace.model_copy(update=update)


def walk(plan: Plan, case: Case, calendar: Calendar, supposed: tuple[Supposition, ...] = ()) -> Walked:
    """One walk, its log finished or stopped at a question."""
    road = Road(plan, case, calendar, supposed)
    return Walked(road, road.walk(), supposed)


def walk_part(
    plan: Plan, case: Case, calendar: Calendar, supposed: tuple[Supposition, ...], like: Walked | None = None
) -> Walked:  # fmt: skip
    """One part of a divided trace; what cannot be under its answers is a part that is blocked, and says why."""
    road = Road(plan, case, calendar, supposed, like=like.road.ask if like is not None else None)
    try:
        road.walk()
    except Refusal as refusal:
        road.block(" ".join(filter(None, (f"{refusal.seen}.", refusal.help))))
    return Walked(road, road.log, supposed)


def explore(plan: Plan, case: Case, calendar: Calendar, root: Walked) -> tuple[list[Walked], bool]:
    """Every part of a divided trace, in the order of the answers; False beside them when there were too many to finish."""
    ahead, leaves, walks = [root], [], 0
    while ahead:
        walked = ahead.pop(0)
        if not walked.log.divides:
            leaves.append(walked)
            continue
        for answer in walked.log.divides:
            walks += 1
            if walks > MOST_WALKS:
                return leaves + ahead, False
            ahead.insert(
                walked.log.divides.index(answer), walk_part(plan, case, calendar, (*walked.supposed, answer), walked)
            )
    return leaves, True


def best_question(leaves: list[Walked]) -> str:
    """The fact whose answer leaves the fewest parts on average."""
    facts: dict[str, dict[str, int]] = {}
    for leaf in leaves:
        for one in leaf.supposed:
            facts.setdefault(one.fact, {}).setdefault(one.words, 0)
    for name, answers in facts.items():
        for words in answers:
            answers[words] = sum(all(s.fact != name or s.words == words for s in leaf.supposed) for leaf in leaves)
    return min(facts, key=lambda name: (Decimal(sum(facts[name].values())) / len(facts[name]), name), default="")


def _answers(plan: Plan, supposed: tuple[Supposition, ...]) -> tuple[Answer, ...]:
    """What a part is headed by; a later answer to the same question narrows the earlier one."""
    last = {one.fact if not one.test else one.test: one for one in supposed}
    return tuple(
        Answer(
            fact=one.fact,
            answer=one.words,
            text=one.words if one.test else f"{plan.label(one.fact).text()}: {_answer_words(one)}",
        )
        for one in last.values()
    )


def _answer_words(one: Supposition) -> str:
    """`yes`, `supply or carriage`: the answers of one part."""
    if isinstance(one.value, bool):
        return show(one.value)
    return one.words.replace("_", " ") if is_english() else say(" or ").join(sorted(map(show, one.options)))


# ── The record ──────────────────────────────────────────────────────────────────────────────────


def _trace(walked: Walked, ways: tuple[Way, ...], ask_first: str, compare: bool) -> Trace:
    road, log = walked.road, walked.log
    plan, case, calendar, state = road.plan, road.case, road.calendar, road.state
    title = plan.label(log.at).text() if log.at else ""
    outcome = Outcome(
        status=log.status, at=log.at, title=title, day=day_record(state.today, calendar.is_provisional(state.today.day)),  # type: ignore[arg-type]
        because=log.because or (say("an unknown fact decides") if log.divides else ""), ask_first=ask_first, ways=ways,
    )  # fmt: skip
    borne = [bearings(plan.fees[found.fee], found, road.ask) for found, _ in log.charges]
    sums = {**totals_of(plan, log), **_burdens(plan, log, borne)}
    totals = [record for what, total in sums.items() for record in total_records(what, total)]
    compared = compare and not log.divides
    askable = {*plan.facts, *plan.decided_lengths()}
    missing = [name for name in state.missing if name in askable]
    cited = [
        f"{say(FRAME[name])}: {cite.locator}" for name, cite in plan.frame.cites if cite and cite.kind == "assumption"
    ]
    assumptions = [_assumption(walked, one, compared) for one in log.open_branches]
    assumptions += [Assumption(text=text) for text in (*dict.fromkeys(log.assumptions), *cited)]
    trace = Trace(
        file=file_record(plan),
        calendar=CalendarUsed(name=calendar.name, sha256=calendar.sha256, published_to=calendar.published_to),
        as_of=case.begins(),
        case=case_used(plan, case),
        outcome=outcome,
        steps=tuple(log.steps),
        path=tuple(log.path),
        deadlines=tuple(log.deadlines),
        fees=tuple(_with_bearers(plan, fee, parts) for fee, parts in zip(log.fees, borne, strict=True)),
        documents=tuple(log.documents),
        closed=tuple(log.closed),
        rights=tuple(log.rights),
        unknown=tuple(_unknown(plan, name) for name in missing),
        not_stated=tuple(log.not_stated),
        discretion=tuple(_discretion(walked, compared)),
        readings=_readings(walked) if compared else (),
        assumptions=tuple(assumptions),
        unmet=() if log.divides else tuple(road.unmet()),
        totals=tuple(totals),
        values=dict(state.quoted),
        notes=(*(remark.text() for remark in plan.frame.remarks if road.ask.guard(remark.guard).value), *_practice_notes(road)),
    )  # fmt: skip
    return trace.model_copy(update={"overdue": overdue(plan, trace, case.today)}) if case.today else trace


def _with_bearers(plan: Plan, fee: FeeEntry, parts: tuple[Bearing, ...]) -> FeeEntry:
    """A fee with who bears it as the case ends, and on whose word."""
    sources = tuple(dict.fromkeys((*fee.sources, *source_records(*(part.cite for part in parts)))))
    return fee.model_copy(update={"borne": tuple(bearing_record(plan, part) for part in parts), "sources": sources})


def bearing_record(plan: Plan, one: Bearing) -> Borne:
    title = plan.parties[one.party].label.text() if one.party else ""
    return Borne(
        party=one.party, title=title, amount=amount_record(one.amount), part=one.part, arithmetic=one.arithmetic,
        hangs_on=tuple(plan.label(name).text() for name in one.hangs_on),
    )  # fmt: skip


def _burdens(plan: Plan, log: Log, borne: list[tuple[Bearing, ...]]) -> dict[str, Sum]:
    """All fees once more, by who bears them in the end; nothing where they stay with whoever paid them."""
    found: dict[str, Sum] = {}
    moved = False
    for (charge, move), parts in zip(log.charges, borne, strict=True):
        payer = move.addressee if move.returns else move.party
        for part in parts or (Bearing("", charge.amount),):
            moved = moved or (part.party or payer) != payer
            what = say("Who bears it hangs on what is not told") if part.hangs_on else say("Who bears it is not said")
            if part.party:
                what = say("Borne in the end by {party}", party=plan.parties[part.party].label.text())
            found.setdefault(what, Sum(plan.frame.currency)).add(
                plan.label(charge.fee).text(), part.amount, less=move.returns
            )
    return found if moved else {}


def totals_of(plan: Plan, log: Log) -> dict[str, Sum]:
    """What each party paid and got, in words; and what was recovered."""
    found = {say(SIDES[side], party=plan.label(party).text()): total for (side, party), total in log.totals.items()}
    for side, party in log.totals:
        if side == "returned":
            found[say("Fees paid by {party}, less what came back", party=plan.label(party).text())] = log.cost([party])
    if log.recovered is not None:
        found[say("Recovered")] = recovered = Sum(plan.frame.currency)
        recovered.add(say("amount recovered"), log.recovered)
    return found


def _discretion(walked: Walked, compare: bool) -> Iterator[DiscretionEntry]:
    """What others are to decide on this road; and what each total comes to where they decide the least, and the most."""
    plan = walked.road.plan
    for one in walked.road.state.left_open:
        low, high = (_as_decided(plan, one, number) for number in (one.low, one.high))
        yield DiscretionEntry(
            name=one.name, title=plan.label(one.name).text(), party=one.party, decides=plan.label(one.party).text(),
            between=show(_between(low, high)), set=f"--set {one.name}=…",
            moves=tuple(_swings(walked, one, low, high)) if compare else (),
        )  # fmt: skip


def _as_decided(plan: Plan, one: Discretion, number: Fraction) -> Value:
    """A decision as a case would tell it."""
    kind = plan.rules[one.name].kind.name if one.name in plan.rules else plan.discretions[one.name].name
    if kind == "money":
        return Money(decimal_of(number), plan.frame.currency)
    return Rate(decimal_of(number)) if kind == "percent" else decimal_of(number)


def _between(low: Value, high: Value) -> Range:
    """The two ends of what can be decided."""
    assert isinstance(low, Money | Rate | Decimal)
    assert isinstance(high, Money | Rate | Decimal)
    return Range(low, high, ())


def _swings(walked: Walked, one: Discretion, low: Value, high: Value) -> Iterator[Swing]:
    """Each total that moves, walked with either end of what can be decided, and all else decided at its least."""
    road = walked.road
    plan, totals = road.plan, totals_of(road.plan, walked.log)
    others = {other.name: _as_decided(plan, other, other.low) for other in road.state.left_open}
    found = []
    for end in (low, high):
        case = replace(road.case, facts=road.case.facts | others | {one.name: end})
        try:
            found.append(totals_of(plan, walk(plan, case, road.calendar, walked.supposed).log))
        except (Refusal, CalendarError):
            return  # there nothing can be computed
    for what, total in totals.items():
        for currency, whole in total.known.items():
            pair = [side[what].known.get(currency) for side in found if what in side]
            if (
                not isinstance(whole, Range)
                or len(pair) < 2
                or pair[0] is None
                or pair[1] is None
                or pair[0] == pair[1]
            ):
                continue
            slope = dict(whole.line.slopes).get(one) if whole.line else None
            unit = "1 %" if isinstance(low, Rate) else show(_as_decided(plan, one, Fraction(1)))
            per = slope / 100 if slope is not None and isinstance(low, Rate) else slope
            yield Swing(
                what=what, at_least=amount_record(pair[0]), at_most=amount_record(pair[1]),
                span=more_or_less(subtract(pair[1], pair[0])),
                per_unit=say("{difference} for each {unit}", difference=more_or_less(like(whole.low, per)), unit=unit) if per is not None else "",
            )  # fmt: skip


def _practice_notes(road: Road) -> Iterator[str]:
    """Which practice the case asks for, and what that says of itself: an illustration is called one on every answer."""
    plan, case = road.plan, road.case
    for name in case.practice or (tuple(plan.practice) if case.paced else ()):
        practice = plan.practice[name]
        words = [remark.text() for remark in practice.remarks if road.ask.guard(remark.guard).value]
        asked = say("Practice asked for, “{practice}”", practice=practice.label.text())
        yield ": ".join([asked, *([" ".join(words)] if words else [])])


def case_used(plan: Plan, case: Case) -> CaseUsed:
    """The case as it was told; what replaces a value or a rule of the file stands apart."""
    told = {name: (name.partition(" for ")[0] in plan.facts, written(value)) for name, value in case.facts.items()}
    facts = {name: words for name, (is_fact, words) in told.items() if is_fact}
    facts |= {party: ", ".join(names) for party, names in case.several.items()}
    overrides = {name: words for name, (is_fact, words) in told.items() if not is_fact}
    return CaseUsed(
        title=title_of_case(plan, case), start=case.begins(), facts=facts, overrides=overrides, choices=dict(case.choices),
        readings=dict(case.readings), events=dict(case.events), practice=case.practice,
    )  # fmt: skip


def title_of_case(plan: Plan, case: Case) -> str:
    """That of the scenario, in the language of the answer; a case has the title that it was given."""
    return next((one.label.text() for one in plan.scenarios if one.label.known_as == case.title), case.title)


def _unknown(plan: Plan, name: str) -> UnknownFact:
    if name not in plan.facts:
        title = plan.label(name).text()
        return UnknownFact(
            fact=name, title=title, ask=say("how long is it: {term}?", term=title), set=f'--set {name}="21 days"'
        )
    fact = plan.facts[name]
    ask = title_of(fact.ask) or f"{fact.label.text()}?"
    answer = {"yes or no": "yes", "one of": "|".join(fact.kind.options), "money": f'"1 000 {plan.frame.currency}"'}.get(
        fact.kind.name, "…"
    )
    return UnknownFact(fact=name, title=fact.label.text(), ask=ask, set=f"--set {name}={answer}")


# ── What else could be ──────────────────────────────────────────────────────────────────────────


def _assumption(walked: Walked, one: Open, compare: bool) -> Assumption:
    """An open branch: which way the trace took, how to choose another, and what that would change."""
    plan = walked.road.plan
    owner = "our choice" if one.owner == "we" else one.owner
    way = next((edge for edge in plan.stages[one.stage].edges() if edge.label.name == one.option), None)
    missed = one.option == "missed"
    took = say("the term passes without an answer") if missed else way.label.text() if way else one.option
    alternatives = tuple(
        Alternative(
            option=edge.label.name, title=say(TITLES[edge.label.name]) if edge.label.name in TITLES else edge.label.text(),
            leads_to=plan.label(edge.target).text(), odds=odds_of(walked.road.ask, walked.road.case, one.stage, edge.label.name),
            **(_difference(walked, one.stage, (*one.earlier, edge.label.name)) if compare else {"ends": "", "days": None, "cost": ""}),
        )
        for edge in one.others
    )  # fmt: skip
    choices = ",".join((*one.earlier, "|".join(edge.label.name for edge in one.others)))
    return Assumption(
        text=f"{plan.label(one.stage).text()}: {took}", stage=one.stage, option=one.option, choose=f"--choose {one.stage}={choices}",
        owner=owner, odds=odds_of(walked.road.ask, walked.road.case, one.stage, one.option), alternatives=alternatives,
    )  # fmt: skip


def _difference(walked: Walked, stage: str, labels: tuple[str, ...]) -> dict[str, object]:
    """How the case would end, when, and at what cost, had the branch gone another way."""
    road = walked.road
    case = road.case.with_choice(stage, labels)
    try:
        other = walk(road.plan, case, road.calendar, walked.supposed)
    except (Refusal, CalendarError) as error:
        return {"ends": say("cannot be computed: {reason}", reason=str(error)), "days": None, "cost": ""}
    if other.log.divides:
        title = road.plan.label(other.log.divides[0].fact).text()
        return {"ends": say("depends on: {title}", title=title), "days": None, "cost": ""}
    one, two = road.state.today, other.road.state.today
    days = (two.day - one.day).days if one.exact and two.exact else None
    ends = road.plan.label(other.log.at).text()
    if other.log.status != "ended":
        ends = say(STOPS[other.log.status], stage=ends)
    return {"ends": ends, "days": days, "cost": _cost(walked.log, other.log)}


def _cost(one: Log, other: Log) -> str:
    """How the known fees differ: `161.00 EUR more in fees`, with what cannot be counted named."""
    mine, theirs = (log.cost(log.plan.parties) for log in (one, other))
    known, met = ((*total.not_stated, *total.unknown) for total in (mine, theirs))
    extra = [label for label in met if label not in known]
    theirs.take(mine, less=True)
    moved = [more_or_less(value) for value in theirs.figures if not is_nought(value)]
    if moved:
        words = say("{difference} in fees", difference=say(" and ").join(moved))
    else:
        words = say("the same fees") if one.totals or other.totals else ""
    return words + (say(" and {fees}, not known", fees=", ".join(extra)) if extra else "")


def more_or_less(value: Value) -> str:
    """A difference without its sign: `161.00 EUR more`, `from 20.00 EUR less to 80.00 EUR more`."""
    low, high = ends(value)
    money = model_of(value)
    one, other = (
        say("{amount} more", amount=like(money, end)) if end > 0 else say("{amount} less", amount=like(money, -end))
        for end in (low, high)
    )
    return one if low == high else say("from {one} to {other}", one=one, other=other)


def odds_of(ask: Evaluator, case: Case, stage: str, label: str) -> str:
    """What the practice the case asks for says of a way; empty without `--practice`."""
    for name in case.practice:
        for odds in ask.plan.practice[name].odds:
            shares = {share.label: share for share in odds.shares}
            if odds.stage != stage or label not in shares or not ask.guard(odds.guard).value:
                continue
            share = shares[label]
            others = [one for one in odds.shares if one.least is not None]
            least = share.least if share.least is not None else 100 - sum((one.most or NONE for one in others), NONE)
            most = share.most if share.most is not None else 100 - sum((one.least or NONE for one in others), NONE)
            low, high = f"{show(least)} %", f"{show(most)} %"
            text = low if least == most else say("{low} to {high}", low=low, high=high)
            return say("{odds} (practice {name}: {source})", odds=text, name=name, source=str(odds.cite))
    return ""


def _readings(walked: Walked) -> tuple[ReadingUsed, ...]:
    """Every reading the walk consulted, and what each other option would change."""
    road = walked.road
    found = []
    for name in road.state.read:
        reading = road.plan.readings[name]
        used = road.case.readings.get(name, reading.preferred)
        others = []
        for option in reading.options:
            if option.name == used:
                continue
            case = replace(road.case, readings={**road.case.readings, name: option.name})
            others.append(OtherReading(option=option.name, text=option.text(), changes=_changes(walked, case)))
        found.append(
            ReadingUsed(
                name=name,
                title=reading.label.text(),
                option=used,
                text=reading.option(used).text(),
                others=tuple(others),
            )
        )
    return tuple(found)


def _changes(walked: Walked, case: Case) -> tuple[str, ...]:
    """Which fees, terms and ends differ under another reading."""
    road = walked.road
    try:
        other = walk(road.plan, case, road.calendar, walked.supposed)
    except (Refusal, CalendarError) as error:
        return (say("cannot be computed: {reason}", reason=str(error)),)
    return tuple(f"{what}: {one} → {two}" for what, one, two in _answers_of(walked, other) if one != two)


def _answers_of(one: Walked, two: Walked) -> list[tuple[str, str, str]]:
    """What two walks say of each fee, each term and the end; the second time of one name stands apart."""
    rows: dict[str, list[str]] = {}
    for at, walked in enumerate((one, two)):
        seen: dict[str, int] = {}

        def put(id_: str, title: str, words: str, at: int = at, seen: dict[str, int] = seen) -> None:
            seen[id_] = seen.get(id_, 0) + 1
            name = title if seen[id_] == 1 else f"{title} ({seen[id_]})"
            rows.setdefault(f"{id_}\n{name}", ["—", "—"])[at] = words

        for fee in walked.log.fees:
            put(fee.id, fee.title, amount_words(fee.amount))
        for entry in walked.log.deadlines:
            put(entry.id, entry.title, say_day(entry.due.exact) if entry.due and entry.due.exact else entry.rule)
        put("", say("End"), f"{walked.road.plan.label(walked.log.at).text()}, {spoken(walked.road.state.today)}")
    return [(what.split("\n")[1], left, right) for what, (left, right) in rows.items()]
