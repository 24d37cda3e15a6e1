"""POST /instances starts a case, GET /instances/{id} shows where it stands."""

from typing import Any

from flask.views import MethodView
from flask_smorest import Blueprint

from app import clock
from app.api.door import caller, looked, surroundings, write
from app.api.schemas import InstanceIn, InstanceOut
from app.api.show import instance_shape
from app.db import db
from app.errors import not_found
from app.instances.look_at_case import look_at_case
from app.instances.start import start

blueprint = Blueprint("api_instances", __name__, url_prefix="/api/v1/instances", description="办件")


@blueprint.route("")
class Instances(MethodView):
    @blueprint.arguments(InstanceIn())
    @blueprint.response(201, InstanceOut)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """发起办件"""
        actor = caller(writing=True)

        def command() -> dict[str, Any]:
            row = start(
                db.session(),
                surroundings(),
                body["process"],
                by=actor,
                now=clock.now(),
                division=body.get("division"),
                dossier_id=body.get("dossier"),
            )
            return instance_shape(db.session(), row)

        return write(actor, body, command)


@blueprint.route("/<string:instance_id>")
class OneInstance(MethodView):
    @blueprint.response(200, InstanceOut)
    def get(self, instance_id: str) -> dict[str, Any]:
        """查看办件（监督岗位先说明目的）"""
        actor = caller()
        seen = look_at_case(db.session(), instance_id, by=actor, now=clock.now())
        if seen.emergency:  # what a person under stress reads for two hours is no program's business
            raise not_found()
        shape = instance_shape(db.session(), seen.row)
        looked(actor, instance_id, seen.purpose)
        return shape
