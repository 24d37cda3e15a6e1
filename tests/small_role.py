"""A role of the database that owns nothing, as web and workers use it in production."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import psycopg
from sqlalchemy import make_url

from tests.conftest import application_on, let_go

PASSWORD = "a password of this test"


def statement(url: str, *statements: str) -> None:
    """As the owner."""
    with psycopg.connect(url.replace("postgresql+psycopg", "postgresql"), autocommit=True) as owner:
        for one in statements:
            owner.execute(one)


@contextmanager
def new_role(url: str) -> Iterator[str]:
    """Its name; at the end it is gone, with what it was granted in this database."""
    name = f"banyan_app_{uuid4().hex[:8]}"
    statement(url, f"CREATE ROLE {name} LOGIN PASSWORD '{PASSWORD}'")
    yield name
    statement(url, f"DROP OWNED BY {name}", f"DROP ROLE {name}")


def as_role(url: str, role: str) -> str:
    return make_url(url).set(username=role, password=PASSWORD).render_as_string(hide_password=False)


def granted(url: str, role: str) -> str:
    """The address for the role, after the owner gave it what the application needs."""
    owners = application_on(url)
    said = owners.test_cli_runner().invoke(args=["database", "grant", role])
    assert said.exit_code == 0 and f"已授权 {role}" in said.output, said.output
    let_go(owners)
    return as_role(url, role)
