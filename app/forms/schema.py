"""Reading a form-js schema (version 19) into a `Form`, refusing what a caseworker's page must never show or run.

The author is not trusted: no HTML, pictures, frames, templates or Python patterns get through; FEEL is compiled here.
"""

from collections.abc import Iterable
from typing import Any

import orjson
from cryptography.hazmat.primitives.hashes import SM3, Hash

from app.characters import shown
from app.forms.circles import in_circles
from app.forms.components import LEAVES, read_component, read_nesting, read_shown
from app.forms.defaults import default_fits
from app.forms.model import NESTING, SHOWN_ONLY, Field, Form, FormFinding, FormRefused, level
from app.forms.reading import KEY, RESERVED, Component
from app.texts.forms import FINDINGS

SIZE = 256 * 1024
MOST_FIELDS = 300
DEEPEST = 4
VERSION = 19


def parse(raw: bytes, *, form_id: str, title: str = "", facts: Iterable[str] | None = None) -> Form:
    """Read a schema.

    Args:
        raw: the JSON as saved by the form-js editor.
        facts: names of the declared facts its expressions may use; None leaves names unchecked.

    Raises:
        FormRefused: with every finding, in Chinese, by field.
    """
    findings: list[FormFinding] = []
    known = None if facts is None else frozenset(facts)
    components = _components(raw, form_id, findings)
    fields = _Reader(form_id, known, findings).fields(components, _keys(components) | (known or frozenset()), 1)
    if not findings:
        findings += _whole(form_id, fields)
    if findings:
        raise FormRefused(tuple(findings))
    return Form(form_id, title or form_id, fields, digest(raw), known)


def digest(raw: bytes) -> bytes:
    """SM3 of the schema as stored, 32 bytes."""
    hashed = Hash(SM3())
    hashed.update(raw)
    return hashed.finalize()


def _components(raw: bytes, form_id: str, findings: list[FormFinding]) -> list[Any]:
    def refuse(code: str, **params: Any) -> list[Any]:
        findings.append(FormFinding(form_id, "", code, FINDINGS[code].format_map(params)))
        return []

    if len(raw) > SIZE:
        return refuse("too_large", limit=SIZE // 1024)
    try:
        schema = orjson.loads(raw)
    except orjson.JSONDecodeError:
        return refuse("not_json")
    if not isinstance(schema, dict) or schema.get("type") != "default":
        return refuse("not_form")
    version = schema.get("schemaVersion", VERSION)
    if not isinstance(version, int) or not 1 <= version <= VERSION:
        return refuse("version", version=shown(str(version)))
    components = schema.get("components")
    return components if isinstance(components, list) else refuse("not_form")


def _keys(components: list[Any]) -> frozenset[str]:
    """Keys that stand on one level, read ahead so that a condition may name a later field."""
    found: set[str] = set()
    for each in components:
        if not isinstance(each, dict):
            continue
        nesting = each.get("type") in NESTING
        key = each.get("path") if nesting else each.get("key")
        if isinstance(key, str) and KEY.match(key) and key.lower() not in RESERVED:
            found.add(key)
        elif nesting and isinstance(each.get("components"), list):
            found |= {k for inner in each["components"] if isinstance(inner, dict) for k in _keys([inner])}
    return frozenset(found)


class _Reader:
    def __init__(self, form_id: str, facts: frozenset[str] | None, findings: list[FormFinding]) -> None:
        self.form_id = form_id
        self.checked = facts is not None
        self.findings = findings
        self.count = 0

    def fields(self, components: list[Any], names: frozenset[str], depth: int) -> tuple[Field, ...]:
        return tuple(f for f in (self._field(each, names, depth) for each in components) if f is not None)

    def _field(self, raw: Any, names: frozenset[str], depth: int) -> Field | None:
        self.count += 1
        if self.count > MOST_FIELDS:
            if self.count == MOST_FIELDS + 1:
                self._note("too_many", limit=MOST_FIELDS)
            return None
        if not isinstance(raw, dict):
            self._note("not_field")
            return None
        component = Component(raw, self.form_id, self.findings, names if self.checked else None)
        type_ = raw.get("type")
        if type_ in SHOWN_ONLY:
            return read_shown(component, type_)
        if type_ in NESTING:
            return self._nesting(component, type_, names, depth)
        if not isinstance(type_, str) or type_ not in LEAVES:
            component.note("type", type=str(type_))
            return None
        return self._leaf(component, type_)

    def _leaf(self, component: Component, type_: str) -> Field | None:
        before = len(self.findings)
        found = Field(**read_component(component, type_))
        if len(self.findings) == before and not default_fits(found):
            component.note("default")
        return found

    def _nesting(self, component: Component, type_: str, names: frozenset[str], depth: int) -> Field | None:
        if depth >= DEEPEST:
            component.note("too_deep", limit=DEEPEST)
            return None
        inner = component.raw.get("components")
        listed: list[Any] = inner if isinstance(inner, list) else []
        found = read_nesting(component, type_, self.fields(listed, names | _keys(listed), depth + 1))
        if type_ == "dynamiclist" and not found.fixed_rows and any(f.readonly or f.disabled for f in _all(found)):
            component.note("readonly_rows")
        return found

    def _note(self, code: str, **params: Any) -> None:
        self.findings.append(FormFinding(self.form_id, "", code, FINDINGS[code].format_map(params)))


def _all(field: Field) -> list[Field]:
    return [inner for each in field.fields for inner in (each, *_all(each))]


def _whole(form_id: str, fields: tuple[Field, ...]) -> list[FormFinding]:
    """Findings that need the whole form: keys twice, partners of an identity number, conditions in a circle."""
    found = _level_findings(form_id, fields)
    for name in in_circles(fields):
        found.append(FormFinding(form_id, name, "circle", FINDINGS["circle"]))
    return found


def _level_findings(form_id: str, fields: tuple[Field, ...]) -> list[FormFinding]:
    found: list[FormFinding] = []
    keys: set[str] = set()
    for each in level(fields):
        if each.key in keys:
            found.append(FormFinding(form_id, each.key, "key_twice", FINDINGS["key_twice"].format(key=each.key)))
        keys.add(each.key)
        if each.fields:
            found += _level_findings(form_id, each.fields)
    for each in level(fields):
        for name, partner in (("birth", each.birth), ("sex", each.sex)):
            if partner and partner not in keys:
                sentence = FINDINGS["beside"].format(property=name, key=shown(partner))
                found.append(FormFinding(form_id, each.key, "beside", sentence))
    return found
