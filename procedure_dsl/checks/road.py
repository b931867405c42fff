"""The road: every arrow leads somewhere, every stage can be reached and left, every loop takes time."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from procedure_dsl import model
from procedure_dsl.checks.circles import circles
from procedure_dsl.checks.view import View, walk
from procedure_dsl.diagnostics import Diagnostic, did_you_mean, nearest
from procedure_dsl.words import DONE, LAW, OF_TIME, RESTORED

BACK = "back"
ASIDE = (
    model.Note,
    model.Advice,
    model.Governed,
    model.Transition,
)  # sentences of a stage that are no step of the road


def _home(view: View) -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    """For stages and for ends the procedure each stands in, and the entry stage of each procedure."""
    stages: dict[str, str] = {}
    ends: dict[str, str] = {}
    entries: dict[str, str] = {}
    procedure = ""
    for declaration in view.jurisdiction.declarations:
        match declaration:
            case model.Procedure():
                procedure = declaration.name
            case model.Stage():
                stages[declaration.name] = procedure
                entries.setdefault(procedure, declaration.name)
            case model.End():
                ends[declaration.name] = procedure
    return stages, ends, entries


def arrows(stage: model.Stage) -> Iterator[tuple[model.Arrow, bool]]:
    """Every arrow of a stage, and whether no time passes on the way to it."""
    timeless = True
    for sentence in stage.sentences:
        match sentence:
            case model.Requires() if sentence.otherwise:
                yield sentence.otherwise, timeless
            case model.Wait() if not sentence.advised:
                timeless = False
            case model.Step():
                takes_time = sentence.within is not None or sentence.instalments is not None
                for way in sentence.branches:
                    if isinstance(way, model.Outcome):
                        yield way.arrow, timeless and not takes_time
                timeless = timeless and not takes_time
            case model.Perform() | model.SideBySide():
                performs = sentence.performs() if isinstance(sentence, model.SideBySide) else (sentence,)
                ways = (way for one in performs for way in one.branches if isinstance(way, model.Outcome))
                yield from ((way.arrow, False) for way in ways)
                timeless = False
            case model.Onward():
                yield sentence.arrow, timeless


def arrows_lead_somewhere(view: View) -> Iterator[Diagnostic]:
    """An arrow points at a stage or an end of its own procedure, or back from a right."""
    stages, ends, _ = _home(view)
    pairs: list[tuple[str | None, model.Arrow]] = [
        (stages[stage.name], arrow) for stage in view.jurisdiction.of(model.Stage) for arrow, _ in arrows(stage)
    ]
    for right in view.jurisdiction.of(model.Right):
        homes = [stages[name] for name in right.stages if name in stages]
        pairs.append((homes[0] if homes else None, right.arrow))
    helps: dict[tuple[str | None, str], str] = {}
    for procedure, arrow in pairs:
        target = arrow.target
        if target == BACK:
            continue
        home = stages.get(target, ends.get(target))
        if home is None:
            if not view.excused(target):
                if (procedure, target) not in helps:
                    known = [name for name, where in {**stages, **ends}.items() if procedure in (where, None)]
                    helps[procedure, target] = did_you_mean(target, known)
                seen = f"no stage has the name `{target}`"
                yield Diagnostic("unknown-stage", arrow.place, seen, helps[procedure, target])
        elif procedure is not None and home != procedure:
            help_ = f"Let a stage `perform {home}` and map its ends."
            yield Diagnostic("other-procedure", arrow.place, f"`{target}` belongs to the procedure `{home}`", help_)


def stages_have_one_way_on(view: View) -> Iterator[Diagnostic]:
    """A stage is read downwards to one branch, call or arrow, which is its last act, unless that has a condition."""
    for stage in view.jurisdiction.of(model.Stage):
        if not stage.sentences or view.damaged:
            continue
        left, perhaps = False, None
        for sentence in stage.sentences:
            if left and not isinstance(sentence, ASIDE):
                yield Diagnostic(
                    "after-the-exit",
                    sentence.place,
                    "this sentence is never reached: the one above leaves the stage",
                    "Move it up, or into the next stage.",
                )
                break
            if _leaves(sentence) and not isinstance(sentence, ASIDE):
                left, perhaps = not depends(sentence.tail), sentence
        if perhaps and not left:
            yield Diagnostic(
                "no-way-on",
                perhaps.place,
                f"nothing leads on from the stage `{stage.name}` where this sentence does not apply",
                "Add `-> STAGE` below it.",
            )
        elif not left:
            yield Diagnostic(
                "no-way-on",
                stage.place,
                f"nothing leads on from the stage `{stage.name}`",
                "End it with a branch, or with `-> STAGE`.",
            )
        labels = {way.label for way in stage.ways()}
        labels |= {DONE for one in stage.sentences if isinstance(one, model.Step) and one.modality == "may"}
        for sentence in stage.sentences:
            if (
                isinstance(sentence, model.Advice)
                and sentence.outcome
                and sentence.outcome not in labels
                and not view.excused(sentence.outcome)
            ):
                yield Diagnostic(
                    "unknown-outcome",
                    sentence.place,
                    f"this stage has no way called `{sentence.outcome}`",
                    did_you_mean(sentence.outcome, sorted(labels)),
                )


def _leaves(sentence: model.Node) -> bool:
    """Whether a sentence leads out of its stage; the second edge of a term alone does not."""
    return isinstance(sentence, model.Onward | model.Perform) or (
        isinstance(sentence, model.Step)
        and any(isinstance(way, model.Outcome) and way.label not in OF_TIME for way in sentence.branches)
    )


def stages_can_be_reached(view: View) -> Iterator[Diagnostic]:
    """From the first stage of its procedure some way leads to every stage and every end."""
    if view.damaged:
        return
    stages, ends, entries = _home(view)
    declared = {stage.name: stage for stage in view.jurisdiction.of(model.Stage)}
    reached: set[str] = set()
    ahead = [*entries.values(), *(right.arrow.target for right in view.jurisdiction.of(model.Right))]
    for name in ("", *stages, *ends):
        if name and name not in reached:  # what only this one leads to is not told again
            what = "stage" if name in stages else "end"
            seen = f"no way leads to the {what} `{name}`"
            yield Diagnostic(
                "unreachable", view.declared[name].place, seen, "Point an arrow at it, or take it out.", "warning"
            )
            ahead = [name]
        while ahead:
            target = ahead.pop()
            if target in reached:
                continue
            reached.add(target)
            if target in declared:
                ahead += [arrow.target for arrow, _ in arrows(declared[target])]
            elif target not in ends and target != BACK:
                meant = nearest(target, [*stages, *ends])
                if meant is None:
                    return  # it may have been any of those that nothing else leads to
                ahead.append(meant)


def the_law_always_decides(view: View) -> Iterator[Diagnostic]:
    """Where the law decides, every way but `otherwise` has a condition, and there is an `otherwise`."""
    parties = view.named(model.Party)
    for stage in view.jurisdiction.of(model.Stage):
        for step in stage.sentences:
            if not isinstance(step, model.Step) or step.party not in (LAW, *parties):
                continue
            ways = [way for way in step.branches if isinstance(way, model.Outcome)]
            rest = [way for way in ways if way.label == "otherwise"]
            if step.party != LAW:
                for way in rest:
                    yield Diagnostic(
                        "otherwise-of-a-party",
                        way.place,
                        "only the law decides by conditions alone",
                        "Give this way a label of its own.",
                    )
                continue
            if not rest and not view.excused("otherwise"):
                yield Diagnostic(
                    "no-otherwise",
                    step.place,
                    "what if none of these conditions holds?",
                    "Add `otherwise -> STAGE` as the last way.",
                )
            for way in ways:
                if way.label != "otherwise" and not depends(way.tail):
                    yield Diagnostic(
                        "no-condition",
                        way.place,
                        f"when does the law take the way `{way.label}`?",
                        "Write `when …` or `unless …` before the arrow, or `since …` behind it.",
                    )


def rules_always_answer(view: View) -> Iterator[Diagnostic]:
    """A yes-or-no rule with conditions says what holds otherwise; a line without a condition stands alone."""
    for rule in view.jurisdiction.of(model.Rule):
        lines = [line for line in rule.lines if isinstance(line, model.Line) and line.kind == "line"]
        bare = [line for line in lines if not depends(line.tail)]
        has_rest = any(isinstance(line, model.Line) and line.kind == "otherwise" for line in rule.lines)
        asks = depends(rule.tail) or any(line.tail.when or line.tail.unless for line in lines)
        if asks and not has_rest and rule.type.kind == "yes or no" and not view.damaged:
            seen = f"what is `{rule.name}` if none of these lines holds?"
            yield Diagnostic("no-otherwise", rule.place, seen, "Add `otherwise no` or `otherwise yes`.")
        if bare and ((has_rest and not depends(rule.tail)) or len(lines) > 1):
            seen = "this line always holds, so the others never decide"
            yield Diagnostic("always-true", bare[0].place, seen, "Give it a condition, or write `otherwise`.")


def depends(tail: model.Tail) -> bool:
    return bool(tail.when or tail.unless or tail.since or tail.until)


def procedures_are_whole(view: View) -> Iterator[Diagnostic]:
    """A call maps every end of what it performs; no procedure performs itself; stages stand in a procedure."""
    stages, ends, entries = _home(view)
    if "" in entries and "procedure" not in view.lost and not view.damaged:
        place = view.declared[entries[""]].place
        yield Diagnostic("no-procedure", place, "this stage stands in no procedure", "Put `procedure NAME` above it.")
    procedures = {procedure.name: procedure for procedure in view.jurisdiction.of(model.Procedure)}
    for name, procedure in procedures.items():
        if name not in entries and not view.damaged:
            seen = f"the procedure `{name}` has no stage"
            yield Diagnostic("empty-procedure", procedure.place, seen, "Declare its stages below it.")
    ends_of: dict[str, list[str]] = {}
    for end, home in ends.items():
        ends_of.setdefault(home, []).append(end)
    calls: dict[str, list[str]] = {name: [] for name in procedures}
    for stage in view.jurisdiction.of(model.Stage):
        for call in stage.performs():
            if call.procedure in procedures:
                calls.setdefault(stages[stage.name], []).append(call.procedure)
                if call.procedure in entries:
                    alone = call in stage.sentences
                    yield from _call_maps_ends(view, call, ends_of.get(call.procedure, []), alone)
    for circle in circles(calls):
        seen = f"the procedure `{circle[0]}` performs itself: {' performs '.join([*circle, circle[0]])}"
        yield Diagnostic("recursion", procedures[circle[0]].place, seen, "A loop is an arrow back to a stage.")
    for name, procedure in list(procedures.items())[1:]:
        if name not in view.used and not view.damaged:
            seen = f"nothing performs the procedure `{name}`"
            yield Diagnostic("unused", procedure.place, seen, "Perform it from a stage, or take it out.", "warning")


def _call_maps_ends(view: View, call: model.Perform, ends: list[str], alone: bool) -> Iterator[Diagnostic]:
    """Every end of the procedure leads on to somewhere, and nothing else does; side by side, the others wait for it."""
    ways = {way.label: way.place for way in call.branches if isinstance(way, model.Outcome)}
    for name in ends if alone else ():
        if name not in ways and not view.damaged:
            seen = f"what follows when `{call.procedure}` ends at `{name}`?"
            yield Diagnostic("unmapped-end", call.place, seen, f"Add `{name} -> STAGE`.")
    for label, place in ways.items():
        if label not in ends and not view.excused(label):
            seen = f"`{call.procedure}` has no end called `{label}`"
            yield Diagnostic("unknown-end", place, seen, did_you_mean(label, ends))


def tracks_run_side_by_side(view: View) -> Iterator[Diagnostic]:
    """Side by side run two things at least, each of them once, unless there are several parties; and so many can end."""
    parties = {party.name: party for party in view.jurisdiction.of(model.Party)}
    for stage in view.jurisdiction.of(model.Stage):
        for sentence in stage.sentences:
            match sentence:
                case model.Perform(each=each) if each:
                    seen = f"`for each {each}` runs several times at once, and this sentence stands alone"
                    yield Diagnostic("each-alone", sentence.place, seen, "Put `side by side until …` above it.")
                case model.SideBySide():
                    yield from _tracks(sentence, parties, view)


def _tracks(side: model.SideBySide, parties: dict[str, model.Party], view: View) -> Iterator[Diagnostic]:
    tracks = side.performs()
    met: set[str] = set()
    for track in tracks:
        if track.procedure in met:
            seen = f"`{track.procedure}` runs twice at the same time"
            help_ = "Write `for each PARTY` once, or declare a second procedure."
            yield Diagnostic("same-track", track.place, seen, help_)
        met.add(track.procedure)
        if track.each and track.each in parties and not parties[track.each].several:
            seen = f"there is one `{track.each}` only"
            yield Diagnostic("not-several", track.place, seen, f"Write `party {track.each}, SIDE, several`.")
    several = any(track.each for track in tracks)
    if len(tracks) < 2 and not several and not view.damaged:
        seen = "one procedure alone does not run side by side"
        yield Diagnostic("one-track", side.place, seen, "Write `perform` alone, or add another.")
    elif side.need is not None and ((side.need > len(tracks) and not several) or side.need == 0):
        seen = f"{side.need} of {len(tracks)} never end"
        yield Diagnostic("too-few-tracks", side.place, seen, "Write `until all have ended`.")


def parties_stand_for_somebody(view: View) -> Iterator[Diagnostic]:
    """Who acts for another, or was another formerly, is somebody in the end."""
    parties = {party.name: party for party in view.jurisdiction.of(model.Party)}
    for party in parties.values():
        if party.of and party.of not in parties:
            yield from view.missing("unknown-party", party.place, party.of, "a party", model.Party)
        elif party.of:
            view.used.add(party.of)
    for circle in circles({name: [party.of] for name, party in parties.items() if party.of in parties}):
        seen = f"nobody knows whose side these are on: {' of '.join([*circle, circle[0]])}"
        yield Diagnostic("party-of-itself", parties[circle[0]].place, seen, "Give one of them a side of its own.")


def modal_acts_have_no_branch(view: View) -> Iterator[Diagnostic]:
    """What a party may do, it does or leaves; what it must not do has neither a term nor a way out."""
    for stage in view.jurisdiction.of(model.Stage):
        optional = 0
        for step in stage.sentences:
            if not isinstance(step, model.Step) or not step.modality:
                continue
            optional += step.modality == "may"
            ways = [way for way in step.branches if isinstance(way, model.Outcome)]
            if step.party == LAW:
                seen, help_ = "the law decides; it has neither powers nor duties", "Name a party."
            elif ways and step.modality != "must":
                help_ = "A party that has several ways `chooses`; each of them stands below that."
                seen = f"what a party `{step.modality}` do has no ways out"
            elif step.modality == "must not" and (step.within or step.at_once):
                seen, help_ = "what nobody may do takes no time", "Leave out the term."
            elif optional > 1:
                seen, help_ = "two acts of one stage are open to choice", "Give the second one a stage of its own."
            else:
                continue
            yield Diagnostic("modal-act", step.place, seen, help_)


def loops_are_bounded(view: View) -> Iterator[Diagnostic]:
    """In every circle of stages one way says how often it may be taken, or that it may be any number of times.

    What a stage requires first is a detour and no loop: it is over when the condition is met.
    """
    if view.damaged:
        return
    free: dict[str, list[str]] = {}
    first: dict[tuple[str, str], model.Arrow] = {}
    declared = view.named(model.Stage)
    for stage in view.jurisdiction.of(model.Stage):
        doors = [id(one.otherwise) for one in stage.sentences if isinstance(one, model.Requires)]
        leads = [arrow for arrow, _ in arrows(stage) if id(arrow) not in doors]
        leads = [arrow for arrow in leads if not (arrow.most or arrow.endless) and arrow.target in declared]
        free[stage.name] = [arrow.target for arrow in leads]
        for arrow in leads:
            first.setdefault((stage.name, arrow.target), arrow)
    order, idle = list(free), _idle(view)
    for circle in circles(free):
        pairs = list(pairwise([*circle, circle[0]]))
        if all(end in idle[begin] for begin, end in pairs):
            continue  # told as a loop in which no time passes
        back = next((pair for pair in pairs if order.index(pair[1]) <= order.index(pair[0])), pairs[-1])
        seen = f"how often may a case go round here? {' -> '.join([*circle, circle[0]])}"
        help_ = "Write `at most N times`, or `any number of times`, behind the arrow that leads back."
        yield Diagnostic("unbounded-loop", first[back].place, seen, help_, "warning")


def _resuming(stage: model.Stage) -> Iterator[model.Arrow]:
    """Of a missed act that is no branch, and is done after all: there `back` is where the stage goes on."""
    for sentence in stage.sentences:
        ways = [way for way in getattr(sentence, "branches", ()) if isinstance(way, model.Outcome)]
        if all(way.label in OF_TIME for way in ways):
            yield from (way.arrow for way in ways if way.label == RESTORED)


def rights_return(view: View) -> Iterator[Diagnostic]:
    """`back` stands only where a right has led, or a term is restored; a right is open during stages that exist."""
    stages, _, _ = _home(view)
    declared = {stage.name: stage for stage in view.jurisdiction.of(model.Stage)}
    from_rights: set[str] = set()
    for right in view.jurisdiction.of(model.Right):
        for name in right.stages:
            if name not in declared and not view.excused(name):
                yield Diagnostic(
                    "unknown-stage",
                    right.place,
                    f"no stage has the name `{name}`",
                    did_you_mean(name, sorted(declared)),
                )
        homes = {stages[name] for name in right.stages if name in stages}
        if len(homes) > 1:
            yield Diagnostic(
                "other-procedure",
                right.place,
                "the stages of one right belong to one procedure",
                "Declare the right once for each.",
            )
        ahead = [right.arrow.target]
        while ahead:
            name = ahead.pop()
            if name in declared and name not in from_rights:
                from_rights.add(name)
                ahead += [arrow.target for arrow, _ in arrows(declared[name])]
    for stage in declared.values():
        resuming = {id(arrow) for arrow in _resuming(stage)}
        for arrow, _ in arrows(stage):
            if (
                arrow.target == BACK
                and stage.name not in from_rights
                and not view.damaged
                and id(arrow) not in resuming
            ):
                yield Diagnostic(
                    "back-from-nowhere",
                    arrow.place,
                    "`back` returns from a right, and no right leads here",
                    "Name a stage.",
                )


def loops_take_time(view: View) -> Iterator[Diagnostic]:
    """A circle of stages in which no time passes, nobody chooses and nothing changes would never end."""
    declared = {stage.name: stage for stage in view.jurisdiction.of(model.Stage)}
    for circle in circles(_idle(view)):
        asked = _asked(view, [declared[name] for name in circle])
        if any(_changes(declared[name], asked, circle) for name in circle):
            continue  # on the next round the answer may be another
        seen = f"these stages lead in a circle in which no time passes: {' -> '.join([*circle, circle[0]])}"
        help_ = "Let one of them wait, act within a term, or leave the circle."
        yield Diagnostic("timeless-loop", declared[circle[0]].place, seen, help_)


def _idle(view: View) -> dict[str, list[str]]:
    """For every stage those to which it leads without any time, and without anybody's choice."""
    declared = view.named(model.Stage)
    idle: dict[str, list[str]] = {}
    for stage in view.jurisdiction.of(model.Stage):
        chooses = any(isinstance(s, model.Step) and s.party != LAW and s.branches for s in stage.sentences)
        leads = [arrow.target for arrow, timeless in arrows(stage) if timeless and not chooses]
        idle[stage.name] = [target for target in leads if target in declared]
    return idle


