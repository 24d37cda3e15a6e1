"""Opening a case for replay: auditors only, inside their mandate, with a stated purpose."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.errors import not_found
from app.history.data_keys import data_key_of
from app.history.read import RecordedEvent, read_events
from app.identity.actor import Actor
from app.identity.roles import AUDITOR
from app.instances.case import Case
from app.instances.look_at_case import Seen, look_at_case
from app.instances.read_case import read_case
from app.instances.surroundings import Surroundings


@dataclass(frozen=True)
class Recording:
    """A case with its whole chain, and why the reader opened it. `hidden_from`: the first entry of which something was
    taken out for this reader."""

    case: Case
    events: list[RecordedEvent]
    purpose: str
    hidden_from: int | None = None


def may_replay(by: Actor) -> bool:
    return AUDITOR in by.roles


def replayable(session: Session, instance_id: str, *, by: Actor, now: datetime) -> Seen:
    """The case for an auditor of its division, whether or not its content can be read.

    Raises:
        Refusal: `not_found` (404); `purpose_needed` (403).
    """
    if not may_replay(by):
        raise not_found()
    return look_at_case(session, instance_id, by=by, now=now)


def open_replay(session: Session, around: Surroundings, instance_id: str, *, by: Actor, now: datetime) -> Recording:
    """The recording of one case.

    Raises:
        Refusal: `not_found` (404), for everybody but auditors of its division; `purpose_needed` (403);
            `content_destroyed` (410); `record_broken` (500).
    """
    seen = replayable(session, instance_id, by=by, now=now)
    data_key_of(session, vault=around.vault, case=seen.row.id)  # says when it was destroyed
    case = read_case(session, around, seen.row, now=now)
    return Recording(case, read_events(session, around.vault, case.row.id), seen.purpose)
