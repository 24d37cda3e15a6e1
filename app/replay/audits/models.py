"""Where projects, samples and findings stand, for lists. The words stand on the chain of the project alone."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.columns import BY, Id
from app.db import Base, new_id

OPEN, CLOSED = "open", "closed"
RAISED, ANSWERED, RECTIFIED, SETTLED = "raised", "answered", "rectified", "settled"
"""A finding waits for the office's answer, for what it promised or for the auditor, for the auditor; or is settled."""


class AuditProject(Base):
    """`division` is the prefix that its population lies in; `population` as `Population.said`."""

    __tablename__ = "audit_project"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    title: Mapped[str]
    division: Mapped[str] = mapped_column(index=True)
    leader: Mapped[str] = mapped_column(BY)
    population: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[str]
    opened_at: Mapped[datetime]
    drawn_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]


class AuditSample(Base):
    """A case that was drawn; `place` is its rank among those of its stratum, from 1."""

    __tablename__ = "audit_sample"

    project_id: Mapped[str] = mapped_column(Id, ForeignKey("audit_project.id"), primary_key=True)
    case_id: Mapped[str] = mapped_column(Id, ForeignKey("instance.id"), primary_key=True)
    stratum: Mapped[str]
    place: Mapped[int]
    examined_at: Mapped[datetime | None]


class AuditFinding(Base):
    """疑点 `number` of a project, pinned to step `seq` of a case; `division` of that case answers it."""

    __tablename__ = "audit_finding"
    __table_args__ = (Index("ix_audit_finding_division", "division", "state"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    project_id: Mapped[str] = mapped_column(Id, ForeignKey("audit_project.id"), index=True)
    number: Mapped[int]
    case_id: Mapped[str] = mapped_column(Id, ForeignKey("instance.id"))
    seq: Mapped[int]
    division: Mapped[str]
    kind: Mapped[str]
    state: Mapped[str]
    promised_on: Mapped[date | None]
    """The day by which the office said that it will be put right."""
