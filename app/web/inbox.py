"""待办 and 我的已办."""

from flask import Blueprint, Response, redirect, request, url_for

from app import clock
from app.db import db
from app.inbox.done_page import done_page
from app.inbox.inbox_page import InboxQuery, inbox_page
from app.instances.in_force import in_force
from app.web.door import actor, counted, show, surroundings
from app.web.links import WebLinks
from app.web.reading import page_number

blueprint = Blueprint("inbox", __name__)


@blueprint.get("/")
def home() -> Response:
    """首页即待办"""
    return redirect(url_for("inbox.inbox"), 303)  # type: ignore[return-value]


@blueprint.get("/inbox")
def inbox() -> Response:
    """待办"""
    person = actor()
    query = InboxQuery(
        page=page_number(), urgency=request.args.get("urgency", ""), process=request.args.get("process", "")
    )
    today = clock.legal_day(clock.now())
    page = inbox_page(
        db.session(),
        surroundings().vault,
        person,
        WebLinks(),
        query,
        today=today,
        days=surroundings().days(db.session(), in_force(db.session()).days),
    )
    return show("inbox.html", frame=counted(person), page=page)


@blueprint.get("/done")
def done() -> Response:
    """我的已办"""
    person = actor()
    today = clock.legal_day(clock.now())
    page = done_page(db.session(), surroundings().vault, person, WebLinks(), page=page_number(), today=today)
    return show("done.html", frame=counted(person), page=page)
