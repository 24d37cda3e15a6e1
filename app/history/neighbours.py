"""Keeping neighbours' checkpoints, so that our next one says what we saw of their logs (proof §2.5).

Whoever shows two logs to two people must now show each neighbour the one it witnessed. The root key of a neighbour is
believed by its fingerprint, which a named person had from elsewhere; it never changes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from app.errors import Refusal
from app.history.canonical import Json
from app.history.compare_witness import compare
from app.history.digests import SM3, digest
from app.history.keys import root_key
from app.history.lodged_file import Presented, line_read, line_shown
from app.history.log_models import NeighbourCheckpoint
from app.history.signing import KeyRefused, SignedLine, fingerprint
from app.history.system import SYSTEM, append_to_system, locked_head
from app.history.tree import roots_from_consistency
from app.vault import Vault

CHAIN = "neighbours"


@dataclass(frozen=True)
class Kept:
    """A checkpoint of `peer` as it is kept. `trust`: fingerprint of its root key; `lines`: those that came with it."""

    number: int
    peer: str
    size: int
    root: str
    at: datetime
    body: bytes
    signatures: Sequence[Mapping[str, Any]]
    lines: tuple[SignedLine, ...]
    trust: str

    def told(self) -> dict[str, Json]:
        """What the chain says of it; `body` is SM3 over the bytes."""
        return {
            "number": self.number, "peer": self.peer, "size": self.size, "root": self.root, "trust": self.trust,
            "body": digest(SM3, self.body).hex(),
        }  # fmt: skip


def kept(session: Session, peer: str | None = None) -> list[Kept]:
    """All in order, or those of one neighbour. Raises Refusal `neighbour_unreadable` (500): a row was altered."""
    query = select(NeighbourCheckpoint).order_by(NeighbourCheckpoint.number)
    if peer is not None:
        query = query.where(NeighbourCheckpoint.peer == peer)
    try:
        return [kept_of(row) for row in session.scalars(query)]
    except (KeyRefused, KeyError, TypeError, ValueError, AttributeError) as problem:
        raise Refusal("neighbour_unreadable", 500) from problem


def kept_of(row: NeighbourCheckpoint) -> Kept:
    """Raises KeyRefused, KeyError, TypeError, ValueError, AttributeError: an altered row."""
    lines = tuple(line_read(one, row.trusted) for one in row.keys)
    trust = fingerprint(row.trusted)
    return Kept(row.number, row.peer, row.size, row.root, row.at, row.body, row.signatures, lines, trust)


def keep(
    session: Session, given: Presented, *, vault: Vault, log: str, peer: str, trust: str | None, by: str, now: datetime
) -> tuple[Kept, bool | None]:
    """Keep a neighbour's checkpoint and say so on `sys/neighbours`.

    Args:
        peer: the name of the log that the person expects in the file.
        trust: fingerprint of the neighbour's root key; needed the first time.
        by: id of the person who vouches for it.

    Returns:
        What was kept, and whether the log was shown to have only grown since the one before: None where there is none
        before, False where the file brings no proof from that size.

    Raises:
        Refusal: `neighbour_is_own`, `neighbour_other_name`, `neighbour_trust_missing`, `neighbour_trust_differs`, those
            of `Presented.check`, `neighbour_known`, `neighbour_older` (422); `neighbour_split`, `neighbour_rewritten`,
            `neighbour_saw_another` (409): two logs, theirs or ours; `neighbour_unreadable` (500).
    """
    said = given.said
    own = root_key(session)
    if said["log"] == log or (own is not None and fingerprint(own) in {trust, *map(_root, given.lines)}):
        raise Refusal("neighbour_is_own", 422, {"log": log})
    if said["log"] != peer:
        raise Refusal("neighbour_other_name", 422, {"peer": peer, "log": said["log"]})
    locked_head(session, SYSTEM + CHAIN)
    before = kept(session, peer)
    trusted = _trusted(before, peer, trust)
    given.check(trusted, [line for one in before for line in one.lines])
    grown = _follows(before, given)
    seen = compare(session, said, log)
    if seen.agrees is False:
        raise Refusal("neighbour_saw_another", 409, {"found": seen.sentence})
    made = _store(session, given, now)
    fields: dict[str, Json] = {"actor": by, "effects": made.told()}
    append_to_system(session, vault=vault, log=log, name=CHAIN, at=now, kind="neighbour_kept", fields=fields)
    return made, grown


def _root(line: SignedLine) -> str:
    return fingerprint(line.root)


def _trusted(before: Sequence[Kept], peer: str, trust: str | None) -> str:
    if not before and trust is None:
        raise Refusal("neighbour_trust_missing", 422, {"peer": peer})
    if before and trust not in (None, before[0].trust):
        raise Refusal("neighbour_trust_differs", 422, {"peer": peer, "kept": before[0].trust})
    return before[0].trust if before else trust or ""


def _follows(before: Sequence[Kept], given: Presented) -> bool | None:
    """Whether it was shown to be the same log, grown."""
    said = given.said
    about = {"peer": said["log"], "size": said["size"]}
    if any(one.size == said["size"] and one.root != said["root"] for one in before):
        raise Refusal("neighbour_split", 409, about)
    if any(one.body == given.body for one in before):
        raise Refusal("neighbour_known", 422, about)
    if not before:
        return None
    last = before[-1]
    if said["size"] < last.size or datetime.fromisoformat(said["at"]) < last.at:
        raise Refusal("neighbour_older", 422, about | {"kept": last.size})
    if said["size"] == last.size:
        return True
    if last.size not in given.earlier:
        return False
    roots = bytes.fromhex(last.root), bytes.fromhex(said["root"])
    path = given.earlier[last.size]
    if roots_from_consistency(last.size, roots[0], said["size"], path, said["alg"]) != roots:
        raise Refusal("neighbour_rewritten", 409, about | {"kept": last.size})
    return True


def _store(session: Session, given: Presented, now: datetime) -> Kept:
    said = given.said
    number = (session.scalar(select(func.max(NeighbourCheckpoint.number))) or 0) + 1
    row: dict[str, Any] = {
        "number": number, "peer": said["log"], "size": said["size"], "root": said["root"],
        "at": datetime.fromisoformat(said["at"]), "body": given.body, "signatures": list(given.signatures),
        "keys": [line_shown(one) for one in given.lines], "trusted": given.lines[0].root, "kept_at": now,
    }  # fmt: skip
    session.execute(insert(NeighbourCheckpoint), row)
    return kept_of(NeighbourCheckpoint(**row))
