"""The second tree: the last head of every case, which proves that an export holds ALL entries (proof §2.4).

It is a function of the log alone: of each case the last leaf below a size. So whoever holds the log can reckon any
earlier one again, and no table of its own can be forgotten or altered.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.history.canonical import canon
from app.history.digests import SM3, digest
from app.history.event import Head
from app.history.log_models import LogLeaf
from app.history.tree import inclusion, nodes_of, root


def head_leaf(case: str, head: Head, alg: str = SM3) -> bytes:
    """H(0x00 ‖ "M1" ‖ canon({case, seq, head}))."""
    return digest(alg, b"\x00M1" + canon({"case": case, "seq": head.seq, "head": head.hash}))


@dataclass(frozen=True)
class LastHeads:
    """The heads by case, in the order of the tree: by the bytes of the case's name in UTF-8."""

    heads: Mapping[str, Head]
    alg: str = SM3

    def root(self) -> bytes:
        return root(nodes_of(self._leaves(), self.alg), len(self.heads), self.alg)

    def proof(self, case: str) -> tuple[int, list[bytes]]:
        """Number and path of a case. Raises KeyError: the case is not sealed."""
        number = {name: at for at, name in enumerate(self.heads)}[case]
        return number, inclusion(nodes_of(self._leaves(), self.alg), number, len(self.heads), self.alg)

    def _leaves(self) -> list[bytes]:
        return [head_leaf(case, head, self.alg) for case, head in self.heads.items()]


def last_heads(session: Session, size: int, alg: str = SM3) -> LastHeads:
    """Of each case the head in its last leaf below `size`."""
    newest = select(LogLeaf.case, func.max(LogLeaf.number).label("number")).where(LogLeaf.number < size)
    last = newest.group_by(LogLeaf.case).subquery()
    query = select(LogLeaf.case, LogLeaf.last, LogLeaf.head).join(last, LogLeaf.number == last.c.number)
    found = {row.case: Head(row.last, row.head) for row in session.execute(query)}
    return LastHeads({case: found[case] for case in sorted(found, key=str.encode)}, alg)
