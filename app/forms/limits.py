"""Least and greatest: a number against numbers, a day or moment against days; limits may be FEEL over the form."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from app.dmn.feel import Expression
from app.dmn.feel.values import FeelDate, FeelDateTime, FeelTime
from app.forms.around import Around
from app.forms.model import Field, Limit
from app.forms.numbers import wire_number
from app.forms.scope import feel_of_wire
from app.forms.wrong import Wrong


def within_limits(field: Field, value: Any, scope: Mapping[str, Any], around: Around) -> None:
    """Raises Wrong when a clean wire value is below `min` or above `max`. A limit that is null binds nobody."""
    if value is None or (field.min is None and field.max is None):
        return
    answered = feel_of_wire(field, value)
    least, most = (_bound(each, scope, around) for each in (field.min, field.max))
    dated = field.type == "datetime"
    if least is not None and _before(answered, least):
        raise Wrong("before" if dated else "min", limit=_said(least))
    if most is not None and _before(most, answered):
        raise Wrong("after" if dated else "max", limit=_said(most))


def _bound(limit: Limit, scope: Mapping[str, Any], around: Around) -> Any:
    if isinstance(limit, Expression):
        return limit.evaluate(scope, at=around.at)
    if isinstance(limit, date):
        return FeelDate(limit.year, limit.month, limit.day)
    return limit


def _before(one: Any, other: Any) -> bool:
    """Whether `one` is less; a day against a moment compares days, and what cannot be compared is not less."""
    if isinstance(one, Decimal) and isinstance(other, Decimal):
        return one < other
    if isinstance(one, FeelDateTime) and isinstance(other, FeelDateTime):
        return one.instant < other.instant
    if isinstance(one, FeelTime) and isinstance(other, FeelTime):
        return one.of_day < other.of_day
    first, second = _day(one), _day(other)
    return first is not None and second is not None and first.days < second.days


def _day(value: Any) -> FeelDate | None:
    if isinstance(value, FeelDateTime):
        return value.date
    return value if isinstance(value, FeelDate) else None


def _said(bound: Any) -> str:
    if isinstance(bound, Decimal):
        return str(wire_number(bound))
    if isinstance(bound, FeelDateTime):
        return f"{bound.date} {bound.time.hour:02d}:{bound.time.minute:02d}"
    return str(bound)
