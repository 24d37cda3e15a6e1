"""What each kind of event does to a case. Automatic steps follow in `run`."""

from typing import Any

from SpiffWorkflow.util.task import TaskState

from app.engine import event_specs, joins
from app.engine.case import Case
from app.engine.facts import problem_of
from app.engine.happen import happen
from app.engine.keys import Opened
from app.engine.model import Call, EngineRefused, Event, FactType, OpenedTask, OpenedTimer, OpenedWait


def completed(case: Case, found: Opened, event: Event) -> None:
    task = _target(found, event, OpenedTask, "task_not_open")
    if "item" in task.internal_data and event.facts:
        raise EngineRefused("fact_refused", task.task_spec.bpmn_id, "多实例的子任务只能写在自己的代码之下")
    case.set_facts(event.facts, task.task_spec.bpmn_id)
    _leave_result(case, task, event)
    task.run()


def _leave_result(case: Case, task: Any, event: Event) -> None:
    """What a multi-instance child leaves goes under its own code and nowhere else (rule 7)."""
    item = task.internal_data.get("item")
    if item is None:
        if event.result is not None:
            raise EngineRefused("result_refused", task.task_spec.bpmn_id)
        return
    output = case.program.instances[task.task_spec.bpmn_id].output
    if output is not None:
        if problem_of(FactType(output, "map"), {item: event.result}):
            raise EngineRefused("result_refused", task.task_spec.bpmn_id)
        held = case.facts.get(output)
        case.set_facts({output: {**(held if isinstance(held, dict) else {}), item: event.result}})


def message(case: Case, found: Opened, event: Event) -> None:
    task = found.tasks[_wait_key(found, event)]
    case.set_facts(event.facts, task.task_spec.name)
    happen(case, task)


def _wait_key(found: Opened, event: Event) -> str:
    """The wait with this key, or the first that waits for a message of this name."""
    waits = found.of(OpenedWait)
    if event.target in waits:
        return event.target
    for key, wait in waits.items():
        if wait.message == event.target:
            return key
    raise EngineRefused("wait_not_open", "", event.target or "")


def timer_due(case: Case, found: Opened, event: Event) -> None:
    task = _target(found, event, OpenedTimer, "timer_not_open")
    if task.internal_data["left"] is not None:
        # One firing stands for those missed while nobody swept (rule 3); they count all the same.
        task.internal_data["left"] = max(0, task.internal_data["left"] - 1 - event.missed)
    happen(case, task)


def answered(case: Case, found: Opened, event: Event) -> None:
    task = _target(found, event, Call, "call_not_open")
    case.answered(task.task_spec.name, dict(event.facts).get("answer"))
    task.internal_data["answered"] = True
    task.task_spec._update(task)


def corrected(case: Case, found: Opened, event: Event) -> None:
    case.set_facts(event.facts)


def repositioned(case: Case, found: Opened, event: Event) -> None:
    """Close these, open those, within one scope; needs nothing of the past (rule 12).

    `cancel` may also name a join by its path, without a number: its waiting tokens are dropped."""
    scopes = {key.rpartition("/")[0] for key in event.cancel} | {scope for scope, _ in event.open}
    if not event.open or len(scopes) != 1:
        raise EngineRefused("reposition_refused", "", "one scope, and something to open")
    case.set_facts(event.facts)
    for key in event.cancel:
        for task in _tokens(found, key) or _host(found, key):
            task.cancel()
    for scope, node in event.open:
        _open_at(case, found, scope, node)


def _tokens(found: Opened, key: str) -> list[Any]:
    scope, _, node = key.rpartition("/")
    workflow = found.scopes.get(scope)
    tasks = workflow.tasks.values() if workflow is not None else []
    return [task for task in tasks if task.task_spec.name == node and joins.is_token(task)]


def _host(found: Opened, key: str) -> list[Any]:
    """A task or scope, with the boundary events around it."""
    task = found.tasks.get(key)
    if task is None or "item" in task.internal_data or isinstance(task.task_spec, event_specs.Trigger):
        raise EngineRefused("task_not_open", "", key)
    return list(task.parent.children) if event_specs.is_split(task.parent) else [task]


OPENABLE = frozenset(
    {
        "userTask", "manualTask", "task", "serviceTask", "sendTask", "receiveTask", "scriptTask", "businessRuleTask",
        "subProcess", "callActivity", "intermediateCatchEvent", "exclusiveGateway", "eventBasedGateway",
    }
)  # fmt: skip


def _open_at(case: Case, found: Opened, scope: str, node: str) -> None:
    workflow, drawn = found.scopes.get(scope), case.program.nodes.get(node)
    if workflow is None or drawn is None or drawn.kind not in OPENABLE or node not in workflow.spec.task_specs:
        raise EngineRefused("cannot_open", node, scope)
    known = workflow.spec.task_specs
    spec = known.get(f"{node}.BoundaryEventSplit") or known[node]
    if isinstance(spec.inputs[0], event_specs.EventBasedGateway | event_specs.Trigger):
        raise EngineRefused("cannot_open", node, scope)
    child = workflow.task_tree._add_child(spec, TaskState.FUTURE)
    child.triggered = True
    case.steps.entered.append(node)
    child.task_spec._update(child)


def _target(found: Opened, event: Event, kind: type, code: str) -> Any:
    if event.target is None or not isinstance(found.waiting.get(event.target), kind):
        raise EngineRefused(code, "", event.target or "")
    return found.tasks[event.target]
