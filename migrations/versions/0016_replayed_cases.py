"""Which cases were executed again; submissions and looks are refused a change by the database (proof §2.8)

Revision ID: 0016
Revises: 0014, 0015
"""

import sqlalchemy as sa
from alembic import op

from app.history.guards import ADDED_UNDO, added_guards

revision = "0016"
down_revision = ("0014", "0015")
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "replayed_case",
        sa.Column("case", sa.String().with_variant(sa.LargeBinary(), "postgresql"), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("head", sa.String(), nullable=False),
        sa.Column("engine", sa.String(), nullable=False),
        sa.Column("events", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("case", name=op.f("pk_replayed_case")),
    )
    for statement in added_guards(op.get_bind().dialect.name):
        op.execute(statement)


def downgrade() -> None:
    for statement in ADDED_UNDO[op.get_bind().dialect.name]:
        op.execute(statement)
    op.drop_table("replayed_case")
