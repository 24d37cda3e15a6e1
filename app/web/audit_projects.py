"""审计项目: drawing a sample, raising findings, closing, taking the papers; for auditors."""

import io
import zipfile
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, flash, request, url_for

from app import clock
from app.db import db, in_transaction
from app.errors import Refusal
from app.identity.division_lookup import full_name
from app.replay.audits.close_project import close_project
from app.replay.audits.draw_again import draw_again
from app.replay.audits.draw_sample import draw_sample
from app.replay.audits.examine_case import examine_case
from app.replay.audits.models import OPEN
from app.replay.audits.open_project import WORDS, open_project
from app.replay.audits.papers import Papers, take_papers
from app.replay.audits.population import STRATA, Population
from app.replay.audits.project_page import late, project_page, projects
from app.replay.audits.raise_finding import KINDS, raise_finding
from app.replay.audits.reach import mandate
from app.replay.audits.wording import STATES, did, said_of
from app.texts import sentence
from app.web.audit_asked import code, day, processes
from app.web.door import act, actor, back_to, new_nonce, show, surroundings
from app.web.links import WebLinks
from app.web.spreadsheet import table_bytes

blueprint = Blueprint("audit_projects", __name__, url_prefix="/audit/projects")
LONGEST = 60


@blueprint.get("")
def listing() -> Response:
    """审计项目"""
    return _listing()


@blueprint.post("")
def begin() -> Response:
    """立项"""
    by, form = actor(), request.form
    wrong: dict[str, str] = {}
    population = Population(
        division=code(form.get("division", "").strip(), wrong),
        process=form.get("process", "")[:LONGEST],
        since=day("since", form.get("since", ""), wrong),
        until=day("until", form.get("until", ""), wrong),
        ended=form.get("ended") != "all",
    )

    def command() -> dict[str, Any]:
        row = open_project(
            db.session(), surroundings(), population, by=by, title=form.get("title", ""), ground=form.get("ground", ""),
            now=clock.now(),
        )  # fmt: skip
        return {"project": row.id}

    if wrong:
        projects(db.session(), by=by)
        return _listing(wrong, status=422)
    try:
        done = act(by, command)
    except Refusal as refusal:
        return _listing({"all": _said(refusal)}, status=refusal.status)
    return back_to("audit_projects.show_project", project_id=done["project"])


@blueprint.get("/<project_id>")
def show_project(project_id: str) -> Response:
    """审计项目的底稿"""
    return _page(project_id)


@blueprint.post("/<project_id>/draw")
def draw(project_id: str) -> Response:
    """抽样"""
    by, form = actor(), request.form

    def command() -> dict[str, Any]:
        new = draw_sample(
            db.session(), surroundings(), project_id, by=by, size=_number("size"), strata=form.get("strata", ""),
            reason=form.get("reason", ""), now=clock.now(),
        )  # fmt: skip
        return {"new": new}

    return _done(project_id, command, "已抽样，种子和总体摘要已记入本项目的记录。")


@blueprint.post("/<project_id>/examine")
def examine(project_id: str) -> Response:
    """记为已查"""
    by, form = actor(), request.form

    def command() -> dict[str, Any]:
        examine_case(
            db.session(), surroundings(), project_id, form.get("case", ""), by=by, note=form.get("note", ""),
            now=clock.now(),
        )  # fmt: skip
        return {}

    return _done(project_id, command, "已记入底稿。")


@blueprint.post("/<project_id>/findings")
def raise_one(project_id: str) -> Response:
    """提出疑点"""
    by, form = actor(), request.form

    def command() -> dict[str, Any]:
        row = raise_finding(
            db.session(), surroundings(), project_id, by=by, case=form.get("case", "").strip(), seq=_number("seq"),
            kind=form.get("kind", ""), words=form.get("words", ""), now=clock.now(),
        )  # fmt: skip
        return {"finding": row.id}

    return _done(project_id, command, "疑点已提出，等所在单位答复。")


@blueprint.post("/<project_id>/close")
def close(project_id: str) -> Response:
    """结项"""
    by, form = actor(), request.form

    def command() -> dict[str, Any]:
        close_project(
            db.session(), surroundings(), project_id, by=by, conclusion=form.get("conclusion", ""), now=clock.now()
        )
        return {}

    return _done(project_id, command, "已结项。")


@blueprint.post("/<project_id>/papers")
def papers(project_id: str) -> Response:
    """导出工作底稿"""
    by, now = actor(), clock.now()
    taken = in_transaction(lambda: take_papers(db.session(), surroundings(), project_id, by=by, now=now))
    response = Response(_zipped(taken, now.timetuple()[:6]), mimetype="application/zip")
    response.headers.set("Content-Disposition", "attachment", filename=f"audit-{project_id[-8:]}-{now:%Y%m%d}.zip")
    return response


def _zipped(taken: Papers, at: tuple[int, ...]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as folder:
        files = {name: table_bytes(rows) for name, rows in taken.tables.items()}
        for name, content in (files | {"记录.json": taken.chain, "说明.txt": taken.read_me.encode()}).items():
            folder.writestr(zipfile.ZipInfo(name, at), content, zipfile.ZIP_DEFLATED)  # type: ignore[arg-type]
    return packed.getvalue()


def _done(project_id: str, command: Callable[[], dict[str, Any]], told: str) -> Response:
    try:
        act(actor(), command)
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        db.session.rollback()
        return _page(project_id, error=_said(refusal), status=refusal.status)
    flash(told)
    return back_to("audit_projects.show_project", project_id=project_id)


def _said(refusal: Refusal) -> str:
    if refusal.status == 404:
        raise refusal
    db.session.rollback()
    return sentence(refusal)


def _listing(wrong: dict[str, str] | None = None, *, status: int = 200) -> Response:
    return show(
        "audit_projects.html",
        status=status,
        lines=projects(db.session(), by=actor()),
        case=request.args.get("case", "")[:LONGEST],
        step=request.args.get("step", "")[:LONGEST],
        wrong=wrong or {},
        form=request.form,
        processes=processes(),
        nonce=new_nonce(),
        longest=WORDS,
        place=place,
        mandate=mandate(actor())[0],
        today=clock.legal_day(clock.now()),
    )


def _page(project_id: str, *, error: str = "", status: int = 200) -> Response:
    page = project_page(db.session(), surroundings(), project_id, by=actor())
    return show(
        "audit_project.html",
        status=status,
        page=page,
        open=page.line.project.state == OPEN,
        population=Population.of(page.line.project.population),
        again={one.seq: one for one in draw_again(db.session(), page.chain)} if "again" in request.args else {},
        error=error,
        form=request.form,
        case=request.args.get("case", ""),
        step=request.args.get("step", ""),
        kinds=KINDS,
        states=STATES,
        strata=STRATA,
        titles=dict(processes()),
        did=did,
        said=said_of,
        numbers={one.case_id: one.number for one in page.sample},
        late=late,
        links=WebLinks(),
        nonce=new_nonce(),
        longest=WORDS,
        place=place,
        today=clock.legal_day(clock.now()),
        here=url_for("audit_projects.show_project", project_id=project_id),
    )


def place(code: str) -> str:
    return full_name(db.session(), code)


def _number(name: str) -> int:
    text = request.form.get(name, "").strip()
    return int(text) if len(text) <= 6 and text.isascii() and text.isdigit() else 0
