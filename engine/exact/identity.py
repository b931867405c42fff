"""What makes two moments of a walk the same: everything that the road may still read, its days apart.

Every field of the records that a walk keeps is either part of its identity or excluded here by name, with the reason; a
test holds that, so that a field which is added later tells states apart until somebody says that it does not.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, fields, replace
from datetime import date
from functools import cache
from typing import Any

from engine.evaluate import State
from engine.exact.live import Live, Read
from engine.exact.reckoning import BARE, LEAVES, Reckoned, Tape, with_days
from engine.exact.walker import Walker
from engine.records import Call, Test
from engine.road import Resume
from engine.tracks import Book, Track
from engine.values import When

# Traces of what was asked on the way: nothing is decided by them.
NOT_OF_STATE = {"missing", "wondered", "read", "left_open", "bends", "versions", "held", "quoted"}
NOT_OF_BOOK = {
    "state",  # told apart field by field
    "visits",  # of how many visits a stage has had only the present one is asked about: see `_parts`
    "decided",  # for the words of a trace
    "seen",  # a loop of the graph is no standstill
    "happened", "used", "taken", "parts_paid", "schedules",  # as far as something still depends on them: see `_counts`
}  # fmt: skip
NOT_OF_TRACK = {
    "title", "notes", "practice",  # words
    "steps",  # counted only where told days bind steps: see `Identity.of`
}  # fmt: skip
OF_ROAD = {"at", "resumes", "answers", "offered"}
NOT_OF_ROAD = {
    "plan", "case", "calendar", "like", "pieces", "cuts", "supposed", "unasked", "start", "length", "draws", "weights", "odds", "reads", "bounded", "leaves_rights", "rounds",  # the same on every walk of a case
    "ask", "log", "days", "tracks", "state", "tape", "ceilings", "given", "counted",  # looked into, or bound to one walk
    "visits", "decided", "used", "taken", "armed", "dropped", "unmet_of", "seen", "parts_paid", "schedules",  # of the book
}  # fmt: skip
OF_DAYS = {"floor", "recommended", "drawn", "track", "each"}
NOT_OF_DAYS = {"plan", "case", "calendar", "ask", "ceilings", "steps", "happened", "length", "draws"}

FOLDED_OF_ROAD = tuple(sorted(OF_ROAD))
FOLDED_OF_DAYS = tuple(sorted(OF_DAYS - {"floor"}))
FOLDED_OF_STATE = tuple(one.name for one in fields(State) if one.name not in NOT_OF_STATE)
FOLDED_OF_BOOK = tuple(one.name for one in fields(Book) if one.name not in NOT_OF_BOOK)


@cache
def of_kind(kind: type) -> tuple[str, ...]:
    """The fields of a kind of record that are told apart; none of what is a value as a whole."""
    if kind.__name__ in LEAVES:
        return ()
    left_out = NOT_OF_TRACK if kind is Track else ()
    return tuple(name for name in getattr(kind, "__dataclass_fields__", {}) if name not in left_out)


Counts = tuple[tuple[str, int], ...]  # of ways, how often each has been taken


@dataclass(frozen=True, slots=True)
class Identity:
    """A state without its days, and the days in the order in which it names them.

    How often ways that are bounded have been taken stands apart, for each book: see `Graph.like_another`. Lengths that
    nobody states tell no states apart; by which of them its bounds are late is known of the walk that met it first.
    """

    base: Hashable
    taken: tuple[Counts, ...]
    days: tuple[Reckoned, ...]
    stretches: tuple[tuple[str, ...], ...] = ()

    @property
    def key(self) -> Hashable:
        return self.base, self.taken

    @staticmethod
    def of(road: Walker, more: Hashable = ()) -> Identity:
        """`more` is what is asked there."""
        found: list[Reckoned] = []
        places: dict[int, int] = {}
        stretches: list[tuple[str, ...]] = []

        def fold(value: Any) -> Hashable:
            kind = type(value)
            if kind in BARE:
                return value  # type: ignore[no-any-return]
            if not value:  # of whatever kind it is
                return ()
            if kind is Reckoned:
                place = places.get(value.place)
                if place is None:
                    places[value.place] = place = len(found)
                    found.append(value)
                return "day", place
            if kind is When:
                stretches.append(value.stretches)
                return "when", fold(value.day), not value.stretches, value.latest, value.least is not None
            if kind is dict:
                order = sorted(value, key=str) if len(value) > 1 else value
                return tuple([
                    (key if type(key) is str else fold(key), one if type(one := value[key]) in BARE else fold(one))
                    for key in order
                ])  # fmt: skip
            if kind is frozenset or kind is set:
                return frozenset(map(fold, value))
            if kind is tuple or kind is list:
                return tuple([fold(one) for one in value])
            names = of_kind(kind)  # type: ignore[arg-type]
            if names:
                return (kind.__name__, *[fold(getattr(value, name)) for name in names])
            hash(value)
            return value  # type: ignore[no-any-return]

        tracks, log = road.tracks, road.log
        state = road.state
        base = (
            more, log.stage, fold(state.today), fold(road.days.floor), tracks.current,
            *[fold(getattr(road, name)) for name in FOLDED_OF_ROAD],
            *[fold(getattr(road.days, name)) for name in FOLDED_OF_DAYS],
            *[fold(getattr(book.state, name)) for book in tracks.books for name in FOLDED_OF_STATE],
            *[fold(getattr(book, name)) for book in tracks.books for name in FOLDED_OF_BOOK],
            *(_counts(road, book) for book in tracks.books),  # of what `rest` has left
            *(fold(book.schedules) for book in tracks.books),
            fold(tracks.all) if len(tracks.all) > 1 else (),
            (tracks.now.steps, fold(road.ceilings)) if road.ceilings else 0,
        )  # fmt: skip
        ways = sorted(road.bounded)
        taken = tuple([tuple([(way, book.taken.get(way, 0)) for way in ways]) for book in tracks.books])
        return Identity(base, taken, tuple(found), tuple(stretches))


def _counts(road: Walker, book: Book) -> Hashable:
    """How often things have happened, as far as anything asks: told days and choices to come, sums in parts."""
    case, plan = road.case, road.plan
    told = tuple([min(book.happened.get(name, 0), len(days)) for name, days in case.events.items()])
    used = tuple([min(book.used.get(name, 0), len(ways)) for name, ways in case.choices.items()])
    filings = []
    for name, fee in plan.fees.items():
        event = fee.governed.event.name if fee.governed else ""
        if event and ("moment", event) in road.reads:
            ahead = book.happened.get(event, 0) - book.happened.get(f"payment of {name}", 0)
            filings.append((ahead > 0, book.happened.get(event, 0) > 0))
    return told, used, tuple(filings), _parts(book)


def _parts(book: Book) -> tuple[tuple[str, int, int], ...]:
    """What has been paid of sums in parts, at the stages as they are visited now."""
    return tuple([
        (stage, at, number) for (stage, at, visit), number in sorted(book.parts_paid.items())
        if visit == book.visits.get(stage)
    ])  # fmt: skip


@dataclass(frozen=True, slots=True)
class Horizon:
    """What lies ahead of a place: found once for each."""

    within: frozenset[str]  # the stages that it stands in
    reads: frozenset[Read]  # whatever may be read
    names: frozenset[str]
    moments: frozenset[str]
    times: frozenset[str]  # moments of which each time may be read
    sums: frozenset[str]  # what adds up on the way
    bounded: frozenset[str]  # the ways that may still be taken, and so often at most
    rounds: frozenset[str]  # with those that go round a loop as often as one likes


Place = tuple[
    tuple[str, tuple[Resume, ...]], ...
]  # of each track its stage, and the procedures that are being performed


def place_of(road: Walker) -> Place:
    tracks = [track for track in road.tracks.all if not track.over] if len(road.tracks.all) > 1 else []
    return ((road.log.stage, road.resumes), *((track.stage, track.resumes) for track in tracks))


def horizon_of(place: Place, live: Live) -> Horizon:
    known = live.horizons.get(place)
    if known is None:
        within = frozenset(one for stage, resumes in place for one in (stage, *_stages(resumes)))
        reads = reads_of(place, live)
        ever = frozenset[Read]().union(*(live.ever.get(one, frozenset()) for one in within))
        known = Horizon(
            within, reads, frozenset(name for _, name in reads),
            frozenset(name for kind, name in reads if kind == "moment") | {"start"},
            frozenset(name for kind, name in ever if kind == "moment"),
            frozenset(name for kind, name in ever if kind == "sum"),
            frozenset[str]().union(*(live.bounded.get(stage, frozenset()) for stage in within)),
            frozenset[str]().union(*(live.endless.get(stage, frozenset()) for stage in within)),
        )  # fmt: skip
        live.horizons[place] = known
    found: Horizon = known
    return found


def rest(road: Walker, live: Live) -> None:
    """Forget what the road can no longer read, so that it tells no two states apart and no day is kept for nothing."""
    if len(road.tracks.all) > 1:
        road.tracks.save()
    horizon = horizon_of(place_of(road), live)
    road.reads, road.bounded = horizon.reads, horizon.bounded if road.rounds is None else horizon.rounds
    if road.offered:
        road.offered = frozenset([(track, stage) for track, stage in road.offered if stage in horizon.within])
    if road.answers:
        road.answers = {key: one for key, one in road.answers.items() if key[1] in horizon.within}
    told_ahead = any(road.days.happened.get(name, 0) < len(days) for name, days in road.case.events.items())
    certain = told_ahead or bool(road.armed)  # only then is it asked how early a day can have been
    for book in road.tracks.books:
        _forget(book, horizon, certain)
        _put_on_tape(book, horizon, road.tape)
    road.keep(road.tracks.books[road.tracks.now.book])
    road.days.floor = road.tape.put(road.days.floor)
    if not certain:
        road.state.today = _whatever_least(road.today)
        road.days.floor = road.today.day
    log = road.log
    for written in (log.path, log.payments, log.passed, log.charges):
        written.clear()
    if len(road.tracks.all) == 1:
        road.resumes = _without_way_back(log.stage, road.resumes, live)
        # what told days say of steps that lie behind binds nothing more
        road.ceilings = [one for one in road.ceilings if one.steps > road.tracks.now.steps]
        road.days.ceilings = tuple(road.ceilings)
    if not road.ceilings:
        del log.steps[:-1]


def _whatever_least(day: When) -> When:
    """A day of which nobody asks how early it can have been."""
    return day if day.least is None else replace(day, least=None)


def _forget(book: Book, horizon: Horizon, certain: bool) -> None:
    """What nothing ahead reads; and, unless it is asked for, how early a day can have been."""
    state, reads = book.state, horizon.reads
    state.events = {
        name: day if certain else _whatever_least(day)
        for name, day in state.events.items() if name.partition(" for ")[0] in horizon.moments
    }  # fmt: skip
    for table in (state.told, state.possible):
        for name in [name for name in table if name.partition(" for ")[0] not in horizon.names and " of " not in name]:
            del table[name]
    state.moved = {name: one for name, one in state.moved.items() if name in horizon.sums}
    state.supposed = {test: one for test, one in state.supposed.items() if _is_live(test, reads)}
    state.ended = {name: number for name, number in state.ended.items() if ("ends", name) in reads}
    for name in NOT_OF_STATE:
        getattr(state, name).clear()
    book.seen.clear()
    book.decided.clear()
    book.armed.update(dict.fromkeys(book.armed, ""))  # where it was said is for a refusal to tell
    for key, charge in list(book.schedules.items()):
        if key[2] == book.visits.get(key[0]):
            book.schedules[key] = replace(charge, governed=None)
        else:
            del book.schedules[key]


def _put_on_tape(book: Book, horizon: Horizon, tape: Tape) -> None:
    """Days that do not hang on the given ones, too: met again on another day, the state is the same."""
    times = getattr(book.state, "times", None)  # of events that clocks ask for: each time counts, not the last alone
    if times is not None:
        kept = {name: days if name in horizon.times else () for name, days in times.items()}
        times.clear()
        times.update(with_days(kept, tape.put))
    book.state.events = with_days(book.state.events, tape.put)
    book.state.today = with_days(book.state.today, tape.put)


def _is_live(test: Test | None, reads: frozenset[Read]) -> bool:
    if test is None:
        return False
    names = [one for expr in (test.subject, *test.objects) for one in expr.names()]
    return not names or any(one in reads for one in names)


def _stages(resumes: tuple[Resume, ...]) -> Iterator[str]:
    for one in resumes:
        yield one.stage
        yield from _stages(one.below)


def _without_way_back(stage: str, resumes: tuple[Resume, ...], live: Live) -> tuple[Resume, ...]:
    """What stays open at a stage, without the rights from which nothing comes back any more."""
    kept: list[Resume] = []
    stages = {stage}
    for one in reversed(resumes):
        if one.kind == "right":
            if not stages & live.backs:
                continue
            one = replace(one, below=_without_way_back(one.stage, one.below, live))
        kept.append(one)
        stages.add(one.stage)
    return tuple(reversed(kept))


def reads_of(place: Place, live: Live) -> frozenset[Read]:
    """What may be read from here on: at the stage, behind every procedure that is being performed, on every track."""
    found: frozenset[Read] = live.always
    for stage, resumes in place:
        found |= live.at.get(stage, frozenset())
        found |= live.at_hand(stage)
        ahead = list(resumes)
        while ahead:
            one = ahead.pop()
            ahead += one.below
            move = live.plan.stages[one.stage].moves[one.at] if one.kind == "call" else None
            found |= (
                frozenset[Read]().union(*map(live.leads, move.ways))
                if isinstance(move, Call)
                else live.at[one.stage] | live.at_hand(one.stage)
            )
            found |= live.rights_of(one.stage)
    return found


def retape(road: Walker, days: Iterable[Reckoned], ordinals: Iterable[int]) -> Tape:
    """Put the days of a state that is about to go on upon a tape of their own, for these ordinals."""
    ordinals = tuple(ordinals)
    tape = Tape(ordinals, road.tape.calendar)
    new = {day.place: tape.days[at] for at, day in enumerate(days)}

    def other(day: date) -> date:
        return new[day.place] if isinstance(day, Reckoned) else day

    for book in road.tracks.books:
        for name in FOLDED_OF_STATE:
            setattr(book.state, name, with_days(getattr(book.state, name), other))
        book.schedules = with_days(book.schedules, other)
    purse = road.tracks.books[0].state
    for book in road.tracks.books:  # as `Tracks.copy` has it: one count for all, and one purse
        book.state.ended, book.state.moved = purse.ended, purse.moved
    for name in OF_DAYS:
        setattr(road.days, name, with_days(getattr(road.days, name), other))
    for name in OF_ROAD:
        setattr(road, name, with_days(getattr(road, name), other))
    if len(road.tracks.all) > 1:  # else nothing of it is kept there
        road.tracks.all = with_days(road.tracks.all, other)
    road.keep(road.tracks.books[road.tracks.now.book])
    road.tape = tape
    return tape
