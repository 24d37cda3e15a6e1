"""Fetching a case through permission: seen by those who work on it, absent for everybody else (abuse case 1)."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalogue.published import published
from app.errors import not_found
from app.identity.actor import Actor
from app.identity.roles import CASE_ROLES, named_roles
from app.identity.see import Sight, may_see_case, works_as, works_in
from app.instances.models import Instance, Task


def see_case(session: Session, instance_id: str, *, by: Actor) -> Instance:
    """The case, if the person's post or an assignment is a standing approval to see it.

    Raises:
        Refusal: `not_found` (404).
    """
    row = session.get(Instance, instance_id)
    if row is None or sight(session, row, by) is not Sight.OPEN:
        raise not_found()
    return row


def sight(session: Session, row: Instance, by: Actor) -> Sight:
    """How far the case is open to this person."""
    if (row.started_by == by.id or row.owner_id in by.ids) and works_in(by, row.division):
        return Sight.OPEN
    tasks = session.execute(
        select(Task.role, Task.candidates, Task.assignee_id, Task.division).where(
            Task.instance_id == row.id, Task.status == "open"
        )
    ).all()
    near = [task for task in tasks if works_as(by, task.role, task.division)]
    named = {login for task in near for login in (task.candidates or "").split(",") if login}
    if any(task.assignee_id in by.ids for task in near):
        return Sight.OPEN
    free = [task for task in tasks if task.assignee_id is None and not task.candidates]
    waiting = {(role, task.division) for task in free for role in named_roles([task.role])}
    return may_see_case(by, row.division, roles_of(session, row.definition), named, waiting)


_roles: dict[str, frozenset[str]] = {}
"""By digest of the definition: a version never changes, and compiling one for a list would be slow."""


def roles_of(session: Session, digest: str) -> frozenset[str]:
    """Roles that work in this version of a procedure: lanes, element roles, starters."""
    if digest not in _roles:
        version = published(session, digest)
        found = set(version.settings.start.roles)
        for settings in version.all_settings.values():
            found |= set(settings.lanes.values())
        found |= {node.properties["role"] for node in version.definition.nodes.values() if "role" in node.properties}
        _roles[digest] = named_roles(found) or CASE_ROLES
    return _roles[digest]
