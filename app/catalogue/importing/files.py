"""The files of the bundle around the diagram: process.toml, the forms, the diagram as drawn, a README."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from app.catalogue.importing.choices import plain
from app.catalogue.importing.draft import Asked, Draft, definitions, settings
from app.catalogue.importing.notes import quoted
from app.engine.diagram import local, tag
from app.identity.roles import CASEWORKER

OPINION = {
    "type": "textarea", "key": "opinion", "label": "意见", "id": "field_opinion",
    "description": "写明事实和依据。", "validate": {"maxLength": 500},
}  # fmt: skip
CODE = "JD"
"""Of the case numbers, until the author names another one."""


def bundle_files(draft: Draft, process: str, *, drawn: str, key: str, source: str, title: str) -> dict[str, str]:
    forms = form_ids(draft)
    title = quoted(title, 80) or key
    files = {
        "process.bpmn": process,
        "process.toml": "\n".join(_settings(draft, forms, key, title)) + "\n",
        "drawn.bpmn": drawn,
        "README.md": "\n".join(_readme(draft, source, title)) + "\n",
    }
    return files | {f"forms/{forms[node]}.json": _form(asked) for node, asked in draft.asked.items()}


def form_ids(draft: Draft) -> dict[str, str]:
    """Node id → id of the form that asks what its gateway needs."""
    return {node: f"ask_{number}" for number, node in enumerate(draft.asked, 1)}


def _settings(draft: Draft, forms: Mapping[str, str], key: str, title: str) -> Iterator[str]:
    yield f"key = {_text(key)}"
    yield f"title = {_text(title)}"
    yield f"code = {_text(CODE)}"
    yield f"process = {_text(draft.main.get('id'))}"
    yield from ("", "[start]", f"roles = [{_text(CASEWORKER)}]")
    if draft.lanes:
        yield from ("", "[lanes]", *(f"{_text(name)} = {_text(role)}" for name, role in draft.lanes.items()))
    for asked in (one for each in draft.asked.values() for one in each):
        yield from ("", f"[facts.{_text(asked.fact)}]", f"kind = {_text('codes' if asked.several else 'code')}")
        yield f"label = {_text(asked.label)}"
        yield f"values = [{', '.join(_text(value) for value in asked.options)}]"
    for node, questions in draft.asked.items():
        yield from ("", f"[forms.{_text(forms[node])}]", f"title = {_text(_title(draft, node))}")
        yield f"[forms.{_text(forms[node])}.facts]"
        yield from (f"{_text(one.fact)} = {_text(one.fact)}" for one in questions)
    for name in _messages(draft):
        yield from ("", f"[messages.{_text(name)}]", f"title = {_text(quoted(name))}", f"roles = [{_text(CASEWORKER)}]")


def _title(draft: Draft, node: str) -> str:
    return quoted(draft.by_id[node].get("name")) or "办理"


def _messages(draft: Draft) -> list[str]:
    """Names of the messages that the running diagram waits for."""
    names = {each.get("id"): each.get("name") or each.get("id") for each in draft.root.iterfind(tag("message"))}
    found = set()
    for _, node in draft.everything():
        holders = [node] if local(node) == "receiveTask" else definitions(node)
        throws = local(node) in ("endEvent", "intermediateThrowEvent") or "call" in settings(node)
        found |= {names.get(holder.get("messageRef")) for holder in holders if not throws}
    return sorted(name for name in found if name)


def _form(questions: list[Asked]) -> str:
    components = [*(_question(one) for one in questions), OPINION]
    schema = {"type": "default", "id": "form", "schemaVersion": 19, "components": components}
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


def _question(asked: Asked) -> dict[str, Any]:
    found: dict[str, Any] = {
        "type": "checklist" if asked.several else "select",
        "key": asked.fact,
        "label": asked.label,
        "id": f"field_{asked.fact}",
        "values": [{"label": label, "value": value} for value, label in asked.options.items()],
    }
    if asked.help:
        found["description"] = asked.help
    if asked.required:
        found["validate"] = {"required": True}
    return found


def _readme(draft: Draft, source: str, title: str) -> Iterator[str]:
    yield from (f"# {plain(title)}", "")
    yield f"由 {quoted(source) or 'BPMN 文件'} 导入。原图在 drawn.bpmn，页面显示原图；运行的是 process.bpmn。"
    yield from ("来源、依据和办理岗位尚未写明，发布前请补上。", "", "## 导入时改动之处", "")
    for one in draft.notes.found:
        where = f"{one.name or one.element}（{one.element}）：" if one.element else ""
        yield f"- {where}{one.message}{one.remedy}"


def _text(text: str) -> str:
    """A basic string of TOML 1.0: JSON's escapes, and DEL besides."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
