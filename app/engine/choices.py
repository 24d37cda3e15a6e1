"""Activities that choose among the flows behind them."""

from typing import Any

from SpiffWorkflow.util.task import TaskState

from app.engine.model import EngineRefused


class Choosing:
    """An activity whose flows out may carry conditions. A token leaves by each flow without one and by each whose
    condition is true, by the default where there is no other (BPMN 2.0 §8.4.13)."""

    choices: tuple[tuple[str | None, str], ...] = ()
    """(flow whose condition is asked, name of the spec it leads to); empty where no flow carries a condition."""
    otherwise: str | None = None

    def _predict_hook(self, my_task: Any) -> None:
        if not self.choices:
            super()._predict_hook(my_task)  # type: ignore[misc]

    def _run_hook(self, my_task: Any) -> Any:
        done = super()._run_hook(my_task)  # type: ignore[misc]
        if self.choices:
            my_task._sync_children(self._chosen(my_task), TaskState.FUTURE)
        return done

    def _chosen(self, my_task: Any) -> list[Any]:
        ask = my_task.workflow.script_engine.evaluate
        names = [name for flow, name in self.choices if flow is None or ask(my_task, flow)]
        if not names and self.otherwise is not None:
            names = [self.otherwise]
        if not names:
            raise EngineRefused("no_flow_taken", self.name)  # type: ignore[attr-defined]
        # Where an event is attached, the library looks at its own task behind the host.
        own = [spec for spec in self.outputs if spec.name.endswith(".BoundaryEventJoin")]  # type: ignore[attr-defined]
        return own + [self._wf_spec.task_specs[name] for name in names]  # type: ignore[attr-defined]
