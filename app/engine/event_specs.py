"""Events as task specs: what waits for something to happen, and what makes it happen. None compares a time."""
# mypy: disable-error-code="misc"
# SpiffWorkflow carries no types, so every subclass of one of its classes is a subclass of Any.

from typing import Any

from SpiffWorkflow.bpmn.specs import defaults
from SpiffWorkflow.bpmn.specs.event_definitions.base import EventDefinition
from SpiffWorkflow.bpmn.specs.mixins import BpmnSpecMixin
from SpiffWorkflow.util.task import TaskState

from app.engine.choices import Choosing
from app.engine.model import EngineRefused


class Catch(EventDefinition):
    """What an event waits for: `kind` is message, timer, error, signal or escalation; `code` "" is any."""

    def __init__(self, kind: str, cycle: bool = False, code: str = "") -> None:
        super().__init__(kind)
        self.kind = kind
        self.cycle = cycle
        self.code = code


class Throw(EventDefinition):
    """What an event sends: a message to the outside, an error to the enclosing scopes. What a signal or an escalation
    sets off is the business of `broadcasts`."""

    def __init__(self, kind: str, code: str = "") -> None:
        super().__init__(kind)
        self.kind = kind
        self.code = code

    def throw(self, my_task: Any) -> None:
        if self.kind == "message":
            my_task.workflow.script_engine.throw_message(my_task)
        elif self.kind == "error":
            throw_error(my_task, self.code)


def is_thrown(task: Any) -> bool:
    """Whether the task is about to throw a signal or an escalation."""
    definition = getattr(task.task_spec, "event_definition", None)
    return isinstance(definition, Throw) and definition.kind in ("signal", "escalation")


def throw_error(my_task: Any, code: str) -> None:
    """Interrupt the nearest scope that catches the error; upstream would interrupt all that catch it."""
    event = nearest(my_task, "error", code)
    if event is None:
        raise EngineRefused("error_not_caught", my_task.task_spec.name, code)
    # At once: the scope it leaves would otherwise reach its own end first.
    fire(event)
    event.run()


def nearest(my_task: Any, kind: str, code: str) -> Any:
    """The event that catches what is thrown here: an event sub-process of the scope, an event on its border, an event
    sub-process of the scope around, and so on outwards (BPMN 2.0 §10.5.6)."""
    top, workflow = my_task.workflow.top_workflow, my_task.workflow
    while True:
        owner = None if workflow.parent_task_id is None else top.get_task_from_id(workflow.parent_task_id)
        border = owner.parent.children if owner is not None and is_split(owner.parent) else []
        for event in (*workflow.task_tree.children, *border):
            if event._state == TaskState.WAITING and catches(event, kind, code):
                return event
        if owner is None:
            return None
        workflow = owner.workflow


def catches(task: Any, kind: str, code: str) -> bool:
    if not isinstance(task.task_spec, LISTENING):
        return False
    definition = task.task_spec.event_definition
    return definition.kind == kind and definition.code in ("", code)


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


class IntermediateCatchEvent(Choosing, Catching, defaults.IntermediateCatchEvent):
    def _on_complete_hook(self, my_task: Any) -> None:
        """The first event of an event-based gateway cancels the others."""
        super()._on_complete_hook(my_task)
        if isinstance(my_task.parent.task_spec, EventBasedGateway):
            for other in my_task.parent.children:
                if other is not my_task:
                    other.cancel()


class BoundaryEvent(Catching, defaults.BoundaryEvent):
    pass


class Trigger(Catching, defaults.BoundaryEvent):
    """What a scope listens for while it is at work, to begin one of its event sub-processes. It is no token: the scope
    ends without it (`patches`)."""

    listens = True

    def __init__(self, wf_spec: Any, name: str, node: str, **more: Any) -> None:
        super().__init__(wf_spec, name, **more)
        self.bpmn_id = node

    def _run_hook(self, my_task: Any) -> bool:
        """One that interrupts ends all else in the scope, other event sub-processes too (BPMN 2.0 §13.4.4)."""
        for other in my_task.parent.children:
            if other is not my_task:
                other.cancel()
        return super()._run_hook(my_task)

    def _predict_hook(self, my_task: Any) -> None:
        """What it begins comes when it happens: until then it would look like a token of the scope."""
        if my_task.internal_data.get("event_fired"):
            super()._predict_hook(my_task)


LISTENING = (BoundaryEvent, Trigger)
"""What waits for an event without holding a token."""


class EventBasedGateway(BpmnSpecMixin):
    """Opens all its events; the first that happens cancels the others."""


class ThrowEvent(Choosing, defaults.IntermediateThrowEvent):
    pass
