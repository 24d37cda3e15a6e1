"""Time-stamp tokens over checkpoints, never changed (proof §2.5)

Revision ID: 0024
Revises: 0023
"""

import sqlalchemy as sa
from alembic import op

from app.history.guards import STAMP_TABLES, STAMP_UNDO, table_guards

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "time_stamp",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("checkpoint", sa.Integer(), nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.Column("authority", sa.String(), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=False),
        sa.Column("roots", sa.LargeBinary(), nullable=False),
        sa.Column("kept_at", AT, nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_time_stamp")),
    )
    for statement in table_guards(op.get_bind().dialect.name, STAMP_TABLES):
        op.execute(statement)


def downgrade() -> None:
    for statement in STAMP_UNDO[op.get_bind().dialect.name]:
        op.execute(statement)
    op.drop_table("time_stamp")
