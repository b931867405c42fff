"""An English sentence → the same in the language of the answer. The sentence itself is the key; a catalogue has the others.

The language is entered once for a whole answer (`speaking`). Without it nothing is read and nothing changes: the words
are the program's English, the titles those that a file names first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from babel import Locale

PROGRAM = "en"  # the language of the sentences in the program
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
Entry = str | dict[str, str]  # a sentence, or one for each plural category of the language


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What one language says: sentences by their English, names of days off, signs of currencies."""

    name: str
    sentences: Mapping[str, Entry]
    verbs: Mapping[str, str]  # of acts, as files write them
    days_off: Mapping[str, str]
    currencies: Mapping[str, str]


@dataclass(slots=True)
class Speech:
    """The language of one answer, and what it could not say in it."""

    language: str = ""
    first: str = ""  # the language of titles that name none
    catalogue: Catalogue | None = None
    locale: Locale | None = None
    names: dict[str, None] = field(default_factory=dict)  # titles that stand in another language
    sentences: dict[str, None] = field(default_factory=dict)  # sentences that stand in English


_speech: ContextVar[Speech] = ContextVar("speech")
_NONE = Speech()  # no language was asked for


def heard() -> Speech:
    """How the answer at hand is said."""
    return _speech.get(_NONE)


@contextmanager
def speaking(language: str, first: str = "") -> Iterator[Speech]:
    """Everything said meanwhile is said in this language; `first` is that of the titles which name none."""
    outer = heard()
    own = not language or language == PROGRAM
    speech = Speech(language, first, None if own else catalogue_of(language), None if own else _locale(language))
    if outer.language == language:  # a second file of one answer
        speech.names, speech.sentences = outer.names, outer.sentences
    token = _speech.set(speech)
    try:
        yield speech
    finally:
        _speech.reset(token)


def spoken_language() -> str:
    """The language of the answer; "" where none was asked for."""
    return heard().language


def is_english() -> bool:
    """Whether sentences stand as the program has them."""
    return heard().catalogue is None


# ── Sentences ───────────────────────────────────────────────────────────────────────────────────


def say(template: str, /, **values: object) -> str:
    """A sentence with its `{placeholders}` filled: values as a person reads them in that language."""
    speech = heard()
    if speech.language in ("", PROGRAM):
        return template.format(**values) if values else template
    return _filled(_entry(speech, template), values)


def say_many(number: int, one: str, other: str, /, **values: object) -> str:
    """A sentence about a `{number}` of things, in the form that the number asks for."""
    speech = heard()
    entry = _entry(speech, other) if speech.language not in ("", PROGRAM) else other
    if isinstance(entry, dict):
        assert speech.locale is not None
        return _filled(entry[speech.locale.plural_form(number)], {"number": number, **values})
    return _filled(one if entry == other and number == 1 else entry, {"number": number, **values})


def say_many_of(number: int, one: str, other: str, /) -> str:
    """The same behind a word such as *of* or *at most*, where a language has other forms there."""
    speech = heard()
    entry = _entry(speech, other) if speech.language not in ("", PROGRAM) else other
    if isinstance(entry, dict) and speech.locale is not None and "of" in entry:
        form = "of one" if speech.locale.plural_form(number) == "one" else "of"
        return _filled(entry[form], {"number": number})
    return say_many(number, one, other)


def phrase(template: str) -> str:
    """A sentence that is said later: `say` gets it out of a table."""
    return template


def _entry(speech: Speech, template: str) -> Entry:
    found = speech.catalogue.sentences.get(template) if speech.catalogue else None
    if found is None:
        speech.sentences.setdefault(template)
    return template if found is None else found


def _filled(entry: Entry, values: Mapping[str, object]) -> str:
    template = entry if isinstance(entry, str) else entry["other"]
    return template.format(**{name: _Said(value) for name, value in values.items()}) if values else template


@dataclass(frozen=True, slots=True)
class _Said:
    """A value inside a translated sentence; `{limit:of}` asks for its form behind a word such as *of* or *at most*."""

    value: object

    def __format__(self, form: str) -> str:
        says = getattr(self.value, f"spoken_{form}", None) if form else None
        return str(says()) if says is not None else spoken(self.value)


def spoken(value: Any) -> str:
    """A value as a person reads it in the language of the answer; in English as `str` has it."""
    if isinstance(value, str):
        return value
    if isinstance(value, date):
        return say_day(value)
    if isinstance(value, Decimal):
        return say_figure(str(value))
    says = getattr(value, "spoken", None)
    return says() if says is not None else str(value)


