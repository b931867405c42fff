"""The words of the language in Russian: another spelling of the same sentences, and nothing more."""

from __future__ import annotations

import re
import subprocess
import sys
import unicodedata
from itertools import chain
from pathlib import Path

import pytest
from procs import HEAD, ROOT, SHIPPED, case_of, plan_of, text_of
from test_docs import EXAMPLES
from typed import proc

from engine.counting import Span
from procedure_dsl import load, load_bytes, source_of_text
from procedure_dsl.format import format_source
from procedure_dsl.keywords.read import read_lines
from procedure_dsl.keywords.table import Table, keywords_covered, pieces_of, russian
from procedure_dsl.keywords.write import to_english, to_russian
from procedure_dsl.lower import lower_tree
from procedure_dsl.parse import parse_source
from procedure_dsl.source import without_texts
from procedure_dsl.words import ACTS, LAW, MOMENTS, SPECIAL_SOURCES, SUMS, keywords, vocabulary

TEXTS = {
    **{name: text_of(name) for name in SHIPPED},
    **{path.name: path.read_text(encoding="utf-8") for path in sorted((ROOT / "examples").glob("*.proc"))},
    "skeleton": (ROOT / "proc_tools" / "skeleton.proc").read_text(encoding="utf-8"),
    **{block.id: block.text for block in EXAMPLES},
}
READABLE = {name: text for name, text in TEXTS.items() if not parse_source(source_of_text(text))[1]}
RUSSIAN_HEAD = to_russian(source_of_text(HEAD.replace("languages en", "languages en, ru")))
A = ' согласно act "1"\n'


def canonical(text: str) -> str:
    return format_source(source_of_text(text))


# ── One grammar, one table ──────────────────────────────────────────────────────────────────────


def test_every_word_of_the_language_has_a_russian_spelling() -> None:
    assert (
        sorted((keywords() | set(ACTS) | MOMENTS | {*SUMS, *SPECIAL_SOURCES, LAW}) - keywords_covered(russian())) == []
    )


def test_the_table_spells_no_word_that_the_language_has_not() -> None:
    assert sorted(keywords_covered(russian()) - vocabulary() - set(russian().bare_acts)) == []


def test_no_spelling_means_two_things() -> None:
    table = russian()
    meant = [(pieces, meaning.english) for pieces, meaning in chain.from_iterable(table.meanings.values())]
    assert len({pieces for pieces, _ in meant}) == len(set(meant))


def test_every_spelling_of_a_phrase_is_read_as_that_phrase() -> None:
    table = russian()
    for english, spelled in table.phrases.items():
        for one in spelled:
            [read] = read_lines([f"факт {one.words}"]) or []
            assert [phrase.english for phrase in read.phrases] == ["fact", english], one.words


def test_the_last_spelling_that_can_be_written_fits_everywhere() -> None:
    for english, spelled in russian().phrases.items():
        assert any(not (one.ahead or one.behind) for one in spelled), english


@pytest.mark.parametrize("name", READABLE)
def test_a_text_in_russian_words_says_the_same_and_comes_back_byte_for_byte(name: str) -> None:
    """Every shipped file, every example, every snippet of the pages."""
    source = source_of_text(READABLE[name])
    text = canonical(to_russian(source))
    assert canonical(text) == text
    one, two = (parse_source(source_of_text(each)) for each in (source.text, text))
    assert two[1] == []
    assert lower_tree(two[0])[0] == lower_tree(one[0])[0]
    assert canonical(to_english(source_of_text(text))) == canonical(to_english(source))
    assert to_english(source) == source.text or re.search("^[а-я]", source.text, re.M)
    assert canonical(to_russian(source_of_text(text))) == text


def test_the_russian_twin_of_an_example_is_what_fmt_writes() -> None:
    assert TEXTS["flight_ru.proc"] == canonical(to_russian(source_of_text(TEXTS["flight.proc"])))


@pytest.mark.parametrize("name", [*SHIPPED, "flight.proc"])
def test_no_english_word_is_left_where_russian_was_asked_for(name: str) -> None:
    text = to_russian(source_of_text(READABLE[name]))
    parsed, _ = parse_source(source_of_text(READABLE[name]))
    names = {str(token) for tree, _ in parsed.trees for token in tree.scan_values(lambda one: one.type == "NAME")}
    words = {word for line in text.split("\n") for word in re.findall(r"[A-Za-z]\w*", without_texts(line))}
    assert sorted((words & vocabulary()) - names) == []


