"""Once: the same client key or form nonce gets the first result again (rule 15).

The row is written in the transaction of the command itself, so a command that failed leaves no answer behind.
"""

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import Any

import orjson
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
    before = session.get(Done, (person_id, key))
    if before is not None:
        if before.request != asked:
            raise Refusal("key_reused", 422)
        return before.answer
    answer = command()
    session.add(Done(person_id=person_id, key=key, request=asked, answer=answer, at=now))
    return answer
