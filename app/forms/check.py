"""The one judgement of what came back: clean answers, or a sentence for each field that is not right.

Only fields that this form shows and lets fill in at this moment are taken (abuse case 13).
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from marshmallow import ValidationError

from app.characters import shown
from app.errors import Refusal
from app.forms.answer_schema import UNKNOWN, schema_of
from app.forms.around import Around, no_division
from app.forms.model import Attachment, Candidates, Clean, Divisions, Form
from app.forms.placing import Placed, blank, everywhere, place, same_level
from app.forms.values import read_value
from app.forms.wrong import Wrong
from app.texts.forms import field_sentence


def check(
    form: Form,
    answers: Any,
    *,
    at: datetime,
    facts: Mapping[str, Any] | None = None,
    files: Mapping[str, Attachment] | None = None,
    divisions: Divisions = no_division,
    candidates: Candidates | None = None,
    previous: Mapping[str, Any] | None = None,
) -> Clean:
    """Judge `answers` as they came, from JSON or from `from_post`.

    Args:
        at: the instant of the submission, aware; `today()` is its day in China.
        facts: the facts of the case as FEEL values.
        files: documents received for this task, by id; a filepicker may name no others.
        divisions: whether a division code is in force.
        candidates: role → login → name, for fields of kind person.
        previous: the answers stored before, for read-only fields.

    Raises:
        Refusal: `form_errors` (422, with `fields`), `form_not_answers`, `form_too_many_answers`.
    """
    if not isinstance(answers, Mapping):
        raise Refusal("form_not_answers", 422)
    around = Around(at, facts or {}, {} if files is None else files, divisions, candidates or {}, previous or {})
    placed = place(form, answers, around)
    try:
        loaded = schema_of(placed, around).load(_offered(placed, answers))
    except ValidationError as problem:
        errors = dict(_sentences(problem.messages, ""))
        raise Refusal("form_errors", 422, {"count": len(errors)}, errors) from problem
    clean = _assembled(placed, loaded)
    return Clean(clean, _dropped(placed), _kept(placed, around), tuple(_files(placed, clean)))


def _offered(placed: tuple[Placed, ...], raw: Any) -> Any:
    """What goes into the schema: all that is shown and open, and all that is unknown, which it refuses."""
    if not isinstance(raw, Mapping):
        return raw
    standing = {p.field.key: p for p in same_level(placed)}
    offered = {key: value for key, value in raw.items() if key not in standing}
    for key, each in standing.items():
        if not each.hidden and not each.fixed:
            offered[key] = _offered_value(each, raw.get(key))
    return offered


def _offered_value(each: Placed, given: Any) -> Any:
    if each.field.type == "group":
        return _offered(each.parts, {} if given is None else given)
    if each.field.type == "dynamiclist":
        if given is None:
            given = [{}] * len(each.rows) if each.field.fixed_rows else []
        if isinstance(given, list):
            parts = {row.index: row.parts for row in each.rows}
            return [_offered(parts[i], row) if i in parts else row for i, row in enumerate(given)]
    return given


def _sentences(messages: Any, prefix: str) -> Iterator[tuple[str, str]]:
    """marshmallow's nested messages → address and sentence."""
    if not isinstance(messages, Mapping):
        yield prefix, messages[0] if isinstance(messages, list) else str(messages)
        return
    for key, inside in messages.items():
        address = shown(f"{prefix}.{key}" if prefix else str(key), 200)
        if inside == [UNKNOWN]:
            yield address, field_sentence("unknown", label=shown(str(key)))
        else:
            yield from _sentences(inside, address)


def _assembled(placed: tuple[Placed, ...], loaded: Mapping[str, Any]) -> dict[str, Any]:
    """Clean answers in the order of the form: stored values for fixed fields, nothing for hidden and blank ones."""
    clean = {}
    for each in same_level(placed):
        value = None if each.hidden else _value(each, loaded.get(each.field.key))
        if value is not None:
            clean[each.field.key] = value
    return clean


def _value(each: Placed, loaded: Any) -> Any:
    if each.fixed:
        return each.stored
    if each.field.type == "group":
        return _assembled(each.parts, loaded or {})
    if each.field.type == "dynamiclist":
        rows = zip(each.rows, loaded or [], strict=False)
        return [_assembled(row.parts, values) for row, values in rows if values is not None]
    return loaded


def _dropped(placed: tuple[Placed, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_hidden_labels(placed)))


def _hidden_labels(placed: tuple[Placed, ...]) -> Iterator[str]:
    """Labels of hidden answers; a hidden list is named once, not with every column."""
    for each in placed:
        if each.hidden and each.name and not each.parts and not blank(each.raw):
            yield each.field.label
        yield from _hidden_labels(each.parts)
        if not each.hidden:
            for row in each.rows:
                yield from _hidden_labels(row.parts)


def _kept(placed: tuple[Placed, ...], around: Around) -> tuple[str, ...]:
    fixed = (p for p in everywhere(placed) if p.fixed and not p.hidden and not blank(p.raw))
    return tuple(dict.fromkeys(p.field.label for p in fixed if _changed(p, around)))


def _changed(placed: Placed, around: Around) -> bool:
    try:
        return bool(read_value(placed.field, placed.raw, around) != placed.stored)
    except Wrong:
        return True


def _files(placed: tuple[Placed, ...], clean: Mapping[str, Any]) -> Iterator[str]:
    pickers = {p.field.key for p in everywhere(placed) if p.field.type == "filepicker"}
    yield from dict.fromkeys(_ids(clean, pickers))


def _ids(clean: Mapping[str, Any], pickers: set[str]) -> Iterator[str]:
    for key, value in clean.items():
        if isinstance(value, Mapping):
            yield from _ids(value, pickers)
        elif isinstance(value, list) and value and isinstance(value[0], Mapping):
            for row in value:
                yield from _ids(row, pickers)
        elif key in pickers and isinstance(value, list):
            yield from value
