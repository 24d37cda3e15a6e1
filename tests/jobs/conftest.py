from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from app.catalogue.bundle import Bundle
from app.db import db
from app.history.verify import verify_all
from app.instances.check import check_case
from app.instances.heads import recorded_heads
from app.instances.models import Instance
from app.replay.reexecute import reexecute_all
from tests.jobs.office import Office


@pytest.fixture
def office(application: Flask) -> Iterator[Callable[..., Office]]:
    """Open an office with these processes; afterwards the whole record must hold and the rows agree with the states."""
    opened: list[Office] = []

    def open_office(*bundles: Bundle) -> Office:
        opened.append(Office(application, *bundles))
        return opened[-1]

    yield open_office
    for one in opened:
        record_holds(one)


def record_holds(office: Office) -> None:
    with office.context():
        around = office.around
        report = verify_all(db.session(), vault=around.vault, log=around.log, heads=recorded_heads(db.session()))
        assert report.holds
        assert all(one.same for one in reexecute_all(db.session(), around.vault))
        for row in db.session.query(Instance).filter(Instance.ended_at.is_(None)):
            assert list(check_case(db.session(), around, row, now=office.now)) == []
        db.session.remove()
