"""A task says whether somebody has a draft of it

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.add_column(sa.Column("drafted", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.execute("UPDATE task SET drafted = true WHERE id IN (SELECT task_id FROM draft)")


def downgrade() -> None:
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.drop_column("drafted")
