"""What it costs to begin later: a day, a month, and the days within a year on which that begins to matter."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from engine.aloud import OF_THINGS
from engine.calendar import CalendarError
from engine.exact.pricing import Outcome, Pricing, TooMuch
from engine.exact.result import Matter
from engine.exact.wording import quoted
from engine.refusal import Refusal
from procedure_dsl.wording import say, say_many

if TYPE_CHECKING:
    from engine.exact.analyse import Analysis
    from engine.exact.year import Year

NONE = Fraction(0)
WAITS = (1, 30)
AHEAD = 366  # first days that are looked at
STRETCH = 183  # of them at a time
SHARE = 4  # of the passages that the case has walked, so many may be walked for other first days; `thorough` walks as many again
MOST_SOLVED = 16  # first days that are solved one by one, where the goal hangs on the days


def waiting(of: Analysis, thorough: bool) -> Iterator[Matter]:
    """Under the best that can then be done. Days that are told of the time ahead cannot wait: `thorough` asks without them."""
    told = [name for name, days in of.case.events.items() if any(day.toordinal() >= of.start for day in days)]
    if told:
        names = "; ".join(event_title(of, name) for name in told)
        if not thorough:
            text = say(
                "What is told of days cannot wait ({events}); --what-if says what waiting costs without it",
                events=names,
            )
            yield Matter(kind="waiting", name="told", text=text)
            return
        events = {
            name: tuple(day for day in days if day.toordinal() < of.start) for name, days in of.case.events.items()
        }
        case = replace(of.case, events={name: days for name, days in events.items() if days})
        try:
            of = type(of)(of.plan, case, of.calendar, of.goal, of.hostile, of.discount, like=of)
            text = say(
                "Waiting is priced without what is told of days ({events}): {net} then, if the case begins at once",
                events=names,
                net=net(of, outcome_of(of).net),
            )
        except (Refusal, CalendarError):
            return
        yield Matter(kind="waiting", name="told", text=text)
    if of.cells.circles:
        yield Matter(
            kind="waiting", name="circles", text=say("What waiting costs is not said: the road goes in circles")
        )
        return
    yield from _a_while(of)
    yield from _within_a_year(of, thorough)


def event_title(of: Analysis, name: str) -> str:
    """`receipt of “Claim letter”`."""
    kind, of_, thing = name.partition(" of ")
    if not of_:
        return of.plan.label(name).text()
    return say(OF_THINGS[kind], title=quoted(of.plan.label(thing.partition(" for ")[0]).text()))


def net(of: Analysis, pair: tuple[Fraction, Fraction]) -> str:
    return say("net {amount}", amount=of.between(pair))


def outcome_of(of: Analysis) -> Outcome:
    """As the year has it, by the analysis itself."""
    advice = {
        (cell.state.stage, cell.state.choice.about): frozenset([of.choices[cell].option.label])
        for cell in of.met if cell.ours and len(cell.ways) > 1
    } if of.planned else {}  # fmt: skip
    return Outcome(of.bound(of.net), frozenset(of.bounds), advice)


def begun(of: Analysis, start: int) -> Analysis:
    """The same case begun on another day, its money as of the first."""
    return type(of)(of.plan, of.case, of.calendar, of.goal, of.hostile, of.discount, like=of, start=start)


def _a_while(of: Analysis) -> Iterator[Matter]:
    now = of.bound(of.net)
    for days in WAITS:
        try:
            later = begun(of, of.start + days)
            then = later.bound(later.net)
        except (Refusal, CalendarError):
            continue
        end = max(one.last for one in later.bounds.values()) - max(one.last for one in of.bounds.values())
        loss = now[0] - then[0]
        if now == then and 0 < end <= days:
            continue  # nobody needs to be told that what begins later ends later
        when = say_many(days, "To begin {number} day later", "To begin {number} days later")
        moves = say_many(end, "the last end {number} day later", "the last end {number} days later")
        if not end:
            moves = say("the last end on the same day")
        text = say("{when} costs {amount}; {moves}", when=when, amount=of.amount(loss), moves=moves)
        if loss < 0:
            text = say("{when} gains {amount}; {moves}", when=when, amount=of.amount(-loss), moves=moves)
        elif not loss:
            text = say("{when} costs no money; {moves}", when=when, moves=moves)
        yield Matter(kind="waiting", name=str(days), text=text, day=of.day(of.start + days), costs=_data(loss))


def _within_a_year(of: Analysis, thorough: bool) -> Iterator[Matter]:
    """The first day on which anything is different, those on which the advice or the ends are, the dearest and the cheapest."""
    numbers, most = _numbers(of, thorough)
    outcome = _outcomes(of, Pricing(most, of.goal == "cheapest", of.hostile, of.planned))
    runs = [(at, one) for at, one in enumerate(numbers) if not at or numbers[at - 1] != one]
    if not numbers:
        return
    solved = MOST_SOLVED if thorough else MOST_SOLVED // 4
    if not _is_priced_by_fees(of) and len(runs) > solved:
        numbers, runs = numbers[: runs[solved][0]], runs[:solved]
    known = [(at, outcome(of.start + at, one)) for at, one in runs]
    changed = [
        (at, one, before) for (_, before), (at, one) in pairwise(known)
        if one != before or moved(before, one)
    ]  # fmt: skip
    now = known[0][1]
    told = changed[:1] + [one for one in changed if one[1].ends != one[2].ends or moved(one[2], one[1])]
    if changed:
        told += [pick(changed, key=lambda one: one[1].net) for pick in (min, max)]
    for at, one, before in sorted({at: (at, one, before) for at, one, before in told}.values(), key=lambda one: one[0]):
        yield _matter(of, at, one, before, now)
    day = date.fromordinal(of.start + len(numbers) - 1)
    nothing = say(
        "To begin later, up to {day}, changes neither money nor ends nor advice, but for the days themselves", day=day
    )
    if len(numbers) < AHEAD:
        words = say("Later first days than {day} were not looked at; --what-if looks further", day=day)
        if not changed:
            words = f"{nothing}; {say('later first days were not looked at: --what-if looks further')}"
        yield Matter(kind="waiting", name="horizon", text=words, day=day)
    elif not changed:
        yield Matter(kind="waiting", name="horizon", text=nothing, day=day)


def _numbers(of: Analysis, thorough: bool) -> tuple[list[int], Year]:
    """What each first day comes to, as far as that can be said with little more walking."""
    from engine.exact.year import Year  # and numpy with it, only where it is asked for

    year = Year(of.graph, of.graph.walked if thorough else of.graph.walked // SHARE)
    found: list[int] = []
    while len(found) < AHEAD:
        first = of.start + len(found)
        try:
            found += year.of(range(first, min(first + STRETCH, of.start + AHEAD)))
        except (TooMuch, Refusal, CalendarError):
            break
    return found, year


def _is_priced_by_fees(of: Analysis) -> bool:
    """Whether what is best hangs on fees and odds alone; else each first day is solved by itself."""
    return of.goal != "fastest" and (of.definite or not of.planned)


def _outcomes(of: Analysis, pricing: Pricing) -> Callable[[int, int], Outcome]:
    if _is_priced_by_fees(of):
        return lambda _, number: pricing.of(number)
    return lambda start, _: outcome_of(begun(of, start))


def moved(before: Outcome, now: Outcome) -> dict[tuple[str, str], str]:
    """The decisions of ours at which none of the ways that were best still is, and what is best now."""
    return {
        key: min(now.advice[key]) for key, labels in before.advice.items() if now.advice.get(key, labels).isdisjoint(labels)
    }  # fmt: skip


def _matter(of: Analysis, at: int, one: Outcome, before: Outcome, now: Outcome) -> Matter:
    loss = now.net[0] - one.net[0]
    day = date.fromordinal(of.start + at - 1)
    if one.net[0] == one.net[1] and now.net[0] == now.net[1]:
        text = say("To begin after {day} costs no more than to begin at once", day=day)
        if loss > 0:
            text = say("To begin after {day} costs {amount}", day=day, amount=of.amount(loss))
        elif loss < 0:
            text = say("To begin after {day} gains {amount}", day=day, amount=of.amount(-loss))
    else:
        text = say("To begin after {day}: {net}", day=day, net=net(of, one.net))
    for key in sorted(before.ends - one.ends):
        text = f"{text}; {say('no longer possible: {ends}', ends=quoted(of.title(*key)))}"
    for key in sorted(one.ends - before.ends):
        text = f"{text}; {say('possible: {ends}', ends=quoted(of.title(*key)))}"
    advice = moved(before, one)
    if advice:
        words = "; ".join(
            f"{of.plan.label(stage).text()}: {of.way_title(stage, label)}" for (stage, _), label in advice.items()
        )
        text = f"{text}; {say('another advice: {moved}', moved=words)}"
    return Matter(
        kind="waiting", name=day.isoformat(), text=text, day=day, costs=_data(loss), changes_advice=bool(advice),
        changes_ends=before.ends != one.ends,
    )  # fmt: skip


def _data(amount: Fraction) -> str:
    from engine.exact.analyse import plain

    return plain(amount)
