"""The door of the API: who calls, and one transaction per request that writes. Cookies are refused (abuse case 12)."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import current_app, g, request

from app import clock
from app.db import db, in_transaction
from app.errors import Refusal
from app.identity.actor import Actor
from app.identity.network import network
from app.identity.tokens import DELEGATE, TokenHolder, find_token, narrow, touch_token
from app.instances.looks import INTERFACE, Look, looked_lately, record_look
from app.instances.once import once
from app.instances.stuck import is_stuck, record_stuck
from app.instances.surroundings import Surroundings

T = TypeVar("T")


def caller(*, writing: bool = False) -> Actor:
    """The person of the bearer token, with no more power than the token's scopes.

    Raises:
        Refusal: `token_missing` or `token_invalid` (401); `token_powerless` (403) for an act under a token that
            has no power to write (any more), also where being the holder would be enough at the pages.
    """
    header = request.headers.get("Authorization", "")
    kind, _, secret = header.partition(" ")
    if kind.lower() != "bearer" or not secret.strip():
        raise Refusal("token_missing", 401)
    holder = find_token(db.session(), secret.strip(), clock.now())
    if holder is None:
        raise Refusal("token_invalid", 401)
    g.token = holder
    actor = narrow(holder, writing=writing)
    if writing and not actor.grants:
        raise Refusal("token_powerless", 403)
    return actor


def delegating() -> Actor:
    """The person of the bearer token, for asking somebody to stand in and ending that; with the powers to write it has.

    Raises:
        Refusal: as `caller`; `token_no_delegation` (403) for a token without that scope.
    """
    caller()
    holder: TokenHolder = g.token
    if DELEGATE not in holder.scopes:
        raise Refusal("token_no_delegation", 403)
    return narrow(holder, writing=True)


def looked(actor: Actor, case: str, purpose: str = "") -> None:
    """This answer shows the case to a program: the look of the person whose token it has, once in `looks.AGAIN`."""
    look = Look(actor.id, case, clock.now(), INTERFACE, network(request.remote_addr or ""), purpose=purpose)
    if not looked_lately(db.session(), look):
        in_transaction(lambda: record_look(db.session(), look))


def surroundings() -> Surroundings:
    return current_app.extensions["banyan"]  # type: ignore[no-any-return]


def idempotency_key() -> str | None:
    """What the caller named this request; `write` reads it, and whoever does much before that asks for it first.

    Raises:
        Refusal: `key_malformed` (422).
    """
    key = request.headers.get("Idempotency-Key")
    if key is not None and not (0 < len(key) <= 200 and key.isascii() and key.isprintable()):
        raise Refusal("key_malformed", 422)
    return key


def write(actor: Actor, request_shape: Any, command: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Carry out one command in one transaction, once per `Idempotency-Key`."""
    key = idempotency_key()
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
