"""Each night the rows of one case in a hundred are compared with its state and its record (rule 19)."""

import hashlib
import logging
from datetime import datetime, time

from sqlalchemy import select

from app import clock
from app.db import db, in_transaction
from app.instances.check import check_case
from app.instances.models import Instance
from app.instances.surroundings import Surroundings
from app.jobs.enqueue import enqueue

NIGHT_CHECK = "night_check"
FROM = time(2)
"""Local hour from which the check of that day may begin."""
ONE_IN, READ = 100, 2000
"""Of so many cases one is looked at; so many are drawn from in one chunk."""

log = logging.getLogger(__name__)


class Nightly:
    """Asks for the check once a day, whichever worker is first."""

    def __init__(self) -> None:
        self._asked = ""

    def ask(self, now: datetime) -> int:
        """Counts as no work: nobody waits for it."""
        here = now.astimezone(clock.SHANGHAI)
        day = here.date().isoformat()
        if here.time() >= FROM and day != self._asked:
            in_transaction(lambda: enqueue(db.session(), NIGHT_CHECK, day, now=now))
            self._asked = day
        return 0


def check_by_night(around: Surroundings, day: str, after: str) -> str | None:
    """The next cases of that day's lot. What disagrees is told in the log, by case and row, never by what stands there;
    `flask instances check` tells it again."""
    ids = db.session.scalars(select(Instance.id).where(Instance.id > after).order_by(Instance.id).limit(READ)).all()
    for case in ids:
        if drawn(day, case):
            row = db.session.get(Instance, case)
            for one in check_case(db.session(), around, row, now=clock.now()) if row else ():
                log.error("case %s: its %s %s disagrees", one.instance_id, one.what, one.key)
            db.session.rollback()
    return ids[-1] if len(ids) == READ else None


def drawn(day: str, case: str) -> bool:
    """Another lot each day, the same for whoever draws it again."""
    return int.from_bytes(hashlib.sha256(f"{day} {case}".encode()).digest()[:4], "big") % ONE_IN == 0
