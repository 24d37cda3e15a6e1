"""Acts on a case: purpose of a look, 下次跟进, 回避, 电话答复."""

import re
from datetime import date
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, flash, redirect, request

from app import clock
from app.db import db
from app.errors import Refusal
from app.inbox.page_views import ConfirmPage
from app.inbox.phone_page import phone_page
from app.instances import looks
from app.instances.declare_interest import check_declarable, declare_interest
from app.instances.follow_up import check_follow_up, set_follow_up
from app.instances.look_at_case import ask_to_look
from app.instances.read_case import read_case
from app.instances.see_case import see_case
from app.instances.tell_by_phone import tell_by_phone
from app.texts import sentence
from app.web.door import act, actor, back_to, new_nonce, show, surroundings
from app.web.links import WebLinks
from app.web.looking import address, looked

blueprint = Blueprint("case_acts", __name__, url_prefix="/cases")
THEN = re.compile(r"/cases/[0-9a-f]{32}/replay(/[a-z0-9]+)?(\?[A-Za-z0-9%=&._-]*)?")
"""Pages that a stated purpose leads on to."""


def ask_purpose(instance_id: str, needed: Refusal, *, error: str = "", then: str = "") -> Response:
    """The small page before a case of one's oversight opens.

    Args:
        then: the page of ours that was asked for, to go on to; the case's own without one.
    """
    links = WebLinks()
    page = ConfirmPage(
        title="查看前请说明目的",
        lead=sentence(needed),
        changes=("目的和今后 12 小时内的每次查看都记入查阅登记。", "只能查看，不能办理。"),
        action=links.case_act(instance_id, "purpose") + (f"?{urlencode({'then': then})}" if then else ""),
        submit="记下目的并查看",
        back_href=links.cases(),
        nonce=new_nonce(),
        reason_label="查看目的",
        reason=request.form.get("reason", "")[: looks.LONGEST],
        error=error,
    )
    return show("confirm.html", status=422 if error else 200, page=page)


@blueprint.post("/<instance_id>/purpose")
def purpose(instance_id: str) -> Response:
    """说明查看目的"""
    by, why = actor(), request.form.get("reason", "")

    def command() -> dict[str, Any]:
        ask_to_look(db.session(), instance_id, by=by, purpose=why, network=address(), now=clock.now())
        return {}

    try:
        act(by, command)
    except Refusal as refusal:
        if refusal.code != "purpose_short":
            raise
        db.session.rollback()
        return ask_purpose(instance_id, Refusal("purpose_again"), error=sentence(refusal), then=_then())
    if then := _then():
        return redirect(then, 303)  # type: ignore[return-value]
    return back_to("cases.show_case", instance_id=instance_id)


def _then() -> str:
    """Only a page about a case: whoever makes up an address leads nobody out of the house."""
    wanted = request.args.get("then", "")
    return wanted if THEN.fullmatch(wanted) else ""


@blueprint.get("/<instance_id>/follow-up")
def ask_follow_up(instance_id: str) -> Response:
    """下次跟进？"""
    return _follow_up_page(instance_id)


@blueprint.post("/<instance_id>/follow-up")
def follow_up(instance_id: str) -> Response:
    """下次跟进"""
    by, text = actor(), request.form.get("day", "").strip()

    def command() -> dict[str, Any]:
        day = _day(text)
        set_follow_up(db.session(), surroundings(), instance_id, by=by, day=day, now=clock.now())
        return {}

    try:
        act(by, command)
    except Refusal as refusal:
        if refusal.code != "follow_up_day":
            raise
        db.session.rollback()
        return _follow_up_page(instance_id, sentence(refusal))
    flash(f"下次跟进：{text}。" if text else "已清除下次跟进日期。")
    return back_to("cases.mine")


