"""Keeping half-filled answers: sealed, one draft per person and task, readable by that person alone (abuse case 31)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy.orm import Session

from app.errors import Refusal
from app.identity.actor import Actor
from app.instances.case import Case
from app.instances.models import Draft, Task
from app.instances.open_task import held_already, held_by_other, open_task
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
        Refusal: `draft_too_large` (413), `task_held` (409), or what `open_task` says.
    """
    held = open_task(session, around, task_id, by=by, now=now)
    if held_by_other(held.row, by):
        raise held_already(session, held.row)
    draft = keep_draft(held.case, held.row, answers, person_id=by.id, field=field)
    return Saved(draft.saved_at, draft.count)


def keep_draft(
    case: Case, task: Task, answers: Mapping[str, Any], *, person_id: str, field: str | None = None
) -> Draft:
    """Write the person's own draft of a task, sealed.

    Raises:
        Refusal: `draft_too_large` (413).
    """
    content = orjson.dumps(answers)
    if len(content) > LIMIT:
        raise Refusal("draft_too_large", 413, {"limit": f"{LIMIT // 1024} KB"})
    draft = case.session.get(Draft, (task.id, person_id))
    if draft is None:
        draft = Draft(task_id=task.id, person_id=person_id, count=0)
        case.session.add(draft)
        task.drafted = True
    draft.content = case.seal(f"draft.content/{person_id}", content)
    draft.field, draft.saved_at, draft.count = field, case.at, draft.count + 1
    return draft


def open_draft(case: Case, draft: Draft) -> dict[str, Any]:
    """The answers of a draft; the caller has asked for that person's own row."""
    content = case.unseal(f"draft.content/{draft.person_id}", draft.content)
    return orjson.loads(content)  # type: ignore[no-any-return]
