"""移交办件: somebody else answers for a case from now on. Who leaves, is ill or keeps away does not leave it without anybody.

It moves the list 在办件, the right to urge, transfer and follow up; steps that the former one held go back to the colleagues.
No separation is judged: answering for a case is no step of it.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import Refusal
from app.identity.actor import Actor, load_actor_by_login
from app.identity.candidates import Candidate, people_for_step
from app.identity.divisions import covers
from app.identity.may import Need, may_start
from app.identity.models import Person
from app.identity.plain_text import plain
from app.identity.roles import APPROVING, POST, ROLES
from app.instances.case import Case, lock_case
from app.instances.hold import forget_drafts_of_others
from app.instances.models import Instance, Task
from app.instances.people import avoiding
from app.instances.record import note
from app.instances.release_task import let_go
from app.instances.see_case import roles_of, see_case
from app.instances.start import MACHINE
from app.instances.surroundings import Surroundings

LONGEST_REASON = 500


def hand_over_case(
    session: Session, around: Surroundings, instance_id: str, *, by: Actor, to: str, reason: str, now: datetime
) -> Actor:
    """Make the person with the login `to` answer for the case.

    Raises:
        Refusal: `not_found` (404), `hand_over_not_yours` (403), `hand_over_ended` (409), `hand_over_no_reason`,
            `hand_over_receiver` (422: absent or not fit, the same answer).
    """
    check_hand_over(see_case(session, instance_id, by=by), by=by)
    case = lock_case(session, around, instance_id, now=now)
    check_hand_over(case.row, by=by)
    why = plain(reason, LONGEST_REASON)
    if not why:
        raise Refusal("hand_over_no_reason")
    receiver = _receiver(case, to)
    former, case.row.owner_id = case.row.owner_id, receiver.id
    released = _let_go_of_all(case, former, receiver)
    fields = {
        "reason": why,
        "payload/~from": former,
        "payload/~to": receiver.id,
        "payload/~released": released or None,
    }
    note(case, "case_handed_over", fields, actor=by.id, on_behalf_of=_behalf(by, former))
    return receiver


def check_hand_over(row: Instance, *, by: Actor) -> None:
    """Whether the actor may hand this case over now."""
    if row.ended_at is not None:
        raise Refusal("hand_over_ended", 409)
    if not may_hand_over(row, by=by):
        raise Refusal("hand_over_not_yours", 403)


def may_hand_over(row: Instance, *, by: Actor) -> bool:
    """Who answers for it may, and who leads the office: for one who has left nobody else could."""
    return row.owner_id in by.ids or _leads(by, row.division)


def successors(session: Session, row: Instance, *, by: Actor, today: date) -> list[Candidate]:
    """Who may be chosen: whose post sees the cases of the procedure there, without a declared interest."""
    need = Need(_roles(session, row), row.division, interests=avoiding(row))
    found = people_for_step(session, by, need, today)
    known = row.owner_id != MACHINE
    owner = session.scalar(select(Person.login).where(Person.id == UUID(row.owner_id))) if known else None
    return [one for one in found if one.login != owner]


def _roles(session: Session, row: Instance) -> tuple[str, ...]:
    """Posts that see every case of this procedure: an office of three has no second registrar."""
    return tuple(sorted(role for role in roles_of(session, row.definition) if ROLES[role].sees == POST))


def _receiver(case: Case, to: str) -> Actor:
    wrong = Refusal("hand_over_receiver", 422)
    try:
        person = load_actor_by_login(case.session, plain(to, 64), case.today)
    except Refusal as absent:
        raise wrong from absent
    roles = _roles(case.session, case.row)
    fit = may_start(person, roles, case.row.division, interests=avoiding(case.row)).allowed
    if not fit or person.id == case.row.owner_id:
        raise wrong
    return person


def _leads(by: Actor, division: str) -> bool:
    return any(ROLES[one.role].group == APPROVING and covers(one.division, division) for one in by.grants)


def _let_go_of_all(case: Case, former: str, receiver: Actor) -> list[str]:
    """Keys of the open tasks that the former one held; whoever takes one up begins with an empty form."""
    if former == MACHINE:
        return []
    held = case.session.scalars(
        select(Task)
        .where(Task.instance_id == case.row.id, Task.status == "open", Task.assignee_id == former)
        .order_by(Task.key)
    ).all()
    for task in held:
        let_go(task)
        forget_drafts_of_others(case, task.id, keep=receiver.id)
    return [task.key for task in held]


def _behalf(by: Actor, former: str) -> str | None:
    """In whose name, when it is by standing in only."""
    return former if by.id != former and former in by.ids else None
