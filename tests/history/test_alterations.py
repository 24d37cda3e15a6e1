"""Whoever has the database changes something; the verifier says which step and what."""

from collections.abc import Callable
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.history import GENESIS, Broken, Head, verify_all, verify_case
from app.history.canonical import canon, parse
from app.history.event import event_hash
from app.history.packed import unpack
from app.vault import Vault
from tests.history.chains import CASE, LOG, OTHER, RAW_EVENT, RAW_KEY, write_chain

SECOND = (RAW_EVENT.c.case == CASE) & (RAW_EVENT.c.seq == 2)


def first_broken(session: Session, vault: Vault, heads: dict[str, Head] | None = None) -> Broken | None:
    report = verify_all(session, vault=vault, log=LOG, heads=heads)
    return report.broken[0] if report.broken else None


def row_of(session: Session, seq: int, case: str = CASE) -> dict[str, Any]:
    query = select(RAW_EVENT).where(RAW_EVENT.c.case == case, RAW_EVENT.c.seq == seq)
    return dict(session.execute(query).one()._mapping)


def test_an_untouched_record_holds(session: Session, vault: Vault) -> None:
    heads = {CASE: write_chain(session, vault), OTHER: write_chain(session, vault, OTHER, 2)}
    report = verify_all(session, vault=vault, log=LOG, heads=heads)
    assert (report.holds, report.cases, report.events, report.erased) == (True, 2, 6, 0)
    assert verify_case(session, vault=vault, log=LOG, case=CASE, expected=heads[CASE]).head == heads[CASE]


@pytest.mark.sizes("bits", [1], long=[8])
@pytest.mark.parametrize("name", ["body", "hash", "sealed", "key_id", "dedupe"])
def test_any_flipped_bit_is_found(owner: Session, vault: Vault, name: str, bits: int) -> None:
    """Of each byte so many bits: one, which goes round, or all eight."""
    write_chain(owner, vault, length=2)
    good = bytes(row_of(owner, 2)[name])
    for place, bit in product(range(len(good)), range(bits)):
        bad = good[:place] + bytes([good[place] ^ 1 << (place + bit) % 8]) + good[place + 1 :]
        owner.execute(update(RAW_EVENT).where(SECOND).values({name: bad}))
        found = first_broken(owner, vault)
        assert found is not None and (found.case, found.seq) == (CASE, 2), f"{name} byte {place} bit {bit}"
    owner.execute(update(RAW_EVENT).where(SECOND).values({name: good}))
    assert first_broken(owner, vault) is None


def test_any_changed_letter_of_the_kind_is_found(owner: Session, vault: Vault) -> None:
    write_chain(owner, vault, length=2)
    good = row_of(owner, 2)["kind"]
    for place in range(len(good)):
        bad = good[:place] + chr(ord(good[place]) ^ 1) + good[place + 1 :]
        owner.execute(update(RAW_EVENT).where(SECOND).values(kind=bad))
        assert first_broken(owner, vault) == Broken(CASE, 2, "列 kind 与正文不一致"), bad


@pytest.mark.parametrize("shift", [timedelta(microseconds=1), timedelta(seconds=-1), timedelta(days=400)], ids=str)
def test_a_shifted_time_is_found(owner: Session, vault: Vault, shift: timedelta) -> None:
    write_chain(owner, vault, length=2)
    owner.execute(update(RAW_EVENT).where(SECOND).values(at=row_of(owner, 2)["at"] + shift))
    assert first_broken(owner, vault) == Broken(CASE, 2, "列 at 与正文不一致")


@pytest.mark.parametrize("name", ["wrapped", "kek_id", "key_id"])
def test_any_flipped_byte_of_the_stored_data_key_is_found(owner: Session, vault: Vault, name: str) -> None:
    write_chain(owner, vault, length=1)
    good = bytes(owner.execute(select(RAW_KEY.c[name])).scalar_one())
    for place in range(len(good)):
        bad = good[:place] + bytes([good[place] ^ 0x10]) + good[place + 1 :]
        owner.execute(update(RAW_KEY).values({name: bad}))
        found = first_broken(owner, vault)
        assert found is not None and "数据密钥" in found.what, f"{name} byte {place}"


def drop(session: Session, seq: int) -> None:
    session.execute(delete(RAW_EVENT).where(RAW_EVENT.c.case == CASE, RAW_EVENT.c.seq == seq))


def drop_all(session: Session) -> None:
    session.execute(delete(RAW_EVENT).where(RAW_EVENT.c.case == CASE))


