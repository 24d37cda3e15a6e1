"""换用新版 over the API: planning, reading, approving, declining, going on. The same acts as the pages."""

from typing import Any

from flask.views import MethodView
from flask_smorest import Blueprint

from app import clock
from app.api.door import caller, write
from app.api.migration_schemas import MigrationIn, MigrationOut, PageIn
from app.api.schemas import ReasonIn
from app.db import db
from app.identity.actor import Actor
from app.instances.decline_migration import decline_migration
from app.instances.plan_migration import approve_migration, plan_migration
from app.instances.run_migration import begin_migration
from app.studio.migration_page import migration_page
from app.studio.migration_views import MigrationPage

blueprint = Blueprint("api_migrations", __name__, url_prefix="/api/v1/migrations", description="在办件换用新版")


def _shown(plan_id: str, actor: Actor, page: int = 1) -> MigrationPage:
    return migration_page(db.session(), actor, plan_id, page=page, now=clock.now())


@blueprint.route("")
class Migrations(MethodView):
    @blueprint.arguments(MigrationIn())
    @blueprint.response(201, MigrationOut)
    def post(self, body: dict[str, Any]) -> MigrationPage:
        """拟定换版方案，随后在后台逐件试算"""
        actor = caller(writing=True)

        def command() -> dict[str, Any]:
            given: dict[str, Any] = {"named": body["mapping"], "reason": body["reason"], "now": clock.now()}
            row = plan_migration(db.session(), body["process"], by=actor, version=body.get("version"), **given)
            return {"id": row.id}

        return _shown(write(actor, body, command)["id"], actor)


@blueprint.route("/<string:plan_id>")
class OneMigration(MethodView):
    @blueprint.arguments(PageIn(), location="query")
    @blueprint.response(200, MigrationOut)
    def get(self, query: dict[str, Any], plan_id: str) -> MigrationPage:
        """查看换版方案：试算结果和执行进度"""
        return _shown(plan_id, caller(), query["page"])


@blueprint.route("/<string:plan_id>/approve")
class Approve(MethodView):
    @blueprint.response(200, MigrationOut)
    def post(self, plan_id: str) -> MigrationPage:
        """批准并开始换版"""
        actor = caller(writing=True)

        def command() -> dict[str, Any]:
            approve_migration(db.session(), plan_id, by=actor, now=clock.now())
            begin_migration(db.session(), plan_id, by=actor, now=clock.now())
            return {}

        write(actor, {}, command)
        return _shown(plan_id, actor)


@blueprint.route("/<string:plan_id>/run")
class Run(MethodView):
    @blueprint.response(200, MigrationOut)
    def post(self, plan_id: str) -> MigrationPage:
        """继续换版；留在旧版的再试一次"""
        actor = caller(writing=True)

        def command() -> dict[str, Any]:
            begin_migration(db.session(), plan_id, by=actor, now=clock.now())
            return {}

        write(actor, {}, command)
        return _shown(plan_id, actor)


@blueprint.route("/<string:plan_id>/decline")
class Decline(MethodView):
    @blueprint.arguments(ReasonIn())
    @blueprint.response(200, MigrationOut)
    def post(self, body: dict[str, Any], plan_id: str) -> MigrationPage:
        """不批准换版方案"""
        actor = caller(writing=True)

        def command() -> dict[str, Any]:
            decline_migration(db.session(), plan_id, by=actor, reason=body["reason"], now=clock.now())
            return {}

        write(actor, body, command)
        return _shown(plan_id, actor)
