"""审计项目: projects, samples, findings; what was said of them is on their chains

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

ID = sa.String().with_variant(sa.LargeBinary(), "postgresql")
BY = sa.Uuid(as_uuid=False).with_variant(sa.String(), "sqlite")
AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "audit_project",
        sa.Column("id", ID, nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("division", sa.String(), nullable=False),
        sa.Column("leader", BY, nullable=False),
        sa.Column("population", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("opened_at", AT, nullable=False),
        sa.Column("drawn_at", AT, nullable=True),
        sa.Column("closed_at", AT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_project")),
    )
    op.create_index(op.f("ix_audit_project_division"), "audit_project", ["division"])
    op.create_table(
        "audit_sample",
        sa.Column("project_id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("stratum", sa.String(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("examined_at", AT, nullable=True),
        sa.ForeignKeyConstraint(["project_id"], ["audit_project.id"], name=op.f("fk_audit_sample_project_id_audit_project")),
        sa.ForeignKeyConstraint(["case_id"], ["instance.id"], name=op.f("fk_audit_sample_case_id_instance")),
        sa.PrimaryKeyConstraint("project_id", "case_id", name=op.f("pk_audit_sample")),
    )
    op.create_table(
        "audit_finding",
        sa.Column("id", ID, nullable=False),
        sa.Column("project_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("division", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("promised_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["project_id"], ["audit_project.id"], name=op.f("fk_audit_finding_project_id_audit_project")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["instance.id"], name=op.f("fk_audit_finding_case_id_instance")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_finding")),
    )
    op.create_index(op.f("ix_audit_finding_project_id"), "audit_finding", ["project_id"])
    op.create_index("ix_audit_finding_division", "audit_finding", ["division", "state"])


def downgrade() -> None:
    for name in ("audit_finding", "audit_sample", "audit_project"):
        op.drop_table(name)
