"""Letting the automatic steps of a case happen until it waits for somebody."""

from typing import Any

from SpiffWorkflow.util.task import TaskState

from app.engine.broadcasts import broadcast
from app.engine.case import Case
from app.engine.event_specs import is_thrown
from app.engine.model import EngineRefused

STEPS_LIMIT = 500
"""Automatic steps in one event; a loop without a person in it ends here."""


def run(case: Case) -> None:
    """Run what is ready and automatic, innermost scope first, in the order of the tree.

    Upstream lists the ready tasks first and then runs them all, also those an earlier one has cancelled."""
    for _ in range(STEPS_LIMIT):
        task, thrown = _next(case.tree)
        if task is not None:
            task.run()
            _return(case.tree, task.workflow)
        elif thrown:
            task = thrown[0]
            broadcast(case, thrown, _workflows(case.tree))
            for each in thrown:
                _return(case.tree, each.workflow)
        else:
            return
    raise EngineRefused("too_many_steps", task.task_spec.name, f"{STEPS_LIMIT}")


def _next(tree: Any) -> tuple[Any, list[Any]]:
    """What can be run; where nothing else can, all that throws a signal or an escalation."""
    thrown = []
    for workflow in _workflows(tree):
        for task in workflow.tasks.values():
            if task._state == TaskState.READY and not task.task_spec.manual:
                if not is_thrown(task):
                    return task, []
                thrown.append(task)
    return None, thrown


def _workflows(tree: Any) -> list[Any]:
    """Those at work, innermost first."""
    if not tree.subprocesses:
        return [tree]
    inner = [workflow for workflow in tree.subprocesses.values() if not workflow.completed]
    return [*sorted(inner, key=lambda each: each.depth, reverse=True), tree]


def _return(tree: Any, workflow: Any) -> None:
    """A scope that has reached its end makes its owner ready."""
    if workflow.parent_task_id is not None and workflow.completed:
        owner = tree.get_task_from_id(workflow.parent_task_id)
        if owner is not None and owner._state == TaskState.STARTED:
            owner.task_spec._update(owner)
