"""The log of a deployment: one tree of leaves L1 that only grows (proof §2.4)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from app.history.canonical import Json, canon
from app.history.digests import SM3, digest
from app.history.log_models import LogLeaf, LogNode
from app.history.tree import Node, joined

PAGE = 5000


@dataclass(frozen=True)
class Leaf:
    """Entries `first` to `last` of a case; `head` is the hash of the last."""

    case: str
    first: int
    last: int
    head: str

    def hash(self, alg: str = SM3) -> bytes:
        """H(0x00 ‖ "L1" ‖ canon({case, from, to, head}))."""
        said: dict[str, Json] = {"case": self.case, "from": self.first, "to": self.last, "head": self.head}
        return digest(alg, b"\x00L1" + canon(said))


def size_of(session: Session) -> int:
    """How many leaves the log has."""
    last = session.scalar(select(func.max(LogLeaf.number)))
    return 0 if last is None else last + 1


def stored_nodes(session: Session) -> Node:
    """The stored subtrees, fetched one by one and remembered as long as this is."""
    known: dict[tuple[int, int], bytes] = {}

    def node(level: int, number: int) -> bytes:
        if (level, number) not in known:
            query = select(LogNode.hash).filter_by(level=level, number=number)
            known[level, number] = bytes.fromhex(session.scalars(query).one())
        return known[level, number]

    return node


def append_leaves(session: Session, leaves: Sequence[Leaf], *, at: datetime, alg: str = SM3) -> int:
    """Put leaves at the end and store every subtree that becomes whole; gives the new size. The caller is the only one."""
    size, node = size_of(session), stored_nodes(session)
    made: dict[tuple[int, int], bytes] = {}
    for number, leaf in enumerate(leaves, size):
        level, place, found = 0, number, leaf.hash(alg)
        made[0, number] = found
        while place % 2:
            left = made.get((level, place - 1)) or node(level, place - 1)
            level, place, found = level + 1, place >> 1, joined(left, found, alg)
            made[level, place] = found
    for part in _parts([_row(number, leaf, at) for number, leaf in enumerate(leaves, size)]):
        session.execute(insert(LogLeaf), part)
    for part in _parts([{"level": at[0], "number": at[1], "hash": found.hex()} for at, found in made.items()]):
        session.execute(insert(LogNode), part)
    return size + len(leaves)


def leaves_of(session: Session, *, case: str | None = None, below: int | None = None) -> Iterator[tuple[int, Leaf]]:
    """Number and leaf in order: of one case, or of all; only those numbered below."""
    query = select(LogLeaf.number, LogLeaf.case, LogLeaf.first, LogLeaf.last, LogLeaf.head).order_by(LogLeaf.number)
    if case is not None:
        query = query.where(LogLeaf.case == case)
    if below is not None:
        query = query.where(LogLeaf.number < below)
    for row in session.execute(query.execution_options(yield_per=PAGE)):
        yield row.number, Leaf(row.case, row.first, row.last, row.head)


def _row(number: int, leaf: Leaf, at: datetime) -> dict[str, object]:
    return {
        "number": number,
        "case": leaf.case,
        "first": leaf.first,
        "last": leaf.last,
        "head": leaf.head,
        "sealed_at": at,
    }


def _parts(rows: list[dict[str, object]]) -> Iterable[list[dict[str, object]]]:
    return (rows[at : at + PAGE] for at in range(0, len(rows), PAGE))
