"""Signing in and out. argon2 runs before the database is locked for writing."""

from urllib.parse import urlsplit

from flask import Blueprint, Response, redirect, request, session, url_for

from app import clock
from app.db import db, in_transaction
from app.identity.demo import OTHERS, DemoPerson, demo_groups, demo_people
from app.identity.roles import role_name
from app.identity.sign_in import prove, sign_in
from app.identity.sign_out import sign_out
from app.texts import sentence
from app.web.door import cookie_name, settings, show, signed_in, with_session

blueprint = Blueprint("sign_in", __name__)


@blueprint.get("/sign-in")
def form() -> Response:
    """登录页"""
    if signed_in() is not None:
        return redirect(url_for("inbox.home"), 303)  # type: ignore[return-value]
    return _page(wanted=request.args.get("next", ""))


@blueprint.post("/sign-in")
def enter() -> Response:
    """登录"""
    now = clock.now()
    login, password = _given()
    proof = prove(db.session(), login, password, request.remote_addr or "", now)
    former = request.cookies.get(cookie_name())
    two_factor = settings().two_factor
    result = in_transaction(lambda: sign_in(db.session(), proof, now, former=former, two_factor=two_factor))
    wanted = request.form.get("next", "")
    if result.secret is None:
        refusal = result.refusal
        status = refusal.status if refusal else 401
        return _page(status, login, sentence(refusal) if refusal else "", wanted)
    session.clear()
    target = inside(wanted)
    if result.half:
        return with_session(redirect(url_for("second_factor.form", next=target), 303), result.secret)  # type: ignore[arg-type]
    return with_session(redirect(target or url_for("inbox.home"), 303), result.secret)  # type: ignore[arg-type]


@blueprint.post("/sign-out")
def leave() -> Response:
    """退出"""
    secret = request.cookies.get(cookie_name())
    if secret:
        in_transaction(lambda: sign_out(db.session(), secret, clock.now()))
    session.clear()
    response = redirect(url_for("sign_in.form"), 303)
    response.delete_cookie(cookie_name(), path="/", secure=settings().secure_cookies, httponly=True, samesite="Lax")
    return response  # type: ignore[return-value]


def _given() -> tuple[str, str]:
    """Login and password as typed; in demo mode a name clicked stands for both.

    Elsewhere the demonstration's password opens nothing, also not on a database that was once a demonstration.
    """
    demo, known = request.form.get("demo", ""), settings()
    if known.demo and demo in demo_people():
        return demo, known.demo_password
    password = request.form.get("password", "")[:1024]
    opens = known.demo or password != known.demo_password
    return request.form.get("login", "")[:200], password if opens else ""


def inside(target: str) -> str | None:
    """Only an address of our own, so that nobody is led elsewhere after signing in."""
    if not target.isprintable() or not target.startswith("/") or target.startswith(("//", "/\\")):
        return None
    parts = urlsplit(target)
    return None if parts.netloc or parts.scheme else target


def _page(status: int = 200, login: str = "", error: str = "", wanted: str = "") -> Response:
    return show(
        "sign_in.html",
        status=status,
        action=url_for("sign_in.enter"),
        login=login,
        error=error,
        next=wanted,
        demo_people=_people() if settings().demo else (),
    )


def _people() -> list[tuple[str, list[tuple[str, str, str]]]]:
    """Groups of (login, name, post); who stands alone under the last title is named with the organisation."""
    return [
        (title, [(one.login, one.name, _post(one, named=title == OTHERS)) for one in people])
        for title, people in demo_groups().items()
    ]


def _post(person: DemoPerson, *, named: bool) -> str:
    posts = "、".join(role_name(grant.role) for grant in person.grants)
    return f"{person.organisation.name}·{posts}" if named else posts
