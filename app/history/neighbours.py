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
from app.history.canonical import Json, canon, instant_text, parse
from app.history.compare_witness import compare
from app.history.digests import SM3, digest
from app.history.keys import in_force, root_key
from app.history.lodged_file import Presented, holds_together, line_read, line_shown
from app.history.log_models import NeighbourCheckpoint
from app.history.signing import SignedLine, fingerprint
from app.history.system import SYSTEM, append_to_system, locked_head
from app.history.tree import roots_from_consistency
from app.history.witnessed import ALTERED
from app.vault import Vault

CHAIN = "neighbours"


@dataclass(frozen=True)
class Kept:
    """A checkpoint of `peer` as it is kept. `trust`: fingerprint of its root key; `lines`: those that came with it;
    `beside`: SM3 over these and the signatures."""

    number: int
    peer: str
    size: int
    root: str
    at: datetime
    body: bytes
    signatures: Sequence[Mapping[str, Any]]
    lines: tuple[SignedLine, ...]
    trust: str
    beside: str
    kept_at: datetime

    @property
    def said(self) -> Mapping[str, Any]:
        said: Mapping[str, Any] = parse(self.body)
        return said

    @property
    def shown_rightly(self) -> bool:
        """Whether the columns say what the body says."""
        said = self.said
        columns = self.peer, self.size, self.root, instant_text(self.at)
        return columns == (said["log"], said["size"], said["root"], said["at"])

    def told(self) -> dict[str, Json]:
        """What the chain says of it; `body` is SM3 over the bytes."""
        return {
            "number": self.number, "peer": self.peer, "size": self.size, "root": self.root, "trust": self.trust,
            "body": digest(SM3, self.body).hex(), "beside": self.beside, "kept_at": instant_text(self.kept_at),
        }  # fmt: skip


def kept(session: Session, peer: str | None = None) -> list[Kept]:
    """All in order, or those of one neighbour. Raises Refusal `neighbour_unreadable` (500): a row was altered."""
    query = select(NeighbourCheckpoint).order_by(NeighbourCheckpoint.number)
    if peer is not None:
        query = query.where(NeighbourCheckpoint.peer == peer)
    try:
        found = [kept_of(row) for row in session.scalars(query)]
        if all(one.shown_rightly for one in found):
            return found
    except ALTERED as problem:
        raise Refusal("neighbour_unreadable", 500) from problem
    raise Refusal("neighbour_unreadable", 500)


def kept_of(row: NeighbourCheckpoint) -> Kept:
    """Raises one of `ALTERED`: an altered row."""
    if not holds_together(row.body, row.signatures):
        raise ValueError("another form")
    lines = tuple(line_read(one, row.trusted) for one in row.keys)
    beside = digest(SM3, canon({"keys": row.keys, "signatures": row.signatures})).hex()
    return Kept(
        row.number, row.peer, row.size, row.root, row.at, row.body, row.signatures, lines, fingerprint(row.trusted),
        beside, row.kept_at,
    )  # fmt: skip


def keep(
    session: Session,
    given: Presented,
    *,
    vault: Vault,
    log: str,
    peer: str,
    trust: str | None,
    by: str,
    now: datetime,
    unproved: bool = False,
) -> tuple[Kept, bool | None]:
    """Keep a neighbour's checkpoint and say so on `sys/neighbours`.

    Args:
        peer: the name of the log that the person expects in the file.
        trust: fingerprint of the neighbour's root key; needed the first time.
        by: id of the person who vouches for it.
        unproved: keep it also where the file brings no proof that the log only grew; whoever rewrote a log brings none.

    Returns:
        What was kept, and whether the log was shown to have only grown since the one before: None where there is none
        before, False where the file brings no proof from that size. The chain says so too.

    Raises:
        Refusal: `neighbour_is_own`, `neighbour_other_name`, `neighbour_trust_missing`, `neighbour_trust_differs`, those
            of `Presented.check`, `neighbour_known`, `neighbour_older`, `neighbour_unproved` (422); `neighbour_split`,
            `neighbour_rewritten`, `neighbour_saw_another` (409): two logs, theirs or ours; `neighbour_unreadable` (500).
    """
    said = given.said
    refuse_own(session, given, log, trust)
    if said["log"] != peer:
        raise Refusal("neighbour_other_name", 422, {"peer": peer, "log": said["log"]})
    locked_head(session, SYSTEM + CHAIN)
    before = kept(session, peer)
    trusted = _trusted(before, peer, trust)
    known = [line for one in before for line in one.lines]
    given.check(trusted, known)
    if any(one.body == given.body for one in before):
        raise Refusal("neighbour_known", 422, {"peer": peer, "size": said["size"]})
    grown = _follows(standing(before, [*known, *given.lines]), given)
    if grown is False and not unproved:
        raise Refusal("neighbour_unproved", 422, {"peer": peer, "size": said["size"]})
    seen = compare(session, said, log)
    if seen.agrees is False:
        raise Refusal("neighbour_saw_another", 409, {"found": seen.sentence})
    made = _store(session, given, (*given.lines, *known)[0].root, now)
    fields: dict[str, Json] = {"actor": by, "effects": made.told() | {"grown": grown}}
    append_to_system(session, vault=vault, log=log, name=CHAIN, at=now, kind="neighbour_kept", fields=fields)
    return made, grown


