"""Fees: the bands of a table meet, edge to edge, without a gap and without an overlap."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise

from procedure_dsl import model
from procedure_dsl.checks.view import View, walk
from procedure_dsl.diagnostics import Diagnostic, Place
from procedure_dsl.say import say, say_number
from procedure_dsl.words import ACTS, PAYS

MOST_PARTS = 360  # thirty years of months
Edge = tuple[Decimal, bool]  # an amount, and whether the band holds the amount itself


def bands_neither_gap_nor_overlap(view: View) -> Iterator[Diagnostic]:
    """Rows without a condition, with edges in one unit, cover every amount from nought upward exactly once."""
    for fee in view.jurisdiction.of(model.Fee):
        rows = [line for line in fee.lines if isinstance(line, model.Row)]
        plain = [line for line in fee.lines if isinstance(line, model.Line)]
        if not rows and not plain and not view.damaged:
            yield Diagnostic(
                "empty-fee", fee.place, f"the fee `{fee.name}` never says how much it is", "Add a line or a table."
            )
        if fee.in_slices and not rows:
            yield Diagnostic("no-slices", fee.place, "slices need a table of bands")
        if view.damaged or any(_conditional(row) for row in rows):
            continue  # a row may be lost; or it depends on the case which apply, and the engine refuses a gap or a clash
        bands = [(row, band) for row in rows if (band := _band(row))]
        if len(bands) != len(rows) or not bands:
            continue
        unit = {_unit(edge.expression) for row in rows for edge in row.edges}
        if len(unit) > 1:
            continue
        yield from _holes(bands, next(iter(unit), ""))


def _conditional(row: model.Row) -> bool:
    return _depends(row.tail)


def _depends(tail: model.Tail) -> bool:
    return bool(tail.when or tail.unless or tail.since or tail.until)


def _unit(expression: model.Expression) -> str:
    if isinstance(expression, model.Quantity):
        return expression.unit
    return "" if isinstance(expression, model.Number) else say(expression)


def _band(row: model.Row) -> tuple[Edge, Edge] | None:
    """The lower and upper edge; None where an edge is no plain amount."""
    low: Edge = (Decimal(0), True)
    high: Edge = (Decimal("Infinity"), False)
    for edge in row.edges:
        expression = edge.expression
        if not isinstance(expression, model.Quantity | model.Number):
            return None
        amount = expression.number if isinstance(expression, model.Quantity) else expression.value
        match edge.kind:
            case "exactly":
                low = high = (amount, True)
            case "from" | "above":
                low = (amount, edge.kind == "from")
            case _:
                high = (amount, edge.kind == "up to")
    return low, high


def _holes(bands: list[tuple[model.Row, tuple[Edge, Edge]]], unit: str) -> Iterator[Diagnostic]:
    def amount(number: Decimal) -> str:
        return f"{say_number(number)} {unit}".strip()

    empty = [row for row, (low, high) in bands if low[0] > high[0] or (low[0] == high[0] and not (low[1] and high[1]))]
    for row in empty:
        help_ = "The lower edge comes first: from …, below …."
        yield Diagnostic("empty-band", _edges(row), "no amount lies in this band", help_)
    if empty:
        return  # whether the others meet is not to be known before these edges are right
    ordered = sorted(bands, key=lambda band: (band[1][0][0], not band[1][0][1]))
    first_row, (first_low, _) = ordered[0]
    if first_low[0] > 0:
        seen = f"no band holds amounts below {amount(first_low[0])}"
        yield Diagnostic("gap", _edges(first_row), seen, "Add the lowest band.")
    for (_, (_, high)), (row, (low, _)) in pairwise(ordered):
        if low[0] > high[0]:
            seen = f"no band holds amounts between {amount(high[0])} and {amount(low[0])}"
            yield Diagnostic("gap", _edges(row), seen, "Let one band begin where the other ends.")
        elif low[0] == high[0] and not (low[1] or high[1]):
            seen = f"no band holds exactly {amount(low[0])}"
            yield Diagnostic(
                "gap", _edges(row), seen, "Write `from` for the band that includes it, or `up to` in the one before."
            )
        elif low[0] < high[0] or (low[1] and high[1]):
            seen = f"two bands hold {'amounts above' if low[0] < high[0] else 'exactly'} {amount(low[0])}"
            yield Diagnostic("overlap", _edges(row), seen, "Write `below` in the one before, or `above` here.")
    last_row, (_, last_high) = ordered[-1]
    if last_high[0].is_finite():
        yield Diagnostic(
            "gap",
            _edges(last_row),
            f"no band holds amounts above {amount(last_high[0])}",
            "Leave the last band open: from ….",
        )


def _edges(row: model.Row) -> Place:
    return row.edges[0].place.to(row.edges[-1].place) if row.edges else row.place


def parts_lie_in_the_base(view: View) -> Iterator[Diagnostic]:
    """What is borne for a part of the base cannot fall on more than the whole of it."""
    for fee in view.jurisdiction.of(model.Fee):
        if fee.base is None:
            continue
        most, certain = _most(view, fee.base), Decimal(0)
        for line in fee.lines:
            if not isinstance(line, model.Borne) or line.part is None:
                continue
            share = _share_of(line.part, fee.base)
            certain += share or 0 if not _depends(line.tail) else 0
            if share is not None and max(share, certain) > 100:
                seen = f"more than the whole of `{say(fee.base)}` is borne: {say_number(max(share, certain))} %"
                yield Diagnostic("beyond-base", line.place, seen, "The parts of a fee come to 100 % at most.")
            part = line.part if isinstance(line.part, model.Quantity) else None
            if most and part and most.unit == part.unit and part.number > most.number:
                seen = f"`{say(fee.base)}` is at most {say(most)}, so {say(part)} is no part of it"
                yield Diagnostic("beyond-base", line.place, seen, "Correct the amount here, or the bounds of the fact.")


def _share_of(part: model.Expression, base: model.Expression) -> Decimal | None:
    """A part that is a share of the whole base, in per cent."""
    if isinstance(part, model.Percentage) and (part.of is None or part.of == base):
        return part.number
    return None


def _most(view: View, base: model.Expression) -> model.Quantity | None:
    """The most that the base can be, where its fact says so in a plain amount."""
    fact = view.declared.get(base.name) if isinstance(base, model.Name) else None
    bounds = fact.type.bounds if isinstance(fact, model.Fact | model.Rule) else ()
    limits = (one.expression for one in bounds if one.side in ("at most", "below"))
    return next((limit for limit in limits if isinstance(limit, model.Quantity)), None)


def only_bands_have_an_excess(view: View) -> Iterator[Diagnostic]:
    """`the excess` is what lies above the lower edge of a band; elsewhere it is nothing."""
    in_slices = [walk(fee.lines) for fee in view.jurisdiction.of(model.Fee) if fee.in_slices]
    sliced = {id(node) for nodes in in_slices for node in nodes}
    fine = {
        id(node)
        for row in view.nodes
        if isinstance(row, model.Row) and any(edge.kind in ("from", "above") for edge in row.edges)
        for node in walk(row.formula)
    }
    for node in view.nodes:
        if isinstance(node, model.Excess) and id(node) in sliced:
            help_ = "Write the amount of one slice: `5 %` is of the part that lies in its band."
            yield Diagnostic("no-excess", node.place, "in slices a row takes no more than its own part already", help_)
        elif isinstance(node, model.Excess) and id(node) not in fine:
            yield Diagnostic(
                "no-excess",
                node.place,
                "there is no lower edge to exceed",
                "Write it in a band that says `from …` or `above …`.",
            )


def parts_make_a_whole(view: View) -> Iterator[Diagnostic]:
    """Only a fee is paid in parts; the parts are two or more, add up, and can only be kept or missed."""
    for step in view.nodes:
        if not isinstance(step, model.Step) or step.instalments is None:
            continue
        parts, seen, help_ = step.instalments, "", ""
        rests = parts.shares.count(None)
        shares = sum((one for one in parts.shares if one is not None), Decimal(0))
        if step.verb != PAYS:
            seen, help_ = f"what is done in parts is paid, not {ACTS.get(step.verb, step.verb)}", "Leave the parts out."
        elif (parts.number or len(parts.shares)) < 2:
            seen, help_ = "a sum in parts has two of them or more", "Write `within …` for one payment."
        elif parts.number > MOST_PARTS:
            seen, help_ = f"a sum in {parts.number} parts is more than anybody pays", f"Write {MOST_PARTS} at most."
        elif rests > 1:
            seen, help_ = "only one part can be the rest", "Say the others in percent."
        elif parts.shares and not (shares < 100 if rests else shares == 100):
            seen = f"the parts come to {say_number(shares)} %" + (", and leave no rest" if rests else ", not to 100 %")
            help_ = "Correct them, or let one of them be `the rest`."
        elif any(isinstance(way, model.Outcome) and way.label != "missed" for way in step.branches):
            seen, help_ = "a sum in parts is kept or missed, and leads nowhere else", "Keep `if missed -> …` alone."
        if seen:
            yield Diagnostic("bad-parts", parts.place, seen, help_)
