"""Acts around a task: 退还, 转办, 催办, 取回. GET asks, POST acts."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, flash, request

from app import clock
from app.db import db
from app.errors import Refusal, not_found
from app.identity.names import names_of
from app.inbox.page_views import ConfirmPage, Person
from app.instances.case import Case
from app.instances.models import Instance, Task
from app.instances.open_task import closed
from app.instances.read_case import read_case
from app.instances.release_task import check_release, release_task
from app.instances.take_back import check_taker, take_back, way_back
from app.instances.transfer_task import check_transfer, receivers, transfer_task
from app.instances.urge_task import check_urge, urge_task
from app.texts import sentence
from app.web.door import act, actor, back_to, new_nonce, show, surroundings
from app.web.links import WebLinks

blueprint = Blueprint("task_acts", __name__, url_prefix="/tasks")


@blueprint.get("/<task_id>/release")
def ask_release(task_id: str) -> Response:
    """退还？"""
    row, task = _found(task_id)
    check_release(db.session(), row, task, by=actor(), today=_today())
    return _confirm(
        row,
        task,
        "release",
        title="退还",
        lead=f"退还后，“{task.name}”回到公共待办，符合条件的同事都可以认领。",
        changes=("您的草稿保留，直到别人认领；别人看不到您的草稿。", "期限照旧计算，不因退还延长。"),
        submit="退还",
    )


@blueprint.post("/<task_id>/release")
def release(task_id: str) -> Response:
    """退还"""
    by = actor()
    _do(lambda: release_task(db.session(), surroundings(), task_id, by=by, now=clock.now()))
    flash("已退还，大家都可以认领。")
    return back_to("inbox.inbox")


@blueprint.get("/<task_id>/transfer")
def ask_transfer(task_id: str) -> Response:
    """转办给谁？"""
    return _transfer_page(task_id)


@blueprint.post("/<task_id>/transfer")
def transfer(task_id: str) -> Response:
    """转办"""
    by, to, reason = actor(), request.form.get("person", ""), request.form.get("reason", "")

    def command() -> None:
        transfer_task(db.session(), surroundings(), task_id, by=by, to=to, reason=reason, now=clock.now())

    try:
        _do(command)
    except Refusal as refusal:
        if refusal.code not in {"transfer_no_reason", "transfer_receiver"}:
            raise
        db.session.rollback()
        return _transfer_page(task_id, refusal)
    flash("已转办，对方在待办中可以看到。")
    return back_to("inbox.inbox")


def _transfer_page(task_id: str, refusal: Refusal | None = None) -> Response:
    by, today = actor(), _today()
    row, task = _found(task_id)
    check_transfer(db.session(), row, task, by=by)
    found = receivers(db.session(), row, task, by=by, today=today)
    return _confirm(
        row,
        task,
        "transfer",
        title="转办",
        lead=f"把“{task.name}”交给一位有权办理的同事，今后由其负责。",
        changes=("期限照旧计算，不因转办延长。", "原办理人的草稿作废，双方都看不到；转办记入办件经过。"),
        submit="转办",
        people_label="转给谁",
        people=tuple(Person(one.login, one.name, one.organisation) for one in found),
        chosen=request.form.get("person", ""),
        reason_label="理由",
        reason=request.form.get("reason", "")[:500],
        error=sentence(refusal) if refusal else "",
    )


@blueprint.get("/<task_id>/urge")
def ask_urge(task_id: str) -> Response:
    """催办？"""
    row, task = _found(task_id)
    check_urge(db.session(), row, task, by=actor(), today=_today())
    whom = names_of(db.session(), {task.assignee_id}).get(task.assignee_id or "", "可以办理这一步的同事")
    return _confirm(
        row,
        task,
        "urge",
        title="催办",
        lead=f"提醒{whom}尽快办理“{task.name}”。",
        changes=("对方的待办列表上方会一直显示，直到办结。", "催办记入办件经过；同一步一天只能催一次。"),
        submit="催办",
    )


@blueprint.post("/<task_id>/urge")
def urge(task_id: str) -> Response:
    """催办"""
    by = actor()
    _do(lambda: urge_task(db.session(), surroundings(), task_id, by=by, now=clock.now()))
    flash("已催办，并记入办件经过。")
    return back_to("cases.mine")


@blueprint.get("/<task_id>/take-back")
def ask_take_back(task_id: str) -> Response:
    """取回？"""
    row, task = _found(task_id)
    check_taker(db.session(), task, by=actor())
    way = way_back(_case(row), task, by=actor())
    return _confirm(
        row,
        task,
        "take-back",
        title="取回",
        lead=f"“{task.name}”办结后还没有人打开下一步，您可以取回修改。",
        changes=(
            f"已经生成的下一步（{len(way.cancel)} 项）取消。",
            "您原来填的内容作为草稿恢复，改好后重新提交。",
            "取回记入办件经过；期限照旧计算。",
        ),
        submit="取回修改",
    )


@blueprint.post("/<task_id>/take-back")
def bring_back(task_id: str) -> Response:
    """取回"""
    by = actor()

    def command() -> dict[str, Any]:
        return {"task": take_back(db.session(), surroundings(), task_id, by=by, now=clock.now()).id}

    done = act(by, command)
    flash("已取回，原来填的内容在下面，改好后请重新提交。")
    return back_to("tasks.show_task", task_id=done["task"])


def _found(task_id: str) -> tuple[Instance, Task]:
    """The rows alone; each page asks its own act whether the reader may do it, before it shows anything.

    Raises:
        Refusal: `not_found` (404).
    """
    task = db.session().get(Task, task_id)
    row = db.session().get(Instance, task.instance_id) if task else None
    if task is None or row is None:
        raise not_found()
    return row, task


def _case(row: Instance) -> Case:
    return read_case(db.session(), surroundings(), row, now=clock.now())


def _confirm(row: Instance, task: Task, name: str, **page: Any) -> Response:
    """The page that asks. Only 取回 is about a task that is closed."""
    if task.status != "open" and name != "take-back":
        raise closed(db.session(), task)
    links = WebLinks()
    back = links.case(row.id) if name in {"urge", "take-back"} else links.task(task.id)
    whole = ConfirmPage(action=links.act(task.id, name), back_href=back, nonce=new_nonce(), **page)
    return show("confirm.html", status=422 if whole.error else 200, page=whole)


def _do(command: Callable[[], object]) -> None:
    def done() -> dict[str, Any]:
        command()
        return {}

    act(actor(), done)


def _today() -> Any:
    return clock.legal_day(clock.now())
