"""The few timers that have failed are found without reading all of them

Revision ID: 0012
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("timer", schema=None) as batch_op:
        some = sa.text("attempts > 0")
        batch_op.create_index("ix_timer_failing", ["instance_id"], unique=False, postgresql_where=some)


def downgrade() -> None:
    with op.batch_alter_table("timer", schema=None) as batch_op:
        batch_op.drop_index("ix_timer_failing")
