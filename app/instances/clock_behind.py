"""The alarm for a clock that stands behind the record (rule 4): a line in the log and an entry in the chain of the case.

The command goes on with the instant of the last event; somebody must still look at the machine's clock.
"""

import logging
from datetime import timedelta

from app.instances.case import Case
from app.instances.record import note

KIND = "clock_behind"
TOLERATED = timedelta(seconds=60)
"""What two nodes may differ by without anybody being told."""

log = logging.getLogger(__name__)


def tell_clock_behind(case: Case) -> None:
    """Say once per command that the clock is too far behind; the entry names seconds and nobody."""
    if case.behind <= TOLERATED:
        return
    seconds = int(case.behind.total_seconds())
    case.behind = timedelta(0)
    log.warning("the clock is %d s behind the record of case %s", seconds, case.row.id)
    note(case, KIND, {"effects": {"seconds": seconds}})
