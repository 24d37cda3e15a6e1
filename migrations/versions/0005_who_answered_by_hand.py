"""Who answered a call by hand, as separation of duties judges it

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("call", schema=None) as batch_op:
        batch_op.add_column(sa.Column("natural_person", sa.Uuid(as_uuid=False), nullable=True))
        batch_op.add_column(sa.Column("behalf_natural", sa.Uuid(as_uuid=False), nullable=True))
        batch_op.add_column(sa.Column("acted_role", sa.String(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("call", schema=None) as batch_op:
        batch_op.drop_column("acted_role")
        batch_op.drop_column("behalf_natural")
        batch_op.drop_column("natural_person")
