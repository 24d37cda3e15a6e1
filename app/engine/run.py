"""Letting the automatic steps of a case happen until it waits for somebody."""

from typing import Any

from SpiffWorkflow.util.task import TaskState

from app.engine.case import Case
from app.engine.model import EngineRefused

STEPS_LIMIT = 500
"""Automatic steps in one event; a loop without a person in it ends here."""


def run(case: Case) -> None:
    """Run what is ready and automatic, innermost scope first, in the order of the tree.

    Upstream lists the ready tasks first and then runs them all, also those an earlier one has cancelled."""
    for _ in range(STEPS_LIMIT):
        task = _next(case.tree)
        if task is None:
            return
        task.run()
        _return(case.tree, task.workflow)
    raise EngineRefused("too_many_steps", task.task_spec.name, f"{STEPS_LIMIT}")


def _next(tree: Any) -> Any:
    inner = [workflow for workflow in tree.subprocesses.values() if not workflow.completed]
    for workflow in [*sorted(inner, key=lambda each: each.depth, reverse=True), tree]:
        for task in workflow.tasks.values():
            if task._state == TaskState.READY and not task.task_spec.manual:
                return task
    return None


def _return(tree: Any, workflow: Any) -> None:
    """A scope that has reached its end makes its owner ready."""
    if workflow.parent_task_id is not None and workflow.completed:
        owner = tree.get_task_from_id(workflow.parent_task_id)
        if owner is not None and owner._state == TaskState.STARTED:
            owner.task_spec._update(owner)
