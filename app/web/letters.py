"""An official paper as it was made: a page styled for printing."""

from uuid import UUID

from flask import Blueprint, Response

from app import clock
from app.db import db
from app.inbox.letter_page import letter_page
from app.instances import looks
from app.web.door import actor, show, surroundings
from app.web.links import WebLinks
from app.web.looking import looked

blueprint = Blueprint("letters", __name__, url_prefix="/letters")


@blueprint.get("/<uuid:letter_id>")
def show_letter(letter_id: UUID) -> Response:
    """文书"""
    page = letter_page(db.session(), surroundings(), letter_id, actor(), WebLinks(), now=clock.now())
    looked(f"{looks.LETTER}:{letter_id}", page.case, purpose=page.purpose)
    return show("letter.html", letter=page)
