"""POST /instances/{id}/export: the file of a case for an auditor, as at the pages."""

from typing import Any

from flask import Response, request
from flask.views import MethodView
from flask_smorest import Blueprint

from app import clock
from app.api.description import ARCHIVE, EACH_TIME
from app.api.door import caller, surroundings
from app.api.schemas import TakeAwayIn
from app.db import db, in_transaction
from app.identity.network import network
from app.instances.export_case import export_case, files_to_export

blueprint = Blueprint("api_take_away", __name__, url_prefix="/api/v1/instances", description="导出档案包")


@blueprint.route("/<string:instance_id>/export")
class TakeAway(MethodView):
    @blueprint.arguments(TakeAwayIn())
    @blueprint.doc(**EACH_TIME)
    @blueprint.response(200, ARCHIVE, content_type="application/zip")
    def post(self, body: dict[str, Any], instance_id: str) -> Response:
        """导出档案包（审计员）"""
        actor, around, address, now = caller(), surroundings(), network(request.remote_addr or ""), clock.now()
        whole, purpose = body["extent"] == "whole", body["purpose"]
        files = None
        if body["files"]:
            files = files_to_export(db.session(), around, instance_id, by=actor, whole=whole, purpose=purpose, now=now)
            db.session.remove()  # the log is locked after all has been read
        made = in_transaction(
            lambda: export_case(
                db.session(),
                around,
                instance_id,
                by=actor,
                whole=whole,
                purpose=purpose,
                network=address,
                now=now,
                files=files,
            )
        )
        response = Response(made.content, mimetype="application/zip")
        response.headers.set("Content-Disposition", "attachment", filename=made.name)
        return response
