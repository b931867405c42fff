"""Plan → pages without a case: the whole on one page by groups of stages, a page for each group, one stage with everything."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product
from typing import Final

from engine.records import Plan
from procedure_dsl.wording import say
from viz.page.atlas import Atlas, Unit, atlas_of
from viz.page.boxes import end_box, group_box, stage_box
from viz.page.cards import Block
from viz.page.case_page import APART, COLUMNS, finished
from viz.page.frame import FOOT, Colophon, colophon_of, heading, legend, line_look
from viz.page.grid import NOBODY, Grid, Link, Node
from viz.page.lanes import Band
from viz.page.marking import PLAIN, Marking
from viz.page.marks import Group, Mark, Page, Text, frame_of, moved, wrap
from viz.page.notes import Note, column_width, paragraph, poured, title_note
from viz.page.paper import MARGIN, Paper
from viz.page.theme import LEAST, Theme

MOST_BOXES: Final = 18  # on an overview; a few more where it would not fit its page or hide a stage
MOST_COLUMNS: Final = 7
MOST_TOGETHER: Final = (99, 14, 9)  # stages of one group: the first of these with which the overview fits its page


def overview_pages(
    plan: Plan, paper: Paper, theme: Theme, version: str = "", marking: Marking = PLAIN
) -> tuple[Page, ...]:
    """The whole on one page, then a page for each group, then the sources."""
    atlas = atlas_of(plan)
    told = colophon_of(plan, None, version)
    sheets = [overview_sheet(atlas, paper, theme, _figures(plan, atlas), marking)]
    for at, (title, units) in enumerate(groups_of(atlas)):
        sheets += group_sheets(atlas, units, title, at, paper, theme, False, marking)
    sheets += source_sheets(atlas, paper, theme)
    return finished(sheets, paper, theme, f"{atlas.place}: {atlas.title}", _description(atlas), told)


def detail_pages(plan: Plan, paper: Paper, theme: Theme, version: str = "", stage: str = "") -> tuple[Page, ...]:
    """Every group with everything in it; or one stage, what leads to it and where it leads."""
    atlas = atlas_of(plan)
    told: Colophon = colophon_of(plan, None, version)
    if stage:
        sheets = [*_stage_sheets(atlas, atlas.units[stage], paper, theme)]
    else:
        sheets = [
            sheet for at, (title, units) in enumerate(groups_of(atlas)) for sheet in group_sheets(atlas, units, title, at, paper, theme, True)
        ]  # fmt: skip
    sheets += source_sheets(atlas, paper, theme)
    return finished(sheets, paper, theme, f"{atlas.place}: {atlas.title}", _description(atlas), told)


def _description(atlas: Atlas) -> str:
    return "; ".join(f"{unit.number}. {unit.title}" for unit in atlas.units.values() if unit.kind == "stage")


def _figures(plan: Plan, atlas: Atlas) -> list[tuple[str, str]]:
    counts = (
        (say("Stages"), sum(unit.kind == "stage" for unit in atlas.units.values())), (say("Possible ends"), len(plan.ends)), (say("Fees"), len(plan.fees)),
        (say("Terms"), sum(deadline.named for deadline in plan.deadlines.values())), (say("Papers"), len(plan.documents)), (say("Sources"), len(atlas.sources)),
    )  # fmt: skip
    return [(what, f"{number}") for what, number in counts if number]


# ── The overview ────────────────────────────────────────────────────────────────────────────────


Groups = list[tuple[str, list[Unit]]]


def groups_of(atlas: Atlas, together: int = MOST_BOXES) -> Groups:
    """The parts of the file; of a part that is longer, so many stages at a time."""
    parts: dict[int, list[Unit]] = {}
    for unit in atlas.units.values():
        parts.setdefault(unit.part, []).append(unit)
    found: list[tuple[str, list[Unit]]] = []
    for part, units in sorted(parts.items()):
        title = atlas.parts[part] if part < len(atlas.parts) and atlas.parts[part] else atlas.title
        stages = [unit for unit in units if unit.kind == "stage"]
        ends = [unit for unit in units if unit.kind == "end"]
        if len(stages) <= together:
            found.append((title, [*stages, *ends]))
            continue
        number = -(-len(stages) // together)
        size = -(-len(stages) // number)
        for at in range(0, len(stages), size):
            last = at + size >= len(stages)
            found.append((f"{title} ({at // size + 1}/{number})", [*stages[at : at + size], *(ends if last else [])]))
    return found


def columns_of(atlas: Atlas, together: int, most: int) -> Groups:
    """The groups as columns of an overview; of more than a page is wide, several in one column."""
    groups = groups_of(atlas, together)
    if len(groups) <= most:
        return groups
    size = -(-len(groups) // most)
    found = []
    for at in range(0, len(groups), size):
        some = groups[at : at + size]
        title = some[0][0] if len(some) == 1 else f"{some[0][0]} … {some[-1][0]}"
        found.append((title, [unit for _, units in some for unit in units]))
    return found


def overview_sheet(
    atlas: Atlas,
    paper: Paper,
    theme: Theme,
    figures: Sequence[tuple[str, str]],
    marking: Marking,
    aside: Block | None = None,
) -> list[Mark]:
    """The first page: in columns by group, or each stage where there are few. `aside` stands at the right of the heading."""
    shown = [unit for unit in atlas.units.values() if unit.kind == "stage" or unit.procedure == atlas.main]
    kinds = {"way", "back", "end"} | ({"call"} if any(unit.performs for unit in atlas.units.values()) else set())
    tags = {tag.kind for unit in atlas.units.values() for tag in unit.tags()} - {"practice", "not stated"}
    if marking is not PLAIN:
        kinds, tags = ({"end"} if "wide" in marking.legend else kinds) | marking.legend, set()
    key = legend(tags, kinds, (), paper.inner, theme)
    room = paper.high - 2 * MARGIN - FOOT - key.high - APART
    below = 14.0 if theme.firm else 0.0  # the name of the firm
    for lines, most, told, columns, together in product(
        (99, 5, 3), (MOST_BOXES, MOST_BOXES + 6), (figures, ()), range(MOST_COLUMNS - 1, 2, -1), MOST_TOGETHER
    ):
        head = heading(atlas.place, atlas.title, told, paper, theme)
        head = replace(head, high=max(head.high, aside.high + below if aside else 0))
        left = room - head.high - APART
        if len(shown) <= MOST_BOXES:
            band = _each(atlas, shown, paper, theme, marking)
        else:
            groups = columns_of(atlas, together, columns)
            if (_boxes(atlas, groups) > most or _least_high(groups, lines) > left) and (columns, lines) != (3, 3):
                continue
            band = _grouped(atlas, groups, lines, paper, theme, marking)
        if band.high <= left:
            break
    spare = max(0.0, left - band.high)
    beside = moved(aside.marks, paper.inner - frame_width(aside), below) if aside else ()
    return [
        *head.marks, *beside, *moved(band.marks, 0, head.high + APART + min(spare / 3, 24)), *moved(key.marks, 0, room + APART),
    ]  # fmt: skip


def frame_width(block: Block) -> float:
    return frame_of(block.marks)[2]


def _boxes(atlas: Atlas, groups: Groups) -> int:
    """How many boxes these groups make, with the ends of the main road."""
    ends = sum(unit.kind == "end" and unit.procedure == atlas.main for unit in atlas.units.values())
    return ends + sum(len({unit.lane for unit in units if unit.kind == "stage"}) for _, units in groups)


def _least_high(groups: Groups, lines: int) -> float:
    """How high lists of one line a stage would be at least: what cannot fit need not be composed."""
    rows: dict[str, int] = {}
    for _, units in groups:
        counted: dict[str, int] = {}
        for unit in units:
            if unit.kind == "stage":
                counted[unit.lane] = counted.get(unit.lane, 0) + 1
        for lane, number in counted.items():
            rows[lane] = max(rows.get(lane, 0), min(number, lines))
    return sum(rows.values()) * LEAST * 1.16


def _grouped(atlas: Atlas, groups: Groups, most: int, paper: Paper, theme: Theme, marking: Marking) -> Band:
    """A column for each group, in it a box for each actor; the ends of the main road in a column of their own."""
    ends = [unit for unit in atlas.units.values() if unit.kind == "end" and unit.procedure == atlas.main]
    home: dict[str, str] = {}
    places: dict[str, tuple[int, str]] = {}
    lists: dict[str, list[Unit]] = {}
    for column, (_, units) in enumerate(groups):
        for unit in units:
            if unit.kind == "stage":
                box = f"{column}/{unit.lane}"
                home[unit.name] = box
                places[box] = (column, unit.lane)
                lists.setdefault(box, []).append(unit)
    for end in ends:
        home[end.name] = f"end/{end.name}"
        places[home[end.name]] = (len(groups), NOBODY)
    order = {name: at for at, name in enumerate(atlas.units)}
    grid = Grid(
        atlas.lanes, len(groups) + bool(ends), paper.inner, places, _links(atlas, home, order, theme, marking), theme
    )
    nodes = [Node(box, *places[box], group_box(units, grid.box, theme, most, marking)) for box, units in lists.items()]
    nodes += [
        Node(home[end.name], *places[home[end.name]], end_box(end, grid.box, theme, marking.of(end.name)))
        for end in ends
    ]
    heads = [_column_head(title, grid.box, theme, at) for at, (title, _) in enumerate(groups)]
    return grid.band(nodes, [*heads, _column_head(say("Possible ends"), grid.box, theme)] if ends else heads)


def _column_head(title: str, wide: float, theme: Theme, page: int = -1) -> Block:
    marks = [
        Text(0, 9 + at * 10.6, words, 8.8, theme.accent, True) for at, words in enumerate(wrap(title, wide, 8.8, True))
    ]
    return Block((Group("", title, tuple(marks), f"#page-{page}" if page >= 0 else ""),), len(marks) * 10.6 + 3)


def _each(atlas: Atlas, units: Sequence[Unit], paper: Paper, theme: Theme, marking: Marking) -> Band:
    """A box for each stage and end, in columns by how far it is from the beginning."""
    column = ranks(units)
    places = {unit.name: (column[unit.name], unit.lane) for unit in units}
    order = {unit.name: at for at, unit in enumerate(units)}
    home = {unit.name: unit.name for unit in units}
    grid = Grid(
        atlas.lanes,
        max(column.values(), default=0) + 1,
        paper.inner,
        places,
        _links(atlas, home, order, theme, marking),
        theme,
    )
    nodes = []
    for unit in units:
        is_end = unit.kind == "end"
        block = (
            end_box(unit, grid.box, theme, marking.of(unit.name))
            if is_end
            else group_box([unit], grid.box, theme, 1, marking)
        )
        nodes.append(Node(unit.name, *places[unit.name], block))
    return grid.band(nodes, [])


def ranks(units: Sequence[Unit]) -> dict[str, int]:
    """How many steps forward each is from the beginning at most; pressed into as many columns as a page has."""
    order = {unit.name: at for at, unit in enumerate(units)}
    found = dict.fromkeys(order, 0)
    for unit in units:
        for target in (*(way.target for way in unit.exits), *unit.performs):
            if target in order and (order[target] > order[unit.name]):
                found[target] = max(found[target], found[unit.name] + 1)
    most = max(found.values(), default=0)
    if most >= MOST_COLUMNS:
        found = {name: rank * (MOST_COLUMNS - 1) // most for name, rank in found.items()}
    return found


def _links(atlas: Atlas, home: dict[str, str], order: dict[str, int], theme: Theme, marking: Marking) -> list[Link]:
    """One line for all ways between two boxes; back where it leads up in the text."""
    found: dict[tuple[str, str], list[str]] = {}
    kinds: dict[tuple[str, str], str] = {}
    for unit in atlas.units.values():
        if unit.name not in home:
            continue
        targets = [(way.target, way.name, "way") for way in unit.exits] + [(name, "", "call") for name in unit.performs]
        for target, way, kind in targets:
            if target in home and home[target] != home[unit.name]:
                pair = (home[unit.name], home[target])
                back = atlas.units[target].kind == "stage" and order[target] < order[unit.name]
                found.setdefault(pair, []).append(way)
                kinds[pair] = (
                    "call" if kind == "call" else "back" if back and kinds.get(pair, "back") == "back" else "way"
                )
    links = []
    for pair, ways in found.items():
        look = marking.look(ways) or line_look(kinds[pair], theme)
        names = "+".join(way for way in dict.fromkeys(ways) if way)
        links.append(Link(*pair, look, "", names, names))
    return links


# ── A page for each group ───────────────────────────────────────────────────────────────────────


def group_sheets(
    atlas: Atlas, units: Sequence[Unit], title: str, at: int, paper: Paper, theme: Theme, whole: bool, marking: Marking = PLAIN
) -> list[list[Mark]]:  # fmt: skip
    """The stages of a group in order, each with its acts, terms, fees and ways."""
    head = heading(f"{atlas.place}: {atlas.title}", title, (), paper, theme)
    head = Block((Group(f"page-{at}", title, head.marks),), head.high)
    tags = {tag.kind for unit in units for tag in unit.tags()}
    kinds = ({"missed"} if "wide" in marking.legend else {"way", "back", "missed"}) | marking.legend
    kinds |= {"end"} if any(unit.kind == "end" for unit in units) else set()
    signs = {sign for unit in units for number in unit.numbers for sign in number if not sign.isdigit()} | {"1"}
    key = legend(tags, kinds, signs, paper.inner, theme)
    room = paper.high - 2 * MARGIN - FOOT - key.high - APART
    best: list[list[Mark]] = []
    least = 0
    for columns in (4, 3, 5, 2, 6, 1):
        bands = [*_bands(atlas, units, columns, paper, theme, whole, marking)]
        sheets = [*_paged(bands, head, key, room)]
        cost = len(sheets) + 100 * sum(head.high + APART + band.high > room for band in bands)
        if not best or cost < least:
            best, least = sheets, cost
        if least == 1:
            break
    return best


def _paged(bands: Sequence[Band], head: Block, key: Block, room: float) -> Iterator[list[Mark]]:
    marks, down = [*head.marks], head.high + APART
    for at, band in enumerate(bands):
        if at and down + band.high > room:
            yield [*marks, *moved(key.marks, 0, room + APART)]
            marks, down = [*head.marks], head.high + APART
        marks += moved(band.marks, 0, down)
        down += band.high + APART
    yield [*marks, *moved(key.marks, 0, room + APART)]


def _bands(
    atlas: Atlas, units: Sequence[Unit], columns: int, paper: Paper, theme: Theme, whole: bool, marking: Marking
) -> Iterator[Band]:  # fmt: skip
    stages = [unit for unit in units if unit.kind == "stage"]
    ends = [unit for unit in units if unit.kind == "end"]
    slots: list[list[Unit]] = [[unit] for unit in stages] + ([ends] if ends else [])
    rows = -(-len(slots) // columns)
    each = -(-len(slots) // rows) if rows else 0
    for at in range(0, len(slots), each or 1):
        some = slots[at : at + each]
        yield band_of(atlas, some, each, paper, theme, whole, marking)


def band_of(
    atlas: Atlas, slots: Sequence[Sequence[Unit]], columns: int, paper: Paper, theme: Theme, whole: bool, marking: Marking = PLAIN, most: float = 240.0,
    alone: str = "",
) -> Band:  # fmt: skip
    """Some stages beside one another, with the lines among them; of all but the one that stands `alone` only the titles."""
    places: dict[str, tuple[int, str]] = {}
    for column, slot in enumerate(slots):
        free = all(unit.kind == "end" for unit in slot)
        places |= {unit.name: (column, NOBODY if free else unit.lane) for unit in slot}
    order = {name: at for at, name in enumerate(atlas.units)}
    links = []
    for name in places:
        unit = atlas.units[name]
        for way in unit.exits:
            if way.target in places and way.target != name and way.kind != "right":
                back = atlas.units[way.target].kind == "stage" and order[way.target] < order[name]
                look = marking.look((way.name,)) or line_look("back" if back else "way", theme)
                links.append(Link(name, way.target, look, way.name, way.label, way.name))
    grid = Grid(atlas.lanes, columns, paper.inner, places, links, theme, most)
    nodes = []
    for name, place in places.items():
        unit = atlas.units[name]
        if unit.kind == "end":
            nodes.append(Node(name, *place, end_box(unit, grid.box, theme, marking.of(name))))
        elif alone and name != alone:
            nodes.append(Node(name, *place, group_box([unit], grid.box, theme)))
        else:
            block, ports = stage_box(unit, atlas, grid.box, theme, whole, marking)
            named = Block(
                (Group(f"stage-{name}", f"{unit.number}. {unit.title}", block.marks, _cited(unit)),), block.high
            )
            nodes.append(Node(name, *place, named, ports))
    return grid.band(nodes, [])


def _cited(unit: Unit) -> str:
    return f"#source-{unit.numbers[0].rstrip('†‡*°?')}" if unit.numbers else ""


def _stage_sheets(atlas: Atlas, unit: Unit, paper: Paper, theme: Theme) -> Iterator[list[Mark]]:
    """What leads to a stage, the stage itself, and where it leads."""
    before = [
        one for one in atlas.units.values() if one is not unit and any(way.target == unit.name for way in one.exits)
    ]
    names = dict.fromkeys(way.target for way in unit.exits if way.target and way.target != unit.name)
    after = [atlas.units[name] for name in names if atlas.units[name] not in before]
    head = heading(f"{atlas.place}: {atlas.title}", f"{unit.number}. {unit.title}", (), paper, theme)
    key = legend({tag.kind for tag in unit.tags()}, {"way", "back", "missed", "end"}, {sign for number in unit.numbers for sign in number if not sign.isdigit()} | {"1"}, paper.inner, theme)  # fmt: skip
    room = paper.high - 2 * MARGIN - FOOT - key.high - APART
    band = band_of(atlas, [before, [unit], after], 3, paper, theme, True, PLAIN, 250.0, unit.name)
    yield from _paged([band], head, key, room)


# ── Sources ─────────────────────────────────────────────────────────────────────────────────────


def source_sheets(atlas: Atlas, paper: Paper, theme: Theme) -> Iterator[list[Mark]]:
    wide = column_width(COLUMNS, paper.inner)
    rest: Sequence[Note] = [
        title_note(say("Sources"), theme, wide),
        *(paragraph(text, wide, theme, mark, f"source-{mark.rstrip('†‡*°?')}") for mark, text in atlas.sources),
    ]
    while rest and atlas.sources:
        title = heading(atlas.place, f"{atlas.title} – {say('notes')}", (), paper, theme)
        high = paper.high - 2 * MARGIN - FOOT - title.high - APART
        marks, rest, _ = poured(rest, COLUMNS, paper.inner, high)
        yield [*title.marks, *moved(marks, 0, title.high + APART)]
