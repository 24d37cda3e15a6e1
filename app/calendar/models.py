"""Versions of the working days: each stored whole, with its digest, who wrote it and who approved."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class WorkingDaysVersion(Base):
    """A draft until it has a `version`; then in force, and never altered. Version 1 is the seed."""

    __tablename__ = "working_days_version"
    __table_args__ = (CheckConstraint("approved_by IS NULL OR approved_by <> edited_by OR version = 1", "four_eyes"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    version: Mapped[int | None] = mapped_column(unique=True)
    year: Mapped[int | None]
    """The year whose table this version replaces; None for the seed."""
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    """All years, as `WorkingDays.to_wire`."""
    digest: Mapped[str] = mapped_column(index=True)
    base: Mapped[str]
    """Digest of the version it was written upon."""
    reason: Mapped[str]
    source: Mapped[str]
    """The notice: 国办发明电〔2025〕7号."""
    edited_by: Mapped[str]
    edited_at: Mapped[datetime]
    approved_by: Mapped[str | None]
    approved_at: Mapped[datetime | None]
    declined_by: Mapped[str | None]
    declined_at: Mapped[datetime | None]
    declined_because: Mapped[str | None]

    @property
    def pending(self) -> bool:
        return self.version is None and self.declined_by is None
