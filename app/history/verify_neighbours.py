"""Check again what is kept of neighbours' logs, against its signatures, its chain and our own checkpoints."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.history.canonical import CanonRefused
from app.history.checkpoint import checkpoints
from app.history.compare_witness import compare
from app.history.keys import signed_under
from app.history.log_models import NeighbourCheckpoint
from app.history.neighbours import CHAIN, Kept, kept_of, standing
from app.history.read import read_events
from app.history.sealed_log import stored_nodes
from app.history.signing import SignedLine
from app.history.system import SYSTEM
from app.history.witnessed import ALTERED, entries_hold
from app.vault import Vault


@dataclass
class _Peer:
    """What was known of one neighbour when its next checkpoint was kept."""

    lines: dict[SignedLine, None] = field(default_factory=dict)
    standing: list[Kept] = field(default_factory=list)
    trust: str = ""


def verify_neighbours(session: Session, vault: Vault, log: str) -> list[str]:
    """Sentences (Chinese) about what does not hold. Raises Refusal `record_broken`: the chain cannot be read."""
    found: list[Kept] = []
    broken: list[str] = []
    peers: dict[str, _Peer] = {}
    for number in session.scalars(select(NeighbourCheckpoint.number).order_by(NeighbourCheckpoint.number)).all():
        query = select(NeighbourCheckpoint).where(NeighbourCheckpoint.number == number)
        try:  # each on its own: one that cannot even be fetched hides no other
            one = kept_of(session.scalars(query).one())
        except ALTERED:
            broken.append(f"第 {number} 份：不是约定的写法")
            continue
        broken += [f"第 {number} 份（{one.peer}）：{what}" for what in _row(one, peers.setdefault(one.peer, _Peer()))]
        found.append(one)
    return [*broken, *_chain(session, vault, found), *_said(session, found), *_seen(session, log, found)]


def _row(one: Kept, peer: _Peer) -> Iterator[str]:
    """With the lines that were known when it was kept: one that a later line takes away was rightly believed then."""
    said, shown_rightly = one.said, one.shown_rightly
    if not shown_rightly:
        yield "列与正文不一致"
    peer.trust = peer.trust or one.trust
    fresh = [line for line in dict.fromkeys(one.lines) if line not in peer.lines]
    good = [line for line in fresh if line.holds]
    peer.lines.update(dict.fromkeys(good))
    holds = good == fresh and signed_under(list(peer.lines), one.body, one.signatures, said["size"])
    if not holds:
        yield "签名不对，或签名的密钥不在对方的密钥清单中"
    if one.trust != peer.trust:
        yield "根公钥与先前留存的不是同一把"
    if good:
        peer.standing = standing(peer.standing, list(peer.lines))
    if peer.standing and said["size"] < peer.standing[-1].size:
        yield "比先前留存的短"
    if any(each.size == said["size"] and each.root != said["root"] for each in peer.standing):
        yield "与先前留存的条数相同而根不同：对方有两份日志"
    if holds and shown_rightly:
        peer.standing.append(one)


def _chain(session: Session, vault: Vault, found: Sequence[Kept]) -> Iterator[str]:
    """`grown` is of the moment: the proof is not kept."""
    entries = read_events(session, vault, SYSTEM + CHAIN)
    effects: list[Any] = [(entry.fields or {}).get("effects") for entry in entries]
    told = {said["number"]: {name: said[name] for name in said if name != "grown"} for said in effects if said}
    rows = {one.number: one.told() for one in found}
    for number in sorted(told.keys() | rows.keys()):
        if told.get(number) != rows.get(number):
            yield f"第 {number} 份与 {SYSTEM}{CHAIN} 所记不符：被改动、删除或补入"


def _said(session: Session, found: Sequence[Kept]) -> Iterator[str]:
    """What our checkpoints say must be among what is kept. One that is not is told once, not for each that repeats it."""
    known = {(one.peer, one.size, one.root) for one in found}
    for checkpoint in checkpoints(session):
        try:
            witness = checkpoint.said["witness"]
        except (CanonRefused, KeyError, TypeError):  # told with the log
            continue
        if not entries_hold(witness):
            continue
        for entry in witness:
            named = entry["peer"], entry["size"], entry["root"]
            if named not in known:
                known.add(named)
                yield f"检查点 {checkpoint.number} 所记 {entry['peer']} 的 {entry['size']} 条，不在留存之中"


def _seen(session: Session, log: str, found: Sequence[Kept]) -> Iterator[str]:
    """What each says of our log agreed when it was kept; one whose body was altered since is told above."""
    node = stored_nodes(session)
    for one in found:
        seen = compare(session, one.said, log, node=node)
        if seen.agrees is False:
            yield f"第 {one.number} 份（{one.peer}）：{seen.sentence}"
