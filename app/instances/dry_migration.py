"""Trying a migration on one case without saving anything: its state is read, carried over in memory, and forgotten."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from app.catalogue.published import published
from app.engine.model import Event
from app.instances.cases_behind import called
from app.instances.migrate_case import barred
from app.instances.models import Instance
from app.instances.read_case import read_case
from app.instances.surroundings import Surroundings


def would_stay(
    session: Session, around: Surroundings, instance_id: str, *, to: str, named: Mapping[str, str], now: datetime
) -> tuple[str, str] | None:
    """Number (or id) of the case and why it would stay; None when it would go over."""
    row = session.get_one(Instance, instance_id)
    case = read_case(session, around, row, now=now)
    event = Event(row.head_seq + 1, case.at, "migrated", mapping=tuple(sorted(named.items())), definition=to)
    why = barred(case.published, published(session, to), case.state or b"", event)
    return (called(row.number, row.id), why) if why else None
