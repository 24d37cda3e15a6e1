"""Writing down, behind both doors, who was refused something about a case: after the answer has gone out, so that its time
tells nobody whether the case is there."""

from flask import Flask, Response, after_this_request, current_app, g, request

from app import clock
from app.db import db, in_transaction
from app.errors import Refusal
from app.identity.actor import Actor
from app.identity.network import network
from app.identity.tokens import TokenHolder
from app.instances.refused import LOOK, Attempt, record_attempt, refuses_a_person

READING = frozenset({"GET", "HEAD", "OPTIONS"})


def refused(refusal: Refusal) -> None:
    """This request is refused; remembered where a person known to us asked about a case."""
    by = _who()
    names = _named() if by is not None and refuses_a_person(refusal) else {}
    if by is None or not names:
        return
    attempt = Attempt(by, _act(), names, network(request.remote_addr or ""), clock.now())
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]

    @after_this_request
    def write(response: Response) -> Response:
        response.call_on_close(lambda: _remember(app, attempt, refusal))
        return response


def _who() -> Actor | None:
    """Whoever the door has found out already; nobody is asked for anew."""
    token: TokenHolder | None = g.get("token")
    found: Actor | None = g.get("actor")
    return token.actor if token is not None else found


def _named() -> dict[str, str]:
    names = {name: str(value) for name, value in (request.view_args or {}).items()}
    if not names and request.is_json:
        body = _body()
        case = body.get("instance") if isinstance(body, dict) else None
        names = {"instance_id": case} if isinstance(case, str) else {}
    return names


def _body() -> object:
    """What was sent; nothing where it cannot be read: who is refused before anybody looks at it may have sent anything."""
    try:
        return request.get_json(silent=True)
    except RecursionError:
        return None


def _act() -> str:
    rule = request.url_rule.rule if request.url_rule else ""
    last = rule.rsplit("/", 1)[-1]
    words = [part for part in rule.split("/") if part and not part.startswith("<")]
    return LOOK if request.method in READING else (words[-1] if last.startswith("<") else last)


def _remember(app: Flask, attempt: Attempt, refusal: Refusal) -> None:
    try:
        with app.app_context():
            in_transaction(lambda: record_attempt(db.session(), attempt, refusal))
    except Exception as problem:
        app.logger.error("a refused attempt was not recorded: %s", type(problem).__name__)
