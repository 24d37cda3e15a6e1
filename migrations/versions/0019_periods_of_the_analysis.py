"""Steps completed, cases ended and looks of a period are found without reading all of them

Block ranges (PostgreSQL, BRIN): rows lie in the order of their times, so a few kilobytes do for millions of them.

Revision ID: 0019
Revises: 0018
"""

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

RANGES = (("task", "closed_at"), ("instance", "ended_at"), ("access_look", "at"))


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for table, column in RANGES:
            op.create_index(f"ix_{table}_{column}_range", table, [column], postgresql_using="brin")


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for table, column in RANGES:
            op.drop_index(f"ix_{table}_{column}_range", table)
