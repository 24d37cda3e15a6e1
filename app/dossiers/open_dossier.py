"""Open the dossier of a child."""

from collections.abc import Mapping
from datetime import datetime
from uuid import uuid4

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.dossiers.child_numbers import read_child_number
from app.dossiers.index_subject import BlindIndex, identity_token
from app.dossiers.models import Dossier
from app.errors import Refusal
from app.vault.sealer import Sealer


def open_dossier(
    session: Session,
    identity: Mapping[str, str],
    *,
    number: str,
    division: str,
    sealer: Sealer,
    index: BlindIndex,
    by: str,
    at: datetime,
) -> Dossier:
    """Store a child under a number already issued. A likely double is for a person to judge (`same_identity`).

    Args:
        identity: name, id_no, dob, …; `id_no` may be missing.

    Raises:
        Refusal: `dossier_number` (422), `dossier_exists` (409).
    """
    number = read_child_number(number)
    if session.scalar(select(Dossier.id).filter_by(number=number)) is not None:
        raise Refusal("dossier_exists", 409)
    id_ = uuid4()
    dossier = Dossier(
        id=id_,
        number=number,
        division=division,
        identity=sealer.seal(orjson.dumps(dict(identity)), "dossier.identity", str(id_)),
        identity_index=identity_token(index, identity.get("id_no", "")),
        key_id=sealer.key_id,
        opened_by=by,
        opened_at=at,
    )
    session.add(dossier)
    session.flush()
    return dossier


def same_identity(session: Session, id_no: str, *, index: BlindIndex) -> list[Dossier]:
    """Dossiers opened under this identity number; the caller shows only what the person may see."""
    token = identity_token(index, id_no)
    return list(session.scalars(select(Dossier).filter_by(identity_index=token))) if token else []


def identity_of(dossier: Dossier, *, sealer: Sealer) -> dict[str, str]:
    """Who the child is. Raises SealBroken."""
    found: dict[str, str] = orjson.loads(sealer.open(dossier.identity, "dossier.identity", str(dossier.id)))
    return found
