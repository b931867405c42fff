"""Several cases → one table: fees, terms, papers, steps and ends side by side; what cannot be compared says why.

Money is never converted, and what a source does not state is never nought.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any

from engine.arithmetic import divide
from engine.calendar import Calendar, CalendarError
from engine.case import Case
from engine.log import Log
from engine.ranges import ends
from engine.records import Expr, Plan
from engine.refusal import Refusal
from engine.road import Road
from engine.scenarios import fee_of
from engine.simulate import title_of_case, walk
from engine.sums import Sum, currency_of, is_nought
from engine.trace import Amount, DeadlineEntry, amount_record, amount_words
from engine.values import Money, Range, Value, answer, decimal_of, figure, show
from procedure_dsl.wording import phrase, say, say_currency, say_day, say_figure, say_many

if TYPE_CHECKING:
    from engine.exact.result import Paths

DEEDS = ("act", "branch", "right")  # steps at which somebody does something


@dataclass(frozen=True, slots=True)
class Column:
    """One case on its road, or why there is none."""

    title: str
    plan: Plan
    case: Case
    road: Road | None
    gap: str = ""  # why its figures are no answer: the case divides, stops or cannot be computed

    @property
    def log(self) -> Log | None:
        return self.road.log if self.road else None


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in one column; `data` is the same for a program."""

    lines: tuple[str, ...]
    data: Any = None
    gap: str = ""  # why it cannot be compared
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    id: str
    title: str
    cells: tuple[Cell, ...]
    not_compared: tuple[str, ...] = ()
    note: str = ""


def column(title: str, plan: Plan, case: Case, calendar: Calendar) -> Column:
    """A case walked the quiet way."""
    try:
        road = walk(plan, case, calendar).road
    except (Refusal, CalendarError) as error:
        help_ = error.help if isinstance(error, Refusal) else ""
        reason = say("cannot be computed: {reason}", reason=str(error))
        return Column(title, plan, case, None, f"{reason}. {help_}".rstrip(". "))
    if road.log.divides:
        fact = plan.label(road.log.divides[0].fact).text()
        return Column(title, plan, case, road, say("depends on: {title}", title=fact))
    if road.log.status != "ended":
        return Column(title, plan, case, road, say("stops: {reason}", reason=road.log.because))
    return Column(title, plan, case, road)


def claimed(plan: Plan) -> Expr | None:
    """What the main procedure is about: the amount that its ends recover."""
    ends = (end for end in plan.ends.values() if end.procedure == plan.main)
    return next((end.recovers for end in ends if end.recovers is not None), None)


def side_by_side(columns: Sequence[Column]) -> tuple[Row, ...]:
    """The table; rows in which no column has anything to say are left out."""
    one_file = all(one.plan == columns[0].plan for one in columns)
    own = [(id_, say(title), made) for id_, title, made in ROWS]
    made = [*own[:STAGES_BEFORE], *_shared_stages(columns), *own[STAGES_BEFORE:]]
    rows = (_row(id_, title, columns, cell) for id_, title, cell in made if not (one_file and id_ in OF_A_FILE))
    return tuple(row for row in rows if any(cell.lines for cell in row.cells))


def _row(id_: str, title: str, columns: Sequence[Column], made: Callable[[Column], Cell]) -> Row:
    cells = tuple(made(one) for one in columns)
    currencies = dict.fromkeys(cell.currency for cell in cells if cell.currency)
    money = say(" and ").join(map(say_currency, currencies))
    why = (
        [say("other money ({currencies}): amounts are never converted", currencies=money)]
        if len(currencies) > 1
        else []
    )
    why += [f"{one.title}: {cell.gap}" for one, cell in zip(columns, cells, strict=True) if cell.gap]
    return Row(id_, title, cells, tuple(why))


# ── One cell ────────────────────────────────────────────────────────────────────────────────────


def _case(one: Column) -> Cell:
    title = title_of_case(one.plan, one.case)
    return Cell((say("“{title}”", title=title),) if title else (), title)


def _start(one: Column) -> Cell:
    if one.road is None:
        return Cell((say_day(one.case.start) if one.case.start else "",))
    return Cell((say_day(one.case.begins()),), one.case.begins().isoformat())


def _amount(one: Column) -> Cell:
    found = _claimed_value(one)
    if found is None:
        return Cell(("—",), None, one.gap or say("no end recovers an amount"))
    return _money_cell(found)


def _claimed_value(one: Column) -> Value | None:
    expr = claimed(one.plan)
    return one.road.ask.value(expr) if expr is not None and one.road is not None else None


