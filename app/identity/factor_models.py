"""Tables of the second factor at signing in."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base

ALIVE = text("ended_at IS NULL")


class SecondFactor(Base):
    """The authenticator of one person, confirmed by a code. Rows stay as evidence; `sealed` goes when one ends.

    `last_step`: the newest step whose code was taken, so that no code is taken twice (RFC 6238 5.2).
    """

    __tablename__ = "second_factor"
    __table_args__ = (
        Index("uq_second_factor_alive", "person_id", unique=True, sqlite_where=ALIVE, postgresql_where=ALIVE),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    last_step: Mapped[int] = mapped_column(BigInteger)
    confirmed_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class FactorOffer(Base):
    """A seed shown to one browser and not confirmed yet. Bound to its session: no other browser sees or confirms it."""

    __tablename__ = "factor_offer"
    session_digest: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[datetime]


class RecoveryCode(Base):
    """One of ten codes for the day the phone is gone. Only a digest is kept; `used_at`: it opens nothing any more."""

    __tablename__ = "recovery_code"
    __table_args__ = (Index("ix_recovery_code_person_digest", "person_id", "digest"),)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    digest: Mapped[str]
    used_at: Mapped[datetime | None]


class HalfSession(Base):
    """A browser whose password was right and whose second factor is not shown yet. It stands in a table of its own, so
    nothing that looks for a signed-in browser can find it."""

    __tablename__ = "half_session"
    digest: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    network: Mapped[str]
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class FactorReset(Base):
    """An authenticator to be taken off an account whose owner lost it. Without `approved_by` nothing happened."""

    __tablename__ = "factor_reset"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    factor_id: Mapped[UUID] = mapped_column(ForeignKey("second_factor.id"), index=True)
    reason: Mapped[str]
    asked_by: Mapped[UUID]
    asked_at: Mapped[datetime]
    approved_by: Mapped[UUID | None]
    approved_at: Mapped[datetime | None]
