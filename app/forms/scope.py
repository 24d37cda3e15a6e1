"""Answers as FEEL sees them: Decimal numbers, dates, lists of contexts; nothing answered or not readable is null."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from app.clock import SHANGHAI
from app.dmn.feel.values import FeelDate, FeelDateTime, FeelTime
from app.forms.around import Around
from app.forms.model import Field, level
from app.forms.values import TEXT_LENGTH, read_value
from app.forms.wrong import Wrong


def feel_of(field: Field, raw: Any, around: Around) -> Any:
    """The FEEL value of one raw answer; null when it is blank or cannot be read. A text may still be too short."""
    if field.type in {"checklist", "taglist", "filepicker"} and isinstance(raw, list):
        return [each for each in raw if isinstance(each, str)]
    if field.type == "filepicker" and isinstance(raw, str) and raw:
        return [raw]
    if field.type in TEXT_LENGTH and not field.kind:
        return raw.strip() or None if isinstance(raw, str) else None
    try:
        value = read_value(field, raw, around)
    except Wrong:
        return None
    return feel_of_wire(field, value)


def feel_of_wire(field: Field, value: Any) -> Any:
    """The FEEL value of a clean wire value (`Clean.answers`), nested ones too."""
    if value is None:
        return None
    if field.type == "number" or field.kind == "money":
        return Decimal(str(value))
    if field.type == "datetime":
        return _MOMENTS[field.subtype](value)
    if field.type == "group":
        return feel_of_answers(field.fields, value)
    if field.type == "dynamiclist":
        return [feel_of_answers(field.fields, row) for row in value]
    return value


def feel_of_answers(fields: tuple[Field, ...], answers: Mapping[str, Any]) -> dict[str, Any]:
    """One level of clean answers; every field of the level has a name, null when it was not answered."""
    return {each.key: feel_of_wire(each, answers.get(each.key)) for each in level(fields)}


def _date(text: str) -> FeelDate:
    year, month, day = text.split("-")
    return FeelDate(int(year), int(month), int(day))


def _time(text: str) -> FeelTime:
    hour, minute, second = text[:8].split(":")
    return FeelTime(int(hour), int(minute), int(second))


def _datetime(text: str) -> FeelDateTime:
    local = _time(text[11:])
    return FeelDateTime(_date(text[:10]), FeelTime(local.hour, local.minute, local.second, 0, str(SHANGHAI)))


_MOMENTS = {"date": _date, "time": _time, "datetime": _datetime}
