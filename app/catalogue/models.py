"""Published versions. A row is never changed; what is live is the newest row of a key."""

from datetime import datetime

from sqlalchemy import Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class Definition(Base):
    """One published version: the closure's bytes under their digest."""

    __tablename__ = "definition"
    __table_args__ = (
        UniqueConstraint("key", "version"),
        Index("ix_definition_key_version", "key", "version"),
    )

    digest: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str]
    version: Mapped[int]
    title: Mapped[str]
    bundle: Mapped[bytes] = mapped_column(LargeBinary)
    published_at: Mapped[datetime]
    published_by: Mapped[str]
    approved_by: Mapped[str | None]
    """The second person; None where four eyes are switched off."""
