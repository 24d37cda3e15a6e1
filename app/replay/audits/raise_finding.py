"""Raise a finding (疑点): pinned to one step of one case, for its office to answer."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.errors import Refusal
from app.identity.actor import Actor
from app.identity.divisions import covers
from app.instances.models import Instance
from app.instances.surroundings import Surroundings
from app.replay.audits.models import RAISED, AuditFinding
from app.replay.audits.open_project import WORDS, needed
from app.replay.audits.reach import project_of
from app.replay.audits.record import write_down

KINDS = {
    "procedure": "程序", "limit": "时限", "competence": "权限", "grounds": "依据", "evidence": "材料", "other": "其他",
}  # fmt: skip


def raise_finding(
    session: Session,
    around: Surroundings,
    project_id: str,
    *,
    by: Actor,
    case: str,
    seq: int,
    kind: str,
    words: str,
    now: datetime,
) -> AuditFinding:
    """Raise it; `case` may lie outside the sample, never outside the project's division.

    Args:
        case: id, or the whole number, of the case.

    Raises:
        Refusal: as `project_of`; `finding_case`, `finding_step`, `finding_kind`, `audit_words_short` (422).
    """
    project = project_of(session, project_id, by, to_change=True)
    row = session.scalar(select(Instance).where((Instance.id == case) | (Instance.number == case.upper())))
    if row is None or not covers(project.division, row.division):
        raise Refusal("finding_case", 422)
    if not 1 <= seq <= row.head_seq:
        raise Refusal("finding_step", 422, {"last": row.head_seq})
    if kind not in KINDS:
        raise Refusal("finding_kind", 422)
    said = needed(words, "疑点", WORDS)
    number = (session.scalar(select(func.max(AuditFinding.number)).filter_by(project_id=project.id)) or 0) + 1
    finding = AuditFinding(
        project_id=project.id, number=number, case_id=row.id, seq=seq, division=row.division, kind=kind, state=RAISED
    )
    session.add(finding)
    session.flush()
    write_down(
        session, around, project.id, "finding_raised", by=by, now=now, finding=finding.id, number=number, case=row.id,
        step=seq, head=row.head_hash, sort=kind, words=said,
    )  # fmt: skip
    return finding
