"""Keeping a checkpoint of a neighbour, under the name of who vouches for the fingerprint of its root key."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.errors import Refusal
from app.history.lodged_file import Presented
from app.history.neighbours import Kept, keep
from app.identity.actor import Actor
from app.instances.surroundings import Surroundings

MAY = frozenset({"security_admin", "auditor"})


def keep_neighbour(
    session: Session,
    around: Surroundings,
    given: Presented,
    *,
    peer: str,
    trust: str | None,
    by: Actor,
    now: datetime,
    unproved: bool = False,
) -> tuple[Kept, bool | None]:
    """As `history.neighbours.keep`. Raises Refusal: `neighbour_not_yours` (403), and as there."""
    if not by.roles & MAY:
        raise Refusal("neighbour_not_yours", 403)
    return keep(
        session, given, vault=around.vault, log=around.log, peer=peer, trust=trust, by=by.id, now=now, unproved=unproved
    )
