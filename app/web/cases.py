"""在办件 and the page of one case."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, redirect, request

from app import clock
from app.db import db
from app.errors import Refusal
from app.history.data_keys import destroyed
from app.inbox.case_page import case_page
from app.inbox.cases_page import CasesQuery, cases_page
from app.inbox.task_page import diagram_of
from app.inbox.timeline import record_of
from app.instances import in_force, looks
from app.instances.find import overseen_case
from app.instances.look_at_case import look_at_case
from app.instances.may_extract import may_extract
from app.instances.read_case import read_case
from app.instances.searches import record_search, searched
from app.notifications.reminders import unread
from app.replay.open_replay import may_replay
from app.web.case_acts import ask_purpose
from app.web.door import act, actor, back_to, numbered, show, surroundings
from app.web.links import WebLinks
from app.web.looking import address, looked
from app.web.reading import page_number

blueprint = Blueprint("cases", __name__, url_prefix="/cases")


@blueprint.get("")
def mine() -> Response:
    """在办件与查找"""
    person, now, search = actor(), clock.now(), request.args.get("search", "")
    text = searched(db.session(), surroundings(), search, by=person, now=now) if search else ""
    query = CasesQuery(page=page_number(), text=text, search=search, urgency=request.args.get("urgency", ""))
    session, around = db.session(), surroundings()
    known = in_force.known(session)
    page, found = cases_page(
        session,
        around.vault,
        person,
        WebLinks(),
        query,
        today=clock.legal_day(now),
        days=around.days(session, known.days),
        versions=known.versions,
        unread=unread(session, person, known.versions),
    )
    frame = numbered(person, found)
    return show("cases.html", page=page, frame=replace(frame, query=text) if frame else None)


@blueprint.post("/search")
def search() -> Response:
    """查找"""
    by, text = actor(), request.form.get("q", "").strip()
    if not text:
        return back_to("cases.mine")

    def command() -> dict[str, Any]:
        return {"search": record_search(db.session(), surroundings(), text, by=by, network=address(), now=clock.now())}

    found = act(by, command)["search"]
    if overseen := overseen_case(db.session(), by, text):
        return back_to("cases.show_case", instance_id=overseen)
    return back_to("cases.mine", search=found)


@blueprint.get("/<instance_id>")
def show_case(instance_id: str) -> Response:
    """办件页；内容已依法销毁的，审计员看到尚存的步骤"""
    person, now = actor(), clock.now()
    try:
        seen = look_at_case(db.session(), instance_id, by=person, now=now)
    except Refusal as refusal:
        if refusal.code != "purpose_needed":
            raise
        return ask_purpose(instance_id, refusal)
    if may_replay(person) and destroyed(db.session(), instance_id):
        return redirect(WebLinks().replay(instance_id), 303)  # type: ignore[return-value]
    if may_extract(person, seen.row.division) and destroyed(db.session(), instance_id):
        return show("case_erased.html", status=410, case=seen.row, ask=WebLinks().case_act(instance_id, "file-request"))
    case = read_case(db.session(), surroundings(), seen.row, now=now)
    looked(looks.CASE, instance_id, purpose=seen.purpose)
    page = case_page(db.session(), case, person, WebLinks(), today=clock.legal_day(now))
    return show("case.html", page=page)


@blueprint.get("/<instance_id>/diagram")
def diagram(instance_id: str) -> Response:
    """流程图"""
    person, now = actor(), clock.now()
    seen = look_at_case(db.session(), instance_id, by=person, now=now)
    case = read_case(db.session(), surroundings(), seen.row, now=now)
    looked(looks.DIAGRAM, instance_id, purpose=seen.purpose)
    view = diagram_of(db.session(), case, record_of(db.session(), case), WebLinks())
    return show("diagram.html", diagram=view, back_href=WebLinks().case(instance_id), back_label="回到办件")
