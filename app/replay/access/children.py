"""Finding a child's files in the access record by the whole name: only with a purpose, and the search is itself a look.

What was typed is sealed with the searches (`searches.py`) and stands in no address (abuse case 23).
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.dossiers.index_subject import cases_called
from app.errors import Refusal
from app.identity.actor import Actor
from app.identity.plain_text import plain
from app.instances.find import SHORTEST as SHORTEST_NAME
from app.instances.find import inside
from app.instances.looks import LONGEST, SHORTEST, Look, record_look
from app.instances.models import Instance
from app.instances.searches import record_search, searched
from app.instances.surroundings import Surroundings
from app.replay.mandate import mandate_of

SEARCHED = "search"
"""Field group of the access record: the case was found by somebody who asked for a child's looks."""
PLACE = "sys/looks"
"""Stands for the case where none was found."""


def ask_for_child(
    session: Session, around: Surroundings, name: str, *, by: Actor, purpose: str, network: str, now: datetime
) -> str:
    """Write down who asks for whom and why, at every case that is found; gives the id of the search.

    Raises:
        Refusal: `not_found` (404) for who is no auditor; `looks_purpose`, `looks_name` (422); `search_too_often` (429).
    """
    mandate, why = mandate_of(by), plain(purpose, LONGEST)
    if len(why) < SHORTEST:
        raise Refusal("looks_purpose", 422, {"shortest": SHORTEST})
    if len(name.strip()) < SHORTEST_NAME:
        raise Refusal("looks_name", 422)
    found = record_search(session, around, name, by=by, network=network, now=now)
    for case in _cases(session, around, name, mandate) or (PLACE,):
        record_look(session, Look(by.id, case, now, SEARCHED, network, purpose=why))
    return found


def child_asked_for(
    session: Session, around: Surroundings, search_id: str, *, by: Actor, now: datetime
) -> tuple[str, tuple[str, ...]]:
    """The name that was typed, and the cases it found inside the mandate.

    Raises:
        Refusal: `not_found` (404), also for the search of somebody else and for one of an earlier day.
    """
    mandate = mandate_of(by)
    name = searched(session, around, search_id, by=by, now=now)
    return name, _cases(session, around, name, mandate)


def _cases(session: Session, around: Surroundings, name: str, mandate: Sequence[str]) -> tuple[str, ...]:
    found = cases_called(name, index=around.vault.blind_index)
    return tuple(session.scalars(select(Instance.id).where(Instance.id.in_(found), inside(Instance.division, mandate))))
