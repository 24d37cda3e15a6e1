"""The answers a form opens with: what was stored before, else the defaults."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.forms.around import Around
from app.forms.defaults import default_of
from app.forms.model import NESTING, Field, Form, level
from app.forms.scope import feel_of


def initial(
    form: Form,
    *,
    at: datetime,
    facts: Mapping[str, Any] | None = None,
    previous: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Answers to show a person who opens the form; defaults may use the facts and the fields before them."""
    around = Around(at, facts or {}, previous=previous or {})
    return _level(form.fields, previous or {}, dict(around.facts), around)


def _level(
    fields: tuple[Field, ...], stored: Mapping[str, Any], outer: Mapping[str, Any], around: Around
) -> dict[str, Any]:
    """A field that has not been reached yet hides no fact of its name: `child_source` may open with the fact itself."""
    answers: dict[str, Any] = {}
    scope = dict(outer)
    for each in level(fields):
        value = _value(each, stored.get(each.key), _before(each, scope, outer), around)
        if value is not None:
            answers[each.key] = value
        scope[each.key] = None if value is None or each.type in NESTING else feel_of(each, value, around)
    return answers


def _before(each: Field, scope: Mapping[str, Any], outer: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a default sees: before the field has a value, its name means what stands around it, a fact for instance."""
    return {**scope, each.key: outer[each.key]} if each.key in outer else scope


def _value(each: Field, stored: Any, scope: Mapping[str, Any], around: Around) -> Any:
    if each.type == "group":
        return _level(each.fields, stored if isinstance(stored, Mapping) else {}, scope, around)
    if each.type == "dynamiclist":
        rows = stored if isinstance(stored, list) else [{}] * each.first_rows
        return [_level(each.fields, row if isinstance(row, Mapping) else {}, scope, around) for row in rows]
    return default_of(each, scope, around) if stored is None else stored
