"""Which working days, parameters and versions are in force: columns that any statement of a command may carry.

Asked on their own they would cost two statements more for each command.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from app.calendar import versions
from app.catalogue.latest import VERSIONS, versions_of
from app.parameters import register
from app.parameters.models import ParameterVersion

IN_FORCE: tuple[ColumnElement[Any], ...] = (
    versions.NEWEST.scalar_subquery(),
    register.NEWEST.with_only_columns(ParameterVersion.version).scalar_subquery(),
    register.NEWEST.with_only_columns(ParameterVersion.head).scalar_subquery(),
)


@dataclass(frozen=True)
class InForce:
    """The values of `IN_FORCE`; None where nothing is approved yet."""

    days: str | None
    parameters: int | None
    head: str | None


@dataclass(frozen=True)
class Known:
    """What a list is reckoned with: the working days in force, and the digests of all versions ever published."""

    days: str | None
    versions: tuple[str, ...]


ASKED = select(*IN_FORCE)
KNOWN = select(IN_FORCE[0], VERSIONS)


def in_force(session: Session) -> InForce:
    with session.no_autoflush:  # no command on a case changes the registers
        return InForce(*session.execute(ASKED).one())


def known(session: Session) -> Known:
    days, found = session.execute(KNOWN).one()
    return Known(days, versions_of(found))
