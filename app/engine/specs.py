"""The task specs of this engine: SpiffWorkflow's, with joins, loops, calls and events that keep the engine rules.

A spec never holds an author's text. It asks the case, which stands where SpiffWorkflow expects its script engine
(`workflow.script_engine`), and the case looks the expression up by the id of the element.
"""
# mypy: disable-error-code="misc"
# SpiffWorkflow carries no types, so every subclass of one of its classes is a subclass of Any.

from typing import Any

from SpiffWorkflow.bpmn.specs import defaults
from SpiffWorkflow.bpmn.specs.bpmn_task_spec import BpmnTaskSpec
from SpiffWorkflow.bpmn.specs.event_definitions.base import EventDefinition
from SpiffWorkflow.bpmn.specs.mixins import BpmnSpecMixin
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import MultiInstanceTask
from SpiffWorkflow.specs.MultiChoice import MultiChoice
from SpiffWorkflow.util.task import TaskState

from app.engine.model import EngineRefused


class Catch(EventDefinition):
    """What an event waits for: `kind` is message, timer or error."""

    def __init__(self, kind: str, cycle: bool = False, code: str = "") -> None:
        super().__init__(kind)
        self.kind = kind
        self.cycle = cycle
        self.code = code


class Throw(EventDefinition):
    """What an event sends: a message to the outside, an error to the enclosing scopes."""

    def __init__(self, kind: str, code: str = "") -> None:
        super().__init__(kind)
        self.kind = kind
        self.code = code

    def throw(self, my_task: Any) -> None:
        if self.kind == "message":
            my_task.workflow.script_engine.throw_message(my_task)
        else:
            throw_error(my_task, self.code)


def throw_error(my_task: Any, code: str) -> None:
    """Interrupt the nearest enclosing scope that catches the error; upstream would interrupt all that catch it."""
    top, workflow = my_task.workflow.top_workflow, my_task.workflow
    while workflow.parent_task_id is not None:
        owner = top.get_task_from_id(workflow.parent_task_id)
        siblings = owner.parent.children if is_split(owner.parent) else []
        for event in siblings:
            if event._state == TaskState.WAITING and catches_error(event, code):
                # At once: the scope it leaves would otherwise reach its own end first.
                fire(event)
                event.run()
                return
        workflow = owner.workflow
    raise EngineRefused("error_not_caught", my_task.task_spec.name, code)


def catches_error(task: Any, code: str) -> bool:
    definition = getattr(task.task_spec, "event_definition", None)
    return isinstance(definition, Catch) and definition.kind == "error" and definition.code in ("", code)


def is_split(task: Any) -> bool:
    return task is not None and task.task_spec.name.endswith(".BoundaryEventSplit")


def fire(task: Any) -> None:
    """Let a waiting event happen."""
    task.internal_data["event_fired"] = True
    task.task_spec._update(task)


class Catching:
    """An event that happens when `fire` says so and at no other moment (rule 1)."""

    def _update_hook(self, my_task: Any) -> bool:
        if my_task.internal_data.get("event_fired"):
            return True
        my_task._set_state(TaskState.WAITING)
        my_task.workflow.script_engine.opened_event(my_task)
        return False

    def _run_hook(self, my_task: Any) -> bool:
        """A boundary event waits from the moment its host opens, without children: they come when it happens."""
        self._predict_hook(my_task)
        return True

    def _predict_hook(self, my_task: Any) -> None:
        my_task._sync_children(self.outputs, TaskState.FUTURE)  # type: ignore[attr-defined]


class IntermediateCatchEvent(Catching, defaults.IntermediateCatchEvent):
    def _on_complete_hook(self, my_task: Any) -> None:
        """The first event of an event-based gateway cancels the others."""
        super()._on_complete_hook(my_task)
        if isinstance(my_task.parent.task_spec, EventBasedGateway):
            for other in my_task.parent.children:
                if other is not my_task:
                    other.cancel()


class BoundaryEvent(Catching, defaults.BoundaryEvent):
    pass


class EventBasedGateway(BpmnSpecMixin):
    """Opens all its events; the first that happens cancels the others."""


class ThrowEvent(defaults.IntermediateThrowEvent):
    pass


class ParallelGateway(BpmnSpecMixin):
    """Fires when every incoming flow holds a token and consumes one of each (BPMN 2.0 §10.6.4).

    A token is a WAITING task of this spec that remembers the node it came from, so rounds of a loop cannot be
    confused; upstream counts tasks of earlier rounds as arrived."""

    def _update_hook(self, my_task: Any) -> bool:
        tokens = arrive(my_task)
        if set(tokens) != set(self._inputs):
            return False
        consume(tokens, my_task)
        return True


class InclusiveGateway(MultiChoice, BpmnSpecMixin):
    """Fires when no token elsewhere can still reach an empty incoming flow (BPMN 2.0 §10.6.3)."""

    def _update_hook(self, my_task: Any) -> bool:
        tokens = arrive(my_task)
        if set(tokens) != set(self._inputs) and self._may_still_arrive(my_task, set(tokens)):
            return False
        consume(tokens, my_task)
        return True

    def _may_still_arrive(self, my_task: Any, held: set[str]) -> bool:
        reachable = my_task.workflow.script_engine.program.reachable[self.name]
        for source in live_nodes(my_task.workflow, self):
            inputs = reachable.get(source, frozenset())
            if inputs - held and not inputs & held:
                return True
        return False

    def _run_hook(self, my_task: Any) -> bool:
        matches, defaults_ = self._get_matching_outputs(my_task)
        if not matches and not defaults_:
            raise EngineRefused("no_flow_taken", self.name)
        my_task._sync_children(matches or defaults_, TaskState.FUTURE)
        return True


