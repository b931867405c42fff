"""Words a user types → a case: every fact of its type, within its bounds, or a refusal that says what to type."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any, cast

from engine.aloud import bound_aloud
from engine.arithmetic import compare
from engine.counting import Span, Unit
from engine.evaluate import Evaluator, State
from engine.records import Act, Kind, Plan
from engine.refusal import Refusal
from engine.values import Money, Rate, Unknown, Value, When, show
from procedure_dsl.diagnostics import did_you_mean
from procedure_dsl.keywords.read import in_english
from procedure_dsl.wording import say
from procedure_dsl.words import ACTS, DONE, EARLY, SKIPPED, SUMS

WORD = re.compile(r"[^\W\d]+")
SUM = Kind("money")  # what has been paid or recovered before a case begins
UNITS = {"day": "days", "working day": "working days", "week": "weeks", "month": "months", "year": "years"}


@dataclass(frozen=True, slots=True)
class Case:
    """What is told of one case. `facts` may also set a value or a rule, in place of the file's own."""

    start: date | None = None
    facts: dict[str, Value] = field(default_factory=dict)
    events: dict[str, tuple[date, ...]] = field(default_factory=dict)  # a day for each time that it happened
    choices: dict[str, tuple[str, ...]] = field(default_factory=dict)
    readings: dict[str, str] = field(default_factory=dict)
    several: dict[str, tuple[str, ...]] = field(default_factory=dict)  # who the parties of one kind are
    title: str = ""
    practice: tuple[str, ...] = ()  # blocks of practice whose odds are shown
    paced: bool = False  # durations of practice take the place of the last days of terms
    stop_at_open: bool = False
    planned: Case | None = None  # the same case before a history was told; the trace says what that moved
    today: date | None = None  # the day on which terms that are over count as overdue

    def begins(self) -> date:
        """The day the case starts: as told, else that of its earliest event."""
        if self.start is not None:
            return self.start
        if self.events:
            return min(day for days in self.events.values() for day in days)
        raise Refusal(
            "no-start",
            "the case does not say on which day it starts",
            "Type --start 2017-03-01, or put `start:` into the case.",
        )

    def with_choice(self, stage: str, labels: tuple[str, ...]) -> Case:
        return replace(self, choices={**self.choices, stage: labels})


def set_one(plan: Plan, case: Case, name: str, text: str) -> Case:
    """The case with one more thing told: a fact, a paper, a value, a rule, a reading, or the day of an event."""
    name = name.strip()
    if name == "start":
        return replace(case, start=read_date(text, "start"))
    if name.split(" of ")[0] in SUMS and " of " in name:
        found = read_value(plan, name, SUM, text)
        return replace(case, facts={**case.facts, sum_of(plan, name): found})
    if " of " in name:
        return with_event(plan, case, name, text)
    if name in plan.readings:
        return read_reading(plan, case, name, text)
    if name in plan.parties:
        return with_several(plan, case, name, text)
    kind = _kind(plan, name.partition(" for ")[0])
    found = read_value(plan, name, kind, text)
    return replace(case, facts={**case.facts, name: found})


def set_each(plan: Plan, case: Case, pairs: Iterable[tuple[str, str]]) -> Case:
    """The case with several things told at once, each of them once."""
    said: dict[str, str] = {}
    for name, text in pairs:
        key = " ".join(name.split())
        if said.setdefault(key, text) != text:
            both = f'Type --set "{key}={said[key]},{text}" for two times that it happened.' if " of " in key else ""
            raise Refusal("told-twice", f"`{key}` is told twice: {said[key]} and {text}", both or "Tell it once.")
        case = set_one(plan, case, name, text)
    return case


def with_several(plan: Plan, case: Case, party: str, text: str) -> Case:
    """The case with the names of the parties of one kind: `anna, boris`."""
    if not plan.parties[party].several:
        raise Refusal("not-several", f"there is one `{party}` only, and the file names it")
    names = tuple(one.strip() for one in text.split(",") if one.strip())
    if not names or len(set(names)) < len(names):
        raise Refusal("told-twice", f"{party}={text} does not name each of them once", f"Type {party}=ANNA,BORIS.")
    return replace(case, several={**case.several, party: names})


def with_event(plan: Plan, case: Case, name: str, text: str) -> Case:
    """The case with the day of an event, or with a day for each time it happened: `2017-03-01, 2017-05-02`."""
    days = tuple(read_date(one, name) for one in text.split(","))
    if list(days) != sorted(days):
        raise Refusal("impossible-history", f"the days of {name} do not follow one another: {text}")
    return replace(case, events={**case.events, _event(plan, name): days})


