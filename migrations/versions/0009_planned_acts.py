"""Acts that one person plans and another approves

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "planned_act",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("instance_id", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("incident_id", sa.String(), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("planned_by", sa.String(), nullable=False),
        sa.Column("planned_natural", sa.String(), nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_by", sa.String(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("declined_by", sa.String(), nullable=True),
        sa.Column("declined_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["instance_id"], ["instance.id"], name=op.f("fk_planned_act_instance_id_instance")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_planned_act")),
    )
    with op.batch_alter_table("planned_act", schema=None) as batch_op:
        batch_op.create_index(
            "ix_planned_act_open",
            ["planned_at"],
            unique=False,
            postgresql_where=sa.text("approved_at IS NULL AND declined_at IS NULL"),
        )
        batch_op.create_index("ix_planned_act_instance", ["instance_id"], unique=False)
    with op.batch_alter_table("timer", schema=None) as batch_op:
        batch_op.add_column(sa.Column("discarded", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("timer", schema=None) as batch_op:
        batch_op.drop_column("discarded")
    op.drop_table("planned_act")
