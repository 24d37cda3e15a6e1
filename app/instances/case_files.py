"""Files of a case: who may add one, who may have one."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.documents.inspect import Inspected
from app.documents.models import Document
from app.documents.receive import receive, same_file
from app.errors import not_found
from app.identity.actor import Actor
from app.instances.case import Case
from app.instances.look_at_case import look_at_case
from app.instances.read_case import read_case, read_task
from app.instances.see_case import see_case
from app.instances.surroundings import Surroundings


def receive_file(
    session: Session,
    around: Surroundings,
    instance_id: str,
    data: bytes,
    found: Inspected,
    *,
    by: Actor,
    now: datetime,
    task_id: str | None = None,
) -> str:
    """Keep a file for a case that the person may see, or for a task they may do; returns the id of the document.

    The same bytes under the same name again are the same document: a form sent twice doubles nothing.

    Args:
        found: what `inspect` found, before this transaction began: it may take seconds.

    Raises:
        Refusal: `not_found`.
    """
    if task_id is not None:
        case, _ = read_task(session, around, task_id, by=by, now=now)
    else:
        case = read_case(session, around, see_case(session, instance_id, by=by), now=now)
    document = same_file(session, data, found.name, sealer=case.sealer, by=by.id, case=case.row.id)
    if document is None:
        document = receive(session, data, found, sealer=case.sealer, by=by.id, at=now, case=case.row.id)
        session.flush()
    return str(document.id)


def document_of(
    session: Session, around: Surroundings, document_id: UUID, *, by: Actor, now: datetime
) -> tuple[Case, Document, str]:
    """A document of a case that the person may see, and the purpose of the look as in `look_at_case`.

    Raises:
        Refusal: `not_found` (404), also for a document of a case that is not theirs; `purpose_needed` (403).
    """
    document = session.get(Document, document_id)
    if document is None or document.case is None:
        raise not_found()
    seen = look_at_case(session, document.case, by=by, now=now)
    return read_case(session, around, seen.row, now=now), document, seen.purpose