JOINS = (ParallelGateway, InclusiveGateway)


def arrive(my_task: Any) -> dict[str, Any]:
    """Register `my_task` as a token and return one token for each incoming node that has any."""
    my_task.internal_data.setdefault("from", my_task.parent.task_spec.name)
    my_task._set_state(TaskState.WAITING)
    spec = my_task.task_spec
    tokens: dict[str, Any] = {}
    for task in my_task.workflow.tasks.values():
        if task.task_spec is spec and task._state == TaskState.WAITING and "from" in task.internal_data:
            tokens.setdefault(task.internal_data["from"], task)
    tokens[my_task.internal_data["from"]] = my_task
    return tokens


def consume(tokens: dict[str, Any], my_task: Any) -> None:
    for token in tokens.values():
        if token is not my_task:
            token.cancel()


def live_nodes(workflow: Any, join: Any) -> set[str]:
    """Names of the nodes of this scope that hold a token outside `join`. A boundary event that waits holds none."""
    live = set()
    for task in workflow.tasks.values():
        state = task._state
        if task.task_spec is join or not state & TaskState.DEFINITE_MASK:
            continue
        if state == TaskState.FUTURE and task.parent is not None and task.parent._state != TaskState.COMPLETED:
            continue
        if state == TaskState.WAITING and isinstance(task.task_spec, BoundaryEvent):
            continue
        live.add(task.task_spec.name.removesuffix(".BoundaryEventSplit"))
    return live


class ExclusiveGateway(defaults.ExclusiveGateway):
    """Takes the first flow whose condition is true, else the default. No flow at all is an incident, not an error."""

    def _run_hook(self, my_task: Any) -> bool:
        conditional = ((c, name) for c, name in self.cond_task_specs if c is not None)
        name = next((name for c, name in conditional if c._matches(my_task)), self.default_task_spec)
        if name is None:
            raise EngineRefused("no_flow_taken", self.name)
        my_task._sync_children([self._wf_spec.task_specs[name]], TaskState.FUTURE)
        return True


class ScriptTask(BpmnSpecMixin):
    def _run_hook(self, my_task: Any) -> bool:
        my_task.workflow.script_engine.run_script(self.name)
        return True


class DecisionTask(BpmnSpecMixin):
    def _run_hook(self, my_task: Any) -> bool:
        my_task.workflow.script_engine.decide(self.name)
        return True


class CallTask(BpmnSpecMixin):
    """Waits for the answer of an operation."""

    def _update_hook(self, my_task: Any) -> bool:
        if my_task.internal_data.get("answered"):
            return True
        my_task._set_state(TaskState.WAITING)
        my_task.workflow.script_engine.opened_call(my_task)
        return False


class Scoped:
    """An embedded sub-process or a call activity: a workflow of its own in the same case, on the same facts."""

    spec: str

    def _update_hook(self, my_task: Any) -> bool:
        top = my_task.workflow.top_workflow
        inner = top.subprocesses.get(my_task.id)
        if inner is not None:
            return bool(inner.completed)
        my_task._set_state(TaskState.STARTED)
        top.create_subprocess(my_task, self.spec)
        return False


class SubProcess(Scoped, defaults.SubWorkflowTask):
    pass


class CallActivity(Scoped, defaults.CallActivity):
    pass


class MultiInstance(MultiInstanceTask):
    """A user task once for each code of a list. What a child leaves goes under its own code only (rule 7)."""

    sequential = False

    def _update_hook(self, my_task: Any) -> bool:
        data = my_task.internal_data
        if "items" not in data:
            data["items"] = my_task.workflow.script_engine.begin_instances(self.name)
            data["next"] = data["done"] = 0
            if not data["items"]:
                return True
            my_task._set_state(TaskState.STARTED)
            for _ in data["items"][:1] if self.sequential else data["items"]:
                self._open_next(my_task)
        return False

    def _open_next(self, my_task: Any) -> None:
        data = my_task.internal_data
        child = my_task._add_child(self._wf_spec.task_specs[self.task_spec], TaskState.WAITING)
        child.triggered = True
        child.internal_data["item"] = data["items"][data["next"]]
        data["next"] += 1
        child.task_spec._update(child)

    def merge_child(self, workflow: Any, child: Any) -> None:
        my_task = child.parent
        data = my_task.internal_data
        data["done"] += 1
        if data["done"] == len(data["items"]) or workflow.script_engine.instances_complete(self.name):
            for other in my_task.children:
                if other.triggered:
                    other.cancel()
            my_task._set_state(TaskState.READY)
        elif self.sequential:
            self._open_next(my_task)


class SequentialMultiInstance(MultiInstance):
    sequential = True


def wire(spec: Any) -> None:
    """Connect what upstream would connect on the first run of a spec: a cached spec is then read-only."""
    for task_spec in list(spec.task_specs.values()):
        if isinstance(task_spec, BpmnTaskSpec):
            task_spec.completed_event.connect(_completed)
    for task_spec in list(spec.task_specs.values()):
        if isinstance(task_spec, MultiInstance):
            spec.task_specs[task_spec.task_spec].completed_event.connect(task_spec.merge_child)


def _completed(workflow: Any, my_task: Any) -> None:
    workflow.script_engine.completed(my_task)
