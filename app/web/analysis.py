"""分析: what among many cases may be worth an auditor's look; each run is kept, each finding leads to its step in the player."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, flash, request, url_for

from app import clock
from app.db import db
from app.errors import Refusal
from app.identity.division_lookup import full_name
from app.replay.analysis.analyse import LONGEST, MOST_ENTRIES, MOST_STEPS, Analysis, analyse
from app.replay.analysis.findings import PROVES_NOT, TITLES
from app.replay.analysis.keep_run import analyse_again, keep_run, run_of
from app.replay.analysis.models import PAGE
from app.replay.analysis.run_page import run_page, runs
from app.replay.analysis.steps import Period
from app.replay.mandate import mandate_of
from app.texts import sentence
from app.web import audit_asked
from app.web.door import act, actor, back_to, new_nonce, show, surroundings
from app.web.links import WebLinks

blueprint = Blueprint("analysis", __name__, url_prefix="/audit/analysis")
USUAL = timedelta(days=30)
SHOWN = 50
"""Findings of one kind on the page."""
DOORS = {"page": "页面", "interface": "接口", "command": "命令"}


@dataclass(frozen=True)
class Asked:
    """The form as it was sent; `wrong` by field, and `all` for what concerns several."""

    fields: dict[str, str]
    wrong: dict[str, str]


@blueprint.get("")
def show_analysis() -> Response:
    """分析"""
    mandate_of(actor())
    return _form(_read(request.args)[0])


@blueprint.post("")
def run() -> Response:
    """比较一段期间，结果存下"""
    by = actor()
    mandate_of(by)
    asked, period = _read(request.form)
    if asked.wrong:
        return _form(asked)
    try:
        made = _keep(lambda: analyse(db.session(), surroundings(), period, by=by))
    except Refusal as refusal:
        if refusal.status not in {422, 429}:
            raise
        db.session.rollback()
        asked.wrong["all"] = sentence(refusal)
        return _form(asked, status=refusal.status)
    return back_to("analysis.show_run", run_id=made)


@blueprint.get("/<run_id>")
def show_run(run_id: str) -> Response:
    """一次分析"""
    return _run(run_id)


@blueprint.post("/<run_id>/again")
def again(run_id: str) -> Response:
    """按同样条件重新比较"""
    by = actor()
    earlier = run_of(db.session(), run_id, by=by)
    try:
        made = _keep(lambda: analyse_again(db.session(), surroundings(), earlier, by=by, bounded=True), run_id)
    except Refusal as refusal:
        if refusal.status not in {403, 422, 429}:
            raise
        db.session.rollback()
        return _run(run_id, sentence(refusal), status=refusal.status)
    flash("已按同样条件重新比较，结果另存为一次运行。")
    return back_to("analysis.show_run", run_id=made)


def _keep(compare: Callable[[], Analysis], again_of: str | None = None) -> str:
    """Compare, which reads for a while, and keep it in one short command; gives the id of the run."""
    by, now = actor(), clock.now()
    found = compare()
    db.session.rollback()

    def command() -> dict[str, Any]:
        row = keep_run(db.session(), surroundings(), found, by=by, door=PAGE, now=now, again_of=again_of)
        return {"run": row.id}

    return str(act(by, command)["run"])


def _run(run_id: str, wrong: str = "", *, status: int = 200) -> Response:
    page = run_page(db.session(), surroundings(), run_id, by=actor())
    return show(
        "analysis_run.html",
        status=status,
        run=page,
        wrong=wrong,
        nonce=new_nonce(),
        titles=TITLES,
        proves_not=PROVES_NOT,
        doors=DOORS,
        processes=dict(audit_asked.processes()),
        shown=SHOWN,
        place=lambda code: full_name(db.session(), code),
        today=clock.legal_day(clock.now()),
        links=WebLinks(),
        address=lambda id_: url_for("analysis.show_run", run_id=id_),
    )


def _form(asked: Asked, *, status: int = 200) -> Response:
    return show(
        "analysis.html",
        status=422 if asked.wrong and status == 200 else status,
        asked=asked,
        nonce=new_nonce(),
        runs=runs(db.session(), by=actor()),
        doors=DOORS,
        most_steps=MOST_STEPS,
        most_entries=MOST_ENTRIES,
        longest=LONGEST,
        processes=audit_asked.processes(),
        place=lambda code: full_name(db.session(), code),
        today=clock.legal_day(clock.now()),
    )


def _read(sent: Any) -> tuple[Asked, Period]:
    """The last thirty days where nothing is asked."""
    today = clock.legal_day(clock.now())
    usual = {"since": (today - USUAL).isoformat(), "until": today.isoformat()}
    fields = {
        name: sent.get(name, usual.get(name, "")).strip()[: audit_asked.LONGEST]
        for name in ("since", "until", "process", "division")
    }
    wrong: dict[str, str] = {}
    since, until = (audit_asked.day(name, fields[name], wrong) for name in ("since", "until"))
    division = audit_asked.code(fields["division"], wrong)
    return Asked(fields, wrong), Period(since or today - USUAL, until or today, fields["process"], division)
