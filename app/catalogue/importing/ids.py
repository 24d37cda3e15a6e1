"""Ids: every one stays, unless it is missing, stands twice, or cannot travel in a key."""

from typing import Any

import re2
from lxml import etree

from app.catalogue.importing.draft import Draft
from app.engine.diagram import NODE_KINDS, local, tag

BAD = re2.compile(r"[^A-Za-z0-9_.-]")
POINTING = frozenset(
    {"sourceRef", "targetRef", "attachedToRef", "default", "bpmnElement", "processRef", "calledElement"}
)


def make_fit(draft: Draft) -> None:
    seen: set[str] = set()
    for process in draft.processes:
        for element in list(process.iter(etree.Element)):
            if local(element) == "sequenceFlow" and element.get("id") in seen:
                _again(draft, element)
            if local(element) in NODE_KINDS or local(element) in ("sequenceFlow", "process"):
                _one(draft, element)
                seen.add(element.get("id"))


def _again(draft: Draft, flow: Any) -> None:
    """Nothing but the drawing points at a flow, so the second of one id may get another."""
    old = flow.get("id")
    flow.set("id", draft.new_id(old))
    draft.notes.add(
        flow, "id_changed", f"编号 {old} 在图上出现了两次，这条顺序流改成了 {flow.get('id')}。", "不需要处理。"
    )


def _one(draft: Draft, element: Any) -> None:
    old = element.get("id") or ""
    if old and not unfit(old):
        return
    new = draft.new_id(BAD.sub("_", old)[:100].strip(".-") or f"{local(element)}_1")
    if unfit(new):
        new = draft.new_id(f"{new}_")
    element.set("id", new)
    _repoint(draft.root, old, new)
    if old:
        draft.notes.add(
            element, "id_changed", f"编号“{old[:60]}”含有不能使用的字符，运行用的图里改成了 {new}。",
            "原图不变；在图上标位置时这一步不会标出。",
        )  # fmt: skip


def unfit(name: str) -> bool:
    return len(name) > 120 or any(not (part.isalnum() or part in "_.-") for part in name) or name in ("Start", "End")


def _repoint(root: Any, old: str, new: str) -> None:
    if not old:
        return
    for element in root.iter():
        for name in POINTING & set(element.attrib):
            if element.get(name) == old:
                element.set(name, new)
        if element.tag == tag("flowNodeRef") and (element.text or "").strip() == old:
            element.text = new
