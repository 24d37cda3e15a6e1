"""Signing out: the session is revoked on the server, so a kept cookie opens nothing."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.identity.half_sessions import end_half
from app.identity.sessions import revoke_session


def sign_out(session: Session, secret: str, now: datetime) -> None:
    revoke_session(session, secret, now)
    end_half(session, secret, now)
