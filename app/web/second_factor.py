"""The second factor: shown after the password, taken up, replaced, given up. Whatever it changes, the browser gets a new
session id (abuse case 11), and no code or seed goes through `act`, which would keep what was typed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

import segno
from flask import Blueprint, Response, flash, g, redirect, request, session, url_for
from markupsafe import Markup

from app import clock
from app.db import db, in_transaction
from app.errors import Refusal
from app.identity.end_factor import end_factor
from app.identity.enrol_factor import confirm_factor, has_offer, offer_factor, offered_seed
from app.identity.half_sessions import VALID, end_half, find_half
from app.identity.network import network
from app.identity.recovery_codes import in_fours, new_recovery_codes, unused_codes
from app.identity.second_factor import Shown, check_factor, factor_of, has_factor
from app.identity.sessions import open_session, revoke_sessions_of
from app.identity.totp import enrolment_uri, written_seed
from app.instances.factor_keys import factor_opener, factor_sealer
from app.texts import sentence
from app.web.door import cookie_name, settings, show, signed_in, surroundings, whoever, with_session
from app.web.sign_in import inside

T = TypeVar("T")
blueprint = Blueprint("second_factor", __name__, url_prefix="/second-factor")
ISSUER = "榕荫"


@dataclass(frozen=True)
class Here:
    """Who is at this browser. `half`: the password was right, and nothing else is open yet."""

    person_id: UUID
    login: str
    secret: str
    half: bool
    required: bool
    began_at: datetime | None = None


@blueprint.get("")
def form() -> Response:
    """两步验证"""
    return _page(_here())


@blueprint.post("")
def enter() -> Response:
    """输入验证码"""
    if signed_in() is not None:
        return redirect(_target(), 303)  # type: ignore[return-value]
    here, now = _here(), clock.now()

    def command() -> str | Refusal:
        if find_half(db.session(), here.secret, now) is None:
            return Refusal("signed_out", 401)
        end_half(db.session(), here.secret, now)
        return open_session(db.session(), here.person_id, _network(), now, strong=True)

    secret = _shown(here, now, command)
    if isinstance(secret, Refusal):
        return _page(here, secret)
    session.clear()
    return with_session(redirect(_target(), 303), secret)  # type: ignore[arg-type]


@blueprint.post("/begin")
def begin() -> Response:
    """开始设置，或换一部手机"""
    here, now = _enrolling(), clock.now()

    def command() -> None:
        sealer = factor_sealer(db.session(), surroundings(), here.person_id)
        offer_factor(db.session(), here.person_id, here.secret, sealer, now)

    if not has_factor(db.session(), here.person_id):
        in_transaction(command)
    elif isinstance(refusal := _shown(here, now, command), Refusal):
        return _page(here, refusal)
    return redirect(url_for("second_factor.form", next=inside(_wanted())), 303)  # type: ignore[return-value]


@blueprint.post("/confirm")
def confirm() -> Response:
    """确认设置"""
    here, now = _enrolling(), clock.now()

    def command() -> tuple[Sequence[str], str]:
        sealer = factor_sealer(db.session(), surroundings(), here.person_id)
        code = request.form.get("code", "")
        codes = confirm_factor(db.session(), here.person_id, here.secret, code, sealer, now)
        return codes, _only_session(here, now, strong=True)

    try:
        codes, secret = in_transaction(command)
    except Refusal as refusal:
        if refusal.code != "code_not_confirmed":
            raise
        db.session.rollback()
        return _page(here, refusal)
    return _codes(codes, secret, "两步验证已启用，其他浏览器已全部退出。")


@blueprint.post("/codes")
def codes() -> Response:
    """重新生成恢复码"""
    here, now = _whole(), clock.now()

    def command() -> tuple[Sequence[str], str]:
        return new_recovery_codes(db.session(), here.person_id), _only_session(here, now, strong=True)

    made = _shown(here, now, command)
    if isinstance(made, Refusal):
        return _page(here, made)
    return _codes(*made, "已重新生成恢复码，原来的全部作废；其他浏览器已全部退出。")


@blueprint.post("/stop")
def stop() -> Response:
    """停用"""
    here, now = _whole(), clock.now()
    if here.required:
        raise Refusal("factor_required", 403)

    def command() -> str:
        end_factor(db.session(), here.person_id, now)
        return _only_session(here, now, strong=False)

    secret = _shown(here, now, command)
    if isinstance(secret, Refusal):
        return _page(here, secret)
    session.clear()
    flash("两步验证已停用，其他浏览器已全部退出。")
    return with_session(redirect(url_for("second_factor.form"), 303), secret)  # type: ignore[arg-type]


def _here() -> Here:
    """Who is at this browser, wholly or half signed in.

    Raises:
        Refusal: `signed_out` (401).
    """
    secret = request.cookies.get(cookie_name(), "")
    found = find_half(db.session(), secret, clock.now()) if signed_in() is None else None
    if found is not None:
        return Here(found.person_id, found.login, secret, half=True, required=True)
    person = whoever()
    required = not person.roles.isdisjoint(settings().two_factor)
    return Here(UUID(person.id), person.login, secret, half=False, required=required, began_at=g.began_at)


def _enrolling() -> Here:
    """Who may take up an authenticator here.

    Raises:
        Refusal: `signed_out` (401), also for a half session whose account has one to show first; `factor_demo` (403).
    """
    here = _here()
    if here.half and has_factor(db.session(), here.person_id):
        raise Refusal("signed_out", 401)
    return _not_shared(here)


def _whole() -> Here:
    """Who is wholly signed in here.

    Raises:
        Refusal: `signed_out` (401), `factor_demo` (403).
    """
    here = _here()
    if here.half:
        raise Refusal("signed_out", 401)
    return _not_shared(here)


def _not_shared(here: Here) -> Here:
    if settings().mode == "demo" and not here.required:
        raise Refusal("factor_demo", 403)
    return here


def _shown(here: Here, now: datetime, command: Callable[[], T]) -> T | Refusal:
    """What `command` gives, carried out in one transaction with the check of the code; else why the code was refused.

    Raises:
        Refusal: `factor_not_offered` (409): there is no authenticator to show.
    """
    if not has_factor(db.session(), here.person_id):
        raise Refusal("factor_not_offered", 409)
    shown = Shown(request.form.get("code", ""), request.form.get("recovery", ""), _network())

    def both() -> T | Refusal:
        sealer = factor_sealer(db.session(), surroundings(), here.person_id)
        return check_factor(db.session(), here.person_id, here.login, shown, sealer, now) or command()

    return in_transaction(both)


def _only_session(here: Here, now: datetime, *, strong: bool) -> str:
    """Every browser of the account is signed out; the secret of a new session for this one."""
    revoke_sessions_of(db.session(), here.person_id, now)
    return open_session(db.session(), here.person_id, _network(), now, strong=strong, began_at=here.began_at)


def _page(here: Here, refusal: Refusal | None = None) -> Response:
    now, factor = clock.now(), factor_of(db.session(), here.person_id)
    error = sentence(refusal) if refusal else ""
    common: dict[str, Any] = {"status": refusal.status if refusal else 200, "error": error, "half": here.half}
    common["next"] = inside(_wanted()) or ""
    if here.half and factor is not None:
        return show("factor_code.html", **common, minutes=int(VALID.total_seconds() // 60))
    if has_offer(db.session(), here.person_id, here.secret, now):
        return show("factor_offer.html", **common, **_offer(here, now))
    return show(
        "factor.html",
        **common,
        required=here.required,
        since=factor and clock.legal_day(factor.confirmed_at),
        left=unused_codes(db.session(), here.person_id) if factor else 0,
        demo=settings().mode == "demo" and not here.required,
    )


def _offer(here: Here, now: datetime) -> dict[str, Any]:
    opener = factor_opener(db.session(), surroundings(), here.person_id)
    if opener is None:
        raise Refusal("factor_not_offered", 409)
    seed = offered_seed(db.session(), here.person_id, here.secret, opener, now)
    uri = enrolment_uri(seed, ISSUER, here.login)
    drawn = segno.make(uri, error="m", micro=False).svg_inline(
        border=4, dark="#000", light="#fff", omitsize=True, title="两步验证二维码"
    )
    return {"uri": uri, "drawn": Markup(drawn), "typed": in_fours(written_seed(seed)), "login": here.login}


def _codes(made: Sequence[str], secret: str, said: str) -> Response:
    """The recovery codes, this once: they stand in this answer and nowhere else."""
    session.clear()
    return with_session(show("factor_codes.html", codes=made, said=said, go_on=_target()), secret)


def _network() -> str:
    return network(request.remote_addr or "")


def _wanted() -> str:
    return request.values.get("next", "")


def _target() -> str:
    return inside(_wanted()) or url_for("inbox.home")
