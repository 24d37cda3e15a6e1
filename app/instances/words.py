"""A value in the words of the reader: a code by the label of the form it was chosen on, a day as people write it."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from app.catalogue.published import Published
from app.dmn.feel import Expression
from app.forms.model import Field

_FIELD = re.compile(r"(?:facts\.)?([a-z0-9_-]+\.)?([A-Za-z0-9_.]+)")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_NOTHING = "无"


def in_words(version: Published, source: str, value: Any, *, day: Callable[[date], str]) -> str:
    """What `source` of the settings points at, as text; 无 where there is nothing.

    Args:
        day: how a day is written here.
    """
    if value is None or value == "":
        return _NOTHING
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "、".join(in_words(version, source, one, day=day) for one in value) or _NOTHING
    text = str(value)
    if _DAY.fullmatch(text):
        return day(date.fromisoformat(text))
    return label_of(version, source, text) or text


def official_day(day: date) -> str:
    """As an official paper writes it (GB/T 9704-2012 7.3.5.4)."""
    return f"{day.year}年{day.month}月{day.day}日"


def label_of(version: Published, source: str, code: str) -> str:
    """The label under which a code is chosen; empty where no form offers it."""
    found = _FIELD.fullmatch(source)
    if not found:
        return ""
    form, name = (found[1] or "").rstrip("."), found[2]
    for field in _fields(version, form, name):
        for choice in field.choices:
            if choice.value == code:
                return choice.label
    return ""


def _fields(version: Published, form: str, name: str) -> Iterator[Field]:
    """The field itself; for a fact, the fields it is taken from, then those that open with it."""
    openings: list[Field] = []
    for (_, id_), use in version.forms.items():
        if form and id_ != form:
            continue
        taken = use.facts.get(name)
        for field in use.form.walk():
            if field.key == name or (taken is not None and taken.text == field.key):
                yield field
            elif isinstance(field.default, Expression) and field.default.text == name:
                openings.append(field)
    yield from openings
