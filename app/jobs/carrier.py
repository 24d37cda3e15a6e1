"""Errands: work that may take long because somebody outside is waited for. They are handed over inside the caller's
transaction and done outside it, so that the worker's loop goes on.

An errand is named and takes ids, never data. It may be done twice after a crash, or by a worker that was thought dead, so
each begins by taking its row in a transaction of its own and leaves what another has taken (rules 16, 17).
"""

from collections.abc import Callable, Mapping
from typing import Protocol, TypeAlias

from sqlalchemy.orm import Session

Errand: TypeAlias = Callable[..., None]
"""Called with the ids it was handed over with, inside an application context. What goes wrong in it, it deals with."""
Errands: TypeAlias = Mapping[str, Errand]
"""By name; in the queue the first named go first."""

AT_ONCE = 4
"""Errands that one worker does side by side: a department that is slow holds up the others less."""
FREE = 1
"""Of them, those for which no department may be waited for, so that warnings and long work go on."""


class TablesMissing(Exception):
    """The tables of the engine that carries errands are missing or of an older version, and may not be made here."""


class Carrier(Protocol):
    def carry(self, session: Session, name: str, *ids: str) -> None:
        """Hand an errand over; rolled back with the transaction of `session`, it was never handed over."""

    def handed_over(self) -> None:
        """The transaction that handed errands over is committed."""

    def room(self, in_hand: int) -> int:
        """How many departments more may be waited for, while all workers together wait for so many."""


class AtOnce:
    """Does each errand as soon as it was handed over, in the loop's own thread: for `--once`, and for tests."""

    def __init__(self, errands: Errands) -> None:
        self._errands = errands
        self._handed: list[tuple[str, tuple[str, ...]]] = []

    def carry(self, session: Session, name: str, *ids: str) -> None:
        self._handed.append((name, ids))

    def handed_over(self) -> None:
        """An errand whose transaction was rolled back finds its row not taken, and leaves it."""
        handed, self._handed = self._handed, []
        for name, ids in handed:
            self._errands[name](*ids)

    def room(self, in_hand: int) -> int:
        """Nobody else does these: what other workers hold, or died with, takes no place from them."""
        return AT_ONCE
