"""Acts on a case over the API: purpose of a look, 下次跟进, 回避, 移交, 电话答复. The same acts as the pages."""

from typing import Any

from flask import request
from flask.views import MethodView
from flask_smorest import Blueprint

from app import clock
from app.api.door import caller, surroundings, write
from app.api.schemas import FollowUpIn, HandOverIn, InterestIn, PurposeIn
from app.db import db
from app.identity.network import network
from app.instances.declare_interest import declare_interest
from app.instances.follow_up import set_follow_up
from app.instances.hand_over_case import hand_over_case
from app.instances.look_at_case import ask_to_look
from app.instances.tell_by_phone import tell_by_phone

blueprint = Blueprint("api_case_acts", __name__, url_prefix="/api/v1/instances", description="办件的跟进与答复")


@blueprint.route("/<string:instance_id>/purpose")
class Purpose(MethodView):
    @blueprint.arguments(PurposeIn())
    @blueprint.response(204)
    def post(self, body: dict[str, Any], instance_id: str) -> None:
        """说明查看目的"""
        actor, address = caller(), network(request.remote_addr or "")

        def command() -> dict[str, Any]:
            ask_to_look(db.session(), instance_id, by=actor, purpose=body["purpose"], network=address, now=clock.now())
            return {}

        write(actor, body, command)


@blueprint.route("/<string:instance_id>/follow-up")
class FollowUp(MethodView):
    @blueprint.arguments(FollowUpIn())
    @blueprint.response(204)
    def post(self, body: dict[str, Any], instance_id: str) -> None:
        """设定或清除下次跟进日期"""
        actor = caller(writing=True)

        def command() -> dict[str, Any]:
            set_follow_up(db.session(), surroundings(), instance_id, by=actor, day=body["day"], now=clock.now())
            return {}

        day = body["day"] and body["day"].isoformat()
        write(actor, {"day": day}, command)


@blueprint.route("/<string:instance_id>/interest")
class Interest(MethodView):
    @blueprint.arguments(InterestIn())
    @blueprint.response(204)
    def post(self, body: dict[str, Any], instance_id: str) -> None:
        """申报回避"""
        actor = caller(writing=True)

        def command() -> dict[str, Any]:
            declare_interest(
                db.session(), surroundings(), instance_id, by=actor, reason=body["reason"], now=clock.now()
            )
            return {}

        write(actor, body, command)


@blueprint.route("/<string:instance_id>/hand-over")
class HandOver(MethodView):
    @blueprint.arguments(HandOverIn())
    @blueprint.response(204)
    def post(self, body: dict[str, Any], instance_id: str) -> None:
        """移交办件"""
        actor = caller(writing=True)

        def command() -> dict[str, Any]:
            hand_over_case(db.session(), surroundings(), instance_id, by=actor, now=clock.now(), **body)
            return {}

        write(actor, body, command)


@blueprint.route("/<string:instance_id>/phone-answers")
class PhoneAnswers(MethodView):
    @blueprint.response(204)
    def post(self, instance_id: str) -> None:
        """记一笔电话答复"""
        actor = caller(writing=True)

        def command() -> dict[str, Any]:
            tell_by_phone(db.session(), surroundings(), instance_id, by=actor, now=clock.now())
            return {}

        write(actor, {}, command)
