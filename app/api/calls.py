"""Calls over the API: a person enters by hand what another department said. The same act as the page."""

from typing import Any

from flask.views import MethodView
from flask_smorest import Blueprint

from app import clock
from app.api.door import caller, surroundings, write
from app.api.schemas import CallAnsweredOut, CompleteIn
from app.db import db
from app.instances.answer_call_by_hand import answer_call_by_hand
from app.instances.ask_again import ask_again

blueprint = Blueprint("api_calls", __name__, url_prefix="/api/v1/calls", description="部门核验")


@blueprint.route("/<string:call_id>/answer")
class AnswerByHand(MethodView):
    @blueprint.arguments(CompleteIn())
    @blueprint.response(200, CallAnsweredOut)
    def post(self, body: dict[str, Any], call_id: str) -> dict[str, Any]:
        """人工登记核验结果"""
        actor = caller(writing=True)

        def command() -> dict[str, Any]:
            row = answer_call_by_hand(
                db.session(), surroundings(), call_id, by=actor, answers=body["answers"], now=clock.now()
            )
            return {"instance": row.id, "number": row.number, "ended": row.ended_at is not None}

        return write(actor, body, command)


@blueprint.route("/<string:call_id>/again")
class AskAgain(MethodView):
    @blueprint.response(200, CallAnsweredOut)
    def post(self, call_id: str) -> dict[str, Any]:
        """对方没有答复的核验，再发一次"""
        actor = caller(writing=True)

        def command() -> dict[str, Any]:
            row = ask_again(db.session(), surroundings(), call_id, by=actor, now=clock.now())
            return {"instance": row.id, "number": row.number, "ended": row.ended_at is not None}

        return write(actor, {}, command)
