"""Two plans → what one says and the other does not: meaning, not text; and the cases that come out differently."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Any, Literal

from engine.calendar import Calendar
from engine.case import case_of_data
from engine.history import moved
from engine.records import Cite, Plan
from engine.refusal import Refusal
from engine.simulate import simulate_case
from engine.telling import KINDS, Declaration, Statement, tell
from engine.trace import DeadlineEntry, FeeEntry, Moved, Trace

Key = tuple[str, str]  # a declaration's kind and name
Names = dict[Key, str]  # what was renamed → its new name


@dataclass(frozen=True, slots=True)
class Difference:
    """One sentence, or with `whole` a declaration, that was changed, added, removed, moved or renamed."""

    change: Literal["changed", "added", "removed", "moved", "renamed"]
    kind: str
    name: str
    title: str
    what: str = ""  # the part of the sentence that stayed
    was: str = ""
    now: str = ""
    source: str = ""
    source_before: str = ""  # only where it is another one
    whole: tuple[str, ...] = ()  # what a declaration that was added or removed says


def differences(old: Plan, new: Plan) -> tuple[Difference, ...]:
    """What two plans do not have in common, declaration by declaration."""
    before, after = tell(old), tell(new)
    names = renamings(before, after)
    told = [
        Difference("renamed", kind, name, after[kind, name].title, "", was, name) for (kind, was), name in names.items()
    ]
    before = {(kind, names.get((kind, name), name)): one for (kind, name), one in before.items()}
    spoken = _speaker({name: now for (_, name), now in names.items()})
    for key, one in before.items():
        if key not in after:
            told.append(_whole("removed", one))
            continue
        if one.statements != after[key].statements:
            told += _sentences(after[key], [_spoken(statement, spoken) for statement in one.statements])
    told += [_whole("added", one) for key, one in after.items() if key not in before]
    return tuple(sorted(told, key=lambda one: KINDS.index(one.kind)))


# ── Names ───────────────────────────────────────────────────────────────────────────────────────

QUOTED = re.compile(r"(“[^”]*”)")


def renamings(before: dict[Key, Declaration], after: dict[Key, Declaration]) -> Names:
    """Declarations that are gone and there again under another name with everything else the same."""
    found: Names = {}
    while True:
        gone = [key for key in before if key not in after and key not in found]
        fresh = [key for key in after if key not in before and key[1] not in found.values()]
        pairs = [(a, b) for a in gone for b in fresh if a[0] == b[0] and _same(before[a], after[b], found)]
        left, right = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
        sure = {a: b[1] for a, b in pairs if left[a] == right[b] == 1}
        if not sure:
            return found
        found |= sure


def _same(old: Declaration, new: Declaration, names: Names) -> bool:
    spoken = _speaker({**{name: now for (_, name), now in names.items()}, old.name: new.name})
    was = [_signature(_spoken(one, spoken)) for one in old.statements]
    return sorted(was) == sorted(map(_signature, new.statements))


def _speaker(names: dict[str, str]) -> Callable[[str], str]:
    """Words in which everything bears its new name; what is quoted stays as it is."""
    if not names:
        return lambda words: words
    pattern = re.compile(rf"\b(?:{'|'.join(re.escape(one) for one in names)})\b")

    def spoken(words: str) -> str:
        parts = QUOTED.split(words)
        return "".join(one if at % 2 else pattern.sub(lambda m: names[m[0]], one) for at, one in enumerate(parts))

    return spoken


def _spoken(one: Statement, spoken: Callable[[str], str]) -> Statement:
    cite = replace(one.cite, source=spoken(one.cite.source)) if one.cite else None
    return replace(one, place=spoken(one.place), says=spoken(one.says), when=spoken(one.when), cite=cite)


# ── Sentences ───────────────────────────────────────────────────────────────────────────────────


def _meaning(words: str) -> str:
    """Words that mean the same are the same: 45.00 is 45."""
    parts = QUOTED.split(words)
    return "".join(one if at % 2 else IDLE_NOUGHTS.sub(_without_noughts, one) for at, one in enumerate(parts))


IDLE_NOUGHTS = re.compile(r"(\.\d*?)0+(?!\d)")


def _without_noughts(found: re.Match[str]) -> str:
    return found[1].rstrip(".")


def _signature(one: Statement) -> tuple[str, str, str, str]:
    return (_meaning(one.place), _meaning(one.says), _meaning(one.when), full_source(one.cite))


CLOSENESS: tuple[Callable[[Statement], Hashable], ...] = (
    _signature,
    lambda one: _signature(one)[:3],
    lambda one: (_meaning(one.place), _meaning(one.when)),
    lambda one: (_meaning(one.place), _meaning(one.says)),
    lambda one: (_meaning(one.says), _meaning(one.when)) if one.says else None,
    lambda one: _meaning(one.place),
)  # what two sentences have in common, closest first


def _sentences(new: Declaration, was: Sequence[Statement]) -> Iterator[Difference]:
    """What differs between the sentences of one declaration; `was` speaks in the new names."""
    now = new.statements
    pairs = _pairs(was, now)
    alike = [(was[a], now[b]) for a, b in pairs]
    heading = next((_sources(*pair) for pair in alike if _is_heading(*pair)), None)
    for one, other in alike:
        if _signature(one)[:3] != _signature(other)[:3]:
            yield _changed(new, one, other)
        elif one.cite != other.cite and (_sources(one, other) != heading or _is_heading(one, other)):
            what = [*map(shown, filter(None, (other.place, other.says, other.when))), "source"]
            yield Difference("changed", new.kind, new.name, new.title, ", ".join(what), *_sources(one, other))
    for at, one in enumerate(was):
        if at not in {a for a, _ in pairs}:
            words = shown(one.words())
            yield Difference("removed", new.kind, new.name, new.title, was=words, source=source(one.cite))
    for at, other in enumerate(now):
        if at not in {b for _, b in pairs}:
            words = shown(other.words())
            yield Difference("added", new.kind, new.name, new.title, now=words, source=source(other.cite))
    yield from _moved(new, [(a, b) for a, b in pairs if now[b].in_order])


def _pairs(was: Sequence[Statement], now: Sequence[Statement]) -> list[tuple[int, int]]:
    """Which sentence of one text is which of the other: the closest first, and by less than all only where one fits."""
    left, right = list(range(len(was))), list(range(len(now)))
    pairs: list[tuple[int, int]] = []
    for alike in CLOSENESS:
        mine, theirs = {at: alike(was[at]) for at in left}, {at: alike(now[at]) for at in right}
        often = Counter(mine.values()), Counter(theirs.values())
        for at, key in mine.items():
            twins = alike in CLOSENESS[:2]  # say the same, so it does not matter which is which
            if key is None or not (twins or often[0][key] == often[1][key] == 1):
                continue
            other = next((one for one in right if theirs[one] == key), None)
            if other is not None:
                pairs.append((at, other))
                left.remove(at)
                right.remove(other)
    return sorted(pairs)


def _is_heading(one: Statement, other: Statement) -> bool:
    """The heading of a block: where its source is another one, so is that of every sentence that inherits it."""
    return not (one.place or one.says or other.place or other.says)


def _changed(new: Declaration, one: Statement, other: Statement) -> Difference:
    """One sentence: what stayed of it, and what did not."""
    parts = ((one.place, other.place), (one.says, other.says), (one.when, other.when))
    stayed = [shown(b) for a, b in parts if b and _meaning(a) == _meaning(b)]
    was, now = ([shown(pair[at]) for pair in parts if _meaning(pair[0]) != _meaning(pair[1])] for at in (0, 1))
    before, after = source(one.cite), source(other.cite)
    if before == after and one.cite != other.cite:
        before, after = _sources(one, other)
    return Difference(
        "changed", new.kind, new.name, new.title, ", ".join(stayed), " ".join(filter(None, was)) or "—",
        " ".join(filter(None, now)) or "—", after, before if before != after else "",
    )  # fmt: skip


def _moved(new: Declaration, pairs: list[tuple[int, int]]) -> Iterator[Difference]:
    """Sentences that stand in another order now: the fewest that had to be moved for it."""
    then, now = [b for _, b in pairs], sorted(b for _, b in pairs)
    if then == now:
        return
    kept = {then[at] for block in _blocks(then, now) for at in block}

    def after(order: list[int], one: int) -> str:
        at = order.index(one)
        return f"after {shown(new.statements[order[at - 1]].place)}" if at else "first"

    for one in now:
        if one not in kept:
            words = shown(new.statements[one].words())
            yield Difference("moved", new.kind, new.name, new.title, words, after(then, one), after(now, one))


def _blocks(then: list[int], now: list[int]) -> Iterator[range]:
    for block in SequenceMatcher(None, then, now, autojunk=False).get_matching_blocks():
        yield range(block.a, block.a + block.size)


def _whole(change: Literal["added", "removed"], one: Declaration) -> Difference:
    lines = (f"{shown(statement.words())} {bracketed(source(statement.cite))}".strip() for statement in one.statements)
    return Difference(change, one.kind, one.name, one.title, whole=tuple(filter(None, lines)))


# ── Words ───────────────────────────────────────────────────────────────────────────────────────


def shown(words: str) -> str:
    """Words for people: blanks in names, what is quoted as it is."""
    parts = QUOTED.split(words)
    return "".join(one if at % 2 else one.replace("_", " ") for at, one in enumerate(parts))


def source(cite: Cite | None) -> str:
    return str(cite) if cite else ""


def full_source(cite: Cite | None) -> str:
    """A source with its quotation and its argument."""
    if cite is None:
        return "—"
    said = (("saying", cite.saying), ("because", cite.why), ("unverified:", cite.unverified))
    return f"{cite}" + "".join(f" {word} “{words}”" for word, words in said if words)


def bracketed(words: str) -> str:
    return f"[{words}]" if words else ""


def _sources(one: Statement, other: Statement) -> tuple[str, str]:
    return full_source(one.cite), full_source(other.cite)


# ── Cases ───────────────────────────────────────────────────────────────────────────────────────


class NotCompared(Exception):
    """A case that can be computed by neither plan, and why."""


def case_differences(old: Plan, new: Plan, data: Any, before: Calendar, after: Calendar) -> tuple[Moved, ...]:
    """What of one saved case comes out differently; titles that were changed are no difference."""
    one, other = _trace(old, data, before), _trace(new, data, after)
    if isinstance(one, str) and isinstance(other, str):
        raise NotCompared(other)
    if isinstance(one, str) or isinstance(other, str):
        return (Moved(what="The case", was=_end(one), now=_end(other), because=""),)
    names = {name: now for (_, name), now in renamings(tell(old), tell(new)).items()}
    one = _retitled(one, old, new, names)
    parts, others = _parts(one), _parts(other)
    rows: list[Moved] = []
    if parts.keys() != others.keys():
        rows.append(Moved(what="What is unknown divides it", was=_division(one), now=_division(other), because=""))
    for heading in (heading for heading in parts if heading in others):
        found = moved(parts[heading], others[heading])
        rows += [row.model_copy(update={"what": f"{heading}: {row.what}"}) for row in found] if heading else found
    return tuple(rows)


def _trace(plan: Plan, data: Any, calendar: Calendar) -> Trace | str:
    try:
        return simulate_case(plan, case_of_data(plan, data), calendar, compare=False)
    except Refusal as refusal:
        return f"cannot be computed: {' '.join(filter(None, (f'{refusal.seen}.', refusal.help)))}"


def _end(found: Trace | str) -> str:
    return found if isinstance(found, str) else f"{found.outcome.status} at {found.outcome.title}"


def _parts(trace: Trace) -> dict[str, Trace]:
    """The parts of a divided trace by the answers that head them."""
    ways = {"; ".join(answer.text for answer in way.when): way.trace for way in trace.outcome.ways}
    return ways or {f"asks {trace.outcome.ask_first} first" if trace.outcome.ask_first else "": trace}


def _division(trace: Trace) -> str:
    return "; or ".join(f"({heading})" for heading in _parts(trace) if heading) or "nothing"


def _retitled(trace: Trace, old: Plan, new: Plan, names: dict[str, str]) -> Trace:
    """The trace with the new plan's titles for what both plans have."""

    def title(name: str, told: str) -> str:
        now = new.label(names.get(name, name)).text()
        return told.replace(old.label(name).text(), now, 1) if now != names.get(name, name).replace("_", " ") else told

    def named(one: DeadlineEntry | FeeEntry) -> str:
        term = old.deadlines.get(one.id)
        return title(one.id if term is None or term.named else one.stage, one.title)

    return trace.model_copy(
        update={
            "deadlines": tuple(one.model_copy(update={"title": named(one)}) for one in trace.deadlines),
            "fees": tuple(one.model_copy(update={"title": named(one)}) for one in trace.fees),
            "outcome": trace.outcome.model_copy(
                update={
                    "title": title(trace.outcome.at, trace.outcome.title),
                    "ways": tuple(
                        way.model_copy(update={"trace": _retitled(way.trace, old, new, names)})
                        for way in trace.outcome.ways
                    ),
                }
            ),
        }
    )
