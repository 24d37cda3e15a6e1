"""Findings over the API: the office answers and puts right, the auditor settles or sends back."""

from collections.abc import Callable
from typing import Any

from flask.views import MethodView
from flask_smorest import Blueprint

from app import clock
from app.api.audit_projects import finding_shape
from app.api.audit_schemas import AnswerIn, FindingOut, SettleIn, WordsIn
from app.api.door import caller, surroundings, write
from app.db import db
from app.identity.actor import Actor
from app.replay.audits.move_finding import answer_finding, report_rectified, send_back_finding, settle_finding
from app.replay.audits.project_page import finding_page

blueprint = Blueprint("api_findings", __name__, url_prefix="/api/v1/findings", description="审计疑点")


def _shape(finding_id: str, actor: Actor) -> dict[str, Any]:
    return finding_shape(finding_page(db.session(), surroundings(), finding_id, by=actor)[0])


def _changed(body: Any, finding_id: str, act: Callable[..., None]) -> dict[str, Any]:
    """The finding as it is when the act is done."""
    actor = caller(writing=True)

    def command() -> dict[str, Any]:
        act(db.session(), surroundings(), finding_id, by=actor, now=clock.now(), **body)
        return {"id": finding_id}

    said = {name: value if isinstance(value, str | None) else value.isoformat() for name, value in body.items()}
    return _shape(write(actor, said, command)["id"], actor)


@blueprint.route("/<string:finding_id>")
class OneFinding(MethodView):
    @blueprint.response(200, FindingOut)
    def get(self, finding_id: str) -> dict[str, Any]:
        """查看疑点"""
        return _shape(finding_id, caller())


@blueprint.route("/<string:finding_id>/answer")
class Answer(MethodView):
    @blueprint.arguments(AnswerIn())
    @blueprint.response(200, FindingOut)
    def post(self, body: dict[str, Any], finding_id: str) -> dict[str, Any]:
        """单位答复"""
        return _changed(body, finding_id, answer_finding)


@blueprint.route("/<string:finding_id>/rectify")
class Rectify(MethodView):
    @blueprint.arguments(WordsIn())
    @blueprint.response(200, FindingOut)
    def post(self, body: dict[str, Any], finding_id: str) -> dict[str, Any]:
        """报告整改"""
        return _changed(body, finding_id, report_rectified)


@blueprint.route("/<string:finding_id>/settle")
class Settle(MethodView):
    @blueprint.arguments(SettleIn())
    @blueprint.response(200, FindingOut)
    def post(self, body: dict[str, Any], finding_id: str) -> dict[str, Any]:
        """销号"""
        return _changed(body, finding_id, settle_finding)


@blueprint.route("/<string:finding_id>/send-back")
class SendBack(MethodView):
    @blueprint.arguments(WordsIn())
    @blueprint.response(200, FindingOut)
    def post(self, body: dict[str, Any], finding_id: str) -> dict[str, Any]:
        """退回再办"""
        return _changed(body, finding_id, send_back_finding)
