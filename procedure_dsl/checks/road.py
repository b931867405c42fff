"""The road: every arrow leads somewhere, every stage can be reached and left, every loop takes time."""

from __future__ import annotations

from collections.abc import Iterator

from procedure_dsl import model
from procedure_dsl.checks.view import View
from procedure_dsl.diagnostics import Diagnostic, Place, did_you_mean
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
                takes_time = sentence.within is not None
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
    pairs = [(stage.name, stages[stage.name], arrow) for stage in view.jurisdiction.of(model.Stage) for arrow, _ in arrows(stage)]
    pairs += [(right.name, stages.get(right.stages[0], ""), right.arrow) for right in view.jurisdiction.of(model.Right)]
    for _, procedure, arrow in pairs:
        target = arrow.target
        if target == BACK:
            continue
        home = stages.get(target, ends.get(target))
        if home is None:
            if target not in view.lost:
                known = [name for name, where in {**stages, **ends}.items() if where == procedure]
                yield Diagnostic("unknown-stage", arrow.place, f"no stage has the name `{target}`", did_you_mean(target, known))
        elif home != procedure:
            help_ = f"Let a stage `perform {home}` and map its ends."
            yield Diagnostic("other-procedure", arrow.place, f"`{target}` belongs to the procedure `{home}`", help_)


def stages_have_one_way_on(view: View) -> Iterator[Diagnostic]:
    """A stage is read downwards to one branch, call or arrow, which is its last act."""
    for stage in view.jurisdiction.of(model.Stage):
        if not stage.sentences or view.damaged:
            continue
        exits = []
        for sentence in stage.sentences:
            if exits and not isinstance(sentence, model.Note | model.Advice):
                yield Diagnostic("after-the-exit", sentence.place, "this sentence is never reached: the one above leaves the stage", "Move it up, or into the next stage.")
            if isinstance(sentence, model.Onward | model.Perform) or (
                isinstance(sentence, model.Step)
                and any(isinstance(way, model.Outcome) and way.label != "missed" for way in sentence.branches)
            ):
                exits.append(sentence)
        if not exits:
            yield Diagnostic("no-way-on", stage.place, f"nothing leads on from the stage `{stage.name}`", "End it with a branch, or with `-> STAGE`.")
        labels = {way.label for sentence in stage.sentences if isinstance(sentence, model.Step | model.Perform) for way in sentence.branches if isinstance(way, model.Outcome)}
        for sentence in stage.sentences:
            if isinstance(sentence, model.Advice) and sentence.outcome and sentence.outcome not in labels:
                yield Diagnostic("unknown-outcome", sentence.place, f"this stage has no way called `{sentence.outcome}`", did_you_mean(sentence.outcome, sorted(labels)))


def stages_can_be_reached(view: View) -> Iterator[Diagnostic]:
    """From the first stage of its procedure some way leads to every stage and every end."""
    if view.damaged:
        return
    stages, ends, entries = _home(view)
    declared = {stage.name: stage for stage in view.jurisdiction.of(model.Stage)}
    reached: set[str] = set()
    ahead = [*entries.values(), *(right.arrow.target for right in view.jurisdiction.of(model.Right))]
    while ahead:
        name = ahead.pop()
        if name in reached:
            continue
        reached.add(name)
        if name in declared:
            ahead += [arrow.target for arrow, _ in arrows(declared[name])]
    for name in (*stages, *ends):
        if name not in reached:
            what = "stage" if name in stages else "end"
            yield Diagnostic("unreachable", view.declared[name].place, f"no way leads to the {what} `{name}`", "Point an arrow at it, or take it out.", "warning")


def the_law_always_decides(view: View) -> Iterator[Diagnostic]:
    """Where the law decides, every way but `otherwise` has a condition, and there is an `otherwise`."""
    for stage in view.jurisdiction.of(model.Stage):
        for step in stage.sentences:
            if not isinstance(step, model.Step):
                continue
            ways = [way for way in step.branches if isinstance(way, model.Outcome)]
            rest = [way for way in ways if way.label == "otherwise"]
            if step.party != LAW:
                for way in rest:
                    yield Diagnostic("otherwise-of-a-party", way.place, "only the law decides by conditions alone", "Give this way a label of its own.")
                continue
            if not rest:
                yield Diagnostic("no-otherwise", step.place, "what if none of these conditions holds?", "Add `otherwise -> STAGE` as the last way.")
            for way in ways:
                if way.label != "otherwise" and not (way.tail.when or way.tail.unless):
                    yield Diagnostic("no-condition", way.place, f"when does the law take the way `{way.label}`?", "Write `when …` or `unless …` before the arrow.")
    for rule in view.jurisdiction.of(model.Rule):
        lines = [line for line in rule.lines if isinstance(line, model.Line)]
        bare = [line for line in lines if line.kind == "line" and not (line.tail.when or line.tail.unless or line.tail.since or line.tail.until)]
        conditional = [line for line in lines if line.kind == "line" and line not in bare]
        rest = [line for line in lines if line.kind == "otherwise"]
        if any(line.tail.when or line.tail.unless for line in conditional) and not rest and rule.type.kind == "yes or no":
            yield Diagnostic("no-otherwise", rule.place, f"what is `{rule.name}` if none of these lines holds?", "Add `otherwise no` or `otherwise yes`.")
        if bare and (conditional or rest or len(bare) > 1):
            yield Diagnostic("always-true", bare[0].place, "this line always holds, so the others never decide", "Give it a condition, or write `otherwise`.")


