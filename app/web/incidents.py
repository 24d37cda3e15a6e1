"""故障: the list for administrators, one incident, and what may be done about it."""

from typing import Any

from flask import Blueprint, Response, flash, request

from app import clock
from app.db import db
from app.errors import Refusal, not_found
from app.inbox.correction_page import correction_page, facts_typed
from app.inbox.incidents_page import incident_page, incidents_page
from app.inbox.page_views import ConfirmPage
from app.instances.models import Incident, Instance
from app.instances.plan_correction import declared_facts, plan_correction
from app.instances.plan_discard import plan_discard
from app.instances.plan_retry import plan_retry
from app.instances.retry_incident import retry_by_administrator
from app.instances.second_person import check_planner
from app.texts import sentence
from app.web.door import act, actor, back_to, new_nonce, show, surroundings
from app.web.links import WebLinks

blueprint = Blueprint("incidents", __name__, url_prefix="/incidents")


@blueprint.get("")
def listing() -> Response:
    """故障与调整"""
    page = incidents_page(db.session(), actor(), WebLinks(), now=clock.now())
    return show("incidents.html", page=page)


@blueprint.get("/<incident_id>")
def show_incident(incident_id: str) -> Response:
    """一处故障"""
    page = incident_page(db.session(), actor(), incident_id, WebLinks(), now=clock.now(), nonce=new_nonce())
    return show("incident.html", page=page)


@blueprint.get("/<incident_id>/retry")
def ask_retry(incident_id: str) -> Response:
    """重试？"""
    return _ask(incident_id, "retry")


@blueprint.post("/<incident_id>/retry")
def retry(incident_id: str) -> Response:
    """重试"""
    by, reason = actor(), request.form.get("reason", "")

    def command() -> dict[str, Any]:
        given: dict[str, Any] = {"by": by, "reason": reason, "now": clock.now()}
        if surroundings().four_eyes:
            return {"plan": plan_retry(db.session(), surroundings(), incident_id, **given).id}
        retry_by_administrator(db.session(), surroundings(), incident_id, **given)
        return {}

    try:
        done = act(by, command)
    except Refusal as refusal:
        if refusal.code != "plan_no_reason":
            raise
        db.session.rollback()
        return _ask(incident_id, "retry", refusal)
    if "plan" in done:
        return back_to("plans.show_plan", plan_id=done["plan"])
    flash("已排队，后台进程会再试一次。仍不成功的，会作为新的故障列出。")
    return back_to("incidents.listing")


@blueprint.get("/<incident_id>/discard")
def ask_discard(incident_id: str) -> Response:
    """放弃？"""
    return _ask(incident_id, "discard")


@blueprint.post("/<incident_id>/discard")
def discard(incident_id: str) -> Response:
    """拟定放弃"""
    by, reason = actor(), request.form.get("reason", "")

    def command() -> dict[str, Any]:
        row = plan_discard(db.session(), surroundings(), incident_id, by=by, reason=reason, now=clock.now())
        return {"plan": row.id}

    try:
        done = act(by, command)
    except Refusal as refusal:
        if refusal.code != "plan_no_reason":
            raise
        db.session.rollback()
        return _ask(incident_id, "discard", refusal)
    return back_to("plans.show_plan", plan_id=done["plan"])


@blueprint.get("/<incident_id>/correct")
def ask_correct(incident_id: str) -> Response:
    """更正哪些事实？"""
    return _correct_page(incident_id)


@blueprint.post("/<incident_id>/correct")
def correct(incident_id: str) -> Response:
    """拟定更正"""
    by, typed = actor(), request.form

    def command() -> dict[str, Any]:
        facts = facts_typed(declared_facts(db.session(), incident_id, by=by), typed)
        row = plan_correction(
            db.session(),
            surroundings(),
            incident_id,
            by=by,
            facts=facts,
            reason=typed.get("reason", ""),
            now=clock.now(),
        )
        return {"plan": row.id}

    try:
        done = act(by, command)
    except Refusal as refusal:
        if refusal.status != 422:
            raise
        db.session.rollback()
        return _correct_page(incident_id, refusal)
    return back_to("plans.show_plan", plan_id=done["plan"])


def _correct_page(incident_id: str, refusal: Refusal | None = None) -> Response:
    page = correction_page(
        db.session(),
        surroundings(),
        actor(),
        incident_id,
        WebLinks(),
        now=clock.now(),
        nonce=new_nonce(),
        typed=request.form,
        errors=refusal.fields if refusal else {},
        error=sentence(refusal) if refusal else "",
    )
    return show("correction.html", status=422 if refusal else 200, page=page)


ASKED = {
    "retry": (
        "重试",
        "后台进程会再试一次；再失败，就作为新的故障列出。",
        ("启用双人办理的，先拟定方案，由另一人批准。", "您和理由记入办件经过。"),
        "重试",
    ),
    "discard": (
        "放弃",
        "放弃后，失败的这一步不再自动办理，等在后面的自动事项照常继续。",
        ("先拟定方案；由另一人批准后才执行。", "双方和理由记入办件经过。"),
        "拟定方案",
    ),
}
"""Title, what it does, what else to know, button."""


def _ask(incident_id: str, what: str, refusal: Refusal | None = None) -> Response:
    by, incident = actor(), db.session.get(Incident, incident_id)
    row = db.session.get(Instance, incident.instance_id) if incident else None
    if incident is None or row is None:
        raise not_found()
    check_planner(by, row)
    title, lead, changes, submit = ASKED[what]
    page = ConfirmPage(
        title=title,
        lead=f"{row.title} {row.number or '未编号'}，故障编号 {incident.id[:8]}：{lead}",
        changes=changes,
        action=WebLinks().incident(incident_id, what),
        submit=submit,
        back_href=WebLinks().incident(incident_id),
        nonce=new_nonce(),
        reason_label="理由",
        reason=request.form.get("reason", "")[:500],
        serious=what == "discard",
        error=sentence(refusal) if refusal else "",
    )
    return show("confirm.html", status=422 if refusal else 200, page=page)
