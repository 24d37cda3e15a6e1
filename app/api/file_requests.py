"""调卷与应诉 over the API: the same acts as at the pages."""

from typing import Any

from flask import Response, request
from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from app import clock
from app.api.description import EACH_TIME
from app.api.door import caller, surroundings, write
from app.api.schemas import ReasonIn
from app.db import db, in_transaction
from app.identity.actor import Actor
from app.identity.network import network
from app.replay.file_requests.decide_request import approve_request, decline_request
from app.replay.file_requests.extract_file import file_of, gather_file, keep_file, set_file
from app.replay.file_requests.register_request import Asked, Bearer, register_request
from app.replay.file_requests.request_page import STATES, request_page

blueprint = Blueprint("api_file_requests", __name__, url_prefix="/api/v1", description="调卷与应诉")


class BearerIn(Schema):
    name = fields.String(required=True)
    card = fields.String(required=True, metadata={"description": "证件号末四位"})


class FileRequestIn(Schema):
    kind = fields.String(required=True)
    authority = fields.String(required=True)
    paper = fields.String(required=True)
    bearers = fields.List(fields.Nested(BearerIn), required=True, validate=validate.Length(max=2))
    received_on = fields.Date(required=True)
    wanted = fields.String(required=True)
    scope = fields.String(required=True)
    steps = fields.List(fields.Integer(strict=True), load_default=list, validate=validate.Length(max=10_000))
    asked_for = fields.Date(load_default=None, allow_none=True)


class FileRequestOut(Schema):
    id = fields.String()
    case = fields.String()
    kind = fields.String()
    state = fields.String()
    authority = fields.String()
    paper = fields.String()
    due_on = fields.Date()
    why = fields.List(fields.String())
    sm3 = fields.String(allow_none=True)
    sha256 = fields.String(allow_none=True)


def shape(request_id: str, by: Actor) -> dict[str, Any]:
    today = clock.legal_day(clock.now())
    page = request_page(db.session(), surroundings(), request_id, by=by, today=today)
    row = page.line.row
    return {
        "id": row.id,
        "case": row.case_id,
        "kind": row.kind,
        "state": STATES[row.state],
        "authority": page.asked["authority"],
        "paper": page.asked["paper"],
        "due_on": row.due_on,
        "why": [line.text for line in page.due.lines],
        "sm3": row.sm3,
        "sha256": row.sha256,
    }


@blueprint.route("/instances/<string:instance_id>/file-requests")
class Registering(MethodView):
    @blueprint.arguments(FileRequestIn())
    @blueprint.response(201, FileRequestOut)
    def post(self, body: dict[str, Any], instance_id: str) -> dict[str, Any]:
        """登记调卷（档案员）"""
        by, now = caller(writing=True), clock.now()
        bearers = tuple(Bearer(one["name"], one["card"]) for one in body["bearers"])
        asked = Asked(**body | {"bearers": bearers, "steps": tuple(body["steps"])})
        said = body | {name: str(body[name]) for name in ("received_on", "asked_for")}

        def command() -> dict[str, Any]:
            row = register_request(db.session(), surroundings(), instance_id, by=by, asked=asked, now=now)
            return {"id": row.id}

        return shape(write(by, said, command)["id"], by)


@blueprint.route("/file-requests/<string:request_id>")
class OneRequest(MethodView):
    @blueprint.response(200, FileRequestOut)
    def get(self, request_id: str) -> dict[str, Any]:
        """一次调卷"""
        return shape(request_id, caller())


@blueprint.route("/file-requests/<string:request_id>/approve")
class Approving(MethodView):
    @blueprint.response(200, FileRequestOut)
    def post(self, request_id: str) -> dict[str, Any]:
        """批准（分管领导）"""
        by = caller(writing=True)

        def command() -> dict[str, Any]:
            approve_request(db.session(), surroundings(), request_id, by=by, now=clock.now())
            return {"id": request_id}

        return shape(write(by, {}, command)["id"], by)


@blueprint.route("/file-requests/<string:request_id>/decline")
class Declining(MethodView):
    @blueprint.arguments(ReasonIn())
    @blueprint.response(200, FileRequestOut)
    def post(self, body: dict[str, Any], request_id: str) -> dict[str, Any]:
        """不批准（分管领导）"""
        by = caller(writing=True)

        def command() -> dict[str, Any]:
            decline_request(db.session(), surroundings(), request_id, by=by, reason=body["reason"], now=clock.now())
            return {"id": request_id}

        return shape(write(by, body, command)["id"], by)


@blueprint.route("/file-requests/<string:request_id>/extract")
class Extracting(MethodView):
    @blueprint.doc(**EACH_TIME)
    @blueprint.response(200, FileRequestOut)
    def post(self, request_id: str) -> dict[str, Any]:
        """提取案卷（档案员）"""
        by, around, now = caller(writing=True), surroundings(), clock.now()
        where = network(request.remote_addr or "")
        drawn = gather_file(db.session(), around, request_id, by=by, network=where, now=now)
        db.session.remove()  # nothing is held open while pages are set
        content = set_file(drawn)
        in_transaction(lambda: keep_file(db.session(), around, request_id, drawn, content, by=by, now=now))
        return shape(request_id, by)


@blueprint.route("/file-requests/<string:request_id>/paper")
class Paper(MethodView):
    @blueprint.response(200, content_type="application/pdf")
    def get(self, request_id: str) -> Response:
        """下载案卷"""
        by, around, where, now = caller(), surroundings(), network(request.remote_addr or ""), clock.now()
        content = in_transaction(lambda: file_of(db.session(), around, request_id, by=by, network=where, now=now))
        response = Response(content, mimetype="application/pdf")
        response.headers.set("Content-Disposition", "attachment", filename=f"file-{request_id[:12]}.pdf")
        return response