def procedures_are_whole(view: View) -> Iterator[Diagnostic]:
    """A call maps every end of what it performs; no procedure performs itself; stages stand in a procedure."""
    stages, ends, entries = _home(view)
    if "" in entries and "procedure" not in view.lost and not view.damaged:
        yield Diagnostic("no-procedure", view.declared[entries[""]].place, "this stage stands in no procedure", "Put `procedure NAME` above it.")
    for procedure in view.jurisdiction.of(model.Procedure):
        if procedure.name not in entries and not view.damaged:
            yield Diagnostic("empty-procedure", procedure.place, f"the procedure `{procedure.name}` has no stage")
    calls: dict[str, set[str]] = {}
    for stage in view.jurisdiction.of(model.Stage):
        for sentence in stage.sentences:
            if not isinstance(sentence, model.Perform):
                continue
            calls.setdefault(stages[stage.name], set()).add(sentence.procedure)
            wanted = [name for name, home in ends.items() if home == sentence.procedure]
            mapped = {way.label: way.place for way in sentence.branches if isinstance(way, model.Outcome)}
            if sentence.procedure not in entries:
                continue
            for name in wanted:
                if name not in mapped and not view.damaged:
                    yield Diagnostic("unmapped-end", sentence.place, f"what follows when `{sentence.procedure}` ends at `{name}`?", f"Add `{name} -> STAGE`.")
            for label, place in mapped.items():
                if label not in wanted and label not in view.lost:
                    yield Diagnostic("unknown-end", place, f"`{sentence.procedure}` has no end called `{label}`", did_you_mean(label, wanted))
    main = next((p.name for p in view.jurisdiction.of(model.Procedure)), "")
    for procedure in view.jurisdiction.of(model.Procedure):
        reach, ahead = set(), [procedure.name]
        while ahead:
            for callee in calls.get(ahead.pop(), ()):
                if callee not in reach:
                    reach.add(callee)
                    ahead.append(callee)
        if procedure.name in reach:
            yield Diagnostic("recursion", procedure.place, f"the procedure `{procedure.name}` performs itself", "A loop is an arrow back to a stage.")
        if procedure.name != main and procedure.name not in view.used and not view.damaged:
            yield Diagnostic("unused", procedure.place, f"nothing performs the procedure `{procedure.name}`", "Perform it from a stage, or take it out.", "warning")


def rights_return(view: View) -> Iterator[Diagnostic]:
    """`back` stands only where a right has led; a right is open during stages that exist."""
    stages, _, _ = _home(view)
    declared = {stage.name: stage for stage in view.jurisdiction.of(model.Stage)}
    from_rights: set[str] = set()
    for right in view.jurisdiction.of(model.Right):
        for name in right.stages:
            if name not in declared and name not in view.lost:
                yield Diagnostic("unknown-stage", right.place, f"no stage has the name `{name}`", did_you_mean(name, sorted(declared)))
        homes = {stages[name] for name in right.stages if name in stages}
        if len(homes) > 1:
            yield Diagnostic("other-procedure", right.place, "the stages of one right belong to one procedure", "Declare the right once for each.")
        ahead = [right.arrow.target]
        while ahead:
            name = ahead.pop()
            if name in declared and name not in from_rights:
                from_rights.add(name)
                ahead += [arrow.target for arrow, _ in arrows(declared[name])]
    for stage in declared.values():
        for arrow, _ in arrows(stage):
            if arrow.target == BACK and stage.name not in from_rights:
                yield Diagnostic("back-from-nowhere", arrow.place, "`back` returns from a right, and no right leads here", "Name a stage.")


def loops_take_time(view: View) -> Iterator[Diagnostic]:
    """A circle of stages in which no sentence takes time and nobody chooses would never end."""
    declared = {stage.name: stage for stage in view.jurisdiction.of(model.Stage)}
    idle: dict[str, list[str]] = {}
    for name, stage in declared.items():
        chooses = any(isinstance(s, model.Step) and s.party != LAW and s.branches for s in stage.sentences)
        idle[name] = [arrow.target for arrow, timeless in arrows(stage) if timeless and not chooses and arrow.target in declared]
    told: set[str] = set()
    for start in declared:
        path = _circle(start, idle)
        if path and not told & set(path):
            told |= set(path)
            place: Place = declared[start].place
            seen = f"these stages lead in a circle in which no time passes: {' -> '.join([*path, start])}"
            yield Diagnostic("timeless-loop", place, seen, "Let one of them wait, act within a term, or leave the circle.")


def _circle(start: str, ways: dict[str, list[str]]) -> list[str]:
    """The stages of a circle through `start`, found without recursion; empty if there is none."""
    came: dict[str, str] = {}
    ahead = list(ways.get(start, []))
    came.update(dict.fromkeys(ahead, start))
    while ahead:
        name = ahead.pop()
        if name == start:
            path = [came[start]]
            while path[0] != start:
                path.insert(0, came[path[0]])
            return path
        for target in ways.get(name, []):
            if target not in came:
                came[target] = name
                ahead.append(target)
    return []
