"""Conditions, formulas and moments of a file, read to whoever does not read its language.

In English they stand as the text has them. In another language they are built anew from what they mean: titles for
names, in marks of quotation so that nothing has to be declined.
"""

from __future__ import annotations

from collections.abc import Iterable

from engine.counting import Span
from engine.records import Expr, FeeRow, Guard, Plan, Test
from engine.values import Rate, show
from procedure_dsl.wording import is_english, phrase, say
from procedure_dsl.words import START

OF_THINGS = {
    "sending": phrase("sending of {title}"), "filing": phrase("filing of {title}"), "issue": phrase("issue of {title}"),
    "signing": phrase("signing of {title}"), "payment": phrase("payment of {title}"), "receipt": phrase("receipt of {title}"),
    "return": phrase("return of {title}"), "start": phrase("start of {title}"), "end": phrase("end of {title}"), "use": phrase("use of {title}"), "": phrase("start of the case"),
}  # fmt: skip
FROM_THINGS = {  # the same as what a term counts from
    "sending": phrase("the sending of {title}"), "filing": phrase("the filing of {title}"), "issue": phrase("the issue of {title}"),
    "signing": phrase("the signing of {title}"), "payment": phrase("the payment of {title}"), "receipt": phrase("the receipt of {title}"),
    "return": phrase("the return of {title}"), "start": phrase("the start of {title}"), "end": phrase("the end of {title}"), "use": phrase("the use of {title}"), "": phrase("the start of the case"),
}  # fmt: skip
SUMS = {
    "paid": phrase("what was paid of {title}"), "recovered": phrase("what was recovered by {title}"),
}  # fmt: skip
RELATIONS = {
    "is": phrase("{subject} is {objects}"), "above": phrase("{subject} is above {objects}"), "below": phrase("{subject} is below {objects}"),
    "at least": phrase("{subject} is at least {objects}"), "at most": phrase("{subject} is at most {objects}"),
    "before": phrase("{subject} is before {objects}"), "after": phrase("{subject} is after {objects}"),
}  # fmt: skip
EDGES = {
    "from": phrase("from {amount}"), "above": phrase("above {amount}"), "below": phrase("below {amount}"),
    "up to": phrase("up to {amount}"), "exactly": phrase("exactly {amount}"),
}  # fmt: skip

SIDES = {  # of the bounds of a fact
    "at least": phrase("at least {limit}"), "at most": phrase("at most {limit}"),
    "above": phrase("above {limit}"), "below": phrase("below {limit}"),
}  # fmt: skip


def bound_aloud(side: str, limit: str) -> str:
    """`above 0.00 EUR`: what the value of a fact must be."""
    return say(SIDES[side], limit=limit)


def name_aloud(plan: Plan, name: str) -> str:
    """A name as it stands in a sentence of the file; the title in quotation marks for readers of another language."""
    return name if is_english() else f"«{plan.label(name).text()}»"


def moment_aloud(plan: Plan, event: str) -> str:
    """`receipt of claim_letter`, as something that happens."""
    return _moment(plan, event, OF_THINGS)


def start_aloud(plan: Plan, event: Expr) -> str:
    """What a term counts from or back from, behind `from` or `before`."""
    if is_english():
        return event.words
    return _moment(plan, event.words, FROM_THINGS) if event.op in ("moment", "last day") else aloud(plan, event)


def _moment(plan: Plan, event: str, words: dict[str, str]) -> str:
    if is_english():
        return event
    kind, of, name = event.partition(" of ")
    if not of:
        return say(words[""]) if event == START else name_aloud(plan, event)
    return say(words[kind], title=name_aloud(plan, name))


def aloud(plan: Plan, expr: Expr) -> str:
    """An expression or a formula."""
    if is_english():
        return expr.words
    match expr.op:
        case "constant":
            return show(expr.constant) if expr.constant is not None else expr.words
        case "moment":
            return moment_aloud(plan, expr.name)
        case "last day":
            return _moment(plan, expr.words, OF_THINGS)
        case "share of base":
            return aloud(plan, expr.args[0])
        case "excess":
            return say("the excess")
        case "sum":
            return _moment(plan, expr.name, SUMS)
        case "discretion" | "length between":
            low, high, party = expr.args
            between = say("{low} to {high}", low=aloud(plan, low), high=aloud(plan, high))
            return say(
                "{amount}, as {party} decides", amount=between, party=name_aloud(plan, party.name or party.words)
            )
        case "offset":
            length, start = expr.args
            return say("{length} from {event}", length=aloud(plan, length), event=start_aloud(plan, start))
        case "days between":
            first, last = (aloud(plan, arg) for arg in expr.args)
            return say("the days from {first} to {last}", first=first, last=last)
        case "days in year":
            return say("the days in the year of {event}", event=aloud(plan, expr.args[0]))
        case "at least" | "at most":
            return f"{aloud(plan, expr.args[0])}, {limit_aloud(plan, expr)}"
        case "+" | "-" | "×" | "/":
            left, right = expr.args
            if expr.op == "×" and isinstance(left.constant, Rate):
                return say("{share} of {amount}", share=aloud(plan, left), amount=aloud(plan, right))
            return f"{aloud(plan, left)} {expr.op} {aloud(plan, right)}"
    return name_aloud(plan, expr.name) if expr.name else expr.words


def limit_aloud(plan: Plan, expr: Expr) -> str:
    """`at least 25 base_value`: the floor or the cap of a formula."""
    constant = expr.args[1].constant
    limit: object = constant if isinstance(constant, Span) else aloud(plan, expr.args[1])
    return say("at least {limit}", limit=limit) if expr.op == "at least" else say("at most {limit}", limit=limit)


def condition_aloud(plan: Plan, test: Test, title: str = "") -> str:
    """A condition; `title` takes the place of its subject."""
    if is_english():
        return test.words.replace(test.subject.words, title, 1) if title else test.words
    subject = title or aloud(plan, test.subject)
    match test.relation:
        case "holds":
            return subject if test.subject.name or title else test.words
        case "known":
            return say("{subject} is known", subject=subject)
        case "in force":
            return f"{subject}: {test.words}"
    objects = say(" or ").join(_option(plan, one) for one in test.objects)
    return say(RELATIONS[test.relation], subject=subject, objects=objects)


def _option(plan: Plan, expr: Expr) -> str:
    """What something is compared with; an answer of a choice is the file's own word."""
    if expr.op == "constant" and isinstance(expr.constant, str):
        return expr.constant.replace("_", " ")
    return aloud(plan, expr)


def conditions_aloud(plan: Plan, tests: Iterable[Test]) -> str:
    return say(" and ").join(condition_aloud(plan, test) for test in tests)


def guard_aloud(plan: Plan, guard: Guard) -> str:
    """`when … unless … since …`: the whole condition of a sentence."""
    parts = [say("when {tests}", tests=conditions_aloud(plan, guard.when))] if guard.when else []
    parts += [say("unless {tests}", tests=conditions_aloud(plan, guard.unless))] if guard.unless else []
    return " ".join([*parts, *([guard.period()] if guard.since or guard.until else [])])


def edges_aloud(plan: Plan, row: FeeRow) -> str:
    """The band of a fee: `from 100 base_value, below 1 000 base_value`."""
    if is_english():
        return row.words
    return ", ".join(say(EDGES[kind], amount=aloud(plan, expr)) for kind, expr in row.edges)
