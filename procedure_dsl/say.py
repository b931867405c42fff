"""The model in words again: how an expression, a condition or a band is read aloud."""

from __future__ import annotations

from decimal import Decimal

from procedure_dsl import model


def say_number(number: Decimal) -> str:
    """`14 300.50`: blanks between thousands, the decimals as written."""
    whole, _, part = format(number, "f").partition(".")
    return f"{int(whole):,}".replace(",", " ") + (f".{part}" if part else "")


def say_length(length: model.Length) -> str:
    unit = length.unit if length.number != 1 else length.unit.removesuffix("s")
    return f"{length.number} {unit}"


def say_event(event: model.Event) -> str:
    return f"{event.moment} of {event.name}" if event.moment else event.name


def say_each(what: str, each: str) -> str:
    """`filing of claim for anna`: of one of several parties."""
    return f"{what} for {each}" if each else what


def say(node: model.Node) -> str:
    """One expression, formula, test or condition as the language writes it."""
    match node:
        case model.Number():
            return say_number(node.value)
        case model.Quantity():
            return f"{say_number(node.number)} {node.unit}"
        case model.Percentage():
            return f"{say_number(node.number)} %" + (f" of {say(node.of)}" if node.of else "")
        case model.Length():
            return say_length(node)
        case model.Event():
            return say_event(node)
        case model.Discretion():
            who = f" at the discretion of {node.party}" if node.party else ""
            return f"from {say(node.low)} to {say(node.high)}{who}"
        case model.Moved():
            return f"{node.what} of {node.name}"
        case model.Offset():
            return f"{say_length(node.length)} from {say_event(node.event)}"
        case model.DaysBetween():
            return f"days from {say_event(node.start)} to {say_event(node.end)}"
        case model.DaysInYear():
            return f"days in year of {say_event(node.event)}"
        case model.DateLiteral():
            return node.value.isoformat()
        case model.YesNo():
            return "yes" if node.value else "no"
        case model.Unknown():
            return "unknown"
        case model.NotStated():
            return f"not stated in {node.source}"
        case model.Name():
            return node.name
        case model.Excess():
            return "the excess"
        case model.Arithmetic():
            return f"{say(node.left)} {node.operator} {say(node.right)}"
        case model.Formula():
            return ", ".join(
                [say(node.expression), *(f"{limit.side} {say(limit.expression)}" for limit in node.limits)]
            )
        case model.Test():
            return _test(node)
        case model.Condition():
            return " and ".join(_test(test) for test in node.tests)
        case model.Edge():
            return f"{node.kind} {say(node.expression)}"
        case model.ReadLength():
            return f"{node.number} {node.reading}"
        case model.ToldLength():
            return node.fact
        case model.Instalments():
            shares = [f"{say_number(one)} %" if one is not None else "the rest" for one in node.shares]
            parts = f"parts of {', '.join(shares)}" if shares else f"{node.number} parts"
            return f"in {parts}, {say_length(node.apart)} apart from {say_event(node.event)}"
        case model.StandsStill():
            both = ", both days included" if node.both else ""
            how_long = f"to {say_event(node.to)}{both}" if node.to else f"for {say(node.length)}" if node.length else ""
            return f"stands still from {say_event(node.event)} {how_long}"
        case model.BeginsAnew():
            return f"begins anew with {say_event(node.event)}"
        case model.Longer():
            return f"plus {say(node.length)}" + (f" with {say_event(node.event)}" if node.event else "")
        case model.HeldEnd():
            day = say(node.term) if node.term else say_event(node.event) if node.event else ""
            return f"ends no {'earlier' if node.earliest else 'later'} than {day}"
        case model.DecidedLength():
            return f"from {say(node.low)} to {say(node.high)} at the discretion of {node.party}"
        case model.Version():
            return _lengths(node)
        case model.Term():
            return f"{_lengths(node)} {'before' if node.back else 'from'} {say_event(node.event)}"
    raise TypeError(f"no words for {type(node).__name__}")


def _lengths(node: model.Term | model.Version) -> str:
    return f"between {say(node.shorter)} and {say(node.duration)}" if node.shorter else say(node.duration)


def _test(test: model.Test) -> str:
    subject = say(test.subject)
    if test.relation == "holds":
        return subject
    if test.relation == "known":
        return f"{subject} is known"
    objects = " or ".join(say(one) for one in test.objects)
    return f"{subject} is {objects}" if test.relation == "is" else f"{subject} is {test.relation} {objects}"
