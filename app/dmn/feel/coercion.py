"""Fitting a value to a declared type where the standard allows it (DMN 1.5 §10.3.2.9.4), else null with a note."""

from app.dmn.feel.limits import Meter
from app.dmn.feel.types import FeelType, conforms
from app.dmn.feel.values import FeelDate, FeelDateTime, FeelTime, Value


def coerce(value: Value, kind: FeelType, meter: Meter) -> Value:
    """The value itself, the item of its singleton list, a list around it, a day as its midnight in UTC, or null."""
    if conforms(value, kind):
        return value
    if type(value) is list and len(value) == 1 and conforms(value[0], kind) and value[0] is not None:
        return value[0]
    if kind.name == "list" and type(value) is not list and (kind.of is None or conforms(value, kind.of)):
        return [value]
    if kind.name == "date and time" and type(value) is FeelDate:
        return FeelDateTime(value, FeelTime(0, 0, 0, 0, 0))
    return meter.note(f"值的类型不是 {kind.name}")
