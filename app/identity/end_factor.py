"""An authenticator ends: its owner gave it up or took up another, or two administrators took it off the account."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from app.identity.factor_models import FactorOffer, SecondFactor
from app.identity.recovery_codes import forget_recovery_codes


def end_factor(session: Session, person_id: UUID, now: datetime) -> None:
    """Its seed is gone, its recovery codes and every offer too; that there was one stays in the row."""
    alive = SecondFactor.person_id == person_id, SecondFactor.ended_at.is_(None)
    session.execute(update(SecondFactor).where(*alive).values(ended_at=now, sealed=None))
    session.execute(delete(FactorOffer).where(FactorOffer.person_id == person_id))
    forget_recovery_codes(session, person_id)
