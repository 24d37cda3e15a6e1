"""POST /instances/{id}/print: the history of a case as a PDF for an auditor, as at the pages."""

from typing import Any

from flask import Response, request
from flask.views import MethodView
from flask_smorest import Blueprint

from app import clock
from app.api.description import EACH_TIME
from app.api.door import caller, surroundings
from app.api.schemas import ExportIn
from app.db import db, in_transaction
from app.documents.typeset import typeset
from app.identity.network import network
from app.replay.print_history import gather, record_print

blueprint = Blueprint("api_print_history", __name__, url_prefix="/api/v1/instances", description="打印经过")


@blueprint.route("/<string:instance_id>/print")
class PrintHistory(MethodView):
    @blueprint.doc(**EACH_TIME)
    @blueprint.arguments(ExportIn())
    @blueprint.response(200, content_type="application/pdf")
    def post(self, body: dict[str, Any], instance_id: str) -> Response:
        """打印经过（审计员）"""
        actor, around, address, now = caller(), surroundings(), network(request.remote_addr or ""), clock.now()
        whole, purpose = body["extent"] == "whole", body["purpose"]
        printing = gather(
            db.session(), around, instance_id, by=actor, whole=whole, purpose=purpose, network=address, now=now
        )
        db.session.remove()  # nothing is held open while pages are set
        content = typeset(printing.document)
        in_transaction(lambda: record_print(db.session(), printing, now=clock.now()))
        response = Response(content, mimetype="application/pdf")
        response.headers.set("Content-Disposition", "attachment", filename=printing.name)
        return response
