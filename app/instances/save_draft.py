"""Keeping half-filled answers: sealed, one draft per person and task, readable by that person alone (abuse case 31)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy.orm import Session

from app.errors import Refusal
from app.identity.actor import Actor
from app.instances.models import Draft, Task
from app.instances.open_task import open_task
from app.instances.surroundings import Surroundings

LIMIT = 512 * 1024
"""Bytes of one draft."""


@dataclass(frozen=True)
class Saved:
    at: datetime
    count: int


def save_draft(
    session: Session,
    around: Surroundings,
    task_id: str,
    *,
    by: Actor,
    answers: Mapping[str, Any],
    now: datetime,
    field: str | None = None,
) -> Saved:
    """Keep the answers as they are, unchecked. `field` is where the person stopped.

    Raises:
        Refusal: `draft_too_large` (413), or what `open_task` says.
    """
    content = orjson.dumps(answers)
    if len(content) > LIMIT:
        raise Refusal("draft_too_large", 413, {"limit": f"{LIMIT // 1024} KB"})
    held = open_task(session, around, task_id, by=by, now=now)
    draft = session.get(Draft, (task_id, by.id))
    if draft is None:
        draft = Draft(task_id=task_id, person_id=by.id, count=0)
        session.add(draft)
    draft.content = held.case.seal(f"draft.content/{by.id}", content)
    draft.field, draft.saved_at, draft.count = field, now, draft.count + 1
    return Saved(now, draft.count)


def read_draft(session: Session, case_unseal: Any, task: Task, by: Actor) -> dict[str, Any] | None:
    """The own draft of a task, or None. `case_unseal` opens what the case's key sealed."""
    draft = session.get(Draft, (task.id, by.id))
    if draft is None:
        return None
    return orjson.loads(case_unseal(f"draft.content/{by.id}", draft.content))  # type: ignore[no-any-return]
