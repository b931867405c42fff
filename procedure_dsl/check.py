"""Jurisdiction → checked: every rule of the language that needs two nodes, each a check with a name of its own."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import chain

from procedure_dsl import model
from procedure_dsl.checks import fees, names, practice, road, scenarios, sources, tails, time, types
from procedure_dsl.checks.view import View
from procedure_dsl.diagnostics import MOST_MISTAKES, Diagnostic, cut_short, each_once, in_order, sameness
from procedure_dsl.keywords.say import told_in_russian
from procedure_dsl.source import Source

Check = Callable[[View], Iterator[Diagnostic]]

CHECKS: tuple[Check, ...] = (
    names.one_jurisdiction,
    names.jurisdiction_is_complete,
    names.names_are_declared_once,
    names.names_are_not_words_of_the_language,
    names.names_keep_to_one_script,
    names.titles_are_in_known_languages,
    types.names_exist_and_types_agree,
    types.definitions_do_not_go_in_circles,
    sources.every_norm_has_a_source,
    sources.sources_exist,
    tails.conditions_decide_something,
    tails.headings_agree_with_their_lines,
    tails.transitions_decide_something,
    tails.lines_are_said_once,
    tails.headings_are_sources_of_something,
    fees.bands_neither_gap_nor_overlap,
    fees.only_bands_have_an_excess,
    fees.parts_make_a_whole,
    fees.parts_lie_in_the_base,
    time.values_are_in_order,
    time.deadlines_are_complete,
    time.clocks_have_both_edges,
    time.edges_of_time_have_a_term,
    time.others_say_how_long_they_take,
    road.arrows_lead_somewhere,
    road.stages_have_one_way_on,
    road.stages_can_be_reached,
    road.the_law_always_decides,
    road.rules_always_answer,
    road.procedures_are_whole,
    road.tracks_run_side_by_side,
    road.parties_stand_for_somebody,
    road.modal_acts_have_no_branch,
    road.loops_are_bounded,
    road.rights_return,
    road.loops_take_time,
    road.the_quiet_way_ends,
    practice.odds_name_the_ways,
    scenarios.scenarios_name_what_exists,
    names.everything_is_used,
)


OWN = ("unused", "unreachable")  # told of a file itself: what is shared need not be used by everybody


@dataclass(frozen=True, slots=True)
class Checked:
    """A jurisdiction and everything that was found about it, in the order of the text."""

    source: Source
    jurisdiction: model.Jurisdiction = field(default_factory=model.Jurisdiction)
    diagnostics: tuple[Diagnostic, ...] = ()
    sources: tuple[Source, ...] = field(default=(), compare=False)  # all texts a diagnostic may point into

    @property
    def has_errors(self) -> bool:
        return any(diagnostic.is_error for diagnostic in self.diagnostics)

    @property
    def sha256(self) -> str:
        """Of the text; where there are several, of their sums in a row, a line each: this text's first."""
        if not self.sources:
            return self.source.sha256
        sums = "".join(f"{one.sha256}\n" for one in (self.source, *self.sources))
        return hashlib.sha256(sums.encode()).hexdigest()

    def text_of(self, diagnostic: Diagnostic) -> str:
        """The line a diagnostic points at."""
        return self.line(diagnostic.place.source, diagnostic.place.line)

    def line(self, name: str, number: int) -> str:
        """A line of the text of that name; empty when there is none."""
        texts = {source.name: source for source in (*self.sources, self.source)}
        return texts[name].line(number) if name in texts else ""


def check_model(
    source: Source, others: tuple[Source, ...], jurisdiction: model.Jurisdiction, lost: frozenset[str],
    earlier: list[Diagnostic], foreign: frozenset[tuple[str, int]] = frozenset(),
) -> Checked:  # fmt: skip
    """Run every check; names lost to an unreadable sentence are not reported as missing.

    `foreign` are the lines (of which text, from 1) whose mistakes are told in the words that stand there.
    """
    found = list(earlier)
    if not any(diagnostic.code == "too-many" for diagnostic in found):  # else half of the file was not even read
        view = View(jurisdiction, (source, *others), lost, earlier)
        met = {sameness(told) for told in found}
        for told in chain.from_iterable(check(view) for check in CHECKS):
            found.append(told)
            met.add(sameness(told))
            if len(met) >= MOST_MISTAKES:
                break
        found = [
            told
            for told in each_once(found)
            if told.is_error or told.place.source == source.name or told.code not in OWN
        ]
        found = cut_short(in_order(found), "checked")
    if foreign:
        names = frozenset(one.name for one in jurisdiction.declarations if isinstance(one, model.Declaration))
        found = [told_in_russian(one, names) if (one.place.source, one.place.line) in foreign else one for one in found]
    return Checked(source, jurisdiction, tuple(found), others)
