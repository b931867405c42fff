"""Plan → statements: everything that a plan says, sentence by sentence, in the words of its file.

Names stay names and what is quoted stands in “quotation marks”, so that a name can be told from an English word.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from engine.records import (
    ALWAYS,
    Act,
    Advice,
    Call,
    Cite,
    Clause,
    Clock,
    DatedValue,
    Deadline,
    Document,
    Edge,
    End,
    Expr,
    Fact,
    Fee,
    Frame,
    Governing,
    Guard,
    Kind,
    Label,
    Move,
    Note,
    Onward,
    Parallel,
    Party,
    Plan,
    Practice,
    Procedure,
    Reading,
    Remark,
    Require,
    Right,
    Rule,
    Scenario,
    Share,
    SourceText,
    Stage,
    Text,
    Transition,
    Wait,
)
from engine.values import figure

KINDS = (
    "jurisdiction", "source", "party", "reading", "value", "fact", "rule", "fee", "term", "document", "procedure", "part",
    "stage", "right", "end", "practice", "scenario",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence: its place in the declaration, what it says there, under which condition, and who says so."""

    place: str
    says: str = ""
    when: str = ""
    cite: Cite | None = None
    in_order: bool = False  # the sentence before it comes first in a case too

    def words(self) -> str:
        return ": ".join(filter(None, (self.place, " ".join(filter(None, (self.says, self.when))))))


@dataclass(frozen=True, slots=True)
class Declaration:
    kind: str
    name: str
    title: str
    statements: tuple[Statement, ...]


def tell(plan: Plan) -> dict[tuple[str, str], Declaration]:
    """Every declaration of a plan by its kind and name, in the order of KINDS."""
    # A paper and what it contains are facts as well, and a term may stand in a sentence: these are told where they stand.
    facts = [fact for fact in plan.facts.values() if fact.origin == "fact"]
    terms = [term for term in plan.deadlines.values() if term.named]
    told = [Declaration("jurisdiction", plan.frame.label.name, plan.frame.label.text(), tuple(_frame(plan)))]
    told += [_declared("source", one.label, _source(one)) for one in plan.sources.values()]
    told += [_declared("party", one.label, _party(one)) for one in plan.parties.values()]
    told += [_declared("reading", one.label, _reading(one)) for one in plan.readings.values()]
    told += [_declared("value", one.label, _value(one)) for one in plan.values.values()]
    told += [_declared("fact", one.label, _fact(one)) for one in facts]
    told += [_declared("rule", one.label, _rule(one)) for one in plan.rules.values()]
    told += [_declared("fee", one.label, _fee(one)) for one in plan.fees.values()]
    told += [_declared("term", one.label, _term(one)) for one in terms]
    told += [_declared("document", one.label, _document(one)) for one in plan.documents.values()]
    told += [_declared("procedure", one.label, _procedure(one)) for one in plan.procedures.values()]
    told += [Declaration("part", _first(text), _first(text), tuple(_translations(text))) for text in plan.parts]
    told += [_declared("stage", one.label, _stage(plan, one)) for one in plan.stages.values()]
    told += [_declared("right", one.label, _right(plan, one)) for one in plan.rights.values()]
    told += [_declared("end", one.label, _end(plan, one)) for one in plan.ends.values()]
    told += [_declared("practice", one.label, _practice(one)) for one in plan.practice.values()]
    told += [
        Declaration("scenario", _first(x.label.titles), x.label.text(), tuple(_scenario(x))) for x in plan.scenarios
    ]
    return {(one.kind, one.name): one for one in told}


def _declared(kind: str, label: Label, statements: Iterable[Statement]) -> Declaration:
    return Declaration(kind, label.name, label.text(), (*_titles(label.titles), *statements))


# ── Titles, conditions, remarks ─────────────────────────────────────────────────────────────────


def _first(titles: Text) -> str:
    return dict(titles).get("", "")


def _titles(titles: Text, place: str = "title") -> Iterator[Statement]:
    for language, words in titles:
        yield Statement(f"{place} in {language}" if language else place, f"“{words}”")


def _translations(titles: Text) -> Iterator[Statement]:
    """The titles of what is known by its first one."""
    return _titles(tuple((language, words) for language, words in titles if language))


