"""A message entered by hand into a case: withdrawal, claim, report of harm. Drawn like a task, without a draft."""

from typing import Any

from flask import Blueprint, Response, flash, request

from app import clock
from app.catalogue.process_settings import MessageUse
from app.db import db
from app.errors import Refusal
from app.forms.post import edit_rows, from_post
from app.identity.actor import Actor
from app.inbox.page_views import ConfirmPage, MessagePage
from app.inbox.subjects import subject_of
from app.instances import looks
from app.instances.answers import Asked, message_asked
from app.instances.case import Case
from app.instances.read_case import read_case
from app.instances.see_case import see_case
from app.instances.send_message import by_hand, messages_by_hand, send_message
from app.web.door import act, actor, back_to, new_nonce, show, surroundings
from app.web.drawn_form import fragment, with_buttons
from app.web.files import received_for
from app.web.links import WebLinks
from app.web.looking import looked
from app.web.reading import posted

blueprint = Blueprint("messages", __name__, url_prefix="/cases/<instance_id>/messages")


@blueprint.get("/<name>")
def ask(instance_id: str, name: str) -> Response:
    """录入来件"""
    by = actor()
    case, use, _ = _awaited(instance_id, name, by)
    if use.form is None:
        return _confirm(case, use, name)
    asked = message_asked(case, use.form, by)
    return _page(case, use, name, asked, {})


@blueprint.post("/<name>/preview")
def preview(instance_id: str, name: str) -> Response:
    """按现有答案重画表单"""
    by = actor()
    case, use, _ = _awaited(instance_id, name, by)
    looked(looks.MESSAGE, instance_id, again=False)
    asked = message_asked(case, use.form or "", by)
    answers, _ = edit_rows(asked.form.form, from_post(asked.form.form, posted()), posted())
    return fragment(asked, answers, action=WebLinks().message(instance_id, name))


@blueprint.post("/<name>")
def send(instance_id: str, name: str) -> Response:
    """提交来件"""
    by = actor()
    case, use, correlation = _awaited(instance_id, name, by)
    answers: dict[str, Any] = {}
    files = received_for(instance_id, None, by)
    pairs = posted() + files.pairs
    asked = message_asked(case, use.form, by) if use.form else None
    if asked is not None:
        answers, pressed = edit_rows(asked.form.form, from_post(asked.form.form, pairs), pairs)
        if pressed and not files.wrong:
            return _page(case, use, name, asked, answers)
    dedupe = f"{by.id}:form:{_nonce()}"

    def command() -> dict[str, Any]:
        sent = send_message(
            db.session(),
            surroundings(),
            instance_id,
            name,
            by=by,
            dedupe=dedupe,
            correlation=correlation,
            answers=answers,
            now=clock.now(),
        )
        return {"delivered": sent}

    try:
        files.check()
        act(by, command)
    except Refusal as refusal:
        if not refusal.fields or asked is None:
            raise
        db.session.rollback()
        case, use, _ = _awaited(instance_id, name, by)
        return _page(case, use, name, asked, answers, refusal)
    flash(f"“{use.title}”已录入，并记入办件经过。")
    return back_to("cases.show_case", instance_id=instance_id)


def _nonce() -> str:
    """Of the form. Without one two messages would pass for one, and the second be lost."""
    nonce = request.form.get("nonce", "")
    return nonce if 0 < len(nonce) <= 64 else new_nonce()


def _awaited(instance_id: str, name: str, by: Actor) -> tuple[Case, MessageUse, str]:
    """The case, what is entered, and the correlation of the wait that will take it.

    Raises:
        Refusal: `not_found`, `message_…`, or `message_not_awaited` (409).
    """
    row = see_case(db.session(), instance_id, by=by)
    case = read_case(db.session(), surroundings(), row, now=clock.now())
    use = by_hand(case.published, name, row, by).use
    correlation = messages_by_hand(db.session(), case.published, row, by).get(name)
    if correlation is None:
        raise Refusal("message_not_awaited", 409, {"message": use.title})
    return case, use, correlation


def _confirm(case: Case, use: MessageUse, name: str) -> Response:
    looked(looks.MESSAGE, case.row.id)
    page = ConfirmPage(
        title=use.title,
        lead=f"{case.row.title} {case.row.number or '未编号'}：录入“{use.title}”后，办件按流程图立即变动，不能撤回。",
        action=WebLinks().message(case.row.id, name),
        submit="录入",
        back_href=WebLinks().case(case.row.id),
        nonce=new_nonce(),
        serious=True,
    )
    return show("confirm.html", page=page)


def _page(
    case: Case, use: MessageUse, name: str, asked: Asked, answers: Any, refusal: Refusal | None = None
) -> Response:
    looked(looks.MESSAGE, case.row.id)
    errors = refusal.fields if refusal else {}
    href = WebLinks().message(case.row.id, name)
    page = MessagePage(
        number=case.row.number or "未编号",
        process=case.row.title,
        title=use.title,
        subject=subject_of(case.around.vault, case.row, case.stored_key, case.today),
        case_href=WebLinks().case(case.row.id),
        submit_href=href,
        preview_href=f"{href}/preview",
        nonce=new_nonce(),
    )
    return show(
        "message.html",
        status=422 if errors else 200,
        page=page,
        **with_buttons(asked, answers, errors, action=page.submit_href, preview=page.preview_href),
    )