def swap(session: Session, *names: str, other: tuple[str, int] = (CASE, 3)) -> None:
    """Exchange columns of the second entry with those of another."""
    mine, theirs = row_of(session, 2), row_of(session, other[1], other[0])
    there = (RAW_EVENT.c.case == other[0]) & (RAW_EVENT.c.seq == other[1])
    session.execute(update(RAW_EVENT).where(there).values(dedupe=None))
    session.execute(update(RAW_EVENT).where(SECOND).values({name: theirs[name] for name in names}))
    session.execute(update(RAW_EVENT).where(there).values({"dedupe": theirs["dedupe"]} | {n: mine[n] for n in names}))


def insert_copy(session: Session, **changes: Any) -> None:
    session.execute(insert(RAW_EVENT).values(row_of(session, 2) | {"dedupe": None} | changes))


def renumber(session: Session) -> None:
    """Drop the second entry and close the gap."""
    drop(session, 2)
    for seq in (3, 4):
        session.execute(update(RAW_EVENT).where(RAW_EVENT.c.seq == seq).values(seq=seq - 1))


def rewrite(session: Session, **changes: Any) -> None:
    """Change the second body, put its hash right and leave the rest."""
    body = canon({**parse(unpack(bytes(row_of(session, 2)["body"]))), **changes})
    columns = {name: value for name, value in changes.items() if name == "kind"}
    new = {"body": body, "hash": bytes.fromhex(event_hash(body))} | columns
    session.execute(update(RAW_EVENT).where(SECOND).values(new))


def respell(session: Session) -> None:
    """The same values with a space: another body with a right hash."""
    body = unpack(bytes(row_of(session, 2)["body"])).replace(b'":', b'": ', 1)
    new = {"body": body, "hash": bytes.fromhex(event_hash(body))}
    session.execute(update(RAW_EVENT).where(SECOND).values(new))


ALTERATIONS: list[tuple[str, Callable[[Session], None], int, str]] = [
    ("first dropped", lambda s: drop(s, 1), 1, "编号不连续，缺少这一步，下一条是第 2 步"),
    ("middle dropped", lambda s: drop(s, 2), 2, "编号不连续，缺少这一步，下一条是第 3 步"),
    ("last dropped", lambda s: drop(s, 4), 4, "链尾缺失，应有 4 步，实有 3 步"),
    ("gap closed", renumber, 2, "列 seq 与正文不一致"),
    ("copy added at the end", lambda s: insert_copy(s, seq=5), 5, "列 seq 与正文不一致"),
    ("copy before the first", lambda s: insert_copy(s, seq=0), 1, "编号不连续，缺少这一步，下一条是第 0 步"),
    ("bodies swapped", lambda s: swap(s, "body", "hash"), 2, "列 seq 与正文不一致"),
    ("whole entries swapped", lambda s: swap(s, "body", "hash", "sealed", "at"), 2, "列 seq 与正文不一致"),
    ("blobs swapped", lambda s: swap(s, "sealed"), 2, "密封内容被改动，或不属于这一步"),
    (
        "blobs swapped between cases",
        lambda s: swap(s, "sealed", other=(OTHER, 2)),
        2,
        "密封内容被改动，或不属于这一步",
    ),
    (
        "blobs swapped between cases with their key id",
        lambda s: swap(s, "sealed", "key_id", other=(OTHER, 2)),
        2,
        "数据密钥缺失、被改动，或不是本系统的密钥所包裹",
    ),
    (
        "entries swapped between cases",
        lambda s: swap(s, "body", "hash", "sealed", "key_id", other=(OTHER, 2)),
        2,
        "列 case 与正文不一致",
    ),
    ("hash only", lambda s: rewrite_hash(s), 2, "哈希与正文不符"),
    ("kind rewritten with its hash", lambda s: rewrite(s, kind="corrected"), 3, "所记上一步的哈希与上一步不符"),
    ("other prev", lambda s: rewrite(s, prev="0" * 64), 2, "所记上一步的哈希与上一步不符"),
    ("other deployment", lambda s: rewrite(s, log="banyan-elsewhere"), 2, "正文所属的部署编号不是本系统的"),
    ("other root", lambda s: rewrite(s, root="0" * 64), 2, "字段内容与正文的承诺根不符"),
    ("other number of fields", lambda s: rewrite(s, n=1), 2, "字段个数与正文不符"),
    ("number as text", lambda s: rewrite(s, n="15"), 2, "正文的项目与格式约定不符"),
    ("other version", lambda s: rewrite(s, v=2), 2, "正文的项目与格式约定不符"),
    ("one more item", lambda s: rewrite(s, note=""), 2, "正文的项目与格式约定不符"),
    ("other spelling", respell, 2, "正文不是规范写法"),
    ("dedupe taken away", lambda s: change(s, dedupe=None), 2, "列 dedupe 与密封内容不一致"),
    ("dedupe made up", lambda s: change(s, dedupe=bytes(16)), 2, "列 dedupe 与密封内容不一致"),
    ("body emptied", lambda s: change(s, body=b""), 2, "正文不是约定的 JSON"),
    ("blob emptied", lambda s: change(s, sealed=b""), 2, "密封内容被改动，或不属于这一步"),
    ("moved to another case", lambda s: change(s, case="elsewhere"), 2, "编号不连续，缺少这一步，下一条是第 3 步"),
    ("data key dropped", lambda s: keys(s, delete(RAW_KEY)), 1, "数据密钥缺失、被改动，或不是本系统的密钥所包裹"),
    (
        "data key destroyed in silence",
        lambda s: keys(s, update(RAW_KEY).values(wrapped=None)),
        1,
        "数据密钥已不存在，但链上没有依法销毁的记录",
    ),
    (
        "data key of another subject",
        lambda s: keys(s, update(RAW_KEY).values(subject="child")),
        1,
        "数据密钥缺失、被改动，或不是本系统的密钥所包裹",
    ),
    ("whole case deleted", drop_all, 1, "整条记录缺失"),
]


