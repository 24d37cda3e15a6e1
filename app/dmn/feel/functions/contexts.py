"""Contexts (DMN 1.5 §10.3.4.8) and the two questions about a single value, `not` and `is`."""

from app.dmn.feel.compare import equal, zone_of
from app.dmn.feel.functions.signature import row
from app.dmn.feel.limits import Meter
from app.dmn.feel.values import FeelDateTime, FeelTime, Value

Entries = dict[str, Value]


def get_value(meter: Meter, m: Entries, key: str) -> Value:
    """The value under the key."""
    return m[key] if key in m else meter.note(f"没有名为“{key}”的项")


def get_entries(meter: Meter, m: Entries) -> Value:
    """A list of `{key, value}`."""
    meter.items(len(m))
    return [{"key": key, "value": value} for key, value in m.items()]


def put(meter: Meter, context: Entries, key: str, value: Value) -> Value:
    """The context with one entry set."""
    meter.items(len(context) + 1)
    return {**context, key: value}


def put_along(meter: Meter, context: Entries, keys: list[Value], value: Value) -> Value:
    """The context with an entry set at the end of a path of keys."""
    if not keys or not isinstance(keys[0], str):
        return meter.note("context put 的键应当是文字")
    if len(keys) == 1:
        return put(meter, context, keys[0], value)
    inner = context.get(keys[0])
    if not isinstance(inner, dict):
        return meter.note(f"没有名为“{keys[0]}”的项，或它不是上下文")
    return put(meter, context, keys[0], put_along(meter, inner, keys[1:], value))


def merge(meter: Meter, contexts: list[Value]) -> Value:
    """All entries; the later context wins."""
    if not all(isinstance(context, dict) for context in contexts):
        return meter.note("context merge 的列表里有不是上下文的项")
    meter.items(sum(map(len, contexts)))
    return {key: value for context in contexts for key, value in context.items()}


def from_entries(meter: Meter, entries: list[Value]) -> Value:
    """A context of `{key, value}` entries; null when a key is missing or comes twice."""
    made: Entries = {}
    meter.items(len(entries))
    for entry in entries:
        if not isinstance(entry, dict) or not isinstance(entry.get("key"), str) or "value" not in entry:
            return meter.note("context 的每一项要有 key 和 value")
        if entry["key"] in made:
            return meter.note(f"键“{entry['key']}”出现了两次")
        made[entry["key"]] = entry["value"]
    return made


def same(meter: Meter, value1: Value, value2: Value) -> Value:
    """`is`: of one kind and equal; times must also name the same zone."""
    if type(value1) is not type(value2):
        return False
    if isinstance(value1, FeelTime | FeelDateTime) and zone_of(value1) != zone_of(value2):
        return False
    return equal(value1, value2) is True


ROWS = (
    row("get value", "m: context, key: string", get_value),
    row("get entries", "m: context", get_entries),
    row("context put", "context: context, key: string, value: any", put),
    row("context put", "context: context, keys: list, value: any", put_along),
    row("context merge", "contexts: list", merge),
    row("context", "entries: list", from_entries),
    row("not", "negand: any", lambda meter, negand: (not negand) if type(negand) is bool else None),
    row("is", "value1: any, value2: any", same),
)
