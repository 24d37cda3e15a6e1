"""Tasks over the API: list, claim, complete. The same acts as the pages."""

from functools import partial
from typing import Any

from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import RAISE

from app import clock
from app.api.door import caller, surroundings, write
from app.api.schemas import ClaimedOut, CompletedOut, CompleteIn, TasksOut, TasksQuery
from app.api.show import task_shapes
from app.db import db, in_transaction
from app.errors import Refusal
from app.inbox.waiting import tasks_open_to
from app.instances.complete_task import complete_task
from app.instances.hold import claim_task
from app.instances.save_draft import save_draft
from app.instances.stuck import is_stuck

blueprint = Blueprint("api_tasks", __name__, url_prefix="/api/v1/tasks", description="任务")


@blueprint.route("")
class Tasks(MethodView):
    @blueprint.arguments(TasksQuery(), location="query", unknown=RAISE)
    @blueprint.response(200, TasksOut)
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """待办任务"""
        actor = caller()
        found = tasks_open_to(
            db.session(), actor, page=query["page"], size=query["size"], instance_id=query.get("instance")
        )
        return {"tasks": task_shapes(found.rows), "page": query["page"], "total": found.total}


@blueprint.route("/<string:task_id>/claim")
class Claim(MethodView):
    @blueprint.response(200, ClaimedOut)
    def post(self, task_id: str) -> dict[str, Any]:
        """认领任务"""
        actor = caller(writing=True)

        def command() -> dict[str, Any]:
            held = claim_task(db.session(), surroundings(), task_id, by=actor, now=clock.now())
            return {"id": held.row.id, "assignee": actor.login}

        return write(actor, {}, command)


@blueprint.route("/<string:task_id>/complete")
class Complete(MethodView):
    @blueprint.arguments(CompleteIn())
    @blueprint.response(200, CompletedOut)
    def post(self, body: dict[str, Any], task_id: str) -> dict[str, Any]:
        """办结任务"""
        actor = caller(writing=True)

        def command() -> dict[str, Any]:
            done = complete_task(
                db.session(), surroundings(), task_id, by=actor, answers=body["answers"], now=clock.now()
            )
            return {
                "instance": done.instance_id,
                "number": done.number,
                "ended": done.ended,
                "dropped": list(done.dropped),
            }

        try:
            return write(actor, body, command)
        except Refusal as refusal:
            if is_stuck(refusal):
                keep = partial(save_draft, by=actor, answers=body["answers"], now=clock.now())
                in_transaction(lambda: keep(db.session(), surroundings(), task_id))
            raise
