"""One SVG group for each node: its outline, its symbols, its name, and the mark that says where the case stands."""

from lxml import etree

from app.web.diagram.model import Box, Node
from app.web.diagram.svg import EVENT_SYMBOLS, GATEWAY_SYMBOLS, LOOP_SYMBOLS, TASK_SYMBOLS, add, short, symbol, words
from app.web.diagram.wording import LINE, STATES, kind_word, width

_FILLED = {"endEvent", "intermediateThrowEvent"}


def draw_node(parent: etree._Element, node: Node, state: str, count: int) -> None:
    """`state` is active, done or empty; a count above one is written as ×n."""
    box = node.box
    if box is None:
        return
    group = add(parent, "g", cls=f"node {node.shape} {state}".rstrip(), data_node=node.id)
    told = "，".join(part for part in (STATES[state], f"{count} 次" if count > 1 else "") if part)
    add(group, "title", f"{node.name or kind_word(node)}（{kind_word(node)}）" + (f"：{told}" if told else ""))
    _SHAPES[node.shape](group, node, box)
    _mark(group, node, box, state, count)


def _event(group: etree._Element, node: Node, box: Box) -> None:
    (x, y), r = box.centre, min(box.w, box.h) / 2
    dashed = "" if node.interrupting else " dash"
    thick = " thick" if node.kind == "endEvent" else ""
    add(group, "circle", cx=x, cy=y, r=r, cls=f"box{thick}{dashed}")
    if node.kind in {"intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"}:
        add(group, "circle", cx=x, cy=y, r=r - 3.5, cls=f"ring{dashed}")
    if node.event in EVENT_SYMBOLS:
        symbol(group, EVENT_SYMBOLS[node.event], x, y, "sym full" if node.kind in _FILLED else "sym")
    _below(group, node, box)


def _gateway(group: etree._Element, node: Node, box: Box) -> None:
    (x, y) = box.centre
    corners = ((x, box.y), (box.x + box.w, y), (x, box.y + box.h), (box.x, y))
    add(group, "polygon", points=" ".join(f"{short(a)},{short(b)}" for a, b in corners), cls="box")
    bold = "sym" if node.kind == "eventBasedGateway" else "sym bold"
    symbol(group, GATEWAY_SYMBOLS.get(node.kind, ""), x, y, bold)
    _below(group, node, box)


def _below(group: etree._Element, node: Node, box: Box) -> None:
    """The name outside the shape: where the author put it, else underneath."""
    if node.name:
        x = node.label.centre[0] if node.label else box.centre[0]
        y = node.label.y if node.label else box.y + box.h + 3
        words(group, node.name, x, y, wide=max(96.0, node.label.w if node.label else 0.0), most=3, cls="t out")


def _activity(group: etree._Element, node: Node, box: Box) -> None:
    scope = node.kind in {"subProcess", "transaction", "adHocSubProcess"}
    open_scope = scope and node.expanded
    kind = " thick" if node.kind == "callActivity" else ""
    add(group, "rect", x=box.x, y=box.y, width=box.w, height=box.h, rx=8 if open_scope else 6,
        cls="scope" if open_scope else f"box{kind}")  # fmt: skip
    if node.kind == "transaction":
        add(group, "rect", x=box.x + 3, y=box.y + 3, width=box.w - 6, height=box.h - 6, rx=5, cls="ring")
    if node.kind in TASK_SYMBOLS:
        full = " full" if node.kind == "sendTask" else ""
        symbol(group, TASK_SYMBOLS[node.kind], box.x + 5, box.y + 5, f"sym{full}")
    _bottom(group, node, box, closed=(scope and not open_scope) or node.kind == "callActivity")
    if open_scope:
        words(group, node.name, box.centre[0], box.y + 4, wide=box.w - 40, most=1, cls="t strong")
        return
    crowded = node.kind in TASK_SYMBOLS
    room = box.h - (12 if crowded else 6) - (14 if node.loop or scope else 0)
    words(group, node.name, box.centre[0], box.y + box.h / 2 + (5 if crowded else 0), wide=box.w - 8,
          most=max(1, int(room // LINE)), middle=True)  # fmt: skip


def _bottom(group: etree._Element, node: Node, box: Box, *, closed: bool) -> None:
    """The markers on the lower edge: loop or multi-instance, and [+] of what is folded."""
    shown = [LOOP_SYMBOLS[node.loop]] if node.loop else []
    shown += ["M-6-6H6V6H-6ZM-3.5 0H3.5M0-3.5V3.5"] if closed else []
    for place, path in enumerate(shown):
        symbol(group, path, box.centre[0] + (place - (len(shown) - 1) / 2) * 17, box.y + box.h - 9)


def _artefact(group: etree._Element, node: Node, box: Box) -> None:
    x, y, w, h = box.x, box.y, box.w, box.h
    if node.kind == "textAnnotation":
        add(group, "path", d=f"M{short(x + 10)} {short(y)}H{short(x)}V{short(y + h)}h10", cls="ring")
        words(group, node.name, x + w / 2 + 3, y + h / 2, wide=w - 6, most=max(1, int(h // LINE)), middle=True)
    elif node.kind == "group":
        add(group, "rect", x=x, y=y, width=w, height=h, rx=8, cls="ring dash")
    else:
        add(group, "rect", x=x, y=y, width=w, height=h, cls="box")
        _below(group, node, box)


def _mark(group: etree._Element, node: Node, box: Box, state: str, count: int) -> None:
    """Word and shape, never colour alone: a flag 现在, a tick, ×n."""
    times = f"×{count}" if count > 1 else ""
    right, top = box.x + box.w, box.y
    text = {"active": f"▶ 现在{times}", "done": f"✓{times}", "": times}[state]
    if not text:
        return
    wide = width(text) * 11 + 8
    x = right - wide / 2 - (2 if node.shape == "activity" else -8)
    add(group, "rect", x=x - wide / 2, y=top - 9, width=wide, height=17, rx=3, cls="flag")
    add(group, "text", text, x=x, y=top + 3.5, cls="flag-t")


_SHAPES = {"event": _event, "gateway": _gateway, "activity": _activity, "artefact": _artefact}
