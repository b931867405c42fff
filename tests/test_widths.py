"""Text → points: the table against the font it was made from, and the promises of the wrapping.

The hard numbers are widths of DejaVu Sans 2.37 shaped by HarfBuzz with kerning, in points.
"""

from __future__ import annotations

import pytest

from viz import font_widths
from viz.widths import is_drawable, measurable, text_width, wrap

SHAPED = [
    ("Filing the claim with the court", 10, False, 148.89),
    ("Filing the claim with the court", 10, True, 170.31),
    ("Подача искового заявления в экономический суд", 10, False, 262.27),
    ("Подача искового заявления в экономический суд", 10, True, 288.49),
    ("Өтінішті қарау ә ғ қ ң ө ұ ү һ і", 10, False, 157.67),
    ("Өтінішті қарау ә ғ қ ң ө ұ ү һ і", 10, True, 174.21),
    ("Разгляд заявы: ўзнагарода, дакумент і тэрмін", 8, False, 195.91),
    ("ШШШШШШШШШШ", 10, False, 106.93),
    ("15 working days → 2 × ½ – — « » “ ” … № § • ✓", 10, False, 240.12),
    ("Государственная пошлина: 1 234,50 BYN", 10, True, 238.58),
    ("10 000 ₸ / 5 ₽ / 3 €", 10, False, 95.79),
    ("Ąžuolų ėjimas", 10, True, 78.33),
]
LAW = (
    "Заявление о возбуждении приказного производства подаётся в экономический суд по месту нахождения должника; "
    "административно-правовая ответственность, Гражданскопроцессуальноезаконодательство, e\u0301tat, 5\u00a0000\u00a0руб."
)


@pytest.mark.parametrize(("text", "size", "bold", "points"), SHAPED)
def test_widths_are_those_of_the_font(text: str, size: float, bold: bool, points: float) -> None:
    """A line is measured within 1 % of what the font draws."""
    assert text_width(text, size, bold) == pytest.approx(points, rel=0.01)


def test_kerning_only_narrows() -> None:
    """Pairs that the font draws closer are measured wider, so text never leaves its box."""
    assert 98.26 <= text_width("AVATAR To. ГТ.Т, УА", 10) <= 98.26 * 1.06


def test_width_grows_with_size() -> None:
    """A text twice as large is twice as wide, and no text has no width."""
    assert text_width("Суд", 20) == pytest.approx(2 * text_width("Суд", 10))
    assert text_width("", 10) == 0


def test_what_the_table_lacks() -> None:
    """A combining mark adds nothing, an East Asian character is one em, anything else is an average letter."""
    assert text_width("e\u0301", 10) == text_width("e", 10)
    assert text_width("法院", 10) == 20
    assert 5 < text_width("ქ", 10) < 8
    assert text_width("a\u200bb\u2060", 10) == text_width("ab", 10)


def test_both_tables_hold_the_same_characters() -> None:
    """What is drawn in regular is drawn in bold."""
    assert font_widths.REGULAR.keys() == font_widths.BOLD.keys()
    for letter in "әғқңөұүһіӘҒҚҢӨҰҮҺІўЎёЁ’ʼ→×½–—«»“”…№§•✓✗⚠⚖₸₽€":
        assert is_drawable(letter)
    assert not is_drawable("法")


@pytest.mark.parametrize("width", [30, 55, 80, 140, 400])
@pytest.mark.parametrize("bold", [False, True])
def test_no_line_exceeds_the_width(width: float, bold: bool) -> None:
    """Every line fits, ellipsis and split words included."""
    for most in (0, 1, 2, 5):
        lines = wrap(LAW, width, 9, bold, most)
        assert max(text_width(line, 9, bold) for line in lines) <= width
        assert not most or len(lines) <= most


