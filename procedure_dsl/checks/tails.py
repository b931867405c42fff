"""Tails: a condition or a period stands only where it decides something; where it would not, it is told, never ignored."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from procedure_dsl import model
from procedure_dsl.checks.view import View, walk
from procedure_dsl.diagnostics import Diagnostic, Place

CONDITION, PERIOD = ("when", "unless"), ("since", "until")
EITHER = (*CONDITION, *PERIOD)
ONE_FRAME = "It holds for the whole file: the law of another time or case is a file of its own."


def conditions_decide_something(view: View) -> Iterator[Diagnostic]:
    """`when`, `unless`, `since` and `until` stand where the engine asks them."""
    for node in view.nodes:
        tail = getattr(node, "tail", None)
        if tail is None or not _depends(tail):
            continue
        idle, what, help_ = _without_meaning(node)
        word = next((word for word in idle if getattr(tail, word) is not None), "")
        if word:
            yield Diagnostic("idle-condition", _place(node, tail, word), f"`{word}` cannot stand {what}", help_)


def _without_meaning(node: model.Node) -> tuple[tuple[str, ...], str, str]:
    """The words of a tail that would decide nothing there, where that is, and what to write instead."""
    match node:
        case model.JurisdictionHead():
            return EITHER, "behind a jurisdiction", ONE_FRAME
        case model.Money() | model.CalendarUse() | model.Counting():
            return EITHER, "in this line of a jurisdiction", ONE_FRAME
        case model.Option():
            help_ = "The case says which option it takes; put the period on the line that uses the reading."
            return PERIOD, "in an option of a reading", help_
        case model.Rounded():
            return (
                EITHER,
                "behind a rounding",
                "A fee is always rounded in one way; declare a second fee for the other.",
            )
        case model.Governed():
            help_ = "One day governs every version; where it hangs on the case, say so in a rule, and let that govern."
            return EITHER, "behind `governed by`", help_
        case model.NeverRolls():
            return (
                EITHER,
                "behind `never rolls`",
                "A term rolls or does not; declare a second deadline for the other case.",
            )
        case model.Document():
            help_ = (
                "Say when it is asked for where it is asked for: `with PAPER when …`, or in the act that hands it over."
            )
            return CONDITION, "in the heading of a document", help_
        case model.Stage():
            return CONDITION, "in the heading of a stage", "Write `requires …` as the first sentence of the stage."
        case model.End():
            return EITHER, "behind an end", "Put it on the way that leads here."
        case model.Line(kind="otherwise"):
            help_ = "It holds wherever no other line does; put the period on those."
            return PERIOD, "behind `otherwise`", help_
        case model.Outcome(label="missed" | "too_early" | "otherwise"):
            said = "`otherwise`" if node.label == "otherwise" else f"`if {node.label.replace('_', ' ')}`"
            return PERIOD, f"behind {said}", "It is the last way out; put the period on the others."
        case model.Onward():
            return (
                PERIOD,
                "behind an arrow alone",
                "Write `the law decides`, and below it one way with its `since …`, and `otherwise`.",
            )
    return (), "", ""


def _place(node: model.Node, tail: model.Tail, word: str) -> Place:
    condition = tail.when if word == "when" else tail.unless if word == "unless" else None
    return condition.place if condition is not None else node.place


def headings_agree_with_their_lines(view: View) -> Iterator[Diagnostic]:
    """The condition and the period of a heading are joined to those of each line; the two have to go together."""
    for block in view.jurisdiction.of(model.Value) + view.jurisdiction.of(model.Rule) + view.jurisdiction.of(model.Fee):
        yield from _joined(block, [line for line in block.lines if isinstance(line, model.Line | model.Row)])
    for deadline in view.jurisdiction.of(model.Deadline):
        yield from _joined(
            deadline, [line for line in deadline.lines if isinstance(line, model.Version | model.ClockLine)]
        )
    for document in view.jurisdiction.of(model.Document):
        yield from _joined(document, [line for line in document.lines if isinstance(line, DEMANDS)])


def _joined(block: model.Declaration, lines: list[Any]) -> Iterator[Diagnostic]:
    tail = block.tail
    told = next((word for word in EITHER if getattr(tail, word) is not None), "")
    lines = [line for line in lines if not (isinstance(line, model.Line) and line.kind == "otherwise")]
    if told and not lines:
        seen = f"`{told}` decides nothing here: `{block.name}` has no line to which it could apply"
        yield Diagnostic("idle-condition", _place(block, tail, told), seen, "Leave it out, or add a line.")
    for line in lines:
        if tail.unless and line.tail.unless:
            seen = f"this line has an `unless` of its own beside that of `{block.name}`"
            help_ = "Say both in a rule, and write `unless RULE`."
            yield Diagnostic("unless-twice", line.tail.unless.place, seen, help_)
        since = max(tail.since or date.min, line.tail.since or date.min)
        until = min(tail.until or date.max, line.tail.until or date.max)
        own = line.tail.since and line.tail.until and line.tail.until < line.tail.since  # told already
        if until < since and not own:
            seen = f"this line is in force since {since}, and `{block.name}` only until {until}"
            if line.tail.until == until:
                seen = f"this line is in force until {until}, and `{block.name}` only since {since}"
            yield Diagnostic("empty-period", line.place, seen, "Correct the one or the other.")


DEMANDS = (model.Form, model.Copies, model.Item, model.Attached)  # what a paper must be, contain and carry
TIMED = (model.Rule, model.Fee, model.Deadline, model.Document, model.Stage, model.Right)  # which reforms concern


def transitions_decide_something(view: View) -> Iterator[Diagnostic]:
    """Something in the block, or for one of the jurisdiction in the file, changes on that day or later."""
    every = view.jurisdiction.declarations
    for block in every:
        lines = getattr(block, "lines", getattr(block, "sentences", ()))
        transitions = [line for line in lines if isinstance(line, model.Transition)]
        concerned: tuple[model.Node, ...] = (block,)
        if isinstance(block, model.JurisdictionHead):
            concerned = tuple(one for one in every if isinstance(one, TIMED) and not _governs_itself(one))
        last = max((_last_change(one) for one in concerned), default=date.min) if transitions else date.min
        for at, line in enumerate(transitions):
            if last < line.day and not view.damaged:
                where = "in this file" if isinstance(block, model.JurisdictionHead) else "here"
                seen = f"nothing {where} changes on {line.day} or later, so no law is the old one"
                help_ = "Write `until …` and `since …` on what changes, or take this line out."
                yield Diagnostic("idle-transition", line.place, seen, help_)
            if any(line.day == other.day for other in transitions[:at]):
                yield Diagnostic("said-twice", line.place, "this is said twice", "Keep one of the two lines.")


def _governs_itself(block: model.Node) -> bool:
    lines = getattr(block, "lines", getattr(block, "sentences", ()))
    return any(isinstance(line, model.Governed) for line in lines)


def _last_change(block: model.Node) -> date:
    """The last day on which a sentence comes into force, or is in force no more."""
    tails = [node for node in walk(block) if isinstance(node, model.Tail)]
    days = [tail.since for tail in tails if tail.since]
    return max(
        [*days, *(tail.until + timedelta(days=1) for tail in tails if tail.until and tail.until < date.max)],
        default=date.min,
    )


SAID_ONCE: dict[type[model.Node], str] = {
    model.Governed: "the day that governs it", model.Rounded: "its rounding", model.Supplied: "who supplies it",
    model.NeverRolls: "`never rolls`", model.Copies: "how many copies",
}  # fmt: skip


def lines_are_said_once(view: View) -> Iterator[Diagnostic]:
    """Of two lines that each hold in every case one would be ignored."""
    blocks: tuple[type[Any], ...] = (model.Rule, model.Fee, model.Deadline, model.Document, model.Stage)
    for kind in blocks:
        for block in view.jurisdiction.of(kind):
            met: dict[type[model.Node], model.Node] = {}
            for line in block.sentences if isinstance(block, model.Stage) else block.lines:
                what = SAID_ONCE.get(type(line), "")
                if not what or (isinstance(line, model.Copies) and _depends(line.tail)):
                    continue
                if type(line) in met:
                    seen = f"`{block.name}` says {what} twice, first in line {met[type(line)].place.line}"
                    yield Diagnostic("said-twice", line.place, seen, "Keep one of the two lines.")
                met.setdefault(type(line), line)


def _depends(tail: model.Tail) -> bool:
    return not (tail.when is None and tail.unless is None and tail.since is None and tail.until is None)


def headings_are_sources_of_something(view: View) -> Iterator[Diagnostic]:
    """The source of a heading is that of the sentences without one; where all have their own, it is nobody's."""
    if view.damaged:
        return  # a sentence that takes it may be lost
    kinds: tuple[type[Any], ...] = (model.JurisdictionHead, model.Value, model.Rule, model.Deadline)
    for block in (one for kind in kinds for one in view.jurisdiction.of(kind)):
        if isinstance(block, model.Rule) and _lacks_otherwise(block):
            continue  # which will take it
        inherit = [line for line in block.lines if hasattr(line, "tail")]
        if block.tail.provenance and inherit and all(line.tail.provenance or _silent(line) for line in inherit):
            seen = f"every sentence of `{block.name}` has a source of its own, so this one is nobody's"
            help_ = "Leave it out here, or there where it says the same."
            yield Diagnostic("idle-source", block.tail.provenance.place, seen, help_, "warning")


def _lacks_otherwise(rule: model.Rule) -> bool:
    lines = [line for line in rule.lines if isinstance(line, model.Line)]
    ends = any(line.kind == "otherwise" or not _depends(line.tail) for line in lines)
    return rule.type.kind == "yes or no" and not ends


def _silent(line: Any) -> bool:
    """`not stated in SOURCE` in place of an amount or a length is its own source."""
    gives = getattr(line, "duration", None) or getattr(getattr(line, "formula", None), "expression", None)
    return isinstance(gives, model.NotStated)
