"""Joins that count tokens: exact in loops, and in the words of the standard."""
# mypy: disable-error-code="misc"
# SpiffWorkflow carries no types, so every subclass of one of its classes is a subclass of Any.

from typing import Any

from SpiffWorkflow.bpmn.specs.mixins import BpmnSpecMixin
from SpiffWorkflow.specs.MultiChoice import MultiChoice
from SpiffWorkflow.util.task import TaskState

from app.engine.event_specs import LISTENING, is_thrown
from app.engine.model import EngineRefused


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
    """Fires when no token elsewhere can still reach an empty incoming flow, but for one that can also reach a flow
    which holds a token (BPMN 2.0 table 13.3). What is still on the move is waited for: where it comes to rest may not
    hang on which branch is looked at first."""

    def _update_hook(self, my_task: Any) -> bool:
        tokens = arrive(my_task)
        if set(tokens) != set(self._inputs) and self._may_still_arrive(my_task, set(tokens)):
            return False
        consume(tokens, my_task)
        return True

    def _may_still_arrive(self, my_task: Any, held: set[str]) -> bool:
        reachable = my_task.workflow.script_engine.program.reachable[self.name]
        for source, moves in live_nodes(my_task.workflow, self):
            inputs = reachable.get(source, frozenset())
            if inputs - held and (moves or not inputs & held):
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
        if task.task_spec is spec and is_token(task):
            tokens.setdefault(task.internal_data["from"], task)
    tokens[my_task.internal_data["from"]] = my_task
    return tokens


def is_token(task: Any) -> bool:
    """Whether a task is a token that waits at a join."""
    return isinstance(task.task_spec, JOINS) and task._state == TaskState.WAITING and "from" in task.internal_data


def consume(tokens: dict[str, Any], my_task: Any) -> None:
    for token in tokens.values():
        if token is not my_task:
            token.cancel()


def live_nodes(workflow: Any, join: Any) -> set[tuple[str, bool]]:
    """Names of the nodes of this scope that hold a token outside `join`, and whether it moves on by itself. An event
    listened for holds none."""
    live = set()
    for task in workflow.tasks.values():
        state = task._state
        if task.task_spec is join or not state & TaskState.DEFINITE_MASK:
            continue
        if state == TaskState.FUTURE and task.parent is not None and task.parent._state != TaskState.COMPLETED:
            continue
        if state == TaskState.WAITING and isinstance(task.task_spec, LISTENING):
            continue
        ready = state == TaskState.READY and not task.task_spec.manual and not is_thrown(task)
        live.add((task.task_spec.name.removesuffix(".BoundaryEventSplit"), ready or state == TaskState.FUTURE))
    return live
