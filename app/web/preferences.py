"""How a person likes to read: covered screen, light or dark, one-letter keys. Cookies, because nothing else needs them."""

from flask import Blueprint, Response, redirect, request

from app.web.door import actor, settings

blueprint = Blueprint("preferences", __name__, url_prefix="/preferences")
YEAR = 365 * 24 * 3600


@blueprint.post("/mask")
def mask() -> Response:
    """遮屏"""
    actor()
    return _set("mask", "off" if request.cookies.get("mask") == "on" else "on")


@blueprint.post("")
def change() -> Response:
    """明暗与快捷键"""
    actor()
    if request.form.get("keys") in {"on", "off"}:
        return _set("keys", request.form["keys"])
    theme = request.form.get("theme", "")
    return _set("theme", theme if theme in {"light", "dark"} else "")


def _set(name: str, value: str) -> Response:
    response = redirect(_back(), 303)
    response.set_cookie(name, value, max_age=YEAR, samesite="Lax", httponly=True, secure=settings().secure_cookies)
    return response  # type: ignore[return-value]


def _back() -> str:
    """Where the reader was, without a host: neither of the two that a browser names needs to be ours."""
    came = request.referrer or ""
    return "/" + came.removeprefix(request.host_url).lstrip("/\\") if came.startswith(request.host_url) else "/"
