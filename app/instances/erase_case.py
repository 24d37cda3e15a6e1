"""依法销毁 (个人信息保护法 47; proof §2.6): what one ended case holds about people is destroyed, and its chain says so.

Gone are the data key (and with it every entry, submission and draft it sealed), the search tokens, attached files,
letters, and whatever stands open in rows: whom the case is about, what was asked of departments, what was sent and
kept. What stays proves that there was a case, when its entries were made, and that it was destroyed by whom, on what
ground. Before retention ends the answer is 限制处理, not this act; whether it has ended, the two people answer for.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.documents.models import Document, DocumentContent, Letter
from app.dossiers.models import SearchToken
from app.engine.outline import ENGINE_VERSION
from app.errors import Refusal
from app.history import Head, erase
from app.identity.actor import Actor
from app.identity.office import holds_over
from app.identity.two_operators import SECONDS
from app.instances.case import lock_case
from app.instances.models import Call, Draft, Instance, Message, Outbox, Task
from app.instances.people import avoiding
from app.instances.plan_act import checked_reason
from app.instances.second_person import check_planner
from app.instances.surroundings import Surroundings

EMPTIED: Mapping[type[Any], Mapping[str, Any]] = {
    Instance: {"subject": None, "clock": None},
    Call: {"input": {}, "answer": None},
    Outbox: {"payload": {}, "correlation": ""},
    Message: {"facts": {}, "correlation": ""},
}
"""Columns that may tell of people and are not sealed, or need not stay."""


def erase_case(
    session: Session, around: Surroundings, instance_id: str, *, by: Actor, second: Actor, ground: str, now: datetime
) -> None:
    """Destroy it, in this transaction.

    Args:
        by: an administrator of the division.
        second: who answers for the division, another human being.
        ground: the legal ground with its article; no name.

    Raises:
        Refusal: `not_found` (404), `erasure_running` (409), `erasure_same_person` (422), `plan_not_yours`,
            `declared_interest` (403), `plan_no_reason` (422), `erasure_nothing_left` (409).
    """
    why = checked_reason(ground)
    case = lock_case(session, around, instance_id, now=now)
    row = case.row
    check_planner(by, row)
    _check_second(by, second, row)
    if row.ended_at is None:
        raise Refusal("erasure_running", 409)
    head = erase(
        session,
        vault=around.vault,
        log=around.log,
        case=row.id,
        head=Head(row.head_seq, row.head_hash),
        at=case.at,
        actor=by.id,
        second=second.id,
        ground=why,
        definition=row.definition,
        engine=ENGINE_VERSION,
    )
    row.head_seq, row.head_hash, row.last_at = head.seq, head.hash, case.at
    session.flush()
    _empty(session, row.id)
    session.expire(row)


def _check_second(by: Actor, second: Actor, row: Instance) -> None:
    if by.natural_person == second.natural_person:
        raise Refusal("erasure_same_person", 422)
    if not holds_over(second, SECONDS, row.division):
        raise Refusal("plan_not_yours", 403)
    if second.natural_person in avoiding(row):
        raise Refusal("declared_interest", 403)


def _empty(session: Session, case: str) -> None:
    files = select(Document.id).where(Document.case == case)
    session.execute(delete(DocumentContent).where(DocumentContent.document_id.in_(files)))
    session.execute(delete(Draft).where(Draft.task_id.in_(select(Task.id).where(Task.instance_id == case))))
    for table in (Document, Letter, SearchToken):
        session.execute(delete(table).where(table.case == case))
    for model, values in EMPTIED.items():
        session.execute(update(model).where(_of(model, case)).values(values))


def _of(model: type[Any], case: str) -> Any:
    return getattr(model, {Instance: "id", Outbox: "sender_id"}.get(model, "instance_id")) == case
