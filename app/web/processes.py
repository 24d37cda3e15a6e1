"""发起: the published processes, and starting a case of one."""

from typing import Any

from flask import Blueprint, Response, url_for

from app import clock
from app.db import db
from app.identity.actor import Actor
from app.inbox.processes_page import process_diagram, processes_page
from app.inbox.waiting import tasks_open_to
from app.instances.hold import claim_task
from app.instances.start import start
from app.web.door import act, actor, back_to, new_nonce, show, surroundings

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
        return {"instance": row.id, "task": _take_first(row.id, person)}

    done = act(person, command)
    if done["task"]:
        return back_to("tasks.show_task", task_id=done["task"])
    return back_to("cases.show_case", instance_id=done["instance"])


def _take_first(instance_id: str, by: Actor) -> str | None:
    """Who registers a case has its first step in hand, where it is theirs; gives its id."""
    first = tasks_open_to(db.session(), by, size=1, instance_id=instance_id)
    if not first.rows:
        return None
    task = first.rows[0][0]
    claim_task(db.session(), surroundings(), task.id, by=by, now=clock.now())
    return task.id
