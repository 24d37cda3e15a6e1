"""The commitments that stand in for what a reader may not see, step by step (proof §2.6)."""

from collections.abc import Callable, Mapping
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import Refusal
from app.history.canonical import CanonRefused, parse, utf16
from app.history.commitments import field_hash, salts
from app.history.data_keys import stored_keys
from app.history.digests import SM3
from app.history.fields import Opened, open_fields
from app.history.models import HistoryEvent
from app.history.read import OpenKeys
from app.vault import SealBroken, Vault


def hidden_fields(
    session: Session, vault: Vault, case: str, *, shown: Callable[[int, str], bool], alg: str = SM3
) -> Mapping[int, Mapping[str, str]]:
    """By number of the entry and name of the field the hashes of what is not shown, in the order in which its root takes
    them.

    Args:
        shown: whether the reader may see, of the entry of this number, the field of this name.

    An entry whose content was destroyed has none.

    Raises:
        Refusal: `record_broken` (500): an entry cannot be read or opened.
    """
    keys = OpenKeys(vault, stored_keys(session, case))
    columns = (HistoryEvent.seq, HistoryEvent.body, HistoryEvent.key_id, HistoryEvent.sealed)
    found: dict[int, Mapping[str, str]] = {}
    for row in session.execute(select(*columns).where(HistoryEvent.case == case).order_by(HistoryEvent.seq)):
        try:
            if not keys.destroyed(row.key_id):
                log = parse(row.body)["log"]
                opened = open_fields(vault, keys.get(row.key_id), row.sealed, log=log, case=case, seq=row.seq)
                found[row.seq] = _hashes(opened, partial(shown, row.seq), alg)
        except (CanonRefused, SealBroken, KeyError, TypeError) as problem:
            raise Refusal("record_broken", 500, {"case": case, "seq": row.seq}) from problem
    return found


def _hashes(opened: Opened, shown: Callable[[str], bool], alg: str) -> Mapping[str, str]:
    names = sorted((name for name in opened.fields if not shown(name)), key=utf16)
    salt = salts(opened.event_key, names, alg)
    return {name: field_hash(salt[name], name, opened.fields[name], alg).hex() for name in names}