def _follow_up_page(instance_id: str, error: str = "") -> Response:
    row = see_case(db.session(), instance_id, by=actor())
    check_follow_up(row, by=actor())
    links, day = WebLinks(), row.follow_up_on
    page = ConfirmPage(
        title="下次跟进",
        lead=f"{row.title} {row.number or '未编号'}：到这一天再看这件。日期显示在“在办件”里，只是提醒，不影响法定期限。",
        action=links.case_act(instance_id, "follow-up"),
        submit="保存",
        back_href=links.case(instance_id),
        nonce=new_nonce(),
        day_label="日期（留空为清除）",
        day=request.form.get("day", day.isoformat() if day else "")[:10],
        error=error,
    )
    return show("confirm.html", status=422 if error else 200, page=page)


def _day(text: str) -> date | None:
    """Raises Refusal `follow_up_day` for what is no day."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as problem:
        raise Refusal("follow_up_day", params={"days": 366}) from problem


@blueprint.get("/<instance_id>/interest")
def ask_interest(instance_id: str) -> Response:
    """申报回避？"""
    return _interest_page(instance_id)


@blueprint.post("/<instance_id>/interest")
def interest(instance_id: str) -> Response:
    """申报回避"""
    by, reason = actor(), request.form.get("reason", "")

    def command() -> dict[str, Any]:
        declare_interest(db.session(), surroundings(), instance_id, by=by, reason=reason, now=clock.now())
        return {}

    try:
        act(by, command)
    except Refusal as refusal:
        if refusal.code != "interest_no_reason":
            raise
        db.session.rollback()
        return _interest_page(instance_id, sentence(refusal))
    if see_case(db.session(), instance_id, by=by).owner_id in by.ids:
        flash("已申报回避，您手上的步骤已退还。本件还由您负责，请移交给一位同事。", "warning")
        return back_to("hand_over.ask_hand_over", instance_id=instance_id)
    flash("已申报回避，您手上的步骤已退还。请告知负责人改派他人。")
    return back_to("inbox.inbox")


def _interest_page(instance_id: str, error: str = "") -> Response:
    row = see_case(db.session(), instance_id, by=actor())
    check_declarable(row, by=actor())
    links = WebLinks()
    page = ConfirmPage(
        title="申报回避",
        lead=f"{row.title} {row.number or '未编号'}：您与本件当事人有近亲属或其他利害关系，应当回避。",
        changes=(
            "您不能再办理本件的任何步骤，手上的步骤退还给同事，草稿作废。",
            "代您办理的人同样须回避。",
            "申报和理由记入办件经过，不能撤销。",
        ),
        action=links.case_act(instance_id, "interest"),
        submit="申报回避",
        back_href=links.case(instance_id),
        nonce=new_nonce(),
        reason_label="关系或情形",
        reason=request.form.get("reason", "")[:500],
        serious=True,
        error=error,
    )
    return show("confirm.html", status=422 if error else 200, page=page)


@blueprint.get("/<instance_id>/phone")
def phone(instance_id: str) -> Response:
    """电话答复"""
    by, now = actor(), clock.now()
    row = see_case(db.session(), instance_id, by=by)
    case = read_case(db.session(), surroundings(), row, now=now)
    looked(looks.PHONE, instance_id, purpose="电话答复")
    answer = phone_page(db.session(), case, WebLinks())
    template = "phone_answer_card.html" if request.headers.get("HX-Request") else "phone_answer.html"
    back = WebLinks().case(instance_id)
    return show(template, answer=answer, today=case.today, nonce=new_nonce(), back_href=back)


@blueprint.post("/<instance_id>/phone")
def told(instance_id: str) -> Response:
    """记一笔：已电话答复"""
    by = actor()

    def command() -> dict[str, Any]:
        tell_by_phone(db.session(), surroundings(), instance_id, by=by, now=clock.now())
        return {}

    act(by, command)
    flash("已记入办件经过：电话答复。")
    return back_to("cases.show_case", instance_id=instance_id)
