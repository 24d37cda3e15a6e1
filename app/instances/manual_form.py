"""The form on which a person enters what a department said: the process's own, else one made from the operation."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import orjson

from app.catalogue.published import PublishedForm
from app.connectors.departments import operation_of
from app.connectors.operation import RESULT, Answer
from app.connectors.shapes import Item, Shape, wrong
from app.errors import Refusal
from app.forms.schema import parse
from app.instances.case import Case
from app.instances.models import Call
from app.texts.connectors import MANUAL

EVIDENCE, REASON = "evidence", "reason"


def form_for(case: Case, call: Call) -> PublishedForm:
    """The form named under `[calls."…"].manual`, of whichever process of the bundle has it; else the standard one."""
    use = case.published.call_use(call.operation)
    for settings in case.published.all_settings.values():
        form = case.published.forms.get((settings.process, use.manual)) if use and use.manual else None
        if form is not None and call.operation in settings.calls:
            return form
    return _standard(call.operation)


def shape_of(operation: str) -> Shape:
    """What an answer holds; a check's shape where nobody offers the operation, so that a person can help all the same."""
    found = operation_of(operation)
    return found[1].answer if found else RESULT


def answer_from(operation: str, answers: Mapping[str, Any]) -> Answer:
    """The neighbour's answer out of the form: the declared values and no others.

    Raises:
        Refusal: `form_errors` (422) where the form lets through what the operation does not.
    """
    shape = shape_of(operation)
    answer = {name: answers[name] for name in shape if answers.get(name) not in (None, "")}
    if names := wrong(shape, answer):
        fields = {name: MANUAL["wrong"].format(label=shape[name].label) for name in names}
        raise Refusal("form_errors", 422, {"count": len(fields)}, fields)
    return answer


@lru_cache(maxsize=100)
def _standard(operation: str) -> PublishedForm:
    components = [_component(name, item) for name, item in shape_of(operation).items()]
    components += [_text(EVIDENCE, MANUAL["evidence"]), _text(REASON, MANUAL["reason"])]
    raw = {"type": "default", "schemaVersion": 19, "components": components}
    return PublishedForm(parse(orjson.dumps(raw), form_id="call_by_hand", title=MANUAL["title"], facts=()), {})


def _component(name: str, item: Item) -> dict[str, Any]:
    shown: dict[str, Any] = {"key": name, "label": item.label, "validate": {"required": item.required}}
    if item.kind == "code":
        values = [{"value": code, "label": word} for code, word in item.values.items()]
        return shown | {"type": "radio", "values": values}
    if item.kind == "date":
        return shown | {"type": "datetime", "subtype": "date", "dateLabel": item.label}
    if item.kind == "text":
        shown["validate"] |= {"maxLength": item.most}
    return shown | {"type": {"text": "textfield", "number": "number", "boolean": "checkbox"}[item.kind]}


def _text(name: str, label: str) -> dict[str, Any]:
    validate = {"required": True, "minLength": 2, "maxLength": 500}
    return {"type": "textarea", "key": name, "label": label, "validate": validate}
