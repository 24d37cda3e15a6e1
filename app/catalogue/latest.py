"""Which version of a process a new case gets."""

from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from app.catalogue.models import Definition
from app.errors import Refusal


def latest_digest(session: Session, key: str) -> str:
    """Digest of the newest published version.

    Raises:
        Refusal: `definition_unknown` (404).
    """
    digest = session.scalar(
        select(Definition.digest).where(Definition.key == key).order_by(Definition.version.desc()).limit(1)
    )
    if digest is None:
        raise Refusal("definition_unknown", 404, {"key": key})
    return digest


VERSIONS: ColumnElement[Any] = select(func.aggregate_strings(Definition.digest, ",")).scalar_subquery()
"""Digests of everything that was ever published, as `a,b,c`: a column that any statement may carry; None for nothing."""


def versions_of(column: str | None) -> tuple[str, ...]:
    """The digests of `VERSIONS`, in the order that makes the same statement of the same digests."""
    return tuple(sorted(column.split(","))) if column else ()
