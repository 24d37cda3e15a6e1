"""紧急查看 over the API: the same acts as at the pages. The case itself is read at the pages alone."""

from typing import Any

from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import Schema, fields

from app import clock
from app.api.door import caller, surroundings, write
from app.api.schemas import ReasonIn
from app.db import db
from app.identity.actor import Actor
from app.instances.emergency.ask_emergency import ask_emergency
from app.instances.emergency.decide_emergency import approve_emergency, decline_emergency
from app.instances.emergency.end_emergency import end_emergency
from app.instances.emergency.read_notice import read_notice
from app.replay.access.emergencies import STATES, EmergencyLine, emergencies, emergency_page

blueprint = Blueprint("api_emergencies", __name__, url_prefix="/api/v1", description="紧急查看")


class EmergencyIn(Schema):
    case = fields.String(required=True, metadata={"description": "案号或编号"})
    reason = fields.String(required=True)
    hours = fields.Integer(strict=True, required=True)


class EmergencyOut(Schema):
    id = fields.String()
    case = fields.String()
    number = fields.String()
    state = fields.String()
    asked_by = fields.String()
    asked_at = fields.AwareDateTime()
    hours = fields.Integer()
    reason = fields.String()
    until = fields.AwareDateTime(allow_none=True)
    ended_at = fields.AwareDateTime(allow_none=True)


class LookOut(Schema):
    at = fields.AwareDateTime()
    what = fields.String()


class OneEmergencyOut(EmergencyOut):
    told = fields.List(fields.String())
    looks = fields.List(fields.Nested(LookOut))


class EmergenciesOut(Schema):
    emergencies = fields.List(fields.Nested(EmergencyOut))


def shape(line: EmergencyLine) -> dict[str, Any]:
    row = line.row
    return {
        "id": row.id, "case": row.case_id, "number": line.number, "state": STATES[line.state], "asked_by": line.who,
        "asked_at": row.asked_at, "hours": row.hours, "reason": row.reason, "until": row.until, "ended_at": row.ended_at,
    }  # fmt: skip


def whole(emergency_id: str, by: Actor) -> dict[str, Any]:
    page = emergency_page(db.session(), surroundings(), emergency_id, by=by, now=clock.now())
    return shape(page.line) | {"told": page.told, "looks": page.looks}


@blueprint.route("/emergencies")
class Emergencies(MethodView):
    @blueprint.response(200, EmergenciesOut)
    def get(self) -> dict[str, Any]:
        """紧急查看（系统管理员自己的，安全管理员、审计员职责区划内的）"""
        found = emergencies(db.session(), by=caller(), now=clock.now())
        return {"emergencies": [shape(one) for one in found]}

    @blueprint.arguments(EmergencyIn())
    @blueprint.response(201, OneEmergencyOut)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """申请（系统管理员）"""
        by = caller(writing=True)

        def command() -> dict[str, Any]:
            row = ask_emergency(
                db.session(), surroundings(), body["case"], by=by, reason=body["reason"], hours=body["hours"],
                now=clock.now(),
            )  # fmt: skip
            return {"id": row.id}

        return whole(write(by, body, command)["id"], by)


@blueprint.route("/emergencies/<string:emergency_id>")
class OneEmergency(MethodView):
    @blueprint.response(200, OneEmergencyOut)
    def get(self, emergency_id: str) -> dict[str, Any]:
        """一次紧急查看"""
        return whole(emergency_id, caller())


@blueprint.route("/emergencies/<string:emergency_id>/approve")
class Approving(MethodView):
    @blueprint.response(200, OneEmergencyOut)
    def post(self, emergency_id: str) -> dict[str, Any]:
        """批准（安全管理员）"""
        by = caller(writing=True)

        def command() -> dict[str, Any]:
            approve_emergency(db.session(), surroundings(), emergency_id, by=by, now=clock.now())
            return {"id": emergency_id}

        return whole(write(by, {}, command)["id"], by)


@blueprint.route("/emergencies/<string:emergency_id>/decline")
class Declining(MethodView):
    @blueprint.arguments(ReasonIn())
    @blueprint.response(200, OneEmergencyOut)
    def post(self, body: dict[str, Any], emergency_id: str) -> dict[str, Any]:
        """不批准（安全管理员）"""
        by = caller(writing=True)

        def command() -> dict[str, Any]:
            decline_emergency(db.session(), surroundings(), emergency_id, by=by, reason=body["reason"], now=clock.now())
            return {"id": emergency_id}

        return whole(write(by, body, command)["id"], by)


@blueprint.route("/emergencies/<string:emergency_id>/end")
class Ending(MethodView):
    @blueprint.response(200, OneEmergencyOut)
    def post(self, emergency_id: str) -> dict[str, Any]:
        """提前结束（申请人或安全管理员）"""
        by = caller(writing=True)

        def command() -> dict[str, Any]:
            end_emergency(db.session(), surroundings(), emergency_id, by=by, now=clock.now())
            return {"id": emergency_id}

        return whole(write(by, {}, command)["id"], by)


@blueprint.route("/emergencies/<string:emergency_id>/read")
class Noting(MethodView):
    @blueprint.response(204)
    def post(self, emergency_id: str) -> None:
        """标为已阅（审计员）"""
        by = caller(writing=True)

        def command() -> dict[str, Any]:
            read_notice(db.session(), emergency_id, by=by, now=clock.now())
            return {}

        write(by, {}, command)
