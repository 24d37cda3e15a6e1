"""代理: asking a colleague to stand in for a time, and ending it."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, request, url_for

from app import clock
from app.db import db
from app.errors import Refusal, not_found
from app.identity.delegate import delegate
from app.identity.end_delegation import end_delegation
from app.inbox.delegations_page import delegations_page
from app.texts import sentence
from app.web.door import act, actor, back_to, new_nonce, show

blueprint = Blueprint("delegations", __name__, url_prefix="/delegations")


@blueprint.get("")
def listing() -> Response:
    """代理"""
    return _page()


@blueprint.post("")
def give() -> Response:
    """委托代理"""
    by, form = actor(), request.form

    def command() -> dict[str, Any]:
        days = _day(form.get("from_day", "")), _day(form.get("to_day", ""))
        made = delegate(
            db.session(), by, by.login, form.get("person", ""), *days, form.get("reason", ""), now=clock.now()
        )
        return {"id": str(made.id)}

    try:
        act(by, command)
    except Refusal as refusal:
        if not refusal.code.startswith("delegation_"):
            raise
        db.session.rollback()
        return _page(refusal)
    flash("已委托代理。代理期间，代理人以您的名义办理，双方姓名都记入办件经过。")
    return back_to("delegations.listing")


@blueprint.post("/<delegation_id>/end")
def end(delegation_id: str) -> Response:
    """结束代理"""
    by = actor()

    def command() -> dict[str, Any]:
        end_delegation(db.session(), by, _uuid(delegation_id), clock.now())
        return {}

    act(by, command)
    flash("代理已结束。")
    return back_to("delegations.listing")


def _page(refusal: Refusal | None = None) -> Response:
    now = clock.now()
    page = delegations_page(
        db.session(),
        actor(),
        today=clock.legal_day(now),
        action=url_for("delegations.listing"),
        end_href=lambda one: url_for("delegations.end", delegation_id=one),
        nonce=new_nonce(),
        typed=request.form,
        error=sentence(refusal) if refusal else "",
    )
    return show("delegations.html", status=422 if refusal else 200, page=page)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as problem:
        raise Refusal("delegation_days", params={"days": 90}) from problem


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as problem:
        raise not_found() from problem
