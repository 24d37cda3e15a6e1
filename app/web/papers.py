"""A form as somebody handed it over, to be read; and one whole number of it, for a purpose."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, request

from app import clock
from app.db import db
from app.errors import Refusal
from app.inbox.page_views import Asking
from app.inbox.paper_page import paper_page
from app.instances import looks
from app.instances.read_paper import read_paper
from app.instances.show_number import Number, show_number
from app.texts import sentence
from app.web.case_acts import ask_purpose
from app.web.door import act, actor, back_to, new_nonce, show, surroundings
from app.web.links import WebLinks
from app.web.looking import address, looked

blueprint = Blueprint("papers", __name__, url_prefix="/cases")


@blueprint.get("/<instance_id>/papers/<uuid:paper_id>")
def show_paper(instance_id: str, paper_id: UUID) -> Response:
    """已填的表"""
    try:
        return _page(instance_id, paper_id)
    except Refusal as refusal:
        if refusal.code != "purpose_needed":
            raise
        return ask_purpose(instance_id, refusal)


@blueprint.post("/<instance_id>/papers/<uuid:paper_id>/number")
def whole_number(instance_id: str, paper_id: UUID) -> Response:
    """显示一个全号"""
    by, around, now, field = actor(), surroundings(), clock.now(), request.form.get("field", "")
    usual, own = (request.form.get(name, "").strip() for name in ("usual", "purpose"))
    shown: list[Number] = []

    def command() -> dict[str, Any]:
        why = "：".join(part for part in (usual, own) if part)
        shown[:] = [
            show_number(
                db.session(), around, instance_id, paper_id, field, by=by, purpose=why, network=address(), now=now
            )
        ]
        return {}  # kept for a form that is sent twice: never the number

    try:
        act(by, command)
    except Refusal as refusal:
        if refusal.code != "number_purpose":
            raise
        db.session.rollback()
        return _page(instance_id, paper_id, Asking(field, usual, own[: looks.LONGEST], error=sentence(refusal)))
    if not shown:
        flash("全号只显示一次。要再看，请重新说明目的。")
        return back_to("papers.show_paper", instance_id=instance_id, paper_id=paper_id)
    return _page(instance_id, paper_id, Asking(field, whole=shown[0].text))


def _page(instance_id: str, paper_id: UUID, asking: Asking | None = None) -> Response:
    now = clock.now()
    paper = read_paper(db.session(), surroundings(), instance_id, paper_id, by=actor(), now=now)
    looked(f"{looks.PAPER}:{paper_id}", instance_id, purpose=paper.purpose)
    page = paper_page(
        db.session(), paper, WebLinks(), today=clock.legal_day(now), asking=asking or Asking(), nonce=new_nonce()
    )
    return show("paper.html", status=422 if page.asking.error else 200, page=page)
