"""Several walks at the same time: procedures that a stage performs side by side, and how they join.

Whose sentence comes first is found by trying the next one of each on a copy of the road: the earliest is carried out.
So what one track makes true is known to the others from that day on, and to none of them before.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeVar

from engine.calendar import CalendarError
from engine.days import Sooner, later
from engine.evaluate import State
from engine.fees import Charge
from engine.questions import Divide
from engine.records import Call, Cite, Edge, End, Parallel
from engine.refusal import Refusal
from engine.values import Unknown, Value, When
from procedure_dsl.wording import say

if TYPE_CHECKING:
    from engine.road import Resume, Road

T = TypeVar("T")


@dataclass(slots=True)
class Book:
    """What is known on a walk, and what it has done. Tracks share it, except that each of several parties has its own."""

    state: State
    happened: dict[str, int] = field(default_factory=dict)  # how often each event has happened
    visits: dict[str, int] = field(default_factory=dict)
    decided: dict[str, list[str]] = field(default_factory=dict)  # the ways and rights taken at each stage, in order
    used: dict[str, int] = field(default_factory=dict)  # how many choices of a stage have been used
    taken: dict[str, int] = field(default_factory=dict)  # how often each way was taken
    armed: dict[str, str] = field(default_factory=dict)  # rights that the case uses, and the stage at which it says so
    dropped: dict[str, Value | None] = field(
        default_factory=dict
    )  # parts of the claim that fell away, and what they were
    unmet_of: dict[str, set[str]] = field(default_factory=dict)  # and for which of their conditions
    seen: set[tuple[object, ...]] = field(default_factory=set)
    parts_paid: dict[tuple[str, int, int], int] = field(
        default_factory=dict
    )  # of a sum in parts, by sentence and visit
    schedules: dict[tuple[str, int, int], Charge] = field(default_factory=dict)  # and the whole of it

    def copy(self) -> Book:
        """One that can go its own way."""
        return Book(
            copied(self.state), dict(self.happened), dict(self.visits), {k: list(v) for k, v in self.decided.items()},
            dict(self.used), dict(self.taken), dict(self.armed), dict(self.dropped),
            {k: set(v) for k, v in self.unmet_of.items()}, set(self.seen), dict(self.parts_paid), dict(self.schedules),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Join:
    """What a track waits for: so many of those it has opened."""

    stage: str
    at: int
    need: int
    tracks: tuple[int, ...]
    ended: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Track:
    """One walk and where it stands. The first is the road itself."""

    title: str = ""
    path: tuple[int, ...] = ()  # the tracks that opened it, and itself
    parent: int = -1
    book: int = 0
    call: int = 0  # which of the procedures that run side by side
    each: tuple[str, str] = ("", "")  # (party, name): of one of several
    base: int = 0  # how many roads were open where it begins
    stage: str = ""
    at: int = 0
    resumes: tuple[Resume, ...] = ()
    today: When | None = None
    floor: Any = None
    recommended: tuple[When, Cite | None] | None = None
    notes: tuple[str, ...] = ()
    practice: tuple[str, ...] = ()
    steps: int = 0  # written so far, with those of the road before it
    join: Join | None = None
    over: bool = False
    frozen: bool = False  # a right of the stage that opened it is being used


OF_TRACK = [one.name for one in fields(Track)]
EACH = attrgetter(*OF_TRACK)


class Tracks:
    """All walks of one road. With a single one, nothing here costs anything."""

    def __init__(self, road: Road, book: Book) -> None:
        self.road, self.books = road, [book]
        self.all = [Track()]
        self.current = 0

    @property
    def now(self) -> Track:
        return self.all[self.current]

    @property
    def live(self) -> list[int]:
        """Those that can go on."""
        return [at for at, one in enumerate(self.all) if not (one.over or one.frozen or one.join)]

    def change(self, number: int, **what: Any) -> None:
        """Of one track."""
        now = list(EACH(self.all[number]))
        for name, value in what.items():
            now[OF_TRACK.index(name)] = value
        self.all[number] = Track(*now)

    # ── whose turn it is ────────────────────────────────────────────────────────────────────────

    def turn(self) -> None:
        """Carry out the next sentence: of several tracks that of the earliest day, then that of the first track."""
        if len(self.all) == 1:
            self.step()
            return
        road, live = self.road, self.live
        if live == [self.current]:
            self.step()
            return
        self.save()
        tried = []
        for at in live:
            twin = road.copy()
            twin.tracks.load(at)
            day = twin.today.day
            problem: Exception | None = None
            try:
                twin.tracks.step()
                day = twin.today.day
            except (Divide, Refusal, CalendarError, Sooner) as met:
                problem = met  # it may be settled by what another track does before
            tried.append((day, problem is not None, at, twin, problem))
        _, _, _, twin, problem = min(tried, key=lambda one: one[:3])
        road.become(twin)
        if problem is not None:
            raise problem

    def step(self) -> None:
        at, before = self.current, len(self.road.log.steps)
        self.road.days.steps = self.all[at].steps
        self.road.advance()
        written = len(self.road.log.steps) - before
        if written:
            self.change(at, steps=self.all[at].steps + written)

    # ── one road, many positions ────────────────────────────────────────────────────────────────

    def save(self) -> None:
        """Remember where the walk at hand stands."""
        road = self.road
        self.change(
            self.current, stage=road.log.stage, at=road.at, resumes=road.resumes, today=road.today, floor=road.days.floor,
            recommended=road.days.recommended, notes=road.log.notes, practice=road.log.practice,
        )  # fmt: skip

    def load(self, at: int) -> None:
        """Go on with another walk."""
        road, track = self.road, self.all[at]
        self.current = at
        road.keep(self.books[track.book])
        assert track.today is not None
        road.state.today = track.today
        road.at, road.resumes = track.at, track.resumes
        road.days.floor, road.days.recommended = track.floor, track.recommended
        road.days.track, road.days.each = track.path, track.each[1]
        log = road.log
        log.stage, log.notes, log.practice, log.track = track.stage, track.notes, track.practice, track.title

    def copy(self, road: Road) -> Tracks:
        other = alike(self)
        other.road, other.all = road, list(self.all)
        other.books = [book.copy() for book in self.books]
        ended, moved = dict(self.books[0].state.ended), dict(self.books[0].state.moved)
        for book in other.books:
            book.state.ended, book.state.moved = ended, moved  # one count for all, and one purse
        return other

    # ── opening ─────────────────────────────────────────────────────────────────────────────────

    def open(self, move: Parallel) -> None:
        """Begin every procedure that the case comes to, each on a track of its own."""
        road, parent = self.road, self.current
        calls = [(at, call) for at, call in enumerate(move.calls) if road.holds(call.guard)]
        opened = [(at, call, name) for at, call in calls for name in self.names(call)]
        need = len(opened) if move.need is None else move.need
        words = "; ".join(self.title(call, name) for _, call, name in opened)
        together = say("side by side {until}: {procedures}", until=move.words(), procedures=words or say("nothing"))
        road.log.step("call", together, road.today, cites=[move.cite], law=[move.guard])
        if need > len(opened):
            road.block(say("{need} are to end, and {number} run", need=need, number=len(opened)))
            return
        if not opened:
            road.at += 1
            return
        self.save()
        indexes = tuple(len(self.all) + at for at in range(len(opened)))
        here = self.all[parent]
        self.change(parent, join=Join(here.stage, here.at, need, indexes), steps=here.steps + 1)
        for index, (at, call, name) in zip(indexes, opened, strict=True):
            self.begin(index, parent, at, call, name)

    def begin(self, index: int, parent: int, at: int, call: Call, name: str) -> None:
        road, opener = self.road, self.all[parent]
        book = opener.book
        if call.each:
            book = len(self.books)
            self.books.append(self.books[opener.book].copy())
            first = self.books[0].state
            self.books[book].state.ended, self.books[book].state.moved = first.ended, first.moved
            events = self.books[book].state.events
            events |= {
                key.removesuffix(f" for {name}"): day for key, day in events.items() if key.endswith(f" for {name}")
            }
            told = self.books[book].state.told
            told |= {key.removesuffix(f" for {name}"): one for key, one in told.items() if key.endswith(f" for {name}")}
        self.all.append(
            replace(
                opener, title=self.title(call, name), path=(*opener.path, index), parent=parent, book=book, call=at,
                each=(call.each, name) if call.each else opener.each, base=len(opener.resumes) + 1,
                resumes=road.resume_track(opener), join=None, notes=(), practice=(), recommended=None,
            )
        )  # fmt: skip
        self.load(index)
        road.begin_or_end(f"start of {call.procedure}")
        road.enter(road.plan.procedures[call.procedure].entry)
        self.save()

    def names(self, call: Call) -> tuple[str, ...]:
        """Of each of several parties the name that the case gives it; where it gives none, there is one."""
        if not call.each:
            return ("",)
        names = self.road.case.several.get(call.each, ())
        if not names:
            hint = say(
                "{party}: taken as one; name them with --set {name}=ONE,OTHER",
                party=self.road.title(call.each), name=call.each,
            )  # fmt: skip
            self.road.log.assumptions.append(hint)
        return names or ("",)

    def title(self, call: Call, name: str) -> str:
        procedure = self.road.plan.procedures[call.procedure].label.text()
        return f"{procedure}: {name.replace('_', ' ')}" if name else procedure

    # ── joining ─────────────────────────────────────────────────────────────────────────────────

    def end(self, end: End) -> None:
        """A track comes to its end: the stage that opened it goes on, or waits for the others."""
        road, here = self.road, self.current
        parent = self.all[here].parent
        join = self.all[parent].join
        assert join is not None
        road.recover(end)
        road.begin_or_end(f"end of {end.procedure}")
        parallel = road.plan.stages[join.stage].moves[join.at]
        assert isinstance(parallel, Parallel)
        call = parallel.calls[self.all[here].call]
        way = next((one for one in call.ways if one.label.name == end.label.name), None)
        join = replace(join, ended=(*join.ended, here))
        self.change(parent, join=join)
        road.log.step(
            "call", say("ended: {end}", end=end.label.text()), road.today, target=end.label.name, cites=[end.cite]
        )
        self.save()
        self.change(here, over=True)
        if way is not None or len(join.ended) >= join.need:
            self.rejoin(parent, way)
        elif self.live:
            self.load(self.live[0])

    def fail(self) -> bool:
        """A track on which nothing leads on any more; whether enough others can still end."""
        here = self.current
        parent = self.all[here].parent
        join = self.all[parent].join if parent >= 0 else None
        if join is None:
            return False
        alive = [at for at in join.tracks if at != here and (at in join.ended or not self.all[at].over)]
        if len(alive) < join.need or not self.live:
            return False
        self.save()
        self.change(here, over=True)
        left = self.live
        if left:
            self.load(left[0])
        return bool(left)

    def rejoin(self, parent: int, way: Edge | None) -> None:
        """The stage that opened the tracks goes on; those that still run fall away."""
        road, winner = self.road, self.all[self.current]
        join = self.all[parent].join
        assert join is not None
        assert winner.today is not None
        today, floor = winner.today, winner.floor
        if way is None:
            for at in join.ended:
                other = self.all[at].today
                assert other is not None
                today = later(today, other)
            # so many have ended: not before so many can have
            floor = sorted(self.all[at].floor for at in join.tracks)[join.need - 1]
        running = [self.all[at].title for at in join.tracks if not self.all[at].over]
        for at, one in enumerate(self.all):
            if set(join.tracks) & set(one.path):
                self.change(at, over=True)
        self.merge(parent, join)
        self.change(parent, join=None, steps=len(road.log.steps))  # behind all that it waited for
        self.load(parent)
        road.days.floor = max(road.days.floor, floor)
        road.state.today = today
        if running:
            road.log.step("call", say("falls away: {procedures}", procedures="; ".join(running)), today)
        if way is None:
            road.at = join.at + 1
        else:
            road.take(way, today)

    def merge(self, parent: int, join: Join) -> None:
        """What the tracks of several parties have left: where all agree it holds, else nobody knows it as one thing."""
        whole = self.books[self.all[parent].book]
        books = [self.books[at] for at in dict.fromkeys(self.all[at].book for at in join.tracks)]
        books = [book for book in books if book is not whole]
        plan = self.road.plan
        for name in dict.fromkeys(name for book in books for name in book.state.told):
            found = [book.state.told.get(name) for book in books]
            if all(one == whole.state.told.get(name) for one in found) or " for " in name:
                continue
            if all(one == found[0] for one in found) and found[0] is not None:
                whole.state.told[name] = found[0]
            elif name in plan.documents:
                whole.state.told[name] = True in found  # a paper of one of them exists
            elif name in plan.facts:
                whole.state.told[name] = Unknown((name,), frozenset(plan.facts[name].kind.options))
        for track in (
            self.all[at] for at in join.tracks if self.all[at].each[1] and self.books[self.all[at].book] in books
        ):
            book, name = self.books[track.book], track.each[1]
            for event in (one for one in book.happened if one in book.state.events):
                whole.state.events[f"{event} for {name}"] = book.state.events[event]
                whole.happened[f"{event} for {name}"] = book.happened[event]
        for book in books:
            for log in ("missing", "read", "held", "quoted", "left_open", "bends", "wondered"):
                getattr(whole.state, log).update(getattr(book.state, log))  # what was asked on the way
            for event, day in book.state.events.items():
                known = whole.state.events.get(event)
                if known is None or day.day > known.day:
                    whole.state.events[event] = day
            for event, days in book.state.times.items():
                known_days = whole.state.times.get(event, ())
                whole.state.times[event] = (*known_days, *(day for day in days if day not in known_days))
            for name, number in book.happened.items():
                whole.happened[name] = max(number, whole.happened.get(name, 0))
            for name, number in book.visits.items():
                whole.visits[name] = max(number, whole.visits.get(name, 0))

    # ── rights of the stage that opened them ────────────────────────────────────────────────────

    def climb(self, level: int) -> Join | None:
        """A right of the opening stage is used: its track goes on, and the tracks stand still until it comes back."""
        join: Join | None = None
        while level < self.now.base:
            parent, today, floor = self.now.parent, self.road.today, self.road.days.floor
            self.save()
            join = self.all[parent].join
            assert join is not None
            for at, one in enumerate(self.all):
                if set(join.tracks) & set(one.path):
                    self.change(at, frozen=True)
            self.change(parent, join=None)
            self.load(parent)
            self.road.state.today, self.road.days.floor = today, max(self.road.days.floor, floor)
        return join

    def thaw(self, join: Join) -> None:
        """The right has come back: the tracks go on."""
        self.save()
        self.change(self.current, join=join)
        back, floor = self.road.today, self.road.days.floor
        for at, one in enumerate(self.all):
            if set(join.tracks) & set(one.path) and one.frozen:
                assert one.today is not None
                self.change(at, frozen=False, today=later(one.today, back.past()), floor=max(one.floor, floor))
        self.load(self.live[0])

    # ── what the case tells of each ─────────────────────────────────────────────────────────────

    def used(self) -> tuple[dict[str, int], dict[str, int]]:
        """How many of the told days and choices were used, by whichever track used most of them."""
        happened: dict[str, int] = {}
        chosen: dict[str, int] = {}
        for book in self.books:
            for name, number in book.happened.items():
                happened[name] = max(number, happened.get(name, 0))
            for name, number in book.used.items():
                chosen[name] = max(number, chosen.get(name, 0))
        for track in self.all:
            book = self.books[track.book]
            if track.each[1]:
                happened |= {f"{name} for {track.each[1]}": number for name, number in book.happened.items()}
        return happened, chosen


def alike(one: T) -> T:
    """Another that has the same of everything: `copy.copy` of a plain object, without asking how it wants to be copied."""
    other = object.__new__(type(one))
    vars(other).update(vars(one))
    return other


def copied(state: State) -> State:
    """A state that can go its own way."""
    other = State.__new__(State)
    for name in OF_STATE:
        value = getattr(state, name)
        setattr(other, name, dict(value) if type(value) is dict else value)
    return other


OF_STATE = tuple(one.name for one in fields(State))
