"""紧急查看: an administrator's request to read one case, and which auditors were told

Revision ID: 0020
Revises: 0019
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

ID = sa.String().with_variant(sa.LargeBinary(), "postgresql")
BY = sa.Uuid(as_uuid=False).with_variant(sa.String(), "sqlite")
AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "emergency_sight",
        sa.Column("id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("division", sa.String(), nullable=False),
        sa.Column("hours", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("asked_by", BY, nullable=False),
        sa.Column("asked_at", AT, nullable=False),
        sa.Column("approved", sa.Boolean(), nullable=True),
        sa.Column("decided_by", BY, nullable=True),
        sa.Column("decided_at", AT, nullable=True),
        sa.Column("until", AT, nullable=True),
        sa.Column("ended_by", BY, nullable=True),
        sa.Column("ended_at", AT, nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["instance.id"], name=op.f("fk_emergency_sight_case_id_instance")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_emergency_sight")),
    )
    with op.batch_alter_table("emergency_sight", schema=None) as batch_op:
        batch_op.create_index("ix_emergency_sight_case", ["case_id", "asked_by"], unique=False)
        batch_op.create_index("ix_emergency_sight_division", ["division", "asked_at"], unique=False)
    op.create_table(
        "emergency_notice",
        sa.Column("emergency_id", ID, nullable=False),
        sa.Column("person_id", BY, nullable=False),
        sa.Column("read_at", AT, nullable=True),
        sa.ForeignKeyConstraint(
            ["emergency_id"], ["emergency_sight.id"], name=op.f("fk_emergency_notice_emergency_id_emergency_sight")
        ),
        sa.PrimaryKeyConstraint("emergency_id", "person_id", name=op.f("pk_emergency_notice")),
    )
    with op.batch_alter_table("emergency_notice", schema=None) as batch_op:
        batch_op.create_index("ix_emergency_notice_person", ["person_id", "read_at"], unique=False)


def downgrade() -> None:
    op.drop_table("emergency_notice")
    op.drop_table("emergency_sight")
