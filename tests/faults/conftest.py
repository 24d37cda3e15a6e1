from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from app import clock
from app.catalogue.bundle import from_diagram
from app.catalogue.publish import publish
from app.db import db, in_transaction
from tests.acts.procedure import published_care
from tests.doors import Browser, Program
from tests.doors.house import TEN
from tests.faults.town import Town


@pytest.fixture
def application(own_application: Flask) -> Flask:
    """What is broken here would stay broken in one that others use."""
    return own_application


@pytest.fixture
def town(
    application: Flask, browser_of: Callable[[str], Browser], program_of: Callable[[str], Program]
) -> Iterator[Town]:
    """The ten approvals and the small procedure of care; afterwards nothing may be wrong anywhere."""
    with application.app_context():
        in_transaction(
            lambda: publish(db.session(), from_diagram("bench_approval_10", TEN), by="test", now=clock.now())
        )
    published_care(application)
    town = Town(application, browser_of, program_of)
    yield town
    town.nothing_is_wrong()
