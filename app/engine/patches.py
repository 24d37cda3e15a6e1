"""What is changed in SpiffWorkflow 3.2.0 so that a step is a pure function. `install()` runs once, on import.

Each change has a test in `tests/engine/test_patches.py` that fails when the library changes under it:

- ids are a running number of the case, the clock does not exist: both raise outside `advance`;
- no data travels along the tree: facts live once, in the case (upstream shares nested data between tasks and branches);
- prediction looks one step ahead: the tree holds what is alive and nothing else (upstream unrolls the process);
- state changes write no log records, and the library logs nothing below a warning (upstream builds a record for
  every change, with the data of the task);
- a scope is at its end when no token is left in it, whatever it still listens for (upstream waits for every task);
- walks over the tree have no depth limit (upstream stops in silence at 1000), and none is made where nothing waits;
- a task that is added is made here, and a spec is tested when it is wired, not each time a task of it is ready.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Protocol

import SpiffWorkflow.bpmn.specs.event_definitions.timer as spiff_timer
import SpiffWorkflow.task as spiff_task
from SpiffWorkflow.bpmn.specs.control import _EndJoin
from SpiffWorkflow.bpmn.util.task import BpmnTaskIterator
from SpiffWorkflow.exceptions import WorkflowException
from SpiffWorkflow.specs.base import TaskSpec
from SpiffWorkflow.util.task import TaskIterator, TaskState
from SpiffWorkflow.version import __version__
from SpiffWorkflow.workflow import Workflow

VERSION = "3.2.0"
UPDATED_MASK = TaskState.PREDICTED_MASK | TaskState.FUTURE
UNLIMITED = 10**9


class OutsideAdvance(RuntimeError):
    """Somebody made SpiffWorkflow act outside `advance`, where it has no ids."""


class Numbered(Protocol):
    def next_id(self) -> int: ...


_case: ContextVar[Numbered | None] = ContextVar("case", default=None)


@contextmanager
def running(case: Numbered) -> Iterator[None]:
    """Inside, SpiffWorkflow takes its ids from `case`."""
    token = _case.set(case)
    try:
        yield
    finally:
        _case.reset(token)


def next_id() -> int:
    case = _case.get()
    if case is None:
        raise OutsideAdvance("SpiffWorkflow asked for an id outside advance")
    return case.next_id()


class NoClock:
    """Stands where SpiffWorkflow imports `time` and `datetime`: the engine compares no times (rule 1)."""

    def __init__(self, constant: float | None) -> None:
        self._constant = constant

    def time(self) -> float:
        if self._constant is None or _case.get() is None:
            raise OutsideAdvance("SpiffWorkflow asked for the time")
        return self._constant

    def __getattr__(self, name: str) -> Any:
        raise OutsideAdvance(f"SpiffWorkflow asked for the time ({name})")


def _set_state(task: Any, value: int) -> None:
    task._state = value


def _inherit_nothing(task: Any) -> None:
    return None


def _predict(spec: Any, my_task: Any, seen: Any = None, looked_ahead: int = 0, mask: int = UPDATED_MASK) -> None:
    if my_task.has_state(mask):
        spec._predict_hook(my_task)


def _update(spec: Any, my_task: Any) -> None:
    if my_task.has_state(UPDATED_MASK):
        spec._predict_hook(my_task)
    if spec._update_hook(my_task):
        my_task._ready()


def _nobody_left(end: Any, my_task: Any) -> bool:
    """No task of the scope is unfinished but its end, and what listens for an event sub-process to begin."""
    tasks, waiting = my_task.workflow.tasks, [my_task.workflow.task_tree]
    while waiting:
        task = waiting.pop()
        unfinished = task._state & TaskState.NOT_FINISHED_MASK and task is not my_task
        if unfinished and not getattr(task.task_spec, "listens", False):
            return False
        if task.task_spec.name != end.name:
            waiting.extend(tasks[child] for child in task._children)
    return True


_update_waiting_tasks = Workflow.update_waiting_tasks


def _update_those_waiting(workflow: Any) -> None:
    """Where nothing waits there is nothing to walk the tree for."""
    if any(task._state == TaskState.WAITING for task in workflow.tasks.values()):
        _update_waiting_tasks(workflow)


def _on_ready(spec: Any, my_task: Any) -> None:
    spec._on_ready_hook(my_task)


def made(workflow: Any, id: int, parent: int | None, state: int, spec: Any) -> Any:
    """A task of the tree, as upstream makes it, its place among its parent's children aside."""
    task = spiff_task.Task.__new__(spiff_task.Task)
    task.id, task.workflow, task._parent, task._children = id, workflow, parent, []
    task._state, task.triggered, task.task_spec = state, False, spec
    task.thread_id, task.data, task.internal_data, task.last_state_change = 0, {}, {}, 0.0
    workflow.tasks[id] = task
    return task


def _add_child(task: Any, spec: Any, state: int = TaskState.MAYBE) -> Any:
    if task._state & TaskState.PREDICTED_MASK and not state & TaskState.PREDICTED_MASK:
        raise WorkflowException("a task that is only predicted has no other children", task_spec=task.task_spec)
    child = made(task.workflow, next_id(), task.id, state, spec)
    task._children.append(child.id)
    if state == TaskState.READY:
        child._ready()
    return child


_sync_children = spiff_task.Task._sync_children


def _sync_children_if_any(task: Any, specs: list[Any], state: int = TaskState.MAYBE) -> None:
    if task._children:
        _sync_children(task, specs, state)
        return
    for spec in specs:
        _add_child(task, spec, state)


def install() -> None:
    if __version__ != VERSION:
        raise RuntimeError(f"SpiffWorkflow {VERSION} is patched here, not {__version__}")
    for name in ("spiff.task", "spiff.workflow"):
        logging.getLogger(name).setLevel(logging.WARNING)
    spiff_task.uuid4 = next_id
    spiff_task.time = NoClock(0.0)
    spiff_timer.datetime = NoClock(None)
    spiff_task.Task._set_state = _set_state
    spiff_task.Task._inherit_data = _inherit_nothing
    spiff_task.Task._add_child = _add_child
    spiff_task.Task._sync_children = _sync_children_if_any
    TaskSpec._on_ready = _on_ready
    TaskSpec._predict = _predict
    TaskSpec._update = _update
    Workflow.update_waiting_tasks = _update_those_waiting
    _EndJoin._check_threshold_unstructured = _nobody_left
    TaskIterator.__init__.__defaults__ = (None, UNLIMITED, True, None)
    BpmnTaskIterator.__init__.__defaults__ = (None, UNLIMITED, True, False, None)


install()
