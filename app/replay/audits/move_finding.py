"""What becomes of a finding: the office answers and puts right, the auditor settles or sends back."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from app.clock import legal_day
from app.errors import Refusal
from app.identity.actor import Actor
from app.identity.divisions import covers
from app.instances.surroundings import Surroundings
from app.replay.audits.models import ANSWERED, RAISED, RECTIFIED, SETTLED, AuditFinding
from app.replay.audits.open_project import WORDS, needed
from app.replay.audits.reach import ANSWERING, locked_finding
from app.replay.audits.record import write_down

STANCES = {"accepted": "属实", "explained": "有说明"}
ENDINGS = {"rectified": "整改到位", "explained": "说明成立", "handed_over": "移送处理"}


def answer_finding(
    session: Session,
    around: Surroundings,
    finding_id: str,
    *,
    by: Actor,
    stance: str,
    words: str,
    promised_on: date | None,
    now: datetime,
) -> None:
    """The office's answer. Whoever accepts the finding says by when it will be put right.

    Raises:
        Refusal: `not_found` (404); `audit_closed`, `finding_moved_on` (409); `finding_stance`, `finding_promise`,
            `audit_words_short` (422).
    """
    finding = locked_finding(session, finding_id, by, RAISED, auditing=False)
    if stance not in STANCES:
        raise Refusal("finding_stance", 422)
    if stance == "accepted" and (promised_on is None or promised_on < legal_day(now)):
        raise Refusal("finding_promise", 422)
    said = needed(words, "答复", WORDS)
    finding.state, finding.promised_on = ANSWERED, promised_on if stance == "accepted" else None
    session.flush()
    promised = finding.promised_on.isoformat() if finding.promised_on else None
    _write(session, around, finding, "finding_answered", by, now, stance=stance, words=said, promised_on=promised)


def report_rectified(
    session: Session, around: Surroundings, finding_id: str, *, by: Actor, words: str, now: datetime
) -> None:
    """整改: the office says what it did. Raises Refusal: as `answer_finding`."""
    finding = locked_finding(session, finding_id, by, ANSWERED, auditing=False)
    if finding.promised_on is None:
        raise Refusal("finding_moved_on", 409)
    said = needed(words, "整改情况", WORDS)
    finding.state = RECTIFIED
    session.flush()
    _write(session, around, finding, "finding_rectified", by, now, words=said)


def settle_finding(
    session: Session, around: Surroundings, finding_id: str, *, by: Actor, ending: str, words: str, now: datetime
) -> None:
    """销号: the auditor closes it. What was accepted is settled only once it was put right, or handed over.

    Raises:
        Refusal: `not_found` (404); `audit_closed`, `finding_moved_on` (409); `finding_ending`, `audit_words_short` (422).
    """
    finding = locked_finding(session, finding_id, by, ANSWERED, RECTIFIED, auditing=True)
    if ending not in endings_of(finding):
        raise Refusal("finding_ending", 422)
    said = needed(words, "核查结论", WORDS)
    finding.state = SETTLED
    session.flush()
    _write(session, around, finding, "finding_settled", by, now, ending=ending, words=said)


def endings_of(finding: AuditFinding) -> dict[str, str]:
    """Those of `ENDINGS` by which it can be settled as it stands."""
    allowed = {"rectified"} if finding.state == RECTIFIED else {"explained"} if finding.promised_on is None else set()
    return {code: word for code, word in ENDINGS.items() if code in allowed | {"handed_over"}}


def send_back_finding(
    session: Session, around: Surroundings, finding_id: str, *, by: Actor, words: str, now: datetime
) -> None:
    """退回: the answer, or what was put right, does not do. Raises Refusal: as `settle_finding`."""
    finding = locked_finding(session, finding_id, by, ANSWERED, RECTIFIED, auditing=True)
    said = needed(words, "退回理由", WORDS)
    finding.state = ANSWERED if finding.state == RECTIFIED else RAISED
    session.flush()
    _write(session, around, finding, "finding_sent_back", by, now, words=said)


def _write(
    session: Session,
    around: Surroundings,
    finding: AuditFinding,
    kind: str,
    by: Actor,
    now: datetime,
    **said: str | None,
) -> None:
    write_down(
        session, around, finding.project_id, kind, by=by, now=now, behalf=_behalf(by, finding.division),
        finding=finding.id, number=finding.number, **said,
    )  # fmt: skip


def _behalf(by: Actor, division: str) -> str | None:
    """For whom the person answers: nobody where a post of their own will do."""
    posts = [grant for grant in by.grants if grant.role in ANSWERING and covers(grant.division, division)]
    if not posts or any(grant.on_behalf_of is None for grant in posts):
        return None
    return posts[0].on_behalf_of.id if posts[0].on_behalf_of else None
