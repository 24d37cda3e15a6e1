"""Check again what is kept of neighbours' logs, against its signatures, its chain and our own checkpoints."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import Refusal
from app.history.canonical import CanonRefused, canon, instant_text, parse
from app.history.checkpoint import checkpoints
from app.history.compare_witness import compare
from app.history.keys import signed_under
from app.history.lodged_file import presented
from app.history.log_models import NeighbourCheckpoint
from app.history.neighbours import CHAIN, Kept, kept_of
from app.history.read import read_events
from app.history.signing import KeyRefused
from app.history.system import SYSTEM
from app.history.witnessed import entries_hold
from app.vault import Vault


def verify_neighbours(session: Session, vault: Vault, log: str) -> list[str]:
    """Sentences (Chinese) about what does not hold. Raises Refusal `record_broken`: the chain cannot be read."""
    found: list[Kept] = []
    broken = []
    for row in session.scalars(select(NeighbourCheckpoint).order_by(NeighbourCheckpoint.number)):
        try:
            one = kept_of(row)
            broken += [f"第 {one.number} 份（{one.peer}）：{what}" for what in _row(one, _before(found, one.peer))]
        except (KeyRefused, KeyError, TypeError, ValueError, AttributeError):
            broken.append(f"第 {row.number} 份（{row.peer}）：不是约定的写法")
        else:
            found.append(one)
    return [*broken, *_chain(session, vault, found), *_said(session, found), *_seen(session, log, found)]


def _before(found: Sequence[Kept], peer: str) -> list[Kept]:
    return [one for one in found if one.peer == peer]


def _row(one: Kept, before: Sequence[Kept]) -> Iterator[str]:
    """With the lines that were known when it was kept: one that a later line takes away was rightly believed then."""
    try:
        given = presented(canon({"body": one.body.decode(), "signatures": [dict(each) for each in one.signatures]}))
    except (Refusal, CanonRefused, UnicodeDecodeError):
        yield "不是约定的写法"
        return
    said = given.said
    columns = (one.peer, one.size, one.root, instant_text(one.at))
    if columns != (said["log"], said["size"], said["root"], said["at"]):
        yield "列与正文不一致"
    lines = [line for each in (*before, one) for line in each.lines]
    if not all(line.holds for line in lines) or not signed_under(lines, one.body, one.signatures, said["size"]):
        yield "签名不对，或签名的密钥不在对方的密钥清单中"
    if before and one.trust != before[0].trust:
        yield "根公钥与先前留存的不是同一把"
    if before and one.size < before[-1].size:
        yield "比先前留存的短"
    if any(each.size == one.size and each.root != one.root for each in before):
        yield "与先前留存的条数相同而根不同：对方有两份日志"


def _chain(session: Session, vault: Vault, found: Sequence[Kept]) -> Iterator[str]:
    entries = read_events(session, vault, SYSTEM + CHAIN)
    effects: list[Any] = [(entry.fields or {}).get("effects") for entry in entries]
    told: dict[int, Mapping[str, Any]] = {said["number"]: said for said in effects if said}
    rows: dict[int, Mapping[str, Any]] = {one.number: one.told() for one in found}
    for number in sorted(told.keys() | rows.keys()):
        if told.get(number) != rows.get(number):
            yield f"第 {number} 份与 {SYSTEM}{CHAIN} 所记不符：被改动、删除或补入"


def _said(session: Session, found: Sequence[Kept]) -> Iterator[str]:
    """What our checkpoints say must be among what is kept."""
    known = {(one.peer, one.size, one.root) for one in found}
    for checkpoint in checkpoints(session):
        try:
            witness = checkpoint.said["witness"]
        except (CanonRefused, KeyError, TypeError):  # told with the log
            continue
        if not entries_hold(witness):
            continue
        for entry in witness:
            if (entry["peer"], entry["size"], entry["root"]) not in known:
                yield f"检查点 {checkpoint.number} 所记 {entry['peer']} 的 {entry['size']} 条，不在留存之中"


def _seen(session: Session, log: str, found: Sequence[Kept]) -> Iterator[str]:
    """What each says of our log agreed when it was kept; one whose body was altered since is told above."""
    for one in found:
        try:
            seen = compare(session, parse(one.body), log)
        except (CanonRefused, KeyError, TypeError):
            continue
        if seen.agrees is False:
            yield f"第 {one.number} 份（{one.peer}）：{seen.sentence}"
