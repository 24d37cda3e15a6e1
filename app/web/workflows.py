"""流程: for policy officers, the published processes with their versions and diagrams; taking one away, bringing one back."""

from typing import Any

from flask import Blueprint, Response, flash, request, url_for

from app import clock
from app.catalogue.zipped import to_zip
from app.db import db
from app.errors import Refusal
from app.studio.publish_upload import publish_upload
from app.studio.report import report_on
from app.studio.upload import LIMIT, Base, put_away, upload, uploaded
from app.studio.versions import processes, version_page
from app.texts import sentence
from app.web.door import act, actor, back_to, new_nonce, show, surroundings

blueprint = Blueprint("workflows", __name__, url_prefix="/workflows")


@blueprint.get("")
def listing() -> Response:
    """已发布的流程"""
    return show("workflows.html", rows=processes(db.session(), by=actor()))


@blueprint.get("/<key>/<int:version>")
def version(key: str, version: int) -> Response:
    """一个版本"""
    page = version_page(db.session(), key, version, by=actor(), now=clock.now())
    return show("workflow_version.html", page=page, nonce=new_nonce())


@blueprint.get("/<key>/<int:version>/bundle")
def bundle(key: str, version: int) -> Response:
    """下载流程包"""
    page = version_page(db.session(), key, version, by=actor(), now=clock.now())
    content = to_zip(page.published.bundle)
    headers = {
        "Content-Disposition": f'attachment; filename="{key}-{version}.zip"',
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return Response(content, mimetype="application/zip", headers=headers)


@blueprint.get("/upload")
def checking() -> Response:
    """检查流程包"""
    return _checking()


def _checking(problem: Refusal | None = None) -> Response:
    person, now = actor(), clock.now()
    found = uploaded(db.session(), by=person)
    report = report_on(db.session(), found[1], now=now) if found else None
    return show(
        "workflow_upload.html",
        status=problem.status if problem else 200,
        problem=sentence(problem) if problem else "",
        upload=found[0] if found else None,
        report=report,
        four_eyes=surroundings().four_eyes,
        nonce=new_nonce(),
        action=url_for("workflows.bring"),
        publish_action=url_for("workflows.publish"),
        discard_action=url_for("workflows.discard"),
    )


@blueprint.post("/upload")
def bring() -> Response:
    """上传流程包"""
    person = actor()
    data, name = _file()
    key, base = request.form.get("key", "").strip(), _base()

    def command() -> dict[str, Any]:
        upload(db.session(), data, name, by=person, now=clock.now(), key=key, base=base)
        return {}

    try:
        act(person, command)
    except Refusal as refusal:
        if refusal.status not in {413, 422}:
            raise
        return _checking(refusal)
    finally:
        for file in request.files.values():
            file.close()
    return back_to("workflows.checking")


def _file() -> tuple[bytes, str]:
    """Content and name of the file, both empty where none was chosen; of a large one no more than says so is read."""
    sent = request.files.get("file")
    if sent is None:
        return b"", ""
    return sent.stream.read(LIMIT + 1), sent.filename or ""


def _base() -> Base | None:
    """The version beside whose diagram the file was chosen."""
    key, version = request.form.get("base", ""), request.form.get("version", "")
    return Base(key, int(version)) if key and version.isascii() and version.isdigit() and len(version) < 9 else None


@blueprint.post("/publish")
def publish() -> Response:
    """发布上传的流程包"""
    person = actor()

    def command() -> dict[str, Any]:
        row = publish_upload(db.session(), by=person, now=clock.now(), four_eyes=surroundings().four_eyes)
        return {"key": row.key, "version": row.version, "title": row.title}

    done = act(person, command)
    flash(f"已发布 {done['title']} 第 {done['version']} 版。新发起的办件按这一版办，在办的件仍按原来的版本。", "done")
    return back_to("workflows.version", key=done["key"], version=done["version"])


@blueprint.post("/discard")
def discard() -> Response:
    """放弃上传的流程包"""
    person = actor()

    def command() -> dict[str, Any]:
        put_away(db.session(), by=person)
        return {}

    act(person, command)
    return back_to("workflows.checking")