def read_reading(plan: Plan, case: Case, name: str, option: str) -> Case:
    reading = plan.readings.get(name)
    if reading is None:
        raise Refusal("unknown-reading", f"no reading has the name `{name}`", did_you_mean(name, list(plan.readings)))
    names = [one.name for one in reading.options]
    if option.strip() not in names:
        raise Refusal("unknown-option", f"`{option}` is not a way to read `{name}`", did_you_mean(option, names))
    return replace(case, readings={**case.readings, name: option.strip()})


def add_choice(plan: Plan, case: Case, stage: str, text: str) -> Case:
    """`stage=option`, or `stage=a,b` for one visit after another."""
    key = " ".join(stage.split())
    stage = key.partition(" for ")[0]
    if stage not in plan.stages:
        raise Refusal("unknown-stage", f"no stage has the name `{stage}`", did_you_mean(stage, list(plan.stages)))
    labels = tuple(label.strip() for label in text.split(",") if label.strip())
    if any("=" in label for label in labels):
        seen = f"`{stage}={text}` tells of more than one stage"
        raise Refusal(
            "two-stages", seen, f"Repeat --choose for another stage: --choose {stage}={text.replace(',', ' --choose ')}"
        )
    known = ways_of(plan, stage)
    for label in labels:
        if label not in known:
            raise Refusal("unknown-outcome", f"`{stage}` has no way called `{label}`", did_you_mean(label, known))
    if not labels:
        raise Refusal("no-choice", f"which way at `{stage}`?", f"One of: {', '.join(known)}.")
    return case.with_choice(key, labels)


def ways_of(plan: Plan, stage: str) -> list[str]:
    """Every label that can be chosen at a stage, rights included."""
    own = [
        edge.label.name
        for edge in plan.stages[stage].edges()
        if not edge.label.name.startswith(("else_", "onward", EARLY))
    ]
    acts = [move for move in plan.stages[stage].moves if isinstance(move, Act)]
    own += ["kept"] if any(act.missed and not act.ways for act in acts) else []
    own += [DONE, SKIPPED] if any(act.modality == "may" for act in acts) else []
    return own + [right.label.name for right in plan.rights.values() if stage in right.stages]


def case_of_data(plan: Plan, data: Any) -> Case:
    """A case from YAML or JSON: mappings of strings (numbers come in as they were written)."""
    if not isinstance(data, Mapping):
        raise Refusal(
            "bad-case", "a case is a list of `key: value` lines", "For example: start, facts, events, choose, readings."
        )
    known = ("title", "start", "facts", "events", "choose", "readings")
    for key in data:
        if key not in known:
            help_ = did_you_mean(str(key), known) if str(key) not in plan.facts else "Put it under `facts:`."
            raise Refusal("bad-case", f"a case has no part called `{key}`", help_)
    case = Case(title=str(data.get("title") or ""))
    if data.get("start"):
        case = replace(case, start=read_date(str(data["start"]), "start"))
    for name, text in _part(data, "facts").items():
        if name in plan.parties and isinstance(text, list):
            text = ",".join(map(str, text))
        case = set_one(plan, case, str(name), _text(str(name), text))
    for name, text in _part(data, "events").items():
        case = with_event(plan, case, str(name), ",".join(map(str, text)) if isinstance(text, list) else str(text))
    for name, text in _part(data, "choose").items():
        case = add_choice(plan, case, str(name), ",".join(map(str, text)) if isinstance(text, list) else str(text))
    for name, text in _part(data, "readings").items():
        case = read_reading(plan, case, str(name), str(text))
    return case


def _part(data: Mapping[Any, Any], key: str) -> Mapping[Any, Any]:
    part = data.get(key) or {}
    if not isinstance(part, Mapping):
        raise Refusal("bad-case", f"`{key}:` holds lines of the form `name: value`")
    return part


def _text(name: str, value: Any) -> str:
    """What a case says of a fact, as it would be typed behind `--set`."""
    if isinstance(value, Mapping) and "amount" in value and not value.keys() - {"amount", "currency"}:
        value = f"{value['amount']} {value.get('currency', '')}".strip()
    if isinstance(value, Mapping | list | tuple):
        raise Refusal("bad-case", f"`{name}` holds more than one thing", f"Put one value there: `{name}: value`.")
    if value is None or value == "":
        raise Refusal("bad-case", f"`{name}` is left empty", "Write its value, or `unknown`, or leave the line out.")
    return "yes" if value is True else "no" if value is False else str(value)


