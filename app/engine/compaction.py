"""Cutting finished tasks out of the tree: what a case has passed is read from history, never from here (rule 13).

Runs after every event on hot and cold cases alike, so that both have the same tree in the same order."""

from typing import Any

from SpiffWorkflow.bpmn.specs.control import BoundaryEventSplit
from SpiffWorkflow.util.task import TaskState


def compact(tree: Any) -> None:
    orders = [(workflow, _prune(workflow)) for workflow in [tree, *tree.subprocesses.values()]]
    if tree.subprocesses:
        _drop_scopes(tree)
    for workflow, order in orders:
        known = workflow.tasks
        workflow.tasks = {task.id: task for task in order if task.id in known}
        workflow.last_task = None


def _drop_scopes(tree: Any) -> None:
    """Forget sub-workflows whose owner is no longer at work, outermost first."""
    alive: dict[Any, Any] = {}
    known = [tree]
    for workflow in known:
        for task in workflow.tasks.values():
            inner = tree.subprocesses.get(task.id)
            if inner is not None and task._state == TaskState.STARTED:
                alive[task.id] = inner
                known.append(inner)
    tree.subprocesses = alive


def _prune(workflow: Any) -> list[Any]:
    """Gives the tasks as they were, in the order of the tree; cutting out changes it for none that is left."""
    tasks, order = workflow.tasks, _preorder(workflow)
    for task in reversed(order):
        parent = tasks.get(task._parent)
        if parent is None or not task._state & TaskState.FINISHED_MASK:
            continue
        if not task._children:
            parent._children.remove(task.id)
            del tasks[task.id]
        elif len(task._children) == 1 and _may_go(task, parent):
            child = tasks[task._children[0]]
            parent._children[parent._children.index(task.id)] = child.id
            child._parent = parent.id
            del tasks[task.id]
    return order


def _may_go(task: Any, parent: Any) -> bool:
    """A split stays while its host is at work, and so does a host's place under it: the library looks for both."""
    if isinstance(task.task_spec, BoundaryEventSplit):
        return task.children[0].task_spec.name not in task.task_spec._outputs
    return not (isinstance(parent.task_spec, BoundaryEventSplit) and len(parent._children) > 1)


def _preorder(workflow: Any) -> list[Any]:
    order, stack = [], [workflow.task_tree]
    while stack:
        task = stack.pop()
        order.append(task)
        stack.extend(workflow.tasks[child] for child in reversed(task._children))
    return order
