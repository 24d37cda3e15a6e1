"""Noting a look at a case after its page has gone out: it makes no page slower, and no page fails because of it.

Only what leaves as a file or on paper is written down first."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from flask import Flask, Response, after_this_request, current_app, request

from app import clock
from app.db import db, in_transaction
from app.identity.network import network
from app.instances.looks import Look, looked_lately, record_look
from app.instances.see_task import see_task
from app.web.door import actor


def looked(fields: str, case: str, *, task: str | None = None, purpose: str = "", again: bool = True) -> None:
    """This request shows these fields of the case; a page that is refused in the end shows nothing. One that says what
    is wrong with the answers (422) shows the case as well.

    Args:
        fields: a group of `looks`.
        again: False for what is drawn anew while somebody types: it counts once in `looks.AGAIN`.
    """
    _later([Look(actor().id, case, clock.now(), fields, address(), task=task, purpose=purpose)], again=again)


def handed_out(fields: str, cases: Iterable[str], purpose: str = "") -> None:
    """This request hands out a row or a file of each of the cases. It is written down first: what has left cannot be called
    back, and a list says itself that it is on record."""
    by, now, network = actor().id, clock.now(), address()
    rows = [Look(by, case, now, fields, network, purpose=purpose) for case in sorted(cases)]

    def write() -> None:
        for look in rows:
            record_look(db.session(), look)

    in_transaction(write)


def _later(looks: Sequence[Look], *, again: bool = True) -> None:
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]

    @after_this_request
    def write(response: Response) -> Response:
        if response.status_code < 400 or response.status_code == 422:
            response.call_on_close(lambda: remember(app, looks, again=again))
        return response


def remember(app: Flask, looks: Sequence[Look], *, again: bool = True) -> None:
    """Write the looks in a small transaction of their own. The reader has the page; a fault goes into the log.

    Under the time of now: a reader who takes the page slowly slips nothing into a batch that stands on the chain."""
    now = clock.now()

    def write() -> None:
        for look in (replace(one, at=now) for one in looks):
            if again or not looked_lately(db.session(), look):
                record_look(db.session(), look)
            if look.task is not None:
                see_task(db.session(), look.task, by=look.person_id, now=look.at)

    try:
        with app.app_context():
            in_transaction(write)
    except Exception as problem:
        cases = ", ".join(look.case for look in looks)
        app.logger.error("a look at case %s was not recorded: %s", cases, type(problem).__name__)


def address() -> str:
    return network(request.remote_addr or "")