def _texts(titles: Text) -> str:
    return " ".join(f"{language} “{words}”".lstrip() for language, words in titles)


def _when(guard: Guard) -> str:
    """A condition in words; its tests in an order of their own, for theirs does not matter."""
    parts = ["when " + " and ".join(sorted(test.words for test in guard.when))] if guard.when else []
    parts += ["unless " + " and ".join(sorted(test.words for test in guard.unless))] if guard.unless else []
    parts += [f"since {guard.since}"] if guard.since else []
    parts += [f"until {guard.until}"] if guard.until else []
    parts += [f"by the day of {guard.governed.words}"] if guard.governed else []
    return " ".join(parts)


def _transitions(transitions: Iterable[Transition]) -> Iterator[Statement]:
    for one in transitions:
        yield Statement(f"cases begun before {one.day}", "keep the old law", "", one.cite)


def _remarks(remarks: Iterable[Remark], place: str = "note") -> Iterator[Statement]:
    for remark in remarks:
        yield Statement(place, _texts(remark.titles), _when(remark.guard), remark.cite)


def _declaration(cite: Cite | None, guard: Guard = ALWAYS) -> Iterator[Statement]:
    """What stands in the heading of a block, and holds for all of it."""
    yield Statement("", "", _when(guard), cite)


def _optional(place: str, expr: Expr | None) -> Iterator[Statement]:
    if expr is not None:
        yield Statement(place, expr.words)


def _governed(governing: Governing | None) -> Iterator[Statement]:
    if governing is not None:
        yield Statement("governed by", governing.event.words, "", governing.cite)


# ── The place, values, facts, rules ─────────────────────────────────────────────────────────────


def _frame(plan: Plan) -> Iterator[Statement]:
    frame: Frame = plan.frame
    cites = dict(frame.cites)
    said = {
        "money": f"{frame.currency}, rounded {frame.rounding} to {frame.step}",
        "calendar": frame.calendar,
        "counting: starts": frame.counting.first_day,
        "counting: short month": frame.counting.short_month,
        "counting: rolls": frame.counting.rolls,
    }
    yield from _titles(frame.label.titles)
    for place in dict.fromkeys((*said, *cites)):
        yield Statement(place, said.get(place, ""), "", cites.get(place))
    yield Statement("languages", ", ".join(frame.languages))
    yield Statement("main procedure", plan.main)
    yield from _transitions(frame.transitions)
    yield from _remarks(frame.remarks)


def _source(source: SourceText) -> Iterator[Statement]:
    yield Statement("file", f"“{source.file}”")


def _party(party: Party) -> Iterator[Statement]:
    yield Statement("side", party.owner)
    if party.several:
        yield Statement("number", "several")
    if party.of:
        yield Statement("stands", f"{party.standing} {party.of}")


def _reading(reading: Reading) -> Iterator[Statement]:
    yield Statement("preferred", reading.preferred)
    for option in reading.options:
        means = option.meaning.words if option.meaning else option.unit
        says = _texts(option.titles) + (f" is {means}" if means else "")
        yield Statement(f"option {option.name}", says, cite=option.cite)


def _type(kind: Kind) -> Statement:
    bounds = "".join(f" {side} {limit.words}" for side, limit in kind.bounds)
    return Statement("type", f"{kind.name}{bounds} {', '.join(kind.options)}".rstrip())


def _clauses(clauses: Iterable[Clause]) -> Iterator[Statement]:
    for clause in clauses:
        place = "" if clause.kind == "line" else f"{clause.kind} {clause.label}".rstrip()
        yield Statement(place, clause.words, _when(clause.guard), clause.cite)


def _value(value: DatedValue) -> Iterator[Statement]:
    yield _type(value.kind)
    yield from _clauses(value.clauses)
    yield from _transitions(value.transitions)
    yield from _remarks(value.remarks)


def _fact(fact: Fact) -> Iterator[Statement]:
    yield _type(fact.kind)
    yield from _titles(fact.ask, "question")
    yield from _optional("at first", fact.at_first)


def _rule(rule: Rule) -> Iterator[Statement]:
    yield _type(rule.kind)
    yield from _clauses(rule.clauses)
    yield from _governed(rule.governed)
    yield from _transitions(rule.transitions)
    yield from _remarks(rule.remarks)


