"""Destroy what a case holds about one subject (个人信息保护法 47), and say so on its chain.

Only the key goes: entries stay, hashes stay, nobody opens them any more. Other rooms destroy blind indexes,
attachments and projections in the same transaction. Before retention ends the answer is 限制处理, not this act.
"""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.errors import Refusal
from app.history.append import append
from app.history.canonical import Json
from app.history.data_keys import WHOLE_CASE, data_key_of, open_case
from app.history.digests import SM3
from app.history.event import Head
from app.history.models import StoredKey
from app.vault import DataKey, Vault

ERASED = "erased"
ERASURE = "sys/erasure"
"""The subject whose key seals the entry about the erasure; never erased itself."""


def erase(
    session: Session,
    *,
    vault: Vault,
    log: str,
    case: str,
    head: Head,
    at: datetime,
    actor: str,
    second: str,
    ground: str,
    definition: str,
    engine: str,
    subject: str = WHOLE_CASE,
    alg: str = SM3,
) -> Head:
    """Destroy the data key of (case, subject) and append `erased`; the caller holds the case's lock.

    Args:
        actor, second: ids of the two natural persons; that they may is asked before.
        ground: the legal ground, naming the article, not the person erased.

    Raises:
        Refusal: `erasure_same_person` (422); `erasure_nothing_left` (409).
    """
    if actor == second:
        raise Refusal("erasure_same_person", 422)
    if subject == ERASURE:
        raise Refusal("erasure_nothing_left", 409)
    destroyed = _destroy(session, case, subject, at)
    fields: dict[str, Json] = {
        "actor": actor,
        "reason": ground,
        "payload/second_person": second,
        "effects": {"destroyed": [destroyed]},
    }
    return append(
        session,
        vault=vault,
        log=log,
        case=case,
        head=head,
        at=at,
        kind=ERASED,
        definition=definition,
        engine=engine,
        fields=fields,
        data_key=_erasure_key(session, vault, case),
        dedupe=f"erased:{destroyed}",
        alg=alg,
    )


def _destroy(session: Session, case: str, subject: str, at: datetime) -> str:
    gone = session.execute(
        update(StoredKey)
        .where(StoredKey.case == case, StoredKey.subject == subject, StoredKey.wrapped.is_not(None))
        .values(wrapped=None, destroyed_at=at)
        .returning(StoredKey.key_id)
        .execution_options(synchronize_session=False)
    ).scalar_one_or_none()
    if gone is None:
        raise Refusal("erasure_nothing_left", 409)
    return gone


def _erasure_key(session: Session, vault: Vault, case: str) -> DataKey:
    found = data_key_of(session, vault=vault, case=case, subject=ERASURE)
    return found or open_case(session, vault=vault, case=case, subject=ERASURE)
