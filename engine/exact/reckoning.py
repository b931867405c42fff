"""Days that remember how they came about, so that one walk of the law can be run again for another day.

A walk is made once, on the days at hand. Each day in it is a place on a tape: given, or counted from an earlier place;
each comparison of days is written down with its outcome. The tape then says what the walk comes to for other days, and
whether it may say so: where one comparison would come out otherwise, the law has to be walked anew.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from operator import is_
from types import NoneType
from typing import Any, TypeVar

from engine.calendar import Calendar, CalendarError
from engine.counting import CountingRules, Span, due_day
from engine.values import Money, NotStated, Rate, Unknown, When

LESS, SAME, MORE = 1, 2, 4  # outcomes of a comparison, as a set of bits
T = TypeVar("T")


class Tape:
    """The days of one walk: ordinals, those given first, then those counted; and what the walk found out of them."""

    def __init__(self, given: Sequence[int], calendar: Calendar) -> None:
        self.calendar = calendar
        self.given = len(given)
        self.values = list(given)
        self.days: list[Reckoned] = []
        self.counts: list[tuple[Any, ...]] = []  # (place, kind, …): how each further day is counted
        self.places: dict[tuple[Any, ...], int] = {}
        self.between: dict[tuple[int, int], int] = {}  # two places → outcomes that leave the walk as it is
        self.against: dict[tuple[int, int], int] = {}  # a place and a fixed day
        self.apart: dict[tuple[int, int], int] = {}  # two places that must lie just so many days apart
        self.worked: dict[int, bool] = {}
        for place, ordinal in enumerate(given):
            self._write(place, ordinal)

    def _write(self, place: int, ordinal: int) -> Reckoned:
        day = Reckoned.fromordinal(ordinal)
        day.tape, day.place = self, place
        self.days.append(day)
        return day

    def count(self, *how: Any) -> Reckoned:
        """A day counted from an earlier place."""
        place = self.places.get(how)
        if place is not None:
            return self.days[place]
        ordinal = counted(how, self.values[how[0]], self.calendar)
        self.places[how] = place = len(self.values)
        self.counts.append(how)
        self.values.append(ordinal)
        return self._write(place, ordinal)

    def put(self, day: date) -> Reckoned:
        """A day upon the tape; one that does not hang on the given days is fixed there."""
        return day if isinstance(day, Reckoned) else self.count(0, "fixed", date.toordinal(day))

    def compare(self, one: int, other: date, left_by: int) -> bool:
        """Whether a comparison holds that these outcomes would make true; it is written down."""
        if isinstance(other, Reckoned):
            assert other.tape is self, "two walks must not share a day"
            table, key, value = self.between, (one, other.place), self.values[other.place]
            if one == other.place:
                return bool(left_by & SAME)
        else:
            value = date.toordinal(other)
            table, key = self.against, (one, value)
        mine = self.values[one]
        outcome = LESS if mine < value else MORE if mine > value else SAME
        held = bool(outcome & left_by)
        table[key] = table.get(key, 7) & (left_by if held else 7 - left_by)
        return held

    def distance(self, one: int, other: date) -> timedelta:
        """So many days apart, and no other number."""
        if isinstance(other, Reckoned):
            self.apart[one, other.place] = found = self.values[one] - self.values[other.place]
        else:
            found = self.values[one] - date.toordinal(other)
            self.pin(one)
        return timedelta(days=found)

    def pin(self, place: int) -> None:
        """The walk used more of a day than can be told of another one."""
        self.against[place, self.values[place]] = SAME


class Reckoned(date):
    """A day on a tape. For everybody else it is that day."""

    __slots__ = ("place", "tape")
    tape: Tape
    place: int
    __hash__ = date.__hash__

    def __lt__(self, other: date) -> bool:
        return self.tape.compare(self.place, other, LESS)

    def __le__(self, other: date) -> bool:
        return self.tape.compare(self.place, other, LESS | SAME)

    def __gt__(self, other: date) -> bool:
        return self.tape.compare(self.place, other, MORE)

    def __ge__(self, other: date) -> bool:
        return self.tape.compare(self.place, other, MORE | SAME)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, date) and self.tape.compare(self.place, other, SAME)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __add__(self, other: timedelta) -> Reckoned:
        return self.tape.count(self.place, "plus", other.days)

    __radd__ = __add__

    def __sub__(self, other: Any) -> Any:
        if isinstance(other, timedelta):
            return self.tape.count(self.place, "plus", -other.days)
        return self.tape.distance(self.place, other)

    def __rsub__(self, other: date) -> timedelta:
        return -self.tape.distance(self.place, other)

    def due_day(self, span: Span, rules: CountingRules, back: bool) -> date:
        """The last day of a term that counts from this day."""
        return self.tape.count(self.place, "due", span, rules, back)

    @property
    def year(self) -> int:
        number = date.year.__get__(self)
        self.tape.compare(self.place, date(number, 1, 1), LESS)
        self.tape.compare(self.place, date(number, 12, 31), MORE)
        return int(number)

    @property
    def month(self) -> int:
        self.tape.pin(self.place)
        return int(date.month.__get__(self))

    @property
    def day(self) -> int:
        self.tape.pin(self.place)
        return int(date.day.__get__(self))

    def toordinal(self) -> int:
        self.tape.pin(self.place)
        return date.toordinal(self)


def plain(day: date) -> date:
    """The day alone, without its tape."""
    return date.fromordinal(date.toordinal(day))


def counted(how: tuple[Any, ...], ordinal: int, calendar: Calendar) -> int:
    """A day from the one that it is counted from; CalendarError beyond the calendar."""
    kind = how[1]
    if kind == "plus":
        return ordinal + int(how[2])
    if kind == "fixed":
        return int(how[2])
    day = date.fromordinal(ordinal)
    if kind == "due":
        _, _, span, rules, back = how
        return due_day(span, day, rules, calendar, back=back).toordinal()
    if kind == "nth":
        return calendar.nth_working(day, how[2]).toordinal()
    return (calendar.next_working(day) if kind == "next" else calendar.previous_working(day)).toordinal()


class Reckoning:
    """A calendar that counts from days on a tape, too."""

    def __init__(self, calendar: Calendar) -> None:
        self.calendar = calendar

    def __getattr__(self, name: str) -> Any:
        return getattr(self.calendar, name)

    def next_working(self, day: date) -> date:
        return day.tape.count(day.place, "next") if isinstance(day, Reckoned) else self.calendar.next_working(day)

    def previous_working(self, day: date) -> date:
        return (
            day.tape.count(day.place, "previous") if isinstance(day, Reckoned) else self.calendar.previous_working(day)
        )

    def nth_working(self, day: date, n: int) -> date:
        return day.tape.count(day.place, "nth", n) if isinstance(day, Reckoned) else self.calendar.nth_working(day, n)

    def is_working(self, day: date) -> bool:
        if not isinstance(day, Reckoned):
            return self.calendar.is_working(day)
        found = self.calendar.is_working(plain(day))
        day.tape.worked[day.place] = found
        return found

    def is_provisional(self, day: date) -> bool:
        """Nobody asks on a walk that writes nothing down."""
        return self.calendar.is_provisional(plain(day))


@dataclass(frozen=True, slots=True)
class Program:
    """What a tape comes to for other days: each count, every outcome that must stay, and the days that are wanted."""

    given: int
    counts: tuple[tuple[Any, ...], ...]
    limits: tuple[tuple[int, int, int], ...]  # a place lies from the one ordinal to the other
    between: tuple[tuple[int, int, int], ...]
    against: tuple[tuple[int, int, int], ...]  # what no limit says
    apart: tuple[tuple[int, int, int], ...]
    worked: tuple[tuple[int, bool], ...]
    wanted: tuple[int, ...]

    def run(self, given: Sequence[int], clock: Clock) -> tuple[int, ...] | None:
        """The wanted days for other given ones; None where the walk would go another way."""
        values = list(given)
        try:
            for how in self.counts:
                values.append(clock.count(how, values[how[0]]))
        except (CalendarError, OverflowError, ValueError):
            return None
        for place, low, high in self.limits:
            if not low <= values[place] <= high:
                return None
        for one, other, allowed in self.between:
            mine, theirs = values[one], values[other]
            if not (LESS if mine < theirs else MORE if mine > theirs else SAME) & allowed:
                return None
        for one, value, allowed in self.against:
            if not (LESS if values[one] < value else MORE if values[one] > value else SAME) & allowed:
                return None
        for one, other, days in self.apart:
            if values[one] - values[other] != days:
                return None
        for place, is_worked in self.worked:
            if clock.calendar.is_working(date.fromordinal(values[place])) is not is_worked:
                return None
        return tuple(values[place] for place in self.wanted)


OFTEN = 32  # runs after which a program is put into words of Python


class Runner:
    """A program that is run often: after some runs it is compiled, which makes it ten times as fast.

    That of a walk just made knows what its `own` days came to; it is put together when other days ask for it first.
    """

    __slots__ = ("clock", "made", "own", "put", "times")

    def __init__(
        self, program: Program | Callable[[], Program], clock: Clock,
        own: tuple[tuple[int, ...], tuple[int, ...]] | None = None,
    ) -> None:  # fmt: skip
        self.put, self.clock, self.own, self.times = program, clock, own, 0
        self.made: Callable[[Sequence[int]], tuple[int, ...] | None] | None = None

    @property
    def program(self) -> Program:
        if not isinstance(self.put, Program):
            self.put = self.put()
        return self.put

    def run(self, given: Sequence[int]) -> tuple[int, ...] | None:
        if self.made is not None:
            return self.made(given)
        if self.own is not None and given == self.own[0]:
            return self.own[1]
        self.times += 1
        if self.times > OFTEN and not self.program.worked:
            self.made = compiled(self.program, self.clock)
        return self.program.run(given, self.clock)


def compiled(program: Program, clock: Clock) -> Callable[[Sequence[int]], tuple[int, ...] | None]:
    """The program as a function: only figures and names of our own stand in its text."""
    lines = ["def run(given, tables=tables, count=count, hows=hows, errors=errors):"]
    lines.append(f"  ({', '.join(f'v{at}' for at in range(program.given))},) = given")
    tables: list[dict[int, int]] = []
    hows: list[tuple[Any, ...]] = []
    for at, how in enumerate(program.counts):
        into, source = f"v{program.given + at}", f"v{how[0]}"
        if how[1] == "plus":
            lines.append(f"  {into} = {source} + {int(how[2])}")
        elif how[1] == "fixed":
            lines.append(f"  {into} = {int(how[2])}")
        else:
            lines.append(f"  {into} = tables[{len(tables)}].get({source})")
            lines.append(f"  if {into} is None:")
            lines.append(f"    try: {into} = count(hows[{len(tables)}], {source})")
            lines.append("    except errors: return None")
            tables.append(clock.tables.setdefault(how[1:], {}))
            hows.append(how)
    lines += [f"  if not {low} <= v{place} <= {high}: return None" for place, low, high in program.limits]
    for one, other, allowed in program.between:
        lines.append(f"  if not v{one} {SIGNS[allowed]} v{other}: return None")
    for one, value, allowed in program.against:
        lines.append(f"  if not v{one} {SIGNS[allowed]} {value}: return None")
    lines += [f"  if v{one} - v{other} != {days}: return None" for one, other, days in program.apart]
    lines.append(f"  return ({''.join(f'v{place}, ' for place in program.wanted)})")
    space: dict[str, Any] = {
        "tables": tables, "count": clock.count, "hows": hows, "errors": (CalendarError, OverflowError, ValueError),
    }  # fmt: skip
    exec("\n".join(lines), space)  # its text is made here, of numbers alone
    found: Callable[[Sequence[int]], tuple[int, ...] | None] = space["run"]
    return found


SIGNS = {LESS: "<", SAME: "==", MORE: ">", LESS | SAME: "<=", SAME | MORE: ">=", LESS | MORE: "!="}


FOREVER = date.max.toordinal()


def program_of(tape: Tape, wanted: Sequence[int]) -> Program:
    """A tape, as far as what it found out needs it."""
    limits: dict[int, tuple[int, int]] = {}
    against = []
    for (place, value), allowed in tape.against.items():
        low, high = limits.get(place, (1, FOREVER))
        if allowed == LESS | MORE:
            against.append((place, value, allowed))
            continue
        low = max(low, value if not allowed & LESS and allowed & SAME else value + 1 if not allowed & LESS else 1)
        high = min(
            high, value if not allowed & MORE and allowed & SAME else value - 1 if not allowed & MORE else FOREVER
        )
        limits[place] = low, high
    needed = {*wanted, *limits, *tape.worked, *(place for place, _, _ in against)}
    for pair in (*tape.between, *tape.apart):
        needed.update(pair)
    for at in range(len(tape.counts) - 1, -1, -1):
        if tape.given + at in needed:
            needed.add(tape.counts[at][0])
    kept = [*range(tape.given), *[at for at in range(tape.given, len(tape.values)) if at in needed]]
    new = {old: at for at, old in enumerate(kept)}
    return Program(
        tape.given,
        tuple([(new[how[0]], *how[1:]) for at, how in enumerate(tape.counts, tape.given) if at in new]),
        tuple([(new[place], *ends) for place, ends in limits.items()]),
        tuple([(new[one], new[other], allowed) for (one, other), allowed in tape.between.items()]),
        tuple([(new[place], value, allowed) for place, value, allowed in against]),
        tuple([(new[one], new[other], days) for (one, other), days in tape.apart.items()]),
        tuple([(new[place], is_worked) for place, is_worked in tape.worked.items()]),
        tuple([new[place] for place in wanted]),
    )


def constant(given: Sequence[int], wanted: Sequence[int]) -> Program:
    """A program for these given days alone, and what it comes to then."""
    counts = tuple((0, "fixed", ordinal) for ordinal in wanted)
    limits = tuple((place, ordinal, ordinal) for place, ordinal in enumerate(given))
    places = tuple(len(given) + at for at in range(len(wanted)))
    return Program(len(given), counts, limits, (), (), (), (), places)


class Clock:
    """Counts each day once."""

    def __init__(self, calendar: Calendar) -> None:
        self.calendar = calendar
        self.tables: dict[tuple[Any, ...], dict[int, int]] = {}

    def count(self, how: tuple[Any, ...], ordinal: int) -> int:
        if how[1] == "plus":
            return ordinal + int(how[2])
        table = self.tables.setdefault(how[1:], {})
        found = table.get(ordinal)
        if found is None:
            table[ordinal] = found = counted(how, ordinal, self.calendar)
        return found


def with_days(value: T, other: Callable[[date], date]) -> T:
    """The same with every day in it replaced, in whatever tuples, lists, sets, mappings and records it stands.

    What has no day in it is given back as it is.
    """
    found: Any = value
    kind = type(found)
    if kind in BARE or not found:
        return value
    if kind is When:
        day = other(found.day)
        if day is not found.day:  # of how early it can have been, a walk asks no more than whether that is open
            least = None if found.least is None else day
            found = When(day, found.stretches, found.assumed, found.latest, least)
    elif isinstance(found, date):
        found = other(found)
    elif kind is dict:
        changed = {
            key: new for key, one in found.items()
            if type(one) not in BARE and (new := with_days(one, other)) is not one
        }  # fmt: skip
        found = found | changed if changed else found
    elif kind in (tuple, list, set, frozenset):
        several = [with_days(one, other) for one in found]
        found = found if all(map(is_, several, found)) else kind(several)
    elif names := days_within(kind):  # type: ignore[arg-type]
        changed = {
            name: new for name in names if (new := with_days(getattr(found, name), other)) is not getattr(found, name)
        }
        found = replace(found, **changed) if changed else found
    result: T = found
    return result


LEAVES = frozenset(
    {"Money", "Rate", "Range", "Unknown", "NotStated", "Span", "Expr", "Test", "Guard", "Edge", "Cite", "Pace"}
)
BARE = frozenset(
    {NoneType, str, int, bool, Decimal, Money, Rate, Unknown, NotStated, Span}
)  # the commonest without days


@cache
def days_within(kind: type) -> tuple[str, ...]:
    """The fields of a kind of record in which days may stand."""
    names = getattr(kind, "__dataclass_fields__", {})
    return () if kind.__name__ in LEAVES else tuple(names)
