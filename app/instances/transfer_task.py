"""转办: a task goes to a colleague who may do it, with a reason. Who held it before loses sight of the own draft."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import Refusal
from app.identity.actor import Actor, load_actor_by_login
from app.identity.candidates import Candidate, people_for_step
from app.identity.may import Verdict
from app.identity.models import Person
from app.identity.plain_text import plain
from app.instances.case import Case, lock_case_of_task
from app.instances.hold import forget_drafts_of_others
from app.instances.models import Instance, Task
from app.instances.open_task import still_open
from app.instances.people import judge, need_of, what_counts
from app.instances.record import note
from app.instances.see_case import see_case
from app.instances.surroundings import Surroundings

LONGEST_REASON = 500


@dataclass(frozen=True)
class Receiver:
    person: Actor
    verdict: Verdict


def transfer_task(
    session: Session, around: Surroundings, task_id: str, *, by: Actor, to: str, reason: str, now: datetime
) -> Receiver:
    """Hand the task to the person with the login `to`. The holder may, and who answers for the case.

    Raises:
        Refusal: `not_found` (404), `transfer_not_yours` (403), `transfer_no_reason`, `transfer_receiver` (422: absent
            or not fit, the same answer), or that the task is closed (409).
    """
    case, task = lock_case_of_task(session, around, task_id, now=now)
    check_transfer(session, case.row, task, by=by)
    still_open(case, task)
    why = plain(reason, LONGEST_REASON)
    if not why:
        raise Refusal("transfer_no_reason")
    receiver = _receiver(case, task, by, to)
    _hand_over(case, task, by, receiver, why)
    return receiver


def check_transfer(session: Session, row: Instance, task: Task, *, by: Actor) -> None:
    """Whether the actor may hand this task to somebody else; a stranger to the case finds nothing."""
    see_case(session, row.id, by=by)
    if task.assignee_id in by.ids or row.owner_id in by.ids:
        return
    raise Refusal("transfer_not_yours", 403, {"task": task.name})


def receivers(
    session: Session, row: Instance, task: Task, *, by: Actor, today: date, text: str = ""
) -> list[Candidate]:
    """Who may be chosen: judged as when they do it, without who holds the task now."""
    acts, rules = what_counts(session, task, row, today)
    found = people_for_step(session, by, need_of(task, row), today, acts=acts, rules=rules, text=text)
    holder = task.assignee_id and session.scalar(select(Person.login).where(Person.id == UUID(task.assignee_id)))
    return [one for one in found if one.login != holder]


def _receiver(case: Case, task: Task, by: Actor, to: str) -> Receiver:
    wrong = Refusal("transfer_receiver", 422, {"task": task.name})
    try:
        person = load_actor_by_login(case.session, plain(to, 64), case.today)
    except Refusal as absent:
        raise wrong from absent
    verdict = judge(case.session, person, task, case.row, case.today)
    if not verdict.allowed or person.id == task.assignee_id:
        raise wrong
    return Receiver(person, verdict)


def _hand_over(case: Case, task: Task, by: Actor, receiver: Receiver, why: str) -> None:
    former = task.assignee_id
    drafts = forget_drafts_of_others(case, task.id, keep=receiver.person.id)
    task.assignee_id, task.claimed_at = receiver.person.id, case.at
    task.natural_person, task.acted_role = receiver.person.natural_person, receiver.verdict.role
    task.behalf_natural = receiver.verdict.behalf_natural_person
    fields = {
        "task": task.key,
        "reason": why,
        "payload/~from": former,
        "payload/~to": receiver.person.id,
        "payload/~drafts_destroyed": drafts or None,
    }
    note(case, "transferred", fields, actor=by.id, on_behalf_of=_behalf(by, {former, case.row.owner_id}))


def _behalf(by: Actor, entitled: set[str | None]) -> str | None:
    """In whose name the actor hands over, when it is by standing in only."""
    return None if by.id in entitled else next((one for one in sorted(by.ids) if one in entitled), None)
