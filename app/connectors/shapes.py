"""What a request and an answer may hold: flat dicts of codes, nothing else gets through in either direction."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeAlias

KINDS = ("code", "text", "date", "number", "boolean")


@dataclass(frozen=True)
class Item:
    """One value. `values` are the codes of a `code` with their words; `most` characters of a text."""

    kind: str
    label: str
    values: Mapping[str, str] = field(default_factory=dict)
    required: bool = False
    most: int = 80


Shape: TypeAlias = Mapping[str, Item]


def wrong(shape: Shape, given: Any) -> tuple[str, ...]:
    """Names of what does not fit, sorted; `~` stands for the whole when it is no dict. Values are never named."""
    if not isinstance(given, Mapping):
        return ("~",)
    unknown = {str(name) for name in given if name not in shape}
    return tuple(sorted(unknown | {name for name, item in shape.items() if not _fits(item, given.get(name))}))


def _fits(item: Item, value: Any) -> bool:
    if value is None:
        return not item.required
    if item.kind == "boolean":
        return isinstance(value, bool)
    if item.kind == "number":
        return isinstance(value, int) and not isinstance(value, bool)
    if not isinstance(value, str) or not value or not value.isprintable():
        return False
    if item.kind == "date":
        return _is_day(value)
    return value in item.values if item.kind == "code" else len(value) <= item.most


def _is_day(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False