# ── Titles ──────────────────────────────────────────────────────────────────────────────────────


def title_of(titles: tuple[tuple[str, str], ...], name: str = "") -> str:
    """The title in the language of the answer, else the file's first one, with a mark that says so."""
    speech, found = heard(), dict(titles)
    own = found.get("") or name or next(iter(found.values()), "")
    if not speech.language or speech.language == speech.first:
        return own
    if speech.language in found:
        return found[speech.language]
    if not own:
        return own
    speech.names.setdefault(own)
    return f"{own} [{speech.first}]" if speech.first else own


def say_verb(verb: str) -> str:
    """What a party does, as the file writes it: `sends`, `lets_pass`."""
    catalogue = heard().catalogue
    if catalogue is None:
        return verb.replace("_", " ")
    return catalogue.verbs.get(verb) or title_of((), verb.replace("_", " "))


# ── Days, figures, money ────────────────────────────────────────────────────────────────────────


def say_day(day: date) -> str:
    """`2017-04-25`, or `25.04.2017` where the language writes it so."""
    locale = heard().locale
    return day.isoformat() if locale is None else day.strftime("%d.%m.%Y")


def say_weekday(day: date) -> str:
    """`Tue 2017-04-25`: a day of the week and its date."""
    locale = heard().locale
    if locale is None:
        return f"{WEEKDAYS[day.weekday()][:3]} {day}"
    return f"{locale.days['format']['abbreviated'][day.weekday()]} {say_day(day)}"


def say_name_of_weekday(day: date) -> str:
    locale = heard().locale
    return WEEKDAYS[day.weekday()] if locale is None else str(locale.days["stand-alone"]["wide"][day.weekday()])


def say_month(month: int) -> str:
    locale = heard().locale
    return MONTHS[month - 1] if locale is None else str(locale.months["stand-alone"]["wide"][month])


def say_day_off(note: str) -> str:
    """Why a day is off, as the calendar notes it: `working day moved from 2022-03-07`."""
    catalogue = heard().catalogue
    if catalogue is None or not note:
        return note
    return "; ".join(_day_off(one, catalogue) for one in note.split("; "))


def _day_off(note: str, catalogue: Catalogue) -> str:
    if note in catalogue.days_off:
        return catalogue.days_off[note]
    for ending in (" (observed)", " (estimated)"):
        if note.endswith(ending) and note.removesuffix(ending) in catalogue.days_off and ending in catalogue.days_off:
            return catalogue.days_off[note.removesuffix(ending)] + catalogue.days_off[ending]
    head, moved, day = note.rpartition(" moved from ")
    if moved and f"{head} moved from {{day}}" in catalogue.days_off:
        return catalogue.days_off[f"{head} moved from {{day}}"].format(day=say_day(date.fromisoformat(day)))
    heard().names.setdefault(note)
    return f"{note} [{PROGRAM}]"


def say_figure(figure: str) -> str:
    """A figure written `14 300.00`, with the signs of the language: `14 300,00`, its blanks unbroken."""
    locale = heard().locale
    if locale is None:
        return figure
    symbols = locale.number_symbols["latn"]
    return figure.replace(" ", symbols["group"]).replace(".", symbols["decimal"])


def say_currency(code: str) -> str:
    """The sign of a currency: `бел. руб.`; its code where the language has none."""
    speech = heard()
    if speech.locale is None:
        return code
    if speech.catalogue and code in speech.catalogue.currencies:
        return speech.catalogue.currencies[code]
    return str(speech.locale.currency_symbols.get(code, code))


# ── Catalogues ──────────────────────────────────────────────────────────────────────────────────


@cache
def languages() -> tuple[str, ...]:
    """The languages that the program itself speaks, more or less."""
    from importlib import resources

    folder = resources.files("procedure_dsl") / "languages"
    return (PROGRAM, *sorted(one.name.removesuffix(".toml") for one in folder.iterdir() if one.name.endswith(".toml")))


@cache
def catalogue_of(language: str) -> Catalogue | None:
    """What the program says in a language; None where it has no catalogue for it."""
    if language not in languages() or language == PROGRAM:
        return None
    import tomllib
    from importlib import resources

    text = (resources.files("procedure_dsl") / "languages" / f"{language}.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    return Catalogue(data["name"], data["sentences"], data["verbs"], data["days_off"], data["currencies"])


@cache
def _locale(language: str) -> Locale | None:
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(language)
    except (UnknownLocaleError, ValueError):
        return None
