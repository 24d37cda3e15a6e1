"""Fetching a task through permission: what may not be done or seen is absent (abuse case 1)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.errors import Refusal, not_found
from app.identity.actor import Actor
from app.identity.may import Verdict
from app.identity.names import names_of
from app.instances.case import Case, lock_case_of_task
from app.instances.finish import finish
from app.instances.fire_due import fire_due
from app.instances.models import Task
from app.instances.people import judge
from app.instances.surroundings import Surroundings


@dataclass
class HeldTask:
    """A task of a locked case, with the verdict under which the actor works on it."""

    case: Case
    row: Task
    verdict: Verdict


def open_task(session: Session, around: Surroundings, task_id: str, *, by: Actor, now: datetime) -> HeldTask:
    """Lock the case, fire what is due, and hold the task if it is open and the actor may do it.

    Raises:
        Refusal: `not_found` (404); a reason of `identity.may` (403); `task_closed` (409) naming who did it.
    """
    case, task = lock_case_of_task(session, around, task_id, now=now)
    verdict = judge(session, by, task, case.row, case.today)
    if not verdict.allowed and task.closed_by != by.id:
        raise verdict.refusal or not_found()
    still_open(case, task)
    return HeldTask(case, task, verdict)


def still_open(case: Case, task: Task) -> None:
    """Fire what is due, which may close the task.

    Raises:
        Refusal: `task_done`, `task_cancelled` or `task_taken_back` (409).
    """
    if task.status == "open":
        if fire_due(case):
            # Written at once: an act that moves nothing itself must not leave the state before the timers behind.
            finish(case)
            case.session.flush()
            case.session.refresh(task, ["status"])
    if task.status != "open":
        raise closed(case.session, task)


def closed(session: Session, task: Task) -> Refusal:
    """The sentence for a task that is no longer open: by whom, for one who may see the task."""
    if task.status in {"cancelled", "taken_back"}:
        return Refusal(f"task_{task.status}", 409, {"task": task.name})
    return Refusal("task_done", 409, {"task": task.name, "who": name_of(session, task.closed_by)})


def held_already(session: Session, task: Task) -> Refusal:
    """The sentence for a task that somebody else works on (abuse case 14): who has it, for one who may do the task."""
    return Refusal("task_held", 409, {"task": task.name, "who": name_of(session, task.assignee_id)})


def name_of(session: Session, person_id: str | None) -> str:
    return names_of(session, {person_id}).get(person_id or "", "其他人")


def held_by_other(task: Task, by: Actor) -> bool:
    return task.assignee_id is not None and task.assignee_id != by.id
