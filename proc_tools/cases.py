"""The text of a case → plain data: mappings, lists and words, every word as it was written.

Money never passes through a float, `no` stays `no`, a day stays its ten characters; and nothing is said twice.
"""

from __future__ import annotations

import csv
import io
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from proc_tools.files import CannotRun, read_bytes

if TYPE_CHECKING:
    from engine.case import Case
    from engine.history import Happening

LARGEST_CASE = 1_000_000  # bytes
DEEPEST = 20  # mappings and lists within each other; a case needs three
LINE_FORM = "A line is `name: value`; a text with a colon in it stands in quotes."


def read_case_file(name: str) -> Any:
    """YAML or JSON, from a file or, for `-`, from standard input."""
    name, data = read_input(name)
    if len(data) > LARGEST_CASE:
        raise CannotRun(f"{name} is larger than a case may be (1 MB)", "A case tells of one debt; tell only of that.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise CannotRun(f"{name} is not UTF-8 text (line {line})", "Save it as UTF-8.") from None
    try:
        return _json(text) if name.endswith(".json") or text.lstrip().startswith("{") else _yaml(text)
    except RecursionError:
        raise CannotRun(f"{name} is nested too deeply", LINE_FORM) from None
    except _Unreadable as error:
        raise CannotRun(f"{name} cannot be read as a case{error.where}: {error.seen}", error.help) from None


def read_input(name: str) -> tuple[str, bytes]:
    """A name to speak of, and what stands in the file or, for `-`, comes from standard input."""
    if name == "-":
        return "standard input", sys.stdin.buffer.read() if sys.stdin else b""
    return name, read_bytes(Path(name))


class _Unreadable(Exception):
    """What stands in the way, where, and what to type."""

    def __init__(self, seen: str, help_: str, line: int = 0) -> None:
        super().__init__(seen)
        self.seen, self.help, self.where = seen, help_, f" (line {line})" if line else ""


def _json(text: str) -> Any:
    try:
        return json.loads(
            text, parse_float=str, parse_int=str, parse_constant=_no_number, object_pairs_hook=_each_name_once
        )
    except json.JSONDecodeError as error:
        seen = re.sub(r"(?<=[a-z])(?=')|: .*", "", error.msg[:1].lower() + error.msg[1:])
        raise _Unreadable(seen, 'JSON is {"name": "value"}, with commas between.', error.lineno) from None


def _no_number(word: str) -> NoReturn:
    raise _Unreadable(f"{word} is not a number", "Write a number, or leave the name out.")


def _each_name_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = next(name for at, (name, _) in enumerate(pairs) if name in dict(pairs[:at]))
        raise _Unreadable(f"`{twice}` stands there twice", "Delete one of the two.")
    return found


def _yaml(text: str) -> Any:
    """The plain part of YAML: no anchors, no tags, one document."""
    import yaml

    try:
        events = yaml.parse(text, Loader=yaml.BaseLoader)
        return _document(events, yaml)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        seen = "a tab stands here" if "'\\t'" in str(error) else "this is not YAML"
        raise _Unreadable(seen, LINE_FORM, mark.line + 1 if mark else 0) from None
    except yaml.reader.ReaderError:
        raise _Unreadable("an invisible character stands there", "Delete it, or type the line again.") from None


def _document(events: Any, yaml: Any) -> Any:
    found: Any = None
    documents = 0
    for event in events:
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                raise _Unreadable("a second case begins", "Put each case into a file of its own.", _line(event))
        elif isinstance(event, yaml.NodeEvent):
            found = _node(event, events, yaml, 0)
    return found


def _node(event: Any, events: Any, yaml: Any, depth: int) -> Any:
    if isinstance(event, yaml.AliasEvent) or event.anchor:
        sign = "*" if isinstance(event, yaml.AliasEvent) else "&"
        raise _Unreadable(f"`{sign}{event.anchor}` is a reference", "Write the value itself.", _line(event))
    if event.tag:
        raise _Unreadable(f"`{event.tag}` says how to read what follows", "Write the value alone.", _line(event))
    if depth > DEEPEST:
        raise RecursionError
    if isinstance(event, yaml.ScalarEvent):
        return event.value
    if isinstance(event, yaml.SequenceStartEvent):
        return [_node(one, events, yaml, depth + 1) for one in _until(events, yaml.SequenceEndEvent)]
    found: dict[str, Any] = {}
    for key in _until(events, yaml.MappingEndEvent):
        name = _node(key, events, yaml, depth + 1)
        if not isinstance(name, str):
            raise _Unreadable("a list or a mapping cannot be a name", LINE_FORM, _line(key))
        if name in found:
            raise _Unreadable(f"`{name}` stands there twice", "Delete one of the two.", _line(key))
        found[name] = _node(next(events), events, yaml, depth + 1)
    return found


def _until(events: Any, end: Any) -> Any:
    for event in events:
        if isinstance(event, end):
            return
        yield event


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1


def case_text(case: Case) -> str:
    """A case as YAML that `read_case_file` reads back: every word as it would be typed, none of them a number or a date."""
    import yaml
    from yaml.emitter import Emitter
    from yaml.representer import SafeRepresenter
    from yaml.resolver import BaseResolver
    from yaml.serializer import Serializer

    from engine.interview import told_data

    class Words(Emitter, Serializer, SafeRepresenter, BaseResolver):
        """Words stand as they are: `no` is an answer, and a day its ten characters."""

        def __init__(self, stream: Any, **_: Any) -> None:
            Emitter.__init__(self, stream, allow_unicode=True, width=LARGEST_CASE)
            Serializer.__init__(self)
            SafeRepresenter.__init__(self, default_flow_style=False, sort_keys=False)
            BaseResolver.__init__(self)

    data = told_data(case)
    return str(yaml.dump(data, Dumper=Words)) if data else ""


HISTORY = ("event", "day", "way")


def read_history_file(name: str) -> Iterator[Happening]:
    """What really happened, from a CSV file with the columns event, day and (for a stage that ended) way."""
    from engine.history import Happening

    name, data = read_input(name)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise CannotRun(f"{name} is not UTF-8 text", "Save it as UTF-8.") from None
    first = text.split("\n", 1)[0]
    rows = csv.DictReader(io.StringIO(text), delimiter=";" if first.count(";") > first.count(",") else ",")
    columns = [column.strip().lower() for column in rows.fieldnames or ()]
    if sorted(columns[:3]) != sorted(HISTORY) and columns != ["event", "day"]:
        raise CannotRun(
            f"{name} does not begin with the line event,day,way", f"It begins with {first.strip() or 'nothing'}."
        )
    rows.fieldnames = columns
    try:
        table = list(rows)
    except csv.Error as error:
        raise CannotRun(f"{name} cannot be read as a table: {error}", "A row is event,day,way.") from None
    for number, row in enumerate(table, 2):
        if any(more.strip() for more in row.get(None, ())):  # what no column is for
            raise CannotRun(f"{name}, row {number}, has more than {len(columns)} columns", "Delete what is too much.")
        event, day, way = ((row.get(column) or "").strip() for column in HISTORY)
        if event or day or way:
            yield Happening(event, day, way, number)
