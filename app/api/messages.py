"""POST /messages: a message for one case, delivered or kept until its wait opens (rule 9)."""

from typing import Any

from flask.views import MethodView
from flask_smorest import Blueprint

from app import clock
from app.api.door import caller, surroundings, write
from app.api.schemas import MessageIn, MessageOut
from app.db import db
from app.instances.send_message import send_message

blueprint = Blueprint("api_messages", __name__, url_prefix="/api/v1/messages", description="消息")


@blueprint.route("")
class Messages(MethodView):
    @blueprint.arguments(MessageIn())
    @blueprint.response(200, MessageOut)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """向一个办件发送消息"""
        actor = caller(writing=True)

        def command() -> dict[str, Any]:
            delivered = send_message(
                db.session(),
                surroundings(),
                body["instance"],
                body["name"],
                by=actor,
                dedupe=f"{actor.id}:{body['id']}",
                correlation=body["correlation"],
                answers=body["answers"],
                now=clock.now(),
            )
            return {"delivered": delivered}

        return write(actor, body, command)
