"""Changing the own password. argon2 runs before the database is locked for writing; every other browser is signed out."""

from flask import Blueprint, Response, flash, g, redirect, request, session, url_for

from app import clock
from app.db import db, in_transaction
from app.errors import Refusal
from app.identity.actor import Actor
from app.identity.change_password import Change, change_password, prove_change
from app.identity.lock_out import record_failure
from app.identity.network import network
from app.identity.passwords import KINDS, MAX_AGE, SHORTEST
from app.identity.sessions import open_session
from app.texts import sentence
from app.web.door import settings, show, whoever, with_session

blueprint = Blueprint("password", __name__, url_prefix="/password")


@blueprint.get("")
def form() -> Response:
    """修改密码"""
    whoever()
    return _page()


@blueprint.post("")
def change() -> Response:
    """更改密码"""
    person = whoever()
    if settings().mode == "demo":
        raise Refusal("password_demo", 403)
    try:
        proved = _proved(person)
        secret = in_transaction(lambda: _change(proved))
    except Refusal as refusal:
        if not refusal.code.startswith("password_"):
            raise
        db.session.rollback()
        if refusal.code == "password_wrong":
            in_transaction(lambda: record_failure(db.session(), person.login, _network(), clock.now()))
        return _page(refusal)
    session.clear()
    flash("密码已更改，其他浏览器已全部退出。")
    return with_session(redirect(url_for("inbox.inbox"), 303), secret)  # type: ignore[arg-type]


def _proved(person: Actor) -> Change:
    new = request.form.get("new", "")
    if new != request.form.get("again", ""):
        raise Refusal("password_not_repeated")
    return prove_change(db.session(), person, request.form.get("old", ""), new, _network(), clock.now())


def _change(proved: Change) -> str:
    now = clock.now()
    change_password(db.session(), proved, now)
    return open_session(db.session(), proved.person_id, _network(), now, strong=g.strong)


def _network() -> str:
    return network(request.remote_addr or "")


def _page(refusal: Refusal | None = None) -> Response:
    return show(
        "password.html",
        status=refusal.status if refusal else 200,
        action=url_for("password.change"),
        error=sentence(refusal) if refusal else "",
        rules={"shortest": SHORTEST, "kinds": KINDS, "days": MAX_AGE.days},
    )
