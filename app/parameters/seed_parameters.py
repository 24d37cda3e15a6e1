"""Put the limits of a process bundle into the register where it has none; what staff have set stays."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.parameters.models import ParameterVersion
from app.parameters.set_parameter import append, refuse_malformed

BEGINNING = date(1949, 10, 1)
"""Seeds apply to every case day, however early."""


@dataclass(frozen=True)
class Seeded:
    """Codes put in, and codes that the register holds with another value, unit or mark than the bundle says."""

    inserted: tuple[str, ...]
    differing: tuple[str, ...]


def seed_parameters(session: Session, limits: Mapping[str, Mapping[str, Any]], *, by: str, at: datetime) -> Seeded:
    """`[limits]` of process.toml: value, unit, source, mark, and a title if there is one.

    Args:
        by: who publishes the bundle; publishing has its own four eyes.

    Raises:
        Refusal: `parameter_malformed` with the fields that are wrong.
    """
    inserted, differing = [], []
    for code, limit in limits.items():
        row = _row(code, limit, by, at)
        refuse_malformed(row)
        known = _known(session, code)
        if known is None:
            append(session, row)
            inserted.append(code)
        elif (known.value, known.unit, known.mark) != (row.value, row.unit, row.mark):
            differing.append(code)
    return Seeded(tuple(inserted), tuple(differing))


def _row(code: str, limit: Mapping[str, Any], by: str, at: datetime) -> ParameterVersion:
    return ParameterVersion(
        code=code,
        division="",
        value=str(limit.get("value", "")),
        unit=str(limit.get("unit", "")),
        title=str(limit.get("title") or code),
        source=str(limit.get("source", "")).strip(),
        mark=str(limit.get("mark", "")),
        valid_from=BEGINNING,
        reason="流程包初始值",
        seeded=True,
        entered_by=by,
        entered_at=at,
        approved_by=by,
        approved_at=at,
    )


def _known(session: Session, code: str) -> ParameterVersion | None:
    same = select(ParameterVersion).where(
        ParameterVersion.code == code, ParameterVersion.division == "", ParameterVersion.version.is_not(None)
    )
    return session.scalars(same.order_by(ParameterVersion.version.desc()).limit(1)).first()
