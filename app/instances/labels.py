"""What a code is called, for readers: the word its process has for it, else the label under which a form offers it."""

import re
from collections.abc import Iterator

from app.catalogue.published import Published
from app.dmn.feel import Expression
from app.forms.model import Field

_SOURCE = re.compile(r"(?:facts\.)?([a-z0-9_-]+\.)?([A-Za-z0-9_.]+)")


def label_of(version: Published, source: str, code: str) -> str:
    """The word of a fact's code, or the label under which it is chosen; empty where there is neither.

    A form's label may suit only the one who chooses there: 不适用 for what elsewhere is 尚未认定.
    """
    found = _SOURCE.fullmatch(source)
    if not found:
        return ""
    form, name = (found[1] or "").rstrip("."), found[2]
    if not form and (word := _word(version, name, code)):
        return word
    for field in _fields(version, form, name):
        for choice in field.choices:
            if choice.value == code:
                return choice.label
    return ""


def _word(version: Published, fact: str, code: str) -> str:
    said = (one.words.get(fact, {}).get(code) for one in version.all_settings.values())
    return next(filter(None, said), "")


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
