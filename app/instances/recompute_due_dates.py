"""When a holiday table or a limit changes, open dates are reckoned again, case by case, each move on the record.

A year without a table is reckoned Monday to Friday and marked 暂定; the table makes those dates firm (corrections 5).
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.instances.case import lock_case
from app.instances.clock_behind import tell_clock_behind
from app.instances.due_dates import move_due_dates
from app.instances.finish import finish
from app.instances.models import Instance
from app.instances.plan_warnings import plan_warnings
from app.instances.surroundings import Surroundings

CHUNK = 200


def open_cases(session: Session, *, after: str = "", most: int = CHUNK) -> list[str]:
    """Ids of the next running cases, in order: what one chunk of the walk takes."""
    rows = session.scalars(
        select(Instance.id).where(Instance.ended_at.is_(None), Instance.id > after).order_by(Instance.id).limit(most)
    )
    return list(rows)


def recompute_due_dates(
    session: Session, around: Surroundings, instance_id: str, *, now: datetime, because: str | None = None
) -> bool:
    """Reckon the dates of one case again; True when one of them moved.

    Args:
        because: the change that moves them, named on the record.

    Raises:
        Refusal: `not_found` (404).
    """
    case = lock_case(session, around, instance_id, now=now)
    if case.row.ended_at is not None:
        return False
    tell_clock_behind(case)
    case.known_facts()
    before = case.row.head_seq
    move_due_dates(case, all_rules=True, because=because)
    plan_warnings(case, all_clocks=True)
    finish(case)
    return case.row.head_seq != before
