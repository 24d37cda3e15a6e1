"""What a program sent, before any resource reads it: whole, JSON where JSON is asked for, and storable in every column.

`json.loads` takes NaN, half surrogates and any depth; a database column does not. orjson refuses them, and numbers beyond
a double.
"""

from collections.abc import Iterator
from typing import Any

import orjson
from flask import Flask, request

from app.errors import Refusal

JSON = "application/json"
MULTIPART = "multipart/form-data"


def register(app: Flask) -> None:
    app.before_request(_check)


def _check() -> None:
    if not request.path.startswith("/api/") or request.mimetype == MULTIPART:
        return
    data = request.get_data()
    if not data:
        return
    if request.mimetype != JSON:
        raise Refusal("unsupported_media_type", 415)
    check_json(data)


def check_json(data: bytes) -> None:
    """Raises Refusal: `body_not_json` (400), `body_characters` (422)."""
    try:
        body = orjson.loads(data)
    except orjson.JSONDecodeError as problem:
        raise Refusal("body_not_json", 400, {"line": problem.lineno, "column": problem.colno}) from problem
    if any("\x00" in text for text in _texts(body)):
        raise Refusal("body_characters", 422)


def _texts(body: Any) -> Iterator[str]:
    """Every text in the body, names of members among them."""
    left = [body]
    while left:
        one = left.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict):
            yield from one
            left.extend(one.values())
        elif isinstance(one, list):
            left.extend(one)
