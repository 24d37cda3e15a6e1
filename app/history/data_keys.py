"""The data key of each (case, subject): made when the case opens, fetched for each command, destroyed by erasure."""

from collections.abc import Mapping

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.errors import Refusal
from app.history.models import StoredKey
from app.vault import DataKey, Vault, WrappedKey

WHOLE_CASE = ""
"""The subject of a key that is not about one person."""


def open_case(session: Session, *, vault: Vault, case: str, subject: str = WHOLE_CASE) -> DataKey:
    """Make and store the data key of a new (case, subject).

    Raises:
        IntegrityError: it has one.
    """
    data_key, wrapped = vault.new_data_key(case, subject)
    row = {"case": case, "subject": subject, "key_id": wrapped.id, "kek_id": wrapped.kek_id, "wrapped": wrapped.wrapped}
    session.execute(insert(StoredKey), row)
    return data_key


def data_key_of(session: Session, *, vault: Vault, case: str, subject: str = WHOLE_CASE) -> DataKey | None:
    """Fetch and unwrap; None when there is none.

    Raises:
        Refusal: `content_destroyed` (410).
        SealBroken: the stored key was altered, or the vault key of the settings is another one.
    """
    query = select(StoredKey).filter_by(case=case, subject=subject).execution_options(populate_existing=True)
    row = session.execute(query).scalar_one_or_none()
    if row is None:
        return None
    if row.wrapped is None:
        raise Refusal("content_destroyed", 410)
    return unwrap(vault, row)


def destroyed(session: Session, case: str) -> bool:
    """Whether what a case holds was destroyed by law (依法销毁)."""
    mine = (StoredKey.case == case, StoredKey.subject == WHOLE_CASE, StoredKey.wrapped.is_(None))
    return session.scalar(select(StoredKey.key_id).where(*mine)) is not None


def stored_keys(session: Session, case: str) -> Mapping[str, StoredKey]:
    """All keys of a case by key id, destroyed ones too."""
    rows = session.execute(select(StoredKey).filter_by(case=case).execution_options(populate_existing=True)).scalars()
    return {row.key_id: row for row in rows}


def unwrap(vault: Vault, row: StoredKey) -> DataKey:
    """Open a stored key that is not destroyed. Raises SealBroken."""
    return vault.open_data_key(row.case, row.subject, WrappedKey(row.key_id, row.kek_id, row.wrapped or b""))
