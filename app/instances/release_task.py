"""退还: the holder gives a task back to all who may do it. The own draft stays, until somebody else takes the task."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from app.errors import Refusal
from app.identity.actor import Actor
from app.instances.case import lock_case_of_task
from app.instances.models import Instance, Task
from app.instances.open_task import still_open
from app.instances.people import judge
from app.instances.record import note
from app.instances.surroundings import Surroundings


def release_task(session: Session, around: Surroundings, task_id: str, *, by: Actor, now: datetime) -> None:
    """Give it back. The holder may, also when their role has ended meanwhile, or who stands in for the holder.

    Raises:
        Refusal: `not_found` (404), `task_not_held` (409), or that it is closed (409).
    """
    case, task = lock_case_of_task(session, around, task_id, now=now)
    check_release(session, case.row, task, by=by, today=case.today)
    still_open(case, task)
    former = task.assignee_id
    let_go(task)
    note(case, "released", {"task": task.key}, actor=by.id, on_behalf_of=former if former != by.id else None)


def check_release(session: Session, row: Instance, task: Task, *, by: Actor, today: date) -> None:
    """Whether the actor may give the task back; a stranger to it finds nothing."""
    if task.assignee_id in by.ids or task.closed_by == by.id:
        return
    raise judge(session, by, task, row, today).refusal or Refusal("task_not_held", 409, {"task": task.name})


def in_hand(session: Session, task_id: str, *, by: Actor) -> bool:
    """Whether the actor holds the open task, also where they may not do it any more: then all that is left is giving it
    back, or it would stay with them for ever."""
    task = session.get(Task, task_id)
    return task is not None and task.status == "open" and task.assignee_id == by.id


def let_go(task: Task) -> None:
    task.assignee_id = task.claimed_at = None
    task.natural_person = task.behalf_natural = task.acted_role = None
