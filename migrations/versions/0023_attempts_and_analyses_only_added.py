"""Refused attempts are only ever added, one row each, so that they can stand on a chain; what an analysis found is kept

An old row counted all attempts of a day: of it the first and the last remain.

Revision ID: 0023
Revises: 0022
"""

import sqlalchemy as sa
from alembic import op

from app.history.guards import KEPT_UNDO, kept_guards

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

ID = sa.String().with_variant(sa.LargeBinary(), "postgresql")
BY = sa.Uuid(as_uuid=False).with_variant(sa.String(), "sqlite")
AT = sa.DateTime(timezone=True)
KIND = 'person_id, day, "case", act, code'


def upgrade() -> None:
    op.execute("CREATE TEMPORARY TABLE attempts_before AS SELECT * FROM refused_attempt")
    op.drop_table("refused_attempt")
    op.create_table(
        "refused_attempt",
        sa.Column("person_id", BY, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("case", ID, nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.Column("network", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "day", "number", name=op.f("pk_refused_attempt")),
    )
    op.create_index("ix_refused_attempt_case", "refused_attempt", ["case"])
    op.create_index("ix_refused_attempt_at", "refused_attempt", ["at"])
    op.execute(
        f"""
        INSERT INTO refused_attempt (person_id, day, number, "case", act, code, times, at, network)
        SELECT person_id, day, row_number() OVER (PARTITION BY person_id, day ORDER BY at, "case", act, code, times),
               "case", act, code, times, at, network
        FROM (
            SELECT {KIND}, 1 AS times, first_at AS at, network FROM attempts_before
            UNION ALL
            SELECT {KIND}, times, last_at, network FROM attempts_before WHERE times > 1
        ) AS each_end
        """
    )
    op.execute("DROP TABLE attempts_before")
    _runs()
    for statement in kept_guards(op.get_bind().dialect.name):
        op.execute(statement)


def _runs() -> None:
    op.create_table(
        "analysis_run",
        sa.Column("id", ID, nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.Column("by", BY, nullable=False),
        sa.Column("door", sa.String(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("process", sa.String(), nullable=False),
        sa.Column("division", sa.String(), nullable=False),
        sa.Column("scope", sa.JSON(), nullable=False),
        sa.Column("bounded", sa.Boolean(), nullable=False),
        sa.Column("rules", sa.JSON(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("again_of", ID, nullable=True),
        sa.ForeignKeyConstraint(["again_of"], ["analysis_run.id"], name=op.f("fk_analysis_run_again_of_analysis_run")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_analysis_run")),
    )
    op.create_index(op.f("ix_analysis_run_at"), "analysis_run", ["at"])
    op.create_table(
        "analysis_finding",
        sa.Column("run_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("said", sa.String(), nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.Column("people", sa.JSON(), nullable=False),
        sa.Column("places", sa.JSON(), nullable=False),
        sa.Column("cases", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["analysis_run.id"], name=op.f("fk_analysis_finding_run_id_analysis_run")),
        sa.PrimaryKeyConstraint("run_id", "number", name=op.f("pk_analysis_finding")),
    )


def downgrade() -> None:
    for statement in KEPT_UNDO[op.get_bind().dialect.name]:
        op.execute(statement)
    for name in ("analysis_finding", "analysis_run"):
        op.drop_table(name)
    op.execute("CREATE TEMPORARY TABLE attempts_after AS SELECT * FROM refused_attempt")
    op.drop_table("refused_attempt")
    op.create_table(
        "refused_attempt",
        sa.Column("case", ID, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("person_id", BY, nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("first_at", AT, nullable=False),
        sa.Column("last_at", AT, nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("network", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("case", "day", "person_id", "act", "code", name=op.f("pk_refused_attempt")),
    )
    op.create_index("ix_refused_attempt_person_day", "refused_attempt", ["person_id", "day"])
    op.execute(
        f"""
        INSERT INTO refused_attempt ({KIND}, first_at, last_at, times, network)
        SELECT {KIND}, min(at), max(at), max(times), max(network) FROM attempts_after GROUP BY {KIND}
        """
    )
    op.execute("DROP TABLE attempts_after")
