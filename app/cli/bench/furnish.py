"""What the bench needs in its database: tables, people, registers, the published file, a token; what it takes up."""

from datetime import timedelta
from pathlib import Path

from flask_migrate import upgrade
from sqlalchemy import text

from app import clock
from app.calendar.versions import load_seed
from app.catalogue.bundle import from_diagram
from app.catalogue.publish import publish
from app.cli.bench.counted import BARE_TABLES
from app.db import db, in_transaction
from app.engine.outline import outline
from app.errors import Refusal
from app.identity.actor import Actor, load_actor_by_login
from app.identity.demo import load_demo_people
from app.identity.division_register import seed_divisions
from app.identity.tokens import create_token

PERSON = "liguifang"
"""Of the demonstration; holds a case role in a county, so that a file without lanes is hers to work on."""


def furnish(root: Path, bpmn: bytes, *, file: str, password: str) -> tuple[str, str]:
    """Set the database up; gives the key of the published process and a bearer token of `PERSON`.

    Raises:
        Refusal: the file is not one this platform publishes.
    """
    settle(root, password)
    for statement in BARE_TABLES:
        in_transaction(lambda statement=statement: db.session.execute(text(statement)))  # type: ignore[misc]
    key = in_transaction(lambda: _publish(bpmn, file))
    return key, in_transaction(_token)


def settle(root: Path, password: str) -> None:
    """Tables, divisions, registers and the people of the demonstration."""
    upgrade(directory=str(root / "migrations"))
    now = clock.now()
    in_transaction(lambda: seed_divisions(db.session()))
    in_transaction(lambda: load_seed(db.session(), now))
    in_transaction(lambda: load_demo_people(db.session(), password, now))


def person(login: str = PERSON) -> Actor:
    return load_actor_by_login(db.session(), login, clock.legal_day(clock.now()))


def stored_bytes() -> int:
    """Bytes the tables of the platform take up with their indexes; the bare yardstick's own are left out."""
    with db.engine.connect() as connection:
        if db.engine.dialect.name == "sqlite":
            pages, size = (connection.exec_driver_sql(f"PRAGMA page_{what}").scalar() for what in ("count", "size"))
            return int(pages or 0) * int(size or 0)
        return int(connection.scalar(text(SIZE)) or 0)


SIZE = """
    SELECT sum(pg_total_relation_size(c.oid)) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'r' AND n.nspname = current_schema() AND c.relname NOT LIKE 'bench\\_%'
"""


def _publish(bpmn: bytes, file: str) -> str:
    drawn = outline(bpmn)
    try:
        bundle = from_diagram(drawn.process if drawn else "unreadable", bpmn.decode())
    except UnicodeDecodeError as problem:
        raise Refusal("bundle_not_text", 422, {"file": file}) from problem
    return publish(db.session(), bundle, by="bench", now=clock.now()).key


def _token() -> str:
    by, now = person(), clock.now()
    scopes = [f"write:{role}" for role in sorted(by.roles)]
    return create_token(db.session(), by, "性能基准", scopes, now + timedelta(days=1), now)