def _money_cell(found: Value) -> Cell:
    if isinstance(found, Money | Range):
        return Cell((answer(found),), _data(amount_record(found)), currency=currency_of(found))
    return Cell((show(found),), _data(amount_record(found)), show(found))


def _data(amount: Amount) -> dict[str, Any]:
    return amount.model_dump(exclude_none=True)


def _ends(one: Column) -> Cell:
    if one.road is None or one.gap:
        return Cell((one.gap,), None, one.gap)
    return Cell((one.plan.label(one.road.log.at).text(),), one.road.log.at)


def _days(one: Column) -> Cell:
    """From the start to the end; a bound where a stretch on the way is not stated."""
    if one.road is None or one.gap:
        return Cell(("—",), None, one.gap)
    today, start = one.road.state.today, one.case.begins()
    days = (today.day - start).days
    if today.exact:
        return Cell((str(days),), {"exact": days})
    silent = list(today.stretches)
    lines = (say("at least {limit}", limit=days), say("+ not stated: {stretches}", stretches="; ".join(silent)))
    return Cell(lines, {"at_least": days, "not_stated": silent}, say("a length on the way is not stated"))


def _steps(one: Column) -> Cell:
    if one.log is None or one.gap:
        return Cell(("—",), None, one.gap)
    steps = sum(step.kind in DEEDS for step in one.log.steps)
    stages = len({step.stage for step in one.log.steps} & one.plan.stages.keys())
    words = say_many(stages, "{steps} in {number} stage", "{steps} in {number} stages", steps=steps)
    return Cell((words,), {"steps": steps, "stages": stages})


def _fees(one: Column) -> Cell:
    """The fees on the road, whoever pays them."""
    if one.log is None:
        return Cell(("—",), None, one.gap)
    returned = say(" (returned)")
    fees = [(f"{fee.title}{returned if fee.kind == 'return' else ''}", fee.amount) for fee in one.log.fees]
    data = [{"id": fee.id, "amount": _data(fee.amount), "payer": fee.payer} for fee in one.log.fees]
    gaps = [title for title, amount in fees if amount.currency is None]
    currency = one.plan.frame.currency if len(gaps) < len(fees) else ""
    lines = tuple(f"{title}: {amount_words(amount)}" for title, amount in fees) or (say("none"),)
    open_ = say_many(
        len(gaps), "{number} of {all} is not stated or not known", "{number} of {all} are not stated or not known", all=len(fees)
    )  # fmt: skip
    return Cell(lines, data, open_ if gaps else "", currency)


def _other_fees(one: Column) -> Cell:
    """What the file's other fees would come to, were they owed in this case."""
    if one.road is None:
        return Cell((), None)
    lines: list[str] = []
    data: list[dict[str, Any]] = []
    for name, fee in one.plan.fees.items():
        if name in one.road.log.charged:
            continue
        try:
            found = fee_of(one.road, name)
        except (Refusal, CalendarError) as error:
            lines.append(f"{fee.label.text()}: {say('cannot be computed: {reason}', reason=str(error))}")
            data.append({"id": name, "refused": str(error)})
            continue
        lines.append(f"{fee.label.text()}: {answer(found)}")
        data.append({"id": name, "amount": _data(amount_record(found))})
    return Cell(tuple(lines), data, currency=one.plan.frame.currency if lines else "")


def _our_fees(one: Column) -> Sum:
    """What our side pays, less what comes back to it."""
    ours = [party.label.name for party in one.plan.parties.values() if party.owner == "we"]
    return one.log.cost(ours) if one.log else Sum(one.plan.frame.currency)


def _we_pay(one: Column) -> Cell:
    if one.log is None or one.gap:
        return Cell(("—",), None, one.gap)
    total = _our_fees(one)
    known: dict[str, Any] = {"amount": _data(amount_record(total.figure()))}
    data = known | {"plus_not_stated": total.not_stated, "plus_unknown": total.unknown}
    return Cell((str(total),), data, _lacking(total), "" if is_nought(total.figure()) else total.currency)


def _lacking(total: Sum) -> str:
    parts = [say("not stated: {fees}", fees=", ".join(total.not_stated))] if total.not_stated else []
    return "; ".join([*parts, *([say("not known: {fees}", fees=", ".join(total.unknown))] if total.unknown else [])])


