"""Circles: names that lead back to themselves, found without recursion and in one pass over the rest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence


def circles(ways: Mapping[str, Sequence[str]]) -> Iterator[list[str]]:
    """Circles that share no name, each from its earliest name on; every knot of names gives at least one."""
    order = {name: at for at, name in enumerate(ways)}
    left = _knotted(ways, set(ways))
    for start in ways:
        while start in left:
            circle = _walk_round(ways, left, start)
            first = circle.index(min(circle, key=order.__getitem__))
            yield circle[first:] + circle[:first]
            left = _knotted(ways, left - set(circle))


def depths(ways: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """For every name that leads into no circle the length of the longest way from it, itself counted."""
    found: dict[str, int] = {}
    for name in _in_order_of_need(ways):
        found[name] = 1 + max((found[target] for target in ways[name] if target in found), default=0)
    return found


def _in_order_of_need(ways: Mapping[str, Sequence[str]]) -> list[str]:
    """The names that lead into no circle, each behind those to which it leads."""
    done: list[str] = []
    _knotted(ways, set(ways), done)
    return done


def _knotted(ways: Mapping[str, Sequence[str]], names: set[str], done: list[str] | None = None) -> set[str]:
    """Of these names those from which one can go on for ever among them; `done` takes the others."""
    left = {name: sum(target in names for target in ways[name]) for name in names}
    comes_from: dict[str, list[str]] = {name: [] for name in names}
    for name in names:
        for target in ways[name]:
            if target in names:
                comes_from[target].append(name)
    ends = [name for name, going in left.items() if not going]
    while ends:
        end = ends.pop()
        if done is not None:
            done.append(end)
        for name in comes_from[end]:
            left[name] -= 1
            if not left[name]:
                ends.append(name)
    return {name for name, going in left.items() if going}


def _walk_round(ways: Mapping[str, Sequence[str]], left: set[str], start: str) -> list[str]:
    """From a knotted name always onward, until a name comes again."""
    path = {start: 0}
    name = start
    while True:
        name = next(target for target in ways[name] if target in left)
        if name in path:
            return list(path)[path[name] :]
        path[name] = len(path)
