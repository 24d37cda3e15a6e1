"""The form that asks how much of a case is taken away, or printed, and what for."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Response, request
from flask_babel import gettext as _

from app import clock
from app.db import db
from app.errors import Refusal
from app.history.data_keys import destroyed
from app.instances import looks
from app.instances.export_case import exportable
from app.instances.look_at_case import look_at_case
from app.texts import sentence
from app.web.case_acts import ask_purpose
from app.web.door import actor, show
from app.web.links import WebLinks

WHOLE = "whole"
AGAIN = frozenset({"export_purpose_short", "export_files_need_whole", "export_files_too_large"})
"""Refusals after which the form is shown again."""


@dataclass(frozen=True)
class Taking:
    """`act` is the last part of the address, `about` says what is handed out."""

    act: str
    title: str
    verb: str
    about: Sequence[str]
    files: bool = False
    """Whether it can be had with the originals of what was attached."""


def asked(taking: Taking, instance_id: str) -> Response:
    """The form, to an auditor who has said why the case is opened."""
    by = actor()
    exportable(db.session(), instance_id, by=by)
    try:
        look_at_case(db.session(), instance_id, by=by, now=clock.now())
    except Refusal as refusal:
        if refusal.code != "purpose_needed":
            raise
        return ask_purpose(instance_id, refusal)
    return _page(taking, instance_id)


def asked_again(taking: Taking, instance_id: str, refusal: Refusal) -> Response:
    """What to say instead of the file. Raises any other refusal anew."""
    if refusal.code == "purpose_needed":
        return ask_purpose(instance_id, refusal)
    if refusal.code not in AGAIN:
        raise refusal
    return _page(taking, instance_id, error=sentence(refusal), status=refusal.status)


def wanted() -> tuple[bool, str]:
    """Whether the whole was asked for, and the purpose."""
    return request.form.get("extent") == WHOLE, request.form.get("purpose", "")


def handed(content: bytes, name: str, mimetype: str) -> Response:
    response = Response(content, mimetype=mimetype)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def _page(taking: Taking, instance_id: str, *, error: str = "", status: int = 200) -> Response:
    row, links = exportable(db.session(), instance_id, by=actor()), WebLinks()
    whole, purpose = wanted()
    return show(
        "take_away.html",
        status=status,
        title=_(taking.title),
        verb=_(taking.verb),
        about=[_(one) for one in taking.about],
        gone=destroyed(db.session(), instance_id),
        error=error,
        what=f"{row.title} {row.number or '未编号'}",
        action=links.case_act(instance_id, taking.act),
        back_href=links.case(instance_id),
        whole=whole,
        may_have_files=taking.files,
        files="files" in request.form,
        purpose=purpose[: looks.LONGEST],
        longest=looks.LONGEST,
    )
