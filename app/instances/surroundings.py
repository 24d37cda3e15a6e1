"""What every act needs besides its arguments: keys, the log's name, working days and limits in force.

Built once by `wiring` and handed down by a door or the worker loop; nothing in it is a case or a person.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from app.calendar.working_days import WorkingDays
from app.history.signing import Signer
from app.parameters.register import Register
from app.vault import Vault


@dataclass(frozen=True)
class Surroundings:
    """`days` and `register` are asked per command, with what the database names as newest (`in_force`): both are
    versioned and may change between two commands."""

    vault: Vault
    log: str
    four_eyes: bool
    days: Callable[[Session, str | None], WorkingDays]
    register: Callable[[Session, date, int | None, str | None], Register]
    signers: tuple[Signer, ...] = ()
    """Who signs checkpoints of the log here; empty where the signing key is kept elsewhere."""
