"""Values the settings point at: `case.…`, `facts.<fact>`, `<form>.<field>` of the latest submission, else FEEL.

`field_value` gives the value itself, `worded` what a reader sees: the option's label, the day as 2026年3月2日.
"""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from app.dmn.feel import compile_expression
from app.dmn.feel.wire import to_wire
from app.instances.answers import feel_facts
from app.instances.authority import bureau, government
from app.instances.case import Case
from app.instances.labels import label_of

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_FIELD = re.compile(r"([a-z0-9_-]+)\.([A-Za-z0-9_.]+)")

_OF_CASE: dict[str, Callable[[Case], Any]] = {
    "case.number": lambda case: case.row.number or "未编号",
    "case.authority": bureau,
    "case.government": government,
    "case.date": lambda case: chinese_day(case.today),
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


def worded(case: Case, source: str) -> Any:
    """The value in the words of the form it was answered on; a day also where it is a fact.

    `a.b、a.c` names several: those that have a value, joined by 、.
    """
    if "、" in source:
        return "、".join(str(value) for one in source.split("、") if (value := worded(case, one)) not in (None, ""))
    value = field_value(case, source)
    if isinstance(value, str) and _DAY.fullmatch(value):
        return chinese_day(date.fromisoformat(value))
    if isinstance(value, list):
        return [_label(case, source, one) for one in value]
    return _label(case, source, value)


def _label(case: Case, source: str, value: Any) -> Any:
    return (label_of(case.published, source, value) or value) if isinstance(value, str) else value


def chinese_day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _inside(answers: Any, path: str) -> Any:
    for part in path.split("."):
        answers = answers.get(part) if isinstance(answers, dict) else None
    return answers
