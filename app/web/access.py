"""查阅登记: who looked at which child's file, and why; what of it is unusual."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, request, url_for

from app import clock
from app.db import db
from app.errors import Refusal
from app.instances import looks
from app.replay.access.children import ask_for_child, child_asked_for
from app.replay.access.emergencies import STATES, EmergencyLine, asked_between
from app.replay.access.search_looks import Found, Wanted, case_numbered, officials, or_lately, search_looks
from app.replay.access.unusual import LONGEST, MOST, PROVES_NOT, TITLES, USUAL, Unusual, unusual_looks
from app.replay.mandate import mandate_of
from app.texts import sentence
from app.web import audit_asked
from app.web.door import act, actor, back_to, new_nonce, show, surroundings
from app.web.links import WebLinks
from app.web.looking import address
from app.web.reading import page_number

blueprint = Blueprint("access", __name__, url_prefix="/audit/looks")


@dataclass(frozen=True)
class Asked:
    """The form as it was sent; `wrong` by field. `child` is a name that was searched for, `search` its id."""

    fields: dict[str, str]
    wrong: dict[str, str]
    search: str = ""
    child: str = ""
    purpose: str = ""


@blueprint.get("")
def listing() -> Response:
    """查阅登记"""
    mandate = mandate_of(actor())
    asked, wanted = _read()
    found = Found((), False)
    if not asked.wrong:
        try:
            found = search_looks(db.session(), wanted, mandate)
        except Refusal as refusal:
            if refusal.status != 422:
                raise
            asked.wrong["person"] = sentence(refusal)
    return _page(asked, found, page=wanted.page)


@blueprint.post("")
def search() -> Response:
    """按姓名查登记"""
    by = actor()
    mandate_of(by)
    name, purpose = request.form.get("name", ""), request.form.get("purpose", "")

    def command() -> dict[str, Any]:
        return {
            "search": ask_for_child(
                db.session(), surroundings(), name, by=by, purpose=purpose, network=address(), now=clock.now()
            )
        }

    try:
        found = act(by, command)["search"]
    except Refusal as refusal:
        if refusal.status != 422:
            raise
        db.session.rollback()
        kept = Asked(
            {}, {"child": sentence(refusal)}, child=name[: audit_asked.LONGEST], purpose=purpose[: looks.LONGEST]
        )
        return _page(kept, Found((), False))
    return back_to("access.listing", search=found)


@blueprint.get("/unusual")
def unusual() -> Response:
    """异常查阅"""
    mandate, today = mandate_of(actor()), clock.legal_day(clock.now())
    wrong: dict[str, str] = {}
    usual = {"since": (today - USUAL).isoformat(), "until": today.isoformat()}
    fields = {name: request.args.get(name, usual[name]).strip()[: audit_asked.LONGEST] for name in usual}
    since, until = (audit_asked.day(name, fields[name], wrong) for name in ("since", "until"))
    compared: int | None = None
    opened: list[EmergencyLine] = []
    found: list[Unusual] = []
    if not wrong:
        try:
            compared, found = unusual_looks(db.session(), since or today - USUAL, until or today, mandate)
            opened = asked_between(db.session(), since or today - USUAL, until or today, by=actor(), now=clock.now())
        except Refusal as refusal:
            if refusal.status != 422:
                raise
            wrong["all"] = sentence(refusal)
    return show(
        "unusual_looks.html",
        status=422 if wrong else 200,
        asked=Asked(fields, wrong),
        compared=compared,
        found=found,
        emergencies=opened,
        states=STATES,
        titles=TITLES,
        proves_not=PROVES_NOT,
        people=officials(db.session(), {one.person for one in found}),
        most=MOST,
        longest=LONGEST,
        today=today,
    )


def _read() -> tuple[Asked, Wanted]:
    fields = {
        name: request.args.get(name, "").strip()[: audit_asked.LONGEST]
        for name in ("number", "person", "since", "until")
    }
    wrong: dict[str, str] = {}
    by, mandate, cases, child = actor(), mandate_of(actor()), None, ""
    if searched := request.args.get("search", ""):
        child, cases = child_asked_for(db.session(), surroundings(), searched, by=by, now=clock.now())
    elif fields["number"]:
        cases = case_numbered(db.session(), fields["number"], mandate)
    since, until = (audit_asked.day(name, fields[name], wrong) for name in ("since", "until"))
    wanted = Wanted(cases, fields["person"], since, until, page_number())
    if "since" not in wrong:
        wanted = or_lately(wanted, clock.legal_day(clock.now()))
        fields["since"] = wanted.since.isoformat() if wanted.since else ""
    return Asked(fields, wrong, search=searched, child=child), wanted


def _page(asked: Asked, found: Found, *, page: int = 1) -> Response:
    given: dict[str, Any] = {name: text for name, text in asked.fields.items() if text} | (
        {"search": asked.search} if asked.search else {}
    )
    return show(
        "access.html",
        status=422 if asked.wrong else 200,
        asked=asked,
        found=found,
        page=page,
        nonce=new_nonce(),
        longest=looks.LONGEST,
        today=clock.legal_day(clock.now()),
        links=WebLinks(),
        turn=lambda number: url_for("access.listing", page=number, **given),
    )
