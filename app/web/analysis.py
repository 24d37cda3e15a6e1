"""分析: what among many cases may be worth an auditor's look; each finding leads to its step in the player."""

from dataclasses import dataclass
from datetime import date, timedelta

from flask import Blueprint, Response, request

from app import clock
from app.db import db
from app.errors import Refusal
from app.identity.names import names_of
from app.replay.analysis.analyse import LONGEST, MOST_ENTRIES, MOST_STEPS, Analysis, analyse
from app.replay.analysis.findings import PROVES_NOT, TITLES
from app.replay.analysis.steps import Period
from app.replay.mandate import mandate_of
from app.texts import sentence
from app.web import audit_asked
from app.web.door import actor, show, surroundings
from app.web.links import WebLinks

blueprint = Blueprint("analysis", __name__, url_prefix="/audit/analysis")
USUAL = timedelta(days=30)
SHOWN = 50
"""Findings of one kind on the page."""


@dataclass(frozen=True)
class Asked:
    """The form as it was sent; `wrong` by field, and `all` for what concerns several."""

    fields: dict[str, str]
    wrong: dict[str, str]


@blueprint.get("")
def show_analysis() -> Response:
    """分析"""
    by, today = actor(), clock.legal_day(clock.now())
    mandate_of(by)
    asked, period = _read(today)
    found: Analysis | None = None
    if "since" in request.args and not asked.wrong:
        try:
            found = analyse(db.session(), surroundings(), period, by=by)
        except Refusal as refusal:
            if refusal.status != 422:
                raise
            asked.wrong["all"] = sentence(refusal)
    people = {one for ones in found.findings.values() for each in ones for one in each.people} if found else set()
    return show(
        "analysis.html",
        status=422 if asked.wrong else 200,
        asked=asked,
        found=found,
        titles=TITLES,
        proves_not=PROVES_NOT,
        names=names_of(db.session(), people),
        shown=SHOWN,
        most_steps=MOST_STEPS,
        most_entries=MOST_ENTRIES,
        longest=LONGEST,
        processes=audit_asked.processes(),
        today=today,
        links=WebLinks(),
    )


def _read(today: date) -> tuple[Asked, Period]:
    """The last thirty days where nothing is asked."""
    usual = {"since": (today - USUAL).isoformat(), "until": today.isoformat()}
    fields = {
        name: request.args.get(name, usual.get(name, "")).strip()[: audit_asked.LONGEST]
        for name in ("since", "until", "process", "division")
    }
    wrong: dict[str, str] = {}
    since, until = (audit_asked.day(name, fields[name], wrong) for name in ("since", "until"))
    division = audit_asked.code(fields["division"], wrong)
    return Asked(fields, wrong), Period(since or today - USUAL, until or today, fields["process"], division)
