"""What an officer has uploaded and not published: one bundle each, gone when it is published, replaced or put away."""

from datetime import datetime

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class Upload(Base):
    """`person_id` is the officer who sees it, and nobody else does."""

    __tablename__ = "upload"

    person_id: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    name: Mapped[str]
    """Of the file, as it was called on the officer's machine."""
    bundle: Mapped[bytes] = mapped_column(LargeBinary)
