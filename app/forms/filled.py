"""A form as it was handed over, to be read: what was asked and what was answered, nothing to fill in."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.forms.model import Answers, Field, Form
from app.forms.visible import unit_of

_WHOLE = re.compile(r"(\d\d:\d\d):00(?:\+08:00)?\Z")
"""A time of day as forms keep it: to the minute, in China."""
NUMBERS = frozenset({"cn-id", "mobile", "phone"})
"""Kinds whose answers are masked for a reader, and shown whole one by one."""

Words = Mapping[str, Callable[[str], str]]
"""By kind of field: how an answer of that kind is written for the reader."""


@dataclass(frozen=True)
class Filled:
    """One answer, or a heading with `parts`. `files` are ids of documents; `long` text has several lines.

    `number`: the address of an answer of one of the `NUMBERS`, row numbers included; empty for all others.
    """

    label: str
    text: str = ""
    files: tuple[str, ...] = ()
    parts: tuple["Filled", ...] = ()
    long: bool = False
    number: str = ""

    def walk(self) -> Iterator["Filled"]:
        """The answer itself, or those under the heading."""
        if not self.parts:
            yield self
        for part in self.parts:
            yield from part.walk()


def filled(form: Form, answers: Answers, words: Words | None = None) -> tuple[Filled, ...]:
    """Every answer that is not empty, in the order of the form and under its headings."""
    return tuple(_lines(form.fields, answers, words or {}, ""))


def _lines(fields: tuple[Field, ...], answers: Answers, words: Words, at: str) -> Iterator[Filled]:
    for field in fields:
        given = answers.get(field.key) if field.key else None
        if field.type == "group":
            inside = answers if not field.key else given
            below = f"{at}{field.key}." if field.key else at
            parts = tuple(_lines(field.fields, inside, words, below)) if isinstance(inside, Mapping) else ()
        elif field.type == "dynamiclist":
            parts = tuple(_rows(field, given, words, at))
        else:
            yield from _answer(field, given, words, at)
            continue
        if parts and (field.label or field.key):
            yield Filled(field.label, parts=parts)
        else:
            yield from parts


def _rows(field: Field, given: Any, words: Words, at: str) -> Iterator[Filled]:
    for index, row in enumerate(given if isinstance(given, list) else ()):
        below = f"{at}{field.key}.{index}."
        yield Filled(f"第 {index + 1} 行", parts=tuple(_lines(field.fields, row, words, below)))


def _answer(field: Field, given: Any, words: Words, at: str) -> Iterator[Filled]:
    if field.type == "filepicker":
        ids = tuple(str(one) for one in (given if isinstance(given, list) else [given]) if one)
        if ids:
            yield Filled(field.label, files=ids)
    elif text := _text(field, given, words):
        number = f"{at}{field.key}" if read_as(field) in NUMBERS else ""
        whole = f"{field.prefix}{text}{unit_of(field)}"
        yield Filled(field.label or field.key, whole, long=field.type == "textarea", number=number)


def read_as(field: Field) -> str:
    """The kind by which an answer is written: form-js' own telephone fields are numbers like ours."""
    return field.kind or ("phone" if field.subtype == "phone" else "")


def _text(field: Field, given: Any, words: Words) -> str:
    if given is None:
        return ""
    if isinstance(given, bool):
        return "是" if given else "否"
    if isinstance(given, list):
        return "、".join(_text(field, one, words) for one in given)
    text = {one.value: one.label for one in field.choices}.get(str(given), str(given))
    if field.type == "datetime":
        return _WHOLE.sub(r"\1", text.replace("T", " "))
    kind = read_as(field)
    return words[kind](text) if kind in words and text else text
