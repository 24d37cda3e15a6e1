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
    return _logged(what, key, lambda: in_transaction(command))


def patient_piece(what: str, key: str, command: Callable[[], T]) -> T | None:
    """As `one_piece`, for what nobody can find out a second time and is harmless twice: it waits for the database."""
    return _logged(what, key, lambda: patiently(command, during=_away))


def patiently(command: Callable[[], T], *, during: Callable[[Exception], bool]) -> T:
    """Run `command` in one transaction, again and again while what goes wrong is of that kind."""
    for pause in PATIENCE:
        try:
            return in_transaction(command)
        except Exception as problem:
            if not during(problem):
                raise
            log.error("%s, tried again in %s s", type(problem).__name__, pause)
        db.session.remove()
        time.sleep(pause)
    return in_transaction(command)


def gone(problem: Exception) -> bool:
    """Whether there is no database, so that nothing was written."""
    return isinstance(problem, DBAPIError) and lost(problem)


def _away(problem: Exception) -> bool:
    """As `gone`, or nobody knows whether something was written, or others held it for long."""
    return gone(problem) or (isinstance(problem, Refusal) and problem.status == 503)


def _logged(what: str, key: str, run: Callable[[], T]) -> T | None:
    try:
        return run()
    except Exception as problem:
        log.error("%s %s: %s", what, key, type(problem).__name__)
        db.session.rollback()
        return None
