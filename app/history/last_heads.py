"""The second tree: the last head of every case, which proves that an export holds ALL entries (proof §2.4).

It is a function of the log alone: of each case the last leaf below a size. So whoever holds the log can reckon any
earlier one again, and no table of its own can be forgotten or altered.
"""

from collections.abc import Iterator
from functools import cached_property
from threading import Lock

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.history.canonical import canon
from app.history.digests import SM3, digest
from app.history.event import Head
from app.history.log_models import LogLeaf
from app.history.sealed_log import PAGE, stored_nodes
from app.history.tree import inclusion, joined, root

WIDTH = 32
"""Bytes of a hash."""


def head_leaf(case: str, head: Head, alg: str = SM3) -> bytes:
    """H(0x00 ‖ "M1" ‖ canon({case, seq, head}))."""
    return digest(alg, b"\x00M1" + canon({"case": case, "seq": head.seq, "head": head.hash}))


class LastHeads:
    """The tree, its leaves in order of the bytes of the cases' names in UTF-8; hashes alone, end to end: a million
    cases take 64 MB."""

    def __init__(self, leaves: bytes, alg: str = SM3) -> None:
        self._leaves, self.alg = leaves, alg

    def __len__(self) -> int:
        return len(self._leaves) // WIDTH

    def root(self) -> bytes:
        return root(self._node, len(self), self.alg)

    def proof(self, case: str, head: Head) -> tuple[int, list[bytes]]:
        """Number and path of a case that ends at `head`. Raises KeyError: it is not among them."""
        wanted, at = head_leaf(case, head, self.alg), -1
        while (at := self._leaves.find(wanted, at + 1)) % WIDTH:
            if at < 0:
                raise KeyError(case)
        return at // WIDTH, inclusion(self._node, at // WIDTH, len(self), self.alg)

    @cached_property
    def _levels(self) -> list[bytes]:
        levels = [self._leaves]
        while len(levels[-1]) > WIDTH:
            levels.append(b"".join(self._above(levels[-1])))
        return levels

    def _above(self, below: bytes) -> Iterator[bytes]:
        for at in range(0, len(below) - WIDTH, 2 * WIDTH):
            yield joined(below[at : at + WIDTH], below[at + WIDTH : at + 2 * WIDTH], self.alg)

    def _node(self, level: int, number: int) -> bytes:
        found = self._levels[level][number * WIDTH : (number + 1) * WIDTH]
        if not found:
            raise IndexError("no such subtree")
        return found


_known: dict[tuple[str, bytes], LastHeads] = {}
_lock = Lock()


def last_heads(session: Session, size: int, alg: str = SM3) -> LastHeads:
    """Of each case the head in its last leaf below `size`.

    The last tree that was reckoned is kept under the root of the log it belongs to: so a checkpoint that was prepared
    before the log is locked (`app.instances.seal_log.reckon_heads`), and an export after it, do not reckon it again.
    """
    key = alg, root(stored_nodes(session), size, alg)
    found = _known.get(key)
    if found is None:
        found = reckoned(session, size, alg)
        with _lock:
            _known.clear()
            _known[key] = found
    return found


def reckoned(session: Session, size: int, alg: str = SM3) -> LastHeads:
    """The same from the leaves alone, whatever was kept: what a verifier asks."""
    newest = select(LogLeaf.case, func.max(LogLeaf.number).label("number")).where(LogLeaf.number < size)
    last = newest.group_by(LogLeaf.case).subquery()
    query = select(LogLeaf.case, LogLeaf.last, LogLeaf.head).join(last, LogLeaf.number == last.c.number)
    # Page by page: PostgreSQL cuts off a transaction that lets it wait ten seconds for its next statement.
    rows = session.execute(query.execution_options(yield_per=PAGE))
    found = [(row.case.encode(), head_leaf(row.case, Head(row.last, row.head), alg)) for row in rows]
    found.sort()
    return LastHeads(b"".join(leaf for _, leaf in found), alg)
