"""查阅登记 over the API: the same lists as at the pages, for auditors; asking for a child is a look here as well."""

from collections.abc import Mapping
from typing import Any

from flask import request
from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import RAISE, Schema, fields, validate

from app import clock
from app.api.description import EACH_TIME
from app.api.door import caller, surroundings
from app.api.emergencies import EmergencyOut
from app.api.emergencies import shape as emergency_shape
from app.db import db, in_transaction
from app.identity.names import LEFT_OFFICE
from app.identity.network import network
from app.instances.looks import LONGEST
from app.replay.access.children import ask_for_child, child_asked_for
from app.replay.access.emergencies import asked_between
from app.replay.access.search_looks import Line, Wanted, case_numbered, officials, or_lately, search_looks
from app.replay.access.unusual import PROVES_NOT, TITLES, USUAL, Unusual, unusual_looks
from app.replay.mandate import mandate_of

blueprint = Blueprint("api_access_looks", __name__, url_prefix="/api/v1/audit/looks", description="查阅登记")
WORD, PAGES = 60, 10_000
"""Characters of a number or a person; the last page that is turned to."""


class LooksQuery(Schema):
    """Left out: any; with neither case, person nor beginning the last seven days. `search`: id that a search for a child gave."""

    number = fields.String(load_default="", validate=validate.Length(0, WORD))
    person = fields.String(load_default="", validate=validate.Length(0, WORD), metadata={"description": "姓名或用户名"})
    since = fields.Date(load_default=None)
    until = fields.Date(load_default=None)
    search = fields.String(load_default="", validate=validate.Length(0, 64))
    page = fields.Integer(load_default=1, validate=validate.Range(1, PAGES))


class AccessLookOut(Schema):
    """One look. `case`: null where it was at no one case; no name of a child stands here."""

    at = fields.AwareDateTime()
    who = fields.String()
    login = fields.String()
    case = fields.String(allow_none=True)
    number = fields.String()
    title = fields.String()
    shown = fields.String()
    purpose = fields.String()


class LooksOut(Schema):
    looks = fields.List(fields.Nested(AccessLookOut))
    page = fields.Integer()
    more = fields.Boolean()


class ChildIn(Schema):
    """The whole name, and why; both go on record."""

    name = fields.String(required=True, validate=validate.Length(1, WORD))
    purpose = fields.String(required=True, validate=validate.Length(1, LONGEST))


class ChildSearchOut(Schema):
    search = fields.String()


class UnusualQuery(Schema):
    """Legal days, both counted; left out: the last thirty."""

    since = fields.Date(load_default=None)
    until = fields.Date(load_default=None)


class UnusualLookOut(Schema):
    kind = fields.String()
    title = fields.String()
    who = fields.String()
    login = fields.String()
    day = fields.Date()
    said = fields.String()


class UnusualOut(Schema):
    """`proves_not`: by kind, what a line of it does not prove."""

    compared = fields.Integer()
    unusual = fields.List(fields.Nested(UnusualLookOut))
    proves_not = fields.Dict(keys=fields.String(), values=fields.String())
    emergencies = fields.List(fields.Nested(EmergencyOut))


@blueprint.route("")
class Looks(MethodView):
    @blueprint.arguments(LooksQuery(), location="query", unknown=RAISE)
    @blueprint.response(200, LooksOut)
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """谁看了哪一件（审计员）"""
        by, cases = caller(), None
        mandate, today = mandate_of(by), clock.legal_day(clock.now())
        if query["search"]:
            _, cases = child_asked_for(db.session(), surroundings(), query["search"], by=by, now=clock.now())
        elif query["number"]:
            cases = case_numbered(db.session(), query["number"], mandate)
        wanted = Wanted(cases, query["person"].strip(), query["since"], query["until"], query["page"])
        found = search_looks(db.session(), or_lately(wanted, today), mandate)
        return {"looks": [_look(one) for one in found.lines], "page": wanted.page, "more": found.more}


@blueprint.route("/searches")
class ChildSearches(MethodView):
    @blueprint.doc(**EACH_TIME)
    @blueprint.arguments(ChildIn())
    @blueprint.response(201, ChildSearchOut)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """按姓名查登记（审计员；须写明目的，每次记入登记）"""
        by, address, now = caller(), network(request.remote_addr or ""), clock.now()
        name, purpose = body["name"], body["purpose"]
        found = in_transaction(
            lambda: ask_for_child(
                db.session(), surroundings(), name, by=by, purpose=purpose, network=address, now=now
            )
        )  # fmt: skip
        return {"search": found}


@blueprint.route("/unusual")
class UnusualLooks(MethodView):
    @blueprint.arguments(UnusualQuery(), location="query", unknown=RAISE)
    @blueprint.response(200, UnusualOut)
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """异常查阅（审计员）"""
        by, now = caller(), clock.now()
        mandate, today = mandate_of(by), clock.legal_day(now)
        since, until = query["since"] or today - USUAL, query["until"] or today
        compared, found = unusual_looks(db.session(), since, until, mandate)
        people = officials(db.session(), {one.person for one in found})
        opened = asked_between(db.session(), since, until, by=by, now=now)
        return {
            "compared": compared,
            "unusual": [_unusual(one, people) for one in found],
            "proves_not": PROVES_NOT,
            "emergencies": [emergency_shape(one) for one in opened],
        }


def _look(line: Line) -> dict[str, Any]:
    return {
        "at": line.at, "who": line.who, "login": line.login, "case": line.case or None, "number": line.number,
        "title": line.title, "shown": line.shown, "purpose": line.purpose,
    }  # fmt: skip


def _unusual(one: Unusual, people: Mapping[str, tuple[str, str]]) -> dict[str, Any]:
    who, login = people.get(one.person, (LEFT_OFFICE, ""))
    return {
        "kind": one.kind, "title": TITLES[one.kind], "who": who, "login": login, "day": one.day, "said": one.said,
    }  # fmt: skip
