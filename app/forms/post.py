"""The flat names of an HTML form become answers: `own_children.0.name` is the name in the first row.

Names that begin with one underscore, and the CSRF token, are the page's own and carry no answer.
Everything else that the form does not know stays in the answers, so that `check` refuses it.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from app.forms.model import Field, Form, level

Pairs = Iterable[tuple[str, str]]
CONTROL = re.compile(r"(?:.*\.)?_[a-z][a-z_]*\Z", re.DOTALL)
OWN = frozenset({"csrf_token"})
MOST_PAIRS = 4000
_INDEX = re.compile(r"(0|[1-9][0-9]{0,2})\Z")
_DOCUMENT = re.compile(r"[0-9A-Za-z-]{1,64}\Z")
"""A document id; a preview posts the names of chosen files in their place, which are nothing yet."""
ASKED = "_asked"
"""Names of the drawn fields that browsers leave out when nothing is chosen in them."""
LISTED = frozenset({"checklist", "taglist", "filepicker"})
TICKED = frozenset({"on", "true", "1"})


def from_post(form: Form, pairs: Pairs) -> dict[str, Any]:
    """Answers as they came; rows are renumbered from 0, in the order of their numbers.

    A box that is not ticked is not sent by browsers: it is False here, if the page asked for it. The page names
    what it asked in `_asked`; without that everything counts as asked. What was not asked has no answer.
    For a filepicker the pairs hold the ids of documents already received.
    """
    posted: dict[str, list[str]] = {}
    for name, value in list(pairs)[:MOST_PAIRS]:
        posted.setdefault(name, []).append(value)
    taken: set[str] = set()
    answers = _level(form.fields, posted, "", taken)
    unknown = {name: values[-1] for name, values in posted.items() if name not in taken and not _of_page(name)}
    return {**unknown, **answers}


def edit_rows(form: Form, answers: Mapping[str, Any], pairs: Pairs) -> tuple[dict[str, Any], bool]:
    """What the buttons `_add` (name of a list), `_remove` (name of a row or file), `_refresh` ask for, on a copy.

    Returns the answers and whether a button was pressed: then the page is drawn again, nothing is submitted.
    """
    edited, pressed = _copy(answers), False
    for name, value in pairs:
        if name == "_add":
            pressed = True
            _add(form, edited, value)
        elif name == "_remove":
            pressed = True
            _remove(edited, value)
        elif name == "_refresh":
            pressed = True
    return edited, pressed


def _of_page(name: str) -> bool:
    return name in OWN or CONTROL.match(name) is not None


def _level(fields: tuple[Field, ...], posted: Mapping[str, list[str]], prefix: str, taken: set[str]) -> dict[str, Any]:
    answers = {}
    for each in level(fields):
        value = _value(each, posted, prefix + each.key, taken)
        if value is not None:
            answers[each.key] = value
    return answers


def _value(each: Field, posted: Mapping[str, list[str]], name: str, taken: set[str]) -> Any:
    if each.type == "group":
        return _level(each.fields, posted, name + ".", taken)
    if each.type == "dynamiclist":
        rows = [_level(each.fields, posted, f"{name}.{i}.", taken) for i in _indices(posted, name + ".")]
        return rows if rows or _asked(posted, name) else None
    taken.add(name)
    values = posted.get(name)
    if values is None and not _asked(posted, name):
        return None
    if each.type == "checkbox":
        return bool(values) and (values or [""])[-1].lower() in TICKED
    if values is None:
        return [] if each.type in LISTED else None
    if each.type == "filepicker":
        return [v for v in values if _DOCUMENT.match(v)]
    return [v for v in values if v] if each.type in LISTED else values[-1]


def _asked(posted: Mapping[str, list[str]], name: str) -> bool:
    return ASKED not in posted or name in posted[ASKED]


def _indices(posted: Mapping[str, list[str]], prefix: str) -> list[int]:
    heads = {name.removeprefix(prefix).partition(".")[0] for name in posted if name.startswith(prefix)}
    return sorted(int(head) for head in heads if _INDEX.match(head))


def _copy(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _copy(each) for key, each in value.items()}
    return [_copy(each) for each in value] if isinstance(value, list) else value


def _add(form: Form, answers: dict[str, Any], name: str) -> None:
    listed, holder = _list_at(form.fields, answers, name.split("."))
    if listed is None or listed.fixed_rows:
        return
    rows = holder.setdefault(listed.key, [])
    if isinstance(rows, list) and len(rows) < listed.most_rows:
        rows.append({})


def _list_at(fields: tuple[Field, ...], holder: Any, parts: list[str]) -> tuple[Field | None, Any]:
    """The dynamic list a name leads to, and the mapping its rows stand in."""
    if not isinstance(holder, dict) or not parts:
        return None, None
    each = next((f for f in level(fields) if f.key == parts[0]), None)
    if each is None or each.type not in {"group", "dynamiclist"}:
        return None, None
    if each.type == "group":
        return _list_at(each.fields, holder.setdefault(each.key, {}), parts[1:])
    if len(parts) == 1:
        return each, holder
    rows = holder.get(each.key)
    if len(parts) < 3 or not _INDEX.match(parts[1]) or not isinstance(rows, list) or int(parts[1]) >= len(rows):
        return None, None
    return _list_at(each.fields, rows[int(parts[1])], parts[2:])


def _remove(answers: Any, name: str) -> None:
    """Take the item a name leads to out of its list: a row by its number, a file by its id."""
    *way, last = name.split(".")
    holder = answers
    for part in way:
        if isinstance(holder, dict):
            holder = holder.get(part)
        elif isinstance(holder, list) and _INDEX.match(part) and int(part) < len(holder):
            holder = holder[int(part)]
        else:
            return
    if not isinstance(holder, list):
        return
    if last in holder:
        holder.remove(last)
    elif _INDEX.match(last) and int(last) < len(holder):
        del holder[int(last)]