def _share(one: Column) -> Cell:
    """Of the amount claimed, in percent: a figure without money, so that it can be compared across currencies."""
    if one.log is None or one.gap:
        return Cell(("—",), None, one.gap)
    total, amount = _our_fees(one), _claimed_value(one)
    lacking = _lacking(total) or ("" if isinstance(amount, Money | Range) else say("the amount is not known"))
    if lacking or not isinstance(amount, Money | Range) or is_nought(amount):
        return Cell(("—",), None, lacking)
    least, most = (decimal_of(end * 100).quantize(Decimal("0.01")) for end in ends(divide(total.figure(), amount)))
    if least == most:
        return Cell((f"{say_figure(figure(least))} %",), {"percent": str(least)})
    low, high = (f"{say_figure(figure(end))} %" for end in (least, most))
    return Cell((say("{low} to {high}", low=low, high=high),), {"percent": [str(least), str(most)]})


def _terms(one: Column) -> Cell:
    """The terms on the road; an advice is none."""
    if one.log is None:
        return Cell(("—",), None, one.gap)
    terms = [term for term in one.log.deadlines if term.kind != "advice"]
    silent = [term.title for term in terms if term.id in one.log.without_length]
    data = [{"id": term.id, "length": term.length, "due": _due(term) or None} for term in terms]
    return Cell(
        tuple(f"{term.title}: {_length(term)}" for term in terms) or (say("none"),),
        data,
        say_many(len(silent), "{number} of {all} is not stated", "{number} of {all} are not stated", all=len(terms))
        if silent
        else "",
    )


def _length(term: DeadlineEntry) -> str:
    due = term.due.exact if term.due else None
    return say("{length}, to {day}", length=term.length, day=due) if due else term.length


def _due(term: DeadlineEntry) -> str:
    return str(term.due.exact) if term.due and term.due.exact else ""


def _papers(one: Column) -> Cell:
    if one.log is None:
        return Cell(("—",), None, one.gap)
    papers = {paper.id: paper.title for paper in one.log.documents}
    return Cell(tuple(papers.values()) or (say("none"),), list(papers))


def _possible(one: Column) -> Cell:
    ends = [end.label for end in one.plan.ends.values() if end.procedure == one.plan.main]
    return Cell(("; ".join(label.text() for label in ends),), [label.name for label in ends])


# ── Every way through ───────────────────────────────────────────────────────────────────────────


def ways_through(columns: Sequence[Column], calendars: Sequence[Calendar], kept: Collection[str]) -> Iterator[Row]:
    """What `proc paths` says of each column: its ends with odds, days and fees, and what we should do first.

    Ways at the stages `kept`, which a route or the user chose, stand; what the first scenario of a file chooses is left
    open, as far as that does not give too many ways.
    """
    from engine.exact import first_answer, left_open, paths_of  # only who asks for it waits for it

    found: list[Paths | str] = []
    for one, calendar in zip(columns, calendars, strict=True):
        tries = left_open(one.plan, one.case, kept)
        try:
            found.append(first_answer(tries, partial(_paths, paths_of, one.plan, calendar)))
        except (Refusal, CalendarError) as error:
            found.append(str(error))
    said: dict[str, list[str]] = {}
    for column, told in zip(columns, found, strict=True):
        for note in told.notes if not isinstance(told, str) else ():
            said.setdefault(note, []).append(column.title)
    notes = [note if len(titles) == len(columns) else f"{', '.join(titles)}: {note}" for note, titles in said.items()]
    yield Row("odds", say("Every way"), tuple(_ends_of(one) for one in found), note=" ".join(notes))
    if any(
        not isinstance(one, str) and any(advice.certain and not advice.even for advice in one.advice) for one in found
    ):
        yield Row("advice", say("Best for us"), tuple(_advice_of(one) for one in found))


def _paths(paths_of: Callable[..., Paths], plan: Plan, calendar: Calendar, case: Case) -> Paths:
    return paths_of(plan, case, calendar)


def _ends_of(found: Paths | str) -> Cell:
    """`Paid: 52 %, 35 to 210 days, we pay 46.00 to 736.00 EUR`."""
    if isinstance(found, str):
        return Cell((found,), gap=found)
    lines = []
    for end in found.ends:
        parts = [end.odds.words()]
        if end.days is not None:
            parts.append(say("{days} days", days=end.days.words()))
        lines.append(f"{end.title}: {', '.join([*parts, say('we pay {amount}', amount=end.cost.words())])}")
    data = [
        {
            "end": end.end, "odds": end.odds.model_dump(), "days": end.days and end.days.model_dump(),
            "cost": end.cost.model_dump(), "recovered": end.recovered and end.recovered.model_dump(),
        }
        for end in found.ends
    ]  # fmt: skip
    return Cell(tuple(lines), data, currency=found.whole.cost.currency)


