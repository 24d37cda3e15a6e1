"""Which copies are still to be made, in batches: one transaction each, which also notes that they are made."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

SIZE = 1000
"""Cases of one transaction."""
TABLES = (
    "CREATE TABLE IF NOT EXISTS bench_batch (kind VARCHAR, first INTEGER, size INTEGER NOT NULL, "
    "PRIMARY KEY (kind, first))",
    'CREATE TABLE IF NOT EXISTS bench_share ("case" VARCHAR PRIMARY KEY, kind VARCHAR NOT NULL, part FLOAT NOT NULL)',
)
"""What is made, and of what: a mix once begun is kept."""


@dataclass(frozen=True)
class Batch:
    """Copies `first` to `first + size - 1` of a kind."""

    kind: str
    first: int
    size: int


def missing(session: Session, kind: str, wanted: int) -> Iterator[Batch]:
    """What lies between the batches that are made, and behind them."""
    made = session.execute(
        text("SELECT first, size FROM bench_batch WHERE kind = :kind ORDER BY first"), {"kind": kind}
    )
    at = 0
    for first, size in [*((row.first, row.size) for row in made), (wanted, 0)]:
        yield from (Batch(kind, one, min(SIZE, first - one)) for one in range(at, min(first, wanted), SIZE))
        at = max(at, first + size)


def note(session: Session, batch: Batch) -> None:
    values = {"kind": batch.kind, "first": batch.first, "size": batch.size}
    session.execute(text("INSERT INTO bench_batch VALUES (:kind, :first, :size)"), values)


def take_time(session: Session) -> None:
    """A connection that waits ten seconds for its program is cut off, and a machine that is filled may be busy."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
