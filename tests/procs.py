"""Plans for tests: from a text, or one of the shipped jurisdictions."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from engine.calendar import Calendar, find_calendar
from engine.case import Case, add_choice, set_one
from engine.plan import make_plan
from engine.records import Plan
from procedure_dsl import load, read_source, source_of_text
from procedure_dsl.diagnostics import render_diagnostic

ROOT = Path(__file__).resolve().parent.parent
SHIPPED = ("belarus", "kazakhstan")

HEAD = """\
jurisdiction somewhere "Somewhere"
  money in XTS, rounded half up to 0.01       by assumption "a test"
  calendar BY                                 by assumption "a test"
  counting starts the next day                by assumption "a test"
  counting ends short months on the last day  by assumption "a test"
  counting rolls to the next working day      by assumption "a test"
  languages en

source act "The act"

party owner, our side "Owner"
party tenant, other side "Tenant"
party court, neutral "Court"

"""


def plan_of(text: str, head: str = HEAD) -> Plan:
    """The plan of a text under a head of its own; every finding but a warning fails the test."""
    checked = load(source_of_text(head + text, "test.proc"))
    errors = [render_diagnostic(one, checked.text_of(one)) for one in checked.diagnostics if one.is_error]
    assert not errors, "\n".join(errors)
    return make_plan(checked)


def text_of(name: str) -> str:
    return (ROOT / "jurisdictions" / f"{name}.proc").read_text(encoding="utf-8")


@cache
def shipped(name: str) -> Plan:
    path = ROOT / "jurisdictions" / f"{name}.proc"
    source, _ = read_source(path.read_bytes(), name)
    return make_plan(load(source))


@cache
def calendar(name: str = "BY") -> Calendar:
    return find_calendar(name, None)


def case_of(plan: Plan, told: dict[str, str] | None = None, choose: dict[str, str] | None = None) -> Case:
    """A case from words, as the command line would read it."""
    case = Case()
    for name, text in (told or {}).items():
        case = set_one(plan, case, name, text)
    for stage, text in (choose or {}).items():
        case = add_choice(plan, case, stage, text)
    return case
