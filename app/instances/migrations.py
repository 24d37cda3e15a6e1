"""Going over to a newer version in bulk: the plan two people have agreed on, and what has become of each case."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.columns import Id
from app.db import Base, new_id

TRY_MIGRATION, RUN_MIGRATION = "try_migration", "run_migration"
"""The long work of a plan, by its id: trying it on every case, and carrying it out."""


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
    declined_by: Mapped[str | None]
    declined_at: Mapped[datetime | None]
    declined_why: Mapped[str | None]

    @property
    def settled(self) -> bool:
        return self.approved_at is not None or self.declined_at is not None


class MigrationTrial(Base):
    """What would become of one case, as it stood at `at`: the dry run."""

    __tablename__ = "migration_trial"

    plan_id: Mapped[str] = mapped_column(ForeignKey("migration_plan.id"), primary_key=True)
    instance_id: Mapped[str] = mapped_column(Id, ForeignKey("instance.id"), primary_key=True)
    why: Mapped[str]
    """Why it would stay where it is; empty for one that would move."""
    at: Mapped[datetime]


class MigrationCase(Base):
    """What became of one case when its turn came. One that stayed is tried again when the plan is run again."""

    __tablename__ = "migration_case"

    plan_id: Mapped[str] = mapped_column(ForeignKey("migration_plan.id"), primary_key=True)
    instance_id: Mapped[str] = mapped_column(Id, ForeignKey("instance.id"), primary_key=True)
    moved: Mapped[bool]
    why: Mapped[str]
    """Why it stayed where it is; empty for one that moved."""
    at: Mapped[datetime]
