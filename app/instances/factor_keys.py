"""The data key under which the authenticator's seed of one person is sealed."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.history.data_keys import data_key_of, open_case
from app.identity.models import Person
from app.instances.surroundings import Surroundings
from app.vault.sealer import KeySealer, Sealer

KEYS = "sys/factors"


def factor_sealer(session: Session, around: Surroundings, person_id: UUID) -> Sealer:
    """Seals and opens; for an act, in its transaction. The key is made at first need: the person's row is locked, so that
    of two browsers at once only one makes it."""
    session.execute(select(Person.id).where(Person.id == person_id).with_for_update())
    return factor_opener(session, around, person_id) or KeySealer(
        around.vault, open_case(session, vault=around.vault, case=KEYS, subject=str(person_id))
    )


def factor_opener(session: Session, around: Surroundings, person_id: UUID) -> Sealer | None:
    """Opens only, and locks nothing; None where nothing was ever sealed."""
    key = data_key_of(session, vault=around.vault, case=KEYS, subject=str(person_id))
    return KeySealer(around.vault, key) if key else None
