"""What a program sent, before any resource reads it: whole, JSON where JSON is asked for, and storable in every column.

`json.loads` takes NaN, half surrogates, any depth and numbers of any length; a database column does not, nor does what
walks through answers level by level.
"""

from collections.abc import Iterator
from typing import Any

import orjson
from flask import Flask, request

from app.errors import Refusal

JSON = "application/json"
MULTIPART = "multipart/form-data"
MOST_BYTES = 5 * 1024 * 1024
"""Of a JSON body: a diagram of 2 MB with its characters escaped."""
DEEPEST = 32
"""Levels of a JSON body; forms nest four."""
LARGEST = 2**63
"""Whole numbers from here on cannot be stored again as they came."""


def register(app: Flask) -> None:
    app.before_request(_check)


def _check() -> None:
    if not request.path.startswith("/api/") or request.mimetype == MULTIPART:
        return
    request.max_content_length = MOST_BYTES
    if (request.content_length or 0) > MOST_BYTES:
        raise Refusal("too_large", 413, {"limit": f"{MOST_BYTES // 1024**2} MB"})
    data = request.get_data()
    if not data:
        return
    if request.mimetype != JSON:
        raise Refusal("unsupported_media_type", 415)
    check_json(data)


def check_json(data: bytes) -> None:
    """Raises Refusal: `body_not_json` (400), `body_too_deep`, `body_number`, `body_characters` (422)."""
    try:
        body = orjson.loads(data)
    except orjson.JSONDecodeError as problem:
        raise Refusal("body_not_json", 400, {"line": problem.lineno, "column": problem.colno}) from problem
    if any("\x00" in text for text in _texts(body)):
        raise Refusal("body_characters", 422)


def _texts(body: Any) -> Iterator[str]:
    """Every text in the body, names of members among them; depth and numbers are judged on the way."""
    left = [(body, 1)]
    while left:
        one, depth = left.pop()
        if depth > DEEPEST:
            raise Refusal("body_too_deep", 422, {"limit": DEEPEST})
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict):
            yield from one
            left.extend((each, depth + 1) for each in one.values())
        elif isinstance(one, list):
            left.extend((each, depth + 1) for each in one)
        elif isinstance(one, int | float) and abs(one) >= LARGEST:
            raise Refusal("body_number", 422)
