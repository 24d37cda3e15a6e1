"""Structure: which process runs, what is connected to what, where tokens split."""

from collections.abc import Iterator

from app.engine.definition import Flow, Sources
from app.engine.diagram import ACTIVITIES, GATEWAYS, Diagram, Scope
from app.engine.model import Finding
from app.engine.reach import reachable, with_boundary

CONDITIONAL = frozenset({"exclusiveGateway", "inclusiveGateway"})


def about(scope: Scope, node: str, code: str, message: str, remedy: str, severity: str = "error") -> Finding:
    """A finding about a node of a scope."""
    name = scope.nodes[node].node.name if node in scope.nodes else ""
    return Finding(node, name, code, message, remedy, severity)


NODES_LIMIT = 1000
"""Nodes of one closure: nobody reads more, and every rule looks at every node."""


def processes(diagram: Diagram, sources: Sources) -> Iterator[Finding]:
    nodes = sum(len(scope.nodes) for scope in diagram.scopes.values())
    if nodes > NODES_LIMIT:
        yield Finding(
            "", "", "too_many_nodes", f"元素多达 {nodes} 个。", f"请拆成几个流程，合计不超过 {NODES_LIMIT} 个。"
        )
    if not diagram.processes:
        yield Finding("", "", "process_missing", "文件里没有流程。", "请画一个可执行的流程。")
    elif sources.process is not None and sources.process not in diagram.processes:
        yield Finding(
            sources.process, "", "process_missing", f"文件里没有编号为 {sources.process} 的流程。",
            "请核对 process.toml 的 process。",
        )  # fmt: skip
    elif sources.process is None and not any(diagram.executable.values()):
        yield Finding("", "", "not_executable", "没有可执行的流程。", "请把流程的 isExecutable 设为 true。")
    for pool in [name for name, scope in diagram.processes.items() if not scope.nodes]:
        yield Finding(pool, "", "process_empty", "流程是空的。", "请画出步骤，或删去这个泳池的流程引用。")


def connections(diagram: Diagram, sources: Sources) -> Iterator[Finding]:
    """Flows join two nodes of the same scope, once; nothing hangs in the air."""
    for scope in diagram.scopes.values():
        seen: dict[tuple[str, str], Flow] = {}
        for flow in scope.flows.values():
            for end in (flow.source, flow.target):
                if end not in scope.nodes:
                    yield Finding(
                        flow.id, flow.name, "flow_dangling", f"顺序流的一端 {end or '（空）'} 不在同一层流程里。",
                        "请把顺序流接到同一层的元素上。",
                    )  # fmt: skip
            if (flow.source, flow.target) in seen:
                yield Finding(
                    flow.id,
                    flow.name,
                    "flow_twice",
                    "两个元素之间有两条方向相同的顺序流。",
                    "请合并为一条，条件用 or 连接。",
                )
            seen[flow.source, flow.target] = flow
        for drawn in scope.nodes.values():
            host = drawn.node.attached_to
            if drawn.kind == "boundaryEvent" and host not in scope.nodes:
                yield about(scope, drawn.id, "host_missing", "边界事件没有依附的活动。", "请把它放到活动的边上。")


def starts_and_ends(diagram: Diagram, sources: Sources) -> Iterator[Finding]:
    for scope in diagram.scopes.values():
        starts = [drawn for drawn in scope.nodes.values() if drawn.kind == "startEvent"]
        if len(starts) != 1:
            yield Finding(
                scope.id, scope.name, "start_event_count", f"流程和子流程恰有一个开始事件，这里有 {len(starts)} 个。",
                "请恰好画一个开始事件。",
            )  # fmt: skip
        ends = [drawn for drawn in scope.nodes.values() if drawn.kind == "endEvent"]
        if not ends:
            yield Finding(scope.id, scope.name, "end_event_missing", "没有结束事件。", "请画出结束事件。")
        graph = with_boundary(scope)
        reached = {node for start in starts for node in reachable(graph, start.id)} | {start.id for start in starts}
        for drawn in scope.nodes.values():
            yield from _in_and_out(scope, drawn.id, reached, graph, {end.id for end in ends})


