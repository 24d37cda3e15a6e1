"""Alembic runs on the application's engine; SQLite tables are rebuilt in batch mode."""

from alembic import context
from flask import current_app

from app.db import UtcDateTime, db
from app.history.models import Hex

FOREIGN = (
    "dbos", "sqlite_", "application_versions", "notifications", "operation_outputs", "queues", "streams", "workflow_",
)  # fmt: skip
"""How the names of tables begin that others make: SQLite, and the engine that carries errands (PostgreSQL keeps those in a
schema of their own)."""


def include_object(_object: object, name: str | None, kind: str, _reflected: bool, _against: object) -> bool:
    """The job engine keeps its own tables; they are not ours to compare or drop."""
    return not (kind == "table" and name and name.startswith(FOREIGN))


def render_item(kind: str, item: object, _context: object) -> str | bool:
    """Our own types are written as what the database stores, so a migration never imports the application."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, Hex):
        return "sa.LargeBinary()"
    return False


def run() -> None:
    engine = current_app.extensions["migrate"].db.engine
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            render_as_batch=True,
            compare_type=True,
            include_object=include_object,
            render_item=render_item,
        )
        with context.begin_transaction():
            context.run_migrations()


run()
