"""Whether the settings hold the key of the blind index: with another one every search would find nothing and say nothing."""

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.dossiers.index_subject import subject_tokens
from app.dossiers.models import SearchToken
from app.history.data_keys import WHOLE_CASE, unwrap
from app.history.models import StoredKey
from app.instances.models import Instance
from app.vault import Vault, bind

LOOKED_AT = 20


def index_key_fits(session: Session, vault: Vault) -> bool:
    """Find some of the newest cases by the names they hold; a database without names takes any key.

    Raises:
        SealBroken: the vault key is another one.
    """
    named = select(SearchToken.case).where(SearchToken.kind == "name", SearchToken.case == Instance.id).exists()
    rows = session.execute(
        select(Instance, StoredKey)
        .join(StoredKey, (StoredKey.case == Instance.id) & (StoredKey.subject == WHOLE_CASE))
        .where(named, Instance.subject.is_not(None), StoredKey.wrapped.is_not(None))
        .order_by(Instance.started_at.desc())
        .limit(LOOKED_AT)
    ).all()
    return not rows or any(_found(session, vault, row, key) for row, key in rows)


def _found(session: Session, vault: Vault, row: Instance, key: StoredKey) -> bool:
    content = orjson.loads(vault.open(unwrap(vault, key), row.subject or b"", bind("instance.subject", row.id)))
    said = [one for one in content.values() if isinstance(one, str)]
    kept = session.scalars(select(SearchToken.token).where(SearchToken.case == row.id, SearchToken.kind == "name"))
    mine = {token for kind, token in subject_tokens(index=vault.blind_index, names=said) if kind == "name"}
    return bool(mine & set(kept))
