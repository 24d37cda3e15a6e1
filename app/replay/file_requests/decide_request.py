"""批准或不批准调卷: somebody else of the same office, never the one who extracts (handbook 5.2 S8)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import Refusal
from app.history import append_to_system
from app.identity.actor import Actor
from app.identity.models import Person
from app.identity.plain_text import plain
from app.instances.surroundings import Surroundings
from app.replay.file_requests.models import APPROVED, ASKED, DECLINED, FileRequest
from app.replay.file_requests.reach import must_approve, request_of
from app.replay.file_requests.record import chain_of, told_by

SHORTEST, WORDS = 4, 500


def approve_request(
    session: Session, around: Surroundings, request_id: str, *, by: Actor, now: datetime
) -> FileRequest:
    """From now on the file may be extracted.

    Raises:
        Refusal: `not_found` (404), `file_request_not_approver`, `file_request_own` (403), `file_request_moved_on` (409).
    """
    row = _to_decide(session, request_id, by)
    row.state, row.decided_by, row.decided_at = APPROVED, by.id, now
    session.flush()
    append_to_system(
        session, vault=around.vault, log=around.log, name=chain_of(row.id), at=now, kind="file_request_approved",
        fields=told_by(by),
    )  # fmt: skip
    return row


def decline_request(
    session: Session, around: Surroundings, request_id: str, *, by: Actor, reason: str, now: datetime
) -> FileRequest:
    """Nothing is handed out; the reason stands on the chain.

    Raises:
        Refusal: as `approve_request`; `file_request_no_reason` (422).
    """
    row, why = _to_decide(session, request_id, by), plain(reason, WORDS)
    if len(why) < SHORTEST:
        raise Refusal("file_request_no_reason", 422)
    row.state, row.decided_by, row.decided_at = DECLINED, by.id, now
    session.flush()
    append_to_system(
        session, vault=around.vault, log=around.log, name=chain_of(row.id), at=now, kind="file_request_declined",
        fields=told_by(by) | {"reason": why},
    )  # fmt: skip
    return row


def same_human(session: Session, by: Actor, person_id: str | None) -> bool:
    """Whether both are one human being: two accounts of one person are one (abuse case 16)."""
    if person_id is None:
        return False
    return str(session.scalar(select(Person.natural_person).where(Person.id == UUID(person_id)))) == by.natural_person


def _to_decide(session: Session, request_id: str, by: Actor) -> FileRequest:
    row = request_of(session, request_id, by=by, to_change=True)
    must_approve(by, row)
    if same_human(session, by, row.asked_by):
        raise Refusal("file_request_own", 403)
    if row.state != ASKED:
        raise Refusal("file_request_moved_on", 409)
    return row
