"""Who decides what, in words that need no look into the file: the party, what it does, and where."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from engine.exact.walker import NOT_USED
from engine.road import Road
from procedure_dsl.wording import say
from procedure_dsl.words import DONE, SKIPPED

if TYPE_CHECKING:
    from engine.exact.analyse import Analysis
    from engine.exact.cells import Cell, Way
    from engine.records import Act


def act_of(of: Analysis, cell: Cell) -> Act | None:
    """The sentence at which the walk stands, where it is a party's."""
    from engine.records import Act

    moves = of.plan.stages[cell.state.stage].moves if cell.state.stage else ()
    at = cell.state.road.at
    found = moves[at] if cell.state.choice.kind in ("way", "keep", "may") and at < len(moves) else None
    return found if isinstance(found, Act) else None


def party_of(of: Analysis, cell: Cell) -> str:
    """The title of whoever decides at a cell; "" where it is no party."""
    choice = cell.state.choice
    if choice.kind == "right":
        return of.plan.label(of.plan.rights[choice.about].party).text()
    act = act_of(of, cell)
    return of.plan.label(act.party).text() if act is not None else ""


def option_text(of: Analysis, cell: Cell, way: Way) -> str:
    """`files a claim`, `Debtor lets the term pass`, `does not use “asks for a stay”`."""
    choice, option = cell.state.choice, way.option
    if choice.kind == "right":
        right = of.plan.rights[choice.about].label.text()
        return say("does not use {right}", right=quoted(right)) if option.label == NOT_USED else right
    if choice.kind == "may" and option.label in (DONE, SKIPPED):
        act = act_of(of, cell)
        if act is not None:
            words = Road.act_words(cell.state.road, act)
            return words if option.label == DONE else say("does not: {act}", act=words)
    if choice.kind == "fact" and option.label in ("yes", "no"):
        return say(option.label)
    if option.label == "missed":
        party = party_of(of, cell)
        return say("{party} lets the term pass", party=party) if party else say("lets the term pass")
    if option.edge is not None:
        return option.edge.label.text()
    return option.label.replace("_", " ")


def quoted(words: str) -> str:
    """`“pleads ‘we have no money’”`: words of a file in those of an answer."""
    return say("“{words}”", words=words.translate(INNER))


INNER = str.maketrans("“”«»", "‘’„“")


def place_of(of: Analysis, cell: Cell) -> str:
    """Where a decision stands: the title of the stage, or what is not told."""
    choice = cell.state.choice
    return of.plan.label(choice.about if choice.kind == "fact" else choice.stage).text()


def after(pairs: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Decisions of which one came before, those of one place together: `Claim letter: objects / lets the term pass`."""
    places: dict[str, dict[str, None]] = {}
    for place, option in pairs:
        places.setdefault(place, {})[option] = None
    return tuple(f"{place}: {' / '.join(options)}" for place, options in places.items())


def before(of: Analysis, cell: Cell, leads: dict[Cell, list[tuple[Cell, Way]]]) -> Iterator[tuple[str, str]]:
    """The last decisions that lead to a cell, each as its place and what was decided; a length, and a right that was
    left alone, are no news, and what came before them is told."""
    ahead, seen = [cell], {cell}
    while ahead:
        for one, way in leads.get(ahead.pop(0), ()):
            choice = one.state.choice
            if len(one.ways) > 1 and choice.kind != "length" and way.option.label != NOT_USED:
                yield place_of(of, one), option_text(of, one, way)
            elif one not in seen:
                seen.add(one)
                ahead.append(one)
