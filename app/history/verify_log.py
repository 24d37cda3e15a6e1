"""Check the sealed log again: leaves against the chains, the tree against the leaves, checkpoints against the tree.

What it proves beyond the chains: no case was deleted and no chain rewritten since it was sealed, and the log is the one
that was signed; with a checkpoint that was lodged elsewhere, not even by somebody who holds every key here.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from app.history.canonical import CanonRefused, canon, instant_text, parse
from app.history.checkpoint import CHECKPOINT_NAMES, VERSION, Checkpoint, checkpoints
from app.history.digests import SM3, digest
from app.history.event import GENESIS
from app.history.keys import key_lines, signed_under
from app.history.last_heads import reckoned
from app.history.log_models import LogLeaf, LogNode
from app.history.models import HistoryEvent
from app.history.sealed_log import Leaf, leaves_of
from app.history.signing import KeyRefused, SignedLine, fingerprint
from app.history.tree import Node, nodes_of, root
from app.history.witnessed import entries_hold

LATE = timedelta(hours=1)
"""Sealed so much after the time an entry gives itself: told, since a stopped worker looks like a late entry."""


@dataclass(frozen=True)
class LogReport:
    """`broken` and `notes` are sentences (Chinese); `size` leaves, `signed` checkpoints."""

    size: int
    signed: int
    broken: tuple[str, ...]
    notes: tuple[str, ...]


def verify_log(
    session: Session,
    *,
    log: str,
    trust: str | None = None,
    against: Sequence[tuple[bytes, Sequence[Mapping[str, Any]]]] = (),
    alg: str = SM3,
) -> LogReport:
    """Check everything.

    Args:
        trust: fingerprint of the root key as it was published; without it the root in the table is believed.
        against: checkpoints lodged elsewhere, body and signatures.
    """
    leaves = list(leaves_of(session))
    node = nodes_of([leaf.hash(alg) for _, leaf in leaves], alg)
    broken = [*_numbered(leaves), *_tree(session, node, len(leaves)), *sealed_heads_hold(session)]
    lines, faults = _lines(session, trust)
    broken += faults
    known = checkpoints(session)
    before = digest_of(None, alg)
    for number, one in enumerate(known, 1):
        broken += [f"检查点 {number}：{what}" for what in _checkpoint(one, number, before, log, alg)]
        broken += [
            f"检查点 {number}：{what}" for what in _signed(one.body, one.signatures, lines, node, len(leaves), alg)
        ]
        before = digest_of(one, alg)
    broken += _complete(session, known, alg)
    for at, (body, signatures) in enumerate(against, 1):
        lodged = _signed(body, signatures, lines, node, len(leaves), alg) if _of(body, log, alg) else ["不属于本系统"]
        broken += [f"外存的检查点 {at}：{what}" for what in lodged]
    return LogReport(len(leaves), len(known), tuple(broken), tuple(late_seals(session)))


def digest_of(one: Checkpoint | None, alg: str) -> str:
    """What the next checkpoint names as `prev`."""
    return digest(alg, one.body).hex() if one else GENESIS.hash


def late_seals(session: Session) -> Iterator[str]:
    """Leaves sealed more than `LATE` after the first of their entries says it happened."""
    inside = and_(
        HistoryEvent.case == LogLeaf.case, HistoryEvent.seq >= LogLeaf.first, HistoryEvent.seq <= LogLeaf.last
    )
    at = func.min(HistoryEvent.at)
    columns = (LogLeaf.number, LogLeaf.case, LogLeaf.first, LogLeaf.last, LogLeaf.sealed_at)
    query = select(*columns, at.label("at")).join(HistoryEvent, inside).group_by(*columns).order_by(LogLeaf.number)
    for row in session.execute(query):
        if row.sealed_at - row.at > LATE:
            when = f"最早记于 {row.at:%Y-%m-%d %H:%M}Z，封存于 {row.sealed_at:%Y-%m-%d %H:%M}Z"
            yield f"办件 {row.case} 第 {row.first}–{row.last} 步{when}，相差超过 1 小时"


def _numbered(leaves: Sequence[tuple[int, Leaf]]) -> Iterator[str]:
    reached: dict[str, int] = {}
    for expected, (number, leaf) in enumerate(leaves):
        if number != expected:
            yield f"封存日志第 {expected} 条缺失"
            return
        if leaf.first != reached.get(leaf.case, 0) + 1 or leaf.last < leaf.first:
            yield f"封存日志第 {number} 条与同一办件的上一条不衔接"
        reached[leaf.case] = leaf.last


def _tree(session: Session, node: Node, size: int) -> Iterator[str]:
    """Every stored subtree, and none missing."""
    wanted = {(level, at) for level in range(size.bit_length()) for at in range(size >> level)}
    for row in session.execute(select(LogNode.level, LogNode.number, LogNode.hash)):
        if (row.level, row.number) not in wanted or node(row.level, row.number).hex() != row.hash:
            yield f"封存日志的树：第 {row.level} 层第 {row.number} 个结点与日志不符"
        wanted.discard((row.level, row.number))
    if wanted:
        yield f"封存日志的树缺少 {len(wanted)} 个结点"


def sealed_heads_hold(session: Session, case: str | None = None) -> Iterator[str]:
    """Does each chain (or that of one case) still hold what was sealed of it? One that was deleted whole shows here."""
    same = and_(HistoryEvent.case == LogLeaf.case, HistoryEvent.seq == LogLeaf.last)
    query = select(LogLeaf.case, LogLeaf.last, LogLeaf.head, HistoryEvent.hash).outerjoin(HistoryEvent, same)
    if case is not None:
        query = query.where(LogLeaf.case == case)
    for row in session.execute(query.order_by(LogLeaf.number)):
        if row.hash is None:
            yield f"办件 {row.case}：已封存到第 {row.last} 步，但记录已不存在"
        elif row.hash != row.head:
            yield f"办件 {row.case} 第 {row.last} 步：与封存时不同，这条链在封存后被重写"


def _lines(session: Session, trust: str | None) -> tuple[list[SignedLine], list[str]]:
    try:
        lines = key_lines(session)
    except KeyRefused as problem:
        return [], [f"密钥清单：{problem}"]
    broken = [f"密钥清单第 {at} 行：根密钥的签名不对" for at, one in enumerate(lines, 1) if not one.holds]
    roots = {fingerprint(one.root) for one in lines}
    if len(roots) > 1 or (trust is not None and roots - {trust}):
        broken.append("密钥清单：根公钥不是您确认的那一把" if trust else "密钥清单：有两把不同的根公钥")
    return [one for one in lines if one.holds], broken


def _of(body: bytes, log: str, alg: str) -> bool:
    """Raises CanonRefused."""
    said = parse(body)
    return bool(said["v"] == VERSION and said["log"] == log and said["alg"] == alg)


def _checkpoint(one: Checkpoint, number: int, before: str, log: str, alg: str) -> Iterator[str]:
    try:
        said = parse(one.body)
        if canon(said) != one.body or said.keys() != CHECKPOINT_NAMES:
            raise CanonRefused("another form")
    except (CanonRefused, AttributeError):
        yield "不是约定的写法"
        return
    if one.number != number:
        yield "编号不连续，前面的检查点缺失"
    if not _of(one.body, log, alg):
        yield "属于另一系统，或换了算法"
    if said["prev"] != before:
        yield "所记上一检查点与上一检查点不符"
    if said["size"] != one.size or said["at"] != instant_text(one.at):
        yield "列与正文不一致"
    if not entries_hold(said["witness"]):
        yield "所记邻近机关的日志不是约定的写法"


def _signed(
    body: bytes,
    signatures: Sequence[Mapping[str, Any]],
    lines: Sequence[SignedLine],
    node: Node,
    size: int,
    alg: str,
) -> Iterator[str]:
    """Do its root and its signatures hold over the log as it is?"""
    try:
        said = parse(body)
        claimed, stated = int(said["size"]), str(said["root"])
    except (CanonRefused, KeyError, TypeError, ValueError):
        return
    if claimed > size or root(node, claimed, alg).hex() != stated:
        yield "日志与签名时不同：有的条目被删、被改"
    if not signed_under(lines, body, signatures, claimed):
        yield "签名不对，或签名的密钥不在密钥清单中"


def _complete(session: Session, known: Sequence[Checkpoint], alg: str) -> Iterator[str]:
    """The last heads of the newest complete checkpoint, reckoned again; an older one is held by its signature."""
    full = next((one for one in reversed(known) if one.complete), None)
    if full is None:
        return
    heads = reckoned(session, full.size, alg)
    try:
        same = (full.said["cases"], full.said["heads"]) == (len(heads), heads.root().hex())
    except (CanonRefused, KeyError, TypeError):
        same = False
    if not same:
        yield f"检查点 {full.number}：各件链头的树与日志不符"
