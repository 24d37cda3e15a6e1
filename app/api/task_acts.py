"""Acts around a task over the API: release, transfer, take back, urge. The same acts as the pages."""

from typing import Any

from flask.views import MethodView
from flask_smorest import Blueprint

from app import clock
from app.api.door import caller, surroundings, write
from app.api.schemas import TakenBackOut, TransferIn, TransferredOut
from app.db import db
from app.instances.release_task import release_task
from app.instances.take_back import take_back
from app.instances.transfer_task import transfer_task
from app.instances.urge_task import urge_task

blueprint = Blueprint("api_task_acts", __name__, url_prefix="/api/v1/tasks", description="任务的退还、转办、取回、催办")


@blueprint.route("/<string:task_id>/release")
class Release(MethodView):
    @blueprint.response(204)
    def post(self, task_id: str) -> None:
        """退还任务"""
        actor = caller(writing=True)

        def command() -> dict[str, Any]:
            release_task(db.session(), surroundings(), task_id, by=actor, now=clock.now())
            return {}

        write(actor, {}, command)


@blueprint.route("/<string:task_id>/transfer")
class Transfer(MethodView):
    @blueprint.arguments(TransferIn())
    @blueprint.response(200, TransferredOut)
    def post(self, body: dict[str, Any], task_id: str) -> dict[str, Any]:
        """转办任务"""
        actor = caller(writing=True)

        def command() -> dict[str, Any]:
            receiver = transfer_task(
                db.session(),
                surroundings(),
                task_id,
                by=actor,
                to=body["to"],
                reason=body["reason"],
                now=clock.now(),
            )
            return {"id": task_id, "assignee": receiver.person.login}

        return write(actor, body, command)


@blueprint.route("/<string:task_id>/take-back")
class TakeBack(MethodView):
    @blueprint.response(200, TakenBackOut)
    def post(self, task_id: str) -> dict[str, Any]:
        """取回已办结的任务"""
        actor = caller(writing=True)

        def command() -> dict[str, Any]:
            again = take_back(db.session(), surroundings(), task_id, by=actor, now=clock.now())
            return {"id": again.id, "key": again.key, "assignee": actor.login}

        return write(actor, {}, command)


@blueprint.route("/<string:task_id>/urge")
class Urge(MethodView):
    @blueprint.response(204)
    def post(self, task_id: str) -> None:
        """催办任务"""
        actor = caller(writing=True)

        def command() -> dict[str, Any]:
            urge_task(db.session(), surroundings(), task_id, by=actor, now=clock.now())
            return {}

        write(actor, {}, command)
