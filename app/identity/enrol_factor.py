"""A person takes up an authenticator: a seed is offered to one browser, and a code of the phone confirms it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.errors import Refusal
from app.identity.end_factor import end_factor
from app.identity.factor_models import FactorOffer, SecondFactor
from app.identity.models import Person
from app.identity.recovery_codes import new_recovery_codes
from app.identity.second_factor import digits
from app.identity.secrets import digest
from app.identity.totp import matching_step, new_seed
from app.vault.sealer import Sealer

VALID = timedelta(minutes=30)
"""How long an offer may be confirmed."""


def offer_factor(session: Session, person_id: UUID, secret: str, sealer: Sealer, now: datetime) -> None:
    """Offer a new seed to the browser with this (half or whole) session; a former offer to it is void."""
    mark = digest(secret)
    session.execute(delete(FactorOffer).where(FactorOffer.session_digest == mark))
    sealed = sealer.seal(new_seed(), "factor_offer.sealed", mark)
    session.add(FactorOffer(session_digest=mark, person_id=person_id, sealed=sealed, made_at=now))
    session.flush()


def has_offer(session: Session, person_id: UUID, secret: str, now: datetime) -> bool:
    return _offer(session, person_id, secret, now) is not None


def offered_seed(session: Session, person_id: UUID, secret: str, sealer: Sealer, now: datetime) -> bytes:
    """The seed offered to this browser.

    Raises:
        Refusal: `factor_not_offered` (409): none, too old, or confirmed already.
    """
    offer = _offer(session, person_id, secret, now)
    if offer is None:
        raise Refusal("factor_not_offered", 409)
    return sealer.open(offer.sealed, "factor_offer.sealed", offer.session_digest)


def confirm_factor(
    session: Session, person_id: UUID, secret: str, code: str, sealer: Sealer, now: datetime
) -> Sequence[str]:
    """Take the offered seed into use, in place of a former authenticator; gives ten recovery codes, this once.

    The door signs out every browser of the account and gives this one a new session.

    Raises:
        Refusal: `factor_not_offered` (409), `code_not_confirmed` (422).
    """
    session.execute(select(Person.id).where(Person.id == person_id).with_for_update())
    seed = offered_seed(session, person_id, secret, sealer, now)
    step = matching_step(seed, digits(code), now)
    if step is None:
        raise Refusal("code_not_confirmed")
    end_factor(session, person_id, now)
    factor = SecondFactor(person_id=person_id, sealed=b"", last_step=step, confirmed_at=now)
    session.add(factor)
    session.flush()
    factor.sealed = sealer.seal(seed, "second_factor.sealed", str(factor.id))
    return new_recovery_codes(session, person_id)


def _offer(session: Session, person_id: UUID, secret: str, now: datetime) -> FactorOffer | None:
    return session.scalar(
        select(FactorOffer).where(
            FactorOffer.session_digest == digest(secret),
            FactorOffer.person_id == person_id,
            FactorOffer.made_at > now - VALID,
        )
    )
