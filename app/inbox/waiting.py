"""What waits for a person: the open tasks they may act on. The query is the permission; counts come after it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from app.identity.actor import Actor
from app.identity.see import work_divisions, works_as, works_in
from app.instances.find import inside, of_the_post
from app.instances.models import Instance, Task
from app.instances.people import avoiding, in_person


@dataclass(frozen=True)
class Waiting:
    rows: Sequence[tuple[Task, Instance]]
    total: int


@dataclass(frozen=True)
class Badges:
    """The numbers beside the links of every list, after the permission filter."""

    cases: int
    tasks: int
    unread: int


def may_act_on(actor: Actor) -> ColumnElement[bool]:
    """The SQL condition that an open task is this person's to do: held by them or by one they stand in for, named for
    them, or open to their role. What they hold and may not do any more is shown too, for it has to be given back.

    Separation of duties is judged when the task is opened; a list shows what the post entails, without the cases in
    which the person declared an interest.
    """
    for_another = or_(Task.item.is_(None), Task.candidates.is_(None))  # the rest is done in person only
    named = [Task.candidates.contains(f",{actor.login},", autoescape=True)]
    for login in sorted(actor.logins - {actor.login}):
        named.append(and_(Task.candidates.contains(f",{login},", autoescape=True), for_another))
    free = and_(Task.assignee_id.is_(None), or_(Task.candidates.is_(None), *named))
    hands = or_(Task.assignee_id == actor.id, and_(Task.assignee_id.in_(actor.ids), for_another))
    held = and_(hands, inside(Task.division, work_divisions(actor)))
    mine = or_(held, and_(of_the_post(actor), free))
    return and_(Task.status == "open", mine, Task.instance_id.not_in(_kept_away_from(actor)))


def urged_by_another(actor: Actor) -> ColumnElement[bool]:
    """The SQL condition that somebody else waits for the task and said so."""
    return and_(Task.urged_at.is_not(None), Task.urged_by != actor.id)


def _kept_away_from(actor: Actor) -> Select[str]:
    """Cases in which the person declared an interest."""
    named = Instance.avoiding.contains(f",{actor.natural_person},", autoescape=True)
    return select(Instance.id).where(Instance.avoiding.is_not(None), named)


def may_take(actor: Actor, task: Task, row: Instance) -> bool:
    """The same answer as `may_act_on` for one open task of a case, both read already."""
    if actor.natural_person in avoiding(row):
        return False
    alone = in_person(task)
    if task.assignee_id is not None:
        return task.assignee_id in ({actor.id} if alone else actor.ids) and works_in(actor, task.division)
    if not works_as(actor, task.role, task.division):
        return False
    logins = {actor.login} if alone else actor.logins
    return task.candidates is None or any(f",{login}," in task.candidates for login in logins)


def tasks_open_to(
    session: Session, actor: Actor, *, page: int = 1, size: int = 50, instance_id: str | None = None
) -> Waiting:
    """The open tasks this person may act on, nearest due date first."""
    which = may_act_on(actor)
    if instance_id is not None:
        which = and_(which, Task.instance_id == instance_id)
    total = session.scalar(select(func.count()).select_from(Task).where(which)) or 0
    rows = session.execute(
        select(Task, Instance)
        .join(Instance, Instance.id == Task.instance_id)
        .where(which)
        .order_by(Task.due_on.is_(None), Task.due_on, Task.opened_at, Task.id)
        .limit(size)
        .offset((page - 1) * size)
    ).all()
    return Waiting([(row[0], row[1]) for row in rows], total)


def answers_for(actor: Actor) -> ColumnElement[bool]:
    """The SQL condition that a running case is this person's to answer for, or of one they stand in for."""
    near = inside(Instance.division, work_divisions(actor))
    return and_(Instance.owner_id.in_(actor.ids), Instance.ended_at.is_(None), near)


def cases_answered_for(actor: Actor) -> ColumnElement[int]:
    """How many they are, as a column of any statement."""
    return select(func.count()).select_from(Instance).where(answers_for(actor)).scalar_subquery()


def tasks_waiting(actor: Actor) -> ColumnElement[int]:
    """How many tasks the person may act on, as a column of any statement."""
    return select(func.count()).select_from(Task).where(may_act_on(actor)).scalar_subquery()


def badges(session: Session, actor: Actor, unread: ColumnElement[int]) -> Badges:
    """One statement.

    Args:
        unread: counts the reminders that the person has not read.
    """
    row = session.execute(select(cases_answered_for(actor), tasks_waiting(actor), unread)).one()
    return Badges(row[0], row[1], row[2])
