"""A person's command that the diagram cannot carry out: rolled back, and at once an incident (engine rule 18)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import Refusal
from app.instances.incidents import open_incident
from app.instances.models import Incident, Instance, Task

TASK, COMMAND = "task", "command"
ONES_OWN = frozenset(
    {
        "task_not_open", "timer_not_open", "wait_not_open", "call_not_open", "case_ended", "items_refused",
        "too_many_children", "reposition_refused", "cannot_open",
    }
)  # fmt: skip
"""What the person can put right, or what another one has done meanwhile: nobody has to look at the diagram."""


class Stopped(Refusal):
    """The engine's refusal. `task_id` is the task that was being completed, if it was one."""

    def __init__(self, code: str, params: Mapping[str, Any], *, instance_id: str, node: str) -> None:
        super().__init__(code, 409, {"incident": "", **params})
        self.instance_id, self.node = instance_id, node
        self.task_id: str | None = None


def report_stopped(session: Session, stopped: Stopped, *, now: datetime) -> Refusal:
    """Open the incident in a transaction of its own, after the command's was rolled back; the refusal with its number.

    None is opened for a case that was only to begin, nor when the task has been done after all.
    """
    if stopped.code in ONES_OWN:
        return stopped
    case = session.scalar(select(Instance).where(Instance.id == stopped.instance_id).with_for_update())
    task = session.get(Task, stopped.task_id, populate_existing=True) if stopped.task_id else None
    if case is None or (task is not None and task.status != "open"):
        return stopped
    what, key = (TASK, task.id) if task is not None else (COMMAND, case.id)
    open_incident(session, case.id, what, key, stopped.node, stopped.code, now=now)
    if task is not None:
        task.stopped_at = task.stopped_at or now
    session.flush()
    number = session.scalar(select(Incident.id).where(Incident.key == key, Incident.closed_at.is_(None)))
    # A case number taken by the command was rolled back with it: what stands on the row now is meant.
    shown = {"number": case.number or "（未编号）", "incident": f"和故障编号 {(number or '')[:8]} "}
    return Refusal(stopped.code, 409, {**stopped.params, **shown})
