"""What the linter refuses and importing can put right: asked of the linter itself, so that what the engine learns to run
is left as it was drawn."""

from collections.abc import Callable, Mapping
from typing import Any

from lxml import etree

from app.catalogue.importing.draft import Draft, definitions, nodes
from app.catalogue.importing.events import instead
from app.catalogue.importing.structure import fork
from app.engine.definition import Sources
from app.engine.diagram import local, tag
from app.engine.lint import CONNECTIONS, FOUNDATIONS, MEANING, expressions, loops, races, soundness, texts
from app.engine.model import Finding
from app.engine.read_diagram import keep_closure, read

SLOW = frozenset(module.__name__ for module in (expressions, loops, races, soundness, texts))
"""Families that have nothing to say of what is put right here."""
ROUNDS = 3
Repair = Callable[[Draft, Any], None]


def repair(draft: Draft) -> None:
    """Ask, put right, ask again: one repair may bring the next thing to light."""
    for _ in range(ROUNDS):
        found = [(REPAIRS[one.code], one.element) for one in _refused(draft) if one.code in REPAIRS]
        for act, element in found:
            if element in draft.by_id:
                act(draft, draft.by_id[element])
        if not found:
            return


def _refused(draft: Draft) -> list[Finding]:
    """Errors of the linter; nothing where the foundations are not there, for the rest would speak of what is not."""
    diagram = read([draft.root])
    keep_closure(diagram, draft.main.get("id"))
    sources = Sources(b"", process=draft.main.get("id"))
    first = [one for rule in (*FOUNDATIONS, *CONNECTIONS) for one in rule(diagram, sources)]
    if any(one.severity == "error" for one in first):
        return []
    rules = [rule for rule in MEANING if rule.__module__ not in SLOW]
    return [one for rule in rules for one in rule(diagram, sources) if one.severity == "error"]


def _link(draft: Draft, node: Any) -> None:
    """A link that leads nowhere, or beside which a flow is drawn as well, only is passed by."""
    throws = local(node) == "intermediateThrowEvent"
    if not throws and not draft.entering(node):
        return
    for definition in definitions(node):
        node.remove(definition)
    node.tag = tag("intermediateThrowEvent" if draft.leaving(node) else "endEvent")
    draft.notes.add(node, "link_dropped", "链接事件没有唯一的对应，这里只是经过或结束。", "请用顺序流直接相连。")


def _border(draft: Draft, node: Any) -> None:
    """An error or an escalation at the border of a task: nothing in there throws it, a person sees it happen."""
    if local(node) == "boundaryEvent":
        instead(draft, node)


def _error(draft: Draft, node: Any) -> None:
    """An error that nobody catches ends the case (BPMN 2.0 §13.5.5): drawn as such."""
    scope = node.getparent()
    if local(node) != "endEvent":
        return
    if scope is draft.main or scope.get("triggeredByEvent") == "true":
        for definition in definitions(node):
            node.remove(definition)
        etree.SubElement(node, tag("terminateEventDefinition"))
    elif local(scope) == "subProcess" and not _catches_all(scope):
        outer = scope.getparent()
        event = draft.add_node(outer, "boundaryEvent", f"error_{scope.get('id')}", "", scope, after=True)
        event.set("attachedToRef", scope.get("id"))
        etree.SubElement(event, tag("errorEventDefinition"))
        end = draft.add_node(outer, "endEvent", f"end_{event.get('id')}", "", event, after=True)
        etree.SubElement(end, tag("terminateEventDefinition"))
        draft.add_flow(outer, event.get("id"), end.get("id"))
    draft.notes.add(
        node, "error_ends", "没有画出谁处理这个错误：到这里案件终止。", "需要继续办理的，请画边界错误事件。"
    )


def _catches_all(scope: Any) -> bool:
    """Whether an event without a code stands at the border of the scope."""
    borders = [each for each in nodes(scope.getparent()) if each.get("attachedToRef") == scope.get("id")]
    found = [each.find(tag("errorEventDefinition")) for each in borders]
    return any(each is not None and not each.get("errorRef") for each in found)


REPAIRS: Mapping[str, Repair] = {
    "implicit_fork": fork,
    "error_not_caught": _error,
    "escalation_not_caught": instead,
    "signal_unheard": instead,
    "signal_unthrown": instead,
    "host_refused": _border,
    "link_refused": _link,
}
