"""Trace → text: what a lawyer would hand on. Every figure with its arithmetic, every step with its source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from engine.trace import (
    Alternative,
    Assumption,
    Borne,
    Day,
    DeadlineEntry,
    DiscretionEntry,
    SourceRef,
    Trace,
    UnknownFact,
    amount_words,
)
from proc_tools import text

KINDS = {"deadline": "term", "limit": "limit", "wait": "waiting period", "practice": "practice", "advice": "advice"}
MARKS = {"stated": "", "reconstructed": " (reconstructed)", "outside": "", "assumption": "", "not stated": ""}


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

    def marks(self, sources: Iterable[SourceRef]) -> str:
        """Citation numbers: ` [1][4]`."""
        found = ""
        for one in sources:
            key = (one.kind, one.source, one.place, one.saying, one.reconstructed, one.unverified)
            found += f"[{self.cited.setdefault(key, len(self.cited) + 1)}]"
        return f" {found}" if found else ""

    # ── the page ────────────────────────────────────────────────────────────────────────────────

    def heading(self, trace: Trace) -> None:
        title = trace.case.title or "Case"
        self.put(title, "", "")
        self.put(f"{trace.file.jurisdiction} · {trace.file.name_as_typed} · as of {trace.as_of}", "", "")
        told = [f"{name} = {value}" for name, value in trace.case.facts.items()]
        told += [f"{name} = {value} (set for this case)" for name, value in trace.case.overrides.items()]
        told += [f"{name}: {', '.join(map(str, days))}" for name, days in trace.case.events.items()]
        told += [f"{stage} → {', then '.join(labels)}" for stage, labels in trace.case.choices.items()]
        told += [f"reading {name} = {option}" for name, option in trace.case.readings.items()]
        if told:
            self.put("; ".join(told), "Told: ", "      ")
        for note in trace.notes:
            self.put(note, "Note: ", "      ")

    def result(self, trace: Trace) -> None:
        outcome = trace.outcome
        self.lines.append("")
        where = f"{outcome.title}, {day_words(outcome.day)}" if outcome.status == "ended" else outcome.title
        verdict = {"ended": "Ends", "blocked": "Blocked", "open": "Open"}[outcome.status]
        self.put(where, f"{verdict}: ", " " * (len(verdict) + 2))
        if outcome.because:
            self.put(outcome.because, "Why: ", "     ")
        for total in trace.totals:
            self.put(total.text, f"{total.what}: ", "  ")
        if outcome.ask_first:
            asked = next((u for u in trace.unknown if u.fact == outcome.ask_first), None)
            self.put(
                f"Too many unknown facts: more than eight ways. Answer this first: {self.question(asked, outcome.ask_first)}",
                "",
            )

    @staticmethod
    def question(asked: UnknownFact | None, fact: str) -> str:
        return f"{asked.ask} ({asked.set})" if asked else f"--set {fact}=…"

    def divided(self, trace: Trace) -> None:
        """One part for each answer that matters; what comes before the division stands first."""
        if trace.steps:
            self.title("The road, as far as nothing is unknown")
            self.steps(trace)
        for number, way in enumerate(trace.outcome.ways, 1):
            head = "; ".join(answer.text for answer in way.when)
            self.title(f"Way {number} of {len(trace.outcome.ways)}")
            self.put(f"If {head}", "")
            self.result(way.trace)
            self.body(way.trace, skip=len(trace.steps))
        if trace.unknown:
            self.title("What would decide")
            for fact in trace.unknown:
                self.put(f"{fact.ask} ({fact.set})", "  · ", "    ")

    def body(self, trace: Trace, skip: int = 0) -> None:
        if trace.overdue:
            self.title("Overdue")
            for late in trace.overdue:
                who = "ours" if late.ours else "not ours"
                leads = f"; leads to: {late.consequence}" if late.consequence else "; nothing is said of a missed term"
                self.put(f"{late.title}: was due {weekday(late.due)}, {who}{leads}", "  ! ", "    ")
        self.title("The road")
        self.steps(trace, skip)
        if trace.deadlines:
            self.title("Terms")
            self.deadlines(trace.deadlines)
        if trace.fees:
            self.title("Fees")
            self.fees(trace)
        if trace.documents:
            self.title("Papers")
            self.documents(trace)
        if trace.closed:
            self.title("Closed roads")
            for closed in trace.closed:
                opens = f"; opens with: {'; or '.join(closed.reopens)}" if closed.reopens else ""
                self.put(f"{closed.road}: {closed.because}{opens}{self.marks(closed.sources)}", "  × ", "    ")
        if trace.rights:
            self.title("Open on the way, if chosen")
            for right in trace.rights:
                self.put(f"{right.title}{self.marks(right.sources)}", "  · ", "    ")
                self.put(right.choose, "      ")
        if trace.unknown or trace.not_stated:
            self.title("What is not known")
            for silent in trace.not_stated:
                self.put(silent, "  – ", "    ")
            for fact in trace.unknown:
                self.put(f"not told: {fact.ask} ({fact.set})", "  ? ", "    ")
        if trace.moved:
            self.title("Moved by what happened")
            for one in trace.moved:
                self.put(f"{one.what}: {one.was} → {one.now} ({one.because})", "  · ", "    ")
        if trace.unmet:
            self.title("Told, and not met on this road")
            for told in trace.unmet:
                self.put(told, "  – ", "    ")
        if trace.discretion:
            self.title("Left to others to decide")
            for left in trace.discretion:
                self.discretion(trace, left)
        self.readings(trace)
        if trace.assumptions:
            self.title("Assumptions")
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
                self.put(f"open to us from {day_words(step.earliest)}", margin + "  · ", margin + "    ")
            for fee in step.fees:
                self.put(fee, margin + "  ")
            shown = [line for line in step.why if line not in ("the only way open",)]
            for line in (
                shown
                if len(shown) < 5
                else [shown[0], f"… {len(shown) - 2} lines of the count under Terms …", shown[-1]]
            ):
                self.put(line, margin + "  · ", margin + "    ")
            for line in (*step.practice, *step.notes):
                self.put(line, margin + "  ¶ ", margin + "    ")

    def deadlines(self, entries: Iterable[DeadlineEntry]) -> None:
        for entry in entries:
            due = day_words(entry.due) if entry.due else entry.rule
            who = f"{KINDS[entry.kind]}, ours" if entry.ours else KINDS[entry.kind]
            title = f"{entry.track} — {entry.title}" if entry.track else entry.title
            self.put(f"{title}: {due} — {who}, {entry.status}{self.marks(entry.sources)}", "  ", "    ")
            if entry.due:
                self.put(entry.rule, "      ")
            for line in entry.count:
                self.put(line, "      · ", "        ")

    def fees(self, trace: Trace) -> None:
        for fee in trace.fees:
            amount = amount_words(fee.amount)
            title = f"{fee.track} — {fee.title}" if fee.track else fee.title
            when = f"{'returned' if fee.kind == 'return' else 'due'} {day_words(fee.due)}"
            self.put(f"{title}: {amount}, {when}{self.marks(fee.sources)}", "  ", "    ")
            for line in fee.arithmetic:
                self.put(line, "      · ", "        ")
            for name, value in fee.values.items():
                self.put(f"{name} = {value}", "      · ", "        ")
            for line in () if [one.party for one in fee.borne] == [fee.payer] else borne_words(fee.borne):
                self.put(line, "      · ", "        ")

    def documents(self, trace: Trace) -> None:
        boxes = {"have": "[x]", "missing": "[!]", "not told": "[ ]"}
        for paper in trace.documents:
            copies = f", {paper.copies} copies" if paper.copies > 1 else ""
            form = f" — {'; '.join(paper.form)}" if paper.form else ""
            self.put(f"{paper.title}{copies}{form}{self.marks(paper.sources)}", "  ", "    ")
            for item in paper.contents:
                self.put(item.text, f"      {boxes[item.status]} ", "          ")
            for item in paper.attached:
                self.put(f"with: {item.text}", f"      {boxes[item.status]} ", "          ")
            for note in paper.notes:
                self.put(note, "      ¶ ", "        ")

    def discretion(self, trace: Trace, left: DiscretionEntry) -> None:
        """Between what somebody decides, and what that does to the totals."""
        self.put(f"{left.title}: {left.between}, as {left.decides} decides ({left.set})", "  ", "    ")
        for one in left.moves:
            words = f"{one.what}: {amount_words(one.at_least)} at the least, {amount_words(one.at_most)} at the most"
            words += " (all else decided at the least)" if len(trace.discretion) > 1 else ""
            words += f"; {one.span} in all"
            self.put(words + (f", {one.per_unit}" if one.per_unit else ""), "      · ", "        ")

    def readings(self, trace: Trace) -> None:
        """Readings that change the answer stand with both answers; the others are named."""
        if not trace.readings:
            return
        self.title("Readings")
        for reading in trace.readings:
            self.put(f"{reading.title} Taken: {reading.option.replace('_', ' ')} ({reading.text}).", "  ", "    ")
            for other in reading.others:
                changes = "; ".join(other.changes) if other.changes else "changes nothing here"
                self.put(f"--reading {reading.name}={other.option}: {changes}", "      ", "        ")

    def assumption(self, one: Assumption) -> None:
        odds = f", {one.odds}" if one.odds else ""
        owner = f" ({one.owner}{odds})" if one.owner else ""
        self.put(f"{one.text}{owner}", "  · ", "    ")
        for other in one.alternatives:
            parts = [other.ends, *difference_words(other), *([other.odds] if other.odds else [])]
            self.put(f"or {other.title} → {other.leads_to}: {', '.join(parts)}", "      ", "        ")
        if one.choose:
            self.put(one.choose, "      ")

    def sources(self) -> None:
        if not self.cited:
            return
        self.title("Sources")
        for (kind, source, place, saying, why, unverified), number in self.cited.items():
            words = {
                "not stated": f"not stated in {source}", "outside": f"outside: {place}", "assumption": f"assumption: {place}",
            }.get(kind, f"{source}, {place}")  # fmt: skip
            words += f": “{saying}”" if saying else ""
            words += f" — reconstructed: {why}" if why else ""
            words += f" — unverified: {unverified}" if unverified else ""
            self.put(words, f"  [{number}] ".ljust(7), " " * 7)

    def footer(self, trace: Trace, version: str) -> None:
        self.lines.append("")
        legend = "≤ the last day of somebody's term · ≥ not before, + a length not stated · ~ provisional · ? assumed"
        self.put(legend, "", "")
        self.put(
            f"Not legal advice. proc {version}; {trace.file.name_as_typed} {trace.file.sha256[:12]}; calendar {trace.calendar.name} "
            f"{trace.calendar.sha256[:12]}, published to {trace.calendar.published_to}.", "", "",
        )  # fmt: skip


# ── Days and amounts in words ───────────────────────────────────────────────────────────────────

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def weekday(day: date) -> str:
    return f"{WEEKDAYS[day.weekday()]} {day.isoformat()}"


def day_mark(day: Day) -> str:
    """`≤ Thu 2017-05-04`: one sign, then the day."""
    sign = "≥" if day.not_before else "?" if day.assumed else "≤" if day.latest else " "
    found = day.exact or day.not_before
    assert found is not None
    tail = "~" if day.provisional else ""
    return f"{sign}{weekday(found)}{tail}"


def day_words(day: Day) -> str:
    """`Thu 2017-05-04 at the latest`."""
    if day.not_before:
        return f"not before {weekday(day.not_before)} + not stated ({', '.join(day.not_stated)})"
    assert day.exact is not None
    words = weekday(day.exact) + (" at the latest" if day.latest and not day.assumed else "")
    words += ", provisional" if day.provisional else ""
    return words + (" (assumed)" if day.assumed else "")


def difference_words(other: Alternative) -> list[str]:
    """`42 days earlier, 161.00 EUR less in fees`."""
    words = []
    if other.days is not None:
        number, unit = abs(other.days), "day" if abs(other.days) == 1 else "days"
        later = "later" if other.days > 0 else "earlier"
        words.append(f"{number} {unit} {later}" if number else "on the same day")
    if other.cost:
        words.append(other.cost)
    return words


def borne_words(parts: Iterable[Borne]) -> Iterator[str]:
    """`borne in the end by Debtor: 530.77 EUR`, a line for each part; with what it falls on, and how it is worked out."""
    for one in parts:
        who = f"borne in the end by {one.title}" if one.party else "who bears it in the end is not said"
        if one.hangs_on:
            who = f"who bears it in the end hangs on: {', '.join(one.hangs_on)}" if not one.party else who
        falls = f", for {one.part.replace('_', ' ')}" if one.part else ""
        how = f" ({'; '.join(one.arithmetic)})" if one.arithmetic else ""
        yield f"{who}: {amount_words(one.amount)}{falls}{how}"
