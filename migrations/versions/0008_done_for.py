"""Tasks are found by whom they were done for

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("task", schema=None) as batch_op:
        some = sa.text("on_behalf_of IS NOT NULL")
        batch_op.create_index("ix_task_on_behalf_of", ["on_behalf_of"], unique=False, postgresql_where=some)


def downgrade() -> None:
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.drop_index("ix_task_on_behalf_of")
