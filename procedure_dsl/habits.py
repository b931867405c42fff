"""What other languages, programs and offices write, and what to write here instead."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from procedure_dsl.broken import TAIL, TEXT, Broken, Explanation
from procedure_dsl.diagnostics import Diagnostic, Place, nearest
from procedure_dsl.words import DECLARATIONS, SENTENCES

# ── Signs ───────────────────────────────────────────────────────────────────────────────────────


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
    words = {">=": "at least", "≥": "at least", "<=": "at most", "≤": "at most", ">": "above", "<": "below",
             "==": "is", "=": "is", "!=": "unless … is", "≠": "unless … is", "&": "and", "&&": "and"}  # fmt: skip
    bands = {"at least": "from", "at most": "up to"}
    found = re.compile(r">=|<=|==|!=|&&|[≥≤≠><=&]").match(broken.text, broken.place.column - 1)
    if not found:
        return None
    word = words[found.group()]
    if "`exactly`" in broken.wanted:
        word = bands.get(word, word)
    elif "`is`" in broken.wanted and word in ("at least", "at most", "above", "below"):
        word = f"is {word}"
    help_ = "Leave it out." if found.group() == "=" and broken.begins_here else f"Write `{word}`."
    return Diagnostic("unexpected", broken.at(found), f"`{found.group()}` is not used in this language", help_)


def bracket(broken: Broken) -> Diagnostic | None:
    found = re.compile(r"[()\[\]{};]").match(broken.text, broken.place.column - 1)
    if not found:
        return None
    help_ = "No brackets are needed: give the part inside a name of its own, with a rule."
    if found.group() == ";":
        help_ = "A sentence ends with its line; parts of it are told apart by commas."
    elif broken.before == "of" and found.group() in "([{":
        help_ = "Leave the brackets out; commas part the answers: one of gas, oil, district."
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


# ── Words ───────────────────────────────────────────────────────────────────────────────────────


def percent_in_words(broken: Broken) -> Diagnostic | None:
    found = re.search(r"(\d+)\s+(percent|per\s+cent|pct)\b", broken.text)
    if not found or broken.text[found.end() : broken.place.column - 1].strip():
        return None
    return Diagnostic(
        "unexpected",
        broken.at(found, 2),
        f"`{found.group(2)}` cannot stand behind a number",
        f"Write {found.group(1)} %.",
    )


OTHER_WORDS = {  # what says elsewhere what a word says here; of several the first that can stand there
    "if": ("when",), "where": ("when",), "provided": ("when",), "except": ("unless",), "without": ("unless",),
    "from": ("since",), "starting": ("since",), "effective": ("since",), "till": ("until",), "through": ("until",),
    "to": ("until",), "per": ("by",), "under": ("by", "below"), "see": ("by",), "according": ("by",),
    "minimum": ("at least",), "min": ("at least",), "maximum": ("at most",), "max": ("at most",), "over": ("above",),
    "more": ("above",), "less": ("below",), "older": ("above",), "younger": ("below",),
    "boolean": ("yes",), "bool": ("yes",), "flag": ("yes",), "string": ("text",), "integer": ("number",), "int": ("number",),
    "decimal": ("number",), "amount": ("money",), "sum": ("money",), "choice": ("one",), "enum": ("one",), "period": ("duration",),
    "equals": ("is",), "are": ("is",), "was": ("is",), "in": ("within",), "immediately": ("at once",), "forthwith": ("at once",),
    "минимум": ("at least",), "максимум": ("at most",), "более": ("above",), "менее": ("below",), "сразу": ("at once",), "тотчас": ("at once",),
    "при": ("when",), "кроме": ("unless",), "начиная": ("since",), "вплоть": ("until",), "см": ("by",), "булево": ("yes",), "строка": ("text",),
    "сумма": ("money",), "период": ("duration",), "выбор": ("one",),
}  # fmt: skip
IN_FULL = {"yes": "yes or no", "one": "one of …"}


def other_word(broken: Broken) -> Diagnostic | None:
    """A word that says elsewhere what another says here; or that was taken for the unit of the number before it."""
    ahead = broken.line[: broken.place.column - 1].rstrip()
    place = Place(
        broken.place.source, broken.place.line, len(ahead) - len(broken.before) + 1, broken.place.line, len(ahead) + 1
    )
    for word, where in ((broken.word, broken.place), (broken.before, place)):
        for meant in OTHER_WORDS.get(word, ()):
            if f"`{meant}`" in broken.wanted and (where is broken.place or word not in ("from", "to", "of")):
                help_ = f"Did you mean `{IN_FULL.get(meant, meant)}`?"
                return Diagnostic("unexpected", where, f"`{word}` cannot stand here", help_)
    return None


BEGINNINGS = {
    "else": "What holds in all other cases begins with `otherwise`.",
    "elif": "Each answer has a line of its own: `ANSWER when CONDITION`.",
    "goto": "An arrow leads on: `-> STAGE`.", "go": "An arrow leads on: `-> STAGE`.",
    "proceed": "An arrow leads on: `-> STAGE`.", "continue": "An arrow leads on: `-> STAGE`.",
    "must": "An act begins with `the`: `the PARTY VERB …`.", "comment": 'A remark is `note "…"`, or begins with `#`.',
    "должен": "An act begins with `the`: `the PARTY VERB …`.", "перейти": "An arrow leads on: `-> STAGE`.",
    "комментарий": 'A remark is `note "…"`, or begins with `#`.',
}  # fmt: skip


def other_beginning(broken: Broken) -> Diagnostic | None:
    """A sentence that begins as in a programming language."""
    first = re.match(r"\s+([a-zа-я]+)\b(?:\s+(\w+))?", broken.text)
    if broken.is_heading or not broken.is_start or not first:
        return None
    word, second = first.groups()
    help_ = BEGINNINGS.get(word, "")
    if word == "if" and not nearest(second or "", ["missed"]):
        help_ = (
            "The condition comes last: `ANSWER when CONDITION`; or before an arrow: `LABEL when CONDITION -> STAGE`."
        )
    if not help_ or (not broken.begins_here and word not in ("if", "else", "elif")):
        return None
    return Diagnostic("unknown-sentence", broken.at(first, 1), f"no sentence begins with `{word}` like that", help_)


def edges_of_a_band(broken: Broken) -> Diagnostic | None:
    """`from 100 to 200`, `0 - 100`."""
    band = broken.text.lstrip()[1:].split("|")[0] if broken.text.lstrip().startswith("|") else ""
    if not re.search(r"\d[\w ]*\s(to|and)\s+\d|\d[\w ]*\s*[-–]\s*\d", band):
        return None
    if broken.place.column - 1 > broken.text.index(band) + len(band):
        return None
    seen = f"`{broken.word}` cannot stand here"
    return Diagnostic(
        "unexpected", broken.place, seen, "Two edges are parted by a comma: | from 100 XTS, below 200 XTS | …"
    )


def event_in_a_line_of_its_own(broken: Broken) -> Diagnostic | None:
    """In a deadline `10 days from receipt of claim`: the first day has a line of its own."""
    found = re.match(r"\s+\d+\s+(?:working\s+)?\w+\s+(after|from|of|since|following)\b", broken.text)
    if not found or broken.is_heading or found.start(1) > broken.place.column or "`when`" not in broken.wanted:
        return None
    help_ = "The first day of a deadline has a line of its own: `counts from receipt of PAPER`."
    return Diagnostic("unexpected", broken.at(found, 1), f"`{found.group(1)}` cannot stand here", help_)


def article(broken: Broken) -> Diagnostic | None:
    """`sends the claim to the seller`: only the party who acts has its article."""
    if broken.before not in ("the", "a", "an") or broken.is_heading or not re.match(r"\s+the\s", broken.text):
        return None
    return Diagnostic(
        "unexpected", broken.place, f"`{broken.before}` cannot stand before `{broken.word}`",
        f"Write `{broken.word}` alone: only who acts is called `the`.",
    )  # fmt: skip


def limit_apart(broken: Broken) -> Diagnostic | None:
    """`at most 100 XTS` on a line of its own, in a heading, or behind the formula without a comma."""
    if broken.block not in ("fee", "rule", "value"):
        return None
    found = re.compile(r"(?:,\s*)?\b(at\s+(?:most|least))\b").search(broken.text)
    if not found or not found.start() <= broken.place.column - 1 <= found.end():
        return None
    limit = " ".join(found.group(1).split())
    help_ = f"Write it behind the formula it limits, after a comma: `5 %, {limit} …`."
    return Diagnostic("unexpected", broken.at(found, 1), "a limit stands behind its formula, after a comma", help_)


def exception_of_a_fee(broken: Broken) -> Diagnostic | None:
    """`except poor: 0 XTS`: rules and terms have exceptions, a fee has rows."""
    found = re.match(r"\s+(except)\b", broken.text)
    if broken.block != "fee" or not found or broken.is_heading or not broken.is_start:
        return None
    help_ = "Write `AMOUNT when CONDITION`, and `unless CONDITION` on the lines that then do not hold."
    seen = "a fee has no exceptions: its lines and rows have conditions"
    return Diagnostic("unexpected", broken.at(found, 1), seen, help_)


def given_without_a_verb(broken: Broken) -> Diagnostic | None:
    """`given start 2024-01-01`, `given price 100 XTS`, `expect end at done`."""
    first = re.match(r"\s+(given|expect)\b", broken.text)
    if not first:
        return None
    if broken.kind == "DATE" and "`on`" in broken.wanted:
        return Diagnostic(
            "unexpected", broken.place, f"`{broken.word}` cannot stand here", f"Write `on {broken.word}`."
        )
    if broken.before == "end" and broken.word == "at":
        return Diagnostic("unexpected", broken.place, "`at` cannot stand here", "Did you mean `ends at`?")
    if broken.kind in ("NUMBER", "YES", "NO") and "`is`" in broken.wanted:
        return Diagnostic(
            "unexpected", broken.place, f"`{broken.word}` cannot stand here", f"Write `is {broken.word}`."
        )
    return None


def term_in_days(broken: Broken) -> Diagnostic | None:
    """`answers in 10 days`: only a sum is paid in so many parts."""
    found = re.search(r"\b(in)\s+\d+\s+(?:working\s+)?(?:days?|weeks?|months?|years?)\b", broken.text)
    if not found or "`parts`" not in broken.wanted or found.end() < broken.place.column:
        return None
    return Diagnostic("unexpected", broken.at(found, 1), "`in` cannot stand here", "Did you mean `within`?")


SIGNS: tuple[Explanation, ...] = (
    open_quote, strange_letter, foreign_date, decimal_comma, other_arrow, edges_of_a_band, sign_of_comparison, bracket,
    hyphen_in_name, single_quote, open_row, missing_arrow, limit_apart, exception_of_a_fee,
)  # fmt: skip
WORDS: tuple[Explanation, ...] = (
    percent_in_words, event_in_a_line_of_its_own, article, given_without_a_verb, term_in_days, other_word,
)  # fmt: skip
