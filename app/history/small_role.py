"""What the database role of the application may do on PostgreSQL: add to the record and never change it, and own nothing
(proof §2.8).

The guards stop mistakes, but whoever owns a table drops its guards. So the tables belong to one role, with which an operator
migrates, and web and workers come in with another, which has what `grants` gives and no more.
"""

from collections.abc import Iterator

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.errors import Refusal
from app.history.guards import ADDED_TO, KEPT_TABLES, LOG_TABLES, NEIGHBOUR_TABLES, STAMP_TABLES

ONLY_ADDED = frozenset({"history_event", *LOG_TABLES, *NEIGHBOUR_TABLES, *STAMP_TABLES, *ADDED_TO, *KEPT_TABLES})
"""Tables of which the role may read and add rows."""
ONLY_READ = frozenset({"alembic_version"})

HERE = "c.relkind IN ('r', 'p') AND c.relnamespace = current_schema()::regnamespace"
TABLES = text(f"SELECT c.relname FROM pg_class c WHERE {HERE} ORDER BY c.relname")
ROLE = text(
    "SELECT r.rolsuper, (SELECT count(*) FROM pg_class c"
    f" WHERE {HERE} AND pg_has_role(r.oid, c.relowner, 'MEMBER')) FROM pg_roles r WHERE r.rolname = :role"
)
CHANGED = text(
    f"SELECT c.relname FROM pg_class c WHERE {HERE} AND c.relname = ANY(:names)"
    " AND has_table_privilege(:role, c.oid, 'UPDATE, DELETE, TRUNCATE') ORDER BY c.relname"
)


def grants(session: Session, role: str) -> list[str]:
    """The statements that give a role what the application needs and take the rest; the owner runs them after each
    migration.

    Raises:
        Refusal: `database_role_absent`, `database_role_large` (422).
    """
    found = session.execute(ROLE, {"role": role}).one_or_none()
    if found is None:
        raise Refusal("database_role_absent", 422, {"role": role})
    if found[0] or found[1]:
        raise Refusal("database_role_large", 422, {"role": role, "why": "；".join(_owns(*found))})
    quoted = session.get_bind().dialect.identifier_preparer.quote_identifier
    named, schema = quoted(role), quoted(str(session.scalar(text("SELECT current_schema()"))))
    return [
        f"GRANT USAGE ON SCHEMA {schema} TO {named}",
        f"REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {named}",
        *(
            f"GRANT {_rights(table)} ON {schema}.{quoted(table)} TO {named}"
            for table in session.scalars(TABLES).all()
        ),
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {named}",
    ]  # fmt: skip


def too_much(session: Session) -> list[str]:
    """What the role of this session could do to the record past the application, in Chinese; nothing where the database
    knows no roles."""
    if session.get_bind().dialect.name != "postgresql":
        return []
    role = str(session.scalar(text("SELECT current_user")))
    said = list(_owns(*session.execute(ROLE, {"role": role}).one()))
    changed = session.scalars(CHANGED, {"role": role, "names": sorted(ONLY_ADDED)}).all()
    return said or ([f"可以改删 {'、'.join(changed)}"] if changed else [])


def check_small_role(session: Session) -> None:
    """Raises Refusal `database_role_large` (503): the role of the application could change the record."""
    if why := too_much(session):
        role = str(session.scalar(text("SELECT current_user")))
        raise Refusal("database_role_large", 503, {"role": role, "why": "；".join(why)})


def _owns(superuser: bool, tables: int) -> Iterator[str]:
    if superuser:
        yield "是超级用户"
    elif tables:
        yield f"拥有 {tables} 张表，或属于拥有它们的用户"


def _rights(table: str) -> str:
    if table in ONLY_READ:
        return "SELECT"
    return "SELECT, INSERT" if table in ONLY_ADDED else "SELECT, INSERT, UPDATE, DELETE"
