"""One running case: the tree of SpiffWorkflow, and beside it the envelope that is ours (facts, counters, end).

SpiffWorkflow sees a case as its script engine. Its own engine, which runs Python, is never constructed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from SpiffWorkflow.bpmn.workflow import BpmnWorkflow

from app.engine.decisions import decide
from app.engine.event_specs import Trigger
from app.engine.expressions import Scope, answer_value, fact_value
from app.engine.facts import check_facts, check_size
from app.engine.model import Decided, EngineRefused, FactValue, Sent
from app.engine.program import Program
from app.engine.timers import rounds, well_formed

INSTANCES_LIMIT = 50
"""Multi-instance children in one state (rule 11)."""
ITEM_MARKS = frozenset("/#[]")


@dataclass
class Steps:
    """What one event makes happen, collected while it does."""

    at: datetime
    entered: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    flows: list[str] = field(default_factory=list)
    decisions: list[Decided] = field(default_factory=list)
    facts: dict[str, FactValue] = field(default_factory=dict)
    sent: list[Sent] = field(default_factory=list)


class NoEvents:
    """Stands for SpiffWorkflow's event manager: events reach tasks by key, never by matching names."""

    def add_task(self, my_task: Any) -> None: ...
    def remove_task(self, my_task: Any) -> None: ...
    def catch(self, event: Any, internal: bool = True) -> int:
        return 0


class Tree(BpmnWorkflow):  # type: ignore[misc]
    event_manager = property(lambda self: NoEvents(), lambda self, value: None)


class Case:
    """State between two events. `steps` exists only inside `advance`."""

    steps: Steps

    def __init__(self, program: Program) -> None:
        self.program = program
        self.facts: dict[str, FactValue] = {}
        self.counts: dict[str, int] = {}
        self.ended: str | None = None
        self.last_id = 0
        self.tree: Any = None
        self.opened: Any = None
        """What the last event left open (`keys.Opened`), while the case is kept live."""

    def next_id(self) -> int:
        self.last_id += 1
        return self.last_id

    # facts

    def set_facts(self, given: Mapping[str, Any], element: str = "") -> None:
        checked = check_facts(self.program.facts, given, element)
        self.steps.facts.update(checked)
        merged = self.facts | checked
        # Sorted, so that the order in which a caller's JSON lists them cannot reach FEEL or the state bytes.
        self.facts = {name: merged[name] for name in sorted(merged) if merged[name] is not None}
        check_size(self.facts)

    def scope(self, **more: Any) -> Scope:
        def values(names: frozenset[str]) -> dict[str, Any]:
            declared, facts = self.program.facts, self.facts
            return {
                name: more[name] if name in more else fact_value(declared.get(name), facts.get(name)) for name in names
            }

        return values

    # what specs ask for

    def evaluate(self, my_task: Any, flow: str, external_context: Any = None) -> bool:
        """A condition of a gateway; SpiffWorkflow knows it by the id of its flow."""
        return self.program.conditions[flow].decide(self.scope(), self.steps.at)

    def execute(self, *_: Any) -> None:
        raise EngineRefused("script_refused", "", "SpiffWorkflow may not run scripts")

    call_service = execute

    def run_script(self, node: str) -> None:
        found = self.program.scripts[node].context(self.scope(), self.steps.at, "script_failed")
        self.set_facts(found, node)

    def decide(self, node: str) -> None:
        decided, found = decide(self.program, node, self.scope(), self.steps.at)
        self.steps.decisions.append(decided)
        self.set_facts(found, node)

    def begin_instances(self, node: str) -> list[str]:
        plan = self.program.instances[node]
        items = self.facts.get(plan.source) or []
        if not isinstance(items, list) or len(set(items)) != len(items) or any(ITEM_MARKS & set(i) for i in items):
            raise EngineRefused("items_refused", node, plan.source)
        if len(items) > INSTANCES_LIMIT:
            raise EngineRefused("too_many_children", node, f"{len(items)} > {INSTANCES_LIMIT}")
        if plan.output is not None:
            self.set_facts({plan.output: {}}, node)
        return list(items)

    def instances_complete(self, node: str) -> bool:
        condition = self.program.instances[node].condition
        return condition is not None and condition.decide(self.scope(), self.steps.at)

    def opened_event(self, my_task: Any) -> None:
        """Fix the rule of a timer and the correlation of a message when the wait begins."""
        node, data = my_task.task_spec.bpmn_id, my_task.internal_data
        definition = my_task.task_spec.event_definition
        if "rule" in data or "correlation" in data or definition.kind not in ("timer", "message"):
            return
        if definition.kind == "timer":
            rule = self.program.timers[node].wire(self.scope(), self.steps.at)
            if not well_formed(rule, definition.cycle):
                raise EngineRefused("timer_rule_refused", node, self.program.timers[node].text)
            data["rule"], data["left"] = rule, rounds(rule) if definition.cycle else 1
        else:
            data["correlation"] = self._correlation(node)

    def opened_call(self, my_task: Any) -> None:
        operation = self.program.calls[my_task.task_spec.name]
        if "input" not in my_task.internal_data:
            given = operation.input
            value = given.context(self.scope(), self.steps.at, "call_input_refused") if given else {}
            my_task.internal_data["input"] = value

    def answered(self, node: str, answer: Any) -> None:
        output = self.program.calls[node].output
        if output is not None:
            scope = self.scope(answer=answer_value(answer))
            self.set_facts(output.context(scope, self.steps.at, "call_output_refused"), node)

    def throw_message(self, my_task: Any) -> None:
        node = my_task.task_spec.name
        payload = self.program.payloads.get(node)
        value = payload.context(self.scope(), self.steps.at, "payload_refused") if payload else {}
        self.steps.sent.append(Sent(self.program.messages[node], self._correlation(node), value))

    def _correlation(self, node: str) -> str:
        formula = self.program.correlations.get(node)
        return formula.text_value(self.scope(), self.steps.at, "correlation_not_text") if formula else ""

    # trace

    def completed(self, my_task: Any) -> None:
        """A task of the tree is done: note the node left and the flows its tokens take."""
        name = my_task.task_spec.name
        node = self.program.nodes.get(name)
        if node is None:
            if isinstance(my_task.task_spec, Trigger):
                self.handling(my_task.children)
            return
        if node.kind == "startEvent":
            self.steps.entered.append(name)
        self.leave(name, [c for c in my_task.children if not c.triggered and c._state > 2])
        if node.kind == "endEvent" and self._outermost(my_task.workflow):
            self.ended = name

    def handling(self, begun: list[Any]) -> None:
        """Event sub-processes begin: no drawn flow leads to them."""
        self.steps.entered += [task.task_spec.name for task in begun]

    def _outermost(self, workflow: Any) -> bool:
        """Whether the case can end with this scope: the process itself, or an event sub-process of it."""
        while workflow is not self.tree:
            owner = self.tree.get_task_from_id(workflow.parent_task_id)
            if not any(isinstance(each, Trigger) for each in owner.task_spec.inputs):
                return False
            workflow = owner.workflow
        return True

    def leave(self, name: str, targets: list[Any]) -> None:
        self.steps.left.append(name)
        for child in targets:
            target = child.task_spec.name.removesuffix(".BoundaryEventSplit")
            flow = self.program.flows.get((name, target))
            if flow is not None:
                self.steps.flows.append(flow)
            if flow is not None or (name, target) in self.program.links:
                self.steps.entered.append(target)