@pytest.mark.parametrize("width", [30, 80, 400])
def test_nothing_is_lost_or_added(width: float) -> None:
    """The lines hold every letter of the text, and no hyphen that was not there."""
    assert "".join(wrap(LAW, width, 9)).replace(" ", "") == LAW.replace(" ", "")


def test_lines_break_at_words() -> None:
    """A line takes as many words as fit."""
    assert wrap("Подача искового заявления в суд", 80, 10) == ["Подача", "искового", "заявления в", "суд"]


def test_a_no_break_space_holds() -> None:
    """An amount stays on one line, and so does `ст. 5` written with a no-break space."""
    assert wrap("долг 5\u00a0000 BYN", 40, 10) == ["долг", "5\u00a0000", "BYN"]


def test_a_long_word_comes_apart_at_its_hyphen() -> None:
    """A hyphen or slash that fits is used before the word is cut anywhere else."""
    assert wrap("приказно-исполнительный", 100, 10) == ["приказно-", "исполнительный"]


def test_a_combining_mark_stays_with_its_letter() -> None:
    """No line begins with an accent."""
    assert all(not line.startswith("\u0301") for line in wrap("e\u0301" * 30, 20, 10))


def test_a_line_break_is_kept() -> None:
    """Text of several paragraphs keeps them, and an empty one between."""
    assert wrap("one\n\ntwo", 100, 10) == ["one", "", "two"]
    assert wrap("  \n ", 100, 10) == []


def test_what_does_not_fit_is_an_ellipsis() -> None:
    """The last allowed line says that there was more."""
    assert wrap("Подача искового заявления в суд", 80, 10, max_lines=2) == ["Подача", "искового…"]
    assert wrap("Подача иска", 80, 10, max_lines=1) == ["Подача иска"]


def test_one_character_always_goes_on_a_line() -> None:
    """A width too small for any letter still ends."""
    assert wrap("ab", 1, 10) == ["a", "b"]


def test_a_stand_in_is_as_wide_as_its_text() -> None:
    """Words for a Graphviz that cannot measure Cyrillic are ASCII and within 2 % of the width, bold or not."""
    plain = [text for text, _, bold, _ in SHAPED if not bold]
    dot_text = "digraph {" + "".join(
        f'a{n} [label="{text}"]; b{n} [label=<<B>{text}</B>>];' for n, text in enumerate(plain)
    )
    stand_ins, words = measurable(dot_text)
    assert stand_ins.isascii()
    assert len(words) == 2 * len([text for text in plain if not text.isascii()])
    for word, text in words.items():
        bold = f"<<B>{word}</B>>" in stand_ins
        assert text_width(word, 10, bold) == pytest.approx(text_width(text, 10, bold), rel=0.02)


def test_stand_ins_leave_the_rest_alone() -> None:
    """Only label text changes: not tooltips, names, comments, ASCII text, or labels that Graphviz completes."""
    kept = r'"суд" [tooltip="label=<Суд>", label="Court"]; b [label="Суд \N"]; c [label="{Суд|Иск}"]; // label="Суд"'
    assert measurable(kept) == (kept, {})


def test_a_stand_in_is_found_nowhere_else() -> None:
    """No stand-in is a word of the text itself, and the same text has the same stand-in."""
    _, words = measurable('a [label="ә"]; b [label="ғ"]; c [label="ә"]')
    taken = next(iter(words))
    _, others = measurable(f'a [label="ә"]; b [label="ғ"]; c [label="{taken}"]')
    assert len(words) == len(others) == 2
    assert taken not in others


def test_stand_ins_know_escapes() -> None:
    """Lines of a label are measured one by one, as they will be drawn."""
    stand_ins, words = measurable(r'a [label="Суд \"о\"\nИск\l"]; b [label=<Суд &amp; &#1078;<BR/>Иск>]')
    assert set(words.values()) == {"Иск", "Суд & ж", 'Суд "о"'}
    assert r"\n" in stand_ins
    assert r'\l"' in stand_ins
    assert "<BR/>" in stand_ins
