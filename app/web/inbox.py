"""待办, its rows as a file and as a list to print, and 我的已办."""

from flask import Blueprint, Response, redirect, request, url_for

from app import clock
from app.db import db
from app.identity.roles import CASE_ROLES
from app.inbox.done_page import done_page
from app.inbox.inbox_file import inbox_file
from app.inbox.inbox_page import InboxQuery, inbox_page
from app.inbox.week_page import week_page
from app.instances import in_force, looks
from app.notifications.reminders import unread
from app.web.door import actor, counted, numbered, own_pages, show, signed_in, surroundings
from app.web.links import WebLinks
from app.web.looking import handed_out
from app.web.reading import page_number
from app.web.spreadsheet import spreadsheet

blueprint = Blueprint("inbox", __name__)


@blueprint.get("/")
def home() -> Response:
    """首页：办件的人到待办，其余的人到自己的那一页"""
    person = signed_in()
    if person is None:
        return redirect(url_for("sign_in.form"), 303)  # type: ignore[return-value]
    own = own_pages(person, "")
    to_own = own and person.roles.isdisjoint(CASE_ROLES)
    return redirect(own[0].href if to_own else url_for("inbox.inbox"), 303)  # type: ignore[return-value]


@blueprint.get("/inbox")
def inbox() -> Response:
    """待办"""
    person, query = actor(), _query()
    session, around = db.session(), surroundings()
    known = in_force.known(session)
    page, found = inbox_page(
        session,
        around.vault,
        person,
        WebLinks(),
        query,
        today=clock.legal_day(clock.now()),
        days=around.days(session, known.days),
        unread=unread(session, person, known.versions),
    )
    elsewhere = own_pages(person, "") if person.roles.isdisjoint(CASE_ROLES) else ()
    return show("inbox.html", frame=numbered(person, found), page=page, elsewhere=elsewhere)


@blueprint.get("/inbox/export")
def export() -> Response:
    """导出本页"""
    person = actor()
    session, around = db.session(), surroundings()
    days = around.days(session, in_force.in_force(session).days)
    file = inbox_file(session, around.vault, person, WebLinks(), _query(), now=clock.now(), days=days)
    handed_out(looks.EXPORT, file.cases)
    return spreadsheet(file.name, file.rows)


@blueprint.get("/inbox/week")
def week() -> Response:
    """本周清单"""
    person = actor()
    session, around = db.session(), surroundings()
    days = around.days(session, in_force.in_force(session).days)
    page = week_page(session, around.vault, person, WebLinks(), now=clock.now(), days=days)
    handed_out(looks.PRINT, page.cases)
    return show("week.html", page=page, back_href=WebLinks().inbox())


def _query() -> InboxQuery:
    return InboxQuery(
        page=page_number(), urgency=request.args.get("urgency", ""), process=request.args.get("process", "")
    )


@blueprint.get("/done")
def done() -> Response:
    """我的已办"""
    person = actor()
    today = clock.legal_day(clock.now())
    page = done_page(db.session(), surroundings().vault, person, WebLinks(), page=page_number(), today=today)
    return show("done.html", frame=counted(person), page=page)
