"""What would become of each case of a planned migration, and plans that nobody carries out

Revision ID: 0014
Revises: 0019
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("migration_plan", schema=None) as batch_op:
        batch_op.add_column(sa.Column("declined_by", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("declined_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("declined_why", sa.String(), nullable=True))
    op.create_table(
        "migration_trial",
        sa.Column("plan_id", sa.String(), nullable=False),
        sa.Column("instance_id", sa.String().with_variant(sa.LargeBinary(), "postgresql"), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["instance_id"], ["instance.id"], name=op.f("fk_migration_trial_instance_id_instance")),
        sa.ForeignKeyConstraint(["plan_id"], ["migration_plan.id"], name=op.f("fk_migration_trial_plan_id_migration_plan")),
        sa.PrimaryKeyConstraint("plan_id", "instance_id", name=op.f("pk_migration_trial")),
    )


def downgrade() -> None:
    op.drop_table("migration_trial")
    with op.batch_alter_table("migration_plan", schema=None) as batch_op:
        batch_op.drop_column("declined_why")
        batch_op.drop_column("declined_at")
        batch_op.drop_column("declined_by")
