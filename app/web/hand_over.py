"""移交办件: the page that asks to whom, and the act."""

from typing import Any

from flask import Blueprint, Response, flash, request

from app import clock
from app.db import db
from app.errors import Refusal
from app.inbox.page_views import ConfirmPage, Person
from app.instances.hand_over_case import check_hand_over, hand_over_case, successors
from app.instances.see_case import see_case
from app.texts import sentence
from app.web.door import act, actor, back_to, new_nonce, show, surroundings
from app.web.links import WebLinks

blueprint = Blueprint("hand_over", __name__, url_prefix="/cases")


@blueprint.get("/<instance_id>/hand-over")
def ask_hand_over(instance_id: str) -> Response:
    """移交给谁？"""
    return _hand_over_page(instance_id)


@blueprint.post("/<instance_id>/hand-over")
def hand_over(instance_id: str) -> Response:
    """移交办件"""
    by, to, reason = actor(), request.form.get("person", ""), request.form.get("reason", "")

    def command() -> dict[str, Any]:
        receiver = hand_over_case(
            db.session(), surroundings(), instance_id, by=by, to=to, reason=reason, now=clock.now()
        )
        return {"name": receiver.name}

    try:
        done = act(by, command)
    except Refusal as refusal:
        if refusal.code not in {"hand_over_no_reason", "hand_over_receiver"}:
            raise
        db.session.rollback()
        return _hand_over_page(instance_id, sentence(refusal))
    flash(f"已移交，今后由{done['name']}负责，在其“在办件”中可以看到。")
    return back_to("cases.mine")


def _hand_over_page(instance_id: str, error: str = "") -> Response:
    by = actor()
    row = see_case(db.session(), instance_id, by=by)
    check_hand_over(row, by=by)
    found = successors(db.session(), row, by=by, today=clock.legal_day(clock.now()))
    links = WebLinks()
    page = ConfirmPage(
        title="移交办件",
        lead=f"{row.title} {row.number or '未编号'}：整件交给一位同事负责，今后列在其“在办件”里。",
        changes=(
            "原负责人手上的步骤退还给同事，草稿作废；别人手上的步骤不变。",
            "期限照旧计算，不因移交延长；移交和理由记入办件经过。",
        ),
        action=links.case_act(instance_id, "hand-over"),
        submit="移交",
        back_href=links.case(instance_id),
        nonce=new_nonce(),
        people_label="移交给谁",
        people=tuple(Person(one.login, one.name, one.organisation) for one in found),
        chosen=request.form.get("person", ""),
        reason_label="理由",
        reason=request.form.get("reason", "")[:500],
        error=error,
    )
    return show("confirm.html", status=422 if error else 200, page=page)
