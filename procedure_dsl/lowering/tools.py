"""What the lowering of every rule uses: places, words, tails, numbers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from lark import Token, Tree

from procedure_dsl import model
from procedure_dsl.diagnostics import NOWHERE, Diagnostic, Place
from procedure_dsl.parse import STAND_IN
from procedure_dsl.source import said
from procedure_dsl.words import SPECIAL_SOURCES

Branch = Tree[Token]

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


class Tools:
    """What every rule uses; what a rule's children are is read off their kinds, not their positions."""

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

    # ── numbers ─────────────────────────────────────────────────────────────────────────────────

    def decimal(self, token: Token) -> Decimal:
        thousands = re.fullmatch(r"([1-9]\d{0,2})\.(\d{3})", token)
        if thousands:
            whole, part = thousands.groups()
            help_ = f"Write {whole} {part} if thousands are meant, {whole}.{part}0 if not."
            self.complain("two-numbers", token, f"{token} could be read as two numbers", help_)
        return Decimal("".join(str(token).split()))

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
