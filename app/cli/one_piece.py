"""One piece of a worker's work in one transaction."""

import logging
from collections.abc import Callable
from typing import TypeVar

from app.db import db, in_transaction

T = TypeVar("T")

log = logging.getLogger(__name__)


def one_piece(what: str, key: str, command: Callable[[], T]) -> T | None:
    """What goes wrong is logged by its class: the text may quote somebody's answers."""
    try:
        return in_transaction(command)
    except Exception as problem:
        log.error("%s %s: %s", what, key, type(problem).__name__)
        db.session.rollback()
        return None
