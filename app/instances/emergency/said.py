"""What an entry of `sys/emergency` says: who, why, and the row as it stands from then on, so that an altered row is noticed
by the same check as every register's (`chain_registers.check_registers`)."""

from sqlalchemy.orm import Session

from app.history import Json
from app.identity.actor import Actor
from app.instances.chain_registers import standing
from app.instances.emergency.models import EmergencySight

CHAIN = "emergency"


def said(session: Session, row: EmergencySight, by: Actor, **more: Json) -> dict[str, Json]:
    """The fields of an entry; writes the row first."""
    session.flush()
    rows: dict[str, Json] = {**standing(session, CHAIN, only=row.id)}
    return {"actor": by.id, "effects": {"rows": rows}, **more}
