"""POST /event-logs: a log for process mining, for an auditor, as at the pages."""

from typing import Any

from flask import Response, request, send_file
from flask.views import MethodView
from flask_smorest import Blueprint

from app import clock
from app.api.description import EACH_TIME
from app.api.door import caller, surroundings
from app.api.schemas import EventLogIn
from app.db import db, in_transaction
from app.identity.network import network
from app.replay.mandate import mandate_of
from app.replay.mining.export_log import MOST, log_file, order_log
from app.replay.mining.selection import Selection

blueprint = Blueprint("api_event_logs", __name__, url_prefix="/api/v1/event-logs", description="事件日志")


@blueprint.route("")
class EventLogs(MethodView):
    @blueprint.doc(**EACH_TIME)
    @blueprint.arguments(EventLogIn())
    @blueprint.response(200, content_type="application/octet-stream")
    def post(self, body: dict[str, Any]) -> Response:
        """导出化名的事件日志（审计员）"""
        by, address, now = caller(), network(request.remote_addr or ""), clock.now()
        mandate_of(by)
        kind, purpose, series = (body.pop(name) for name in ("format", "purpose", "series"))
        wanted = Selection(**body)
        order = in_transaction(
            lambda: order_log(
                db.session(), kind, wanted, series=series, most=MOST, by=by, purpose=purpose, network=address, now=now
            )
        )
        file = log_file(db.session(), surroundings(), order)
        return send_file(file, "application/octet-stream", as_attachment=True, download_name=order.name, max_age=0)
