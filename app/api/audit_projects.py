"""Audit projects over the API: the same acts as the pages."""

from collections.abc import Callable
from typing import Any

from flask.views import MethodView
from flask_smorest import Blueprint

from app import clock
from app.api.audit_schemas import CloseIn, DrawIn, ExamineIn, FindingIn, FindingOut, ProjectIn, ProjectOut
from app.api.door import caller, surroundings, write
from app.db import db
from app.identity.actor import Actor
from app.replay.audits.close_project import close_project
from app.replay.audits.draw_sample import draw_sample
from app.replay.audits.examine_case import examine_case
from app.replay.audits.open_project import open_project
from app.replay.audits.population import Population
from app.replay.audits.project_page import FindingLine, project_page
from app.replay.audits.raise_finding import raise_finding
from app.replay.audits.record import Entry

blueprint = Blueprint("api_audit_projects", __name__, url_prefix="/api/v1/audit/projects", description="审计项目")


def entry_shape(entry: Entry) -> dict[str, Any]:
    return {"seq": entry.seq, "at": entry.at.isoformat(), "kind": entry.kind, "actor": entry.actor, "hash": entry.hash,
            "said": dict(entry.said)}  # fmt: skip


def finding_shape(line: FindingLine) -> dict[str, Any]:
    one = line.finding
    return {"id": one.id, "number": one.number, "case": one.case_id, "seq": one.seq, "kind": one.kind,
            "state": one.state, "promised_on": one.promised_on, "words": line.words,
            "entries": [entry_shape(entry) for entry in line.said]}  # fmt: skip


def _shape(project_id: str, actor: Actor) -> dict[str, Any]:
    page = project_page(db.session(), surroundings(), project_id, by=actor)
    sample = [
        {
            "case": one.case_id,
            "number": one.number,
            "stratum": one.stratum,
            "place": one.place,
            "examined": one.examined,
        }
        for one in page.sample
    ]
    project = page.line.project
    return {"id": project.id, "title": project.title, "state": project.state, "sample": sample,
            "findings": [finding_shape(one) for one in page.findings],
            "entries": [entry_shape(one) for one in page.chain]}  # fmt: skip


def _changed(body: Any, project_id: str, act: Callable[[Actor], Any]) -> dict[str, Any]:
    """The project as it is when the act is done."""
    actor = caller(writing=True)

    def command() -> dict[str, Any]:
        act(actor)
        return {"id": project_id}

    return _shape(write(actor, body, command)["id"], actor)


@blueprint.route("")
class Projects(MethodView):
    @blueprint.arguments(ProjectIn())
    @blueprint.response(201, ProjectOut)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """立项（审计员）"""
        actor = caller(writing=True)
        population = Population(**{name: body[name] for name in ("division", "process", "since", "until", "ended")})

        def command() -> dict[str, Any]:
            row = open_project(
                db.session(), surroundings(), population, by=actor, title=body["title"], ground=body["ground"],
                now=clock.now(),
            )  # fmt: skip
            return {"id": row.id}

        shape = body | {name: body[name] and body[name].isoformat() for name in ("since", "until")}
        return _shape(write(actor, shape, command)["id"], actor)


@blueprint.route("/<string:project_id>")
class OneProject(MethodView):
    @blueprint.response(200, ProjectOut)
    def get(self, project_id: str) -> dict[str, Any]:
        """查看审计项目"""
        return _shape(project_id, caller())


@blueprint.route("/<string:project_id>/draw")
class Draw(MethodView):
    @blueprint.arguments(DrawIn())
    @blueprint.response(200, ProjectOut)
    def post(self, body: dict[str, Any], project_id: str) -> dict[str, Any]:
        """抽样"""
        return _changed(
            body,
            project_id,
            lambda by: draw_sample(db.session(), surroundings(), project_id, by=by, **body, now=clock.now()),
        )


@blueprint.route("/<string:project_id>/examine")
class Examine(MethodView):
    @blueprint.arguments(ExamineIn())
    @blueprint.response(200, ProjectOut)
    def post(self, body: dict[str, Any], project_id: str) -> dict[str, Any]:
        """记为已查"""
        return _changed(
            body,
            project_id,
            lambda by: examine_case(
                db.session(), surroundings(), project_id, body["case"], by=by, note=body["note"], now=clock.now()
            ),
        )


@blueprint.route("/<string:project_id>/findings")
class Findings(MethodView):
    @blueprint.arguments(FindingIn())
    @blueprint.response(201, FindingOut)
    def post(self, body: dict[str, Any], project_id: str) -> dict[str, Any]:
        """提出疑点"""
        actor = caller(writing=True)

        def command() -> dict[str, Any]:
            row = raise_finding(db.session(), surroundings(), project_id, by=actor, **body, now=clock.now())
            return {"id": row.id}

        made = write(actor, body, command)["id"]
        page = project_page(db.session(), surroundings(), project_id, by=actor)
        return finding_shape(next(one for one in page.findings if one.finding.id == made))


@blueprint.route("/<string:project_id>/close")
class Close(MethodView):
    @blueprint.arguments(CloseIn())
    @blueprint.response(200, ProjectOut)
    def post(self, body: dict[str, Any], project_id: str) -> dict[str, Any]:
        """结项"""
        return _changed(
            body,
            project_id,
            lambda by: close_project(
                db.session(), surroundings(), project_id, by=by, conclusion=body["conclusion"], now=clock.now()
            ),
        )
