"""Rows as JSON shapes. Instants as ISO 8601 text, so that a stored answer is the same again."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from app.fixed import Fixed
from app.instances.models import Instance, Task

OPEN = Fixed(
    select(
        Task.id, Task.key, Task.node, Task.name, Task.status, Task.role, Task.division, Task.assignee_id, Task.opened_at,
        Task.due_on, Task.due_mark,
    )
    .where(Task.instance_id == bindparam("case"), Task.status == "open")
    .order_by(Task.opened_seq, Task.key)
)  # fmt: skip


def instance_shape(session: Session, row: Instance) -> dict[str, Any]:
    """The case with its open tasks."""
    session.flush()
    tasks = OPEN.rows(session, {"case": row.id})
    return {
        "id": row.id,
        "number": row.number,
        "process": row.process,
        "title": row.title,
        "division": row.division,
        "definition": row.definition,
        "revision": row.head_seq,
        "started_at": row.started_at.isoformat(),
        "ended_at": row.ended_at.isoformat() if row.ended_at else None,
        "ended_by": row.ended_by,
        "tasks": task_shapes([(task, row) for task in tasks]),
    }


def task_shapes(rows: Sequence[tuple[Any, Instance]]) -> list[dict[str, Any]]:
    return [_task(task, row) for task, row in rows]


def _task(task: Any, row: Instance) -> dict[str, Any]:
    return {
        "id": task.id,
        "instance": row.id,
        "number": row.number,
        "process": row.process,
        "key": task.key,
        "node": task.node,
        "name": task.name,
        "status": task.status,
        "role": task.role,
        "division": task.division,
        "assignee": task.assignee_id,
        "opened_at": task.opened_at.isoformat(),
        "due_on": task.due_on.isoformat() if task.due_on else None,
        "due_mark": task.due_mark,
    }