def as_presented(session: Session, number: int) -> bytes | None:
    """The file of what is kept under this number, as evidence for others, with every line of its manifest that is known;
    None: there is none. Raises Refusal `neighbour_unreadable` (500)."""
    peer = session.scalar(select(NeighbourCheckpoint.peer).where(NeighbourCheckpoint.number == number))
    if peer is None:
        return None
    found = kept(session, peer)
    one = next(one for one in found if one.number == number)
    lines = list(dict.fromkeys(line for each in found for line in each.lines))
    return canon({
        "body": one.body.decode(), "signatures": [dict(each) for each in one.signatures], "root": lines[0].root.hex(),
        "keys": [line_shown(line) for line in lines],
    })  # fmt: skip


def refuse_own(session: Session, given: Presented, log: str, trust: str | None) -> None:
    """Raises Refusal `neighbour_is_own` (422): a log of our name, or one that our root key vouches for."""
    own = root_key(session)
    if given.said["log"] == log or (own is not None and fingerprint(own) in {trust, *map(_root, given.lines)}):
        raise Refusal("neighbour_is_own", 422, {"log": log})


def standing(before: Sequence[Kept], lines: Sequence[SignedLine]) -> list[Kept]:
    """Those whose keys may sign them, as the manifest reads now: what was signed by a stolen key, for a log longer than it
    ever was, must not keep the true log out once the key is withdrawn."""
    distinct = list(dict.fromkeys(lines))
    return [one for one in before if in_force(distinct, one)]


def of_the_same_root(session: Session, made: Kept) -> list[str]:
    """Other neighbours under this root key: together with them it is one witness, not two."""
    others = select(NeighbourCheckpoint.peer, NeighbourCheckpoint.trusted).where(NeighbourCheckpoint.peer != made.peer)
    rows = session.execute(others.distinct()).all()
    return sorted(peer for peer, root in rows if isinstance(root, bytes) and fingerprint(root) == made.trust)


def _root(line: SignedLine) -> str:
    return fingerprint(line.root)


def _trusted(before: Sequence[Kept], peer: str, trust: str | None) -> str:
    if not before and trust is None:
        raise Refusal("neighbour_trust_missing", 422, {"peer": peer})
    if before and trust not in (None, before[0].trust):
        raise Refusal("neighbour_trust_differs", 422, {"peer": peer, "kept": before[0].trust})
    return before[0].trust if before else trust or ""


def _follows(before: Sequence[Kept], given: Presented) -> bool | None:
    """Whether it was shown to be the same log, grown. Every proof counts that the file brings from a size we know, also
    from before one that was kept without."""
    said = given.said
    about = {"peer": said["log"], "size": said["size"]}
    if any(one.size == said["size"] and one.root != said["root"] for one in before):
        raise Refusal("neighbour_split", 409, about)
    if not before:
        return None
    last = before[-1]
    if said["size"] < last.size or datetime.fromisoformat(said["at"]) < last.at:
        raise Refusal("neighbour_older", 422, about | {"kept": last.size})
    if last.said["alg"] != said["alg"]:  # fixed for the life of a log (proof §2.3)
        raise Refusal("neighbour_rewritten", 409, about | {"kept": last.size})
    for size, root in {one.size: one.root for one in before if one.size < said["size"]}.items():
        roots = bytes.fromhex(root), bytes.fromhex(said["root"])
        path = given.earlier.get(size)
        if path is not None and roots_from_consistency(size, roots[0], said["size"], path, said["alg"]) != roots:
            raise Refusal("neighbour_rewritten", 409, about | {"kept": size})
    return said["size"] == last.size or last.size in given.earlier


def _store(session: Session, given: Presented, root: bytes, now: datetime) -> Kept:
    said = given.said
    number = (session.scalar(select(func.max(NeighbourCheckpoint.number))) or 0) + 1
    row: dict[str, Any] = {
        "number": number, "peer": said["log"], "size": said["size"], "root": said["root"],
        "at": datetime.fromisoformat(said["at"]), "body": given.body, "signatures": list(given.signatures),
        "keys": [line_shown(one) for one in given.lines], "trusted": root, "kept_at": now,
    }  # fmt: skip
    session.execute(insert(NeighbourCheckpoint), row)
    return kept_of(NeighbourCheckpoint(**row))
