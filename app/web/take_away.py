"""Taking a case away as a file, for auditors (proof §2.6)."""

from flask import Blueprint, Response, request

from app import clock
from app.db import db, in_transaction
from app.errors import Refusal
from app.instances import looks
from app.instances.export_case import export_case, exportable
from app.instances.look_at_case import look_at_case
from app.texts import sentence
from app.web.case_acts import ask_purpose
from app.web.door import actor, show, surroundings
from app.web.links import WebLinks
from app.web.looking import address

blueprint = Blueprint("take_away", __name__, url_prefix="/cases")
WHOLE = "whole"


@blueprint.get("/<instance_id>/export")
def ask(instance_id: str) -> Response:
    """导出档案包？"""
    by = actor()
    exportable(db.session(), instance_id, by=by)
    try:
        look_at_case(db.session(), instance_id, by=by, now=clock.now())
    except Refusal as refusal:
        if refusal.code != "purpose_needed":
            raise
        return ask_purpose(instance_id, refusal)
    return _page(instance_id)


@blueprint.post("/<instance_id>/export")
def give(instance_id: str) -> Response:
    """导出档案包"""
    by, around, network, now = actor(), surroundings(), address(), clock.now()
    whole, purpose = request.form.get("extent") == WHOLE, request.form.get("purpose", "")
    try:
        made = in_transaction(
            lambda: export_case(
                db.session(), around, instance_id, by=by, whole=whole, purpose=purpose, network=network, now=now
            )
        )
    except Refusal as refusal:
        if refusal.code == "purpose_needed":
            return ask_purpose(instance_id, refusal)
        if refusal.code != "export_purpose_short":
            raise
        return _page(instance_id, error=sentence(refusal))
    response = Response(made.content, mimetype="application/zip")
    response.headers.set("Content-Disposition", "attachment", filename=made.name)
    return response


def _page(instance_id: str, *, error: str = "") -> Response:
    row, links = exportable(db.session(), instance_id, by=actor()), WebLinks()
    return show(
        "take_away.html",
        status=422 if error else 200,
        error=error,
        what=f"{row.title} {row.number or '未编号'}",
        action=links.case_act(instance_id, "export"),
        back_href=links.case(instance_id),
        whole=request.form.get("extent") == WHOLE,
        purpose=request.form.get("purpose", "")[: looks.LONGEST],
        longest=looks.LONGEST,
    )
