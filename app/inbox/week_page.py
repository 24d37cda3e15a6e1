"""本周清单: what falls due by Sunday and what is overdue, to be printed and ticked."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.calendar.working_days import WorkingDays
from app.clock import legal_day
from app.identity.actor import Actor
from app.inbox.inbox_page import task_groups, task_row
from app.inbox.inbox_rows import find_tasks
from app.inbox.links import Links
from app.inbox.listing import Wanted
from app.inbox.urgency import end_of_week
from app.inbox.views import Group
from app.vault import Vault

THIS_WEEK = "overdue", "today", "week"
MOST = 300
"""Tasks on one list: some ten sheets."""


@dataclass(frozen=True)
class WeekPage:
    """`left_out`: how many the sheets do not show."""

    today: date
    until: date
    groups: tuple[Group, ...]
    total: int
    left_out: int
    by: str
    place: str
    at: datetime
    cases: frozenset[str]
    """Ids of the cases shown: each of them is looked at."""


def week_page(
    session: Session, vault: Vault, actor: Actor, links: Links, *, now: datetime, days: WorkingDays
) -> WeekPage:
    """The tasks this person may act on that are due this week, nearest first; one statement."""
    today = legal_day(now)
    found = find_tasks(session, actor, Wanted(THIS_WEEK, size=MOST), today=today)
    totals = {name: sum(n for (urgency, _), n in found.counts.items() if urgency == name) for name in THIS_WEEK}
    total = sum(totals.values())
    return WeekPage(
        today=today,
        until=end_of_week(today),
        groups=task_groups([task_row(session, vault, actor, links, one, today, days) for one in found.rows], totals),
        total=total,
        left_out=total - len(found.rows),
        by=actor.name,
        place=actor.organisation_name,
        at=now,
        cases=frozenset(one.case.id for one in found.rows),
    )
