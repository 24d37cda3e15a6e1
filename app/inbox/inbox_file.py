"""导出本页: the rows on the screen as a table for a spreadsheet, without anything above L2 (handbook 5.3)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.calendar.working_days import WorkingDays
from app.clock import SHANGHAI, legal_day
from app.identity.actor import Actor
from app.inbox.inbox_page import InboxQuery, task_row
from app.inbox.inbox_rows import find_tasks
from app.inbox.links import Links
from app.inbox.subjects import masked_party
from app.inbox.views import Due, TaskRow
from app.vault import Vault

HEAD = ("到期", "超期日数", "依据", "案号", "当事人", "儿童", "事项", "本步", "已用/限", "等谁", "下次跟进")


@dataclass(frozen=True)
class InboxFile:
    """`rows` begin with the line that says who took them out, and when; then the head."""

    name: str
    rows: tuple[tuple[str, ...], ...]
    cases: frozenset[str]
    """Ids of the cases in it: each of them is looked at."""


def inbox_file(
    session: Session,
    vault: Vault,
    actor: Actor,
    links: Links,
    query: InboxQuery,
    *,
    now: datetime,
    days: WorkingDays,
) -> InboxFile:
    """The same rows as `inbox_page` shows for the same query; one statement. A file leaves the platform: who a case is
    about is masked in it, adults as well, for name and procedure together would tell of an adoption (L4)."""
    today = legal_day(now)
    found = find_tasks(session, actor, query.wanted, today=today)
    shown = [task_row(session, vault, actor, links, one, today, days) for one in found.rows]
    line = (
        f"{actor.name}（{actor.organisation_name}）{now.astimezone(SHANGHAI):%Y-%m-%d %H:%M} 从榕荫导出，"
        f"{len(shown)} 件。仅限办案使用，不得外传；姓名已脱敏，导出已留痕。"
    )
    return InboxFile(
        name=f"待办-{today.isoformat()}.csv",
        rows=((line,), HEAD, *(_cells(row) for row in shown)),
        cases=frozenset(one.case.id for one in found.rows),
    )


def _cells(row: TaskRow) -> tuple[str, ...]:
    due = row.due
    return (
        _day(due),
        str(due.days_over or ""),
        due.basis,
        row.number,
        masked_party(row.subject),
        row.subject.child,
        row.process,
        row.step,
        "" if due.limit is None else f"{'—' if due.used is None else due.used}/{due.limit}{due.unit}",
        "待认领" if row.unclaimed else row.waiting_for,
        row.follow_up,
    )


def _day(due: Due) -> str:
    return f"{due.day.isoformat()}{'暂定' if due.provisional else ''}" if due.day else due.stopped_for
