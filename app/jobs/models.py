"""Long work in chunks: what is to be done, how far it is, who has it."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, new_id


class Job(Base):
    """`name` is found in the table the worker was given; `subject` is an id, never data."""

    __tablename__ = "job"
    __table_args__ = (
        UniqueConstraint("name", "subject"),
        Index("ix_job_open", "created_at", postgresql_where=text("done_at IS NULL")),
    )

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str]
    subject: Mapped[str]
    cursor: Mapped[str | None]
    """Where the next chunk begins; None before the first."""
    created_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    """Failures since the last chunk that went well."""
    last_error: Mapped[str | None]
    done_at: Mapped[datetime | None]


class Worker(Base):
    """A worker process that carries errands, while it lives and until the others have taken what it left."""

    __tablename__ = "worker"

    id: Mapped[str] = mapped_column(primary_key=True)
    seen_at: Mapped[datetime]
