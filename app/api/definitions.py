"""POST /definitions: publish a diagram at once, only where four eyes are switched off (abuse case 26)."""

import re
from typing import Any

from flask.views import MethodView
from flask_smorest import Blueprint

from app import clock
from app.api.door import caller, surroundings, write
from app.api.schemas import DefinitionIn, DefinitionOut
from app.catalogue.bundle import from_diagram
from app.catalogue.publish import publish
from app.db import db
from app.engine.outline import outline
from app.errors import Refusal

KEY = re.compile(r"\w[\w.-]{0,63}")

blueprint = Blueprint("api_definitions", __name__, url_prefix="/api/v1/definitions", description="流程定义")


@blueprint.route("")
class Definitions(MethodView):
    @blueprint.arguments(DefinitionIn())
    @blueprint.response(201, DefinitionOut)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """发布一张流程图"""
        actor = caller(writing=True)
        if surroundings().four_eyes:
            raise Refusal("definition_needs_four_eyes", 403)

        def command() -> dict[str, Any]:
            key = body.get("key") or _key(body["bpmn"])
            row = publish(db.session(), from_diagram(key, body["bpmn"]), by=actor.id, now=clock.now())
            return {"key": row.key, "version": row.version, "title": row.title, "digest": row.digest}

        return write(actor, body, command)


def _key(bpmn: str) -> str:
    """The key of a bare diagram is the id of its process; an unreadable one is refused when it is compiled.

    Raises:
        Refusal: `definition_key` (422) where that id is no key.
    """
    drawn = outline(bpmn.encode())
    if drawn is None:
        return "unreadable"
    if not KEY.fullmatch(drawn.process):
        raise Refusal("definition_key", 422, {"process": drawn.process[:60]})
    return drawn.process
