"""Whether the settings hold the key that this database was sealed under (abuse case 25: a restored backup with another key).

With another key nothing could be read, and whatever was written would be sealed under the wrong one: better nothing at all.
"""

from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.errors import Refusal
from app.history.data_keys import unwrap
from app.history.models import StoredKey
from app.vault import SealBroken, Vault


def check_right_key(session: Session, vault: Vault) -> None:
    """Open one data key; an empty database takes any.

    Raises:
        Refusal: `vault_key_other` (503).
    """
    row = session.scalar(select(StoredKey).where(StoredKey.wrapped.is_not(None)).limit(1))
    if row is not None and not _opens(vault, row):
        raise Refusal("vault_key_other", 503, {"stored": row.kek_id, "held": vault.kek_id})


def other_keys(session: Session, vault: Vault) -> Iterator[tuple[str, int]]:
    """Names of the keys that are not held here, and how many data keys each one locks away."""
    living = StoredKey.wrapped.is_not(None)
    counted = select(StoredKey.kek_id, func.count()).where(living).group_by(StoredKey.kek_id)
    for kek_id, count in session.execute(counted.order_by(StoredKey.kek_id)).all():
        row = session.scalar(select(StoredKey).where(living, StoredKey.kek_id == kek_id).limit(1))
        if row is not None and not _opens(vault, row):
            yield kek_id, count


def _opens(vault: Vault, row: StoredKey) -> bool:
    try:
        unwrap(vault, row)
    except SealBroken:
        return False
    return True
