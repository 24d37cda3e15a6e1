"""A case that another case set off: 线索移送 and the like. Nobody signed in starts it, so the chain names no actor."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from app.engine.model import FactValue
from app.instances.apply import apply
from app.instances.finish import finish
from app.instances.models import Instance
from app.instances.start import first_facts, new_case
from app.instances.surroundings import Surroundings


def start_by_machine(
    session: Session,
    around: Surroundings,
    key: str,
    *,
    instance_id: str,
    division: str,
    facts: Mapping[str, FactValue],
    now: datetime,
) -> Instance:
    """Start a case under an id given beforehand; when it exists already, nothing happens (rule 15)."""
    existing = session.get(Instance, instance_id)
    if existing is not None:
        return existing
    case = new_case(session, around, key, instance_id=instance_id, division=division, now=now)
    session.flush()
    apply(case, "started", facts=first_facts(case) | dict(facts), dedupe="start")
    finish(case)
    return case.row
