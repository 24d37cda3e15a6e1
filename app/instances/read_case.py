"""Reading a case without locking it: the same `Case`, for pages; nothing that is done with it is kept."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalogue.published import published
from app.clock import legal_day
from app.engine import open_keys
from app.errors import Refusal, not_found
from app.history.data_keys import WHOLE_CASE, unwrap
from app.history.models import StoredKey
from app.identity.actor import Actor
from app.instances.case import Case
from app.instances.models import Instance, Task
from app.instances.people import judge
from app.instances.see_case import see_case
from app.instances.surroundings import Surroundings


def read_case(session: Session, around: Surroundings, row: Instance, *, now: datetime) -> Case:
    """Open the state of a case the reader may see.

    Raises:
        Refusal: `not_found` (404); `content_destroyed` (410) after a lawful erasure.
    """
    key = session.scalar(select(StoredKey).where(StoredKey.case == row.id, StoredKey.subject == WHOLE_CASE))
    if key is None:
        raise not_found()
    if key.wrapped is None:
        raise Refusal("content_destroyed", 410)
    version = published(session, row.definition)
    case = Case(
        session=session,
        around=around,
        row=row,
        key=unwrap(around.vault, key),
        published=version,
        at=max(now, row.last_at),
        state=None,
        stored_key=key,
    )
    if row.state is not None:
        case.state = case.unseal("instance.state", row.state)
        case.facts = dict(open_keys(version.definition, case.state).facts)
    return case


def read_task(session: Session, around: Surroundings, task_id: str, *, by: Actor, now: datetime) -> tuple[Case, Task]:
    """A task for its page: to one who may do it, or who may see its case (for a closed one).

    Raises:
        Refusal: `not_found` (404), or the reason of `identity.may` (403).
    """
    task = session.get(Task, task_id)
    row = session.get(Instance, task.instance_id) if task else None
    if task is None or row is None:
        raise not_found()
    if task.status == "open":
        judge(session, by, task, row, legal_day(max(now, row.last_at))).check()
    else:
        see_case(session, row.id, by=by)
    return read_case(session, around, row, now=now), task
