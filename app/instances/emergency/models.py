"""Requests to read a case in an emergency, and which auditor was told. Columns are filled in once and never changed."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.columns import BY, Id
from app.db import Base, new_id


class EmergencySight(Base):
    """One request. Where it stands follows from what is filled in and from the time (`standing.py`): no column says it."""

    __tablename__ = "emergency_sight"
    __table_args__ = (
        Index("ix_emergency_sight_case", "case_id", "asked_by"),
        Index("ix_emergency_sight_division", "division", "asked_at"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(Id, ForeignKey("instance.id"))
    division: Mapped[str]
    """Of the case."""
    hours: Mapped[int]
    reason: Mapped[str]
    """As a stated purpose is kept (`access_look.purpose`); the page asks for no name in it."""
    asked_by: Mapped[str] = mapped_column(BY)
    asked_at: Mapped[datetime]
    approved: Mapped[bool | None]
    decided_by: Mapped[str | None] = mapped_column(BY)
    decided_at: Mapped[datetime | None]
    until: Mapped[datetime | None]
    """Set by the approval; the instant itself is no longer inside."""
    ended_by: Mapped[str | None] = mapped_column(BY)
    ended_at: Mapped[datetime | None]
    """Ended earlier, or taken back before it was decided."""


class EmergencyNotice(Base):
    """An auditor who was told when it was approved."""

    __tablename__ = "emergency_notice"
    __table_args__ = (Index("ix_emergency_notice_person", "person_id", "read_at"),)

    emergency_id: Mapped[str] = mapped_column(Id, ForeignKey("emergency_sight.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(BY, primary_key=True)
    read_at: Mapped[datetime | None]
