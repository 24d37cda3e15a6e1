"""Events as task specs: what waits for something to happen, and what makes it happen. None compares a time."""
# mypy: disable-error-code="misc"
# SpiffWorkflow carries no types, so every subclass of one of its classes is a subclass of Any.

from typing import Any

from SpiffWorkflow.bpmn.specs import defaults
from SpiffWorkflow.bpmn.specs.event_definitions.base import EventDefinition
from SpiffWorkflow.bpmn.specs.mixins import BpmnSpecMixin
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
