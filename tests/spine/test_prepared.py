"""PostgreSQL plans a usual statement once for each connection, also when the requests between end with a ROLLBACK."""

import pytest
from flask import Flask

from app.db import db


@pytest.mark.parametrize("dialect", ["postgresql"], indirect=True, scope="session")
def test_a_statement_stays_prepared_over_a_rollback(application: Flask) -> None:
    with application.app_context(), db.engine.connect() as connection:
        for _ in range(8):
            connection.exec_driver_sql("SELECT name FROM division WHERE code = %s", ("450123",))
            connection.rollback()
        prepared = "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE 'SELECT name FROM division%%'"
        assert connection.exec_driver_sql(prepared).scalar() == 1
