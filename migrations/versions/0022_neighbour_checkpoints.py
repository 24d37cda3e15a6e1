"""Checkpoints kept of neighbours' logs, never changed (proof §2.5)

Revision ID: 0022
Revises: 0021
"""

import sqlalchemy as sa
from alembic import op

from app.history.guards import NEIGHBOUR_UNDO, neighbour_guards

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "neighbour_checkpoint",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("peer", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("signatures", sa.JSON(), nullable=False),
        sa.Column("keys", sa.JSON(), nullable=False),
        sa.Column("trusted", sa.LargeBinary(), nullable=False),
        sa.Column("kept_at", AT, nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_neighbour_checkpoint")),
    )
    op.create_index("ix_neighbour_checkpoint_peer", "neighbour_checkpoint", ["peer", "number"])
    for statement in neighbour_guards(op.get_bind().dialect.name):
        op.execute(statement)


def downgrade() -> None:
    for statement in NEIGHBOUR_UNDO[op.get_bind().dialect.name]:
        op.execute(statement)
    op.drop_table("neighbour_checkpoint")
