"""Another natural person approves or declines; the approval opens the case and tells the auditors in the same transaction."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.clock import legal_day
from app.errors import Refusal
from app.history import append_to_system
from app.identity.actor import Actor, load_actor
from app.identity.candidates import holders
from app.identity.emergency import decides
from app.identity.plain_text import plain
from app.identity.roles import AUDITOR
from app.instances.emergency.models import EmergencyNotice, EmergencySight
from app.instances.emergency.said import CHAIN, said
from app.instances.emergency.standing import ASKED, LAPSED, emergency_of, standing_of
from app.instances.looks import LONGEST, SHORTEST
from app.instances.surroundings import Surroundings


def approve_emergency(
    session: Session, around: Surroundings, emergency_id: str, *, by: Actor, now: datetime
) -> EmergencySight:
    """From now on the administrator may read the case, for the hours asked.

    Raises:
        Refusal: `not_found` (404); `emergency_not_yours`, `emergency_own` (403); `emergency_moved_on`,
            `emergency_lapsed`, `emergency_no_auditor` (409): nobody would be told.
    """
    row, asker = _to_decide(session, emergency_id, by, now)
    told = [
        one.id
        for one in holders(session, AUDITOR, row.division, legal_day(now))
        if one.natural_person not in {asker.natural_person, by.natural_person}
    ]
    if not told:
        raise Refusal("emergency_no_auditor", 409)
    row.approved, row.decided_by, row.decided_at = True, by.id, now
    row.until = now + timedelta(hours=row.hours)
    session.add_all(EmergencyNotice(emergency_id=row.id, person_id=one) for one in told)
    fields = said(session, row, by) | {"payload/~told": sorted(told)}
    append_to_system(
        session, vault=around.vault, log=around.log, name=CHAIN, at=now, kind="emergency_approved", fields=fields
    )
    return row


def decline_emergency(
    session: Session, around: Surroundings, emergency_id: str, *, by: Actor, reason: str, now: datetime
) -> EmergencySight:
    """Nothing opens; the reason stands on the chain.

    Raises:
        Refusal: `not_found` (404); `emergency_not_yours`, `emergency_own` (403); `emergency_moved_on`,
            `emergency_lapsed` (409); `emergency_no_reason` (422).
    """
    (row, _), why = _to_decide(session, emergency_id, by, now), plain(reason, LONGEST)
    if len(why) < SHORTEST:
        raise Refusal("emergency_no_reason", 422, {"shortest": SHORTEST})
    row.approved, row.decided_by, row.decided_at = False, by.id, now
    append_to_system(
        session, vault=around.vault, log=around.log, name=CHAIN, at=now, kind="emergency_declined",
        fields=said(session, row, by, reason=why),
    )  # fmt: skip
    return row


def _to_decide(session: Session, emergency_id: str, by: Actor, now: datetime) -> tuple[EmergencySight, Actor]:
    row = emergency_of(session, emergency_id, by=by, to_change=True)
    if not decides(by, row.division):
        raise Refusal("emergency_not_yours", 403)
    asker = load_actor(session, row.asked_by, legal_day(now))
    if asker.natural_person == by.natural_person:
        raise Refusal("emergency_own", 403)
    if (standing := standing_of(row, now)) != ASKED:
        raise Refusal("emergency_lapsed" if standing == LAPSED else "emergency_moved_on", 409)
    return row, asker
