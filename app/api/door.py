"""The door of the API: who calls, and one transaction per request that writes. Cookies are refused (abuse case 12)."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import current_app, g, request

from app import clock
from app.db import db, in_transaction
from app.errors import Refusal
from app.identity.actor import Actor, load_actor
from app.identity.tokens import TokenHolder, find_token, narrow, touch_token
from app.instances.once import once
from app.instances.stuck import is_stuck, record_stuck
from app.instances.surroundings import Surroundings

T = TypeVar("T")


def caller(*, writing: bool = False) -> Actor:
    """The person of the bearer token, with no more power than the token's scopes.

    Raises:
        Refusal: `token_missing` or `token_invalid` (401).
    """
    header = request.headers.get("Authorization", "")
    kind, _, secret = header.partition(" ")
    if kind.lower() != "bearer" or not secret.strip():
        raise Refusal("token_missing", 401)
    now = clock.now()
    holder = find_token(db.session(), secret.strip(), now)
    if holder is None:
        raise Refusal("token_invalid", 401)
    g.token = holder
    return narrow(load_actor(db.session(), holder.person_id, clock.legal_day(now)), holder, writing=writing)


def surroundings() -> Surroundings:
    return current_app.extensions["banyan"]  # type: ignore[no-any-return]


def write(actor: Actor, request_shape: Any, command: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Carry out one command in one transaction, once per `Idempotency-Key`."""
    key = request.headers.get("Idempotency-Key")
    if key is not None and not 0 < len(key) <= 200:
        raise Refusal("key_malformed", 422)
    holder: TokenHolder = g.token

    def whole() -> dict[str, Any]:
        if holder.touch:
            touch_token(db.session(), holder.token_id, clock.now())
        shape = {"path": request.path, "body": request_shape}
        return once(db.session(), actor.id, key and f"api:{key}", shape, command, now=clock.now())

    try:
        return in_transaction(whole)
    except Refusal as refusal:
        if is_stuck(stuck := refusal):
            in_transaction(lambda: record_stuck(db.session(), stuck, now=clock.now()))
        raise
