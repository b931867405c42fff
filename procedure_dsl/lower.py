"""Tree → jurisdiction: the shapes of the grammar become the records of the model, one rule each."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from lark import Token, Tree

from procedure_dsl import model
from procedure_dsl.diagnostics import NOWHERE, Diagnostic, Place, nearest
from procedure_dsl.parse import STAND_IN, Parsed
from procedure_dsl.source import said
from procedure_dsl.words import ACTS, LAW, OF_TIME, SPECIAL_SOURCES, SUMS

Branch = Tree[Token]


def lower_tree(parsed: Parsed) -> tuple[model.Jurisdiction, list[Diagnostic]]:
    """The model of every tree, and the mistakes that one node alone can show."""
    found: list[Diagnostic] = []
    declarations = []
    lines = parsed.source.lines
    for tree, lines_before in parsed.trees:
        lowering = Lowering(parsed.source.name, lines, lines_before, found)
        declarations += [lowering.node(child) for child in tree.children if isinstance(child, Tree)]
    return model.Jurisdiction(declarations=tuple(declarations)), found


def lower_length(tree: Branch) -> model.Length:
    """A length that stands alone, as in `proc count FILE "20 working days"`."""
    length: model.Length = Lowering("length", [], 0, []).node(tree)
    return length


class Lowering:
    """One method a grammar rule; what a rule's children are is read off their kinds, not their positions."""

    def __init__(self, file: str, written: list[str], lines_before: int, found: list[Diagnostic]) -> None:
        self.file, self.written, self.lines_before, self.found = file, written, lines_before, found

    # ── tools ───────────────────────────────────────────────────────────────────────────────────

    def node(self, tree: Branch) -> Any:
        lower: Callable[[Branch], Any] = getattr(self, tree.data)
        return lower(tree)

    def nodes(self, trees: Iterable[Branch]) -> tuple[Any, ...]:
        return tuple(self.node(tree) for tree in trees)

    def place(self, thing: Branch | Token) -> Place:
        meta: Any = thing if isinstance(thing, Token) else thing.meta
        if getattr(meta, "line", None) is None:
            return NOWHERE
        line, end, end_column = meta.line + self.lines_before, meta.end_line + self.lines_before, meta.end_column
        while end > line and (end > len(self.written) or not self.written[end - 1][: end_column - 1].strip()):
            end -= 1  # a sentence ends with its last word, not with the break of its line
            end_column = len(said(self.written[end - 1])) + 1
        if end > line:  # what stands in for a lost sentence may be longer than that was
            end_column = min(end_column, len(self.written[end - 1]) + 1)
        return Place(self.file, line, meta.column, end, end_column)

    def complain(self, code: str, thing: Branch | Token, seen: str, help_: str = "") -> None:
        self.found.append(Diagnostic(code, self.place(thing), seen, help_))

    @staticmethod
    def tokens(tree: Branch, *kinds: str) -> list[Token]:
        return [child for child in tree.children if isinstance(child, Token) and child.type in kinds]

    def names(self, tree: Branch) -> list[str]:
        return [str(token) for token in self.tokens(tree, "NAME")]

    @staticmethod
    def trees(tree: Branch, *rules: str) -> list[Branch]:
        return [child for child in tree.children if isinstance(child, Tree) and child.data in rules]

    def maybe(self, tree: Branch, *rules: str) -> Any:
        found = self.trees(tree, *rules)
        return self.node(found[0]) if found else None

    def expressions(self, tree: Branch) -> tuple[Any, ...]:
        return self.nodes(c for c in tree.children if isinstance(c, Tree) and c.data in EXPRESSIONS)

    @staticmethod
    def phrase(token: Any) -> Any:
        """The words of a token with one blank between them; the grammar allows no others than the model."""
        return " ".join(str(token).split())

    @staticmethod
    def inside(token: Token) -> str:
        """What stands between the quotes."""
        return str(token)[1:-1]

    def strings(self, tree: Branch) -> list[str]:
        return [self.inside(token) for token in self.tokens(tree, "STRING")]

    def tail(self, tree: Branch) -> model.Tail:
        """The guard, the time in force and the provenance among the children of a sentence."""
        provenance = self.maybe(tree, "by", "silent")
        unverified = self.trees(tree, "unverified")
        if provenance and unverified:
            provenance = provenance.model_copy(update={"unverified": self.strings(unverified[0])[0]})
        since, until = self.maybe(tree, "since"), self.maybe(tree, "until")
        if since and until and until < since:
            self.complain(
                "empty-period", tree, f"in force since {since} until {until}: the end stands before the beginning"
            )
        return model.Tail(
            place=self.place(tree), when=self.maybe(tree, "when"), unless=self.maybe(tree, "unless"),
            since=since, until=until, provenance=provenance,
        )  # fmt: skip

    def heading(self, tree: Branch) -> dict[str, Any]:
        name = self.tokens(tree, "NAME")[0]
        return {
            "place": self.place(name),
            "name": str(name),
            "titles": self.maybe(tree, "titles") or (),
            "tail": self.tail(tree),
        }

    def lines(self, tree: Branch, *rules: str) -> tuple[Any, ...]:
        """The sentences of a block, without those that stand in for a lost one."""
        return tuple(line for line in self.nodes(self.trees(tree, *rules, "note")) if not self.is_stand_in(line))

    @staticmethod
    def is_stand_in(line: model.Node) -> bool:
        return isinstance(line, model.Note) and line.titles[0].text == STAND_IN

    # ── tails ───────────────────────────────────────────────────────────────────────────────────

    def when(self, tree: Branch) -> model.Condition:
        condition: model.Condition = self.maybe(tree, "condition")
        return condition

    unless = when

    def since(self, tree: Branch) -> date | None:
        return self.day(tree.children[0])

    until = since

    def day(self, token: Any) -> date | None:
        try:
            return date.fromisoformat(str(token))
        except ValueError:
            self.complain(
                "impossible-date",
                token,
                f"{token} is not a day of the calendar",
                "A date is year-month-day: 2018-01-31.",
            )
            return None

    def by(self, tree: Branch) -> model.Provenance:
        source, locator = str(tree.children[0]), self.strings(tree)[0]
        saying, why = self.trees(tree, "saying"), self.trees(tree, "reconstructed")
        if source in SPECIAL_SOURCES and (saying or why):
            help_ = "Declare a `source` for a text that is quoted or reconstructed."
            self.complain("outside-quotation", tree, f"`by {source}` takes one text only", help_)
        if not locator.strip():
            self.complain(
                "empty-text",
                tree,
                "the place in the source is empty",
                "Say where it stands, or who assumes it and why.",
            )
        return model.Provenance(
            place=self.place(tree), kind=self.phrase(source) if source in SPECIAL_SOURCES else "source",
            source="" if source in SPECIAL_SOURCES else source, locator=locator,
            saying=self.strings(saying[0])[0] if saying else "", reconstructed=self.strings(why[0])[0] if why else "",
        )  # fmt: skip

    def silent(self, tree: Branch) -> model.Provenance:
        stated: model.NotStated = self.maybe(tree, "not_stated")
        return model.Provenance(place=self.place(tree), kind="not stated", source=stated.source)

    def titles(self, tree: Branch) -> model.Titles:
        found: list[model.Title] = []
        language: Token | None = None
        texts = self.tokens(tree, "NAME", "STRING")
        for at, child in enumerate(texts):
            if child.type == "NAME":
                if at and texts[at - 1].end_pos == child.start_pos:
                    help_ = 'Put the inner one in other quotes: "… “…” …".'
                    self.complain("open-quote", child, "this word stands between two quotations, not in one", help_)
                    break
                language = child
                continue
            place = self.place(language).to(self.place(child)) if language is not None else self.place(child)
            found.append(model.Title(place=place, language=str(language or ""), text=self.inside(child)))
        languages = [title.language for title in found]
        for twice in {one for one in languages if languages.count(one) > 1}:
            self.complain("title-twice", tree, f"the language `{twice}` stands twice beside one name")
        return tuple(found)

    translations = titles

    def note(self, tree: Branch) -> model.Note:
        return model.Note(place=self.place(tree), titles=self.maybe(tree, "titles"), tail=self.tail(tree))

    # ── the place and its texts ─────────────────────────────────────────────────────────────────

    def jurisdiction(self, tree: Branch) -> model.JurisdictionHead:
        kinds = ("follows", "currency", "calendar", "languages", "starts", "short_month", "rolls", "transition")
        return model.JurisdictionHead(**self.heading(tree), lines=self.lines(tree, *kinds))

    def use(self, tree: Branch) -> model.Use:
        path = self.tokens(tree, "STRING")[0]
        return model.Use(place=self.place(path), path=self.inside(path))

    def follows(self, tree: Branch) -> model.Follows:
        path = self.tokens(tree, "STRING")[0]
        return model.Follows(place=self.place(path), path=self.inside(path))

    def replacement(self, tree: Branch) -> Any:
        return self.node(next(child for child in tree.children if isinstance(child, Tree))).model_copy(
            update={"replaces": True}
        )

    def currency(self, tree: Branch) -> model.Money:
        return model.Money(
            place=self.place(tree),
            currency=self.names(tree)[0],
            rounding=self.maybe(tree, "rounding"),
            tail=self.tail(tree),
        )

    def rounding(self, tree: Branch) -> model.Rounding:
        step = self.decimal(self.tokens(tree, "NUMBER")[0])
        if step <= 0:
            self.complain(
                "bad-rounding", tree, "money cannot be rounded to nothing", "Write 0.01, or 1 for whole units."
            )
            step = Decimal("0.01")
        return model.Rounding(place=self.place(tree), mode=self.phrase(tree.children[0]), to=step)

    def calendar(self, tree: Branch) -> model.CalendarUse:
        return model.CalendarUse(place=self.place(tree), calendar=self.names(tree)[0], tail=self.tail(tree))

    def languages(self, tree: Branch) -> model.Languages:
        return model.Languages(place=self.place(tree), languages=tuple(self.names(tree)))

    def starts(self, tree: Branch) -> model.Counting:
        which = self.phrase(self.tokens(tree, "WHICH")[0])
        return model.Counting(place=self.place(tree), aspect="starts", choice=which, tail=self.tail(tree))

    def short_month(self, tree: Branch) -> model.Counting:
        return model.Counting(place=self.place(tree), aspect="short month", choice="last day", tail=self.tail(tree))

    def rolls(self, tree: Branch) -> model.Counting:
        never = bool(self.tokens(tree, "NEVER_ROLLS"))
        return model.Counting(
            place=self.place(tree),
            aspect="rolls",
            choice="never" if never else "next working day",
            tail=self.tail(tree),
        )

    def source(self, tree: Branch) -> model.SourceText:
        files = self.strings(tree)
        return model.SourceText(**self.heading(tree), file=files[0] if files else "")

    def party(self, tree: Branch) -> model.Party:
        sides, standing = self.tokens(tree, "WHOSE_SIDE"), self.tokens(tree, "STANDING")
        return model.Party(
            **self.heading(tree), side=self.phrase(sides[0]) if sides else "", several=bool(self.tokens(tree, "SEVERAL")),
            standing=self.phrase(standing[0]) if standing else "", of=self.names(tree)[1] if standing else "",
        )  # fmt: skip

    def reading(self, tree: Branch) -> model.Reading:
        return model.Reading(**self.heading(tree), options=self.nodes(self.trees(tree, "option")))

    def option(self, tree: Branch) -> model.Option:
        meanings = self.expressions(tree)
        return model.Option(
            place=self.place(tree), preferred=str(tree.children[0]) == "prefer", name=self.names(tree)[0],
            titles=self.maybe(tree, "titles"), meaning=meanings[0] if meanings else None, unit=self.maybe(tree, "unit"),
            tail=self.tail(tree),
        )  # fmt: skip

    # ── values, facts, rules ────────────────────────────────────────────────────────────────────

    def type_of(self, tree: Branch) -> model.Type:
        found: model.Type = self.maybe(tree, *TYPES)
        return found

    def type_node(self, tree: Branch) -> model.Type:
        bounds = tuple(
            model.Bound(
                place=self.place(bound), side=self.phrase(bound.children[0]), expression=self.expressions(bound)[0]
            )
            for bound in self.trees(tree, "bound")
        )
        return model.Type(place=self.place(tree), kind=TYPES[tree.data], bounds=bounds, options=tuple(self.names(tree)))

    money = percent = numbers = dates = duration = texts = yes_or_no = one_of = type_node

    def value(self, tree: Branch) -> model.Value:
        return model.Value(**self.heading(tree), type=self.type_of(tree), lines=self.lines(tree, "line", "transition"))

    def fact(self, tree: Branch) -> model.Fact:
        first, ask = self.trees(tree, "at_first"), self.trees(tree, "ask")
        return model.Fact(
            **self.heading(tree), type=self.type_of(tree), at_first=self.expressions(first[0])[0] if first else None,
            ask=self.maybe(ask[0], "titles") if ask else (),
        )  # fmt: skip

    def rule(self, tree: Branch) -> model.Rule:
        lines = self.lines(tree, "line", "exception", "otherwise", "governed", "transition")
        return model.Rule(**self.heading(tree), type=self.type_of(tree), lines=lines)

    def line(self, tree: Branch) -> model.Line:
        kinds: dict[str, Any] = {"line": "line", "exception": "except", "otherwise": "otherwise"}
        label = "".join(self.names(tree)[:1])
        return model.Line(
            place=self.place(tree),
            kind=kinds[tree.data],
            label=label,
            formula=self.maybe(tree, "formula"),
            tail=self.tail(tree),
        )

    exception = otherwise = line

    def governed(self, tree: Branch) -> model.Governed:
        return model.Governed(place=self.place(tree), event=self.maybe(tree, "event"), tail=self.tail(tree))

    def transition(self, tree: Branch) -> model.Transition:
        day = self.day(self.tokens(tree, "DATE")[0]) or date.max
        return model.Transition(place=self.place(tree), day=day, tail=self.tail(tree))

    # ── conditions and expressions ──────────────────────────────────────────────────────────────

    def condition(self, tree: Branch) -> model.Condition:
        return model.Condition(
            place=self.place(tree), tests=self.nodes(c for c in tree.children if isinstance(c, Tree))
        )

    def holds(self, tree: Branch) -> model.Test:
        subject, *objects = self.expressions(tree)
        relations: dict[str, Any] = {"holds": "holds", "is_one": "is", "is_known": "known"}
        relation = relations.get(tree.data) or self.phrase(self.tokens(tree, "COMPARISON")[0])
        return model.Test(place=self.place(tree), subject=subject, relation=relation, objects=tuple(objects))

    is_one = is_known = compares = holds

    def formula(self, tree: Branch) -> model.Formula:
        limits = tuple(
            model.Limit(place=self.place(one), side=self.phrase(one.children[0]), expression=self.expressions(one)[0])
            for one in self.trees(tree, "limit")
        )
        expression = self.maybe(tree, "discretion") or self.expressions(tree)[0]
        return model.Formula(place=self.place(tree), expression=expression, limits=limits)

    def discretion(self, tree: Branch) -> model.Discretion:
        found: model.Discretion = self.maybe(tree, "ranged")
        return found.model_copy(update={"place": self.place(tree), "party": self.names(tree)[0]})

    def ranged(self, tree: Branch) -> model.Discretion:
        low, high = self.expressions(tree)
        return model.Discretion(place=self.place(tree), low=low, high=high)

    def expected(self, tree: Branch) -> model.Formula:
        """What a scenario expects: a formula, or the ends of a range."""
        ranged = self.maybe(tree, "ranged")
        return model.Formula(place=ranged.place, expression=ranged) if ranged else self.maybe(tree, "formula")

    def decimal(self, token: Token) -> Decimal:
        thousands = re.fullmatch(r"([1-9]\d{0,2})\.(\d{3})", token)
        if thousands:
            whole, part = thousands.groups()
            help_ = f"Write {whole} {part} if thousands are meant, {whole}.{part}0 if not."
            self.complain("two-numbers", token, f"{token} could be read as two numbers", help_)
        return Decimal("".join(str(token).split()))

    def number(self, tree: Branch) -> model.Number:
        return model.Number(place=self.place(tree), value=self.decimal(self.tokens(tree, "NUMBER")[0]))

    def quantity(self, tree: Branch) -> model.Quantity:
        number = self.decimal(self.tokens(tree, "NUMBER")[0])
        return model.Quantity(place=self.place(tree), number=number, unit=self.names(tree)[0])

    def percentage(self, tree: Branch) -> model.Percentage:
        of = self.expressions(tree)
        number = self.decimal(self.tokens(tree, "NUMBER")[0])
        return model.Percentage(place=self.place(tree), number=number, of=of[0] if of else None)

    def span(self, tree: Branch) -> model.Length:
        length: model.Length = self.maybe(tree, "length")
        return length

    def offset(self, tree: Branch) -> model.Offset:
        return model.Offset(place=self.place(tree), length=self.maybe(tree, "length"), event=self.maybe(tree, "event"))

    def days_between(self, tree: Branch) -> model.DaysBetween:
        start, end = self.nodes(self.trees(tree, "event"))
        return model.DaysBetween(place=self.place(tree), start=start, end=end)

    def days_in_year(self, tree: Branch) -> model.DaysInYear:
        return model.DaysInYear(place=self.place(tree), event=self.maybe(tree, "event"))

    def date_literal(self, tree: Branch) -> model.Expression:
        day = self.day(tree.children[0])
        return model.DateLiteral(place=self.place(tree), value=day) if day else model.Unknown(place=self.place(tree))

    def yes(self, tree: Branch) -> model.YesNo:
        return model.YesNo(place=self.place(tree), value=tree.data == "yes")

    no = yes

    def unknown(self, tree: Branch) -> model.Unknown:
        return model.Unknown(place=self.place(tree))

    def not_stated(self, tree: Branch) -> model.NotStated:
        return model.NotStated(place=self.place(tree), source=self.names(tree)[0])

    def name(self, tree: Branch) -> model.Name:
        return model.Name(place=self.place(tree), name=self.names(tree)[0])

    def event(self, tree: Branch) -> model.Event:
        *moment, name = self.names(tree)
        return model.Event(place=self.place(tree), moment=moment[0] if moment else "", name=name)

    def moment(self, tree: Branch) -> model.Event | model.Moved:
        return self.moved(tree) if self.names(tree)[0] in SUMS else self.event(tree)

    def moved(self, tree: Branch) -> model.Moved:
        what, name = self.tokens(tree, "NAME")
        return model.Moved(place=self.place(what).to(self.place(name)), what=str(what), name=str(name))

    def excess(self, tree: Branch) -> model.Excess:
        return model.Excess(place=self.place(tree))

    def plus(self, tree: Branch) -> model.Arithmetic:
        left, right = self.expressions(tree)
        return model.Arithmetic(place=self.place(tree), operator=OPERATORS[tree.data], left=left, right=right)

    minus = times = over = plus

    # ── time ────────────────────────────────────────────────────────────────────────────────────

    def whole(self, token: Token) -> int:
        number = self.decimal(token)
        if number != number.to_integral_value() or number > 10_000:
            self.complain(
                "bad-length",
                token,
                f"a term counts whole units, ten thousand at most, not {token}",
                "Write 45 days, not 1.5 months.",
            )
            return 0
        return int(number)

    def length(self, tree: Branch) -> model.Length:
        number = self.whole(self.tokens(tree, "NUMBER")[0])
        return model.Length(place=self.place(tree), number=number, unit=self.maybe(tree, "unit"))

    def unit(self, tree: Branch) -> model.Unit:
        units: dict[str, model.Unit] = {
            "WORKING": "working days",
            "DAY": "days",
            "WEEK": "weeks",
            "MONTH": "months",
            "YEAR": "years",
        }
        return units[self.tokens(tree, *units)[0].type]

    def read_length(self, tree: Branch) -> model.ReadLength:
        number = self.whole(self.tokens(tree, "NUMBER")[0])
        return model.ReadLength(place=self.place(tree), number=number, reading=self.names(tree)[0])

    def told_length(self, tree: Branch) -> model.ToldLength:
        return model.ToldLength(place=self.place(tree), fact=self.names(tree)[0])

    def duration_of(self, tree: Branch) -> Any:
        return self.maybe(tree, "length", "read_length", "told_length", "decided_length", "not_stated")

    def term(self, tree: Branch) -> model.Term:
        return model.Term(
            place=self.place(tree), duration=self.duration_of(tree), event=self.maybe(tree, "event"),
            back=tree.data == "back_term",
        )  # fmt: skip

    back_term = term

    def between(self, tree: Branch) -> tuple[model.Duration, model.Duration]:
        """The shorter length and the longer one, as they stand."""
        shorter, longer = self.nodes(self.trees(tree, "length", "read_length", "told_length"))
        return shorter, longer

    def window(self, tree: Branch) -> model.Term:
        shorter, longer = self.maybe(tree, "between")
        return model.Term(
            place=self.place(tree), duration=longer, shorter=shorter, event=self.maybe(tree, "event"),
            back=bool(self.tokens(tree, "BEFORE")),
        )  # fmt: skip

    def decided_length(self, tree: Branch) -> model.DecidedLength:
        low, high = self.nodes(self.trees(tree, "length"))
        return model.DecidedLength(place=self.place(tree), low=low, high=high, party=self.names(tree)[0])

    def within(self, tree: Branch) -> model.Within:
        names = self.names(tree)
        return model.Within(
            place=self.place(tree), term=self.maybe(tree, "term", "back_term", "window"), deadline=names[0] if names else "",
            not_stated=self.maybe(tree, "not_stated"),
        )  # fmt: skip

    def deadline(self, tree: Branch) -> model.Deadline:
        kinds = (
            "counts_from", "version", "version_exception", "roll_line", "stands_still", "begins_anew", "longer", "held",
            "governed", "transition",
        )  # fmt: skip
        return model.Deadline(**self.heading(tree), lines=self.lines(tree, *kinds))

    def counts_from(self, tree: Branch) -> model.CountsFrom:
        return model.CountsFrom(
            place=self.place(tree), event=self.maybe(tree, "event"), back=bool(self.tokens(tree, "BACK")),
            tail=self.tail(tree),
        )  # fmt: skip

    def version(self, tree: Branch) -> model.Version:
        label = "".join(self.names(tree)[:1])
        shorter, duration = self.maybe(tree, "between") or (None, self.duration_of(tree))
        return model.Version(
            place=self.place(tree), duration=duration, shorter=shorter, label=label, tail=self.tail(tree)
        )

    version_exception = version

    def roll_line(self, tree: Branch) -> model.NeverRolls:
        return model.NeverRolls(place=self.place(tree), tail=self.tail(tree))

    def stands_still(self, tree: Branch) -> model.StandsStill:
        event, *to = self.nodes(self.trees(tree, "event"))
        return model.StandsStill(
            place=self.place(tree), event=event, to=to[0] if to else None, length=self.duration_of(tree),
            both=bool(self.tokens(tree, "BOTH_DAYS")), tail=self.tail(tree),
        )  # fmt: skip

    def begins_anew(self, tree: Branch) -> model.BeginsAnew:
        return model.BeginsAnew(place=self.place(tree), event=self.maybe(tree, "event"), tail=self.tail(tree))

    def longer(self, tree: Branch) -> model.Longer:
        return model.Longer(
            place=self.place(tree), length=self.duration_of(tree), event=self.maybe(tree, "event"), tail=self.tail(tree)
        )

    def held(self, tree: Branch) -> model.HeldEnd:
        return model.HeldEnd(
            place=self.place(tree), earliest="earlier" in self.tokens(tree, "ENDS_NO")[0], event=self.maybe(tree, "event"),
            term=self.maybe(tree, "term"), tail=self.tail(tree),
        )  # fmt: skip

    # ── papers and fees ─────────────────────────────────────────────────────────────────────────

    def document(self, tree: Branch) -> model.Document:
        kinds = ("supplied", "form", "copies", "contains", "attached", "governed", "transition")
        return model.Document(**self.heading(tree), lines=self.lines(tree, *kinds))

    def supplied(self, tree: Branch) -> model.Supplied:
        return model.Supplied(place=self.place(tree), party=self.names(tree)[0])

    def form(self, tree: Branch) -> model.Form:
        return model.Form(place=self.place(tree), titles=self.maybe(tree, "titles"), tail=self.tail(tree))

    def copies(self, tree: Branch) -> model.Copies:
        return model.Copies(
            place=self.place(tree), number=self.whole(self.tokens(tree, "NUMBER")[0]), tail=self.tail(tree)
        )

    def contains(self, tree: Branch) -> model.Item:
        heading = self.heading(tree)
        return model.Item(place=heading["place"], name=heading["name"], titles=heading["titles"], tail=heading["tail"])

    def attached(self, tree: Branch) -> model.Attached:
        return model.Attached(place=self.place(tree), document=self.names(tree)[0], tail=self.tail(tree))

    def fee(self, tree: Branch) -> model.Fee:
        base = self.expressions(tree)
        return model.Fee(
            **self.heading(tree), base=base[0] if base else None, in_slices=bool(self.tokens(tree, "SLICES")),
            lines=self.lines(tree, "line", "row", "borne", "rounded", "governed", "transition"),
        )  # fmt: skip

    def row(self, tree: Branch) -> model.Row:
        edges = tuple(
            model.Edge(place=self.place(edge), kind=self.phrase(edge.children[0]), expression=self.expressions(edge)[0])
            for edge in self.trees(self.trees(tree, "band")[0], "edge")
        )
        return model.Row(place=self.place(tree), edges=edges, formula=self.maybe(tree, "formula"), tail=self.tail(tree))

    def rounded(self, tree: Branch) -> model.Rounded:
        return model.Rounded(place=self.place(tree), rounding=self.maybe(tree, "rounding"), tail=self.tail(tree))

    def borne(self, tree: Branch) -> model.Borne:
        part = self.expressions(tree)
        return model.Borne(
            place=self.place(tree), party=self.names(tree)[0], part=part[0] if part else None, tail=self.tail(tree)
        )

    # ── the road ────────────────────────────────────────────────────────────────────────────────

    def procedure(self, tree: Branch) -> model.Procedure:
        return model.Procedure(**self.heading(tree))

    def part(self, tree: Branch) -> model.Part:
        return model.Part(place=self.place(tree), titles=self.maybe(tree, "titles"))

    def stage(self, tree: Branch) -> model.Stage:
        kinds = (
            "requires",
            "wait",
            "advised_wait",
            "step",
            "perform",
            "side_by_side",
            "onward",
            "advice",
            "governed",
            "transition",
        )
        role = self.trees(tree, "role")
        name = self.names(role[0])[0] if role else ""
        return model.Stage(**self.heading(tree), role=name, sentences=self.lines(tree, *kinds))

    def arrow(self, tree: Branch) -> model.Arrow:
        targets = self.trees(tree, "target")
        effects = [self.node(effect) for group in self.trees(tree, "effects") for effect in self.trees(group, "effect")]
        rounds = self.trees(tree, "rounds")
        most = self.tokens(rounds[0], "NUMBER") if rounds else []
        if most and not self.whole(most[0]):
            self.complain("never-taken", most[0], "a way that may be taken 0 times is no way", "Take the way out.")
        return model.Arrow(
            place=self.place(targets[0]), target=str(targets[0].children[0]), effects=tuple(effects),
            most=self.whole(most[0]) if most else None, endless=bool(rounds) and not most,
        )  # fmt: skip

    def effect(self, tree: Branch) -> model.Effect:
        return model.Effect(place=self.place(tree), name=self.names(tree)[0], value=self.expressions(tree)[0])

    def requires(self, tree: Branch) -> model.Requires:
        return model.Requires(
            place=self.place(tree), condition=self.maybe(tree, "condition"), component="".join(self.names(tree)[:1]),
            otherwise=self.arrow(tree) if self.trees(tree, "target") else None, tail=self.tail(tree),
        )  # fmt: skip

    def wait(self, tree: Branch) -> model.Wait:
        return model.Wait(
            place=self.place(tree),
            term=self.maybe(tree, "term"),
            deadline="".join(self.names(tree)),
            advised=tree.data == "advised_wait",
            tail=self.tail(tree),
        )

    advised_wait = wait

    def advice(self, tree: Branch) -> model.Advice:
        return model.Advice(
            place=self.place(tree),
            outcome="".join(self.names(tree)[:1]),
            titles=self.maybe(tree, "titles"),
            tail=self.tail(tree),
        )

    def step(self, tree: Branch) -> model.Step:
        party, verb = self.names(tree)[:2]
        modality: Any = "".join(self.phrase(one) for one in self.tokens(tree, "MODALITY"))
        verb = next((act for act in ACTS if modality and act.removesuffix("s") == verb), verb)
        objects = self.trees(tree, "object")
        paper, *to = self.names(objects[0]) if objects else [""]
        if paper and verb not in ACTS:
            meant = nearest(verb, ACTS)
            help_ = (
                f"Did you mean `{meant}`?" if meant else f"An act upon a paper or a fee is one of: {', '.join(ACTS)}."
            )
            self.complain(
                "unknown-act", self.tokens(tree, "NAME")[1], f"`{verb}` is not an act that takes a paper", help_
            )
        if not paper and verb in ACTS and party != LAW and not self.trees(tree, *BRANCHES):
            self.complain(
                "act-without-paper", self.tokens(tree, "NAME")[1], f"`{verb}` what?", "Name the paper or the fee."
            )
        return model.Step(
            place=self.place(tree), party=party, modality=modality, verb=verb, object=paper, addressee=to[0] if to else "",
            within=self.maybe(tree, "within"), at_once=bool(self.tokens(tree, "AT_ONCE")),
            instalments=self.maybe(tree, "instalments"),
            branches=self.lines(tree, *BRANCHES), tail=self.tail(tree),
        )  # fmt: skip

    def instalments(self, tree: Branch) -> model.Instalments:
        return model.Instalments(
            place=self.place(tree), number=self.whole(self.tokens(tree, "NUMBER")[0]) if self.tokens(tree, "NUMBER") else 0,
            shares=self.nodes(self.trees(tree, "part_share", "part_rest")), apart=self.maybe(tree, "length"),
            event=self.maybe(tree, "event"),
        )  # fmt: skip

    def part_share(self, tree: Branch) -> Decimal:
        return self.decimal(self.tokens(tree, "NUMBER")[0])

    def part_rest(self, _: Branch) -> None:
        return None

    def perform(self, tree: Branch) -> model.Perform:
        procedure, *each = self.names(tree)
        return model.Perform(
            place=self.place(tree), procedure=procedure, each="".join(each),
            branches=self.lines(tree, *BRANCHES), tail=self.tail(tree),
        )  # fmt: skip

    def side_by_side(self, tree: Branch) -> model.SideBySide:
        number = self.tokens(tree, "NUMBER")
        first = any(self.phrase(one).startswith("the first") for one in self.tokens(tree, "HOW_MANY"))
        need = self.whole(number[0]) if number else 1 if first else None
        tracks = self.lines(tree, "perform")
        return model.SideBySide(place=self.place(tree), need=need, tracks=tracks, tail=self.tail(tree))

    def outcome(self, tree: Branch) -> model.Outcome:
        labels = {**dict(zip(OF_TIME, OF_TIME, strict=True)), "remaining": "otherwise"}
        label = labels.get(tree.data) or self.names(tree)[0]
        if tree.data == "outcome" and label in OF_TIME:
            help_ = "Take another name, or write `if too early -> …`."
            self.complain("reserved-name", tree, f"`{label}` is what `if too early` is called", help_)
        name = self.tokens(tree, "NAME", "MISSED", "TOO_EARLY", "RESTORED")
        place = self.place(name[0]) if name else self.place(tree)
        return model.Outcome(
            place=place, label=label, titles=self.maybe(tree, "titles", "translations") or (),
            within=self.maybe(tree, "within"), arrow=self.arrow(tree), tail=self.tail(tree),
        )  # fmt: skip

    missed = too_early = restored = remaining = outcome

    def onward(self, tree: Branch) -> model.Onward:
        return model.Onward(place=self.place(tree), arrow=self.arrow(tree), tail=self.tail(tree))

    def right(self, tree: Branch) -> model.Right:
        *stages, party, act = self.tokens(tree, "NAME")
        return model.Right(
            place=self.place(act), name=str(act), titles=self.maybe(tree, "titles", "translations") or (), tail=self.tail(tree),
            stages=tuple(str(stage) for stage in stages), party=str(party), within=self.maybe(tree, "within"),
            arrow=self.arrow(tree),
        )  # fmt: skip

    def end(self, tree: Branch) -> model.End:
        return model.End(**self.heading(tree), recovers=self.maybe(tree, "recovers"))

    def recovers(self, tree: Branch) -> Any:
        return self.maybe(tree, "formula")

    # ── practice and scenarios ──────────────────────────────────────────────────────────────────

    def practice(self, tree: Branch) -> model.Practice:
        return model.Practice(**self.heading(tree), lines=self.lines(tree, "odds", "takes"))

    def odds(self, tree: Branch) -> model.Odds:
        return model.Odds(
            place=self.place(tree), stage=self.names(tree)[0], shares=self.nodes(self.trees(tree, "share", "rest")),
            tail=self.tail(tree),
        )  # fmt: skip

    def share(self, tree: Branch) -> model.Share:
        label = str(self.tokens(tree, "NAME", "MISSED", "RESTORED")[0])
        numbers = [self.decimal(token) for token in self.tokens(tree, "NUMBER")]
        least, most = (numbers[0], numbers[-1]) if numbers else (None, None)
        if least is not None and most is not None and not 0 <= least <= most <= 100:
            self.complain("bad-odds", tree, "odds lie between 0 % and 100 %, the lower first")
        return model.Share(place=self.place(tree), label=label, least=least, most=most)

    rest = share

    def takes(self, tree: Branch) -> model.Takes:
        pace = self.trees(tree, "fixed", "at_most", "range", "counted")[0]
        event, *start = self.nodes(self.trees(tree, "event"))
        lengths = self.nodes(self.trees(pace, "length"))
        counted = tuple(
            model.Weighed(
                place=self.place(one),
                length=self.maybe(one, "length"),
                percent=self.decimal(self.tokens(one, "NUMBER")[0]),
            )
            for one in self.trees(pace, "weighed")
        )
        if counted and sum(one.percent for one in counted) != 100:
            self.complain(
                "bad-odds", pace, f"the shares add up to {sum(one.percent for one in counted)} %, not to 100 %"
            )
        least = usual = most = None
        if pace.data == "fixed":
            least = usual = most = lengths[0]
        elif pace.data == "at_most":
            most = lengths[0]
        elif pace.data == "range":
            least, most = lengths[0], lengths[1]
            usual = lengths[2] if len(lengths) > 2 else None
        return model.Takes(
            place=self.place(tree), event=event, start=start[0] if start else None, least=least, usual=usual, most=most,
            counted=counted, tail=self.tail(tree),
        )  # fmt: skip

    def scenario(self, tree: Branch) -> model.Scenario:
        lines: list[Any] = []
        for sentence in self.trees(tree, "given", "expect", "note"):
            parts = [sentence] if sentence.data == "note" else [c for c in sentence.children if isinstance(c, Tree)]
            lines += [line for line in self.nodes(parts) if not self.is_stand_in(line)]
        return model.Scenario(
            place=self.place(self.trees(tree, "titles")[0]), titles=self.maybe(tree, "titles"), lines=tuple(lines)
        )

    def each(self, tree: Branch) -> str:
        """`for anna`: which of several parties is meant."""
        return "".join(name for one in self.trees(tree, "one_of_several") for name in self.names(one))

    def given_fact(self, tree: Branch) -> model.GivenFact:
        value = self.expressions(tree)[0]
        return model.GivenFact(place=self.place(tree), name=self.names(tree)[0], each=self.each(tree), value=value)

    def given_several(self, tree: Branch) -> model.GivenSeveral:
        party, *names = self.names(tree)
        return model.GivenSeveral(place=self.place(tree), party=party, names=tuple(names))

    def given_sum(self, tree: Branch) -> model.GivenSum:
        return model.GivenSum(place=self.place(tree), sum=self.moved(tree), value=self.expressions(tree)[0])

    def given_event(self, tree: Branch) -> model.GivenEvent:
        day = self.day(self.tokens(tree, "DATE")[0]) or date.min
        event = self.maybe(tree, "event")
        return model.GivenEvent(place=self.place(tree), event=event, each=self.each(tree), day=day)

    def given_choice(self, tree: Branch) -> model.GivenChoice:
        stage, *labels = [str(token) for token in self.tokens(tree, "NAME", "MISSED", "RESTORED")]
        return model.GivenChoice(place=self.place(tree), stage=stage, each=self.each(tree), labels=tuple(labels))

    def on_the_road(self, tree: Branch) -> bool:
        return bool(self.tokens(tree, "ON_THE_ROAD"))

    def expect_is(self, tree: Branch) -> model.ExpectIs:
        return model.ExpectIs(
            place=self.place(tree),
            name=self.names(tree)[0],
            formula=self.expected(tree),
            on_the_road=self.on_the_road(tree),
        )

    def expect_sum(self, tree: Branch) -> model.ExpectSum:
        return model.ExpectSum(place=self.place(tree), sum=self.moved(tree), formula=self.expected(tree))

    def expect_borne(self, tree: Branch) -> model.ExpectBorne:
        fee, party = self.names(tree)
        return model.ExpectBorne(place=self.place(tree), fee=fee, party=party, formula=self.expected(tree))

    def expect_due(self, tree: Branch) -> model.ExpectDue:
        day = self.day(self.tokens(tree, "DATE")[0]) or date.min
        return model.ExpectDue(
            place=self.place(tree), name=self.names(tree)[0], day=day, no_earlier=bool(self.tokens(tree, "NO_EARLIER")),
            on_the_road=self.on_the_road(tree),
        )  # fmt: skip

    def expect_opens(self, tree: Branch) -> model.ExpectOpens:
        day = self.day(self.tokens(tree, "DATE")[0]) or date.min
        return model.ExpectOpens(place=self.place(tree), name=self.names(tree)[0], day=day)

    def expect_state(self, tree: Branch) -> model.ExpectState:
        is_open = str(self.tokens(tree, "OPENNESS")[0]) == "open"
        return model.ExpectState(place=self.place(tree), stage=self.names(tree)[0], is_open=is_open)

    def expect_event(self, tree: Branch) -> model.ExpectEvent:
        day = self.day(self.tokens(tree, "DATE")[0]) or date.min
        event = self.maybe(tree, "event")
        return model.ExpectEvent(place=self.place(tree), event=event, each=self.each(tree), day=day)

    def expect_end(self, tree: Branch) -> model.ExpectEnd:
        days = self.tokens(tree, "DATE")
        return model.ExpectEnd(
            place=self.place(tree), end=self.names(tree)[0], day=self.day(days[0]) if days else None,
            recovers=self.maybe(tree, "recovers"),
        )  # fmt: skip


BRANCHES = ("outcome", *OF_TIME, "remaining")
OPERATORS: dict[str, Any] = {"plus": "+", "minus": "-", "times": "×", "over": "/"}

TYPES: dict[str, Any] = {
    "money": "money", "percent": "percent", "numbers": "number", "dates": "date", "duration": "duration",
    "texts": "text", "yes_or_no": "yes or no", "one_of": "one of",
}  # fmt: skip

EXPRESSIONS = frozenset(
    [
        "number",
        "quantity",
        "percentage",
        "span",
        "offset",
        "days_between",
        "days_in_year",
        "date_literal",
        "yes",
        "no",
        "unknown",
        "not_stated",
        "name",
        "moment",
        "excess",
        "plus",
        "minus",
        "times",
        "over",
    ]
)
