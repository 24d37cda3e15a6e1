"""What people were told: one row for each warning and person, read or not."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.columns import PERSON, Id
from app.db import Base, new_id


class Reminder(Base):
    """`content` is what the words are made of: figures and dates of a clock, nothing of anybody's answers."""

    __tablename__ = "reminder"
    __table_args__ = (UniqueConstraint("warning_id", "person_id"), Index("ix_reminder_person", "person_id", "at"))

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    warning_id: Mapped[str] = mapped_column(ForeignKey("clock_warning.id"))
    instance_id: Mapped[str] = mapped_column(Id, ForeignKey("instance.id"))
    person_id: Mapped[str] = mapped_column(PERSON)
    at: Mapped[datetime]
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    read_at: Mapped[datetime | None]
    read_by: Mapped[str | None] = mapped_column(PERSON)
    """The person, or who stood in for them."""
