"""换用新版: planned beside a version, tried, approved by a second person, carried out by the workers, watched here."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, flash, request, url_for

from app import clock
from app.db import db
from app.errors import Refusal
from app.inbox.page_views import ConfirmPage
from app.instances.decline_migration import decline_migration
from app.instances.plan_migration import approve_migration, plan_migration
from app.instances.run_migration import begin_migration
from app.studio.migration_form import migration_form
from app.studio.migration_page import migration_page
from app.studio.policy import is_policy_officer
from app.texts import sentence
from app.web.door import act, actor, back_to, new_nonce, show
from app.web.reading import page_number

blueprint = Blueprint("migrations", __name__)

MOST_PAIRS = 200


@blueprint.get("/workflows/<key>/<int:version>/migrate")
def ask(key: str, version: int) -> Response:
    """在办件换用这一版？"""
    return _form(key, version, _pairs(request.args))


@blueprint.post("/workflows/<key>/<int:version>/migrate")
def plan(key: str, version: int) -> Response:
    """拟定换版方案"""
    by, form = actor(), request.form

    def command() -> dict[str, Any]:
        given: dict[str, Any] = {"version": version, "named": _pairs(form), "reason": form.get("reason", "")}
        return {"plan": plan_migration(db.session(), key, by=by, now=clock.now(), **given).id}

    try:
        done = act(by, command)
    except Refusal as refusal:
        if refusal.code not in {"plan_no_reason", "migration_mapping", "migration_nothing"}:
            raise
        db.session.rollback()
        return _form(key, version, _pairs(form), refusal)
    return back_to("migrations.show_migration", plan_id=done["plan"])


def _pairs(form: Mapping[str, str]) -> dict[str, str]:
    """Old node → new node, as the selects of the form name them."""
    chosen = {name.removeprefix("to:"): new.strip() for name, new in form.items() if name.startswith("to:")}
    return dict([(old, new) for old, new in chosen.items() if old and new][:MOST_PAIRS])


def _form(key: str, version: int, named: Mapping[str, str], refusal: Refusal | None = None) -> Response:
    by = actor()
    page = migration_form(db.session(), key, version, by=by, named=named, now=clock.now())
    policy = is_policy_officer(by)
    return show(
        "migrate.html",
        status=refusal.status if refusal else 200,
        page=page,
        action=url_for("migrations.plan", key=key, version=version),
        back_href=url_for("workflows.version", key=key, version=version) if policy else url_for("incidents.listing"),
        back_name=f"{page.title} 第 {page.version} 版" if policy else "故障与调整",
        nonce=new_nonce(),
        reason=request.form.get("reason", "")[:500],
        error=sentence(refusal) if refusal else "",
    )


@blueprint.get("/migrations/<plan_id>")
def show_migration(plan_id: str) -> Response:
    """换版方案"""
    by = actor()
    page = migration_page(db.session(), by, plan_id, page=page_number(), now=clock.now())
    again: dict[str, Any] = {f"to:{old}": new for old, new in page.pairs}
    return show(
        "migration.html",
        page=page,
        nonce=new_nonce(),
        back_href=url_for("workflows.listing") if is_policy_officer(by) else url_for("incidents.listing"),
        back_name="流程" if is_policy_officer(by) else "故障与调整",
        again_href=url_for("migrations.ask", key=page.key, version=page.version, **again),
    )


@blueprint.post("/migrations/<plan_id>/approve")
def approve(plan_id: str) -> Response:
    """批准换版并执行"""
    by = actor()

    def command() -> dict[str, Any]:
        approve_migration(db.session(), plan_id, by=by, now=clock.now())
        begin_migration(db.session(), plan_id, by=by, now=clock.now())
        return {}

    act(by, command)
    flash("已批准。后台逐件换版，每件换成时记入它的办件经过；可以离开本页，不会中断。")
    return back_to("migrations.show_migration", plan_id=plan_id)


@blueprint.post("/migrations/<plan_id>/run")
def run(plan_id: str) -> Response:
    """继续换版"""
    by = actor()

    def command() -> dict[str, Any]:
        begin_migration(db.session(), plan_id, by=by, now=clock.now())
        return {}

    act(by, command)
    flash("后台继续换版；已经换成的不会重复，留在旧版的再试一次。")
    return back_to("migrations.show_migration", plan_id=plan_id)


@blueprint.get("/migrations/<plan_id>/decline")
def ask_decline(plan_id: str) -> Response:
    """不批准换版？"""
    return _decline_page(plan_id)


@blueprint.post("/migrations/<plan_id>/decline")
def decline(plan_id: str) -> Response:
    """不批准换版"""
    by, reason = actor(), request.form.get("reason", "")

    def command() -> dict[str, Any]:
        decline_migration(db.session(), plan_id, by=by, reason=reason, now=clock.now())
        return {}

    try:
        act(by, command)
    except Refusal as refusal:
        if refusal.code != "plan_no_reason":
            raise
        db.session.rollback()
        return _decline_page(plan_id, refusal)
    flash("已记下：不批准。案件没有变动。")
    return back_to("migrations.show_migration", plan_id=plan_id)


def _decline_page(plan_id: str, refusal: Refusal | None = None) -> Response:
    plan = migration_page(db.session(), actor(), plan_id, page=1, now=clock.now())
    page = ConfirmPage(
        title="不批准换版方案",
        lead=f"{plan.title}换用第 {plan.version} 版的方案作废，案件不变。",
        changes=(),
        action=url_for("migrations.decline", plan_id=plan_id),
        submit="不批准",
        back_href=url_for("migrations.show_migration", plan_id=plan_id),
        nonce=new_nonce(),
        reason_label="理由",
        reason=request.form.get("reason", "")[:500],
        error=sentence(refusal) if refusal else "",
    )
    return show("confirm.html", status=422 if refusal else 200, page=page)
