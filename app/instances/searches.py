"""Searching is a look as well: each one is written down, counted by person and day, and found again by its id.

An address with a name in it would stay in browsers and proxies, so the page of what was found carries the id of the
search instead (abuse case 23). What was typed is sealed under a key of the person who typed it.
"""

from datetime import datetime, time, timedelta

from sqlalchemy import Index, LargeBinary, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.clock import SHANGHAI, legal_day
from app.db import Base, new_id
from app.errors import Refusal, not_found
from app.history.data_keys import data_key_of, open_case
from app.identity.actor import Actor
from app.identity.plain_text import plain
from app.instances.surroundings import Surroundings
from app.vault.sealer import KeySealer

MOST = 300
"""Searches of one person on one day; who looks for more goes through a list, not through names."""
LONGEST = 60
"""Characters."""
VALID = timedelta(hours=12)
"""How long the page of a search can be asked for again: one day's work."""
KEYS = "sys/searches"


class CaseSearch(Base):
    """One search. Rows are only ever added; `text` is sealed."""

    __tablename__ = "case_search"
    __table_args__ = (Index("ix_case_search_person_at", "person_id", "at"),)

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[str]
    at: Mapped[datetime]
    network: Mapped[str]
    text: Mapped[bytes] = mapped_column(LargeBinary)


def record_search(session: Session, around: Surroundings, text: str, *, by: Actor, network: str, now: datetime) -> str:
    """Write the search down; gives its id.

    Raises:
        Refusal: `search_too_often` (429).
    """
    midnight = datetime.combine(legal_day(now), time(), SHANGHAI)
    today = select(func.count()).where(CaseSearch.person_id == by.id, CaseSearch.at >= midnight)
    if (session.scalar(today) or 0) >= MOST:
        raise Refusal("search_too_often", 429, {"most": MOST})
    row = CaseSearch(id=new_id(), person_id=by.id, at=now, network=network)
    row.text = _sealer(session, around, by.id).seal(plain(text, LONGEST).encode(), "case_search.text", row.id)
    session.add(row)
    return row.id


def searched(session: Session, around: Surroundings, search_id: str, *, by: Actor, now: datetime) -> str:
    """What this person typed.

    Raises:
        Refusal: `not_found` (404), also for the search of somebody else and for one of an earlier day.
    """
    row = session.get(CaseSearch, search_id)
    if row is None or row.person_id != by.id or row.at <= now - VALID:
        raise not_found()
    return _sealer(session, around, by.id).open(row.text, "case_search.text", row.id).decode()


def _sealer(session: Session, around: Surroundings, person_id: str) -> KeySealer:
    key = data_key_of(session, vault=around.vault, case=KEYS, subject=person_id)
    return KeySealer(around.vault, key or open_case(session, vault=around.vault, case=KEYS, subject=person_id))
