"""An event that is waited for happens."""

from typing import Any

from SpiffWorkflow.util.task import TaskState

from app.engine import event_specs, joins
from app.engine.case import Case


def happen(case: Case, task: Any) -> None:
    """One that interrupts nothing lets a branch go and waits on, while it may."""
    spec = task.task_spec
    if not isinstance(spec, event_specs.Trigger):
        case.steps.entered.append(spec.name)
    if isinstance(spec, event_specs.LISTENING) and not spec.cancel_activity:
        _branch(case, task)
        if task.internal_data.get("left") == 0:
            task.cancel()
    else:
        event_specs.fire(task)


def _branch(case: Case, event: Any) -> None:
    """A new token behind an event. It hangs under the root, so that it outlives the host (BPMN 2.0 §10.5.6)."""
    root = event.workflow.task_tree
    targets = []
    for spec in event.task_spec.outputs:
        if not spec.name.endswith(".BoundaryEventJoin"):
            child = root._add_child(spec, TaskState.FUTURE)
            child.triggered = True
            if isinstance(spec, joins.JOINS):
                child.internal_data["from"] = event.task_spec.name
            targets.append(child)
    if isinstance(event.task_spec, event_specs.Trigger):
        case.handling(targets)
    else:
        case.leave(event.task_spec.name, targets)
    for child in targets:
        child.task_spec._update(child)
