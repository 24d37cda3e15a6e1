"""调卷与应诉: registered at the case, approved by another person, extracted, handed out."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, flash, request

from app import clock
from app.db import db, in_transaction
from app.errors import Refusal
from app.identity.division_lookup import full_name
from app.instances.surroundings import Surroundings
from app.replay.file_requests.decide_request import WORDS, approve_request, decline_request
from app.replay.file_requests.due import KINDS, OTHER
from app.replay.file_requests.extract_file import file_of, gather_file, keep_file, set_file
from app.replay.file_requests.register_request import (
    CHOSEN,
    LONGEST,
    SCOPES,
    Asked,
    Bearer,
    register_request,
    registrable,
)
from app.replay.file_requests.request_page import STATES, request_page, requests
from app.texts import sentence
from app.web.door import act, actor, back_to, new_nonce, show, surroundings
from app.web.links import WebLinks
from app.web.looking import address
from app.web.reading import day_or_none
from app.web.taking_away import handed

blueprint = Blueprint("file_requests", __name__)
PAGE = "file_requests.show_request"


@blueprint.get("/file-requests")
def listing() -> Response:
    """调卷"""
    today = clock.legal_day(clock.now())
    return show(
        "file_requests.html",
        rows=requests(db.session(), by=actor(), today=today),
        kinds=KINDS,
        states=STATES,
        place=lambda code: full_name(db.session(), code),
        today=today,
    )


@blueprint.get("/cases/<instance_id>/file-request")
def ask(instance_id: str) -> Response:
    """登记调卷"""
    return _form(instance_id)


@blueprint.post("/cases/<instance_id>/file-request")
def register(instance_id: str) -> Response:
    """登记调卷"""
    by, asked = actor(), _asked()

    def command() -> dict[str, Any]:
        row = register_request(db.session(), surroundings(), instance_id, by=by, asked=asked, now=clock.now())
        return {"id": row.id}

    try:
        done = act(by, command)
    except Refusal as refusal:
        if refusal.status != 422:
            raise
        db.session.rollback()
        return _form(instance_id, refusal)
    flash("已登记，等分管领导批准。")
    return back_to(PAGE, request_id=done["id"])


@blueprint.get("/file-requests/<request_id>")
def show_request(request_id: str) -> Response:
    """一次调卷"""
    return _page(request_id)


@blueprint.post("/file-requests/<request_id>/approve")
def approve(request_id: str) -> Response:
    """批准调卷"""
    by = actor()
    return _done(
        request_id,
        lambda around: approve_request(db.session(), around, request_id, by=by, now=clock.now()),
        "已批准，档案员可以提取。",
    )


@blueprint.post("/file-requests/<request_id>/decline")
def decline(request_id: str) -> Response:
    """不批准调卷"""
    by, reason = actor(), request.form.get("reason", "")
    return _done(
        request_id,
        lambda around: decline_request(db.session(), around, request_id, by=by, reason=reason, now=clock.now()),
        "已记下：不批准。",
    )


@blueprint.post("/file-requests/<request_id>/extract")
def extract(request_id: str) -> Response:
    """提取案卷"""
    by, around, now = actor(), surroundings(), clock.now()
    try:
        drawn = gather_file(db.session(), around, request_id, by=by, network=address(), now=now)
    except Refusal as refusal:
        if refusal.status != 409:
            raise
        return _page(request_id, refusal)
    db.session.remove()  # nothing is held open while pages are set
    content = set_file(drawn)
    in_transaction(lambda: keep_file(db.session(), around, request_id, drawn, content, by=by, now=now))
    flash("已提取。文件摘要已记入本次调卷的记录链，请下载后随函提供。")
    return back_to(PAGE, request_id=request_id)


@blueprint.get("/file-requests/<request_id>/paper")
def paper(request_id: str) -> Response:
    """下载案卷"""
    by, around, network, now = actor(), surroundings(), address(), clock.now()
    content = in_transaction(lambda: file_of(db.session(), around, request_id, by=by, network=network, now=now))
    return handed(content, f"file-{request_id[:12]}.pdf", "application/pdf")


def _done(request_id: str, command: Callable[[Surroundings], object], told: str) -> Response:
    def carried_out() -> dict[str, Any]:
        command(surroundings())
        return {}

    try:
        act(actor(), carried_out)
    except Refusal as refusal:
        if refusal.status not in {409, 422}:
            raise
        db.session.rollback()
        return _page(request_id, refusal)
    flash(told)
    return back_to(PAGE, request_id=request_id)


def _page(request_id: str, refusal: Refusal | None = None) -> Response:
    today = clock.legal_day(clock.now())
    return show(
        "file_request.html",
        status=refusal.status if refusal else 200,
        error=sentence(refusal) if refusal else "",
        page=request_page(db.session(), surroundings(), request_id, by=actor(), today=today),
        kinds=KINDS,
        states=STATES,
        scopes=SCOPES,
        reason=request.form.get("reason", "")[:WORDS],
        nonce=new_nonce(),
        longest=WORDS,
        today=today,
        links=WebLinks(),
    )


def _form(instance_id: str, refusal: Refusal | None = None) -> Response:
    row = registrable(db.session(), instance_id, by=actor())
    return show(
        "file_request_form.html",
        status=422 if refusal else 200,
        error=sentence(refusal) if refusal else "",
        wrong=refusal.fields if refusal else {},
        what=f"{row.title} {row.number or '未编号'}",
        steps=row.head_seq,
        form=request.form,
        kinds=KINDS,
        other=OTHER,
        scopes=SCOPES,
        chosen=CHOSEN,
        longest=LONGEST,
        words=WORDS,
        nonce=new_nonce(),
        action=WebLinks().case_act(instance_id, "file-request"),
        back_href=WebLinks().case(instance_id),
    )


def _asked() -> Asked:
    form = request.form
    bearers = tuple(Bearer(form.get(f"name_{n}", ""), form.get(f"card_{n}", "")) for n in (1, 2))
    return Asked(
        kind=form.get("kind", ""),
        authority=form.get("authority", ""),
        paper=form.get("paper", ""),
        bearers=bearers,
        received_on=day_or_none(form.get("received_on", "")),
        wanted=form.get("wanted", ""),
        scope=form.get("scope", ""),
        steps=_numbers(form.get("steps", "")),
        asked_for=day_or_none(form.get("asked_for", "")),
    )


def _numbers(text: str) -> tuple[int, ...]:
    """`3、5-7` → 3, 5, 6, 7; what cannot be read gives 0, which is no step."""
    found: list[int] = []
    for part in text.replace("，", "、").replace(",", "、").replace(" ", "、").split("、"):
        first, dash, last = part.replace("—", "-").replace("–", "-").partition("-")
        if not part:
            continue
        if not all(one.isascii() and one.isdigit() and len(one) <= 6 for one in (first, last if dash else first)):
            return (0,)
        span = range(int(first), int(last if dash else first) + 1)
        found += span if 0 < len(span) <= 10_000 else (0,)
    return tuple(found)
