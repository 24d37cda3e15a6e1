"""Too many failures of one login from one network: that pair waits, nobody else does (abuse case 29)."""

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.identity.models import SignInFailure

FAILURES = 5
WINDOW = timedelta(minutes=15)
KEPT = timedelta(days=185)
"""At least six months (网络安全法, 留存网络日志不少于六个月)."""


def locked(session: Session, login: str, network: str, now: datetime) -> bool:
    """Whether this login has failed too often from this network within the last quarter of an hour."""
    count = session.scalar(
        select(func.count())
        .select_from(SignInFailure)
        .where(SignInFailure.login == login, SignInFailure.network == network, SignInFailure.at > now - WINDOW)
    )
    return (count or 0) >= FAILURES


def record_failure(session: Session, login: str, network: str, now: datetime) -> None:
    session.add(SignInFailure(login=login, network=network, at=now))


def forget_old_failures(session: Session, now: datetime) -> None:
    session.execute(delete(SignInFailure).where(SignInFailure.at < now - KEPT))