@pytest.mark.parametrize("name", SHIPPED)
def test_what_is_told_of_a_file_stands_at_the_same_lines_in_either_tongue(name: str) -> None:
    text = READABLE[name].replace("-> paid", "-> payd")
    broken = to_russian(source_of_text(READABLE[name])).replace("-> paid", "-> payd")
    told = [[(one.place.line, one.code) for one in load(source_of_text(each)).diagnostics] for each in (text, broken)]
    assert told[0] == told[1] != []


# ── Numbers, cases, forms ───────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "english, spelled",
    [
        ("  1 day", "1 день"), ("  2 days", "2 дня"), ("  5 days", "5 дней"), ("  11 days", "11 дней"), ("  21 days", "21 день"),
        ("  1 working day", "1 рабочий день"), ("  3 working days", "3 рабочих дня"), ("  20 working days", "20 рабочих дней"),
        ("  1 week", "1 неделя"), ("  2 weeks", "2 недели"), ("  6 weeks", "6 недель"), ("  1 month", "1 месяц"),
        ("  4 months", "4 месяца"), ("  12 months", "12 месяцев"), ("  1 year", "1 год"), ("  3 years", "3 года"), ("  5 years", "5 лет"),
    ],
)  # fmt: skip
def test_a_unit_stands_in_the_form_that_its_number_asks_for(english: str, spelled: str) -> None:
    text = f'deadline term by act "1"\n  counts from start\n{english}\n'
    written = to_russian(source_of_text(text))
    assert written.split("\n")[2] == f"  {spelled}"
    assert to_english(source_of_text(written)) == text


@pytest.mark.parametrize(
    "sentence, spelled",
    [
        ("the owner pays rent within 1 day from receipt of notice", "участник owner платит rent в течение 1 дня со дня получения notice"),
        ("the owner pays rent within 21 working days from start", "участник owner платит rent в течение 21 рабочего дня со дня начала"),
        ("the owner sends notice to tenant within 2 months from issue of act_1",
         "участник owner направляет notice участнику tenant в течение 2 месяцев со дня выдачи act_1"),
        ("the owner files notice at least 5 days before hearing_day", "участник owner подаёт notice не менее чем за 5 дней до дня hearing_day"),
        ("the tenant answers within reply_term", "участник tenant answers в срок reply_term"),
        ("the tenant answers within a time not stated in act", "участник tenant answers в срок, не указанный в act"),
        ("wait 2 weeks from end of talks when rich and poor is no", "ожидание 2 недель со дня окончания talks, если rich и poor — нет"),
        ("requires rich unless waived otherwise -> talks", "требуется rich, кроме случаев, когда waived иначе -> talks"),
        ("the law decides", "по закону decides"),
    ],
)  # fmt: skip
def test_a_sentence_reads_like_russian_prose(sentence: str, spelled: str) -> None:
    text = f'stage one by act "1"\n  {sentence}\n'
    written = to_russian(source_of_text(text))
    assert written.split("\n")[1].strip() == spelled
    assert to_english(source_of_text(written)) == text


@pytest.mark.parametrize("variant", ["в течении 5 дней", "в  течение\u00a05 дней", "в течение 5 день"])
def test_blanks_and_forms_are_read_as_loosely_as_in_english(variant: str) -> None:
    text = f"стадия one{A}  участник tenant answers {variant} со дня начала\n    pays -> one\n"
    wanted = 0 if "течении" not in variant else 1
    assert len(parse_source(source_of_text(text))[1]) == wanted


# ── Texts, comments, names ──────────────────────────────────────────────────────────────────────


def test_texts_and_comments_are_never_touched() -> None:
    text = 'факт rich, да или нет "если да или нет" ru «срок, если»  # если срок истёк, иначе нет\n'
    english = to_english(source_of_text(text))
    assert english == 'fact rich, yes or no "если да или нет" ru «срок, если»  # если срок истёк, иначе нет\n'
    assert to_russian(source_of_text(english)) == text


FREE = sorted(
    {
        pieces[0]
        for pieces, _ in chain.from_iterable(russian().meanings.values())
        if len(pieces) == 1 and pieces[0].isalpha() and not russian().reserves(pieces[0])
    }
)
RESERVED = sorted(
    {
        pieces[0]
        for pieces, _ in chain.from_iterable(russian().meanings.values())
        if len(pieces) == 1 and russian().reserves(pieces[0])
    }
)