def _in_and_out(
    scope: Scope, node: str, reached: set[str], graph: dict[str, list[str]], ends: set[str]
) -> Iterator[Finding]:
    kind = scope.nodes[node].kind
    if scope.nodes[node].handler:
        if scope.outgoing(node) or scope.incoming(node) or scope.boundary(node):
            yield about(
                scope, node, "handler_connected", "事件子流程不接顺序流，也不带边界事件：它由自己的开始事件发起。",
                "请删去进出的顺序流和边界事件；之后的步骤画在它里面。",
            )  # fmt: skip
        return
    if kind == "endEvent" and scope.outgoing(node):
        yield about(scope, node, "end_event_goes_on", "结束事件之后还有顺序流。", "请删去这条顺序流。")
    if kind in ("startEvent", "boundaryEvent") and scope.incoming(node):
        yield about(scope, node, "event_entered", "开始事件和边界事件不能有进入的顺序流。", "请把顺序流接到活动上。")
    if kind != "endEvent" and not scope.outgoing(node):
        yield about(scope, node, "no_way_on", "这一步之后没有去处，案件会停在这里。", "请接到下一步或结束事件。")
    elif kind != "endEvent" and not reachable(graph, node) & ends:
        yield about(scope, node, "no_way_out", "从这一步到不了任何结束事件。", "请画出离开循环的路。")
    if node not in reached:
        yield about(scope, node, "unreachable", "从开始事件走不到这一步。", "请接上顺序流，或删去这一步。")


def forks(diagram: Diagram, sources: Sources) -> Iterator[Finding]:
    """Where no gateway stands: all flows behind an activity or event are taken, of an activity's the conditional ones
    where they are true (BPMN 2.0 §8.4.13)."""
    for scope in diagram.scopes.values():
        for drawn in scope.nodes.values():
            flows = scope.outgoing(drawn.id)
            asked = [flow for flow in flows if flow.condition is not None and not flow.default]
            for flow in flows:
                if flow.condition is not None and flow.default:
                    yield Finding(
                        flow.id, flow.name, "default_condition", "默认流上的条件不会被计算。", "请删去条件。", "warning"
                    )
            if drawn.kind in ACTIVITIES and len(flows) > 1 and (asked or any(flow.default for flow in flows)):
                yield from _choice(scope, drawn.id, flows)
            elif drawn.kind not in CONDITIONAL:
                for flow in asked:
                    yield Finding(
                        flow.id, flow.name, "condition_ignored", "这条顺序流上的条件不会起作用。",
                        "请在前面加排他或包容网关，把条件写在网关之后。",
                    )  # fmt: skip
            if drawn.kind not in GATEWAYS and len(flows) > 1 and not asked:
                yield about(
                    scope, drawn.id, "implicit_fork", "这一步之后的几条顺序流会同时走。",
                    "要并行，画一个并行网关更清楚；要择一，请画排他网关。", "warning",
                )  # fmt: skip


def _choice(scope: Scope, activity: str, flows: list[Flow]) -> Iterator[Finding]:
    """On every way out of an activity at least one flow is taken, and each can be."""
    plain = [flow for flow in flows if flow.condition is None and not flow.default]
    default = next((flow for flow in flows if flow.default), None)
    if default is None and not plain:
        yield about(
            scope, activity, "default_missing", "条件都不成立时没有去处，案件会停下。", "请把一条顺序流设为默认流。"
        )
    if default is not None and plain:
        yield Finding(
            default.id, default.name, "default_never", "另有不带条件的顺序流，默认流永远不会走。",
            "请给那条顺序流写上条件，或取消默认流。",
        )  # fmt: skip


def gateways(diagram: Diagram, sources: Sources) -> Iterator[Finding]:
    for scope in diagram.scopes.values():
        for drawn in scope.nodes.values():
            flows = scope.outgoing(drawn.id)
            if drawn.kind in CONDITIONAL and len(flows) > 1:
                yield from _conditions(scope, drawn.id, flows)
            if drawn.kind == "eventBasedGateway":
                yield from _event_gateway(scope, drawn.id, flows)


def _conditions(scope: Scope, gateway: str, flows: list[Flow]) -> Iterator[Finding]:
    for flow in flows:
        if flow.condition is None and not flow.default:
            yield Finding(
                flow.id, flow.name, "condition_missing", "网关之后的顺序流既没有条件，也不是默认流。",
                "请写上条件，或设为默认流。",
            )  # fmt: skip
    if not any(flow.default for flow in flows):
        yield about(
            scope, gateway, "default_missing", "没有默认流，条件都不成立时案件会停下。", "请把一条顺序流设为默认流。",
            "warning",
        )  # fmt: skip


def _event_gateway(scope: Scope, gateway: str, flows: list[Flow]) -> Iterator[Finding]:
    if len(flows) < 2:
        yield about(scope, gateway, "event_gateway", "事件网关之后至少要有两个事件。", "请补上事件，或删去网关。")
    for flow in flows:
        target = scope.nodes.get(flow.target)
        kinds = ("message", "timer", "signal")
        fits = target is not None and target.kind == "intermediateCatchEvent" and target.node.event in kinds
        if not fits or len(scope.incoming(flow.target)) != 1:
            yield about(
                scope, flow.target, "event_gateway", "事件网关之后只能是消息、定时或信号的中间捕获事件，各有一条进入的流。",
                "请改画。",
            )  # fmt: skip
