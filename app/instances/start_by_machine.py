"""A case that another case set off: 线索移送 and the like. Nobody signed in starts it, so the chain names no actor."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from app.engine.model import FactValue
from app.instances.apply import apply
from app.instances.case import Case
from app.instances.finish import finish
from app.instances.keep_answers import refresh_subject
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
    if _known_from_the_start(case):
        refresh_subject(case)
    finish(case)
    return case.row


def _known_from_the_start(case: Case) -> bool:
    """Whether the process says by facts alone whom it is about: then no form has to be waited for."""
    sources = case.published.settings.subject.values()
    return bool(sources) and all(source.startswith("facts.") for source in sources)
