"""An interview as a conversation: a question, an answer, one sentence where the answer will not do. Streams come from outside."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from engine.aloud import bound_aloud
from engine.interview import answer, interview
from engine.refusal import Refusal
from proc_tools import text
from procedure_dsl.wording import phrase, say, say_currency, say_many

if TYPE_CHECKING:
    from engine.calendar import Calendar
    from engine.case import Case
    from engine.interview import Interview, Question
    from engine.records import Plan

TYPES = {
    "money": phrase("an amount of money"), "percent": phrase("a rate in per cent"), "number": phrase("a number"),
    "date": phrase("a day, as in 2017-03-01"), "duration": phrase("a length, as in 10 days or 2 working days"),
    "yes or no": phrase("yes or no"), "one of": phrase("one of the answers above, or its number"), "text": phrase("a few words"),
}  # fmt: skip
HELP = phrase("Return alone: nobody knows · ? why this is asked · back: the answer before · stop: keep what is told")
STOP, BACK = phrase("stop"), phrase("back")
SHORT = {"y": "yes", "n": "no", "д": "yes", "н": "no"}


class Told(NamedTuple):
    """The case after so many answers, and what nobody could answer of what stands outside it."""

    case: Case
    passed: frozenset[str]


@dataclass
class Talk:
    """Asks until nothing more can change the answer, or until it is told to stop; `told` is kept all the while."""

    plan: Plan
    calendar: Calendar
    case: Case
    read: Callable[[str], str | None]  # shows a prompt; None where nobody answers any more
    write: Callable[[str], None]  # one line
    cells: int
    before: list[Told] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.told = Told(self.case, frozenset())

    def go(self) -> bool:
        """Whether everything was asked. Refusal where the case that was brought along cannot be."""
        found, number = self.next(self.told), 0
        self.put(say(HELP))
        while not found.finished:
            question, number = found.questions[0], len(self.before) + 1
            self.show(question, number, len(found.questions))
            then = self.answered(question)
            if then is None:
                return False
            found = then
        return True

    def next(self, told: Told) -> Interview:
        return interview(self.plan, told.case, self.calendar, told.passed)

    def put(self, words: str, first: str = "", rest: str | None = None) -> None:
        for line in text.hang(words, first, first if rest is None else rest, self.cells):
            self.write(line)

    # ── one question ────────────────────────────────────────────────────────────────────────────

    def show(self, question: Question, number: int, left: int) -> None:
        self.write("")
        more = (
            say_many(left - 1, ", and {number} more may follow", ", and {number} more may follow") if left > 1 else ""
        )
        self.put(f"{question.ask}", f"{number}. ", "   ")
        if question.kind == "choice" or question.type == "one of":
            for at, one in enumerate(question.options, 1):
                taken = say(" (taken until you say otherwise)") if one.value == question.unless_told else ""
                self.put(f"{one.value}" + (f" — {one.title}" if one.title != one.value.replace("_", " ") else "") + taken,
                         f"   {at} ", "     ")  # fmt: skip
        if question.kind == "event":
            more = say("; Return alone while it has not happened") + more
        self.put(f"({_form(question)}{more})", "   ")

    def answered(self, question: Question) -> Interview | None:
        """Read until there is an answer that will do; None to stop."""
        while True:
            words = self.read("> ")
            if words is None or (words := words.strip()) in (STOP, say(STOP)):
                return None
            if words == "?":
                self.explain(question)
            elif words in (BACK, say(BACK)):
                if not self.before:
                    self.put(say("There is no answer before this one."))
                    continue
                self.told = self.before.pop()
                return self.next(self.told)
            else:
                try:
                    told = self.after(question, words)
                    found = self.next(told)
                except Refusal as refusal:
                    self.put(" ".join(filter(None, (f"{refusal.seen}.", _help(question, refusal.help)))))
                    continue
                self.before.append(self.told)
                self.told = told
                return found

    def after(self, question: Question, words: str) -> Told:
        """What is told with one more answer."""
        if not words or words.lower() == "unknown":
            if question.kind == "start":
                raise Refusal(
                    "no-start", say("without a day to start on nothing can be counted"), say("Type a day: 2017-03-01.")
                )
            if question.kind != "fact":
                return Told(self.told.case, self.told.passed | {question.id})
            words = "unknown"
        values = [one.value for one in question.options]
        if (
            question.type == "one of"
            and words not in values
            and words.isdecimal()
            and 0 < int(words[:9]) <= len(values)
        ):
            words = values[int(words[:9]) - 1]
        if question.type == "yes or no":
            words = SHORT.get(words.lower(), words)
        return Told(answer(self.plan, self.told.case, question, words), self.told.passed)

    def explain(self, question: Question) -> None:
        """Why a question is asked, and what an answer looks like."""
        if question.kind == "start":
            self.put(say("Terms count from it, and the law in force on it is applied."))
        elif question.kind == "choice":
            taken = next((one.title for one in question.options if one.value == question.unless_told), "")
            self.put(say("The choice is ours; unless it is made, this is taken: {taken}.", taken=taken))
        elif question.changes:
            changed = ", ".join(dict.fromkeys(one.title for one in question.changes))
            self.put(say("It can change: {changed}.", changed=changed))
        if question.outcomes > 1 and question.at_worst < question.outcomes:
            worst, best = question.at_worst, question.at_best
            left = f"{best}" if best == worst else f"{best}–{worst}"
            self.put(
                say("Outcomes that are open: {open}; its answer leaves {left}.", open=question.outcomes, left=left)
            )
        self.put(say("An answer is {form}. On the command line: {set}", form=_form(question), set=question.set))
        self.put(say(HELP))


def _form(question: Question) -> str:
    """`an amount of money in EUR, at least 0 EUR`."""
    form = say(TYPES[question.type]) + (f", {say_currency(question.currency)}" if question.currency else "")
    return ", ".join([form, *(bound_aloud(one.side, one.value) for one in question.bounds)])


def _help(question: Question, words: str) -> str:
    """What a refusal says to type, without the name of what is being answered."""
    return words.replace(f"{question.id}=", "")
