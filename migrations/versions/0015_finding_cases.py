"""Cases are found by what happened to them, by their day and by the end of their number, without reading all of them; and
attempts that were refused are written down

What happened stands in the sealed record: `flask instances mark` makes the marks of the cases that are there already.

Revision ID: 0015
Revises: 0019
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0019"
branch_labels = None
depends_on = None
OPEN = sa.text("ended_at IS NULL")
PLAIN = (
    ("ix_instance_started", ["started_at"]),
    ("ix_instance_process_started", ["process", "started_at"]),
)


def upgrade() -> None:
    op.create_table(
        "case_mark",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("instance_id", sa.String().with_variant(sa.LargeBinary(), "postgresql"), nullable=False),
        sa.PrimaryKeyConstraint("kind", "started_at", "instance_id", name=op.f("pk_case_mark")),
    )
    op.create_table(
        "refused_attempt",
        sa.Column("case", sa.String().with_variant(sa.LargeBinary(), "postgresql"), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("person_id", sa.Uuid(as_uuid=False).with_variant(sa.String(), "sqlite"), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("network", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("case", "day", "person_id", "act", "code", name=op.f("pk_refused_attempt")),
    )
    op.create_index("ix_refused_attempt_person_day", "refused_attempt", ["person_id", "day"])
    for name, columns in PLAIN:
        op.create_index(name, "instance", columns)
    op.create_index("ix_instance_open_started", "instance", ["started_at"], postgresql_where=OPEN, sqlite_where=OPEN)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("CREATE INDEX ix_instance_number_end ON instance (reverse(number) text_pattern_ops)")


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.drop_index("ix_instance_number_end", "instance")
    op.drop_index("ix_instance_open_started", "instance")
    for name, _ in PLAIN:
        op.drop_index(name, "instance")
    op.drop_table("refused_attempt")
    op.drop_table("case_mark")
