"""Going over to a newer version in bulk: the plan two people have agreed on, and what has become of each case."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.columns import Id
from app.db import Base, new_id


class MigrationPlan(Base):
    """All running cases of older versions of a process, within the planner's divisions. No personal data in it."""

    __tablename__ = "migration_plan"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    key: Mapped[str]
    definition: Mapped[str] = mapped_column(ForeignKey("definition.digest"))
    """Digest of the version they go over to."""
    version: Mapped[int]
    mapping: Mapped[dict[str, Any]] = mapped_column(JSON)
    """Old node → new node, where they are not called alike."""
    divisions: Mapped[list[str]] = mapped_column(JSON)
    reason: Mapped[str]
    words: Mapped[list[str]] = mapped_column(JSON)
    planned_by: Mapped[str]
    planned_natural: Mapped[str]
    planned_at: Mapped[datetime]
    approved_by: Mapped[str | None]
    approved_at: Mapped[datetime | None]


class MigrationCase(Base):
    """What became of one case when its turn came. One that stayed is tried again when the plan is run again."""

    __tablename__ = "migration_case"

    plan_id: Mapped[str] = mapped_column(ForeignKey("migration_plan.id"), primary_key=True)
    instance_id: Mapped[str] = mapped_column(Id, ForeignKey("instance.id"), primary_key=True)
    moved: Mapped[bool]
    why: Mapped[str]
    """Why it stayed where it is; empty for one that moved."""
    at: Mapped[datetime]
