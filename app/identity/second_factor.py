"""The authenticator of a person: whether there is one, and whether what was typed shows that it is at hand.

A wrong code is an answer, not an exception: raising would roll back the very record that locks a guesser out.
"""

import unicodedata
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from app.errors import Refusal
from app.identity.factor_models import SecondFactor
from app.identity.lock_out import WINDOW, locked, record_failure
from app.identity.models import SignInFailure
from app.identity.recovery_codes import spend_recovery_code
from app.identity.totp import DIGITS, matching_step
from app.vault.sealer import Sealer

CODES = "codes"
"""Stands for a network among the failures: wrong codes of one account, wherever they come from."""
MOST_WRONG = 10
WITHIN = timedelta(hours=24)
"""Three of a million codes are right at any moment: ten tries a day find one in a century. Only who knows the password
comes so far, so counting by account alone shuts out no stranger's victim (abuse case 29)."""


@dataclass(frozen=True)
class Shown:
    """What was typed: a code of the phone, or else a recovery code. `network`: from where."""

    code: str = field(repr=False)
    recovery: str = field(repr=False)
    network: str


def factor_of(session: Session, person_id: UUID) -> SecondFactor | None:
    """The authenticator in use."""
    return session.scalar(select(SecondFactor).where(_alive(person_id)))


def has_factor(session: Session, person_id: UUID) -> bool:
    return session.scalar(select(SecondFactor.id).where(_alive(person_id))) is not None


def check_factor(
    session: Session, person_id: UUID, login: str, shown: Shown, sealer: Sealer, now: datetime
) -> Refusal | None:
    """Take a code or a recovery code; None when it was right. Wrong ones count towards the lock-out of the sign-in.

    The row stays locked until the transaction ends, so guesses sent at once are counted one after another, and of one
    code sent twice at once one is refused.
    """
    factor = session.scalar(
        select(SecondFactor).where(_alive(person_id)).with_for_update().execution_options(populate_existing=True)
    )
    if locked(session, login, shown.network, now):
        return Refusal("code_locked", 429, {"minutes": int(WINDOW.total_seconds() // 60)})
    if _guessed(session, login, now) >= MOST_WRONG:
        return Refusal("code_locked_a_day", 429, {"most": MOST_WRONG})
    if factor is not None and _right(session, factor, shown, sealer, now):
        return None
    record_failure(session, login, shown.network, now)
    record_failure(session, login, CODES, now)
    return Refusal("recovery_code_refused", 401) if shown.recovery else Refusal("code_refused", 401)


def digits(typed: str) -> str:
    """A code as typed or pasted: spaces and full width do not matter."""
    return "".join(unicodedata.normalize("NFKC", typed[:40]).split())


def open_seed(sealer: Sealer, factor: SecondFactor) -> bytes:
    """Raises SealBroken: the row was altered, or is another person's."""
    return sealer.open(factor.sealed or b"", "second_factor.sealed", str(factor.id))


def _right(session: Session, factor: SecondFactor, shown: Shown, sealer: Sealer, now: datetime) -> bool:
    if shown.recovery:
        return spend_recovery_code(session, factor.person_id, shown.recovery[:60], now)
    code = digits(shown.code)
    step = matching_step(open_seed(sealer, factor), code, now) if len(code) == DIGITS else None
    if step is None or step <= factor.last_step:
        return False
    factor.last_step = step
    return True


def _guessed(session: Session, login: str, now: datetime) -> int:
    lately = SignInFailure.login == login, SignInFailure.network == CODES, SignInFailure.at > now - WITHIN
    return session.scalar(select(func.count()).select_from(SignInFailure).where(*lately)) or 0


def _alive(person_id: UUID) -> ColumnElement[bool]:
    return and_(SecondFactor.person_id == person_id, SecondFactor.ended_at.is_(None))
