"""What an act would do to a case, in words: it is done in a savepoint, looked at, and undone. Nothing is saved."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Executable, select

from app.clock import legal_day
from app.identity.names import names_of
from app.identity.roles import CASEWORKER, role_name
from app.instances.answer_call import OPEN
from app.instances.case import Case
from app.instances.finish import finish
from app.instances.models import Call, Task, Timer, Wait

Rows = Mapping[str, Any]
"""Key → row of a table."""


@dataclass(frozen=True)
class Seen:
    """What is open in a case."""

    tasks: Rows
    timers: Rows
    waits: Rows
    calls: Rows
    ended: bool


def foresee(case: Case, act: Callable[[], tuple[str, ...]]) -> tuple[str, ...]:
    """Lines that say what `act` closes, opens and moves; lines that `act` itself returns come first.

    Raises:
        Refusal: what `act` raises; the case then stands as before, too.
    """
    case.known_facts()
    before, standing, handed_out = _look(case), case.standing(), case.handed_out
    point = case.session.begin_nested()
    try:
        own = act()
        ended = case.ended is not None
        finish(case)
        case.session.flush()
        after = _look(case, ended)
    finally:
        point.rollback()
        case.stand_again(standing)
        case.handed_out = handed_out
    names = names_of(case.session, {row.assignee_id for row in before.tasks.values()})
    return (*own, *_words(case, before, after, names))


def _look(case: Case, ended: bool = False) -> Seen:
    mine = case.row.id
    tasks = select(
        Task.key, Task.name, Task.role, Task.assignee_id, Task.opened_at, Task.due_on, Task.due_mark
    ).where(Task.instance_id == mine, Task.status == "open")  # fmt: skip
    timers = select(Timer.key, Timer.node, Timer.due_at).where(Timer.instance_id == mine)
    waits = select(Wait.key, Wait.node, Wait.message).where(Wait.instance_id == mine)
    calls = select(Call.key, Call.name).where(Call.instance_id == mine, Call.status.in_(OPEN))

    def rows(statement: Executable) -> Rows:
        return {row.key: row for row in case.session.execute(statement)}

    return Seen(rows(tasks), rows(timers), rows(waits), rows(calls), ended)


def _words(case: Case, before: Seen, after: Seen, names: Mapping[str, str]) -> Iterator[str]:
    for row in _only(before.tasks, after.tasks):
        held = f"{names[row.assignee_id]}在办，" if row.assignee_id in names else ""
        yield f"将关闭：“{row.name}”（{held}{chinese(legal_day(row.opened_at))}打开），其中未提交的草稿不再可用。"
    for row in _only(after.tasks, before.tasks):
        post = "本单位经办人员" if row.role == CASEWORKER else role_name(row.role)
        yield f"将打开：“{row.name}”，由{post}办理，{_due(row.due_on, row.due_mark)}。"
    for row in _only(before.timers, after.timers):
        yield f"将停止计时：“{name_of(case, row.node)}”（{_at(row.due_at)}）。"
    for row in _only(after.timers, before.timers):
        yield f"将开始计时：“{name_of(case, row.node)}”（{_at(row.due_at)}）。"
    for row in _only(before.waits, after.waits):
        yield f"将不再等待消息：“{name_of(case, row.node)}”。"
    for row in _only(after.waits, before.waits):
        yield f"将等待消息：“{name_of(case, row.node)}”。"
    for row in _only(before.calls, after.calls):
        yield f"将撤销核验：“{row.name}”，之后的答复只作记录。"
    for row in _only(after.calls, before.calls):
        yield f"将发起核验：“{row.name}”。"
    yield from _moved(case, before, after)
    if after.ended:
        yield "本件将就此办结。"


def _moved(case: Case, before: Seen, after: Seen) -> Iterator[str]:
    for key, row in after.tasks.items():
        was = before.tasks.get(key)
        if was is not None and was.due_on != row.due_on:
            yield f"“{row.name}”的期限由{_day(was.due_on)}改为{_day(row.due_on)}。"
    for key, row in after.timers.items():
        was = before.timers.get(key)
        if was is not None and was.due_at != row.due_at:
            yield f"“{name_of(case, row.node)}”的计时由{_at(was.due_at)}改为{_at(row.due_at)}。"


def _only(these: Rows, without: Rows) -> list[Any]:
    return [these[key] for key in sorted(these.keys() - without.keys())]


def name_of(case: Case, node: str) -> str:
    """What the drawing calls a node."""
    drawn = case.published.definition.nodes.get(node)
    return (drawn.name if drawn else "") or node


def chinese(day: date) -> str:
    """2026年12月3日"""
    return f"{day.year}年{day.month}月{day.day}日"


def _day(day: date | None) -> str:
    return chinese(day) if day else "不定"


def _due(day: date | None, mark: str | None) -> str:
    if day is None:
        return "不设期限"
    return f"期限 {chinese(day)}" + ("" if (mark or "").startswith("certain") else "（参考）")


def when(instant: datetime) -> str:
    """The day with whose end it comes due: 2026年3月3日结束时."""
    return f"{chinese(legal_day(instant - timedelta(microseconds=1)))}结束时"


def _at(instant: datetime | None) -> str:
    return f"{when(instant)}到时" if instant else "时刻待定"
