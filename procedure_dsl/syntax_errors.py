"""What to say of a sentence that cannot be read: in the words of the person who wrote it, never in tokens."""

from __future__ import annotations

import re
from collections.abc import Iterable

from procedure_dsl import habits
from procedure_dsl.broken import COLON, COMMA, DEEPER_LINE, END_OF_LINE, NAME, TAIL, TEXT, Broken, Explanation
from procedure_dsl.diagnostics import Diagnostic, Place, nearest
from procedure_dsl.source import indentation, said
from procedure_dsl.words import CONTINUATIONS, DECLARATIONS, SENTENCES, vocabulary

STAGE_SENTENCES = ("the", "requires", "wait", "advice", "perform")


def describe(broken: Broken) -> Diagnostic:
    """The diagnostic of one unreadable sentence: by the first explanation that knows the mistake."""
    return next(told for explain in EXPLANATIONS if (told := explain(broken)))


# ── Edges ───────────────────────────────────────────────────────────────────────────────────────


def outcome_at_the_wrong_edge(broken: Broken) -> Diagnostic | None:
    """`LABEL -> STAGE` where a sentence should begin."""
    looks = re.match(r"\s*(if\s+missed|otherwise|[^\W\d]\w*)\b(?:\s+[a-z]{2}\b)?[^,]*->", broken.text)
    known = (*DECLARATIONS, *SENTENCES)
    if not (broken.begins_here and looks) or (broken.first in known and broken.first not in ("if", "otherwise")):
        return None
    if nearest(broken.first, ("requires", "the", "perform")) or "->" in broken.wanted:
        return None
    help_ = "Move it under its sentence, two blanks further in."
    return Diagnostic("bad-indent", broken.place, "a way out stands further in than the sentence it belongs to", help_)


def sentence_too_far_in(broken: Broken) -> Diagnostic | None:
    """A sentence of a stage below another one, where only its ways out could stand; or a line that opens no block."""
    deeper = indentation(broken.line) > indentation(broken.above) > 0
    if broken.kind != "_INDENT" and not (broken.is_start and deeper and broken.first in STAGE_SENTENCES):
        return None
    edge = len(broken.line) - len(broken.line.lstrip())
    place = broken.place
    where = Place(place.source, place.line, edge + 1, place.line, len(said(broken.line)) + 1)
    meant = nearest(broken.first, CONTINUATIONS) if broken.kind == "_INDENT" else None
    if meant:
        seen = f"`{broken.first}` does not go on with the sentence above"
        return Diagnostic("unexpected", where, seen, f"Did you mean `{meant}`?")
    seen = "this line does not stand at the edge of the sentences around it"
    help_ = (
        "Sentences of one block begin at one edge; only what belongs to the line above stands two blanks further in."
    )
    return Diagnostic("bad-indent", where, seen, help_)


def sentence_at_the_margin(broken: Broken) -> Diagnostic | None:
    if not (
        broken.is_heading and broken.begins_here and broken.first in SENTENCES and broken.first not in DECLARATIONS
    ):
        return None
    seen = f"`{broken.first} …` is a sentence of a block, and stands at the margin"
    return Diagnostic("bad-indent", broken.place, seen, "Move it two blanks in, under the declaration it belongs to.")


def declaration_in_a_block(broken: Broken) -> Diagnostic | None:
    if broken.is_heading or not broken.begins_here or broken.first not in DECLARATIONS or broken.first in SENTENCES:
        return None
    seen = f"`{broken.first} …` is a declaration, and stands inside a block"
    return Diagnostic("bad-indent", broken.place, seen, "Move it to the margin.")


# ── Words ───────────────────────────────────────────────────────────────────────────────────────


