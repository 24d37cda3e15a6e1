"""人工核验: what was asked of another department, and the form for what it said by another way."""

from typing import Any

from flask import Blueprint, Response, flash

from app import clock
from app.db import db
from app.errors import Refusal
from app.forms.post import edit_rows, from_post
from app.inbox.call_page import call_page
from app.instances import looks
from app.instances.answer_call_by_hand import answer_call_by_hand, read_call
from app.instances.ask_again import ask_again
from app.web.door import act, actor, back_to, new_nonce, show, surroundings
from app.web.drawn_form import fragment, with_buttons
from app.web.files import received_for
from app.web.links import WebLinks
from app.web.looking import looked
from app.web.reading import posted

blueprint = Blueprint("calls", __name__, url_prefix="/calls")


@blueprint.get("/<call_id>")
def show_call(call_id: str) -> Response:
    """核验与人工登记"""
    return _page(call_id, {})


@blueprint.post("/<call_id>/preview")
def preview(call_id: str) -> Response:
    """按现有答案重画表单"""
    _, call, asked = read_call(db.session(), surroundings(), call_id, by=actor(), now=clock.now())
    looked(f"{looks.CALL}:{call_id}", call.instance_id, again=False)
    answers, _ = edit_rows(asked.form.form, from_post(asked.form.form, posted()), posted())
    return fragment(asked, answers, action=WebLinks().call(call_id))


@blueprint.post("/<call_id>")
def answer(call_id: str) -> Response:
    """登记核验结果"""
    person = actor()
    _, call, _ = read_call(db.session(), surroundings(), call_id, by=person, now=clock.now())
    files = received_for(call.instance_id, None, person)
    pairs = posted() + files.pairs
    _, call, asked = read_call(db.session(), surroundings(), call_id, by=person, now=clock.now())
    answers, pressed = edit_rows(asked.form.form, from_post(asked.form.form, pairs), pairs)
    if pressed and not files.wrong:
        return _page(call_id, answers)
    name = call.name
    try:
        files.check()
        done = act(person, lambda: _answer(call_id, answers))
    except Refusal as refusal:
        if not refusal.fields:
            raise
        db.session.rollback()
        return _page(call_id, answers, refusal)
    flash(f"“{name}”的人工核验结果已登记。")
    return back_to("cases.show_case", instance_id=done["instance"])


@blueprint.post("/<call_id>/again")
def again(call_id: str) -> Response:
    """再发一次"""
    person = actor()

    def command() -> dict[str, Any]:
        return {"instance": ask_again(db.session(), surroundings(), call_id, by=person, now=clock.now()).id}

    done = act(person, command)
    flash("已排队再发一次，对方答复后会显示在“核验”中。")
    return back_to("cases.show_case", instance_id=done["instance"])


def _answer(call_id: str, answers: dict[str, Any]) -> dict[str, Any]:
    row = answer_call_by_hand(db.session(), surroundings(), call_id, by=actor(), answers=answers, now=clock.now())
    return {"instance": row.id}


def _page(call_id: str, answers: Any, refusal: Refusal | None = None) -> Response:
    case, call, asked = read_call(db.session(), surroundings(), call_id, by=actor(), now=clock.now())
    looked(f"{looks.CALL}:{call_id}", call.instance_id)
    errors = refusal.fields if refusal else {}
    page = call_page(case, call, WebLinks(), nonce=new_nonce())
    return show(
        "call.html",
        status=422 if errors else 200,
        page=page,
        **with_buttons(asked, answers, errors, action=page.action, preview=page.preview_href),
    )
