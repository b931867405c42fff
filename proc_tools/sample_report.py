"""A sample → text: each end with its share and standard error, the days and the fees as drawn; and the bar while it is drawn."""

from __future__ import annotations

import sys
from collections.abc import Callable
from decimal import Decimal

from engine.exact.sampling import Drawn, Sample
from engine.values import figure
from proc_tools import text
from procedure_dsl.wording import phrase, say, say_currency, say_figure, say_many

OPEN = {
    "": phrase("all odds are stated"), "badly": phrase("where odds are open: as they fall badly"),
    "well": phrase("where odds are open: as they fall well"),
}  # fmt: skip
CELLS = 30


def report(samples: tuple[Sample, ...], title: str, cells: int) -> str:
    """All samples, one below the other."""
    first = samples[0]
    number = say_figure(figure(Decimal(first.runs), least=0))
    drawn = say_many(
        first.runs, "{number} draw, seed {seed}", "{number} draws, seed {seed}", seed=first.seed, number=number
    )
    lines = [title, drawn]
    for sample in samples:
        lines += ["", text.heading(say(OPEN[sample.open]), cells)]
        heads = [
            say("share"),
            say("days: mean"),
            say("a tenth, half, nine tenths"),
            say("we pay, {currency}", currency=say_currency(sample.currency)),
        ]
        rows = [[*heads, say("the case ends")], *map(_row, sample.ends)]
        lines += text.table(rows, cells)
        if sample.unfinished:
            lines.append(
                say_many(
                    sample.unfinished, "  {number} draw is still in a loop", "  {number} draws are still in a loop"
                )
            )
    return "\n".join(lines) + "\n"


def _row(one: Drawn) -> list[str]:
    share = f"{_number(one.share * 100, 2)} ± {_number(one.error * 100, 2)} %"
    days = f"{_number(one.mean_days, 1)} ± {_number(one.error_days, 1)}"
    cost = f"{say_figure(figure(Decimal(one.mean_cost)))} ± {_number(one.error_cost, 2)}"
    return [share, days, f"{one.tenth}, {one.median}, {one.ninetieth}", cost, one.title]


def _number(number: float, places: int) -> str:
    return say_figure(f"{number:.{places}f}")


def bar(runs: int) -> Callable[[int], None]:
    """A bar on a terminal; nothing where there is none."""
    if not sys.stderr.isatty():
        return lambda _: None

    def tell(done: int) -> None:
        full = CELLS * done // runs
        end = "\n" if done >= runs else ""
        print(f"\r[{'█' * full}{'·' * (CELLS - full)}] {done}/{runs}", end=end, file=sys.stderr, flush=True)

    return tell
