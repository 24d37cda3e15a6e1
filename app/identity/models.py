"""Tables of people, what they may do and how they are known."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class Division(Base):
    """An administrative division under its prefix (2, 4, 6, 9 or 12 digits), with the days it is in force.

    `valid_to` is the last day; `replaced_by` the prefix that took its place. `is_functional`: a development zone or
    farm without a code of its own in GB/T 2260.
    """

    __tablename__ = "division"
    code: Mapped[str] = mapped_column(primary_key=True)
    level: Mapped[int]
    name: Mapped[str] = mapped_column(index=True)
    parent: Mapped[str | None] = mapped_column(index=True)
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    replaced_by: Mapped[str | None]
    is_functional: Mapped[bool] = mapped_column(default=False)


class Organisation(Base):
    """`kind`: civil, cwi, protection_unit, partner, supplier, village."""

    __tablename__ = "organisation"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    name: Mapped[str] = mapped_column(unique=True)
    uscc: Mapped[str | None] = mapped_column(unique=True)
    division: Mapped[str] = mapped_column(index=True)
    kind: Mapped[str]


class Person(Base):
    """An account. Two accounts of one human being share `natural_person`: they are one for separation of duties."""

    __tablename__ = "person"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    login: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    natural_person: Mapped[UUID] = mapped_column(index=True, default=uuid4)
    password_hash: Mapped[str]
    password_set_at: Mapped[datetime]
    active: Mapped[bool] = mapped_column(default=True)


class PastPassword(Base):
    """Hashes that may not be used again."""

    __tablename__ = "past_password"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    password_hash: Mapped[str]
    set_at: Mapped[datetime]


class RoleGrant(Base):
    """A role in a division, from the first to the last day. Without `approved_by` it has no effect (two persons)."""

    __tablename__ = "role_grant"
    __table_args__ = (Index("ix_role_grant_role_division", "role", "division"),)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[str]
    division: Mapped[str]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    granted_by: Mapped[UUID | None]
    granted_at: Mapped[datetime]
    approved_by: Mapped[UUID | None]
    approved_at: Mapped[datetime | None]


class Delegation(Base):
    """代理: `to_person` may do the tasks of `from_person` from the first to the last day, both in the record."""

    __tablename__ = "delegation"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    from_person: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    to_person: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    from_day: Mapped[date]
    to_day: Mapped[date]
    reason: Mapped[str]
    recorded_by: Mapped[UUID]
    recorded_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class SignInFailure(Base):
    """One failed attempt. Counted by login AND network, so that nobody can lock out a county (abuse case 29)."""

    __tablename__ = "sign_in_failure"
    __table_args__ = (Index("ix_sign_in_failure_login_network_at", "login", "network", "at"),)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    login: Mapped[str]
    network: Mapped[str]
    at: Mapped[datetime]


class SignInSession(Base):
    """A signed-in browser. Only a digest of its secret is kept; a revoked one never comes back."""

    __tablename__ = "sign_in_session"
    digest: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    network: Mapped[str]
    began_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    strong: Mapped[bool] = mapped_column(default=False, server_default=false())
    """A second factor was shown in it."""


class ApiToken(Base):
    """A bearer token, shown once. `scopes`: "read:<role>" or "write:<role>"; write includes read."""

    __tablename__ = "api_token"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    name: Mapped[str]
    digest: Mapped[str] = mapped_column(unique=True)
    scopes: Mapped[list[Any]] = mapped_column(JSON)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class SeparationSetting(Base):
    """The local separation rule switched off for one authority, approved from above, with a mark for the auditor."""

    __tablename__ = "separation_setting"
    __table_args__ = (UniqueConstraint("division", "from_day"),)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    division: Mapped[str] = mapped_column(index=True)
    from_day: Mapped[date]
    to_day: Mapped[date]
    reason: Mapped[str]
    mark: Mapped[str]
    asked_by: Mapped[UUID]
    asked_at: Mapped[datetime]
    approved_by: Mapped[UUID | None]
    approved_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
