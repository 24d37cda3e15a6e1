"""Values the settings point at: `case.…`, `facts.<fact>`, `<form>.<field>` of the latest submission, else FEEL."""

import re
from collections.abc import Callable
from typing import Any

from app.dmn.feel import compile_expression
from app.dmn.feel.wire import to_wire
from app.instances.answers import feel_facts
from app.instances.case import Case

_FIELD = re.compile(r"([a-z0-9_-]+)\.([A-Za-z0-9_.]+)")

_OF_CASE: dict[str, Callable[[Case], Any]] = {
    "case.number": lambda case: case.row.number,
    "case.authority": lambda case: f"{case.place}民政局",
    "case.date": lambda case: f"{case.today.year}年{case.today.month}月{case.today.day}日",
}


def field_value(case: Case, source: str) -> Any:
    """The value that `source` points at, on the wire; None when there is none yet."""
    if source in _OF_CASE:
        return _OF_CASE[source](case)
    match = _FIELD.fullmatch(source)
    if match and match[1] == "facts":
        return case.known_facts().get(match[2])
    if match and case.has_form(match[1]):
        return _inside(case.latest(match[1]), match[2])
    names = {*case.published.fact_types, "case_division"}
    return to_wire(compile_expression(source, names).evaluate(feel_facts(case), at=case.at))


def _inside(answers: Any, path: str) -> Any:
    for part in path.split("."):
        answers = answers.get(part) if isinstance(answers, dict) else None
    return answers
