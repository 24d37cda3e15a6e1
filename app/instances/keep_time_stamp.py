"""Keeping a time-stamp token over a checkpoint, under the name of who vouches for the authority's certificates."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.errors import Refusal
from app.history.time_stamps import Stamp, keep
from app.identity.actor import Actor
from app.instances.keep_neighbour import MAY
from app.instances.surroundings import Surroundings


def keep_time_stamp(
    session: Session, around: Surroundings, answer: bytes, roots: bytes, *, by: Actor, now: datetime
) -> tuple[Stamp, list[str]]:
    """As `history.time_stamps.keep`. Raises Refusal: `stamp_not_yours` (403), and as there."""
    if not by.roles & MAY:
        raise Refusal("stamp_not_yours", 403)
    return keep(session, answer, roots, vault=around.vault, log=around.log, by=by.id, now=now)