# ── Fees, terms, papers ─────────────────────────────────────────────────────────────────────────


def _fee(fee: Fee) -> Iterator[Statement]:
    yield from _declaration(fee.cite)
    yield from _optional("on", fee.base)
    yield Statement("counted", "each slice by its band" if fee.in_slices else "the whole by its band")
    for row in fee.rows:
        edges = ", ".join(f"{kind} {edge.words}" for kind, edge in row.edges)
        yield Statement(edges, row.gives.words, _when(row.guard), row.cite)
    yield Statement("rounded", f"{fee.rounding} to {fee.step}")
    yield from _governed(fee.governed)
    for bearer in fee.bearers:  # of the whole: the first whose condition holds
        part = f" for {bearer.part.words}" if bearer.part is not None else ""
        yield Statement("borne by", f"{bearer.party}{part}", _when(bearer.guard), bearer.cite, in_order=True)
    yield from _transitions(fee.transitions)
    yield from _remarks(fee.remarks)


def _term(term: Deadline) -> Iterator[Statement]:
    for event, guard, cite in term.starts:  # the first whose condition holds
        yield Statement(
            "counts back from" if term.back else "counts from", event.words, _when(guard), cite, in_order=True
        )
    yield from _clauses(term.versions)
    for line in term.clock:
        yield Statement(line.kind, line.words.removeprefix(line.kind).strip(), _when(line.guard), line.cite)
    yield Statement("last day on a day off", "moves" if term.rolls else "never moves", "", term.roll_cite)
    yield from _governed(term.governed)
    yield from _transitions(term.transitions)
    yield from _remarks(term.remarks)


def _inline(plan: Plan, name: str) -> str:
    """A term by its name, or, where it stands in its sentence, in words."""
    term = plan.deadlines.get(name)
    if term is None or term.named:
        return name
    [length], [(event, _, _)] = term.versions, term.starts
    return f"{length.words} {'before' if term.back else 'from'} {event.words}"


def _document(document: Document) -> Iterator[Statement]:
    yield from _declaration(document.cite, document.guard)
    if document.supplier:
        yield Statement("from", document.supplier)
    yield from _remarks(document.forms, "form")
    for number, guard, cite in document.copies:
        yield Statement("copies", str(number), _when(guard), cite)
    for item in document.contents:
        yield Statement(f"contains {item.label.name}", _texts(item.label.titles), _when(item.guard), item.cite)
    for name, guard, cite in document.attached:
        yield Statement(f"with {name}", "", _when(guard), cite)
    yield from _governed(document.governed)
    yield from _transitions(document.transitions)
    yield from _remarks(document.remarks)


# ── The road ────────────────────────────────────────────────────────────────────────────────────


def _procedure(procedure: Procedure) -> Iterator[Statement]:
    yield Statement("begins with", procedure.entry)


def _stands(plan: Plan, one: Stage | End) -> Iterator[Statement]:
    yield from _declaration(one.cite, one.guard)
    yield Statement("procedure", one.procedure)
    if one.part >= 0:
        yield Statement("part", _first(plan.parts[one.part]))


def _stage(plan: Plan, stage: Stage) -> Iterator[Statement]:
    yield from _stands(plan, stage)
    yield from _governed(stage.governed)
    yield from _transitions(stage.transitions)
    if stage.role:
        yield Statement("as", stage.role)
    for move in stage.moves:
        yield from _move(plan, move)


def _move(plan: Plan, move: Move) -> Iterator[Statement]:
    match move:
        case Require():
            parts = [
                f"for {move.component}" if move.component else "",
                f"otherwise {_leads(move.edge)}" if move.edge else "",
            ]
            says = " ".join(filter(None, parts))
            place = "requires " + " and ".join(sorted(test.words for test in move.when))
            yield Statement(place, says, _when(move.guard), move.cite, in_order=True)
        case Wait():
            place = "recommended wait" if move.advised else "wait"
            yield Statement(place, _inline(plan, move.deadline), _when(move.guard), move.cite, in_order=True)
        case Act():
            yield from _act(plan, move)
        case Call():
            yield from _call(move)
        case Parallel():
            yield Statement("side by side", move.words(), _when(move.guard), move.cite, in_order=True)
            for call in move.calls:
                yield from _call(call)
            yield from _remarks(move.remarks)
        case Onward():
            yield _way("onward", move.edge)
        case Advice():
            yield from _remarks([move.remark], f"advice {move.outcome}".rstrip())
        case Note():
            yield from _remarks([move.remark])


