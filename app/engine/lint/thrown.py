"""What is thrown inside a case, and who catches it: errors, escalations, signals, links."""

from collections import Counter
from collections.abc import Iterator

from app.engine.definition import Sources
from app.engine.diagram import Diagram, Drawn, Scope, is_link, link_name
from app.engine.lint.structure import about
from app.engine.model import Finding

THROWING = ("endEvent", "intermediateThrowEvent")
WORDS = {"error": "错误", "escalation": "上报"}


def outwards(diagram: Diagram, sources: Sources) -> Iterator[Finding]:
    """An error or an escalation has one who catches it: an event sub-process of its scope, an event on the border, or
    one further out."""
    for scope, drawn in _events(diagram):
        kind = drawn.node.event or ""
        if drawn.kind not in THROWING or kind not in WORDS:
            continue
        ways = set(_caught(diagram, kind, scope.id, diagram.code_of(drawn), frozenset()))
        if "lost" in ways or not ways:
            yield about(
                scope, drawn.id, f"{kind}_not_caught", f"没有谁捕获这个{WORDS[kind]}，画了等于没画。",
                f"请在外层子流程或调用活动上画边界{WORDS[kind]}事件，或画{WORDS[kind]}事件子流程。",
            )  # fmt: skip
        if "unclear" in ways:
            yield about(
                scope, drawn.id, "handler_unclear", f"在事件子流程里抛出，而外层又有捕获同一{WORDS[kind]}的事件子流程，先后说不清。",
                "请换一个代码，或在事件子流程里面捕获。",
            )  # fmt: skip


def _caught(diagram: Diagram, kind: str, inside: str, code: str, seen: frozenset[str]) -> Iterator[str]:
    """On each way out of the scope: caught, lost or unclear."""
    scope = diagram.scopes[inside]
    if not seen and any(_fits(diagram, diagram.scopes[each.id].start(), kind, code) for each in scope.handlers()):
        yield "caught"
        return
    owners = [d for d in diagram.drawn() if d.id == inside or d.element.get("calledElement") == inside]
    if not owners or inside in seen:
        yield "lost"
    for owner in owners if inside not in seen else []:
        around = diagram.scopes[owner.node.scope]
        handled = any(_fits(diagram, diagram.scopes[each.id].start(), kind, code) for each in around.handlers())
        if any(_fits(diagram, event, kind, code) for event in around.boundary(owner.id)):
            yield "caught"
        elif handled:
            yield "unclear" if owner.handler else "caught"
        else:
            yield from _caught(diagram, kind, around.id, code, seen | {inside})


def _fits(diagram: Diagram, event: Drawn | None, kind: str, code: str) -> bool:
    return event is not None and event.node.event == kind and diagram.code_of(event) in ("", code)


def signals(diagram: Diagram, sources: Sources) -> Iterator[Finding]:
    """Signals stay inside one case (engine rule 20): each has one who throws and one who hears it."""
    events = [(scope, drawn) for scope, drawn in _events(diagram) if drawn.node.event == "signal"]
    thrown = {diagram.code_of(drawn) for _, drawn in events if drawn.kind in THROWING}
    heard = {diagram.code_of(drawn) for _, drawn in events if drawn.kind not in THROWING}
    for scope, drawn in events:
        name = diagram.code_of(drawn)
        if drawn.kind in THROWING and name not in heard:
            yield about(
                scope, drawn.id, "signal_unheard", f"信号 {name} 在本案件里没有谁接收；信号不出案件。",
                "要告知别的案件或部门，请用消息。",
            )  # fmt: skip
        elif drawn.kind not in THROWING and name not in thrown:
            yield about(
                scope, drawn.id, "signal_unthrown", f"信号 {name} 在本案件里没有谁发出；信号不出案件。",
                "等待外来的通知，请用消息。",
            )  # fmt: skip


def twice(diagram: Diagram, sources: Sources) -> Iterator[Finding]:
    """Two events that wait at one place for one thing: which of them happens would be chance."""
    for scope in diagram.scopes.values():
        places = [scope.boundary(node) for node in scope.nodes]
        places.append([start for each in scope.handlers() if (start := diagram.scopes[each.id].start()) is not None])
        places += [
            [scope.nodes[flow.target] for flow in scope.outgoing(node) if flow.target in scope.nodes]
            for node, drawn in scope.nodes.items()
            if drawn.kind == "eventBasedGateway"
        ]
        for place in places:
            yield from _same(diagram, place)


def _same(diagram: Diagram, place: list[Drawn]) -> Iterator[Finding]:
    for event in place:
        kind, code = event.node.event, diagram.code_of(event)
        if kind in ("signal", "escalation", "error") and any(
            other is not event and other.node.event == kind and diagram.code_of(other) in ("", code) for other in place
        ):
            yield about(
                diagram.scopes[event.node.scope], event.id, "trigger_twice", "同一处有两个事件等同一件事，哪个发生说不清。",
                "请只留一个，或用不同的信号、代码。",
            )  # fmt: skip


def links(diagram: Diagram, sources: Sources) -> Iterator[Finding]:
    """A link leads to the one of its name in the same scope; no flow is drawn between them (BPMN 2.0 §10.5.5)."""
    for scope in diagram.scopes.values():
        catches = [drawn for drawn in scope.nodes.values() if is_link(drawn, "intermediateCatchEvent")]
        throws = [drawn for drawn in scope.nodes.values() if is_link(drawn, "intermediateThrowEvent")]
        names = Counter(link_name(drawn) for drawn in catches)
        for drawn in (*throws, *catches):
            for message, remedy in _link(scope, drawn, names):
                yield about(scope, drawn.id, "link_refused", message, remedy)


def _link(scope: Scope, drawn: Drawn, names: Counter[str]) -> Iterator[tuple[str, str]]:
    name, throws = link_name(drawn), drawn.kind == "intermediateThrowEvent"
    if not name:
        yield "链接事件没有名称。", "请给 linkEventDefinition 写上 name，两头相同。"
    elif names[name] != 1:
        many = f"有 {names[name]} 个" if names[name] else "没有"
        yield f"同一层里{many}名为 {name} 的链接接收事件。", "一个名称请恰好画一个接收事件，与抛出事件在同一层流程里。"
    if any(drawn.id == (flow.source if throws else flow.target) for flow in scope.flows.values()):
        yield "链接的两头之间不画顺序流。", "请删去抛出事件之后、接收事件之前的顺序流。"


def _events(diagram: Diagram) -> Iterator[tuple[Scope, Drawn]]:
    for scope in diagram.scopes.values():
        for drawn in scope.nodes.values():
            if drawn.node.event is not None:
                yield scope, drawn
