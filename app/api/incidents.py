"""Incidents over the API: the list of administrators, and the same acts as the pages."""

from dataclasses import asdict
from typing import Any

from flask.views import MethodView
from flask_smorest import Blueprint

from app import clock
from app.api.door import caller, surroundings, write
from app.api.plans import NoLinks, plan_shape
from app.api.schemas import CorrectionIn, IncidentsOut, PlanOut, ReasonIn
from app.db import db
from app.inbox.incidents_page import incidents_page
from app.instances.plan_correction import plan_correction
from app.instances.plan_discard import plan_discard
from app.instances.retry_incident import retry_by_administrator

blueprint = Blueprint("api_incidents", __name__, url_prefix="/api/v1/incidents", description="故障")


@blueprint.route("")
class Incidents(MethodView):
    @blueprint.response(200, IncidentsOut)
    def get(self) -> dict[str, Any]:
        """本地区的故障"""
        page = incidents_page(db.session(), caller(), NoLinks(), now=clock.now())
        return {"incidents": [asdict(row) for row in page.rows], "more": page.more}


@blueprint.route("/<string:incident_id>/retry")
class Retry(MethodView):
    @blueprint.arguments(ReasonIn)
    @blueprint.response(204)
    def post(self, body: dict[str, Any], incident_id: str) -> None:
        """重试"""
        actor = caller(writing=True)

        def command() -> dict[str, Any]:
            retry_by_administrator(
                db.session(), surroundings(), incident_id, by=actor, reason=body["reason"], now=clock.now()
            )
            return {}

        write(actor, body, command)


@blueprint.route("/<string:incident_id>/corrections")
class Corrections(MethodView):
    @blueprint.arguments(CorrectionIn)
    @blueprint.response(201, PlanOut)
    def post(self, body: dict[str, Any], incident_id: str) -> dict[str, Any]:
        """拟定更正事实"""
        actor = caller(writing=True)

        def command() -> dict[str, Any]:
            row = plan_correction(
                db.session(),
                surroundings(),
                incident_id,
                by=actor,
                facts=body["facts"],
                reason=body["reason"],
                now=clock.now(),
            )
            return {"id": row.id}

        return plan_shape(write(actor, body, command)["id"], actor)


@blueprint.route("/<string:incident_id>/discard")
class Discard(MethodView):
    @blueprint.arguments(ReasonIn)
    @blueprint.response(201, PlanOut)
    def post(self, body: dict[str, Any], incident_id: str) -> dict[str, Any]:
        """拟定放弃"""
        actor = caller(writing=True)

        def command() -> dict[str, Any]:
            row = plan_discard(
                db.session(), surroundings(), incident_id, by=actor, reason=body["reason"], now=clock.now()
            )
            return {"id": row.id}

        return plan_shape(write(actor, body, command)["id"], actor)
