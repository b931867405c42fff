"""A fee for a case on a day: the band, the arithmetic in words, the exact amount."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import partial
from itertools import chain, pairwise

from engine.arithmetic import add, agree, bounded, compare, number_of, subtract
from engine.evaluate import Day, Evaluator
from engine.records import Cite, Expr, Fee, FeeRow
from engine.refusal import Refusal
from engine.values import Money, NotStated, Rate, Truth, Unknown, Value, When, all_of, figure, lacking, show, undecided


@dataclass(frozen=True, slots=True)
class Charge:
    """What a fee comes to. `amount` is money, or says that it is unknown or not stated."""

    fee: str
    amount: Value
    band: str
    arithmetic: tuple[str, ...]
    governed: When | None  # the day whose law it is computed by
    bearer: str
    cites: tuple[Cite, ...]
    lines: tuple[int, ...] = ()  # of the bands that decided
    values: tuple[tuple[str, str], ...] = ()  # each dated value it rests on, in the version that governs


def charge(fee: Fee, evaluator: Evaluator, paid: When | None = None) -> Charge:
    """The fee under the law of its governing day: the event it names, else the day it is paid on, else today.

    An event that has not happened is taken to be on the day of the payment. Of a day that is not certain, every version
    of the law that may govern must give the same.
    """
    on: Day = paid or evaluator.state.today
    if fee.governed is not None:
        event = evaluator.value(fee.governed)
        if isinstance(event, When | NotStated) or (
            isinstance(event, Unknown) and not (paid and _is_ahead(fee.governed, evaluator))
        ):
            on = event
    quoted = dict(evaluator.state.quoted)
    found, gap = evaluator.versions(on, _turns(fee, evaluator), partial(_quoted, fee, evaluator), _alike)
    governed = on if isinstance(on, When) else None
    if gap is None:
        return replace(found, governed=governed)
    evaluator.state.quoted = quoted  # no version's values stand for those of the others
    return Charge(fee.label.name, gap, "", (), governed, "", found.cites)


def _alike(one: Charge, other: Charge) -> bool:
    return agree([one.amount, other.amount]) and one.bearer == other.bearer


def _is_ahead(event: Expr, evaluator: Evaluator) -> bool:
    """Whether the road may still come to an event; it never tells a fact that nobody told."""
    if event.op == "reading":
        meaning = evaluator.option(event.name).meaning
        return meaning is not None and _is_ahead(meaning, evaluator)
    return event.op == "moment"


def _turns(fee: Fee, evaluator: Evaluator) -> frozenset[date]:
    """The days on which the law of a fee changes."""
    guards = [row.guard for row in fee.rows] + [guard for _, guard, _ in fee.bearers]
    exprs = [expr for row in fee.rows for expr in (row.gives, *(edge for _, edge in row.edges))]
    return evaluator.turns_of(exprs + ([fee.base] if fee.base else []), guards)


def _quoted(fee: Fee, evaluator: Evaluator, day: date) -> Charge:
    """The charge, with the values that it rests on."""
    state, before = evaluator.state, evaluator.state.quoted
    state.quoted = {}
    try:
        return replace(_charge(fee, evaluator, day), values=tuple(state.quoted.items()))
    finally:
        state.quoted = before | state.quoted


def _charge(fee: Fee, evaluator: Evaluator, day: date) -> Charge:
    bearer, borne = bearer_of(fee, evaluator, day)
    cites = [borne] if borne else []
    base = evaluator.value(fee.base, day) if fee.base is not None else None
    if fee.in_slices:
        return _in_slices(fee, evaluator, base, day, bearer, cites)
    rows = [(row, truth) for row in fee.rows if (truth := _applies(row, evaluator, base, day)).value is not False]
    if not rows:
        raise Refusal("no-band", f"no line of the fee `{fee.label.name}` holds for {_said(fee, base)} on {day}")
    found = [evaluator.value(row.gives, day, base, _lower_edge(row, evaluator, day)) for row, _ in rows]
    certain = [(row, one) for (row, truth), one in zip(rows, found, strict=True) if truth.value]
    for (one, left), (other, right) in pairwise((row, value) for row, value in certain if not lacking(value)):
        if not agree([left, right]):
            answers = f"{show(left)} and {show(right)}"
            seen = f"lines {one.line} and {other.line} of the fee `{fee.label.name}` both hold: {answers}"
            raise Refusal("bands-clash", seen)
    own = [row.cite for row, _ in certain or rows if row.cite][:1]
    if not agree(found):
        silent = lacking(*(value for _, value in certain))
        doubts = [truth for _, truth in rows if truth.value is None]
        gap = silent if isinstance(silent, NotStated) else undecided(doubts, found)
        return _finish(fee, gap, "", [], bearer, own + cites)
    if not certain:
        return _finish(fee, found[0], rows[0][0].words, [], bearer, own + cites)
    row, amount = certain[0]
    edge = _lower_edge(row, evaluator, day)
    steps = []
    if base is None or not lacking(base):
        steps = _band_words(row, evaluator, day, base) + _arithmetic(row.gives, evaluator, day, base, edge)
    return _finish(fee, amount, row.words, steps, bearer, own + cites, row.line)


def bearer_of(fee: Fee, evaluator: Evaluator, day: Day) -> tuple[str, Cite | None]:
    """Who bears it in the end: the first whose condition holds; nobody is named where an earlier one is undecided."""
    for party, guard, cite in fee.bearers:
        truth = evaluator.guard(guard, day)
        if truth.value is None:
            break
        if truth.value:
            return party, cite
    return "", None


RELATIONS = {"from": "at least", "above": "above", "below": "below", "up to": "at most", "exactly": "is"}


def _applies(row: FeeRow, evaluator: Evaluator, base: Value | None, day: date) -> Truth:
    """Whether a row holds for the base: its condition, and its edges."""
    edges = (compare(RELATIONS[kind], base or Unknown(()), evaluator.value(expr, day)) for kind, expr in row.edges)
    return all_of(chain([evaluator.guard(row.guard, day)], edges))


def _lower_edge(row: FeeRow, evaluator: Evaluator, day: date) -> Value | None:
    return next((evaluator.value(expr, day) for kind, expr in row.edges if kind in ("from", "above", "exactly")), None)


def _in_slices(fee: Fee, evaluator: Evaluator, base: Value | None, day: date, bearer: str, cites: list[Cite]) -> Charge:
    """A progressive table: each band takes its share of the part of the base that lies in it."""
    gap = lacking(base) if base is not None else None
    if gap is not None:
        return _finish(fee, gap, "", [], bearer, cites)
    if not isinstance(base, Money):
        raise Refusal("no-slices", f"the fee `{fee.label.name}` is taken on what is no money, and has no slices")
    nought = Money(Decimal(0), base.currency)
    slices: list[tuple[Money, Money, FeeRow]] = []
    doubts: list[Truth] = []
    for row in fee.rows:
        truth = evaluator.guard(row.guard, day)
        if truth.value is False:
            continue
        edges = {kind: evaluator.value(expr, day) for kind, expr in row.edges}
        low = next((edges[kind] for kind in ("from", "above") if kind in edges), nought)
        high = next((edges[kind] for kind in ("below", "up to") if kind in edges), base)
        missing = lacking(low, high)
        if missing is not None:
            return _finish(fee, missing, "", [], bearer, cites)
        end = bounded(high, base, "at most")
        if compare("below", low, base).value and isinstance(low, Money) and isinstance(end, Money):
            slices.append((low, end, row))
            doubts += [truth] if truth.value is None else []
    if doubts:  # which slices there are hangs on what nobody told
        return _finish(fee, undecided(doubts), "", [], bearer, cites)
    slices.sort(key=lambda one: number_of(one[0]))
    _meet(fee, base, slices)
    total: Value = nought
    steps: list[str] = []
    for low, end, row in slices:
        part = subtract(end, low)
        share = evaluator.value(row.gives, day, part, nought)  # what exceeds the lower edge is the slice itself
        total = add(total, share)
        if lacking(share):
            return _finish(fee, share, row.words, [], bearer, cites)
        steps.append(f"{row.words or 'any amount'}: {row.gives.words} of {show(part)} = {show(share)}")
        cites = cites + ([row.cite] if row.cite and row.cite not in cites else [])
    lines = tuple(row.line for *_, row in slices)
    return _finish(fee, total, "each slice by its band", steps, bearer, cites, *lines)


def _meet(fee: Fee, base: Money, slices: list[tuple[Money, Money, FeeRow]]) -> None:
    """Every part of the base lies in one slice: none is free for want of a row, none is charged twice."""
    reached = Money(Decimal(0), base.currency)
    for begins, ends, row in slices:
        if compare("below", begins, reached).value:
            seen = (
                f"line {row.line} of the fee `{fee.label.name}` charges again what lies below {figure(reached.amount)}"
            )
            raise Refusal("bands-clash", seen)
        if compare("above", begins, reached).value:
            break
        reached = ends
    if compare("below", reached, base).value:
        seen = f"no line of the fee `{fee.label.name}` holds for what lies above {reached}"
        raise Refusal("no-band", seen)


def _finish(fee: Fee, found: Value, band: str, steps: list[str], bearer: str, cites: list[Cite], *lines: int) -> Charge:
    if isinstance(found, Money):
        rounded = found.rounded(fee.rounding, fee.step)
        if not agree([rounded, found]):
            steps = [*steps, f"rounded {fee.rounding} to {fee.step}: {rounded}"]
        found = rounded
        if found.amount < 0:
            seen = f"the fee `{fee.label.name}` comes to {found}, and nobody pays less than nothing"
            raise Refusal("negative-fee", seen, "Let its formula end with `, at least 0 …`.")
    elif lacking(found) is None:
        raise Refusal("no-money", f"the fee `{fee.label.name}` comes to {show(found)}, which is no amount of money")
    return Charge(fee.label.name, found, band, tuple(steps), None, bearer, tuple(dict.fromkeys(cites)), lines)


# ── The arithmetic in words ─────────────────────────────────────────────────────────────────────


def _said(fee: Fee, base: Value | None) -> str:
    return f"{fee.base.words} {show(base)}" if fee.base is not None and base is not None else "this case"


def _band_words(row: FeeRow, evaluator: Evaluator, day: date, base: Value | None) -> list[str]:
    """`34 300.00 EUR: from 100 base_value (2 300.00 EUR), below …`."""
    if not row.edges:
        return []
    edges = ", ".join(f"{kind} {expr.words} ({show(evaluator.value(expr, day))})" for kind, expr in row.edges)
    return [f"{show(base) if base is not None else ''}: {edges}"]


def _arithmetic(expr: Expr, evaluator: Evaluator, day: date, base: Value | None, edge: Value | None) -> list[str]:
    """The formula, with its figures put in, and what it comes to; one line for each limit that governs or not."""

    def value(one: Expr) -> Value:
        return evaluator.value(one, day, base, edge)

    def said(one: Expr) -> str:
        match one.op:
            case "share of base":
                return f"{one.args[0].words} of {show(base) if base is not None else '?'}"
            case "×" if one.args[0].constant is not None and isinstance(one.args[0].constant, Rate):
                return f"{one.args[0].words} of {show(value(one.args[1]))}"
            case "×" if one.args[1].op == "value":
                return f"{one.args[0].words} × {show(value(one.args[1]))}"
            case "+" | "-" | "/" | "×":
                return f"{said(one.args[0])} {one.op} {said(one.args[1])}"
            case "reading":
                option = evaluator.option(one.name)
                return said(option.meaning) if option.meaning is not None else show(value(one))
            case "at least" | "at most":
                return said(one.args[0])
        return show(value(one))

    if expr.op in ("at least", "at most"):
        inner = _arithmetic(expr.args[0], evaluator, day, base, edge)
        before, limit = value(expr.args[0]), value(expr.args[1])
        if lacking(before, limit):
            return inner
        governs = value(expr) != before
        verdict = "governs" if governs else "does not matter"
        words = said(expr.args[1])
        equal = "" if words == show(limit) else f" = {show(limit)}"
        return [*inner, f"{expr.op} {words}{equal}: {verdict}"]
    words, found = said(expr), show(value(expr))
    return [words if words == found else f"{words} = {found}"]
