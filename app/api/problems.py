"""Refusals as RFC 9457 problem+json."""

import secrets
from typing import Any

from flask import Response, current_app, json
from werkzeug.exceptions import ClientDisconnected, HTTPException

from app.api.wording import WRONG, in_chinese
from app.errors import Refusal, traced
from app.texts import sentence

CODES = {
    404: "not_found",
    405: "method_not_allowed",
    408: "body_cut_short",
    415: "unsupported_media_type",
}
WORDS = {
    400: "服务器读不懂它",
    406: "没有您要的格式",
    411: "缺少长度",
    414: "网址太长",
    416: "没有这一段内容",
    429: "请求过于频繁",
    431: "请求头太大",
}


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
    code = problem.code or 400
    if isinstance(problem, ClientDisconnected):
        return Refusal("body_cut_short", 400)
    if code in CODES:
        return Refusal(CODES[code], code)
    if code == 413:
        return Refusal("too_large", 413, {"limit": "连同附件 25 MB，其中填写的文字 2 MB"})
    if code == 422:
        data = getattr(problem, "data", None) or {}
        return Refusal("body_invalid", 422, {"detail": _first(data.get("messages", {}))})
    return Refusal("bad_request", code, {"detail": WORDS.get(code, WORDS[400])})


def unexpected(problem: BaseException) -> Refusal:
    """A fault of ours: a reference for the administrator, nothing personal in the log."""
    reference = secrets.token_hex(4)
    current_app.logger.error("unexpected [%s] %s", reference, traced(problem))
    return Refusal("unexpected", 500, {"reference": reference})


def _first(messages: Any) -> str:
    """The first of webargs' messages, as `answers.decision：应为文字`; where it was looked for is left out."""
    path: list[str] = []
    while isinstance(messages, dict) and messages:
        name = next(iter(messages))
        path, messages = [*path, str(name)], messages[name]
    said = in_chinese(str(messages[0])) if isinstance(messages, list) and messages else WRONG
    where = ".".join(name for name in path[1:] if name != "_schema")
    return f"{where}：{said}" if where else said
