"""The heads of the chains as the instance rows hold them: the verifier compares the chains with these."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.history import Head
from app.instances.models import Instance


def recorded_heads(session: Session, case: str | None = None) -> dict[str, Head]:
    """Head by case; of one case, or of all."""
    statement = select(Instance.id, Instance.head_seq, Instance.head_hash)
    if case is not None:
        statement = statement.where(Instance.id == case)
    return {row[0]: Head(row[1], row[2]) for row in session.execute(statement)}
