"""Signals and escalations: what is thrown inside a case for whoever listens in it.

A signal reaches every event of its name that is waited for in the case, and never leaves it (engine rule 20); an
escalation the nearest event that catches it. Both are thrown when nothing else in the case can move by itself, all at
once: which of two branches came first is then no question of chance. What interrupts is served from the outside
inwards, so that nothing begins which is then taken away."""

from typing import Any

from SpiffWorkflow.util.task import TaskState

from app.engine import event_specs
from app.engine.case import Case
from app.engine.happen import happen


def broadcast(case: Case, throwing: list[Any], workflows: list[Any]) -> None:
    """Throw what these tasks throw and let what listens for it happen."""
    hit = sorted((each for task in throwing for each in _listening(task, workflows)), key=_depth)
    for task in hit:
        if task._state == TaskState.WAITING:
            happen(case, task)
            if task._state == TaskState.READY:
                task.run()
    for task in throwing:
        if task._state == TaskState.READY:
            task.run()
        else:
            # What it threw ended the scope it stands in: it goes no further.
            case.leave(task.task_spec.name, [])


def _listening(thrown: Any, workflows: list[Any]) -> list[Any]:
    definition = thrown.task_spec.event_definition
    if definition.kind == "escalation":
        found = event_specs.nearest(thrown, definition.kind, definition.code)
        return [] if found is None else [found]
    return [task for workflow in workflows for task in workflow.tasks.values() if _waits_for(task, definition.code)]


def _waits_for(task: Any, signal: str) -> bool:
    if task._state != TaskState.WAITING or not isinstance(task.task_spec, event_specs.Catching):
        return False
    definition = task.task_spec.event_definition  # type: ignore[attr-defined]
    return bool(definition.kind == "signal" and definition.code == signal)


def _depth(task: Any) -> tuple[int, bool]:
    """What begins an event sub-process can interrupt all else in its scope."""
    return task.workflow.depth, not isinstance(task.task_spec, event_specs.Trigger)
