"""Texts: shown as text everywhere, so markup in them is a mistake or an attack."""

from collections.abc import Iterator
from typing import Any

import re2

from app.engine.definition import Sources
from app.engine.diagram import BPMN, Diagram, local, tag
from app.engine.model import Finding

MARKUP = re2.compile(
    r"(?i)javascript:|data:text/html|vbscript:|<\s*(script|iframe|object|embed|svg|img|a|style|link)\b"
)
EVENT = re2.compile(r"(?i)on[a-z]+$")
"""No attribute of BPMN begins so; those of a browser's events do."""
TEXT_LIMIT = 20_000
EXPRESSIONS = frozenset(
    {"conditionExpression", "completionCondition", "script", "timeDuration", "timeDate", "timeCycle"}
)
"""FEEL compares with `<`; what these say is compiled, not shown as a page."""


def markup(diagram: Diagram, sources: Sources) -> Iterator[Finding]:
    for root in diagram.roots:
        for element in root.iter():
            if str(element.tag).startswith(f"{{{BPMN}}}"):
                yield from _element(element)


def _element(element: Any) -> Iterator[Finding]:
    if element.tag == tag("documentation"):
        holder = element.getparent()
        if element.get("textFormat", "text/plain") != "text/plain" or len(element):
            yield _finding(holder, "说明文字不是纯文本。", "请把 textFormat 去掉，只写文字。")
        if len(element.text or "") > TEXT_LIMIT:
            yield _finding(holder, "说明文字过长。", "请缩短，或放进办事指南。")
    texts = ["" if local(element) in EXPRESSIONS else element.text or "", *element.attrib.values()]
    if any(MARKUP.search(text) for text in texts) or any(EVENT.match(name) for name in element.attrib):
        yield _finding(element if element.get("id") else element.getparent(), "文字里有网页代码。", "请删去。")


def _finding(element: Any, message: str, remedy: str) -> Finding:
    return Finding(element.get("id") or "", element.get("name") or "", "markup_refused", message, remedy)
