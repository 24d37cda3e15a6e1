"""The two rooms do not know each other, yet a clock reckons with what the register gives."""

from datetime import UTC, date, datetime

from app.calendar.clocks import parse_clocks, reckon
from app.calendar.working_days import seed
from app.db import db, transaction
from app.parameters.register import current
from app.parameters.seed_parameters import seed_parameters


def test_a_clock_takes_its_limit_from_the_register(store):
    row = {"value": 30, "unit": "CD", "source": "登记办法 第8条", "mark": "certain"}
    with transaction() as session:
        seed_parameters(session, {"adoption.review": row}, by="publish", at=datetime(2026, 11, 1, tzinfo=UTC))
    table = {"T1": {"title": "审查", "limit": "adoption.review", "start": "received", "source": "登记办法 8"}}
    limits = current(db.session(), date(2026, 11, 1)).limits("450123")
    clock = parse_clocks(table, limits=limits)["T1"]
    assert reckon(clock, {"received": "2026-10-30"}, limits, seed(), date(2026, 11, 1)).due_on == date(2026, 11, 30)
