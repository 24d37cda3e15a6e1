"""Refuse changes to the record: entries are only ever added (proof §2.2)

Revision ID: 0002
Revises: 0001
"""

from alembic import op

from app.history.guards import POSTGRESQL, SQLITE, UNDO

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for statement in POSTGRESQL if op.get_bind().dialect.name == "postgresql" else SQLITE:
        op.execute(statement)


def downgrade() -> None:
    for statement in UNDO[op.get_bind().dialect.name]:
        op.execute(statement)
