"""An act out of its time: done before its window opens, or after its term, which the law may restore."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from engine.calendar import with_weekday
from engine.days import Dated, counted, is_early, is_late, later
from engine.reasons import reopeners
from engine.records import Act, Edge
from engine.refusal import Refusal
from engine.terms import Term
from engine.values import NotStated
from procedure_dsl.wording import say
from procedure_dsl.words import RESTORED

if TYPE_CHECKING:
    from engine.road import Road


def too_early(road: Road, move: Act, deadline: Term | None, dated: Dated, chosen: str) -> bool:
    """An act that the case tells of a day before its window opens goes a way of its own, where the text has one."""
    if move.early is None or deadline is None or not is_early(deadline, dated):
        return False
    road.use_rights()
    road.check_rights(dated.day)
    road.note_decision(move.early.label.name)
    if chosen:
        road.use_choice()
    road.commit(move, dated)
    fees, papers = road.hand_over(move, dated.day)
    road.tell_clock(move, deadline, dated.day)
    words = say("{act}: too early", act=road.act_words(move))
    road.decide(move, move.early, words, replace(dated, why=[*dated.why, why_early(deadline)]), fees, papers)
    return True


def why_early(deadline: Term) -> str:
    assert deadline.opens is not None
    return say("{rule}: not before {day}", rule=deadline.rule, day=with_weekday(deadline.opens))


def ways_back(road: Road, move: Act) -> tuple[Edge, ...]:
    """What else can become of a missed term: it is restored, unless that is closed."""
    restored = move.restored
    if restored is None or road.is_open_way(restored.edge).value is False:
        return ()
    return (restored.edge,)


def restored(road: Road, move: Act, deadline: Term | None, chosen: str, late: Dated | None = None) -> bool:
    """A term that was missed is restored, and the act is done: as chosen, or because the case tells its late day.

    False where nothing restores it: it was not asked for, its condition does not hold, or its own time has passed, too.
    """
    found = move.restored
    told = late is not None and late.happened
    if found is None or not (chosen == RESTORED or (told and not chosen)):
        return False
    if road.is_exhausted(found.edge) or not road.holds(found.edge.guard):
        if chosen != RESTORED:
            return False
        seen = say("{way} is closed: {reason}", way=f"{road.log.stage}={RESTORED}", reason=road.why_closed(found.edge))
        raise Refusal("closed-way", seen, "; ".join(reopeners(road.ask, found.edge.guard.when)))
    window = road.term(found.clock.deadline) if found.clock and found.clock.deadline else None
    dated = late if told and late is not None else _day_of(road, move, deadline, window)
    title = say("{act}: the term is restored", act=road.act_words(move))
    if is_late(window, dated.day):
        if chosen == RESTORED and window is not None and window.due is not None:
            seen = say("the term could be restored until {day}, and that has passed", day=window.due.day)
            raise Refusal("closed-way", seen)
        if window is not None:
            road.log.term(window, "deadline", move.party, "missed", title)
        return False
    road.use_rights()
    road.check_rights(dated.day)
    road.note_decision(RESTORED)
    if chosen:
        road.use_choice()
    if deadline is not None:
        road.log.term(deadline, "deadline", move.party, "missed")
    road.commit(move, dated)
    fees, papers = road.hand_over(move, dated.day)
    if window is not None:
        status = road.how_kept(window, dated.day, move)
        road.log.term(
            window, "deadline", move.party, status, "" if road.plan.deadlines[window.deadline].named else title
        )
    elif found.clock is not None and found.clock.not_stated:
        road.log.silence(title, NotStated((found.clock.not_stated,)))
    dated = replace(dated, why=[*dated.why, *counted(window)])
    if found.edge.target == "back":
        _go_on(road, move, found.edge, title, dated, fees, papers)
    else:
        road.decide(move, found.edge, title, dated, fees, papers)
    return True


def _go_on(
    road: Road, move: Act, edge: Edge, words: str, dated: Dated, fees: tuple[str, ...], papers: tuple[str, ...]
) -> None:
    """The stage goes on as if the act had been done in time."""
    road.taken[edge.id] = road.taken.get(edge.id, 0) + 1
    road.log.path.append(edge.id)
    road.effect(edge)
    road.state.today = dated.day if dated.day.exact else later(road.today, dated.day)
    road.log.step(
        "act", words, dated.day, move.party, move.owner, edge.label.name, "", dated.why, [edge.cite, move.cite], dated.earliest,
        fees, papers, dated.happened, law=[move.guard, edge.guard],
    )  # fmt: skip
    road.at += 1


def _day_of(road: Road, move: Act, deadline: Term | None, window: Term | None) -> Dated:
    """When it is done if the case tells no day: ours as soon as we can behind the missed term, theirs on the last day."""
    passed = road.days.of_miss(deadline, road.log.stage, partial(road.stretch, move)).day
    first = later(road.today, passed)
    if move.owner != "we":
        return Dated(
            window.due if window is not None and window.due is not None else first.plus(road.stretch(move)), []
        )
    if window is not None and window.start is not None and window.start.exact and window.start.day > first.day:
        first = window.start.past()
    return Dated(road.days.working(first).past(), [])
