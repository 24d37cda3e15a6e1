"""Ten codes for the day the phone is gone: eighty random bits each, shown once, used once, kept as digests."""

import unicodedata
from collections.abc import Sequence
from datetime import datetime
from secrets import token_bytes
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from app.identity.factor_models import RecoveryCode
from app.identity.secrets import digest
from app.identity.totp import written_seed

HOW_MANY = 10
CODE_BYTES = 10
"""Sixteen letters of base32."""


def in_fours(text: str) -> str:
    """Groups of four, as they are read aloud and typed."""
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def new_recovery_codes(session: Session, person_id: UUID) -> Sequence[str]:
    """Ten new codes in groups of four, returned this once; the former ones open nothing any more."""
    forget_recovery_codes(session, person_id)
    codes = [written_seed(token_bytes(CODE_BYTES)) for _ in range(HOW_MANY)]
    session.add_all(RecoveryCode(person_id=person_id, digest=digest(code)) for code in codes)
    session.flush()
    return [in_fours(code) for code in codes]


def spend_recovery_code(session: Session, person_id: UUID, typed: str, now: datetime) -> bool:
    """Whether this is an unused code of the person; it is used from now on. One statement, so no code is taken twice."""
    spent = session.execute(
        update(RecoveryCode)
        .where(
            RecoveryCode.person_id == person_id,
            RecoveryCode.digest == digest(_letters(typed)),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=now)
        .returning(RecoveryCode.id)
    ).first()
    return spent is not None


def unused_codes(session: Session, person_id: UUID) -> int:
    unused = RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None)
    return session.scalar(select(func.count()).select_from(RecoveryCode).where(*unused)) or 0


def forget_recovery_codes(session: Session, person_id: UUID) -> None:
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person_id))


def _letters(typed: str) -> str:
    """As it was written down: full width, small letters, spaces and hyphens do not matter. Base32 has neither 0 nor 1."""
    letters = unicodedata.normalize("NFKC", typed).upper().replace("0", "O").replace("1", "I")
    return "".join(c for c in letters if c.isalnum())
