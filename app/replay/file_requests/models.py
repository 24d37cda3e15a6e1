"""Where requests for files stand, for lists. What was asked stands on the chain of the request alone."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.columns import BY, Id
from app.db import Base, new_id

ASKED, APPROVED, DECLINED, MADE = "asked", "approved", "declined", "made"


class FileRequest(Base):
    """One request about one case. `paper` is the PDF as it was handed out, sealed (see `kept.py`)."""

    __tablename__ = "file_request"
    __table_args__ = (Index("ix_file_request_division", "division", "state"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(Id, ForeignKey("instance.id"), index=True)
    division: Mapped[str]
    """Of the case."""
    organisation: Mapped[str]
    """Id of the organisation that registered it: its own leader approves."""
    kind: Mapped[str]
    state: Mapped[str]
    received_on: Mapped[date]
    due_on: Mapped[date]
    asked_by: Mapped[str] = mapped_column(BY)
    asked_at: Mapped[datetime]
    decided_by: Mapped[str | None] = mapped_column(BY)
    decided_at: Mapped[datetime | None]
    made_by: Mapped[str | None] = mapped_column(BY)
    made_at: Mapped[datetime | None]
    paper: Mapped[bytes | None] = mapped_column(LargeBinary)
    sm3: Mapped[str | None]
    sha256: Mapped[str | None]
    """Of the PDF, 64 hex digits each."""
