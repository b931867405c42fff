"""A fee for a case on a day: the band, the arithmetic in words, the exact amount."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from itertools import chain, pairwise

from engine import ranges
from engine.aloud import EDGES, aloud, edges_aloud
from engine.arithmetic import add, agree, bounded, compare, subtract
from engine.evaluate import Day, Evaluator, Version
from engine.records import Cite, Expr, Fee, FeeRow, spot
from engine.refusal import Refusal
from engine.values import (
    Discretion,
    Money,
    NotStated,
    Range,
    Rate,
    Truth,
    Unknown,
    Value,
    When,
    all_of,
    decimal_of,
    figure,
    lacking,
    number_of,
    show,
    undecided,
)
from procedure_dsl.wording import phrase, say


@dataclass(frozen=True, slots=True)
class Charge:
    """What a fee comes to. `amount` is money, or says that it is unknown or not stated."""

    fee: str
    amount: Value
    band: str
    arithmetic: tuple[str, ...]
    base: Value | None  # what it was taken on
    governed: When | None  # the day whose law it is computed by
    cites: tuple[Cite, ...]
    lines: tuple[int, ...] = ()  # of the bands that decided
    versions: tuple[Version, ...] = ()  # of those bands, where there are several
    values: tuple[tuple[str, str], ...] = ()  # each dated value it rests on, in the version that governs


def charge(fee: Fee, evaluator: Evaluator, paid: When | None = None) -> Charge:
    """The fee under the law of its governing day: the event it names, else the day it is paid on, else today.

    An event that has not happened is taken to be on the day of the payment. Of a day that is not certain, every version
    of the law that may govern must give the same.
    """
    on: Day = paid or evaluator.state.today
    if fee.governed is not None:
        event = evaluator.value(fee.governed.event)
        if isinstance(event, When | NotStated) or (
            isinstance(event, Unknown) and not (paid and evaluator.is_ahead(fee.governed.event))
        ):
            on = event
    quoted = dict(evaluator.state.quoted)
    guards = (row.guard for row in fee.rows)
    found, gap = evaluator.versions(
        on,
        evaluator.turns_within("fee", fee.label.name, _formulas(fee), guards),
        partial(_quoted, fee, evaluator),
        _alike,
    )
    governed = on if isinstance(on, When) else None
    if gap is None:
        by = fee.governed.event.words if fee.governed is not None else ""
        return replace(found, governed=governed, versions=tuple(replace(one, governed_by=by) for one in found.versions))
    evaluator.state.quoted = quoted  # no version's values stand for those of the others
    return Charge(fee.label.name, gap, "", (), found.base, governed, found.cites)


def _alike(one: Charge, other: Charge) -> bool:
    return agree([one.amount, other.amount])


def _formulas(fee: Fee) -> Iterator[Expr]:
    """All that the law of a fee computes."""
    for row in fee.rows:
        yield row.gives
        yield from (edge for _, edge in row.edges)
    if fee.base is not None:
        yield fee.base


def _quoted(fee: Fee, evaluator: Evaluator, day: date) -> Charge:
    """The charge, with the values that it rests on."""
    state, before = evaluator.state, evaluator.state.quoted
    state.quoted = {}
    try:
        found = evaluator.together(partial(_charge, fee, evaluator, day))
        decided = [evaluator.version(row.guard, day) for row in fee.rows if row.line in found.lines]
        versions = tuple(dict.fromkeys(one for one in decided if one is not None))
        return replace(found, values=tuple(state.quoted.items()), versions=versions)
    finally:
        state.quoted = before | state.quoted


def _charge(fee: Fee, evaluator: Evaluator, day: date) -> Charge:
    cites = [fee.governed.cite] if fee.governed and fee.governed.cite else []
    base = evaluator.value(fee.base, day) if fee.base is not None else None
    if fee.in_slices:
        return _in_slices(fee, evaluator, base, day, cites)
    if isinstance(base, Range):
        return _across(fee, evaluator, base, day, cites)
    rows = [(row, truth) for row in fee.rows if (truth := _applies(row, evaluator, base, day)).value is not False]
    if not rows:
        raise _no_band(fee, evaluator, base, day)
    found = [evaluator.value(row.gives, day, base, _lower_edge(row, evaluator, day)) for row, _ in rows]
    certain = [(row, one) for (row, truth), one in zip(rows, found, strict=True) if truth.value]
    for (one, left), (other, right) in pairwise((row, value) for row, value in certain if not lacking(value)):
        if not agree([left, right]):
            answers = f"{show(left)} and {show(right)}"
            lines = f"lines {one.line} and {other.line}" + (f" of {one.file}" if one.file else "")
            seen = f"{lines}, of the fee `{fee.label.name}`, both hold: {answers}"
            raise Refusal("bands-clash", seen)
    own = [row.cite for row, _ in certain or rows if row.cite][:1]
    if not agree(found):
        silent = lacking(*(value for _, value in certain))
        doubts = [truth for _, truth in rows if truth.value is None]
        gap = silent if isinstance(silent, NotStated) else undecided(doubts, found)
        return _finish(fee, gap, "", [], base, own + cites)
    if not certain:
        return _finish(fee, found[0], edges_aloud(evaluator.plan, rows[0][0]), [], base, own + cites)
    row, amount = certain[0]
    edge = _lower_edge(row, evaluator, day)
    steps = []
    if not evaluator.quiet and (base is None or not lacking(base)):
        steps = _band_words(row, evaluator, day, base) + _arithmetic(row.gives, evaluator, day, base, edge)
    return _finish(fee, amount, edges_aloud(evaluator.plan, row), steps, base, own + cites, row.line)


RELATIONS = {"from": "at least", "above": "above", "below": "below", "up to": "at most", "exactly": "is"}


def _applies(row: FeeRow, evaluator: Evaluator, base: Value | None, day: date) -> Truth:
    """Whether a row holds for the base: its condition, and its edges."""
    truth = evaluator.guard(row.guard, day)
    if not row.edges or truth.value is False:
        return truth
    edges = (compare(RELATIONS[kind], base or Unknown(()), evaluator.value(expr, day)) for kind, expr in row.edges)
    return all_of(chain([truth], edges))


def _across(fee: Fee, evaluator: Evaluator, base: Range, day: date, cites: list[Cite]) -> Charge:
    """Of a base that somebody decides: what each band it may lie in gives for the part of it that lies there."""
    found: list[tuple[FeeRow, Value, Value]] = []  # a row, its part of the base, and what it gives for that
    doubts: list[Truth] = []
    for row in fee.rows:
        edges = [(kind, evaluator.value(expr, day)) for kind, expr in row.edges]
        gap = lacking(*(edge for _, edge in edges))
        if gap is not None:
            return _finish(fee, gap, "", [], base, cites)
        for _, value in edges:
            evaluator.bend(base, value)
        part = _part(base, edges)
        truth = evaluator.guard(row.guard, day)
        if part is None or truth.value is False:
            continue
        doubts += [truth] if truth.value is None else []
        found.append((row, part, evaluator.value(row.gives, day, part, _lower_edge(row, evaluator, day))))
    if not found:
        raise _no_band(fee, evaluator, base, day)
    gap = lacking(*(value for *_, value in found))
    if gap is None and doubts:  # which bands there are hangs on what nobody told
        gap = undecided(doubts)
    own = [row.cite for row, *_ in found if row.cite]
    if gap is not None:
        return _finish(fee, gap, "", [], base, own[:1] + cites)
    found.sort(key=lambda one: ranges.ends(one[1]))
    found = _without_touches(base, evaluator, found)
    _cover(fee, base, evaluator, day, found)
    if len(found) == 1:
        [(row, _, amount)] = found
        edge = _lower_edge(row, evaluator, day)
        steps = _band_words(row, evaluator, day, base) + _arithmetic(row.gives, evaluator, day, base, edge)
        return _finish(fee, amount, row.words, steps, base, own + cites, row.line)
    steps = [
        f"{show(part)}: {row.words or 'any amount'}: {row.gives.words} = {show(value)}" for row, part, value in found
    ]
    whole = ranges.hull([value for *_, value in found], base.by)
    lines = [row.line for row, *_ in found]
    return _finish(fee, whole, "; ".join(row.words for row, *_ in found), steps, base, own + cites, *lines)


def _part(base: Range, edges: list[tuple[str, Value]]) -> Value | None:
    """What of a base may lie in a band; of an open edge not the edge itself."""
    part: Value = base
    for kind, value in edges:
        edge = number_of(value) if not isinstance(value, Range) else None
        if edge is None:
            low, high = ranges.ends(value)
            edge = low if kind in ("from", "above", "exactly") else high
        low_side, high_side = kind in ("from", "above", "exactly"), kind in ("below", "up to", "exactly")
        found = ranges.within(part, edge if low_side else None, edge if high_side else None)
        if found is None:
            return None
        part = found
    least, most = ranges.ends(part)
    if least == most and isinstance(base, Range):
        point = ranges.like(base.low, least)
        if not all(compare(RELATIONS[kind], point, value).value is not False for kind, value in edges):
            return None  # the band only touches it
    return part


def _without_touches(
    base: Range, evaluator: Evaluator, found: list[tuple[FeeRow, Value, Value]]
) -> list[tuple[FeeRow, Value, Value]]:  # fmt: skip
    """Without bands that only touch the base where another piece of the decision begins, which has them."""
    cuts = {end for piece in evaluator.state.pieces.values() for end in piece if end is not None}

    def is_cut(part: Value) -> bool:
        least, most = ranges.ends(part)
        if least != most or base.line is None or len(base.line.slopes) != 1:
            return False
        [(by, slope)] = base.line.slopes
        point = (least - base.line.constant) / slope
        if isinstance(by, Discretion) and point not in cuts:
            evaluator.state.bends |= {(by, point): None}  # the band has the very end of what can be decided
        return point in cuts

    return [one for one in found if not is_cut(one[1])] or found


def _cover(
    fee: Fee, base: Range, evaluator: Evaluator, day: date, found: list[tuple[FeeRow, Value, Value]]
) -> None:  # fmt: skip
    """Whatever is decided, some band holds for it, and two bands only where they give the same."""
    reached = number_of(base.low)
    for at, (row, part, _) in enumerate(found):
        low, high = ranges.ends(part)
        if low > reached or (at == 0 and low > number_of(base.low)):
            break
        for other, before, _ in found[:at]:
            shared = ranges.within(before, low, high)
            if shared is None or not isinstance(shared, Range):
                continue
            amounts = [
                evaluator.value(one.gives, day, shared, _lower_edge(one, evaluator, day)) for one in (other, row)
            ]
            if not agree(amounts):
                answers = " and ".join(map(show, amounts))
                seen = f"lines {other.line} and {row.line} of the fee `{fee.label.name}` both hold: {answers}"
                raise Refusal("bands-clash", seen)
        reached = max(reached, high)
    if reached < number_of(base.high):
        seen = say(
            "no line of the fee `{fee}` holds for all that {base} may be",
            fee=fee.label.name,
            base=_said(fee, evaluator, base),
        )
        raise Refusal("no-band", seen)


def _lower_edge(row: FeeRow, evaluator: Evaluator, day: date) -> Value | None:
    return next((evaluator.value(expr, day) for kind, expr in row.edges if kind in ("from", "above", "exactly")), None)


def _in_slices(fee: Fee, evaluator: Evaluator, base: Value | None, day: date, cites: list[Cite]) -> Charge:
    """A progressive table: each band takes its share of the part of the base that lies in it."""
    gap = lacking(base) if base is not None else None
    if gap is not None:
        return _finish(fee, gap, "", [], base, cites)
    if not isinstance(base, Money | Range) or not isinstance(ranges.model_of(base), Money):
        raise Refusal("no-slices", f"the fee `{fee.label.name}` is taken on what is no money, and has no slices")
    nought = ranges.like(ranges.model_of(base), ranges.NOUGHT)
    slices: list[tuple[Value, Value, FeeRow]] = []
    doubts: list[Truth] = []
    for row in fee.rows:
        truth = evaluator.guard(row.guard, day)
        if truth.value is False:
            continue
        edges = {kind: evaluator.value(expr, day) for kind, expr in row.edges}
        for value in edges.values():
            evaluator.bend(base, value)
        low = next((edges[kind] for kind in ("from", "above") if kind in edges), nought)
        high = next((edges[kind] for kind in ("below", "up to") if kind in edges), base)
        missing = lacking(low, high)
        if missing is not None:
            return _finish(fee, missing, "", [], base, cites)
        end = bounded(high, base, "at most")
        if compare("below", low, base).value is not False:
            slices.append((low, end, row))
            doubts += [truth] if truth.value is None else []
    if doubts:  # which slices there are hangs on what nobody told
        return _finish(fee, undecided(doubts), "", [], base, cites)
    slices.sort(key=lambda one: ranges.ends(one[0]))
    _meet(fee, base, slices)
    total: Value = nought
    steps: list[str] = []
    for low, end, row in slices:
        reached = compare("below", low, base).value is True
        part = subtract(end, low) if reached else subtract(bounded(end, low, "at least"), low)
        share = evaluator.value(row.gives, day, part, nought)  # what exceeds the lower edge is the slice itself
        if lacking(share):
            return _finish(fee, share, edges_aloud(evaluator.plan, row), [], base, cites)
        if not reached:
            share = ranges.hull([share, nought], ranges.deciders([base]))
        total = add(total, share)
        words = say(
            "{band}: {formula} of {part} = {share}", band=edges_aloud(evaluator.plan, row) or say("any amount"),
            formula=aloud(evaluator.plan, row.gives), part=show(part), share=show(share),
        )  # fmt: skip
        steps.append(words)
        cites = cites + ([row.cite] if row.cite and row.cite not in cites else [])
    lines = tuple(row.line for *_, row in slices)
    return _finish(fee, total, say("each slice by its band"), steps, base, cites, *lines)


def _meet(fee: Fee, base: Value, slices: list[tuple[Value, Value, FeeRow]]) -> None:
    """Every part of the base lies in one slice: none is free for want of a row, none is charged twice."""
    model, reached = ranges.model_of(base), ranges.NOUGHT
    for begins, ends, row in slices:
        first, last = ranges.ends(begins)[0], ranges.ends(ends)[1]
        if first < reached:
            below = figure(decimal_of(reached))
            seen = f"{spot(row.line, row.file)}, of the fee `{fee.label.name}`, charges again what lies below {below}"
            raise Refusal("bands-clash", seen)
        if first > reached:
            break
        reached = last
    if reached < ranges.ends(base)[1]:
        above = ranges.like(model, reached)
        seen = say("no line of the fee `{fee}` holds for what lies above {amount}", fee=fee.label.name, amount=above)
        raise Refusal("no-band", seen)


def _finish(
    fee: Fee, found: Value, band: str, steps: list[str], base: Value | None, cites: list[Cite], *lines: int
) -> Charge:
    if isinstance(found, Range) and isinstance(found.low, Money):
        if found.low.amount < 0:
            seen = f"the fee `{fee.label.name}` may come to {found.low}, and nobody pays less than nothing"
            raise Refusal("negative-fee", seen, "Let its formula end with `, at least 0 …`.")
        rounded_range = ranges.rounded(found, fee.rounding, fee.step)
        if str(rounded_range) != str(found):
            steps = [*steps, say(ROUNDED[fee.rounding], step=fee.step, amount=show(rounded_range))]
        found = rounded_range
    elif isinstance(found, Money):
        rounded = found.rounded(fee.rounding, fee.step)
        if not agree([rounded, found]):
            steps = [*steps, say(ROUNDED[fee.rounding], step=fee.step, amount=rounded)]
        found = rounded
        if found.amount < 0:
            seen = f"the fee `{fee.label.name}` comes to {found}, and nobody pays less than nothing"
            raise Refusal("negative-fee", seen, "Let its formula end with `, at least 0 …`.")
    elif lacking(found) is None:
        raise Refusal("no-money", f"the fee `{fee.label.name}` comes to {show(found)}, which is no amount of money")
    return Charge(fee.label.name, found, band, tuple(steps), base, None, tuple(dict.fromkeys(cites)), lines)


ROUNDED = {
    "half up": phrase("rounded half up to {step}: {amount}"), "up": phrase("rounded up to {step}: {amount}"),
    "down": phrase("rounded down to {step}: {amount}"),
}  # fmt: skip


# ── The arithmetic in words ─────────────────────────────────────────────────────────────────────


def _said(fee: Fee, evaluator: Evaluator, base: Value | None) -> str:
    if fee.base is None or base is None:
        return say("this case")
    return f"{aloud(evaluator.plan, fee.base)} {show(base)}"


def _no_band(fee: Fee, evaluator: Evaluator, base: Value | None, day: date) -> Refusal:
    base_words = _said(fee, evaluator, base)
    words = say("no line of the fee `{fee}` holds for {base} on {day}", fee=fee.label.name, base=base_words, day=day)
    return Refusal("no-band", words)


def _band_words(row: FeeRow, evaluator: Evaluator, day: date, base: Value | None) -> list[str]:
    """`34 300.00 EUR: from 100 base_value (2 300.00 EUR), below …`."""
    if not row.edges:
        return []
    edges = ", ".join(
        f"{say(EDGES[kind], amount=aloud(evaluator.plan, expr))} ({show(evaluator.value(expr, day))})" for kind, expr in row.edges
    )  # fmt: skip
    return [f"{show(base) if base is not None else ''}: {edges}"]


def _arithmetic(expr: Expr, evaluator: Evaluator, day: date, base: Value | None, edge: Value | None) -> list[str]:
    """The formula, with its figures put in, and what it comes to; one line for each limit that governs or not."""

    def value(one: Expr) -> Value:
        return evaluator.value(one, day, base, edge)

    def said(one: Expr) -> str:
        match one.op:
            case "share of base":
                rate = one.args[0]
                share = aloud(evaluator.plan, rate) if rate.op == "constant" else show(value(rate))
                return say("{share} of {amount}", share=share, amount=show(base) if base is not None else "?")
            case "×" if one.args[0].constant is not None and isinstance(one.args[0].constant, Rate):
                return say(
                    "{share} of {amount}", share=aloud(evaluator.plan, one.args[0]), amount=show(value(one.args[1]))
                )
            case "×" if one.args[1].op == "value":
                return f"{aloud(evaluator.plan, one.args[0])} × {show(value(one.args[1]))}"
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
        found = value(expr)
        may = isinstance(found, Range) and found not in (before, limit)
        verdict = say("may govern") if may else say("governs") if found != before else say("does not matter")
        words = said(expr.args[1])
        equal = "" if words == show(limit) else f" = {show(limit)}"
        floor = say("at least {limit}", limit=words) if expr.op == "at least" else say("at most {limit}", limit=words)
        return [*inner, f"{floor}{equal}: {verdict}"]
    words, found = said(expr), show(value(expr))
    return [words if words == found else f"{words} = {found}"]
