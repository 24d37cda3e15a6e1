"""The task page and what is done on it: claim, save, preview, complete."""

from typing import Any

from flask import Blueprint, Response, flash, g, redirect, request, url_for
from sqlalchemy.exc import SQLAlchemyError

from app import clock
from app.clock import SHANGHAI
from app.db import db, in_transaction
from app.errors import Refusal
from app.forms.model import Form
from app.forms.post import edit_rows, from_post
from app.forms.typed import typed
from app.inbox.task_page import TaskReading, task_page
from app.inbox.waiting import tasks_open_to
from app.inbox.whose_turn import whose_turn
from app.instances import looks
from app.instances.answers import asked_of
from app.instances.complete_task import complete_task
from app.instances.hold import claim_task
from app.instances.read_case import read_task
from app.instances.release_task import in_hand
from app.instances.save_draft import save_draft
from app.texts import sentence
from app.web.door import act, actor, back_to, new_nonce, show, surroundings
from app.web.drawn_form import fragment, with_buttons
from app.web.files import received
from app.web.links import WebLinks
from app.web.looking import looked
from app.web.reading import posted

blueprint = Blueprint("tasks", __name__, url_prefix="/tasks")
LONGEST_FIELD = 200
"""Characters of the id of a field in a page."""


@blueprint.get("/<task_id>")
def show_task(task_id: str) -> Response:
    """办理页"""
    person, now = actor(), clock.now()
    try:
        case, task = read_task(db.session(), surroundings(), task_id, by=person, now=now)
    except Refusal as refusal:
        if refusal.status != 403 or not in_hand(db.session(), task_id, by=person):
            raise
        flash(sentence(refusal), "error")
        return back_to("task_acts.ask_release", task_id=task_id)
    if task.status != "open":
        return back_to("cases.show_case", instance_id=task.instance_id)
    reading = _reading(case, task, now)
    return _page(reading, reading.draft or {})


@blueprint.post("/<task_id>/claim")
def claim(task_id: str) -> Response:
    """认领"""
    person = actor()

    def command() -> dict[str, Any]:
        claim_task(db.session(), surroundings(), task_id, by=person, now=clock.now())
        return {}

    act(person, command)
    flash("已认领，由您办理；别人只能看。")
    return back_to("tasks.show_task", task_id=task_id)


@blueprint.post("/<task_id>/draft")
def draft(task_id: str) -> Response:
    """存草稿"""
    person, now = actor(), clock.now()
    case, task = read_task(db.session(), surroundings(), task_id, by=person, now=now)
    files = received(task, person)
    answers = from_post(asked_of(case, task, person).form.form, posted() + files.pairs)
    field = _address(request.form.get("_at", ""))
    saved = in_transaction(
        lambda: save_draft(db.session(), surroundings(), task_id, by=person, answers=answers, now=now, field=field)
    )
    text = f"已存 {saved.at.astimezone(SHANGHAI):%H:%M} · 第 {saved.count} 稿"
    if request.headers.get("X-Autosave"):
        return Response(text, mimetype="text/plain")
    flash(text)
    for wrong in files.wrong.values():
        flash(wrong, "error")
    return back_to("tasks.show_task", task_id=task_id)


@blueprint.post("/<task_id>/preview")
def preview(task_id: str) -> Response:
    """按现有答案重画表单"""
    person, now = actor(), clock.now()
    case, task = read_task(db.session(), surroundings(), task_id, by=person, now=now)
    looked(looks.TASK, task.instance_id, task=task_id, again=False)
    asked = asked_of(case, task, person)
    answers, _ = edit_rows(asked.form.form, from_post(asked.form.form, posted()), posted())
    return fragment(asked, answers, action=WebLinks().act(task_id, "complete"))


@blueprint.post("/<task_id>/complete")
def complete(task_id: str) -> Response:
    """提交"""
    person, now = actor(), clock.now()
    case, task = read_task(db.session(), surroundings(), task_id, by=person, now=now)
    files = received(task, person)
    pairs = posted() + files.pairs
    asked = asked_of(case, task, person)
    answers, pressed = edit_rows(asked.form.form, from_post(asked.form.form, pairs), pairs)
    if pressed and not files.wrong:
        return _page(_reading(case, task, now), answers)
    try:
        files.check()
        done = act(person, lambda: _complete(task_id, answers))
    except Refusal as refusal:
        if not refusal.fields:
            _keep(task_id, asked.form.form, answers)
            raise
        db.session.rollback()
        case, task = read_task(db.session(), surroundings(), task_id, by=person, now=now)
        return _page(_reading(case, task, now), answers, refusal)
    return _next(task.name, done)


def _keep(task_id: str, form: Form, answers: dict[str, Any]) -> None:
    """The page of the refusal has no form: what was typed becomes the draft, or is shown there to be copied."""
    person = actor()
    try:
        in_transaction(
            lambda: save_draft(db.session(), surroundings(), task_id, by=person, answers=answers, now=clock.now())
        )
    except (Refusal, SQLAlchemyError):
        g.typed = typed(form, answers)


def _complete(task_id: str, answers: dict[str, Any]) -> dict[str, Any]:
    person = actor()
    done = complete_task(db.session(), surroundings(), task_id, by=person, answers=answers, now=clock.now())
    return {"instance": done.instance_id, "dropped": list(done.dropped), "ended": done.ended}


def _next(name: str, done: dict[str, Any]) -> Response:
    """After completing, the next task of the same case is offered, if it is this person's."""
    text = f"“{name}”已办结。" + ("本件已全部办完。" if done["ended"] else "")
    if done["dropped"]:
        text += f"因条件变化未保存：{'、'.join(done['dropped'])}。"
    following = tasks_open_to(db.session(), actor(), size=1, instance_id=done["instance"])
    turn = "" if following.rows else whose_turn(db.session(), done["instance"], actor())
    flash(text + (f"接下来：{turn}。" if turn else ""))
    if following.rows:
        return redirect(url_for("tasks.show_task", task_id=following.rows[0][0].id), 303)  # type: ignore[return-value]
    return back_to("inbox.inbox")


def _reading(case: Any, task: Any, now: Any) -> TaskReading:
    looked(looks.TASK, task.instance_id, task=task.id)
    return task_page(db.session(), case, task, actor(), WebLinks(), nonce=new_nonce(), today=clock.legal_day(now))


def _page(reading: TaskReading, answers: Any, refusal: Refusal | None = None) -> Response:
    errors = refusal.fields if refusal else {}
    return show(
        "task.html",
        status=422 if errors else 200,
        page=reading.page,
        **with_buttons(
            reading.asked, answers, errors, action=reading.page.submit_href, preview=reading.page.preview_href
        ),
    )


def _address(text: str) -> str | None:
    """Where the person stopped, as the page names its fields; anything else is no place to go on from."""
    return text if text.isprintable() and 0 < len(text) <= LONGEST_FIELD else None
