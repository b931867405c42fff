"""Diagram → what the layout must know of its graph: parallel arrows, arrows against the stream, where there is room."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import networkx as nx

from viz.diagram import Arrow, Box, Diagram

if TYPE_CHECKING:
    Graph = nx.MultiDiGraph[str]


@dataclass(frozen=True, slots=True)
class Wire:
    """One line of the drawing: all arrows between two boxes that are drawn the same way."""

    arrows: tuple[Arrow, ...]
    upstream: bool  # it leads back, so it must not pull its target below its source

    @property
    def first(self) -> Arrow:
        return self.arrows[0]

    @property
    def taken(self) -> bool:
        return self.first.taken


@dataclass(frozen=True, slots=True)
class Layout:
    wires: tuple[Wire, ...]
    main_ends: tuple[Box, ...]  # of the main procedure: they belong to none of its parts
    below: str  # the box under which the legend has room; empty where it stands apart


def lay_out(diagram: Diagram) -> Layout:
    """What is parallel, what runs backwards, what ends the main road, where the legend goes."""
    graph = _graph(diagram)
    upstream = _upstream(graph, diagram)
    wires = []
    for source, target in dict.fromkeys((arrow.source, arrow.target) for arrow in diagram.arrows):
        parallel: list[Arrow] = [data["arrow"] for data in graph[source][target].values()]
        for taken in (True, False):  # what the case went stays apart from what it did not
            for closed in (False, True):
                alike = tuple(one for one in parallel if one.taken is taken and (one.kind == "else") is closed)
                if alike:
                    wires.append(Wire(alike, (source, target) in upstream))
    ends = tuple(box for box in diagram.boxes if box.kind == "end" and box.procedure == diagram.main)
    return Layout(tuple(wires), ends, _room(graph, diagram, upstream))


def _graph(diagram: Diagram) -> Graph:
    graph: Graph = nx.MultiDiGraph()
    graph.add_nodes_from(box.id for box in diagram.boxes)
    for arrow in diagram.arrows:
        graph.add_edge(arrow.source, arrow.target, arrow=arrow)
    return graph


def _upstream(graph: Graph, diagram: Diagram) -> set[tuple[str, str]]:
    """The arrows that lead to an earlier part, or that close a loop and end higher up in the text."""
    order = _reading_order(diagram)
    part = {box.id: box.part for box in diagram.boxes if box.kind not in ("end", "right")}
    loop = {box: number for number, found in enumerate(nx.strongly_connected_components(graph)) for box in found}
    found = set()
    for source, target in graph.edges():
        earlier = source in part and target in part and 0 <= part[target] < part[source]
        closes = loop[source] == loop[target] and order[target] <= order[source]
        if earlier or closes:
            found.add((source, target))
    return found


def _reading_order(diagram: Diagram) -> dict[str, float]:
    """Each box by its place in the text; a right belongs behind the first stage that it is open in."""
    order: dict[str, float] = {box.id: number for number, box in enumerate(diagram.boxes)}
    first: dict[str, float] = {}
    for arrow in diagram.arrows:
        if arrow.kind == "right":
            first[arrow.target] = min(order[arrow.source], first.get(arrow.target, order[arrow.source]))
    return order | {box: number + 0.5 for box, number in first.items()}


def _room(graph: Graph, diagram: Diagram, upstream: set[tuple[str, str]]) -> str:
    """The deepest box of the drawing; of several that stand apart, of the shortest."""
    order = {box.id: number for number, box in enumerate(diagram.boxes)}
    stream: nx.DiGraph[str] = (
        nx.DiGraph()
    )  # in the order of the text, so that of two roads as long always the same is found
    stream.add_nodes_from(order)
    stream.add_edges_from((source, target) for source, target in graph.edges() if (source, target) not in upstream)
    if not order or not nx.is_directed_acyclic_graph(stream):
        return ""
    roads: list[list[str]] = []
    for piece in nx.weakly_connected_components(graph):
        apart: nx.DiGraph[str] = nx.DiGraph()
        apart.add_nodes_from(box for box in order if box in piece)
        apart.add_edges_from(edge for edge in stream.edges() if edge[0] in piece)
        roads.append(nx.dag_longest_path(apart))
    return min(roads, key=lambda road: (len(road), order[road[0]]))[-1]
