"""Every formula of a diagram, compiled against the names it may use. The linter reports what does not compile."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.dmn.tables import Decision, parse_decisions
from app.engine.definition import Sources
from app.engine.diagram import Diagram, Drawn, tag, text_of
from app.engine.expressions import Formula, compile_formula
from app.engine.model import FactType
from app.engine.program import Instances, Operation, Program
from app.engine.reach import join_inputs
from app.engine.timers import timer_of


@dataclass(frozen=True)
class Written:
    """An expression as an author wrote it: where, in which role, and which names it may use beside the facts."""

    element: str
    role: str
    text: str
    more: tuple[str, ...] = ()


def written(diagram: Diagram) -> Iterator[Written]:
    """Every expression of the diagram."""
    for scope in diagram.scopes.values():
        for flow in scope.flows.values():
            if flow.condition is not None and not flow.default:
                yield Written(flow.id, "condition", flow.condition)
        for drawn in scope.nodes.values():
            yield from _of_node(drawn)


def _of_node(drawn: Drawn) -> Iterator[Written]:
    properties = drawn.node.properties
    more: tuple[str, ...] = ()
    if drawn.node.multiple is not None:
        loop = instances_of(drawn)
        more = (loop.item,) if loop.item else ()
        condition = text_of(drawn.element, "multiInstanceLoopCharacteristics/completionCondition")
        if condition is not None:
            yield Written(drawn.id, "completion", condition)
    timer = timer_of(drawn.element).text
    if timer is not None:
        yield Written(drawn.id, "timer", timer)
    script = text_of(drawn.element, "script") if drawn.kind == "scriptTask" else None
    if script is not None:
        yield Written(drawn.id, "script", script)
    for role in ("division", "assignee"):
        if properties.get(role):
            yield Written(drawn.id, role, properties[role], more)
    for role in ("input", "output", "correlation"):
        if properties.get(role):
            yield Written(drawn.id, role, properties[role], ("answer",) if role == "output" else ())


def instances_of(drawn: Drawn) -> Instances:
    """The loop as drawn; empty texts where something is missing."""
    loop = drawn.element.find(tag("multiInstanceLoopCharacteristics"))
    item = loop.find(tag("inputDataItem"))
    name = "" if item is None else item.get("name") or item.get("id") or ""
    return Instances(text_of(loop, "loopDataInputRef") or "", name, text_of(loop, "loopDataOutputRef"))


def message_of(diagram: Diagram, drawn: Drawn) -> str | None:
    """Name of the message of an event, a receive or a send task."""
    holder = drawn.element if drawn.kind in ("receiveTask", "sendTask") else None
    if holder is None:
        holder = drawn.element.find(tag("messageEventDefinition"))
    return None if holder is None else diagram.messages.get(holder.get("messageRef", ""))


def compile_program(
    diagram: Diagram, sources: Sources, facts: Mapping[str, FactType], spec: Any, inner: Mapping[str, Any]
) -> Program:
    """The executable part. Everything compiles: the linter has seen it."""
    formulas = {
        (each.element, each.role): compile_formula(each.element, each.text, (*facts, *each.more))
        for each in written(diagram)
    }
    by_role: dict[str, dict[str, Formula]] = {}
    for (element, role), formula in formulas.items():
        by_role.setdefault(role, {})[element] = formula
    drawn = {each.id: each for each in diagram.drawn()}
    messages = {name: message_of(diagram, each) for name, each in drawn.items()}
    return Program(
        spec=spec,
        inner=inner,
        nodes={name: each.node for name, each in drawn.items()},
        facts=facts,
        flows={(f.source, f.target): f.id for scope in diagram.scopes.values() for f in scope.flows.values()},
        links=frozenset((f.source, f.target) for scope in diagram.scopes.values() for f in scope.links.values()),
        reachable={
            name: join_inputs(diagram.scopes[each.node.scope], name)
            for name, each in drawn.items()
            if each.kind == "inclusiveGateway"
        },
        conditions=by_role.get("condition", {}),
        timers=by_role.get("timer", {}),
        messages={name: message for name, message in messages.items() if message is not None},
        correlations=by_role.get("correlation", {}),
        payloads=by_role.get("input", {}),
        scripts=by_role.get("script", {}),
        decisions=_decisions(diagram, sources),
        calls={name: _operation(each, formulas) for name, each in drawn.items() if is_call(each)},
        assignments={name: _assignment(name, formulas) for name in drawn},
        instances={
            name: _instances(each, formulas) for name, each in drawn.items() if each.node.multiple is not None
        },
    )  # fmt: skip


def is_call(drawn: Drawn) -> bool:
    return drawn.kind in ("serviceTask", "sendTask") and "call" in drawn.node.properties


def _operation(drawn: Drawn, formulas: Mapping[tuple[str, str], Formula]) -> Operation:
    return Operation(
        drawn.node.properties["call"], formulas.get((drawn.id, "input")), formulas.get((drawn.id, "output"))
    )


def _assignment(name: str, formulas: Mapping[tuple[str, str], Formula]) -> dict[str, Formula]:
    return {role: formulas[name, role] for role in ("division", "assignee") if (name, role) in formulas}


def _instances(drawn: Drawn, formulas: Mapping[tuple[str, str], Formula]) -> Instances:
    loop = instances_of(drawn)
    return Instances(loop.source, loop.item, loop.output, formulas.get((drawn.id, "completion")))


def _decisions(diagram: Diagram, sources: Sources) -> dict[str, Decision]:
    known = {name: found for data in sources.decisions for name, found in parse_decisions(data).items()}
    return {
        each.id: known[each.node.properties["decision"]] for each in diagram.drawn() if each.kind == "businessRuleTask"
    }
