"""The register of parameters and the number series, as they are stored."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class ParameterVersion(Base):
    """One value of one parameter: a draft until it has a `version`, then never altered.

    `head` chains the approved rows: SM3 over the head before and this row, so the newest names the whole register.
    """

    __tablename__ = "parameter_version"
    __table_args__ = (
        CheckConstraint("approved_by IS NULL OR approved_by <> entered_by OR seeded", "four_eyes"),
        Index(None, "code", "division"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    version: Mapped[int | None] = mapped_column(unique=True)
    head: Mapped[str | None]
    code: Mapped[str]
    division: Mapped[str] = mapped_column(default="")
    """The division (GB/T 2260 code) in which it applies, empty for everywhere."""
    value: Mapped[str]
    unit: Mapped[str]
    title: Mapped[str]
    source: Mapped[str]
    mark: Mapped[str]
    valid_from: Mapped[date]
    reason: Mapped[str]
    seeded: Mapped[bool] = mapped_column(default=False)
    entered_by: Mapped[str]
    entered_at: Mapped[datetime]
    approved_by: Mapped[str | None]
    approved_at: Mapped[datetime | None]
    declined_by: Mapped[str | None]
    declined_at: Mapped[datetime | None]
    declined_because: Mapped[str | None]

    @property
    def pending(self) -> bool:
        return self.version is None and self.declined_by is None


class NumberSeries(Base):
    """The last number issued by an authority in a series and year."""

    __tablename__ = "number_series"

    authority: Mapped[str] = mapped_column(primary_key=True)
    series: Mapped[str] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]


class VoidedNumber(Base):
    """作废号留痕: a number that was issued and is not used; it is never issued again."""

    __tablename__ = "voided_number"
    __table_args__ = (UniqueConstraint("authority", "series", "year", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    authority: Mapped[str]
    series: Mapped[str]
    year: Mapped[int]
    number: Mapped[int]
    reason: Mapped[str]
    voided_by: Mapped[str]
    voided_at: Mapped[datetime]
