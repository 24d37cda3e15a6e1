"""Settings in the words of other engines. With code in them they are refused; else the author is told they do nothing."""

from collections.abc import Iterator
from typing import Any

import re2

from app.engine.definition import Sources
from app.engine.diagram import BPMN, SPIFF, XSI, Diagram
from app.engine.interchange import BPMNDI, DC, DI
from app.engine.model import Finding

READ = frozenset({"", BPMN, BPMNDI, DC, DI, XSI})
SETTINGS = frozenset({f"{{{SPIFF}}}properties", f"{{{SPIFF}}}property"})
CODE_NAMES = ("script", "listener", "expression", "delegate", "connector", "class")
"""In the name of a setting they say that its value is run."""
CODE_TEXT = re2.compile(r"[$#]\{")
REMEDY = "请删去；元素的设置只写在 spiffworkflow:properties 里，判断和计算写 FEEL。"


def settings(diagram: Diagram, sources: Sources) -> Iterator[Finding]:
    """Elements and attributes of BPMN that are written in a vocabulary nobody reads here."""
    for root in diagram.roots:
        for element in root.iter():
            space = namespace(element.tag)
            if space == SPIFF and element.tag not in SETTINGS:
                yield _refused(element, f"不支持扩展 {local_name(element.tag)}，引擎不会照办。")
            elif space not in READ and space != SPIFF and _topmost(element):
                yield _element(element)
            if space == BPMN:
                yield from _attributes(element)


def namespace(name: Any) -> str:
    return str(name)[1:].partition("}")[0] if str(name).startswith("{") else ""


def local_name(name: Any) -> str:
    return str(name).rpartition("}")[2]


def _topmost(element: Any) -> bool:
    """Directly inside BPMN: what lies deeper is told with it, what lies in the drawing is only looks."""
    parent = element.getparent()
    return parent is not None and namespace(parent.tag) == BPMN


def _element(element: Any) -> Finding:
    what = f"扩展 {local_name(element.tag)} 属于别的引擎"
    if any(_runs(part.tag, part.text or "") or _any_runs(part) for part in element.iter()):
        return _refused(element, f"{what}，带有会被执行的内容，引擎不会照办。")
    return _ignored(element, f"{what}，这里不起作用。")


def _any_runs(element: Any) -> bool:
    return any(_runs(name, value) for name, value in element.attrib.items())


def _runs(name: Any, value: str) -> bool:
    said = local_name(name).lower()
    return any(word in said for word in CODE_NAMES) or bool(CODE_TEXT.search(value))


def _attributes(element: Any) -> Iterator[Finding]:
    for name, value in element.attrib.items():
        space = namespace(name)
        if space in READ:
            continue
        what = f"属性 {local_name(name)} 属于别的引擎"
        if space == SPIFF or _runs(name, value):
            yield _refused(element, f"{what}，带有会被执行的内容，引擎不会照办。")
        else:
            yield _ignored(element, f"{what}，这里不起作用。")


def _refused(element: Any, message: str) -> Finding:
    owner = owner_of(element)
    return Finding(owner.get("id") or "", owner.get("name") or "", "extension_refused", message, REMEDY)


def _ignored(element: Any, message: str) -> Finding:
    owner = owner_of(element)
    remedy = "请删去，或写成 spiffworkflow:property。"
    return Finding(owner.get("id") or "", owner.get("name") or "", "extension_ignored", message, remedy, "warning")


def owner_of(element: Any) -> Any:
    """The nearest element of BPMN that has an id: what the author sees on the drawing."""
    while element.getparent() is not None and not (namespace(element.tag) == BPMN and element.get("id")):
        element = element.getparent()
    return element
