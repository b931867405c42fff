"""The road: every arrow leads somewhere, every stage can be reached and left, every loop takes time."""

from __future__ import annotations

from collections.abc import Iterator

from procedure_dsl import model
from procedure_dsl.checks.circles import circles
from procedure_dsl.checks.view import View, walk
from procedure_dsl.diagnostics import Diagnostic, did_you_mean, nearest
from procedure_dsl.words import LAW

BACK = "back"


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
            case model.Perform():
                yield from ((way.arrow, False) for way in sentence.branches if isinstance(way, model.Outcome))
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
            if left and not isinstance(sentence, model.Note | model.Advice):
                yield Diagnostic(
                    "after-the-exit",
                    sentence.place,
                    "this sentence is never reached: the one above leaves the stage",
                    "Move it up, or into the next stage.",
                )
                break
            if _leaves(sentence):
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
        labels = {
            way.label
            for sentence in stage.sentences
            if isinstance(sentence, model.Step | model.Perform)
            for way in sentence.branches
            if isinstance(way, model.Outcome)
        }
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
        and any(isinstance(way, model.Outcome) and way.label != "missed" for way in sentence.branches)
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
        for sentence in stage.sentences:
            if isinstance(sentence, model.Perform) and sentence.procedure in procedures:
                calls.setdefault(stages[stage.name], []).append(sentence.procedure)
                if sentence.procedure in entries:
                    yield from _call_maps_ends(view, sentence, ends_of.get(sentence.procedure, []))
    for circle in circles(calls):
        seen = f"the procedure `{circle[0]}` performs itself: {' performs '.join([*circle, circle[0]])}"
        yield Diagnostic("recursion", procedures[circle[0]].place, seen, "A loop is an arrow back to a stage.")
    for name, procedure in list(procedures.items())[1:]:
        if name not in view.used and not view.damaged:
            seen = f"nothing performs the procedure `{name}`"
            yield Diagnostic("unused", procedure.place, seen, "Perform it from a stage, or take it out.", "warning")


def _call_maps_ends(view: View, call: model.Perform, ends: list[str]) -> Iterator[Diagnostic]:
    """Every end of the procedure leads on to somewhere, and nothing else does."""
    ways = {way.label: way.place for way in call.branches if isinstance(way, model.Outcome)}
    for name in ends:
        if name not in ways and not view.damaged:
            seen = f"what follows when `{call.procedure}` ends at `{name}`?"
            yield Diagnostic("unmapped-end", call.place, seen, f"Add `{name} -> STAGE`.")
    for label, place in ways.items():
        if label not in ends and not view.excused(label):
            seen = f"`{call.procedure}` has no end called `{label}`"
            yield Diagnostic("unknown-end", place, seen, did_you_mean(label, ends))


def rights_return(view: View) -> Iterator[Diagnostic]:
    """`back` stands only where a right has led; a right is open during stages that exist."""
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
        for arrow, _ in arrows(stage):
            if arrow.target == BACK and stage.name not in from_rights and not view.damaged:
                yield Diagnostic(
                    "back-from-nowhere",
                    arrow.place,
                    "`back` returns from a right, and no right leads here",
                    "Name a stage.",
                )


def loops_take_time(view: View) -> Iterator[Diagnostic]:
    """A circle of stages in which no time passes, nobody chooses and nothing changes would never end."""
    declared = {stage.name: stage for stage in view.jurisdiction.of(model.Stage)}
    idle: dict[str, list[str]] = {}
    for name, stage in declared.items():
        chooses = any(isinstance(s, model.Step) and s.party != LAW and s.branches for s in stage.sentences)
        idle[name] = [
            arrow.target for arrow, timeless in arrows(stage) if timeless and not chooses and arrow.target in declared
        ]
    for circle in circles(idle):
        asked = _asked(view, [declared[name] for name in circle])
        if any(_changes(declared[name], asked, circle) for name in circle):
            continue  # on the next round the answer may be another
        seen = f"these stages lead in a circle in which no time passes: {' -> '.join([*circle, circle[0]])}"
        help_ = "Let one of them wait, act within a term, or leave the circle."
        yield Diagnostic("timeless-loop", declared[circle[0]].place, seen, help_)


def the_quiet_way_ends(view: View) -> Iterator[Diagnostic]:
    """Where nobody decides, a case takes the quiet way; one that always comes back to where it was never ends."""
    if view.damaged:
        return
    sides: dict[str, str] = {party.name: party.side for party in view.jurisdiction.of(model.Party)}
    quiet: dict[str, model.Outcome | model.Onward] = {}
    for stage in view.jurisdiction.of(model.Stage):
        way = _quiet_way(stage, sides)
        if way is not None:
            quiet[stage.name] = way
    leads = {name: [way.arrow.target] if way.arrow.target in quiet else [] for name, way in quiet.items()}
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
            case model.Requires() | model.Perform():
                return None
            case model.Advice() if sentence.outcome:
                return None
            case model.Step():
                ways = [way for way in sentence.branches if isinstance(way, model.Outcome)]
                silent = next((way for way in ways if way.label == "missed"), None)
                if silent and sides.get(sentence.party) == "other side":
                    first = silent
                elif all(way.label == "missed" for way in ways):
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
