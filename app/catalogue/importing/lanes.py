"""Who does what: lanes and performers become roles where a role has their name, else any caseworker, and that is told."""

from collections.abc import Mapping
from typing import Any

from app.catalogue.importing.activities import is_person
from app.catalogue.importing.draft import Draft, nodes, set_property, settings
from app.engine.diagram import local, tag
from app.identity.roles import CASE_ROLES, CASEWORKER, ROLES

NAMES: Mapping[str, str] = {ROLES[code].name: code for code in CASE_ROLES} | {code: code for code in CASE_ROLES}
"""Name or code of a role that works on cases → its code."""


def assign(draft: Draft) -> None:
    _one_lane_each(draft)
    for name, element in _lanes(draft).items():
        draft.lanes[name] = NAMES.get(name.strip(), CASEWORKER)
        if name.strip() not in NAMES:
            draft.notes.add(
                element, "lane_without_role", f"没有与泳道“{' '.join(name.split())}”同名的角色，暂由任何办案人员办理。",
                "请在 process.toml 的 [lanes] 里写明角色代码。",
            )  # fmt: skip
    _performers(draft)
    for process in draft.processes:
        if process.find(f".//{tag('lane')}") is not None:
            _outside(draft, process)


def _lanes(draft: Draft) -> dict[str, Any]:
    """Lane name → the lane, of those that list a node."""
    found: dict[str, Any] = {}
    for process in draft.processes:
        for lane in process.iter(tag("lane")):
            if lane.find(tag("flowNodeRef")) is not None:
                found.setdefault(lane.get("name") or lane.get("id", ""), lane)
    return found


def _one_lane_each(draft: Draft) -> None:
    """A node that several lanes list stays in the innermost of the first; an outer lane may list it too."""
    for process in draft.processes:
        listed: dict[str, list[Any]] = {}
        for lane in process.iter(tag("lane")):
            for reference in lane.iterfind(tag("flowNodeRef")):
                listed.setdefault((reference.text or "").strip(), []).append(reference)
        for node, references in listed.items():
            lanes = [reference.getparent() for reference in references]
            inner = [r for r in references if not any(r.getparent() in other.iterancestors() for other in lanes)]
            for extra in inner[1:]:
                extra.getparent().remove(extra)
            if len({id(each.getparent()) for each in inner}) > 1 or len(inner) > 1:
                _told_twice(draft, node)


def _told_twice(draft: Draft, node: str) -> None:
    element = draft.by_id.get(node)
    if element is not None:
        draft.notes.add(element, "lane_twice", "同时列在几个泳道里，只保留了第一个。", "请核对由谁办理。")


def _performers(draft: Draft) -> None:
    for _, node in draft.everything():
        drawn = draft.performers.get(node.get("id") or "", [])
        role = next((NAMES[name] for name in drawn if name in NAMES), None)
        if role is not None and is_person(node) and "role" not in settings(node):
            set_property(node, "role", role)
        elif drawn:
            draft.notes.add(
                node, "performer_dropped", f"图上写的办理人（{'、'.join(drawn)}）没有同名的角色，没有带入。",
                "请用泳道，或 role、assignee 设置指明由谁办理。",
            )  # fmt: skip


def _outside(draft: Draft, process: Any) -> None:
    """Tasks in no lane of a process that has lanes; what stands inside a sub-process is in its lane."""
    inside = {(r.text or "").strip() for r in process.iter(tag("flowNodeRef"))}
    todo = [process]
    while todo:
        scope = todo.pop()
        for node in nodes(scope):
            if node.get("id") in inside:
                continue
            if local(node) == "subProcess":
                todo.append(node)
            elif is_person(node) and "role" not in settings(node):
                set_property(node, "role", CASEWORKER)
