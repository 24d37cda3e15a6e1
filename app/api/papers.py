"""POST /instances/{id}/papers/{id}/number: one whole number of a form, for a stated purpose; the same act as at the pages."""

from typing import Any
from uuid import UUID

from flask import request
from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from app import clock
from app.api.description import EACH_TIME
from app.api.door import caller, surroundings
from app.db import db, in_transaction
from app.identity.network import network
from app.instances.looks import LONGEST, SHORTEST
from app.instances.show_number import show_number

blueprint = Blueprint("api_papers", __name__, url_prefix="/api/v1/instances", description="已填的表")


class NumberIn(Schema):
    """`field`: address of the answer in the form, row numbers included, as `own_children.0.id_no`."""

    field = fields.String(required=True, validate=validate.Length(1, 200))
    purpose = fields.String(required=True, validate=validate.Length(SHORTEST, LONGEST))


class NumberOut(Schema):
    label = fields.String()
    number = fields.String()


@blueprint.route("/<string:instance_id>/papers/<uuid:paper_id>/number")
class OneNumber(MethodView):
    @blueprint.arguments(NumberIn())
    @blueprint.doc(**EACH_TIME)
    @blueprint.response(200, NumberOut)
    def post(self, body: dict[str, Any], instance_id: str, paper_id: UUID) -> dict[str, str]:
        """显示一个全号（说明目的，记入查阅登记）"""
        by, around, where, now = caller(), surroundings(), network(request.remote_addr or ""), clock.now()
        shown = in_transaction(
            lambda: show_number(
                db.session(), around, instance_id, paper_id, body["field"],
                by=by, purpose=body["purpose"], network=where, now=now,
            )
        )  # fmt: skip
        return {"label": shown.label, "number": shown.text}
