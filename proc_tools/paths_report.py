"""Paths → text: where it can end first, then what to do, what that hangs on, and the ways through."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal

from engine.exact.result import Advice, Days, EndLaw, Odds, OpenOdds, OptionWorth, PathEntry, Paths, Sums, percent
from engine.exact.walker import NOT_USED
from engine.exact.wording import quoted
from engine.values import Money, figure, show
from proc_tools import text
from proc_tools.report import OWNERS, place_and_day, untranslated
from procedure_dsl.diagnostics import text_cells
from procedure_dsl.wording import phrase, say, say_currency, say_day, say_figure, say_many

SHOWN = 8  # paths in a text
NARROWEST = 22  # cells for the names of the ends
UNBROKEN = "\ue000"  # stands for the blank between thousands while lines are broken
GOALS = {
    "net": phrase("best net value"), "cheapest": phrase("lowest fees"), "fastest": phrase("fewest days"),
}  # fmt: skip
WHO = {
    **OWNERS, "practice": phrase("how long it takes"), "not told": phrase("not told"), "we": phrase("our choice"),
    "the law": phrase("the law"),
}  # fmt: skip


def report(found: Paths, version: str, cells: int, by: date | None = None, every: bool = False) -> str:
    """The whole answer as text of at most `cells` columns."""
    page = Page(cells)
    page.heading(found)
    page.ends(found, by)
    page.advice(found)
    page.matters(found)
    page.open(found)
    page.paths(found, every)
    page.footer(found, version)
    return "\n".join(page.lines).replace(UNBROKEN, " ") + "\n"


def whole(words: str) -> str:
    """Words in which no amount is broken between its thousands, nor a share from its sign."""
    return re.sub(r"(?<=\d) (?=\d{3}(?!\d)|%)", UNBROKEN, words)


class Page:
    """Writes downwards."""

    def __init__(self, cells: int) -> None:
        self.cells = cells
        self.lines: list[str] = []
        self.plain: set[str] = set()  # what is decided at one place only, so that its place need not be said

    def put(self, words: str, first: str = "  ", rest: str | None = None) -> None:
        self.lines += text.hang(whole(words), first, first if rest is None else rest, self.cells)

    def title(self, words: str) -> None:
        self.lines += ["", text.heading(words, self.cells)]

    def heading(self, found: Paths) -> None:
        self.put(found.case.title or say("Case"), "", "")
        self.put(place_and_day(found.file.jurisdiction, found.file.name_as_typed, found.as_of), "", "")
        if not found.practice:
            words = say("No practice is given, so nothing says how likely anything is: what stands here are bounds.")
            self.put(words, "", "")
        for note in found.notes:
            self.put(say("Note: {note}", note=note), "", "")

    def ends(self, found: Paths, by: date | None) -> None:
        """The least and the most of each; what is not known of them in lines of its own."""
        currency = say_currency(found.whole.cost.currency)
        self.title(say("Where it can end; fees in {currency}", currency=currency))
        every = (*found.ends, *((found.whole,) if len(found.ends) > 1 else ()))
        columns = [(say("odds"), [percents(end.odds) for end in every])]
        if by is not None:
            columns.append((say("by {day}", day=by), [percents(end.by) if end.by else "" for end in every]))
        columns.append((say("days"), [days(end.days) for end in every]))
        if any(end.days and end.days.median is not None for end in every):
            columns.append((say("half by"), [str(end.days.median) if end.days else "" for end in every]))
        columns.append((say("fees"), [figures(end.cost) for end in every]))
        if any(end.cost.expected is not None for end in every):
            columns.append((say("expected"), [say_figure(figure(Decimal(end.cost.expected or 0))) for end in every]))
        names = [
            say("{end}: {amount} come in", end=end.title, amount=end.recovered.words()) if end.recovered else end.title
            for end in every
        ]  # fmt: skip
        if sum(max(map(text_cells, (head, *cells))) + 2 for head, cells in columns) + NARROWEST <= self.cells:
            columns.append((say("the case ends"), names))
            rows = zip(*([head, *cells] for head, cells in columns), strict=True)
            self.lines += text.table([list(map(whole, row)) for row in rows], self.cells, right=range(len(columns) - 1))
        else:
            for at, name in enumerate(names):
                told = [f"{head} {cells[at]}" for head, cells in columns]
                self.put(name, "  ", "    ")
                self.put("; ".join(told), "      ")
        for end in found.ends:
            if end.borne is not None and Decimal(end.borne.most):
                words = say(
                    "{end}: of our fees others are to bear {amount} in the end; that is not counted as coming in",
                    end=end.title, amount=end.borne.words(),
                )  # fmt: skip
                self.put(words, "  · ", "    ")
        for end in found.ends:
            if end.because:
                self.put(f"{end.title}: {end.because}", "  · ", "    ")
        if found.whole.cost.not_known:
            self.put(say("fees not known: {fees}", fees=", ".join(found.whole.cost.not_known)), "  + ", "    ")
        silent = found.whole.days.not_stated if found.whole.days else ()
        if silent:
            self.put(say("lengths that nobody states: {stretches}", stretches="; ".join(silent)), "  + ", "    ")
        for words in nine_of_ten(found.whole):
            self.put(words, "  · ", "    ")
        if found.lengths is not None:
            (first, last), (late_first, late_last) = found.lengths.least, found.lengths.most
            words = say(
                "lengths are the usual ones; at their least the whole takes {first} to {last} days, at their most {late_first} to {late_last}",
                first=first, last=last, late_first=late_first, late_last=late_last,
            )  # fmt: skip
            self.put(words, "  + ", "    ")
        if found.whole.days and found.whole.days.more:
            self.put(say("a loop that may be gone round any number of times"), "  + ", "    ")

    def advice(self, found: Paths) -> None:
        if not found.advice and not found.undecided:
            return
        self.title(say("What to do: {goal}", goal=say(GOALS[found.goal])))
        if found.hostile:
            self.put(say("taken is that the other side always does its worst"))
        if not any(end.recovered for end in found.ends):
            words = say(
                "None of these ends brings money in, as far as the file says: what an end is worth otherwise is not counted, the fees are."
            )
            self.put(words)
        for one in found.advice:
            if not one.even:
                self.decision(one, any(end.recovered for end in found.ends))
        same = [one for one in found.advice if one.same]
        if same:
            self.put(say("it makes no difference: {decisions}", decisions=together(same, found.advice)), "  ", "    ")
        alike = [one for one in found.advice if one.even and not one.same]
        if alike:
            words = say(
                "nothing says which is better, the bounds are the same: {decisions}",
                decisions=together(alike, found.advice),
            )
            self.put(words, "  ", "    ")

        if found.undecided:
            titles = "; ".join(found.undecided)
            self.put(
                say("nothing says which is better, on a loop of which nothing is known: {decisions}", decisions=titles),
                "  ",
                "    ",
            )

    def decision(self, one: Advice, brings: bool) -> None:
        self.put(f"{one.title} → {one.text}", "  ", "    ")
        if one.after:
            self.put(_after(one), "    ", "      ")
        for option in one.options:
            self.put(f"{option.text}: {worth(option, brings)}", "    ▸ " if option.advised else "    · ", "        ")
        if any(option.advised for option in one.options) and not one.certain:
            self.put(
                say("the careful choice: better where what is open falls badly, not where it falls well"), "      "
            )
        if one.with_costs:
            words = say(
                "if what others are to bear of our fees comes back, too, {option} is better",
                option=quoted(one.with_costs),
            )
            self.put(words, "      ")
        for line in one.breaks_even:
            self.put(line, "      ")
        if one.steady:
            self.put(say("none of the odds of the practice, alone at nought or at 100 %, turns this"), "      ")

    def matters(self, found: Paths) -> None:
        if not found.matters:
            return
        self.title(say("What would change it"))
        for one in found.matters:
            self.put(one.text, "  · ", "    ")

    def open(self, found: Paths) -> None:
        if not found.open:
            return
        self.title(say("It depends on"))
        for one in found.open:
            self.put(depends(one), "  ? ", "    ")

    def paths(self, found: Paths, every: bool) -> None:
        number = len(found.paths)
        if found.complete:
            self.title(say_many(number, "{number} way through", "{number} ways through"))
        else:
            self.title(
                say("The likeliest ways through")
                if found.planned
                else say("Ways through, those with the fewest decisions first")
            )
        places: dict[str, set[str]] = {}
        for path in found.paths:
            for one in path.decisions:
                places.setdefault(one.text, set()).add(one.title)
        self.plain = {words for words, known in places.items() if len(known) == 1}
        shown = found.paths if every else found.paths[:SHOWN]
        for path in shown:
            self.path(path, found.planned)
        if number > len(shown):
            self.put(say("… and more: --all lists them"), "  ")
        elif found.others is not None:
            self.put(say("… and others, together {odds}", odds=found.others.words()), "  ")

    def path(self, path: PathEntry, planned: bool) -> None:
        """Odds only where anything says them: of what we choose, and nobody else decides, they would be a hundred."""
        day = say_day(path.first_day)
        if path.last_day != path.first_day:
            day = say("{day} to {last}", day=path.first_day, last=path.last_day)
        odds = f"{path.odds.words()}  " if planned else ""
        head = f"{odds}{day}{'+' if path.not_stated else ''}  {path.title}"
        self.put(say("{head}, we pay {amount}", head=head, amount=path.cost.words()), "  ", "    ")
        steps = [
            f"{one.title}: {one.text}" if one.kind == "fact" or one.text not in self.plain else one.text
            for one in path.decisions if not (one.kind == "right" and one.option == NOT_USED)
        ]  # fmt: skip
        self.put(" → ".join(steps) or say("nobody decides anything"), "      ")

    def footer(self, found: Paths, version: str) -> None:
        self.lines.append("")
        legend = say("Odds that nobody states leave bounds. “12+ days”: lengths that nobody states come on top.")
        self.put(legend, "", "")
        for line in untranslated(self.lines):
            self.put(line, "", "")
        file = f"{found.file.name_as_typed} {found.file.sha256[:12]}"
        self.put(say("Not legal advice. {program}; {file}.", program=f"proc {version}", file=file), "", "")


# ── Figures ─────────────────────────────────────────────────────────────────────────────────────


def between(low: str, high: str) -> str:
    """`35–361`: in a table, where there is little room."""
    return low if low == high else f"{low}–{high}"


def percents(one: Odds) -> str:
    return f"{between(percent(one.least), percent(one.most))} %"


def days(one: Days | None) -> str:
    """`35–361+`: with `+` where lengths come on top that nobody states."""
    return "" if one is None else between(str(one.least), str(one.most)) + ("+" if one.not_stated or one.more else "")


def figures(one: Sums) -> str:
    """`46.00–736.00`, and `+` where something is not known."""
    low, high = (say_figure(figure(Decimal(number))) for number in (one.least, one.most))
    return between(low, high) + ("+" if one.not_known else "")


def _after(one: Advice) -> str:
    return say("after {decisions}", decisions=say("; or ").join(one.after)) if one.after else say("at first")


def together(some: Sequence[Advice], every: Sequence[Advice]) -> str:
    """Decisions in one line: a right once, with its stages; of several of one name also when."""
    titles = [one.title for one in every]
    rights: dict[str, dict[str, None]] = {}
    for one in some:
        if one.right:
            stage = one.title.removesuffix(f": {one.right}?")
            rights.setdefault(one.right, {})[quoted(stage)] = None
    known = [
        one.title if titles.count(one.title) == 1 else f"{one.title} ({_after(one)})" for one in some if not one.right
    ]
    known += [f"{right}? ({', '.join(stages)})" for right, stages in rights.items()]
    return "; ".join(dict.fromkeys(known))


def depends(one: OpenOdds) -> str:
    """`Hearing (Court): “awards the debt” or “refuses the claim”`; a right with every stage at which it is open."""
    who = say("{party}, {owner}", party=one.party, owner=say(WHO[one.owner])) if one.party else say(WHO[one.owner])
    places = ", ".join(map(quoted, one.places))
    if one.kind == "right":
        return say("used or not: {right} ({who}); open at {places}", right=quoted(one.title), who=who, places=places)
    options = say(" or ").join(map(quoted, one.options))
    if one.kind == "fact":
        return say(
            "{fact} ({who}): {options}; asked at {places}", fact=one.title, who=who, options=options, places=places
        )
    return f"{one.title} ({who}): {options}"


def worth(option: OptionWorth, brings: bool = True) -> str:
    """`net 2 027.24 to 5 166.08 EUR; fees 161.00 EUR; 77 to 210 days; recovers in 72 %`."""
    low, high = (max(round(one), 0) for one in option.days)  # a told day may say that the decision fell earlier
    length = (
        say_many(high, "{number} day", "{number} days")
        if low == high
        else say("{low} to {high} days", low=low, high=high)
    )
    back: tuple[str, ...] = ()
    if option.net_with_costs is not None and option.net_with_costs != option.net:
        back = (say("{amount} if what others are to bear comes back, too", amount=option.net_with_costs.words()),)
    parts: Iterable[str] = (
        say("net {amount}", amount=option.net.words()), *back, say("fees {amount}", amount=option.cost.words()), length,
        *([say("recovers in {odds}", odds=option.recovers.words())] if brings else []),
    )  # fmt: skip
    return "; ".join(parts)


def nine_of_ten(end: EndLaw) -> Iterator[str]:
    """What is enough but for the worst tenth; nothing where lengths or fees that nobody knows come on top."""
    if end.days is not None and end.days.ninetieth is not None and not end.days.not_stated:
        yield say_many(
            end.days.ninetieth,
            "nine cases of ten take no more than {number} day",
            "nine cases of ten take no more than {number} days",
        )
    if end.cost.ninetieth is not None and not end.cost.not_known:
        amount = show(Money(Decimal(end.cost.ninetieth), end.cost.currency))
        yield say("in nine cases of ten we pay no more than {amount}", amount=amount)
