"""A form as it was handed over, to be read: what was asked and what was answered, nothing to fill in."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.forms.model import Answers, Field, Form
from app.forms.visible import unit_of

Words = Mapping[str, Callable[[str], str]]
"""By kind of field: how an answer of that kind is written for the reader."""


@dataclass(frozen=True)
class Filled:
    """One answer, or a heading with `parts`. `files` are ids of documents; `long` text has several lines."""

    label: str
    text: str = ""
    files: tuple[str, ...] = ()
    parts: tuple["Filled", ...] = ()
    long: bool = False


def filled(form: Form, answers: Answers, words: Words | None = None) -> tuple[Filled, ...]:
    """Every answer that is not empty, in the order of the form and under its headings."""
    return tuple(_lines(form.fields, answers, words or {}))


def _lines(fields: tuple[Field, ...], answers: Answers, words: Words) -> Iterator[Filled]:
    for field in fields:
        given = answers.get(field.key) if field.key else None
        if field.type == "group":
            inside = answers if not field.key else given
            parts = tuple(_lines(field.fields, inside, words)) if isinstance(inside, Mapping) else ()
        elif field.type == "dynamiclist":
            parts = tuple(_rows(field, given, words))
        else:
            yield from _answer(field, given, words)
            continue
        if parts and (field.label or field.key):
            yield Filled(field.label, parts=parts)
        else:
            yield from parts


def _rows(field: Field, given: Any, words: Words) -> Iterator[Filled]:
    for number, row in enumerate(given if isinstance(given, list) else (), 1):
        yield Filled(f"第 {number} 行", parts=tuple(_lines(field.fields, row, words)))


def _answer(field: Field, given: Any, words: Words) -> Iterator[Filled]:
    if field.type == "filepicker":
        ids = tuple(str(one) for one in (given if isinstance(given, list) else [given]) if one)
        if ids:
            yield Filled(field.label, files=ids)
    elif text := _text(field, given, words):
        yield Filled(field.label or field.key, f"{field.prefix}{text}{unit_of(field)}", long=field.type == "textarea")


def _text(field: Field, given: Any, words: Words) -> str:
    if given is None:
        return ""
    if isinstance(given, bool):
        return "是" if given else "否"
    if isinstance(given, list):
        return "、".join(_text(field, one, words) for one in given)
    text = {one.value: one.label for one in field.choices}.get(str(given), str(given))
    return words[field.kind](text) if field.kind in words and text else text
