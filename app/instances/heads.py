"""The heads of the chains as the instance rows hold them: the verifier and the sealer compare the chains with these."""

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.history import Head
from app.history.models import HistoryHead
from app.instances.models import Instance


def recorded_heads(session: Session, case: str | None = None) -> dict[str, Head]:
    """Head by case; of one case, or of all."""
    statement = select(Instance.id, Instance.head_seq, Instance.head_hash)
    if case is not None:
        statement = statement.where(Instance.id == case)
    return {row[0]: Head(row[1], row[2]) for row in session.execute(statement)}


def standing_heads(case: str | None = None) -> Select[tuple[str, int]]:
    """How far each case (or this one) goes, the system's own too: `case` and `seq`, for the sealer."""
    cases = select(Instance.id.label("case"), Instance.head_seq.label("seq"))
    both = cases.union_all(select(HistoryHead.case, HistoryHead.seq)).subquery()
    standing = select(both.c.case, both.c.seq)
    return standing if case is None else standing.where(both.c.case == case)
