"""发起: the published processes, and starting a case of one."""

from typing import Any

from flask import Blueprint, Response, redirect, url_for

from app import clock
from app.db import db
from app.inbox.processes_page import process_diagram, processes_page
from app.inbox.waiting import tasks_open_to
from app.instances.start import start
from app.web.door import act, actor, new_nonce, show, surroundings

blueprint = Blueprint("processes", __name__, url_prefix="/processes")


@blueprint.get("")
def listing() -> Response:
    """可发起的事项"""
    person = actor()
    rows = processes_page(db.session(), person, start_href=_start, diagram_href=_diagram)
    return show("processes.html", rows=rows, nonce=new_nonce())


def _start(key: str) -> str:
    return url_for("processes.begin", key=key)


def _diagram(key: str) -> str:
    return url_for("processes.diagram", key=key)


@blueprint.get("/<key>/diagram")
def diagram(key: str) -> Response:
    """流程图"""
    actor()
    view = process_diagram(db.session(), key)
    return show("diagram.html", diagram=view, back_href=url_for("processes.listing"), back_label="发起")


@blueprint.post("/<key>/start")
def begin(key: str) -> Response:
    """发起办件"""
    person = actor()

    def command() -> dict[str, Any]:
        row = start(db.session(), surroundings(), key, by=person, now=clock.now())
        return {"instance": row.id}

    done = act(person, command)
    first = tasks_open_to(db.session(), person, size=1, instance_id=done["instance"])
    if first.rows:
        return redirect(url_for("tasks.show_task", task_id=first.rows[0][0].id), 303)  # type: ignore[return-value]
    return redirect(url_for("cases.show_case", instance_id=done["instance"]), 303)  # type: ignore[return-value]
