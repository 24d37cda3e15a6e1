"""Submissions: what was answered, sealed, never changed; and blind tokens by which a case is found."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, new_id


class Submission(Base):
    __tablename__ = "submission"
    __table_args__: ClassVar = (Index("ix_submission_case_form", "case", "form", "at"),)

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    dossier_id: Mapped[str | None]
    case: Mapped[str]
    form: Mapped[str]
    form_digest: Mapped[bytes] = mapped_column(LargeBinary)
    answers: Mapped[bytes] = mapped_column(LargeBinary)
    by: Mapped[str]
    on_behalf_of: Mapped[str | None]
    at: Mapped[datetime]


class SearchToken(Base):
    __tablename__ = "search_token"

    case: Mapped[str] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(primary_key=True, index=True)