def unknown_beginning(broken: Broken) -> Diagnostic | None:
    """The first word of a declaration or of a sentence."""
    if not broken.begins_here or broken.kind in ("_NL", "$END", "_DEDENT"):
        return None
    word = broken.word
    if broken.is_heading:
        meant = nearest(word, DECLARATIONS)
        help_ = f"Did you mean `{meant}`?" if meant else f"A declaration begins with: {_listed(DECLARATIONS)}."
        return Diagnostic("unknown-declaration", broken.place, f"no declaration begins with `{word}`", help_)
    begins = [one for one in broken.wanted if one != DEEPER_LINE]
    meant = nearest(word, [one.strip("`") for one in begins if one.startswith("`")])
    help_ = f"Did you mean `{meant}`?" if meant and meant != word else _say(broken, begins)
    return Diagnostic("unknown-sentence", broken.place, f"no sentence of this block begins with `{word}`", help_)


LINES = {  # sentences of blocks in which a name can begin a line too, so that a misspelt word is taken for a name
    "otherwise": r"\s+\S", "except": r"\s+\w+\s*:", "governed": r"\s+by\b", "borne": r"\s+by\b", "counts": r"\s+from\b",
    "rounded": r"\s+(half|up|down)\b", "never": r"\s+rolls\b", "stands": r"\s+still\b", "begins": r"\s+anew\b", "ends": r"\s+no\b", "note": r'\s*["«“]',
}  # fmt: skip


def misspelt_sentence(broken: Broken) -> Diagnostic | None:
    """`govrned by filing of claim`: the first word was taken for the name of an amount."""
    if broken.is_heading or not broken.is_start or broken.first in LINES or not broken.line[0].isspace():
        return None
    meant = nearest(broken.first, LINES)
    first = re.match(r"\s*([^\W\d]\w*)", broken.line)
    if not meant or not first or not re.match(LINES[meant], broken.line[first.end() :]):
        return None
    if meant in ("otherwise", "note") and broken.place.column - 1 > len(broken.line) - len(
        broken.line[first.end() :].lstrip()
    ):
        return None  # what follows the word could be read
    seen = f"no sentence of this block begins with `{broken.first}`"
    return Diagnostic("unknown-sentence", broken.at(first, 1), seen, f"Did you mean `{meant}`?")


def act_without_the(broken: Broken) -> Diagnostic | None:
    """`claimant sends claim_letter`: an act begins with `the`."""
    act = re.match(r"\s*([^\W\d]\w*)\s+([^\W\d]\w*s)\b", broken.text)
    if not act or not broken.begins_here or "`the`" not in broken.wanted or broken.near_a_word():
        return None
    help_ = f"An act begins with `the`: `the {act.group(1)} {act.group(2)} …`."
    return Diagnostic(
        "unknown-sentence", broken.place, f"no sentence of this block begins with `{act.group(1)}`", help_
    )


def wrong_order(broken: Broken) -> Diagnostic | None:
    """`by` before `when`: the source comes last."""
    if broken.word not in TAIL or f"`{broken.word}`" in broken.wanted:
        return None
    stand = re.findall(rf"\b({'|'.join(TAIL)})\b", broken.text[: broken.place.column - 1])
    if not stand or TAIL.index(stand[-1]) < TAIL.index(broken.word):
        return None
    seen = f"`{broken.word}` stands behind `{stand[-1]}`"
    return Diagnostic(
        "tail-order",
        broken.place,
        seen,
        "A sentence ends in this order: when, unless, since, until, by. The source comes last.",
    )


def misspelt_unit(broken: Broken) -> Diagnostic | None:
    """`20 workin days`: two words behind a number, the second of which is a unit."""
    found = re.search(r"\d\s+([^\W\d]\w*)\s+(days?|weeks?|months?|years?)\b", broken.text)
    if not found or found.group(1) == "working" or found.start(2) != broken.place.column - 1:
        return None
    meant = nearest(found.group(1), ["working"])
    help_ = (
        f"Did you mean `{meant} {found.group(2)}`?"
        if meant
        else "A term counts days, working days, weeks, months or years."
    )
    return Diagnostic(
        "unexpected", broken.at(found, 1), f"`{found.group(1)} {found.group(2)}` is not a unit of time", help_
    )


def no_first_day(broken: Broken) -> Diagnostic | None:
    """`within 7 days` without `from`."""
    if (
        "`from`" not in broken.wanted
        or NAME in broken.wanted
        or not re.search(r"\d\s+[\w ]+$", broken.text[: broken.place.column - 1])
    ):
        return None
    help_ = "Say from which event it counts: `from receipt of PAPER`, `from issue of PAPER`, `from start of STAGE`."
    return Diagnostic("unfinished", broken.place, "this term does not say from which event it counts", help_)


