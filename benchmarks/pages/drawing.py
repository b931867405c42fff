"""How long a drawing takes from the plan on, beside the layout by Graphviz, on invented procedures of growing length.

    python benchmarks/pages/drawing.py [ROUNDS]

DOT is measured apart from its layout: the first is ours, the second Graphviz's. The overview groups what is long, so it is drawn
however long the file. The fastest of the rounds counts; the layout is
made once, by whichever Graphviz is there, and not of the longest.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

from engine.plan import make_plan
from engine.records import Plan
from procedure_dsl import load, source_of_text
from viz import widths
from viz.diagram import make_diagram
from viz.dot import to_dot
from viz.page.atlas import atlas_of
from viz.page.marking import PLAIN
from viz.page.paper import PAPERS
from viz.page.plan_pages import overview_sheet
from viz.page.theme import Theme
from viz.render import render

SIZES = (10, 50, 300, 2_000)
LARGEST_FOR_DOT = 50  # of 300, graphviz-pure takes minutes
HEAD = """\
jurisdiction somewhere "Somewhere"
  money in XTS, rounded half up to 0.01       by assumption "a benchmark"
  calendar BY                                 by assumption "a benchmark"
  counting starts the next day                by assumption "a benchmark"
  counting ends short months on the last day  by assumption "a benchmark"
  counting rolls to the next working day      by assumption "a benchmark"
  languages en

source act "The act"

party owner, our side "Owner"
party tenant, other side "Tenant"
party court, neutral "Court"

procedure long "A long procedure"
"""


def invented(stages: int) -> Plan:
    """Stages in a row, each of one of three actors, with a way out and now and then a way back."""
    lines = [HEAD]
    for at in range(stages):
        actor = ("owner", "tenant", "court")[at % 3]
        lines += [
            f'stage s{at} "Stage number {at}" by act "s. {at}"',
            f"  the {actor} decides" + ("" if at % 3 == 0 else " at once"),
        ]
        lines += [f"    ahead -> s{at + 1}" if at < stages - 1 else "    ahead -> done", "    away -> done"]
        lines += [f"    returns -> s{at // 2} at most 2 times"] if at % 7 == 5 else []
    lines.append('end done "Done" by act "s"')
    return make_plan(load(source_of_text("\n".join(lines) + "\n", "long.proc")))


def fastest(work: Callable[[], object], rounds: int) -> float:
    """Milliseconds."""
    best = float("inf")
    for _ in range(rounds):
        widths._thousandths.cache_clear()  # each round measures its lines anew
        began = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - began)
    return best * 1000


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    print(
        "| stages | DOT from plan, ms | × of 10 stages, per stage | overview from plan, ms | layout by Graphviz, ms |"
    )
    print("|---:|---:|---:|---:|---:|")
    unit = 0.0
    for size in SIZES:
        plan = invented(size)
        text = fastest(lambda plan=plan: to_dot(make_diagram(plan)), rounds)
        page = fastest(
            lambda plan=plan: overview_sheet(atlas_of(plan), PAPERS["a4"], Theme(), (), PLAIN), max(1, rounds // 2)
        )
        laid = ""
        if size <= LARGEST_FOR_DOT:
            graph = to_dot(make_diagram(plan))
            laid = f"{fastest(lambda graph=graph: render(graph, 'svg'), 1):.0f}"
        unit = unit or text / size
        print(f"| {size} | {text:.1f} | {text / size / unit:.2f} | {page:.1f} | {laid or '–'} |")


if __name__ == "__main__":
    main()
