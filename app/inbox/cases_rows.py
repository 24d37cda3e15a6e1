"""Cases counted by urgency, with those of one page, their open tasks and who holds them: one statement."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session, defer

from app.history.data_keys import WHOLE_CASE
from app.history.models import StoredKey
from app.identity.actor import Actor
from app.identity.models import Person
from app.inbox.listing import Wanted, listing
from app.inbox.urgency import case_day, case_stopped
from app.inbox.waiting import Badges, cases_answered_for, tasks_waiting
from app.instances.models import Instance, Task


@dataclass(frozen=True)
class FoundCase:
    """`tasks` are the open ones in the order they opened, each with the name of who has it in hand, or nothing."""

    case: Instance
    key: StoredKey | None
    tasks: list[tuple[Task, str]] = field(default_factory=list)


@dataclass(frozen=True)
class FoundCases:
    """`counts` by urgency, whatever the page is narrowed to."""

    rows: tuple[FoundCase, ...]
    counts: Mapping[str, int]
    badges: Badges


def find_cases(
    session: Session,
    actor: Actor,
    which: ColumnElement[bool],
    wanted: Wanted,
    *,
    today: date,
    unread: ColumnElement[int],
) -> FoundCases:
    """A page of them.

    Args:
        which: lets no case through that this person may not see: counts come after it (abuse case 2).
        unread: counts the reminders that the person has not read.
    """
    every = (
        select(
            Instance.id, case_day().label("day"), case_stopped().label("stopped"), Instance.started_at.label("since")
        )
        .where(which)
        .cte("every")
    )
    numbers = {"cases": cases_answered_for(actor), "tasks": tasks_waiting(actor), "unread": unread}
    found = listing(every, wanted, today, once=numbers)
    joined = (
        found.joined.outerjoin(Instance, Instance.id == found.rows.c.id)
        .outerjoin(StoredKey, and_(StoredKey.case == Instance.id, StoredKey.subject == WHOLE_CASE))
        .outerjoin(Task, and_(Task.instance_id == Instance.id, Task.status == "open"))
        .outerjoin(Person, Person.id == Task.assignee_id)
    )
    rows = session.execute(
        select(*found.once.c, *found.totals.c, Instance, StoredKey, Task, Person.name)
        .select_from(joined)
        .order_by(*found.order, Task.opened_seq, Task.key)
        .options(defer(Instance.state))
    ).all()
    cases: dict[str, FoundCase] = {}
    for row in rows:
        if row.Instance is not None:
            case = cases.setdefault(row.Instance.id, FoundCase(row.Instance, row.StoredKey))
            case.tasks.extend([(row.Task, row.name or "")] if row.Task else [])
    return FoundCases(
        rows=tuple(cases.values()),
        counts={row.urgency: row.n for row in rows if row.urgency is not None},
        badges=Badges(rows[0].cases, rows[0].tasks, rows[0].unread),
    )
