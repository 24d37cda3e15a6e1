"""Once: the same client key or form nonce gets the first result again (rule 15).

The row is written in the transaction of the command itself, so a command that failed leaves no answer behind; it is
written before the command, so that of two requests at once the later one waits and reads the first one's answer.
"""

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.errors import Refusal
from app.instances.models import Done


def once(
    session: Session,
    person_id: str,
    key: str | None,
    request: Any,
    command: Callable[[], dict[str, Any]],
    *,
    now: datetime,
) -> dict[str, Any]:
    """Carry out `command` unless this person already did it under `key`; return its answer.

    Args:
        request: what was asked, JSON-shaped; another request under the same key is refused.

    Raises:
        Refusal: `key_reused` (422).
    """
    if not key:
        return command()
    asked = hashlib.sha256(orjson.dumps(request, option=orjson.OPT_SORT_KEYS)).hexdigest()[:32]
    if not _first(session, person_id=person_id, key=key, request=asked, answer={}, at=now):
        before = session.get_one(Done, (person_id, key))
        if before.request != asked:
            raise Refusal("key_reused", 422)
        return before.answer
    answer = command()
    session.execute(update(Done).where(Done.person_id == person_id, Done.key == key).values(answer=answer))
    return answer


def _first(session: Session, **values: Any) -> bool:
    """Whether this request is the first under its key; waits for another one that is under way."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    first = insert(Done).values(**values).on_conflict_do_nothing().returning(Done.key)
    return session.execute(first).first() is not None
