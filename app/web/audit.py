"""审计查案: where an auditor finds the case to replay."""

from dataclasses import dataclass

from flask import Blueprint, Response, request

from app import clock
from app.db import db
from app.errors import Refusal
from app.identity.division_lookup import full_name
from app.instances import looks
from app.replay.find_cases import Found, Wanted, find_cases, outcomes
from app.texts import sentence
from app.web.audit_asked import LONGEST, code, day, processes, turned
from app.web.door import actor, show
from app.web.links import WebLinks
from app.web.looking import looked
from app.web.reading import page_number

blueprint = Blueprint("audit", __name__, url_prefix="/audit")


@dataclass(frozen=True)
class Asked:
    """The form as it was sent, to be shown again; `wrong` says what could not be read, by field."""

    fields: dict[str, str]
    wrong: dict[str, str]


@blueprint.get("")
def find() -> Response:
    """审计查案"""
    person, today = actor(), clock.legal_day(clock.now())
    asked, wanted = _read()
    found = Found((), False)
    try:
        found = find_cases(db.session(), wanted, by=person, today=today)
    except Refusal as refusal:
        if refusal.status != 422:
            raise
        asked.wrong["person"] = sentence(refusal)
    if any(asked.fields.values()) and not asked.wrong:
        said = "，".join(f"{name}={text}" for name, text in asked.fields.items() if text)
        looked(looks.FIND, looks.LISTS, purpose=said[: looks.LONGEST])
    return show(
        "audit.html",
        status=422 if asked.wrong else 200,
        asked=asked,
        found=Found((), False) if asked.wrong else found,
        page=wanted.page,
        place=lambda division: full_name(db.session(), division),
        processes=processes(),
        outcomes=outcomes(db.session()),
        today=today,
        links=WebLinks(),
    )


def _read() -> tuple[Asked, Wanted]:
    names = ("number", "division", "process", "since", "until", "state", "person", "outcome", "odd", "overdue")
    fields = {name: request.args.get(name, "").strip()[:LONGEST] for name in names}
    wrong: dict[str, str] = {}
    wanted = Wanted(
        number=fields["number"],
        division=code(fields["division"], wrong),
        process=fields["process"],
        since=day("since", fields["since"], wrong),
        until=day("until", fields["until"], wrong),
        state=fields["state"],
        person=fields["person"],
        outcome=fields["outcome"],
        odd=fields["odd"],
        overdue=fields["overdue"] == "on",
        page=page_number(),
    )
    turned(wanted.since, wanted.until, wrong)
    return Asked(fields, wrong), wanted
