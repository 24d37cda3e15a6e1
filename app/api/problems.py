"""Refusals as RFC 9457 problem+json."""

import secrets
from typing import Any

from flask import Response, current_app, json
from werkzeug.exceptions import HTTPException

from app.errors import Refusal
from app.texts import sentence


def answer(refusal: Refusal) -> Response:
    body: dict[str, Any] = {
        "type": f"urn:banyan:{refusal.code}",
        "title": refusal.code,
        "status": refusal.status,
        "detail": sentence(refusal),
    }
    if refusal.fields:
        body["fields"] = refusal.fields
    response = Response(json.dumps(body, ensure_ascii=False), refusal.status, mimetype="application/problem+json")
    if refusal.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def as_refusal(problem: HTTPException) -> Refusal:
    """What the framework refused, in our words."""
    if problem.code == 404:
        return Refusal("not_found", 404)
    if problem.code == 405:
        return Refusal("method_not_allowed", 405)
    if problem.code == 413:
        return Refusal("too_large", 413, {"limit": "25 MB"})
    if problem.code == 415:
        return Refusal("unsupported_media_type", 415)
    if problem.code == 422:
        data = getattr(problem, "data", None) or {}
        return Refusal("body_invalid", 422, {"detail": _first(data.get("messages", {}))})
    return Refusal("bad_request", problem.code or 400, {"detail": problem.name})


def unexpected(problem: Exception) -> Refusal:
    """A fault of ours: a reference for the administrator, nothing personal in the log."""
    reference = secrets.token_hex(4)
    current_app.logger.error("unexpected %s [%s]", type(problem).__name__, reference, exc_info=problem)
    return Refusal("unexpected", 500, {"reference": reference})


def _first(messages: Any, path: str = "") -> str:
    while isinstance(messages, dict) and messages:
        name = next(iter(messages))
        path, messages = (f"{path}.{name}" if path else str(name)), messages[name]
    text = messages[0] if isinstance(messages, list) and messages else "格式不对"
    return f"{path}：{text}" if path else str(text)
