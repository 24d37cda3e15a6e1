"""提醒: what the person was told, and marking it as read."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import Blueprint, Response, flash, url_for

from app import clock
from app.db import db
from app.history.models import StoredKey
from app.inbox.listing import SIZE
from app.inbox.subjects import subject_of
from app.inbox.views import Pager, Subject
from app.instances.models import Instance
from app.notifications.models import Reminder
from app.notifications.read_reminder import read_all_reminders, read_reminder
from app.notifications.reminders import reminders
from app.notifications.wording import overdue, words
from app.web.door import act, actor, back_to, counted, new_nonce, show, surroundings
from app.web.links import WebLinks
from app.web.reading import page_number

blueprint = Blueprint("reminders", __name__, url_prefix="/reminders")


@dataclass(frozen=True)
class ReminderRow:
    at: datetime
    number: str
    subject: Subject
    words: str
    overdue: bool
    case_href: str
    read_action: str
    """Empty once it is read."""


@blueprint.get("")
def listing() -> Response:
    """提醒"""
    person, page, today = actor(), page_number(), clock.legal_day(clock.now())
    found = reminders(db.session(), person, page=page, size=SIZE)
    return show(
        "reminders.html",
        frame=counted(person),
        today=today,
        rows=[_row(*one, today) for one in found.rows],
        unread=found.unread,
        turn=_pager(page, found.total),
        nonce=new_nonce(),
    )


@blueprint.post("/<reminder_id>/read")
def read(reminder_id: str) -> Response:
    """标为已读"""
    by = actor()

    def command() -> dict[str, Any]:
        read_reminder(db.session(), reminder_id, by=by, now=clock.now())
        return {}

    act(by, command)
    return back_to("reminders.listing")


@blueprint.post("/read")
def read_all() -> Response:
    """全部标为已读"""
    by = actor()

    def command() -> dict[str, Any]:
        read_all_reminders(db.session(), by=by, now=clock.now())
        return {}

    act(by, command)
    flash("提醒已全部标为已读。")
    return back_to("reminders.listing")


def _row(reminder: Reminder, row: Instance, key: StoredKey | None, today: date) -> ReminderRow:
    return ReminderRow(
        at=reminder.at,
        number=row.number or "未编号",
        subject=subject_of(surroundings().vault, row, key, today),
        words=words(reminder.content),
        overdue=overdue(reminder.content),
        case_href=WebLinks().case(row.id),
        read_action="" if reminder.read_at else url_for("reminders.read", reminder_id=reminder.id),
    )


def _pager(page: int, total: int) -> Pager | None:
    pages = -(-total // SIZE)
    if pages < 2:
        return None
    before, after = (url_for("reminders.listing", page=one) for one in (page - 1, page + 1))
    return Pager(page, pages, total, before if page > 1 else "", after if page < pages else "")