def number_without_unit(broken: Broken) -> Diagnostic | None:
    """`within 20 from receipt`, `10 by guide`: of what? The next word was taken for the unit."""
    ahead = broken.text[: broken.place.column - 1]
    found = re.search(rf"(?<![\w.])(\d+)\s*(?:({'|'.join(TAIL)}|from|of|after|before)\s*)?$", ahead)
    if not found or not (found.group(2) or "`days`" in broken.wanted):
        return None
    help_ = "Write days, working days, weeks, months or years behind the number."
    return Diagnostic("unfinished", broken.at(found, 1), f"{found.group(1)} of what?", help_)


def silent_source(broken: Broken) -> Diagnostic | None:
    """`not stated` without the source that is silent."""
    if broken.before != "stated" or broken.wanted != ["`in`"]:
        return None
    help_ = "Write `not stated in SOURCE`, with the name of a declared source."
    return Diagnostic("unfinished", broken.place, "not stated in which source?", help_)


def source_without_name(broken: Broken) -> Diagnostic | None:
    """`by "Step 7"`: by whom?"""
    if broken.before != "by" or broken.kind != "STRING":
        return None
    help_ = 'Name it first: `by SOURCE "place"`, `by outside "…"` or `by assumption "…"`.'
    return Diagnostic("unexpected", broken.place, "this place stands in no source", help_)


def text_without_source(broken: Broken) -> Diagnostic | None:
    """`assumption "…"` without `by`."""
    if broken.word not in ("assumption", "outside") or "`by`" not in broken.wanted:
        return None
    return Diagnostic(
        "unexpected", broken.place, f"`{broken.word}` cannot stand here", f'Write `by {broken.word} "…"`.'
    )


def either_or(broken: Broken) -> Diagnostic | None:
    """`a and b or c` could be read in two ways, so it cannot be written."""
    ahead = broken.text[: broken.place.column - 1]
    if not re.search(r"\b(when|unless|requires)\b", ahead):
        return None
    if broken.word != "or" and not (broken.word == "is" and re.search(r"\bor\s+\w+\s*$", ahead)):
        return None
    help_ = "`or` stands between values: `contract is supply or lease`. Otherwise write two lines, or a rule with two lines."
    return Diagnostic("unexpected", broken.place, "`or` cannot join tests", help_)


def two_words(broken: Broken) -> Diagnostic | None:
    """A name in two words, or two things without the comma between them."""
    if not (re.fullmatch(r"[^\W\d]\w*", broken.before) and re.fullmatch(r"[^\W\d]\w*", broken.word)):
        return None
    if broken.before in vocabulary() and not broken.is_heading:
        return None  # a word of the language is no half of a name
    if broken.kind == "NAME" and broken.word in vocabulary():
        return None
    joined = f"{broken.before}_{broken.word}"
    goes_on = broken.text[broken.place.end_column - 1 :].lstrip()
    if TEXT in broken.wanted and broken.is_heading and broken.before in DECLARATIONS:
        return Diagnostic(
            "unexpected", broken.place, f"`{broken.word}` cannot stand here", f'Put it in quotes: "{broken.word}".'
        )
    if COMMA in broken.wanted and broken.kind != "NAME" and broken.is_heading and goes_on.startswith(","):
        return Diagnostic(
            "unexpected", broken.place, f"`{broken.word}` cannot stand here", f"A name is one word: write `{joined}`."
        )
    if COMMA in broken.wanted and broken.kind != "NAME" and broken.is_heading:
        help_ = f"Write `{broken.before}, {broken.word}`."
        return Diagnostic("unexpected", broken.place, f"a comma is missing before `{broken.word}`", help_)
    if COMMA in broken.wanted and broken.kind == "NAME" and not (goes_on.startswith(",") or broken.near_a_word()):
        help_ = f"Write `{broken.before}, {broken.word}` if these are two, or `{joined}` if it is one name."
        return Diagnostic("unexpected", broken.place, f"a comma is missing before `{broken.word}`", help_)
    if (
        broken.kind == "NAME"
        and (broken.is_heading or broken.before not in (*SENTENCES, *TAIL))
        and not broken.near_a_word()
    ):
        return Diagnostic(
            "unexpected", broken.place, f"`{broken.word}` cannot stand here", _two_words_help(broken, joined)
        )
    return None


