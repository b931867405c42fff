"""What to say of a sentence that cannot be read: in the words of the person who wrote it, never in tokens."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from lark.exceptions import UnexpectedInput, UnexpectedToken

from procedure_dsl.diagnostics import Diagnostic, Place, nearest
from procedure_dsl.source import indentation, said, without_texts
from procedure_dsl.words import DECLARATIONS, SENTENCES, spellings

END_OF_LINE, DEEPER_LINE, NAME, TEXT, COMMA, COLON = (
    "the end of the line",
    "an indented line",
    "a name",
    'a text in "quotes"',
    "a comma",
    "a colon",
)
TAIL = ("when", "unless", "since", "until", "by")  # in the order in which they stand
CONTINUATIONS = (
    *TAIL,
    "saying",
    "reconstructed",
    "unverified",
    "so",
    "ask",
)  # begin a line that goes on with a sentence
STAGE_SENTENCES = ("the", "requires", "wait", "advice", "perform")


@dataclass(frozen=True)
class Broken:
    """A sentence that cannot be read, and what stood where it broke."""

    place: Place
    line: str
    error: UnexpectedInput
    above: str  # the last sentence before it in its declaration, if there is one
    is_heading: bool
    is_start: bool  # the place is in the first line of the sentence

    @cached_property
    def text(self) -> str:
        """The line, blank where texts and comments stand."""
        return without_texts(self.line)

    @cached_property
    def word(self) -> str:
        return self.line[self.place.column - 1 : self.place.end_column - 1].strip()

    @cached_property
    def first(self) -> str:
        return self.line.split(None, 1)[0] if self.line.strip() else ""

    @cached_property
    def before(self) -> str:
        """The word or sign directly before the place."""
        found = re.search(r"([\w%]+|->|\S)\s*$", self.line[: self.place.column - 1])
        return found.group(1) if found else ""

    @cached_property
    def begins_here(self) -> bool:
        return self.is_start and not self.line[: self.place.column - 1].strip()

    @cached_property
    def kind(self) -> str:
        """What kind of token came unexpected; empty for a sign that the language does not have."""
        return self.error.token.type if isinstance(self.error, UnexpectedToken) else ""

    @cached_property
    def wanted(self) -> list[str]:
        """What could have stood here, as a writer spells it."""
        error = self.error
        names: Iterable[str] = getattr(error, "accepts", None) or getattr(error, "allowed", None) or ()
        return sorted({word for name in names for word in spellings(name)})

    def at(self, found: re.Match[str], group: int = 0) -> Place:
        place = self.place
        return Place(place.source, place.line, found.start(group) + 1, place.line, found.end(group) + 1)


Explanation = Callable[[Broken], Diagnostic | None]


def describe(broken: Broken) -> Diagnostic:
    """The diagnostic of one unreadable sentence: by the first explanation that knows the mistake."""
    return next(told for explain in EXPLANATIONS if (told := explain(broken)))


# ── Signs that other languages, programs and offices use ────────────────────────────────────────


def open_quote(broken: Broken) -> Diagnostic | None:
    """A quotation without an end: the one that swallows the opening of the next, or else the last one."""
    nested = re.search(r"“[^”]*(“)[^”]*”|«[^»]*(«)[^»]*»", broken.line)
    if nested and nested.end() <= broken.place.column:
        place = broken.at(nested, 1 if nested.group(1) else 2)
        help_ = 'Put the outer one in other quotes: "… “…” …".'
        return Diagnostic("open-quote", place, "a quotation stands inside another one of the same kind", help_)
    ahead = broken.line[: broken.place.column - 1]
    if ahead.endswith('"') and broken.word[:1].isalnum() and broken.line.count('"') % 2 == 0:
        help_ = 'Put the inner one in other quotes: "… “…” …".'
        return Diagnostic("open-quote", broken.place, "this word stands between two quotations, not in one", help_)
    odd = re.search(r'["«“„]', broken.text)
    if not odd:
        return None
    if odd.group() == "„":
        return Diagnostic("open-quote", broken.at(odd), "„ does not open a quotation here", 'Write "…", «…» or “…”.')
    swallowed = re.search(r'(?<=\s)"[^"]*\s"(?=\w)', broken.line)
    place = broken.at(swallowed or odd)
    if swallowed:
        place = Place(place.source, place.line, place.column, place.line, place.column + 1)
    return Diagnostic("open-quote", place, "this quotation is opened and never closed", "Close it on the same line.")


def strange_letter(broken: Broken) -> Diagnostic | None:
    """A word of the language with a letter of another alphabet in it, and signs that cannot be seen."""
    letter = broken.line[broken.place.column - 1 : broken.place.column]
    if letter and unicodedata.category(letter) in ("Cf", "Zs", "Co", "Cn") and letter not in " \u00a0\u202f":
        name = unicodedata.name(letter, "no name")
        seen = f"an invisible character (U+{ord(letter):04X}, {name}) stands here"
        return Diagnostic("bad-character", broken.place, seen, "Delete it, or type an ordinary blank.")
    for word, place in ((broken.word, broken.place), (broken.before, None)):
        odd = [one for one in word if one.isalpha() and not one.isascii()]
        meant = nearest(word, [*DECLARATIONS, *SENTENCES, *TAIL, "so", "is", "and", "to"]) if odd else None
        if meant and len(meant) == len(word) and any(one.isascii() for one in word):
            column = broken.line.rfind(word, 0, broken.place.end_column) + 1
            where = place or Place(
                broken.place.source, broken.place.line, column, broken.place.line, column + len(word)
            )
            letters = ", ".join(f"{one} ({unicodedata.name(one, '?').title()})" for one in dict.fromkeys(odd))
            return Diagnostic(
                "mixed-scripts",
                where,
                f"`{word}` mixes letters of two alphabets: {letters}",
                f"Did you mean `{meant}`?",
            )
    return None


def foreign_date(broken: Broken) -> Diagnostic | None:
    found = re.search(r"(?<![\w.])(\d{1,2})[./](\d{1,2})[./](\d{4})\b", broken.text)
    if not found:
        return None
    day, month, year = (int(part) for part in found.groups())
    try:
        help_ = f"Write {date(year, month, day)}."
    except ValueError:
        help_ = "A date is year-month-day: 2018-01-31."
    return Diagnostic("bad-date", broken.at(found), f"`{found.group()}` is not how dates are written here", help_)


def decimal_comma(broken: Broken) -> Diagnostic | None:
    found = re.search(r"(?<![\w.,])(\d[\d \u00a0\u202f.]*),(\d+)\b(?!,)", broken.text)
    if not found:
        return None
    whole, part = found.group(1).replace(".", " "), found.group(2)
    help_ = f"Write {whole}.{part}; blanks group thousands: 14 300.00."
    if len(part) == 3:
        help_ = f"Write {whole} {part} if thousands are meant, {whole}.{part.rstrip('0') or '0'} if not."
    return Diagnostic("decimal-comma", broken.at(found), "the decimal sign is a point", help_)


def other_arrow(broken: Broken) -> Diagnostic | None:
    found = re.search(r"=>|→|–>|—>|-->|(?<=\s)[—–>-](?=\s+[^\W\d])", broken.text)
    if not found or ("`->`" not in broken.wanted and found.end() < broken.place.column - 1):
        return None
    return Diagnostic("bad-arrow", broken.at(found), f"`{found.group()}` is not an arrow here", "Write ->.")


def sign_of_comparison(broken: Broken) -> Diagnostic | None:
    words = {">=": "is at least", "≥": "is at least", "<=": "is at most", "≤": "is at most", ">": "is above", "<": "is below",
             "==": "is", "=": "is", "!=": "unless … is", "≠": "unless … is", "&": "and", "&&": "and"}  # fmt: skip
    found = re.compile(r">=|<=|==|!=|&&|[≥≤≠><=&]").match(broken.text, broken.place.column - 1)
    if not found:
        return None
    return Diagnostic(
        "unexpected",
        broken.at(found),
        f"`{found.group()}` is not used in this language",
        f"Write `{words[found.group()]}`.",
    )


def bracket(broken: Broken) -> Diagnostic | None:
    found = re.compile(r"[()\[\]{};]").match(broken.text, broken.place.column - 1)
    if not found:
        return None
    help_ = "No brackets are needed: give the part inside a name of its own, with a rule."
    if found.group() == ";":
        help_ = "A sentence ends with its line; parts of it are told apart by commas."
    return Diagnostic("bracket", broken.at(found), f"`{found.group()}` is not used in this language", help_)


def hyphen_in_name(broken: Broken) -> Diagnostic | None:
    found = re.compile(r"(?<=\w)[-'’.](?=\w)").match(broken.text, broken.place.column - 1)
    if not found or not re.search(r"[^\W\d]\w*$", broken.text[: found.start()]):
        return None
    part = re.compile(r"\w+").match(broken.text, found.end())
    name = f"{broken.before}_{part.group() if part else ''}"
    return Diagnostic(
        "unexpected",
        broken.at(found),
        f"`{found.group()}` cannot stand in a name",
        f"Write `{name}`: a name is one word.",
    )


def single_quote(broken: Broken) -> Diagnostic | None:
    if broken.word not in ("'", "‘", "’", "`"):
        return None
    return Diagnostic("unexpected", broken.place, f"{broken.word} does not open a text here", 'Write "…", «…» or “…”.')


def missing_arrow(broken: Broken) -> Diagnostic | None:
    """`LABEL STAGE`: the last word was taken for a language, or for nothing at all."""
    if "->" in broken.text or broken.is_heading:
        return None
    found = re.search(r"([^\W\d]\w{2,})\s*$", broken.text)
    ends = broken.kind == "_NL" and broken.wanted == [TEXT] and found and broken.text[: found.start()].strip()
    stands = broken.kind == "NAME" and "`->`" in broken.wanted and broken.begins_here is False
    if ends and found:
        place, word = broken.at(found, 1), found.group(1)
    elif stands:
        place, word = broken.place, broken.word
    else:
        return None
    return Diagnostic("bad-arrow", place, f"an arrow is missing before `{word}`", f"Write `-> {word}`.")


def open_row(broken: Broken) -> Diagnostic | None:
    opens = re.match(r"\s*(exactly|up\s+to|below|from|above|any)\b[^|]*\|", broken.text)
    if opens:
        help_ = "A row has two cells, each closed with a bar: | from 100 EUR | 5 % |"
        return Diagnostic("open-row", broken.at(opens, 1), "a bar `|` is missing before this row", help_)
    if not broken.text.lstrip().startswith("|") or broken.text.count("|") >= 3:
        return None
    help_ = "A row has two cells, each closed with a bar: | from 100 EUR | 5 % |"
    return Diagnostic("open-row", broken.place, "a bar `|` is missing here", help_)


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
    "rounded": r"\s+(half|up|down)\b", "never": r"\s+rolls\b", "note": r'\s*["«“]',
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
    if not act or not broken.begins_here or "`the`" not in broken.wanted or _near_a_word(broken):
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


def percent_in_words(broken: Broken) -> Diagnostic | None:
    found = re.search(r"(\d+)\s+(percent|per\s+cent|pct)\b", broken.text)
    if not found or found.end() < broken.place.column - 1:
        return None
    return Diagnostic(
        "unexpected",
        broken.at(found, 2),
        f"`{found.group(2)}` cannot stand behind a number",
        f"Write {found.group(1)} %.",
    )


OTHER_WORDS = {
    "if": "when", "where": "when", "provided": "when", "from": "since", "starting": "since", "effective": "since",
    "till": "until", "through": "until", "to": "until", "per": "by", "under": "by", "see": "by", "according": "by",
}  # fmt: skip


def other_word(broken: Broken) -> Diagnostic | None:
    """A word that says elsewhere what another says here."""
    meant = OTHER_WORDS.get(broken.word)
    if not meant or f"`{meant}`" not in broken.wanted:
        return None
    return Diagnostic("unexpected", broken.place, f"`{broken.word}` cannot stand here", f"Did you mean `{meant}`?")


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
    joined = f"{broken.before}_{broken.word}"
    if COMMA in broken.wanted and broken.kind != "NAME" and broken.is_heading:
        help_ = f"Write `{broken.before}, {broken.word}`."
        return Diagnostic("unexpected", broken.place, f"a comma is missing before `{broken.word}`", help_)
    if COMMA in broken.wanted and not broken.text[broken.place.end_column - 1 :].lstrip().startswith(","):
        help_ = f"Write `{broken.before}, {broken.word}` if these are two, or `{joined}` if it is one name."
        return Diagnostic("unexpected", broken.place, f"a comma is missing before `{broken.word}`", help_)
    if (
        broken.kind == "NAME"
        and (broken.is_heading or broken.before not in (*SENTENCES, *TAIL))
        and not _near_a_word(broken)
    ):
        return Diagnostic(
            "unexpected", broken.place, f"`{broken.word}` cannot stand here", _two_words_help(broken, joined)
        )
    return None


def _near_a_word(broken: Broken) -> str | None:
    meant = nearest(broken.word, [one.strip("`") for one in broken.wanted if one.startswith("`")])
    return meant if meant != broken.word else None


def _two_words_help(broken: Broken, joined: str) -> str:
    if TEXT in broken.wanted and broken.is_heading:
        return f'A name is one word, such as `{joined}`; a title stands in quotes: "{broken.word}".'
    return f"A name is one word: write `{joined}`."


def missing_comma(broken: Broken) -> Diagnostic | None:
    """A comma, or a colon, is the only thing that could stand here."""
    if broken.wanted not in ([COMMA], [COLON]):
        return None
    before = f" before `{broken.word}`" if broken.word else " here"
    sign = broken.wanted[0]
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
    return Diagnostic("unfinished", broken.place, "this sentence ends too soon", _say(broken, broken.wanted))


def anything_else(broken: Broken) -> Diagnostic:
    if broken.before == "->":
        help_ = "Write the name of the stage or the end behind it, as in `-> hearing`."
        return Diagnostic("unfinished", broken.place, "this arrow leads nowhere", help_)
    word = broken.word or broken.line.strip()[:20]
    return Diagnostic("unexpected", broken.place, f"`{word}` cannot stand here", _say(broken, broken.wanted))


def _say(broken: Broken, wanted: list[str]) -> str:
    """Did you mean …, or what could stand here; the words that end any sentence count as one."""
    meant = _near_a_word(broken) if broken.word else None
    if meant:
        return f"Did you mean `{meant}`?"
    tail = [f"`{word}`" for word in TAIL if f"`{word}`" in wanted]
    rest = (
        [one for one in wanted if one not in (*tail, "`not`", "`unverified`", END_OF_LINE)] if len(tail) > 2 else wanted
    )
    if len(tail) > 2:
        rest = [*rest, f"what ends a sentence ({', '.join(tail)})"]
    if len(rest) == 1 and rest[0].startswith("`") and broken.word:
        return f"Write `{rest[0].strip('`')} {broken.word}`."
    return f"Here could stand: {', '.join(rest)}." if 0 < len(rest) <= 14 else ""


def _listed(words: Iterable[str]) -> str:
    return ", ".join(words)


EXPLANATIONS: tuple[Explanation, ...] = (
    open_quote, strange_letter, foreign_date, decimal_comma, other_arrow, sign_of_comparison, bracket, hyphen_in_name,
    single_quote, open_row, missing_arrow, sentence_too_far_in, outcome_at_the_wrong_edge, sentence_at_the_margin,
    declaration_in_a_block, act_without_the, unknown_beginning, misspelt_sentence, wrong_order, percent_in_words, misspelt_unit, number_without_unit,
    no_first_day, other_word, silent_source, source_without_name, text_without_source, either_or, two_words, missing_comma,
    ends_too_soon, anything_else,
)  # fmt: skip
