"""The diagram in words: an ordered list that says the same to who cannot see the picture."""

from lxml import etree

from app.web.diagram.model import Drawing, Node
from app.web.diagram.svg import add
from app.web.diagram.wording import STATES, kind_word

_MARKS = {"active": "▶", "done": "✓", "": ""}


def draw_list(parent: etree._Element, drawing: Drawing, states: dict[str, str], counts: dict[str, int]) -> None:
    _scope(add(parent, "ol"), "", drawing, states, counts, depth=0)


def _scope(ol: etree._Element, parent: str, drawing: Drawing, states: dict[str, str], counts: dict[str, int],
           depth: int) -> None:  # fmt: skip
    for node in in_order(drawing, parent):
        item = add(ol, "li", cls=states.get(node.id, "") or "plain")
        item.text = _sentence(node, states.get(node.id, ""), counts.get(node.id, 0))
        onward = [_onward(drawing, flow.name, flow.target) for flow in drawing.flows
                  if flow.kind == "sequenceFlow" and flow.source == node.id]  # fmt: skip
        if onward:
            add(item, "span", " → " + "；".join(onward), cls="soft")
        if depth < 8 and any(n.parent == node.id for n in drawing.nodes):
            _scope(add(item, "ol"), node.id, drawing, states, counts, depth + 1)


def _sentence(node: Node, state: str, count: int) -> str:
    parts = [kind_word(node), node.lane, STATES[state], f"{count} 次" if count > 1 else ""]
    return f"{_MARKS[state]} {node.name or kind_word(node)}（{'，'.join(p for p in parts if p)}）".strip()


def _onward(drawing: Drawing, condition: str, target: str) -> str:
    node = drawing.by_id.get(target)
    name = (node.name or kind_word(node)) if node else target
    return f"{condition}：{name}" if condition else name


def in_order(drawing: Drawing, parent: str) -> list[Node]:
    """The flow nodes of one scope, each after what leads to it first; artefacts are left out."""
    inside = {n.id: n for n in drawing.nodes if n.parent == parent and n.shape != "artefact"}
    targets = {f.target for f in drawing.flows if f.kind == "sequenceFlow"}
    hosted: dict[str, list[str]] = {}
    for node in inside.values():
        if node.attached_to:
            hosted.setdefault(node.attached_to, []).append(node.id)
    queue = [i for i, n in inside.items() if i not in targets and not n.attached_to] or list(inside)[:1]
    order: dict[str, Node] = {}
    while queue:
        name = queue.pop(0)
        if name in inside and name not in order:
            order[name] = inside[name]
            queue += hosted.get(name, [])
            queue += [f.target for f in drawing.flows if f.kind == "sequenceFlow" and f.source == name]
    return [*order.values(), *(n for i, n in inside.items() if i not in order)]
