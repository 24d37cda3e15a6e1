"""调卷与应诉: requests of outside authorities for a file; what was asked is on their chains

Revision ID: 0018
Revises: 0017
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

ID = sa.String().with_variant(sa.LargeBinary(), "postgresql")
BY = sa.Uuid(as_uuid=False).with_variant(sa.String(), "sqlite")
AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "file_request",
        sa.Column("id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("division", sa.String(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("asked_by", BY, nullable=False),
        sa.Column("asked_at", AT, nullable=False),
        sa.Column("decided_by", BY, nullable=True),
        sa.Column("decided_at", AT, nullable=True),
        sa.Column("made_by", BY, nullable=True),
        sa.Column("made_at", AT, nullable=True),
        sa.Column("paper", sa.LargeBinary(), nullable=True),
        sa.Column("sm3", sa.String(), nullable=True),
        sa.Column("sha256", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["instance.id"], name=op.f("fk_file_request_case_id_instance")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_file_request")),
    )
    with op.batch_alter_table("file_request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_file_request_case_id"), ["case_id"], unique=False)
        batch_op.create_index("ix_file_request_division", ["division", "state"], unique=False)


def downgrade() -> None:
    op.drop_table("file_request")
