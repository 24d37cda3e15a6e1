"""Which working days and which parameters are in force: three columns that any statement of a command may carry.

Asked on their own they would cost two statements more for each command.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from app.calendar import versions
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


ASKED = select(*IN_FORCE)


def in_force(session: Session) -> InForce:
    with session.no_autoflush:  # no command on a case changes the registers
        return InForce(*session.execute(ASKED).one())