@pytest.mark.parametrize("word", FREE)
def test_a_russian_word_that_is_not_reserved_can_name_anything(word: str) -> None:
    """In a condition, in a sum, as an answer, in a scenario; and it stays itself in both tongues."""
    text = f"""факт {word}, число не менее 0 не более 9
факт x_kind, одно из {word}, x_other
правило x_big, да или нет{A}  да, если {word} превышает 3 и x_kind — {word} или x_other
  иначе нет
правило x_sum, число{A}  {word} + 1
процедура x_main
стадия x_one{A}  по закону decides
    x_label, если x_big -> x_end
    иначе -> x_end
исход x_end{A}
"""
    checked = load(source_of_text(RUSSIAN_HEAD + text))
    assert [one for one in checked.diagnostics if one.is_error] == []
    assert word in {getattr(one, "name", "") for one in checked.jurisdiction.declarations}
    english = to_english(source_of_text(RUSSIAN_HEAD + text))
    assert load(source_of_text(english)).jurisdiction == checked.jurisdiction


@pytest.mark.parametrize("word", RESERVED)
def test_a_reserved_russian_word_is_told_as_one(word: str) -> None:
    found = load(source_of_text(f"{RUSSIAN_HEAD}факт {word}, число\n")).diagnostics
    assert any(one.is_error and one.place.line == RUSSIAN_HEAD.count("\n") + 1 for one in found)


# ── Side by side ────────────────────────────────────────────────────────────────────────────────


def test_a_declaration_or_a_line_may_speak_either_tongue() -> None:
    mixed = """fact rich, yes or no
rule share, percent by act "1"
  5 % when rich
  иначе 3 %
правило other, процент согласно act "1"
  5 % when rich
    согласно act "2"
  иначе 3 %
"""
    english = (
        mixed.replace("иначе", "otherwise")
        .replace("согласно", "by")
        .replace("правило", "rule")
        .replace("процент", "percent")
    )
    assert load(source_of_text(HEAD + mixed)).jurisdiction == load(source_of_text(HEAD + english)).jurisdiction


@pytest.mark.parametrize("encode", [lambda t: unicodedata.normalize("NFD", t), lambda t: t.replace("ё", "е"), str])
def test_every_way_to_type_a_letter_is_read(encode: object) -> None:
    text = f'источник paper "П" в "p.txt"\nдокумент letter{A}  от лица owner\nстадия one{A}  участник owner подаёт letter участнику court\n'
    typed = encode(text)  # type: ignore[operator]
    assert parse_source(source_of_text(typed))[1] == []


def test_a_file_in_another_encoding_is_told_and_converted(tmp_path: Path) -> None:
    path = tmp_path / "a.proc"
    path.write_bytes(f"факт rich,   да или нет\nправило x, да или нет{A}  да, если rich\n".encode("cp1251"))
    assert "windows-1251" in load_bytes(path.read_bytes(), "a.proc").diagnostics[0].seen
    assert proc("fmt", path, "--from", "windows-1251").code == 0
    assert path.read_text(encoding="utf-8").startswith("факт rich, да или нет\n")


def test_what_a_case_tells_may_be_said_in_russian() -> None:
    plan = plan_of(
        'fact agreed, duration\nfact rich, yes or no\nprocedure p\nstage one by act "1"\n  -> over\nend over by act "1"\n'
    )
    case = case_of(plan, {"agreed": "10 рабочих дней", "rich": "да"})
    assert case.facts == {"agreed": Span(10, "working days"), "rich": True}


