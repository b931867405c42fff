"""Whatever may stand at the end of a sentence says something: it changes the plan, or it is told what to write instead."""

from __future__ import annotations

import re
from functools import cache

import pytest
from procs import HEAD, calendar, case_of, plan_of

from engine.evaluate import Evaluator, State
from engine.plan import make_plan
from engine.records import Plan
from engine.simulate import simulate_case
from engine.values import When
from procedure_dsl import Diagnostic, load, source_of_text
from procedure_dsl.words import grammar_text

# Each sentence of the language that has a tail, with a mark where that stands; behind # its rule in the grammar, and
# which part of the tail is meant: `guard` (when, unless), `place` (since, until, the source), or both.
TEXT = """\
jurisdiction somewhere "Somewhere" ‸                               # jurisdiction
  money in XTS, rounded half up to 0.01 ‸by act "1"                # currency
  calendar BY ‸by act "1"                                          # calendar
  counting starts the next day ‸by act "1"                         # starts
  counting ends short months on the last day ‸by act "1"           # short_month
  counting rolls to the next working day ‸by act "1"               # rolls
  languages en
source act "The act"
party owner, our side
party tenant, other side
party court, neutral
fact flag, yes or no
fact other_flag, yes or no
fact sum, money
reading counted "Which days?"
  prefer plain "a" is days ‸by act "1"                             # option place
  or worked "b" is working days by act "1"
value unit, money ‸by act "1"                                      # value
  3 XTS since 2001-01-01
  4 XTS since 2002-01-01 ‸                                         # line until
rule fine, yes or no ‸by act "1"                                   # rule
  yes when other_flag
  no when sum is above 3 unit
  otherwise no ‸                                                   # otherwise place
  except minor: no when other_flag
  note "x" ‸                                                       # note
rule price, money by act "1"
  3 XTS ‸                                                          # line
  except minor: 3 XTS ‸                                            # exception
document notice "Notice" ‸by act "1"                               # document
  from owner
  form "in writing" ‸                                              # form
  in 3 copies ‸                                                    # copies
  contains seal "a seal" ‸                                         # contains
  with claim ‸                                                     # attached
document claim "Claim" by act "1"
  form "in writing"
deadline reply ‸by act "1"                                         # deadline
  counts from start ‸                                              # counts_from
  3 counted ‸                                                      # version
  except long_way: 9 days ‸                                        # version_exception
  governed by start ‸                                              # governed
  never rolls ‸                                                    # roll_line
  stands still from start to end of one ‸                          # stands_still
  begins anew with start of two ‸                                  # begins_anew
  plus 3 days ‸                                                    # longer
  ends no later than 9 weeks from start ‸                          # held
fee due on sum ‸by act "1"                                         # fee
  | up to 3 XTS | 3 XTS | ‸                                        # row
  | above 3 XTS | 4 XTS |
  borne by owner ‸                                                 # borne
  rounded up to 1 ‸                                                # rounded
procedure road "Road"
stage one ‸by act "1"                                              # stage
  requires fine ‸                                                  # requires unless
  requires fine otherwise -> done ‸                                # requires place
  wait 3 days from start of one ‸                                  # wait
  advice wait 3 days from start of one ‸                           # advised_wait
  advice "Ask." ‸                                                  # advice
  the owner sends notice to court within reply ‸                   # step
    if missed -> done ‸                                            # missed place
    if restored within reply when flag ‸-> done                    # restored unless
  the owner pays due
  perform inner when flag
    over -> two
  -> two ‸                                                         # onward place
stage two by act "1"
  the law decides
    won when flag ‸-> done                                         # outcome unless
    lost when other_flag -> done ‸                                 # outcome place
    otherwise -> done ‸                                            # remaining place
stage five by act "1"
  the owner files claim to court between 3 days and 9 days from start of one
    if too early -> done ‸                                         # too_early place
    if missed -> done
    if restored -> done ‸                                          # restored place
  -> done
stage three by act "1"
  perform inner ‸                                                  # perform
    over -> two
end done, recovers sum ‸by act "1"                                 # end
at any time during two the owner may settle ‸-> done by act "1"    # right guard
at any time during two the owner may agree -> done ‸by act "1"     # right place
stage four by act "1"
  side by side until all have ended ‸                              # side_by_side
    perform inner
    perform other_inner
  -> done
procedure other_inner
stage other_stage by act "1"
  -> other_over
end other_over by act "1"
procedure inner
stage inner_stage by act "1"
  -> over
end over by act "1"
practice files
  two: won 30 %, otherwise the rest ‸by act "1"                    # odds
  two takes 3 days ‸by act "1"                                     # takes
"""
GUARD = {"when": "when flag", "unless": "unless flag"}
PERIOD = {"since": "since 2003-01-01", "until": "until 2033-01-01"}
SOURCE = {
    "by": 'by act "2"', "saying": 'by act "1" saying "x"', "reconstructed": 'by act "1" reconstructed "x"',
    "unverified": 'by act "1" unverified "x"', "outside": 'by outside "x"', "not stated": "not stated in act",
}  # fmt: skip
PARTS = {"guard": GUARD, "place": {**PERIOD, **SOURCE}, "": {**GUARD, **PERIOD, **SOURCE}}


def marks() -> list[tuple[int, str, str, str]]:
    """(line, rule of the grammar, word, what stands there) for every word of every tail."""
    found = []
    for at, line in enumerate(TEXT.split("\n")):
        if "‸" in line:
            rule, _, part = line.split("# ", 1)[1].strip().partition(" ")
            words = PARTS[part] if part in PARTS else {part: PARTS[""][part]}
            found += [(at, rule, word, says) for word, says in words.items()]
    return found