def _call(call: Call) -> Iterator[Statement]:
    each = f"for each {call.each}" if call.each else ""
    yield Statement(f"performs {call.procedure}", each, _when(call.guard), call.cite, in_order=True)
    yield from _ways(call.ways)
    yield from _remarks(call.remarks)


def _act(plan: Plan, act: Act) -> Iterator[Statement]:
    who = f"the {act.party or act.owner.removeprefix('the ')} {act.modality} {act.verb}".replace("  ", " ")
    place = f"{who} {act.document}{act.fee}".rstrip() + (f" to {act.addressee}" if act.addressee else "")
    says = act.instalments.words if act.instalments else _clock(plan, act.clock)
    yield Statement(place, says, _when(act.guard), act.cite, in_order=True)
    yield from _ways(act.ways)
    if act.missed:
        yield _way("if missed", act.missed)
        yield from _titles(act.missed.label.titles, "title of missed")
    if act.early:
        yield _way("if too early", act.early)
    if act.restored:
        way = _way("if restored", act.restored.edge)
        yield replace(way, says=" ".join(filter(None, (_clock(plan, act.restored.clock), way.says))))
    yield from _remarks(act.remarks)


def _clock(plan: Plan, clock: Clock | None) -> str:
    if clock is None:
        return ""
    if clock.deadline:
        return f"within {_inline(plan, clock.deadline)}"
    return "at once" if clock.at_once else f"within a time not stated in {clock.not_stated}"


def _ways(ways: Iterable[Edge]) -> Iterator[Statement]:
    for way in ways:
        yield _way(f"way {way.label.name}", way)
        yield from _titles(way.label.titles, f"title of way {way.label.name}")


def _way(place: str, way: Edge) -> Statement:
    return Statement(place, _leads(way), _when(way.guard), way.cite, in_order=True)


def _leads(way: Edge) -> str:
    effects = " and ".join(f"{name} is {expr.words}" for name, expr in way.effects)
    often = f" at most {way.most} times" if way.most else " any number of times" if way.endless else ""
    return f"leads to {way.target}" + (f", so {effects}" if effects else "") + often


def _right(plan: Plan, right: Right) -> Iterator[Statement]:
    yield from _declaration(right.cite)
    yield Statement("during", ", ".join(sorted(right.stages)))
    yield Statement("party", right.party)
    if right.clock:
        yield Statement("window", _clock(plan, right.clock))
    yield _way("way", right.edge)


def _end(plan: Plan, end: End) -> Iterator[Statement]:
    yield from _stands(plan, end)
    yield from _optional("recovers", end.recovers)


# ── Practice and scenarios ──────────────────────────────────────────────────────────────────────


def _practice(practice: Practice) -> Iterator[Statement]:
    for odds in practice.odds:
        shares = ", ".join(map(_share, odds.shares))
        yield Statement(f"odds of {odds.stage}", shares, _when(odds.guard), odds.cite)
    for pace in practice.paces:
        yield Statement(f"{pace.event} takes", str(pace), _when(pace.guard), pace.cite)
    yield from _remarks(practice.remarks)


def _share(share: Share) -> str:
    sides = dict.fromkeys(f"{figure(one, 0)} %" for one in (share.least, share.most) if one is not None)
    return f"{share.label} {' to '.join(sides) or 'the rest'}"


def _scenario(scenario: Scenario) -> Iterator[Statement]:
    yield from _translations(scenario.label.titles)
    for name, expr in scenario.facts:
        yield Statement(f"given {name}", expr.words)
    for name, day in scenario.events:
        yield Statement(f"given {name}", f"on {day}", in_order=True)
    for party, names in scenario.several:
        yield Statement(f"given {party}", " and ".join(names))
    for stage, labels in scenario.choices:
        yield Statement(f"given {stage}", " then ".join(labels))
    for one in scenario.expectations:
        place = "expects the end" if one.kind == "ends" else f"expects {one.name}"
        yield Statement(place, one.words + (" on the road" if one.on_the_road else ""))
    yield from _remarks(scenario.remarks)
