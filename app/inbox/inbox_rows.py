"""The tasks a person may act on, counted by kind, with those of one page: one statement."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, func, literal, select
from sqlalchemy.orm import Session, defer

from app.catalogue.models import Definition
from app.history.data_keys import WHOLE_CASE
from app.history.models import StoredKey
from app.identity.actor import Actor
from app.identity.models import Person
from app.inbox.listing import Wanted, listing
from app.inbox.urgency import task_day, task_stopped
from app.inbox.waiting import Badges, cases_answered_for, may_act_on, urged_by_another
from app.instances.models import Instance, Task

NOBODY_ASKS = literal(0)


@dataclass(frozen=True)
class FoundTask:
    """`holder` is the name of who has it in hand, empty for nobody."""

    task: Task
    case: Instance
    key: StoredKey | None
    holder: str


@dataclass(frozen=True)
class FoundTasks:
    """`counts` by urgency and process, whatever the page is narrowed to; `titles` of the processes."""

    rows: tuple[FoundTask, ...]
    counts: Mapping[tuple[str, str], int]
    titles: Mapping[str, str]
    badges: Badges
    urged: int
    """How many of them all somebody else urged."""


def find_tasks(
    session: Session, actor: Actor, wanted: Wanted, *, today: date, unread: ColumnElement[int] = NOBODY_ASKS
) -> FoundTasks:
    """A page of them. Counts are of what this person may see, nothing else (abuse case 2).

    Args:
        unread: counts the reminders that the person has not read.
    """
    every = (
        select(Task.id, task_day().label("day"), task_stopped().label("stopped"), Task.opened_at.label("since"))
        .add_columns(Instance.process, urged_by_another(actor).label("urged"))
        .join(Instance, Instance.id == Task.instance_id)
        .where(may_act_on(actor))
        .cte("every")
    )
    urged = select(func.count()).select_from(every).where(every.c.urged).scalar_subquery()
    numbers = {"cases": cases_answered_for(actor), "unread": unread, "urged": urged}
    found = listing(every, wanted, today, once=numbers, by=["process"])
    title = select(Definition.title).where(Definition.key == found.totals.c.process)
    newest = title.order_by(Definition.version.desc()).limit(1).scalar_subquery()
    joined = (
        found.joined.outerjoin(Task, Task.id == found.rows.c.id)
        .outerjoin(Instance, Instance.id == Task.instance_id)
        .outerjoin(StoredKey, and_(StoredKey.case == Instance.id, StoredKey.subject == WHOLE_CASE))
        .outerjoin(Person, Person.id == Task.assignee_id)
    )
    asked = (
        select(*found.once.c, *found.totals.c, newest.label("title"), Task, Instance, StoredKey, Person.name)
        .select_from(joined)
        .order_by(*found.order)
        .options(defer(Instance.state))
    )
    rows = session.execute(asked).all()
    counts = {(row.urgency, row.process): row.n for row in rows if row.urgency is not None}
    return FoundTasks(
        rows=tuple(FoundTask(row.Task, row.Instance, row.StoredKey, row.name or "") for row in rows if row.Task),
        counts=counts,
        titles={row.process: row.title or row.process for row in rows if row.process is not None},
        badges=Badges(rows[0].cases, sum(counts.values()), rows[0].unread),
        urged=rows[0].urged,
    )