def the_quiet_way_ends(view: View) -> Iterator[Diagnostic]:
    """Where nobody decides, a case takes the quiet way; one that always comes back to where it was never ends."""
    if view.damaged:
        return
    sides = view.sides
    quiet: dict[str, model.Outcome | model.Onward] = {}
    for stage in view.jurisdiction.of(model.Stage):
        way = _quiet_way(stage, sides)
        if way is not None:
            quiet[stage.name] = way
    leads = {
        name: [way.arrow.target] if way.arrow.target in quiet and not way.arrow.most else []
        for name, way in quiet.items()
    }
    for circle in circles(leads):
        chosen = next((quiet[name] for name in circle if isinstance(quiet[name], model.Outcome)), None)
        if chosen is None:
            continue  # nobody ever has a choice there: told as a loop in which no time passes, or as one without an exit
        round_ = " -> ".join([*circle, circle[0]])
        help_ = "List another way first; a case that comes back here says so."
        if isinstance(chosen, model.Outcome) and chosen.label == "missed":
            help_ = "Let a term that is missed again lead elsewhere."
        seen = f"where nobody decides, a case goes round for ever: {round_}"
        yield Diagnostic("quiet-circle", chosen.arrow.place, seen, help_, "warning")


def _quiet_way(stage: model.Stage, sides: dict[str, str]) -> model.Outcome | model.Onward | None:
    """The way out that a case takes where nobody decides; None where that hangs on facts."""
    for sentence in stage.sentences:
        match sentence:
            case model.Requires() | model.Perform() | model.SideBySide():
                return None
            case model.Advice() if sentence.outcome:
                return None
            case model.Step():
                ways = [way for way in sentence.branches if isinstance(way, model.Outcome)]
                silent = next((way for way in ways if way.label == "missed"), None)
                if silent and sides.get(sentence.party) == "other side":
                    first = silent
                elif all(way.label in OF_TIME for way in ways):
                    continue  # it is done in time
                else:
                    first = ways[0]
                certain = sentence.party in sides and not depends(sentence.tail) and not depends(first.tail)
                return first if certain else None
            case model.Onward():
                return sentence
    return None


def _asked(view: View, stages: list[model.Stage]) -> set[str]:
    """The names on which the conditions of these stages depend, be it by way of rules."""
    tests = [node for node in walk(tuple(stages)) if isinstance(node, model.Test)]
    ahead = [node.name for node in walk(tuple(tests)) if isinstance(node, model.Name)]
    asked: set[str] = set()
    while ahead:
        name = ahead.pop()
        if name not in asked:
            asked.add(name)
            thing = view.declared.get(name)
            if isinstance(thing, model.Rule):
                ahead += [one.name for one in walk(thing.lines) if isinstance(one, model.Name)]
    return asked


def _changes(stage: model.Stage, names: set[str], targets: list[str]) -> bool:
    """Whether an act of the stage, or an arrow from it to one of the targets, changes one of the names."""
    acts = {sentence.object for sentence in stage.sentences if isinstance(sentence, model.Step)}
    effects = {effect.name for arrow, _ in arrows(stage) if arrow.target in targets for effect in arrow.effects}
    return not names.isdisjoint(acts | effects)
