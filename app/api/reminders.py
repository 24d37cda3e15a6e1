"""提醒 over the API: what the person was told, and marking it as read. The same acts as the page."""

from typing import Any

from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import RAISE

from app import clock
from app.api.door import caller, write
from app.api.schemas import PageQuery, RemindersOut
from app.db import db
from app.instances.models import Instance
from app.notifications.models import Reminder
from app.notifications.read_reminder import read_reminder
from app.notifications.reminders import reminders
from app.notifications.wording import words

blueprint = Blueprint("api_reminders", __name__, url_prefix="/api/v1/reminders", description="提醒")


@blueprint.route("")
class Reminders(MethodView):
    @blueprint.arguments(PageQuery(), location="query", unknown=RAISE)
    @blueprint.response(200, RemindersOut)
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """提醒，未读的在前"""
        found = reminders(db.session(), caller(), page=query["page"], size=query["size"])
        shown = [_shape(reminder, row) for reminder, row, _ in found.rows]
        return {"reminders": shown, "page": query["page"], "total": found.total, "unread": found.unread}


@blueprint.route("/<string:reminder_id>/read")
class Read(MethodView):
    @blueprint.response(204)
    def post(self, reminder_id: str) -> None:
        """标为已读"""
        actor = caller(writing=True)

        def command() -> dict[str, Any]:
            read_reminder(db.session(), reminder_id, by=actor, now=clock.now())
            return {}

        write(actor, {}, command)


def _shape(reminder: Reminder, row: Instance) -> dict[str, Any]:
    told = reminder.content
    return {
        "id": reminder.id,
        "instance": row.id,
        "number": row.number,
        "process": row.process,
        "at": reminder.at.isoformat(),
        "text": words(told),
        "clock": told["clock"],
        "level": told["level"],
        "due_on": told["due_on"],
        "read_at": reminder.read_at.isoformat() if reminder.read_at else None,
    }