def written(at: int, word: str = "", says: str = "") -> str:
    """The text with one more thing in its line `at`; another source takes the place of the one that is there."""
    lines = TEXT.split("\n")
    if word in SOURCE:
        lines[at] = re.sub(r'‸(by act "1")?', f"{says} ", lines[at])
    lines[at] = lines[at].replace("‸", f"{says} ")
    return "\n".join(line.split(" # ")[0].replace("‸", "") for line in lines)


@cache
def read(text: str) -> tuple[Plan | None, tuple[Diagnostic, ...]]:
    checked = load(source_of_text(text, "test.proc"))
    told = tuple(one for one in checked.diagnostics if one.code not in ("unused", "unreachable"))
    return (None if checked.has_errors else make_plan(checked)), told


def test_the_text_has_every_sentence_that_has_a_tail() -> None:
    tailed = set(re.findall(r"^([a-z]\w*):[^\n]*\b_(?:tail|place|guard)\b", grammar_text(), re.M))
    assert tailed == {rule for _, rule, _, _ in marks()}


@pytest.mark.parametrize(
    ("at", "rule", "word", "says"), marks(), ids=[f"{rule}-{word}" for _, rule, word, _ in marks()]
)
def test_no_tail_is_read_and_ignored(at: int, rule: str, word: str, says: str) -> None:
    plan, told = read(written(at, word, says))
    before, quiet = read(written(0))
    assert before is not None
    assert not quiet
    assert plan != before or told, f"`{word}` behind `{rule}` changes nothing"
    if plan is None:
        assert all(at + 1 == one.place.line and one.help for one in told), [(str(one.place), one.seen) for one in told]


# ── What the guard of a heading means ───────────────────────────────────────────────────────────

FACTS = "fact old, yes or no\nfact rich, yes or no\nfact sold_on, date\n"


@pytest.mark.parametrize(
    ("told", "day", "answer"),
    [
        ({"old": "yes", "rich": "yes"}, "2024-06-01", True),
        ({"old": "yes", "rich": "yes"}, "2023-12-31", False),  # not yet in force
        ({"old": "yes", "rich": "yes"}, "2025-02-01", False),  # the line is over
        ({"old": "no", "rich": "yes"}, "2024-06-01", False),
        ({"old": "yes", "rich": "no"}, "2024-06-01", False),
    ],
)
def test_a_rule_is_in_force_where_its_heading_and_its_line_are(told: dict[str, str], day: str, *, answer: bool) -> None:
    """Chosen by the day that governs; outside the period the last resort answers."""
    plan = plan_of(
        FACTS + 'rule spared, yes or no when old since 2024-01-01 by act "1"\n'
        "  yes when rich until 2025-01-31\n  otherwise no\n  governed by sold_on\n"
    )
    case = case_of(plan, {**told, "sold_on": day})
    ask = Evaluator(plan, State(told=dict(case.facts), today=When(case.facts["sold_on"].day)), calendar())  # type: ignore[union-attr]
    assert ask.rule("spared") is answer


def test_a_fee_whose_heading_does_not_hold_is_not_worked_out() -> None:
    text = 'fee stamp unless old until 2024-12-31 by act "1"\n  2 XTS when rich\n  3 XTS when rich is no since 2025-01-01\n'
    found = [one.code for one in load(source_of_text(HEAD + FACTS + text)).diagnostics if one.is_error]
    assert found == ["empty-period"]
    plan = plan_of(FACTS + text.replace(" since 2025-01-01", ""))
    guards = [row.guard.words() for row in plan.fees["stamp"].rows]
    assert guards == ["when rich unless old until 2024-12-31", "when rich is no unless old until 2024-12-31"]


def test_a_term_and_a_value_take_the_period_of_their_heading() -> None:
    plan = plan_of(
        'value unit, money until 2024-12-31 by act "1"\n  3 XTS since 2020-01-01\n'
        'deadline reply since 2021-01-01 by act "1"\n  counts from start\n  3 days until 2025-01-01\n  4 days since 2025-01-02\n'
    )
    assert [one.guard.period() for one in plan.values["unit"].clauses] == ["since 2020-01-01 until 2024-12-31"]
    periods = [one.guard.period() for one in plan.deadlines["reply"].versions]
    assert periods == ["since 2021-01-01 until 2025-01-01", "since 2025-01-02"]


def test_the_law_may_decide_by_the_day_alone() -> None:
    plan = plan_of(
        'procedure road\nstage one by act "1"\n  the law decides\n    fresh -> new_law since 2024-06-01\n    otherwise -> old_law\n'
        'end new_law by act "1"\nend old_law by act "1"\n'
    )
    ends = [
        simulate_case(plan, case_of(plan, {"start": day}), calendar()).outcome.at
        for day in ("2024-05-31", "2024-06-03")
    ]
    assert ends == ["old_law", "new_law"]


@pytest.mark.parametrize(
    "text",
    [
        'fee stamp by act "1"\n  3 XTS\n  rounded up to 1\n  rounded up to 2\n',
        'fee stamp by act "1"\n  3 XTS\n  governed by start\n  governed by start\n',
        'deadline term by act "1"\n  counts from start\n  3 days\n  never rolls\n  never rolls\n',
        'document notice "Notice" by act "1"\n  from owner\n  from tenant\n',
        'document notice "Notice" by act "1"\n  in 2 copies\n  in 3 copies\n',
    ],
)
def test_what_can_hold_once_only_is_said_once(text: str) -> None:
    found = load(source_of_text(HEAD + text, "test.proc"))
    assert [one.code for one in found.diagnostics if one.is_error] == ["said-twice"]


def test_copies_may_hang_on_the_case() -> None:
    plan_of(FACTS + 'document notice "Notice" by act "1"\n  in 2 copies\n  in 3 copies when old\n')
