"""What a person was allowed to on a past day: the grants in force then, and whom they stood in for."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import legal_day
from app.identity.actor import in_force
from app.identity.division_lookup import full_name
from app.identity.divisions import covers
from app.identity.models import Delegation, RoleGrant
from app.identity.roles import named_roles, role_name


@dataclass(frozen=True)
class Rights:
    """`held`: 审查（隆安县）…; `fits`: whether one of them was the post the step asked for there; None where the step asked
    for none."""

    held: tuple[str, ...]
    fits: bool | None
    delegated: bool = False
    """Whether a 代理 of that day covers the one acted for."""


def rights_then(
    session: Session, person: str, behalf: str, at: datetime, *, role: str = "", division: str = ""
) -> Rights:
    """The grants of the one whose post counted: the person's own, or those of the one they stood in for."""
    day, holder = legal_day(at), UUID(behalf or person)
    rows = session.execute(
        select(RoleGrant.role, RoleGrant.division, RoleGrant.approved_at)
        .where(RoleGrant.person_id == holder, in_force(day))
        .order_by(RoleGrant.role, RoleGrant.division)
    ).all()
    asked = named_roles([role]) if role else frozenset()
    fits = any(row.role in asked and covers(row.division, division) for row in rows) if asked else None
    held = tuple(
        f"{role_name(row.role)}（{full_name(session, row.division)}）{_afterwards(row.approved_at, at)}" for row in rows
    )
    return Rights(held, fits, bool(behalf) and _stood_in(session, person, behalf, at))


def _afterwards(approved: datetime | None, at: datetime) -> str:
    """A grant that was approved only later counts for its days, but an auditor must see it."""
    return f"（{legal_day(approved)} 事后批准）" if approved and approved > at else ""


def _stood_in(session: Session, person: str, behalf: str, at: datetime) -> bool:
    day = legal_day(at)
    return (
        session.scalar(
            select(Delegation.id)
            .where(
                Delegation.from_person == UUID(behalf),
                Delegation.to_person == UUID(person),
                Delegation.from_day <= day,
                Delegation.to_day >= day,
                Delegation.recorded_at <= at,
                (Delegation.ended_at.is_(None)) | (Delegation.ended_at > at),
            )
            .limit(1)
        )
        is not None
    )
