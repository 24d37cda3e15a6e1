"""Check chains again from their bytes, trusting no column, no index, no trigger and no row of another table.

What it proves: nothing of an entry was changed, dropped, inserted, swapped or moved since it was written, as far as
the head given for the case reaches; a cut tail shows only against such a head. Of an erased entry the chain is
checked, its content and dedupe key cannot be (依法销毁); the destruction itself must stand on the chain.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app.db import Base
from app.history.canonical import CanonRefused, canon, instant_text, parse
from app.history.commitments import root_of
from app.history.data_keys import stored_keys
from app.history.digests import SM3
from app.history.erase import ERASED
from app.history.event import BODY_NAMES, GENESIS, VERSION, Head, event_hash
from app.history.fields import Opened, open_fields
from app.history.models import HistoryEvent, dedupe_mark
from app.history.read import OpenKeys, RecordedEvent, all_cases
from app.history.system import SYSTEM, system_heads
from app.vault import SealBroken, Vault

Each = Callable[[RecordedEvent], None]

_EVENT = Base.metadata.tables[HistoryEvent.__tablename__]


@dataclass(frozen=True)
class Broken:
    """The first link of a chain that does not hold: which, and what differs (Chinese)."""

    case: str
    seq: int
    what: str

    @property
    def sentence(self) -> str:
        return f"办件 {self.case} 第 {self.seq} 步：{self.what}"


@dataclass(frozen=True)
class ChainReport:
    """One chain. `head` is the last entry that held; `erased` are numbers of entries 内容已依法销毁."""

    case: str
    head: Head
    erased: tuple[int, ...] = ()
    broken: Broken | None = None

    @property
    def notes(self) -> tuple[str, ...]:
        """What to print beside the result, also when the chain holds."""
        return tuple(f"第 {seq} 步内容已依法销毁" for seq in self.erased)


@dataclass(frozen=True)
class Report:
    """All chains: counts of cases, of entries that held and of erased ones; per broken chain its first link."""

    cases: int
    events: int
    erased: int
    broken: tuple[Broken, ...]

    @property
    def holds(self) -> bool:
        return not self.broken


class Difference(Exception):
    """What does not hold, in Chinese; becomes a `Broken`."""


def verify_all(
    session: Session, *, vault: Vault, log: str, heads: Mapping[str, Head] | None = None, alg: str = SM3
) -> Report:
    """Check every chain in the table, and that each case in `heads` is there and ends as it says.

    Args:
        heads: what the callers' own rows hold per case; without it a cut tail or a deleted case goes unseen.
            Heads of system cases are added from their table.
    """
    expected = {**system_heads(session), **(heads or {})}
    seen, events, erased, broken = 0, 0, 0, []
    for case in all_cases(session):
        chain = verify_case(session, vault=vault, log=log, case=case, expected=expected.pop(case, None), alg=alg)
        seen, events, erased = seen + 1, events + chain.head.seq, erased + len(chain.erased)
        broken += [chain.broken] if chain.broken else []
    broken += [Broken(case, 1, "整条记录缺失") for case, head in expected.items() if head != GENESIS]
    return Report(seen, events, erased, tuple(broken))


def verify_case(
    session: Session,
    *,
    vault: Vault,
    log: str,
    case: str,
    expected: Head | None = None,
    alg: str = SM3,
    each: Each | None = None,
) -> ChainReport:
    """Check one chain up to its first broken link.

    Args:
        expected: the head as the caller's own row holds it.
        each: hears every entry that held, in order.
    """
    try:
        keys = stored_keys(session, case)
    except (ValueError, TypeError):
        return ChainReport(case, GENESIS, broken=Broken(case, 1, "数据密钥表存储的内容无法读取"))
    chain = _Chain(case, log, alg, OpenKeys(vault, keys), each)
    try:
        # On the connection, not through the ORM, which fetches all rows at once: the faulty one must be nameable.
        query = select(_EVENT).where(_EVENT.c.case == case).order_by(_EVENT.c.seq)
        rows = session.connection().execute(query)
        while row := _next(rows):
            chain.take(row)
        chain.end(expected)
    except Difference as difference:
        seq = chain.fault or chain.head.seq + 1
        return ChainReport(case, chain.head, tuple(chain.erased), Broken(case, seq, str(difference)))
    return ChainReport(case, chain.head, tuple(chain.erased))


def _next(rows: Any) -> Row[Any] | None:
    """One row, or the news that its bytes do not even fit their column's type (SQLite lets that happen)."""
    try:
        row: Row[Any] | None = rows.fetchone()
    except (ValueError, TypeError) as problem:
        raise Difference("有一列存储的内容无法读取") from problem
    except OperationalError as problem:
        if "UTF-8" in str(problem.orig):
            raise Difference("有一列存储的内容无法读取") from problem
        raise
    if row and not (type(row.body) is bytes and type(row.sealed) is bytes):
        raise Difference("有一列存储的内容无法读取")
    return row


