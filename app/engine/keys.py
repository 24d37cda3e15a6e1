"""What is open in a case, under keys of our own: `scope path/node#n[item]`, n counted in the envelope.

Tables, links, events, replay and migration address what waits by these keys; SpiffWorkflow's ids stay inside."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from SpiffWorkflow.util.task import TaskState

from app.engine import event_specs, specs
from app.engine.case import Case
from app.engine.model import Call, EngineRefused, OpenedTask, OpenedTimer, OpenedWait

Waiting = OpenedTask | OpenedTimer | OpenedWait | Call


@dataclass
class Opened:
    """Everything alive. `tasks` leads from a key back into the tree; scopes are keyed too."""

    waiting: dict[str, Waiting] = field(default_factory=dict)
    scopes: dict[str, Any] = field(default_factory=dict)
    """Scope path ("" for the process itself) → workflow."""
    tasks: dict[str, Any] = field(default_factory=dict)
    signals: list[str] = field(default_factory=list)
    """Keys of events that wait for a signal: nothing from outside can make them happen, so nothing else lists them."""
    kinds: dict[type, dict[str, Any]] = field(default_factory=dict)

    def of(self, kind: type) -> dict[str, Any]:
        """What is open of that kind; not to be changed."""
        return self.kinds.get(kind, {})


def opened(case: Case) -> Opened:
    """Number what is new, in the order of the tree, and list all that is open. Forgets counters of closed scopes."""
    found = Opened()
    if not case.tree.completed:
        _scan(case, case.tree, "", found)
    case.counts = {key: n for key, n in case.counts.items() if key.rpartition("/")[0] in found.scopes}
    return found


def _scan(case: Case, workflow: Any, scope: str, found: Opened) -> None:
    found.scopes[scope] = workflow
    for task in workflow.tasks.values():
        if task._state not in ALIVE:
            continue
        name = task.task_spec.name
        if isinstance(task.task_spec, specs.Scoped):
            key = _number(case, task, scope, name)
            found.tasks[key] = task
            _scan(case, case.tree.subprocesses[task.id], key, found)
        elif isinstance(task.task_spec, specs.MultiInstance):
            key = _number(case, task, scope, name)
            for child in _children(task):
                _found(found, f"{key}[{child.internal_data['item']}]", child, _task(case, key, child))
        elif "item" not in task.internal_data:
            kind = _kind(task)
            if kind is not None:
                key = _number(case, task, scope, task.task_spec.bpmn_id)
                _found(found, key, task, kind(case, key, task))
            elif _waits_for_signal(task):
                key = _number(case, task, scope, task.task_spec.bpmn_id)
                found.tasks[key] = task
                found.signals.append(key)


def _waits_for_signal(task: Any) -> bool:
    catching = isinstance(task.task_spec, event_specs.Catching) and task._state == TaskState.WAITING
    return catching and task.task_spec.event_definition.kind == "signal"


ALIVE = frozenset({TaskState.WAITING, TaskState.READY, TaskState.STARTED})


def _found(found: Opened, key: str, task: Any, item: Waiting) -> None:
    found.tasks[key] = task
    found.waiting[key] = item
    found.kinds.setdefault(type(item), {})[key] = item


def _children(task: Any) -> Iterator[Any]:
    return (child for child in task.children if child.triggered and child._state == TaskState.READY)


def _kind(task: Any) -> Any:
    spec = task.task_spec
    if spec.manual and task._state == TaskState.READY:
        return _task
    if task._state == TaskState.WAITING:
        if isinstance(spec, specs.CallTask):
            return _call
        if isinstance(spec, event_specs.Catching):
            return CATCHES.get(spec.event_definition.kind)  # type: ignore[attr-defined]
    return None


def _number(case: Case, task: Any, scope: str, name: str) -> str:
    path = f"{scope}/{name}" if scope else name
    if "n" not in task.internal_data:
        case.counts[path] = task.internal_data["n"] = case.counts.get(path, 0) + 1
    return f"{path}#{task.internal_data['n']}"


def _task(case: Case, key: str, task: Any) -> OpenedTask:
    name = task.task_spec.bpmn_id
    node, item = case.program.nodes[name], task.internal_data.get("item")
    if "assigned" not in task.internal_data:
        task.internal_data["assigned"] = _assigned(case, name, item)
    return OpenedTask(
        key=key if item is None else f"{key}[{item}]",
        node=name,
        name=node.name,
        lane=node.lane,
        process=node.process,
        properties=node.properties,
        item=item,
        assigned=task.internal_data["assigned"],
    )


def _assigned(case: Case, node: str, item: str | None) -> dict[str, Any]:
    """Whom the element's FEEL rules name. The rules are evaluated once, when the task opens."""
    plan = case.program.instances.get(node)
    scope = case.scope(**({plan.item: item} if plan is not None else {}))
    found: dict[str, Any] = {}
    for name, formula in case.program.assignments.get(node, {}).items():
        value = formula.wire(scope, case.steps.at)
        texts = value if isinstance(value, list) and name == "assignee" else [value]
        if not texts or not all(isinstance(text, str) and text for text in texts):
            raise EngineRefused("assignment_not_text", node, f"{name}: {formula.text}")
        found[name] = value
    return found


def _timer(case: Case, key: str, task: Any) -> OpenedTimer:
    return OpenedTimer(key, task.task_spec.bpmn_id, task.internal_data["rule"], task.task_spec.event_definition.cycle)


def _wait(case: Case, key: str, task: Any) -> OpenedWait:
    name = task.task_spec.bpmn_id
    return OpenedWait(key, name, case.program.messages[name], task.internal_data["correlation"])


def _call(case: Case, key: str, task: Any) -> Call:
    name = task.task_spec.name
    properties = case.program.nodes[name].properties
    return Call(key, name, case.program.calls[name].name, task.internal_data["input"], properties)


CATCHES = {"timer": _timer, "message": _wait}
