"""Plans of administrators: 重新定位 is planned here, and every plan is read and approved here by a second person."""

from typing import Any

from flask import Blueprint, Response, flash, request

from app import clock
from app.db import db
from app.errors import Refusal
from app.inbox.page_views import ConfirmPage
from app.inbox.plan_page import plan_page
from app.inbox.reposition_page import case_named, reposition_page
from app.instances.approve_plan import approve_plan, decline_plan
from app.instances.plan_reposition import plan_reposition
from app.texts import sentence
from app.web.door import act, actor, back_to, new_nonce, show, surroundings
from app.web.links import WebLinks

blueprint = Blueprint("plans", __name__, url_prefix="/plans")


@blueprint.get("/reposition")
def ask_reposition() -> Response:
    """重新定位：哪一件，从哪里到哪里？"""
    return _form(request.args.get("case", ""), request.args.get("incident", ""))


@blueprint.post("/reposition")
def reposition() -> Response:
    """拟定重新定位"""
    by, form = actor(), request.form

    def command() -> dict[str, Any]:
        row = plan_reposition(
            db.session(),
            surroundings(),
            case_named(db.session(), form.get("case", "")).id,
            by=by,
            cancel=form.getlist("cancel"),
            scope=form.get("scope", ""),
            nodes=form.getlist("node"),
            reason=form.get("reason", ""),
            now=clock.now(),
            incident_id=form.get("incident") or None,
        )
        return {"plan": row.id}

    try:
        done = act(by, command)
    except Refusal as refusal:
        if not refusal.code.startswith(("reposition_", "plan_no_reason")):
            raise
        db.session.rollback()
        return _form(form.get("case", ""), form.get("incident", ""), refusal)
    return back_to("plans.show_plan", plan_id=done["plan"])


def _form(case: str, incident: str, refusal: Refusal | None = None) -> Response:
    page = reposition_page(
        db.session(),
        surroundings(),
        actor(),
        WebLinks(),
        case=case,
        incident=incident,
        now=clock.now(),
        nonce=new_nonce(),
        picked=frozenset(request.form.getlist("cancel") + request.form.getlist("node")),
        reason=request.form.get("reason", "")[:500],
        error=sentence(refusal) if refusal else "",
    )
    return show("reposition.html", status=refusal.status if refusal else 200, page=page)


@blueprint.get("/<plan_id>")
def show_plan(plan_id: str) -> Response:
    """方案"""
    page = plan_page(db.session(), surroundings(), actor(), plan_id, WebLinks(), now=clock.now(), nonce=new_nonce())
    return show("plan.html", page=page)


@blueprint.post("/<plan_id>/approve")
def approve(plan_id: str) -> Response:
    """批准并执行"""
    by = actor()

    def command() -> dict[str, Any]:
        approve_plan(db.session(), surroundings(), plan_id, by=by, now=clock.now())
        return {}

    act(by, command)
    flash("已批准并执行，记入办件经过。")
    return back_to("plans.show_plan", plan_id=plan_id)


@blueprint.get("/<plan_id>/decline")
def ask_decline(plan_id: str) -> Response:
    """不批准？"""
    return _decline_page(plan_id)


@blueprint.post("/<plan_id>/decline")
def decline(plan_id: str) -> Response:
    """不批准"""
    by, reason = actor(), request.form.get("reason", "")

    def command() -> dict[str, Any]:
        decline_plan(db.session(), surroundings(), plan_id, by=by, reason=reason, now=clock.now())
        return {}

    try:
        act(by, command)
    except Refusal as refusal:
        if refusal.code != "plan_no_reason":
            raise
        db.session.rollback()
        return _decline_page(plan_id, refusal)
    flash("已记下：不批准。案件没有变动。")
    return back_to("incidents.listing")


def _decline_page(plan_id: str, refusal: Refusal | None = None) -> Response:
    links = WebLinks()
    plan = plan_page(db.session(), surroundings(), actor(), plan_id, links, now=clock.now(), nonce="")
    page = ConfirmPage(
        title="不批准方案",
        lead=f"{plan.process} {plan.number}：{plan.title}的方案作废，案件不变。",
        changes=plan.words,
        action=links.plan(plan_id, "decline"),
        submit="不批准",
        back_href=links.plan(plan_id),
        nonce=new_nonce(),
        reason_label="理由",
        reason=request.form.get("reason", "")[:500],
        error=sentence(refusal) if refusal else "",
    )
    return show("confirm.html", status=422 if refusal else 200, page=page)
