"""The sealed log: leaves, nodes, checkpoints, keys; none is ever changed (proof §2.4, §2.5)

Revision ID: 0013
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op

from app.history.guards import LOG_UNDO, log_guards

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "log_leaf",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("case", sa.String().with_variant(sa.LargeBinary(), "postgresql"), nullable=False),
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("head", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_log_leaf")),
    )
    op.create_index("ix_log_leaf_case_last", "log_leaf", ["case", "last"], unique=True)
    op.create_table(
        "log_node",
        sa.Column("level", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("level", "number", name=op.f("pk_log_node")),
    )
    op.create_table(
        "log_checkpoint",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("signatures", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_log_checkpoint")),
    )
    op.create_index("ix_log_checkpoint_size", "log_checkpoint", ["size"])
    op.create_table(
        "log_key",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_log_key")),
    )
    op.create_table(
        "log_duty",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_duty")),
    )
    for statement in log_guards(op.get_bind().dialect.name):
        op.execute(statement)


def downgrade() -> None:
    for statement in LOG_UNDO[op.get_bind().dialect.name]:
        op.execute(statement)
    for name in ("log_duty", "log_key", "log_checkpoint", "log_node", "log_leaf"):
        op.drop_table(name)
