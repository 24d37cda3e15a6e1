"""疑点: the office answers and puts right, the auditor settles or sends back."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, flash, request

from app import clock
from app.db import db
from app.errors import Refusal, not_found
from app.replay.audits.models import ANSWERED, OPEN, RAISED, RECTIFIED
from app.replay.audits.move_finding import (
    STANCES,
    answer_finding,
    endings_of,
    report_rectified,
    send_back_finding,
    settle_finding,
)
from app.replay.audits.open_project import WORDS
from app.replay.audits.project_page import finding_page, findings_to_answer, late
from app.replay.audits.raise_finding import KINDS
from app.replay.audits.reach import answers_in
from app.replay.audits.wording import STATES, did, said_of
from app.texts import sentence
from app.web.audit_projects import place
from app.web.door import act, actor, back_to, new_nonce, show, surroundings
from app.web.links import WebLinks
from app.web.reading import day_or_none

blueprint = Blueprint("findings", __name__, url_prefix="/findings")


@blueprint.get("")
def listing() -> Response:
    """审计疑点: what the office has to answer"""
    by = actor()
    if not answers_in(by):
        raise not_found()
    return show(
        "findings.html",
        rows=findings_to_answer(db.session(), by=by),
        kinds=KINDS,
        states=STATES,
        late=late,
        place=place,
        today=clock.legal_day(clock.now()),
    )


@blueprint.get("/<finding_id>")
def show_finding(finding_id: str) -> Response:
    """疑点"""
    return _page(finding_id)


@blueprint.post("/<finding_id>/answer")
def answer(finding_id: str) -> Response:
    """答复"""
    form, by = request.form, actor()
    return _done(
        finding_id,
        lambda now: answer_finding(
            db.session(), surroundings(), finding_id, by=by, stance=form.get("stance", ""), words=form.get("words", ""),
            promised_on=day_or_none(form.get("promised_on", "")), now=now,
        ),
        "已答复，等审计人员核查。",
    )  # fmt: skip


@blueprint.post("/<finding_id>/rectify")
def rectify(finding_id: str) -> Response:
    """报告整改"""
    words, by = request.form.get("words", ""), actor()
    return _done(
        finding_id,
        lambda now: report_rectified(db.session(), surroundings(), finding_id, by=by, words=words, now=now),
        "已报告整改，等审计人员核查。",
    )


@blueprint.post("/<finding_id>/settle")
def settle(finding_id: str) -> Response:
    """销号"""
    form, by = request.form, actor()
    return _done(
        finding_id,
        lambda now: settle_finding(
            db.session(), surroundings(), finding_id, by=by, ending=form.get("ending", ""), words=form.get("words", ""),
            now=now,
        ),
        "已销号。",
    )  # fmt: skip


@blueprint.post("/<finding_id>/send-back")
def send_back(finding_id: str) -> Response:
    """退回"""
    words, by = request.form.get("words", ""), actor()
    return _done(
        finding_id,
        lambda now: send_back_finding(db.session(), surroundings(), finding_id, by=by, words=words, now=now),
        "已退回，等所在单位再答复。",
    )


def _done(finding_id: str, command: Callable[[Any], None], told: str) -> Response:
    by, now = actor(), clock.now()

    def carried_out() -> dict[str, Any]:
        command(now)
        return {}

    try:
        act(by, carried_out)
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        db.session.rollback()
        return _page(finding_id, error=sentence(refusal), status=refusal.status)
    flash(told)
    return back_to("findings.show_finding", finding_id=finding_id)


def _page(finding_id: str, *, error: str = "", status: int = 200) -> Response:
    line, project, auditing, names = finding_page(db.session(), surroundings(), finding_id, by=actor())
    finding = line.finding
    live = project.state == OPEN
    return show(
        "finding.html",
        status=status,
        line=line,
        project=project,
        names=names,
        auditing=auditing,
        answering=live and not auditing and finding.state == RAISED,
        rectifying=live and not auditing and finding.state == ANSWERED and finding.promised_on is not None,
        settling=live and auditing and finding.state in (ANSWERED, RECTIFIED),
        error=error,
        form=request.form,
        kinds=KINDS,
        states=STATES,
        stances=STANCES,
        endings=endings_of(finding),
        did=did,
        said=said_of,
        late=late,
        place=place,
        links=WebLinks(),
        nonce=new_nonce(),
        longest=WORDS,
        today=clock.legal_day(clock.now()),
    )
