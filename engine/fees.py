"""A fee for a case on a day: the band, the arithmetic in words, the exact amount."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from engine.arithmetic import size
from engine.evaluate import Evaluator
from engine.records import Cite, Expr, Fee, FeeRow
from engine.refusal import Refusal
from engine.values import Money, NotStated, Rate, Unknown, Value, When, figure, lacking, merged, show


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
    """The fee under the law of its governing day: the event it names, else the day it is paid on, else today."""
    state, before = evaluator.state, evaluator.state.quoted
    state.quoted = {}
    try:
        return replace(_charge(fee, evaluator, paid), values=tuple(state.quoted.items()))
    finally:
        state.quoted = before | state.quoted


def _charge(fee: Fee, evaluator: Evaluator, paid: When | None) -> Charge:
    governing = evaluator.value(fee.governed) if fee.governed is not None else None
    on = governing if isinstance(governing, When) else paid or evaluator.state.today
    day = on.day
    bearer, borne = bearer_of(fee, evaluator, day)
    cites = [borne] if borne else []
    base = evaluator.value(fee.base, day) if fee.base is not None else None
    if fee.in_slices:
        return _in_slices(fee, evaluator, base, on, bearer, cites)
    rows = _applying(fee, evaluator, base, day)
    if not rows:
        raise Refusal("no-band", f"no line of the fee `{fee.label.name}` holds for {_said(fee, base)} on {day}")
    certain = [row for row, sure in rows if sure]
    if not certain or isinstance(base, Unknown | NotStated):
        return _undecided(fee, evaluator, [row for row, _ in rows], base, on, bearer, cites)
    row = certain[0]
    edge = _lower_edge(row, evaluator, day)
    found = evaluator.value(row.gives, day, base, edge)
    for other in certain[1:]:
        second = evaluator.value(other.gives, day, base, _lower_edge(other, evaluator, day))
        if second != found:
            answers = f"{show(found)} and {show(second)}"
            raise Refusal(
                "bands-clash", f"lines {row.line} and {other.line} of the fee `{fee.label.name}` both hold: {answers}"
            )
    cites = ([row.cite] if row.cite else []) + cites
    steps = _band_words(row, evaluator, day, base) + _arithmetic(row.gives, evaluator, day, base, edge)
    return _finish(fee, found, row.words, steps, on, bearer, cites, row.line)


def bearer_of(fee: Fee, evaluator: Evaluator, day: date) -> tuple[str, Cite | None]:
    """Who bears it in the end: the first whose condition holds; nobody is named where an earlier one is undecided."""
    for party, guard, cite in fee.bearers:
        truth = evaluator.guard(guard, day)
        if truth.value is None:
            break
        if truth.value:
            return party, cite
    return "", None


def _applying(fee: Fee, evaluator: Evaluator, base: Value | None, day: date) -> list[tuple[FeeRow, bool]]:
    """The rows that hold, or may hold, for the base; True beside those that do."""
    found = []
    for row in fee.rows:
        guard = evaluator.guard(row.guard, day).value
        inside: bool | None = True
        for kind, expr in row.edges:
            edge = evaluator.value(expr, day)
            if base is None or lacking(base, edge):
                inside = None if inside else inside
            elif not _holds(kind, base, edge):
                inside = False
        if guard is not False and inside is not False:
            found.append((row, bool(guard) and bool(inside)))
    return found


def _holds(kind: str, base: Value, edge: Value) -> bool:
    left, right = size(base), size(edge)
    return bool(
        {
            "from": left >= right,
            "above": left > right,
            "below": left < right,
            "up to": left <= right,
            "exactly": left == right,
        }[kind]
    )


def _lower_edge(row: FeeRow, evaluator: Evaluator, day: date) -> Value | None:
    return next((evaluator.value(expr, day) for kind, expr in row.edges if kind in ("from", "above", "exactly")), None)


def _undecided(
    fee: Fee, evaluator: Evaluator, rows: list[FeeRow], base: Value | None, on: When, bearer: str, cites: list[Cite]
) -> Charge:
    """Where the base or a condition is open: what is certain all the same, else unknown or not stated."""
    values = [evaluator.value(row.gives, on.day, base, _lower_edge(row, evaluator, on.day)) for row in rows]
    own = [row.cite for row in rows if row.cite]
    if values and all(value == values[0] for value in values):
        return _finish(fee, values[0], rows[0].words, [], on, bearer, own[:1] + cites)
    names = tuple(
        dict.fromkeys(
            n for row in rows for test in row.guard.when for op, n in test.subject.names() if op in ("fact", "rule")
        )
    )
    gap = lacking(base) if base is not None else None
    return _finish(fee, gap or Unknown(names), "", [], on, bearer, own[:1] + cites)


def _in_slices(fee: Fee, evaluator: Evaluator, base: Value | None, on: When, bearer: str, cites: list[Cite]) -> Charge:
    """A progressive table: each band takes its share of the part of the base that lies in it."""
    gap = lacking(base) if base is not None else Unknown(())
    if gap is not None or not isinstance(base, Money):
        return _finish(fee, gap or Unknown(()), "", [], on, bearer, cites)
    slices, doubts = [], []
    for row in fee.rows:
        truth = evaluator.guard(row.guard, on.day)
        if truth.value is False:
            continue
        edges = {kind: evaluator.value(expr, on.day) for kind, expr in row.edges}
        low = next((edges[kind] for kind in ("from", "above") if kind in edges), Money(Decimal(0), base.currency))
        high = next((edges[kind] for kind in ("below", "up to") if kind in edges), base)
        missing = lacking(low, high)
        if missing is not None:
            return _finish(fee, missing, "", [], on, bearer, cites)
        if size(low) < size(base):
            slices.append((size(low), min(size(base), size(high)), low, row))
            doubts += truth.unknown
    if doubts:  # which slices there are hangs on what nobody told
        return _finish(fee, Unknown(merged([doubts])), "", [], on, bearer, cites)
    slices.sort(key=lambda one: one[0])
    _meet(fee, base, slices)
    total = Decimal(0)
    steps: list[str] = []
    for begins, ends, low, row in slices:
        part = evaluator.value(row.gives, on.day, Money(ends - begins, base.currency), low)
        if not isinstance(part, Money):
            return _finish(fee, part, row.words, [], on, bearer, cites)
        total += part.amount
        steps.append(f"{row.words or 'any amount'}: {row.gives.words} of {figure(ends - begins)} = {part}")
        cites = cites + ([row.cite] if row.cite and row.cite not in cites else [])
    lines = tuple(row.line for *_, row in slices)
    return _finish(fee, Money(total, base.currency), "each slice by its band", steps, on, bearer, cites, *lines)


def _meet(fee: Fee, base: Money, slices: list[tuple[Decimal, Decimal, Value, FeeRow]]) -> None:
    """Every part of the base lies in one slice: none is free for want of a row, none is charged twice."""
    reached = Decimal(0)
    for begins, ends, _, row in slices:
        if begins < reached:
            seen = f"line {row.line} of the fee `{fee.label.name}` charges again what lies below {figure(reached)}"
            raise Refusal("bands-clash", seen)
        if begins > reached:
            break
        reached = ends
    if reached < base.amount:
        seen = f"no line of the fee `{fee.label.name}` holds for what lies above {Money(reached, base.currency)}"
        raise Refusal("no-band", seen)


def _finish(
    fee: Fee, found: Value, band: str, steps: list[str], on: When, bearer: str, cites: list[Cite], *lines: int
) -> Charge:
    if isinstance(found, Money):
        rounded = found.rounded(fee.rounding, fee.step)
        if rounded.amount != found.amount:
            steps = [*steps, f"rounded {fee.rounding} to {fee.step}: {rounded}"]
        found = rounded
        if found.amount < 0:
            seen = f"the fee `{fee.label.name}` comes to {found}, and nobody pays less than nothing"
            raise Refusal("negative-fee", seen, "Let its formula end with `, at least 0 …`.")
    return Charge(fee.label.name, found, band, tuple(steps), on, bearer, tuple(dict.fromkeys(cites)), lines)


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
                option = evaluator.plan.readings[one.name].option(
                    evaluator.state.readings.get(one.name, evaluator.plan.readings[one.name].preferred)
                )
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
