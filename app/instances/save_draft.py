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
from app.instances.models import Draft
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


def open_draft(case: Case, draft: Draft) -> dict[str, Any]:
    """The answers of a draft; the caller has asked for that person's own row."""
    content = case.unseal(f"draft.content/{draft.person_id}", draft.content)
    return orjson.loads(content)  # type: ignore[no-any-return]
