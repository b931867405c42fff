"""Trace → text: what a lawyer would hand on. Every figure with its arithmetic, every step with its source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from engine.road import ONLY_WAY
from engine.trace import (
    Alternative,
    Assumption,
    Borne,
    Day,
    DeadlineEntry,
    DiscretionEntry,
    InForce,
    SourceRef,
    Trace,
    UnknownFact,
    amount_words,
)
from proc_tools import text
from procedure_dsl.wording import heard, phrase, say, say_many, spoken
from procedure_dsl.wording import say_weekday as weekday

KINDS = {
    "deadline": phrase("term"), "limit": phrase("limit"), "wait": phrase("waiting period"), "practice": phrase("practice"),
    "advice": phrase("advice"),
}  # fmt: skip
STATUS = {
    "met": phrase("met"), "late": phrase("late"), "too early": phrase("too early"), "missed": phrase("missed"), "not known": phrase("not known"),
    "last day taken": phrase("last day taken"), "recommended": phrase("recommended"), "open": phrase("open"),
}  # fmt: skip
OWNERS = {
    "our choice": phrase("our choice"), "the other side": phrase("the other side"), "court or chance": phrase("court or chance"),
}  # fmt: skip
VERDICTS = {"ended": phrase("Ends"), "blocked": phrase("Blocked"), "open": phrase("Open")}


def report(trace: Trace, version: str, cells: int) -> str:
    """The whole answer as text of at most `cells` columns."""
    page = Page(cells)
    page.heading(trace)
    page.result(trace)
    if trace.outcome.ways:
        page.divided(trace)
    else:
        page.body(trace)
    page.sources()
    page.footer(trace, version)
    return "\n".join(page.lines) + "\n"


class Page:
    """Writes downwards; numbers each source at its first use."""

    def __init__(self, cells: int) -> None:
        self.cells = cells
        self.lines: list[str] = []
        self.cited: dict[tuple[str, ...], int] = {}

    # ── tools ───────────────────────────────────────────────────────────────────────────────────

    def title(self, words: str) -> None:
        self.lines += ["", text.heading(words, self.cells)]

    def put(self, words: str, first: str = "  ", rest: str | None = None) -> None:
        self.lines += text.hang(words, first, first if rest is None else rest, self.cells)

    def head(self, name: str, words: str) -> None:
        """`Why: …`, with its further lines under the first."""
        self.put(words, f"{name}: ", " " * (len(name) + 2))

    def marks(self, sources: Iterable[SourceRef]) -> str:
        """Citation numbers: ` [1][4]`."""
        found = ""
        for one in sources:
            key = (one.kind, one.source, one.place, one.saying, one.reconstructed, one.unverified)
            found += f"[{self.cited.setdefault(key, len(self.cited) + 1)}]"
        return f" {found}" if found else ""

    # ── the page ────────────────────────────────────────────────────────────────────────────────

    def heading(self, trace: Trace) -> None:
        self.put(trace.case.title or say("Case"), "", "")
        self.put(place_and_day(trace.file.jurisdiction, trace.file.name_as_typed, trace.as_of), "", "")
        told = [f"{name} = {value}" for name, value in trace.case.facts.items()]
        told += [
            say("{fact} (set for this case)", fact=f"{name} = {value}") for name, value in trace.case.overrides.items()
        ]
        told += [f"{name}: {', '.join(map(spoken, days))}" for name, days in trace.case.events.items()]
        told += [f"{stage} → {say(', then ').join(labels)}" for stage, labels in trace.case.choices.items()]
        told += [say("reading {reading}", reading=f"{name} = {option}") for name, option in trace.case.readings.items()]
        if told:
            self.head(say("Told"), "; ".join(told))
        for note in trace.notes:
            self.head(say("Note"), note)

    def result(self, trace: Trace) -> None:
        outcome = trace.outcome
        self.lines.append("")
        where = f"{outcome.title}, {day_words(outcome.day)}" if outcome.status == "ended" else outcome.title
        self.head(say(VERDICTS[outcome.status]), where)
        if outcome.because:
            self.head(say("Why"), outcome.because)
        for total in trace.totals:
            self.put(total.text, f"{total.what}: ", "  ")
        if outcome.ask_first:
            asked = next((u for u in trace.unknown if u.fact == outcome.ask_first), None)
            words = say(
                "Too many unknown facts: more than eight ways. Answer this first: {question}",
                question=self.question(asked, outcome.ask_first),
            )
            self.put(words, "")

    @staticmethod
    def question(asked: UnknownFact | None, fact: str) -> str:
        return f"{asked.ask} ({asked.set})" if asked else f"--set {fact}=…"

    def divided(self, trace: Trace) -> None:
        """One part for each answer that matters; what comes before the division stands first."""
        if trace.steps:
            self.title(say("The road, as far as nothing is unknown"))
            self.steps(trace)
        for number, way in enumerate(trace.outcome.ways, 1):
            head = "; ".join(answer.text for answer in way.when)
            self.title(say("Way {number} of {ways}", number=number, ways=len(trace.outcome.ways)))
            self.put(say("If {answers}", answers=head), "")
            self.result(way.trace)
            self.body(way.trace, skip=len(trace.steps))
        if trace.unknown:
            self.title(say("What would decide"))
            for fact in trace.unknown:
                self.put(f"{fact.ask} ({fact.set})", "  · ", "    ")

    def body(self, trace: Trace, skip: int = 0) -> None:
        if trace.overdue:
            self.title(say("Overdue"))
            for late in trace.overdue:
                words = (
                    phrase("{term}: was due {day}, ours") if late.ours else phrase("{term}: was due {day}, not ours")
                )
                leads = (
                    say("; leads to: {stage}", stage=late.consequence)
                    if late.consequence
                    else say("; nothing is said of a missed term")
                )
                self.put(say(words, term=late.title, day=weekday(late.due)) + leads, "  ! ", "    ")
        self.title(say("The road"))
        self.steps(trace, skip)
        if trace.deadlines:
            self.title(say("Terms"))
            self.deadlines(trace.deadlines)
        if trace.fees:
            self.title(say("Fees"))
            self.fees(trace)
        if trace.documents:
            self.title(say("Papers"))
            self.documents(trace)
        if trace.closed:
            self.title(say("Closed roads"))
            for closed in trace.closed:
                opens = say("; opens with: {words}", words=say("; or ").join(closed.reopens)) if closed.reopens else ""
                self.put(f"{closed.road}: {closed.because}{opens}{self.marks(closed.sources)}", "  × ", "    ")
        if trace.rights:
            self.title(say("Open on the way, if chosen"))
            for right in trace.rights:
                self.put(f"{right.title}{self.marks(right.sources)}", "  · ", "    ")
                self.put(right.choose, "      ")
        if trace.unknown or trace.not_stated:
            self.title(say("What is not known"))
            for silent in trace.not_stated:
                self.put(silent, "  – ", "    ")
            for fact in trace.unknown:
                self.put(say("not told: {question} ({set})", question=fact.ask, set=fact.set), "  ? ", "    ")
        if trace.moved:
            self.title(say("Moved by what happened"))
            for one in trace.moved:
                self.put(f"{one.what}: {one.was} → {one.now} ({one.because})", "  · ", "    ")
        if trace.unmet:
            self.title(say("Told, and not met on this road"))
            for told in trace.unmet:
                self.put(told, "  – ", "    ")
        if trace.discretion:
            self.title(say("Left to others to decide"))
            for left in trace.discretion:
                self.discretion(trace, left)
        self.readings(trace)
        if trace.assumptions:
            self.title(say("Assumptions"))
            for assumption in trace.assumptions:
                self.assumption(assumption)

    def steps(self, trace: Trace, skip: int = 0) -> None:
        margin = " " * 16
        stage = ("", "")
        for step in trace.steps[skip:]:
            if (step.track, step.stage) != stage and step.title:
                stage = (step.track, step.stage)
                self.put(f"{step.track} — {step.title}".upper() if step.track else step.title.upper(), margin)
            days = f"{day_mark(step.date)}".ljust(16)
            self.put(step.text + self.marks(step.sources), days, margin + "  ")
            if step.earliest:
                self.put(say("open to us from {day}", day=day_words(step.earliest)), margin + "  · ", margin + "    ")
            for fee in step.fees:
                self.put(fee, margin + "  ")
            shown = [line for line in step.why if line != say(ONLY_WAY)]
            for line in shown if len(shown) < 5 else [shown[0], _left_out(len(shown) - 2), shown[-1]]:
                self.put(line, margin + "  · ", margin + "    ")
            for version in step.in_force:
                self.put(in_force_words(version), margin + "  § ", margin + "    ")
            for line in (*step.practice, *step.notes):
                self.put(line, margin + "  ¶ ", margin + "    ")

    def deadlines(self, entries: Iterable[DeadlineEntry]) -> None:
        for entry in entries:
            due = due_words(entry)
            who = say("{kind}, ours", kind=say(KINDS[entry.kind])) if entry.ours else say(KINDS[entry.kind])
            title = f"{entry.track} — {entry.title}" if entry.track else entry.title
            self.put(f"{title}: {due} — {who}, {say(STATUS[entry.status])}{self.marks(entry.sources)}", "  ", "    ")
            if due != entry.rule:
                self.put(entry.rule, "      ")
            for line in entry.count:
                self.put(line, "      · ", "        ")

    def fees(self, trace: Trace) -> None:
        for fee in trace.fees:
            amount = amount_words(fee.amount)
            day = day_words(fee.due)
            title = f"{fee.track} — {fee.title}" if fee.track else fee.title
            when = say("returned {day}", day=day) if fee.kind == "return" else say("due {day}", day=day)
            self.put(f"{title}: {amount}, {when}{self.marks(fee.sources)}", "  ", "    ")
            for line in fee.arithmetic:
                self.put(line, "      · ", "        ")
            for version in fee.in_force:
                self.put(in_force_words(version), "      § ", "        ")
            for name, value in fee.values.items():
                self.put(f"{name} = {value}", "      · ", "        ")
            for line in () if [one.party for one in fee.borne] == [fee.payer] else borne_words(fee.borne):
                self.put(line, "      · ", "        ")

    def documents(self, trace: Trace) -> None:
        boxes = {"have": "[x]", "missing": "[!]", "not told": "[ ]"}
        for paper in trace.documents:
            copies = say_many(paper.copies, ", {number} copies", ", {number} copies") if paper.copies > 1 else ""
            form = f" — {'; '.join(paper.form)}" if paper.form else ""
            self.put(f"{paper.title}{copies}{form}{self.marks(paper.sources)}", "  ", "    ")
            for item in paper.contents:
                self.put(item.text, f"      {boxes[item.status]} ", "          ")
            for item in paper.attached:
                self.put(say("with: {paper}", paper=item.text), f"      {boxes[item.status]} ", "          ")
            for version in paper.in_force:
                self.put(in_force_words(version), "      § ", "        ")
            for note in paper.notes:
                self.put(note, "      ¶ ", "        ")

    def discretion(self, trace: Trace, left: DiscretionEntry) -> None:
        """Between what somebody decides, and what that does to the totals."""
        between = say("{amount}, as {party} decides", amount=left.between, party=left.decides)
        self.put(f"{left.title}: {between} ({left.set})", "  ", "    ")
        for one in left.moves:
            words = say(
                "{what}: {least} at the least, {most} at the most",
                what=one.what, least=amount_words(one.at_least), most=amount_words(one.at_most),
            )  # fmt: skip
            words += say(" (all else decided at the least)") if len(trace.discretion) > 1 else ""
            words += say("; {span} in all", span=one.span)
            self.put(words + (f", {one.per_unit}" if one.per_unit else ""), "      · ", "        ")

    def readings(self, trace: Trace) -> None:
        """Readings that change the answer stand with both answers; the others are named."""
        if not trace.readings:
            return
        self.title(say("Readings"))
        for reading in trace.readings:
            taken = f"{reading.option.replace('_', ' ')} ({reading.text})"
            self.put(say("{question} Taken: {option}.", question=reading.title, option=taken), "  ", "    ")
            for other in reading.others:
                changes = "; ".join(other.changes) if other.changes else say("changes nothing here")
                self.put(f"--reading {reading.name}={other.option}: {changes}", "      ", "        ")

    def assumption(self, one: Assumption) -> None:
        odds = f", {one.odds}" if one.odds else ""
        owner = f" ({say(OWNERS[one.owner])}{odds})" if one.owner else ""
        self.put(f"{one.text}{owner}", "  · ", "    ")
        for other in one.alternatives:
            parts = [other.ends, *difference_words(other), *([other.odds] if other.odds else [])]
            way = f"{other.title} → {other.leads_to}"
            self.put(say("or {way}: {difference}", way=way, difference=", ".join(parts)), "      ", "        ")
        if one.choose:
            self.put(one.choose, "      ")

    def sources(self) -> None:
        if not self.cited:
            return
        self.title(say("Sources"))
        for (kind, source, place, saying, why, unverified), number in self.cited.items():
            words = source_words(kind, source, place)
            words += f": “{saying}”" if saying else ""
            words += say(" — reconstructed: {why}", why=why) if why else ""
            words += say(" — unverified: {what}", what=unverified) if unverified else ""
            self.put(words, f"  [{number}] ".ljust(7), " " * 7)

    def footer(self, trace: Trace, version: str) -> None:
        self.lines.append("")
        legend = say(
            "≤ the last day of somebody's term · ≥ not before, + a length not stated · ~ provisional · ? assumed"
        )
        self.put(legend, "", "")
        for line in untranslated(self.lines):
            self.put(line, "", "")
        words = say(
            "Not legal advice. {program}; {file}; calendar {calendar}, published to {day}.", program=f"proc {version}",
            file=f"{trace.file.name_as_typed} {trace.file.sha256[:12]}", day=trace.calendar.published_to,
            calendar=f"{trace.calendar.name} {trace.calendar.sha256[:12]}",
        )  # fmt: skip
        self.put(words, "", "")


def place_and_day(jurisdiction: str, file: str, day: date) -> str:
    """The line below the title of an answer."""
    return say("{place} · as of {day}", place=f"{jurisdiction} · {file}", day=day)


def source_words(kind: str, source: str, place: str) -> str:
    """Where a norm comes from, without its quotation."""
    match kind:
        case "not stated":
            return say("not stated in {sources}", sources=source)
        case "outside":
            return say("outside: {place}", place=place)
        case "assumption":
            return say("assumption: {place}", place=place)
    return f"{source}, {place}"


MOST_SHOWN = 48  # letters of a title that was not translated


def untranslated(lines: Iterable[str]) -> Iterator[str]:
    """What of these lines could not be said in the language of the answer, in their order; nothing where all was, or none was asked for."""
    speech, said = heard(), " ".join(" ".join(lines).split()).casefold()
    places = {one: said.find(f"{one} [".casefold()) for one in speech.names}
    titles = sorted((one for one, at in places.items() if at >= 0), key=places.__getitem__)
    if titles:
        short = (f"“{one if len(one) <= MOST_SHOWN else one[:MOST_SHOWN].rsplit(' ', 1)[0] + ' …'}”" for one in titles)
        yield say("Not translated: {titles}.", titles=", ".join(short))
    if speech.sentences:
        yield f"{speech.language}: {len(speech.sentences)} sentences of the program have no translation and stand in English."


def _left_out(lines: int) -> str:
    return say_many(lines, "… {number} line of the count under Terms …", "… {number} lines of the count under Terms …")


# ── Days and amounts in words ───────────────────────────────────────────────────────────────────


def day_mark(day: Day) -> str:
    """`≤ Thu 2017-05-04`: one sign, then the day."""
    sign = "≥" if day.not_before else "?" if day.assumed else "≤" if day.latest else " "
    found = day.exact or day.not_before
    assert found is not None
    tail = "~" if day.provisional else ""
    return f"{sign}{weekday(found)}{tail}"


def due_words(entry: DeadlineEntry) -> str:
    """The last day of a term, or between which days it lies; where there is neither, its rule."""
    if entry.due is not None:
        return day_words(entry.due)
    if entry.not_before is None:
        return entry.rule
    first = weekday(entry.not_before)
    if entry.not_after is None:
        return say("not before {day}", day=first)
    return say("between {first} and {last}", first=first, last=weekday(entry.not_after))


def day_words(day: Day) -> str:
    """`Thu 2017-05-04 at the latest`."""
    if day.not_before:
        stretches = ", ".join(day.not_stated)
        return say("not before {day} + not stated ({stretches})", day=weekday(day.not_before), stretches=stretches)
    assert day.exact is not None
    words = weekday(day.exact)
    if day.latest and not day.assumed:
        words = say("{day} at the latest", day=words)
    words += say(", provisional") if day.provisional else ""
    return words + (say(" (assumed)") if day.assumed else "")


def in_force_words(version: InForce) -> str:
    """`in force since 2024-01-01`, of the sentence itself or of the rule that is named."""
    if version.of:
        return say("{rule}: in force {period}", rule=version.of.replace("_", " "), period=version.text)
    return say("in force {period}", period=version.text)


def difference_words(other: Alternative) -> list[str]:
    """`42 days earlier, 161.00 EUR less in fees`."""
    words = []
    if other.days is not None:
        number = abs(other.days)
        if not number:
            words.append(say("on the same day"))
        elif other.days > 0:
            words.append(say_many(number, "{number} day later", "{number} days later"))
        else:
            words.append(say_many(number, "{number} day earlier", "{number} days earlier"))
    if other.cost:
        words.append(other.cost)
    return words


def borne_words(parts: Iterable[Borne]) -> Iterator[str]:
    """`borne in the end by Debtor: 530.77 EUR`, a line for each part; with what it falls on, and how it is worked out."""
    for one in parts:
        amount, hangs_on = amount_words(one.amount), ", ".join(one.hangs_on)
        if one.party and one.part:
            words = say(
                "borne in the end by {party}: {amount}, for {part}", party=one.title, amount=amount, part=one.part
            )
        elif one.party:
            words = say("borne in the end by {party}: {amount}", party=one.title, amount=amount)
        elif one.hangs_on:
            words = say("who bears it in the end hangs on {facts}: {amount}", facts=hangs_on, amount=amount)
        else:
            words = say("who bears it in the end is not said: {amount}", amount=amount)
        yield words + (f" ({'; '.join(one.arithmetic)})" if one.arithmetic else "")
