"""The words of the picture itself, by language; the words of the law come from the .proc file."""

from __future__ import annotations

import re
from typing import Final

WORDS: Final[dict[str, dict[str, str]]] = {
    "": {
        "performs": "performs", "back": "back to where it was", "unless": "closed unless:", "only if": "only if", "was closed": "closed", "else": "else",
        "missed": "term missed", "any time": "at any time", "at once": "at once", "not stated": "not stated",
        "time not stated": "time not stated", "fee": "fee", "wait": "wait", "advised": "advised: wait", "advice": "advised wait",
        "legend": "Legend", "sources": "Sources", "mine": "our term", "theirs": "their term", "limit": "authority's limit",
        "waiting": "waiting period", "practice": "in practice", "taken": "road taken, visits numbered", "otherwise": "otherwise",
        "law": "the law", "from": "not before", "by": "by", "when": "if", "not": "not", "and": "and", "yes": "yes", "no": "no",
        "we": "we", "the other side": "the other side", "court or chance": "authorities", "the law": "the law",
        "way": "way on", "decision": "who decides", "call": "a procedure within", "end": "end", "closed": "road closed",
        "closed way": "road closed unless …", "missed way": "term missed", "right": "right at any time", "recovers": "recovers",
        "returned": "comes back", "paid of": "paid of", "recovered of": "recovered of", "at the discretion of": "at the discretion of",
        "in parts": "in parts:", "apart": "apart by", "as of": "as of", "calendar": "calendar", "to": "to", "not advice": "not legal advice",
        "reconstructed": "reconstructed", "not stated in": "not stated in", "outside": "outside", "assumption": "assumption",
        "unverified": "unverified", "since": "since", "until": "until",
    },
    "ru": {
        "performs": "выполняется", "back": "назад, где прервано", "unless": "закрыто, если нет:", "only if": "только если", "was closed": "закрыто", "else": "иначе",
        "missed": "срок пропущен", "any time": "в любое время", "at once": "сразу", "not stated": "не указано",
        "time not stated": "срок не указан", "fee": "сбор", "wait": "ожидание", "advised": "совет: подождать", "advice": "совет подождать",
        "legend": "Обозначения", "sources": "Источники", "mine": "наш срок", "theirs": "их срок", "limit": "срок органа",
        "waiting": "срок ожидания", "practice": "на практике", "taken": "пройденный путь, шаги по номерам", "otherwise": "иначе",
        "law": "закон", "from": "не ранее", "by": "до", "when": "если", "not": "не", "and": "и", "yes": "да", "no": "нет",
        "we": "мы", "the other side": "другая сторона", "court or chance": "органы", "the law": "закон",
        "way": "путь дальше", "decision": "кто решает", "call": "вложенная процедура", "end": "конец", "closed": "путь закрыт",
        "closed way": "путь закрыт, если нет …", "missed way": "срок пропущен", "right": "право в любое время", "recovers": "взыскано",
        "returned": "возвращается", "paid of": "уплачено:", "recovered of": "взыскано:", "at the discretion of": "по усмотрению:",
        "in parts": "частями:", "apart": "каждая через", "as of": "на", "calendar": "календарь", "to": "до", "not advice": "не юридическая консультация",
        "reconstructed": "восстановлено", "not stated in": "не указано в", "outside": "иной источник", "assumption": "допущение",
        "unverified": "не проверено", "since": "с", "until": "по",
    },
    "kk": {
        "any time": "кез келген уақытта", "missed": "мерзім өтіп кетті", "missed way": "мерзім өтіп кетті", "not stated": "көрсетілмеген",
        "time not stated": "мерзім көрсетілмеген", "legend": "Шартты белгілер", "sources": "Дереккөздер", "mine": "біздің мерзім",
        "theirs": "олардың мерзімі", "law": "заң", "the law": "заң", "otherwise": "әйтпесе", "else": "әйтпесе", "when": "егер",
        "yes": "иә", "no": "жоқ", "we": "біз", "the other side": "екінші тарап",
    },
}  # fmt: skip

# Lengths and amounts are spelt in the words of the language; here is how other readers say them.
_UNITS: Final = {
    "ru": {
        "working day": ("рабочий день", "рабочих дня", "рабочих дней", "рабочего дня"), "day": ("день", "дня", "дней", "дня"),
        "calendar day": ("календарный день", "календарных дня", "календарных дней", "календарного дня"),
        "week": ("неделя", "недели", "недель", "недели"), "month": ("месяц", "месяца", "месяцев", "месяца"),
        "year": ("год", "года", "лет", "года"),
    },
    "kk": {
        "working day": ("жұмыс күні",) * 4, "day": ("күн",) * 4, "calendar day": ("күнтізбелік күн",) * 4, "week": ("апта",) * 4,
        "month": ("ай",) * 4, "year": ("жыл",) * 4,
    },
}  # fmt: skip
_PHRASES: Final = {
    "ru": {
        "at least": "не менее", "at most": "не более", "of the excess": "от превышения", "of": "от", "below": "менее", "above": "свыше",
        "from": "от", "up to": "до", "exactly": "ровно", "usually": "обычно", "to": "до", "is": "—", "is not": "— не", "known": "известно",
    },
}  # fmt: skip
_LENGTH: Final = re.compile(
    r"(\b(?:at least|at most|above|below|from|to) )?(\d+) (working day|calendar day|day|week|month|year)s?\b"
)


def words_of(language: str) -> dict[str, str]:
    """The words in a language, the English one where a language has none."""
    return WORDS[""] | WORDS.get(language, {})


def translated(text: str, language: str) -> str:
    """An amount or a length as the language spells it, for a reader of another one."""
    units = _UNITS.get(language, {})
    if units:
        text = _LENGTH.sub(
            lambda found: f"{found[1] or ''}{found[2]} {units[found[3]][_form(int(found[2]), bool(found[1]))]}", text
        )
    phrases = _PHRASES.get(language, {})
    if phrases:
        longest_first = "|".join(sorted(phrases, key=len, reverse=True))
        text = re.sub(rf"\b({longest_first})\b", lambda found: phrases[found[1]], text)
    return text


def _form(number: int, bound: bool) -> int:
    """Which of the Slavic forms stands after a number; behind a word of bound it is the genitive."""
    one = number % 10 == 1 and number % 100 != 11
    if bound:
        return 3 if one else 2
    if one:
        return 0
    return 1 if number % 10 in (2, 3, 4) and number % 100 not in (12, 13, 14) else 2
