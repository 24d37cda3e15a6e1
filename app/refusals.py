"""Writing down, behind both doors, who was refused something about a case: after the answer has gone out, so that its time
tells nobody whether the case is there."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import Flask, Response, after_this_request, current_app, g, request
from werkzeug.exceptions import HTTPException

from app import clock
from app.db import db, in_transaction
from app.errors import Refusal
from app.identity.actor import Actor
from app.identity.network import network
from app.identity.tokens import TokenHolder
from app.instances import refused as room
from app.instances.refused import LOOK, NAMED, Attempt, record_attempt, refuses_a_person
from app.replay.audits.models import AuditFinding
from app.replay.file_requests.models import FileRequest

READING = frozenset({"GET", "HEAD", "OPTIONS"})
OF_A_CASE = {
    **room.OF_A_CASE,
    "finding_id": (AuditFinding.case_id, AuditFinding.id),
    "request_id": (FileRequest.case_id, FileRequest.id),
}
"""What a row that is named in an address belongs to, of every room."""
FIELDS = "instance", "case"
"""Fields of a body in which a case is named, by its id or its number."""
LONGEST = 64


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


def _named() -> dict[str, Any]:
    """What the address names; where it names nothing, the case of the body."""
    if request.view_args:
        return dict(request.view_args)
    body = _body()
    said = [body.get(field) for field in FIELDS] if isinstance(body, Mapping) else []
    named = next((text.strip() for text in said if isinstance(text, str)), "")
    return {NAMED: named} if 0 < len(named) <= LONGEST and named.isascii() and named.isprintable() else {}


def _body() -> object:
    """What was sent; nothing where it cannot be read: who is refused before anybody looks at it may have sent anything."""
    try:
        return request.get_json(silent=True) if request.is_json else request.form
    except (RecursionError, HTTPException):
        return None


def _act() -> str:
    rule = request.url_rule.rule if request.url_rule else ""
    last = rule.rsplit("/", 1)[-1]
    words = [part for part in rule.split("/") if part and not part.startswith("<")]
    return LOOK if request.method in READING else (words[-1] if last.startswith("<") else last)


def _remember(app: Flask, attempt: Attempt, refusal: Refusal) -> None:
    """Under the time of now: a client that takes the answer slowly slips nothing into a batch that stands on the chain."""
    made = replace(attempt, at=clock.now())
    try:
        with app.app_context():
            in_transaction(lambda: record_attempt(db.session(), made, refusal, OF_A_CASE))
    except Exception as problem:
        app.logger.error(
            "a refused attempt of %s (%s, %s) was not recorded: %s",
            attempt.by.id, attempt.act, refusal.code, type(problem).__name__,
        )  # fmt: skip
