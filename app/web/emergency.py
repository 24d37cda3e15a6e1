"""紧急查看: asked for, approved by another person, read, ended; the auditors read along."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, flash, request

from app import clock
from app.db import db
from app.errors import Refusal
from app.identity.division_lookup import full_name
from app.identity.emergency import asking_places
from app.instances.emergency.ask_emergency import ask_emergency, most_hours
from app.instances.emergency.decide_emergency import approve_emergency, decline_emergency
from app.instances.emergency.end_emergency import end_emergency
from app.instances.emergency.read_notice import read_notice
from app.instances.looks import LONGEST
from app.instances.surroundings import Surroundings
from app.replay.access.emergencies import STATES, emergencies, emergency_page
from app.replay.open_replay import may_replay
from app.texts import sentence
from app.web.door import act, actor, back_to, new_nonce, show, surroundings
from app.web.links import WebLinks

blueprint = Blueprint("emergency", __name__, url_prefix="/emergency")
PAGE = "emergency.show_one"


@blueprint.get("")
def listing() -> Response:
    """紧急查看"""
    return _listing()


@blueprint.post("")
def ask() -> Response:
    """申请紧急查看"""
    by, form = actor(), request.form

    def command() -> dict[str, Any]:
        row = ask_emergency(
            db.session(), surroundings(), form.get("case", ""), by=by, reason=form.get("reason", ""),
            hours=_hours(form.get("hours", "")), now=clock.now(),
        )  # fmt: skip
        return {"id": row.id}

    try:
        done = act(by, command)
    except Refusal as refusal:
        if refusal.status not in {409, 422}:
            raise
        db.session.rollback()
        return _listing(refusal)
    flash("已申请，等安全管理员批准。")
    return back_to(PAGE, emergency_id=done["id"])


@blueprint.get("/<emergency_id>")
def show_one(emergency_id: str) -> Response:
    """一次紧急查看"""
    return _page(emergency_id)


@blueprint.post("/<emergency_id>/approve")
def approve(emergency_id: str) -> Response:
    """批准紧急查看"""
    by = actor()
    return _done(
        emergency_id,
        lambda around: approve_emergency(db.session(), around, emergency_id, by=by, now=clock.now()),
        "已批准，并已告知审计员。",
    )


@blueprint.post("/<emergency_id>/decline")
def decline(emergency_id: str) -> Response:
    """不批准紧急查看"""
    by, reason = actor(), request.form.get("reason", "")
    return _done(
        emergency_id,
        lambda around: decline_emergency(db.session(), around, emergency_id, by=by, reason=reason, now=clock.now()),
        "已记下：不批准。",
    )


@blueprint.post("/<emergency_id>/end")
def end(emergency_id: str) -> Response:
    """提前结束紧急查看"""
    by = actor()
    return _done(
        emergency_id,
        lambda around: end_emergency(db.session(), around, emergency_id, by=by, now=clock.now()),
        "已结束，这一件不能再看。",
    )


@blueprint.post("/<emergency_id>/read")
def read(emergency_id: str) -> Response:
    """标为已阅"""
    by = actor()
    return _done(
        emergency_id, lambda _around: read_notice(db.session(), emergency_id, by=by, now=clock.now()), "已标为已阅。"
    )


def _hours(text: str) -> int:
    """0, which is no length of time, for what is no number."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0


def _done(emergency_id: str, command: Callable[[Surroundings], object], told: str) -> Response:
    def carried_out() -> dict[str, Any]:
        command(surroundings())
        return {}

    try:
        act(actor(), carried_out)
    except Refusal as refusal:
        if refusal.status not in {409, 422}:
            raise
        db.session.rollback()
        return _page(emergency_id, refusal)
    flash(told)
    return back_to(PAGE, emergency_id=emergency_id)


def _listing(refusal: Refusal | None = None) -> Response:
    by, now = actor(), clock.now()
    return show(
        "emergencies.html",
        status=refusal.status if refusal else 200,
        error=sentence(refusal) if refusal else "",
        wrong=refusal.fields if refusal else {},
        form=request.form,
        rows=emergencies(db.session(), by=by, now=now),
        may_ask=bool(asking_places(by)),
        auditing=may_replay(by),
        most=most_hours(db.session(), now=now),
        states=STATES,
        place=lambda code: full_name(db.session(), code),
        longest=LONGEST,
        nonce=new_nonce(),
        today=clock.legal_day(now),
    )


def _page(emergency_id: str, refusal: Refusal | None = None) -> Response:
    now = clock.now()
    return show(
        "emergency.html",
        status=refusal.status if refusal else 200,
        error=sentence(refusal) if refusal else "",
        page=emergency_page(db.session(), surroundings(), emergency_id, by=actor(), now=now),
        states=STATES,
        place=lambda code: full_name(db.session(), code),
        reason=request.form.get("reason", "")[:LONGEST],
        longest=LONGEST,
        nonce=new_nonce(),
        today=clock.legal_day(now),
        links=WebLinks(),
    )
