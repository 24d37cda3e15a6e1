"""Planned acts over the API: 重新定位, and approving or declining what was planned. The same acts as the pages."""

from typing import Any

from flask.views import MethodView
from flask_smorest import Blueprint

from app import clock
from app.api.door import caller, surroundings, write
from app.api.schemas import PlanOut, ReasonIn, RepositionIn
from app.db import db
from app.identity.actor import Actor
from app.inbox.plan_page import plan_page
from app.instances.approve_plan import approve_plan, decline_plan
from app.instances.plan_reposition import plan_reposition

blueprint = Blueprint("api_plans", __name__, url_prefix="/api/v1", description="调整方案")


class NoLinks:
    """The API hands out no addresses of pages."""

    def incidents(self) -> str:
        return ""

    def incident(self, incident_id: str, act: str = "") -> str:
        return ""

    def plan(self, plan_id: str, act: str = "") -> str:
        return ""

    def migration(self, plan_id: str) -> str:
        return ""

    def reposition(self, *, case: str = "", incident: str = "") -> str:
        return ""


def plan_shape(plan_id: str, actor: Actor) -> dict[str, Any]:
    """Made when the command is over: its stored answer is in clear, and holds the id only."""
    page = plan_page(db.session(), surroundings(), actor, plan_id, NoLinks(), now=clock.now(), nonce="")
    shown = {"title": page.title, "number": page.number, "reason": page.reason, "state": page.state}
    return {"id": plan_id, "words": list(page.words), **shown}


@blueprint.route("/instances/<string:instance_id>/repositions")
class Repositions(MethodView):
    @blueprint.arguments(RepositionIn())
    @blueprint.response(201, PlanOut)
    def post(self, body: dict[str, Any], instance_id: str) -> dict[str, Any]:
        """拟定重新定位"""
        actor = caller(writing=True)

        def command() -> dict[str, Any]:
            row = plan_reposition(
                db.session(),
                surroundings(),
                instance_id,
                by=actor,
                cancel=body["cancel"],
                scope=body["scope"],
                nodes=body["nodes"],
                reason=body["reason"],
                now=clock.now(),
                incident_id=body.get("incident"),
            )
            return {"id": row.id}

        return plan_shape(write(actor, body, command)["id"], actor)


@blueprint.route("/plans/<string:plan_id>")
class OnePlan(MethodView):
    @blueprint.response(200, PlanOut)
    def get(self, plan_id: str) -> dict[str, Any]:
        """查看方案"""
        return plan_shape(plan_id, caller())


@blueprint.route("/plans/<string:plan_id>/approve")
class Approve(MethodView):
    @blueprint.response(200, PlanOut)
    def post(self, plan_id: str) -> dict[str, Any]:
        """批准并执行方案"""
        actor = caller(writing=True)

        def command() -> dict[str, Any]:
            approve_plan(db.session(), surroundings(), plan_id, by=actor, now=clock.now())
            return {"id": plan_id}

        return plan_shape(write(actor, {}, command)["id"], actor)


@blueprint.route("/plans/<string:plan_id>/decline")
class Decline(MethodView):
    @blueprint.arguments(ReasonIn())
    @blueprint.response(200, PlanOut)
    def post(self, body: dict[str, Any], plan_id: str) -> dict[str, Any]:
        """不批准方案"""
        actor = caller(writing=True)

        def command() -> dict[str, Any]:
            decline_plan(db.session(), surroundings(), plan_id, by=actor, reason=body["reason"], now=clock.now())
            return {"id": plan_id}

        return plan_shape(write(actor, body, command)["id"], actor)
