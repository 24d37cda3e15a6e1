"""Which cases were executed again, so that a run goes on where it stopped

Revision ID: 0016
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0013"
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


def downgrade() -> None:
    op.drop_table("replayed_case")
