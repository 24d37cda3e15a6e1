"""分析 over the API: compare and keep, list, open and make again, as at the pages."""

from collections.abc import Callable
from datetime import date
from typing import Any

from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from app import clock
from app.api.door import caller, idempotency_key, surroundings, write
from app.db import db
from app.identity.actor import Actor
from app.identity.names import LEFT_OFFICE
from app.replay.analysis.analyse import Analysis, analyse
from app.replay.analysis.findings import PROVES_NOT, TITLES, Finding
from app.replay.analysis.keep_run import analyse_again, keep_run, run_of
from app.replay.analysis.models import INTERFACE
from app.replay.analysis.run_page import RunLine, RunPage, run_page, runs
from app.replay.analysis.steps import Period
from app.replay.mandate import mandate_of

blueprint = Blueprint("api_analyses", __name__, url_prefix="/api/v1/audit/analyses", description="分析")


class AnalysisIn(Schema):
    """Legal days on which a step was completed or a case ended, both counted; the rest left out: any."""

    since = fields.Date(required=True)
    until = fields.Date(required=True)
    process = fields.String(load_default="", validate=validate.Length(0, 64))
    division = fields.String(load_default="", validate=validate.Regexp(r"^([0-9]{2,12})?\Z"))


class PlaceOut(Schema):
    """Where to look: the step of the case at which the player opens."""

    case = fields.String()
    number = fields.String()
    title = fields.String()
    seq = fields.Integer()
    said = fields.String()


class AnalysisFindingOut(Schema):
    kind = fields.String()
    title = fields.String()
    said = fields.String()
    at = fields.AwareDateTime()
    people = fields.List(fields.String())
    places = fields.List(fields.Nested(PlaceOut))


class FiguresOut(Schema):
    """How much was compared, and found by kind."""

    steps = fields.Integer()
    cases = fields.Integer()
    entries = fields.Integer()
    left = fields.Integer()
    unread = fields.Integer()
    erased = fields.Integer()
    found = fields.Dict(keys=fields.String(), values=fields.Integer())


class RunOut(Schema):
    """`figures`: null where the places that were compared reach beyond the mandate; `again_of`: the run this one repeats."""

    id = fields.String()
    at = fields.AwareDateTime()
    by = fields.String()
    door = fields.String()
    since = fields.Date()
    until = fields.Date()
    process = fields.String()
    division = fields.String()
    scope = fields.List(fields.String())
    bounded = fields.Boolean()
    rules = fields.Dict()
    figures = fields.Nested(FiguresOut, allow_none=True)
    again_of = fields.String(allow_none=True)


class ComparedOut(Schema):
    """Beside the earlier run: how many findings are the same, and those only one of them has."""

    earlier = fields.String()
    same = fields.Integer()
    new = fields.List(fields.Nested(AnalysisFindingOut))
    gone = fields.List(fields.Nested(AnalysisFindingOut))
    other_rules = fields.Boolean()


class OneRunOut(RunOut):
    """`hash`: of the entry that commits to the run; `holds`: it says what is answered here."""

    hash = fields.String()
    holds = fields.Boolean()
    findings = fields.List(fields.Nested(AnalysisFindingOut))
    proves_not = fields.Dict(keys=fields.String(), values=fields.String())
    compared = fields.Nested(ComparedOut, allow_none=True)


class RunsOut(Schema):
    runs = fields.List(fields.Nested(RunOut))


@blueprint.route("")
class Analyses(MethodView):
    @blueprint.response(200, RunsOut)
    def get(self) -> dict[str, Any]:
        """已存的分析（审计员）"""
        return {"runs": [_line(one) for one in runs(db.session(), by=caller())]}

    @blueprint.arguments(AnalysisIn())
    @blueprint.response(201, OneRunOut)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """比较一段期间，结果存下（审计员）"""
        by = caller(writing=True)
        idempotency_key()
        mandate_of(by)
        period = Period(**body)
        return _keep(by, body, lambda: analyse(db.session(), surroundings(), period, by=by))


@blueprint.route("/<string:run_id>")
class OneAnalysis(MethodView):
    @blueprint.response(200, OneRunOut)
    def get(self, run_id: str) -> dict[str, Any]:
        """一次分析"""
        return _whole(run_id, caller())


@blueprint.route("/<string:run_id>/again")
class Again(MethodView):
    @blueprint.response(201, OneRunOut)
    def post(self, run_id: str) -> dict[str, Any]:
        """按同样条件重新比较，另存并对照"""
        by = caller(writing=True)
        idempotency_key()
        earlier = run_of(db.session(), run_id, by=by)
        return _keep(by, {}, lambda: analyse_again(db.session(), surroundings(), earlier, by=by, bounded=True), run_id)


def _keep(
    by: Actor, body: dict[str, Any], compare: Callable[[], Analysis], again_of: str | None = None
) -> dict[str, Any]:
    """Compare, which reads for a while, and keep it in one short command."""
    now, found = clock.now(), compare()
    db.session.rollback()

    def command() -> dict[str, Any]:
        row = keep_run(db.session(), surroundings(), found, by=by, door=INTERFACE, now=now, again_of=again_of)
        return {"id": row.id}

    shape = {name: value.isoformat() if isinstance(value, date) else value for name, value in body.items()}
    return _whole(write(by, shape, command)["id"], by)


def _whole(run_id: str, by: Actor) -> dict[str, Any]:
    page = run_page(db.session(), surroundings(), run_id, by=by)
    compared = page.compared
    return _line(page.line) | {
        "hash": page.hash,
        "holds": page.holds,
        "findings": [_finding(page, one) for ones in page.found.values() for one in ones],
        "proves_not": PROVES_NOT,
        "compared": compared
        and {
            "earlier": compared.earlier,
            "same": compared.same,
            "new": [_finding(page, one) for one in compared.new],
            "gone": [_finding(page, one) for one in compared.gone],
            "other_rules": compared.other_rules,
        },
    }


def _line(line: RunLine) -> dict[str, Any]:
    row = line.row
    return {
        "id": row.id, "at": row.at, "by": line.who, "door": row.door, "since": row.since, "until": row.until,
        "process": row.process, "division": row.division, "scope": row.scope, "bounded": row.bounded,
        "rules": row.rules, "figures": row.figures if line.whole else None, "again_of": row.again_of,
    }  # fmt: skip


def _finding(page: RunPage, one: Finding) -> dict[str, Any]:
    return {
        "kind": one.kind, "title": TITLES[one.kind], "said": one.said, "at": one.at, "places": one.places,
        "people": [page.names.get(person, LEFT_OFFICE) for person in one.people],
    }  # fmt: skip