# ── Mistakes ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "line, code, marked, words",
    [
        ("фактт rich, да или нет", "unknown-declaration", "фактт", "Did you mean `факт`?"),
        (f"сбор f{A}  5 XTS еслли rich", "unexpected", "еслли", "Did you mean `если`?"),
        (f"сбор f{A}  5 XTS, если rch", "unknown-name", "rch", ""),
        (f"сбор f{A}  5 XTS, если rich = да", "unexpected", "=", "Write `—`."),
        ('сбор f согласно act "1", если rich', "tail-order", "если", "по, согласно. The source comes last."),
        (f"стадия s{A}  участник owner напровляет letter", "unknown-act", "напровляет", "Did you mean `направляет`?"),
        (f"стадия s{A}  owner направляет letter", "unknown-sentence", "owner", "`участник owner направляет …`"),
        (f"стадия s{A}  участник owner answers в течение 5 дней", "unfinished", "", "`со дня получения PAPER`"),
        (f"срок d{A}  исчисляется со дня начала\n  10 робочих дней", "unexpected", "робочих", "Did you mean `рабочие дни`?"),
        (f"величина v, деньги{A}  5 XTS с 01.02.2024", "bad-date", "01.02.2024", "Write 2024-02-01."),
        (f"величина v, деньги{A}  5 XTS с 2024-01-01 до 2024-12-31", "unexpected", "до", "Did you mean `по`?"),
        (f"сбор f{A}  5 %, минимум 3 XTS", "unexpected", "минимум", "Did you mean `не менее`?"),
        (f"стадия s{A}  участник owner платит f сразу", "unexpected", "сразу", "Did you mean `немедленно`?"),
        (f"стадия s{A}  перейти over", "unknown-sentence", "перейти", "An arrow leads on"),
        ("факт f, сумма", "unexpected", "сумма", "Did you mean `деньги`?"),
        ("требуется rich", "bad-indent", "требуется", "Move it two blanks in"),
        ("факт если, да или нет", "reserved-name", "если", ""),
        ("факт rich да или нет", "unexpected", "да или нет", "Write `rich, да`."),
        (f"стадия s{A}", "empty-block", "", "Write its sentences below it"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_in_the_words_that_were_typed(line: str, code: str, marked: str, words: str) -> None:
    head = RUSSIAN_HEAD + "факт rich, да или нет\n" * (not line.startswith("факт"))
    source = source_of_text(f"{head}{line}\n")
    found = [one for one in load(source).diagnostics if one.code == code]
    assert found, [(one.code, one.seen, one.help) for one in load(source).diagnostics]
    place = found[0].place
    assert source.line(place.line)[place.column - 1 : place.end_column - 1].strip() == marked
    assert words in found[0].help
    quoted = " ".join(re.findall(r"`([^`]*)`", found[0].seen + found[0].help))
    assert not (set(re.findall(r"(?<!\w)[a-z]+(?!\w)", quoted)) & (vocabulary() - {"and"})), found[0]


def test_all_mistakes_of_a_russian_file_are_told_at_once() -> None:
    text = f"фактт rich, да или нет\nсбор f{A}  5 XTS еслли rich\n  6 XTS кагда rich\nстадия s{A}  участник owner напровляет letter\n"
    assert len([one for one in load(source_of_text(RUSSIAN_HEAD + text)).diagnostics if one.code != "unused"]) >= 4


# ── The command, and what it costs ──────────────────────────────────────────────────────────────


def test_fmt_writes_a_file_in_either_tongue(tmp_path: Path) -> None:
    path = tmp_path / "b.proc"
    path.write_text(text_of("belarus"), encoding="utf-8")
    assert proc("fmt", path, "--keywords", "ru").code == 0
    assert path.read_text(encoding="utf-8").split("\n")[4].startswith("юрисдикция belarus")
    assert proc("fmt", path, "--check").code == 0
    assert proc("check", path).code == 0
    assert proc("fmt", path, "--keywords", "en").code == 0
    assert path.read_text(encoding="utf-8") == text_of("belarus")


def test_fmt_refuses_what_would_not_say_the_same(tmp_path: Path) -> None:
    path = tmp_path / "b.proc"
    path.write_text("fact раньше, yes or no\n", encoding="utf-8")
    before = path.read_text(encoding="utf-8")
    shown = proc("fmt", path, "--keywords", "ru")
    assert (shown.code, "rename it" in shown.err) == (2, True)
    assert path.read_text(encoding="utf-8") == before


def test_an_english_file_never_loads_the_table() -> None:
    code = (
        "from pathlib import Path; from procedure_dsl import load_bytes; from procedure_dsl.keywords.table import russian;"
        f"load_bytes(Path({str(ROOT / 'jurisdictions' / 'belarus.proc')!r}).read_bytes(), 'b');"
        "print(russian.cache_info().currsize)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip() == "0"


def test_a_table_holds_phrases_both_ways() -> None:
    table: Table = russian()
    assert table.spellings("when") == ("если", "когда")
    assert pieces_of(", кроме случаев, когда") == (",", "кроме", "случаев", ",", "когда")
