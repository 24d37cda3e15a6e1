"""Who may open a project, and who answers a finding."""

from sqlalchemy.orm import Session

from app.errors import Refusal, not_found
from app.identity.actor import Actor
from app.identity.divisions import covers, widest
from app.identity.roles import AUDITOR
from app.replay.audits.models import OPEN, AuditFinding, AuditProject

ANSWERING = frozenset({"county_approver", "city_civil", "region_civil"})
"""Posts that answer for their office."""


def mandate(by: Actor) -> tuple[str, ...]:
    """Where this auditor audits. Raises Refusal: `not_found` (404) for everybody else."""
    found = widest(grant.division for grant in by.grants if grant.role == AUDITOR)
    if not found:
        raise not_found()
    return found


def answers_in(by: Actor) -> tuple[str, ...]:
    """Where this person answers findings; empty for most."""
    return widest(grant.division for grant in by.grants if grant.role in ANSWERING)


def project_of(session: Session, project_id: str, by: Actor, *, to_change: bool = False) -> AuditProject:
    """A project inside the auditor's mandate; `to_change` locks it.

    Raises:
        Refusal: `not_found` (404); `audit_closed` (409) when it is to be changed.
    """
    places = mandate(by)
    found = session.get(AuditProject, project_id, with_for_update=True if to_change else None)
    if found is None or not any(covers(place, found.division) for place in places):
        raise not_found()
    if to_change and found.state != OPEN:
        raise Refusal("audit_closed", 409)
    return found


def finding_of(session: Session, finding_id: str, by: Actor) -> tuple[AuditFinding, bool]:
    """A finding, and whether the reader is one of the auditors (else one who answers it).

    Raises:
        Refusal: `not_found` (404).
    """
    found = session.get(AuditFinding, finding_id)
    if found is None:
        raise not_found()
    project = session.get_one(AuditProject, found.project_id)
    if any(covers(grant.division, project.division) for grant in by.grants if grant.role == AUDITOR):
        return found, True
    if any(covers(place, found.division) for place in answers_in(by)):
        return found, False
    raise not_found()


def locked_finding(session: Session, finding_id: str, by: Actor, *states: str, auditing: bool) -> AuditFinding:
    """A finding to be changed, its project locked.

    Raises:
        Refusal: `not_found` (404), also for the other side; `audit_closed`, `finding_moved_on` (409).
    """
    found, auditor = finding_of(session, finding_id, by)
    if auditor is not auditing:
        raise not_found()
    project = session.get_one(AuditProject, found.project_id, with_for_update=True)
    session.refresh(found)
    if project.state != OPEN:
        raise Refusal("audit_closed", 409)
    if found.state not in states:
        raise Refusal("finding_moved_on", 409)
    return found
