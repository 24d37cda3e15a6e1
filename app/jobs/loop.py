"""The worker's plain loop over duties. A duty leases a batch, does it, and says how much it did; the loop knows none by name."""

import logging
from collections.abc import Callable, Sequence

from app.errors import traced

Duty = Callable[[], int]
"""Does one batch and returns how many pieces of work it did; each opens its own transactions."""

IDLE_SECONDS = 1.0
TROUBLED_SECONDS = 5.0

log = logging.getLogger(__name__)


class Loop:
    """Runs the duties in turn until told to stop. A duty that fails does not keep the others from their work."""

    def __init__(self, duties: Sequence[tuple[str, Duty]]) -> None:
        self._duties = duties
        self._stopped = False

    def stop(self) -> None:
        self._stopped = True

    def run(self, *, pause: Callable[[float], None]) -> None:
        while not self._stopped:
            done, troubled = self.turn()
            if not done and not self._stopped:
                pause(TROUBLED_SECONDS if troubled else IDLE_SECONDS)

    def run_until_idle(self, *, most: int = 1000) -> int:
        """For tests and `--once`: turns until nothing is left to do; returns how much was done."""
        total = 0
        for _ in range(most):
            done, _ = self.turn()
            if not done:
                break
            total += done
        return total

    def turn(self) -> tuple[int, bool]:
        """Every duty once: how much was done, and whether one failed."""
        done, troubled = 0, False
        for name, duty in self._duties:
            if self._stopped:
                break
            try:
                done += duty()
            except Exception as problem:
                log.error("duty %s failed: %s", name, traced(problem))
                troubled = True
        return done, troubled
