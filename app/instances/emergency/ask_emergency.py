"""An administrator asks to read one case for some hours."""

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.clock import legal_day
from app.errors import Refusal, not_found
from app.history import append_to_system
from app.identity.actor import Actor
from app.identity.emergency import MOST_HOURS, asking_places
from app.identity.plain_text import plain
from app.instances.emergency.models import EmergencySight
from app.instances.emergency.said import CHAIN, said
from app.instances.emergency.standing import pending_or_open
from app.instances.find import inside
from app.instances.looks import LONGEST, SHORTEST
from app.instances.models import Instance
from app.instances.surroundings import Surroundings
from app.parameters.register import current

LIMIT = "emergency_hours"


def ask_emergency(
    session: Session, around: Surroundings, named: str, *, by: Actor, reason: str, hours: int, now: datetime
) -> EmergencySight:
    """Ask; nothing opens before another person has approved.

    Args:
        named: number or id of the case.

    Raises:
        Refusal: `not_found` (404) for who administers nothing; `emergency_wrong` (422) with what is wrong by field: a
            case outside the own divisions is as absent; `emergency_already` (409).
    """
    places = asking_places(by)
    if not places:
        raise not_found()
    why, case = plain(reason, LONGEST), _case(session, plain(named, LONGEST), places)
    most = most_hours(session, now=now, division=case.division if case else "")
    wrong = _wrong(case, why, hours, most)
    if case is None or wrong:
        raise Refusal("emergency_wrong", 422, {"count": len(wrong)}, wrong)
    if pending_or_open(session, case, by=by, now=now):
        raise Refusal("emergency_already", 409)
    row = EmergencySight(
        case_id=case.id, division=case.division, hours=hours, reason=why, asked_by=by.id, asked_at=now
    )  # fmt: skip
    session.add(row)
    append_to_system(
        session, vault=around.vault, log=around.log, name=CHAIN, at=now, kind="emergency_asked",
        fields=said(session, row, by, reason=why),
    )  # fmt: skip
    return row


def most_hours(session: Session, *, now: datetime, division: str = "") -> int:
    """`MOST_HOURS`, or fewer where the register says so."""
    set_by_staff = current(session, legal_day(now)).limits(division).get(LIMIT)
    usable = set_by_staff is not None and set_by_staff.unit == "H" and 1 <= set_by_staff.value < MOST_HOURS
    return set_by_staff.value if usable and set_by_staff else MOST_HOURS


def _case(session: Session, named: str, places: tuple[str, ...]) -> Instance | None:
    wanted = or_(Instance.number == named.upper(), Instance.id == named)
    return session.scalar(select(Instance).where(wanted, inside(Instance.division, places))) if named else None


def _wrong(case: Instance | None, why: str, hours: int, most: int) -> dict[str, str]:
    found: dict[str, str] = {}
    if case is None:
        found["case"] = "您管理的区划里没有这个案号（或编号）的办件。请核对后再填。"
    if len(why) < SHORTEST:
        found["reason"] = f"请写明为什么非看这一件不可，至少 {SHORTEST} 个字。"
    if not 1 <= hours <= most:
        found["hours"] = f"时长为 1 至 {most} 小时的整数。"
    return found
