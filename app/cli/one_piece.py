"""One piece of a worker's work in one transaction."""

import logging
import time
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.exc import DBAPIError

from app.db import db, in_transaction, lost
from app.errors import Refusal

T = TypeVar("T")

PATIENCE = (1, 2, 4, 8, 16)
"""Seconds between tries while the database is away: it is started again, or the standby takes over."""

log = logging.getLogger(__name__)


def one_piece(what: str, key: str, command: Callable[[], T]) -> T | None:
    """What goes wrong is logged by its class: the text may quote somebody's answers."""
    try:
        return in_transaction(command)
    except Exception as problem:
        log.error("%s %s: %s", what, key, type(problem).__name__)
        db.session.rollback()
        return None


def patient_piece(what: str, key: str, command: Callable[[], T]) -> T | None:
    """As `one_piece`, for what nobody can find out a second time: it waits until the database is back."""
    for pause in PATIENCE:
        try:
            return in_transaction(command)
        except Exception as problem:
            if not _away(problem):
                break
            log.error("%s %s: %s, tried again in %s s", what, key, type(problem).__name__, pause)
        db.session.remove()
        time.sleep(pause)
    return one_piece(what, key, command)


def _away(problem: Exception) -> bool:
    """Whether the database cannot be reached, or is held by others for long."""
    return problem.status == 503 if isinstance(problem, Refusal) else isinstance(problem, DBAPIError) and lost(problem)
