"""Answers in words, label by label: for a page that has no form and still must not lose what was typed."""

from collections.abc import Iterator
from typing import Any

from app.forms.model import Answers, Field, Form, level


def typed(form: Form, answers: Answers) -> tuple[tuple[str, str], ...]:
    """Label and text of every answer that is not empty, rows numbered from 1; files are left out, they are stored."""
    return tuple(_lines(form.fields, answers, ""))


def _lines(fields: tuple[Field, ...], answers: Answers, before: str) -> Iterator[tuple[str, str]]:
    for field in level(fields):
        given, label = answers.get(field.key), before + (field.label or field.key)
        if field.type == "group" and isinstance(given, dict):
            yield from _lines(field.fields, given, f"{label} · ")
        elif field.type == "dynamiclist" and isinstance(given, list):
            for number, row in enumerate(given, 1):
                yield from _lines(field.fields, row, f"{label} {number} · ")
        elif field.type != "filepicker" and (text := _text(field, given)):
            yield label, text


def _text(field: Field, given: Any) -> str:
    if isinstance(given, bool):
        return "是" if given else "否"
    if isinstance(given, list):
        return "、".join(_text(field, one) for one in given)
    return {one.value: one.label for one in field.choices}.get(str(given), "" if given is None else str(given))