class _Chain:
    """What is known of a chain while its entries are taken one after the other."""

    def __init__(self, case: str, log: str, alg: str, keys: OpenKeys, each: Each | None) -> None:
        self.case, self.log, self.alg, self.keys, self.each = case, log, alg, keys, each
        self.head = GENESIS
        self.erased: list[int] = []
        self.fault = 0
        self._dedupes: set[bytes] = set()
        self._destructions: dict[str, int] = {}
        self._needing: dict[str, int] = {}

    def take(self, row: Row[Any]) -> None:
        """Check one entry against the head. Raises Difference."""
        if row.seq != self.head.seq + 1:
            raise Difference(f"编号不连续，缺少这一步，下一条是第 {row.seq} 步")
        body = _checked_body(row, self.alg)
        if body["log"] != self.log:
            raise Difference("正文所属的部署编号不是本系统的")
        if body["prev"] != self.head.hash:
            raise Difference("所记上一步的哈希与上一步不符")
        opened = None
        if self.keys.destroyed(row.key_id):
            self.erased.append(row.seq)
            self._needing.setdefault(row.key_id, row.seq)
        else:
            opened = self._check_content(row, body)
        self.head = Head(row.seq, row.hash)
        if self.each is not None:
            self.each(RecordedEvent.of(body, row.hash, opened))

    def end(self, expected: Head | None) -> None:
        """Check what only the whole chain shows. Raises Difference."""
        for key_id, seq in self._needing.items():
            if key_id not in self._destructions:
                self.fault = seq
                raise Difference("数据密钥已不存在，但链上没有依法销毁的记录")
        for key_id, seq in self._destructions.items():
            if not self.keys.destroyed(key_id):
                self.fault = seq
                raise Difference("链上已记依法销毁，但数据密钥仍在（可能由备份恢复）")
        if expected is None and self.case.startswith(SYSTEM):
            raise Difference("系统链没有登记链头")
        if expected is not None and self.head.seq < expected.seq:
            raise Difference(f"链尾缺失，应有 {expected.seq} 步，实有 {self.head.seq} 步")
        if expected is not None and self.head != expected:
            self.fault = max(expected.seq, 1)
            raise Difference("与登记的链头不符")

    def _check_content(self, row: Row[Any], body: Mapping[str, Any]) -> Opened:
        opened = self._opened(row)
        if len(opened.fields) != body["n"]:
            raise Difference("字段个数与正文不符")
        if root_of(opened.event_key, opened.fields, self.alg) != body["root"]:
            raise Difference("字段内容与正文的承诺根不符")
        if dedupe_mark(self.case, opened.dedupe) != row.dedupe:
            raise Difference("列 dedupe 与密封内容不一致")
        if row.dedupe in self._dedupes:
            raise Difference("同一去重键出现两次")
        if row.dedupe is not None:
            self._dedupes.add(row.dedupe)
        if body["kind"] == ERASED:
            self._note_destruction(row.seq, opened.fields.get("effects"))
        return opened

    def _opened(self, row: Row[Any]) -> Opened:
        try:
            data_key = self.keys.get(row.key_id)
        except SealBroken as problem:
            raise Difference("数据密钥缺失、被改动，或不是本系统的密钥所包裹") from problem
        try:
            return open_fields(self.keys.vault, data_key, row.sealed, log=self.log, case=self.case, seq=row.seq)
        except SealBroken as problem:
            raise Difference("密封内容被改动，或不属于这一步") from problem

    def _note_destruction(self, seq: int, effects: Any) -> None:
        if isinstance(effects, Mapping):
            self._destructions |= dict.fromkeys(effects.get("destroyed", ()), seq)


def _checked_body(row: Row[Any], alg: str) -> Mapping[str, Any]:
    """The body, when its bytes are canonical, of this format, of this hash and equal to the columns shown."""
    try:
        body: Mapping[str, Any] = parse(row.body)
        canonical = canon(body) == row.body
    except CanonRefused as problem:
        raise Difference("正文不是约定的 JSON") from problem
    if not canonical:
        raise Difference("正文不是规范写法")
    if event_hash(row.body, alg) != row.hash:
        raise Difference("哈希与正文不符")
    if not _well_formed(body):
        raise Difference("正文的项目与格式约定不符")
    for name, shown in (("case", row.case), ("seq", row.seq), ("kind", row.kind), ("at", instant_text(row.at))):
        if body[name] != shown:
            raise Difference(f"列 {name} 与正文不一致")
    return body


def _well_formed(body: Any) -> bool:
    if not isinstance(body, dict) or body.keys() != BODY_NAMES or body["v"] != VERSION:
        return False
    numbers = {"v", "seq", "n"}
    return all(type(value) is (int if name in numbers else str) for name, value in body.items())
