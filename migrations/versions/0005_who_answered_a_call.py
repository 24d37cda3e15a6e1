"""Who answered a call by hand counts for separation of duties

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
        batch_op.add_column(sa.Column("natural_person", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("behalf_natural", sa.Uuid(), nullable=True))
    # For whom an earlier answer was entered stands only in the sealed record; who entered it stands in the row.
    bind = op.get_bind()
    call = sa.table("call", sa.column("answered_by", sa.String()), sa.column("natural_person", sa.Uuid()))
    person = sa.table("person", sa.column("login", sa.String()), sa.column("natural_person", sa.Uuid()))
    hands = sa.select(person.c.login, person.c.natural_person).where(
        person.c.login.in_(sa.select(call.c.answered_by).distinct())
    )
    for login, natural in bind.execute(hands).all():
        bind.execute(call.update().where(call.c.answered_by == login).values(natural_person=natural))


def downgrade() -> None:
    with op.batch_alter_table("call", schema=None) as batch_op:
        batch_op.drop_column("behalf_natural")
        batch_op.drop_column("natural_person")