def _advice_of(found: Paths | str) -> Cell:
    """What is better whatever happens; of a decision that comes up after different ones, with what went before."""
    if isinstance(found, str):
        return Cell((), gap=found)
    titles = [one.title for one in found.advice if not one.even]
    lines = dict.fromkeys(
        f"{one.title}: {one.text}"
        if titles.count(one.title) == 1 or not one.after
        else f"{one.title} ({say('after {decisions}', decisions=say('; or ').join(one.after))}): {one.text}"
        for one in found.advice if one.certain and not one.even
    )  # fmt: skip
    return Cell(tuple(lines) or (say("nothing says which is better"),), list(lines))


# ── Stages that are the same thing in several files ─────────────────────────────────────────────


def _shared_stages(columns: Sequence[Column]) -> list[tuple[str, str, Callable[[Column], Cell]]]:
    """A row for each role that stages of several columns have, where some road comes by."""
    roles = [dict.fromkeys(stage.role for stage in one.plan.stages.values() if stage.role) for one in columns]
    met = [{_role(one, step.stage) for step in one.log.steps} if one.log else set() for one in columns]
    shared = dict.fromkeys(role for known in roles for role in known if sum(role in other for other in roles) > 1)
    return [
        (f"stage:{role}", role.replace("_", " ").capitalize(), partial(_stage, role))
        for role in shared
        if any(role in one for one in met)
    ]


def _role(one: Column, stage: str) -> str:
    found = one.plan.stages.get(stage)
    return found.role if found else ""


def _stage(role: str, one: Column) -> Cell:
    """The stages that play a role on the road: how long they take, their terms, the fees paid there."""
    if one.log is None:
        return Cell(("—",), None, one.gap)
    if all(stage.role != role for stage in one.plan.stages.values()):
        return Cell((say("no such stage"),), None)
    stages = dict.fromkeys(step.stage for step in one.log.steps if _role(one, step.stage) == role)
    if not stages:
        return Cell((say("not on this road"),), {"stages": []})
    days, silent = _days_in(one, role)
    terms = [term for term in one.log.deadlines if term.stage in stages and term.kind != "advice"]
    fees = [fee for fee in one.log.fees if fee.stage in stages]
    length = say_many(days, "{number} day", "{number} days")
    if silent:
        length = say("at least {length} + not stated: {stretches}", length=length, stretches="; ".join(silent))
    lines = (
        "; ".join(one.plan.label(name).text() for name in stages),
        length,
        *(f"{term.title}: {term.length}" for term in terms),
        *(f"{fee.title}: {amount_words(fee.amount)}" for fee in fees),
    )
    data = {
        "stages": list(stages), "days": {"at_least": days, "not_stated": silent} if silent else {"exact": days},
        "terms": [term.id for term in terms], "fees": [fee.id for fee in fees],
    }  # fmt: skip
    return Cell(lines, data)


def _days_in(one: Column, role: str) -> tuple[int, list[str]]:
    """How many days a road spends in the stages of a role; the stretches among them that nobody states."""
    before, known = one.case.begins(), set[str]()
    days, silent = 0, dict[str, None]()
    for step in one.log.steps if one.log else ():
        day = step.date.exact or step.date.not_before or before
        new = [stretch for stretch in step.date.not_stated if stretch not in known]
        if _role(one, step.stage) == role:
            days += max((day - before).days, 0)
            silent |= dict.fromkeys(new)
        before, known = max(before, day), known | set(new)
    return days, list(silent)


OF_A_FILE = ("possible_ends",)  # the same on every route
ROWS: tuple[tuple[str, str, Callable[[Column], Cell]], ...] = (
    ("case", phrase("Case"), _case),
    ("start", phrase("Start"), _start),
    ("amount", phrase("Amount"), _amount),
    ("ends", phrase("Ends"), _ends),
    ("days", phrase("Days"), _days),
    ("steps", phrase("Steps"), _steps),
    ("we_pay", phrase("We pay"), _we_pay),
    ("share", phrase("Of the amount"), _share),
    ("fees", phrase("Fees"), _fees),
    ("other_fees", phrase("Other fees"), _other_fees),
    ("terms", phrase("Terms"), _terms),
    ("papers", phrase("Papers"), _papers),
    ("possible_ends", phrase("It can end"), _possible),
)
STAGES_BEFORE = [id_ for id_, _, _ in ROWS].index("papers")  # the rows of single stages stand behind those of all