def _event(plan: Plan, name: str) -> str:
    moment, _, of = " ".join(name.split()).partition(" of ")
    moments = event_names(plan)
    of, _, each = of.partition(" for ")
    key = f"{moment} of {of}"
    if key not in moments:
        raise Refusal("unknown-event", f"nothing on this road is called “{name}”", did_you_mean(key, moments))
    return f"{key} for {each}" if each else key


def event_names(plan: Plan) -> list[str]:
    """Every moment of the road that a case can date."""
    found: dict[str, None] = {}
    for name in plan.procedures:
        if name != plan.main:
            found[f"start of {name}"] = found[f"end of {name}"] = None
    for name in plan.rights:
        found[f"use of {name}"] = None
    for stage in plan.stages.values():
        found[f"start of {stage.label.name}"] = None
        found[f"end of {stage.label.name}"] = None
        for move in stage.moves:
            if isinstance(move, Act) and (move.document or move.fee) and move.modality != "must not":
                found[f"{ACTS[move.verb]} of {move.document or move.fee}"] = None
                if move.addressee and move.document:
                    found[f"receipt of {move.document}"] = None
    return list(found)


def sum_names(plan: Plan) -> list[str]:
    """Every sum of the road that a case can tell of the time before it begins."""
    return [*(f"paid of {name}" for name in plan.fees), *(f"recovered of {name}" for name in plan.procedures)]


def sum_of(plan: Plan, name: str) -> str:
    key, known = " ".join(name.split()), sum_names(plan)
    if key not in known:
        raise Refusal("unknown-fact", f"nothing is called “{key}”", did_you_mean(key, known))
    return key


def _kind(plan: Plan, name: str) -> Kind:
    for table in (plan.facts, plan.rules, plan.values):
        thing = cast(Any, table).get(name)
        if thing is not None:
            kind: Kind = thing.kind
            return kind
    if name in plan.discretions:
        return plan.discretions[name]
    known = [*plan.facts, *plan.rules, *plan.values, *plan.readings, *plan.discretions]
    raise Refusal("unknown-fact", f"no fact has the name `{name}`", did_you_mean(name, known))


# ── Words → values ──────────────────────────────────────────────────────────────────────────────


def read_value(plan: Plan, name: str, kind: Kind, text: str) -> Value:
    """A value of the fact's type, within its bounds."""
    text = text.strip().strip("\u00a0")
    if in_english(text).lower() == "unknown" and text not in kind.options:
        return Unknown((name,), frozenset(kind.options))
    found: Value
    match kind.name:
        case "money":
            found = read_money(text, plan.frame.currency, name)
        case "percent":
            found = Rate(read_number(text.removesuffix("%"), name) / 100)
        case "number":
            found = read_number(text, name)
        case "date":
            found = When(read_date(text, name))
        case "duration":
            found = read_span(text, name)
        case "yes or no":
            found = _yes_or_no(text, name)
        case "one of":
            if text not in kind.options:
                seen = say("`{text}` is not an answer to `{name}`", text=text, name=name)
                raise Refusal("unknown-option", seen, did_you_mean(text, kind.options))
            found = text
        case _:
            found = text
    _within_bounds(plan, name, kind, found)
    return found


def _within_bounds(plan: Plan, name: str, kind: Kind, found: Value) -> None:
    if isinstance(found, Money) and found.amount < 0:
        raise Refusal(
            "out-of-bounds",
            say("`{name}` cannot be negative: {found}", name=name, found=found),
            say("Type {typed}, for example.", typed=f"{name}={-found.amount}"),
        )
    refuse_out_of_bounds(Evaluator(plan, State(), cast(Any, None)), name, kind, found)  # a bound asks no calendar


def refuse_each_out_of_bounds(ask: Evaluator) -> None:
    """Bounds made of dated values are those of the day on which the case begins."""
    for name, found in ask.state.told.items():
        if name in ask.plan.facts:
            refuse_out_of_bounds(ask, name, ask.plan.facts[name].kind, found)


def refuse_out_of_bounds(ask: Evaluator, name: str, kind: Kind, found: Value) -> None:
    for side, limit in kind.bounds:
        edge = ask.value(limit)
        if compare(side, found, edge).value is False:
            raise Refusal(
                "out-of-bounds",
                say(
                    "`{name}` must be {bound}, not {found}",
                    name=name,
                    bound=bound_aloud(side, show(edge)),
                    found=show(found),
                ),
                say("Tell one that is {bound}.", bound=bound_aloud(side, show(edge))),
            )


