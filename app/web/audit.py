"""审计查案: where an auditor finds the case to replay."""

from dataclasses import dataclass
from datetime import date

from flask import Blueprint, Response, request
from sqlalchemy import select

from app import clock
from app.catalogue.models import Definition
from app.db import db
from app.errors import Refusal
from app.identity.division_lookup import full_name
from app.instances import looks
from app.replay.find_cases import Found, Wanted, find_cases, outcomes
from app.texts import sentence
from app.web.door import actor, show
from app.web.links import WebLinks
from app.web.looking import looked
from app.web.reading import page_number

blueprint = Blueprint("audit", __name__, url_prefix="/audit")
LONGEST = 60
EARLIEST, LATEST = 1900, 2999
"""Years a case may have begun in."""


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
        place=lambda code: full_name(db.session(), code),
        processes=_processes(),
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
        division=_code(fields["division"], wrong),
        process=fields["process"],
        since=_day("since", fields["since"], wrong),
        until=_day("until", fields["until"], wrong),
        state=fields["state"],
        person=fields["person"],
        outcome=fields["outcome"],
        odd=fields["odd"],
        overdue=fields["overdue"] == "on",
        page=page_number(),
    )
    return Asked(fields, wrong), wanted


def _code(text: str, wrong: dict[str, str]) -> str:
    if text and not (text.isascii() and text.isdigit() and 2 <= len(text) <= 12):
        wrong["division"] = "区划请写 2 至 12 位数字代码，如 450123。"
        return ""
    return text


def _day(name: str, text: str, wrong: dict[str, str]) -> date | None:
    try:
        found = date.fromisoformat(text) if text else None
        if found is None or EARLIEST <= found.year <= LATEST:
            return found
    except ValueError:
        pass
    wrong[name] = "日期请写成 2026-03-02 的样子。"
    return None


def _processes() -> list[tuple[str, str]]:
    rows = db.session.execute(select(Definition.key, Definition.title).order_by(Definition.key, Definition.version))
    return list({row.key: row.title for row in rows}.items())
