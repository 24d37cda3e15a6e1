"""What `/api/openapi.json` says beyond paths and shapes: who may call, how to call twice, what a refusal looks like."""

from typing import Any

from apispec import BasePlugin
from flask import Flask
from flask_smorest import Api

from app.api.schemas import ProblemOut

PROBLEM = "application/problem+json"
BEARER = {
    "type": "http",
    "scheme": "bearer",
    "description": "flask token create USER 生成；有期限，只有所列权限，不超过本人现有岗位。不认 Cookie。",
}
KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200},
    "description": "幂等键，可见的 ASCII 字符。同一键再发同一请求，得到第一次的答复；另一请求用同一键，422。",
}
EACH_TIME = {"x-each-time": True}
"""Declares an operation that is done, and put on record, each time it is asked for: no key makes two of them one."""
FILE = {
    "type": "object",
    "required": ["file", "instance"],
    "properties": {
        "file": {"type": "string", "format": "binary", "description": "不超过 20 MB；类型以内容为准"},
        "instance": {"type": "string", "description": "办件的 id"},
    },
}
ARCHIVE = {"type": "string", "format": "binary"}
MULTIPART = {"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": FILE}}}}


class Described(Api):  # type: ignore[misc]
    """The registry of the API with a description that a program can be written from."""

    ERROR_SCHEMA = ProblemOut

    def __init__(self, app: Flask) -> None:
        said = {"security": [{"bearer": []}], "extra_plugins": [_Particulars()]}
        super().__init__(app, spec_kwargs=said)
        self.spec.components.security_scheme("bearer", BEARER)


class _Particulars(BasePlugin):
    def operation_helper(self, path: str | None = None, operations: dict[str, Any] | None = None, **_: Any) -> None:
        """Every operation that writes takes a key."""
        for method, operation in (operations or {}).items():
            if method in {"post", "delete"} and not operation.get("x-each-time"):
                operation.setdefault("parameters", []).append(KEY)

    def response_helper(self, response: dict[str, Any], **_: Any) -> dict[str, Any]:
        """The shared responses are all refusals (RFC 9457)."""
        return {"content": dict.fromkeys([PROBLEM], *response["content"].values())} if "content" in response else {}
