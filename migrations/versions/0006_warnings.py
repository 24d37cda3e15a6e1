"""Warnings of clocks, and who was told of them

Revision ID: 0006
Revises: 0005
"""

from datetime import UTC, datetime
from uuid import uuid4

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    instant = sa.DateTime(timezone=True)
    op.create_table(
        "clock_warning",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("instance_id", sa.String(), nullable=False),
        sa.Column("clock", sa.String(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("due_at", instant, nullable=True),
        sa.Column("told_at", instant, nullable=True),
        sa.Column("lease_until", instant, nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["instance_id"], ["instance.id"], name=op.f("fk_clock_warning_instance_id_instance")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clock_warning")),
        sa.UniqueConstraint("instance_id", "clock", "level", name=op.f("uq_clock_warning_instance_id_clock_level")),
    )
    with op.batch_alter_table("clock_warning", schema=None) as batch_op:
        waiting = sa.text("due_at IS NOT NULL AND told_at IS NULL")
        batch_op.create_index("ix_clock_warning_due", ["due_at"], unique=False, postgresql_where=waiting)
    op.create_table(
        "reminder",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("warning_id", sa.String(), nullable=False),
        sa.Column("instance_id", sa.String(), nullable=False),
        sa.Column("person_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("at", instant, nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("read_at", instant, nullable=True),
        sa.Column("read_by", sa.Uuid(as_uuid=False), nullable=True),
        sa.ForeignKeyConstraint(["instance_id"], ["instance.id"], name=op.f("fk_reminder_instance_id_instance")),
        sa.ForeignKeyConstraint(["warning_id"], ["clock_warning.id"], name=op.f("fk_reminder_warning_id_clock_warning")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder")),
        sa.UniqueConstraint("warning_id", "person_id", name=op.f("uq_reminder_warning_id_person_id")),
    )
    with op.batch_alter_table("reminder", schema=None) as batch_op:
        batch_op.create_index("ix_reminder_person", ["person_id", "at"], unique=False)
    # Cases that run already get their warnings planned by the worker, as after a change of the holiday table.
    job = sa.table("job", *(sa.column(name, sa.String()) for name in ("id", "name", "subject")),
                   sa.column("created_at", instant), sa.column("attempts", sa.Integer()))  # fmt: skip
    instance = sa.table("instance", sa.column("ended_at", instant))
    if op.get_bind().execute(sa.select(sa.exists().where(instance.c.ended_at.is_(None)))).scalar():
        now = datetime.now(UTC)
        row = {"id": uuid4().hex, "name": "reckon_dates", "subject": "0005", "created_at": now, "attempts": 0}
        op.bulk_insert(job, [row])


def downgrade() -> None:
    op.drop_table("reminder")
    op.drop_table("clock_warning")