def change(session: Session, **values: Any) -> None:
    session.execute(update(RAW_EVENT).where(SECOND).values(values))


def rewrite_hash(session: Session) -> None:
    change(session, hash=bytes.fromhex(event_hash(b"something else")))


def keys(session: Session, statement: Any) -> None:
    session.execute(statement.where(RAW_KEY.c.case == CASE))


@pytest.mark.parametrize(
    ("alter", "seq", "what"), [row[1:] for row in ALTERATIONS], ids=[row[0] for row in ALTERATIONS]
)
def test_an_alteration_is_found(
    owner: Session, vault: Vault, alter: Callable[[Session], None], seq: int, what: str
) -> None:
    heads = {CASE: write_chain(owner, vault), OTHER: write_chain(owner, vault, OTHER, 2)}
    alter(owner)
    report = verify_all(owner, vault=vault, log=LOG, heads=heads)
    assert Broken(CASE, seq, what) in report.broken
    assert report.broken[0].sentence.startswith("办件 ")


def test_a_chain_rewritten_to_its_end_shows_only_against_the_head(owner: Session, vault: Vault) -> None:
    head = write_chain(owner, vault, length=2)
    rewrite(owner, kind="corrected")
    assert first_broken(owner, vault) is None
    assert first_broken(owner, vault, {CASE: head}) == Broken(CASE, 2, "与登记的链头不符")


def test_an_entry_after_the_head_is_found(session: Session, vault: Vault) -> None:
    write_chain(session, vault, length=1)
    assert first_broken(session, vault, {CASE: GENESIS}) == Broken(CASE, 1, "与登记的链头不符")


def test_another_algorithm_than_the_log_was_begun_with_does_not_hold(session: Session, vault: Vault) -> None:
    write_chain(session, vault, length=1)
    report = verify_all(session, vault=vault, log=LOG, alg="sha256")
    assert report.broken == (Broken(CASE, 1, "哈希与正文不符"),)


@pytest.mark.parametrize(
    "assignment",
    ["at = 'yesterday'", "body = 'text'", "sealed = 'text'", "kind = CAST(X'ff' AS TEXT)", "hash = 7", "key_id = 'k'"],
)
def test_bytes_that_do_not_fit_their_column_are_a_finding_not_a_crash(
    owner: Session, vault: Vault, assignment: str
) -> None:
    """SQLite takes them; PostgreSQL refuses the statement or makes bytes of the text."""
    write_chain(owner, vault, length=3)
    try:
        with owner.begin_nested():
            owner.execute(text(f"UPDATE history_event SET {assignment} WHERE seq = 2"))
    except DBAPIError:
        assert owner.get_bind().dialect.name == "postgresql"
    else:
        report = verify_case(owner, vault=vault, log=LOG, case=CASE)
        assert report.broken is not None and report.broken.seq == 2


def test_every_letter_of_the_time_as_the_database_writes_it_counts(owner: Session, vault: Vault) -> None:
    """But the one between date and time (place 10), which carries no value."""
    write_chain(owner, vault, length=1)
    zone = "+00:00" if owner.get_bind().dialect.name == "postgresql" else ""
    good = "2026-11-23 01:01:00.123456"
    for place in (3, 6, 9, 12, 15, 18, *range(20, 26)):
        bad = good[:place] + chr(ord(good[place]) ^ 1) + good[place + 1 :]
        owner.execute(text(f"UPDATE history_event SET at = '{bad}{zone}'"))
        assert first_broken(owner, vault) == Broken(CASE, 1, "列 at 与正文不一致"), bad
    owner.execute(text(f"UPDATE history_event SET at = '{good}{zone}'"))
    assert first_broken(owner, vault) is None
