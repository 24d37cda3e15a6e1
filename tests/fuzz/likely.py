"""Answers that a form may well take: for each field a value of its kind, as somebody at a desk would give one."""

from collections.abc import Iterable
from decimal import Decimal
from random import Random
from typing import Any

from app.forms.model import Field

KINDS = {
    "cn-id": "11010519491231002X", "uscc": "91350100M000100Y43", "mobile": "13812345678", "division": "450123",
    "money": "1200.50", "person": "liguifang",
}  # fmt: skip
MOMENTS = {"date": "2026-03-02", "time": "09:30", "datetime": "2026-03-02T09:30"}


def likely(fields: Iterable[Field], chance: Random, files: Iterable[str]) -> dict[str, Any]:
    """By key; what need not be answered is left out now and then."""
    found: dict[str, Any] = {}
    for field in fields:
        if field.type == "group" and not field.key:
            found |= likely(field.fields, chance, files)
        elif field.key and (field.required or chance.random() < 0.8):
            value = _value(field, chance, files)
            if value is not None:
                found[field.key] = value
    return found


def _value(field: Field, chance: Random, files: Iterable[str]) -> Any:
    if field.type == "group":
        return likely(field.fields, chance, files)
    if field.type == "dynamiclist":
        return [likely(field.fields, chance, files) for _ in range(field.first_rows if field.fixed_rows else 1)]
    if field.choices:
        value = chance.choice(field.choices).value
        return [value] if field.type in ("checklist", "taglist") else value
    if field.type == "filepicker":
        return list(files)
    if field.type == "checkbox":
        return chance.random() < 0.8
    if field.type == "datetime":
        return MOMENTS.get(field.subtype, MOMENTS["date"])
    if field.kind in KINDS:
        return KINDS[field.kind]
    if field.type == "number":
        return str(field.min) if isinstance(field.min, Decimal) else chance.choice(["1", "3", "20"])
    return ("甲" * max(field.min_length, 2))[: field.max_length or None]
