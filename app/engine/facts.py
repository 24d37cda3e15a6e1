"""Facts on the wire: what may be said of a case, of which kind, and how much (architecture §4)."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

import orjson

from app.engine.model import FACTS_LIMIT, EngineRefused, FactType, FactValue

CASE_DIVISION = FactType("case_division", "code", "案件所在行政区划")
"""The one fact every case has without declaring it: the division the case belongs to."""
TEXT_LIMIT = 4000
LIST_LIMIT = 200
NUMBER = re.compile(r"-?[0-9]{1,34}(\.[0-9]{1,34})?\Z")
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")


def check_facts(declared: Mapping[str, FactType], given: Mapping[str, Any], element: str = "") -> dict[str, FactValue]:
    """The given facts, each declared and of its kind.

    Raises:
        EngineRefused: `fact_refused`, naming the fact and what is wrong, never the value.
    """
    checked: dict[str, FactValue] = {}
    for name, value in sorted(given.items()):
        kind = declared.get(name)
        if kind is None:
            raise EngineRefused("fact_refused", element, f"{name}: 未声明的事实")
        problem = problem_of(kind, value)
        if problem is not None:
            raise EngineRefused("fact_refused", element, f"{name}: {problem}")
        checked[name] = copied(value)
    return checked


def copied(value: FactValue) -> FactValue:
    """A copy nobody else holds, maps in the order of their keys."""
    if isinstance(value, dict):
        return dict(sorted(value.items()))
    return list(value) if isinstance(value, list) else value


def check_size(facts: Mapping[str, FactValue]) -> None:
    size = len(orjson.dumps(facts))
    if size > FACTS_LIMIT:
        raise EngineRefused("facts_too_large", "", f"{size} > {FACTS_LIMIT}")


def problem_of(kind: FactType, value: Any) -> str | None:
    """What is wrong with the value of a fact, in Chinese; None when nothing is. A null unsets any fact."""
    if value is None:
        return None
    return CHECKS[kind.kind](kind, value)


def _text(kind: FactType, value: Any) -> str | None:
    if not isinstance(value, str):
        return "应为文字"
    return "文字过长" if len(value) > TEXT_LIMIT else None


def _code(kind: FactType, value: Any) -> str | None:
    if not isinstance(value, str) or not value or len(value) > 200:
        return "应为代码"
    return "不在允许的取值之内" if kind.values and value not in kind.values else None


def _number(kind: FactType, value: Any) -> str | None:
    if isinstance(value, int) and not isinstance(value, bool):
        return None if abs(value) < 2**53 else "数字过大"
    return None if isinstance(value, str) and NUMBER.match(value) else "应为整数或十进制数字"


def _boolean(kind: FactType, value: Any) -> str | None:
    return None if isinstance(value, bool) else "应为是或否"


def _date(kind: FactType, value: Any) -> str | None:
    return None if isinstance(value, str) and _is_date(value) else "应为日期（YYYY-MM-DD）"


def _is_date(value: str) -> bool:
    if not DATE.match(value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _codes(kind: FactType, value: Any) -> str | None:
    if not isinstance(value, list) or len(value) > LIST_LIMIT:
        return "应为代码的列表"
    return next((problem for problem in (_code(kind, item) for item in value) if problem), None)


def _periods(kind: FactType, value: Any) -> str | None:
    wrong = "应为“起/止”日期的列表"
    if not isinstance(value, list) or len(value) > LIST_LIMIT:
        return wrong
    for item in value:
        start, slash, end = item.partition("/") if isinstance(item, str) else ("", "", "")
        if not slash or not _is_date(start) or (end and not _is_date(end)):
            return wrong
    return None


def _map(kind: FactType, value: Any) -> str | None:
    if not isinstance(value, dict) or len(value) > LIST_LIMIT:
        return "应为代码到值的对照"
    for key, item in value.items():
        if not isinstance(key, str) or key.startswith("__") or not isinstance(item, str | int | bool | None):
            return "应为代码到值的对照"
    return None


CHECKS = {
    "text": _text,
    "code": _code,
    "number": _number,
    "boolean": _boolean,
    "date": _date,
    "codes": _codes,
    "periods": _periods,
    "map": _map,
}
