"""Close a project: every sampled case examined, every finding settled."""

from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.errors import Refusal
from app.identity.actor import Actor
from app.instances.surroundings import Surroundings
from app.replay.audits.models import CLOSED, SETTLED, AuditFinding, AuditSample
from app.replay.audits.open_project import WORDS, needed
from app.replay.audits.reach import project_of
from app.replay.audits.record import write_down


def close_project(
    session: Session, around: Surroundings, project_id: str, *, by: Actor, conclusion: str, now: datetime
) -> None:
    """Close it for good.

    Raises:
        Refusal: as `project_of`; `audit_unfinished` (409), with how much is left; `audit_words_short` (422).
    """
    project = project_of(session, project_id, by, to_change=True)
    cases = session.scalar(_count(AuditSample, project.id).where(AuditSample.examined_at.is_(None))) or 0
    findings = session.scalar(_count(AuditFinding, project.id).where(AuditFinding.state != SETTLED)) or 0
    if cases or findings:
        raise Refusal("audit_unfinished", 409, {"cases": cases, "findings": findings})
    said = needed(conclusion, "结论", WORDS)
    project.state, project.closed_at = CLOSED, now
    session.flush()
    write_down(session, around, project.id, "audit_closed", by=by, now=now, conclusion=said)


def _count(table: type[AuditSample] | type[AuditFinding], project_id: str) -> Select[int]:
    return select(func.count()).select_from(table).where(table.project_id == project_id)
