"""The words of the picture itself; the words of the law come from the .proc file."""

from __future__ import annotations

import re
from typing import Final, cast

from engine.counting import Span, Unit
from procedure_dsl.wording import is_english, phrase, say, spoken

WORDS: Final[dict[str, str]] = {
    "performs": phrase("performs"), "back": phrase("back to where it was"), "unless": phrase("closed unless:"),
    "only if": phrase("only if"), "was closed": phrase("closed"), "else": phrase("else"),
    "missed": phrase("term missed"), "too_early": phrase("too early"), "restored": phrase("term restored"), "any time": phrase("at any time"), "at once": phrase("at once"),
    "not stated": phrase("not stated"), "time not stated": phrase("time not stated"), "fee": phrase("fee"),
    "wait": phrase("wait"), "advised": phrase("advised: wait"), "advice": phrase("advised wait"),
    "legend": phrase("Legend"), "sources": phrase("Sources"), "mine": phrase("our term"),
    "theirs": phrase("their term"), "limit": phrase("authority's limit"), "waiting": phrase("waiting period"),
    "practice": phrase("in practice"), "taken": phrase("road taken, visits numbered"),
    "otherwise": phrase("otherwise"), "law": phrase("the law"), "from": phrase("not before"), "by": phrase("by"),
    "when": phrase("if"), "not": phrase("not"), "and": phrase("and"), "yes": phrase("yes"), "no": phrase("no"),
    "we": phrase("we"), "the other side": phrase("the other side"), "court or chance": phrase("authorities"),
    "the law": phrase("the law"), "way": phrase("way on"), "decision": phrase("who decides"),
    "call": phrase("a procedure within"), "end": phrase("end"), "closed": phrase("road closed"),
    "closed way": phrase("road closed unless …"), "missed way": phrase("term missed"),
    "right": phrase("right at any time"), "recovers": phrase("recovers"), "returned": phrase("comes back"),
    "paid of": phrase("paid of"), "recovered of": phrase("recovered of"),
    "at the discretion of": phrase("at the discretion of"), "in parts": phrase("in parts:"),
    "apart": phrase("apart by"), "as of": phrase("as of"), "calendar": phrase("calendar"), "to": phrase("to"),
    "not advice": phrase("not legal advice"), "reconstructed": phrase("reconstructed"),
    "not stated in": phrase("not stated in"), "outside": phrase("outside"), "assumption": phrase("assumption"),
    "may stand still": phrase("may stand still"), "may begin anew": phrase("may begin anew"),
    "stood still": phrase("stood still"), "anew from": phrase("anew from"), "unverified": phrase("unverified"), "since": phrase("since"), "until": phrase("until"),
}  # fmt: skip

# What joins lengths and amounts in the language; here is how other readers say it.
_PHRASES: Final = {
    "at least": phrase("at least"), "at most": phrase("at most"), "of the excess": phrase("of the excess"),
    "of": phrase("of"), "below": phrase("below"), "above": phrase("above"), "from": phrase("from"),
    "up to": phrase("up to"), "exactly": phrase("exactly"), "usually": phrase("usually"), "to": phrase("to"),
    "is": phrase("is"), "is not": phrase("is not"), "known": phrase("known"),
}  # fmt: skip
_LENGTH: Final = re.compile(
    r"(\b(?:at least|at most|above|below|from|to) )?(\d+) (working day|day|week|month|year)s?\b"
)


def words_of() -> dict[str, str]:
    """The words in the language of the answer, the English one where a language has none."""
    return {name: say(words) for name, words in WORDS.items()}


def translated(text: str) -> str:
    """An amount or a length as the language spells it, for a reader of another one."""
    if is_english():
        return text
    text = _LENGTH.sub(lambda found: f"{found[1] or ''}{_length(found)}", text)
    longest_first = "|".join(sorted(_PHRASES, key=len, reverse=True))
    return re.sub(rf"\b({longest_first})\b", lambda found: say(_PHRASES[found[1]]), text)


def _length(found: re.Match[str]) -> str:
    """A length of time; behind a word of bound in its form of there."""
    span = Span(int(found[2]), cast(Unit, f"{found[3]}s"))
    return span.spoken_of() if found[1] else spoken(span)
