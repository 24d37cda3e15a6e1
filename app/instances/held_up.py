"""A case in which a timer has failed: its later automatic events wait behind it, in order; people's acts go on (rule 18)."""

from sqlalchemy import select

from app.instances.case import Case
from app.instances.models import Timer


def held_up(case: Case) -> bool:
    """Whether a timer that is due is in trouble. Asks the timers only where one of the case is due at all."""
    if case.row.next_due is None or case.row.next_due > case.at:
        return False
    failing = select(Timer.id).where(
        Timer.instance_id == case.row.id, Timer.attempts > 0, Timer.due_at <= case.at
    )  # fmt: skip
    return case.session.scalar(failing.limit(1)) is not None
