"""A form as somebody handed it over, to be read."""

from uuid import UUID

from flask import Blueprint, Response

from app import clock
from app.db import db
from app.errors import Refusal
from app.inbox.paper_page import paper_page
from app.instances import looks
from app.instances.read_paper import read_paper
from app.web.case_acts import ask_purpose
from app.web.door import actor, show, surroundings
from app.web.links import WebLinks
from app.web.looking import looked

blueprint = Blueprint("papers", __name__, url_prefix="/cases")


@blueprint.get("/<instance_id>/papers/<uuid:paper_id>")
def show_paper(instance_id: str, paper_id: UUID) -> Response:
    """已填的表"""
    now = clock.now()
    try:
        paper = read_paper(db.session(), surroundings(), instance_id, paper_id, by=actor(), now=now)
    except Refusal as refusal:
        if refusal.code != "purpose_needed":
            raise
        return ask_purpose(instance_id, refusal)
    looked(f"{looks.PAPER}:{paper_id}", instance_id, purpose=paper.purpose)
    return show("paper.html", page=paper_page(db.session(), paper, WebLinks(), today=clock.legal_day(now)))