def read_number(text: str, name: str) -> Decimal:
    """Blanks group, `.` or `,` is decimal with one or two digits behind it; `14,300` could be two numbers and is refused."""
    compact = re.sub(r"(?<=\d)[\s']+(?=\d{3}(?!\d))", "", text.strip())
    if re.fullmatch(r"-?\d+[.,]\d{3}", compact):
        whole, part = re.split(r"[.,]", compact)
        help_ = say("Type {one} or {other}.", one=f"{name}={whole}{part}", other=f"{name}={whole}.{part[:2]}")
        seen = say(
            "`{text}` could be two numbers, {one} or {other}", text=text, one=f"{whole} {part}", other=f"{whole}.{part}"
        )
        raise Refusal("two-numbers", seen, help_)
    if not re.fullmatch(r"-?\d+([.,]\d+)?", compact) or not compact.isascii():
        seen = say("`{text}` is not a number, and `{name}` is one", text=text, name=name)
        raise Refusal("not-a-number", seen, say("Type {typed}, for example.", typed=f"{name}=14300.00"))
    if len(compact) > 24:
        raise Refusal(
            "not-a-number",
            say("`{name}` has {digits} digits; an amount has 24 at most", name=name, digits=len(compact)),
        )
    return Decimal(compact.replace(",", "."))


def read_money(text: str, currency: str, name: str) -> Money:
    """An amount; without a currency it is the jurisdiction's."""
    said = WORD.findall(text)
    if said and said[0].upper() != currency and re.fullmatch("[A-Za-z]{3}", said[0]) and re.search(r"\d", text):
        help_ = say("Convert it yourself and type {typed}; amounts are never converted.", typed=f"{name}=… {currency}")
        seen = say("`{name}` is in {currency}, not in {other}", name=name, currency=currency, other=said[0].upper())
        raise Refusal("wrong-currency", seen, help_)
    if len(said) > 1 or any(one.upper() != currency for one in said):
        help_ = say("Type {typed}, for example.", typed=f'{name}="14300.00 {currency}"')
        raise Refusal(
            "not-a-number", say("`{text}` is not an amount of money, and `{name}` is one", text=text, name=name), help_
        )
    number = text.strip().removeprefix(said[0]).removesuffix(said[0]) if said else text
    return Money(read_number(number, name), currency)


def read_date(text: str, name: str) -> date:
    compact = text.strip()
    if found := re.fullmatch(r"(\d{1,2})[./](\d{1,2})[./](\d{4})", compact):
        day, month, year = found.groups()
        raise Refusal(
            "bad-date",
            say("`{text}` could be two days", text=compact),
            say("Type {typed} (year-month-day).", typed=f"{name}={year}-{int(month):02}-{int(day):02}"),
        )
    try:
        if not re.fullmatch(r"\d{4}-\d\d-\d\d", compact):
            raise ValueError
        return date.fromisoformat(compact)
    except ValueError:
        raise Refusal(
            "bad-date",
            say("`{text}` is not a day of the calendar", text=compact),
            say("Type {typed} (year-month-day).", typed=f"{name}=2017-03-01"),
        ) from None


def read_span(text: str, name: str) -> Span:
    words = " ".join(in_english(text).split())
    found = re.fullmatch(r"(\d+)\s+(days?|working days?|weeks?|months?|years?)", words)
    if found and len(found.group(1)) > 4:
        seen = say("`{text}` is too long: a length is 9999 at most", text=text)
        raise Refusal("too-long", seen, say("Tell it in a longer unit."))
    if not found:
        raise Refusal(
            "bad-length",
            say("`{text}` is not a length of time, and `{name}` is one", text=text, name=name),
            say("Type {typed}, or working days, weeks, months, years.", typed=f'{name}="10 days"'),
        )
    return Span(int(found.group(1)), cast(Unit, UNITS[found.group(2).removesuffix("s")]))


def _yes_or_no(text: str, name: str) -> bool:
    answers = {"yes": True, "true": True, "no": False, "false": False}
    said = in_english(text.lower())
    if said not in answers:
        seen = say("`{text}` is not an answer to `{name}`", text=text, name=name)
        raise Refusal(
            "not-yes-or-no",
            seen,
            say("Type {one} or {other}.", one=f"{name}={say('yes')}", other=f"{name}={say('no')}"),
        )
    return answers[said]
