"""Acts that one person plans and another approves: the row between the two."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from app.columns import Id
from app.db import Base, new_id


class PlannedAct(Base):
    """What an administrator means to do to one case. Nothing of it has happened before `approved_at`."""

    __tablename__ = "planned_act"
    __table_args__ = (
        Index(
            "ix_planned_act_open", "planned_at", postgresql_where=text("approved_at IS NULL AND declined_at IS NULL")
        ),
        Index("ix_planned_act_instance", "instance_id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    instance_id: Mapped[str] = mapped_column(Id, ForeignKey("instance.id"))
    what: Mapped[str]
    """reposition | correct | discard"""
    incident_id: Mapped[str | None]
    """The incident it is to end."""
    content: Mapped[bytes] = mapped_column(LargeBinary)
    """Sealed: what is to be done, the reason, and the words in which both read it."""
    planned_by: Mapped[str]
    planned_natural: Mapped[str]
    planned_at: Mapped[datetime]
    approved_by: Mapped[str | None]
    approved_at: Mapped[datetime | None]
    declined_by: Mapped[str | None]
    declined_at: Mapped[datetime | None]

    @property
    def settled(self) -> bool:
        return self.approved_at is not None or self.declined_at is not None