def _two_words_help(broken: Broken, joined: str) -> str:
    if TEXT in broken.wanted and broken.is_heading:
        return f'A name is one word, such as `{joined}`; a title stands in quotes: "{broken.word}".'
    return f"A name is one word: write `{joined}`."


def missing_comma(broken: Broken) -> Diagnostic | None:
    """A comma, or a colon, is the only thing that could stand here."""
    if broken.wanted not in ([COMMA], [COLON]):
        return None
    sign = broken.wanted[0]
    if broken.word and not broken.word[0].isalnum():
        return Diagnostic(
            "unexpected", broken.place, f"`{broken.word}` stands here in place of {sign}", f"Write {sign} instead."
        )
    before = f" before `{broken.word}`" if broken.word else " here"
    return Diagnostic("unexpected", broken.place, f"{sign} is missing{before}", f"Put {sign} here.")


def ends_too_soon(broken: Broken) -> Diagnostic | None:
    if broken.kind not in ("_NL", "$END", "_DEDENT"):
        return None
    if DEEPER_LINE in broken.wanted:
        seen = f"`{broken.first}` opens a block, but no line stands further in below it"
        return Diagnostic("empty-block", broken.place, seen, "Write its sentences below it, two blanks further in.")
    if broken.before == "->":
        help_ = "Write the name of the stage or the end behind it, as in `-> hearing`."
        return Diagnostic("unfinished", broken.place, "this arrow leads nowhere", help_)
    help_ = "Write `-> STAGE` behind it." if broken.wanted == ["`->`"] else _say(broken, broken.wanted)
    return Diagnostic("unfinished", broken.place, "this sentence ends too soon", help_)


def anything_else(broken: Broken) -> Diagnostic:
    if broken.before == "->":
        help_ = "Write the name of the stage or the end behind it, as in `-> hearing`."
        return Diagnostic("unfinished", broken.place, "this arrow leads nowhere", help_)
    word = broken.word or broken.line.strip()[:20]
    if broken.wanted == [TEXT]:
        return Diagnostic("unexpected", broken.place, f"`{word}` cannot stand here", f'Put it in quotes: "{word}".')
    return Diagnostic("unexpected", broken.place, f"`{word}` cannot stand here", _say(broken, broken.wanted))


def _say(broken: Broken, wanted: list[str]) -> str:
    """Did you mean …, or what could stand here; the words that end any sentence count as one."""
    meant = broken.near_a_word() if broken.word else None
    if meant:
        return f"Did you mean `{meant}`?"
    tail = [f"`{word}`" for word in TAIL if f"`{word}`" in wanted]
    rest = (
        [one for one in wanted if one not in (*tail, "`not`", "`unverified`", END_OF_LINE)] if len(tail) > 2 else wanted
    )
    if len(tail) > 2:
        rest = [*rest, f"what ends a sentence ({', '.join(tail)})"]
    if len(rest) == 1 and rest[0].startswith("`") and broken.word and broken.word not in vocabulary():
        return f"Write `{rest[0].strip('`')} {broken.word}`."
    return f"Here could stand: {', '.join(rest)}." if 0 < len(rest) <= 14 else ""


def _listed(words: Iterable[str]) -> str:
    return ", ".join(words)


EXPLANATIONS: tuple[Explanation, ...] = (
    *habits.SIGNS,
    sentence_too_far_in, habits.other_beginning, outcome_at_the_wrong_edge, sentence_at_the_margin, declaration_in_a_block,
    act_without_the, unknown_beginning, misspelt_sentence, wrong_order,
    *habits.WORDS,
    misspelt_unit, number_without_unit, no_first_day, silent_source, source_without_name, text_without_source, either_or,
    two_words, missing_comma, ends_too_soon, anything_else,
)  # fmt: skip
