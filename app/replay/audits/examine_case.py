"""Say of a sampled case that it was examined, with what the auditor saw."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.errors import Refusal, not_found
from app.identity.actor import Actor
from app.identity.plain_text import plain
from app.instances.surroundings import Surroundings
from app.replay.audits.models import AuditSample
from app.replay.audits.open_project import WORDS
from app.replay.audits.reach import project_of
from app.replay.audits.record import write_down


def examine_case(
    session: Session, around: Surroundings, project_id: str, case_id: str, *, by: Actor, note: str, now: datetime
) -> None:
    """Note it; a note may be left out where nothing was found.

    Raises:
        Refusal: as `project_of`; `not_found` (404): not of the sample; `case_examined` (409).
    """
    project = project_of(session, project_id, by, to_change=True)
    sampled = session.get(AuditSample, (project.id, case_id))
    if sampled is None:
        raise not_found()
    if sampled.examined_at is not None:
        raise Refusal("case_examined", 409)
    sampled.examined_at = now
    session.flush()
    write_down(session, around, project.id, "case_examined", by=by, now=now, case=case_id, note=plain(note, WORDS))
