"""Ids of cases, tasks and looks, and names of chains, as bytes on PostgreSQL; people of a submission as UUIDs

SQLite keeps its text. Bodies of the record are packed from now on; those stored before stay as they are and are read.

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

IDS = {
    "instance": ("id",),
    "task": ("id", "instance_id"),
    "timer": ("instance_id",),
    "clock_warning": ("instance_id",),
    "wait": ("instance_id",),
    "call": ("instance_id",),
    "incident": ("instance_id", "key"),
    "message": ("id", "instance_id"),
    "planned_act": ("instance_id",),
    "migration_case": ("instance_id",),
    "reminder": ("instance_id",),
    "draft": ("task_id",),
    "access_look": ("id", "case", "task"),
    "submission": ("case",),
    "search_token": ("case",),
    "data_key": ("case",),
    "history_head": ("case",),
    "history_event": ("case",),
}
POINTING = {"instance_id": "instance", "task_id": "task"}
"""Columns with a foreign key, and the table whose id they hold."""

BYTES = """CASE WHEN {0} ~ '^[0-9a-f]{{32}}$' THEN decode({0}, 'hex')
    WHEN octet_length({0}) = 16 THEN convert_to({0}, 'UTF8') || '\\x00'::bytea ELSE convert_to({0}, 'UTF8') END"""
"""32 hexadecimal digits are 16 bytes; words are UTF-8, with a NUL behind them where they have 16 bytes."""
TEXT = """CASE octet_length({0}) WHEN 16 THEN encode({0}, 'hex')
    WHEN 17 THEN convert_from(rtrim({0}, '\\x00'::bytea), 'UTF8') ELSE convert_from({0}, 'UTF8') END"""


WHO = ("owner_id", "started_by", "starter_natural", "starter_behalf")
"""Of a case: ids of people, or `machine`."""
PERSON = "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"
WHO_BYTES = f"CASE WHEN {{0}} ~ '{PERSON.replace('{', '{{').replace('}', '}}')}' THEN uuid_send({{0}}::uuid) ELSE {BYTES} END"
WHO_TEXT = f"CASE octet_length({{0}}) WHEN 16 THEN encode({{0}}, 'hex')::uuid::text ELSE {TEXT} END"


def upgrade() -> None:
    people, marks = ("uuid", "{0}::uuid"), ("uuid", "encode({0}, 'hex')::uuid")
    _change(ids=("bytea", BYTES), who=("bytea", WHO_BYTES), people=people, marks=marks)
    op.drop_column("submission", "form_digest")


def downgrade() -> None:
    """Raises RuntimeError: entries are packed. The record is never rewritten, and the version before cannot read them."""
    packed = sa.text("SELECT count(*) FROM history_event WHERE substr(body, 1, 1) <> :brace").bindparams(brace=b"{")
    if op.get_bind().scalar(packed):
        raise RuntimeError("entries of the record are packed; the version before cannot read them")
    people, marks = ("varchar", "{0}::text"), ("bytea", "uuid_send({0})")
    _change(ids=("varchar", TEXT), who=("varchar", WHO_TEXT), people=people, marks=marks)
    op.execute(
        "UPDATE task SET process = (SELECT process FROM instance WHERE instance.id = task.instance_id)"
        " WHERE process = ''"
    )
    op.add_column("submission", sa.Column("form_digest", sa.LargeBinary(), nullable=False, server_default=""))


def _change(**into: tuple[str, str]) -> None:
    """On PostgreSQL: each kind of column to its new type, by its expression. Each table is written once."""
    if op.get_bind().dialect.name != "postgresql":
        return
    other = {
        "instance": dict.fromkeys(WHO, "who"),
        "submission": {"by": "people", "on_behalf_of": "people"},
        "access_look": {"person_id": "people"},
        "history_event": {"dedupe": "marks"},
    }
    for table, column in _pointing():
        op.drop_constraint(f"fk_{table}_{column}_{POINTING[column]}", table, type_="foreignkey")
    for table, columns in IDS.items():
        kinds = dict.fromkeys(columns, "ids") | other.get(table, {})
        op.execute(f"ALTER TABLE {table} {', '.join(_one(column, *into[kind]) for column, kind in kinds.items())}")
    for table, column in _pointing():
        op.create_foreign_key(f"fk_{table}_{column}_{POINTING[column]}", table, POINTING[column], [column], ["id"])


def _pointing() -> list[tuple[str, str]]:
    return [(table, column) for table, columns in IDS.items() for column in columns if column in POINTING]


def _one(column: str, kind: str, using: str) -> str:
    quoted = f'"{column}"'
    return f"ALTER COLUMN {quoted} TYPE {kind} USING {using.format(quoted)}"
