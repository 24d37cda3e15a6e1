"""Incidents over the API: the list of administrators, and the same acts as the pages."""

from dataclasses import asdict
from typing import Any

from flask import Response
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
from app.instances.plan_retry import plan_retry
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
    @blueprint.arguments(ReasonIn())
    @blueprint.response(201, PlanOut)
    @blueprint.alt_response(204, description="已排队再试")
    def post(self, body: dict[str, Any], incident_id: str) -> Any:
        """重试；启用双人办理的，拟定方案"""
        actor = caller(writing=True)

        def command() -> dict[str, Any]:
            given: dict[str, Any] = {"by": actor, "reason": body["reason"], "now": clock.now()}
            if surroundings().four_eyes:
                return {"id": plan_retry(db.session(), surroundings(), incident_id, **given).id}
            retry_by_administrator(db.session(), surroundings(), incident_id, **given)
            return {}

        done = write(actor, body, command)
        return plan_shape(done["id"], actor) if done else Response(status=204)


@blueprint.route("/<string:incident_id>/corrections")
class Corrections(MethodView):
    @blueprint.arguments(CorrectionIn())
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
    @blueprint.arguments(ReasonIn())
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
