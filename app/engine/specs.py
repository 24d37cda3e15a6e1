"""Gateways, activities and loops as task specs: SpiffWorkflow's, kept to the engine rules. Events and joins have
files of their own.

A spec never holds an author's text. It asks the case, which stands where SpiffWorkflow expects its script engine
(`workflow.script_engine`), and the case looks the expression up by the id of the element.
"""
# mypy: disable-error-code="misc"
# SpiffWorkflow carries no types, so every subclass of one of its classes is a subclass of Any.

from typing import Any

from SpiffWorkflow.bpmn.specs import defaults
from SpiffWorkflow.bpmn.specs.bpmn_task_spec import BpmnTaskSpec
from SpiffWorkflow.bpmn.specs.mixins import BpmnSpecMixin
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import MultiInstanceTask
from SpiffWorkflow.util.task import TaskState

from app.engine.choices import Choosing
from app.engine.model import EngineRefused


class UserTask(Choosing, defaults.UserTask):
    pass


class ExclusiveGateway(defaults.ExclusiveGateway):
    """Takes the first flow whose condition is true, else the default. No flow at all is an incident, not an error."""

    def _predict_hook(self, my_task: Any) -> None:
        """It runs as soon as it is ready: what it might choose is not drawn up before."""

    def _run_hook(self, my_task: Any) -> bool:
        conditional = ((c, name) for c, name in self.cond_task_specs if c is not None)
        name = next((name for c, name in conditional if c._matches(my_task)), self.default_task_spec)
        if name is None:
            raise EngineRefused("no_flow_taken", self.name)
        my_task._sync_children([self._wf_spec.task_specs[name]], TaskState.FUTURE)
        return True


class ScriptTask(Choosing, BpmnSpecMixin):
    def _run_hook(self, my_task: Any) -> Any:
        my_task.workflow.script_engine.run_script(self.name)
        return super()._run_hook(my_task)


class DecisionTask(Choosing, BpmnSpecMixin):
    def _run_hook(self, my_task: Any) -> Any:
        my_task.workflow.script_engine.decide(self.name)
        return super()._run_hook(my_task)


class CallTask(Choosing, BpmnSpecMixin):
    """Waits for the answer of an operation."""

    def _update_hook(self, my_task: Any) -> bool:
        if my_task.internal_data.get("answered"):
            return True
        my_task._set_state(TaskState.WAITING)
        my_task.workflow.script_engine.opened_call(my_task)
        return False


class Scoped:
    """An embedded sub-process or a call activity: a workflow of its own in the same case, on the same facts."""

    spec: str

    def _update_hook(self, my_task: Any) -> bool:
        top = my_task.workflow.top_workflow
        inner = top.subprocesses.get(my_task.id)
        if inner is not None:
            return bool(inner.completed)
        my_task._set_state(TaskState.STARTED)
        top.create_subprocess(my_task, self.spec)
        return False


class SubProcess(Scoped, Choosing, defaults.SubWorkflowTask):
    pass


class CallActivity(Scoped, Choosing, defaults.CallActivity):
    pass


class MultiInstance(Choosing, MultiInstanceTask):
    """A user task once for each code of a list. What a child leaves goes under its own code only (rule 7)."""

    sequential = False

    def _update_hook(self, my_task: Any) -> bool:
        data = my_task.internal_data
        if "items" not in data:
            data["items"] = my_task.workflow.script_engine.begin_instances(self.name)
            data["next"] = data["done"] = 0
            if not data["items"]:
                return True
            my_task._set_state(TaskState.STARTED)
            for _ in data["items"][:1] if self.sequential else data["items"]:
                self._open_next(my_task)
        return False

    def _open_next(self, my_task: Any) -> None:
        data = my_task.internal_data
        child = my_task._add_child(self._wf_spec.task_specs[self.task_spec], TaskState.WAITING)
        child.triggered = True
        child.internal_data["item"] = data["items"][data["next"]]
        data["next"] += 1
        child.task_spec._update(child)

    def merge_child(self, workflow: Any, child: Any) -> None:
        my_task = child.parent
        data = my_task.internal_data
        data["done"] += 1
        if data["done"] == len(data["items"]) or workflow.script_engine.instances_complete(self.name):
            for other in my_task.children:
                if other.triggered:
                    other.cancel()
            my_task._set_state(TaskState.READY)
        elif self.sequential:
            self._open_next(my_task)


class SequentialMultiInstance(MultiInstance):
    sequential = True


def wire(spec: Any) -> None:
    """Connect what upstream would connect on the first run of a spec: a cached spec is then read-only."""
    for task_spec in list(spec.task_specs.values()):
        task_spec.test()
        if isinstance(task_spec, BpmnTaskSpec):
            task_spec.completed_event.connect(_completed)
    for task_spec in list(spec.task_specs.values()):
        if isinstance(task_spec, MultiInstance):
            spec.task_specs[task_spec.task_spec].completed_event.connect(task_spec.merge_child)


def _completed(workflow: Any, my_task: Any) -> None:
    workflow.script_engine.completed(my_task)
