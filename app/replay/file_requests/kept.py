"""Under which key the PDF of a request lies."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import Refusal, not_found
from app.history.data_keys import WHOLE_CASE, data_key_of
from app.history.erase import ERASURE
from app.history.models import StoredKey
from app.instances.surroundings import Surroundings
from app.vault.sealer import KeySealer


def sealer_of(session: Session, around: Surroundings, case: str, *, made_at: datetime) -> KeySealer:
    """Under that of the case; once its content was destroyed, under that of the entry that says so: the paper then holds
    nothing else.

    Raises:
        Refusal: `not_found` (404); `content_destroyed` (410): it was made before the destruction, and went with it.
    """
    gone = session.scalar(select(StoredKey.destroyed_at).where(StoredKey.case == case, StoredKey.subject == WHOLE_CASE))
    if gone is not None and made_at < gone:
        raise Refusal("content_destroyed", 410)
    key = data_key_of(session, vault=around.vault, case=case, subject=WHOLE_CASE if gone is None else ERASURE)
    if key is None:
        raise not_found()
    return KeySealer(around.vault, key)
